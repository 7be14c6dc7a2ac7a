"""Labs stand in a page around the picture that readers have elsewhere."""

import nbformat
import pytest
from tiny_book import NOTEBOOK_HEAD

PICTURE = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 2 1" aria-labelledby="a b">'
    '<title id="a">A</title><desc id="b">A ball.</desc></svg>\n'
)
LAB = """\
:::{lab} ball
:name: lab-ball
:image: images/ball.svg
:alt: A ball that falls.
:state: w=1&b="2"
:load: touch

Let the *ball* fall.
It has no weight.
:::
"""
PAGE = f"# Title\n\nSee {{numref}}`lab-ball` and {{lab}}`a fall <lab-ball?w=-1&b=2>`.\n\n{LAB}"


@pytest.fixture
def build(make_book):
    """Return a function that builds a book with a picture for the lab."""

    def build_pages(text, pages=None):
        book = make_book(text, pages)
        book.write("images/ball.svg", PICTURE)
        book.write("_static/labs/loader.mjs", "")
        book.build()
        return book

    return build_pages


def test_lab_is_a_numbered_figure_around_its_picture(build):
    book = build(PAGE)
    assert not book.warnings
    figure = book.find("figure.lab")
    assert figure["id"] == "lab-ball"
    element = figure.find("ball-lab")
    assert element.attrs == {"data-load": "touch", "data-state": 'w=1&b="2"'}
    assert element.svg["aria-label"] == "A ball that falls."
    assert not element.find("figcaption")
    words = "Fig. 1 Let the ball fall. It has no weight."
    assert book.text("figure.lab > figcaption p").startswith(words)
    assert book.find("a.reference:-soup-contains('Fig. 1')")["href"] == "#lab-ball"


def test_link_sets_the_lab_also_from_another_page(build):
    other = "# Other\n\n{lab}`A fall <lab-ball?w=-1&b=2>`\n"
    book = build(PAGE, {"other": other})
    link = book.find("a:-soup-contains('a fall')")
    assert link["href"] == "#lab-ball?w=-1&b=2"
    assert "target" not in link.attrs
    assert book.find("p a", "other")["href"] == "index.html#lab-ball?w=-1&b=2"


def test_link_to_no_lab_is_refused(build):
    book = build("# Title\n\n{lab}`A fall <lab-bal?w=1>`\n")
    assert book.warnings == ["index.md:3: WARNING: there is no lab 'lab-bal' [course.lab]"]


@pytest.mark.parametrize(
    ("line", "missing"),
    [
        (":name: lab-ball\n", ":name:"),
        (":image: images/ball.svg\n", ":image:"),
        (":alt: A ball that falls.\n", ":alt:"),
        ("\nLet the *ball* fall.\nIt has no weight.\n", "a caption"),
    ],
)
def test_lab_without_a_part_is_refused(build, line, missing):
    book = build("# Title\n\n" + LAB.replace(line, ""))
    assert f"a lab without {missing} [" in book.warnings[0]


def test_only_pages_with_labs_load_anything_for_them(build):
    book = build(PAGE, {"other": "# Other\n"})
    (script,) = book.html().select("script[src*=labs]")
    assert script["src"].startswith("_static/labs/loader.mjs")
    assert script["type"] == "module"
    assert "labs" not in (book.site / "other.html").read_text("utf-8")


def test_page_without_a_lab_is_the_same_byte_for_byte_beside_one_that_has_one(build):
    pages = {"other": "# Other\n\nWords.\n"}
    book = build("# Title\n", pages)
    page = book.site / "other.html"
    alone = page.read_bytes()
    page.unlink()
    build(PAGE, pages)
    assert page.read_bytes() == alone


def test_style_sheets_of_labs_are_kept_off_the_pages(make_book):
    book = make_book(PAGE, html_css_files=["style.css", "labs/ball.css"])
    book.write("images/ball.svg", PICTURE)
    book.write("_static/style.css", "p { color: var(--a); --a: red; --b: red; --c: red; }")
    book.write("_static/labs/ball.css", ".ball { color: var(--b); }")
    book.write("_static/labs/ball.mjs", 'read("--c"); // .purple')
    book.build()
    assert "style.css" in str(book.html().head)
    assert "ball.css" not in str(book.html().head)
    assert (book.site / "_static/labs/ball.css").read_text("utf-8").startswith(".ball { ")
    assert all(f"--{name}" in (book.site / "_static/style.css").read_text() for name in "bc")


def test_notebook_has_the_picture_its_caption_and_a_link_to_the_lab(build):
    cell = "\n```{code-cell} ipython3\n1\n```\n"
    text = PAGE.replace("images/", "../images/").replace("# Title", "# One")
    book = build("# Title\n", {"book/one": NOTEBOOK_HEAD + text + cell})
    notebook = nbformat.read(book.site / "_sources/book/one.ipynb", 4)
    source = "\n\n".join(part.source for part in notebook.cells)
    site = "https://owner.github.io/book/"
    page = f"{site}book/one.html#lab-ball"
    assert f"[a fall]({page}?w=-1&b=2)" in source
    picture = f"![A ball that falls.]({site}_images/ball.svg)"
    note = f"[On the site you can play with this figure]({page})."
    caption = '<a id="lab-ball"></a>**Fig. 1.1** Let the *ball* fall. It has no weight.'
    assert f"{picture}\n\n{note}\n\n{caption}" in source
