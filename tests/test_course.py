"""What the build says of a contributor's chapter, in a book of one page."""

import json
import re
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
CELL = "\n```{code-cell} python3\n%s\n```\n"


@pytest.fixture
def build(tmp_path):
    """Return a function that builds a page, and returns what is said of it."""
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
    shutil.copytree(ROOT / "book" / "starter", tmp_path / "book" / "starter")
    (tmp_path / "_toc.yml").write_text(
        "format: jb-book\nroot: index\nparts:\n- numbered: true\n"
        "  chapters:\n  - file: book/page\n"
    )
    (tmp_path / "index.md").write_text(
        "# A book\n\n```{course-hours}\n```\n\n```{chapter-map}\n```\n"
    )

    def run(text, head=HEAD):
        # All letters are the same in UTF-8, but for the one that is tried.
        (tmp_path / "book" / "page.md").write_text(head + text, "latin-1")
        book = Path(sys.executable).parent / "jupyter-book"
        words = ""
        for command in (
            [sys.executable, "_ext/execute.py"],
            [book, *"build . -W -n --keep-going".split()],
        ):
            done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
            words += done.stdout + done.stderr
            if done.returncode:
                break
        return words

    return run


def test_an_error_is_told_last_and_once(build):
    text = CELL % "x = 1" + CELL % "print(undefined)"
    words = build(text + "\n{glue:text}`missing`\n")
    assert words.count("NameError") == 1
    *_, place, _, cell, _, error = words.rstrip().splitlines()
    assert place == "book/page.md:21: this cell raised an error"
    assert cell == "print(undefined)"
    assert error == "NameError: name 'undefined' is not defined"


@pytest.mark.parametrize(
    ("cell", "place", "cure"),
    [
        ("---\nmystnb: {a: b: c}\n---\n1", "at line 16", "colon in quotes"),
        ("'Poincar\u00e9'", "page.md: Failed", "save the file as UTF-8"),
        ("import warnings\nwarnings.warn('odd')", "page.md:17: ", "UserWarning: odd"),
    ],
)
def test_cell_that_cannot_stay_is_named(build, cell, place, cure):
    words = build(CELL % cell)
    assert place in words
    assert cure in words
    assert "Traceback" not in words


def test_claim_that_falls_costs_a_line_each_time_and_no_page(build, tmp_path):
    text = CELL % "from myst_nb import glue\n\nx = [2, 3]"
    text += CELL % (
        "for share in x:\n    assert share < 3, 'this run'\n"
        "glue('after', 'Told behind it', display=False)"
    )
    for _ in range(2):
        assert "WARNING" not in build(text + "\n{glue:text}`after`\n")
        page = (tmp_path / "_build" / "html" / "book" / "page.html").read_text("utf-8")
        assert "Told behind it" in page
        assert (tmp_path / "_build" / "claims").read_text("utf-8") == (
            "book/page.md:24: on this machine it does not hold that share < 3\n"
            "  share = 3\n  3 = 3\n"
        )
    assert "ValueError" in build(CELL % "assert 3 < 2" + CELL % "raise ValueError")


def test_cell_that_takes_too_long_is_named(build):
    head = HEAD.replace("---\n", "---\nexecution: {timeout: 3}\n", 1)
    words = build(CELL % "import time\ntime.sleep(60)", head)
    assert "book/page.md:18: this cell raised an error" in words
    assert "CellTimeoutError" in words


def test_faults_in_the_text_stop_the_build_and_are_named(build):
    faults = {
        "{glue:text}`no_key`": "no_key",
        "![icon.svg](../_static/icon.svg)": "alternative text",
        ":::{question} q-lone\nA?\n\n[x] A\n: Yes.\n:::": ":misconception:",
        "[nowhere](nowhere.md)": "nowhere",
        "{lab}`words <lab-none?w=1>`": "lab-none",
        "$\\sinn$": "sinn",
        "{cite:p}`nobody1900`": "nobody1900",
        "{numref}`fig-none`": "fig-none",
        "{minutes}`book/none`": "no chapter 'book/none'",
        ":::{misconceptions} book/nil\nX\n:::": "no chapter 'book/nil'",
        ":::{question} q-none\nA or B?\n\n[ ] A\n: No.\n:::": "mark right options",
        ":::{question} q-bare\nA or B?\n\n[x] A\n\n[ ] B\n: No.\n:::": "needs a reason",
    }
    words = build(CELL % "1" + "\n" + "\n\n".join(faults) + "\n")
    lines = [
        line for line in words.splitlines() if "WARNING" in line or "page.md:" in line
    ]
    for fault in faults.values():
        assert any(fault in line for line in lines), words
    assert len(re.findall(r"page\.md:\d+: WARNING: there is no chapter", words)) == 2


def test_a_second_build_of_a_fork_is_whole(build, tmp_path, monkeypatch):
    question = (
        ":::{question} q-%s\n:misconception: A\nA or B?\n\n"
        "[x] A\n: Yes.\n\n[ ] B\n: No.\n:::\n"
    )
    monkeypatch.setenv("GITHUB_REPOSITORY", "lab/copy")
    monkeypatch.setenv("SITE_URL", "https://lab.example/")
    with (tmp_path / "_toc.yml").open("a") as toc:
        toc.write("  - file: book/other\n")
    (tmp_path / "book" / "other.md").write_text(HEAD + question % "other")
    for fault in ("[one](one.md)", "[two](two.md)"):  # A warning costs no page.
        assert f"{fault[1:4]}.md" in build(f"{question % 'page'}\n{fault}\n")
    index = tmp_path / "_build" / "html" / "_static" / "questions" / "index.json"
    assert list(json.loads(index.read_text())) == ["q-page", "q-other"]
    page = (tmp_path / "_build" / "html" / "book" / "page.html").read_text("utf-8")
    assert 'rel="canonical" href="https://lab.example/book/page.html"' in page
    assert "https://github.com/lab/copy/edit/main/book/page.md" in page
