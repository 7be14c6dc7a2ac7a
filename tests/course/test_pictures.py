"""Pictures load calmly, have words for those who do not see them, and obey their width."""

import json
import xml.etree.ElementTree as ET

import pytest
from docutils import nodes
from PIL import Image
from tiny_book import TWO_PANELS

from _ext.course import pictures
from _ext.course.palette import read_palette
from _ext.course.pictures import (
    draw_plot,
    embed_diagram,
    format_style,
    measure_picture,
    picture,
    round_places,
    stack_panels,
    take_note,
)

BLUE = read_palette().plots["blue"].lower()
PLOT = '<svg xmlns="http://www.w3.org/2000/svg" {}viewBox="0 0 30 20"/>'
DIAGRAM = """\
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 4" role="img" aria-labelledby="t-1 d-1">
<title id="t-1">A net</title>
<desc id="d-1">Two dots and a line.</desc>
<g aria-labelledby="inside"/>
</svg>
"""
NARROW = TWO_PANELS.replace(
    "[[1, 1, 20, 16], [31, 1, 30, 16]]",
    json.dumps(
        '<svg xmlns="http://www.w3.org/2000/svg" width="30pt" viewBox="0 0 30 40">'
        f'<path style="fill: {BLUE}" d="M0 0h1.2345"/></svg>'
    )
    .replace("<", "&lt;")
    .replace(">", "&gt;"),
)
NO_WORDS = (
    "a picture without alternative text: say in :alt: what it shows (of a plot, in alt below "
    "mystnb, image)"
)


@pytest.mark.parametrize(
    ("size", "pixels"),
    [
        ('width="30pt" ', (40, 27)),
        ('width="30" ', (30, 20)),
        ('width="30px" ', (30, 20)),
        ("", (30, 20)),
    ],
)
def test_size_of_a_drawing_is_in_css_pixels(tmp_path, size, pixels):
    path = tmp_path / "plot.svg"
    path.write_text(PLOT.format(size))
    assert measure_picture(path) == pixels


def test_size_of_a_drawing_is_rounded(tmp_path):
    path = tmp_path / "plot.svg"
    path.write_text(PLOT.format('width="1pt" ').replace("0 0 30 20", "5 6 10.4 100.15"))
    assert measure_picture(path) == (14, 134)


def test_size_of_a_photograph_is_in_pixels(tmp_path):
    Image.new("L", (7, 5)).save(tmp_path / "photograph.png")
    assert measure_picture(tmp_path / "photograph.png") == (7, 5)


@pytest.mark.parametrize("box", ["", 'viewBox="0 0 30"'])
def test_drawing_without_a_size_is_an_error(tmp_path, box):
    path = tmp_path / "plot.svg"
    path.write_text(PLOT.format("").replace('viewBox="0 0 30 20"', box))
    with pytest.raises(ValueError, match=r"^it has no viewBox, so its size is unknown$"):
        measure_picture(path)


def test_diagram_is_named_by_its_alternative_text_and_described_by_itself():
    assert embed_diagram(DIAGRAM, 'A "net" & \\1') == (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 4" role="img" '
        'aria-label="A &quot;net&quot; &amp; \\1" aria-describedby="d-1">\n'
        '<desc id="d-1">Two dots and a line.</desc>\n'
        '<g aria-labelledby="inside"/>\n'
        "</svg>\n"
    )


def test_diagram_loses_its_tooltip_and_no_other_line():
    svg = DIAGRAM.replace("<g ", "<title>Two</title><!-- <title> --><g ")
    assert embed_diagram(svg, "A").splitlines()[2:] == [
        '<!-- <title> --><g aria-labelledby="inside"/>',
        "</svg>",
    ]


def test_diagram_without_a_description_is_an_error():
    svg = DIAGRAM.replace("desc", "text")
    with pytest.raises(ValueError, match=r"^it has no <desc id=…>: draw it in tools/draw/d"):
        embed_diagram(svg, "A")


