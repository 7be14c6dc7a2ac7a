"""Rules of syntax, which come before the others."""

from tools.book import Page
from tools.lint.rule import RULES

from .cases import Cases, cell, check_page, each, write_files

BLOCK = "the block is not closed before the next one, in line"
CASES: Cases = {
    "syntax/front-matter": [
        ("---\nfile_format: mystnb\n---\n# A\n", []),
        (
            "---\na: b: c\n---\n# A\n",
            ["2: no YAML: mapping values are not allowed here: mend this line"],
        ),
        (
            "---\nx: 1\ny: [1\n---\n# A\n",
            ["3: no YAML: expected ',' or ']', but got '<stream end>': mend this line"],
        ),
        (
            "---\nfile_format: mystnb\n\n# A\n",
            ["1: the front matter has no end: end it with a line of ---"],
        ),
        (
            "---\na: 1\nb:\n  c: 2\n  c: 3\n---\n",
            ["5: no YAML: the key 'c' is given twice: mend this line"],
        ),
        ("---\n", ["1: the front matter has no end: end it with a line of ---"]),
        ("Text.\n\n---\n", []),
    ],
    "syntax/line-breaks": [
        ("Text.\n\nMore.\n", []),
        *(
            (
                f"Text.\n\nMore{sign}and more.\n",
                [
                    f"3: the sign U+{ord(sign):04X} breaks the line, which few programs show: begin a new line in its place"
                ],
            )
            for sign in "\v\f\x1c\x1d\x1e\x85\u2028\u2029"
        ),
    ],
    "syntax/options": [
        (cell("x = 1", ":tags: [hide-input]"), []),
        (
            cell("x = 1", ":tags: [hide-input"),
            [
                "2: options that cannot be read: expected ',' or ']', but got '<stream end>': write :name: value, or YAML between two lines of ---; quote what has a colon"
            ],
        ),
        (
            "Text.\n\n" + cell("x = 1", "---\nmystnb:\n  figure:\n    caption: One: two.\n---"),
            [
                "7: options that cannot be read: mapping values are not allowed here: write :name: value, or YAML between two lines of ---; quote what has a colon"
            ],
        ),
        (
            cell("x = 1", "---\nmystnb:\n\tfigure: 1\n---"),
            [
                "4: options that cannot be read: found character '\\t' that cannot start any token: write :name: value, or YAML between two lines of ---; quote what has a colon"
            ],
        ),
        (
            cell("x = 1", "---\ntags: [hide-input]"),
            [
                "2: options that cannot be read: the line of --- that ends them is missing: write :name: value, or YAML between two lines of ---; quote what has a colon"
            ],
        ),
        (
            cell("x = 1", "---\n- a\n---"),
            [
                "2: options that cannot be read: they are no mapping of names to values: write :name: value, or YAML between two lines of ---; quote what has a colon"
            ],
        ),
        (
            ":::{admonition} Title\n:class objectives\n\nText.\n:::\n",
            [
                "2: options that cannot be read: ':class objectives': write :name: value, or YAML between two lines of ---; quote what has a colon"
            ],
        ),
        (
            ":::{admonition} Title\n:name: a\n:class\n\nText.\n:::\n",
            [
                "3: options that cannot be read: ':class': write :name: value, or YAML between two lines of ---; quote what has a colon"
            ],
        ),
        (":::{figure} a.svg\n:name: fig-a\n:alt: A text: with a colon.\n:::\n", []),
        ("::::{tab-set}\n:::{tab-item} Linux\nText.\n:::\n::::\n", []),
        (
            cell("x = 1", ":tags: [a]\n:tags: [b]"),
            [
                "3: options that cannot be read: the key 'tags' is given twice: write :name: value, or YAML between two lines of ---; quote what has a colon"
            ],
        ),
        (
            ":::{note}\n" + cell("x = 1", ":tags: [a") + ":::\n",
            [
                "3: options that cannot be read: expected ',' or ']', but got '<stream end>': write :name: value, or YAML between two lines of ---; quote what has a colon"
            ],
        ),
    ],
    "syntax/blocks": [
        ("```{note}\nText.\n```\n\n~~~text\na\n~~~\n", []),
        ("Text.\n\n   :::{note}\n   Text.\n   :::\n", []),
        ("```text\n:::{note}\n```\n", []),
        (
            "```text\na\n\n:::{note}\nText.\n:::\n",
            ["1: the block has no end: close it with ```"],
        ),
        (
            cell("x = 1")
            + "\n:::{note}\nText.\n:::\n\n::::{div}\n:::{note}\nText.\n:::\n::::\n",
            [],
        ),
        (
            "Text.\n\n```{code-cell} ipython3\nx = 1\n\nMore.\n\n" + cell("y = 1"),
            [
                "3: the block is not closed before the next one, in line 8: close it before with ```, or give it more ` than that"
            ],
        ),
        ("```{code-cell} ipython3\nx = 1\n", ["1: the block has no end: close it with ```"]),
        (
            "x = 1\n```\n\nText.\n",
            [
                "2: ``` closes nothing: remove it, or give the block that it opens a name or a language"
            ],
        ),
        (
            ":::{exercise-start} A\n:label: ex-a\n\nText.\n\n:::{exercise-end}\n:::\n",
            [
                "1: the block is not closed before the next one, in line 6: close it before with :::, or give it more : than that"
            ],
        ),
        (
            ":::{div}\n:::{note}\nText.\n:::\n:::\n",
            [
                "1: the block is not closed before the next one, in line 2: close it before with :::, or give it more : than that"
            ],
        ),
        ("A.\n\n:::{note}\nText.\n", ["3: the block has no end: close it with :::"]),
        (
            "Text.\n:::\n",
            [
                "2: ::: closes nothing: remove it, or give the block that it opens a name or a language"
            ],
        ),
        ("::::{div}\n:::{note}\nText.\n::::\n", ["2: the block has no end: close it with :::"]),
        ("````md\n```{code-cell} ipython3\n```\n````\n", []),
        (cell('text = """\n:::{note}\n"""'), []),
        (
            "```{note}\nText.\n\n:::{tip}\nText.\n```\n",
            ["4: the block has no end: close it with :::"],
        ),
        ("~~~text\na\n", ["1: the block has no end: close it with ~~~"]),
        ("```text\n~~~\n:::\n```\n", []),
        ("1. a\n\n   ```text\n   b\n   ```\n", []),
        ("```text\na\n````\n", []),
        ("::::{div}\nText.\n:::\n::::\n", []),
        (
            "::::{div}\nText.\n:::\n::::\n\n:::{note}\n",
            ["6: the block has no end: close it with :::"],
        ),
        ("````text\na\n```\n", ["1: the block has no end: close it with ````"]),
    ],
    "syntax/comments": [
        ("<!-- a -->\n\nText.\n", []),
        ("Text.\n\n<!-- a\n\nMore.\n", ["3: the comment has no end: end it with -->"]),
        ("<kbd>a</kbd>\n", []),
        ("<p>a</p>\n", []),
    ],
    "syntax/formulas": [
        ("$$\nx = 1\n$$ (eq-a)\n\nText.\n\n$$y$$\n", []),
        (
            "Text.\n\n$$\nx = 1\n (eq-a)\n\nText.\n\n$$\ny\n$$\n",
            ["3: the formula has no end: close it with $$, and leave no empty line in it"],
        ),
        (
            "$$x\n\nText.\n\n$$ (eq-a)\n",
            ["1: the formula has no end: close it with $$, and leave no empty line in it"],
        ),
    ],
    "syntax/directives": [
        (":::{note}\nText.\n:::\n", []),
        ("Text.\n\n:::{nte}\nText.\n:::\n", ["3: no directive is called 'nte': write note"]),
        (
            ":::{quizzical}\n:::\n",
            [
                "1: no directive is called 'quizzical': use one of admonition, attention, bibliography, button-link, button-ref, card, caution, chapter-map, code, code-block, code-cell, course-hours, csv-table, danger, div, dropdown, epigraph, error, exercise-end, exercise-start, …"
            ],
        ),
        ("```python\nx\n```\n", []),
        (
            "```pyton\nx\n```\n",
            [
                "1: no language of code is called 'pyton': begin a directive with {name}, code with one of bash, bibtex, console, ini, json, markdown, md, powershell, python, sh, text, toml, yaml"
            ],
        ),
        (
            "```code-cell} ipython3\nx\n```\n",
            [
                "1: no language of code is called 'code-cell} ipython3': begin a directive with {name}, code with one of bash, bibtex, console, ini, json, markdown, md, powershell, python, sh, text, toml, yaml"
            ],
        ),
        (
            ":::pyton\nx\n:::\n",
            [
                "1: no language of code is called 'pyton': begin a directive with {name}, code with one of bash, bibtex, console, ini, json, markdown, md, powershell, python, sh, text, toml, yaml"
            ],
        ),
        (":::{note}\n\n:::{tpi}\n:::\n", ["3: no directive is called 'tpi': write topic"]),
    ],
    "syntax/option-names": [
        (
            ":::{admonition} A\n:clas: objectives\n:::\n",
            ["2: admonition has no option 'clas': write class"],
        ),
        (":::{admonition} A\n:class: objectives\n:::\n", []),
        (":::{seealso}\n:clas: objectives\n:::\n", []),
        (
            "```{figure} a.svg\n---\nname: fig-a\nnmae: fig-a\n---\n```\n",
            ["4: figure has no option 'nmae': write name"],
        ),
    ],
    "syntax/roles": [
        ("See {ref}`ch-a`.\n", []),
        ("Text.\nSee {reff}`ch-a`.\n", ["2: no role is called 'reff': write ref"]),
        (":::{admonition} See {reff}`ch-a`\n:::\n", ["1: no role is called 'reff': write ref"]),
        (
            cell("x", "---\nmystnb:\n  figure:\n    caption: See {ctie:p}`a`.\n---"),
            ["5: no role is called 'ctie:p': write cite:p"],
        ),
    ],
    "syntax/markup": [
        ("A *word*, **two**, `code`, $x$, [a](b.md), \\$ and \\*.\n", []),
        (
            "It costs $5.\nAll of it.\n",
            [
                "1: '$' would be shown as it stands: close the formula with $, or write \\$ for the sign"
            ],
        ),
        (
            "A $a$, `$`, \\$ and b$.\nThen $c$.\n",
            [
                "1: '$' would be shown as it stands: close the formula with $, or write \\$ for the sign"
            ],
        ),
        (
            "First *$5\n*.\n",
            [
                "1: '$' would be shown as it stands: close the formula with $, or write \\$ for the sign"
            ],
        ),
        (
            "First.\nA *word.\n",
            [
                "2: '*' would be shown as it stands: close the emphasis with *, without spaces inside, or write \\* for the sign"
            ],
        ),
        (
            "A `word.\n",
            ["1: '`' would be shown as it stands: close the code or the role with a backtick"],
        ),
        (
            "See {ref}`ch-a.\n",
            ["1: '`' would be shown as it stands: close the code or the role with a backtick"],
        ),
        (
            "See {ref} `ch-a`.\n",
            [
                "1: '{ref}' would be shown as it stands: write a role as {name}`content`, with nothing before the backtick"
            ],
        ),
        (
            "$$\nx = 1\n\nText.\n",
            [
                "1: '$$' would be shown as it stands: open and close a display formula with $$, with no empty line in between"
            ],
        ),
        (
            "Text.\n$$\nx = 1\n",
            [
                "2: '$$' would be shown as it stands: open and close a display formula with $$, with no empty line in between"
            ],
        ),
        (
            "Text $$x$$ and $$y.\n",
            [
                "1: '$' would be shown as it stands: close the formula with $, or write \\$ for the sign"
            ],
        ),
        (
            "See [a](file:///tmp/x).\n",
            [
                "1: '](' would be shown as it stands: write a link as [text](address); its address is a file, or begins with https:"
            ],
        ),
        (
            "##Title\n",
            [
                "1: '##' would be shown as it stands: write a plain space between # and the heading"
            ],
        ),
        (
            "##\u00a0Title\n",
            [
                "1: '##' would be shown as it stands: write a plain space between # and the heading"
            ],
        ),
        ("###\n", []),
        (
            "Text.\n:{note}\n",
            [
                "2: ':{' would be shown as it stands: a block begins and ends with the same number of colons, three or more"
            ],
        ),
        (
            "Text.\n::{note}\n",
            [
                "2: '::{' would be shown as it stands: a block begins and ends with the same number of colons, three or more"
            ],
        ),
        (
            "-item\n",
            ["1: '-' would be shown as it stands: write a space between - and the item"],
        ),
        ("Two -item\n", []),
        (
            "| a | b |\n| c | d |\n",
            [
                "1: '|' would be shown as it stands: a table has a line of | and --- below its head, and an empty line above"
            ],
        ),
        ("a | b\n", []),
        (
            "(ch-a)\n",
            [
                "1: '(ch-a)' would be shown as it stands: write a label as (label)= on a line of its own"
            ],
        ),
        (
            "(ch-a=\n",
            [
                "1: '(ch-a=' would be shown as it stands: write a label as (label)= on a line of its own"
            ],
        ),
        (
            "Where \\alpha is.\n",
            [
                "1: '\\\\a' would be shown as it stands: write a formula between $, and code between backticks"
            ],
        ),
        (
            "A {{name.\n",
            ["1: '{{' would be shown as it stands: write a substitution as {{ name }}"],
        ),
        (
            "a <!-- b\n",
            [
                "1: '<!--' would be shown as it stands: open and close a comment with <!-- and -->"
            ],
        ),
        (
            "A <b\n",
            ["1: '<b' would be shown as it stands: write the tag whole, or \\< for the sign"],
        ),
        (
            "Call a_ b.\n",
            ["1: '_' would be shown as it stands: close the emphasis with _, or write `code`"],
        ),
        (
            "Call _a b.\n",
            ["1: '_' would be shown as it stands: close the emphasis with _, or write `code`"],
        ),
        ("snake_case_name and 5 \\* 3\n", []),
        (
            ":::{note}\nIt costs $5.\n:::\n",
            [
                "2: '$' would be shown as it stands: close the formula with $, or write \\$ for the sign"
            ],
        ),
        (
            ":::{dropdown} A *title\nText.\n:::\n",
            [
                "1: '*' would be shown as it stands: close the emphasis with *, without spaces inside, or write \\* for the sign"
            ],
        ),
        (cell("x", "---\nmystnb:\n  image:\n    alt: A *star and $.\n---"), []),
        (
            "| a |\n|---|\n| $5 |\n| -b |\n",
            [
                "3: '$' would be shown as it stands: close the formula with $, or write \\$ for the sign"
            ],
        ),
        (
            "# A *b\n",
            [
                "1: '*' would be shown as it stands: close the emphasis with *, without spaces inside, or write \\* for the sign"
            ],
        ),
        ("5 < 6 and `a` &amp; b\n", []),
    ],
    "syntax/substitutions": [
        ("With {{ builders }}.\n\n> {{ citation }}\n", []),
        (
            "Text.\nAs {{ citaiton }} has it.\n",
            ["2: no substitution is called 'citaiton': write citation"],
        ),
        (
            "As {{ version }} has it.\n",
            ["1: no substitution is called 'version': use one of builders, citation"],
        ),
        (
            "Text.\n\n{{ author }}\n",
            ["3: no substitution is called 'author': use one of builders, citation"],
        ),
    ],
    "syntax/table-rows": [
        ("| a | b |\n|---|---|\n| 1 | 2 |\n", []),
        (
            "| a | b |\n|---|---|\n| 1 | 2 |\n| $|x|$ | 2 |\n",
            [
                "4: cells in this row: 4, in the head: 2: write \\vert for | in a formula, and \\| elsewhere"
            ],
        ),
        (
            "| a | b |\n|---|---|\n| 1 |\n",
            [
                "3: cells in this row: 1, in the head: 2: write \\vert for | in a formula, and \\| elsewhere"
            ],
        ),
        ("| a | b |\n|---|---|\n| 1 \\| 2 | 3 |\n", []),
        (
            "a | b\n---|---\n1 | 2\n3 | 4 | 5\n",
            [
                "4: cells in this row: 3, in the head: 2: write \\vert for | in a formula, and \\| elsewhere"
            ],
        ),
        ("| a |\n|---|\n| 1 |\n\nText.\n\n| a | b |\n|---|---|\n| 1 | 2 |\n", []),
    ],
    "syntax/python": [
        (cell("x = 1"), []),
        (
            cell("x = 1\n%matplotlib inline"),
            [
                "3: a command of IPython, which works in notebooks only: write Python; packages are listed in the requirements"
            ],
        ),
        (
            cell("!pip install a"),
            [
                "2: a command of IPython, which works in notebooks only: write Python; packages are listed in the requirements"
            ],
        ),
        (
            "Text.\n\n" + cell("x = 1\ny = (", ":tags: [hide-input]"),
            ["6: no Python: '(' was never closed: correct the code"],
        ),
        (cell("x = 1\n  y = 2"), ["3: no Python: unexpected indent: correct the code"]),
        (cell("return 1"), ["2: no Python: 'return' outside function: correct the code"]),
        (
            cell("mystnb:\n  figure:\n    name: fig-a\n---\nx = 1"),
            ["2: no Python: invalid syntax: correct the code"],
        ),
        (cell("x = 1\0"), ["2: no Python: invalid character '�' (U+FFFD): correct the code"]),
        (cell("# your turn"), []),
        (cell("x = 5 % 2\nbreak"), ["3: no Python: 'break' outside loop: correct the code"]),
    ],
}


@each(CASES)
def test_rule(rule, source, expected):
    check_page(rule, source, expected)


BOOK_CASES = {
    "syntax/encoding": [
        ({"book/a.md": "Café.\n"}, []),
        ({"book/a.md": b"Text.\nCaf\xe9.\n"}, ["2: this is not UTF-8: save the file as UTF-8"]),
    ]
}


@each(BOOK_CASES)
def test_rule_on_files(rule, source, expected, tmp_path):
    write_files(tmp_path, source)
    page = Page.read(tmp_path / "book" / "a.md", tmp_path, is_chapter=False)
    assert [f"{f.line}: {f.message}" for f in RULES[rule].find(page)] == expected
