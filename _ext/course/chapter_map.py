"""List the chapters, in the order of `_toc.yml`, with what their boxes say of them.

A page writes the directive `{chapter-map}`. A chapter's question is the first of the
"Questions." in its box of objectives; its times are those of the line "Time"; the line
"Path" says whether it is of the core path, which can be followed without the others.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.environment.collectors import EnvironmentCollector
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

logger = logging.getLogger(__name__)

FURTHER = " further"
HEADINGS = ("chapter", "what it answers", "to read", "exercises")
QUESTION = re.compile(r"Questions\.\s+(.*?\?)", re.DOTALL)
TIMES = re.compile(r"Time\s+(\d+) minutes? to read, (\d+) for the exercises")
PATH = re.compile(r"Path\s+(core|further)\b")


class Overview(NamedTuple):
    """What a chapter's box says: its question, its path, minutes to read and for exercises."""

    question: str
    reading: int
    exercises: int
    is_core: bool


class chapter_map(nodes.General, nodes.Element):  # noqa: N801 - docutils names nodes so
    """Stands where the list of chapters will be."""


class ChapterMap(SphinxDirective):
    """Places the list of chapters."""

    def run(self) -> list[nodes.Node]:
        """Return the place; the list is made when all chapters have been read."""
        place = chapter_map()
        self.set_source_info(place)
        return [place]


@dataclass
class Records:
    """What is remembered from one build to the next.

    Attributes
    ----------
    overviews
        What a chapter's box says.
    maps
        The pages that list the chapters.
    mapped
        What these lists said in the last build.
    """

    overviews: dict[str, Overview] = field(default_factory=dict)
    maps: set[str] = field(default_factory=set)
    mapped: list[tuple[str, str, Overview]] | None = None


def get_records(env: BuildEnvironment) -> Records:
    """Return the records in Sphinx's environment, which it keeps between builds."""
    records: Records = vars(env).setdefault("course_chapter_map", Records())
    return records


def find_overview(doctree: nodes.document) -> Overview | None:
    """Return what a page's box of objectives says of it, or None where there is no such box."""
    for box in doctree.findall(nodes.admonition):
        if "objectives" in box["classes"]:
            text = box.astext()
            question, times, path = (p.search(text) for p in (QUESTION, TIMES, PATH))
            if question and times and path:
                words = " ".join(question[1].split())
                return Overview(words, int(times[1]), int(times[2]), path[1] == "core")
    return None


def list_chapters(env: BuildEnvironment) -> list[tuple[str, str, Overview]]:
    """Return name, title and overview of each numbered chapter, in the order of reading."""
    overviews = get_records(env).overviews
    numbered = [name for name, numbers in env.toc_secnumbers.items() if numbers.get("")]
    numbered.sort(key=lambda name: env.toc_secnumbers[name][""])
    return [
        (name, env.titles[name].astext(), overviews[name])
        for name in numbered
        if name in overviews
    ]


class ChapterMapCollector(EnvironmentCollector):
    """Remembers what the boxes of the chapters say, and where they are listed."""

    def clear_doc(self, app: Sphinx, env: BuildEnvironment, docname: str) -> None:
        """Forget a page that is removed or read again."""
        records = get_records(env)
        records.overviews.pop(docname, None)
        records.maps.discard(docname)

    def merge_other(
        self, app: Sphinx, env: BuildEnvironment, docnames: set[str], other: BuildEnvironment
    ) -> None:
        """Take over what another process has read."""
        records, known = get_records(env), get_records(other)
        overviews = {name: known.overviews[name] for name in docnames & known.overviews.keys()}
        records.overviews.update(overviews)
        records.maps |= docnames & known.maps

    def process_doc(self, app: Sphinx, doctree: nodes.document) -> None:
        """Note what the page's box says, and whether the page lists the chapters."""
        records = get_records(app.env)
        if overview := find_overview(doctree):
            records.overviews[app.env.docname] = overview
        if next(doctree.findall(chapter_map), None):
            records.maps.add(app.env.docname)

    def get_updated_docs(self, app: Sphinx, env: BuildEnvironment) -> list[str]:
        """Return the pages that list the chapters, when these have changed."""
        records = get_records(env)
        chapters = list_chapters(env)
        before, records.mapped = records.mapped, chapters
        return sorted(records.maps) if before not in (None, chapters) else []


def fill_maps(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Put the list of chapters where a page wants it."""
    for place in list(doctree.findall(chapter_map)):
        chapters = list_chapters(app.env)
        if not chapters:
            logger.warning(
                "no numbered chapter has a box of objectives with questions, path and times",
                location=place,
                type="course",
                subtype="chapter_map",
            )
        rows = []
        for name, title, overview in chapters:
            uri = app.builder.get_relative_uri(docname, name)
            link = nodes.reference("", title, internal=True, refuri=uri)
            times = (f"{minutes} min" for minutes in (overview.reading, overview.exercises))
            rows.append([[link], *make_texts(overview.question, *times)])
            if not overview.is_core:
                rows[-1][0].append(nodes.inline("", FURTHER, classes=["path"]))
        overviews = [overview for _, _, overview in chapters]
        if overviews:
            rows.append(make_total("The core path", [o for o in overviews if o.is_core]))
            rows.append(make_total("The whole course", overviews))
        place.replace_self(make_table(rows))


def make_texts(*texts: str) -> list[list[nodes.Node]]:
    """Return cells of a row that hold these texts."""
    return [[nodes.Text(text)] for text in texts]


def make_total(name: str, overviews: list[Overview]) -> list[list[nodes.Node]]:
    """Return a row with the hours that chapters take together."""
    minutes = (sum(o.reading for o in overviews), sum(o.exercises for o in overviews))
    return make_texts(name, "", *(f"{time / 60:.0f} h" for time in minutes))


def make_table(rows: list[list[list[nodes.Node]]]) -> nodes.container:
    """Return a table with one row a chapter and two of sums, in a box that scrolls."""
    head = make_texts(*HEADINGS)
    group = nodes.tgroup("", cols=len(HEADINGS))
    group += [nodes.colspec(colwidth=1) for _ in HEADINGS]
    group += nodes.thead("", make_row(head))
    group += nodes.tbody("", *map(make_row, rows))
    return nodes.container("", nodes.table("", group), classes=["chapters"])


def make_row(cells: Iterable[list[nodes.Node]]) -> nodes.row:
    """Return a row of a table with these cells."""
    return nodes.row("", *(nodes.entry("", nodes.paragraph("", "", *cell)) for cell in cells))
