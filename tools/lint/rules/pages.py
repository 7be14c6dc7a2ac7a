"""Pages: their front matter, their headings, and the parts that every chapter has."""

import re
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise

from tools.book import CONTENTS, Book, Page
from tools.lint.finding import Finding
from tools.lint.rule import rule

FRONT_MATTER = {
    "file_format": "mystnb",
    "kernelspec": {"name": "python3", "display_name": "Python 3 (ipykernel)"},
}
OBJECTIVES = ("**Questions:**", "**You will be able to**", "**Path:**", "**Time:**")
TIME = re.compile(r"\*\*Time:\*\* (\d+) minutes? to read, (\d+) for the exercises\.")
PATH = re.compile(r"^\*\*Path:\*\* (core|further); needs (.+)\.$", re.MULTILINE)
CHAPTER = re.compile(r"\{ref\}`(?:[^`<]*<)?ch-([a-z0-9-]+)>?`")
QUESTIONS = re.compile(r"^\*\*Questions:\*\* (.*)$", re.MULTILINE)
ANSWER = re.compile(r"^- \*\*(.+?)\*\*", re.MULTILINE)
QUESTION = re.compile(r"^\*\*Questions:\*\* [^.?]*\?", re.MULTILINE)
EVENING = 45  # minutes to read
CLOSING = ["Exercises", "Key points", "Further reading"]
DEEPEST = 3


@rule
def front_matter(page: Page) -> Iterator[Finding]:
    """Pages with code share one front matter: the format mystnb and the kernel python3."""
    if page.cells:
        for path in differences(page.front_matter.data, FRONT_MATTER):
            place = ".".join(path) or "all of it"
            fault = f"front matter other than that of all chapters: {place}"
            line = page.front_matter.line(*path)
            yield Finding(page.file, line, fault, "copy the first lines of another chapter")


def differences(
    given: object, wanted: object, path: tuple[str, ...] = ()
) -> Iterator[tuple[str, ...]]:
    """Yield the paths of the entries in which two mappings differ."""
    if isinstance(given, dict) and isinstance(wanted, dict):
        for key in {**given, **wanted}:
            yield from differences(given.get(key), wanted.get(key), (*path, str(key)))
    elif given != wanted:
        yield path


@rule
def openings(page: Page) -> Iterator[Finding]:
    """A page has one title; above that of a page in book/ stands its label, (ch-…)=."""
    titles = [line for line, level, _ in page.headings if level == 1]
    if len(titles) != 1:
        fault = f"{len(titles)} titles"
        remedy = "begin one line with a single #, and sections with ##"
        yield Finding(page.file, (titles or [1])[-1], fault, remedy)
        return
    label = "ch-" + page.name.removeprefix("book/")
    if page.name.startswith("book/") and (titles[0] - 1, label) not in page.labels:
        remedy = f"write ({label})= into the line above it"
        yield Finding(page.file, titles[0], "a title without the page's label", remedy)


@rule
def heading_levels(page: Page) -> Iterator[Finding]:
    """Headings skip no level, stop at the third, and are no blank lines."""
    before = 0
    for line, level, text in page.headings:
        if not text.strip():
            yield Finding(page.file, line, "an empty heading", "write it, or remove the line")
        elif level > DEEPEST:
            remedy = f"use at most {DEEPEST} levels"
            yield Finding(page.file, line, f"a heading of level {level}", remedy)
        elif level > before + 1:
            remedy = f"write {'#' * (before + 1)}"
            yield Finding(page.file, line, f"a heading of level {level} below {before}", remedy)
        before = level


@rule
def unique_headings(page: Page) -> Iterator[Finding]:
    """No two headings of a page have the same words."""
    seen: dict[str, int] = {}
    for line, _, text in page.headings:
        if text in seen:
            fault = f"the heading {text!r} stands in line {seen[text]}, too"
            yield Finding(page.file, line, fault, "give it other words")
        seen[text] = line


