"""What helps readers on a page: cards of terms and works, larger figures, filter, search."""

import re

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from accessibility import find_violations
from tools.book import Book

WINDOWS = {"phone": (320, 700), "desk": (1350, 900)}
TERM = "a.term[href$='#term-gradient-descent']"
WORK = ".bibtex-citation a"
# Whether an element lies within the window, and the area of what both elements cover.
PLACE = """
    (element, other) => {
        const {left, right, top, bottom} = element.getBoundingClientRect();
        const box = other.getBoundingClientRect();
        const width = Math.min(right, box.right) - Math.max(left, box.left);
        const height = Math.min(bottom, box.bottom) - Math.max(top, box.top);
        return {
            inside: left >= 0 && right <= innerWidth && top >= 0 && bottom <= innerHeight,
            covered: Math.max(0, width) * Math.max(0, height),
        };
    }
"""


@pytest.fixture
def neuron(page: Page, base_url) -> Page:
    """The page of a chapter, in a wide window, without motion."""
    page.emulate_media(reduced_motion="reduce")
    page.set_viewport_size({"width": 1350, "height": 900})
    page.goto(f"{base_url}/book/neuron.html")
    return page


def focus_by_keyboard(page: Page, selector: str) -> Locator:
    """Move the focus to an element as a reader without a mouse does, and return it."""
    element = page.locator(selector).first
    element.evaluate("(e) => e.scrollIntoView({block: 'center'})")
    page.keyboard.press("Shift")  # from here on the focus is shown
    element.focus()
    return element


@pytest.mark.parametrize(
    ("selector", "words"),
    [(TERM, "gradient descent"), (WORK, "Rosenblatt, 1958")],
)
def test_card_opens_on_focus_describes_its_link_and_closes_with_escape(
    neuron: Page, selector, words
):
    link, card = focus_by_keyboard(neuron, selector), neuron.locator("#card")
    expect(card).to_be_visible()
    expect(card.locator("p").first).to_have_text(words)
    expect(card.locator("p").nth(1)).not_to_be_empty()
    expect(card.locator("a")).to_have_count(0)
    expect(link).to_have_attribute("aria-describedby", "card")
    neuron.keyboard.press("Escape")
    expect(card).to_be_hidden()
    expect(link).to_be_focused()
    expect(link).not_to_have_attribute("aria-describedby", "card")


def test_card_moves_on_with_the_focus_and_goes_with_it(neuron: Page):
    card = neuron.locator("#card")
    focus_by_keyboard(neuron, TERM)
    expect(card).to_contain_text("gradient descent")
    focus_by_keyboard(neuron, WORK)
    expect(card).to_contain_text("Rosenblatt")
    expect(neuron.locator(f"{WORK}[title]")).to_have_count(0)
    expect(neuron.locator("[aria-describedby=card]")).to_have_count(1)
    focus_by_keyboard(neuron, ".page-links a")
    expect(card).to_be_hidden()


def test_card_opens_under_the_mouse_stays_while_pointed_at_and_then_goes(neuron: Page):
    card = neuron.locator("#card")
    neuron.locator(TERM).hover()
    expect(card).to_be_visible()
    card.hover()
    neuron.wait_for_timeout(500)
    expect(card).to_be_visible()
    neuron.mouse.move(5, 5)
    expect(card).to_be_hidden()
    neuron.locator(TERM).hover()
    expect(card).to_be_visible()
    neuron.keyboard.press("Escape")
    expect(card).to_be_hidden()


def test_definitions_are_fetched_once_and_not_before_they_are_wanted(neuron: Page):
    requested = []
    neuron.on("request", lambda request: requested.append(request.url))
    terms = neuron.locator("a.term")
    expect(terms.nth(1)).to_be_attached()
    assert not [url for url in requested if "glossary" in url]
    for place in (0, 1):
        terms.nth(place).scroll_into_view_if_needed()
        terms.nth(place).hover()
        expect(neuron.locator("#card")).to_contain_text("chapter")
        expect(terms.nth(place)).to_have_attribute("aria-describedby", "card")
    assert len([url for url in requested if "glossary.html" in url]) == 1


