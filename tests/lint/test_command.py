"""The linter's command line, and the programs that it calls."""

import json
import subprocess
from pathlib import Path

import pytest

from tools.book import ROOT
from tools.lint import Finding, lint
from tools.lint.__main__ import main
from tools.lint.finding import suggest
from tools.lint.programs import (
    Program,
    parse_codespell,
    parse_deno_check,
    parse_deno_fmt,
    parse_deno_lint,
    parse_mypy,
    parse_ruff,
    parse_zizmor,
    run_programs,
)
from tools.lint.repository import Repository

from .cases import BOOK, write_files

FINDING = Finding("book/a.md", 3, "50% of it, and: more", "write\nless", "prose/wording")


def test_finding_is_printed_with_file_line_fault_remedy_and_rule():
    finding = Finding("book/a.md", 3, "a fault", "do this", "prose/wording")
    assert str(finding) == "book/a.md:3: a fault: do this [prose/wording]"
    assert str(Finding("a", 1, "a fault", "", "b")) == "a:1: a fault [b]"


def test_annotation_is_escaped_as_github_reads_it():
    finding = Finding("book/a,b.md", 3, "50% of it", "write: less\r\nnow", "prose/wording")
    assert finding.annotation() == (
        "::error file=book/a%2Cb.md,line=3,title=prose/wording::50%25 of it: write: less%0D%0Anow"
    )


def test_unknown_name_gets_the_near_one_or_some():
    assert suggest("captoin", {"caption", "name"}) == "write caption"
    assert suggest("x", {"name", "caption"}) == "use one of caption, name"
    many = {f"n{number:02}" for number in range(21)}
    assert suggest("x", many).endswith(", n18, n19, …")
    assert suggest("x", many - {"n20"}).endswith(", n18, n19")


@pytest.fixture
def without_programs(monkeypatch):
    """Leave out the programs, which take seconds."""
    monkeypatch.setattr("tools.lint.run.run_programs", lambda root: [])


@pytest.mark.usefixtures("without_programs")
@pytest.mark.parametrize("is_on_github", [False, True])
def test_command_prints_all_findings_and_fails(tmp_path, capsys, monkeypatch, is_on_github):
    monkeypatch.setenv("GITHUB_ACTIONS", str(is_on_github).lower())
    write_files(tmp_path, {**BOOK, "book/a.md": "Of course.\n\n$5\n"})
    assert main([str(tmp_path)]) == 1
    printed = capsys.readouterr()
    first = "book/a.md:3: '$' would be shown as it stands: "
    assert printed.out.splitlines()[-1 - is_on_github].startswith(first) is False
    assert any(line.startswith(first) for line in printed.out.splitlines())
    assert (
        "::error file=book/a.md,line=3,title=syntax/markup::" in printed.out
    ) is is_on_github
    assert printed.err == "What a rule says: .venv/bin/python -m tools.lint --rules\n"


@pytest.mark.usefixtures("without_programs")
def test_command_says_nothing_when_nothing_is_wrong(capsys):
    assert main([]) == 0
    assert capsys.readouterr() == ("", "")


def test_command_says_how_it_is_called(capsys):
    with pytest.raises(SystemExit, match="0"):
        main(["--help"])
    words = " ".join(capsys.readouterr().out.split())
    assert words.startswith(
        "usage: python -m tools.lint [-h] [--rules] [root] Return what rules"
    )
    assert "root the repository" in words
    assert "--rules list the rules and stop" in words


def test_command_reads_this_repository_unless_told_otherwise(monkeypatch):
    roots = []
    monkeypatch.setattr("tools.lint.__main__.lint", lambda root: roots.append(root) or [])
    assert main([]) == main(["other"]) == 0
    assert roots == [ROOT, Path("other")]


def test_command_lists_the_rules_with_what_they_say(capsys):
    assert main(["--rules"]) == 0
    printed = capsys.readouterr().out
    assert "prose/sentence-length\n    A sentence has at most 45 words.\n" in printed


def test_what_programs_refuse_stands_between_what_rules_refuse(tmp_path, monkeypatch):
    other = Finding("book/a.md", 2, "a fault", "do this", "codespell")
    monkeypatch.setattr("tools.lint.run.run_programs", lambda root: [other])
    write_files(tmp_path, {**BOOK, "book/a.md": "Text.\nText.\n\n$5\n"})
    found = [f for f in lint(tmp_path) if f.file == "book/a.md"]
    assert [f.line for f in found] == [2, 4]


