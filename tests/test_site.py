"""The built pages, as browsers, search engines and screen readers get them."""

import copy
import json
import re
from datetime import date
from urllib.parse import unquote, urljoin, urlsplit

import pytest
from rdflib import DCTERMS, RDF, SDO, Graph

from conftest import KINDS, PAGES, ROOT, SITE, find_axe_faults, read, set_theme

CHAPTERS = [page for page in PAGES if read(page).select("article h1 > .section-number")]


@pytest.mark.parametrize("page", [page for page in PAGES if page != "404.html"])
def test_links_and_pictures_lead_somewhere(page):
    for element in read(page).select("a[href], link[href], img[src], script[src]"):
        link = urlsplit(element.get("href") or element["src"])
        if link.scheme:
            continue
        target = unquote(urljoin(page, link.path)) or page
        if target.endswith("/"):
            target += "index.html"
        assert (SITE / target).is_file(), element
        anchor = unquote(link.fragment.partition("?")[0])
        if anchor and target.endswith(".html"):
            assert read(target).find(id=anchor), element


@pytest.mark.parametrize("page", PAGES)
def test_pictures_have_words_and_a_size_and_wait_below_the_first(page):
    pictures = read(page).select("article img")
    for picture in pictures:
        assert picture.get("alt", "").strip(), picture
        assert int(picture["width"]) > 0, picture
        assert int(picture["height"]) > 0, picture
    files = [picture for picture in pictures if not picture["src"].startswith("data:")]
    assert all(picture.get("loading") == "lazy" for picture in files[1:])


@pytest.mark.parametrize("page", PAGES)
def test_solutions_hints_and_code_of_figures_are_closed_details(page):
    soup = read(page)
    assert not soup.select("details[open]")
    exercises, solutions = soup.select(".exercise"), soup.select("details.solution")
    assert len(exercises) == len(solutions)
    assert not soup.select(":is(.dropdown, .solution):not(details)")
    assert not soup.select("summary a")  # a summary is a button


@pytest.mark.parametrize("page", PAGES)
def test_no_markup_is_left_in_the_text(page):
    article = copy.copy(read(page).article)
    for other in article.select("pre, code, math, script, style, .output"):
        other.extract()
    words = article.get_text(" ")
    assert not re.findall(r"\{[a-z:]+\}`|\$[^ $\d]|:::|\]\(|\[\^\S+\]", words)


@pytest.mark.parametrize("page", PAGES)
def test_page_says_what_it_is(page):
    soup = read(page)
    description = soup.find("meta", attrs={"name": "description"})["content"]
    assert 20 < len(description) < 400
    alternatives = {image["alt"][:40] for image in soup.select("article img")}
    assert not [words for words in alternatives if description.startswith(words)]


# What Bioschemas' profile TrainingMaterial 1.0-RELEASE asks for and recommends, but for
# `abstract` (a description is enough) and `mentions` (the page itself has the links).
PROFILE = """description keywords name about audience author competencyRequired
educationalLevel identifier inLanguage learningResourceType license teaches timeRequired
url"""


@pytest.mark.parametrize("page", ["index.html", *CHAPTERS])
def test_training_portals_read_what_their_profile_asks_for(page):
    data = json.loads(read(page).find("script", type="application/ld+json").string)
    # What `@context` means is written at schema.org, and tests ask no other site.
    text = json.dumps(data | {"@context": {"@vocab": str(SDO)}})
    graph = Graph().parse(data=text, format="json-ld")
    material = graph.value(predicate=RDF.type, object=SDO.LearningResource)
    profile = str(graph.value(material, DCTERMS.conformsTo))
    assert profile.endswith("/TrainingMaterial/1.0-RELEASE")
    had = {one.removeprefix(str(SDO)) for one in graph.predicates(material)}
    assert {*PROFILE.split(), "version", "dateModified"} <= had
    canonical = read(page).find("link", rel="canonical")["href"]
    assert str(graph.value(material, SDO.url)) == canonical
    for topic in graph.objects(material, SDO.about):
        assert graph.value(topic, SDO.name)
        address = str(graph.value(topic, SDO.url))
        assert address.startswith(f"{graph.value(topic, SDO.inDefinedTermSet)}/topic_")
    assert date.fromisoformat(graph.value(material, SDO.dateModified))
    skills = {str(one) for one in graph.objects(material, SDO.competencyRequired)}
    box = read(page).select(".objectives a.reference")
    assert {link.get_text() for link in box} <= skills