def test_card_shows_the_formulas_of_a_definition(page: Page, base_url):
    page.goto(f"{base_url}/book/loss.html")
    focus_by_keyboard(page, "a.term[href$='#term-activation-function']")
    formula = page.locator("#card math")
    expect(formula).to_be_visible()
    assert formula.evaluate("(formula) => formula.namespaceURI.endsWith('MathML')")
    expect(page.locator("#card [id]")).to_have_count(0)


@pytest.mark.parametrize("size", WINDOWS.values(), ids=WINDOWS)
@pytest.mark.parametrize("edge", ["start", "end"])
def test_card_stays_in_the_window_and_beside_its_link(neuron: Page, size, edge):
    neuron.set_viewport_size(dict(zip(("width", "height"), size, strict=True)))
    card = neuron.locator("#card")
    for link in neuron.locator("a.term:visible, .bibtex-citation a:visible").all():
        link.evaluate(f"(link) => link.scrollIntoView({{block: '{edge}'}})")
        neuron.keyboard.press("Shift")
        link.focus()
        expect(link).to_have_attribute("aria-describedby", "card")
        expect(card).to_be_visible()
        place = card.evaluate(PLACE, link.element_handle())
        assert place == {"inside": True, "covered": 0}, link.inner_text()


@pytest.mark.parametrize("selector", [TERM, WORK])
def test_page_with_a_card_is_accessible(neuron: Page, selector):
    focus_by_keyboard(neuron, selector)
    expect(neuron.locator("#card")).to_be_visible()
    assert not find_violations(neuron)


def test_link_to_a_term_is_followed_at_the_first_touch(browser, base_url):
    page = browser.new_page(viewport={"width": 390, "height": 844}, has_touch=True)
    page.goto(f"{base_url}/book/neuron.html")
    page.locator(TERM).tap()
    expect(page).to_have_url(f"{base_url}/book/glossary.html#term-gradient-descent")
    page.close()


@pytest.mark.parametrize("status", [None, 404])
def test_link_stays_a_link_where_nothing_can_be_fetched(neuron: Page, base_url, status):
    def refuse(route: Route) -> None:
        if route.request.resource_type == "document":
            route.continue_()
        elif status:
            route.fulfill(status=status, body="<h1>Not found</h1>")
        else:
            route.abort()

    errors = []
    neuron.on("pageerror", lambda error: errors.append(str(error)))
    neuron.route("**/glossary.html", refuse)
    focus_by_keyboard(neuron, TERM)
    neuron.wait_for_timeout(300)
    expect(neuron.locator("#card")).to_be_hidden()
    neuron.keyboard.press("Enter")
    expect(neuron).to_have_url(f"{base_url}/book/glossary.html#term-gradient-descent")
    assert not errors


@pytest.fixture
def glossary(page: Page, base_url) -> Page:
    """The page of the glossary, without motion."""
    page.emulate_media(reduced_motion="reduce")
    page.goto(f"{base_url}/book/glossary.html")
    return page


def test_filter_narrows_the_glossary_and_says_how_many_terms_are_left(glossary: Page):
    terms = glossary.locator(".glossary dt:visible")
    meanings = glossary.locator(".glossary dd:visible")
    said, count = glossary.get_by_role("status"), len(Book().glossary)
    left = [term for term in Book().glossary if "gradient" in term]
    assert 1 < len(left) < count
    expect(terms).to_have_count(count)
    expect(said).to_be_empty()
    field = glossary.get_by_role("searchbox", name="Filter terms")
    field.press_sequentially("Gradient")
    expect(terms).to_contain_text(left)
    expect(meanings).to_have_count(len(left))
    expect(said).to_have_text(f"{len(left)} of {count} terms")
    expect(glossary.get_by_role("navigation", name="Letters")).to_be_hidden()
    field.press_sequentially("zz")
    expect(terms).to_have_count(0)
    expect(said).to_have_text(f"0 of {count} terms")
    assert not find_violations(glossary)
    field.press("Escape")
    expect(field).to_have_value("")
    expect(field).to_be_focused()
    expect(terms).to_have_count(count)
    expect(meanings).to_have_count(count)
    expect(said).to_be_empty()
    expect(glossary.get_by_role("navigation", name="Letters")).to_be_visible()


