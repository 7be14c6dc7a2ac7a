"""The parts that the course's diagrams are made of, written as SVG.

Lines and words take the colour of the text around them, so that a diagram can stand on a
light or a dark page. An accent adds what kind of part it is; a page may change the accents
through the CSS variables `--diagram-input`, `--diagram-hidden` and so on.

Words may hold mathematics between dollar signs: `$w_1$`, `$W_{new}$`, `$*x$` (bold).
"""

import math
import re
import xml.etree.ElementTree as ET
from dataclasses import dataclass
from pathlib import Path

ACCENTS = {
    "input": "#0072B2",
    "hidden": "#009E73",
    "output": "#D55E00",
    "gradient": "#B0548A",
}
SANS = "system-ui, sans-serif"
SERIF = "'STIX Two Text', 'Times New Roman', serif"
HEAD = 11  # length of an arrow's head
TOKEN = re.compile(r"([_^]?)(\{[^}]*\}|\*?.)")


@dataclass(frozen=True)
class Node:
    """A circle or a box that arrows can start from and lead to."""

    x: float
    y: float
    half_width: float = 0
    half_height: float = 0
    is_round: bool = False

    def rim(self, x: float, y: float) -> tuple[float, float]:
        """Return the point of the outline on the way from the middle to (x, y)."""
        dx, dy = x - self.x, y - self.y
        if self.is_round:
            part = self.half_width / math.hypot(dx, dy)
        else:
            sides = ((self.half_width, dx), (self.half_height, dy))
            part = min(half / abs(d) for half, d in sides if d)
        return self.x + part * dx, self.y + part * dy


def number(value: float) -> str:
    """Return a coordinate with at most one decimal."""
    return f"{round(value, 1) + 0:g}"


def paint(accent: str | None, *attributes: str) -> dict[str, str]:
    """Return the SVG attributes that colour fill or stroke; None is the text's colour."""
    if accent is None:
        return dict.fromkeys(attributes, "currentColor")
    colour = ACCENTS[accent]
    style = ";".join(f"{name}:var(--diagram-{accent}, {colour})" for name in attributes)
    return dict.fromkeys(attributes, colour) | {"style": style}


def tinted(accent: str | None, tint: float | None) -> str:
    """Return how opaque a fill is; a part without an accent is quieter."""
    if tint is None:
        tint = 0.12 if accent else 0.06
    return f"{tint}"


def spell(words: str):
    """Yield each run of the words as (letters, style, level); level is "", "_" or "^"."""
    for place, part in enumerate(words.split("$")):
        if place % 2 == 0:
            if part:
                yield part, {}, ""
            continue
        for level, token in TOKEN.findall(part):
            letters = token.strip("{}").lstrip("*")
            style = {"font-family": SERIF}
            if token.startswith("*"):
                style["font-weight"] = "bold"
            elif len(letters) == 1 and letters.isalpha():
                style["font-style"] = "italic"
            yield letters, style, level


