"""Formulas as MathML, which browsers draw by themselves."""

import re

from docutils import nodes
from math_core import LatexError, LatexToMathML
from sphinx.util import logging
from sphinx.util.math import get_node_equation_number

logger = logging.getLogger(__name__)
to_mathml = LatexToMathML(fancy_error=False).convert_with_local_state


def keep_punctuation(app, doctree, docname):
    """Keep a comma or full stop on the line of the formula before it."""
    for formula in list(doctree.findall(nodes.math)):
        parent = formula.parent
        place = parent.index(formula)
        after = formula.next_node(descend=False, siblings=True)
        if isinstance(after, nodes.Text) and after[:1] in tuple(".,;:!?)"):
            sign, rest = nodes.Text(after[0]), nodes.Text(after[1:])
            together = nodes.inline("", "", formula, sign, classes=["unbroken"])
            parent[place : place + 2] = [together, rest]


def render(node, display):
    """Return the MathML of a formula, and warn of one that is broken."""
    try:
        mathml = to_mathml(node.astext(), displaystyle=display)
    except LatexError as error:
        logger.warning("formula %r: %s", node.astext(), error, location=node)
        return ""
    # `scriptlevel` is of the whole of MathML and not of the part that browsers share.
    return re.sub(r' scriptlevel="[^"]*"', "", mathml)


def visit_math(self, node):
    self.body.append(render(node, display=False))
    raise nodes.SkipNode


def visit_displaymath(self, node):
    self.body.append(self.starttag({}, "div", CLASS="math"))
    self.body.append(render(node, display=True))
    if node["number"]:
        number = get_node_equation_number(self, node)
        self.body.append(f'<a class="eqno" href="#{node["ids"][0]}">({number})</a>')
    self.body.append("</div>\n")
    raise nodes.SkipNode


def setup(app):
    displaymath = (visit_displaymath, None)
    app.add_html_math_renderer("mathml", (visit_math, None), displaymath)
    app.connect("doctree-resolved", keep_punctuation)
