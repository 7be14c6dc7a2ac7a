"""Rules on glued values."""

from .cases import Cases, cell, check_book, check_page, each

G = 'assert 0.9 < accuracy < 0.95\nglue("a_acc", f"{accuracy:.1%}", display=False)'
CASES: Cases = {
    "glue/asserted": [
        ("It reads {glue:text}`a_acc`.\n\n" + cell(G), []),
        (
            "It reads {glue:text}`a_acc`.\n\n" + cell(G.partition("\n")[2]),
            [
                "4: 'a_acc' is glued unchecked: assert the range that the text claims, in the same cell"
            ],
        ),
        (cell(G.partition("\n")[2]), []),
        ("It took {glue:text}`a_t`.\n\n" + cell('x = 1\nglue("a_t", f"{t:.0f} s")'), []),
        ("{glue:text}`a_t`\n\n" + cell('glue("a_t", f"{t:.2f} GB")'), []),
        ("{glue:text}`a_t`\n\n" + cell('glue("a_t", f"{t:.0f}s")'), []),
        ("{glue:text}`a_t`\n\n" + cell('glue("a_t", f"{t:.0f} minutes")'), []),
        (
            "{glue:text}`a_t`\n\n" + cell('glue("a_t", f"{t:.2f} words")'),
            [
                "4: 'a_t' is glued unchecked: assert the range that the text claims, in the same cell"
            ],
        ),
        (
            "{glue:text}`a_t`\n\n" + cell('glue("a_t", text)'),
            [
                "4: 'a_t' is glued unchecked: assert the range that the text claims, in the same cell"
            ],
        ),
        (
            "{glue:text}`a_t`\n\n" + cell('glue("a_t")'),
            [
                "4: 'a_t' is glued unchecked: assert the range that the text claims, in the same cell"
            ],
        ),
        (
            "{glue:text}`a_x_1`\n\n" + cell('for n in 1, 2:\n    glue(f"a_x_{n}", f"{n}")'),
            [
                "5: 'a_x_{n}' is glued unchecked: assert the range that the text claims, in the same cell"
            ],
        ),
        (
            "{glue:text}`a_t`\n\n" + cell("import myst_nb\nmyst_nb.glue('a_t', x)"),
            [
                "5: 'a_t' is glued unchecked: assert the range that the text claims, in the same cell"
            ],
        ),
    ],
    "glue/keys": [
        (cell('glue("a", x)\nfor n in 1, 2:\n    glue(f"a_{n}", x)'), []),
        (
            cell('glue("a_" + name, x)\nglue(name, x)\nglue(3, x)'),
            [
                f'{line}: the key of a glued value is no string: write it as "key", or as f"key_{{name}}"'
                for line in (2, 3, 4)
            ],
        ),
    ],
}
GLUED = cell('glue("a_acc", "1")\nfor n in 1, 2:\n    glue(f"a_{n}_loss", "2")')
BOOK_CASES = {
    "glue/glued": [
        (
            {
                "book/a.md": GLUED
                + "\n{glue:text}`a_acc`, {glue:text}`a_1_loss` and {glue:text}`a_acc:.1f`\n"
            },
            [],
        ),
        (
            {
                "book/a.md": GLUED
                + "\nText.\n{glue:text}`a_accuracy` and {glue:text}`a__loss`\n"
            },
            [
                "book/a.md:8: no cell of book/a glues 'a_accuracy': glue it in a hidden cell",
                "book/a.md:8: no cell of book/a glues 'a__loss': glue it in a hidden cell",
            ],
        ),
        (
            {
                "book/a.md": GLUED,
                "book/b.md": "{glue:text}`a.md::a_acc:s` and {glue:text}`a.md::a_none:s`\n",
            },
            ["book/b.md:1: no cell of book/a glues 'a_none': glue it in a hidden cell"],
        ),
        (
            {
                "book/a.md": GLUED,
                "index.md": "{glue:text}`book/a.md::a_acc:s`\n\n```{glue} a_1_loss\n:doc: book/a.md\n```\n",
            },
            [],
        ),
        (
            {
                "book/a.md": GLUED,
                "index.md": "{glue:text}`a.md::a_acc:s`\n\n```{glue} a_none\n:doc: book/a.md\n```\n",
            },
            [
                "index.md:1: no cell of a glues 'a_acc': glue it in a hidden cell",
                "index.md:3: no cell of book/a glues 'a_none': glue it in a hidden cell",
            ],
        ),
        (
            {"book/a.md": GLUED, "book/b.md": "{glue:text}`a_acc`\n"},
            ["book/b.md:1: no cell of book/b glues 'a_acc': glue it in a hidden cell"],
        ),
    ],
    "glue/quoted": [
        ({"book/a.md": cell('glue("a_" + name, x)') + "\n{glue:text}`a_b`\n"}, []),
        ({"book/a.md": GLUED + "\n{glue:text}`a_acc` {glue:text}`a_2_loss`\n"}, []),
        (
            {"book/a.md": GLUED},
            [
                "book/a.md:2: nothing quotes the glued 'a_acc': quote it with {glue:text}`a_acc` in place of the typed number",
                "book/a.md:4: nothing quotes the glued 'a_{n}_loss': quote it with {glue:text}`a_{n}_loss` in place of the typed number",
            ],
        ),
        (
            {
                "book/a.md": GLUED,
                "index.md": "{glue:text}`book/a.md::a_acc:s`\n\n```{glue} a_1_loss\n:doc: book/a.md\n```\n",
            },
            [],
        ),
        (
            {"book/a.md": GLUED, "tests/test_a.py": 'glued("book/a", "a_acc")'},
            [
                "book/a.md:4: nothing quotes the glued 'a_{n}_loss': quote it with {glue:text}`a_{n}_loss` in place of the typed number"
            ],
        ),
        (
            {
                "book/a.md": GLUED + "\n{glue:text}`a_1_loss`\n",
                "book/b.md": "{glue:text}`a_acc`\n",
            },
            [
                "book/a.md:2: nothing quotes the glued 'a_acc': quote it with {glue:text}`a_acc` in place of the typed number"
            ],
        ),
    ],
}


@each(CASES)
def test_rule(rule, source, expected):
    check_page(rule, source, expected)


@each(BOOK_CASES)
def test_rule_on_books(rule, source, expected, tmp_path):
    check_book(rule, tmp_path, source, expected)
