"""Fold code: that of a figure below its caption, other code where it runs; mark attempts."""

import ast

from docutils import nodes
from myst_nb.sphinx_ import HideCodeCellNode
from sphinx.application import Sphinx
from sphinx_design.dropdown import dropdown_main, dropdown_title

from .openings import only_imports, read_statements

ATTEMPT = "# your turn"


def fold_code(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Fold code that MyST-NB has hidden: below a figure, above what it prints."""
    for hidden in list(doctree.findall(HideCodeCellNode)):
        cell = hidden.parent
        cell.remove(hidden)
        title = dropdown_title("", "", *name_code(cell, hidden.astext()))
        place = len(cell) if any(cell.findall(nodes.figure)) else 0
        cell.insert(place, dropdown_main("", title, *hidden.children, classes=["code"]))


def name_code(cell: nodes.Element, code: str) -> list[nodes.Node]:
    """Return what the code of a cell is for, given the outputs of the cell and the code."""
    if only_imports(code):
        return [nodes.Text("Imports")]
    if any(cell.findall(nodes.figure)):
        return [nodes.Text("Code for this figure")]
    if cell.children:
        return [nodes.Text("Code for this output")]
    kinds = (ast.FunctionDef, ast.ClassDef)
    names = [node.name for node in read_statements(code) if isinstance(node, kinds)]
    name: list[nodes.Node] = [nodes.Text("Code")]
    for number, defined in enumerate(names):
        name += [nodes.Text(" and " if number else " of "), nodes.literal("", defined)]
    return name


def mark_attempts(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Give the cells of exercises that wait for the reader's code a class, `attempt`."""
    for cell in doctree.findall(nodes.container):
        if cell.get("nb_element") == "cell_code" and cell.astext() == ATTEMPT:
            cell["classes"].append("attempt")
