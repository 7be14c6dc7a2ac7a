"""The starter is packed before pages are read, with a notebook made of its script."""

import json
import zipfile

from _ext.course.starter import gather_files, make_notebook

SCRIPT = """# %% [markdown]
# # A study
# In two cells.

# %% Settings
LABEL = "kind"

# %% Read it
print(LABEL)
"""
PAGE = "# Title\n\n{download}`The starter <_build/starter.zip>`\n"


def test_notebook_has_the_script_s_cells_and_is_the_same_each_time():
    notebook = json.loads(make_notebook(SCRIPT))
    kinds = [cell["cell_type"] for cell in notebook["cells"]]
    assert kinds == ["markdown", "code", "code"]
    assert "".join(notebook["cells"][0]["source"]) == "# A study\nIn two cells."
    assert "".join(notebook["cells"][2]["source"]) == "print(LABEL)"
    assert notebook["metadata"]["kernelspec"]["name"] == "python3"
    assert make_notebook(SCRIPT) == make_notebook(SCRIPT)


def test_archive_holds_all_files_and_no_products(tmp_path):
    folder = tmp_path / "book" / "starter"
    for name in ("samples", ".venv/bin", ".ipynb_checkpoints", "__pycache__"):
        (folder / name).mkdir(parents=True)
    for name in (".venv/bin/python", ".ipynb_checkpoints/study.ipynb", "__pycache__/study.pyc"):
        (folder / name).write_bytes(b"")
    (folder / "study.py").write_text(SCRIPT, "utf-8")
    (folder / "samples" / "a.csv").write_text("kind\n", "utf-8")
    (tmp_path / "LICENSE").write_text("MIT", "utf-8")
    files = gather_files(tmp_path)
    assert set(files) == {"LICENSE", "samples/a.csv", "study.ipynb", "study.py"}


def test_page_offers_the_archive_and_follows_its_changes(make_book):
    book = make_book(PAGE)
    book.write("LICENSE", "MIT\n")
    book.write("book/starter/study.py", SCRIPT)
    book.build()
    assert book.warnings == []
    (link,) = (a["href"] for a in book.html().select("a.download"))
    with zipfile.ZipFile(book.site / link) as archive:
        assert archive.namelist() == [
            "starter/LICENSE",
            "starter/study.ipynb",
            "starter/study.py",
        ]
        assert archive.read("starter/study.py").decode() == SCRIPT

    book.build()
    assert book.written() == set()

    book.write("book/starter/study.py", SCRIPT.replace("kind", "sort"))
    book.build()
    assert book.written() == {"index"}
    with zipfile.ZipFile(book.site / link) as archive:
        assert b"sort" in archive.read("starter/study.ipynb")


def test_link_without_a_starter_is_warned_of(make_book):
    book = make_book(PAGE)
    book.write("LICENSE", "MIT\n")
    book.write("book/starter/study.py", SCRIPT)
    book.build()
    (book.root / "book" / "starter" / "study.py").unlink()
    (book.root / "book" / "starter").rmdir()
    book.write("index.md", PAGE + "\nMore.\n")
    book.build()
    assert any("_build/starter.zip" in line for line in book.warnings), book.warnings
