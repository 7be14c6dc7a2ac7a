"""The sitemap names every page of the book, whichever were built this time."""

import xml.etree.ElementTree as ET

import pytest


def read_sitemap(book) -> list[str]:
    root = ET.parse(book.site / "sitemap.xml").getroot()
    assert root.tag == "{http://www.sitemaps.org/schemas/sitemap/0.9}urlset"
    return [url.find("{*}loc").text for url in root.findall("{*}url")]


def test_sitemap_names_every_page_of_the_book(make_book):
    book = make_book("# Title\n", {"b": "# B\n", "book/a": "# A\n"})
    book.build()
    site = book.app.config.html_baseurl
    pages = [f"{site}{name}.html" for name in ("b", "book/a", "index")]
    assert site == "https://owner.github.io/book/"
    assert read_sitemap(book) == pages
    text = (book.site / "sitemap.xml").read_text("utf-8")
    assert text.startswith("<?xml version='1.0' encoding='utf-8'?>\n<urlset xmlns=")

    book.write("b.md", "# C\n")
    book.build()
    assert read_sitemap(book) == pages


def test_failed_build_and_other_formats_have_no_sitemap(make_book):
    book = make_book()
    book.build(format="text")
    assert not list(book.root.rglob("sitemap.xml"))

    def fail(app, *_: object) -> None:
        raise ValueError("no")

    with pytest.raises(Exception, match="threw an exception"):
        book.build(lambda app: app.connect("html-page-context", fail, 950))
    assert not list(book.root.rglob("sitemap.xml"))
