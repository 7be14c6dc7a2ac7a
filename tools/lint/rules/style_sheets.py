"""Style sheets: what a browser would pass over in silence."""

import re
from collections.abc import Iterator
from difflib import get_close_matches
from functools import cache
from importlib.resources import files
from typing import Any

import tinycss2.color4

from tools.lint.finding import Finding
from tools.lint.repository import Repository
from tools.lint.rule import rule

# At-rules that hold rules, and those that hold declarations.
NESTING = {"container", "layer", "media", "scope", "supports"}
HOLDING = {"counter-style", "font-face", "page", "property"}

PALETTE = "_static/palette.css"
# Colours that come from elsewhere.
NO_COLOURS = {"currentcolor", "transparent"}
# How the variables of the theme and of its extensions begin.
THEME = ("--mystnb-", "--pst-", "--sbt-", "--sd-", "--tg-")
LOADED = re.compile(
    r"""(?:url\(|@import|\bsrc=|\bposter=|\bdata=|\bimport\b.*?|\bfrom|fetch\(|<link[^>]*href=|
    Worker\(|xlink:href=)\s*["']?((?:https?:)?//[\w.-]+\.[a-z]+[^"')\s]*)""",
    re.VERBOSE,
)

# Comments and strings, in which braces mean nothing.
NO_BRACES = re.compile(r"/\*.*?\*/|\"[^\"\n]*\"|'[^'\n]*'", re.DOTALL)
UNCLOSED = ("the block has no end", "close it with }")


def style_sheets(repository: Repository) -> list[str]:
    """Return the style sheets of the site and of the PDF."""
    return [*repository.below("_static/", ".css"), *repository.below("tools/", ".css")]


@cache
def parse(text: str) -> list[Any]:
    """Return the rules of a style sheet."""
    rules: list[Any] = tinycss2.parse_stylesheet(text)
    return rules


def find_blocks(rules: list[Any]) -> Iterator[tuple[Any, list[Any]]]:
    """Yield each rule that holds declarations, with what it holds, media queries entered."""
    for part in rules:
        if part.type == "at-rule" and part.content is not None:
            if part.lower_at_keyword in NESTING:
                inner = tinycss2.parse_rule_list(part.content)
                yield from find_blocks(inner)
            elif part.lower_at_keyword in HOLDING:
                yield part, tinycss2.parse_blocks_contents(part.content)
        elif part.type == "qualified-rule":
            yield part, tinycss2.parse_blocks_contents(part.content)
        elif part.type == "error":
            yield part, [part]


@rule
def braces(repository: Repository) -> Iterator[Finding]:
    """Every { has its }, and no rule stands within another."""
    for file in style_sheets(repository):
        text = repository.text(file)
        if unmatched := find_unmatched(text):
            yield Finding(file, *unmatched)
            continue
        for _, parts in find_blocks(parse(text)):
            for part in parts:
                if part.type == "error":
                    remedy = "write selector { property: value; }"
                    yield Finding(
                        file, part.source_line, f"no CSS: {part.message.rstrip('.')}", remedy
                    )


def find_unmatched(text: str) -> tuple[int, str, str] | None:
    """Return line, fault and remedy of the first brace that has no partner, or None.

    A closing brace stands at the indent of the line that opens its block: so a missing one is
    told where its block begins, and not at the end of the file.
    """
    plain = NO_BRACES.sub(lambda match: re.sub(r"[^\n]", " ", match[0]), text)
    opened: list[tuple[int, int]] = []  # line and indent
    for number, line in enumerate(plain.splitlines(), 1):
        indent = len(line) - len(line.lstrip())
        for brace in re.findall("[{}]", line):
            if brace == "}" and not opened:
                return number, "} ends nothing", "remove it"
            for first, depth in opened[-1:]:
                is_fault = depth != indent if brace == "}" else depth >= indent
                if first != number and is_fault:
                    return first, *UNCLOSED
            if brace == "}":
                opened.pop()
            else:
                opened.append((number, indent))
    return (opened[-1][0], *UNCLOSED) if opened else None


@rule
def properties(repository: Repository) -> Iterator[Finding]:
    """Properties are those that browsers know, and variables are set somewhere."""
    texts = {file: repository.text(file) for file in style_sheets(repository)}
    for file, text in texts.items():
        for block, parts in find_blocks(parse(text)):
            known = read_properties(getattr(block, "lower_at_keyword", ""))
            for part in parts:
                if part.type != "declaration" or part.name.startswith("--"):
                    continue
                if part.lower_name not in known:
                    near = get_close_matches(part.lower_name, known, n=1)
                    remedy = f"write {near[0]}" if near else "write a property of CSS"
                    fault = f"no property is called {part.name}"
                    yield Finding(file, part.source_line, fault, remedy)


@cache
def read_properties(at_rule: str) -> frozenset[str]:
    """Return the names that may be set in a rule, or in an at-rule of a given name."""
    text = (files("tools.lint") / "css_properties.txt").read_text("utf-8")
    found = re.findall(r"^\[([\w-]*)\]\n([^\[]*)", text, re.MULTILINE)
    groups: dict[str, str] = dict(found)
    names = groups.get(at_rule, groups[""])
    return frozenset(names.split())


@rule
def variables(repository: Repository) -> Iterator[Finding]:
    """A variable that a style sheet reads is set in one of them, or belongs to the theme."""
    texts = {file: repository.text(file) for file in style_sheets(repository)}
    known = {name for text in texts.values() for name in re.findall(r"(--[\w-]+)\s*:", text)}
    for file, text in texts.items():
        for number, line in enumerate(text.splitlines(), 1):
            for name in re.findall(r"var\(\s*(--[\w-]+)", line):
                if name not in known and not name.startswith(THEME):
                    near = get_close_matches(name, known, n=1)
                    remedy = f"write {near[0]}" if near else "set it in html:root"
                    yield Finding(file, number, f"nothing sets {name}", remedy)


@rule
def hosts(repository: Repository) -> Iterator[Finding]:
    """Style sheets, scripts and templates load nothing from other hosts."""
    suffixes = (".css", ".js", ".mjs", ".html", ".svg")
    for file in [f for f in repository.files if f.endswith(suffixes)]:
        for number, line in enumerate(repository.text(file).splitlines(), 1):
            if found := LOADED.search(line):
                remedy = "keep a copy in _static/ and load that"
                yield Finding(file, number, f"{found[1]!r} comes from another host", remedy)


@rule
def colours(repository: Repository) -> Iterator[Finding]:
    """Colours are named in palette.css, and in no other style sheet of the site."""
    for file in repository.below("_static/", ".css"):
        if file == PALETTE or not repository.has(PALETTE):
            continue
        for _, parts in find_blocks(parse(repository.text(file))):
            for part in parts:
                if part.type != "declaration" or not may_be_colour(part.name):
                    continue
                for token in flatten(part.value):
                    colour = tinycss2.color4.parse_color(token)
                    if colour is not None and token.serialize().lower() not in NO_COLOURS:
                        fault = f"the colour {token.serialize()}"
                        remedy = "name it in tools/draw/palette.toml, and write var(--…)"
                        yield Finding(file, token.source_line, fault, remedy)


def may_be_colour(name: str) -> bool:
    """Return whether a word in a property's value may be the name of a colour."""
    return not name.startswith(("animation", "font", "grid", "transition"))


def flatten(tokens: list[Any]) -> Iterator[Any]:
    """Yield tokens, and those in functions that are no colours themselves."""
    for token in tokens:
        yield token
        if token.type == "function" and tinycss2.color4.parse_color(token) is None:
            yield from flatten(token.arguments)
