"""Markup that readers would see is refused, with file and line."""

import pytest

from _ext.course.markup import find_faults, get_source

DOLLAR = "a dollar sign: close the formula, or write \\$"
ASTERISK = "an asterisk: close the emphasis, or write \\*"
BACKTICK = "a backtick: close the code or the role, or write \\`"
LINK = "a link's brackets: check its address"
COLONS = "colons of a directive: close it with as many as it begins with"
BRACES = "braces of a substitution: check its name"
HEADING = "number signs of a heading: put a plain space behind them"
ROLE = "a role: write it {name}`content`"


@pytest.mark.parametrize(
    ("text", "faults"),
    [
        ("plain text, (brackets) [too], 3 # 4: {x}.", []),
        ("costs 3$", [DOLLAR]),
        ("2*3", [ASTERISK]),
        ("a`b", [BACKTICK]),
        ("[a](b)", [LINK]),
        ("::: note", [COLONS]),
        (":: two colons", []),
        ("{{ name }}", [BRACES]),
        ("##Title", [HEADING]),
        ("# Title", [HEADING]),
        ("##\N{NO-BREAK SPACE}Title", [HEADING]),
        ("# ", []),
        ("#", []),
        ("issue #4", []),
        ("see {ref}", [ROLE]),
        ("see {ref}`x`", [BACKTICK, ROLE]),
        ("see {cite:p}", [ROLE]),
        ("the set {a-b} of", []),
        ("the set {4}", []),
        ("$*`](:::{{", [DOLLAR, ASTERISK, BACKTICK, LINK, COLONS, BRACES]),
    ],
)
def test_markup_in_the_text_is_a_fault(text, faults):
    assert list(find_faults(text, text)) == faults


@pytest.mark.parametrize("sign", ["$", "*", "`", "](", ":::", "{{"])
def test_sign_behind_a_backslash_is_meant(sign):
    assert list(find_faults(sign, f"\\{sign}")) == []
    assert len(list(find_faults(sign, sign))) == 1


@pytest.mark.parametrize(
    ("line", "source"),
    [
        (1, "one\ntwo"),
        (2, "two"),
        (3, "\nfour"),
        (4, "four"),
        (6, ""),
        (None, "one\ntwo"),
        (0, "one\ntwo"),
    ],
)
def test_source_of_a_block_ends_at_the_next_empty_line(line, source):
    assert get_source(["one", "two", " ", "four", ""], line).replace(" ", "") == source


def test_source_of_a_block_is_as_written():
    assert get_source(["", "  a \\$", "\tb", "", "c"], 2) == "  a \\$\n\tb"


def test_page_that_would_show_markup_is_refused_at_its_line(build_book):
    book = build_book("# Title\n\nSound.\n\nIt costs\n3$ a piece.\n\n- an *open item\n")
    assert book.warnings == [
        f"index.md:5: WARNING: the page would show {DOLLAR} [course.markup]",
        f"index.md:8: WARNING: the page would show {ASTERISK} [course.markup]",
    ]


def test_cell_of_a_table_is_judged_by_itself_at_its_line(build_book):
    table = "| price \\$ | b |\n|---|---|\n| 3 \\$ | 4 |\n| 5 \\* | 6$ |\n"
    book = build_book(f"# Title\n\nMeant: \\$ and \\*.\n\n{table}")
    assert book.warnings == [
        f"index.md:8: WARNING: the page would show {DOLLAR} [course.markup]"
    ]


def test_sign_that_is_meant_excuses_no_other_in_its_block(build_book):
    book = build_book("# Title\n\nIt costs \\$5, and\n$x is open.\n\n- \\*\n- an *open item\n")
    assert book.warnings == [
        f"index.md:3: WARNING: the page would show {DOLLAR} [course.markup]",
        f"index.md:7: WARNING: the page would show {ASTERISK} [course.markup]",
    ]


def test_sound_page_passes(build_book):
    text = """\
# A `$` in the title

Prices in \\$, `a*b` and `](`, $x^*$ and *words*, [a link](#t).

(t)=
```python
a = "$" * 3  # :::
```

$$ a * b $$ (eq-a)

| price \\$ | `*` |
|---|---|
| 3 \\$ | 4 |

% a comment: 2 * 3 = 6

See {eq}`eq-a`. ![Two *words*](x.png)
"""
    book = build_book(text.replace("(x.png)", "(https://x/y)"))
    assert len(book.html().select("table")) == 1
    assert [w for w in book.warnings if "course.markup" in w] == []


def test_each_page_is_read_from_its_own_source(build_book):
    book = build_book("# Title\n\n\\$ is meant.\n", {"other": "# Other\n\n3$ is not.\n"})
    assert book.warnings == [
        f"other.md:3: WARNING: the page would show {DOLLAR} [course.markup]"
    ]


def test_cell_is_told_of_in_its_table_and_not_where_the_same_stands_before(build_book):
    table = "| price | b |\n|---|---|\n| 6$ | 4 |\n"
    book = build_book(f"# Title\n\nCode: `6$`.\n\n{table}\nAnd `6$`.\n")
    assert book.warnings == [
        f"index.md:7: WARNING: the page would show {DOLLAR} [course.markup]"
    ]


def test_item_of_a_list_is_judged_without_the_items_behind_it(build_book):
    book = build_book("# Title\n\n- It costs 3$.\n- Meant: \\$.\n\n## Meant, too: \\$\n")
    assert book.warnings == [
        f"index.md:3: WARNING: the page would show {DOLLAR} [course.markup]"
    ]
