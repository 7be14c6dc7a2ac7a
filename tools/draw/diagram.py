"""The parts that the course's diagrams are made of, written as SVG.

Lines and words take the colour of the text around them, so that a diagram can stand on a
light or a dark page. An accent, "input", "hidden", "output" or "gradient", gives a part the
colour of its kind, which a page may change through the custom properties
`--diagram-input`, `--diagram-hidden` and so on.

Words may hold mathematics between dollar signs: `$w_1$`, `$W_{new}$`, `$*x$` (bold).
"""

import math
import re
import unicodedata
import xml.etree.ElementTree as ET
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from itertools import product

SANS = "'Source Sans 3', system-ui, sans-serif"
MATH = "'Latin Modern Math', 'STIX Two Math', 'Cambria Math', math, serif"
HEAD = 11  # length of an arrow's head
Point = tuple[float, float]
TOKEN = re.compile(r"([_^]?)(\{[^}]*\}|\*?.)")


@dataclass(frozen=True)
class Node:
    """A circle or a box that arrows can start from and lead to."""

    x: float
    y: float
    half_width: float = 0
    half_height: float = 0
    is_round: bool = False

    def find_rim(self, x: float, y: float) -> Point:
        """Return the point of the outline on the way from the middle to (x, y)."""
        dx, dy = x - self.x, y - self.y
        if self.is_round:
            part = self.half_width / math.hypot(dx, dy)
        else:
            sides = ((self.half_width, dx), (self.half_height, dy))
            part = min(half / abs(d) for half, d in sides if d)
        return self.x + part * dx, self.y + part * dy


def format_number(value: float) -> str:
    """Return a coordinate with at most one decimal."""
    return f"{round(value, 1) + 0:g}"


def trace_path(points: Iterable[Point]) -> str:
    """Return the path that leads straight from point to point."""
    return "M" + "L".join(f"{format_number(x)} {format_number(y)}" for x, y in points)


def choose_opacity(accent: str | None, tint: float | None) -> str:
    """Return how opaque a fill is; a part without an accent is quieter."""
    if tint is None:
        tint = 0.12 if accent else 0.06
    return f"{tint}"


def find_math_letter(letter: str, style: str) -> str:
    """Return the bold or italic letter of formulas, or a sign as it is."""
    if letter == "h" and style == "ITALIC":
        return "\N{PLANCK CONSTANT}"
    decomposed = unicodedata.normalize("NFD", letter)
    letter, accents = decomposed[0], decomposed[1:]
    case = "CAPITAL" if letter.isupper() else "SMALL"
    name = unicodedata.name(letter).split()[-1]
    with suppress(KeyError):
        letter = unicodedata.lookup(f"MATHEMATICAL {style} {case} {name}")
    return letter + accents


def split_words(words: str) -> Iterator[tuple[str, dict[str, str], str]]:
    """Yield each run of the words as its letters, their style, and "", "_" or "^"."""
    for place, part in enumerate(words.split("$")):
        if place % 2 == 0:
            if part:
                yield part, {}, ""
            continue
        for level, token in TOKEN.findall(part):
            letters = token.strip("{}")
            if letters.startswith("*"):
                letters = find_math_letter(letters[1:], "BOLD")
            elif len(letters) == 1:
                letters = find_math_letter(letters, "ITALIC")
            yield letters, {"class": "formula", "font-family": MATH}, level


