"""Report what became of broken contributions, and from which seed they were drawn."""

import os

from .broken import REVIEWED, STAGES

PROPERTY = "verdict"  # under which pytest keeps what became of a contribution
VARIABLE = "CONTRIBUTIONS_SEED"


def find_seed() -> str:
    """Return the seed of the draws: that of the environment, or always the same."""
    return os.environ.get(VARIABLE, "2026-W48")


def report_contributions(terminalreporter) -> None:
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
