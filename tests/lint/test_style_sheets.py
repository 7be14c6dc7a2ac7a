"""Rules on style sheets."""

from .cases import each, find_in_repository

CSS = "_static/style.css"
CASES = {
    "style-sheets/braces": [
        ({CSS: "a { color: red; }\n@media print { a { color: red; } }\n"}, []),
        (
            {
                CSS: "@media print {\n  /* a */\n  a {\n    color: red;\n  }\n\n  b {\n    color: red;\n  }\n}\n"
            },
            [],
        ),
        (
            {
                CSS: 'a {\n  color: red;\n}\n\n@media print {\n  a {\n    color: red;\n  }\n}\n/* { */\nb { content: "}"; }\n'
            },
            [],
        ),
        (
            {CSS: "a {\n  color: red;\n}\n\nb {\n  color: red;\n\nc {\n  color: red;\n}\n"},
            ["_static/style.css:5: the block has no end: close it with }"],
        ),
        (
            {CSS: "a {\n  color: red;\n"},
            ["_static/style.css:1: the block has no end: close it with }"],
        ),
        (
            {CSS: "a {\n  color: red;\n}\n}\n"},
            ["_static/style.css:4: } ends nothing: remove it"],
        ),
        (
            {CSS: "@media print {\n  a {\n    color: red;\n}\n"},
            ["_static/style.css:2: the block has no end: close it with }"],
        ),
        (
            {CSS: "a {\n  color red;\n}\n"},
            [
                "_static/style.css:2: no CSS: Stop token reached before {} block for a qualified rule: write selector { property: value; }"
            ],
        ),
        (
            {CSS: "a {\n  color: red;\n", "tools/pdf.css": "a {\n"},
            [
                "_static/style.css:1: the block has no end: close it with }",
                "tools/pdf.css:1: the block has no end: close it with }",
            ],
        ),
        (
            {CSS: "a {\n  color: red;\n\nb { color: red; }\n"},
            ["_static/style.css:1: the block has no end: close it with }"],
        ),
        (
            {CSS: "/* Two\n   lines */\na {\n  color: red;\n"},
            ["_static/style.css:3: the block has no end: close it with }"],
        ),
        (
            {CSS: "a {\n  color: red;\n\nb {\n  color: red;\n}\n}\n"},
            ["_static/style.css:1: the block has no end: close it with }"],
        ),
        (
            {"tools/pdf.css": "a {\n"},
            ["tools/pdf.css:1: the block has no end: close it with }"],
        ),
        ({"book/a.css": "a {\n"}, []),
        (
            {CSS: "color: red;\n"},
            [
                "_static/style.css:1: no CSS: EOF reached before {} block for a qualified rule: write selector { property: value; }"
            ],
        ),
    ],
    "style-sheets/properties": [
        (
            {
                CSS: "a {\n  --own: 1;\n  color: red;\n  Color: blue;\n}\n\n@font-face {\n  src: url(a);\n}\n\n@page {\n  margin: 0;\n}\n"
            },
            [],
        ),
        (
            {CSS: "a {\n  color: red;\n  colour: red;\n}\n"},
            ["_static/style.css:3: no property is called colour: write color"],
        ),
        (
            {CSS: "@media print {\n  a {\n    marign: 0;\n  }\n}\n"},
            ["_static/style.css:3: no property is called marign: write margin"],
        ),
        (
            {CSS: "@font-face {\n  color: red;\n  scr: url(a);\n}\n"},
            [
                "_static/style.css:2: no property is called color: write a property of CSS",
                "_static/style.css:3: no property is called scr: write src",
            ],
        ),
        (
            {CSS: "a {\n  wobble: 1;\n}\n"},
            ["_static/style.css:2: no property is called wobble: write a property of CSS"],
        ),
        (
            {CSS: "@supports (display: grid) {\n  a { disply: grid; }\n}\n"},
            ["_static/style.css:2: no property is called disply: write display"],
        ),
        (
            {CSS: "@property --a {\n  syntax: '*';\n  inherit: true;\n}\n"},
            ["_static/style.css:3: no property is called inherit: write inherits"],
        ),
    ],
    "style-sheets/variables": [
        (
            {CSS: "a {\n  --own: 1;\n  width: var(--own);\n  color: var(--pst-color-a);\n}\n"},
            [],
        ),
        (
            {CSS: "a {\n  --own: 1;\n  width: var(--onw);\n  color: var( --other, 1);\n}\n"},
            [
                "_static/style.css:3: nothing sets --onw: write --own",
                "_static/style.css:4: nothing sets --other: set it in html:root",
            ],
        ),
        ({CSS: "a { width: var(--own); }\n", "_static/palette.css": "a { --own: 1; }\n"}, []),
    ],
    "style-sheets/hosts": [
        (
            {
                CSS: 'a { src: url("fonts/a.woff2"); }\n',
                "_templates/a.html": '<a href="https://a.org">a</a> <link rel="canonical" href="{{ a }}">\n',
                "a.mjs": 'import a from "./b.mjs";\n',
                "images/a.svg": '<svg xmlns="http://www.w3.org/2000/svg"/>\n',
            },
            [],
        ),
        (
            {CSS: 'a {\n  src: url("https://a.org/a.woff2");\n}\n@import "//b.org/b.css";\n'},
            [
                "_static/style.css:2: 'https://a.org/a.woff2' comes from another host: keep a copy in _static/ and load that",
                "_static/style.css:4: '//b.org/b.css' comes from another host: keep a copy in _static/ and load that",
            ],
        ),
        (
            {
                "_templates/a.html": '<script src="https://a.org/a.js"></script>\n<link rel="stylesheet" href="https://b.org/b.css">\n'
            },
            [
                "_templates/a.html:1: 'https://a.org/a.js' comes from another host: keep a copy in _static/ and load that",
                "_templates/a.html:2: 'https://b.org/b.css' comes from another host: keep a copy in _static/ and load that",
            ],
        ),
        (
            {"_static/a.js": 'fetch("https://a.org/a");\nimport("https://b.org/b.js");\n'},
            [
                "_static/a.js:1: 'https://a.org/a' comes from another host: keep a copy in _static/ and load that",
                "_static/a.js:2: 'https://b.org/b.js' comes from another host: keep a copy in _static/ and load that",
            ],
        ),
        (
            {"_static/a.mjs": 'import { x } from "https://a.org/a.mjs";\n'},
            [
                "_static/a.mjs:1: 'https://a.org/a.mjs' comes from another host: keep a copy in _static/ and load that"
            ],
        ),
        (
            {"images/a.svg": '<image xlink:href="http://a.org/a.png"/>\n'},
            [
                "images/a.svg:1: 'http://a.org/a.png' comes from another host: keep a copy in _static/ and load that"
            ],
        ),
        ({"book/a.md": '<img src="https://a.org/a">\n'}, []),
    ],
    "style-sheets/colours": [
        (
            {
                CSS: "a {\n  font: red;\n  grid-area: red;\n  transition: red;\n}\n/* red */\n",
                "_static/palette.css": "",
            },
            [],
        ),
        ({CSS: "a {\n  color: red;\n}\n"}, []),
        (
            {
                CSS: "a {\n  color: var(--red);\n  border: 1px solid currentColor;\n  background: transparent;\n}\n",
                "_static/palette.css": ":root { --red: #f00; }\n",
            },
            [],
        ),
        (
            {
                CSS: "a {\n  color: #f00a;\n  border: 1px solid hotpink;\n  --own: rgb(0 0 0 / 5%);\n  background: linear-gradient(red, var(--a));\n  animation: red 1s;\n}\n",
                "_static/palette.css": "",
            },
            [
                "_static/style.css:2: the colour #f00a: name it in tools/draw/palette.toml, and write var(--…)",
                "_static/style.css:3: the colour hotpink: name it in tools/draw/palette.toml, and write var(--…)",
                "_static/style.css:4: the colour rgb(0 0 0 / 5%): name it in tools/draw/palette.toml, and write var(--…)",
                "_static/style.css:5: the colour red: name it in tools/draw/palette.toml, and write var(--…)",
            ],
        ),
        ({"tools/pdf.css": "a {\n  color: red;\n}\n", "_static/palette.css": ""}, []),
    ],
}


@each(CASES)
def test_rule(rule, source, expected, tmp_path):
    assert find_in_repository(rule, tmp_path, source) == expected
