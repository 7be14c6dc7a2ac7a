"""Write formulas as MathML when the book is built, with no script in the page."""

import html
import re
import unicodedata
from pathlib import Path

from docutils import nodes
from fontTools.ttLib import TTFont
from math_core import LatexError, LatexToMathML
from sphinx.application import Sphinx
from sphinx.util import logging
from sphinx.util.math import get_node_equation_number

logger = logging.getLogger(__name__)
converter = LatexToMathML(fancy_error=False)
FONT = Path(__file__).parents[2] / "_static" / "fonts" / "latin-modern-math.woff2"
PUNCTUATION = ".,;:!?)”"
PRIMED = re.compile("<msup>(<mi>[^<]*</mi>)<mo>(′+)</mo></msup>")
in_font = TTFont(FONT).getBestCmap()


def convert(node: nodes.Element, displaystyle: bool) -> str:
    """Return a formula's MathML, or warn with file and line and return its source."""
    tex = node.astext()
    try:
        mathml = converter.convert_with_local_state(tex, displaystyle=displaystyle)
    except LatexError as error:
        logger.warning("formula %r: %s", tex, error, location=node, type="mathml")
        return f"<code>{nodes.Text(tex)}</code>"
    # The font's prime stands raised already; a superscript would raise it twice.
    mathml = PRIMED.sub(r'\1<mo lspace="0" rspace="0">\2</mo>', mathml)
    for sign in html.unescape(re.sub(r"<[^>]*>|\s", "", mathml)):
        # Invisible signs, such as that of a function's application, need no glyph.
        if ord(sign) not in in_font and unicodedata.category(sign) != "Cf":
            message = "formula %r: the math font has no sign %r"
            logger.warning(message, tex, sign, location=node, type="mathml")
    return mathml


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


def visit_math(self, node: nodes.math) -> None:
    self.body.append(convert(node, displaystyle=False))
    raise nodes.SkipNode


def visit_displaymath(self, node: nodes.math_block) -> None:
    self.body.append(self.starttag(node, "div", CLASS="math"))
    if node["number"]:
        number = get_node_equation_number(self, node)
        self.body.append(f'<a class="eqno" href="#{node["ids"][0]}">({number})</a>')
    self.body.append(convert(node, displaystyle=True) + "</div>\n")
    raise nodes.SkipNode


def setup(app: Sphinx) -> dict:
    app.add_html_math_renderer("mathml", (visit_math, None), (visit_displaymath, None))
    app.connect("doctree-resolved", keep_marks)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
