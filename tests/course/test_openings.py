"""Chapters open with a picture of theirs, and with objectives and imports folded."""

import pytest
from nbformat import v4
from tiny_book import TWO_PANELS

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

**Questions:** What?

**You will be able to**
- say it,
- do it.

**Time:** 20 minutes.
:::
"""


@pytest.fixture
def open_page(make_book):
    """Return a function that builds a page of some Markdown, and returns its article."""

    def build(text):
        book = make_book()
        book.write("plots/one.svg", PLOT)
        book.write("plots/two.svg", TWO_PANELS)
        book.write("images/net.svg", DIAGRAM)
        book.write("index.md", f"# Title\n\n{text}\n")
        book.build()
        assert book.warnings == []
        return book.html("index")

    return build


TEXT = "First.\n\nSee {numref}`late`.\n\nLast.\n\n## Later\n\n"
LATE = FIGURE.format("plots/one.svg", ":name: late\n:figclass: opening")


def test_figure_of_the_class_opening_is_shown_where_it_is_named_first(open_page):
    other = FIGURE.format("images/net.svg", "")
    (preview,) = open_page(TEXT + other + LATE).select(".preview")
    assert preview.find_previous_sibling().get_text() == "See Fig. 2."
    assert preview["href"] == "#late"
    assert preview.get_text().strip() == "Preview of Fig. 2. A caption."
    assert [image["alt"] for image in preview.select("img")] == ["", ""]
    assert {image["src"] for image in preview.select("img")} == {
        "_images/one-light-wide.svg",
        "_images/one-dark-wide.svg",
    }


def test_preview_loads_with_the_page_where_it_is_light(open_page):
    (preview,) = open_page(TEXT + LATE).select(".preview")
    waiting = [image["src"] for image in preview.select("img[loading=lazy]")]
    assert waiting == ["_images/one-dark-wide.svg"]


def test_figure_that_is_not_named_is_shown_at_the_end_of_the_introduction(open_page):
    (preview,) = open_page(TEXT.replace("See {numref}`late`.", "More.") + LATE).select(
        ".preview"
    )
    assert preview.find_previous_sibling().get_text() == "Last."


@pytest.mark.parametrize(
    ("caption", "says"),
    [
        ("A < b of\nthis. And more.", " A < b of this."),
        ("Only 2.5 of them? Yes.", " Only 2.5 of them?"),
        ("A slope of $w^2$. And more.", ""),
    ],
)
def test_preview_says_the_first_sentence_of_a_caption_in_words(open_page, caption, says):
    (preview,) = open_page(TEXT + LATE.replace("A caption.", caption)).select(".preview")
    assert preview.get_text().strip() == f"Preview of Fig. 1.{says}"


def test_preview_of_panels_keeps_them_side_by_side(open_page):
    page = open_page(TEXT + LATE.replace("one.svg", "two.svg"))
    forms = {"figure": {"wide", "stacked"}, ".preview": {"wide"}}
    for place, shown in forms.items():
        pictures = page.select(f"{place} img[src], {place} source[srcset]")
        names = {image.get("src") or image["srcset"] for image in pictures}
        ends = {
            f"_images/two-{theme}-{form}.svg" for theme in ("light", "dark") for form in shown
        }
        assert names == ends, place


def test_preview_of_a_figure_without_number_and_caption_calls_it_a_figure(open_page):
    (preview,) = open_page(
        TEXT.replace("{numref}`late`", "it") + LATE.replace("A caption.", "")
    ).select(".preview")
    assert preview.get_text().strip() == "Preview of a figure."


def test_preview_stands_before_the_box_of_objectives(open_page):
    (preview,) = open_page(f"First.\n\n{BOX}\nAfter.\n\n## Later\n\n{LATE}").select(".preview")
    assert preview.find_previous_sibling().get_text() == "First."


def test_figure_of_the_introduction_is_not_shown_twice(open_page):
    assert open_page(f"First.\n\n{LATE}\n## Later\n\nText.\n").select(".preview") == []


def test_page_without_such_a_figure_has_no_preview(open_page):
    assert open_page(TEXT + LATE.replace("opening", "other")).select(".preview") == []


def test_preview_of_a_diagram_is_silent_and_repeats_no_id(open_page):
    page = open_page(TEXT + LATE.replace("plots/one.svg", "images/net.svg"))
    svg = page.select_one(".preview svg")
    assert svg["aria-hidden"] == "true"
    assert svg.find("desc") is None
    assert svg.find("text")
    assert not [name for name in svg.attrs if name.startswith("aria-l") or name == "role"]
    assert len(page.select("desc")) == 1


def test_goals_are_folded_and_the_rest_of_the_box_is_not(open_page):
    box = open_page(BOX).select_one(".objectives")
    (goals,) = box.select("details")
    assert goals.get("open") is None
    assert goals.summary.get_text(strip=True) == "You will be able to"
    assert [item.get_text(strip=True) for item in goals.select("li")] == ["say it,", "do it."]
    assert [p.get_text() for p in box.find_all("p", recursive=False)] == [
        "In this chapter",
        "Questions: What?",
        "Time: 20 minutes.",
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
