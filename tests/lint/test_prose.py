"""Rules on prose."""

from .cases import Cases, cell, check_book, check_page, each

CASES: Cases = {
    "prose/wording": [
        ("It is easy to read, and just above zero.\n", []),
        ("Text.\nIt is simply so.\n", ["2: 'simply' makes a reader feel slow: leave it out"]),
        ("Of course it is.\n", ["1: 'Of course' makes a reader feel slow: leave it out"]),
        ("It is easy.\n", ["1: 'It is easy' makes a reader feel slow: leave it out"]),
        (
            "This is quite simple\n",
            ["1: 'This is quite simple' makes a reader feel slow: leave it out"],
        ),
        (
            "As everybody knows, so.\n",
            ["1: 'As everybody knows' makes a reader feel slow: leave it out"],
        ),
        ("It just works.\n", ["1: 'just' makes a reader feel slow: leave it out"]),
        ("easily seen\n", ["1: 'easily seen' makes a reader feel slow: leave it out"]),
        ("Clearly so.\n", ["1: 'Clearly' makes a reader feel slow: leave it out"]),
        ("# Obviously\n", ["1: 'Obviously' makes a reader feel slow: leave it out"]),
        ("| trivial |\n|---|\n", ["1: 'trivial' makes a reader feel slow: leave it out"]),
        (
            cell("x", "---\nmystnb:\n  figure:\n    caption: Clearly so.\n---"),
            ["5: 'Clearly' makes a reader feel slow: leave it out"],
        ),
        ("`simply`\n", []),
        (
            ":::{dropdown} A\nIt is simply so.\n:::\n",
            ["2: 'simply' makes a reader feel slow: leave it out"],
        ),
        ("The justice of simplicity.\n", []),
    ],
    "prose/unfinished": [
        ("Text.\n", []),
        ("Text.\n\n% TODO more\n", ["3: the note 'TODO': do it, or open an issue"]),
        ("FIXME\n", ["1: the note 'FIXME': do it, or open an issue"]),
        (cell("x = 1  # TODO"), ["2: the note 'TODO': do it, or open an issue"]),
        ("Lorem ipsum.\n", ["1: the note 'Lorem ipsum': do it, or open an issue"]),
        ("todos\n", []),
    ],
    "prose/one-sentence-a-line": [
        ("One.\nTwo (e.g. Three). \n", []),
        ("Text.\nOne. Two.\n", ["2: two sentences in one line: break the line"]),
        ("One (so.) Two.\n", ["1: two sentences in one line: break the line"]),
        ("As A. Author et al. Say, see [a. B](b.md) and *c. D*.\n", []),
        ("**Time.** Ten. Twenty.\n", []),
        ("- One. Two.\n", []),
        ("| One. Two. |\n|---|\n", []),
        ("One $x$. Two.\n", ["1: two sentences in one line: break the line"]),
        (":::{figure} a.svg\nOne. Two.\n:::\n", []),
        (":::{note}\nOne. Two.\n:::\n", ["2: two sentences in one line: break the line"]),
        ("One? Two! Three\n", ["1: two sentences in one line: break the line"]),
        ("One 5%. Two\n", ["1: two sentences in one line: break the line"]),
    ],
    "prose/sentence-length": [
        (
            ":::{figure} a.svg\n" + "word " * 46 + "\n:::\n",
            ["2: a sentence of 46 words: make it two"],
        ),
        ("word " * 45 + "\n", []),
        ("Text.\n" + "word " * 46 + "\n", ["2: a sentence of 46 words: make it two"]),
        ("word " * 40 + "end. " + "word " * 40 + "\n", []),
        ("word " * 40 + "end: " + "word " * 40 + "\n", []),
        ("- " + "word " * 46 + "\n", ["1: a sentence of 46 words: make it two"]),
        ("| " + "word " * 46 + "|\n|---|\n", []),
        ("$x$ " * 46 + "\n", ["1: a sentence of 46 words: make it two"]),
        ("[" + "word " * 46 + "](a.md)\n", ["1: a sentence of 46 words: make it two"]),
        (cell("x", "---\nmystnb:\n  image:\n    alt: " + "word " * 46 + "\n---"), []),
    ],
    "prose/british-spelling": [
        ("The colour of a program, an optimizer and a practice.\n", []),
        (
            "Text.\nThe color and the Center.\n",
            [
                "2: the American spelling 'color': write 'colour'",
                "2: the American spelling 'Center': write 'centre'",
            ],
        ),
        ('The section "Overfitting and regularization".\n', []),
        ("`color`\n", []),
        (
            "# Normalization\n",
            ["1: the American spelling 'Normalization': write 'normalisation'"],
        ),
        (
            cell("x", "---\nmystnb:\n  image:\n    alt: A gray line.\n---"),
            ["5: the American spelling 'gray': write 'grey'"],
        ),
        ("colorful\n", ["1: the American spelling 'colorful': write 'colourful'"]),
    ],
    "prose/signs": [
        ("Right ✓, wrong ✗, → 5 × 3 − 2 °.\n", []),
        (
            "Text.\nGood 🎉.\n",
            ["2: the sign U+1F389 PARTY POPPER: leave it out, or say it in words"],
        ),
        (
            "zero\u200bwidth\n",
            ["1: the sign U+200B ZERO WIDTH SPACE: leave it out, or say it in words"],
        ),
        (
            "\ufeffText.\n",
            ["1: the sign U+FEFF ZERO WIDTH NO-BREAK SPACE: leave it out, or say it in words"],
        ),
        (
            "soft\u00adhyphen\n",
            ["1: the sign U+00AD SOFT HYPHEN: leave it out, or say it in words"],
        ),
        ("a\tb\n", ["1: the sign U+0009: leave it out, or say it in words"]),
        ("A\u00a0b\n", []),
        (
            "⚠\ufe0f\n",
            [
                "1: the sign U+26A0 WARNING SIGN: leave it out, or say it in words",
                "1: the sign U+FE0F VARIATION SELECTOR-16: leave it out, or say it in words",
            ],
        ),
    ],
    "prose/doubled-words": [
        ("It had been so that all is.\n", []),
        ("Text.\nIt is is so.\n", ["2: the words 'is is': leave out one"]),
        ("The the.\n", []),
        ("AND and\n", []),
        ("5 5\n", []),
        ("a `b` b\n", []),
    ],
}
BOOK_CASES = {
    "prose/sentence-case": [
        ({"book/a.md": "# The work of Fisher\n\nIt was by Fisher.\n"}, []),
        (
            {"book/a.md": "# A\n\n## What Is a Neuron\n\nText.\n"},
            ["book/a.md:3: a capital in the heading: 'Is': write 'is', if it is no name"],
        ),
        (
            {"book/a.md": "# A\n\n:::{dropdown} More on Neurons\nText.\n:::\n"},
            [
                "book/a.md:3: a capital in the heading: 'Neurons': write 'neurons', if it is no name"
            ],
        ),
        ({"book/a.md": "# A: The rest\n\n## AND and OR\n\n## More? Yes\n"}, []),
        (
            {
                "index.md": "# My Course\n\n## My Other Course\n",
                "book/a.md": "# About My Course\n",
            },
            [
                "index.md:3: a capital in the heading: 'Other': write 'other', if it is no name",
                "book/a.md:1: a capital in the heading: 'My': write 'my', if it is no name",
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
