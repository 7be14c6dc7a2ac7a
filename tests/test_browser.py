"""The site works in a real browser: fast, self-contained, accessible, in light and dark."""

import gzip
import re
from urllib.parse import parse_qs, urlsplit

import pytest
from docutils.nodes import make_id
from PIL import ImageColor
from playwright.sync_api import Browser, Page, expect
from pypdf import PdfReader

from _ext.course.palette import read_palette
from accessibility import find_violations
from built_site import PAGES_AND_404, read_page, take_first, take_turns
from tools.book import Book

PALETTE = read_palette()

WITH_EXERCISES = [page.name for page in Book().chapters]
WITH_FORMULAS = [
    page.name
    for page in Book().pages
    if any(t.type == "math_inline" for passage in page.passages for _, t in passage.parts)
]
# Kilobytes of a first visit, compressed: with plots, and without.
HEAVIEST, HEAVIEST_WITHOUT_PLOTS = 350, 250
# Requests until a page is there on a phone; pictures further below come later.
MOST_REQUESTS = 15
# Adds up how far what a reader sees is moved about while a page loads.
MEASURE_SHIFTS = """
    window.shifts = 0;
    new PerformanceObserver((list) => {
        for (const entry of list.getEntries()) window.shifts += entry.value;
    }).observe({type: "layout-shift", buffered: true});
"""
LOOKS = [(1350, "light"), (390, "dark"), (390, "light"), (1350, "dark")]
INVISIBLE_FORMULAS = """
    [...document.querySelectorAll("math")].filter((formula) =>
        !formula.checkVisibility({opacityProperty: true, visibilityProperty: true})
        || formula.getBoundingClientRect().height < 6
    ).map((formula) => formula.outerHTML)
"""
# One element of each kind and text; U+2061 to U+2064 are signs that are not seen.
MARK_DIFFERENT_SIGNS = """
    () => {
        const signs = new Map();
        for (const sign of document.querySelectorAll("math :is(mi, mn, mo, mtext)")) {
            const {tagName, textContent: text} = sign;
            const key = `${tagName} ${text} ${sign.getAttribute("mathvariant")}`;
            if (!/^[\\u2061-\\u2064]$/.test(text)) signs.set(key, sign);
        }
        for (const sign of signs.values()) sign.dataset.sign = "";
    }
"""
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
PHONES_AND_TABLETS = (320, 360, 375, 390, 412, 768)
# Pictures wider than their column, other than plots that scroll in a box that has a name.
CROPPED = """
    async () => {
        const frame = () => new Promise((done) => requestAnimationFrame(done));
        await frame();
        await frame();
        const pictures = [...document.querySelectorAll("figure :is(img, svg)")];
        return pictures.filter((picture) => picture.checkVisibility()).filter((picture) => {
            const {left, right} = picture.closest(".picture").getBoundingClientRect();
            const {left: start, right: end} = picture.getBoundingClientRect();
            return right > innerWidth || start < left - 1 || end > right + 1;
        }).map((picture) => picture.outerHTML.slice(0, 200));
    }
"""
OPEN_ALL = "document.querySelectorAll('details').forEach((d) => (d.open = true))"
# Boxes that scroll sideways, but that the keyboard does not reach or that have no name.
OUT_OF_REACH = """
    async () => {
        const frame = () => new Promise((done) => requestAnimationFrame(done));
        await frame();
        await frame();
        return [...document.querySelectorAll(".bd-article *")].filter((box) =>
            box.scrollWidth > box.clientWidth
            && ["auto", "scroll"].includes(getComputedStyle(box).overflowX)
            && !(box.tabIndex === 0 && box.ariaLabel)
        ).map((box) => box.outerHTML.slice(0, 100));
    }
"""
SEARCH = """
    (words) => {
        document.querySelector("#search-results").replaceChildren();
        Search.performSearch(words);
    }
"""
NOT_REACHED = """
    [...document.querySelectorAll("a[href], button, input:not([type=radio]), summary")]
        .filter((e) => e.checkVisibility({checkOpacity: true, checkVisibilityCSS: true}))
        .filter((e) => !e.disabled && e.dataset.reached === undefined)
        .map((e) => e.outerHTML.slice(0, 200))
"""
FOCUSED = """
    () => {
        let element = document.activeElement;
        element.dataset.reached = "";
        while (element.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
        // Options of labs show the focus of the radio button that lies over them.
        if (element.type === "radio") element = element.nextElementSibling;
        const style = getComputedStyle(element);
        return {
            text: element.textContent.trim() || element.ariaLabel,
            // After the last element the focus is on none, which is the body.
            visible: element === document.body
                || element.checkVisibility({checkOpacity: true})
                && style.outlineStyle === "solid" && parseFloat(style.outlineWidth) >= 2,
        };
    }
"""


