"""Rules on how JupyterLab saves chapters."""

from .cases import Cases, cell, check_page, each
from .test_pages import FRONT

REMEDY = "type .venv/bin/jupytext --to md:myst book/page.md"
FIGURE = """\
---
mystnb:
  figure:
    name: fig-a
    caption: CAPTION
---"""


def figure(caption: str) -> str:
    """Return a chapter whose cell draws a figure with a caption."""
    return FRONT + cell("x = 1", FIGURE.replace("CAPTION", caption))


CASES: Cases = {
    "notebooks/form": [
        (FRONT + "# A\n\n" + cell("x = 1") + "\nText.\n\n+++\n\nMore.\n", []),
        (FRONT + cell("x = 1", ":tags: [hide-input]\n"), []),
        (
            FRONT + cell("x = 1", ":tags: [hide-input]"),
            [f"10: JupyterLab would write an empty line here: {REMEDY}"],
        ),
        (
            FRONT + cell("x = 1") + "\n\n" + cell("y = 1"),
            [f"12: JupyterLab would write '```{{code-cell}} ipython3' here: {REMEDY}"],
        ),
        (
            FRONT + cell("x = 1") + "Text.\n",
            [f"11: JupyterLab would write an empty line here: {REMEDY}"],
        ),
        (
            FRONT + cell("x = 1") + "\nText.",
            [f"13: JupyterLab would write an empty line here: {REMEDY}"],
        ),
        (figure("A line of words as long as it may be, and no longer, stands in a line."), []),
        (
            figure(
                "A line of words as long as it may be, and then longer, stands in two lines."
            ),
            [
                "13: JupyterLab would write '    caption: A line of words as long as it may be, "
                f"and then longer, stands in two' here: {REMEDY}"
            ],
        ),
        (figure("'One: a line.'"), []),
        (
            figure('"One: a line."'),
            ["13: JupyterLab would write \"    caption: 'One: a line.'\" here: " + REMEDY],
        ),
        (
            FRONT.replace("Python 3 (ipykernel)", '"Python 3 (ipykernel)"') + cell("x = 1"),
            [
                f"5: JupyterLab would write '  display_name: Python 3 (ipykernel)' here: {REMEDY}"
            ],
        ),
        (
            FRONT.replace(
                "  name: python3\n  display_name: Python 3 (ipykernel)\n",
                "  display_name: Python 3 (ipykernel)\n  name: python3\n",
            )
            + cell("x = 1"),
            [f"4: JupyterLab would write '  name: python3' here: {REMEDY}"],
        ),
        # Of these, other rules speak.
        ("---\n- a\n---\n\n" + cell("x = 1"), []),
        ("# A\n\n" + cell("x = 1", ":tags: [hide-input]"), []),
        # JupyterLab opens no page without cells as a notebook.
        ("# A\n\n\n\nText.\n", []),
    ]
}


@each(CASES)
def test_rule(rule, source, expected):
    check_page(rule, source, expected)
