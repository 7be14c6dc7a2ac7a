"""Chapters as files: contents, labels, titles, encoding."""

import re

from ..draft import Draft, Place, place_of
from .catalogue import refused_by

TOC = "_toc.yml"


def entry(draft: Draft) -> tuple[int, str]:
    """Draw a chapter; return the line of its entry in the contents and its name."""
    page = draft.pick(draft.chapters())
    lines = enumerate(draft.lines(TOC), 1)
    return next((n, page.name) for n, text in lines if text.endswith(f"file: {page.name}"))


@refused_by("lint", "twice|repeated|duplicate|second|also|too")
def chapter_twice_in_the_contents(draft: Draft) -> list[Place]:
    """An entry of the contents is repeated."""
    line, _ = entry(draft)
    text = draft.lines(TOC)[line - 1]
    at = draft.pick(n for n, other in enumerate(draft.lines(TOC), 1) if "- file:" in other)
    draft.insert(TOC, at, text)
    line += at <= line
    return [Place(TOC, at), Place(TOC, line)]


@refused_by("lint", "captoin|chaptres|fiel|numberd|key|unknown|unexpected|not a|entry")
def misspelt_key_in_the_contents(draft: Draft) -> Place:
    """A key of the contents is misspelt."""
    wrong = {"caption:": "captoin:", "chapters:": "chaptres:", "file:": "fiel:"}
    wrong |= {"numbered:": "numberd:", "root:": "rot:"}
    key = draft.pick(wrong)
    lines = enumerate(draft.lines(TOC), 1)
    line = draft.pick(n for n, text in lines if key in text)
    return draft.change(TOC, line, lambda text: text.replace(key, wrong[key]))


@refused_by("lint", r"\.md|suffix|ending|no such|page")
def ending_in_the_contents(draft: Draft) -> Place:
    """An entry of the contents has the ending `.md`."""
    line, _ = entry(draft)
    return draft.change(TOC, line, lambda text: text + ".md")


@refused_by("lint", "yaml|indent|tab|mapping|expected")
def contents_that_are_no_yaml(draft: Draft) -> Place:
    """A line of the contents is indented by a tab."""
    line, _ = entry(draft)
    draft.change(TOC, line, lambda text: "\t" + text.strip())
    return Place(TOC, line - 1, line + 1)


@refused_by("lint", "_toc.yml|contents")
def chapter_missing_from_the_contents(draft: Draft) -> Place:
    """A chapter is added that the contents do not list."""
    name = draft.pick(["transformers", "convolution", "attention"])
    return draft.write(f"book/{name}.md", f"(ch-{name})=\n# A new chapter\n\nIt begins here.\n")


@refused_by("lint", "no such|not exist|missing|no page")
def entry_without_a_chapter(draft: Draft) -> Place:
    """The contents list a chapter that does not exist."""
    line, _ = entry(draft)
    return draft.insert(TOC, line, "      - file: book/transformers")


@refused_by("lint", "redirect|renamed|published")
def chapter_renamed_without_a_redirect(draft: Draft) -> list[Place]:
    """A chapter has another file name, in the contents and in every reference, too."""
    page = draft.pick(draft.chapters())
    old = page.name.removeprefix("book/")
    new = f"{old}-explained"
    draft.write(f"book/{new}.md", page.text)
    draft.remove(f"book/{old}.md")
    for other in [*draft.root.glob("book/*.md"), draft.root / "index.md", draft.root / TOC]:
        text = other.read_text("utf-8")
        text = re.sub(rf"ch-{old}\b", f"ch-{new}", text)
        text = re.sub(rf"book/{old}$", f"book/{new}", text, flags=re.MULTILINE)
        text = re.sub(rf"\b{old}\.md", f"{new}.md", text)
        draft.write(other.relative_to(draft.root).as_posix(), text)
    return [Place(f"book/{new}.md"), Place("book/published-pages.txt"), Place("_config.yml")]


@refused_by("lint", "redirect|renamed|published|glossary")
def glossary_renamed(draft: Draft) -> list[Place]:
    """The glossary has another file name."""
    text = (draft.root / "book/glossary.md").read_text("utf-8")
    draft.write("book/terms.md", text.replace("(ch-glossary)=", "(ch-terms)="))
    draft.remove("book/glossary.md")
    draft.swap(TOC, "book/glossary", "book/terms")
    index = (draft.root / "index.md").read_text("utf-8")
    draft.write("index.md", index.replace("`ch-glossary`", "`ch-terms`"))
    return [
        Place("book/terms.md"),
        Place("book/glossary.md"),
        Place("book/published-pages.txt"),
    ]


@refused_by("lint", "utf-8|encod|byte")
def chapter_in_another_encoding(draft: Draft) -> Place:
    """A chapter is saved in Latin-1, as an old editor on Windows does."""
    place = draft.add_sentence("It was found by Übelmeß and Café.")
    path = draft.root / place.file
    data = path.read_text("utf-8").encode("latin-1", "replace")
    if draft.random.random() < 0.5:
        data = path.read_bytes().replace("Übelmeß".encode(), b"\xdcbelme\xdf")
        draft.write(place.file, data)
        return place
    draft.write(place.file, data)
    return Place(place.file)


@refused_by("lint", "label")
def label_twice(draft: Draft) -> list[Place]:
    """A label stands a second time, in the same chapter or another one."""
    page, line, label = draft.pick(
        (page, line, label)
        for page in draft.chapters()
        for line, label in page.labels
        if label.startswith(("ch-", "sec-"))
    )
    added = draft.add_paragraph(f"({label})=\n**Once more.**")
    moved = line + 3 if added.file == page.file and added.first <= line else line
    return [added, Place(page.file, moved - 1, moved)]


@refused_by("lint", "label|prefix")
def label_without_a_prefix(draft: Draft) -> Place:
    """A label does not say what kind of thing it names."""
    return draft.add_paragraph("(transition)=\nHere the transition begins.")


@refused_by("lint", "title|label")
def chapter_without_its_label(draft: Draft) -> Place:
    """The label above a chapter's title is lost."""
    page = draft.pick(draft.chapters())
    line = next(line for line, label in page.labels if label.startswith("ch-"))
    draft.cut(page.file, line, line)
    return Place(page.file, line, line + 1)


@refused_by("lint", "title")
def second_title(draft: Draft) -> Place:
    """A chapter has two titles."""
    page, line = draft.pick(
        (page, line)
        for page in draft.chapters()
        for line, level, _ in page.headings
        if level == 2
    )
    return draft.change(page.file, line, lambda text: text.removeprefix("#"))


@refused_by("lint", "section|Key points|Further reading|Exercises")
def closing_section_lost(draft: Draft) -> Place:
    """A chapter lacks the heading of one of its last three sections."""
    page = draft.pick(draft.chapters())
    line, _, _ = draft.pick(page.headings[-3:])
    draft.cut(page.file, line, line)
    return Place(page.file)


@refused_by("lint", "time|minutes|question|objectives|can")
def box_without_a_part(draft: Draft) -> Place:
    """A chapter's box lacks its questions, what one can do after it, or its times."""
    page, box = draft.pick(
        (page, box)
        for page, box in draft.directives("admonition")
        if "objectives" in str(box.options)
    )
    parts = ("**Questions:** ", "**You will be able to**", "**Time:** ")
    part = draft.pick(parts)
    lines = draft.lines(page.file)
    line = next(n for n in range(box.line, box.end) if lines[n - 1].startswith(part))
    draft.change(page.file, line, lambda text: text.replace(part, ""))
    return place_of(page, box)
