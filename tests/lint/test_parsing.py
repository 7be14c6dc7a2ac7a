"""What the linter reads: pages, YAML with lines, and the bibliography."""

import pytest

from tools.bibliography import BibliographyError, read_bibliography
from tools.book import Book, parse_page
from tools.lint.arithmetic import number_of
from tools.yaml_lines import Yaml12Loader, YamlError, YamlText

from .cases import BOOK, cell, write_files

PAGE = f"""\
---
file_format: mystnb
---

(ch-page)=
# A *title*

Text with {{ref}}`there <ch-b>`,
[a link](b.md) and ![a picture](c.svg).

- item

| head |
|------|
| cell |

:::{{admonition}} In $x$
:class: a

Inner.

```{{tip}}
Innermost.
```
:::

:::{{figure}} a.svg
:name: fig-a
:alt: What *it* shows.

The caption.
:::

$$
x
$$ (eq-a)

{cell("y = (", ":tags: [hide-input]")}
"""


def test_page_has_its_passages_with_lines_and_kinds():
    page = parse_page("book/page.md", PAGE, is_chapter=True)
    assert [(p.line, p.kind, p.source) for p in page.passages] == [
        (6, "heading", "A *title*"),
        (
            8,
            "paragraph",
            "Text with {ref}`there <ch-b>`,\n[a link](b.md) and ![a picture](c.svg).",
        ),
        (9, "alt", "a picture"),
        (11, "item", "item"),
        (13, "cell", "head"),
        (15, "cell", "cell"),
        (17, "title", "In $x$"),
        (20, "paragraph", "Inner."),
        (23, "paragraph", "Innermost."),
        (29, "alt", "What *it* shows."),
        (31, "caption", "The caption."),
    ]


def test_page_has_its_parts_with_lines():
    page = parse_page("book/page.md", PAGE, is_chapter=True)
    assert page.name == "book/page"
    assert page.headings == [(6, 1, "A *title*")]
    assert page.labels == [(5, "ch-page"), (34, "eq-a"), (28, "fig-a")]
    assert [(r.line, r.name, r.content, r.target) for r in page.roles] == [
        (8, "ref", "there <ch-b>", "ch-b")
    ]
    assert [(d.line, d.end, d.name, d.is_nested) for d in page.directives] == [
        (17, 25, "admonition", False),
        (22, 24, "tip", True),
        (27, 32, "figure", False),
        (38, 41, "code-cell", False),
    ]
    assert [(p.kind, p.line) for p in page.problems] == [("python", 40)]
    assert page.passages[1].lines == [(8, "Text with  … ,"), (9, "a link and .")]


def test_page_that_has_not_changed_is_parsed_once():
    assert parse_page("a.md", "# A\n", False) is parse_page("a.md", "# A\n", False)
    assert parse_page("a.md", "# A\n", False) is not parse_page("a.md", "# A\n", True)


def test_cell_has_its_options_with_lines():
    options = "---\nmystnb:\n  image:\n    alt: a\ntags: [hide-input, remove-cell]\n---"
    (found,) = parse_page("a.md", "Text.\n\n" + cell("x = 1", options), False).cells
    assert (found.line, found.body, found.body_line) == (3, "x = 1", 10)
    assert found.tags == ["hide-input", "remove-cell"]
    assert found.is_hidden
    assert found.option("mystnb", "image", "alt") == "a"
    assert found.option("mystnb", "none", "alt") is None
    assert found.option_line("mystnb", "image", "alt") == 7
    assert found.option_line("mystnb", "image", "none") == 6
    assert found.option_line("none") == 3
    assert [node.lineno for node in found.tree.body] == [10]


def test_line_of_a_passage_counts_lines_of_formulas_and_breaks():
    page = parse_page("a.md", "A $x\n\\cdot y$ \\\nthen\nmore `c`.\n", False)
    lines = [line for line, token in page.passages[0].parts if token.type == "code_inline"]
    assert lines == [4]


def test_book_has_chapters_in_the_order_of_the_contents(tmp_path):
    toc = BOOK["_toc.yml"].replace("book/a", "book/x").replace("book/b", "book/a")
    write_files(tmp_path, {**BOOK, "_toc.yml": toc.replace("book/x", "book/b")})
    book = Book(tmp_path)
    assert [page.name for page in book.chapters] == ["book/b", "book/a"]
    assert book.contents == ["index", "book/b", "book/a", "book/glossary"]
    assert book.page("book/none") is None
    assert book.glossary == {}


def test_glossary_has_its_terms_with_lines(tmp_path):
    glossary = "# G\n\n:::{glossary}\n:sorted:\n\nMean value\n  The sum.\n\nmode\n  A.\n:::\n"
    write_files(tmp_path, {**BOOK, "book/glossary.md": glossary})
    assert Book(tmp_path).glossary == {"mean value": 6, "mode": 9}


