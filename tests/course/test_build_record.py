"""The build record lists pages as the contents do, with their numbers under each other."""

from datetime import datetime

import pytest
from bs4 import BeautifulSoup
from myst_nb.sphinx_ import NbMetadataCollector
from sphinx.testing.util import SphinxTestApp

from course.build_record import ExecutionTable

RECORDS = {"alpha": (12.345, 2026), "omega": (3.0, 2025), "record": (100.04, 2026)}


@pytest.fixture(scope="module")
def table(tmp_path_factory):
    """Return the rows of a small book's record: text and classes of each cell."""
    root = tmp_path_factory.mktemp("book")
    (root / "conf.py").write_text('extensions = ["myst_nb"]')
    pages = "omega", "not-executed", "record", "alpha"
    contents = "\n".join(pages)
    (root / "index.md").write_text(f"# Book\n\n```{{toctree}}\n{contents}\n```\n")
    for name in pages:
        text = "```{nb-exec-table}\n```\n" if name == "record" else "Text."
        (root / f"{name}.md").write_text(f"# The {name}\n\n{text}\n")
    app = SphinxTestApp("html", srcdir=root, freshenv=True)

    def record(app, env):
        for name, (seconds, year) in RECORDS.items():
            data = {"mtime": datetime(year, 7, 9, 12).timestamp(), "runtime": seconds}
            NbMetadataCollector.set_exec_data(env, name, data)

    app.add_post_transform(ExecutionTable)
    app.connect("env-updated", record)
    app.build()
    assert not app.warning.getvalue()
    page = BeautifulSoup((app.outdir / "record.html").read_text("utf-8"), "html.parser")
    app.cleanup()
    return page.select("table tr")


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


def test_seconds_stand_to_the_right(table):
    assert all("text-right" in row.select("th, td")[-1]["class"] for row in table)
