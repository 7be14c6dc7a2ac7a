"""Broken contributions are refused with their place and trouble named, and sound ones pass."""

import re
from random import Random

import pytest
from bs4 import BeautifulSoup

from tools.book import Book

from .broken import Fault
from .draft import Draft, Place
from .report import find_seed
from .sound import SOUND
from .workshop import Report


def test_broken_contribution_is_refused(verdict, record):
    record(verdict)
    if not verdict.is_refused:
        pytest.fail(str(verdict), pytrace=False)


def test_contribution_without_a_fault_is_not_refused(copy):
    def change_nothing_that_matters(draft: Draft) -> Place:
        return draft.add_sentence("The input has three numbers.")

    fault = Fault("none", "build", re.compile(""), change_nothing_that_matters)
    verdict = copy.judge("none", fault, find_seed())
    assert not verdict.is_refused, verdict
    assert [report.stage for report in verdict.reports] == ["lint", "build"]
    assert "not refused" in str(verdict)


MESSAGE = (
    "Checking 12 pages\nbook/loss.md:7: heading level skipped: write ##\nbook/mnist.md: x\n"
)


@pytest.mark.parametrize(
    ("place", "says", "is_named"),
    [
        (Place("book/loss.md", 7), "heading", True),
        (Place("book/loss.md", 6, 8), "heading", True),
        (Place("book/loss.md"), "heading", True),
        (Place("book/loss.md", 8), "heading", False),
        (Place("book/mnist.md", 7), "heading", False),
        (Place("book/mnist.md"), "heading", False),
        (Place("book/mnist.md", 1), "x", False),
        (Place("book/loss.md", 7), "formula", False),
    ],
)
def test_message_counts_only_with_the_place_and_the_trouble(place, says, is_named):
    report = Report("lint", True, MESSAGE, 0)
    assert report.names([place], re.compile(says)) == is_named


def test_sound_contributions_pass_lint_and_one_build_of_them_all(copy):
    shown = {}
    for name, write in SOUND.items():
        random = Random(f"{find_seed()}-{name}")
        shown[name] = write(Draft(copy.root, Book(copy.root), random))
    try:
        for report in (copy.lint(), copy.build()):
            assert not report.is_refused, report.output
        pages = copy.root / "_build" / "html"
        for name, seen in shown.items():
            page = BeautifulSoup(
                (pages / f"{seen.page}.html").read_text("utf-8"), "html.parser"
            )
            texts = [element.get_text() for element in page.select(seen.selector)]
            assert any(seen.text in text for text in texts), (name, seen)
    finally:
        copy.reset()


def test_thirty_sound_contributions_are_tried():
    assert len(SOUND) >= 30