def scroll_through(page: Page) -> None:
    """Scroll to the end, so that all pictures load."""
    page.evaluate("""
        async () => {
            for (let y = 0; y < document.body.scrollHeight; y += 600) {
                scrollTo(0, y);
                await new Promise((done) => setTimeout(done, 30));
            }
        }
    """)
    page.wait_for_load_state("networkidle")


@pytest.mark.parametrize("order", ["first", "second"])
def test_page_of_a_test_has_nothing_from_the_test_before(page: Page, base_url, order):
    page.goto(f"{base_url}/404.html")
    assert page.evaluate("localStorage.getItem('left')") is None
    page.evaluate("(order) => localStorage.setItem('left', order)", order)


@pytest.mark.parametrize("name", PAGES_AND_404)
def test_first_visit_is_light_steady_and_stays_on_the_site(browser: Browser, base_url, name):
    page = browser.new_page()
    errors, requested, bytes_of = [], [], {}

    def weigh(response) -> None:
        if response.status >= 400 and not (name == "404" and response.url.endswith("404.html")):
            errors.append(f"{response.status} {response.url}")
        elif not response.url.startswith("data:"):
            body = response.body()
            is_packed = re.search(r"\.(png|woff2)($|\?)", response.url)
            bytes_of[response.url] = len(body if is_packed else gzip.compress(body))

    def note_console(message) -> None:
        if message.type in ("error", "warning"):
            errors.append(message.text)

    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", note_console)
    # Where the network is cut off, a request is made but never answered.
    page.on("request", lambda request: requested.append(request.url))
    page.on("response", weigh)
    page.add_init_script(MEASURE_SHIFTS)
    page.goto(f"{base_url}/{name}.html", wait_until="load")
    scroll_through(page)
    assert not [url for url in requested if not url.startswith((base_url, "data:"))]
    assert not errors
    assert page.evaluate("window.shifts") < 0.02
    has_plots = page.locator("figure img").count() and name != "index"
    page.close()
    limit = HEAVIEST if has_plots else HEAVIEST_WITHOUT_PLOTS
    assert sum(bytes_of.values()) < 1000 * limit, bytes_of


@pytest.mark.parametrize("name", PAGES_AND_404)
def test_page_on_a_phone_is_there_after_few_requests_and_stands(
    browser: Browser, base_url, name
):
    page = browser.new_page(**PHONE)
    requested: list[str] = []
    page.on("request", lambda request: requested.append(request.url))
    page.add_init_script(MEASURE_SHIFTS)
    page.goto(f"{base_url}/{name}.html", wait_until="networkidle")
    shifts = page.evaluate("window.shifts")
    page.close()
    assert shifts < 0.01
    assert len([url for url in requested if not url.startswith("data:")]) <= MOST_REQUESTS


@pytest.mark.parametrize(("name", "look"), take_turns(PAGES_AND_404, LOOKS))
def test_page_is_accessible(page: Page, base_url, name, look):
    width, theme = look
    # Without motion nothing is half faded in when the contrast is measured.
    page.emulate_media(reduced_motion="reduce", color_scheme=theme)
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(f"{base_url}/{name}.html")
    page.evaluate(OPEN_ALL)
    assert not find_violations(page, themes=[theme])


@pytest.mark.parametrize("sign", [".highlight .k", "math mi"])
def test_pale_code_and_formulas_are_found(page: Page, base_url, sign):
    page.emulate_media(reduced_motion="reduce")
    page.goto(f"{base_url}/book/neuron.html")
    page.add_style_tag(content=f"{sign} {{ color: #ccc !important; }}")
    found = find_violations(page, themes=["light"])
    assert {rule for _, rule, _ in found} == {"color-contrast"}


def test_pale_code_is_found_though_the_first_of_it_is_scrolled_away(page: Page):
    line = '<div class="highlight"><pre style="width: 200px; overflow: auto">{}</pre></div>'
    word = '<span style="color: #ccc">word</span>'
    page.set_content(line.format(40 * "long " + word) + line.format(word))
    found = find_violations(page, themes=["light"])
    assert [element for _, rule, element in found if rule == "color-contrast"] == [word]


