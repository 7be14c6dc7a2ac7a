"""The linter as a whole: what it accepts, and what it makes of broken sources."""

import importlib
import pkgutil
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

import tools.lint
from tools.book import ROOT, Book, Page
from tools.lint import check, lint
from tools.lint.finding import Finding
from tools.lint.programs import FAILED
from tools.lint.repository import Repository
from tools.lint.rule import RULES, Rule
from tools.lint.run import apply

from .cases import BOOK, PARAMETERS, write_files

SMALL_BOOK = ROOT / "tests" / "small-book"
# Rules on what a repository has beside a book, of which the small book has nothing.
BESIDE = ("files/", "workflows/", "publishing/")


def report(findings):
    """Return findings as the lines that the linter prints, without rules on the rest."""
    return [str(f) for f in findings if not f.rule.startswith(BESIDE)]


@pytest.fixture
def book(tmp_path):
    """Copy the small book."""
    shutil.copytree(SMALL_BOOK, tmp_path, dirs_exist_ok=True)
    return tmp_path


def edit(path: Path, old: str, new: str) -> None:
    """Replace a part of a file."""
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")


def test_this_repository_is_accepted():
    assert [str(finding) for finding in check(ROOT)] == []


def test_small_book_is_accepted(book):
    assert report(check(book)) == []


def test_findings_are_in_the_order_of_files_and_lines(book):
    edit(book / "book/mean.md", "Three cells, one number.", "It is simply so.")
    edit(book / "book/mean.md", "Six thirds, which is 2.", "Clearly, six thirds, which is 2.")
    edit(book / "book/digits.md", "# Digits\n", "# Digits\n\nOf course.\n")
    assert report(check(book)) == [
        "book/digits.md:11: 'Of course' makes a reader feel slow: leave it out [prose/wording]",
        "book/mean.md:11: 'simply' makes a reader feel slow: leave it out [prose/wording]",
        "book/mean.md:84: 'Clearly' makes a reader feel slow: leave it out [prose/wording]",
    ]


def test_other_rules_wait_until_a_page_can_be_read(book):
    edit(book / "book/mean.md", "Three cells, one number.", "It is simply so, for $5.")
    edit(book / "book/digits.md", "# Digits\n", "# Digits\n\nOf course.\n")
    edit(book / "references.bib", "{harris2020", "{harris")
    assert report(check(book)) == [
        "book/digits.md:11: 'Of course' makes a reader feel slow: leave it out [prose/wording]",
        "book/mean.md:11: '$' would be shown as it stands: close the formula with $, "
        "or write \\$ for the sign [syntax/markup]",
    ]


def test_other_rules_wait_until_the_contents_can_be_read(book):
    edit(book / "_toc.yml", "file: book/mean", "fiel: book/mean")
    edit(book / "references.bib", "{harris2020", "{harris")
    assert report(check(book)) == [
        "_toc.yml:7: no key of parts.0.chapters.0 is 'fiel': write file [contents/keys]"
    ]


def test_page_that_is_not_utf_8_is_named_with_its_line(book):
    path = book / "book" / "digits.md"
    path.write_bytes(path.read_bytes() + b"\nCaf\xe9.\n")
    assert report(check(book)) == [
        "book/digits.md:15: this is not UTF-8: save the file as UTF-8 [syntax/encoding]"
    ]


def test_page_without_text_is_accepted_by_rules_of_syntax(tmp_path):
    write_files(tmp_path, {**BOOK, "book/a.md": "", "book/b.md": "---\n---\n"})
    assert [f.rule for f in check(tmp_path) if f.rule.startswith("syntax/")] == []


@pytest.fixture
def without_ruff(monkeypatch):
    """Spare a process for each check."""
    monkeypatch.delitem(RULES, "cells/style")


def list_failed(root):
    """Return the rules that fail themselves."""
    return [finding for finding in check(root) if finding.rule.endswith(FAILED)]


@pytest.mark.usefixtures("without_ruff")
@pytest.mark.parametrize("file", ["book/mean.md", "_toc.yml", "references.bib", "index.md"])
def test_no_lost_line_crashes_the_linter(book, file):
    lines = (book / file).read_text("utf-8").splitlines(keepends=True)
    for number in range(len(lines)):
        (book / file).write_text("".join(lines[:number] + lines[number + 1 :]), "utf-8")
        assert not list_failed(book)


@pytest.mark.usefixtures("without_ruff")
@pytest.mark.parametrize("file", ["book/mean.md", "_toc.yml", "references.bib"])
def test_no_cut_file_crashes_the_linter(book, file):
    text = (book / file).read_text("utf-8")
    for end in range(0, len(text), 31):
        (book / file).write_text(text[:end], "utf-8")
        assert not list_failed(book)


@pytest.mark.parametrize("file", ["_toc.yml", "references.bib", "book/glossary.md", "index.md"])
def test_missing_file_does_not_crash_the_linter(book, file):
    (book / file).unlink()
    assert check(book)
    assert not list_failed(book)


