"""The starter as one zip, with a notebook of its script."""

import shutil
from pathlib import Path

from nbformat import v4

from course.notebooks import write_notebook


def read_cells(script):
    """Return the cells of a script, which begin with `# %%` and their title."""
    cells = []
    for part in script.split("# %%")[1:]:
        title, _, body = part.strip().partition("\n")
        if title == "[markdown]":
            lines = [line.removeprefix("#").strip() for line in body.split("\n")]
            cells.append(v4.new_markdown_cell("\n".join(lines)))
        else:
            cells.append(v4.new_markdown_cell(f"## {title}"))
            cells.append(v4.new_code_cell(body.strip()))
    return cells


def pack(app):
    """Pack the folder with which readers begin a study of their own."""
    build = Path(app.srcdir, "_build")
    folder = build / "packed" / "starter"
    shutil.rmtree(folder, ignore_errors=True)
    ignored = shutil.ignore_patterns("__pycache__", "results")
    shutil.copytree(Path(app.srcdir, "book", "starter"), folder, ignore=ignored)
    script = (folder / "study.py").read_text("utf-8")
    write_notebook(read_cells(script), folder / "study.ipynb")
    shutil.make_archive(str(build / "starter"), "zip", folder.parent, "starter")


def setup(app):
    app.connect("builder-inited", pack)
