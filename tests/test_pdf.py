"""What is printed says what the pages say, and is printed again only when they change."""

import io
import re
from collections.abc import Callable
from pathlib import Path

import pypdfium2
import pytest
from bs4 import BeautifulSoup, Tag
from PIL import Image
from playwright.sync_api import Page, Playwright, expect
from pypdf import PdfReader, PdfWriter
from pypdf.generic import Destination, Fit

from built_site import read_page
from tools import pdf
from tools.book import ROOT, Book

COURSE = ROOT / "_build" / "html" / pdf.COURSE
CHAPTERS = Book().contents[1:]
PAGE = """\
<!DOCTYPE html>
<html lang="en">
<head>
<link rel="canonical" href="https://example.org/course/{name}.html">
<link rel="stylesheet" href="{up}_static/style.css">
</head>
<body>
<article>
<h1>{title}<a class="headerlink" href="#">#</a></h1>
<p id="here">{text}</p>
<p><a href="#here">here</a> <a href="{up}book/one.html#here">there</a></p>
<h2>Exercises</h2>
<details><summary>A solution</summary><p>of {title}</p></details>
<h2>Key points</h2>
</article>
</body>
</html>
"""


def write_page(root: Path, name: str, title: str, text: str = "") -> None:
    """Write a page of the small site."""
    path = root / "_build" / "html" / f"{name}.html"
    path.parent.mkdir(parents=True, exist_ok=True)
    up = "../" * name.count("/")
    path.write_text(PAGE.format(name=name, title=title, text=text, up=up), "utf-8")


@pytest.fixture
def small_site(tmp_path: Path) -> pdf.Site:
    """A site of a landing page and two chapters, as the build leaves it."""
    (tmp_path / "book").mkdir()
    (tmp_path / "references.bib").write_text("")
    (tmp_path / "_config.yml").write_text("title: A & B\nauthor: those who wrote it\n")
    write_contents(tmp_path, "book/one", "book/two")
    for name, title in {"index": "Start", "book/one": "1. One", "book/two": "2. Two"}.items():
        (tmp_path / f"{name}.md").write_text(f"# {title}\n")
        write_page(tmp_path, name, title)
    write_page(tmp_path, "index", "Start", '<ul class="digits"><li>7</li></ul>')
    static = tmp_path / "_build" / "html" / "_static"
    static.mkdir()
    (static / "style.css").write_text("p { color: black; }")
    (static / "icon.svg").write_text('<svg xmlns="http://www.w3.org/2000/svg"/>')
    for font in re.findall(r'url\("_static/([^"]+)"\)', pdf.STYLE.read_text("utf-8")):
        (static / font).parent.mkdir(exist_ok=True)
        (static / font).write_bytes((ROOT / "_static" / font).read_bytes())
    return pdf.Site(tmp_path)


def write_contents(root: Path, *names: str) -> None:
    """Write a `_toc.yml` that lists these pages below the landing page."""
    chapters = "".join(f"      - file: {name}\n" for name in names)
    (root / "_toc.yml").write_text(
        f"format: jb-book\nroot: index\nparts:\n  - caption: A\n    chapters:\n{chapters}"
    )


@pytest.fixture
def printed(
    playwright: Playwright, capsys: pytest.CaptureFixture[str]
) -> Callable[[pdf.Site], list[str]]:
    """Return a function that prints a site, and returns the names of the files written."""

    def write_all(site: pdf.Site) -> list[str]:
        pdf.write_all(playwright, pdf.Site(site.root))
        return re.findall(r"^printing .*: (.*)$", capsys.readouterr().out, re.MULTILINE)

    return write_all


def list_bookmarks(reader: PdfReader, entries: list | None = None) -> list[Destination]:
    """Return a PDF's bookmarks in their order."""
    found = []
    for entry in reader.outline if entries is None else entries:
        found += list_bookmarks(reader, entry) if isinstance(entry, list) else [entry]
    return found


def read_headings(name: str) -> list[str]:
    """Return the headings of a page of the built site, and that of its solutions."""
    page = read_page(name)
    headings = page.find("article").find_all(re.compile("^h[1-6]$"))
    texts = [" ".join(get_text(heading).split()) for heading in headings]
    return [*texts, "Solutions"] if page.select("details.solution") else texts


def get_text(heading: Tag) -> str:
    """Return a heading's text without the sign that links to it."""
    return heading.get_text().removesuffix("#")


def squeeze(text: str) -> str:
    """Return the plain letters and digits of a text."""
    return re.sub(r"[^a-z0-9]", "", text.lower())


