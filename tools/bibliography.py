"""The bibliography, parsed as the build parses it, with the line of each entry and field."""

import re
from dataclasses import dataclass

from pybtex.database.input.bibtex import LowLevelParser
from pybtex.exceptions import PybtexError

FIELD = re.compile(r"\s*([A-Za-z][\w-]*)\s*=")
OPENING = re.compile(r"@\w+\{\S+,$")


class BibliographyError(ValueError):
    """A bibliography that is no BibTeX.

    Attributes
    ----------
    line : int
        The line on which a sign is missing.
    """

    def __init__(self, line: int, message: str) -> None:
        super().__init__(message)
        self.line = line


@dataclass(frozen=True)
class Entry:
    """A work: its type, its key, its fields, and the line of each field."""

    line: int
    type: str
    key: str
    fields: dict[str, str]
    field_lines: dict[str, int]


def read_bibliography(text: str) -> dict[str, Entry]:
    """Return the entries of a bibliography by their keys.

    Raises
    ------
    BibliographyError
        When the text is no BibTeX, holds text outside of entries, or a key or field twice.
    """
    parser = LowLevelParser(text)
    lines = text.splitlines()
    entries: dict[str, Entry] = {}
    end = 0  # the line on which the entry before ends
    try:
        for kind, body in parser:
            start = line_at(text, parser.command_start)
            refuse_stray_text(lines, end, start - 1)
            if not OPENING.match(lines[start - 1]):
                raise BibliographyError(start, "an entry begins with @type{key,")
            key, fields = body
            if key in entries:
                message = f"the key {key!r} stands in line {entries[key].line}, too"
                raise BibliographyError(start, message)
            end = parser.lineno
            values = {name.lower(): "".join(parts) for name, parts in fields}
            entries[key] = Entry(start, kind, key, values, find_fields(lines, start, end))
    except PybtexError as error:
        line, message = locate(text, lines, parser, str(error))
        raise BibliographyError(line, message) from error
    refuse_stray_text(lines, end, len(lines))
    return entries


def line_at(text: str, position: int) -> int:
    """Return the line, from 1, of a position in a text."""
    return text.count("\n", 0, position) + 1


def refuse_stray_text(lines: list[str], start: int, end: int) -> None:
    """Raise when the lines between two entries hold text, which BibTeX would pass over."""
    for number in range(start, end):
        if lines[number].strip():
            raise BibliographyError(number + 1, "text outside of an entry")


def find_fields(lines: list[str], start: int, end: int) -> dict[str, int]:
    """Return the line of each field of the entry that stands in the given lines."""
    found: dict[str, int] = {}
    for number in range(start, end):
        if match := FIELD.match(lines[number]):
            if match[1].lower() in found:
                raise BibliographyError(number + 1, f"the field {match[1]!r} stands twice")
            found[match[1].lower()] = number + 1
    return found


def locate(
    text: str, lines: list[str], parser: LowLevelParser, message: str
) -> tuple[int, str]:
    """Return the line on which a sign is missing, and which.

    The parser stops where it meets something else than it expects: with a brace missing, that
    is entries later.
    """
    start = line_at(text, parser.command_start)
    for number in range(start, len(lines)):
        if lines[number].startswith("@"):
            if number < parser.lineno:
                return number, "the brace that ends the entry above is missing"
            break
        if FIELD.match(lines[number]) and lines[number].count("{") != lines[number].count("}"):
            return number + 1, "the braces of this field do not match"
    return line_at(text, len(text[: parser.pos].rstrip())), message.partition(": ")[2]
