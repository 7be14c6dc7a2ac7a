"""List the bibliography by the words with which the text cites: authors and year.

sphinxcontrib-bibtex cites by author and year but has no such labels for the list.
The year of an entry in `references.bib` carries a letter where an author has several
works of one year.
"""

import unicodedata
from functools import cache
from itertools import takewhile

from docutils import nodes
from pybtex.backends.plaintext import Backend as PlaintextBackend
from pybtex.database import Entry
from pybtex.style.formatting.plain import Style as PlainStyle
from pybtex.style.labels import BaseLabelStyle
from pybtex.style.sorting import BaseSortingStyle
from sphinx.application import Sphinx
from sphinxcontrib.bibtex.style.referencing.author_year import AuthorYearReferenceStyle
from sphinxcontrib.bibtex.style.template import join, year


@cache
def make_style() -> AuthorYearReferenceStyle:
    """Return the style of citations, which takes long to make."""
    return AuthorYearReferenceStyle()


def format_citation(entry: Entry) -> str:
    """Return authors and year of an entry, as `{cite:p}` shows them."""
    style = make_style()
    names = style.person.author_or_editor_or_title(full=False)
    words = join(sep=style.author_year_sep)[names, year]
    text = words.format_data({"entry": entry, "style": style})
    # By its name, pybtex would look for the backend among all installed packages, each time.
    rendered: str = text.render(PlaintextBackend())
    return rendered


class AuthorYearLabels(BaseLabelStyle):
    """Labels an entry with the words by which the text cites it."""

    def format_labels(self, sorted_entries: list[Entry]) -> list[str]:
        """Return the label of each entry; sphinxcontrib-bibtex warns where two are the same."""
        return [format_citation(entry) for entry in sorted_entries]


class AuthorYearSorting(BaseSortingStyle):
    """Sorts entries by the words by which the text cites them."""

    def sorting_key(self, entry: Entry) -> str:
        """Return what the entry is cited as, without capitals and accents."""
        letters = unicodedata.normalize("NFKD", format_citation(entry).casefold())
        return "".join(c for c in letters if not unicodedata.combining(c))


class AuthorYearStyle(PlainStyle):
    """The plain style with labels and order by author and year."""

    default_label_style = AuthorYearLabels
    default_sorting_style = AuthorYearSorting


def list_citations(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Make a plain list of a bibliography; docutils would give it a deprecated role."""
    for first in list(doctree.findall(nodes.citation)):
        if first.parent is None:
            continue  # listed already, with the one before it
        siblings = first.parent.children
        place = siblings.index(first)
        works = list(takewhile(lambda n: isinstance(n, nodes.citation), siblings[place:]))
        listed = nodes.bullet_list("", classes=["citation-list"])
        for work in works:
            label, *content = work.children
            words = nodes.paragraph("", "", *label.children, classes=["label"])
            listed += nodes.list_item(
                "", words, *content, ids=work["ids"], classes=["citation"]
            )
        first.parent[place : place + len(works)] = [listed]
        for work in works:
            work.parent = None
