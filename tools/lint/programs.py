"""The programs that check sources beside our own rules, all at the same time."""

import json
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from tools.lint.finding import Finding
from tools.lint.repository import Repository

SETTINGS = "pyproject.toml"
LINE = re.compile(r"(?P<file>[^\s:][^:]*):(?P<line>\d+):(?:\d+:)? (?P<text>.*)")

# How the name of a rule ends that tells of a program without findings that failed.
FAILED = "/failed"

Version = tuple[str, ...]


@dataclass
class Program:
    """A program that checks sources.

    What it found is kept by what it read, so that a second run in the same process reads no
    more than what has changed.

    Attributes
    ----------
    command : tuple[str, ...]
        Its name and arguments.
    reads : str
        A pattern of the files that it reads, beside its settings.
    parse : Callable[[str, Path], Iterator[Finding]]
        Reads its output, given the folder in which it ran.
    is_per_file : bool
        Whether it is given the files, and checks each for itself.
    """

    command: tuple[str, ...]
    reads: str
    parse: Callable[[str, Path], Iterator[Finding]]
    is_per_file: bool = True
    known: dict[Version, list[Finding]] = field(default_factory=dict)

    def find(self, repository: Repository) -> list[Finding]:
        """Return what the program refuses in a repository."""
        settings = repository.text(SETTINGS) or ""
        texts = {
            file: repository.text(file) or ""
            for file in repository.files
            if re.fullmatch(self.reads, file)
        }
        if self.is_per_file:
            versions = {file: (file, text, settings) for file, text in texts.items()}
            unknown = [file for file, version in versions.items() if version not in self.known]
            found = self.run(repository.root, unknown) if unknown else []
            for file in unknown:
                self.known[versions[file]] = [f for f in found if f.file == file]
            others = [f for f in found if f.file not in versions]
            return [*others, *(f for v in versions.values() for f in self.known[v])]
        version = (settings, *(part for item in texts.items() for part in item))
        if version not in self.known:
            self.known[version] = self.run(repository.root, [])
        return self.known[version]

    def run(self, root: Path, files: list[str]) -> list[Finding]:
        """Run the program in a folder, and return what it refuses."""
        path = Path(sys.executable).parent / self.command[0]
        result = subprocess.run(
            [path, *self.command[1:], *files],
            cwd=root,
            capture_output=True,
            text=True,
            check=False,
        )
        try:
            found = list(self.parse(result.stdout, root))
        except (LookupError, TypeError, ValueError):
            found = []  # no report in the form that we know
        if result.returncode and not found:
            said = (result.stderr or result.stdout).strip().splitlines() or ["no word"]
            remedy = f"type {' '.join(self.command)}"
            fault = f"{self.command[0]} failed: {said[-1]}"
            found.append(Finding(SETTINGS, 1, fault, remedy, f"{self.command[0]}{FAILED}"))
        return found


def parse_ruff(output: str, root: Path) -> Iterator[Finding]:
    """Read what Ruff prints as JSON."""
    for fault in json.loads(output or "[]"):
        file = Path(fault["filename"]).relative_to(root.resolve()).as_posix()
        code = fault["code"] or "syntax"
        remedy = f"see {fault['url']}" if fault["url"] else "mend this line"
        if code == "unformatted":
            remedy = f"type ruff format {file}"
        message = fault["message"].rstrip(".")
        yield Finding(file, fault["location"]["row"], message, remedy, f"ruff/{code}")


def parse_codespell(output: str, root: Path) -> Iterator[Finding]:
    """Read codespell's misspelt words."""
    for match in LINE.finditer(output):
        word, _, right = match["text"].partition(" ==> ")
        file = match["file"].removeprefix("./")
        remedy = f"write {right}, or add it to ignore-words-list in {SETTINGS}"
        yield Finding(
            file, int(match["line"]), f"the misspelt word {word!r}", remedy, "codespell"
        )


def parse_mypy(output: str, root: Path) -> Iterator[Finding]:
    """Read mypy's errors."""
    for match in LINE.finditer(output):
        if message := re.fullmatch(r"error: (.*?)(?:  \[([\w-]+)\])?", match["text"]):
            rule = f"mypy/{message[2] or 'syntax'}"
            line = int(match["line"])
            yield Finding(match["file"], line, message[1], "give it the right type", rule)


def parse_zizmor(output: str, root: Path) -> Iterator[Finding]:
    """Read zizmor's audit of workflows, as SARIF."""
    for fault in json.loads(output)["runs"][0]["results"] if output else []:
        place = fault["locations"][0]["physicalLocation"]
        file, line = place["artifactLocation"]["uri"], place["region"]["startLine"]
        audit = fault["ruleId"].rpartition("/")[2]
        remedy = f"see https://docs.zizmor.sh/audits/#{audit}"
        yield Finding(file, line, fault["message"]["text"], remedy, f"zizmor/{audit}")


JSON = ("--output-format=json", "--quiet", "--force-exclude")
PROGRAMS = (
    Program(
        ("mypy", "--no-error-summary", "--no-color-output"), r".*\.pyi?", parse_mypy, False
    ),
    Program(("ruff", "check", *JSON), r".*\.pyi?", parse_ruff),
    Program(("ruff", "format", "--check", *JSON), r".*\.pyi?", parse_ruff),
    Program(("codespell",), r"(?!.*\.(bib|gz|png|svg|woff2)$).*", parse_codespell),
    Program(
        ("zizmor", "--offline", "--quiet", "--format=sarif", "."),
        r"\.github/.*",
        parse_zizmor,
        False,
    ),
)


def run_programs(root: Path) -> list[Finding]:
    """Return what the programs refuse below a folder."""
    repository = Repository(root)
    _ = repository.files
    with ThreadPoolExecutor(len(PROGRAMS)) as pool:
        found = pool.map(lambda program: program.find(repository), PROGRAMS)
        return [finding for part in found for finding in part]