@pytest.mark.parametrize(
    ("width", "style"),
    [
        ("50%", "width: 50%"),
        ("300px", "width: 300px"),
        ("300", "width: 300px"),
        (" 1.5 em ", "width: 1.5em"),
    ],
)
def test_width_becomes_css(width, style):
    assert format_style(picture(width=width)) == style


def test_picture_without_width_has_no_style():
    assert format_style(picture()) == ""


@pytest.mark.parametrize(
    "width", ["wide", "50%; color: red", "5 0%", "calc(1px)", "300foo", "1.2.3"]
)
def test_width_that_is_no_length_is_an_error(width):
    with pytest.raises(ValueError, match=r"^no length: '"):
        format_style(picture(width=width))


@pytest.fixture
def book(make_book):
    """A book with a plot, a photograph, a diagram and an SVG file of another's making."""
    book = make_book()
    book.write("plots/plöt.svg", PLOT.format('width="30pt" '))
    book.write("images/net.svg", DIAGRAM)
    book.write("images/foreign.svg", PLOT.format(""))
    Image.new("L", (7, 5)).save(book.root / "images" / "photograph.png")
    return book


def test_plot_becomes_an_image_that_knows_its_size(book):
    book.write("index.md", "# Title\n\n```{image} plots/plöt.svg\n:alt: Rising < line\n```\n")
    book.build()
    assert book.warnings == []
    assert str(book.find("div.picture")) == (
        '<div class="picture"><picture class="on-light"><img alt="Rising &lt; line" '
        'height="27" loading="lazy" src="_images/pl%C3%B6t-light-wide.svg" width="40"/>'
        '</picture><picture class="on-dark"><img alt="Rising &lt; line" '
        'height="27" loading="lazy" src="_images/pl%C3%B6t-dark-wide.svg" width="40"/>'
        "</picture></div>"
    )
    # The file itself, which no page loads, is not copied.
    assert {path.name for path in (book.site / "_images").iterdir()} == {
        "plöt-light-wide.svg",
        "plöt-dark-wide.svg",
    }
    for path in (book.site / "_images").iterdir():
        root = ET.parse(path).getroot()
        assert (root.get("width"), root.get("height")) == ("40", "27")


def test_plot_is_drawn_once_by_one_version_of_the_package(book, monkeypatch):
    drawn = []
    monkeypatch.setattr(pictures, "draw_plot", lambda svg: drawn.append(svg) or draw_plot(svg))
    for text in ("One.", "Two."):
        book.write(
            "index.md", f"# Title\n\n{text}\n\n```{{image}} plots/plöt.svg\n:alt: Line\n```\n"
        )
        book.build()
        assert len(book.html().select("picture")) == 2
    assert len(drawn) == 1


def test_picture_that_no_page_shows_any_more_leaves_the_site(book):
    plot = "# Title\n\n```{image} plots/plöt.svg\n:alt: Line\n```\n"
    book.write("index.md", f"{plot}\n![Grey](images/photograph.png)\n")
    book.build()
    assert (book.site / "_images" / "photograph.png").exists()
    book.write("index.md", plot)
    book.build()
    assert {path.name for path in (book.site / "_images").iterdir()} == {
        "plöt-light-wide.svg",
        "plöt-dark-wide.svg",
    }


def test_places_of_a_plot_are_rounded_and_nothing_else():
    svg = '<g opacity="0.125"><path d="M 1.2345 -0.0042L10 20.996"/><use x="3.500001"/></g>'
    rounded = '<g opacity="0.125"><path d="M 1.23 -0L10 21"/><use x="3.5"/></g>'
    assert round_places(svg, 2) == rounded


