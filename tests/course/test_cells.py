"""Code that only makes a figure waits below it, and cells for attempts are known as such."""

import re

import pytest
from nbformat import v4

PLOT = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="36pt" height="18pt" viewBox="0 0 36 18">'
    '<path d="M0 0h9v18h-9z"/></svg>'
)
FIGURE = {"figure": {"name": "fig-a", "caption": "A *bar*."}, "image": {"alt": "A bar"}}


@pytest.fixture
def build(make_book):
    """Return a function that builds a page of one cell, and returns the cell on the page."""

    def build_page(source, outputs, tags=(), **metadata):
        code = v4.new_code_cell(source, metadata={"tags": list(tags), **metadata})
        code.outputs = list(outputs)
        cells = [v4.new_markdown_cell("# One"), code]
        kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
        language = {"name": "python", "pygments_lexer": "ipython3"}
        metadata = {"kernelspec": kernel, "language_info": language}
        page = v4.writes(v4.new_notebook(cells=cells, metadata=metadata))
        book = make_book(pages={"one.ipynb": page})
        book.build()
        assert book.warnings == []
        (cell,) = book.html("one").select(".cell")
        return cell

    return build_page


def read_parts(cell):
    """Return name, classes and text of what a cell consists of."""
    parts = cell.find_all(recursive=False)
    return [(part.name, part.get("class", [])[0]) for part in parts]


def test_code_of_a_figure_is_folded_below_it(build):
    plot = v4.new_output("display_data", {"image/svg+xml": PLOT})
    cell = build("draw()", [plot], ["hide-input"], mystnb=FIGURE)
    assert read_parts(cell) == [("div", "cell_output"), ("details", "code")]
    fold = cell.select_one("details")
    assert fold.get("open") is None
    summary, source = fold.find_all(recursive=False)
    assert (summary.name, summary.get_text(strip=True)) == ("summary", "Code for this figure")
    assert summary.find(True) is None
    assert source.get_text(strip=True) == "draw()"


def test_code_of_another_output_is_folded_above_it(build):
    cell = build("tell()", [v4.new_output("stream", text="one\n")], ["hide-input"])
    assert read_parts(cell) == [("details", "code"), ("div", "cell_output")]
    assert cell.select_one("summary").get_text(strip=True) == "Code for this output"


@pytest.mark.parametrize(
    ("source", "name"),
    [
        ("prepare()", "Code"),
        ("%prepare", "Code"),
        ("def prepare():\n    def help(): pass", "Code of prepare"),
        ("class Data: pass\nn = 1\ndef prepare(): pass", "Code of Data and prepare"),
    ],
)
def test_code_without_an_output_is_named_for_what_it_defines(build, source, name):
    cell = build(source, [], ["hide-input"])
    assert read_parts(cell) == [("details", "code")]
    summary = cell.select_one("summary")
    assert summary.get_text().strip() == name
    assert [code.get_text() for code in summary.select("code")] == re.findall(
        r"(?:of|and) (\w+)", name
    )


def test_code_that_is_not_hidden_stays_above_its_output(build):
    cell = build("tell()", [v4.new_output("stream", text="one\n")])
    assert read_parts(cell) == [("div", "cell_input"), ("div", "cell_output")]


@pytest.mark.parametrize(
    ("source", "is_attempt"), [("# your turn", True), ("# your turn\nx = 1", False)]
)
def test_cell_for_an_attempt_is_marked(build, source, is_attempt):
    assert ("attempt" in build(source, [])["class"]) is is_attempt
