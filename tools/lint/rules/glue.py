"""Glued values: what the text quotes from a run is computed, checked and quoted."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from posixpath import dirname, join, normpath

from tools.book import Book, Directive, Page
from tools.lint.finding import Finding
from tools.lint.program import read_program
from tools.lint.rule import rule

KEY = re.compile(r"(?:(?P<page>.*?)::)?(?P<key>[^:]+)(?::.*)?")
# Times and sizes differ from machine to machine, so that no assertion can hold them.
MEASURED = re.compile(r"(^|\W)(s|ms|min|minutes|seconds|milliseconds|[kMG]B)$")


@dataclass(frozen=True)
class Glued:
    """A value that a cell glues under a key, which may be a pattern."""

    cell: Directive
    call: ast.Call
    key: str
    pattern: str
    is_named: bool  # by a string, and not by what only the run knows

    @property
    def line(self) -> int:
        """The line of the call."""
        return self.call.lineno


@lru_cache(maxsize=100)
def read_glued(page: Page) -> list[Glued]:
    """Return what the cells of a page glue."""
    found = []
    program = read_program(page)
    for cell in page.cells:
        for call in program.calls_in(cell.tree):
            node = call.node
            if (
                call.name.rpartition(".")[2] == "glue"
                and call.args
                and isinstance(node, ast.Call)
            ):
                name = call.args[0]
                is_named = isinstance(name, ast.JoinedStr) or (
                    isinstance(name, ast.Constant) and isinstance(name.value, str)
                )
                key = ast.unparse(name).removeprefix("f")[1:-1] if is_named else "{name}"
                parts = re.split(r"\{[^}]*\}", key)
                pattern = ".+".join(map(re.escape, parts))
                found.append(Glued(cell, node, key, pattern, is_named))
    return found


@lru_cache(maxsize=100)
def read_quoted(page: Page) -> list[tuple[int, str, str]]:
    """Return line, page and key of each glued value that a page quotes."""
    found = []
    for role in page.roles:
        if role.name.startswith("glue") and (match := KEY.fullmatch(role.content)):
            found.append((role.line, resolve(page, match["page"]), match["key"]))
    for directive in page.directives:
        if directive.name == "glue":
            place = resolve(page, directive.options.get("doc"))
            found.append((directive.line, place, directive.argument))
    return found


def resolve(page: Page, file: str | None) -> str:
    """Return the name of the page that a quotation names, relative to the one that quotes."""
    if not file:
        return page.name
    return normpath(join(dirname(page.file), file)).removesuffix(".md")


@rule
def keys(page: Page) -> Iterator[Finding]:
    """A cell glues under a string, or an f-string, which can be looked for in the text."""
    for value in read_glued(page):
        if not value.is_named:
            remedy = 'write it as "key", or as f"key_{name}"'
            yield Finding(
                page.file, value.line, "the key of a glued value is no string", remedy
            )


@rule
def glued(book: Book) -> Iterator[Finding]:
    """What the text quotes is glued by a cell of the page that it names."""
    known = {page.name: read_glued(page) for page in book.pages}
    for page in book.pages:
        for line, name, key in read_quoted(page):
            if not any(re.fullmatch(g.pattern, key) for g in known.get(name, [])):
                fault = f"no cell of {name} glues {key!r}"
                yield Finding(page.file, line, fault, "glue it in a hidden cell")


@rule
def quoted(book: Book) -> Iterator[Finding]:
    """What a cell glues is quoted by a page, or read by a test.

    A glued value that nobody quotes is often one that was replaced by a typed number.
    """
    used = {(name, key) for page in book.pages for _, name, key in read_quoted(page)}
    tests = "".join(p.read_text("utf-8") for p in sorted((book.root / "tests").glob("*.py")))
    for page in book.pages:
        for value in read_glued(page):
            is_used = any(
                name == page.name and re.fullmatch(value.pattern, key) for name, key in used
            )
            if not is_used and f'"{value.key}"' not in tests:
                remedy = (
                    f"quote it with {{glue:text}}`{value.key}` in place of the typed number"
                )
                fault = f"nothing quotes the glued {value.key!r}"
                yield Finding(page.file, value.line, fault, remedy)


@rule
def asserted(page: Page) -> Iterator[Finding]:
    """A cell that glues a number asserts its range, too; times and sizes need none."""
    used = {key for _, name, key in read_quoted(page) if name == page.name}
    for value in read_glued(page):
        has_assert = any(isinstance(node, ast.Assert) for node in ast.walk(value.cell.tree))
        shown = value.call.args[1] if len(value.call.args) > 1 else None
        ending = shown.values[-1] if isinstance(shown, ast.JoinedStr) and shown.values else None
        is_measured = isinstance(ending, ast.Constant) and MEASURED.search(str(ending.value))
        is_text = any(re.fullmatch(value.pattern, key) for key in used)
        if not has_assert and not is_measured and is_text:
            remedy = "assert the range that the text claims, in the same cell"
            yield Finding(page.file, value.line, f"{value.key!r} is glued unchecked", remedy)
