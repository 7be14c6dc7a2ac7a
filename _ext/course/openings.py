"""Open chapters alike: a picture at the title, objectives and imports folded.

The picture is that of the figure to which the chapter gives the class `opening`.
"""

import ast
import re
import xml.etree.ElementTree as ET

from docutils import nodes
from myst_nb.sphinx_ import HideCodeCellNode
from PIL import Image
from sphinx.application import Sphinx
from sphinx.writers.html5 import HTML5Translator
from sphinx_design.dropdown import dropdown_main, dropdown_title

from .pictures import picture, round_places
from .pixels import replace_pixels

ET.register_namespace("", "http://www.w3.org/2000/svg")
ET.register_namespace("xlink", "http://www.w3.org/1999/xlink")
GOALS = "After it you can"
# How Matplotlib calls what would be too small to read.
WORDS = ("matplotlib.axis", "text", "legend")
COLOURS = 16


class emblem(nodes.Element):  # noqa: N801 - docutils names nodes so
    """A chapter's picture at its title."""


def show_picture(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Show the figure of the class `opening` once more, small and silent, beside the title."""
    for figure in doctree.findall(nodes.figure):
        shown = next(figure.findall(picture), None)
        if "opening" in figure["classes"] and shown is not None:
            title = next(doctree.findall(nodes.title))
            title.parent.insert(title.parent.index(title), make_emblem(shown))
            return


def make_emblem(shown: picture) -> emblem:
    """Return a copy of a picture without words, since these stand with the picture itself."""
    copy = shown.deepcopy()
    copy["alt"] = ""
    if "drawings" in copy:
        themes = copy["drawings"].items()
        copy["drawings"] = {
            theme: {"emblem": make_light(strip_words(forms["wide"]))} for theme, forms in themes
        }
    if "svg" in copy:
        svg = re.sub(r"<desc.*?</desc>\n?", "", copy["svg"], flags=re.DOTALL)
        svg = re.sub(r"<text.*?</text>\n?", "", svg, flags=re.DOTALL)
        svg = re.sub(r' (role|aria-[a-z]+)="[^"]*"', "", svg)
        copy["svg"] = svg.replace("<svg ", '<svg aria-hidden="true" ', 1)
    return emblem("", copy)


def strip_words(svg: str) -> str:
    """Return a plot as Matplotlib writes it without axes, words and legends."""
    root = ET.fromstring(svg)
    for parent in root.iter():
        for part in list(parent):
            if part.get("id", "").startswith(WORDS):
                parent.remove(part)
    return ET.tostring(root, "unicode")


def make_light(svg: str) -> str:
    """Return a plot with places to a tenth of a point and images in few colours.

    An emblem is small, so that nobody sees the difference; the landing page has all of them.
    """

    def reduce_colours(image: Image.Image) -> Image.Image:
        method, dither = Image.Quantize.FASTOCTREE, Image.Dither.NONE
        return image.convert("RGBA").quantize(COLOURS, method, dither=dither)

    return replace_pixels(round_places(svg, 1), reduce_colours)


def visit_emblem(self: HTML5Translator, node: emblem) -> None:
    """Begin the box of a chapter's picture."""
    self.body.append('<div class="emblem">')


def depart_emblem(self: HTML5Translator, node: emblem) -> None:
    """End the box of a chapter's picture."""
    self.body.append("</div>\n")


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
    try:
        body = ast.parse(code).body
    except SyntaxError:
        return False
    return bool(body) and all(isinstance(node, ast.Import | ast.ImportFrom) for node in body)
