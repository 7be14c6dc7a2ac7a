"""Let search find a term's definition, also when the glossary is not written again.

Sphinx notes index entries when it writes a page, and forgets those of the pages that it
leaves as they are, so that after a partial build no term would be found.
"""

from typing import cast

from sphinx.application import Sphinx
from sphinx.domains.index import IndexDomain
from sphinx.environment import BuildEnvironment


def note_terms(app: Sphinx, env: BuildEnvironment) -> None:
    """Note the index entries of every page for the search."""
    index = cast(IndexDomain, env.get_domain("index"))
    for name, entries in index.entries.items():
        terms = {(term, anchor, main) for _, term, anchor, main, _ in entries}
        env._search_index_index_entries[name] = sorted(terms)
