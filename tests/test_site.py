"""The built site is complete: pages, links, texts of pictures, and nothing unresolved."""

import base64
import copy
import json
import re
import unicodedata
from collections import Counter
from io import BytesIO
from urllib.parse import unquote, urldefrag, urljoin, urlsplit

import pytest
from fontTools.ttLib import TTFont

from built_site import PAGES, PAGES_AND_404, read_page
from tools.book import Book

# Markup that has not become what it stands for; a sound page shows none of these signs.
RAW = re.compile(
    r"[$*`|\\^{}]|##|:::|<!--|-->|\]\(|%s|\[\?\]|\?\?|Traceback|problematic|\b(glue|cite|numref|ref|eq):"
)
# What the punctuation after a formula may begin with.
MARKS = (".", ",", ";", ":", "!", "?", ")", "”")
# A browser draws a variable of one letter with the italic letter from the math font.
ITALICS = {
    unicodedata.normalize("NFKC", sign): sign
    for sign in map(chr, range(0x1D400, 0x1D800))
    if unicodedata.name(sign, "").startswith("MATHEMATICAL ITALIC")
} | {"h": "\N{PLANCK CONSTANT}"}


@pytest.mark.parametrize("name", PAGES)
def test_page_of_the_contents_exists_and_has_one_title(site, name):
    assert len(read_page(name).select("h1")) == 1


@pytest.mark.parametrize("name", PAGES)
def test_internal_links_and_anchors_resolve(site, name):
    broken = []
    for element in read_page(name).select("[href], [src]"):
        link = element.get("href") or element.get("src")
        address, anchor = urldefrag(urljoin(f"{name}.html", link))
        if urlsplit(address).scheme:
            continue
        path = site / unquote(urlsplit(address).path)
        if not path.is_file():
            broken.append(link)
        elif anchor and path.suffix == ".html":
            target = read_page(path.relative_to(site).with_suffix("").as_posix())
            if not target.find(id=unquote(anchor).partition("?")[0]):
                broken.append(link)
    assert not broken


def test_links_to_works_stay_right_when_others_are_added(site):
    links = [link for name in PAGES for link in read_page(name).select(".bibtex-citation a")]
    assert len(links) > 100
    assert all("#cite-" in link["href"] for link in links)


@pytest.mark.parametrize("name", PAGES)
def test_name_of_the_course_leads_to_the_first_page(site, name):
    (home,) = read_page(name).select("a.home")
    assert home.get_text(strip=True) == "Introduction to Neural Networks"
    assert urldefrag(urljoin(f"{name}.html", home["href"])).url == "index.html"


@pytest.mark.parametrize("name", PAGES_AND_404)
def test_no_page_shows_raw_markup(site, name):
    shown = copy.copy(read_page(name).body)
    for element in shown.select("pre, code, math, svg, script, style, noscript, .headerlink"):
        element.extract()
    assert not [text for text in shown.stripped_strings if RAW.search(text)]


@pytest.mark.parametrize("name", PAGES_AND_404)
def test_no_page_sets_up_thebe_which_would_ask_another_repository(site, name):
    assert not [
        script for script in read_page(name)("script") if "thebe" in str(script).lower()
    ]


@pytest.mark.parametrize("name", PAGES)
def test_math_font_has_every_sign_of_the_formulas(site, name):
    css = (site / "_static" / "fonts" / "formulas.css").read_text("utf-8")
    (content,) = re.findall(r"base64,([^)]*)", css)
    font = TTFont(BytesIO(base64.b64decode(content))).getBestCmap()
    formulas = read_page(name).find_all("math")
    signs = {sign for formula in formulas for sign in formula.get_text()}
    for formula in formulas:
        variables = formula.select("mi:not([mathvariant])")
        signs.update(ITALICS[v.string] for v in variables if v.string in ITALICS)
        if formula.find(["msqrt", "mroot"]):
            signs.add("√")
    missing = {sign for sign in signs if ord(sign) not in font}
    assert not {sign for sign in missing if unicodedata.category(sign) not in ("Cc", "Cf")}


@pytest.mark.parametrize("name", PAGES)
def test_mark_after_a_formula_stays_on_its_line(site, name):
    for formula in read_page(name).select("math"):
        if str(formula.next_sibling or "").startswith(MARKS):
            assert formula.parent.get("class") == ["unbroken"], formula.parent


