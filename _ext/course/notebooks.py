"""Let a page's notebook, which the theme offers for download, be the same in each build."""

from pathlib import Path
from typing import Any

import nbformat
from docutils import nodes
from sphinx.application import Sphinx


def clean_notebook(
    app: Sphinx,
    pagename: str,
    templatename: str,
    context: dict[str, Any],
    doctree: nodes.document | None,
) -> None:
    """Leave outputs out of a page's notebook, and name its cells by their order.

    MyST-NB leaves them out where they come from the cache, and nbformat names cells by chance.
    """
    path = Path(app.outdir, "_sources", f"{pagename}.ipynb")
    if path.exists():
        notebook = nbformat.read(path, as_version=nbformat.NO_CONVERT)
        for number, cell in enumerate(notebook.cells):
            cell.id = f"cell-{number}"
            if cell.cell_type == "code":
                cell.outputs, cell.execution_count = [], None
        notebook.metadata.pop("language_info", None)  # which only a kernel that ran has told
        nbformat.write(notebook, path)