def test_letter_leads_to_the_first_of_its_terms(glossary: Page):
    link = glossary.get_by_role("navigation", name="Letters").get_by_role("link", name="G")
    link.press("Enter")
    first = min(term for term in Book().glossary if term.lower().startswith("g"))
    anchor = "term-" + first.replace(" ", "-")
    expect(glossary.locator(f"[id='{anchor}']")).to_be_in_viewport()


def test_glossary_without_scripts_has_letters_and_no_field(browser, base_url):
    page = browser.new_page(java_script_enabled=False)
    page.goto(f"{base_url}/book/glossary.html")
    expect(page.locator(".letters a").first).to_be_visible()
    expect(page.locator(".filter")).to_be_hidden()
    page.close()


def test_letters_are_wide_enough_to_be_touched(glossary: Page):
    glossary.set_viewport_size({"width": 320, "height": 700})
    for letter in glossary.locator(".letters a").all():
        box = letter.bounding_box()
        assert min(box["width"], box["height"]) >= 24


FIGURES = ["#fig-neuron-computation", "#fig-neuron-activations"]  # a diagram and a plot
BUTTON = "Enlarge figure 3.4"


@pytest.mark.parametrize("figure", FIGURES)
def test_figure_opens_as_large_as_the_window_and_closes_to_where_it_was(neuron: Page, figure):
    picture, dialog = (
        neuron.locator(f"{figure} :is(.on-light img, svg)"),
        neuron.locator("#enlarged"),
    )
    button = neuron.locator(f"{figure} button")
    width = picture.bounding_box()["width"]
    button.press("Enter")
    expect(dialog).to_be_visible()
    expect(dialog).to_have_accessible_name(re.compile(r"Figure 3\.\d"))
    enlarged = dialog.locator(":is(.on-light img, svg)")
    expect(enlarged).to_be_in_viewport(ratio=1)
    assert enlarged.bounding_box()["width"] > 1.5 * width
    caption = neuron.locator(f"{figure} .caption-text").inner_text()
    expect(dialog.locator("figcaption")).to_be_in_viewport(ratio=1)
    expect(dialog.locator(".caption-text")).to_have_text(caption)
    expect(dialog.locator("[id]")).to_have_count(0)
    neuron.keyboard.press("Tab")
    expect(dialog.get_by_role("group", name="Figure")).to_be_focused()
    neuron.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(button).to_be_focused()


@pytest.mark.parametrize("way", ["button", "ground"])
def test_figure_opens_at_a_click_and_closes_by_button_and_beside_it(neuron: Page, way):
    dialog = neuron.locator("#enlarged")
    neuron.locator(f"{FIGURES[1]} .picture").click()
    expect(dialog).to_be_visible()
    dialog.locator("figcaption").click()
    expect(dialog).to_be_visible()
    if way == "button":
        dialog.get_by_role("button", name="Close").click()
    else:
        neuron.mouse.click(5, 5)
    expect(dialog).to_be_hidden()
    expect(neuron.get_by_role("button", name=BUTTON)).to_be_focused()


def test_form_of_a_plot_for_the_page_is_enlarged(neuron: Page):
    neuron.get_by_role("button", name=BUTTON).press("Enter")
    expect(neuron.locator("#enlarged .on-light img")).to_be_in_viewport(ratio=1)
    expect(neuron.locator("#enlarged .on-dark img")).to_be_hidden()


