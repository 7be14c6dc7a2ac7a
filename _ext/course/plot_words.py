"""Deepen the colours of words in plots, which are thin and need more contrast than lines."""

import re
from functools import cache

from .palette import read_palette

# Matplotlib gives a style and a place to groups of glyphs only: each is a line of a text.
WORDS = re.compile(r'(<g style="fill: )(#[0-9a-f]{6})(?=[^>]* scale\()')


@cache
def read_colours() -> dict[str, str]:
    """Return the colours of words by those of lines, as `#rrggbb`."""
    palette = read_palette()
    pairs = palette.plots_words.items()
    return {palette.plots[name].lower(): colour.lower() for name, colour in pairs}


def deepen_words(svg: str) -> str:
    """Return a plot for light pages, as Matplotlib writes it, with words in deeper colours."""
    return WORDS.sub(lambda found: found[1] + read_colours().get(found[2], found[2]), svg)
