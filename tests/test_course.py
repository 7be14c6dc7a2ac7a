"""What the build says of a contributor's chapter, in a book of one page."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from conftest import ROOT

HEAD = """\
---
file_format: mystnb
kernelspec: {name: python3, display_name: Python 3}
---
# A page

:::{admonition} In this chapter
:class: objectives
**Questions:** Does it build?

**Path:** core.

**Time:** 1 minutes to read, 1 for the exercises.
:::
"""
QUIZ = """
from docutils import nodes
from sphinx.util.docutils import SphinxDirective

class quiz(nodes.General, nodes.Element):
    pass

class Quiz(SphinxDirective):
    has_content = True
    def run(self):
        return [quiz("", *self.parse_content_to_nodes())]

def setup(app):
    app.add_node(quiz, html=(lambda self, node: self.body.append("<b class=quiz>"),
                             lambda self, node: self.body.append("</b>")))
    app.add_directive("quiz", Quiz)
"""


@pytest.fixture
def build(tmp_path):
    """Return a function that builds a book and returns code, words and folder."""
    for name in ("_ext", "_static", "_templates"):
        shutil.copytree(
            ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__")
        )
    for name in ("CITATION.cff", "references.bib", "_config.yml"):
        shutil.copy(ROOT / name, tmp_path)
    config = (tmp_path / "_config.yml").read_text("utf-8")
    # A small book lacks much of what the theme writes.
    config += "    suppress_warnings: [course.html]\n"
    (tmp_path / "_config.yml").write_text(config, "utf-8")
    (tmp_path / "book" / "starter").mkdir(parents=True)
    (tmp_path / "_toc.yml").write_text(
        "format: jb-book\nroot: index\nparts:\n- numbered: true\n"
        "  chapters:\n  - file: book/page\n"
    )
    (tmp_path / "index.md").write_text(
        "# A book\n\n```{course-hours}\n```\n\n```{chapter-map}\n```\n"
    )

    def run(text, extension=None, encoding="utf-8"):
        (tmp_path / "book" / "page.md").write_text(HEAD + text, encoding)
        if extension:
            (tmp_path / "_ext" / f"{extension[0]}.py").write_text(extension[1])
            config = (tmp_path / "_config.yml").read_text("utf-8")
            config = config.replace(
                "      - course\n", f"      - course\n      - {extension[0]}\n"
            )
            (tmp_path / "_config.yml").write_text(config, "utf-8")
        words = ""
        for command in (
            [sys.executable, "_ext/execute.py"],
            [
                Path(sys.executable).parent / "jupyter-book",
                "build",
                ".",
                "-W",
                "-n",
                "--keep-going",
            ],
        ):
            done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
            words += done.stdout + done.stderr
            if done.returncode:
                break
        return done.returncode, words, tmp_path / "_build" / "html"

    return run


def test_directive_of_another_extension_works_and_the_notebook_asks_for_a_method(build):
    text = "\n```{code-cell} python3\nprint(1 + 1)\n```\n\n:::{quiz}\nIs it so?\n:::\n"
    code, words, site = build(text, extension=("quiz", QUIZ))
    assert code
    assert "page.md:20: WARNING: notebooks show only the text of quiz" in words
    assert "<b class=quiz>" in (site / "book" / "page.html").read_text("utf-8")
    notebook = json.loads((site / "notebooks" / "page.ipynb").read_text("utf-8"))
    assert any("Is it so?" in "".join(cell["source"]) for cell in notebook["cells"])


def test_an_error_is_told_last_and_once(build):
    cell = "\n```{code-cell} python3\n%s\n```\n"
    text = cell % "x = 1" + cell % "print(undefined)"
    code, words, _ = build(text + "\n{glue:text}`missing`\n")
    assert code
    assert words.count("NameError") == 1
    *_, place, _, cell, _, error = words.rstrip().splitlines()
    assert place == "book/page.md:21: this cell raised an error"
    assert (cell, error) == (
        "print(undefined)",
        "NameError: name 'undefined' is not defined",
    )


@pytest.mark.parametrize(
    ("text", "encoding", "place", "cure"),
    [
        ("!pip install seaborn", "utf-8", "page.md:17: ", "book/requirements.txt"),
        ("---\nmystnb: {a: b: c}\n---\n1", "utf-8", "at line 16", "colon in quotes"),
        ("'Poincar\u00e9'", "latin-1", "page.md: Failed", "save the file as UTF-8"),
    ],
)
def test_page_that_cannot_be_run_is_named(build, text, encoding, place, cure):
    text = f"\n```{{code-cell}} python3\n{text}\n```\n"
    code, words, _ = build(text, encoding=encoding)
    assert code
    assert place in words
    assert cure in words
    assert "Traceback" not in words


def test_cell_that_takes_too_long_is_named(build, monkeypatch):
    head = HEAD.replace("---\n", "---\nexecution: {timeout: 3}\n", 1)
    monkeypatch.setitem(globals(), "HEAD", head)
    cell = "\n```{code-cell} python3\nimport time\ntime.sleep(60)\n```\n"
    code, words, _ = build(cell)
    assert code
    assert "book/page.md:18: this cell raised an error" in words
    assert "CellTimeoutError" in words


def test_a_cell_that_warns_stops_the_build(build):
    code, words, _ = build(
        "\n```{code-cell} python3\nimport warnings\nwarnings.warn('odd')\n```\n"
    )
    assert code
    assert "this cell printed a warning" in words
    assert "UserWarning: odd" in words


def test_faults_in_the_text_stop_the_build_and_are_named(build):
    faults = {
        "{glue:text}`no_key`": "no_key",
        "![](../_static/icon.svg)": "alternative text",
        "[nowhere](nowhere.md)": "nowhere",
        "{lab}`words <lab-none?w=1>`": "lab-none",
        "$\\sinn$": "sinn",
        "{cite:p}`nobody1900`": "nobody1900",
        "{numref}`fig-none`": "fig-none",
        ":::{question} q-none\nA or B?\n\n[ ] A\n: No.\n:::": "mark right options",
        ":::{question} q-bare\nA or B?\n\n[x] A\n\n[ ] B\n: No.\n:::": "needs a reason",
    }
    code, words, _ = build(
        "\n```{code-cell} python3\n1\n```\n\n" + "\n\n".join(faults) + "\n"
    )
    assert code
    lines = [
        line for line in words.splitlines() if "WARNING" in line or "page.md:" in line
    ]
    assert not [
        fault for fault in faults.values() if not any(fault in line for line in lines)
    ], words
