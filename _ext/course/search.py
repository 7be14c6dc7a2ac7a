"""Let search find a term's definition, also when the glossary is not written again.

It is found without its hyphens, too.

Sphinx notes index entries when it writes a page, and forgets those of the pages that it
leaves as they are, so that after a partial build no term would be found.
"""

from typing import cast

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.domains.index import IndexDomain
from sphinx.environment import BuildEnvironment


def add_spellings(app: Sphinx, doctree: nodes.document) -> None:
    """Let what a page enters into the index be found without hyphens: many write minibatch."""
    for index in doctree.findall(addnodes.index):
        index["entries"] += [
            (kind, drop_hyphens(term), *place)
            for kind, term, *place in index["entries"]
            if "-" in term
        ]


def drop_hyphens(term: str) -> str:
    """Return a term as one word in the place of several with hyphens."""
    return term.replace("-", "")


def note_terms(app: Sphinx, env: BuildEnvironment) -> None:
    """Note the index entries of every page for the search."""
    index = cast(IndexDomain, env.get_domain("index"))
    for name, entries in index.entries.items():
        terms = {
            (word, anchor, main)
            for _, term, anchor, main, _ in entries
            for word in (term, drop_hyphens(term))
        }
        env._search_index_index_entries[name] = sorted(terms)