def test_button_shows_when_it_is_pointed_at_or_focused_and_never_on_paper(neuron: Page):
    button = neuron.get_by_role("button", name=BUTTON)
    neuron.mouse.move(5, 5)
    expect(button).to_have_css("opacity", "0")
    neuron.locator(FIGURES[1]).hover()
    expect(button).to_have_css("opacity", "1")
    neuron.mouse.move(5, 5)
    expect(button).to_have_css("opacity", "0")
    focus_by_keyboard(neuron, f"{FIGURES[1]} button")
    expect(button).to_have_css("opacity", "1")
    neuron.emulate_media(media="print")
    expect(neuron.locator(f"{FIGURES[1]} button")).to_be_hidden()


def test_enlarged_figure_is_moved_about_on_a_phone(browser, base_url):
    phone = {"width": 390, "height": 844}
    page = browser.new_page(viewport=phone, has_touch=True, is_mobile=True)
    page.goto(f"{base_url}/book/neuron.html")
    button = page.get_by_role("button", name=BUTTON)
    expect(button).to_have_css("opacity", "1")
    button.tap()
    box = page.locator("#enlarged .picture")
    expect(box).to_be_in_viewport(ratio=1)
    assert box.evaluate("(box) => box.scrollWidth > 1.5 * box.clientWidth")
    box.evaluate("(box) => (box.scrollLeft = 200)")
    assert box.evaluate("(box) => box.scrollLeft") == 200
    for part in ("button", "figcaption"):
        expect(page.locator(f"#enlarged {part}")).to_be_in_viewport(ratio=1)
    page.close()


@pytest.mark.parametrize("size", WINDOWS.values(), ids=WINDOWS)
@pytest.mark.parametrize("figure", FIGURES)
def test_page_with_an_enlarged_figure_is_accessible(neuron: Page, figure, size):
    neuron.set_viewport_size(dict(zip(("width", "height"), size, strict=True)))
    neuron.locator(f"{figure} button").press("Enter")
    expect(neuron.locator("#enlarged")).to_be_visible()
    assert not find_violations(neuron)


def test_figures_have_no_buttons_without_scripts(browser, base_url):
    page = browser.new_page(java_script_enabled=False)
    page.goto(f"{base_url}/book/neuron.html")
    expect(page.locator("figure button")).to_have_count(0)
    picture = page.locator(f"{FIGURES[1]} .picture")
    expect(picture).to_have_css("cursor", "auto")
    page.close()


RESULT = "#search-results li"


def type_query(page: Page, words: str) -> None:
    """Type into the field that has the focus, in the place of what it holds."""
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type(words)


@pytest.fixture
def search(page: Page, base_url) -> Page:
    """The page for searching, without motion, with the focus in its field."""
    page.emulate_media(reduced_motion="reduce")
    page.goto(f"{base_url}/search.html")
    page.locator(".bd-search-container input").focus()
    return page


@pytest.mark.parametrize("word", ["gradient", "logit", "softmax", "accuracy"])
def test_definition_comes_first_and_pages_show_the_word_in_a_sentence(search: Page, word):
    type_query(search, word)
    expect(search.locator(".search-summary")).to_contain_text("found")
    results = search.locator(RESULT)
    expect(search.locator(f"{RESULT} .context")).to_have_count(results.count())
    first = results.first.get_by_role("link")
    assert first.get_attribute("href").endswith(f"book/glossary.html#term-{word}")
    sentences = search.locator(f"{RESULT} .context").all_inner_texts()
    assert re.match(r"[A-Z].+ \(chapter.\d+\)$", sentences[0])
    titles = results.get_by_role("link").all_inner_texts()
    assert titles[0] == f"Glossary: {word}"
    assert titles == sorted(titles, key=lambda title: not title.startswith("Glossary: "))
    assert len(sentences) > 4
    for title, sentence, result in zip(titles, sentences, results.all(), strict=True):
        stem = word.removesuffix("y")  # also of the plural
        assert stem in (title if title.startswith("Glossary") else sentence).lower()
        marked = result.locator("mark").all_inner_texts()
        assert all(mark.lower().startswith(stem) for mark in marked)
        assert marked or stem not in sentence.lower()
        assert len(sentence.split()) < 90
        assert sentence not in titles


