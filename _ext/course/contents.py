"""Have all pages written again when titles, numbers or the order of pages have changed.

Each page shows the titles of the others in its sidebar, and may name their sections, figures
and exercises; Sphinx writes only those again that have changed themselves.
"""

from copy import deepcopy

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

KEPT = "course_contents"  # where the environment keeps what the pages were called


def list_contents(env: BuildEnvironment) -> list[object]:
    """Return the order of the pages, the titles of their sections, and all numbers."""
    headings = {
        name: [part.pformat() for link in toc.findall(nodes.reference) for part in link]
        for name, toc in sorted(env.tocs.items())
    }
    return [
        list(env.collect_relations().items()),
        headings,
        deepcopy(env.toc_secnumbers),  # whose entries Sphinx removes while it reads
        deepcopy(env.toc_fignumbers),
    ]


def find_renamed(app: Sphinx, env: BuildEnvironment) -> list[str]:
    """Return all pages when the contents are others than in the build before."""
    contents = list_contents(env)
    before = vars(env).get(KEPT, contents)
    vars(env)[KEPT] = contents
    return sorted(env.found_docs) if contents != before else []