def test_lines_of_code_stand_as_far_apart_as_the_style_sheet_says(page: Page, base_url):
    page.goto(f"{base_url}/book/neuron.html")
    heights = page.locator(".cell pre").evaluate_all(
        "all => all.map(e => getComputedStyle(e)).map("
        "style => parseFloat(style.lineHeight) / parseFloat(style.fontSize))"
    )
    assert heights
    assert heights == pytest.approx([1.4] * len(heights))


@pytest.mark.parametrize("name", WITH_FORMULAS)
def test_formulas_are_visible_and_drawn_with_the_math_font(page: Page, base_url, name):
    page.goto(f"{base_url}/{name}.html")
    page.evaluate(OPEN_ALL)
    page.evaluate("document.fonts.ready")
    assert not page.evaluate(INVISIBLE_FORMULAS)
    page.evaluate(MARK_DIFFERENT_SIGNS)
    devtools = page.context.new_cdp_session(page)
    devtools.send("DOM.enable")
    devtools.send("CSS.enable")
    document = devtools.send("DOM.getDocument", {"depth": 0})["root"]["nodeId"]
    selection = {"nodeId": document, "selector": "[data-sign]"}
    signs = devtools.send("DOM.querySelectorAll", selection)["nodeIds"]
    assert signs
    for sign in signs:
        fonts = devtools.send("CSS.getPlatformFontsForNode", {"nodeId": sign})["fonts"]
        foreign = [font["familyName"] for font in fonts if not font["isCustomFont"]]
        assert not foreign, devtools.send("DOM.getOuterHTML", {"nodeId": sign})["outerHTML"]


@pytest.mark.parametrize("name", PAGES_AND_404)
def test_nothing_overflows_sideways_or_scrolls_out_of_reach(page: Page, base_url, name):
    page.goto(f"{base_url}/{name}.html")
    page.evaluate(OPEN_ALL)
    # 675 pixels are also a window of 1,350 at 200 %, and 320 one of 1,280 at 400 %.
    for width in (1350, 675, 390, 320):
        page.set_viewport_size({"width": width, "height": 900})
        expect(page.locator("h1")).to_be_visible()
        overflow = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert overflow <= 0, f"{overflow} pixels wider than a window of {width}"
        assert not page.evaluate(OUT_OF_REACH)


@pytest.mark.parametrize("name", WITH_EXERCISES)
def test_pictures_stay_in_their_column(page: Page, base_url, name):
    page.goto(f"{base_url}/{name}.html")
    page.evaluate(OPEN_ALL)
    for width in PHONES_AND_TABLETS:
        page.set_viewport_size({"width": width, "height": 900})
        assert not page.evaluate(CROPPED), width


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_code_can_be_copied_by_touch(browser, base_url, theme):
    permissions = ["clipboard-read", "clipboard-write"]
    page = browser.new_page(**PHONE, color_scheme=theme, permissions=permissions)
    page.goto(f"{base_url}/book/neuron.html")
    page.evaluate("navigator.clipboard.writeText('')")
    cell = page.locator(".cell_input:visible", has=page.locator(".copybtn:visible")).first
    button = cell.locator(".copybtn")
    button.scroll_into_view_if_needed()
    expect(button).to_have_css("opacity", "1")
    button.tap()
    code = cell.locator("pre").inner_text().strip()
    page.wait_for_function("navigator.clipboard.readText().then((text) => text !== '')")
    assert page.evaluate("navigator.clipboard.readText()").strip() == code
    expect(page.locator(":is(.cell_output, .attempt) .copybtn")).to_have_count(0)
    page.close()


def test_what_is_found_on_the_same_page_is_shown(page: Page, base_url):
    page.goto(f"{base_url}/book/glossary.html")
    page.locator("#filter-terms").fill("batch")
    expect(page.locator("#term-momentum")).to_be_hidden()
    page.keyboard.press("Control+k")
    page.locator("#pst-search-dialog input").fill("momentum")
    page.locator("#search-results a", has_text="Glossary: momentum").click()
    expect(page.locator("#pst-search-dialog")).to_be_hidden()
    expect(page.locator("#term-momentum")).to_be_in_viewport()


def test_search_leaves_no_marks_on_other_pages(page: Page, base_url):
    page.goto(f"{base_url}/search.html?q=neuron")
    result = page.locator("#search-results li a", has_text="A single neuron").first
    result.click()
    expect(page.locator("h1")).to_contain_text("A single neuron")
    page.wait_for_timeout(500)
    expect(page.locator(".highlighted, .highlight-link")).to_have_count(0)


