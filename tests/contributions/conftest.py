"""Judge contributions in two copies of the book at a time, and report on them all."""

import os
import tempfile
from collections.abc import Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from datetime import UTC, datetime
from multiprocessing import get_context
from pathlib import Path

import pytest

from .broken import FAULTS, REVIEWED, STAGES
from .workshop import Verdict, Workshop

PROPERTY = "verdict"  # under which pytest keeps what became of a contribution
VARIABLE = "CONTRIBUTIONS_SEED"
DRAWS = 10

workshop: Workshop


def find_seed() -> str:
    """Return the seed of the draws: that of the environment, or this week's."""
    year, week, _ = datetime.now(UTC).isocalendar()
    return os.environ.get(VARIABLE, f"{year}-W{week:02}")


def open_workshop(folder: str) -> None:
    """Give this process a copy of the book."""
    global workshop
    workshop = Workshop(Path(tempfile.mkdtemp(dir=folder)))


def judge(name: str, draw: int, seed: str) -> Verdict:
    """Judge one draw of a fault in this process's copy."""
    return workshop.judge(f"{name}-{draw}", FAULTS[name], f"{seed}-{name}-{draw}")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Draw each fault once, and nine times more among the slow tests."""
    if "draw" in metafunc.fixturenames:
        draws = [
            pytest.param(name, draw, marks=[pytest.mark.slow] if draw else [])
            for draw in range(DRAWS)
            for name in FAULTS
        ]
        metafunc.parametrize(("name", "draw"), draws)


@pytest.fixture(scope="session")
def verdicts(request, tmp_path_factory) -> Iterator[dict[tuple[str, int], Future[Verdict]]]:
    """Have every selected draw judged, two at a time, those that take longest first."""
    drawn = [
        item.callspec.params for item in request.session.items if hasattr(item, "callspec")
    ]
    drawn = [(params["name"], params["draw"]) for params in drawn if "draw" in params]
    drawn.sort(key=lambda pair: -STAGES.index(FAULTS[pair[0]].stage))
    folder = str(tmp_path_factory.mktemp("contributions"))
    with ProcessPoolExecutor(2, get_context("spawn"), open_workshop, (folder,)) as pool:
        seed = find_seed()
        yield {(name, draw): pool.submit(judge, name, draw, seed) for name, draw in drawn}
        pool.shutdown(cancel_futures=True)


@pytest.fixture
def record(record_property):
    """Return a function that keeps a verdict for the report at the end."""

    def record_verdict(verdict: Verdict) -> None:
        # Plain values, which another process can send.
        values = verdict.name, verdict.stage, verdict.is_refused, verdict.seconds
        record_property(PROPERTY, list(values))

    return record_verdict


def pytest_terminal_summary(terminalreporter) -> None:
    """Say how many contributions were refused, by which stage and in what time."""
    verdicts = [
        value
        for reports in terminalreporter.stats.values()
        for report in reports
        if getattr(report, "when", "") == "call"
        for name, value in report.user_properties
        if name == PROPERTY
    ]
    if not verdicts:
        return
    terminalreporter.section("broken contributions")
    for stage in STAGES:
        times = sorted(
            seconds for _, by, refused, seconds in verdicts if refused and by == stage
        )
        if times:
            median, longest = times[len(times) // 2], times[-1]
            terminalreporter.line(
                f"by {stage}: {len(times)}, median {median:.1f} s, longest {longest:.1f} s"
            )
    missed = sorted({name for name, _, is_refused, _ in verdicts if not is_refused})
    terminalreporter.line(f"not refused, or misleadingly: {len(missed)} {' '.join(missed)}")
    terminalreporter.line(f"left to reviewers: {len(REVIEWED)} kinds")
    terminalreporter.line(f"seed {find_seed()}; the same again: {VARIABLE}={find_seed()}")
