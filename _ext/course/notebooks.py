"""Let a page's notebook, which the theme offers for download, be the same in each build."""

from pathlib import Path
from typing import Any

import nbformat
from docutils import nodes
from sphinx.application import Sphinx


def number_cells(
    app: Sphinx,
    pagename: str,
    templatename: str,
    context: dict[str, Any],
    doctree: nodes.document | None,
) -> None:
    """Name the cells of a page's notebook by their order, not by chance as nbformat does."""
    path = Path(app.outdir, "_sources", f"{pagename}.ipynb")
    if path.exists():
        notebook = nbformat.read(path, as_version=nbformat.NO_CONVERT)
        for number, cell in enumerate(notebook.cells):
            cell.id = f"cell-{number}"
        nbformat.write(notebook, path)
