"""Refuse outputs of cells that no reader should see."""

import re
from collections.abc import Iterator

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util import logging

logger = logging.getLogger(__name__)

MAX_LINES = 100
COLOUR = re.compile(r"\x1b\[[\d;]*m")
ADDRESS = re.compile(r"<[^\n]*? at 0x[0-9a-f]{6,}>")
TIMESTAMP = re.compile(r"\b\d{4}-\d\d-\d\d[T ]\d\d:\d\d")


def find_faults(text: str, classes: list[str]) -> Iterator[str]:
    """Yield what is wrong with the printed output of a cell, and what to do.

    Parameters
    ----------
    text
        The output, with the terminal's codes for colours.
    classes
        The classes that MyST-NB gives it: `stderr`, `traceback` or others.
    """
    lines = [line for line in COLOUR.sub("", text).splitlines() if line.strip()]
    if lines and "traceback" in classes:
        yield f"the cell raises {lines[-1]!r}: mend it, or catch the error"
    if lines and "stderr" in classes:
        yield f"the cell prints a warning, {lines[0]!r}: mend its cause"
    if len(lines) > MAX_LINES:
        yield f"the cell prints {len(lines)} lines, more than {MAX_LINES}: print less"
    if match := ADDRESS.search(text):
        advice = "end the line with ;" if "matplotlib" in match[0] else "print what it holds"
        yield f"the cell prints an object's address, {match[0]!r}: {advice}"
    if match := TIMESTAMP.search(text):
        yield f"the cell prints a time, {match[0]!r}, which changes: leave it out"


def check_outputs(app: Sphinx, doctree: nodes.document) -> None:
    """Warn of each output that is a warning, a traceback, an address, a time, or too long."""
    for block in doctree.findall(nodes.literal_block):
        if "output" in block["classes"]:
            for fault in find_faults(block.astext(), block["classes"]):
                logger.warning(fault, location=block, type="course", subtype="output")
