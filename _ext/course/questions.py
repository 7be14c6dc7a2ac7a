"""Questions, in which each option has its reason.

On the page they are a list and a folded answer, of which `_static/questions/` makes a
form. In notebooks the answers are at the end, with the solutions.
"""

import re
from hashlib import sha256
from typing import ClassVar

from docutils import nodes
from sphinx.util.docutils import SphinxDirective

from course.chapters import number_chapters

MARK = re.compile(r"\[(x| |\d+)\] +")
NUMBER = re.compile(r"[-−]?[\d.]+ ± [\d.]+")


def find_kind(marks, texts):
    """Return the kind of a question with these marks and options."""
    if all(mark.isdigit() for mark in marks):
        if len({*marks}) != max(2, *map(int, marks)):
            raise ValueError("leave no gap between the places: [1], [2], [3]")
        return "order"
    right = [text for mark, text in zip(marks, texts, strict=True) if mark == "x"]
    if not right or any(mark.isdigit() for mark in marks):
        raise ValueError("mark right options with [x], or lines with their places: [1]")
    if NUMBER.fullmatch(right[0]):
        return "number"
    return "one" if len(right) == 1 else "several"


def take_mark(term):
    """Return the mark with which an option begins, and remove it."""
    match = MARK.match(term.astext())
    if not match or not isinstance(term[0], nodes.Text):
        raise ValueError(f"mark this option with [x] or [ ]: {term.astext()}")
    rest = re.sub(r"(?<=\d) *\+/?- *(?=[\d.]+$)", " ± ", str(term[0])[match.end() :])
    term.replace(term[0], [nodes.Text(rest)] if rest else [])
    return match[1]


def shuffle(options, places):
    """Return lines in an order that is always the same, and none that is right."""
    pairs = [*zip(options, map(int, places), strict=True)]
    pairs.sort(key=lambda pair: sha256(pair[0].astext().encode()).digest())
    shown = [place for _, place in pairs]
    if shown == sorted(shown):
        pairs.append(pairs.pop(0))
    return [option for option, _ in pairs]


def list_options(entries, kind, marks):
    """Return the options as a list; lines to be put in order are in another one."""
    options = [entry[0].deepcopy() for entry in entries]
    if kind == "order":
        options = shuffle(options, marks)
    items = (nodes.list_item("", nodes.paragraph("", "", *o.children)) for o in options)
    return nodes.bullet_list("", *items, classes=["options", "no-search"])


def fold_reasons(entries, marks):
    """Return the options with their marks and reasons, in a box that will be folded."""
    for entry, mark in zip(entries, marks, strict=True):
        sign = {"x": "✓ ", " ": "✗ "}.get(mark, f"{mark}. ")
        kind = {"x": "right", " ": "wrong"}.get(mark, f"place-{mark}")
        entry[0]["classes"].append(kind)
        entry[0].insert(0, nodes.inline("", sign, classes=["mark"]))
    classes = ["dropdown", "reasons", "no-search"]
    title = nodes.title("", "Answer and reasons")
    return nodes.admonition(
        "", title, nodes.definition_list("", *entries), classes=classes
    )


class Question(SphinxDirective):
    """A question with its label; its options are a definition list.

    An option begins with `[x]` if it is right, and with `[ ]` if not; its definition is
    the reason. `[x] 8.5 ± 0.1` asks for a number. Lines to be put in order begin with
    their places, `[1]`, which those share that may be exchanged. The option
    `misconception` says what a question is about, for teachers. A question whose label
    begins with `p-` is a prediction, put before a lab or a plot, which stays covered.
    """

    required_arguments = 1
    option_spec: ClassVar = {"misconception": lambda text: text}
    has_content = True

    def run(self):
        stem = self.parse_content_to_nodes()
        options = stem.pop() if stem else None
        loose = [part.astext() for part in stem if MARK.match(part.astext())]
        if loose or not isinstance(options, nodes.definition_list):
            option = [*loose, "each option"][0]
            raise self.error(f'{option} needs a reason; add a line below it: ": …"')
        entries = options.children
        try:
            marks = [take_mark(entry[0]) for entry in entries]
            kind = find_kind(marks, [entry[0].astext() for entry in entries])
            if not self.options.get("misconception"):
                raise ValueError("add a line :misconception: What it is about")
        except ValueError as error:
            raise self.error(str(error)) from error
        name = nodes.fully_normalize_name(self.arguments[0])
        box = nodes.container(classes=["question", kind, "unlinked"], names=[name])
        box["misconception"] = self.options["misconception"]
        box["kind"] = kind
        self.set_source_info(box)
        self.state.document.note_explicit_target(box, box)
        box += nodes.container("", *stem, classes=["stem"])
        if kind != "number":
            box += list_options(entries, kind, marks)
        box += fold_reasons(entries, marks)
        # Readers' browsers keep answers, and ask an edited question afresh.
        box["edition"] = sha256(box.astext().encode()).hexdigest()[:8]
        box["classes"].append(f"edition-{box['edition']}")
        return [box]


def is_question(node):
    return isinstance(node, nodes.container) and "question" in node["classes"]


def number_questions(app, doctree, docname):
    """Number the questions of a chapter, such as *Question 3.1*, but predictions."""
    chapter = number_chapters(app.env).get(docname)
    number = 0
    for box in doctree.findall(is_question):
        is_prediction = box["names"][0].startswith("p-")
        number += not is_prediction
        name = f"Question {chapter}.{number}" if chapter else "Question"
        box["title"] = "Predict" if is_prediction else name
        title = nodes.strong("", box["title"])
        box.insert(0, nodes.paragraph("", "", title, classes=["number"]))


def setup(app):
    app.add_directive("question", Question)
    app.connect("doctree-resolved", number_questions, priority=400)  # before it folds
