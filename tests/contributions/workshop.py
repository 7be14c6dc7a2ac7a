"""A copy of the book in which contributions are tried: linted, built and tested."""

import os
import re
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from random import Random

from tools.book import ROOT, Book
from tools.lint import lint

from .broken import STAGES, Fault
from .draft import Draft, Place

PRIVATE = (
    ".git",
    ".venv",
    "_build",
    ".*_cache",
    "__pycache__",
    "test-results",
    "written",
    "*-ubyte",
)
CACHES = ("_build/.jupyter_cache", "_build/.doctrees/caches")
LOUD = 10
LOCATED = re.compile(r"^(?P<file>[^\s:][^\n:]*?)(?::(?P<line>\d+))?(?::\d+)?: ", re.MULTILINE)


@dataclass
class Report:
    """What a stage said of a copy."""

    stage: str
    is_refused: bool
    output: str
    seconds: float

    def messages(self) -> list[tuple[str, int | None, str]]:
        """Return file, line and text of each message that names a file."""
        found = list(LOCATED.finditer(self.output))
        ends = [match.start() for match in found[1:]] + [len(self.output)]
        return [
            (
                match["file"],
                int(match["line"]) if match["line"] else None,
                self.output[match.end() : end],
            )
            for match, end in zip(found, ends, strict=True)
        ]

    def names(self, places: list[Place], says: re.Pattern) -> bool:
        """Tell whether a message points to one of the places and says what is wrong there.

        It must not be buried among others that point elsewhere.
        """
        there, elsewhere = [], 0
        for file, line, text in self.messages():
            if any(place.holds(file, line) for place in places):
                there.append(text)
            else:
                elsewhere += line is not None
        return any(says.search(text) for text in there) and elsewhere <= LOUD


@dataclass
class Verdict:
    """How a contribution was received: the places it broke and the reports of the stages."""

    name: str
    places: list[Place] = field(default_factory=list)
    reports: list[Report] = field(default_factory=list)
    is_refused: bool = False
    diff: str = ""

    @property
    def stage(self) -> str:
        """The stage that was asked last."""
        return self.reports[-1].stage

    @property
    def seconds(self) -> float:
        """The time that all stages took."""
        return sum(report.seconds for report in self.reports)

    def __str__(self) -> str:
        outcome = "not refused"
        if self.is_refused:
            outcome = "refused"
        elif self.reports[-1].is_refused:
            outcome = "refused, but not for what is wrong, or not at its place"
        where = ", ".join(f"{p.file}:{p.first or ''}-{p.last or ''}" for p in self.places)
        said = "\n".join(f"--- {r.stage}\n{r.output[-4000:]}" for r in self.reports)
        return f"{self.name}: {outcome}\nplace: {where}\n{self.diff}\n{said}"


class Workshop:
    """A folder with a copy of the repository, and the state to which it returns.

    Parameters
    ----------
    folder
        An empty folder; the copy is made in it.
    """

    def __init__(self, folder: Path) -> None:
        self.root = folder / "book"
        self.clean = folder / "clean"
        shutil.copytree(ROOT, self.clean, ignore=shutil.ignore_patterns(*PRIVATE))
        (self.clean / ".venv").symlink_to(ROOT / ".venv")
        mirror(self.clean, self.root)
        self.book = Book(self.root)
        self.known = set(lint(self.root))

    @cached_property
    def is_built(self) -> bool:
        """Build the sound copy once, with the outputs and drawings of the book's own build."""
        for cache in CACHES:
            shutil.copytree(ROOT / cache, self.root / cache)
        report = self.build()
        if report.is_refused:
            raise RuntimeError(f"The book itself does not build:\n{report.output}")
        mirror(self.root, self.clean)
        return True

    def reset(self) -> None:
        """Undo whatever a contribution or its build has done to the copy."""
        mirror(self.clean, self.root)

    def run(self, stage: str, command: list[str]) -> Report:
        """Run a command in the copy."""
        start = time.monotonic()
        result = subprocess.run(
            command,
            cwd=self.root,
            env={**os.environ, "PYTHONPATH": "", "NO_COLOR": "1"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        output = re.sub(r"\x1b\[[\d;]*m", "", result.stdout).replace(f"{self.root}/", "")
        return Report(stage, result.returncode != 0, output, time.monotonic() - start)

    def lint(self) -> Report:
        """Check the sources as `make lint` does, for what the contribution has added."""
        start = time.monotonic()
        findings = [finding for finding in lint(self.root) if finding not in self.known]
        output = "\n".join(map(str, findings))
        return Report("lint", bool(findings), output, time.monotonic() - start)

    def build(self) -> Report:
        """Build the copy, as `make book` does."""
        return self.run("build", [sys.executable, "-m", "tools.build"])

    def test(self, tests: tuple[str, ...]) -> Report:
        """Run some of the tests on the copy's site."""
        command = [sys.executable, "-m", "pytest", "--quiet", "--exitfirst", *tests]
        return self.run("tests", command)

    def judge(self, name: str, fault: Fault, seed: str) -> Verdict:
        """Apply a fault and ask one stage after the other until one refuses it.

        The first that does must name the trouble and its place.
        """
        if fault.stage != "lint":
            assert self.is_built
        draft = Draft(self.root, self.book, Random(seed))
        try:
            places = fault.write(draft)
            verdict = Verdict(name, places if isinstance(places, list) else [places])
            verdict.diff = draft.diff()
            asks = {"lint": self.lint, "build": self.build}
            asks["tests"] = lambda: self.test(fault.tests)
            for stage in STAGES[: STAGES.index(fault.stage) + 1]:
                report = asks[stage]()
                verdict.reports.append(report)
                if report.is_refused:
                    verdict.is_refused = report.names(verdict.places, fault.says)
                    if stage == "tests":  # a test sees the site, and not the sources
                        verdict.is_refused = bool(fault.says.search(report.output))
                    break
            return verdict
        finally:
            self.reset()


def mirror(source: Path, target: Path) -> None:
    """Make a folder equal to another one, times included, copying only what differs."""
    target.mkdir(exist_ok=True)
    old = {entry.name: entry for entry in os.scandir(target)}
    new = {entry.name: entry for entry in os.scandir(source)}
    for name in old.keys() - new.keys():
        delete(Path(old[name].path))
    for name, entry in new.items():
        path = target / name
        if entry.is_dir(follow_symlinks=False):
            if path.is_symlink() or path.is_file():
                path.unlink()
            mirror(Path(entry.path), path)
        elif name not in old or state(entry) != state(old[name]):
            if name in old:
                delete(path)
            shutil.copy2(entry.path, path, follow_symlinks=False)
    shutil.copystat(source, target)


def state(entry: os.DirEntry) -> tuple[int, int]:
    """Return size and time of a file, by which a changed one is known."""
    status = entry.stat(follow_symlinks=False)
    return status.st_size, status.st_mtime_ns


def delete(path: Path) -> None:
    """Delete a file or a folder."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink()
