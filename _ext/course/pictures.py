"""Write pictures so that pages load calmly.

Plots become `<img>` with their size, loaded when they come near; the style sheet turns
their lightness round on a dark page. Diagrams become part of the page, where they take
the colours of its theme.
"""

import re
import xml.etree.ElementTree as ET
from html import escape
from pathlib import Path
from urllib.parse import quote

from docutils import nodes
from PIL import Image
from sphinx.application import Sphinx
from sphinx.util import logging
from sphinx.writers.html5 import HTML5Translator

from .sources import find_line

logger = logging.getLogger(__name__)

CSS_PIXELS_A_POINT = 4 / 3
LENGTH = re.compile(r"([\d.]+)\s*([a-z%]*)")


class picture(nodes.image):  # noqa: N801 - docutils names nodes so
    """An image that is written with its size, or as a part of the page."""


def measure_picture(path: Path) -> tuple[int, int]:
    """Return a picture's width and height in CSS pixels.

    Parameters
    ----------
    path
        An SVG file with a `viewBox`, or a file that Pillow reads.

    Raises
    ------
    ValueError
        When an SVG file states no size.
    """
    if path.suffix != ".svg":
        with Image.open(path) as image:
            return image.width, image.height
    root = ET.parse(path).getroot()
    box = root.get("viewBox", "").split()
    if len(box) != 4:
        raise ValueError("it has no viewBox, so its size is unknown")
    is_in_points = root.get("width", "").endswith("pt")
    scale = CSS_PIXELS_A_POINT if is_in_points else 1
    return round(scale * float(box[2])), round(scale * float(box[3]))


def embed_diagram(svg: str, alt: str) -> str:
    """Return a diagram as a part of a page, on whose ground it stands.

    The alternative text is its name, and its `<desc>` describes it.

    Parameters
    ----------
    svg
        The diagram, as `tools.diagrams` writes it.
    alt
        The alternative text.

    Raises
    ------
    ValueError
        When the diagram has no description.
    """
    description = re.search(r'<desc id="([^"]+)"', svg)
    if not description:
        raise ValueError("it has no <desc id=…>: draw it with tools.diagrams")
    svg = re.sub(r"<title.*?</title>\n?", "", svg)
    svg = svg.replace(' style="background:white"', "", 1)
    labels = f'aria-label="{escape(alt)}" aria-describedby="{description[1]}"'
    return re.sub(r'aria-labelledby="[^"]+"', lambda _: labels, svg, count=1)


def replace_images(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Make pictures of the images that Sphinx has found, and warn of those without words."""
    for image in list(doctree.findall(nodes.image)):
        uri = image["uri"]
        alt = image.get("alt", "")
        if not alt or alt.endswith(Path(uri).name):
            logger.warning(
                "a picture without alternative text: say in :alt: what it shows (of a plot, in "
                "alt below mystnb, image)",
                location=(docname, find_line(image)),
                type="course",
                subtype="picture",
            )
        path = Path(app.srcdir, uri)
        if not path.is_file():
            continue  # an address, or a file that Sphinx has reported as missing
        try:
            replacement = make_picture(image, path)
        except (ValueError, ET.ParseError, OSError) as error:
            logger.warning(
                "picture %s: %s",
                uri,
                error,
                location=(docname, find_line(image)),
                type="course",
                subtype="picture",
            )
            continue
        image.replace_self(replacement)


def make_picture(image: nodes.image, path: Path) -> picture:
    """Return the picture that stands for an image, with its size or its drawing."""
    result = picture(image.rawsource, **image.attributes)
    result.source, result.line = image.source, image.line
    if path.parent.name == "images" and path.suffix == ".svg":
        result["svg"] = embed_diagram(path.read_text("utf-8"), image.get("alt", ""))
    else:
        result["size"] = measure_picture(path)
    return result


def format_style(node: picture) -> str:
    """Return the CSS declarations for the width that the author asks for, if any.

    Raises
    ------
    ValueError
        When the width is no length, such as `50%`, `300px` or `300`.
    """
    if "width" not in node:
        return ""
    match = LENGTH.fullmatch(str(node["width"]).strip())
    if not match:
        raise ValueError(f"no length: {node['width']!r}")
    return f"width: {match[1]}{match[2] or 'px'}"


def visit_picture(self: HTML5Translator, node: picture) -> None:
    """Write a picture into its box, which scrolls where it is too narrow."""
    style = f' style="{format_style(node)}"' if "width" in node else ""
    self.body.append(f'<div class="picture"{style}>')
    if "svg" in node:
        self.body.append(node["svg"])
    else:
        width, height = node["size"]
        name = quote(self.builder.images[node["uri"]])
        attributes = {"src": f"{self.builder.imgpath}/{name}", "alt": node.get("alt", "")}
        attributes |= {"width": width, "height": height, "loading": "lazy"}
        self.body.append(self.emptytag(node, "img", "", **attributes))
    self.body.append("</div>\n")
    raise nodes.SkipNode
