"""Let search find a term's definition, also when the glossary is not written again.

Sphinx notes index entries when it writes a page, and forgets those of the pages that it
leaves as they are, so that after a partial build no term would be found.
"""

from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment


def note_terms(app: Sphinx, env: BuildEnvironment) -> None:
    for name, entries in env.get_domain("index").entries.items():
        terms = {(term, anchor, main) for _, term, anchor, main, _ in entries}
        env._search_index_index_entries[name] = sorted(terms)


def setup(app: Sphinx) -> dict:
    app.connect("env-updated", note_terms)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