def test_addresses_of_the_published_site():
    sitemap = (SITE / "sitemap.xml").read_text("utf-8")
    for page in {*CHAPTERS, "index.html"}:
        canonical = read(page).find("link", rel="canonical")["href"]
        assert canonical.startswith("https://")
        assert canonical in sitemap
        card = read(page).find("meta", property="og:image")["content"]
        assert card.startswith("https://")
    assert not re.search(r"/(404|search)\.html", sitemap)


def test_terms_are_linked_once_to_the_glossary():
    for page in CHAPTERS:
        targets = [term["href"] for term in read(page).select("a.term")]
        assert all(target.startswith("glossary.html#term-") for target in targets)
        assert len(targets) == len(set(targets))
    assert sum(len(read(page).select("a.term")) for page in CHAPTERS) > 100


def test_downloads_of_one_click():
    for page in CHAPTERS:
        assert read(page).select(".page-links a[download][href$='.ipynb']")
    assert read("book/your-own-data.html").select("a.download[href$='starter.zip']")


def test_landing_page_lists_the_chapters_and_the_way_on_follows_the_core():
    cards = read("index.html").select("ul.chapters > li")
    assert len(cards) == len(CHAPTERS)
    assert all("?" in card.text and "min" in card.text for card in cards)
    paths = [card["class"][0] for card in cards]
    names = [card.a["href"].removeprefix("book/") for card in cards]
    for i, name in enumerate(names[:-1]):
        onward = i + 1
        if paths[i] == "core" and "core" in paths[onward:]:
            onward = paths.index("core", onward)
        way = read(f"book/{name}").select_one("nav.way-on")
        assert way.select_one("a.next")["href"] == names[onward]
        passed = [link["href"] for link in way.select("p a:not([rel])")]
        assert passed == names[i + 1 : onward]


def test_sidebar_marks_further_chapters():
    further = read("index.html").select("ul.chapters > li.further a")
    marked = read("index.html").select(".sidebar-tree [data-path=further]")
    assert {link["href"] for link in marked} == {link["href"] for link in further}
    page = read(further[0]["href"])
    assert page.select(".sidebar-tree a.current[href='#'][data-path=further]")


def test_teachers_get_the_times_and_the_questions_of_each_chapter():
    teach, minutes = read("book/teach.html"), {}
    boxes = {box.summary.text.strip(): box for box in teach.select("details")}
    for page in CHAPTERS:
        stated = read(page).select_one(".objectives").text
        minutes[page] = re.search(r"(\d+) min.* (\d+) for", stated).groups()
        box = boxes[read(page).h1.text.removesuffix("#")]
        linked = [link["href"].partition("#")[2] for link in box.select("a[href*='#']")]
        asked = [question["id"] for question in read(page).select(".question")]
        assert [name for name in linked if re.match("[pq]-", name)] == asked
    source = (ROOT / "book" / "teach.md").read_text("utf-8")
    named = re.findall(r"\{minutes\}`(.*?)`", source)
    shown = re.findall(r"([\d,]+)\xa0\+\xa0([\d,]+)", teach.article.text)
    for names, sums in zip(named, shown, strict=True):
        both = [map(int, minutes[f"{name}.html"]) for name in names.split()]
        assert sums == tuple(f"{sum(of):,}" for of in zip(*both, strict=True))


def test_page_of_labs_has_every_kind():
    kinds = re.compile("^(?!write).+-lab$")
    found = {lab.name for page in PAGES for lab in read(page).find_all(kinds)}
    assert found == {lab.name for lab in read("book/labs.html").find_all(kinds)}


# In a browser


@pytest.fixture
def requests(page):
    """Collect the addresses that a page asks for, and what its scripts complain of."""
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("pageerror", lambda error: asked.append(f"error: {error}"))
    return asked


@pytest.mark.parametrize("name", PAGES)
def test_page_fits_a_phone_and_asks_no_other_site(page, requests, address, name):
    page.set_viewport_size({"width": 390, "height": 800})
    page.goto(address + name)
    page.evaluate("window.scrollTo(0, document.body.scrollHeight)")
    page.wait_for_load_state("networkidle")
    assert all(asked.startswith((address, "data:", "blob:")) for asked in requests)
    for width in (390, 320):
        page.set_viewport_size({"width": width, "height": 800})
        # Furo lets the column scroll, and hides what goes beyond the page.
        fits = "box => document.querySelector(box).scrollWidth <= innerWidth"
        for box in ("html", ".content"):
            page.wait_for_function(fits, arg=box)


