"""Bibliography: each entry has what a reader needs to find the work."""

import re
from collections.abc import Iterator

from tools.book import BIBLIOGRAPHY, Book
from tools.lint.finding import Finding, suggest
from tools.lint.rule import rule

# What an entry of a type must have beside its title and its year.
REQUIRED = {
    "article": {"author", "journal"},
    "book": {"author", "publisher"},
    "inproceedings": {"author", "booktitle"},
    "misc": {"author"},
    "phdthesis": {"author", "school"},
    "techreport": {"author", "institution"},
}
OPTIONAL = {
    *(
        "address",
        "archiveprefix",
        "chapter",
        "doi",
        "edition",
        "editor",
        "eprint",
        "howpublished",
    ),
    *("isbn", "month", "note", "number", "pages", "series", "url", "urldate", "volume"),
}
# A letter tells two works of one author and year apart; n.d. is for a work without a date.
FORMS = {
    "doi": re.compile(r"10\.\d{4,}/\S+"),
    "isbn": re.compile(r"[\dX-]{10,17}"),
    "url": re.compile(r"https?://\S+"),
    "year": re.compile(r"(19|20)\d\d[a-z]?|n\.d\.(-[a-z])?"),
}


@rule
def types(book: Book) -> Iterator[Finding]:
    """Entries are of a type that the bibliography's style knows."""
    for entry in book.bibliography.values():
        if entry.type not in REQUIRED:
            fault = f"no type of entry is called {entry.type!r}"
            yield Finding(BIBLIOGRAPHY, entry.line, fault, suggest(entry.type, REQUIRED))


@rule
def fields(book: Book) -> Iterator[Finding]:
    """Entries have author, title, year and where the work appeared, and no unknown field."""
    for entry in book.bibliography.values():
        if entry.type not in REQUIRED:
            continue
        needed = {"title", "year"} | REQUIRED[entry.type]
        known = needed | OPTIONAL
        unknown = [name for name in entry.fields if name not in known]
        for name in unknown:
            line = entry.field_lines.get(name, entry.line)
            fault = f"{entry.key} has no use for the field {name!r}"
            yield Finding(BIBLIOGRAPHY, line, fault, suggest(name, known))
        for name in sorted(needed - entry.fields.keys()) if not unknown else []:
            fault = f"{entry.key} has no {name}"
            yield Finding(BIBLIOGRAPHY, entry.line, fault, f"add {name} = {{…}},")


@rule
def forms(book: Book) -> Iterator[Finding]:
    """Years, DOIs and addresses have the form of one, and no field is empty."""
    for entry in book.bibliography.values():
        for name, value in entry.fields.items():
            line = entry.field_lines.get(name, entry.line)
            if not value.strip():
                fault = f"{entry.key} has an empty field {name!r}"
                yield Finding(BIBLIOGRAPHY, line, fault, "fill it, or remove it")
            elif name in FORMS and not FORMS[name].fullmatch(value):
                fault = f"{entry.key} has the {name} {value!r}"
                yield Finding(BIBLIOGRAPHY, line, fault, f"write the {name} alone")
