"""Give the parts of exercises and solutions a class where sphinx-exercise repeats an id."""

from docutils import nodes
from sphinx.application import Sphinx

REPEATED = {"exercise-content", "solution-content"}


def ids_to_classes(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    for section in doctree.findall(nodes.section):
        for name in REPEATED.intersection(section["ids"]):
            section["ids"].remove(name)
            section["classes"].append(name)


def setup(app: Sphinx) -> dict:
    app.connect("doctree-resolved", ids_to_classes)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