def read_texts(path: Path) -> list[str]:
    """Return the text of each sheet, with one space between words."""
    with pypdfium2.PdfDocument(path) as paper:
        texts = [sheet.get_textpage().get_text_range() for sheet in paper]
    return [" ".join(text.split()) for text in texts]


def test_bookmarks_of_the_course_lead_to_its_headings(site):
    reader, texts = PdfReader(COURSE), read_texts(COURSE)
    bookmarks = list_bookmarks(reader)
    headings = [heading for name in Book().contents for heading in read_headings(name)]
    assert [bookmark.title for bookmark in bookmarks] == ["Contents", *headings]
    numbers = [reader.get_destination_page_number(bookmark) for bookmark in bookmarks]
    for bookmark, number in zip(bookmarks, numbers, strict=True):
        assert squeeze(bookmark.title) in squeeze(texts[number]), (bookmark.title, number + 1)
    places = [(n, -mark.top) for n, mark in zip(numbers, bookmarks, strict=True)]
    assert places == sorted(places)


@pytest.mark.parametrize("name", CHAPTERS)
def test_chapter_has_a_pdf_with_its_headings_and_its_address(site, name):
    reader = PdfReader(site / f"{name}.pdf")
    assert [bookmark.title for bookmark in list_bookmarks(reader)] == read_headings(name)
    assert reader.metadata.title == read_headings(name)[0]
    address = read_page(name).find("link", rel="canonical")["href"]
    assert read_texts(site / f"{name}.pdf")[0].replace(" ", "").count(address) == 1


def test_contents_of_the_course_tell_the_right_pages(site):
    texts = read_texts(COURSE)
    for name in CHAPTERS:
        title = read_headings(name)[0]
        stated = int(re.search(rf"{re.escape(title)} (\d+)", texts[1])[1])
        text = texts[stated - 1]
        assert (
            f"{title} {stated} Chapter {title}" in text or f"{title} {stated} {title}" in text
        )


@pytest.mark.parametrize("name", CHAPTERS)
def test_every_sheet_has_the_title_at_its_head_and_something_on_it(site, name):
    title = " ".join(read_headings(name)[0].split())
    path = site / f"{name}.pdf"
    sheets = PdfReader(path).pages
    for number, (text, sheet) in enumerate(zip(read_texts(path), sheets, strict=True), 1):
        assert text.startswith(f"{title} {number}"), text[:99]
        assert "Preview of Fig." not in text  # a figure that is shown twice on the page
        # The figures of a sheet are drawn in paths.
        assert len(text) > 300 or len(sheet.get_contents().get_data()) > 20_000, number


def test_solutions_stand_at_the_end_with_links_there_and_back():
    page = BeautifulSoup(
        '<article><h1>A</h1><div id="a--ex-b">Do it.</div>'
        '<details class="solution" id="a--sol-b"><summary>S</summary><p>Done.</p></details>'
        "<h2>Key points</h2></article>",
        "html.parser",
    )
    pdf.gather_solutions(page.article)
    headings = [heading.get_text() for heading in page.select("h1, h2")]
    assert headings == ["A", "Key points", "Solutions"]
    (solution,) = page.select("section.solutions > details")
    assert page.select_one("#a--ex-b + p a")["href"] == "#a--sol-b"
    assert solution.select_one("p:last-child a")["href"] == "#a--ex-b"


def test_article_without_solutions_gets_no_heading_for_them():
    page = BeautifulSoup("<article><h1>A</h1></article>", "html.parser")
    pdf.gather_solutions(page.article)
    assert str(page) == "<article><h1>A</h1></article>"


def test_landing_page_links_to_the_course_as_pdf(page: Page, base_url):
    page.goto(f"{base_url}/index.html")
    expect(page.locator(f"a[href='{pdf.COURSE}']")).to_be_visible()


def test_only_what_has_changed_is_printed_again(small_site, printed):
    everything = [pdf.CARD, pdf.COURSE, "book/one.pdf", "book/two.pdf"]
    assert printed(small_site) == everything
    before = [(small_site.folder / file).read_bytes() for file in everything]
    assert printed(small_site) == []
    write_page(small_site.root, "book/two", "2. Two", "Another text.")
    assert printed(small_site) == [pdf.COURSE, "book/two.pdf"]
    write_page(small_site.root, "book/two", "2. Two")
    assert printed(small_site) == [pdf.COURSE, "book/two.pdf"]
    assert [(small_site.folder / file).read_bytes() for file in everything] == before


