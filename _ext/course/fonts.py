"""Cut fonts to the characters that the site shows, and put them into the style sheets."""

import base64
import logging
import re
import unicodedata
from collections.abc import Callable, Collection, Iterable
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import Any

from docutils import nodes
from fontTools import subset
from fontTools.ttLib import TTFont
from sphinx.application import Sphinx
from sphinx.builders.html._assets import _CascadingStyleSheet

from .cache import Cache
from .pages import PageContents

logging.getLogger("fontTools").setLevel(logging.ERROR)

MATH_FONT = "_static/fonts/latin-modern-math.woff2"
# The style sheets that name the fonts of the text and of formulas.
TEXT_FONTS = "_static/fonts/text.css"
MATH_FONTS = "_static/fonts/formulas.css"
FONT = re.compile(r'url\("?([\w.-]+\.woff2)"?\)')
# What a page has that shows a formula, or a diagram with one.
MATH_MARKS = ("<math", 'class="formula"')
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


def find_text_characters(pages: Iterable[PageContents], scripts: Iterable[str]) -> set[int]:
    """Return the code points of the pages' text, and those that scripts may write with it.

    Parameters
    ----------
    pages
        What the pages show.
    scripts
        The text of the labs' modules.
    """
    texts = [*(page.text for page in pages), *scripts]
    return set(range(0x20, 0x7F)).union(*(map(ord, text) for text in texts))


def embed_fonts(sheet: Path, cut: Callable[[Path], bytes]) -> str:
    """Return the text of a style sheet with the fonts that it names.

    A page is drawn when its style sheets have come, thus in its own fonts from the start.

    Parameters
    ----------
    sheet
        The style sheet.
    cut
        Returns the font of a file as the site needs it.
    """

    def embed(match: re.Match[str]) -> str:
        content = base64.b64encode(cut(sheet.parent / match[1])).decode()
        return f"url(data:font/woff2;base64,{content})"

    return FONT.sub(embed, sheet.read_text("utf-8"))


def make_font_sheets(
    site: Path, pages: Collection[PageContents], cache: Cache
) -> dict[str, bytes]:
    """Return the style sheets of the site's own fonts, with the fonts, by their addresses.

    Parameters
    ----------
    site
        The folder of the site.
    pages
        What its pages show.
    cache
        Where the cut fonts are kept.
    """
    scripts = [path.read_text("utf-8") for path in sorted(site.glob("_static/labs/*.mjs"))]
    uses = {
        TEXT_FONTS: (find_text_characters(pages, scripts), ("kern", "liga")),
        MATH_FONTS: (find_math_characters(pages), ()),
    }
    return {
        name: embed_fonts(site / name, partial(recall_font, cache, *use)).encode()
        for name, use in uses.items()
        if (site / name).exists()
    }


def recall_font(
    cache: Cache, characters: set[int], features: Collection[str], font: Path
) -> bytes:
    """Return what `cut_font` does, from the cache where it is there."""
    signs = " ".join(map(str, sorted(characters)))
    make = partial(cut_font, font, characters, features)
    return cache.recall("font", font.read_bytes(), signs, " ".join(features), make=make)


def set_math_fonts(
    app: Sphinx,
    pagename: str,
    templatename: str,
    context: dict[str, Any],
    doctree: nodes.document | None,
) -> None:
    """Load the fonts of formulas where there are some, apart from what all pages load."""
    others = [sheet for sheet in context["css_files"] if sheet.filename != MATH_FONTS]
    is_known = len(others) < len(context["css_files"])
    if is_known and any(sign in context.get("body", "") for sign in MATH_MARKS):
        # The attribute, which changes nothing, keeps it from being merged with the others.
        others.append(_CascadingStyleSheet(MATH_FONTS, priority=900, media="all"))
    context["css_files"] = others
