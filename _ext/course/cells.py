"""Fold the code of a figure into a line below its caption, and mark cells for attempts."""

import ast

from docutils import nodes
from myst_nb.sphinx_ import HideCodeCellNode
from sphinx.application import Sphinx
from sphinx_design.dropdown import dropdown_main, dropdown_title

from .openings import only_imports, read_statements

ATTEMPT = "# your turn"


def fold_code(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Fold code that MyST-NB has hidden: below what it gives, and named for that."""
    for hidden in list(doctree.findall(HideCodeCellNode)):
        cell = hidden.parent
        cell.remove(hidden)
        title = dropdown_title("", name_code(cell, hidden.astext()))
        cell += dropdown_main("", title, *hidden.children, classes=["code"])


def name_code(cell: nodes.Element, code: str) -> str:
    """Return what the code of a cell is for, given the outputs of the cell and the code."""
    if only_imports(code):
        return "Imports"
    if any(cell.findall(nodes.figure)):
        return "Code for this figure"
    if cell.children:
        return "Code for this output"
    named = (ast.FunctionDef, ast.ClassDef)
    names = [node.name for node in read_statements(code) if isinstance(node, named)]
    return f"Code of {' and '.join(names)}" if names else "Code"


def mark_attempts(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Give the cells of exercises that wait for the reader's code a class, `attempt`."""
    for cell in doctree.findall(nodes.container):
        if cell.get("nb_element") == "cell_code" and cell.astext() == ATTEMPT:
            cell["classes"].append("attempt")