@pytest.mark.parametrize("name", PAGES)
def test_every_picture_has_a_text(site, name):
    for image in read_page(name).select("img:not(.home img, .emblem img, .preview img)"):
        text = image.get("alt", "").strip()
        assert text, image
        assert not text.startswith("_images/"), image
    for diagram in read_page(name).select("figure svg"):
        assert diagram["aria-label"].strip()
        assert read_page(name).find("desc", id=diagram["aria-describedby"]).get_text(strip=True)


@pytest.mark.parametrize("name", PAGES)
def test_ids_are_unique(site, name):
    ids = Counter(element["id"] for element in read_page(name).find_all(id=True))
    assert not [name for name, count in ids.items() if count > 1]


@pytest.mark.parametrize("name", [page.name for page in Book().chapters])
def test_first_use_of_a_term_links_to_its_definition(site, name):
    """A chapter links terms of other chapters once each, and none of its own."""
    chapter = read_page(name)
    linked = [link["href"].partition("#term-")[2].lower() for link in chapter.select("a.term")]
    own = {strong.get_text().lower().replace(" ", "-") for strong in chapter.select("strong")}
    assert linked
    assert len(linked) == len(set(linked))
    assert not own.intersection(linked)


def test_entry_of_the_glossary_leads_to_the_chapter_that_defines_it(site):
    glossary = read_page("book/glossary")
    entries = glossary.select("dl.glossary > dt")
    assert len(entries) == len(Book().glossary)
    for entry in entries:
        (link,) = entry.find_next_sibling("dd").find_all("a", string=re.compile("^chapter"))
        bold = read_page("book/" + link["href"].removesuffix(".html")).select("strong")
        term = entry.find(string=True).lower()
        assert term in {strong.get_text().lower() for strong in bold}, term


def test_landing_page_is_no_redirect(site):
    assert not read_page("index").find("meta", attrs={"http-equiv": "refresh"})


def describe(name: str) -> dict[str, str]:
    """Return what the `<meta>` elements of a page say."""
    return {
        m.get("property") or m.get("name"): m.get("content") for m in read_page(name)("meta")
    }


def test_every_page_has_a_description_of_its_own(site):
    descriptions = [describe(name)["description"] for name in PAGES_AND_404]
    assert min(map(len, descriptions)) > 60
    assert len(set(descriptions)) == len(descriptions)


@pytest.mark.parametrize("name", Book().contents)
def test_page_tells_search_engines_and_messengers_what_it_is(site, name):
    page, content = read_page(name), describe(name)
    address = page.find("link", rel="canonical")["href"]
    root = address.removesuffix(f"{name}.html")
    assert content["og:url"] == address
    assert (site / content["og:image"].removeprefix(root)).is_file()
    assert page.html["lang"] == "en"
    data = json.loads(page.find("script", type="application/ld+json").string)
    assert data["@type"] == ("Course" if name == "index" else "LearningResource")
    assert data["url"] == (root if name == "index" else address)
    assert f"<loc>{address}</loc>" in (site / "sitemap.xml").read_text("utf-8")


NUMBERED = [page.name for page in Book().chapters]
# What a reader skips, or comes back to: boxes that are folded, and what is shown twice.
SKIPPED = ".dropdown, details, .objectives, .preview, .attempt, svg, .headerlink, .page-links"


def estimate_minutes(name: str) -> float:
    """Return how long the sections before the exercises and the key points take to read.

    The rates are 120 words and 6 lines of code a minute and 24 seconds a figure; with them
    the first edition took 446 minutes, while its first reader needed 515.
    """
    article = copy.copy(read_page(name).select_one("article"))
    for part in article.select(SKIPPED) + article.select("#exercises, #further-reading"):
        part.extract()
    for formula in article.select("math"):
        formula.replace_with("formula")
    cells = [cell.extract().get_text() for cell in article.select(".cell_input")]
    lines = sum(bool(line.strip()) for cell in cells for line in cell.splitlines())
    figures = len(article.select("figure"))
    for output in article.select(".cell_output .output"):
        output.extract()
    words = len(article.get_text(" ").split())
    return (words / 120 + lines / 6 + 0.4 * figures) * 515 / 446


@pytest.mark.parametrize("name", NUMBERED)
def test_time_to_read_that_a_chapter_states_is_that_of_its_words_and_code(name):
    stated = re.search(r"Time: (\d+) minutes? to read", read_page(name).article.get_text())
    assert int(stated[1]) - 7 <= estimate_minutes(name) <= int(stated[1]) + 2
