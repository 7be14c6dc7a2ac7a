"""Read the palette, from which pages, plots and diagrams take their colours."""

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path

PALETTE = Path(__file__).parents[2] / "tools" / "draw" / "palette.toml"
HEX = re.compile(r"#[0-9A-F]{6}([0-9A-F]{2})?")
# The table with all names, by a table of what differs from it.
WHOLE = {"dark": "light", "paper": "light", "plots-words": "plots"}
# The tables of what dark pages have; the other tables name the colours of plots on light ones.
DARK = ("dark", "dark-maps")


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
        names = dark_plots if table in DARK else plots
        for name, value in colours.items():
            found = [names.get(c, c) for c in ([value] if isinstance(value, str) else value)]
            for colour in found:
                if not HEX.fullmatch(colour):
                    raise ValueError(
                        f'{path.name}: [{table}] {name} = "{colour}" is no colour: '
                        'write "#RRGGBB" with capital letters, or a name from [plots]'
                    )
            colours[name] = found[0] if isinstance(value, str) else found
            whole = WHOLE.get(table)
            if whole and name not in tables[whole]:
                raise ValueError(f"{path.name}: [{table}] {name} is missing from [{whole}]")
    return Palette(**{table.replace("-", "_"): colours for table, colours in tables.items()})
