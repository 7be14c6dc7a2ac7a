"""Functions of `_ext/course`, each by itself."""

import pytest
from docutils import nodes
from docutils.core import publish_doctree

from course import glossary, pictures, writing
from course.notebooks import Notebook


@pytest.mark.parametrize(
    ("tag", "size"),
    [
        ('<svg width="72pt" height="1in" viewBox="0 0 96 48">', [96, 96]),
        ('<svg viewBox="0 0 40 20">', [40, 20]),
    ],
)
def test_drawing_has_the_size_that_browsers_give_it(tag, size, tmp_path):
    drawing = tmp_path / "drawing.svg"
    drawing.write_text(f"<?xml?>\n{tag}<g/></svg>")
    assert pictures.measure(drawing) == size


def test_only_running_text_is_linked_to_the_glossary():
    document = publish_doctree("A *neuron* and a **layer**, ``code``\n\nTitle\n=====\n")
    linked = [text.astext() for text in glossary.find_running_text(document)]
    assert linked == ["A ", "neuron", " and a ", ", "]


def test_code_that_does_not_end_is_named():
    with pytest.raises(ValueError, match="the solution does not end"):
        writing.try_out("the solution", "while True:\n    pass", "", seconds=0.1)


def write_markdown(text):
    """Return the Markdown that a notebook has for some reStructuredText."""
    notebook = Notebook("", "https://site/", "book/page", {}, publish_doctree(text))
    return "\n\n".join(cell.source for cell in notebook.cells)


@pytest.mark.parametrize(
    ("text", "markdown"),
    [
        ("*a* **b** ``c``", "*a* **b** `c`"),
        ("2 * 3 < 7", r"2 \* 3 \< 7"),
        ("- one\n- two\n\n  more", "- one\n- two\n\n  more"),
        ("1. one\n2. two", "1. one\n2. two"),
        (":math:`x_1`", "$x_1$"),
        (".. note:: Look.", "> **Note**\n>\n> Look."),
        ("`here <other.html#x>`_", "[here](https://site/book/other.html#x)"),
        ("==  ==\na   b\n==  ==\n1   2\n==  ==", "| a | b |\n| --- | --- |\n| 1 | 2 |"),
    ],
)
def test_notebook_says_in_markdown_what_the_page_says(text, markdown):
    assert write_markdown(text) == markdown


def test_notebook_warns_of_a_part_that_it_does_not_know(caplog):
    class quiz(nodes.General, nodes.Element):
        pass

    document = publish_doctree("Text")
    document += quiz("", nodes.paragraph("", "Is it so?"))
    notebook = Notebook("", "https://site/", "book/page", {}, document)
    assert "Is it so?" in notebook.cells[0].source
    assert "only the text of quiz" in caplog.text
