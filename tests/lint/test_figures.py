"""Rules on figures."""

import shutil

from tools.book import ROOT

from .cases import Cases, cell, check_book, check_page, each, find_in_page, find_in_repository

PLT = cell("import matplotlib.pyplot as plt") + "\n"
GIVEN = "---\nmystnb:\n  figure:\n    name: fig-a\n    caption: What to see.\n  image:\n    alt: A line that rises.\n---"
CASES: Cases = {
    "figures/plots": [
        (PLT + cell("fig, ax = plt.subplots()", GIVEN), []),
        (
            PLT + cell("x = 1\nplt.plot(x)"),
            [
                "5: a plot without figure: name:, figure: caption:, image: alt:: add it to the cell's options, below mystnb:"
            ],
        ),
        (
            PLT
            + cell(
                "fig, ax = plt.subplots()",
                GIVEN.replace("    alt: A line that rises.", "    width: 5"),
            ),
            ["5: a plot without image: alt:: add it to the cell's options, below mystnb:"],
        ),
        (
            PLT + cell("ax.plot(x)"),
            [
                "5: a plot without figure: name:, figure: caption:, image: alt:: add it to the cell's options, below mystnb:"
            ],
        ),
        (PLT + cell("optimizer.step()"), []),
        (PLT + cell("plt.plot(x)", ":tags: [remove-cell]"), []),
        (PLT + cell("def draw():\n    plt.figure()\n\ndef twice():\n    draw()"), []),
        (
            PLT + cell("def draw():\n    plt.figure()\n\ndef twice():\n    draw()\n\ntwice()"),
            [
                "5: a plot without figure: name:, figure: caption:, image: alt:: add it to the cell's options, below mystnb:"
            ],
        ),
        (
            PLT
            + cell(
                "plt.rcParams['a'] = 1\nplt.close()\nplt.imsave(a, b)\nc = plt.cm.viridis(1)"
            ),
            [],
        ),
        (
            PLT + cell("df.hist()"),
            [
                "5: a plot without figure: name:, figure: caption:, image: alt:: add it to the cell's options, below mystnb:"
            ],
        ),
        (
            PLT
            + cell("plt.show()", GIVEN.replace("fig-a", "''").replace("What to see.", "' '")),
            [
                "5: a plot without figure: name:, figure: caption:: add it to the cell's options, below mystnb:"
            ],
        ),
        ("import matplotlib.pyplot as plt\n", []),
    ],
    "figures/values": [
        (PLT + cell("fig, ax = plt.subplots()\nax.plot(x);"), []),
        (
            PLT + cell("fig, ax = plt.subplots()\nax.plot(x)"),
            [
                "7: the value of the last line would be shown beside the plot: end the line with ;"
            ],
        ),
        (PLT + cell("plt.plot(x)\nplt.show()"), []),
        (PLT + cell("plt.plot(x)\nprint(x)"), []),
        (PLT + cell("plt.plot(x)\ny = 1"), []),
        (PLT + cell("plt.plot(x)\nfor y in x:\n    y"), []),
        (PLT + cell("plt.plot(x);"), []),
        (PLT + cell("fig, ax = plt.subplots()\nax.plot(x)\nax.grid();"), []),
        (
            PLT + cell("plt.plot(x)\nx"),
            [
                "7: the value of the last line would be shown beside the plot: end the line with ;"
            ],
        ),
        (PLT + cell("x"), []),
        (PLT + cell("plt.plot(x)", ":tags: [remove-cell]"), []),
    ],
    "figures/alternative-texts": [
        ("![A tall neuron](a.svg)\n", []),
        (":::{figure} a.svg\n:alt: A neuron with two inputs.\n:::\n", []),
        (
            "Text.\n\n:::{figure} a.svg\n:name: fig-a\n:::\n",
            ["3: a picture without an alternative text: say in :alt: what the picture shows"],
        ),
        (
            ":::{figure} a.svg\n:alt: images/a.svg\n:::\n",
            [
                "2: 'images/a.svg' does not say what the picture shows: describe it to somebody who does not see it"
            ],
        ),
        (
            "```{image} a.svg\n:alt: A neuron\n```\n",
            [
                "2: 'A neuron' does not say what the picture shows: describe it to somebody who does not see it"
            ],
        ),
        (
            "Text.\n![](a.svg) and ![A neuron with two inputs](a.svg)\n",
            ["2: a picture without an alternative text: say in :alt: what the picture shows"],
        ),
        (
            "```{image} a.svg\n```\n\n:::{lab} ball\n:::\n",
            [
                "1: a picture without an alternative text: say in :alt: what the picture shows",
                "4: a picture without an alternative text: say in :alt: what the picture shows",
            ],
        ),
        (
            cell("x", "---\nmystnb:\n  image:\n    alt: plot.PNG\n---"),
            [
                "5: 'plot.PNG' does not say what the picture shows: describe it to somebody who does not see it"
            ],
        ),
        (cell("x", "---\nmystnb:\n  image:\n    alt: A line that rises.\n---"), []),
    ],
    "figures/sides": [
        ("Text.\nIt falls ({numref}`fig-a`), right?\n", []),
        (
            "Text.\nIt falls ({numref}`fig-a`, right) and on the left of {numref}`fig-b`.\nMore.\n",
            [
                "2: right in a figure, whose panels may stack on phones: say what the panel shows",
                "2: left in a figure, whose panels may stack on phones: say what the panel shows",
            ],
        ),
        (
            "- {numref}`fig-a` on the left, and the right panel in {numref}`fig-b`\n",
            [
                "1: left in a figure, whose panels may stack on phones: say what the panel shows",
                "1: right in a figure, whose panels may stack on phones: say what the panel shows",
            ],
        ),
    ],
    "figures/captions": [
        (":::{figure} a.svg\n:name: fig-a\n\nWhat to see.\n:::\n", []),
        (
            "Text.\n\n:::{figure} a.svg\n\nWhat to see.\n:::\n",
            ["3: a figure without a name: add :name: fig-…"],
        ),
        (
            ":::{figure} a.svg\n:name: fig-a\n:::\n",
            ["1: a figure without a caption: write it below the options, after an empty line"],
        ),
        ("```{image} a.svg\n```\n", []),
    ],
}
LAB = ":::{lab} ball\n:name: lab-ball\n:image: ../images/a.svg\n:alt: A b c.\n\nSee.\n:::\n"
BALL = 'customElements.define("ball-lab", Ball);\n'
BOOK_CASES = {
    "figures/labs": [
        ({"book/a.md": LAB, "_static/labs/ball.mjs": BALL}, []),
        (
            {"book/a.md": LAB.replace("} ball", "} bal"), "_static/labs/ball.mjs": BALL},
            ["book/a.md:1: there is no lab 'bal': write ball"],
        ),
        (
            {"book/a.md": LAB, "_static/labs/ball.mjs": "", "_static/labs/bar.mjs": BALL},
            ["book/a.md:1: there is no lab 'ball': use one of "],
        ),
        (
            {
                "book/a.md": LAB.replace(":name: lab-ball\n", "").replace("\nSee.\n", ""),
                "_static/labs/ball.mjs": BALL,
            },
            [
                "book/a.md:1: a lab without a name: add :name: lab-…",
                "book/a.md:1: a lab without a caption: write it below the options, after an empty line",
            ],
        ),
    ],
    "figures/sources": [
        ({"book/a.md": "![A b c](../images/a.svg)\n", "images/a.svg": "<svg/>"}, []),
        (
            {
                "book/a.md": "Text.\n![A b c](../images/b.svg)\n\n:::{figure} images/c.svg\n:::\n"
            },
            [
                "book/a.md:4: there is no picture 'images/c.svg' here: put the picture into images/ and name it ../images/…",
                "book/a.md:2: there is no picture '../images/b.svg' here: put the picture into images/ and name it ../images/…",
            ],
        ),
        ({"book/a.md": LAB, "images/a.svg": "<svg/>"}, []),
        (
            {"book/a.md": LAB},
            [
                "book/a.md:1: there is no picture '../images/a.svg' here: put the picture into images/ and name it ../images/…"
            ],
        ),
        (
            {"book/a.md": "![A b c](https://a.org/a.svg)\n\n```{image} //a.org/b.svg\n```\n"},
            [
                "book/a.md:3: there is no picture '//a.org/b.svg' here: put the picture into images/ and name it ../images/…",
                "book/a.md:1: there is no picture 'https://a.org/a.svg' here: put the picture into images/ and name it ../images/…",
            ],
        ),
    ],
    "figures/mentions": [
        (
            {
                "book/a.md": "See {numref}`fig-a`.\n",
                "book/b.md": ":::{figure} a.svg\n:name: fig-a\n:::\n",
            },
            [],
        ),
        (
            {
                "book/a.md": "See {ref}`the figure <fig-a>`.\n\n:::{figure} a.svg\n:name: fig-a\n:::\n"
            },
            [],
        ),
        (
            {"book/a.md": "See {eq}`fig-a`.\n\n:::{figure} a.svg\n:name: fig-a\n:::\n"},
            [
                "book/a.md:4: no text refers to fig-a: write {numref}`fig-a` where the text speaks of it"
            ],
        ),
        (
            {"book/a.md": f"Try {{lab}}`it <lab-ball?w=2>`.\n\n{LAB}"},
            [
                "book/a.md:4: no text refers to lab-ball: write {numref}`lab-ball` where the text speaks of it"
            ],
        ),
    ],
}


