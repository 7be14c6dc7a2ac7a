"""Plots for dark pages have the palette's colours, and keep what their maps mean."""

import base64
import re
from io import BytesIO, StringIO

import matplotlib
import numpy as np
import pytest
from matplotlib import colormaps
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure
from PIL import Image

from _ext.course.dark_plots import darken_plot, read_colours, read_maps
from _ext.course.palette import read_palette
from tools.book import ROOT

PALETTE = read_palette()
LIGHT, DARK = PALETTE.light["text"].lower(), PALETTE.dark["text"].lower()


def to_pixel(colour: str) -> list[int]:
    """Return red, green and blue of `#rrggbb`, from 0 to 255."""
    return list(bytes.fromhex(colour.removeprefix("#")))


GROUND = to_pixel(PALETTE.dark["background"])


def write_picture(pixels: np.ndarray) -> str:
    """Return an SVG file that holds a PNG picture."""
    png = BytesIO()
    Image.fromarray(pixels).save(png, "PNG")
    data = base64.b64encode(png.getvalue()).decode()
    return f'<svg><image xlink:href="data:image/png;base64,{data}"/></svg>'


def read_picture(svg: str) -> np.ndarray:
    """Return the pixels of that picture, shape (rows, columns, 4)."""
    (data,) = re.findall(r"base64,([^\"]*)", svg)
    with Image.open(BytesIO(base64.b64decode(data))) as picture:
        return np.array(picture.convert("RGBA"))


def measure_brightness(pixels: np.ndarray) -> np.ndarray:
    """Return the brightness of colours, from 0 to 255."""
    return pixels[..., :3] @ [0.2126, 0.7152, 0.0722]


def draw(figure: Figure) -> str:
    """Return a figure as Matplotlib writes it."""
    FigureCanvasSVG(figure).print_svg(file := StringIO())
    return file.getvalue()


def test_colours_of_the_palette_become_those_for_dark_pages():
    svg = '<svg style="fill: {}; stroke: {}"><use href="#a0b1c2"/></svg>'
    blue, dark_blue = PALETTE.plots["blue"].lower(), PALETTE.dark_plots["blue"].lower()
    assert darken_plot(svg.format(blue, LIGHT)) == svg.format(dark_blue, DARK)


def test_plot_has_only_colours_for_dark_pages():
    with matplotlib.rc_context(fname=ROOT / "book" / "matplotlibrc"):
        figure = Figure()
        ax = figure.add_subplot(title="fill: red, stroke='blue' > #ff00ff")
        ax.bar([1, 2], [2, 1], color=["C1", "0.6"], edgecolor="black", hatch="/")
        ax.scatter([1, 2], [3, 4], c=[1, 2], cmap="Blues")
        svg = draw(figure)
    dark = darken_plot(svg)
    colours = r'style="[^"]*?(#[0-9a-f]{6})'
    assert len(set(re.findall(colours, svg))) > 5
    assert not set(re.findall(colours, svg)) & set(re.findall(colours, dark))
    assert re.findall("<!--.*?-->", dark) == re.findall("<!--.*?-->", svg)


def test_what_is_black_without_saying_so_becomes_the_colour_of_the_text():
    figure = Figure(facecolor="none")
    figure.text(0, 0, "Black", color="black")
    svg = draw(figure)
    filled = svg.replace('<g id="figure_1"', f'<g id="figure_1" fill="{DARK}"')
    assert svg != darken_plot(svg) == filled


@pytest.mark.parametrize(
    ("root", "added"),
    [
        ("<svg", f' fill="{DARK}"'),
        ('<svg style="fill-opacity: 1"', f' fill="{DARK}"'),
        ('<svg fill="none"', ""),
        ('<svg style="fill:none"', ""),
    ],
)
def test_drawing_of_another_program_has_its_black_replaced_in_the_root(root, added):
    svg = f'{root}><path d="M0 0"/></svg>'
    assert darken_plot(svg) == svg.replace("<svg", f"<svg{added}")


def test_plot_whose_figure_is_not_found_is_refused():
    figure = Figure()
    figure.set_gid("whole")
    with pytest.raises(ValueError, match=r'^the plot has no <g id="figure_1">.* no gid$'):
        darken_plot(draw(figure))


PLACES = [
    '<svg fill="{}"/>',
    "<svg stroke = '{}'/>",
    '<svg><a title="1 > 0" stroke="{}"/></svg>',
    '<svg><stop offset="0" stop-color="{}"/></svg>',
    '<svg><g style="stroke:none;FILL:{};opacity:1"/></svg>',
    '<svg><style type="text/css">\na > b {{ opacity: 1; stop-color: {} }}\n</style></svg>',
]


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize(
    ("colour", "dark"),
    [
        ("black", DARK),
        ("Black", DARK),
        ("#000", DARK),
        (" #000000 ", DARK),
        ("white", PALETTE.dark["background"].lower()),
        ("#FFF", PALETTE.dark["background"].lower()),
        (PALETTE.plots["blue"], PALETTE.dark_plots["blue"].lower()),
    ],
)
def test_colour_may_be_written_in_several_ways(place, colour, dark):
    darkened = darken_plot(place.format(colour))
    assert re.search(rf"[\"':]\s*{dark}\b", darkened)
    assert colour not in darkened


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("value", ["none", "currentColor", "inherit", "url(#abcdef)"])
def test_what_is_no_colour_stays(place, value):
    svg = place.format(value)
    assert darken_plot(svg).replace(f' fill="{DARK}"', "") == svg


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("colour", ["red", "rgb(0, 0, 0)", "#00000080", "#0000", "C0"])
def test_colour_that_is_written_otherwise_is_refused(place, colour):
    said = f"^the colour {re.escape(colour)} has no known counterpart.*: write it as #rrggbb"
    with pytest.raises(ValueError, match=said):
        darken_plot(place.format(colour))


