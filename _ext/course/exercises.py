"""Write solutions as `<details>`, which fold without a script; keep ids unique."""

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.writers.html5 import HTML5Translator
from sphinx_exercise.nodes import solution_node

REPEATED = {"exercise-content", "solution-content"}


def ids_to_classes(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    for section in doctree.findall(nodes.section):
        for name in REPEATED.intersection(section["ids"]):
            section["ids"].remove(name)
            section["classes"].append(name)


def visit_solution(self: HTML5Translator, node: solution_node) -> None:
    node["classes"].remove("dropdown")
    self.body.append(self.starttag(node, "details", CLASS="admonition"))
    self.body.append('<summary class="admonition-title">')
    title = node.pop(0)
    # A link inside a summary is a control inside a control.
    for link in list(title.findall(nodes.reference)):
        link.replace_self(link.children)
    for part in title.children:
        part.walkabout(self)
    self.body.append("</summary>\n")


def depart_solution(self: HTML5Translator, node: solution_node) -> None:
    self.body.append("</details>\n")


def setup(app: Sphinx) -> dict:
    app.setup_extension("sphinx_exercise")
    app.add_node(solution_node, override=True, html=(visit_solution, depart_solution))
    app.connect("doctree-resolved", ids_to_classes)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