class Diagram:
    """A drawing with a title and a description for those who do not see it."""

    def __init__(self, name: str, width: int, height: int, title: str, description: str):
        self.name = name
        self.root = ET.Element(
            "svg",
            {
                "xmlns": "http://www.w3.org/2000/svg",
                "viewBox": f"0 0 {width} {height}",
                "width": str(width),
                "height": str(height),
                "role": "img",
                "aria-labelledby": f"{name}-title {name}-description",
                "font-family": SANS,
                "fill": "none",
                "stroke": "currentColor",
                "stroke-width": "2",
            },
        )
        self.root.text = "\n"
        self.add("title", id=f"{name}-title").text = title
        self.add("desc", id=f"{name}-description").text = description

    def add(self, tag: str, **attributes) -> ET.Element:
        """Append an SVG element; `stroke_width=2` becomes `stroke-width="2"`."""
        texts = {
            key.replace("_", "-"): value if isinstance(value, str) else number(value)
            for key, value in attributes.items()
            if value is not None
        }
        element = ET.SubElement(self.root, tag, texts)
        element.tail = "\n"
        return element

    def text(self, x, y, words, size=22, anchor="middle", weight=None):
        """Write words with their middle at height y; a new line starts below."""
        lines = words.split("\n") if words else []
        for row, line in enumerate(lines):
            middle = y + 1.25 * size * (row - (len(lines) - 1) / 2)
            element = self.add(
                "text",
                x=x,
                y=middle + 0.35 * size,
                text_anchor=anchor,
                font_size=size,
                font_weight=weight,
                fill="currentColor",
                stroke="none",
            )
            self._spans(element, line, size)

    def _spans(self, element, line, size):
        lowered = 0
        for letters, style, level in spell(line):
            drop = {"": 0, "_": 0.25, "^": -0.4}[level] * size
            scale = (1.15 if style else 1) * (0.72 if level else 1)
            if scale != 1:
                style["font-size"] = number(scale * size)
            if drop != lowered:
                style["dy"] = number(drop - lowered)
            ET.SubElement(element, "tspan", style).text = letters
            lowered = drop

    def neuron(self, x, y, symbol="", accent=None, radius=26, size=22, width=2.5, tint=None):
        """Draw a circle with a symbol in it."""
        self.add(
            "circle",
            cx=x,
            cy=y,
            r=radius,
            stroke_width=width,
            fill_opacity=tinted(accent, tint),
            **paint(accent, "stroke", "fill"),
        )
        self.text(x, y, symbol, size)
        return Node(x, y, radius, radius, is_round=True)

    def box(self, x, y, width, height, words="", accent=None, tint=None, corner=10, size=22):
        """Draw a box around the point (x, y), with words in it."""
        self.add(
            "rect",
            x=x - width / 2,
            y=y - height / 2,
            width=width,
            height=height,
            rx=corner,
            fill_opacity=tinted(accent, tint),
            **paint(accent, "stroke", "fill"),
        )
        self.text(x, y, words, size)
        return Node(x, y, width / 2, height / 2)

    def line(self, *points, accent=None, width=2, dashes=None):
        """Draw a line through points."""
        self.add(
            "path",
            d="M" + "L".join(f"{number(x)} {number(y)}" for x, y in points),
            stroke_width=width,
            stroke_dasharray=dashes,
            stroke_linejoin="round",
            **paint(accent, "stroke"),
        )

    def connect(self, starts, ends, width=1, opacity=0.35):
        """Draw a thin line from each node of one layer to each node of the next."""
        lines = []
        for start in starts:
            for end in ends:
                points = start.rim(end.x, end.y), end.rim(start.x, start.y)
                lines.append("M" + "L".join(f"{number(x)} {number(y)}" for x, y in points))
        self.add("path", d="".join(lines), stroke_width=width, opacity=f"{opacity}")

    def arrow(self, *stops, accent=None, width=2, dashed=False, shift=0):
        """Draw an arrow along nodes or points; shift moves it sideways, to its right."""
        points = [(stop.x, stop.y) if isinstance(stop, Node) else stop for stop in stops]
        first, last = points[1], points[-2]
        if isinstance(stops[0], Node):
            points[0] = stops[0].rim(*first)
        if isinstance(stops[-1], Node):
            points[-1] = stops[-1].rim(*last)
        (x, y), (x0, y0) = points[-1], points[-2]
        length = math.hypot(x - x0, y - y0)
        ux, uy = (x - x0) / length, (y - y0) / length
        points = [(px - shift * uy, py + shift * ux) for px, py in points]
        x, y = points[-1][0] - 2 * ux, points[-1][1] - 2 * uy
        base = x - HEAD * ux, y - HEAD * uy
        dashes = "7 5" if dashed else None
        self.line(*points[:-1], base, accent=accent, width=width, dashes=dashes)
        wing_x, wing_y = HEAD / 2 * uy, -HEAD / 2 * ux
        corners = (
            (x, y),
            (base[0] + wing_x, base[1] + wing_y),
            (base[0] - wing_x, base[1] - wing_y),
        )
        self.add(
            "polygon",
            points=" ".join(f"{number(px)},{number(py)}" for px, py in corners),
            stroke_width=1,
            stroke_linejoin="round",
            **paint(accent, "fill", "stroke"),
        )

    def beside(self, start, end, words, at=0.5, away=16, size=22):
        """Write words beside the way from one node to another, to its left."""
        dx, dy = end.x - start.x, end.y - start.y
        length = math.hypot(dx, dy)
        x, y = start.x + at * dx, start.y + at * dy
        self.text(x + away * dy / length, y - away * dx / length, words, size)

    def bracket(self, left, right, y, words, size=22):
        """Draw a bracket that opens upwards, with words below it."""
        self.line((left, y - 10), (left, y), (right, y), (right, y - 10), width=1.5)
        self.text((left + right) / 2, y + 0.9 * size, words, size)

    def write(self, folder: Path):
        """Write the drawing to the folder, one element a line."""
        text = ET.tostring(self.root, encoding="unicode") + "\n"
        (folder / f"{self.name}.svg").write_text(text, encoding="utf-8", newline="\n")
