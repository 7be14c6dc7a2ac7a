"""Fold what is marked as a dropdown, without a script, and keep ids unique."""

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.locale import admonitionlabels
from sphinx_design.dropdown import dropdown_main, dropdown_title

REPEATED = {"exercise-content", "solution-content"}


def free_ids(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Turn the ids that sphinx-exercise gives to each exercise of a page into classes."""
    for section in doctree.findall(nodes.section):
        for name in REPEATED.intersection(section["ids"]):
            section["ids"].remove(name)
            section["classes"].append(name)


def fold_boxes(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Fold each admonition and solution of the class `dropdown`."""
    for box in list(doctree.findall(nodes.Element)):
        if isinstance(box, nodes.Admonition) and "dropdown" in box["classes"]:
            box.replace_self(make_dropdown(box))


def make_dropdown(box: nodes.Element) -> dropdown_main:
    """Return a folded box with the title and the content of an admonition.

    Parameters
    ----------
    box
        An admonition, whose first child may be its title; a `note` or the like has none,
        and is titled with its kind.
    """
    classes = [name for name in box["classes"] if name != "dropdown"]
    if not isinstance(box, nodes.admonition):
        kind = box.tagname
        classes += [kind] if kind in admonitionlabels else []
    if "admonition" not in classes:
        classes.insert(0, "admonition")
    folded = dropdown_main("", ids=box["ids"], classes=classes)
    folded.source, folded.line = box.source, box.line
    if "target_label" in box:
        folded["target_label"] = box["target_label"]  # the exercise that it solves
    content = list(box.children)
    if content and isinstance(content[0], nodes.title):
        words = content.pop(0).children
    else:
        words = [nodes.Text(admonitionlabels[box.tagname])]
    title = dropdown_title("", "", *words, classes=["admonition-title"])
    # A link inside a summary is a control inside a control.
    for link in list(title.findall(nodes.reference)):
        link.parent.replace(link, link.children)
    folded += [title, *content]
    return folded
