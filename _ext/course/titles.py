"""Link to a worked example by its number, since its title is too long for a sentence."""

import re

from docutils import nodes
from sphinx.application import Sphinx

TITLE = re.compile(r"(Worked example \d+): .+")


def shorten_titles(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Leave the number of the titles of worked examples in links to them."""
    for link in doctree.findall(nodes.reference):
        for text in list(link.findall(nodes.Text)):
            if title := TITLE.fullmatch(text):
                text.parent.replace(text, nodes.Text(title[1]))
