"""Folded boxes: solutions, hints, answers, optional boxes, and the code of figures."""

from docutils import nodes
from myst_nb.sphinx_ import HideCodeCellNode
from sphinx_design.dropdown import dropdown_main, dropdown_title
from sphinx_exercise.nodes import solution_node


def fold(title, content, **attributes):
    """Return `<details>` with a title, without links, since a summary is a button."""
    for link in title.findall(nodes.reference):
        link.parent.replace(link, link.children)
    return dropdown_main("", title, *content, **attributes)


def separate_ids(app, doctree, docname):
    """Make classes of the two ids that sphinx-exercise gives every exercise."""
    for section in doctree.findall(nodes.section):
        repeated = {"exercise-content", "solution-content"} & set(section["ids"])
        section["ids"] = [name for name in section["ids"] if name not in repeated]
        section["classes"] += repeated


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
    folded = fold(title, content, ids=box["ids"], classes=classes)
    if isinstance(box, solution_node):
        folded["solves"] = box["target_label"]
    return folded


def fold_boxes(app, doctree, docname):
    """Fold solutions, and each box of the class `dropdown`."""
    for box in list(doctree.findall(nodes.Admonition)):
        if isinstance(box, solution_node) or "dropdown" in box["classes"]:
            box.replace_self(fold_box(box))


def join_code(doctree):
    """Join hidden code that shows nothing with that of the figure after it."""
    for hidden in list(doctree.findall(HideCodeCellNode)):
        cell = hidden.parent
        place = cell.parent.index(cell)
        following = next(iter(cell.parent[place + 1 : place + 2]), None)
        is_figure = isinstance(following, nodes.container) and any(
            following.findall(nodes.figure)
        )
        onward = is_figure and following.next_node(HideCodeCellNode)
        if len(cell) == 1 and onward:
            onward.insert(0, hidden.children)
            cell.parent.remove(cell)


def fold_code(app, doctree, docname):
    """Fold code that MyST-NB has hidden; that of a figure comes after the figure."""
    join_code(doctree)
    for hidden in list(doctree.findall(HideCodeCellNode)):
        cell = hidden.parent
        has_figure = any(cell.findall(nodes.figure))
        words = "Code for this figure" if has_figure else "Code"
        title = dropdown_title("", words)
        folded = fold(title, hidden.children, classes=["code"])
        cell.remove(hidden)
        cell.insert(len(cell) if has_figure else 0, folded)


def setup(app):
    for step in (separate_ids, fold_boxes, fold_code):
        app.connect("doctree-resolved", step)
