"""A chapter becomes a notebook with its cells, attempts and folded solutions."""

import base64
import io
import platform
import re
from http.client import BadStatusLine

import nbformat
import pytest
from nbformat import v4
from PIL import Image
from sphinx.errors import ExtensionError
from tiny_book import NOTEBOOK_HEAD

from _ext.course.notebooks import DOTS_PER_INCH, draw_picture
from tools.book import ROOT

PLOT = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="36pt" height="18pt" viewBox="0 0 36 18">'
    '<path d="M0 0h9v18h-9z" fill="#333333"/></svg>'
)
KERNEL = {
    "kernelspec": {"name": "python3", "display_name": "Python 3"},
    "language_info": {"name": "python", "pygments_lexer": "ipython3"},
}
EXERCISE = """\
:::{{exercise-start}} By *hand*
:label: ex-{0}
:::
Add, see {{ref}}`ex-{0}`.

{1}
:::{{exercise-end}}
:::

:::{{solution-start}} ex-{0}
:label: sol-{0}
:class: dropdown
:::
Two.

```{{code-cell}} ipython3
print(1 + 1)
```

So it is.

:::{{solution-end}}
:::
"""
ATTEMPT = "```{code-cell} ipython3\n# try\n```\n"
CHAPTER = (
    NOTEBOOK_HEAD
    + """\
(ch-one)=
# One

Begin.

```{code-cell} ipython3
:tags: [remove-cell]
assert False
```

```{code-cell} ipython3
x = 1
```

Then **go on**.

## Part

```{code-cell} ipython3
:tags: [hide-input]
y = 2
```

"""
)


def make_cells(*outputs, **metadata):
    """Return a chapter that is a notebook, with a cell of these outputs."""
    cells = [v4.new_markdown_cell("# One"), v4.new_code_cell("f()", metadata=metadata)]
    cells[1].outputs = list(outputs)
    return v4.writes(v4.new_notebook(cells=cells, metadata=KERNEL))


@pytest.fixture
def convert(make_book):
    """Return a function that builds a book of one chapter, and gives it and the notebook."""

    def make(chapter: str, name: str = "one", files: dict[str, str] | None = None):
        book = make_book(pages={name: chapter})
        for path, content in (files or {}).items():
            book.write(path, content)
        book.build()
        assert book.warnings == []
        notebook = nbformat.read(book.site / "_sources" / "one.ipynb", as_version=4)
        return book, notebook

    return make


def test_notebook_is_valid_and_as_a_kernel_would_leave_it(convert):
    _, notebook = convert(CHAPTER)
    nbformat.validate(notebook)
    assert notebook.metadata.kernelspec.display_name == "Python 3 (ipykernel)"
    assert notebook.metadata.language_info.version == platform.python_version()
    assert [cell.id for cell in notebook.cells] == [f"cell-{n}" for n in range(8)]


def test_cells_stay_code_and_all_else_becomes_text(convert):
    _, notebook = convert(CHAPTER)
    assert [(cell.cell_type, cell.source) for cell in notebook.cells[2:-1]] == [
        ("markdown", "Begin."),
        ("code", "x = 1"),
        ("markdown", "Then **go on**."),
        ("markdown", "## Part"),
        ("code", "y = 2"),
    ]
    hidden = [cell.metadata.get("jupyter") for cell in notebook.cells[2:]]
    assert hidden == [None, None, None, None, {"source_hidden": True}, None]


def test_head_and_foot_say_where_it_comes_from_and_how_to_keep_it(convert):
    _, notebook = convert(CHAPTER)
    head, foot = notebook.cells[0].source, notebook.cells[-1].source
    assert head.startswith("# 1. One\n\n> **This is chapter 1 of [")
    assert "](https://owner.github.io/book/one.html), as a notebook.**" in head
    assert "Binder forgets it ten minutes after" in head
    assert "version 1.2.3" in foot
    assert "[one.md](https://github.com/owner/book/blob/main/one.md)" in foot
    assert "https://github.com/owner/book/blob/main/LICENSE" in foot


def test_link_to_a_section_of_the_page_leads_there(convert):
    _, notebook = convert(CHAPTER.replace("## Part", "See {ref}`part`.\n\n(part)=\n## Part"))
    text = "\n".join(cell.source for cell in notebook.cells)
    assert "[Part](#part)" in text
    assert '## Part\n\n<a id="part"></a>' in text


