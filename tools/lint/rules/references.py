"""References: labels, links and citations lead where they say."""

import re
from collections.abc import Iterator
from difflib import get_close_matches
from urllib.parse import unquote

from tools.book import BIBLIOGRAPHY, Book, Page
from tools.lint.finding import Finding
from tools.lint.rule import rule

PREFIXES = ("ch-", "sec-", "fig-", "lab-", "eq-", "ex-", "sol-", "tbl-")
LABEL = re.compile(r"[a-z0-9]+(-[a-z0-9]+)+")
# The kinds of label that a role may refer to.
TARGETS = {
    "eq": ("eq-",),
    "lab": ("lab-",),
    "numref": ("fig-", "lab-", "tbl-", "sec-", "ch-"),
    "ref": PREFIXES,
}
# Schemes of links: those of the web, and those that the build turns into addresses.
SCHEMES = ("https", "http", "mailto", "binder", "codespaces", "colab", "repository")


@rule
def labels(page: Page) -> Iterator[Finding]:
    """Labels tell their kind: they begin with ch-, sec-, fig-, lab-, eq-, ex-, sol- or tbl-."""
    for line, label in page.labels:
        if not label.startswith(PREFIXES) or not LABEL.fullmatch(label):
            remedy = "begin it with " + ", ".join(PREFIXES) + " and go on in small letters"
            yield Finding(
                page.file, line, f"the label {label!r} does not tell its kind", remedy
            )


@rule
def unique_labels(book: Book) -> Iterator[Finding]:
    """No label stands twice in the book."""
    seen: dict[str, str] = {}
    for page in book.pages:
        for line, label in page.labels:
            if label in seen:
                fault = f"the label {label!r} stands at {seen[label]}, too"
                yield Finding(page.file, line, fault, "give this one another ending")
            seen.setdefault(label, f"{page.file}:{line}")


@rule
def targets(book: Book) -> Iterator[Finding]:
    """What a role refers to exists: a label, a figure, an equation."""
    known = {label for page in book.pages for _, label in page.labels}
    # A page that lacks its label is told by pages/openings.
    missing = {"ch-" + page.name.removeprefix("book/") for page in book.pages} - known
    for page in book.pages:
        for role in page.roles:
            if role.target in missing:
                continue
            if role.name in TARGETS and role.target not in known:
                near = get_close_matches(role.target, known, n=1, cutoff=0.8)
                remedy = f"write {near[0]}" if near else "write a label of the book"
                fault = f"there is no label {role.target!r}"
                yield Finding(page.file, role.line, fault, remedy)
            elif role.name in TARGETS and not role.target.startswith(TARGETS[role.name]):
                fault = f"{{{role.name}}} does not fit the label {role.target!r}"
                remedy = "use {eq} for equations, {numref} for figures, {ref} for the rest"
                yield Finding(page.file, role.line, fault, remedy)
        for directive in page.directives:
            if directive.name == "button-ref" and directive.argument not in known:
                fault = f"there is no label {directive.argument!r}"
                remedy = "write the label of a place in the book"
                yield Finding(page.file, directive.line, fault, remedy)


@rule
def links(book: Book) -> Iterator[Finding]:
    """Links lead to addresses that begin with https:, or to files of the book."""
    for page in book.pages:
        for passage in page.passages:
            for line, token in passage.parts:
                if token.type == "link_open":
                    yield from check_link(book, page, line, str(token.attrs.get("href", "")))


def check_link(book: Book, page: Page, line: int, address: str) -> Iterator[Finding]:
    """Yield what is wrong with a link."""
    scheme = re.match(r"([a-z][a-z0-9+.-]*):", address)
    path, _, label = unquote(address).partition("#")
    if scheme and scheme[1] not in SCHEMES:
        remedy = "use an address that begins with https:"
        yield Finding(page.file, line, f"no page can lead to {address!r}", remedy)
    elif not scheme and path and not ((book.root / page.file).parent / path).exists():
        remedy = "write the path of a file, relative to this page"
        yield Finding(page.file, line, f"there is no file {path!r}", remedy)
    elif (
        not scheme
        and label
        and not any(label == name for p in book.pages for _, name in p.labels)
    ):
        remedy = "refer to a label of the book with {ref}"
        yield Finding(page.file, line, f"there is no label {label!r}", remedy)


@rule
def addresses(page: Page) -> Iterator[Finding]:
    """Web addresses are plain ASCII, and stand behind words: [words](address)."""
    for number, text in enumerate(page.text.splitlines(), 1):
        for address in re.findall(r"https?://[^\s)>}\"']+", text):
            if not address.isascii():
                fault = f"{address!r} holds other signs than ASCII"
                yield Finding(page.file, number, fault, "write them as %…")
    for passage in page.passages:
        for line, token in passage.parts:
            if token.type == "text" and re.search(r"https?://|\bwww\.", token.content):
                remedy = "write [words](address), words that say where it leads"
                yield Finding(page.file, line, "a bare address", remedy)


@rule
def citations(book: Book) -> Iterator[Finding]:
    """Every citation has an entry in references.bib."""
    for page in book.pages:
        for role in page.roles:
            for key in cited_by(role.name, role.content):
                if key not in book.bibliography:
                    near = get_close_matches(key, book.bibliography, n=1)
                    remedy = f"write {near[0]}" if near else f"add it to {BIBLIOGRAPHY}"
                    yield Finding(page.file, role.line, f"no entry has the key {key!r}", remedy)


def cited_by(role: str, content: str) -> list[str]:
    """Return the keys that a role cites."""
    return [key.strip() for key in content.split(",")] if role.startswith("cite") else []


@rule
def uncited(book: Book) -> Iterator[Finding]:
    """Every entry of references.bib is cited."""
    cited = {
        key for page in book.pages for r in page.roles for key in cited_by(r.name, r.content)
    }
    for key, entry in book.bibliography.items():
        if key not in cited:
            remedy = f"cite it with {{cite:p}}`{key}`, or remove it"
            yield Finding(BIBLIOGRAPHY, entry.line, f"no page cites {key!r}", remedy)
