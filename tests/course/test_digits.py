"""The digit lab gets what its chapter has packed, or the build says at the lab what lacks."""

import base64
import json

import pytest

LAB = """\
# Title

See {{numref}}`lab-digits`.

:::{{lab}} {}
:name: lab-digits
:image: images/lab.svg
:alt: A lab.

A lab.
:::
"""
PICTURE = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 2 1" aria-labelledby="a">'
    '<desc id="a">A lab.</desc></svg>\n'
)
GLUED = "_build/jupyter_execute/book/mnist.glue.json"
SAMPLE = "index.md:5: WARNING: the digit lab has no network: no cell of book/mnist.md glues {}"


def pack(**contents: bytes) -> str:
    """Return what MyST-NB keeps of glued texts."""
    return json.dumps(
        {
            key: {"data": {"text/plain": repr(base64.b64encode(content).decode())}}
            for key, content in contents.items()
        }
    )


@pytest.fixture
def book(make_book):
    """A book with the digit lab, whose chapter has glued what it needs."""
    book = make_book(LAB.format("digits"))
    book.write("images/lab.svg", PICTURE)
    book.write("_static/labs/loader.mjs", "")
    book.write(GLUED, pack(mnist_network=b"weights", mnist_sample=b"images"))
    return book


def test_network_and_sample_are_written_beside_the_lab(book):
    book.build()
    assert book.warnings == []
    labs = book.site / "_static" / "labs"
    assert (labs / "digits.bin.gz").read_bytes() == b"weights"
    assert (labs / "digits-sample.bin.gz").read_bytes() == b"images"


def test_another_network_is_written_though_no_page_has_changed(book):
    book.build()
    book.write(GLUED, pack(mnist_network=b"others", mnist_sample=b"images"))
    book.build()
    assert (book.site / "_static" / "labs" / "digits.bin.gz").read_bytes() == b"others"


@pytest.mark.parametrize("content", ["{}", pack(mnist_network=b""), None])
def test_missing_network_is_told_at_the_lab(book, content):
    if content is None:
        (book.root / GLUED).unlink()
    else:
        book.write(GLUED, content)
    book.build()
    found = sorted(line.partition(", in base64")[0] for line in book.warnings)
    assert found == [SAMPLE.format("mnist_network"), SAMPLE.format("mnist_sample")]


def test_what_is_no_base64_is_told(book):
    glued = {"mnist_network": {"data": {"text/plain": "'§'"}}, "mnist_sample": {"data": {}}}
    book.write(GLUED, json.dumps(glued))
    book.build()
    assert len(book.warnings) == 2


def test_book_without_the_lab_needs_no_network(book):
    book.write("index.md", LAB.format("ball"))
    (book.root / GLUED).unlink()
    book.build()
    assert book.warnings == []
    assert not list(book.site.rglob("*.gz"))
    book.write("index.md", LAB.format("digits"))
    book.build()
    assert len(book.warnings) == 2
    book.write("index.md", "# Title\n")
    book.build()
    assert book.warnings == []