def test_exercises_keep_their_attempts_and_solutions_come_last(convert):
    text = (
        CHAPTER
        + EXERCISE.format("a", ATTEMPT)
        + EXERCISE.format("b", "")
        + "## Key points\n\nEnd.\n"
    )
    _, notebook = convert(text)
    solution = [
        (
            "### Solution to Exercise 1.{0} (By *hand*)\n\n"
            '<a id="sol-{1}"></a>[Back to the exercise](#ex-{1})'
        ),
        "Two.",
        "print(1 + 1)",
        "So it is.",
    ]
    exercise = (
        '### Exercise 1.{0} (By *hand*)\n\n<a id="ex-{1}"></a>\n\n'
        "Add, see [Exercise 1.{0}](#ex-{1})."
    )
    assert [cell.source for cell in notebook.cells[7:-1]] == [
        exercise.format(1, "a"), "# try", "[Solution](#sol-a)",
        exercise.format(2, "b"), "# your turn", "[Solution](#sol-b)",
        "## Key points\n\nEnd.",
        "## Solutions",
        *(part.format(1, "a") for part in solution),
        *(part.format(2, "b") for part in solution),
    ]  # fmt: skip
    folded = [c for c in notebook.cells if c.metadata.get("jp-MarkdownHeadingCollapsed")]
    assert [cell.source.split(" (")[0] for cell in folded] == [
        "### Solution to Exercise 1.1",
        "### Solution to Exercise 1.2",
    ]
    assert notebook.metadata.colab.collapsed_sections == [cell.id for cell in folded]


def test_outputs_of_cells_are_kept(convert):
    outputs = [
        v4.new_output("stream", text="one\ntwo\n"),
        v4.new_output("execute_result", {"text/plain": "3"}, execution_count=1),
        v4.new_output("display_data", {"text/html": "<b>4</b>", "text/plain": "4"}),
        v4.new_output("display_data", {"image/svg+xml": PLOT, "text/plain": "Figure"}),
    ]
    _, notebook = convert(make_cells(*outputs, mystnb={"image": {"alt": "A bar"}}), "one.ipynb")
    stream, plain, table, plot = next(c for c in notebook.cells if c.source == "f()").outputs
    assert (stream.output_type, stream.name, stream.text) == ("stream", "stdout", "one\ntwo\n")
    assert plain.data == {"text/plain": "3"}
    assert table.data == {"text/html": "<b>4</b>"}
    assert plot.data["text/plain"] == "A bar"
    with Image.open(io.BytesIO(base64.b64decode(plot.data["image/png"]))) as image:
        assert (image.format, image.size) == ("PNG", (75, 38))
        assert image.convert("RGB").getpixel((70, 20)) == (255, 255, 255)
        assert image.convert("RGB").getpixel((5, 20)) == (51, 51, 51)


@pytest.mark.parametrize(
    ("plot", "image", "fault"),
    [
        (PLOT, {"classes": "wide"}, "a picture without alternative text"),
        (PLOT.replace("333333", "ff00ff"), {"alt": "A bar"}, "the colour #ff00ff has no"),
        (PLOT.replace(' viewBox="0 0 36 18"', ""), {"alt": "A bar"}, "it has no viewBox"),
    ],
)
def test_picture_that_is_refused_hides_no_other_fault(make_book, plot, image, fault):
    output = v4.new_output("display_data", {"image/svg+xml": plot})
    cells = make_cells(output, mystnb={"image": image})
    book = make_book(pages={"one.ipynb": cells, "two": "# Two\n\nIt costs 3$.\n"})
    book.build()
    assert any(fault in warning for warning in book.warnings)
    assert any(warning.startswith("two.md:3: ") for warning in book.warnings)


def test_stored_pictures_have_the_size_of_those_that_a_reader_draws():
    settings = (ROOT / "book" / "matplotlibrc").read_text("utf-8")
    assert f"\nfigure.dpi: {DOTS_PER_INCH}\n" in settings


def test_picture_that_has_no_size_is_told_of_where_it_stands(make_book):
    plot = PLOT.replace('width="36pt"', 'width="0"')
    output = v4.new_output("display_data", {"image/svg+xml": plot})
    cells = make_cells(output, mystnb={"image": {"alt": "A bar"}})
    place = r"one\.ipynb:\d+: the picture cannot be drawn: .*size"
    with pytest.raises(ExtensionError, match=place):
        make_book(pages={"one.ipynb": cells}).build()


def test_figure_of_a_cell_has_its_caption_below(convert):
    figure = {"figure": {"name": "fig-a", "caption": "A *bar*."}, "image": {"alt": "A bar"}}
    output = v4.new_output("display_data", {"image/svg+xml": PLOT})
    _, notebook = convert(make_cells(output, mystnb=figure), "one.ipynb")
    assert notebook.cells[3].source == "f()"
    assert list(notebook.cells[3].outputs[0].data) == ["image/png", "text/plain"]
    assert notebook.cells[4].source == "**Fig. 1.1** A *bar*."