@pytest.mark.parametrize(
    ("plot", "form", "size"),
    [(TWO_PANELS, "stacked", ("45", "69")), (NARROW, "narrow", ("40", "53"))],
)
def test_plot_has_a_form_for_phones(book, plot, form, size):
    book.write("plots/two.svg", plot)
    book.write("index.md", "# Title\n\n![Two](plots/two.svg)\n")
    book.build()
    assert book.warnings == []
    for theme, picture_ in zip(
        ("light", "dark"), book.html("index").select("picture"), strict=True
    ):
        source, image = picture_.find_all(recursive=False)
        assert source["media"] == "(width < 36rem)"
        assert source["srcset"] == f"_images/two-{theme}-{form}.svg"
        assert (source["width"], source["height"]) == size
        assert image["src"] == f"_images/two-{theme}-wide.svg"
        drawings = [
            (book.site / address).read_text() for address in (source["srcset"], image["src"])
        ]
        assert not [drawing for drawing in drawings if "description" in drawing]
        if form == "narrow":
            assert 'd="M0 0h1.23"' in drawings[0]
            assert (BLUE in drawings[0]) == (theme == "light")


@pytest.mark.parametrize(
    ("plot", "caption", "is_refused"),
    [
        (TWO_PANELS, "Left, one; right, the other.", True),
        (TWO_PANELS, "One bright leftover.", False),
        (NARROW, "The left end.", False),
        (PLOT.format(""), "The left end.", False),
    ],
)
def test_caption_does_not_say_left_of_panels_that_stack(book, plot, caption, is_refused):
    book.write("plots/two.svg", plot)
    book.write(
        "index.md", f"# Title\n\n```{{figure}} plots/two.svg\n:alt: Two\n\n{caption}\n```\n"
    )
    book.build()
    said = "index.md:3: WARNING: a caption says left or right of panels"
    assert [line[: len(said)] for line in book.warnings] == [said] * is_refused


def test_panels_are_stacked_at_their_right_ends():
    svg, boxes = take_note(TWO_PANELS)
    legend = [1, 1, 6, 4]
    root = ET.fromstring(stack_panels(svg, [legend, *boxes]))
    assert (root.get("width"), root.get("height")) == ("34pt", "72pt")
    assert root.get("viewBox") == "0 0 34 72"
    panels = root.findall("{*}svg")
    places = ("viewBox", "x", "y", "width", "height")
    assert [" ".join(map(panel.get, places)) for panel in panels] == [
        "-1 -1 10 8 24 0 10 8",
        "-1 -1 24 20 10 20 24 20",
        "29 -1 34 20 0 52 34 20",
    ]
    (whole,) = root.findall("{*}defs/{*}g")
    assert whole.get("id") == "whole"
    assert [part.get("d") for part in whole.findall("{*}path")] == ["M0 0h9"]


def test_panels_become_as_wide_together_as_a_wide_legend():
    svg, _ = take_note(TWO_PANELS)
    root = ET.fromstring(stack_panels(svg, [[0, 0, 36, 6], [0, 20, 16, 16], [20, 20, 6, 16]]))
    sizes = [(panel.get("width"), panel.get("height")) for panel in root.findall("{*}svg")]
    assert sizes == [("40", "10"), ("40", "40"), ("20", "40")]


def test_plot_of_a_page_in_a_folder_is_found_from_there(book):
    book.write("index.md", "# Title\n\n```{toctree}\nbook/page\n```\n")
    book.write(
        "book/page.md", "# Page\n\n```{image} ../plots/plöt.svg\n:alt: Rising line\n```\n"
    )
    book.build()
    assert book.warnings == []
    assert (
        book.find(".on-light img", "book/page")["src"] == "../_images/pl%C3%B6t-light-wide.svg"
    )


def test_photograph_in_the_folder_of_diagrams_stays_an_image(book):
    book.write("index.md", "# Title\n\n![A cell](images/photograph.png)\n")
    book.build()
    assert book.warnings == []
    assert (book.find("img")["width"], book.find("img")["height"]) == ("7", "5")


def test_diagram_becomes_a_part_of_the_page(book):
    book.write("index.md", "# Title\n\n```{figure} images/net.svg\n:alt: Dots\nA *net*.\n```\n")
    book.build()
    assert book.warnings == []
    assert book.html().find("img") is None
    assert book.find("figure div.picture > svg")["aria-label"] == "Dots"
    assert book.text("figcaption") == "Fig. 1 A net.¶"