def test_greys_are_turned_round():
    svg = darken_plot('<svg fill="#cccccc" stroke="#000000"/>')
    light, dark = re.findall("#[0-9a-f]{6}", svg)
    assert light < "#505050"
    assert dark == DARK


@pytest.mark.parametrize("name", ["gray_r", "Blues"])
def test_map_begins_with_the_page_and_becomes_brighter(name):
    row = np.rint(255 * colormaps[name](np.linspace(0, 1, 50))).astype(np.uint8)
    pixels = read_picture(darken_plot(write_picture(row[None])))[0]
    assert pixels[0, :3].tolist() == GROUND
    assert (np.diff(measure_brightness(pixels)) > 0).all()


def test_map_with_a_middle_keeps_it_and_its_ends_apart():
    row = np.rint(255 * colormaps["RdBu_r"](np.linspace(0, 1, 51))).astype(np.uint8)
    pixels = read_picture(darken_plot(write_picture(row[None])))[0].astype(int)
    assert np.abs(pixels[25, :3] - GROUND).max() < 8
    assert pixels[0, 2] > pixels[0, 0] + 50
    assert pixels[-1, 0] > pixels[-1, 2] + 50
    brightness = measure_brightness(pixels)
    assert (np.diff(brightness[:25]) < 0).all()
    assert (np.diff(brightness[26:]) > 0).all()


def test_points_in_colours_of_the_cycle_may_be_pixels():
    def make_row(colours: dict[str, str]) -> list[list[list[int]]]:
        return [[[*to_pixel(colours["blue"]), 9], [*to_pixel(colours["vermilion"]), 255]]]

    pixels = np.array(make_row(PALETTE.plots), np.uint8)
    dark = read_picture(darken_plot(write_picture(pixels)))
    assert dark.tolist() == make_row(PALETTE.dark_plots)


def test_colours_behind_what_is_transparent_do_not_count():
    row = np.rint(255 * colormaps["Blues"](np.linspace(0, 1, 5))).astype(np.uint8)
    dark = read_picture(darken_plot(write_picture(row[None])))
    hole = np.array([[255, 0, 255, 0]], np.uint8)
    with_hole = read_picture(darken_plot(write_picture(np.concatenate([row, hole])[None])))
    assert with_hole[0, :5].tolist() == dark[0].tolist()
    assert with_hole[0, 5].tolist() == hole[0].tolist()
    nothing = write_picture(hole[None])
    assert read_picture(darken_plot(nothing)).tolist() == [hole.tolist()]


def test_what_is_transparent_stays_so():
    pixels = np.zeros((2, 2, 4), np.uint8)
    pixels[0, 0] = 255
    assert read_picture(darken_plot(write_picture(pixels)))[..., 3].tolist() == [
        [255, 0],
        [0, 0],
    ]


@pytest.mark.parametrize(("opacity", "stays"), [(255, True), (254, False)])
def test_photograph_on_a_dark_ground_stays_so(opacity, stays):
    row = np.arange(0, 120, 10, dtype=np.uint8)
    pixels = np.stack([row, row, row, np.full_like(row, opacity)], axis=-1)[None]
    dark = read_picture(darken_plot(write_picture(pixels)))
    assert np.array_equal(dark[..., :3], pixels[..., :3]) == stays


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("colour", ["#ff00ff", "#35456c", "#FF0000"])
def test_colour_without_a_counterpart_is_refused(place, colour):
    said = f"^the colour {colour.lower()} has no counterpart on dark"
    with pytest.raises(ValueError, match=said):
        darken_plot(place.format(colour))


def test_colour_that_is_named_is_the_one_without_a_counterpart():
    pixels = np.array([[[0, 0, 0], to_pixel(PALETTE.plots["blue"]), [255, 0, 255]]], np.uint8)
    with pytest.raises(ValueError, match=r"^the colour #ff00ff has no counterpart"):
        darken_plot(write_picture(pixels))


def test_picture_of_another_map_is_refused():
    row = np.rint(255 * colormaps["viridis"](np.linspace(0, 1, 9))).astype(np.uint8)
    with pytest.raises(ValueError, match=r"one of the maps gray_r, Blues, RdBu_r$"):
        darken_plot(write_picture(row[None]))


def test_colours_and_maps_are_those_of_the_palette():
    assert len(read_colours()) == len(PALETTE.plots) + 4
    ground = PALETTE.light["background"].lower()
    assert read_colours()[ground] == PALETTE.dark["background"].lower()
    assert list(read_maps()) == ["gray_r", "Blues", "RdBu_r"]
    for light, dark in read_maps().values():
        assert light.shape == dark.shape == (256, 3)
