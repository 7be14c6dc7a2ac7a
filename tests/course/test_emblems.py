"""Emblems are small pictures without words."""

import base64
import xml.etree.ElementTree as ET
from io import BytesIO
from random import Random

import pytest
from PIL import Image

from _ext.course.cache import Cache
from _ext.course.emblems import crop, make_emblem, make_light, strip_words
from _ext.course.pictures import picture

DIAGRAM = (
    '<svg viewBox="0 0 1 1" role="img" aria-label="A net">'
    '<desc id="d">Two.</desc><text>x</text><g/></svg>'
)


def test_words_of_a_plot_are_left_out():
    words = '<g id="matplotlib.axis_1"/><g id="text_1"/><g id="legend_1"><g id="line2d_2"/></g>'
    line = '<path id="line2d_1" xlink:href="#a"/>'
    root = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink">'
    stripped = strip_words(f'{root}<g id="axes_1">{words}{line}</g></svg>')
    assert "line2d_1" in stripped
    for name in ("matplotlib", "text", "legend", "line2d_2", "ns0"):
        assert name not in stripped


FRAME = (
    '<g id="axes_{0}"><g id="patch_{0}">'
    '<path d="M {1} {4} L {3} {4} L {3} {2} L {1} {2} z"/></g></g>'
)
ONE = FRAME.format(1, 40, 10, 140, 60)
BESIDE = FRAME.format(2, 150, 10, 250, 60)
BELOW = FRAME.format(3, 40, 80, 140, 130)


@pytest.mark.parametrize(
    ("panels", "box"),
    [
        (ONE, "37 7 106 56"),
        (ONE + BESIDE, "37 7 216 56"),
        (ONE + BELOW, "37 7 106 56"),
        (ONE + BESIDE + BELOW, "37 7 216 126"),
        (ONE + FRAME.format(5, 40, 90, 140, 100), "37 7 106 56"),
        (ONE + '<g id="axes_4"><g id="line2d_1"/></g>', "0 0 300 200"),
        ('<g id="line2d_1"><path d="M 1 2"/></g>', "0 0 300 200"),
    ],
)
def test_margins_around_panels_are_cropped(panels, box):
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 300 200"><g>{panels}</g></svg>'
    root = ET.fromstring(crop(svg))
    assert root.get("viewBox") == box
    if box[0] != "0":
        *_, width, height = box.split()
        assert (root.get("width"), root.get("height")) == (f"{width}pt", f"{height}pt")


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
