"""The notebook of a page is the same in each build."""

import json
from types import SimpleNamespace

import nbformat

from _ext.course.notebooks import clean_notebook

CELLS = [
    {"cell_type": "markdown", "id": "x7Gh", "metadata": {}, "source": "# Ä"},
    {
        "cell_type": "code",
        "id": "y9Kl",
        "metadata": {},
        "source": "1",
        "outputs": [{"output_type": "stream", "name": "stdout", "text": "1"}],
        "execution_count": 3,
    },
]
NOTEBOOK = {"cells": CELLS, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}


def test_cells_are_named_by_their_order_and_have_no_outputs(tmp_path):
    path = tmp_path / "_sources" / "book" / "a.ipynb"
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps(NOTEBOOK))
    clean_notebook(SimpleNamespace(outdir=tmp_path), "book/a", "page.html", {}, None)
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    assert [cell.id for cell in notebook.cells] == ["cell-0", "cell-1"]
    assert [cell.source for cell in notebook.cells] == ["# Ä", "1"]
    assert (notebook.cells[1].outputs, notebook.cells[1].execution_count) == ([], None)


def test_page_without_a_notebook_is_left_alone(tmp_path):
    clean_notebook(SimpleNamespace(outdir=tmp_path), "book/a", "page.html", {}, None)
    assert list(tmp_path.iterdir()) == []


def test_notebook_that_the_theme_offers_has_its_cells_numbered(make_book):
    book = make_book()

    def offer(app, pagename, *_: object) -> None:
        path = book.site / "_sources" / f"{pagename}.ipynb"
        path.parent.mkdir(exist_ok=True)
        path.write_text(json.dumps(NOTEBOOK))

    book.build(lambda app: app.connect("html-page-context", offer))
    notebook = nbformat.read(book.site / "_sources" / "index.ipynb", as_version=4)
    assert [cell.id for cell in notebook.cells] == ["cell-0", "cell-1"]
