"""Rules on references."""

from .cases import Cases, cell, check_book, check_page, each

CASES: Cases = {
    "references/labels": [
        ("(ch-a)=\n# A\n", []),
        (
            "# A\n\n(a)=\n## B\n",
            [
                "3: the label 'a' does not tell its kind: begin it with ch-, sec-, fig-, lab-, eq-, ex-, sol-, tbl- and go on in small letters"
            ],
        ),
        (
            ":::{figure} a.svg\n:name: A\n:::\n",
            [
                "2: the label 'A' does not tell its kind: begin it with ch-, sec-, fig-, lab-, eq-, ex-, sol-, tbl- and go on in small letters"
            ],
        ),
        ("$$x$$ (eq-x)\n", []),
        (
            "$$\nx\n$$ (x)\n",
            [
                "1: the label 'x' does not tell its kind: begin it with ch-, sec-, fig-, lab-, eq-, ex-, sol-, tbl- and go on in small letters"
            ],
        ),
        (
            "(sec-a_b)=\n",
            [
                "1: the label 'sec-a_b' does not tell its kind: begin it with ch-, sec-, fig-, lab-, eq-, ex-, sol-, tbl- and go on in small letters"
            ],
        ),
        (":::{exercise-start} A\n:label: ex-a\n:::\n", []),
        (
            cell("x", "---\nmystnb:\n  figure:\n    name: plot\n---"),
            [
                "5: the label 'plot' does not tell its kind: begin it with ch-, sec-, fig-, lab-, eq-, ex-, sol-, tbl- and go on in small letters"
            ],
        ),
        (
            "(eq-)=\n",
            [
                "1: the label 'eq-' does not tell its kind: begin it with ch-, sec-, fig-, lab-, eq-, ex-, sol-, tbl- and go on in small letters"
            ],
        ),
    ],
    "references/addresses": [
        ("[a](https://a.org/b)\n", []),
        (
            "Text.\nSee [a](https://a.org/b–c).\n",
            ["2: 'https://a.org/b–c' holds other signs than ASCII: write them as %…"],
        ),
        (
            "See https://a.org now.\n",
            ["1: a bare address: write [words](address), words that say where it leads"],
        ),
        (
            "See www.a.org now.\n",
            ["1: a bare address: write [words](address), words that say where it leads"],
        ),
        (
            "See <https://a.org>.\n",
            ["1: a bare address: write [words](address), words that say where it leads"],
        ),
        ("`https://a.org`\n", []),
        ("See <me@a.org>.\n", []),
    ],
}
BIB = "@misc{a,\n  title = {A},\n}\n"
BOOK_CASES = {
    "references/unique-labels": [
        ({}, []),
        (
            {"book/a.md": "(ch-a)=\n# A\n", "book/b.md": "Text.\n\n(ch-a)=\n# B\n"},
            [
                "book/b.md:3: the label 'ch-a' stands at book/a.md:1, too: give this one another ending"
            ],
        ),
        (
            {"book/a.md": "(ch-a)=\n# A\n\n(ch-a)=\n## A\n\n(ch-a)=\n## B\n"},
            [
                "book/a.md:4: the label 'ch-a' stands at book/a.md:1, too: give this one another ending",
                "book/a.md:7: the label 'ch-a' stands at book/a.md:1, too: give this one another ending",
            ],
        ),
    ],
    "references/targets": [
        (
            {
                "book/a.md": "(ch-a)=\n# A\n\nSee {ref}`ch-b`, {ref}`B <ch-b>`, {numref}`fig-a` and {eq}`eq-a`.\n\n$$x$$ (eq-a)\n\n:::{figure} a.svg\n:name: fig-a\n:::\n"
            },
            [],
        ),
        (
            {
                "book/a.md": "See {lab}`it <lab-a?w=1>` and {lab}`this <lab-b?w=1>`.\n\n:::{lab} a\n:name: lab-a\n:::\n"
            },
            ["book/a.md:1: there is no label 'lab-b': write lab-a"],
        ),
        (
            {"book/a.md": "(ch-a)=\n# A\n\nSee {ref}`sec-none`.\n"},
            ["book/a.md:4: there is no label 'sec-none': write a label of the book"],
        ),
        (
            {"book/a.md": "(ch-a)=\n# A\n\nSee {ref}`ch-glosary`.\n"},
            ["book/a.md:4: there is no label 'ch-glosary': write ch-glossary"],
        ),
        (
            {"book/a.md": "(ch-a)=\n# A\n\nSee {eq}`ch-b`.\n"},
            [
                "book/a.md:4: {eq} does not fit the label 'ch-b': use {eq} for equations, {numref} for figures, {ref} for the rest"
            ],
        ),
        (
            {"book/a.md": "(ch-a)=\n# A\n\nSee {numref}`eq-a`.\n\n$$x$$ (eq-a)\n"},
            [
                "book/a.md:4: {numref} does not fit the label 'eq-a': use {eq} for equations, {numref} for figures, {ref} for the rest"
            ],
        ),
        ({"book/a.md": "# A\n", "book/b.md": "(ch-b)=\n# B\n\nSee {ref}`ch-a`.\n"}, []),
        (
            {
                "book/a.md": "# A\n",
                "book/b.md": "(ch-b)=\n# B\n\nSee {ref}`ch-a` and {ref}`sec-none`.\n",
            },
            ["book/b.md:4: there is no label 'sec-none': write a label of the book"],
        ),
        (
            {"book/a.md": "```{button-ref} ch-none\n```\n\n```{button-ref} ch-b\n```\n"},
            [
                "book/a.md:1: there is no label 'ch-none': write the label of a place in the book"
            ],
        ),
        ({"book/a.md": "See {term}`none`.\n"}, []),
    ],
    "references/links": [
        (
            {
                "book/a.md": "(sec-here)=\n[a](b.md), [b](b.md#sec-b), [c](https://a.org), [d](#sec-here), [e](binder:lab), [f](mailto:a@b.c) [g](<b b.md>)\n",
                "book/b b.md": "(sec-b)=\n# B\n",
            },
            [],
        ),
        (
            {"book/a.md": "# A\n\n[a](#sec-a), [b](a.md#sec-b)\n"},
            [
                "book/a.md:3: there is no label 'sec-a': refer to a label of the book with {ref}",
                "book/a.md:3: there is no label 'sec-b': refer to a label of the book with {ref}",
            ],
        ),
        (
            {"book/a.md": "Text.\n[a](none.md).\n"},
            [
                "book/a.md:2: there is no file 'none.md': write the path of a file, relative to this page"
            ],
        ),
        (
            {"book/a.md": "[a](ftp://a.org)\n"},
            [
                "book/a.md:1: no page can lead to 'ftp://a.org': use an address that begins with https:"
            ],
        ),
        (
            {"index.md": "# A\n\n[a](book/a.md) [b](b.md)\n"},
            [
                "index.md:3: there is no file 'b.md': write the path of a file, relative to this page"
            ],
        ),
    ],
    "references/citations": [
        (
            {
                "references.bib": BIB,
                "book/a.md": "As {cite:t}`a` and {cite:p}`a, a` say; {ref}`b`.\n",
            },
            [],
        ),
        (
            {"references.bib": BIB, "book/a.md": "Text.\nAs {cite:t}`none` says.\n"},
            ["book/a.md:2: no entry has the key 'none': add it to references.bib"],
        ),
        (
            {
                "references.bib": BIB.replace("{a,", "{zhang2021,"),
                "book/a.md": "As {cite:p}`zhang2012, zhang2021` say.\n",
            },
            ["book/a.md:1: no entry has the key 'zhang2012': write zhang2021"],
        ),
    ],
    "references/uncited": [
        ({"references.bib": BIB, "book/a.md": "{cite:p}`a`\n"}, []),
        (
            {"references.bib": BIB},
            ["references.bib:1: no page cites 'a': cite it with {cite:p}`a`, or remove it"],
        ),
        ({"references.bib": BIB, "book/a.md": ":::{seealso}\n{cite:p}`a`\n:::\n"}, []),
        (
            {
                "references.bib": BIB,
                "book/a.md": cell(
                    "x", "---\nmystnb:\n  figure:\n    caption: After {cite:t}`a`.\n---"
                ),
            },
            [],
        ),
    ],
}


@each(CASES)
def test_rule(rule, source, expected):
    check_page(rule, source, expected)


@each(BOOK_CASES)
def test_rule_on_books(rule, source, expected, tmp_path):
    check_book(rule, tmp_path, source, expected)