def test_page_for_searching_follows_what_is_typed(search: Page, base_url):
    type_query(search, "backpropagation")
    search.wait_for_timeout(250)  # some results are listed, others not yet
    type_query(search, "softmax")
    expect(search).to_have_url(f"{base_url}/search.html?q=softmax")
    expect(search.locator(RESULT).first).to_contain_text("softmax")
    said = search.get_by_role("status").filter(has_text="found")
    expect(said).to_contain_text("found")
    number = int(re.search(r"\d+", said.inner_text())[0])
    expect(search.locator(RESULT)).to_have_count(number)
    for result in search.locator(RESULT).all_inner_texts():
        assert "softmax" in result.lower()
    assert not find_violations(search)
    search.reload()
    expect(search.locator(RESULT).first).to_contain_text("softmax")
    search.locator(".bd-search-container input").clear()
    expect(search.locator(RESULT)).to_have_count(0)


@pytest.fixture
def dialog(neuron: Page) -> Locator:
    """The dialog for searching, open over the page of a chapter."""
    neuron.keyboard.press("ControlOrMeta+k")
    return neuron.locator("#pst-search-dialog")


def test_dialog_lists_results_that_lead_to_their_pages(neuron: Page, dialog, base_url):
    type_query(neuron, "cross-entropy")
    expect(dialog.locator(".context math").first).to_be_visible()
    expect(dialog.get_by_role("status")).to_contain_text("found")
    assert not find_violations(neuron)
    neuron.keyboard.press("Tab")
    while not dialog.locator("li a").first.evaluate("(a) => a === document.activeElement"):
        neuron.keyboard.press("Tab")
    neuron.keyboard.press("Enter")
    expect(neuron).to_have_url(f"{base_url}/book/glossary.html#term-cross-entropy")


def test_dialog_closes_with_escape_from_its_results(neuron: Page, dialog):
    type_query(neuron, "softmax")
    dialog.locator("li a").first.focus()
    neuron.keyboard.press("Escape")
    expect(dialog).to_be_hidden()


def test_page_loads_nothing_for_searching_before_the_dialog_opens(page: Page, base_url):
    requested = []
    page.on("request", lambda request: requested.append(request.url))
    page.goto(f"{base_url}/book/neuron.html", wait_until="networkidle")
    tools = re.compile("searchindex|searchtools|search.mjs")
    assert not list(filter(tools.search, requested))
    page.keyboard.press("ControlOrMeta+k")
    type_query(page, "softmax")
    expect(page.locator(RESULT).first).to_be_visible()
    assert len(list(filter(tools.search, requested))) == 3


@pytest.mark.parametrize("missing", ["search.mjs", "language_data.js", "searchindex.js"])
def test_dialog_leads_to_the_page_for_searching_where_a_part_is_missing(
    page: Page, base_url, missing
):
    page.route(f"**/{missing}", lambda route: route.abort(), times=1)
    page.goto(f"{base_url}/book/neuron.html")
    page.keyboard.press("ControlOrMeta+k")
    type_query(page, "softmax")
    page.wait_for_timeout(500)
    expect(page.locator("#pst-search-dialog input")).to_have_value("softmax")
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{base_url}/search.html?q=softmax")
    expect(page.locator(RESULT).first).to_contain_text("Glossary: softmax")


def test_search_that_is_sent_before_it_is_ready_keeps_its_words(neuron: Page):
    neuron.route("**/searchtools.js", lambda route: None)
    neuron.get_by_role("button", name="Search").first.click()
    neuron.get_by_role("searchbox").fill("sigmoid")
    expect(neuron.get_by_role("searchbox")).to_have_attribute("name", "")
    neuron.unroute_all(behavior="ignoreErrors")
    neuron.keyboard.press("Enter")
    expect(neuron).to_have_url(re.compile(r"search\.html\?q=sigmoid"))
