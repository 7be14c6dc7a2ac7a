"""What the pages say is what the cells computed in this build, also where no cell can look."""

import re
from pathlib import Path
from posixpath import dirname, join

import pytest
from bs4 import BeautifulSoup

from tools.book import Book

QUOTE = re.compile(r"\{glue:text\}`(?:([\w-]+)\.md::)?(\w+)(?::\w+)?`")
EPOCH = re.compile(r"^ *(\d+) +loss +-?\d+\.\d+ +(\d+\.\d)%(?: +loss +\S+ +(\d+\.\d)%)?", re.M)
PAGES = {page.name: page for page in Book().pages if QUOTE.search(page.text)}


def read_page(site: Path, name: str) -> BeautifulSoup:
    return BeautifulSoup((site / f"{name}.html").read_text("utf-8"), "html.parser")


@pytest.mark.parametrize("name", PAGES)
def test_page_quotes_what_the_cells_gave_in_their_last_run(site, glued, name):
    quoted = [
        glued(join(dirname(name), source) if source else name, key)
        for source, key in QUOTE.findall(PAGES[name].text)
    ]
    shown = [quote.get_text() for quote in read_page(site, name).select(".pasted-text")]
    assert shown == quoted


def test_learning_curve_is_described_as_it_is_drawn(site):
    """Alternative text stands in the place of the picture, and cannot quote a cell."""
    page = read_page(site, "book/mnist")
    printed = "\n".join(output.get_text() for output in page.select(".cell_output pre"))
    runs: list[list[tuple[float, float]]] = []
    for epoch, training, validation in EPOCH.findall(printed):
        runs += [[]] if epoch == "1" else []
        runs[-1].append((float(training), float(validation or "nan")))
    _, _, long, *_ = (run for run in runs if len(run) == 5)
    text = page.select_one("#fig-mnist-validation img")["alt"]
    told = [int(number) for number in re.findall(r"(\d+)(?= to | percent)", text)]
    assert told == pytest.approx([long[0][1], long[-1][1]], abs=0.9)


@pytest.mark.parametrize("chapter", ["generalisation", "evaluation", "mnist"])
def test_chapter_stays_below_one_gigabyte(glued, chapter):
    peak = glued(f"book/{chapter}", f"{chapter}_peak_memory")
    if peak.startswith("nan"):
        pytest.skip("This system does not tell a process's peak of memory.")
    assert 0.1 < float(peak.removesuffix(" GB")) < 1
