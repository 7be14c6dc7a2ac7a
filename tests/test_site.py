"""The built site is complete: pages, links, texts of pictures, and nothing unresolved."""

import re
import unicodedata
from collections import Counter
from functools import cache
from urllib.parse import unquote, urldefrag, urljoin, urlsplit

import pytest
from bs4 import BeautifulSoup
from fontTools.ttLib import TTFont

from tools.book import Book
from conftest import PAGES, SITE
from mathml import PUNCTUATION

UNRESOLVED = re.compile(
    r"\{(glue|cite|numref|ref|eq|term|doc)[:\w]*\}|%s|\[\?\]|\?\?|Traceback|problematic"
)


@cache
def parsed(name: str) -> BeautifulSoup:
    return BeautifulSoup((SITE / f"{name}.html").read_text("utf-8"), "html5lib")


@pytest.mark.parametrize("name", PAGES)
def test_page_of_the_contents_exists_and_has_one_title(site, name):
    assert len(parsed(name).select("h1")) == 1


@pytest.mark.parametrize("name", PAGES)
def test_internal_links_and_anchors_resolve(site, name):
    broken = []
    for tag, attribute in (("a", "href"), ("link", "href"), ("img", "src"), ("script", "src")):
        for element in parsed(name).find_all(tag, **{attribute: True}):
            address, anchor = urldefrag(urljoin(f"{name}.html", element[attribute]))
            if urlsplit(address).scheme:
                continue
            path = site / unquote(urlsplit(address).path)
            if not path.is_file():
                broken.append(element[attribute])
            elif anchor and path.suffix == ".html":
                target = parsed(path.relative_to(site).with_suffix("").as_posix())
                if not target.find(id=unquote(anchor)):
                    broken.append(element[attribute])
    assert not broken


@pytest.mark.parametrize("name", PAGES)
def test_nothing_is_left_unresolved(site, name):
    article = parsed(name).find("article") or parsed(name).body
    for code in article.find_all(["pre", "code", "script"]):
        code.extract()
    assert not UNRESOLVED.findall(article.get_text())
    parsed.cache_clear()


@pytest.mark.parametrize("name", PAGES)
def test_math_font_has_every_sign_of_the_formulas(site, name):
    font = TTFont(site / "_static" / "fonts" / "latin-modern-math.woff2").getBestCmap()
    formulas = parsed(name).find_all("math")
    signs = {sign for formula in formulas for sign in formula.get_text()}
    if any(formula.find(["msqrt", "mroot"]) for formula in formulas):
        signs.add("√")
    missing = {sign for sign in signs if ord(sign) not in font}
    assert not {sign for sign in missing if unicodedata.category(sign) not in ("Cc", "Cf")}


@pytest.mark.parametrize("name", PAGES)
def test_mark_after_a_formula_stays_on_its_line(site, name):
    for formula in parsed(name).select("math"):
        if str(formula.next_sibling or "").startswith(tuple(PUNCTUATION)):
            assert formula.parent.get("class") == ["unbroken"], formula.parent


@pytest.mark.parametrize("name", PAGES)
def test_every_picture_has_a_text(site, name):
    for image in parsed(name).select("img:not(.home img)"):
        text = image.get("alt", "").strip()
        assert text, image
        assert not text.startswith("_images/"), image


@pytest.mark.parametrize("name", PAGES)
def test_ids_are_unique(site, name):
    ids = Counter(element["id"] for element in parsed(name).find_all(id=True))
    assert not [name for name, count in ids.items() if count > 1]


@pytest.mark.parametrize("name", [page.name for page in Book().chapters])
def test_first_use_of_a_term_links_to_its_definition(site, name):
    """A chapter links terms of other chapters once each, and none of its own."""
    chapter = parsed(name)
    linked = [link["href"].partition("#term-")[2].lower() for link in chapter.select("a.term")]
    own = {strong.get_text().lower().replace(" ", "-") for strong in chapter.select("strong")}
    assert linked
    assert len(linked) == len(set(linked))
    assert not own.intersection(linked)


def test_entry_of_the_glossary_leads_to_the_chapter_that_defines_it(site):
    glossary = parsed("book/glossary")
    entries = glossary.select("dl.glossary > dt")
    assert len(entries) == len(Book().glossary)
    for entry in entries:
        (link,) = entry.find_next_sibling("dd").find_all("a", string=re.compile("^chapter"))
        bold = parsed("book/" + link["href"].removesuffix(".html")).select("strong")
        term = entry.find(string=True).lower()
        assert term in {strong.get_text().lower() for strong in bold}, term


def test_landing_page_is_no_redirect(site):
    assert not parsed("index").find("meta", attrs={"http-equiv": "refresh"})
