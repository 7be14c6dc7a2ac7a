"""Read the palette, and write it where style sheets and Matplotlib find it."""

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path

PALETTE = Path(__file__).with_name("palette.toml")
HEX = re.compile(r"#[0-9A-F]{6}([0-9A-F]{2})?")
STYLE_SHEET = """\
/* Written by `make draw` from tools/draw/palette.toml. */

html[data-theme] {{
{light}
}}

@media screen {{
  html[data-theme="dark"] {{
{dark}
  }}
}}

@media print {{
  html[data-theme] {{
{paper}
  }}
}}
"""


@dataclass(frozen=True)
class Palette:
    """The colours of the course, as `#RRGGBB` or `#RRGGBBAA`, by their names.

    Attributes
    ----------
    plots
        The colours of plots, in Matplotlib's order.
    icon
        What the icon has besides the colours of diagrams.
    light, dark, paper
        The colours of pages: all for light ones, and what differs on dark ones and on paper.
    """

    plots: dict[str, str]
    icon: dict[str, str]
    light: dict[str, str]
    dark: dict[str, str]
    paper: dict[str, str]


def read_palette(path: Path = PALETTE) -> Palette:
    """Read the palette.

    Raises
    ------
    ValueError
        When a colour is none, or a dark page or paper has one that a light page has not.
    """
    tables = tomllib.loads(path.read_text("utf-8"))
    plots = tables["plots"]
    for table, colours in tables.items():
        for name, colour in colours.items():
            colours[name] = plots.get(colour, colour)
            if not HEX.fullmatch(colours[name]):
                raise ValueError(
                    f'{path.name}: [{table}] {name} = "{colour}" is no colour: '
                    'write "#RRGGBB" with capital letters, or a name from [plots]'
                )
            if table in ("dark", "paper") and name not in tables["light"]:
                raise ValueError(f"{path.name}: [{table}] {name} is missing from [light]")
    return Palette(**tables)


def render_style_sheet(palette: Palette) -> str:
    """Return the style sheet that gives pages the palette as custom properties."""

    def declare(colours: dict[str, str], indent: int) -> str:
        return "\n".join(
            f"{' ' * indent}--{name}: {colour.lower()};" for name, colour in colours.items()
        )

    return STYLE_SHEET.format(
        light=declare(palette.light, 2),
        dark=declare(palette.dark, 4),
        paper=declare(palette.paper, 4),
    )


def set_plot_colours(style: str, palette: Palette) -> str:
    """Return the text of a matplotlibrc with the palette as the cycle of its colours.

    Raises
    ------
    ValueError
        When the text sets no cycle, so that there is none to replace.
    """
    colours = ", ".join(f'"{colour.removeprefix("#")}"' for colour in palette.plots.values())
    cycle = f"axes.prop_cycle: cycler(color=[{colours}])"
    text, count = re.subn(r"^axes\.prop_cycle:.*$", cycle, style, flags=re.MULTILINE)
    if count != 1:
        raise ValueError("matplotlibrc: write one line that begins with axes.prop_cycle:")
    return text