def test_picture_is_drawn_again_only_when_it_changes(convert, monkeypatch):
    drawn = []

    def draw(suffix, content):
        drawn.append(suffix)
        return draw_picture(suffix, content)

    def make_chapter(title, plot):
        output = v4.new_output("display_data", {"image/svg+xml": plot})
        cells = make_cells(output, mystnb={"image": {"alt": "A bar"}})
        return cells.replace("# One", f"# {title}")

    monkeypatch.setattr("_ext.course.notebooks.draw_picture", draw)
    book, first = convert(make_chapter("One", PLOT), "one.ipynb")
    book.write("one.ipynb", make_chapter("Two", PLOT))
    book.build()
    second = nbformat.read(book.site / "_sources" / "one.ipynb", as_version=4)
    assert second.cells[0].source.startswith("# 1. Two")
    assert second.cells[3] == first.cells[3]
    assert len(drawn) == 1
    book.write("one.ipynb", make_chapter("Two", PLOT.replace("333333", "000000")))
    book.build()
    assert len(drawn) == 2


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P", "L", "RGB"])
def test_pictures_stand_on_white_ground(mode):
    image = Image.new("RGBA", (2, 1), (255, 0, 0, 0))
    image.putpixel((1, 0), (0, 0, 0, 255))
    image.convert(mode).save(file := io.BytesIO(), "PNG")
    with Image.open(io.BytesIO(draw_picture(".png", file.getvalue()))) as drawn:
        assert drawn.getpixel((1, 0)) == (0, 0, 0)
        if mode in ("RGBA", "LA"):
            assert drawn.getpixel((0, 0)) == (255, 255, 255)


def run_fetch(notebook, monkeypatch, tmp_path, answer):
    """Run the cell that fetches files, in an empty folder, and return what it asked for."""
    asked = []

    class Answer:
        def read(self):
            return asked[-1].encode()

    def urlopen(address, timeout):
        asked.append(address)
        return answer() or Answer()

    folder = tmp_path / "empty" / "book"
    folder.mkdir(parents=True)
    monkeypatch.chdir(folder)
    monkeypatch.setattr("urllib.request.urlopen", urlopen)
    exec(notebook.cells[1].source, {})
    return asked


def test_missing_files_are_fetched_from_the_branch_of_notebooks(convert, monkeypatch, tmp_path):
    _, notebook = convert(
        CHAPTER + "```{code-cell} ipython3\n# data/cells\n```\n",
        files={"data/cells/t.csv": "1"},
    )
    assert notebook.cells[1].metadata.jupyter.source_hidden
    asked = run_fetch(notebook, monkeypatch, tmp_path, lambda: None)
    course = "https://github.com/owner/book/raw/notebooks/"
    assert asked == [f"{course}book/matplotlibrc", f"{course}data/cells/t.csv"]
    assert (tmp_path / "empty/book/matplotlibrc").read_text() == asked[0]
    assert (tmp_path / "empty/data/cells/t.csv").read_text() == asked[1]
    exec(notebook.cells[1].source, {})
    assert len(asked) == 2, "what is there is not fetched again"


@pytest.mark.parametrize("error", [OSError("no network"), BadStatusLine("no network")])
def test_files_that_cannot_be_fetched_are_named(convert, monkeypatch, tmp_path, capsys, error):
    def refuse():
        raise error

    _, notebook = convert(CHAPTER)
    run_fetch(notebook, monkeypatch, tmp_path, refuse)
    assert capsys.readouterr().out == (
        "matplotlibrc is missing and cannot be fetched: no network. "
        "You find it at https://github.com/owner/book/tree/notebooks\n"
    )
    assert list((tmp_path / "empty/book").iterdir()) == []


def test_pages_without_cells_or_number_have_no_notebook(build_book):
    book = build_book(CHAPTER.replace("# One", "# Start"), {"two": "# Two\n\nWords.\n"})
    assert list((book.site / "_sources").rglob("*.ipynb")) == []


def test_chapter_that_loses_its_cells_loses_its_notebook(convert):
    book, _ = convert(CHAPTER)
    book.write("one.md", "# One\n\nWords.\n")
    book.build()
    assert list((book.site / "_sources").rglob("*.ipynb")) == []


def test_page_with_what_notebooks_cannot_show_is_refused_with_its_line(make_book):
    book = make_book(pages={"one": CHAPTER + "```{line-block}\nA verse.\n```\n"})
    with pytest.raises(ExtensionError, match=r"one\.md:34: a notebook has no form for <"):
        book.build()


def test_notebook_is_the_same_in_each_build(convert):
    book, _ = convert(CHAPTER + EXERCISE.format("a", ""))
    path = book.site / "_sources" / "one.ipynb"
    before = path.read_bytes()
    path.unlink()
    book.write("one.md", (book.root / "one.md").read_text())
    (book.root / "one.md").touch()
    book.build()
    assert path.read_bytes() == before
    assert not re.search(rb"\{[a-z:-]+\}`|:::|```\{", before)
