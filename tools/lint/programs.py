"""The programs that check sources beside our own rules, all at the same time."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote, urlsplit

from tools.lint.finding import Finding
from tools.lint.repository import Repository

SETTINGS = "pyproject.toml"
DENO = Path(__file__).parent
# Deno's place of a type error, and of the first line that it would write otherwise.
TYPE_ERROR = re.compile(
    r"^(TS\d+) \[ERROR\]: (.*)(?:\n(?!\n).*)*?\n    at file://(.*?):(\d+):\d+$", re.MULTILINE
)
UNFORMATTED = re.compile(r"^from (.*):\n *(\d+) ", re.MULTILINE)
LINE = re.compile(r"(?P<file>[^\s:][^:]*):(?P<line>\d+):(?:\d+:)? (?P<text>.*)")

# How the name of a rule ends that tells of a program without findings that failed.
FAILED = "/failed"

Version = tuple[str, ...]


def has_failed(found: list[Finding]) -> bool:
    """Return whether a program has failed itself, so that others have to be asked again."""
    return any(finding.rule.endswith(FAILED) for finding in found)


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
    is_on_stderr : bool
        Whether it reports where others tell of errors of their own.
    """

    command: tuple[str, ...]
    reads: str
    parse: Callable[[str, Path], Iterator[Finding]]
    is_per_file: bool = True
    is_on_stderr: bool = False
    known: dict[Version, list[Finding]] = field(default_factory=dict)

    def find(self, repository: Repository) -> list[Finding]:
        """Return what the program refuses in a repository."""
        settings = repository.text(SETTINGS)
        texts = {
            file: repository.text(file)
            for file in repository.files
            if re.fullmatch(self.reads, file)
        }
        if self.is_per_file:
            versions = {file: (file, text, settings) for file, text in texts.items()}
            unknown = [file for file, version in versions.items() if version not in self.known]
            found = self.run(repository.root, unknown) if unknown else []
            if has_failed(found):
                return found
            for file in unknown:
                self.known[versions[file]] = [f for f in found if f.file == file]
            others = [f for f in found if f.file not in versions]
            return [*others, *(f for v in versions.values() for f in self.known[v])]
        if not texts:
            return []
        version = (settings, *(part for item in texts.items() for part in item))
        if version in self.known:
            return self.known[version]
        found = self.run(repository.root, [])
        if not has_failed(found):
            self.known[version] = found
        return found

    def run(self, root: Path, files: list[str]) -> list[Finding]:
        """Run the program in a folder, and return what it refuses."""
        path = Path(sys.executable).parent / self.command[0]
        result = subprocess.run(
            [path, *self.command[1:], *files],
            cwd=root,
            env=os.environ | {"NO_COLOR": "1"},
            capture_output=True,
            text=True,
            check=False,
        )
        try:
            report = result.stderr if self.is_on_stderr else result.stdout
            found = list(self.parse(report, root))
        except (LookupError, TypeError, ValueError):
            found = []  # no report in the form that we know
        if result.returncode and not found:
            said = (result.stderr or result.stdout).strip().splitlines() or ["no word"]
            remedy = f"type .venv/bin/{' '.join(self.command)}"
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
            remedy = f"type .venv/bin/ruff format {file}"
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


def parse_deno_lint(output: str, root: Path) -> Iterator[Finding]:
    """Read what Deno's linter prints as JSON."""
    for fault in json.loads(output)["diagnostics"] if output else []:
        file = Path(unquote(urlsplit(fault["filename"]).path))
        remedy = fault["hint"] or f"see https://docs.deno.com/lint/rules/{fault['code']}"
        line = fault["range"]["start"]["line"]
        name = file.relative_to(root.resolve()).as_posix()
        yield Finding(name, line, fault["message"].rstrip("."), remedy, f"deno/{fault['code']}")


def parse_deno_fmt(output: str, root: Path) -> Iterator[Finding]:
    """Read which scripts Deno would write otherwise."""
    for path, line in UNFORMATTED.findall(output):
        file = Path(path).relative_to(root.resolve()).as_posix()
        remedy = f"type .venv/bin/deno fmt --config tools/lint/deno.json {file}"
        yield Finding(file, int(line), "file would be reformatted", remedy, "deno/unformatted")


def parse_deno_check(output: str, root: Path) -> Iterator[Finding]:
    """Read Deno's errors of types."""
    for code, message, path, line in TYPE_ERROR.findall(output):
        file = Path(unquote(path)).relative_to(root.resolve()).as_posix()
        remedy = "give it the right type, in a comment /** @type {…} */"
        yield Finding(file, int(line), message.rstrip("."), remedy, f"deno/{code}")


JSON = ("--output-format=json", "--quiet", "--force-exclude")
PROGRAMS = (
    Program(
        ("mypy", "--no-error-summary", "--no-color-output"), r".*\.pyi?", parse_mypy, False
    ),
    Program(("ruff", "check", *JSON), r".*\.pyi?", parse_ruff),
    Program(("ruff", "format", "--check", *JSON), r".*\.pyi?", parse_ruff),
    # Labs are strict; what pages load may use elements without asking whether they exist.
    Program(
        ("deno", "check", f"--config={DENO / 'deno.json'}", "_static/labs"),
        r"_static/labs/.*\.m?js",
        parse_deno_check,
        is_per_file=False,
        is_on_stderr=True,
    ),
    Program(
        ("deno", "check", f"--config={DENO / 'deno-pages.json'}", "_static"),
        r"_static/[^/]*\.m?js",
        parse_deno_check,
        is_per_file=False,
        is_on_stderr=True,
    ),
    Program(
        ("deno", "lint", "--json", f"--config={DENO / 'deno.json'}"),
        r"_static/.*\.m?js",
        parse_deno_lint,
    ),
    Program(
        ("deno", "fmt", "--check", f"--config={DENO / 'deno.json'}"),
        r"_static/.*\.m?js",
        parse_deno_fmt,
        is_on_stderr=True,
    ),
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
