"""Link to a worked example by its number in a sentence, for which its title is too long."""

import re

from docutils import nodes
from sphinx.application import Sphinx

TITLE = re.compile(r"(Worked example \d+): .+")


def shorten_titles(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Leave the number of the titles of worked examples in links with words beside them."""
    for link in doctree.findall(nodes.reference):
        for text in list(link.findall(nodes.Text)):
            title = TITLE.fullmatch(text)
            if title and len(link.parent) > 1:
                text.parent.replace(text, nodes.Text(title[1]))
