"""Refuse outputs of cells that no reader should see, and hidden cells that fail."""

import re
from collections.abc import Iterator
from pathlib import Path

from bs4 import BeautifulSoup
from docutils import nodes
from myst_nb.sphinx_ import NbMetadataCollector
from sphinx.application import Sphinx
from sphinx.util import logging

logger = logging.getLogger(__name__)

MAX_LINES = 100
MAX_WIDTH = 74  # of a line that fits beside the side bars
COLOUR = re.compile(r"\x1b\[[\d;]*m")
ADDRESS = re.compile(r"<[^\n]*? at 0x[0-9a-f]{6,}>")
TIMESTAMP = re.compile(r"\b\d{4}-\d\d-\d\d[T ]\d\d:\d\d")
RAISES = "the cell raises {!r}: mend it, or catch the error"
FAILURE = re.compile(
    r"^-{18}\n(?P<cell>.*?)\n-{18}$(?:.*?^Cell In\[\d+\], line (?P<line>\d+))?", re.M | re.S
)


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
        yield RAISES.format(lines[-1])
    if lines and "stderr" in classes:
        yield f"the cell prints a warning, {lines[0]!r}: mend its cause"
    if len(lines) > MAX_LINES:
        yield f"the cell prints {len(lines)} lines, more than {MAX_LINES}: print less"
    wide = [line for line in lines if len(line) > MAX_WIDTH]
    if wide and not {"traceback", "stderr"} & set(classes):
        yield (
            f"the cell prints a line of {len(wide[0])} characters, more than {MAX_WIDTH}: "
            f"{wide[0][:30]!r} …: print it as several"
        )
    yield from find_varying(text)


def find_varying(text: str) -> Iterator[str]:
    """Yield what in an output differs from run to run, and what to do."""
    if match := ADDRESS.search(text):
        advice = "end the line with ;" if "matplotlib" in match[0] else "print what it holds"
        yield f"the cell prints an object's address, {match[0]!r}: {advice}"
    if match := TIMESTAMP.search(text):
        yield f"the cell prints a time, {match[0]!r}, which changes: leave it out"


def find_failure(page: str, traceback: str) -> tuple[int, str] | None:
    """Return the line of a page at which its execution failed, and what to do.

    Parameters
    ----------
    page
        The page's text.
    traceback
        What nbclient reports: the cell between two lines of hyphens, then IPython's traceback.
    """
    text = COLOUR.sub("", traceback)
    failure = FAILURE.search(text)
    if not failure or failure["cell"] not in page:
        return None
    line = page[: page.index(failure["cell"])].count("\n") + int(failure["line"] or 1)
    return line, RAISES.format(text.strip().splitlines()[-1])


def check_outputs(app: Sphinx, doctree: nodes.document) -> None:
    """Warn of each output that is a warning, a traceback, an address, a time, or too long."""
    blocks = [b for b in doctree.findall(nodes.literal_block) if "output" in b["classes"]]
    tables = [b for b in doctree.findall(nodes.raw) if "output" in b["classes"]]
    faults = [(b, fault) for b in blocks for fault in find_faults(b.astext(), b["classes"])]
    for table in tables:
        text = BeautifulSoup(table.astext(), "html.parser").get_text()
        faults += [(table, fault) for fault in find_varying(text)]
    for block, fault in faults:
        logger.warning(fault, location=block, type="course", subtype="output")
    execution = NbMetadataCollector.get_exec_data(app.env, app.env.docname)
    is_shown = any("traceback" in block["classes"] for block in blocks)
    if execution and execution["traceback"] and not is_shown:
        page = Path(app.env.doc2path(app.env.docname)).read_text("utf-8")
        if failure := find_failure(page, execution["traceback"]):
            line, fault = failure
            place = app.env.docname, line
            logger.warning(fault, location=place, type="course", subtype="output")