class Diagram:
    """A drawing with a title and a description for those who do not see it.

    Parameters
    ----------
    name
        The file's name without its ending; the ids in the drawing begin with it.
    width, height
        The size in pixels. The methods' coordinates and sizes are in pixels, too.
    title, description
        What a screen reader says of the drawing.
    colours
        The colour of each accent, as `diagram-input` and so on.
    """

    def __init__(
        self,
        name: str,
        width: int,
        height: int,
        title: str,
        description: str,
        colours: Mapping[str, str],
    ) -> None:
        self.colours = colours
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
                # Elsewhere than in the course's pages, the ground may be dark.
                "style": "background:white",
            },
        )
        self.root.text = "\n"
        self.add_element("title", id=f"{name}-title").text = title
        self.add_element("desc", id=f"{name}-description").text = description

    def add_element(self, tag: str, **attributes: str | float | None) -> ET.Element:
        """Append an SVG element; `stroke_width=2` becomes `stroke-width="2"`."""
        texts = {
            key.replace("_", "-"): value if isinstance(value, str) else format_number(value)
            for key, value in attributes.items()
            if value is not None
        }
        element = ET.SubElement(self.root, tag, texts)
        element.tail = "\n"
        return element

    def choose_paint(self, accent: str | None, *attributes: str) -> dict[str, str]:
        """Return the attributes that colour fill or stroke; None is the text's colour."""
        if accent is None:
            return dict.fromkeys(attributes, "currentColor")
        colour = self.colours[f"diagram-{accent}"]
        style = ";".join(f"{name}:var(--diagram-{accent}, {colour})" for name in attributes)
        return dict.fromkeys(attributes, colour) | {"style": style}

    def write_text(
        self,
        x: float,
        y: float,
        words: str,
        size: float = 22,
        anchor: str = "middle",
        weight: str | None = None,
        accent: str | None = None,
    ) -> None:
        """Write words with their middle at height y; a new line starts below."""
        lines = words.split("\n") if words else []
        for row, line in enumerate(lines):
            middle = y + 1.25 * size * (row - (len(lines) - 1) / 2)
            element = self.add_element(
                "text",
                x=x,
                y=middle + 0.35 * size,
                text_anchor=anchor,
                font_size=size,
                font_weight=weight,
                **self.choose_paint(accent, "fill"),
                stroke="none",
            )
            lowered = 0.0
            for letters, style, level in split_words(line):
                drop = {"": 0, "_": 0.25, "^": -0.4}[level] * size
                scale = (1.15 if style else 1) * (0.72 if level else 1)
                if scale != 1:
                    style["font-size"] = format_number(scale * size)
                if drop != lowered:
                    style["dy"] = format_number(drop - lowered)
                ET.SubElement(element, "tspan", style).text = letters
                lowered = drop

    def write_beside(
        self,
        start: Node,
        end: Node,
        words: str,
        at: float = 0.5,
        away: float = 16,
        size: float = 22,
        accent: str | None = None,
    ) -> None:
        """Write words beside the way from one node to another, to its left."""
        dx, dy = end.x - start.x, end.y - start.y
        length = math.hypot(dx, dy)
        x, y = start.x + at * dx, start.y + at * dy
        place = x + away * dy / length, y - away * dx / length
        weight = "bold" if accent else None
        self.write_text(*place, words, size, weight=weight, accent=accent)

    def draw_neuron(
        self,
        x: float,
        y: float,
        symbol: str = "",
        accent: str | None = None,
        radius: float = 26,
        size: float = 22,
        width: float = 2.5,
        tint: float | None = None,
    ) -> Node:
        """Draw a circle with a symbol in it."""
        self.add_element(
            "circle",
            cx=x,
            cy=y,
            r=radius,
            stroke_width=width,
            fill_opacity=choose_opacity(accent, tint),
            **self.choose_paint(accent, "stroke", "fill"),
        )
        self.write_text(x, y, symbol, size)
        return Node(x, y, radius, radius, is_round=True)

    def draw_box(
        self,
        x: float,
        y: float,
        width: float,
        height: float,
        words: str = "",
        accent: str | None = None,
        tint: float | None = None,
        corner: float = 10,
        size: float = 22,
    ) -> Node:
        """Draw a box around the point (x, y), with words in it."""
        self.add_element(
            "rect",
            x=x - width / 2,
            y=y - height / 2,
            width=width,
            height=height,
            rx=corner,
            fill_opacity=choose_opacity(accent, tint),
            **self.choose_paint(accent, "stroke", "fill"),
        )
        self.write_text(x, y, words, size)
        return Node(x, y, width / 2, height / 2)

    def draw_ellipse(
        self, x: float, y: float, rx: float, ry: float, accent: str | None, tint: float
    ) -> None:
        """Draw an ellipse around the point (x, y)."""
        self.add_element(
            "ellipse",
            cx=x,
            cy=y,
            rx=rx,
            ry=ry,
            fill_opacity=choose_opacity(accent, tint),
            **self.choose_paint(accent, "stroke", "fill"),
        )

    def draw_polygon(self, corners: Iterable[Point], accent: str | None = None) -> None:
        """Draw a filled polygon."""
        self.add_element(
            "polygon",
            points=" ".join(f"{format_number(x)},{format_number(y)}" for x, y in corners),
            stroke_width=1,
            stroke_linejoin="round",
            **self.choose_paint(accent, "fill", "stroke"),
        )

    def draw_line(
        self,
        *points: Point,
        accent: str | None = None,
        width: float = 2,
        dashes: str | None = None,
    ) -> None:
        """Draw a line through points."""
        self.add_element(
            "path",
            d=trace_path(points),
            stroke_width=width,
            stroke_dasharray=dashes,
            stroke_linejoin="round",
            **self.choose_paint(accent, "stroke"),
        )

    def draw_arrow(
        self,
        *stops: Node | Point,
        accent: str | None = None,
        width: float = 2,
        dashed: bool = False,
        shift: float = 0,
    ) -> None:
        """Draw an arrow along nodes or points; shift moves it sideways, to its right."""
        points = [(stop.x, stop.y) if isinstance(stop, Node) else stop for stop in stops]
        first, last = points[1], points[-2]
        if isinstance(stops[0], Node):
            points[0] = stops[0].find_rim(*first)
        if isinstance(stops[-1], Node):
            points[-1] = stops[-1].find_rim(*last)
        (x, y), (x0, y0) = points[-1], points[-2]
        length = math.hypot(x - x0, y - y0)
        ux, uy = (x - x0) / length, (y - y0) / length
        points = [(px - shift * uy, py + shift * ux) for px, py in points]
        x, y = points[-1][0] - 2 * ux, points[-1][1] - 2 * uy
        base = x - HEAD * ux, y - HEAD * uy
        dashes = "7 5" if dashed else None
        self.draw_line(*points[:-1], base, accent=accent, width=width, dashes=dashes)
        wing_x, wing_y = HEAD / 2 * uy, -HEAD / 2 * ux
        corners = (
            (x, y),
            (base[0] + wing_x, base[1] + wing_y),
            (base[0] - wing_x, base[1] - wing_y),
        )
        self.draw_polygon(corners, accent)

    def draw_bracket(
        self, left: float, right: float, y: float, words: str, size: float = 22
    ) -> None:
        """Draw a bracket that opens upwards, with words below it."""
        self.draw_line((left, y - 10), (left, y), (right, y), (right, y - 10), width=1.5)
        self.write_text((left + right) / 2, y + 0.9 * size, words, size)

    def connect_layers(
        self,
        starts: Iterable[Node],
        ends: Iterable[Node],
        width: float = 1,
        opacity: float = 0.35,
    ) -> None:
        """Draw a thin line from each node of one layer to each node of the next."""
        lines = [
            trace_path([start.find_rim(end.x, end.y), end.find_rim(start.x, start.y)])
            for start, end in product(starts, ends)
        ]
        self.add_element("path", d="".join(lines), stroke_width=width, opacity=f"{opacity}")

    def render(self) -> str:
        """Return the drawing as SVG, one element a line."""
        return ET.tostring(self.root, encoding="unicode") + "\n"
