"""Emblems are small pictures without words."""

import base64
import xml.etree.ElementTree as ET
from io import BytesIO, StringIO
from random import Random

import pytest
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure
from PIL import Image

from _ext.course.cache import Cache
from _ext.course.emblems import crop, make_emblem, make_light, strip_words
from _ext.course.pictures import picture

DIAGRAM = (
    '<svg viewBox="0 0 1 1" role="img" aria-label="A net">'
    '<desc id="d">Two.</desc><text>x\ny</text><g/></svg>'
)


def make_figure() -> Figure:
    """Return a figure of 300 by 200 points."""
    return Figure(figsize=(300 / 72, 200 / 72))


def add_panel(figure, left, top, right, bottom, **options):
    """Add a panel to a figure and return it, with its place in points from above."""
    place = (left / 300, 1 - bottom / 200, (right - left) / 300, (bottom - top) / 200)
    return figure.add_axes(place, **options)


def draw(figure: Figure) -> str:
    """Return a figure as Matplotlib writes it."""
    FigureCanvasSVG(figure).print_svg(file := StringIO())
    return file.getvalue()


def test_words_of_a_plot_are_left_out():
    figure = make_figure()
    ax = add_panel(figure, *ONE, title="Title\nof two lines", xlabel="$x$")
    ax.plot([1, 2], label="line")
    ax.legend()
    ax.text(1, 1, "box", bbox={}, clip_on=True)
    ax.text(1, 1, "Of its\nown name", gid="named", rotation=30, url="https://example.org")
    figure.text(0, 0, "Below")
    svg = draw(figure)
    stripped = strip_words(svg)
    assert "line2d_" in stripped
    for name in ('"matplotlib.', '"text_', '"legend_', " scale("):
        assert name in svg
        assert name not in stripped
    assert "<ns0:" not in stripped


ONE = (40, 10, 140, 60)
BESIDE = (150, 10, 250, 60)
BELOW = (40, 80, 140, 130)
BAR = (40, 90, 140, 100)


@pytest.mark.parametrize(
    ("panels", "box"),
    [
        ([ONE], "37 7 106 56"),
        ([ONE, BESIDE], "37 7 216 56"),
        ([ONE, BELOW], "37 7 106 56"),
        ([BESIDE, (150, 80, 250, 130)], "147 7 106 56"),
        ([ONE, BESIDE, BELOW], "37 7 216 126"),
        ([ONE, BAR], "37 7 106 56"),
        ([ONE, (40, 90, 140, 110)], "37 7 106 56"),
        ([], "0 0 300 200"),
    ],
)
def test_margins_around_panels_are_cropped(panels, box):
    figure = make_figure()
    for panel in panels:
        add_panel(figure, *panel).plot([1, 2])
    root = ET.fromstring(crop(draw(figure)))
    assert root.get("viewBox") == box
    *_, width, height = box.split()
    assert (root.get("width"), root.get("height")) == (f"{width}pt", f"{height}pt")


@pytest.mark.parametrize(
    "fill",
    [
        lambda ax: None,
        lambda ax: ax.plot([1, 2]),
        lambda ax: ax.bar([1, 2], 1),
        lambda ax: ax.imshow([[1, 2]]),
        lambda ax: ax.text(0, 0, "box", bbox={}),
    ],
)
def test_plot_with_a_panel_without_a_frame_keeps_its_margins(fill):
    figure = make_figure()
    add_panel(figure, *ONE)
    ax = add_panel(figure, *BESIDE)
    ax.axis("off")
    fill(ax)
    svg = strip_words(draw(figure))
    assert crop(svg) == svg


def test_round_panel_is_cropped_to_its_circle():
    figure = make_figure()
    add_panel(figure, *ONE, projection="polar").plot([1, 2])
    assert ET.fromstring(crop(draw(figure))).get("viewBox") == "62 7 56 56"


def test_image_in_a_plot_has_few_colours_and_its_size():
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


def test_emblem_of_a_diagram_is_silent_and_has_no_words(tmp_path):
    (shown,) = make_emblem(picture(svg=DIAGRAM, alt="A net"), Cache(tmp_path))
    assert shown["alt"] == ""
    assert shown["svg"] == '<svg aria-hidden="true" viewBox="0 0 1 1"><g/></svg>'


def test_emblem_of_a_plot_has_one_drawing_for_each_theme(tmp_path):
    plot = '<svg xmlns="http://www.w3.org/2000/svg"><g id="text_1"/><path d="M 1.26 2"/></svg>'
    drawings = {"light": {"wide": plot, "narrow": ""}, "dark": {"wide": plot}}
    (shown,) = make_emblem(picture(drawings=drawings), Cache(tmp_path))
    assert shown["drawings"].keys() == {"light", "dark"}
    for forms in shown["drawings"].values():
        assert forms.keys() == {"emblem"}
        assert "text_1" not in forms["emblem"]
        assert "M 1.3 2" in forms["emblem"]