# In chapters.
CHAPTER_CASES = {
    "figures/opening-pictures": [
        ("# A\n\n:::{figure} a.svg\n:figclass: wide opening\n:::\n", []),
        ("# A\n\n" + cell("x", "---\nmystnb:\n  figure:\n    classes: opening\n---"), []),
        (
            "Text.\n\n# A\n\n:::{figure} a.svg\n:figclass: openings\n:::\n",
            [
                "3: no figure has the class opening, so the chapter has no picture on its card: write classes: opening below mystnb, figure, or :figclass: opening"
            ],
        ),
        (
            "Text.\n",
            [
                "1: no figure has the class opening, so the chapter has no picture on its card: write classes: opening below mystnb, figure, or :figclass: opening"
            ],
        ),
        (
            ":::{figure} a.svg\n:name: fig-a\n:figclass: opening\n:::\n\n"
            + cell("x", "---\nmystnb:\n  figure:\n    classes: opening\n---"),
            [
                "10: a second figure has the class opening: choose one, for the beginning of the chapter and for its card"
            ],
        ),
    ],
}


@each(CASES)
def test_rule(rule, source, expected):
    check_page(rule, source, expected)


@each(CHAPTER_CASES)
def test_rule_on_chapters(rule, source, expected):
    check_page(rule, source, expected, is_chapter=True)
    assert find_in_page(rule, source) == []


@each(BOOK_CASES)
def test_rule_on_books(rule, source, expected, tmp_path):
    check_book(rule, tmp_path, source, expected)


FILES = ("tools/draw/palette.toml", "book/matplotlibrc")
FILE_CASES = {
    "figures/drawings": [
        (None, []),
        (
            "images/spare.svg",
            [
                "images/spare.svg:1: nothing draws it: write draw_spare in tools/draw/diagrams.py, or delete the file"
            ],
        ),
        (
            "images/neuron-computation.svg",
            ["images/neuron-computation.svg:1: is not what tools/draw draws: type make draw"],
        ),
    ]
}


@each(FILE_CASES)
def test_rule_on_drawings(rule, source, expected, tmp_path):
    shutil.copytree(ROOT / "images", tmp_path / "images")
    for name in (*FILES, "_static/palette.css", "_static/icon.svg"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)
    files = {source: "<svg/>"} if source else {}
    assert find_in_repository(rule, tmp_path, files) == expected


def test_book_without_drawings_is_accepted(tmp_path):
    assert find_in_repository("figures/drawings", tmp_path, {"images/a.svg": "<svg/>"}) == []