@rule
def objectives(page: Page) -> Iterator[Finding]:
    """A chapter opens with a box of questions, objectives and times, and is an evening long."""
    if not page.is_chapter:
        return
    boxes = [d for d in page.directives if d.options.get("class") == "objectives"]
    line = boxes[0].line if boxes else 1
    for text in OBJECTIVES:
        if not boxes or text not in boxes[0].body:
            remedy = "copy the box from another chapter"
            yield Finding(page.file, line, f"the box of objectives lacks {text}", remedy)
            return
    if not QUESTION.search(boxes[0].body):
        remedy = "write **Questions:** What is …?"
        yield Finding(page.file, line, "the box of objectives asks no question", remedy)
    if not (times := TIME.search(boxes[0].body)):
        remedy = "write **Time:** 20 minutes to read, 30 for the exercises."
        yield Finding(page.file, line, "the box of objectives gives no times", remedy)
    elif int(times[1]) > EVENING:
        remedy = f"divide it, so that each part takes at most {EVENING}"
        yield Finding(page.file, line, f"a chapter of {times[1]} minutes", remedy)
    if not PATH.search(boxes[0].body):
        remedy = "write **Path:** core; needs {ref}`ch-…`."
        yield Finding(page.file, line, "the box of objectives gives no path", remedy)


@rule
def paths(book: Book) -> Iterator[Finding]:
    """A chapter needs chapters before it, and one of the core path needs none of the others."""
    known: dict[str, str] = {}
    for page in book.chapters:
        found = PATH.search(page.text)
        path, needs = found.groups() if found else ("core", "")
        line = page.text.count("\n", 0, found.start() if found else 0) + 1
        for name in CHAPTER.findall(needs):
            if name not in known:
                fault = f"the chapter needs {name}, which does not come before it"
                yield Finding(page.file, line, fault, "name a chapter that does")
            elif path == "core" and known[name] != "core":
                fault = f"a chapter of the core path needs {name}, which is not of that path"
                yield Finding(page.file, line, fault, "name one of the core path alone")
        known[page.name.rpartition("/")[2]] = path


@rule
def closing(page: Page) -> Iterator[Finding]:
    """A chapter ends with Exercises, Key points and Further reading, which cites a work."""
    if not page.is_chapter:
        return
    sections = [(line, text) for line, level, text in page.headings if level == 2]
    if [text for _, text in sections[-3:]] != CLOSING:
        line = sections[-1][0] if sections else 1
        remedy = "end it with " + ", ".join(CLOSING)
        yield Finding(page.file, line, "a chapter with other last sections", remedy)
        return
    start = sections[-1][0]
    if not any(role.line > start and role.name.startswith("cite") for role in page.roles):
        remedy = "name one with {cite:t}`key`, and say what it is good for"
        yield Finding(page.file, start, "further reading that cites no work", remedy)


@rule
def answers(page: Page) -> Iterator[Finding]:
    """The key points answer each question of the chapter's box, under its words."""
    asked = QUESTIONS.search(page.text)
    if not asked or not page.is_chapter:
        return
    line = page.text.count("\n", 0, asked.start()) + 1
    points = page.text.partition("\n## Key points\n")[2].partition("\n## ")[0]
    answered = ANSWER.findall(points)
    for question in re.findall(r"[^?]+\?", asked[1]):
        if question.strip() not in answered:
            remedy = f"begin a key point with **{question.strip()}**"
            yield Finding(page.file, line, "a question without an answer", remedy)


@rule
def terms(book: Book) -> Iterator[Finding]:
    """Terms are bold once, where a chapter defines them, and stand in the glossary."""
    if book.glossary_page is None:
        remedy = "write one with :::{glossary}"
        yield Finding(CONTENTS, 1, "no page holds a glossary", remedy)
        return
    file = book.glossary_page.file
    bold: Counter[str] = Counter()
    for page in book.chapters:
        for line, text in bold_terms(page):
            bold[text.lower()] += 1
            if text.lower() not in book.glossary:
                remedy = f"add it to {file}, or set it in *italics*"
                fault = f"the bold term {text!r} is not in the glossary"
                yield Finding(page.file, line, fault, remedy)
            elif bold[text.lower()] > 1:
                remedy = "set a term in bold where it is defined, and nowhere else"
                yield Finding(page.file, line, f"the term {text!r} is bold again", remedy)
    for term, line in book.glossary.items():
        if term not in bold:
            remedy = "set it in bold where a chapter defines it"
            yield Finding(file, line, f"no chapter defines {term!r}", remedy)


def bold_terms(page: Page) -> Iterator[tuple[int, str]]:
    """Yield the words in bold that name a term, and not a part of the page."""
    for passage in page.passages:
        for (line, token), (_, after) in pairwise(passage.parts):
            if token.type == "strong_open" and after.type == "text":
                is_part = after.content.endswith((".", "?", ":")) or any(
                    after.content == text.strip("*") for text in OBJECTIVES
                )
                if not is_part:
                    yield line, after.content
