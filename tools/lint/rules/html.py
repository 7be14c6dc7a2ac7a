"""Raw HTML: little of it, and nothing that loads from another host."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser

from tools.book import Page
from tools.lint.finding import Finding
from tools.lint.rule import rule

ELEMENTS = {"a", "abbr", "br", "cite", "del", "ins", "kbd", "mark", "q", "small", "sub", "sup"}
# Void elements have no end; the rest must be closed where they are opened.
VOID = {"br"}


class TagReader(HTMLParser):
    """Reads the tags of a text: line, name, whether it ends an element, and attributes."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[int, str, bool, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a start tag."""
        self.tags.append((self.getpos()[0], tag, False, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        """Note an end tag."""
        self.tags.append((self.getpos()[0], tag, True, {}))


def read_tags(page: Page) -> Iterator[tuple[int, str, bool, dict[str, str | None]]]:
    """Yield the tags of raw HTML in a page."""
    pieces = [(t.map[0], t.content) for t in page.tokens if t.type == "html_block" and t.map]
    for passage in page.passages:
        pieces += [(line, t.content) for line, t in passage.parts if t.type == "html_inline"]
    for line, text in pieces:
        reader = TagReader()
        reader.feed(text)
        yield from ((line + number - 1, *tag) for number, *tag in reader.tags)


@rule
def elements(page: Page) -> Iterator[Finding]:
    """Raw HTML is for links and marks of text; pictures and boxes are written in Markdown."""
    for line, name, is_end, attributes in read_tags(page):
        if name not in ELEMENTS and not is_end:
            remedy = "write it in Markdown, or use a directive"
            yield Finding(page.file, line, f"raw HTML: <{name}>", remedy)
        for attribute in attributes:
            if attribute.startswith("on") or attribute == "style":
                fault = f"raw HTML with {attribute}="
                yield Finding(page.file, line, fault, "put it into _static/")


@rule
def ends(page: Page) -> Iterator[Finding]:
    """Raw HTML closes what it opens."""
    opened: list[tuple[int, str]] = []
    for line, name, is_end, _ in read_tags(page):
        if name in VOID:
            continue
        if not is_end:
            opened.append((line, name))
        elif not opened:
            fault = f"</{name}> ends nothing"
            yield Finding(page.file, line, fault, "remove it, or open it")
        elif (before := opened.pop()[1]) != name:
            fault = f"<{before}> is followed by </{name}>"
            yield Finding(page.file, line, fault, f"write </{before}>")
    for line, name in opened:
        yield Finding(page.file, line, f"<{name}> has no end", f"write </{name}> after it")


@rule
def loading(page: Page) -> Iterator[Finding]:
    """Neither HTML in a page nor HTML that a cell shows loads from another host."""
    for number, line in enumerate(page.text.splitlines(), 1):
        found = re.search(r"\b(src|srcset|poster|data)=[\"']?((https?:)?//[^\s\"'>]+)", line)
        if found:
            remedy = "keep a copy in images/ or _static/, and show that"
            yield Finding(page.file, number, f"{found[2]!r} comes from another host", remedy)
