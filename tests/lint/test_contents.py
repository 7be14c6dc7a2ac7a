"""Rules on the contents."""

from tools.book import Book
from tools.lint.rule import RULES

from .cases import BOOK, check_book, each, write_files

CASES = {
    "contents/keys": [
        ({}, []),
        (
            {"_toc.yml": BOOK["_toc.yml"].replace("file: book/b", "fiel: book/b")},
            ["_toc.yml:8: no key of parts.0.chapters.1 is 'fiel': write file"],
        ),
        (
            {"_toc.yml": BOOK["_toc.yml"].replace("caption: R", "captoin: R")},
            ["_toc.yml:9: no key of parts.1 is 'captoin': write caption"],
        ),
        (
            {"_toc.yml": BOOK["_toc.yml"].replace("chapters:", "chapter:", 1)},
            ["_toc.yml:6: no key of parts.0 is 'chapter': write chapters"],
        ),
        (
            {"_toc.yml": BOOK["_toc.yml"].replace("jb-book", "jb-article")},
            ["_toc.yml:1: format: 'jb-book' was expected: correct this line"],
        ),
        (
            {"_toc.yml": "root: index\n"},
            [
                "_toc.yml:1: the file lacks 'format': add format:",
                "_toc.yml:1: the file lacks 'parts': add parts:",
            ],
        ),
        (
            {"_toc.yml": "- a\n"},
            ["_toc.yml:1: the file: ['a'] is not of type 'object': correct this line"],
        ),
    ],
    "contents/pages": [
        ({}, []),
        (
            {"_toc.yml": BOOK["_toc.yml"].replace("book/b", "book/c")},
            [
                "_toc.yml:8: no page is called 'book/c': write book/name",
                "book/b.md:1: a page that _toc.yml does not list: add - file: book/b",
            ],
        ),
        (
            {"_toc.yml": BOOK["_toc.yml"].replace("book/b", "book/b.md")},
            ["_toc.yml:8: 'book/b.md' has an ending: write book/b"],
        ),
        (
            {"_toc.yml": BOOK["_toc.yml"].replace("book/b", "book/a")},
            [
                "_toc.yml:8: 'book/a' stands in line 7, too: remove one of the two",
                "book/b.md:1: a page that _toc.yml does not list: add - file: book/b",
            ],
        ),
        (
            {"_toc.yml": BOOK["_toc.yml"].replace("root: index", "root: start")},
            [
                "_toc.yml:2: no page is called 'start': write book/name",
                "index.md:1: a page that _toc.yml does not list: add - file: index",
            ],
        ),
        (
            {"book/c.md": "# C\n"},
            ["book/c.md:1: a page that _toc.yml does not list: add - file: book/c"],
        ),
        (
            {"_toc.yml": BOOK["_toc.yml"].replace("file: book/b", "fiel: book/b")},
            ["book/b.md:1: a page that _toc.yml does not list: add - file: book/b"],
        ),
    ],
    "contents/landing-page": [
        ({}, []),
        (
            {"index.md": "# Course\n"},
            [
                "index.md:1: the landing page does not list the chapters: write ```{chapter-map} and ``` where it should"
            ],
        ),
        (
            {"index.md": "```{chapter-map}\n```\n\n```{chapter-map}\n```\n"},
            [
                "index.md:1: the landing page does not list the chapters: write ```{chapter-map} and ``` where it should"
            ],
        ),
    ],
    "contents/files": [
        ({}, []),
        (
            {"_toc.yml": "root: index\nparts: [\n"},
            [
                "_toc.yml:2: no YAML: expected the node content, but found '<stream end>': mend this line"
            ],
        ),
        (
            {"references.bib": "@misc{a,\n  title = {A,\n}\n"},
            [
                "references.bib:2: no BibTeX: the braces of this field do not match: write @type{key, without spaces in the key, and each field as name = {value},"
            ],
        ),
        ({"_toc.yml": b"a: \xff\n"}, ["_toc.yml:1: this is not UTF-8: save the file as UTF-8"]),
        (
            {"references.bib": b"\xff"},
            ["references.bib:1: this is not UTF-8: save the file as UTF-8"],
        ),
    ],
}


def test_landing_page_that_is_missing_lists_no_chapters(tmp_path):
    write_files(tmp_path, {name: text for name, text in BOOK.items() if name != "index.md"})
    (found,) = RULES["contents/landing-page"].find(Book(tmp_path))
    assert (found.file, found.fault) == (
        "index.md",
        "the landing page does not list the chapters",
    )


@each(CASES)
def test_rule(rule, source, expected, tmp_path):
    check_book(rule, tmp_path, source, expected)
