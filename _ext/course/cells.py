"""Where the cells of a chapter stand in its file."""

from pathlib import Path

from myst_nb.core.read import read_myst_markdown_notebook


def read_cells(path):
    """Return the line and the code of each cell of a chapter."""
    text = Path(path).read_text("utf-8")
    book, cells = read_myst_markdown_notebook(text, add_source_map=True), []
    for cell, start in zip(book.cells, book.metadata["source_map"], strict=True):
        if cell.cell_type == "code":
            head = "".join(text.splitlines(keepends=True)[: start - 1])
            code = text.index(cell.source, len(head))
            cells.append((text.count("\n", 0, code) + 1, cell.source))
    return cells


def find_line(path, code):
    """Return the line of a chapter in which the code of one of its cells begins."""
    lines = [line for line, cell in read_cells(path) if cell.strip() == code.strip()]
    return lines[0] if lines else 1
