"""Draw figures as SVG on a transparent ground, and write them so that pages load calmly.

Plots become `<img>` with their size, loaded when they come near; the style sheet turns
their lightness round on a dark page. Diagrams become part of the page, where they take
the colours of its theme.
"""

import os
import re
import shutil
import xml.etree.ElementTree as ET
from html import escape
from pathlib import Path
from urllib.parse import quote

from docutils import nodes
from PIL import Image
from sphinx.application import Sphinx
from sphinx.writers.html5 import HTML5Translator

KERNEL_CONFIG = Path(__file__).with_name("ipython_kernel_config.py")


def configure_kernel(app: Sphinx, config) -> None:
    """Let the kernels that execute the chapters draw SVG; a reader's own are not touched."""
    folder = Path(app.outdir).parent / "ipython"
    profile = folder / "profile_default"
    profile.mkdir(parents=True, exist_ok=True)
    shutil.copy(KERNEL_CONFIG, profile)
    os.environ["IPYTHONDIR"] = str(folder)


def size(path: Path) -> tuple[int, int]:
    """Return a picture's width and height in CSS pixels."""
    if path.suffix != ".svg":
        with Image.open(path) as picture:
            return picture.size
    root = ET.parse(path).getroot()
    _, _, width, height = map(float, root.get("viewBox").split())
    scale = 4 / 3 if root.get("width").endswith("pt") else 1
    return round(scale * width), round(scale * height)


def inline(svg: str, alt: str) -> str:
    """Return a diagram as a part of a page: its text is its name, its `<desc>` describes it."""
    description = re.search(r'<desc id="([^"]+)"', svg)[1]
    svg = re.sub(r"<title.*?</title>\n?", "", svg)
    labels = f'aria-label="{escape(alt)}" aria-describedby="{description}"'
    return re.sub(r'aria-labelledby="[^"]+"', lambda _: labels, svg, count=1)


def visit_image(self: HTML5Translator, node: nodes.image) -> None:
    path = Path(self.builder.srcdir, node["uri"])
    is_diagram = path.parent.name == "images" and path.suffix == ".svg"
    if not path.is_file():
        HTML5Translator.visit_image(self, node)  # Sphinx has reported it.
        return
    if is_diagram:
        picture = inline(path.read_text("utf-8"), node["alt"])
    else:
        width, height = size(path)
        file = quote(self.builder.images[node["uri"]])
        attributes = {"src": f"{self.builder.imgpath}/{file}", "alt": node["alt"]}
        attributes |= {"width": width, "height": height, "loading": "lazy"}
        picture = self.emptytag(node, "img", **attributes)
    self.body.append(f'<div class="picture">{picture}</div>')
    raise nodes.SkipNode


def setup(app: Sphinx) -> dict:
    app.connect("config-inited", configure_kernel)
    app.add_node(nodes.image, override=True, html=(visit_image, HTML5Translator.depart_image))
    return {"parallel_read_safe": True, "parallel_write_safe": True}