def test_outline_follows_jumps_and_the_reader(page: Page, base_url):
    page.set_viewport_size({"width": 1350, "height": 900})
    page.goto(f"{base_url}/book/neuron.html")
    links = page.locator("#outline a")
    current = page.locator("#outline .active")
    expect(current).to_have_count(0)
    for link in reversed(links.all()):
        link.click()
        expect(current).to_have_text(link.inner_text())
        expect(current).to_have_attribute("aria-current", "location")
        heading = page.locator(f"{link.get_attribute('href')} > :is(h2, h3)")
        expect(heading).to_be_in_viewport()
        expect(heading).to_have_css("background-color", "rgba(0, 0, 0, 0)")
    page.mouse.move(600, 500)
    page.mouse.wheel(0, 20_000)
    expect(current).not_to_have_text(links.first.inner_text())


def test_mistake_is_told_with_its_page_and_version(page: Page, base_url):
    page.goto(f"{base_url}/book/neuron.html")
    links = page.get_by_role("link", name="Report a mistake")
    expect(links).to_have_count(2)
    for link in links.all():
        fields = parse_qs(urlsplit(link.get_attribute("href")).query)
        assert fields["template"] == ["unclear-or-wrong.yml"]
        assert re.fullmatch(r".*A single neuron, version \d.*neuron\.html", fields["place"][0])


@pytest.mark.parametrize("name", ["index", "book/neuron", "search"])
def test_keyboard_reaches_everything_with_a_visible_focus(page: Page, base_url, name):
    page.goto(f"{base_url}/{name}.html")
    page.keyboard.press("Tab")
    assert page.evaluate(FOCUSED)["text"] == "Skip to main content"
    unseen, seen = [], set()
    for _ in range(400):
        focused = page.evaluate(FOCUSED)
        seen.add(focused["text"])
        if not focused["visible"]:
            unseen.append(focused)
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement === document.body"):
            break
    assert not unseen
    assert {"Light or dark", "Search"} <= {text.partition("\n")[0] for text in seen if text}
    assert page.evaluate(NOT_REACHED) == []


def test_skip_link_leads_to_the_text(page: Page, base_url):
    page.goto(f"{base_url}/book/neuron.html")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('main') !== null")


def test_reduced_motion_is_respected(browser, base_url):
    page = browser.new_page(reduced_motion="reduce")
    page.goto(f"{base_url}/index.html")
    moving = page.evaluate("""
        () => [...document.querySelectorAll("*")].filter((element) => {
            const style = getComputedStyle(element);
            return style.scrollBehavior === "smooth"
                || parseFloat(style.transitionDuration) > 0
                || style.animationName !== "none";
        }).map((element) => element.outerHTML.slice(0, 100))
    """)
    page.close()
    assert not moving


def test_theme_button_switches_and_the_choice_is_kept(page: Page, base_url):
    page.emulate_media(color_scheme="light")
    page.goto(f"{base_url}/book/neuron.html")
    theme = "document.documentElement.dataset.theme"
    assert page.evaluate(theme) == "light"
    page.locator(".theme-switch-button:visible").press("Enter")
    assert page.evaluate(theme) == "dark"
    page.goto(f"{base_url}/book/networks.html")
    assert page.evaluate(theme) == "dark"


@pytest.mark.parametrize("name", take_first(WITH_EXERCISES))
def test_folded_solutions_open_and_close(page: Page, base_url, name):
    page.goto(f"{base_url}/{name}.html")
    solutions = page.locator("details.solution")
    assert solutions.count() >= 3
    for solution in solutions.all():
        body, title = solution.locator(".solution-content"), solution.locator("> summary")
        expect(body).to_be_hidden()
        title.press("Enter")
        expect(body).to_be_visible()
        title.press("Enter")
        expect(body).to_be_hidden()


# Not the first chapter, which has no picture, but the last.
@pytest.mark.parametrize("name", take_first(WITH_EXERCISES[::-1]))
def test_chapter_is_whole_without_scripts(browser, base_url, name):
    page = browser.new_page(java_script_enabled=False)
    page.goto(f"{base_url}/{name}.html")
    solution = page.locator("details.solution").first
    solution.locator("> summary").click()
    expect(solution.locator(".solution-content")).to_be_visible()
    pictures = page.locator("figure:not(details figure) :is(.on-light img, svg)").all()
    assert pictures or name == "book/getting-started"
    for picture in pictures:
        expect(picture).to_be_visible()
    expect(page.locator("html")).to_have_css("--text", PALETTE.light["text"].lower())
    page.keyboard.press("Tab")
    expect(page.locator(":focus")).to_have_css("outline-style", "solid")
    page.close()


