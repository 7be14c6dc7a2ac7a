"""Keep on one line what is read as one: `28 × 28`, `2 + 3 = 5`, `Worked example 1`."""

import re

from docutils import nodes
from sphinx.application import Sphinx

from .markup import UNTOUCHED

NUMBER = r"\(?−?\d[\d.,]*\)?"
UNIT = re.compile(rf"{NUMBER}(?: [+−·×/=≈] {NUMBER})+|(?<=Worked )example \d")
LONGEST = 28  # signs; a longer sum would leave gaps in lines, and not fit on a phone


def bind_numbers(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Let no line of a page end within a size, a short sum or the name of an example."""
    for text in list(doctree.findall(nodes.Text)):
        bound = bind_spaces(text)
        if bound != text and not isinstance(text.parent, UNTOUCHED):
            text.parent.replace(text, nodes.Text(bound))


def bind_spaces(text: str) -> str:
    """Return a text in which the spaces of such units are no-break spaces."""
    return UNIT.sub(lambda unit: keep_together(unit[0]), text)


def keep_together(unit: str) -> str:
    """Return a unit that no line breaks, unless it is long."""
    return unit.replace(" ", "\N{NO-BREAK SPACE}") if len(unit) <= LONGEST else unit
