"""What README and CONTRIBUTING name is there, so that a newcomer finds it at first guess."""

import re

import pytest

from tools.book import ROOT

GUIDES = {name: (ROOT / name).read_text("utf-8") for name in ("README.md", "CONTRIBUTING.md")}
MAKEFILE = (ROOT / "Makefile").read_text("utf-8")
# Files that the tables name: a path with a slash, or a file at the top.
PATH = re.compile(r"`([\w.-]+/[\w./-]*|[\w-]+\.(?:md|yml|cff|bib|txt|lock)|\.[\w/-]+)`")
# Made by a build, or a name in an example.
NOT_THERE = re.compile(r"_build/|you/|\.venv")


@pytest.mark.parametrize("name", GUIDES)
def test_files_in_the_tables_exist(name):
    rows = [line for line in GUIDES[name].splitlines() if line.startswith("|")]
    paths = [path for row in rows for path in PATH.findall(row) if not NOT_THERE.match(path)]
    assert len(paths) > 8
    assert [path for path in paths if not (ROOT / path).exists()] == []


@pytest.mark.parametrize("name", GUIDES)
def test_commands_of_the_guides_exist(name):
    targets = set(re.findall(r"\bmake ([a-z-]+)", GUIDES[name]))
    assert targets
    assert {t for t in targets if not re.search(rf"^{t}:", MAKEFILE, re.MULTILINE)} == set()


def test_every_command_is_described():
    (phony,) = re.findall(r"^\.PHONY: (.*)$", MAKEFILE, re.MULTILINE)
    described = set(
        re.findall(r"^\| `make ([a-z-]+)` \|", GUIDES["CONTRIBUTING.md"], re.MULTILINE)
    )
    assert described <= set(phony.split())
    assert set(phony.split()) - described <= {"always", "browser"}
