"""Keep on one line what is read as one: `28 × 28`, `Worked example 1`."""

import re

from docutils import nodes
from sphinx.application import Sphinx

from .markup import UNTOUCHED

SPACE = re.compile(r"(?<=\d) (?=× \d)|(?<=\d ×) (?=\d)|(?<=Worked example) (?=\d)")


def bind_numbers(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Let no line of a page end within a size or the name of an example."""
    for text in list(doctree.findall(nodes.Text)):
        bound = SPACE.sub("\N{NO-BREAK SPACE}", text)
        if bound != text and not isinstance(text.parent, UNTOUCHED):
            text.parent.replace(text, nodes.Text(bound))
