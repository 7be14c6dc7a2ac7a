"""Write the palette where style sheets and Matplotlib find it."""

import re

from _ext.course.palette import Palette

# The settings of Matplotlib that have the colour of the text, and that of frames.
WORDS = ("text.color", "axes.labelcolor", "xtick.labelcolor", "ytick.labelcolor")
FRAMES = ("axes.edgecolor", "xtick.color", "ytick.color")
STYLE_SHEET = """\
/* Written by `make draw` from tools/draw/palette.toml. */

html:root {{
{light}
}}

@media screen {{
  html[data-theme="dark"] {{
{dark}
  }}
}}

@media print {{
  html:root {{
{paper}
  }}
}}
"""


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
