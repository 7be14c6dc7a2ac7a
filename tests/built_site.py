"""The built site that tests look at, the names of its pages, and ways to look at them."""

from collections.abc import Sequence
from functools import cache
from typing import Any

import pytest
from bs4 import BeautifulSoup

from tools.book import ROOT, Book

SITE = ROOT / "_build" / "html"
PAGES = [*Book().contents, "search"]
PAGES_AND_404 = [*PAGES, "404"]


@cache
def read_page(name: str) -> BeautifulSoup:
    """Return a page as a browser reads it; nobody may change it."""
    return BeautifulSoup((SITE / f"{name}.html").read_text("utf-8"), "html5lib")


def take_turns(things: Sequence[Any], ways: Sequence[Any]) -> list[Any]:
    """Return each thing in each way; all but one of them are slow tests.

    Neighbours have their quick test in different ways, so that all ways are tried.
    """
    return [
        pytest.param(thing, way, marks=[] if j == i % len(ways) else [pytest.mark.slow])
        for i, thing in enumerate(things)
        for j, way in enumerate(ways)
    ]


def take_first(things: Sequence[Any]) -> list[Any]:
    """Return the things; tests with all but the first are slow ones."""
    slow = [pytest.param(thing, marks=pytest.mark.slow) for thing in things[1:]]
    return [things[0], *slow]
