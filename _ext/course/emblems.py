"""Make an emblem of a chapter's picture, for its card on the landing page."""

import re
import xml.etree.ElementTree as ET

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


class emblem(nodes.Element):  # noqa: N801 - docutils names nodes so
    """A chapter's picture, small and without words."""


def make_emblem(shown: picture, cache: Cache) -> emblem:
    """Return a copy of a picture without words, since these stand with the picture itself."""

    def recall_light(svg: str) -> str:
        kept = cache.recall("emblem", svg, make=lambda: make_light(strip_words(svg)).encode())
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
    """Return a plot as Matplotlib writes it without axes, words and legends."""
    root = ET.fromstring(svg)
    for parent in root.iter():
        for part in list(parent):
            if part.get("id", "").startswith(WORDS):
                parent.remove(part)
    return ET.tostring(root, "unicode")


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