@pytest.mark.parametrize(
    "content", ["1", "- a", "a: [1, {b: c}]", "? [a]\n: b", "a: &x [*x]", "\0"]
)
def test_no_yaml_crashes_the_linter(tmp_path, content):
    files = (
        "_toc.yml",
        "_config.yml",
        "CITATION.cff",
        ".github/dependabot.yml",
        ".github/workflows/a.yml",
        ".github/ISSUE_TEMPLATE/a.yml",
        ".devcontainer/devcontainer.json",
    )
    write_files(tmp_path, {**BOOK, **dict.fromkeys(files, content)})
    assert check(tmp_path)
    assert not list_failed(tmp_path)


def test_every_rule_says_what_it_wants_as_a_sentence():
    for rule in RULES.values():
        assert rule.statement.endswith("."), rule
        assert rule.statement[0].isupper() or rule.statement.startswith(".ci"), rule
        assert rule.scope.__name__ in ("Page", "Book", "Repository")


def test_every_rule_has_been_seen_to_refuse():
    package = importlib.import_module(__package__)
    modules = [
        importlib.import_module(f"{__package__}.{module.name}")
        for module in pkgutil.iter_modules(package.__path__)
    ]
    marks = [
        mark
        for module in modules
        for test in vars(module).values()
        for mark in getattr(test, "pytestmark", [])
        if mark.args[:1] == (PARAMETERS,)
    ]
    cases = [case.values for mark in marks for case in mark.args[1]]
    refused = {rule for rule, _, expected in cases if expected}
    # Those on publishing are tested in test_publishing.py.
    assert refused == {rule for rule in RULES if not rule.startswith("publishing/")}


def test_repository_leaves_out_what_git_ignores(tmp_path):
    ignored = ".venv/\n*.log\n"
    names = ["a.md", "b/c.md", ".venv/d.md", "b/e.log", ".git/f"]
    write_files(tmp_path, {".gitignore": ignored, **dict.fromkeys(names, "")})
    assert Repository(tmp_path).files == [".gitignore", "a.md", "b/c.md"]


def test_repository_has_texts_of_texts_only(tmp_path):
    write_files(tmp_path, {"a": "ä", "b": b"\0", "c": b"\xff"})
    repository = Repository(tmp_path)
    assert [repository.text(name) for name in "abcd"] == ["ä", "", "", ""]


def test_files_that_editors_hide_are_no_pages(tmp_path):
    write_files(tmp_path, BOOK)
    (tmp_path / "book" / ".#a.md").symlink_to("somebody@somewhere.1234")
    assert [page.name for page in Book(tmp_path).pages] == [
        "index",
        "book/a",
        "book/b",
        "book/glossary",
    ]


def test_linter_reads_the_folder_that_it_is_given(tmp_path):
    write_files(tmp_path, BOOK)
    assert Book(tmp_path).contents == ["index", "book/a", "book/b", "book/glossary"]
    assert tools.lint.check(tmp_path)


def test_course_has_at_least_45_exercises():
    starts = [
        d for page in Book().chapters for d in page.directives if d.name == "exercise-start"
    ]
    assert len(starts) >= 45


def test_rule_that_fails_itself_is_told_like_a_fault():
    def broken(page: Page) -> Iterator[Finding]:
        raise ZeroDivisionError("no words")

    page = Page("a.md", "")
    rule = Rule("prose/broken", "It breaks.", Page, broken)
    assert [str(finding) for finding in apply([rule], page)] == [
        "a.md:1: the rule prose/broken fails: ZeroDivisionError('no words'): "
        "tell us, with this file: it is a fault of tools/lint [prose/broken/failed]"
    ]
    of_book = replace(rule, scope=Book, check=lambda book: 1 / 0)
    (finding,) = apply([of_book], Book(SMALL_BOOK))
    assert finding.file == "pyproject.toml"


@pytest.mark.parametrize("is_sound", [False, True])
def test_failure_of_a_program_is_told_when_nothing_else_is(tmp_path, monkeypatch, is_sound):
    fault = Finding("a.md", 1, "a fault", "do this", "prose/wording")
    failure = Finding("pyproject.toml", 1, "ruff failed", "do this", "ruff/failed")
    monkeypatch.setattr("tools.lint.run.run_programs", lambda root: [failure])
    monkeypatch.setattr("tools.lint.run.check", lambda root: [] if is_sound else [fault])
    assert lint(tmp_path) == [failure if is_sound else fault]


def test_programs_read_the_folder_that_is_checked(tmp_path, monkeypatch):
    roots = []
    monkeypatch.setattr("tools.lint.run.run_programs", lambda root: roots.append(root) or [])
    write_files(tmp_path, BOOK)
    lint(tmp_path)
    assert roots == [tmp_path]
