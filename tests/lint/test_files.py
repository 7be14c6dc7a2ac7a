"""Rules on files."""

from tools.lint.rules.files import NEEDED
from tools.lock import LISTS, LOCK, make_header

from .cases import each, find_in_repository

GIVEN = dict(NEEDED)
REQUIREMENTS = {name: f"# why\npackage{number}>=1,<2\n" for number, name in enumerate(LISTS)}
ENTRIES = "package1==1.5\n"
LOCKED = {
    **REQUIREMENTS,
    LOCK: make_header(REQUIREMENTS.values(), ENTRIES) + f"\n{ENTRIES}",
}
STALE = ["requirements.lock:1: it was made from other requirements: type make lock"]
CASES = {
    "files/data-sources": [
        (
            {
                "data/README.md": "`a.csv`",
                "data/b/README.md": "c.csv",
                "data/a.csv": "",
                "data/b/c.csv": "",
                "book/d.csv": "",
            },
            [],
        ),
        (
            {"data/README.md": "`a.csv`", "data/b/c.csv": "", "README.md": "c.csv"},
            [
                "data/b/c.csv:1: data without a source: say in data/b/README.md where it comes from, and its licence"
            ],
        ),
    ],
    "files/needed": [
        (GIVEN, []),
        (
            {**GIVEN, "LICENSE": "BSD"},
            ["LICENSE:1: the file does not speak of 'MIT': restore that part"],
        ),
        (
            {file: text for file, text in GIVEN.items() if file != "LICENSE"},
            ["LICENSE:1: the file is missing: git checkout -- LICENSE"],
        ),
    ],
    "files/locked": [
        (LOCKED, []),
        ({**LOCKED, "requirements.txt": "package1>=1,<2  # another reason\n"}, []),
        ({**LOCKED, "requirements.txt": "package1>=1,<3\n"}, STALE),
        ({**LOCKED, "tests/requirements.txt": ""}, STALE),
        (REQUIREMENTS, STALE),
        (
            {**LOCKED, LOCK: LOCKED[LOCK].replace("1.5", "1.6")},
            ["requirements.lock:1: it was edited by hand: type make lock"],
        ),
    ],
    "files/ignored": [
        ({".gitignore": ".venv/\n_build/\n__pycache__/\n"}, []),
        (
            {".gitignore": "_build/\n"},
            [
                ".gitignore:1: it does not name .venv/: add .venv/",
                ".gitignore:1: it does not name __pycache__/: add __pycache__/",
            ],
        ),
        (
            {},
            [
                ".gitignore:1: it does not name .venv/: add .venv/",
                ".gitignore:1: it does not name _build/: add _build/",
                ".gitignore:1: it does not name __pycache__/: add __pycache__/",
            ],
        ),
    ],
    "files/licences": [
        ({"LICENSE": "MIT License, CC BY 4.0 and CC-BY-SA-3.0\n"}, []),
        (
            {"LICENSE": "MIT License and CC BY-SA 3.0\n"},
            ["LICENSE:1: it does not name CC BY 4.0: restore that part"],
        ),
        ({}, []),
    ],
    "files/litter": [
        ({"a.md": "", "_build/a.ipynb": "{}", ".venv/a.ipynb": "{}", ".git/a.ipynb": "{}"}, []),
        (
            {"book/a.ipynb": "{}"},
            ["book/a.ipynb:1: a product or a leftover: remove it, or name it in .gitignore"],
        ),
        (
            {
                "book/.DS_Store": "",
                "a.md~": "",
                "b.orig": "",
                ".gitignore": "*.log\n",
                "c.log": "",
            },
            [
                "a.md~:1: a product or a leftover: remove it, or name it in .gitignore",
                "b.orig:1: a product or a leftover: remove it, or name it in .gitignore",
                "book/.DS_Store:1: a product or a leftover: remove it, or name it in .gitignore",
            ],
        ),
    ],
    "files/sizes": [
        ({"a.bin": b"a" * 500_000}, []),
        (
            {"images/a.png": b"a" * 500_001},
            [
                "images/a.png:1: a file of 0.5 MB: make it smaller: a photograph as WebP, a drawing as SVG"
            ],
        ),
        ({"data/a.gz": b"a" * 500_001}, []),
    ],
    "files/unused": [
        (
            {
                "images/a.svg": "<svg/>",
                "book/a.md": "![A](../images/a.svg)\n",
                "_static/style.css": "url(fonts/b.woff2)",
                "_static/fonts/b.woff2": b"\0",
                "_static/fonts/b-licence.txt": "",
                "_static/c.mjs": "",
                "_templates/a.html": "{{ 'c.mjs' }}",
                "_static/d.js": "",
            },
            [],
        ),
        (
            {"images/a.svg": "a.svg", "_static/fonts/b.woff2": b"\0"},
            [
                "images/a.svg:1: nothing uses this file: show it in a page, or remove it",
                "_static/fonts/b.woff2:1: nothing uses this file: show it in a page, or remove it",
            ],
        ),
        (
            {"images/a.svg": "", "tests/test_a.py": '"a.svg"', "tools/a.py": '"a.svg"'},
            ["images/a.svg:1: nothing uses this file: show it in a page, or remove it"],
        ),
        (
            {
                "_static/fonts/b-400.woff2": "",
                "_templates/a.html": "{% set fonts = ['b-400'] %}",
            },
            [],
        ),
        (
            {"_static/e.mjs": ""},
            ["_static/e.mjs:1: nothing uses this file: show it in a page, or remove it"],
        ),
        (
            {"_static/fonts/f.css": ""},
            ["_static/fonts/f.css:1: nothing uses this file: show it in a page, or remove it"],
        ),
    ],
    "files/names": [
        ({"book/a-b2.md": "", "images/c.svg": "", "book/matplotlibrc": ""}, []),
        ({"book/starter/README.md": ""}, []),
        (
            {"book/A b.md": "", "images/c_d.svg": ""},
            [
                "book/A b.md:1: the name 'A b.md': use small letters, digits and hyphens",
                "images/c_d.svg:1: the name 'c_d.svg': use small letters, digits and hyphens",
            ],
        ),
    ],
    "files/guides": [
        (
            {
                "README.md": "[a](CONTRIBUTING.md), [b](book/a.md#x), [c](https://a.org), [d](../../issues), [e](#f)\n",
                "CONTRIBUTING.md": "",
                "book/a.md": "[a](none.md)\n",
            },
            [],
        ),
        (
            {
                "data/README.md": "[a](none.txt)\n",
                "index.md": "[a](none.md)\n",
                "tests/a.md": "[a](none.md)\n",
                "tools/a.md": "[a](none.md)\n",
            },
            [
                "data/README.md:1: there is no file 'none.txt': write a path relative to data/README.md",
                "tools/a.md:1: there is no file 'none.md': write a path relative to tools/a.md",
            ],
        ),
        (
            {"README.md": "Text.\nMore ![a](images/none.png)\n\n- item\n- see [b](none.md)\n"},
            [
                "README.md:2: there is no file 'images/none.png': write a path relative to README.md",
                "README.md:5: there is no file 'none.md': write a path relative to README.md",
            ],
        ),
        (
            {
                "data/README.md": "[a](a.txt) [b](../README.md)\n",
                "README.md": "",
                "data/a.txt": "",
            },
            [],
        ),
    ],
    "files/secrets": [
        ({"a.py": 'token = read()\nkey = "a"\nmd5 = "f68b3c2dcbeaaa9fbdd348bbdeb94873"\n'}, []),
        ({"a.md": "See <https://a.org/risk-assessment-in-neural-networks-2024>.\n"}, []),
        ({"a.md": "Cells in a sk-learn-pipeline-of-several-steps.\n"}, []),
        (
            {"a.py": "a = 1\nt = 'ghp_" + "a" * 36 + "'\n"},
            [
                "a.py:2: this looks like a secret: revoke it now, and take it out of the history, too"
            ],
        ),
        (
            {"a.yml": "key: AKIA" + "A" * 16 + "\n"},
            [
                "a.yml:1: this looks like a secret: revoke it now, and take it out of the history, too"
            ],
        ),
        (
            {"a.md": "-----BEGIN RSA " + "PRIVATE KEY-----\n"},
            [
                "a.md:1: this looks like a secret: revoke it now, and take it out of the history, too"
            ],
        ),
        (
            {"a.py": "pass" + 'word = "hunter22"\n'},
            [
                "a.py:1: this looks like a secret: revoke it now, and take it out of the history, too"
            ],
        ),
        (
            {"a.py": "api_" + "key: 'abcdefgh'\n"},
            [
                "a.py:1: this looks like a secret: revoke it now, and take it out of the history, too"
            ],
        ),
        (
            {"a": "hf_" + "a" * 30},
            [
                "a:1: this looks like a secret: revoke it now, and take it out of the history, too"
            ],
        ),
        (
            {"a": "sk-" + "a1" * 20},
            [
                "a:1: this looks like a secret: revoke it now, and take it out of the history, too"
            ],
        ),
        ({"a.bin": b"\0ghp_" + b"a" * 36}, []),
    ],
    "files/conflicts": [
        ({"a.md": "=======\n<<< a\n"}, []),
        (
            {"a.md": "Text.\n<<<<<<< HEAD\n=======\n>>>>>>> b\n"},
            [
                "a.md:2: a conflict that was not resolved: keep one of the two versions",
                "a.md:4: a conflict that was not resolved: keep one of the two versions",
            ],
        ),
    ],
    "files/checksums": [
        (
            {
                "data/README.md": "| `a.gz` | `0cc175b9c0f1b6a831c399e269772661` |\n",
                "data/raw/a.gz": "a",
            },
            [],
        ),
        (
            {
                "data/README.md": "Text.\n| `a.gz` | `0cc175b9c0f1b6a831c399e269772661` |\n",
                "data/raw/a.gz": "b",
            },
            ["data/raw/a.gz:1: the file is damaged: git checkout -- data/raw/a.gz"],
        ),
        (
            {"data/README.md": "Text.\n| `a.gz` | `0cc175b9c0f1b6a831c399e269772661` |\n"},
            ["data/README.md:2: the file a.gz is missing: git checkout -- data"],
        ),
        ({"data/README.md": "`0cc175b9c0f1b6a831c399e269772661`\n"}, []),
        (
            {
                "data/README.md": "Text.\n",
                "data/b/README.md": "| `c.csv` | `0cc175b9c0f1b6a831c399e269772661` |\n",
                "data/b/c.csv": "b",
                "data/d/c.csv": "a",
            },
            [
                "data/b/c.csv:1: the file is damaged: git checkout -- data/b/c.csv",
                "data/d/c.csv:1: data without a checksum: add a line with its name and its MD5 sum to the README beside it",
            ],
        ),
        (
            {
                "data/b/README.md": "| `c.csv` | `0cc175b9c0f1b6a831c399e269772661` |\n",
                "data/b/bc.csv": "a",
            },
            [
                "data/b/README.md:1: the file c.csv is missing: git checkout -- data/b",
                "data/b/bc.csv:1: data without a checksum: add a line with its name and its MD5 sum to the README beside it",
            ],
        ),
        ({}, []),
    ],
}


@each(CASES)
def test_rule(rule, source, expected, tmp_path):
    assert find_in_repository(rule, tmp_path, source) == expected
