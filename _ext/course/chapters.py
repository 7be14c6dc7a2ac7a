"""The list of chapters, their hours and the way on, from their first boxes."""

import re
from collections import namedtuple
from functools import cache

from docutils import nodes
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective, SphinxRole

logger = logging.getLogger(__name__)

# What the first box of a chapter says, after its number and title; times are in minutes
Chapter = namedtuple("Chapter", "number title question path reading exercises")
BOX = re.compile(
    r"Questions?:\s+(.*?\?).*Path:\s+(core|further)"
    r".*Time:\s+(\d+) minutes to read, (\d+) for",
    re.DOTALL,
)


class chapter_map(nodes.General, nodes.Element):
    """The place of the list of chapters, or of the hours that they take."""


class ChapterMap(SphinxDirective):
    """Place the list of chapters: `{chapter-map}`, or their hours: `{course-hours}`."""

    def run(self):
        self.env.note_reread()  # chapters may have changed
        return [chapter_map(kind=self.name)]


class Minutes(SphinxRole):
    """The minutes of chapters, summed: {minutes}`book/neuron book/networks`."""

    def run(self):
        self.env.note_reread()
        place = chapter_map(kind="minutes", of=self.text.split())
        self.set_source_info(place)
        return [place], []


def number_chapters(env):
    """Return the number of each chapter by its name, in their order."""
    sections = env.toc_secnumbers
    numbers = {name: of[""][0] for name, of in sections.items() if of.get("")}
    return dict(sorted(numbers.items(), key=lambda item: item[1]))


@cache
def read_chapters(env):
    """Return what the chapters' first boxes say, by the chapters' names."""
    chapters = {}
    for name, number in number_chapters(env).items():
        boxes = env.get_doctree(name).findall(nodes.admonition)
        boxes = [box for box in boxes if "objectives" in box["classes"]]
        if found := BOX.search("".join(box.astext() for box in boxes)):
            question, path, *times = found.groups()
            about = (env.titles[name].astext(), " ".join(question.split()), path)
            chapters[name] = Chapter(number, *about, *map(int, times))
        else:
            words = "write Questions, Path, Time: 5 minutes to read, 10 for exercises"
            logger.warning(words, location=[*boxes, name][0])
    return chapters


def find_chapters(env, names, place):
    """Return the chapters of these names, and warn of a name that none has."""
    chapters = read_chapters(env)
    for name in set(names) - set(chapters):
        logger.warning("there is no chapter %r in _toc.yml", name, location=place)
    return [chapters[name] for name in names if name in chapters]


def tell_time(chapter):
    """Return the minutes that a chapter takes, in words."""
    reading, exercises = chapter.reading, chapter.exercises
    return f"{reading} minutes to read, {exercises} for the other exercises"


def make_card(chapter, uri):
    """Return the item of a chapter in the list of chapters."""
    link = nodes.reference("", chapter.title, refuri=uri, internal=True)
    return nodes.list_item(
        "",
        nodes.paragraph("", f"{chapter.number} ", link, classes=["title"]),
        nodes.paragraph("", chapter.question),
        nodes.paragraph("", f"{chapter.path} · {tell_time(chapter)}", classes=["time"]),
        classes=[chapter.path],
    )


def sum_minutes(chapters):
    """Return the minutes of chapters: to read, and for the other exercises."""
    reading = sum(chapter.reading for chapter in chapters)
    return reading, sum(chapter.exercises for chapter in chapters)


def tell_hours(chapters):
    """Return a sentence on the hours of the core path and of the whole course."""
    core = [chapter for chapter in chapters if chapter.path == "core"]
    minutes = (*sum_minutes(core), *sum_minutes(chapters))
    return (
        "The core path takes about {} hours to read and {} for the other exercises; "
        "the whole course takes {} and {}."
    ).format(*(round(time / 60) for time in minutes))


def list_chapters(app, doctree, docname):
    """Fill the places of `{chapter-map}`, `{course-hours}` and `{minutes}`."""
    for place in list(doctree.findall(chapter_map)):
        chapters = read_chapters(app.env)
        if place["kind"] == "minutes":
            times = sum_minutes(find_chapters(app.env, place["of"], place))
            place.replace_self(nodes.Text("{:,}\xa0+\xa0{:,}".format(*times)))
            continue
        hours = nodes.paragraph("", tell_hours(chapters.values()))
        cards = nodes.bullet_list(classes=["chapters"])
        for name, chapter in chapters.items():
            cards += make_card(chapter, app.builder.get_relative_uri(docname, name))
        place.replace_self(cards if place["kind"] == "chapter-map" else hours)


def check_boxes(app, doctree, docname):
    """Warn of a chapter that the page for teachers has no box for."""
    boxes = [box for box in doctree.findall(nodes.admonition) if "chapter" in box]
    lacking = set(read_chapters(app.env)) - {box["chapter"] for box in boxes}
    for name in lacking if boxes else ():
        logger.warning("no box for %r; copy this one", name, location=boxes[-1])


def find_way_on(chapters, docname):
    """Return the names of the next chapter and of those that lie before it.

    On the core path it is the next of this path, and further chapters lie before it.
    """
    names = list(chapters)
    onward = names[names.index(docname) + 1 :]
    paths = [chapters[name].path for name in onward]
    is_core = chapters[docname].path == "core"
    end = paths.index("core") if is_core and "core" in paths else 0
    return [*onward[end : end + 1], *onward[:end]]


def show_way_on(app, pagename, templatename, context, doctree):
    """Give a chapter's page the way on, and mark further chapters in the sidebar."""
    chapters = read_chapters(app.env)
    tree = context["furo_navigation_tree"]
    for name, chapter in chapters.items():
        if chapter.path == "further":
            uri = app.builder.get_relative_uri(pagename, name)
            link = f'href="{uri if name != pagename else "#"}"'
            tree = tree.replace(link, f'{link} data-path="further"')
    context["furo_navigation_tree"] = tree
    if pagename in chapters:
        context["way_on"] = [
            {
                "link": app.builder.get_relative_uri(pagename, name),
                "title": f"{chapters[name].number} {chapters[name].title}",
                "question": chapters[name].question,
                "time": tell_time(chapters[name]),
            }
            for name in find_way_on(chapters, pagename)
        ]


def setup(app):
    for name in ("chapter-map", "course-hours"):
        app.add_directive(name, ChapterMap)
    app.add_role("minutes", Minutes())
    app.connect("doctree-resolved", list_chapters)
    app.connect("doctree-resolved", check_boxes)
    app.connect("html-page-context", show_way_on, priority=900)  # after the theme
