"""List the chapters as cards, in the order of `_toc.yml`, and say how long they take together.

A page writes the directive `{chapter-map}` for the cards, and `{course-hours}` for the hours.
A chapter's picture is that of its figure of the class `opening`; its question is the first of
the "Questions:" in its box of objectives; its times are those of the line "Time:"; the line
"Path:" says whether it is of the core path, which can be followed without the others.
"""

import re
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.environment.collectors import EnvironmentCollector
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

from .cache import open_cache
from .emblems import make_emblem
from .pictures import DRAWINGS, FAULTS, make_picture
from .sources import find_line

logger = logging.getLogger(__name__)

FURTHER = "further"
QUESTION = re.compile(r"Questions:\s+(.*?\?)", re.DOTALL)
TIMES = re.compile(r"Time:\s+(\d+) minutes? to read, (\d+) for the exercises")
PATH = re.compile(r"Path:\s+(core|further)\b")


class Overview(NamedTuple):
    """What a chapter's box says: its question, its path, minutes to read and for exercises."""

    question: str
    reading: int
    exercises: int
    is_core: bool


class Chapter(NamedTuple):
    """A chapter: its page, number, title and overview, and the file of its picture, if any."""

    name: str
    number: int
    title: str
    overview: Overview
    picture: str | None


class chapter_map(nodes.General, nodes.Element):  # noqa: N801 - docutils names nodes so
    """Stands where the list of chapters or their hours will be."""


class ChapterMap(SphinxDirective):
    """Places the list of chapters, or the hours that they take."""

    def run(self) -> list[nodes.Node]:
        """Return the place; it is filled when all chapters have been read."""
        place = chapter_map(kind=self.name)
        self.set_source_info(place)
        return [place]


@dataclass
class Records:
    """What is remembered from one build to the next.

    Attributes
    ----------
    overviews
        What a chapter's box says.
    unread
        The line of a page's box that does not say it.
    pictures
        The file of a chapter's picture, as seen from the book's folder.
    maps
        The pages that list the chapters or their hours.
    mapped
        What these lists said in the last build.
    """

    overviews: dict[str, Overview] = field(default_factory=dict)
    unread: dict[str, int | None] = field(default_factory=dict)
    pictures: dict[str, str] = field(default_factory=dict)
    maps: set[str] = field(default_factory=set)
    mapped: list[Chapter] | None = None


def get_records(env: BuildEnvironment) -> Records:
    """Return the records in Sphinx's environment, which it keeps between builds."""
    records: Records = vars(env).setdefault("course_chapter_map", Records())
    return records


def find_objectives(doctree: nodes.document) -> nodes.admonition | None:
    """Return a page's box of objectives, or None where there is no such box."""
    boxes = doctree.findall(nodes.admonition)
    return next((box for box in boxes if "objectives" in box["classes"]), None)


def read_overview(box: nodes.admonition) -> Overview | None:
    """Return what a box of objectives says of its page, or None where it lacks a part."""
    text = box.astext()
    question, times, path = (p.search(text) for p in (QUESTION, TIMES, PATH))
    if not (question and times and path):
        return None
    words = " ".join(question[1].split())
    return Overview(words, int(times[1]), int(times[2]), path[1] == "core")


def find_opening(doctree: nodes.document) -> str | None:
    """Return the file of the figure that stands at a page's title, if there is one."""
    for figure in doctree.findall(nodes.figure):
        image = next(figure.findall(nodes.image), None)
        if "opening" in figure["classes"] and image is not None:
            return str(image["uri"])
    return None


def list_numbered(env: BuildEnvironment) -> list[str]:
    """Return the names of the numbered pages in the order of reading."""
    numbered = [name for name, numbers in env.toc_secnumbers.items() if numbers.get("")]
    return sorted(numbered, key=lambda name: env.toc_secnumbers[name][""])


def list_chapters(env: BuildEnvironment) -> list[Chapter]:
    """Return the chapters whose boxes say what they are about, in the order of reading."""
    records = get_records(env)
    return [
        Chapter(
            name,
            env.toc_secnumbers[name][""][0],
            env.titles[name].astext(),
            records.overviews[name],
            records.pictures.get(name),
        )
        for name in list_numbered(env)
        if name in records.overviews
    ]


