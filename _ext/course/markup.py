"""Refuse markup that would be shown to readers instead of being understood."""

import re
from collections.abc import Iterator
from pathlib import Path

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util import logging

logger = logging.getLogger(__name__)

SIGNS = {
    "$": "a dollar sign: close the formula, or write \\$",
    "*": "an asterisk: close the emphasis, or write \\*",
    "`": "a backtick: close the code or the role, or write \\`",
    "](": "a link's brackets: check its address",
    ":::": "colons of a directive: close it with as many as it begins with",
    "{{": "braces of a substitution: check its name",
}
PATTERNS = {
    re.compile(r"^#+\s?\S"): "number signs of a heading: put a plain space behind them",
    re.compile(r"\{[a-z][\w:-]*\}(?=`|$)"): "a role: write it {name}`content`",
}
UNTOUCHED = (nodes.literal, nodes.literal_block, nodes.math, nodes.math_block, nodes.raw)


def get_source(lines: list[str], line: int | None) -> str:
    """Return the source of the block that begins at a line, as far as the next empty line."""
    block: list[str] = []
    for text in lines[(line or 1) - 1 :]:
        if not text.strip() and block:
            break
        block.append(text)
    return "\n".join(block)


def locate_block(lines: list[str], block: nodes.Element) -> int | None:
    """Return the line of a block; MyST gives a table's cells that of something before it."""
    if not isinstance(block.parent, nodes.entry):
        return block.line
    table = block.parent
    while not isinstance(table, nodes.table):
        table = table.parent
    first = table.line
    numbers = range(first or 1, len(lines) + 1)
    return next((n for n in numbers if block.rawsource in lines[n - 1]), first)


def find_faults(text: str, source: str) -> Iterator[str]:
    """Yield which markup a text shows, and what to do.

    Parameters
    ----------
    text
        What readers see.
    source
        The Markdown that it comes from, where a sign behind a backslash is meant.
    """
    for sign, advice in SIGNS.items():
        if text.count(sign) > source.count(f"\\{sign}"):
            yield advice
    for pattern, advice in PATTERNS.items():
        if pattern.search(text):
            yield advice


def check_markup(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Warn of each text of a page, outside of code and formulas, that shows markup."""
    lines = Path(app.env.doc2path(docname)).read_text("utf-8").splitlines()
    for block in doctree.findall(nodes.TextElement):
        if (
            isinstance(block, (*UNTOUCHED, nodes.Inline, nodes.Invisible))
            or block.source is None
        ):
            continue
        text = "".join(
            "\N{OBJECT REPLACEMENT CHARACTER}" if isinstance(part.parent, UNTOUCHED) else part
            for part in block.findall(nodes.Text)
        )
        line = locate_block(lines, block)
        source = block.rawsource or get_source(lines, line)
        for fault in find_faults(text, source):
            logger.warning(
                "the page would show %s",
                fault,
                location=(docname, line),
                type="course",
                subtype="markup",
            )