@pytest.mark.parametrize(("mode", "theme"), [("auto", "dark"), ("light", "light")])
def test_system_that_has_changed_is_followed_before_anything_is_drawn(
    browser, base_url, mode, theme
):
    page = browser.new_page(color_scheme="dark")
    page.add_init_script(
        f"localStorage.setItem('mode', '{mode}'); localStorage.setItem('theme', 'light')"
    )
    page.route("**/_static/**/*.js*", lambda route: route.abort())
    page.goto(f"{base_url}/index.html")
    expect(page.locator("html")).to_have_attribute("data-theme", theme)
    page.close()


def test_diagrams_take_the_colours_of_the_theme(page: Page, base_url):
    strokes = set()
    for theme in ("light", "dark"):
        page.emulate_media(color_scheme=theme)
        page.goto(f"{base_url}/book/networks.html")
        circle = page.locator("figure svg circle").first
        strokes.add(circle.evaluate("(circle) => getComputedStyle(circle).stroke"))
    assert len(strokes) == 2


def test_links_at_the_foot_share_the_width_or_follow_each_other(page: Page, base_url):
    def boxes(width: int) -> list[dict]:
        page.set_viewport_size({"width": width, "height": 900})
        return [link.bounding_box() for link in page.locator(".prev-next-area a").all()]

    page.goto(f"{base_url}/book/gradient-descent.html")
    before, after = boxes(1350)
    assert (before["y"], before["width"]) == (after["y"], after["width"])
    before, after = boxes(390)
    assert before["y"] + before["height"] <= after["y"]


def test_pictures_for_dark_pages_are_shown_as_they_are_drawn(browser, base_url):
    page = browser.new_page(color_scheme="dark")
    page.goto(f"{base_url}/book/neuron.html")
    pictures = page.locator(".on-dark img").all()
    assert pictures
    for picture in pictures:
        expect(picture).to_have_css("filter", "none")
        expect(picture).to_have_css("mix-blend-mode", "normal")
    page.close()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_colours_of_plots_stand_out_from_the_page(theme):
    """Lines have a contrast of 3 to the page, words one of 4.5."""
    page = PALETTE.light if theme == "light" else PALETTE.light | PALETTE.dark
    plots = PALETTE.plots if theme == "light" else PALETTE.dark_plots
    words = plots | PALETTE.plots_words if theme == "light" else plots
    needed = dict.fromkeys(plots.values(), 3)
    needed |= dict.fromkeys([page["text"], *words.values()], 4.5)
    ground = ImageColor.getrgb(page["background"])
    for colour, contrast in needed.items():
        assert ratio(ImageColor.getrgb(colour), ground) >= contrast, colour


def ratio(one: tuple[int, ...], other: tuple[int, ...]) -> float:
    """Return the contrast of two colours as WCAG 2 defines it."""

    def luminance(colour) -> float:
        parts = [part / 255 for part in colour]
        linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def test_name_and_search_stay_in_sight_above_the_chapters(page: Page, base_url):
    page.set_viewport_size({"width": 1350, "height": 600})
    page.goto(f"{base_url}/book/where-next.html")
    bar = page.locator(".bd-sidebar-primary")
    bar.evaluate("(bar) => bar.scrollTo(0, bar.scrollHeight)")
    search = bar.locator(".search-button-field")
    for part in (bar.locator(".home"), search):
        expect(part).to_be_in_viewport(ratio=1)
    link = bar.get_by_role("link", name="Getting started")
    # Under the search, where it would be covered.
    bar.evaluate("(bar, y) => bar.scrollBy(0, y)", link.bounding_box()["y"] - 60)
    link.focus()
    assert (
        link.bounding_box()["y"] >= search.bounding_box()["y"] + search.bounding_box()["height"]
    )


@pytest.mark.parametrize("part", take_first(range(5)))
def test_search_finds_the_definition_of_every_term(page: Page, base_url, part):
    missed = []
    page.goto(f"{base_url}/search.html")
    for term in [*Book().glossary][part::5]:
        page.evaluate(SEARCH, term)
        expect(page.locator("#search-results .search-summary")).to_contain_text("found")
        links = page.locator("#search-results li > a:first-child").evaluate_all(
            "(links) => links.slice(0, 3).map((link) => link.href)"
        )
        anchor = make_id(f"term-{term}")
        if not any(link.lower().endswith(f"glossary.html#{anchor}") for link in links):
            missed.append((term, links))
    assert not missed