class ChapterMapCollector(EnvironmentCollector):
    """Remembers what the boxes of the chapters say, and where they are listed."""

    def clear_doc(self, app: Sphinx, env: BuildEnvironment, docname: str) -> None:
        """Forget a page that is removed or read again."""
        records = get_records(env)
        for record in (records.overviews, records.unread, records.pictures):
            record.pop(docname, None)
        records.maps.discard(docname)

    def merge_other(
        self, app: Sphinx, env: BuildEnvironment, docnames: set[str], other: BuildEnvironment
    ) -> None:
        """Take over what another process has read."""
        records, known = get_records(env), get_records(other)
        for name in docnames:
            for record in ("overviews", "unread", "pictures"):
                if name in getattr(known, record):
                    getattr(records, record)[name] = getattr(known, record)[name]
        records.maps |= docnames & known.maps

    def process_doc(self, app: Sphinx, doctree: nodes.document) -> None:
        """Note what the page's box says, and whether the page lists the chapters."""
        records = get_records(app.env)
        if box := find_objectives(doctree):
            if overview := read_overview(box):
                records.overviews[app.env.docname] = overview
            else:
                records.unread[app.env.docname] = find_line(box)
        if picture := find_opening(doctree):
            records.pictures[app.env.docname] = picture
        if next(doctree.findall(chapter_map), None):
            records.maps.add(app.env.docname)

    def get_updated_docs(self, app: Sphinx, env: BuildEnvironment) -> list[str]:
        """Return the pages that list the chapters, when these have changed."""
        records = get_records(env)
        for name in records.unread.keys() & list_numbered(env):
            logger.warning(
                "the box of objectives lacks a question, the path or the times, without which "
                "the chapter is not listed",
                location=(name, records.unread[name]),
                type="course",
                subtype="chapter_map",
            )
        chapters = list_chapters(env)
        before, records.mapped = records.mapped, chapters
        return sorted(records.maps) if before not in (None, chapters) else []


def fill_maps(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Put the list of chapters, or their hours, where a page wants them."""
    for place in list(doctree.findall(chapter_map)):
        chapters = list_chapters(app.env)
        if not chapters:
            logger.warning(
                "no numbered chapter has a box of objectives with questions, path and times",
                location=place,
                type="course",
                subtype="chapter_map",
            )
        if place["kind"] == "course-hours":
            place.replace_self(make_hours([chapter.overview for chapter in chapters]))
            continue
        cards = nodes.bullet_list("", classes=["chapters"])
        for chapter in chapters:
            uri = app.builder.get_relative_uri(docname, chapter.name)
            cards += make_card(app, chapter, uri)
        place.replace_self(cards)


def make_card(app: Sphinx, chapter: Chapter, uri: str) -> nodes.list_item:
    """Return the card of a chapter.

    Parameters
    ----------
    app
        The application.
    chapter
        The chapter.
    uri
        Its address.
    """
    question, reading, exercises, is_core = chapter.overview
    card = nodes.list_item("")
    if chapter.picture:
        candidates = {"*": chapter.picture}
        image = nodes.image("", uri=chapter.picture, candidates=candidates, alt="")
        with suppress(*FAULTS):  # told of where it stands in its chapter
            shown = make_picture(app, image, Path(app.srcdir, chapter.picture))
            card += make_emblem(shown, open_cache(app, DRAWINGS))
    card += nodes.paragraph("", f"Chapter {chapter.number}", classes=["number"])
    link = nodes.reference("", chapter.title, internal=True, refuri=uri)
    card += nodes.paragraph("", "", link, classes=["title"])
    card += nodes.paragraph("", question)
    times = f"{reading} min to read, {exercises} min of exercises"
    card += nodes.paragraph("", times, classes=["times"])
    if not is_core:
        card[-1] += [nodes.Text(" · "), nodes.inline("", FURTHER, classes=["path"])]
    return card


def make_hours(overviews: list[Overview]) -> nodes.paragraph:
    """Return a sentence that says how long the core path takes, and how long the whole."""
    core = [overview for overview in overviews if overview.is_core]
    times = [
        (round(sum(o.reading for o in some) / 60), round(sum(o.exercises for o in some) / 60))
        for some in (core, overviews)
    ]
    (reading, exercises), (whole_reading, whole_exercises) = times
    text = (
        f"Its core path takes about {reading} hours to read and {exercises} for the exercises; "
        f"the whole course takes {whole_reading} and {whole_exercises}."
    )
    return nodes.paragraph("", text, classes=["hours"])
