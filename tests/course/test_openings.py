"""Chapters open with a picture of theirs, and with objectives and imports folded."""

import base64
from io import BytesIO
from random import Random

import pytest
from nbformat import v4
from PIL import Image

from _ext.course.openings import make_light, strip_words

PLOT = '<svg xmlns="http://www.w3.org/2000/svg" width="30pt" viewBox="0 0 30 20"/>'
DIAGRAM = """\
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 4" role="img" aria-labelledby="t-1 d-1">
<title id="t-1">A net</title>
<desc id="d-1">Two dots and a line.</desc>
<text x="1"><tspan class="formula">x</tspan></text>
</svg>
"""
FIGURE = "```{{figure}} {}\n:alt: A line\n{}\nA caption.\n```\n"
BOX = """\
:::{admonition} In this chapter
:class: objectives

**Questions.** What?

**After it you can**
- say it,
- do it.

**Time** 20 minutes.
:::
"""


@pytest.fixture
def open_page(make_book):
    """Return a function that builds a page of some Markdown, and returns its article."""

    def build(text):
        book = make_book()
        book.write("plots/one.svg", PLOT)
        book.write("images/net.svg", DIAGRAM)
        book.write("index.md", f"# Title\n\n{text}\n")
        book.build()
        assert book.warnings == []
        return book.html("index")

    return build


def test_figure_of_the_class_opening_is_shown_at_the_title_without_words(open_page):
    figures = FIGURE.format("images/net.svg", "") + FIGURE.format(
        "plots/one.svg", ":figclass: opening"
    )
    (emblem,) = open_page(figures).select(".emblem")
    assert emblem.find_next_sibling().name == "h1"
    assert [image["alt"] for image in emblem.select("img")] == ["", ""]
    assert {image["src"] for image in emblem.select("img")} == {
        "_images/one-light-emblem.svg",
        "_images/one-dark-emblem.svg",
    }
    assert emblem.find("figcaption") is None


def test_words_of_a_plot_are_left_out_at_the_title():
    words = '<g id="matplotlib.axis_1"/><g id="text_1"/><g id="legend_1"><g id="line2d_2"/></g>'
    line = '<path id="line2d_1" xlink:href="#a"/>'
    root = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink">'
    stripped = strip_words(f'{root}<g id="axes_1">{words}{line}</g></svg>')
    assert "line2d_1" in stripped
    for name in ("matplotlib", "text", "legend", "line2d_2", "ns0"):
        assert name not in stripped


def test_image_in_a_plot_has_few_colours_at_the_title_and_its_size():
    shades = Image.frombytes("RGB", (64, 64), Random(0).randbytes(64 * 64 * 3))
    light = make_light(f'<svg><image href="{write_png(shades)}"/></svg>')
    with Image.open(BytesIO(base64.b64decode(light.split(",")[1].split('"')[0]))) as image:
        assert image.size == (64, 64)
        assert len(image.convert("RGBA").getcolors()) <= 16
    assert len(light) < len(write_png(shades)) / 2


def write_png(image: Image.Image) -> str:
    buffer = BytesIO()
    image.save(buffer, "PNG")
    return "data:image/png;base64," + base64.b64encode(buffer.getvalue()).decode()


def test_diagram_at_the_title_is_silent_and_repeats_no_id(open_page):
    page = open_page(FIGURE.format("images/net.svg", ":figclass: opening"))
    svg = page.select_one(".emblem svg")
    assert svg["aria-hidden"] == "true"
    assert svg.find(["desc", "text"]) is None
    assert not [name for name in svg.attrs if name.startswith("aria-l") or name == "role"]
    assert len(page.select("desc")) == 1


def test_page_without_such_a_figure_has_no_emblem(open_page):
    assert open_page(FIGURE.format("plots/one.svg", "")).select(".emblem") == []


def test_goals_are_folded_and_the_rest_of_the_box_is_not(open_page):
    box = open_page(BOX).select_one(".objectives")
    (goals,) = box.select("details")
    assert goals.get("open") is None
    assert goals.summary.get_text(strip=True) == "After it you can"
    assert [item.get_text(strip=True) for item in goals.select("li")] == ["say it,", "do it."]
    assert [p.get_text() for p in box.find_all("p", recursive=False)] == [
        "In this chapter",
        "Questions. What?",
        "Time 20 minutes.",
    ]


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("import a\nfrom b import c", "Imports"),
        ("import a\n\nx = 1", None),
        ("x = 1", None),
        ("# import a", None),
        ("x = (", None),
    ],
)
def test_cell_that_only_imports_is_folded(make_book, code, name):
    cells = [v4.new_markdown_cell("# One"), v4.new_code_cell(code)]
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    page = v4.writes(v4.new_notebook(cells=cells, metadata={"kernelspec": kernel}))
    book = make_book(pages={"one.ipynb": page})
    book.build()
    (cell,) = book.html("one").select(".cell")
    fold = cell.select_one("details")
    assert (fold and fold.summary.get_text(strip=True)) == name
    assert cell.select_one("pre").get_text().strip() == code
