"""Folded boxes: solutions, hints, answers, optional boxes, and the code of figures."""

from docutils import nodes
from myst_nb.sphinx_ import HideCodeCellNode
from sphinx_design.dropdown import dropdown_main, dropdown_title
from sphinx_exercise.nodes import solution_node


def fold_box(box):
    """Return a box as `<details>`; that of a solution says which exercise it solves."""
    title, *content = box.children
    if not isinstance(title, nodes.title):
        content = box.children
        title = nodes.title("", box.tagname.capitalize())
    words = title.children
    if isinstance(box, solution_node):
        number = nodes.inline("", "", *words[1:], classes=["visually-hidden"])
        words = [nodes.Text("Solution"), number]
    classes = ["folded", *(name for name in box["classes"] if name != "dropdown")]
    title = dropdown_title("", "", *words)
    for link in title.findall(nodes.reference):  # a summary is a button
        link.parent.replace(link, link.children)
    folded = dropdown_main("", title, *content, ids=box["ids"], classes=classes)
    if isinstance(box, solution_node):
        folded["solves"] = box["target_label"]
    return folded


def fold_boxes(app, doctree, docname):
    """Fold solutions, and each box of the class `dropdown`."""
    for box in list(doctree.findall(nodes.Admonition)):
        if isinstance(box, solution_node) or "dropdown" in box["classes"]:
            box.replace_self(fold_box(box))


def fold_code(app, doctree, docname):
    """Fold code that MyST-NB has hidden; that of a figure comes after the figure.

    Code that shows nothing is joined with that of the figure after it.
    """
    for hidden in list(doctree.findall(HideCodeCellNode)):
        cell = hidden.parent
        after = cell.next_node(descend=False, siblings=True)
        is_figure = isinstance(after, nodes.container) and after.next_node(nodes.figure)
        onward = after.next_node(HideCodeCellNode) if is_figure else None
        if len(cell) == 1 and onward:
            onward.insert(0, hidden.children)
            cell.parent.remove(cell)
            continue
        has_figure = cell.next_node(nodes.figure) is not None
        words = "Code for this figure" if has_figure else "Code"
        title = dropdown_title("", words)
        folded = dropdown_main("", title, *hidden.children, classes=["code"])
        cell.remove(hidden)
        cell.insert(len(cell) if has_figure else 0, folded)


def setup(app):
    for step in (fold_boxes, fold_code):
        app.connect("doctree-resolved", step)
