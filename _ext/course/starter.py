"""Pack the starter: the folder with which a reader begins a study of their own.

The chapter links the archive, which is made before the pages are read. Its notebook is made
from its script, so that there is one source of both.
"""

import re
from pathlib import Path

import jupytext
import nbformat
from sphinx.application import Sphinx

from .archives import pack_folder
from .notebooks import KERNEL

FOLDER = "book/starter"
SCRIPT = "study.py"
ARCHIVE = "_build/starter.zip"
NAME = "starter"
LICENCE = "LICENSE"
# What its programs write: environments, copies of notebooks, compiled modules.
WRITTEN = re.compile(r"(^|/)(\.|__pycache__/)")


def make_notebook(script: str) -> str:
    """Return a script, in the format "percent", as a notebook; the same gives the same.

    Parameters
    ----------
    script
        Its text, with a line `# %%` before each cell.
    """
    notebook = jupytext.reads(script, fmt="py:percent")
    notebook.metadata = nbformat.from_dict(KERNEL)
    for number, cell in enumerate(notebook.cells):
        cell.id = f"cell-{number}"
        cell.metadata = nbformat.from_dict({})
    nbformat.validate(notebook)
    return nbformat.writes(notebook) + "\n"


def gather_files(root: Path) -> dict[str, bytes]:
    """Return the files of the starter by their names, with the notebook and the licence.

    Parameters
    ----------
    root
        The book's folder.

    Raises
    ------
    FileNotFoundError
        When the script or the licence is missing.
    """
    folder = root / FOLDER
    files = {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not WRITTEN.search(path.relative_to(folder).as_posix())
    }
    notebook = make_notebook((folder / SCRIPT).read_text("utf-8"))
    files[SCRIPT.replace(".py", ".ipynb")] = notebook.encode()
    files[LICENCE] = (root / LICENCE).read_bytes()
    return files


def pack_starter(app: Sphinx) -> None:
    """Write the archive, unless it is there as it should be; without a folder there is none.

    Since a page that links the archive is read again when the file has changed, an archive
    that says the same is left alone.
    """
    root = Path(app.srcdir)
    target = root / ARCHIVE
    if not (root / FOLDER).is_dir():
        target.unlink(missing_ok=True)
        return
    content = pack_folder(NAME, gather_files(root))
    if not target.exists() or target.read_bytes() != content:
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
