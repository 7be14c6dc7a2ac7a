"""Draw plots again for dark pages, with the colours that the palette has for these.

A plot takes its colours from the palette, from greys and from the maps of colours that the
palette names. Each has a counterpart there, so that a map keeps its meaning: what is nothing
has the colour of the page, and what is strong stands out.
"""

import re
from functools import cache

import matplotlib
import numpy as np
from matplotlib.colors import LinearSegmentedColormap, to_hex, to_rgb
from numpy.typing import NDArray
from PIL import Image

from .palette import read_palette
from .pixels import replace_pixels

# What holds colours: tags, in whose values may be brackets, and style sheets.
MARKUP = re.compile(r"""<style\b.*?</style>|<[a-z](?:"[^"]*"|'[^']*'|[^"'>])*>""", re.I | re.S)
COLOUR = re.compile(
    r"""(?<![\w:-])((?:fill|stroke|(?:[a-z]+-)?color)\s*(?::|=\s*["'])\s*)([^;"'{}<>]*)""", re.I
)
HEX = re.compile(r"#(?:[0-9a-f]{3}){1,2}")
NAMES = {"black": "#000000", "white": "#ffffff"}
# What is no colour, or is stated elsewhere.
REFERENCES = ("none", "currentcolor", "inherit", "url(")
MATPLOTLIB = "<dc:title>Matplotlib "
FIGURE = re.compile(r'<g id="figure_\d+"')
ROOT = re.compile(r"<svg\b(?![^>]*\bfill\s*[:=])")
STEPS = 256
# A colour as one number, in which NumPy finds it much sooner than in three.
CODES = np.array([256 * 256, 256, 1])
# How far a pixel may be from a colour of a map, of 255.
TOLERANCE = 2
# Greys whose median is darker, of 255, are a photograph's on a dark ground.
DARK_GROUND = 64


@cache
def read_colours() -> dict[str, str]:
    """Return the colours of plots for dark pages by those for light ones, as `#rrggbb`."""
    palette = read_palette()
    light, dark = palette.light, palette.dark
    pairs = {palette.plots[name]: colour for name, colour in palette.dark_plots.items()}
    pairs |= {light[name]: dark[name] for name in ("background", "text", "muted")}
    pairs["#000000"] = dark["text"]
    return {one.lower(): other.lower() for one, other in pairs.items()}


@cache
def read_maps() -> dict[str, tuple[NDArray[np.int_], NDArray[np.int_]]]:
    """Return the colours of each map for light and for dark pages, shape (STEPS, 3) each."""
    places = np.linspace(0, 1, STEPS)
    maps = {}
    for name, colours in read_palette().dark_maps.items():
        dark = LinearSegmentedColormap.from_list(name, colours)
        light = matplotlib.colormaps[name]
        maps[name] = tuple(np.rint(255 * m(places)[:, :3]).astype(int) for m in (light, dark))
    return maps


def choose_colours(colours: NDArray[np.int_]) -> NDArray[np.int_]:
    """Return the counterparts of colours of the cycle or of one map.

    Parameters
    ----------
    colours
        Shape (colours, 3), from 0 to 255, as what is returned.

    Raises
    ------
    ValueError
        When they are neither.
    """
    pairs = np.array([[to_rgb(c) for c in pair] for pair in read_colours().items()])
    cycle = np.rint(255 * pairs).astype(int).swapaxes(0, 1)
    strangeness = np.full(len(colours), np.inf)
    for light, dark in (cycle, *read_maps().values()):
        distances = np.abs(colours[:, None] - light).max(axis=2)
        nearest = distances.argmin(axis=1)
        if distances.min(axis=1).max() <= TOLERANCE:
            return dark[nearest]
        strangeness = np.minimum(strangeness, distances.min(axis=1))
    strangest = colours[strangeness.argmax()]
    known = ", ".join(read_maps())
    raise ValueError(
        f"the colour {to_hex(strangest / 255)} has no counterpart on dark pages: take one of "
        f"the cycle, C0 and so on, a grey, or one of the maps {known}"
    )


def darken_colour(match: re.Match[str]) -> str:
    """Return a property of an SVG file with the counterpart of its colour.

    Raises
    ------
    ValueError
        When the colour has no counterpart, or none is known for how it is written.
    """
    written = match[2].strip()
    colour = NAMES.get(written.lower(), written.lower())
    if colour.startswith(REFERENCES):
        return match[0]
    if not HEX.fullmatch(colour):
        raise ValueError(
            f"the colour {written} has no known counterpart on dark pages: write it as "
            "#rrggbb, as Matplotlib does"
        )
    known = read_colours().get(to_hex(colour))
    if known:
        return match[1] + known
    (chosen,) = choose_colours(np.rint(255 * np.array([to_rgb(colour)])).astype(int))
    return match[1] + to_hex(chosen / 255)


def colour_ground(svg: str) -> str:
    """Return a plot in which what states no colour, and would be black, has that of the text.

    Raises
    ------
    ValueError
        When Matplotlib has drawn it and its figure is not found.
    """
    has_figure = FIGURE.search(svg)
    if MATPLOTLIB in svg and not has_figure:
        raise ValueError(
            'the plot has no <g id="figure_1">, so that what is black would stay so on dark '
            "pages: give its figure no gid"
        )
    ground = FIGURE if has_figure else ROOT
    return ground.sub(rf'\g<0> fill="{read_colours()["#000000"]}"', svg, count=1)


def darken_pixels(image: Image.Image) -> Image.Image:
    """Return the counterpart of an image.

    What shines on a dark ground, as under a fluorescence microscope, stays as it is.
    """
    pixels = np.array(image.convert("RGBA"))
    is_grey = np.ptp(pixels[..., :3], axis=2).max() == 0 and pixels[..., 3].min() == 255
    if is_grey and np.median(pixels[..., 0]) < DARK_GROUND:
        return image
    is_shown = pixels[..., 3] > 0
    if not is_shown.any():
        return image
    found, places = np.unique(pixels[is_shown, :3] @ CODES, return_inverse=True)
    colours = found[:, None] // CODES % 256
    pixels[is_shown, :3] = choose_colours(colours)[places]
    return Image.fromarray(pixels)


def darken_plot(svg: str) -> str:
    """Return a plot for dark pages.

    Parameters
    ----------
    svg
        The plot as Matplotlib writes it, or another drawing.

    Raises
    ------
    ValueError
        When it has a colour without a counterpart, or its figure is not found.
    """
    svg = MARKUP.sub(lambda found: COLOUR.sub(darken_colour, found[0]), svg)
    return colour_ground(replace_pixels(svg, darken_pixels))
