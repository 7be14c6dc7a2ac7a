"""The style sheet and the templates."""

import re

from ..draft import Draft, Place
from .catalogue import refused_by

SHEET = "_static/style.css"
BROWSER = "tests/test_browser.py"


@refused_by("lint", r"\}|brace|block|closed")
def brace_lost_in_the_style_sheet(draft: Draft) -> list[Place]:
    """The brace that closes a rule is lost; that of a block around it then seems to be."""
    lines = draft.lines(SHEET)
    line = draft.pick(n for n, text in enumerate(lines, 1) if text.strip() == "}")
    first = next(n for n in range(line, 0, -1) if lines[n - 1].endswith("{"))
    around = [
        n
        for n in range(1, first)
        if lines[n - 1].endswith("{")
        and measure_indent(lines[n - 1]) < measure_indent(lines[first - 1])
    ]
    draft.cut(SHEET, line, line)
    return [Place(SHEET, first, line + 2), *(Place(SHEET, n, n) for n in around[-1:])]


def measure_indent(text: str) -> int:
    """Return how many spaces a line begins with."""
    return len(text) - len(text.lstrip())


@refused_by("lint", "property|unknown|colour|widht|marign|font-wieght|paddding")
def misspelt_property(draft: Draft) -> Place:
    """The name of a property is misspelt."""
    wrong = {"color:": "colour:", "width:": "widht:", "margin": "marign"}
    wrong |= {"font-weight:": "font-wieght:", "padding": "paddding"}
    name = draft.pick(wrong)
    lines = enumerate(draft.lines(SHEET), 1)
    line = draft.pick(n for n, text in lines if text.startswith(f"  {name}"))
    return draft.change(SHEET, line, lambda text: text.replace(name, wrong[name], 1))


@refused_by("lint", "--|variable|custom property|unknown")
def misspelt_variable(draft: Draft) -> Place:
    """A rule asks for a variable that nothing sets."""
    lines = enumerate(draft.lines(SHEET), 1)
    line = draft.pick(number for number, text in lines if "var(--" in text)
    return draft.change(SHEET, line, lambda text: re.sub(r"var\(--(\w)", r"var(--\1\1", text))


@refused_by("lint", "colour|palette|literal|#")
def colour_outside_of_the_palette(draft: Draft) -> Place:
    """A rule has a colour of its own."""
    lines = draft.lines(SHEET)
    line = draft.pick(
        n for n, text in enumerate(lines, 1) if n > 120 and re.match(r"[.\w].* \{$", text)
    )
    return draft.insert(SHEET, line + 1, f"  color: {draft.pick(['#ff00aa', 'hotpink'])};")


@refused_by("lint", "host|request|http")
def font_of_another_host(draft: Draft) -> Place:
    """The style sheet loads a font from elsewhere."""
    rule = '@import url("https://fonts.googleapis.com/css2?family=Inter");'
    return draft.insert(SHEET, 1, rule)


@refused_by("tests", "FAILED .*formulas_are_visible", BROWSER, "-k", "formulas_are_visible")
def formulas_hidden(draft: Draft) -> Place:
    """A rule hides every formula."""
    rule = draft.pick(["display: none", "visibility: hidden", "opacity: 0", "font-size: 0"])
    lines = draft.lines(SHEET)
    return draft.insert(SHEET, len(lines), f"\nmath {{\n  {rule};\n}}")


@refused_by("tests", "FAILED .*leads_home", BROWSER, "-k", "leads_home")
def home_link_removed(draft: Draft) -> Place:
    """The side bar no longer leads to the first page."""
    return draft.swap("_templates/home.html", ' href="{{ pathto(root_doc) }}"', "")


@refused_by("build", "template|endblock|syntax|layout.html")
def template_that_does_not_parse(draft: Draft) -> Place:
    """A block of a template is not closed."""
    lines = enumerate(draft.lines("_templates/layout.html"), 1)
    line = draft.pick(n for n, text in lines if text.strip() == "{% endblock %}")
    draft.cut("_templates/layout.html", line, line)
    return Place("_templates/layout.html")
