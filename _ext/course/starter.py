"""Pack the starter: the folder with which a reader begins a study of their own.

The chapter links the archive, which is made before the pages are read. Its notebook is made
from its script, so that there is one source of both.
"""

import io
import zipfile
from pathlib import Path

import jupytext
import nbformat
from sphinx.application import Sphinx

FOLDER = "book/starter"
SCRIPT = "study.py"
ARCHIVE = "_build/starter.zip"
NAME = "starter"
LICENCE = "LICENSE"
# So that the archive says what is in it, and not when and on which system it was packed.
DATE = (2000, 1, 1, 0, 0, 0)
UNIX = 3
KERNEL = {
    "kernelspec": {
        "display_name": "Python 3 (ipykernel)",
        "language": "python",
        "name": "python3",
    }
}


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
    """
    folder = root / FOLDER
    files = {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and "__pycache__" not in path.parts
    }
    if SCRIPT in files:
        notebook = make_notebook(files[SCRIPT].decode("utf-8"))
        files[SCRIPT.replace(".py", ".ipynb")] = notebook.encode()
    if (root / LICENCE).is_file():
        files[LICENCE] = (root / LICENCE).read_bytes()
    return files


def pack(files: dict[str, bytes]) -> bytes:
    """Return an archive of one folder; the same files give the same bytes."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in sorted(files.items()):
            entry = zipfile.ZipInfo(f"{NAME}/{name}", DATE)
            entry.create_system = UNIX
            entry.external_attr = 0o100644 << 16
            archive.writestr(entry, content, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


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
    content = pack(gather_files(root))
    if not target.exists() or target.read_bytes() != content:
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