def test_ruffs_report_is_read(tmp_path):
    fault = {
        "filename": str(tmp_path / "a.py"),
        "code": "F401",
        "message": "`a` is unused.",
        "url": "https://a.org/F401",
        "location": {"row": 3},
    }
    others = [
        {**fault, "code": "unformatted", "url": None, "message": "Not formatted"},
        {**fault, "code": None, "url": None, "message": "Expected `)`"},
    ]
    assert list(map(str, parse_ruff(json.dumps([fault, *others]), tmp_path))) == [
        "a.py:3: `a` is unused: see https://a.org/F401 [ruff/F401]",
        "a.py:3: Not formatted: type .venv/bin/ruff format a.py [ruff/unformatted]",
        "a.py:3: Expected `)`: mend this line [ruff/syntax]",
    ]
    assert list(parse_ruff("", tmp_path)) == []


def test_codespells_report_is_read(tmp_path):
    (finding,) = parse_codespell("./book/a.md:3: wrod ==> word\n", tmp_path)
    assert str(finding) == (
        "book/a.md:3: the misspelt word 'wrod': write word, or add it to ignore-words-list "
        "in pyproject.toml [codespell]"
    )


def test_mypys_report_is_read(tmp_path):
    output = (
        'a.py:3: error: Name "x" is not defined  [name-defined]\n'
        "a.py:4: note: See the manual\n"
        "a.py:5:7: error: Invalid syntax\n"
    )
    assert list(map(str, parse_mypy(output, tmp_path))) == [
        'a.py:3: Name "x" is not defined: give it the right type [mypy/name-defined]',
        "a.py:5: Invalid syntax: give it the right type [mypy/syntax]",
    ]


def test_zizmors_report_is_read(tmp_path):
    place = {
        "artifactLocation": {"uri": ".github/workflows/a.yml"},
        "region": {"startLine": 8},
    }
    fault = {
        "ruleId": "zizmor/unpinned-uses",
        "message": {"text": "unpinned action"},
        "locations": [{"physicalLocation": place}],
    }
    output = json.dumps({"runs": [{"results": [fault]}]})
    assert list(map(str, parse_zizmor(output, tmp_path))) == [
        ".github/workflows/a.yml:8: unpinned action: "
        "see https://docs.zizmor.sh/audits/#unpinned-uses [zizmor/unpinned-uses]"
    ]
    assert list(parse_zizmor("", tmp_path)) == []


def test_deno_lints_report_is_read(tmp_path):
    fault = {
        "filename": f"{tmp_path.as_uri()}/a%20b.js",
        "code": "no-var",
        "hint": "Use let",
        "message": "It is old.",
        "range": {"start": {"line": 3}},
    }
    output = json.dumps({"diagnostics": [fault, {**fault, "hint": None}]})
    assert list(map(str, parse_deno_lint(output, tmp_path))) == [
        "a b.js:3: It is old: Use let [deno/no-var]",
        "a b.js:3: It is old: see https://docs.deno.com/lint/rules/no-var [deno/no-var]",
    ]
    assert list(parse_deno_lint("", tmp_path)) == []


def test_deno_fmts_report_is_read(tmp_path):
    output = f"\nfrom {tmp_path}/a b.js:\n 3 | -a\n 3 | +b\n"
    (finding,) = parse_deno_fmt(output, tmp_path)
    assert str(finding) == (
        "a b.js:3: file would be reformatted: "
        "type .venv/bin/deno fmt --config tools/lint/deno.json a b.js [deno/unformatted]"
    )


def test_deno_checks_report_is_read(tmp_path):
    output = (
        f"TS2339 [ERROR]: It has no foo.\nit.foo\n    at {tmp_path.as_uri()}/a%20b.js:3:5\n"
    )
    (finding,) = parse_deno_check(output, tmp_path)
    assert str(finding) == (
        "a b.js:3: It has no foo: "
        "give it the right type, in a comment /** @type {…} */ [deno/TS2339]"
    )


class Runs:
    """Stands for subprocess.run: notes the commands, and answers each in the same way."""

    def __init__(self, output: str = "", returncode: int = 0, error: str = "") -> None:
        self.answer = subprocess.CompletedProcess([], returncode, output, error)
        self.commands: list[list[str]] = []

    def __call__(self, command, **options):
        assert options["capture_output"]
        assert options["text"]
        assert not options["check"]
        self.commands.append([str(part) for part in command])
        self.folder = options["cwd"]
        return self.answer


@pytest.fixture
def files(tmp_path):
    """Write two programs, a page and the settings."""
    write_files(tmp_path, {"a.py": "a", "b.py": "b", "c.md": "c", "pyproject.toml": "d"})
    return tmp_path


def read_all(output, root):
    return (Finding(name, 1, "a fault", "", "x") for name in output.split())


