"""References and citations."""

import re

from ..draft import Draft, Place
from .catalogue import refused_by

BIB = "references.bib"


def entry(draft: Draft, kinds: str = r"\w+") -> tuple[int, int, list[str]]:
    """Draw an entry; return its first and last line and all lines of the file."""
    lines = draft.lines(BIB)
    starts = [n for n, line in enumerate(lines, 1) if re.match(rf"@{kinds}\{{", line)]
    first = draft.pick(starts)
    last = next(n for n in range(first, len(lines) + 1) if lines[n - 1] == "}")
    return first, last, lines


def field(first: int, last: int, lines: list[str], name: str) -> int:
    """Return the line of an entry's field."""
    return next(n for n in range(first, last) if lines[n - 1].strip().startswith(name))


@refused_by("lint", r"brace|\}|bib|syntax|unbalanced|expected")
def entry_not_closed(draft: Draft) -> Place:
    """The brace that closes an entry, or one of its fields, is lost."""
    first, last, lines = entry(draft)
    if draft.random.random() < 0.5:
        draft.cut(BIB, last, last)
    else:
        line = field(first, last, lines, "title")
        draft.change(BIB, line, lambda text: re.sub(r"\}(?=,?$)", "", text))
    return Place(BIB, first, last + 1)


@refused_by("lint", "comma|,|syntax|expected")
def comma_between_fields_lost(draft: Draft) -> Place:
    """A field of an entry has no comma behind it."""
    first, last, _ = entry(draft)
    line = draft.pick(range(first + 1, last - 1))
    draft.change(BIB, line, lambda text: text.rstrip(","))
    return Place(BIB, first, last)


@refused_by("lint", "titel|auhtor|yaer|field")
def misspelt_field(draft: Draft) -> Place:
    """A field's name is misspelt."""
    first, last, lines = entry(draft)
    name, wrong = draft.pick([("title", "titel"), ("author", "auhtor"), ("year", "yaer")])
    line = field(first, last, lines, name)
    draft.change(BIB, line, lambda text: text.replace(name, wrong, 1))
    return Place(BIB, first, last)


@refused_by("lint", "year|field")
def entry_without_a_year(draft: Draft) -> Place:
    """An entry has no year."""
    first, last, lines = entry(draft)
    line = field(first, last, lines, "year")
    draft.cut(BIB, line, line)
    return Place(BIB, first, last - 1)


@refused_by("lint", "twice|repeated|duplicate|also|second|too")
def entry_twice(draft: Draft) -> list[Place]:
    """Two entries have one key."""
    first, last, lines = entry(draft)
    draft.write(BIB, "\n".join([*lines, *lines[first - 1 : last], ""]))
    length = last - first
    return [Place(BIB, first, last), Place(BIB, len(lines) + 1, len(lines) + 1 + length)]


@refused_by("lint", "cited|nowhere")
def entry_that_nothing_cites(draft: Draft) -> Place:
    """A new entry is cited by no chapter."""
    lines = draft.lines(BIB)
    text = (
        "@book{never-cited,\n  author = {Writer, Ann},\n  title = {Nets},\n  year = {2020},\n}"
    )
    added = draft.insert(BIB, len(lines), "\n" + text)
    return Place(BIB, added.first + 1, added.last)


@refused_by("lint", "space|key|syntax|cited|unknown")
def space_in_a_key(draft: Draft) -> Place:
    """The key of an entry holds a space."""
    first, last, _ = entry(draft)
    draft.change(BIB, first, lambda text: re.sub(r"\{(\w{2})", r"{\1 ", text, count=1))
    return Place(BIB, first, last)


@refused_by("lint", "unknown-key-2031|no entry|citation")
def citation_without_an_entry(draft: Draft) -> Place:
    """The text cites a work that `references.bib` lacks."""
    return draft.add_sentence("It can be shown {cite:p}`unknown-key-2031`.")


@refused_by("lint", "space|citation|key|no entry")
def space_in_a_citation(draft: Draft) -> Place:
    """The key in a citation holds a space."""
    place = draft.pick(line for line in draft.prose() if "{cite:" in line.text)
    return draft.change(
        place.file,
        place.number,
        lambda text: re.sub(r"(\{cite:[pt]\}`)(\w{2})", r"\1\2 ", text, count=1),
    )
