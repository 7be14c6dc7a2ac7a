"""Pages show the titles and numbers that others have now."""

import pytest

PAGES = {
    "one": "(one)=\n# One\n\n(part)=\n## A part\n",
    "two": "# Two\n\n{ref}`one`, {ref}`part`, {doc}`one`\n",
    "three": "# Three\n",
}


@pytest.fixture
def book(make_book):
    """Return a built book whose pages name others."""
    book = make_book("# Title\n", PAGES)
    book.build()
    return book


def test_changed_words_write_only_their_page(book):
    book.write("one.md", PAGES["one"] + "\nMore words.\n")
    book.build()
    assert book.written() == {"index", "one"}


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("# One", "# First", "First, A part, First"),
        ("# One", "# *One*", "One, A part, One"),
        ("## A part", "## All", "One, All, One"),
    ],
)
def test_new_title_is_told_on_all_pages(book, old, new, expected):
    book.write("one.md", PAGES["one"].replace(old, new, 1))
    book.build()
    assert book.written() == {"index", *PAGES}
    assert book.find("p", "two").get_text() == expected
    book.build()
    assert book.written() == set()


def test_new_number_is_told_on_all_pages(make_book):
    figure = "```{{figure}} a.svg\n:name: {0}\n\nCaption.\n```\n"
    pages = {"one": "# One\n\n" + figure.format("a"), "two": "# Two\n\n{numref}`a`\n"}
    book = make_book("# Title\n", pages)
    book.write("a.svg", '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"/>')
    book.build()
    assert book.find("p", "two").get_text() == "Fig. 1.1"
    text = "# One\n\n" + figure.format("b") + "\n" + figure.format("a")
    book.write("one.md", text)
    book.build()
    assert book.find("p", "two").get_text() == "Fig. 1.2"


def test_new_order_is_told_on_all_pages(book):
    contents = (book.root / "index.md").read_text("utf-8")
    book.write("index.md", contents.replace("one\ntwo", "two\none"))
    book.build()
    assert book.written() == {"index", *PAGES}
