"""Judge contributions in copies of the book: what is linted beside what has to be built."""

import tempfile
from collections.abc import Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import pytest

from .broken import FAULTS
from .report import PROPERTY, find_seed
from .workshop import Verdict, Workshop

DRAWS = 10

workshop: Workshop  # of the process that lints


def open_workshop(folder: str) -> None:
    """Give this process a copy of the book."""
    global workshop
    workshop = Workshop(Path(tempfile.mkdtemp(dir=folder)))


def judge(name: str, draw: int, seed: str, copy: Workshop | None = None) -> Verdict:
    """Judge one draw of a fault in a copy, this process's if none is given."""
    return (copy or workshop).judge(f"{name}-{draw}", FAULTS[name], f"{seed}-{name}-{draw}")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Draw each fault once, first those that are built, and nine times more as slow tests."""
    if "draw" in metafunc.fixturenames:
        draws = [
            pytest.param(name, draw, marks=[pytest.mark.slow] if draw else [])
            for draw in range(DRAWS)
            for name in sorted(FAULTS, key=lambda name: FAULTS[name].stage == "lint")
        ]
        metafunc.parametrize(("name", "draw"), draws)


@pytest.fixture(scope="session")
def copy(tmp_path_factory) -> Workshop:
    """A built copy of the book."""
    workshop = Workshop(tmp_path_factory.mktemp("copy"))
    assert workshop.is_built
    return workshop


@pytest.fixture(scope="session")
def linted(request, tmp_path_factory) -> Iterator[dict[tuple[str, int], Future[Verdict]]]:
    """Have another process judge every selected draw that lint has to refuse."""
    drawn = [
        item.callspec.params for item in request.session.items if hasattr(item, "callspec")
    ]
    drawn = [(params["name"], params["draw"]) for params in drawn if "draw" in params]
    drawn = [(name, draw) for name, draw in drawn if FAULTS[name].stage == "lint"]
    folder = str(tmp_path_factory.mktemp("contributions"))
    with ProcessPoolExecutor(1, get_context("spawn"), open_workshop, (folder,)) as pool:
        seed = find_seed()
        yield {(name, draw): pool.submit(judge, name, draw, seed) for name, draw in drawn}
        pool.shutdown(cancel_futures=True)


@pytest.fixture
def verdict(request, name, draw, linted) -> Verdict:
    """What became of a draw of a fault; what has to be built is judged by this process."""
    if FAULTS[name].stage == "lint":
        return linted[name, draw].result()
    return judge(name, draw, find_seed(), request.getfixturevalue("copy"))


@pytest.fixture
def record(record_property):
    """Return a function that keeps a verdict for the report at the end."""

    def record_verdict(verdict: Verdict) -> None:
        # Plain values, which another process can send.
        values = verdict.name, verdict.stage, verdict.is_refused, verdict.seconds
        record_property(PROPERTY, list(values))

    return record_verdict
