"""Notebooks: chapters stand as JupyterLab saves them, so that a diff shows edits alone."""

from collections.abc import Iterator
from itertools import zip_longest

import jupytext
from jupytext.config import load_jupytext_configuration_file

from tools.book import ROOT, Page
from tools.lint.finding import Finding
from tools.lint.rule import rule
from tools.lint.rules.pages import FRONT_MATTER, differences

FORMAT = "md:myst"
CONFIGURATION = load_jupytext_configuration_file(str(ROOT / "pyproject.toml"))


@rule
def form(page: Page) -> Iterator[Finding]:
    """A page with code stands as JupyterLab saves it, line breaks and quotes included."""
    if not page.cells or list(differences(page.front_matter.data, FRONT_MATTER)):
        return
    notebook = jupytext.reads(page.text, FORMAT, config=CONFIGURATION)
    # JupyterLab enters the kernel that runs.
    notebook.metadata["kernelspec"] = FRONT_MATTER["kernelspec"]
    saved = jupytext.writes(notebook, FORMAT, config=CONFIGURATION)
    lines = zip_longest(page.text.split("\n"), saved.split("\n"))
    for number, (line, saved_line) in enumerate(lines, 1):
        if line != saved_line:
            wanted = repr(saved_line) if saved_line else "an empty line"
            fault = f"JupyterLab would write {wanted} here"
            remedy = f"type .venv/bin/jupytext --to {FORMAT} {page.file}"
            yield Finding(page.file, number, fault, remedy)
            return
