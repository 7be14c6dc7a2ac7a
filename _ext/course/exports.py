"""Lists of all questions: for what a reader is due, for Moodle and for Anki.

The first is part of the site. The others, Moodle's GIFT and a table that Anki imports,
are in `_build`, from which releases take them. Lines to be put in order are left out
there, since neither system has such a question.
"""

import json
import pickle
import re
from collections import namedtuple
from contextlib import suppress
from functools import partial
from html import escape
from pathlib import Path

from docutils import nodes
from sphinx.util import logging

from course.chapters import number_chapters
from course.questions import is_question

logger = logging.getLogger(__name__)

# Texts are HTML; an option is right or not, and has its reason.
Exported = namedtuple("Exported", "label edition title kind stem options")
Option = namedtuple("Option", "text is_right reason")

ANKI_HEAD = "#separator:tab\n#html:true\n#notetype:Basic\n#columns:Front\tBack\n"
TAGS = {nodes.literal: "code", nodes.emphasis: "i"}


def write_html(node):
    """Return a node as HTML in one line, with formulas as both systems read them."""
    if isinstance(node, nodes.comment):
        return ""
    text = escape(node.astext(), quote=False)
    if isinstance(node, nodes.literal_block):
        return f"<pre>{text.replace(chr(10), '<br>')}</pre>"
    if isinstance(node, nodes.Text):
        return text.replace("\n", " ")
    if isinstance(node, nodes.math | nodes.math_block):
        return rf"\({text}\)"
    inside = "".join(map(write_html, node.children))
    tag = TAGS.get(type(node))
    if tag:
        return f"<{tag}>{inside}</{tag}>"
    return f"{inside} " if isinstance(node, nodes.paragraph) else inside


def read_question(box):
    """Return the question of a box that has its number, before it is folded."""
    entries = box.next_node(nodes.definition_list).children
    options = []
    for term, definition in (entry.children for entry in entries):
        text = "".join(map(write_html, term[1:]))  # after its mark
        reason = write_html(definition).strip()
        options.append(Option(text, "right" in term["classes"], reason))
    stem = write_html(box[1]).strip()
    about = (box[key] for key in ("edition", "title", "kind"))
    return Exported(box["names"][0], *about, stem, options)


def escape_gift(text):
    return re.sub(r"([\\~=#{}:])", r"\\\1", text)


def write_gift(question):
    """Return a question in GIFT, Moodle's format."""
    count = sum(option.is_right for option in question.options)
    lines = []
    for option in question.options:
        text = escape_gift(option.text)
        sign = "=" if option.is_right else "~"
        if question.kind == "several":
            sign = f"~%{100 / count if option.is_right else -50:.5g}%"
        if question.kind == "number":
            number, _, tolerance = option.text.replace("−", "-").partition(" ± ")
            sign = "=" if option.is_right else "=%0%"
            text = f"{number}:{tolerance or 0}"
        lines.append(f"{sign}{text}#{escape_gift(option.reason)}")
    start = "{#" if question.kind == "number" else "{"
    stem = escape_gift(question.stem)
    return "\n".join([f"::{question.label}::[html]{stem} {start}", *lines, "}\n"])


def write_card(question):
    """Return a question as a row of Anki's table: front, and back with the reasons."""
    front, back = question.stem + "<ol>", "<ol>"
    for option in question.options:
        if question.kind != "number":
            front += f"<li>{option.text}</li>"
        mark = "✓" if option.is_right else "✗"
        back += f"<li>{mark} {option.text}<br>{option.reason}</li>"
    return f"{front}</ol>\t{back}</ol>"


def find_store(app):
    """Return the file that keeps questions of pages for builds that change others."""
    return Path(app.doctreedir, "questions.pickle")


def recall(found, app):
    """Begin with the questions that earlier builds found."""
    with suppress(OSError, TypeError):  # There is none, or one of an older version.
        found.update(pickle.loads(find_store(app).read_bytes()))


def collect(found, app, doctree, docname):
    """Keep the questions of a page."""
    found[docname] = [read_question(box) for box in doctree.findall(is_question)]


def write_lists(found, app, exception):
    """Write the questions of all chapters, in their order."""
    find_store(app).write_bytes(pickle.dumps(found))
    if exception:
        return
    questions, index = [], {}
    for name, chapter in number_chapters(app.env).items():
        for one in found.get(name, []):
            if one.label in index:
                words = "two questions have the label %s; rename one"
                logger.warning(words, one.label, location=name)
            is_prediction = one.title == "Predict"
            title = f"Prediction in chapter {chapter}" if is_prediction else one.title
            index[one.label] = [one.edition, app.builder.get_target_uri(name), title]
            if one.kind != "order":
                questions.append(one)
    path = Path(app.outdir, "_static", "questions", "index.json")
    path.write_text(json.dumps(index), "utf-8")
    folder = Path(app.srcdir, "_build")
    gift = "\n".join(map(write_gift, questions))
    (folder / "questions-moodle.gift").write_text(gift, "utf-8")
    rows = "\n".join(map(write_card, questions))
    (folder / "questions-anki.tsv").write_text(f"{ANKI_HEAD}{rows}\n", "utf-8")


def setup(app):
    found = {}  # the questions of each page
    app.connect("builder-inited", partial(recall, found))
    # Before they are folded
    app.connect("doctree-resolved", partial(collect, found), priority=450)
    app.connect("build-finished", partial(write_lists, found))
