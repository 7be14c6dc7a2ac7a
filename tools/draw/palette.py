"""Read the palette, and write it where style sheets and Matplotlib find it."""

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path

PALETTE = Path(__file__).with_name("palette.toml")
HEX = re.compile(r"#[0-9A-F]{6}([0-9A-F]{2})?")
# The table with all names, by a table of what differs from it.
WHOLE = {"dark": "light", "paper": "light", "plots-words": "plots"}
# The settings of Matplotlib that have the colour of the text, and that of frames.
WORDS = ("text.color", "axes.labelcolor", "xtick.labelcolor", "ytick.labelcolor")
FRAMES = ("axes.edgecolor", "xtick.color", "ytick.color")
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
    plots_words
        Those of words in plots, where they differ.
    dark_plots
        The colours of plots on dark pages.
    dark_maps
        What dark pages have in the place of Matplotlib's maps of colours.
    """

    plots: dict[str, str]
    plots_words: dict[str, str]
    dark_plots: dict[str, str]
    dark_maps: dict[str, list[str]]
    icon: dict[str, str]
    light: dict[str, str]
    dark: dict[str, str]
    paper: dict[str, str]


def read_palette(path: Path = PALETTE) -> Palette:
    """Read the palette.

    Raises
    ------
    ValueError
        When a colour is none, or stands in one table and is missing from another.
    """
    tables = tomllib.loads(path.read_text("utf-8"))
    plots, dark_plots = tables["plots"], tables["dark-plots"]
    if dark_plots.keys() != plots.keys():
        raise ValueError(f"{path.name}: [dark-plots] has other names than [plots]")
    for table, colours in tables.items():
        if table == "dark-maps":
            colours = {f"{m} {i}": c for m, row in colours.items() for i, c in enumerate(row)}
        names = dark_plots if table == "dark" else plots
        for name, colour in colours.items():
            colours[name] = names.get(colour, colour)
            if not HEX.fullmatch(colours[name]):
                raise ValueError(
                    f'{path.name}: [{table}] {name} = "{colour}" is no colour: '
                    'write "#RRGGBB" with capital letters, or a name from [plots]'
                )
            whole = WHOLE.get(table)
            if whole and name not in tables[whole]:
                raise ValueError(f"{path.name}: [{table}] {name} is missing from [{whole}]")
    return Palette(**{table.replace("-", "_"): colours for table, colours in tables.items()})


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
    """Return the text of a matplotlibrc with the palette's colours.

    Raises
    ------
    ValueError
        When the text lacks a line that sets one, so that there is none to replace.
    """
    cycle = ", ".join(f'"{colour.removeprefix("#")}"' for colour in palette.plots.values())
    values = {"axes.prop_cycle": f"cycler(color=[{cycle}])"}
    values |= dict.fromkeys(WORDS, palette.light["text"].removeprefix("#"))
    values |= dict.fromkeys(FRAMES, palette.light["muted"].removeprefix("#"))
    for name, value in values.items():
        line = re.compile(rf"^{re.escape(name)}:.*$", re.MULTILINE)
        style, count = line.subn(f"{name}: {value}", style)
        if count != 1:
            raise ValueError(f"matplotlibrc: write one line that begins with {name}:")
    return style