def test_yaml_has_the_lines_of_its_keys_and_entries():
    text = YamlText.parse("a: 1\nb:\n  - c\n  - d: 2\n", first_line=10)
    assert text.data == {"a": 1, "b": ["c", {"d": 2}]}
    assert text.lines == {
        ("a",): 10,
        ("b",): 11,
        ("b", "0"): 12,
        ("b", "1"): 13,
        ("b", "1", "d"): 13,
    }
    assert [text.line("b", 1), text.line("b", 7), text.line("z")] == [13, 11, 10]
    assert [text.value("b", "1", "d"), text.value("b", "2"), text.value("a", "b")] == [
        2,
        None,
        None,
    ]
    assert YamlText.parse("").data == {}


def test_yaml_1_2_keeps_words_that_older_yaml_takes_for_truth():
    assert YamlText.parse("on: no\na: true\n", loader=Yaml12Loader).data == {
        "on": "no",
        "a": True,
    }
    assert YamlText.parse("on: no\n").data == {True: False}


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("a: b: c", 5, "mapping values are not allowed here"),
        ("a: 1\nb: [1,\nc: 2\n", 6, "expected ',' or ']'"),
        ("a: 1\nb: [1\n\n\n", 6, "expected ',' or ']'"),
        ("a: 1\nc:\n  d: 1\n  d: 2\n", 8, "the key 'd' is given twice"),
        ("a: 1\n? [b]\n: 1\n", 6, "found unhashable key"),
        ("a: &x [*x]\n", 5, ""),
        ("a: \x07\n", 5, ""),
        ("a: !x 1\n", 5, "could not determine a constructor for the tag '!x'"),
        ("a: 2026-99-99\n", 5, "month must be in 1..12"),
    ],
)
def test_text_that_is_no_yaml_is_refused_with_its_line(text, line, message):
    with pytest.raises(YamlError) as caught:
        YamlText.parse(text, first_line=5)
    assert caught.value.line == line
    assert str(caught.value).startswith(message)


BIB = "@misc{a,\n  author = {A {B}},\n  title  = {T},\n}\n\n@book{b,\n  Year = 2020,\n}\n"


def test_bibliography_has_entries_and_fields_with_lines():
    entries = read_bibliography(BIB)
    assert list(entries) == ["a", "b"]
    assert (entries["a"].line, entries["a"].type) == (1, "misc")
    assert entries["a"].fields == {"author": "A {B}", "title": "T"}
    assert entries["a"].field_lines == {"author": 2, "title": 3}
    assert (entries["b"].line, entries["b"].fields) == (6, {"year": "2020"})
    assert read_bibliography("") == {}


@pytest.mark.parametrize(
    ("old", "new", "line", "message"),
    [
        ("{B}},", "{B}}", 2, "'}' expected"),
        ("{B}},", "{B},", 2, "the braces of this field do not match"),
        ("= {T}", "= T}", 3, "the braces of this field do not match"),
        ("{T},\n}\n", "{T},\n\n", 5, "the brace that ends the entry above is missing"),
        ("{a,", "{a", 1, "an entry begins with @type{key,"),
        ("{a,", "{a b,", 1, "'=' expected"),
        ("@misc", "misc", 1, "text outside of an entry"),
        ("@book", "Text\n@book", 6, "text outside of an entry"),
        ("  Year = 2020,\n}\n", "}\nmore", 8, "text outside of an entry"),
        ("{b,", "{a,", 6, "the key 'a' stands in line 1, too"),
        ("  title", "  author = {C},\n  title", 3, "the field 'author' stands twice"),
        ("Year =", "Year", 7, "'=' expected"),
        ("@book{b,", "@string{b = {c}}\n@book{b,", 6, "an entry begins with @type{key,"),
        ("  Year = 2020,\n}\n", "", 6, "premature end of file"),
    ],
)
def test_broken_bibliography_is_refused_with_its_line(old, new, line, message):
    assert old in BIB
    with pytest.raises(BibliographyError) as caught:
        read_bibliography(BIB.replace(old, new, 1))
    assert (caught.value.line, str(caught.value)) == (line, message)


@pytest.mark.parametrize(
    ("code", "value"),
    [
        ("1 + 2 * 3", 7),
        ("-(4 - 1) / 2", -1.5),
        ("exp(0) + sqrt(4) + log(1)", 3),
        ("True", None),
        ("x + 1", None),
        ("1 / 0", None),
        ("log(0)", None),
        ("log(x=1)", None),
        ("pow(2)", None),
        ("2 ** 3", 8),
        ("'1'", None),
        ("not 1", None),
        ("exp(1000)", None),
    ],
)
def test_sum_has_its_value_and_anything_else_none(code, value):
    import ast

    assert number_of(ast.parse(code, mode="eval").body) == value