def test_diagram_may_lie_in_a_folder_of_its_own(book):
    book.write("images/one/net.svg", DIAGRAM)
    book.write("index.md", "# Title\n\n![Dots](images/one/net.svg)\n")
    book.build()
    assert book.find("div.picture > svg")["aria-label"] == "Dots"


def test_svg_file_elsewhere_is_no_diagram(book):
    book.write("plots/net.svg", DIAGRAM)
    book.write("index.md", "# Title\n\n![Dots](plots/net.svg)\n")
    book.build()
    assert book.find(".on-light img")["src"] == "_images/net-light-wide.svg"


def test_width_of_a_figure_has_effect(book):
    figure = "# Title\n\n```{{figure}} {}\n:alt: Dots\n:width: 50%\nText.\n```\n"
    for name in ("images/net.svg", "plots/plöt.svg"):
        book.write("index.md", figure.format(name))
        book.build()
        assert book.warnings == []
        assert book.find("div.picture")["style"] == "width: 50%"


@pytest.mark.parametrize(
    ("image", "line"),
    [
        ("```{figure} images/photograph.png\nCaption.\n```", 5),
        ("```{figure} images/net.svg\nCaption.\n```", 5),
        ("```{image} images/photograph.png\n```", 3),  # MyST knows no line but the heading's
        ("![](images/photograph.png)", 5),
        ("*![](https://example.org/x.png)*", 5),
    ],
)
def test_picture_without_alternative_text_is_refused_with_its_place(book, image, line):
    book.write("index.md", f"\n\n# Title\n\n{image}\n")
    book.build()
    assert book.warnings == [f"index.md:{line}: WARNING: {NO_WORDS} [course.picture]"]


def test_picture_on_a_page_without_lines_is_refused_with_its_page(book):
    book.write("index.md", "```{image} images/photograph.png\n```\n")
    book.build()
    assert book.warnings == [f"index.md: WARNING: {NO_WORDS} [course.picture]"]


def test_file_name_is_no_alternative_text(book):
    book.write("index.md", "# Title\n\n![images/photograph.png](images/photograph.png)\n")
    book.build()
    assert book.warnings == [f"index.md:3: WARNING: {NO_WORDS} [course.picture]"]


@pytest.mark.parametrize(
    ("name", "content", "error"),
    [
        (
            "images/foreign.svg",
            PLOT,
            "it has no <desc id=…>: draw it in tools/draw/",
        ),
        (
            "plots/sizeless.svg",
            '<svg xmlns="http://www.w3.org/2000/svg"/>',
            "it has no viewBox",
        ),
        ("plots/broken.svg", "<svg", "unclosed token: line 1, column 0"),
        ("plots/broken.png", "png", "cannot identify image file "),
    ],
)
def test_picture_that_cannot_be_shown_well_is_refused_with_its_place(
    book, name, content, error
):
    book.write(name, content)
    book.write("index.md", f"# Title\n\n![A thing]({name})\n")
    book.build()
    (warning,) = book.warnings
    assert warning.startswith(f"index.md:3: WARNING: picture {name}: {error}")
    assert warning.endswith(" [course.picture]")


def test_missing_picture_is_reported_by_sphinx_alone(book):
    book.write("index.md", "# Title\n\n![A thing](plots/none.svg)\n")
    book.build()
    assert book.warnings == [
        "index.md:3: WARNING: image file not readable: plots/none.svg [image.not_readable]"
    ]


def test_picture_keeps_what_the_image_has(book):
    options = ":alt: A cell\n:class: big\n:name: cell\n"
    book.write("index.md", f"# Title\n\n```{{image}} images/photograph.png\n{options}```\n")
    book.build()
    (shown,) = book.doctree().findall(nodes.image)
    assert isinstance(shown, picture)
    assert (shown["alt"], shown["classes"], shown["ids"]) == ("A cell", ["big"], ["cell"])
    assert (shown.source, shown.line) == (str(book.root / "index.md"), 3)
