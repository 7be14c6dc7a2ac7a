"""Rules on numbers."""

from .cases import Cases, cell, check_book, check_page, each, find_in_book

CASES: Cases = {
    "numbers/sums": [
        ("28 · 28 = 784 and 9,495 / 10,000 = 95.0%.\n", []),
        ("$3.33 = 10 / 3$\n", []),
        ("So 0.3 = 1 / 3.\n", []),
        ("There are 100 = 10² of them, 24 = 4! ways and 1,000,000 = 10⁶ cells.\n", []),
        ("Of 784 = 28 times 28 pixels, 60 = 3 rows of 20 images.\n", []),
        (
            "So 2 + 2 = 5 and 3 + 3 = 7.\n",
            [
                "1: 2 + 2 is 4, and not 5: correct the sum",
                "1: 3 + 3 is 6, and not 7: correct the sum",
            ],
        ),
        ("$2 + 2 = 5$ and $x$\n", ["1: 2 + 2 is 4, and not 5: correct the sum"]),
        ("So 2 + 2 = 5, as `x` has it.\n", ["1: 2 + 2 is 4, and not 5: correct the sum"]),
        (
            "$1 + 1 = 2 \\\\ 2 + 2 = 5$\n",
            ["1: 2 + 2 is 4, and not 5: correct the sum"],
        ),
        ("$x = 2 + 2 = 5$\n", ["1: 2 + 2 is 4, and not 5: correct the sum"]),
        ("$2 \\cdot 10^{3} = 4{,}000$\n", ["1: 2e3 is 2000, and not 4,000: correct the sum"]),
        (
            "9,495 / 10,000 = 95.3%\n",
            ["1: 9,495 / 10,000 is 0.9495, and not 95.3%: correct the sum"],
        ),
        (
            "Text.\nSo 28 · 28 = 748 pixels.\n",
            ["2: 28 · 28 is 784, and not 748: correct the sum"],
        ),
        ("With (784 · 16 + 16) + 170 = 12,730.\n", []),
        (
            "With (784 · 16 + 16) + 170 = 12,560 + 170 = 12,703.\n",
            ["1: (784 · 16 + 16) + 170 is 12730, and not 12,703: correct the sum"],
        ),
        ("$1 - 20 \\cdot 0.18 = -2.6$\n", []),
        (
            "$1 - 20 \\cdot 0.18 = -2.5$\n",
            ["1: 1 - 20 · 0.18 is -2.6, and not -2.5: correct the sum"],
        ),
        ("$x_1 = 8.3 / 5.5 \\approx 1.51$ and $\\log 10 \\approx 2.303$\n", []),
        (
            "$x_1 = 8.3 / 5.5 \\approx 1.61$\n",
            ["1: 8.3 / 5.5 is 1.50909, and not 1.61: correct the sum"],
        ),
        ("% 2 ** 10 = 1,024; 2 ** 128 = 3.4e38; 5 / 1e4 = 5e-4\n", []),
        (
            "% 2 ** 128 = 3.5e38\n",
            ["1: 2 ** 128 is 3.40282e+38, and not 3.5e38: correct the sum"],
        ),
        ("Text.\n\n% exp(2) = 7.39; sqrt(2) * 0.17 = 0.24\n", []),
        (
            "Text.\n\n% log(9) = 2.2;\n% 2 * 2 = 5\n",
            ["4: 2 * 2 is 4, and not 5: correct the sum"],
        ),
        ("$$\n10{,}000 / 4 = 2{,}500\n$$\n", []),
        (
            "$$\n10{,}000 / 4 = 2{,}400\n$$ (eq-a)\n",
            ["2: 10,000 / 4 is 2500, and not 2,400: correct the sum"],
        ),
        ("$3 \\times 4 = 13$\n", ["1: 3 × 4 is 12, and not 13: correct the sum"]),
        ("$2 \\cdot 10^{3} = 2{,}000$\n", []),
        ("In 0.5 = 50% of all.\n", []),
        ("1 / 0 = 5\n", []),
        ("$a = 3, b = 4$ and z_1 = 3\n", []),
        ("2 + 2 = 4.1\n", ["1: 2 + 2 is 4, and not 4.1: correct the sum"]),
        ("1.05 = 1.1\n", []),
        ("1.04 = 1.1\n", ["1: 1.04 is 1.04, and not 1.1: correct the sum"]),
        (
            "$$\n1 + 1 &= 2 \\\\\n2 + 2 &= 5\n$$\n",
            ["3: 2 + 2 is 4, and not 5: correct the sum"],
        ),
        ("−3 + 1 = −2\n", []),
        ("−3 + 1 = 2\n", ["1: −3 + 1 is -2, and not 2: correct the sum"]),
        ("3 \\* 4 = 12, or 3 \\* 4 = 11.\n", ["1: 3 * 4 is 12, and not 11: correct the sum"]),
    ],
}
BOOK_CASES = {
    "numbers/typed": [
        ({"book/a.md": "All 100.\n\n" + cell("n = 60"), "book/b.md": "All 100.\n"}, []),
        (
            {"book/a.md": "All 99.\n\n" + cell("n = 60"), "book/b.md": "All 99.\n"},
            [
                "book/a.md:1: 99 stands nowhere else: assert it in a hidden cell, cite it, or add the sum: % 2 * 3 = 6"
            ],
        ),
        (
            {"book/a.md": "Of 5 + 8 = 13, 21 are.\n\n" + cell("n = 60")},
            [
                "book/a.md:1: 21 stands nowhere else: assert it in a hidden cell, cite it, or add the sum: % 2 * 3 = 6"
            ],
        ),
        ({"book/a.md": "It is 33.3333333% of all.\n\n" + cell("n = 0.333333333")}, []),
        ({"book/a.md": "We use 60 cells of 12.\n\n" + cell("n = 60")}, []),
        (
            {"book/a.md": "Text.\nWe use 61 cells.\n\n" + cell("n = 60")},
            [
                "book/a.md:2: 61 stands nowhere else: assert it in a hidden cell, cite it, or add the sum: % 2 * 3 = 6"
            ],
        ),
        ({"book/a.md": "It is 97.5% right.\n\n" + cell("assert 0.975 < x")}, []),
        ({"book/a.md": "We use 61 cells.\n\nOf the 61 cells.\n\n" + cell("n = 60")}, []),
        ({"book/a.md": "Of $61$, 61 are.\n\n" + cell("n = 60")}, []),
        ({"book/a.md": "Of 61, `61` are.\n\n" + cell("n = 60")}, []),
        ({"book/a.md": "Of 61 and 62.\n\n" + cell("n = 61\nm = 62")}, []),
        ({"book/a.md": "Of 61 and 62.\n\n" + cell("print('61')\nprint('62')")}, []),
        (
            {"book/a.md": "Of $61$ cells.\n\n" + cell("n = 60")},
            [
                "book/a.md:1: 61 stands nowhere else: assert it in a hidden cell, cite it, or add the sum: % 2 * 3 = 6"
            ],
        ),
        (
            {
                "book/a.md": "With 61.\n\n:::{exercise-start} A\n:label: ex-a\n:::\n\nWhat?\n\n:::{exercise-end}\n:::\n\n"
                ":::{solution-start} ex-a\n:::\n\nIt is 62.\n\n:::{solution-end}\n:::\n\n"
                + cell("n = 60")
            },
            [
                "book/a.md:1: 61 stands nowhere else: assert it in a hidden cell, cite it, or add the sum: % 2 * 3 = 6",
                "book/a.md:15: 62 stands nowhere else: assert it in a hidden cell, cite it, or add the sum: % 2 * 3 = 6",
            ],
        ),
        (
            {
                "book/a.md": ":::{exercise-start} A\n:label: ex-a\n:::\n\nWith 61.\n\n"
                + cell("n = 60")
            },
            [
                "book/a.md:5: 61 stands nowhere else: assert it in a hidden cell, cite it, or add the sum: % 2 * 3 = 6"
            ],
        ),
        (
            {"book/a.md": "We use 61 cells {cite:p}`a`.\nAnd 62 more.\n\n" + cell("n = 60")},
            [
                "book/a.md:2: 62 stands nowhere else: assert it in a hidden cell, cite it, or add the sum: % 2 * 3 = 6"
            ],
        ),
        (
            {
                "book/a.md": "It has 1,024 cells.\n\n" + cell("n = 60"),
                "book/b.md": "All 1,024.\n",
            },
            [],
        ),
        (
            {"book/a.md": "It has 64 cells.\n\n" + cell("n = 60"), "book/b.md": "All 64.\n"},
            [
                "book/a.md:1: 64 stands nowhere else: assert it in a hidden cell, cite it, or add the sum: % 2 * 3 = 6"
            ],
        ),
        ({"book/a.md": "It has about 61 cells near −0.5.\n\n" + cell("n = 60")}, []),
        ({"book/a.md": "It has 61 cells.\n\n% 60 + 1 = 61\n\n" + cell("n = 60")}, []),
        ({"book/a.md": "It has 30 + 31 = 61 cells.\n\n" + cell("n = 60")}, []),
        (
            {
                "book/a.md": "**Time:** 25 minutes to read, 35 for the exercises.\n\n"
                + cell("n = 60")
            },
            [],
        ),
        (
            {
                "book/a.md": ":::{exercise-start} A\n:label: ex-a\n:::\n\nWith 61 cells?\n\n:::{exercise-end}\n:::\n\nWith 62.\n\n"
                + cell("n = 60")
            },
            [
                "book/a.md:10: 62 stands nowhere else: assert it in a hidden cell, cite it, or add the sum: % 2 * 3 = 6"
            ],
        ),
        (
            {
                "book/a.md": "The file `a61.py` and `print(61)`, a 61-bit number.\n\n"
                + cell("n = 60")
            },
            [],
        ),
        (
            {
                "book/a.md": cell(
                    "n = 60",
                    "---\nmystnb:\n  image:\n    alt: A line that ends at 0.93.\n  figure:\n    caption: It has 45 points.\n---",
                )
            },
            [
                "book/a.md:7: 45 stands nowhere else: assert it in a hidden cell, cite it, or add the sum: % 2 * 3 = 6",
                "book/a.md:5: 0.93 stands nowhere else: assert it in a hidden cell, cite it, or add the sum: % 2 * 3 = 6",
            ],
        ),
        ({"book/a.md": "Nine, 0.5 and 13.\n\n" + cell('print("13 of 0.5")')}, []),
        (
            {"book/a.md": "In 2012 and 1.5e3 steps, 3.4 \\cdot.\n\n" + cell("n = 1500")},
            [
                "book/a.md:1: 2012 stands nowhere else: assert it in a hidden cell, cite it, or add the sum: % 2 * 3 = 6",
                "book/a.md:1: 3.4 stands nowhere else: assert it in a hidden cell, cite it, or add the sum: % 2 * 3 = 6",
            ],
        ),
        (
            {"book/a.md": "| 61 |\n|---|\n| 62 |\n\n" + cell("n = 60")},
            [
                "book/a.md:1: 61 stands nowhere else: assert it in a hidden cell, cite it, or add the sum: % 2 * 3 = 6",
                "book/a.md:3: 62 stands nowhere else: assert it in a hidden cell, cite it, or add the sum: % 2 * 3 = 6",
            ],
        ),
    ],
}


@each(CASES)
def test_rule(rule, source, expected):
    check_page(rule, source, expected)


def test_numbers_may_be_typed_in_a_page_without_code(tmp_path):
    assert find_in_book("numbers/typed", tmp_path, {"book/a.md": "We use 61 cells.\n"}) == []


@each(BOOK_CASES)
def test_rule_on_books(rule, source, expected, tmp_path):
    check_book(rule, tmp_path, source, expected)
