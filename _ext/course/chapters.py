"""The list of chapters, their hours and the way on, from their first boxes."""

import re
from collections import namedtuple
from functools import cache

from docutils import nodes
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

logger = logging.getLogger(__name__)

# The first question, `core` or `further`, and minutes to read and for the exercises
Box = namedtuple("Box", "question path reading exercises")


class chapter_map(nodes.General, nodes.Element):
    """The place of the list of chapters, or of the hours that they take."""


class ChapterMap(SphinxDirective):
    """Place the list of chapters: `{chapter-map}`, or their hours: `{course-hours}`."""

    def run(self):
        return [chapter_map(kind=self.name)]


def read_again(app, env, added, changed, removed):
    """Return the page with the list of chapters, which is read again always."""
    return [env.config.root_doc]


@cache
def read_box(env, docname):
    """Return the `Box` of a chapter, or None for a page without a complete one."""
    boxes = env.get_doctree(docname).findall(nodes.admonition)
    texts = [box.astext() for box in boxes if "objectives" in box["classes"]]
    text = texts[0] if texts else ""
    question = re.search(r"Questions?:\s+(.*?\?)", text, re.DOTALL)
    path = re.search(r"Path:\s+(core|further)", text)
    times = re.search(r"Time:\s+(\d+) minutes to read, (\d+) for", text)
    if not (question and path and times):
        return None
    words = " ".join(question[1].split())
    return Box(words, path[1], int(times[1]), int(times[2]))


def tell_time(box):
    """Return the minutes that a chapter takes, in words."""
    return f"{box.reading} minutes to read, {box.exercises} for the exercises"


def make_card(number, link, box):
    """Return the item of a chapter in the list of chapters."""
    return nodes.list_item(
        "",
        nodes.paragraph("", f"{number} ", link, classes=["title"]),
        nodes.paragraph("", box.question),
        nodes.paragraph("", f"{box.path} · {tell_time(box)}", classes=["time"]),
        classes=[box.path],
    )


def tell_hours(boxes):
    """Return a sentence on the hours of the core path and of the whole course."""
    core = [box for box in boxes if box.path == "core"]
    hours = [
        round(sum(getattr(box, kind) for box in some) / 60)
        for some in (core, boxes)
        for kind in ("reading", "exercises")
    ]
    return (
        "The core path takes about {} hours to read and {} for the exercises; "
        "the whole course takes {} and {}."
    ).format(*hours)


def number_chapters(env):
    """Return the number of each chapter by its name, in their order."""
    sections = env.toc_secnumbers
    numbers = {name: of[""][0] for name, of in sections.items() if of.get("")}
    return dict(sorted(numbers.items(), key=lambda item: item[1]))


def list_chapters(app, doctree, docname):
    """Fill the places of `{chapter-map}` and `{course-hours}`."""
    places = list(doctree.findall(chapter_map))
    if not places:
        return
    numbers = number_chapters(app.env)
    cards, boxes = nodes.bullet_list(classes=["chapters"]), []
    for name in numbers:
        box = read_box(app.env, name)
        if box is None:
            words = "its first box lacks Questions, Path or Time"
            logger.warning(words, location=name)
            continue
        boxes.append(box)
        uri = app.builder.get_relative_uri(docname, name)
        title = app.env.titles[name].astext()
        link = nodes.reference("", title, refuri=uri, internal=True)
        cards += make_card(numbers[name], link, box)
    hours = nodes.paragraph("", tell_hours(boxes))
    for place in places:
        place.replace_self(cards if place["kind"] == "chapter-map" else hours)


def find_way_on(env, docname):
    """Return the names of the next chapter and of those that lie before it.

    On the core path it is the next of this path, and further chapters lie before it.
    """
    names = list(number_chapters(env))
    onward = names[names.index(docname) + 1 :]
    paths = [getattr(read_box(env, name), "path", "") for name in onward]
    is_core = getattr(read_box(env, docname), "path", "") == "core"
    end = paths.index("core") if is_core and "core" in paths else 0
    return [*onward[end : end + 1], *onward[:end]]


def show_way_on(app, pagename, templatename, context, doctree):
    """Give a chapter's page the way on, and mark further chapters in the sidebar."""
    numbers = number_chapters(app.env)
    boxes = {name: read_box(app.env, name) for name in numbers}
    tree = context["furo_navigation_tree"]
    for name, box in boxes.items():
        if box and box.path == "further":
            uri = app.builder.get_relative_uri(pagename, name)
            link = f'href="{uri if name != pagename else "#"}"'
            tree = tree.replace(link, f'{link} data-path="further"')
    context["furo_navigation_tree"] = tree
    if pagename in numbers:
        context["way_on"] = [
            {
                "link": app.builder.get_relative_uri(pagename, name),
                "title": f"{numbers[name]} {app.env.titles[name].astext()}",
                "question": boxes[name].question,
                "time": tell_time(boxes[name]),
            }
            for name in find_way_on(app.env, pagename)
            if boxes[name]
        ]


def setup(app):
    for name in ("chapter-map", "course-hours"):
        app.add_directive(name, ChapterMap)
    app.connect("env-get-outdated", read_again)
    app.connect("doctree-resolved", list_chapters)
    app.connect("html-page-context", show_way_on, priority=900)  # after the theme
