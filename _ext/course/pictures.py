"""Write pictures so that pages load calmly.

Plots become `<img>` with their size, loaded when they come near: one for light pages and one
for dark ones, each in a form for phones, too, with panels below each other or drawn narrow.
Diagrams become part of the page, where they take the colours of its theme.
"""

import json
import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from contextlib import suppress
from html import escape, unescape
from pathlib import Path
from urllib.parse import quote

from docutils import nodes
from nbformat import NotebookNode
from PIL import Image
from sphinx.application import Sphinx
from sphinx.util import logging
from sphinx.writers.html5 import HTML5Translator

from .cache import open_cache
from .dark_plots import darken_plot
from .pixels import replace_pixels
from .plot_words import deepen_words
from .sources import find_line

logger = logging.getLogger(__name__)

DRAWINGS = "drawings"
CSS_PIXELS_A_POINT = 4 / 3
# What is raised at a picture that cannot be read or drawn.
FAULTS = (ValueError, ET.ParseError, OSError)
GAP = 12  # points between panels that are stacked
NOTE = re.compile(r"\s*<dc:description>(.*?)</dc:description>", re.DOTALL)
# What is shown in a window that is narrower than this.
PHONE_FORMS = ("stacked", "narrow")
PHONE = "(width < 36rem)"
SIDES = re.compile(r"\b(left|right)\b", re.IGNORECASE)
LENGTH = re.compile(r"(\d+(?:\.\d+)?)\s*(px|pt|pc|cm|mm|in|em|ex|ch|rem|vw|%)?")
PLACES = re.compile(r'( (?:d|x|y|cx|cy|x1|x2|y1|y2|points)=")([^"]*)')
DECIMALS = re.compile(r"-?\d+\.\d+")
ROOT = re.compile(r"(<svg\b[^>]*?)(\s*/?>)")
SIZE = re.compile(r'\s(?:width|height)="[^"]*"')


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
        The diagram, as `make draw` writes it.
    alt
        The alternative text.

    Raises
    ------
    ValueError
        When the diagram has no description.
    """
    description = re.search(r'<desc id="([^"]+)"', svg)
    if not description:
        raise ValueError("it has no <desc id=…>: draw it in tools/draw/diagrams.py")
    svg = re.sub(r"<title.*?</title>\n?", "", svg)
    svg = svg.replace(' style="background:white"', "", 1)
    labels = f'aria-label="{escape(alt)}" aria-describedby="{description[1]}"'
    return re.sub(r'aria-labelledby="[^"]+"', lambda _: labels, svg, count=1)


def silence_diagram(svg: str) -> str:
    """Return a diagram without description and names, for where it is shown once more."""
    svg = re.sub(r"<desc.*?</desc>\n?", "", svg, flags=re.DOTALL)
    svg = re.sub(r' (role|aria-[a-z]+)="[^"]*"', "", svg)
    return svg.replace("<svg ", '<svg aria-hidden="true" ', 1)


def replace_images(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Make pictures of the images that Sphinx has found, and warn of those without words."""
    for image in list(doctree.findall(nodes.image)):
        if isinstance(image, picture):
            continue  # that of a chapter's card
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
            replacement = make_picture(app, image, path)
        except FAULTS as error:
            logger.warning(
                "picture %s: %s",
                uri,
                error,
                location=(docname, find_line(image)),
                type="course",
                subtype="picture",
            )
            image["is_refused"] = True
            continue
        image.replace_self(replacement)
        caption = next(replacement.parent.findall(nodes.caption), nodes.caption())
        stacks = "stacked" in replacement.get("drawings", {}).get("light", ())
        if stacks and SIDES.search(caption.astext()):
            logger.warning(
                "a caption says left or right of panels that stand below each other on phones: "
                "call them by what they show",
                location=(docname, find_line(replacement.parent)),
                type="course",
                subtype="picture",
            )


def list_plots(notebook: NotebookNode) -> Iterator[str]:
    """Yield the plots that the cells of a notebook have drawn, as MyST-NB will write them."""
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            if svg := output.get("data", {}).get("image/svg+xml"):
                yield "\n".join(svg.splitlines())


def draw_ahead(app: Sphinx, notebook: NotebookNode) -> None:
    """Draw the plots of a chapter that has been executed, while others are."""
    for svg in list_plots(notebook):
        with suppress(*FAULTS):  # told of at its place, by `replace_images`
            recall_drawings(app, svg)


def recall_drawings(app: Sphinx, svg: str) -> dict[str, dict[str, str]]:
    """Return the drawings of a plot, made now or earlier."""
    cache = open_cache(app, DRAWINGS)
    drawn = cache.recall(svg, make=lambda: json.dumps(draw_plot(svg)).encode())
    drawings: dict[str, dict[str, str]] = json.loads(drawn)
    return drawings


def make_picture(app: Sphinx, image: nodes.image, path: Path) -> picture:
    """Return the picture that stands for an image, with its size or its drawing."""
    result = picture(image.rawsource, **image.attributes)
    result.source, result.line = image.source, image.line
    if path.suffix == ".svg" and Path(app.srcdir, "images") in path.parents:
        result["svg"] = embed_diagram(path.read_text("utf-8"), image.get("alt", ""))
    elif path.suffix == ".svg":
        measure_picture(path)
        result["drawings"] = recall_drawings(app, path.read_text("utf-8"))
        result["candidates"] = {"?": path.name}  # pages load the drawings, not the file
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


