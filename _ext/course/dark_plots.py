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

COLOUR = re.compile(r"#[0-9a-f]{6}\b")
FIGURE = re.compile(r'<g id="figure_\d+"')
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
    """Return the counterpart of a colour in an SVG file."""
    known = read_colours().get(match[0])
    if known:
        return known
    (chosen,) = choose_colours(np.rint(255 * np.array([to_rgb(match[0])])).astype(int))
    return to_hex(chosen / 255)


def darken_pixels(image: Image.Image) -> Image.Image:
    """Return the counterpart of an image.

    What shines on a dark ground, as under a fluorescence microscope, stays as it is.
    """
    pixels = np.array(image.convert("RGBA"))
    is_grey = np.ptp(pixels[..., :3], axis=2).max() == 0 and pixels[..., 3].min() == 255
    if is_grey and np.median(pixels[..., 0]) < DARK_GROUND:
        return image
    codes = pixels[..., :3] @ CODES
    found, places = np.unique(codes, return_inverse=True)
    colours = found[:, None] // CODES % 256
    pixels[..., :3] = choose_colours(colours)[places].reshape(pixels[..., :3].shape)
    return Image.fromarray(pixels)


def darken_plot(svg: str) -> str:
    """Return a plot for dark pages.

    Parameters
    ----------
    svg
        The plot as Matplotlib writes it.

    Raises
    ------
    ValueError
        When it has a colour without a counterpart.
    """
    svg = replace_pixels(COLOUR.sub(darken_colour, svg), darken_pixels)
    # What is black has no colour in the file.
    return FIGURE.sub(rf'\g<0> fill="{read_colours()["#000000"]}"', svg, count=1)
