"""Cut fonts to the characters that the site shows."""

import logging
import unicodedata
from collections.abc import Iterable
from io import BytesIO
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont

from .cache import Cache
from .pages import PageContents

logging.getLogger("fontTools").setLevel(logging.ERROR)

MATH_FONT = "_static/fonts/latin-modern-math.woff2"
# Letters that a browser puts in the place of a single letter in a formula.
ITALIC = [*range(0x1D434, 0x1D468), 0x210E, *range(0x1D6E2, 0x1D71C)]


def cut_font(font: Path, characters: set[int], features: Iterable[str] = ()) -> bytes:
    """Return a font as WOFF2 with the glyphs of these characters alone.

    Parameters
    ----------
    font
        The file of the font.
    characters
        Code points.
    features
        The OpenType features to keep, by their tags.
    """
    options = subset.Options(layout_features=list(features), name_IDs=[], flavor="woff2")
    options.hinting = False
    options.drop_tables += ["FFTM"]
    whole = TTFont(font, recalcTimestamp=False)
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=characters)
    subsetter.subset(whole)
    buffer = BytesIO()
    subset.save_font(whole, buffer, options)
    return buffer.getvalue()


def find_math_characters(pages: Iterable[PageContents]) -> set[int]:
    """Return the code points that the pages' formulas show; browsers slant single letters."""
    signs = {"√"}.union(*(page.signs for page in pages))  # no formula spells out the root
    signs.update(chr(c) for c in ITALIC if unicodedata.normalize("NFKC", chr(c)) in signs)
    return {ord(sign) for sign in signs if unicodedata.category(sign) not in {"Cc", "Cf"}}


def cut_math_font(site: Path, pages: Iterable[PageContents], cache: Cache) -> dict[str, bytes]:
    """Return the font of formulas, cut to the signs in use, by its address in the site.

    Parameters
    ----------
    site
        The folder of the site.
    pages
        What its pages show.
    cache
        Where the cut font is kept.
    """
    path = site / MATH_FONT
    characters = find_math_characters(pages)
    font = cache.recall(
        "formulas",
        path.read_bytes(),
        " ".join(map(str, sorted(characters))),
        make=lambda: cut_font(path, characters, ["ssty"]),
    )
    return {MATH_FONT: font}
