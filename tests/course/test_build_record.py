"""The build record lists pages as the contents do, with their numbers under each other."""

import re
from datetime import datetime

import pytest
import sphinx
from myst_nb.sphinx_ import NbMetadataCollector

from _ext.course.build_record import BUILDERS

RECORDS = {"alpha": (12.345, 2026), "omega": (3.0, 2025), "record": (100.04, 2026)}


@pytest.fixture
def book(make_book):
    """Return a small book with a record."""
    names = ("omega", "not-executed", "record", "alpha")
    pages = {name: f"# The {name}\n\nText.\n" for name in names}
    pages["record"] = "# The record\n\n```{nb-exec-table}\n```\n"
    book = make_book("# Book\n", pages)

    def record(app, env):
        for name, (seconds, year) in RECORDS.items():
            data = {"mtime": datetime(year, 7, 9, 12).timestamp(), "runtime": seconds}
            NbMetadataCollector.set_exec_data(env, name, data)

    book.build(lambda app: app.connect("env-updated", record, 100))
    assert book.warnings == []
    return book


@pytest.fixture
def table(book):
    """Return the rows of the book's record."""
    return book.html("record").select("table tr")


def test_builders_are_named_with_the_versions_that_build(build_book):
    text = "# Title\n\nBuilt with {{ builders }}.\n"
    book = build_book(text, myst_enable_extensions=["substitution"])
    told = dict(part.rsplit(" ", 1) for part in re.split(", | and ", book.text("p")[11:-1]))
    assert told.keys() == BUILDERS.keys()
    assert told["Sphinx"] == sphinx.__version__


def test_record_says_what_its_columns_hold(table):
    heads = [cell.get_text(strip=True) for cell in table[0].select("th")]
    assert heads == ["page", "executed on", "seconds"]
    assert not table[0].find_parent("table").select("col")


def test_record_lists_the_executed_pages_in_the_order_of_the_contents(table):
    rows = [[cell.get_text(strip=True) for cell in row.select("td")] for row in table[1:]]
    assert rows == [
        ["The omega", "2025-07-09", "3.0"],
        ["The record", "2026-07-09", "100.0"],
        ["The alpha", "2026-07-09", "12.3"],
        ["all pages", "", "115.4"],
    ]


def test_record_links_each_page(table):
    links = [row.select_one("a")["href"] for row in table[1:-1]]
    assert links == ["omega.html", "#", "alpha.html"]


def test_days_stay_on_one_line_and_seconds_stand_to_the_right(table):
    for row in table:
        _, day, seconds = row.select("th, td")
        assert "text-nowrap" in day["class"]
        assert "text-right" in seconds["class"]


def test_record_follows_the_contents(book):
    index = (book.root / "index.md").read_text()
    book.write("index.md", index.replace("omega\n", "").replace("alpha\n", "alpha\nomega\n"))
    book.build()
    rows = [row.td.get_text(strip=True) for row in book.html("record").select("tbody tr")]
    assert rows == ["The record", "The alpha", "The omega", "all pages"]