def test_program_for_files_reads_each_version_of_a_file_once(files, monkeypatch):
    runs = Runs("a.py")
    monkeypatch.setattr(subprocess, "run", runs)
    program = Program(("check", "--fast"), r".*\.py", read_all)
    found = [Finding("a.py", 1, "a fault", "", "x")]
    assert program.find(Repository(files)) == found
    assert runs.commands[0][0].endswith("/check")
    assert runs.commands[0][1:] == ["--fast", "a.py", "b.py"]
    assert runs.folder == files
    assert program.find(Repository(files)) == found
    assert len(runs.commands) == 1
    (files / "b.py").write_text("other")
    assert program.find(Repository(files)) == found
    assert runs.commands[1][2:] == ["b.py"]
    (files / "pyproject.toml").write_text("other")
    assert program.find(Repository(files)) == found
    assert runs.commands[2][2:] == ["a.py", "b.py"]


def test_program_for_all_reads_all_again_when_a_file_has_changed(files, monkeypatch):
    runs = Runs("a.py")
    monkeypatch.setattr(subprocess, "run", runs)
    program = Program(("check",), r".*\.py", read_all, is_per_file=False)
    for _ in range(2):
        assert program.find(Repository(files)) == [Finding("a.py", 1, "a fault", "", "x")]
    assert [command[1:] for command in runs.commands] == [[]]
    (files / "c.md").write_text("other")
    program.find(Repository(files))
    assert len(runs.commands) == 1
    (files / "b.py").write_text("other")
    program.find(Repository(files))
    assert len(runs.commands) == 2


def test_finding_in_other_than_the_given_files_is_kept(files, monkeypatch):
    monkeypatch.setattr(subprocess, "run", Runs("z.py"))
    program = Program(("check",), r".*\.py", read_all)
    assert [f.file for f in program.find(Repository(files))] == ["z.py"]


@pytest.mark.parametrize(
    ("output", "error", "said"), [("", "no\nsuch option", "such option"), ("bad", "", "bad")]
)
def test_program_that_fails_without_a_finding_is_named(files, monkeypatch, output, error, said):
    monkeypatch.setattr(subprocess, "run", Runs(output, 2, error))
    program = Program(("check", "-x"), r".*\.py", lambda output, root: iter(()))
    (finding,) = program.find(Repository(files))
    assert (
        str(finding)
        == f"pyproject.toml:1: check failed: {said}: type .venv/bin/check -x [check/failed]"
    )


def test_program_that_fails_without_a_word_is_named(files, monkeypatch):
    monkeypatch.setattr(subprocess, "run", Runs("", 1))
    (finding,) = Program(("check",), r".*\.py", read_all).find(Repository(files))
    assert finding.fault == "check failed: no word"


BROKEN = {
    "a.py": "import os\nx = 1 +  1\n",
    "book/a.md": "A wrod"  # codespell:ignore
    ".\n",
    ".github/workflows/a.yml": (
        "on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n"
        "      - uses: actions/checkout@v4\n"
    ),
    "_static/a.js": 'var a = document.querySelector("p").foo\n',
    "_static/labs/a.mjs": "export const a = 1\n\nexport const b = (c) => c;\n",
    "pyproject.toml": "[tool.mypy]\nfiles = ['a.py']\nstrict = true\n",
}


def test_each_program_refuses_what_it_is_there_for(tmp_path):
    write_files(tmp_path, {**BROKEN, "a.py": BROKEN["a.py"] + "def f(x):\n    return x\n"})
    found = {(f.rule, f.file, f.line) for f in run_programs(tmp_path)}
    assert {rule.partition("/")[0] for rule, _, _ in found} == {
        "codespell",
        "deno",
        "mypy",
        "ruff",
        "zizmor",
    }
    assert ("ruff/F401", "a.py", 1) in found
    assert ("ruff/unformatted", "a.py", 2) in found
    assert ("mypy/no-untyped-def", "a.py", 3) in found
    assert ("deno/no-var", "_static/a.js", 1) in found
    assert ("deno/TS2339", "_static/a.js", 1) in found
    assert ("deno/unformatted", "_static/labs/a.mjs", 1) in found
    assert ("deno/TS7006", "_static/labs/a.mjs", 3) in found
    assert ("zizmor/unpinned-uses", ".github/workflows/a.yml", 6) in found


@pytest.mark.parametrize("is_per_file", [True, False])
def test_report_in_another_form_is_named_as_a_failure(files, monkeypatch, is_per_file):
    monkeypatch.setattr(subprocess, "run", Runs("[{}]", 1))
    program = Program(("check",), r".*\.py", parse_ruff, is_per_file)
    for _ in range(2):  # what failed is not taken for sound the next time
        assert [f.rule for f in program.find(Repository(files))] == ["check/failed"]
