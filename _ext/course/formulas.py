"""Write formulas as MathML when the book is built, with no script in the page."""

import html
import re
import unicodedata
from functools import cache
from pathlib import Path

from docutils import nodes
from fontTools.ttLib import TTFont
from math_core import LatexError, LatexToMathML
from sphinx.application import Sphinx
from sphinx.util import logging
from sphinx.util.math import get_node_equation_number
from sphinx.writers.html5 import HTML5Translator

from .fonts import ITALIC, MATH_FONT
from .spaces import keep_together

logger = logging.getLogger(__name__)
converter = LatexToMathML(fancy_error=False)

PUNCTUATION = ".,;:!?)”"
# Letters that reach below the line, bare or with an accent, as bases of an index.
DESCENDING = re.compile(
    "<(msub|msubsup)>(<mi>[fgjpqyβγημρφψ𝐠𝐩𝐪𝐲]</mi>|"
    '<mover accent="true"><mi>[fgjpqy𝐠𝐩𝐪𝐲]</mi>.*?</mover>)'
)
TOKEN = re.compile("<m([no])( [^>]*)?>([^<]*)</m[no]>")
BINARY = "+−=⋅×/≈<>≤≥"
# A letter that is no base of an index.
LETTER = re.compile("(?<!<msub>)(?<!<msup>)(?<!<msubsup>)<mi>([A-Za-z])</mi>")
OVERHANG = 0.05  # em; what is less is not seen
# As high and as deep as a bracket: above less, browsers hang a root's sign below the line.
STRUT = '<mspace height="0.75em" depth="0.2em"/>'
PRIMED = re.compile("<msup>(<mi>[^<]*</mi>)<mo>([′″‴⁗])</mo></msup>")


@cache
def read_signs(font: Path) -> frozenset[str]:
    """Return the characters that a font has."""
    return frozenset(map(chr, TTFont(font).getBestCmap()))


@cache
def read_overhangs(font: Path) -> dict[str, float]:
    """Return by how many em letters reach beyond their width in a font, where that is seen."""
    whole = TTFont(font)
    if "MATH" not in whole:
        return {}
    table = whole["MATH"].table.MathGlyphInfo.MathItalicsCorrectionInfo
    units = whole["head"].unitsPerEm
    values = [record.Value / units for record in table.ItalicsCorrection]
    by_glyph = dict(zip(table.Coverage.glyphs, values, strict=True))
    overhangs = {
        unicodedata.normalize("NFKC", chr(code)): by_glyph.get(whole.getBestCmap().get(code), 0)
        for code in ITALIC
    }
    return {letter: em for letter, em in overhangs.items() if em >= OVERHANG}


def make_room(mathml: str, overhangs: dict[str, float]) -> str:
    """Return a formula in which letters have room for what reaches beyond their width.

    TeX adds this italic correction; browsers do not.

    Parameters
    ----------
    mathml
        The formula.
    overhangs
        How far letters reach, in em.
    """

    def widen(found: re.Match[str]) -> str:
        em = overhangs.get(found[1])
        return f'<mi style="padding-right:{em:.2g}em">{found[1]}</mi>' if em else found[0]

    return LETTER.sub(widen, mathml)


def convert_formula(tex: str, displaystyle: bool) -> str:
    """Return a formula's MathML.

    Parameters
    ----------
    tex
        The formula in LaTeX.
    displaystyle
        Whether it stands on a line of its own.

    Raises
    ------
    math_core.LatexError
        When the formula is wrong, or has a command that is not known.
    """
    mathml = converter.convert_with_local_state(tex, displaystyle=displaystyle)
    # HTML's standard does not know it for tables, which have this level anyway.
    mathml = mathml.replace(' scriptlevel="0"', "")
    # Browsers, unlike TeX, would hang an index the lower, the lower its letter reaches.
    mathml = DESCENDING.sub(r'<\1><mpadded depth="0">\2</mpadded>', mathml)
    mathml = mathml.replace("<msqrt>", f"<msqrt>{STRUT}")
    # The font's prime stands raised already; a superscript would raise it twice.
    return PRIMED.sub(r'\1<mo lspace="0" rspace="0">\2</mo>', mathml)


def write_arithmetic(mathml: str) -> str | None:
    """Return a formula of numbers alone as text, as sums in sentences are; None for others.

    Parameters
    ----------
    mathml
        The formula.
    """
    if TOKEN.sub("", mathml) != "<math></math>":
        return None
    text = ""
    for kind, attributes, sign in TOKEN.findall(mathml):
        if sign == "," and not attributes:  # none between thousands and hundreds
            sign = ", "
        is_binary = kind == "o" and html.unescape(sign) in BINARY and text[-1:] not in ("", "(")
        text += f" {sign} " if is_binary and not text.endswith(" ") else sign
    return keep_together(text.replace("⋅", "·"))


def find_missing_signs(mathml: str, signs: frozenset[str]) -> list[str]:
    """Return the signs of a formula that a font lacks; invisible ones need no glyph."""
    shown = html.unescape(re.sub(r"<[^>]*>|\s", "", mathml))
    return [s for s in shown if s not in signs and unicodedata.category(s) != "Cf"]


def render_formula(self: HTML5Translator, node: nodes.Element, displaystyle: bool) -> str:
    """Return a formula's MathML, or warn with file and line and return its source."""
    tex = node.astext()
    try:
        mathml = convert_formula(tex, displaystyle)
    except LatexError as error:
        logger.warning("formula %r: %s", tex, error, location=node, type="course")
        return f"<code>{html.escape(tex)}</code>"
    font = Path(self.builder.srcdir, MATH_FONT)
    for sign in find_missing_signs(mathml, read_signs(font)):
        message = "formula %r: the math font has no sign %r"
        logger.warning(message, tex, sign, location=node, type="course")
    return make_room(mathml, read_overhangs(font))


def keep_marks(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Let no line begin with the punctuation that follows a formula."""
    for formula in list(doctree.findall(nodes.math)):
        parent = formula.parent
        place = parent.index(formula)
        after = parent[place + 1 : place + 2]
        if not after or not isinstance(after[0], nodes.Text):
            continue
        text = after[0].astext()
        rest = text.lstrip(PUNCTUATION)
        if marks := text.removesuffix(rest):
            unbroken = nodes.inline("", "", formula, nodes.Text(marks), classes=["unbroken"])
            parent[place : place + 2] = [unbroken, nodes.Text(rest)]


def visit_math(self: HTML5Translator, node: nodes.math) -> None:
    """Write a formula in the text."""
    mathml = render_formula(self, node, displaystyle=False)
    self.body.append(write_arithmetic(mathml) or mathml)
    raise nodes.SkipNode


def visit_displaymath(self: HTML5Translator, node: nodes.math_block) -> None:
    """Write a formula on a line of its own, with its number when it has one."""
    self.body.append(self.starttag(node, "div", CLASS="math"))
    if node["number"]:
        number = get_node_equation_number(self, node)
        self.body.append(f'<a class="eqno" href="#{node["ids"][0]}">({number})</a>')
    self.body.append(render_formula(self, node, displaystyle=True) + "</div>\n")
    raise nodes.SkipNode
