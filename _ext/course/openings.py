"""Open chapters alike: with a picture that asks their question, objectives and imports folded.

The picture is that of the figure to which the chapter gives the class `opening`. A figure that
stands in the introduction is the picture itself; one of a later section is shown twice.
"""

import ast
import re
from itertools import dropwhile, takewhile

from docutils import nodes
from myst_nb.sphinx_ import HideCodeCellNode
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.writers.html5 import HTML5Translator
from sphinx_design.dropdown import dropdown_main, dropdown_title

from .pictures import picture, silence_diagram

GOALS = "You will be able to"
SENTENCE = re.compile(r".+?[.?!](?= |$)")


class preview(nodes.Element):  # noqa: N801 - docutils names nodes so
    """A later figure's picture, which leads to it; `says` is its caption's first sentence."""


def show_preview(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Show the figure of the class `opening` where the introduction speaks of it.

    That is behind the first paragraph that names it, or else at the end.
    """
    for figure in doctree.findall(nodes.figure):
        shown = next(figure.findall(picture), None)
        if "opening" not in figure["classes"] or shown is None:
            continue
        chapter = next(doctree.findall(nodes.section))
        others = dropwhile(lambda node: not isinstance(node, nodes.paragraph), chapter.children)
        texts = list(takewhile(lambda node: isinstance(node, nodes.paragraph), others))
        if texts and find_section(figure) is not chapter:
            place = next((text for text in texts if names_figure(text, figure)), texts[-1])
            chapter.insert(chapter.index(place) + 1, make_preview(app.env, docname, figure))
        return


def find_section(node: nodes.Element) -> nodes.Element:
    """Return the innermost section around a node."""
    while not isinstance(node, nodes.section):
        node = node.parent
    return node


def names_figure(text: nodes.paragraph, figure: nodes.figure) -> bool:
    """Return whether a paragraph refers to a figure of its page."""
    return any(link.get("refid") in figure["ids"] for link in text.findall(nodes.reference))


def make_preview(env: BuildEnvironment, docname: str, figure: nodes.figure) -> preview:
    """Return the picture of a figure, without its description, as a link to the figure.

    On a phone its panels stay side by side, since they would fill a screen.
    """
    copy = next(figure.findall(picture)).deepcopy()
    copy["alt"], copy["is_first"] = "", True
    if "svg" in copy:
        copy["svg"] = silence_diagram(copy["svg"])
    if "stacked" in copy.get("drawings", {}).get("light", ()):
        plots = copy["drawings"].items()
        copy["drawings"] = {theme: {"wide": forms["wide"]} for theme, forms in plots}
    numbers = env.toc_fignumbers.get(docname, {}).get("figure", {})
    number = ".".join(map(str, numbers.get(figure["ids"][0], ())))
    name = env.config.numfig_format["figure"] % number if number else "a figure"
    caption = next(figure.findall(nodes.caption), nodes.caption())
    # A formula has no words.
    text = "" if any(caption.findall(nodes.math)) else " ".join(caption.astext().split())
    found = SENTENCE.match(text)
    return preview("", copy, refid=figure["ids"][0], name=name, says=found[0] if found else "")


def visit_preview(self: HTML5Translator, node: preview) -> None:
    """Begin the link around a preview."""
    self.body.append(self.starttag(node, "a", "", CLASS="preview", href=f"#{node['refid']}"))


def depart_preview(self: HTML5Translator, node: preview) -> None:
    """End the link around a preview, with what it says."""
    name, says = self.encode(node["name"]), self.encode(node["says"])
    self.body.append(f"<span>Preview of {name}.</span> {says}</a>\n")


def fold_goals(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Fold the list of what a reader can do after the chapter."""
    for box in doctree.findall(nodes.admonition):
        if "objectives" not in box["classes"]:
            continue
        for paragraph in list(box.findall(nodes.paragraph)):
            goals = paragraph.next_node(siblings=True, descend=False)
            if paragraph.astext() == GOALS and isinstance(goals, nodes.bullet_list):
                box.remove(goals)
                title = dropdown_title("", "", nodes.Text(GOALS))
                paragraph.replace_self(dropdown_main("", title, goals, classes=["goals"]))


def fold_imports(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Hide the code of a cell that only imports; `cells` names what is folded."""
    for cell in doctree.findall(nodes.container):
        source = cell.children[0] if cell.children else None
        is_code = cell.get("nb_element") == "cell_code" and len(cell.children) == 1
        if is_code and isinstance(source, nodes.container) and only_imports(source.astext()):
            hidden = HideCodeCellNode()
            cell.replace(source, hidden)
            hidden += source


def only_imports(code: str) -> bool:
    """Return whether code imports and does nothing else."""
    body = read_statements(code)
    return bool(body) and all(isinstance(node, ast.Import | ast.ImportFrom) for node in body)


def read_statements(code: str) -> list[ast.stmt]:
    """Return the statements of a cell, or none where it is no plain Python."""
    try:
        return ast.parse(code).body
    except SyntaxError:
        return []
