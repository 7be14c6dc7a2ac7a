"""Refuse outputs of cells that no reader should see."""

import re
from collections.abc import Iterator

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util import logging

logger = logging.getLogger(__name__)

MAX_LINES = 100
ADDRESS = re.compile(r"<[^>\n]* at 0x[0-9a-f]{6,}>")
TIMESTAMP = re.compile(r"\b\d{4}-\d\d-\d\d[T ]\d\d:\d\d")


def find_faults(text: str, classes: list[str]) -> Iterator[str]:
    """Yield what is wrong with the printed output of a cell, and what to do.

    Parameters
    ----------
    text
        The output.
    classes
        The classes that MyST-NB gives it: `stderr`, `traceback` or others.
    """
    if "traceback" in classes:
        yield "the cell raises, and its traceback is published: mend it, or catch the error"
    if "stderr" in classes:
        first = text.strip().splitlines()[0] if text.strip() else ""
        yield f"the cell prints a warning ({first[:80]!r}): mend its cause"
    if (count := text.count("\n") + 1) > MAX_LINES:
        yield f"the cell prints {count} lines, more than {MAX_LINES}: print less"
    if match := ADDRESS.search(text):
        yield f"the cell prints an object's address ({match[0]!r}): print what it holds"
    if match := TIMESTAMP.search(text):
        yield f"the cell prints a time ({match[0]!r}), which changes: leave it out"


def check_outputs(app: Sphinx, doctree: nodes.document) -> None:
    """Warn of each output that is a warning, a traceback, an address, a time, or too long."""
    for block in doctree.findall(nodes.literal_block):
        if "output" in block["classes"]:
            for fault in find_faults(block.astext(), block["classes"]):
                logger.warning(fault, location=block, type="course", subtype="output")