@pytest.mark.parametrize("file", ["_static/style.css", "_static/icon.svg"])
def test_changed_style_sheet_or_picture_is_noticed(small_site, file):
    document = pdf.compose_course(small_site)
    before = pdf.compute_digest(small_site, document)
    assert pdf.compute_digest(small_site, document) == before
    (small_site.folder / file).write_text("changed")
    assert pdf.compute_digest(small_site, document) != before


def test_chapter_that_is_gone_leaves_no_pdf(small_site, printed):
    printed(small_site)
    write_contents(small_site.root, "book/one")
    assert printed(small_site) == [pdf.COURSE]
    assert not (small_site.folder / "book" / "two.pdf").exists()
    assert (small_site.folder / "book" / "one.pdf").exists()


def test_card_is_a_picture_of_the_size_that_messengers_show(small_site, printed):
    printed(small_site)
    with Image.open(small_site.folder / pdf.CARD) as card:
        assert card.size == (1200, 630)


def test_links_stay_in_a_document_or_lead_to_the_site(small_site):
    alone = pdf.extract_article(small_site, "book/two", ["book/two"])
    here, there = (link["href"] for link in alone.select("a"))
    assert here == "#book/two--here"
    assert there == "https://example.org/course/book/one.html#here"
    together = pdf.extract_article(small_site, "book/two", ["book/one", "book/two"])
    assert together.select("a")[1]["href"] == "#book/one--here"
    assert together.find(id="book/two--here")


def outline(*titles: str, pages: tuple[int, ...]) -> bytes:
    """Return a PDF of three pages with these bookmarks."""
    writer = PdfWriter()
    for _ in range(3):
        writer.add_blank_page(100, 100)
    writer.add_metadata({"/Title": "Three pages"})
    for title, number in zip(titles, pages, strict=True):
        writer.add_outline_item(title=title, page_number=number, fit=Fit.xyz(left=0, top=50))
    buffer = io.BytesIO()
    writer.write(buffer)
    return buffer.getvalue()


HEADINGS = "<h1>One</h1><h2>The  <i>x</i> axis</h2><h2>Three</h2>"


def test_bookmarks_take_the_names_of_the_headings():
    renamed = pdf.rename_bookmarks(
        HEADINGS, outline("One", "The x x axis", "Three", pages=(0, 1, 2))
    )
    titles = [mark.title for mark in list_bookmarks(PdfReader(io.BytesIO(renamed)))]
    assert titles == ["One", "The x axis", "Three"]


@pytest.mark.parametrize(
    ("titles", "pages", "message"),
    [
        (("One", "Three"), (0, 2), "3 headings, but 2 bookmarks"),
        (("One", "Three", "The x axis"), (0, 1, 2), "the bookmark of 'The x axis' is 'Three'"),
        (("One", "The x axis", "Three"), (0, 2, 1), "not in the order"),
    ],
)
def test_bookmarks_that_are_not_the_headings_are_refused(titles, pages, message):
    with pytest.raises(pdf.PrintError, match=message):
        pdf.rename_bookmarks(HEADINGS, outline(*titles, pages=pages))


def test_elements_are_numbered_from_zero_in_their_order():
    printed = b"(node00000032) (node00000040) (node00000032)"
    assert pdf.renumber_elements(printed) == b"(node00000000) (node00000001) (node00000000)"


def test_wrong_bookmarks_stop_the_printing_with_one_line(playwright, small_site, monkeypatch):
    def refuse(*_: object) -> bytes:
        raise pdf.PrintError("3 headings, but 2 bookmarks")

    monkeypatch.setattr(pdf, "rename_bookmarks", refuse)
    with pytest.raises(SystemExit, match=f"{pdf.COURSE}: 3 headings, but 2 bookmarks: "):
        pdf.write_all(playwright, small_site)
    assert not (small_site.folder / pdf.COURSE).exists()


def test_card_without_digits_stops_the_printing_with_one_line(playwright, small_site):
    assert '<ul class="digits"><li>7</li></ul>' in pdf.compose_card(small_site)
    write_page(small_site.root, "index", "Start")
    with pytest.raises(SystemExit, match=r"card\.png: the landing page shows no list"):
        pdf.write_all(playwright, pdf.Site(small_site.root))


def test_nothing_built_is_said_in_one_line(monkeypatch, tmp_path):
    (tmp_path / "_toc.yml").write_text("format: jb-book\nroot: index\nparts: []\n")
    (tmp_path / "index.md").write_text("# Start\n")
    (tmp_path / "references.bib").write_text("")
    monkeypatch.setattr(pdf, "ROOT", tmp_path)
    with pytest.raises(SystemExit, match=r"Type: make pdf$"):
        pdf.main()
