"""Give the digit lab what the chapter on MNIST has packed for it: its network, and test images.

A hidden cell of that chapter glues both as text, so that they are kept with its other outputs.
Where a page has the lab, they are written beside its script.
"""

import base64
import json
from dataclasses import dataclass, field
from pathlib import Path

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.environment.collectors import EnvironmentCollector
from sphinx.util import logging

from .labs import FOLDER, lab
from .sources import find_line

logger = logging.getLogger(__name__)

KIND = "digits"
CHAPTER = "book/mnist"
# The files, by the keys under which the chapter glues what they hold.
FILES = {"mnist_network": "digits.bin.gz", "mnist_sample": "digits-sample.bin.gz"}


@dataclass
class Records:
    """What is remembered from one build to the next.

    Attributes
    ----------
    labs
        The pages that have the digit lab, and the line where it stands.
    """

    labs: dict[str, int | None] = field(default_factory=dict)


def get_records(env: BuildEnvironment) -> Records:
    """Return the records in Sphinx's environment, which it keeps between builds."""
    records: Records = vars(env).setdefault("course_digits", Records())
    return records


class DigitsCollector(EnvironmentCollector):
    """Remembers which pages have the digit lab, and looks whether it will have its network."""

    def clear_doc(self, app: Sphinx, env: BuildEnvironment, docname: str) -> None:
        """Forget a page that is removed or read again."""
        get_records(env).labs.pop(docname, None)

    def merge_other(
        self, app: Sphinx, env: BuildEnvironment, docnames: set[str], other: BuildEnvironment
    ) -> None:
        """Take over what another process has read."""
        known = get_records(other).labs
        get_records(env).labs.update({name: known[name] for name in docnames & known.keys()})

    def process_doc(self, app: Sphinx, doctree: nodes.document) -> None:
        """Note whether the page has the lab."""
        for place in doctree.findall(lab):
            if place["kind"] == KIND:
                get_records(app.env).labs[app.env.docname] = find_line(place)

    def get_updated_docs(self, app: Sphinx, env: BuildEnvironment) -> list[str]:
        """Warn, at the lab, of what the chapter has not packed; return no page."""
        for docname, line in get_records(env).labs.items():
            for key in FILES.keys() - unpack_files(app).keys():
                logger.warning(
                    "the digit lab has no network: no cell of %s.md glues %s, in base64",
                    CHAPTER,
                    key,
                    location=(docname, line),
                    type="course",
                    subtype="digits",
                )
        return []


def unpack_files(app: Sphinx) -> dict[str, bytes]:
    """Return what the chapter has packed, by key; what is missing or broken is left out."""
    path = Path(app.outdir).parent / "jupyter_execute" / f"{CHAPTER}.glue.json"
    glued = json.loads(path.read_text("utf-8")) if path.exists() else {}
    found = {}
    for key in FILES.keys() & glued.keys():
        text = glued[key]["data"].get("text/plain", "").strip("'")
        try:
            found[key] = base64.b64decode(text, validate=True)
        except ValueError:
            continue
    return {key: content for key, content in found.items() if content}


def write_files(app: Sphinx, exception: Exception | None) -> None:
    """Write what the chapter has packed into the site, where a page has the lab."""
    if exception or app.builder.format != "html" or not get_records(app.env).labs:
        return
    folder = Path(app.outdir, "_static", FOLDER)
    for key, content in unpack_files(app).items():
        (folder / FILES[key]).write_bytes(content)
