"""Make an emblem of a chapter's picture, for its card on the landing page."""

import math
import re
import xml.etree.ElementTree as ET
from collections.abc import Iterable

from docutils import nodes
from PIL import Image
from sphinx.writers.html5 import HTML5Translator

from .cache import Cache
from .pictures import picture, round_places, silence_diagram
from .pixels import replace_pixels

ET.register_namespace("", "http://www.w3.org/2000/svg")
ET.register_namespace("xlink", "http://www.w3.org/1999/xlink")
# How Matplotlib calls what would be too small to read.
WORDS = ("matplotlib.axis", "text", "legend")
COLOURS = 16
MARGIN = 3  # points around panels, for their lines
PLACES = re.compile(r"([-.\d]+) ([-.\d]+)")
ASPECT = 2.6  # of the room on a card
Box = tuple[float, float, float, float]


class emblem(nodes.Element):  # noqa: N801 - docutils names nodes so
    """A chapter's picture, small and without words."""


def make_emblem(shown: picture, cache: Cache) -> emblem:
    """Return a copy of a picture without words, since these stand with the picture itself."""

    def recall_light(svg: str) -> str:
        kept = cache.recall(
            "emblem", svg, make=lambda: make_light(crop(strip_words(svg))).encode()
        )
        return kept.decode()

    copy = shown.deepcopy()
    copy["alt"] = ""
    if "drawings" in copy:
        themes = copy["drawings"].items()
        copy["drawings"] = {
            theme: {"emblem": recall_light(forms["wide"])} for theme, forms in themes
        }
    if "svg" in copy:
        svg = silence_diagram(copy["svg"])
        copy["svg"] = re.sub(r"<text.*?</text>\n?", "", svg, flags=re.DOTALL)
    return emblem("", copy)


def strip_words(svg: str) -> str:
    """Return a plot as Matplotlib writes it without axes, words and legends.

    A text that has a name of its own is known by its lines, whose glyphs are scaled.
    """
    root = ET.fromstring(svg)
    for parent in root.iter():
        for part in list(parent):
            is_line = " scale(" in part.get("transform", "")
            if is_line or part.get("id", "").startswith(WORDS):
                parent.remove(part)
    return ET.tostring(root, "unicode")


def crop(svg: str) -> str:
    """Return a plot without the margins around its panels, if all of them have frames.

    Of several rows it has as many from above as fill the room of a card best.
    """
    root = ET.fromstring(svg)
    panels = [part for part in root.iter() if part.get("id", "").startswith("axes")]
    frames = [PLACES.findall(find_frame(panel)) for panel in panels]
    if not frames or not all(frames):
        return svg
    boxes = [find_box((float(x), float(y)) for x, y in corners) for corners in frames]
    tall = max(bottom - top for _, top, _, bottom in boxes)
    large = [box for box in boxes if box[3] - box[1] > tall / 2]  # and no bar of colours
    rows = [
        find_box(corner for box in large if box[3] <= low for corner in (box[:2], box[2:]))
        for low in {box[3] for box in large}
    ]

    def misfit(box: Box) -> float:
        return abs(math.log((box[2] - box[0]) / (box[3] - box[1]) / ASPECT))

    left, top, right, bottom = min(rows, key=misfit)
    width, height = right - left + 2 * MARGIN, bottom - top + 2 * MARGIN
    root.set("viewBox", f"{left - MARGIN:g} {top - MARGIN:g} {width:g} {height:g}")
    root.set("width", f"{width:g}pt")
    root.set("height", f"{height:g}pt")
    return ET.tostring(root, "unicode")


def find_frame(panel: ET.Element) -> str:
    """Return the outline of a panel's background, or no text if it has none.

    Matplotlib draws it first, and clips what follows.
    """
    path = panel.find("*[1]/{*}path")
    return "" if path is None or "clip-path" in path.attrib else path.get("d", "")


def find_box(places: Iterable[tuple[float, float]]) -> Box:
    """Return the least box that holds some places: left, top, right, bottom."""
    xs, ys = zip(*places, strict=True)
    return min(xs), min(ys), max(xs), max(ys)


def make_light(svg: str) -> str:
    """Return a plot with places to a tenth of a point and images in few colours.

    An emblem is small, so that nobody sees the difference; the landing page has all of them.
    """

    def reduce_colours(image: Image.Image) -> Image.Image:
        method, dither = Image.Quantize.FASTOCTREE, Image.Dither.NONE
        return image.convert("RGBA").quantize(COLOURS, method, dither=dither)

    return replace_pixels(round_places(svg, 1), reduce_colours)


def visit_emblem(self: HTML5Translator, node: emblem) -> None:
    """Begin the box of a chapter's picture."""
    self.body.append('<div class="emblem">')


def depart_emblem(self: HTML5Translator, node: emblem) -> None:
    """End the box of a chapter's picture."""
    self.body.append("</div>\n")