@pytest.mark.parametrize("name", KINDS)
@pytest.mark.parametrize("by", ["system", "button"])
def test_dark_page_is_dark_everywhere(page, address, name, by):
    page.emulate_media(color_scheme="dark" if by == "system" else "light")
    page.goto(address + name)
    if by == "button":
        set_theme(page, "dark")
    brightness = """element => {
        const [r, g, b] = getComputedStyle(element).KEY.match(/[\\d.]+/g).map(Number);
        return (0.299 * r + 0.587 * g + 0.114 * b) / 255; }"""
    ground = brightness.replace("KEY", "backgroundColor")
    assert page.locator("body").evaluate(ground) < 0.2
    page.locator(".sidebar-tree a").first.wait_for()
    for selector in ("article p", "article h1", ".sidebar-tree a", "figcaption"):
        for element in page.locator(selector).all()[:5]:
            assert element.evaluate(brightness.replace("KEY", "color")) > 0.4, selector
    for picture in page.locator("article a.picture img:not(.keep-colours)").all()[:3]:
        look = picture.evaluate("element => getComputedStyle(element).filter")
        assert "invert" in look


def test_picture_opens_by_itself(page, address):
    page.goto(address + "book/gradient-descent.html")
    page.locator("article a.picture").first.click()
    assert re.search(r"/_images/.+\.(png|svg)$", page.url)


def test_definition_shows_on_hover_focus_and_touch(new_context, address):
    page = new_context(has_touch=True).new_page()
    page.goto(address + "book/logic-gates.html")
    term = page.locator("a.term[href$='#term-cross-entropy']")
    definition = page.locator("#definition")
    assert definition.locator("a[href]").count() == 1  # crawlers follow no other
    term.scroll_into_view_if_needed()
    page.wait_for_load_state("networkidle")  # a lab may still move the term
    term.hover()
    definition.locator("math").first.wait_for()
    assert "loss" in definition.inner_text()
    page.mouse.move(0, 0)
    definition.wait_for(state="hidden")
    term.evaluate("term => term.focus({ focusVisible: true })")
    definition.wait_for()
    page.keyboard.press("Escape")
    definition.wait_for(state="hidden")
    term.tap()
    definition.wait_for()
    definition.get_by_role("link", name="In the glossary").tap()
    page.wait_for_url("**/glossary.html#term-cross-entropy")


def test_definition_that_comes_late_is_not_shown(page, address):
    first, second = (page.locator("article a.term").nth(i) for i in (0, 1))

    def go_on(route):
        second.focus()
        route.continue_()

    page.route("**/glossary.html", go_on)
    page.goto(address + "book/logic-gates.html")
    note = "definition.onbeforetoggle = () => shown.push(definition.lastChild.hash)"
    page.evaluate(f"() => {{ window.shown = []; {note}; }}")
    first.focus()
    page.locator("#definition").wait_for()
    assert page.evaluate("shown") == [second.evaluate("term => term.hash")]


def find_parts(page, selector, is_visible):
    """Return the parts of a page that are visible, or those that are not."""
    script = """([selector, isVisible]) => [...document.querySelectorAll(selector)]
        .filter((part) => part.checkVisibility() === isVisible)
        .map((part) => part.outerHTML.slice(0, 200))"""
    return page.evaluate(script, [selector, is_visible])


@pytest.mark.parametrize("name", PAGES)
def test_without_scripts_nothing_is_missing(new_context, address, name):
    page = new_context(java_script_enabled=False).new_page()
    page.goto(address + name)
    parts = "article :is(figure img, figure svg, .options, write-lab pre, summary)"
    folded = "details > :not(summary) *"
    assert not find_parts(page, f"{parts}:not({folded})", is_visible=False)


@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing_and_paper_has_what_is_folded(page, address, name):
    page.set_viewport_size({"width": 1350, "height": 900})
    page.goto(address + name)
    assert not find_axe_faults(page)
    set_theme(page, "auto")
    for part in page.locator("figure.lab, .question[id], write-lab").all():
        part.scroll_into_view_if_needed()
        part.locator(".lab, form").first.wait_for(state="attached")
    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    details = "details:not(.launch, .code, .reasons) > *"
    parts = f"figure img, figure svg, write-lab pre, {details}, .printed dd"
    assert not find_parts(page, f"article :is({parts})", is_visible=False)
    questions = page.locator(".question[id^='q-']").count()
    assert page.locator("article > .printed").count() == questions
    screen = "article form, .cover, .launch, .skip-to-content, .toc-drawer"
    screen += ", .page-links, details.code, .question .reasons"
    assert not find_parts(page, screen, is_visible=True)
    assert not page.locator("figure.lab .lab:visible, .editor:visible").count()