def take_note(svg: str) -> tuple[str, list[list[float]] | str]:
    """Return a plot without the kernel's note, and what this says of a form for phones.

    That is the boxes of its panels, a drawing, or nothing.
    """
    match = NOTE.search(svg)
    return NOTE.sub("", svg, count=1), json.loads(unescape(match[1])) if match else ""


def stack_panels(svg: str, panels: list[list[float]]) -> str:
    """Return a plot with its panels below each other.

    Parameters
    ----------
    svg
        The plot.
    panels
        The boxes of its panels: x, y, width, height.
    """
    start, end = svg.index(">", svg.index("<svg ")) + 1, svg.rindex("</svg>")
    boxes = [(x - 2, y - 2, width + 4, height + 4) for x, y, width, height in panels]
    tall = max(height for _, _, _, height in boxes)
    breadth = max(width for _, _, width, _ in boxes)
    scale = breadth / max(width for _, _, width, height in boxes if height > tall / 2)
    parts, top = [], 0.0
    for x, y, width, height in boxes:
        # A legend keeps its size; panels become as wide as it is.
        size = scale if height > tall / 2 else 1
        parts.append(
            f'<svg x="{breadth - size * width:g}" y="{top:g}" width="{size * width:g}" '
            f'height="{size * height:g}" viewBox="{x:g} {y:g} {width:g} {height:g}">'
            '<use href="#whole"/></svg>'
        )
        top += size * height + GAP
    height = top - GAP
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
        f'width="{breadth:g}pt" height="{height:g}pt" viewBox="0 0 {breadth:g} {height:g}">'
        f'<defs><g id="whole">{svg[start:end]}</g></defs>{"".join(parts)}</svg>'
    )


def round_places(svg: str, decimals: int) -> str:
    """Return a plot in which places have so many decimals, where Matplotlib writes six."""

    def write(number: re.Match[str]) -> str:
        text = f"{float(number[0]):.{decimals}f}"
        return text.rstrip("0").rstrip(".")

    return PLACES.sub(lambda found: found[1] + DECIMALS.sub(write, found[2]), svg)


def draw_plot(svg: str) -> dict[str, dict[str, str]]:
    """Return a plot's drawings by "light" or "dark", and by form.

    The forms are "wide" and, where there is one for phones, "stacked" or "narrow".

    Raises
    ------
    ValueError
        When it has a colour without a counterpart on dark pages.
    """
    wide, note = take_note(svg)
    forms = {"narrow": note} if isinstance(note, str) and note else {}
    drawings: dict[str, dict[str, str]] = {"light": {}, "dark": {}}
    for form, drawing in {**forms, "wide": wide}.items():
        rounded = round_places(drawing, 2)
        drawings["light"][form] = replace_pixels(deepen_words(rounded), lambda image: image)
        drawings["dark"][form] = darken_plot(rounded)
    if isinstance(note, list) and note:
        for theme, each in drawings.items():
            drawings[theme] = {"stacked": stack_panels(each["wide"], note), **each}
    return drawings


def state_size(svg: str, size: str) -> str:
    """Return a drawing of just this size, so that nothing moves when it takes its place.

    Parameters
    ----------
    svg
        The drawing, whose own size may differ from that of the page by a part of a pixel.
    size
        The attributes with which the page shows it.
    """
    return ROOT.sub(lambda found: SIZE.sub("", found[1]) + size + found[2], svg, count=1)


def write_plot(node: picture, folder: Path, imgpath: str) -> Iterator[str]:
    """Write the drawings of a plot, and yield the elements that show them.

    They load when they come near, except that a page's first picture does not wait for its
    style sheet on light pages.

    Parameters
    ----------
    node
        The plot.
    folder
        Where the site keeps pictures.
    imgpath
        That folder as seen from the page.
    """
    folder.mkdir(parents=True, exist_ok=True)
    stem = Path(node["uri"]).stem
    for theme, drawings in node["drawings"].items():
        waits = "" if node.get("is_first") and theme == "light" else ' loading="lazy"'
        yield f'<picture class="on-{theme}">'
        for form, drawing in drawings.items():
            file = folder / f"{stem}-{theme}-{form}.svg"
            file.write_text(drawing, "utf-8")
            width, height = measure_picture(file)
            size = f' width="{width}" height="{height}"'
            file.write_text(state_size(drawing, size), "utf-8")
            address = f"{imgpath}/{quote(file.name)}"
            if form in PHONE_FORMS:
                yield f'<source media="{PHONE}" srcset="{address}"{size}>'
            else:
                alt = escape(node.get("alt", ""))
                yield f'<img src="{address}" alt="{alt}"{size}{waits}>'
        yield "</picture>"


def visit_picture(self: HTML5Translator, node: picture) -> None:
    """Write a picture into its box, which scrolls where it is too narrow."""
    style = f' style="{format_style(node)}"' if "width" in node else ""
    self.body.append(f'<div class="picture"{style}>')
    if "svg" in node:
        self.body.append(node["svg"])
    elif "drawings" in node:
        folder = Path(self.builder.outdir, self.builder.imagedir)
        self.body.extend(write_plot(node, folder, self.builder.imgpath))
    else:
        width, height = node["size"]
        name = quote(self.builder.images[node["uri"]])
        attributes = {"src": f"{self.builder.imgpath}/{name}", "alt": node.get("alt", "")}
        attributes |= {"width": width, "height": height, "loading": "lazy"}
        self.body.append(self.emptytag(node, "img", "", **attributes))
    self.body.append("</div>\n")
    raise nodes.SkipNode