def test_search_field_leads_to_results(page: Page, base_url):
    page.goto(f"{base_url}/book/neuron.html")
    page.get_by_role("button", name="Search").first.click()
    page.get_by_role("searchbox").fill("sigmoid")
    page.keyboard.press("Enter")
    expect(page.locator("#search-results .search-summary")).to_contain_text("found")
    expect(page.locator("#search-results li").first).to_be_visible()


def test_search_button_is_named_by_what_it_shows(page: Page, base_url):
    page.goto(f"{base_url}/book/neuron.html")
    button = page.locator(".bd-sidebar-primary .search-button-field")
    expect(button).to_have_accessible_name("Search Ctrl + K")


def test_menu_closes_when_the_page_is_scrolled(page: Page, base_url):
    page.goto(f"{base_url}/book/neuron.html")
    page.get_by_role("button", name="Run this chapter").click()
    menu = page.locator(".dropdown-launch-buttons .dropdown-menu")
    expect(menu).to_be_visible()
    page.mouse.move(600, 600)
    page.mouse.wheel(0, 400)
    expect(menu).to_be_hidden()
    page.mouse.wheel(0, 400)
    page.wait_for_timeout(300)
    expect(menu).to_be_hidden()


@pytest.mark.parametrize("width", [992, 1100, 1199, 1200, 1350])
def test_search_field_does_not_cover_the_name_of_the_course(page: Page, base_url, width):
    page.set_viewport_size({"width": width, "height": 700})
    page.goto(f"{base_url}/book/where-next.html")
    name = page.locator("a.home").bounding_box()
    field = page.locator(".bd-sidebar-primary .search-button-field").bounding_box()
    assert name["y"] >= 0
    assert name["y"] + name["height"] <= field["y"]


def test_name_of_the_course_leads_home(page: Page, base_url):
    page.goto(f"{base_url}/book/neuron.html")
    link = page.get_by_label("Start page").get_by_role("link")
    expect(link).to_have_attribute("href", "../index.html")
    link.click()
    expect(page).to_have_url(f"{base_url}/index.html")


def test_chapter_prints_as_a_clean_document(browser, base_url, tmp_path):
    page = browser.new_page(color_scheme="dark")
    page.goto(f"{base_url}/book/neuron.html")
    paper = tmp_path / "neuron.pdf"
    page.pdf(path=paper, prefer_css_page_size=True)
    solutions = [s.inner_text() for s in page.locator("details.solution > summary").all()]
    page.emulate_media(media="print")
    assert page.evaluate("getComputedStyle(document.body).color") == "rgb(0, 0, 0)"
    visible = page.locator(":is(nav, button, .bd-header-article, .bd-footer):visible")
    assert visible.count() == 0
    for figure in page.locator("figure").all():
        assert figure.evaluate("(f) => getComputedStyle(f).breakInside") == "avoid"
    page.close()
    text = "".join(sheet.extract_text() for sheet in PdfReader(paper).pages)
    assert solutions
    assert "A single neuron" in text
    assert "Skip to main content" not in text
    assert "Search" not in text
    squeezed = re.sub(r"\s", "", text)
    for answer in read_page("book/neuron").select("details.solution"):
        first = re.sub(r"\s", "", answer.select_one(".solution-content p").find(string=True))
        assert first[:20] in squeezed


def test_addresses_of_links_are_printed(page: Page, base_url, tmp_path):
    page.goto(f"{base_url}/book/getting-started.html")
    links = page.locator("article a[href^=http]:not(.citation a)")
    addresses = links.evaluate_all("(links) => links.map((link) => link.getAttribute('href'))")
    page.pdf(path=tmp_path / "page.pdf", prefer_css_page_size=True)
    sheets = PdfReader(tmp_path / "page.pdf").pages
    text = re.sub(r"\s", "", "".join(sheet.extract_text() for sheet in sheets))
    assert addresses
    for address in addresses:
        assert f"({address})" in text


def test_a_wrong_address_leads_back_to_the_course(page: Page, base_url):
    page.goto(f"{base_url}/book/no/such/page.html")
    expect(page.locator("h1")).to_have_text("Page not found")
    page.locator("article a", has_text="first page").click()
    expect(page.locator("h1")).to_contain_text("Introduction to Neural Networks")
