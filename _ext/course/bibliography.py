"""List the bibliography by the words with which the text cites: authors and year.

sphinxcontrib-bibtex cites by author and year but has no such labels for the list.
The year of an entry in `references.bib` carries a letter where an author has several
works of one year; two works that would be cited with the same words are reported.
"""

import unicodedata
from collections import Counter

from docutils import nodes
from pybtex.database import Entry
from pybtex.plugin import register_plugin
from pybtex.style.formatting.plain import Style as PlainStyle
from pybtex.style.labels import BaseLabelStyle
from pybtex.style.sorting import BaseSortingStyle
from sphinx.application import Sphinx
from sphinx.util import logging
from sphinx.writers.html5 import HTML5Translator
from sphinxcontrib.bibtex.style.referencing.author_year import AuthorYearReferenceStyle
from sphinxcontrib.bibtex.style.template import join, year

logger = logging.getLogger(__name__)


def cited_as(entry: Entry) -> str:
    """Return authors and year of an entry, as `{cite:p}` shows them."""
    style = AuthorYearReferenceStyle()
    names = style.person.author_or_editor_or_title(full=False)
    words = join(sep=style.author_year_sep)[names, year]
    return str(words.format_data({"entry": entry, "style": style}))


class Labels(BaseLabelStyle):
    def format_labels(self, sorted_entries: list[Entry]) -> list[str]:
        labels = [cited_as(entry) for entry in sorted_entries]
        for label, count in Counter(labels).items():
            if count > 1:
                logger.warning(
                    "%d works are cited as %r: add letters to the years", count, label
                )
        return labels


class Sorting(BaseSortingStyle):
    def sorting_key(self, entry: Entry) -> str:
        """Return what the entry is cited as, without capitals and accents."""
        letters = unicodedata.normalize("NFKD", cited_as(entry).casefold())
        return "".join(c for c in letters if not unicodedata.combining(c))


class Style(PlainStyle):
    default_label_style = Labels
    default_sorting_style = Sorting


def visit_citation(self: HTML5Translator, node: nodes.citation) -> None:
    """Write a plain list; docutils gives the entries a role that is deprecated."""
    if not isinstance(node.previous_sibling(), nodes.citation):
        self.body.append('<ul class="citation-list">\n')
    self.body.append(self.starttag(node, "li", CLASS="citation"))


def depart_citation(self: HTML5Translator, node: nodes.citation) -> None:
    self.body.append("</li>\n")
    if not isinstance(node.next_node(descend=False, siblings=True), nodes.citation):
        self.body.append("</ul>\n")


def setup(app: Sphinx) -> dict:
    app.add_node(nodes.citation, override=True, html=(visit_citation, depart_citation))
    register_plugin("pybtex.style.formatting", "author_year", Style)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
