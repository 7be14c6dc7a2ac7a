"""Pictures: their size, their words, and the place of those that become labs."""

import re
from pathlib import Path
from posixpath import join
from urllib.parse import quote

from docutils import nodes
from PIL import Image
from sphinx.util import logging
from sphinx.util.images import get_image_size
from sphinx.util.nodes import get_node_line

from course.labs import lab
from course.plots import DOTS_PER_INCH

logger = logging.getLogger(__name__)

# A plot 6.4 inches wide fills the text, which is 672 pixels wide.
DOTS_PER_PIXEL = DOTS_PER_INCH / 105
WIDE = 600  # pixels: what is wider fills the text, too


class picture(nodes.General, nodes.Element):
    """An image with its size, which a tap opens by itself."""


def measure(path):
    """Return a picture's width and height in CSS pixels."""
    sides = get_image_size(path)
    if sides is None:  # a drawing that states no size beside its `viewBox`
        text = path.read_text("utf-8")
        sides = re.search(r'viewBox="\S+ \S+ (\S+) (\S+)"', text).groups()
    scale = DOTS_PER_PIXEL if "jupyter_execute" in path.parts else 1
    return [round(float(side) / scale) for side in sides]


def size_pictures(app, doctree, docname):
    """State each picture's size, and warn of one without alternative text.

    A picture of a cell with the class `x-lab` becomes a lab.
    """
    for number, image in enumerate(list(doctree.findall(nodes.image))):
        if " " not in image.get("alt", "").strip():  # but one word, or a file's name
            place = (docname, get_node_line(image))
            logger.warning("a picture has no alternative text", location=place)
        path = Path(app.srcdir, image["uri"])
        if not path.is_file() or isinstance(image.parent, nodes.reference):
            continue
        shown = picture("", size=measure(path), is_first=number == 0)
        kinds = [name for name in image.parent["classes"] if name.endswith("-lab")]
        shown["opens"] = not (kinds or isinstance(image.parent, lab))
        if kinds:
            kind = kinds[0].removesuffix("-lab")
            image.replace_self(lab("", shown, kind=kind, data={}))
        else:
            image.replace_self(shown)
        shown += image


def prefix_classes(match):
    return " ".join(f"diagram-{name}" for name in match[0].split())


def write_diagram(text, tag):
    """Return an SVG as a part of the page, which gives it its typeface and colours.

    It begins with `tag` and its own attributes. Its classes get a prefix, and
    `style.css` says what the style in the file says.
    """
    head, body = re.search(r"(?s)(<svg\b[^>]*>)(.*)", text).groups()
    head = re.sub(r' (class|aria-labelledby)="[^"]*"', "", head)
    head = head.replace("<svg", tag.removesuffix(">"))
    body = re.sub(r"(?s)<(style|title|desc)\b.*?</\1>\s*", "", body)
    body = re.sub(r'(?<= class=")[^"]+', prefix_classes, body)
    return head + body


def visit_picture(self, node):
    image, (width, height) = node[0], node["size"]
    address = join(self.builder.imgpath, quote(self.builder.images[image["uri"]]))
    words = image.get("alt", "")
    look = {"class": "wide" if width > WIDE else ""}
    if "width" in image:  # by the option of a figure
        look = {"style": f"width: {image['width']}"}
    path = Path(self.builder.srcdir, image["uri"])
    text = path.read_text("utf-8") if path.suffix == ".svg" else ""
    if '<svg class="diagram"' in text:
        image["classes"].append("diagram")
        tag = self.starttag(image, "svg", "", **look, **{"aria-label": words})
        html = write_diagram(text, tag)
    else:
        if not node["is_first"]:
            look["loading"] = "lazy"
        look |= {"src": address, "alt": words, "width": width, "height": height}
        html = self.emptytag(image, "img", "", **look)
    if node["opens"]:
        html = f'<a class="picture" href="{address}">{html}</a>'
    self.body.append(html)
    raise nodes.SkipNode


def compress_plots(app, doctree):
    """Make plots WebP images of 128 colours."""
    for image in doctree.findall(nodes.image):
        path = Path(app.srcdir, image["uri"].lstrip("/"))
        if path.suffix == ".png" and "jupyter_execute" in path.parts:
            compressed = path.with_suffix(".webp")
            with Image.open(path) as plot:
                few = plot.convert("RGB").quantize(
                    128, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE
                )
                few.convert("RGB").save(compressed, lossless=True, method=6)
            if compressed.stat().st_size > 500_000:
                logger.warning("this plot exceeds 500 kB; draw less", location=image)
            image["uri"] = image["uri"].removesuffix(".png") + ".webp"


def setup(app):
    app.add_node(picture, html=(visit_picture, None))
    app.connect("doctree-read", compress_plots, priority=400)  # before they are listed
    app.connect("doctree-resolved", size_pictures)
