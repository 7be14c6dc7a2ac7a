"""Labs answer mouse, keys and fingers, compute as Python does, and leave a picture behind."""

import gzip
import re
from io import BytesIO
from typing import Any

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Browser, FloatRect, Locator, Page, Response, expect

from accessibility import find_violations, set_theme
from built_site import SITE, take_turns
from frames import trace_frames
from tools.book import Book

LABS = [
    (page.name, d.argument) for page in Book().pages for d in page.directives if d.name == "lab"
]
# Kilobytes that a lab may weigh, compressed, all in.
HEAVIEST = 30
WIDTHS = (320, 390, 1350)
ACTIVATIONS = {
    "sigmoid": lambda z: 1 / (1 + np.exp(-z)),
    "tanh": np.tanh,
    "ReLU": lambda z: np.maximum(0, z),
}


def open_lab(page: Page, address: str, name: str) -> Locator:
    """Open a page, and return its lab when that is there."""
    page.emulate_media(reduced_motion="reduce")
    page.goto(address)
    lab = page.locator(f"{name}-lab")
    lab.scroll_into_view_if_needed()
    if lab.get_attribute("data-load") == "touch":
        lab.get_by_role("button", name="Try it").click()
    expect(lab.get_by_role("group").first).to_be_visible()
    if (more := lab.get_by_text("Look inside")).count():
        more.click()
    return lab


def find_axes(lab: Locator, plot: str = ".plot") -> FloatRect:
    """Scroll a plot into view, and return where its axes are.

    The plot stays, while its axes are made anew whenever it is drawn.
    """
    place = lab.locator(f"{plot}:visible").first
    place.scroll_into_view_if_needed()
    return place.evaluate(
        "(plot) => plot.querySelector('.axes rect').getBoundingClientRect().toJSON()"
    )


def evaluate_module(page: Page, base_url: str, module: str, body: str, data: Any) -> Any:
    """Return what a function body makes of a module `m` of labs and of some data `d`."""
    script = f"""async ([address, d]) => {{
        const m = await import(address);
        {body}
    }}"""
    return page.evaluate(script, [f"{base_url}/_static/labs/{module}", data])


def find_labs(responses: list[Response]) -> list[Response]:
    """Return those responses that a lab has brought, but for data that it fetches when used."""
    files = [response for response in responses if "/_static/labs/" in response.url]
    return [file for file in files if not file.url.endswith(".bin.gz")]


@pytest.mark.parametrize(("name", "lab"), LABS)
def test_page_fetches_its_lab_when_it_comes_near_and_little(
    page: Page, base_url, record_property, name, lab
):
    responses: list[Response] = []
    page.on("response", lambda response: responses.extend([response]))
    page.set_viewport_size({"width": 1350, "height": 600})
    page.goto(f"{base_url}/{name}.html", wait_until="networkidle")
    (loader,) = find_labs(responses)
    assert "/loader.mjs" in loader.url
    page.locator("figure.lab").first.scroll_into_view_if_needed()
    element = page.locator(f"{lab}-lab")
    if element.get_attribute("data-load") == "touch":
        element.get_by_role("button").click()
    expect(element.get_by_role("group").first).to_be_visible()
    page.wait_for_load_state("networkidle")
    fetched = find_labs(responses)
    assert any(response.url.endswith(f"/{lab}.mjs") for response in fetched)
    weight = sum(len(gzip.compress(response.body())) for response in fetched) / 1000
    record_property("kB", weight)
    assert weight < HEAVIEST


def open_waiting_lab(page: Page, base_url: str) -> Locator:
    """Open the chapter on neurons with a lab that waits for a touch, and return the lab."""
    address = f"{base_url}/book/neuron.html"
    html = page.request.get(address).text()
    html = html.replace("<neuron-lab", '<neuron-lab data-load="touch"')
    page.route(address, lambda route: route.fulfill(body=html, content_type="text/html"))
    page.goto(address)
    return page.locator("neuron-lab")


def test_lab_that_waits_for_a_touch_comes_with_it_or_with_its_button(page: Page, base_url):
    element = open_waiting_lab(page, base_url)
    button = element.get_by_role("button", name="Try it")
    button.focus()
    page.wait_for_load_state("networkidle")
    expect(element.locator(".picture")).to_be_visible()
    page.keyboard.press("Enter")
    expect(element.get_by_role("group").first).to_be_visible()
    expect(element.get_by_role("radio").first).to_be_focused()
    page.reload()
    element.locator(".picture").click()
    expect(element.get_by_role("group").first).to_be_visible()
    expect(button).to_have_count(0)
    expect(page.locator("#enlarged")).not_to_be_visible()


@pytest.mark.parametrize("missing", ["neuron-math.mjs", "lab.css"])
def test_lab_that_cannot_be_fetched_is_tried_again(page: Page, base_url, missing):
    page.route(f"**/{missing}", lambda route: route.fulfill(status=500, body="no"))
    element = open_waiting_lab(page, base_url)
    element.get_by_role("button", name="Try it").click()
    again = element.get_by_role("button", name="It cannot be loaded. Try again")
    expect(again).to_be_visible()
    expect(element.locator(".picture").first).to_be_visible()
    page.unroute(f"**/{missing}")
    again.click()
    element.get_by_role("button", name="Try it").click()
    expect(element.get_by_role("group").first).to_be_visible()


def test_reader_who_has_read_on_stays_there_when_the_page_is_loaded_again(page: Page, base_url):
    page.goto(f"{base_url}/book/neuron.html#lab-neuron")
    expect(page.locator("neuron-lab .lab")).to_be_visible()
    page.evaluate("scrollTo(0, document.body.scrollHeight)")
    page.wait_for_timeout(300)
    before = page.evaluate("scrollY")
    page.reload()
    expect(page.locator("neuron-lab .lab")).to_be_visible()
    page.wait_for_timeout(300)
    assert page.evaluate("scrollY") > before - 1000


def test_lab_that_cannot_be_fetched_leaves_its_picture(page: Page, base_url):
    page.route("**/neuron-math.mjs", lambda route: route.abort())
    page.goto(f"{base_url}/book/neuron.html#lab-neuron")
    page.wait_for_load_state("networkidle")
    expect(page.locator("neuron-lab .picture")).to_be_visible()


def test_two_fingers_enlarge_a_plot_and_change_nothing_in_it(browser, base_url):
    size = {"width": 390, "height": 844}
    context = browser.new_context(viewport=size, has_touch=True, is_mobile=True)
    page = context.new_page()
    lab = open_lab(page, f"{base_url}/book/neuron.html", "neuron")
    before = lab.locator(".computation").text_content()
    axes = find_axes(lab)
    x, y = axes["x"] + axes["width"] / 4, axes["y"] + axes["height"] / 4
    devtools = context.new_cdp_session(page)

    def touch(kind: str, *places: float) -> None:
        points = [{"x": place, "y": y, "id": number} for number, place in enumerate(places)]
        devtools.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    touch("touchStart", x)
    touch("touchStart", x, x + 20)
    for step in range(1, 12):
        touch("touchMove", x - 4 * step, x + 20 + 8 * step)
        page.wait_for_timeout(20)
    touch("touchEnd")
    page.wait_for_function("visualViewport.scale > 1.2")
    expect(lab.locator(".computation")).to_have_text(before)
    context.close()


@pytest.mark.parametrize(("name", "lab"), LABS)
def test_contrast_themes_show_what_is_chosen(browser, base_url, name, lab):
    page = browser.new_page(forced_colors="active")
    element = open_lab(page, f"{base_url}/{name}.html", lab)
    grounds: dict[bool, set] = {True: set(), False: set()}
    for choice in element.locator(".choice label:visible").all():
        with Image.open(BytesIO(choice.locator("span").screenshot())) as drawn:
            ground = drawn.convert("RGB").getpixel((5, drawn.height // 2))
        grounds[choice.locator("input").is_checked()].add(ground)
    assert len(grounds[True]) == len(grounds[False]) == 1
    assert grounds[True] != grounds[False]
    page.close()


def test_pages_without_labs_fetch_nothing_for_them():
    with_labs = {name for name, _ in LABS}
    for path in SITE.rglob("*.html"):
        name = path.relative_to(SITE).with_suffix("").as_posix()
        assert ("_static/labs/" in path.read_text("utf-8")) == (name in with_labs), name


@pytest.mark.parametrize(("place", "width"), take_turns(LABS, WIDTHS))
def test_lab_has_no_faults_for_axe_and_does_not_overflow(page: Page, base_url, place, width):
    name, lab = place
    page.set_viewport_size({"width": width, "height": 900})
    open_lab(page, f"{base_url}/{name}.html", lab)
    assert not find_violations(page, "figure.lab")
    assert not page.evaluate("document.documentElement.scrollWidth > innerWidth")


@pytest.mark.parametrize(("name", "lab"), LABS)
def test_without_scripts_and_on_paper_its_picture_stands_there(
    browser: Browser, base_url, name, lab
):
    page = browser.new_page(java_script_enabled=False)
    page.goto(f"{base_url}/{name}.html")
    picture = page.locator(f"{lab}-lab .picture").first
    expect(picture).to_be_visible()
    page.close()
    page = browser.new_page()
    group = open_lab(page, f"{base_url}/{name}.html", lab).get_by_role("group").first
    picture = page.locator(f"{lab}-lab .picture svg, {lab}-lab .picture img").first
    expect(picture).to_be_hidden()
    page.emulate_media(media="print")
    expect(picture).to_be_visible()
    expect(group).to_be_hidden()
    page.close()


@pytest.mark.parametrize(("name", "lab"), [pair for pair in LABS if pair[0] != "index"])
def test_page_keeps_the_room_that_a_lab_needs(page: Page, base_url, name, lab):
    sizes = [{"width": width, "height": 800} for width in (1350, 768, 390)]
    page.goto(f"{base_url}/{name}.html", wait_until="networkidle")
    place, kept = page.locator(f"{lab}-lab"), []
    for size in sizes:
        page.set_viewport_size(size)
        kept.append(place.bounding_box()["height"])
    open_lab(page, f"{base_url}/{name}.html", lab)
    for size, height in zip(sizes, kept, strict=True):
        page.set_viewport_size(size)
        page.wait_for_timeout(300)
        needed = place.evaluate("(lab) => lab.shadowRoot.querySelector('.lab').offsetHeight")
        assert height - 48 <= needed <= height, size


@pytest.mark.parametrize(("name", "lab"), LABS)
def test_state_comes_from_the_address_and_goes_there(page: Page, base_url, name, lab):
    element = open_lab(page, f"{base_url}/{name}.html", lab)
    figure = page.locator("figure.lab").first.get_attribute("id")
    slider = element.get_by_role("slider").first
    start = slider.input_value()
    slider.focus()
    page.keyboard.press("ArrowRight")
    changed = slider.input_value()
    assert changed != start
    expect(page).to_have_url(re.compile(rf"#{figure}\?\w+="))
    address = page.url
    expect(element.get_by_role("button", name="Reset to the link")).to_be_hidden()
    element.get_by_role("button", name="Reset").click()
    expect(slider).to_have_value(start)
    other = page.context.new_page()
    other.goto(address)
    expect(other.locator(f"{lab}-lab").get_by_role("slider").first).to_have_value(changed)
    top = other.locator(f"{lab}-lab").bounding_box()["y"]
    assert 0 <= top < other.viewport_size["height"] / 4
    other.close()


def test_state_that_is_no_link_stays_when_the_page_is_loaded_again(neuron: Locator, page: Page):
    weight = neuron.get_by_role("slider", name="weight").first
    weight.fill("3")
    expect(page).to_have_url(re.compile(r"\?w=3$"))
    page.reload()
    expect(weight).to_have_value("3")
    expect(neuron.get_by_role("button", name="Reset to the link")).to_be_hidden()
    neuron.get_by_role("button", name="Reset").click()
    expect(weight).to_have_value("2")


def test_resets_lead_to_the_link_that_was_followed_and_to_the_state_of_the_figure(
    page: Page, base_url
):
    page.goto(f"{base_url}/book/logic-gates.html")
    page.locator("a[href*='lab-gates?seed=11']").click()
    lab = page.locator("gates-lab")
    seed = lab.get_by_role("slider", name="seed")
    own = lab.get_by_role("button", name="Reset", exact=True)
    link = lab.get_by_role("button", name="Reset to the link")
    expect(seed).to_have_value("11")
    for leave in (lambda: None, page.reload):
        seed.fill("12")
        expect(page).to_have_url(re.compile(r"seed=12$"))
        leave()
        expect(seed).to_have_value("12")
        link.click()
        expect(seed).to_have_value("11")
        own.click()
        expect(seed).to_have_value("0")
    seed.fill("13")
    expect(page).to_have_url(re.compile(r"seed=13$"))
    page.locator("a[href*='lab-gates?h=ReLU']").first.click()
    expect(seed).to_have_value("0")
    link.click()
    expect(lab.get_by_role("radio", name="ReLU")).to_be_checked()
    page.go_back()
    expect(seed).to_have_value("13")
    link.click()
    expect(seed).to_have_value("11")


def test_link_moves_the_focus_into_the_lab_and_back_leads_to_the_link(page: Page, base_url):
    page.goto(f"{base_url}/book/neuron.html")
    lab = page.locator("neuron-lab")
    lab.scroll_into_view_if_needed()
    lab.get_by_role("slider", name="weight").first.fill("3")
    expect(page).to_have_url(re.compile(r"w=3$"))
    link = page.locator("a[href*='lab-neuron?']").first
    link.scroll_into_view_if_needed()
    link.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#lab-neuron")).to_be_in_viewport()
    expect(lab.get_by_role("radio", name="two")).to_be_focused()
    lab.get_by_role("slider", name="weight").first.fill("5")
    expect(page).to_have_url(re.compile(r"w1=5&"))
    page.go_back()
    expect(lab.get_by_role("slider", name="weight").first).to_have_value("3")
    expect(link).to_be_in_viewport()


def test_last_change_before_a_link_is_kept(page: Page, base_url):
    page.goto(f"{base_url}/book/neuron.html")
    lab = page.locator("neuron-lab")
    lab.scroll_into_view_if_needed()
    weight = lab.get_by_role("slider", name="weight").first
    weight.fill("3")
    page.locator("a[href^='networks.html']").first.evaluate("(link) => link.click()")
    expect(page).to_have_url(re.compile(r"networks\.html"))
    page.go_back()
    expect(weight).to_have_value("3")


def test_link_that_has_been_followed_already_leads_to_the_lab_again(page: Page, base_url):
    page.goto(f"{base_url}/book/logic-gates.html")
    link = page.locator("a[href*='lab-gates?seed=11']")
    for _ in range(2):
        link.scroll_into_view_if_needed()
        page.locator("h1").scroll_into_view_if_needed()
        link.evaluate("(link) => link.click()")
        expect(page.locator("gates-lab").get_by_role("slider", name="seed")).to_have_value("11")
        expect(page.locator("gates-lab .plane")).to_be_in_viewport()
        # What comes later is written into the address, too.
        expect(page).to_have_url(re.compile(r"#lab-gates\?seed=11$"))


@pytest.mark.parametrize(
    ("name", "lab", "selector"),
    [
        ("neuron", "neuron", "#w"),
        ("neuron", "neuron", ".plot svg"),
        ("gradient-descent", "descent", "#rate"),
        ("gradient-descent", "descent", ".plot svg"),
        ("backpropagation", "backpropagation", "#chosen"),
    ],
)
def test_swipe_that_scrolls_the_page_changes_nothing(
    browser: Browser, base_url, name, lab, selector
):
    context = browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True)
    page = context.new_page()
    element = open_lab(page, f"{base_url}/book/{name}.html", lab)
    box = element.locator(selector).first.bounding_box()
    page.mouse.wheel(0, box["y"] - 500)
    page.wait_for_timeout(300)
    box = element.locator(selector).first.bounding_box()
    before = element.evaluate("(lab) => JSON.stringify(lab.state)")
    x, y = box["x"] + 0.8 * box["width"], box["y"] + box["height"] / 2
    element.evaluate("""(lab) => {
        window.changes_ = 0;
        const set = lab.set.bind(lab);
        lab.set = (changes) => { window.changes_++; set(changes); };
    }""")
    fingers = context.new_cdp_session(page)
    touch = "Input.dispatchTouchEvent"
    top = page.evaluate("scrollY")
    fingers.send(touch, {"type": "touchStart", "touchPoints": [{"x": x, "y": y}]})
    for step in range(1, 11):
        points = [{"x": x, "y": y - 20 * step}]
        fingers.send(touch, {"type": "touchMove", "touchPoints": points})
    fingers.send(touch, {"type": "touchEnd", "touchPoints": []})
    page.wait_for_timeout(300)
    assert page.evaluate("scrollY") > top + 100
    assert page.evaluate("window.changes_") > 0
    assert element.evaluate("(lab) => JSON.stringify(lab.state)") == before
    context.close()


def test_dragging_selects_no_text(neuron: Locator, page: Page):
    box = find_axes(neuron)
    page.mouse.move(box["x"] + 0.5 * box["width"], box["y"] + 0.5 * box["height"])
    page.mouse.down()
    page.mouse.move(box["x"] - 40, box["y"] + box["height"] + 40, steps=10)
    selection = "(lab) => [document, lab.shadowRoot].map((r) => String(r.getSelection()))"
    assert neuron.evaluate(selection) == ["", ""]
    page.mouse.up()


@pytest.mark.parametrize("width", WIDTHS)
def test_neuron_keeps_its_height(page: Page, base_url, width):
    page.set_viewport_size({"width": width, "height": 900})
    heights = set()
    for state in ("w=2", "w=0", "h=ReLU&w=8&b=8&x=4", "h=sigmoid&w=-8&b=-8&x=-4"):
        page.goto("about:blank")
        lab = open_lab(page, f"{base_url}/book/neuron.html#lab-neuron?{state}", "neuron")
        heights.add(lab.bounding_box()["height"])
    assert max(heights) - min(heights) < 1


def test_numbers_of_cells_lie_on_the_lines_of_the_point(page: Page, base_url):
    state = "inputs=two&cells=0.5,0.5&x1=0.53&x2=0.8"
    lab = open_lab(page, f"{base_url}/book/neuron.html#lab-neuron?{state}", "neuron")
    kinds = lab.locator(".marks > *:visible").evaluate_all(
        "(marks) => marks.map((mark) => mark.getAttribute('class'))"
    )
    assert kinds.index("value") > max(kinds.index("point"), kinds.index("transition"))
    assert kinds[-1] == "handle"


def test_parameters_of_an_address_are_kept_within_their_range(page: Page, base_url):
    page.goto(base_url)
    parameters = {
        "w": {"label": "w", "min": -8, "max": 8, "step": 0.1, "start": 2},
        "h": {"label": "h", "options": ["sigmoid", "tanh"], "start": "tanh"},
        "cells": {"list": True, "start": []},
    }
    cases = {
        "": "",
        "w=2&h=tanh": "",
        "w=-1.04": "w=-1",
        "w=99&h=sigmoid": "w=8&h=sigmoid",
        "w=&h=cos&other=1": "",
        "w=NaN&cells=0.5,1": "cells=0.5,1",
        "cells=0.5,x": "",
        "cells=": "",
    }
    body = "return d.texts.map((t) => m.formatState(d.p, m.parseState(d.p, t)));"
    data = {"p": parameters, "texts": list(cases)}
    found = evaluate_module(page, base_url, "state.mjs", body, data)
    assert dict(zip(cases, found, strict=True)) == cases


def test_ticks_are_round_and_colours_between_their_neighbours(page: Page, base_url):
    page.goto(base_url)
    body = "return d.map(([interval, count]) => m.findTicks(interval, count));"
    cases = [([-4, 4], 5), ([0, 1], 5), ([-0.3, 5.2], 5), ([-1.15, 1.15], 5)]
    assert evaluate_module(page, base_url, "plot.mjs", body, cases) == [
        [-4, -2, 0, 2, 4],
        [0, 0.2, 0.4, 0.6, 0.8, 1],
        [0, 2, 4],
        [-1, -0.5, 0, 0.5, 1],
    ]
    body = "return d.map((part) => m.mix([[0, 0, 0], [10, 20, 30], [10, 20, 0]], part));"
    assert evaluate_module(page, base_url, "plot.mjs", body, [-1, 0.25, 0.75, 2]) == [
        [0, 0, 0],
        [5, 10, 15],
        [10, 20, 15],
        [10, 20, 0],
    ]


def test_neuron_computes_as_python_does(page: Page, base_url):
    page.goto(base_url)
    random = np.random.default_rng(1)
    weights = random.uniform(-12, 12, (200, 2))
    biases = random.uniform(-16, 16, 200)
    points = random.uniform(0, 1, (200, 2))
    z = (weights * points).sum(axis=1) + biases
    body = """return d.map(([w, b, x]) => {
        const z = m.sum(x, w, b);
        return [z, ...Object.values(m.activations).map((h) => h(z))];
    });"""
    data = [
        [w.tolist(), float(b), x.tolist()]
        for w, b, x in zip(weights, biases, points, strict=True)
    ]
    found = np.array(evaluate_module(page, base_url, "neuron-math.mjs", body, data))
    expected = np.stack([z, *(h(z) for h in ACTIVATIONS.values())], axis=1)
    assert np.allclose(found, expected, atol=1e-12)
    # The line on which z is 0 passes through the square where the corners differ in sign.
    body = "return d.map(([w, b]) => m.findBoundary(w, b));"
    lines = evaluate_module(page, base_url, "neuron-math.mjs", body, data)
    corners = np.array([[0, 0], [0, 1], [1, 0], [1, 1]]) @ weights.T + biases
    for w, b, column, line in zip(weights, biases, corners.T, lines, strict=True):
        assert len(line) == (2 if column.min() < 0 < column.max() else 0)
        for end in line:
            assert np.isclose(np.dot(w, end) + b, 0, atol=1e-9)
            assert 0 in end or 1 in end


@pytest.fixture
def neuron(page: Page, base_url) -> Locator:
    """The neuron lab, in a wide window."""
    page.set_viewport_size({"width": 1350, "height": 900})
    return open_lab(page, f"{base_url}/book/neuron.html", "neuron")


def read(lab: Locator) -> list[str]:
    """Return the lines of the computation, with a plain minus."""
    text = lab.locator(".computation p").all_inner_texts()
    return [line.replace("−", "-").replace("\N{NO-BREAK SPACE}", " ") for line in text]


@pytest.mark.parametrize("h", ACTIVATIONS)
def test_neuron_shows_the_computation_of_what_keys_have_set(neuron: Locator, page: Page, h):
    neuron.get_by_role("radio", name=h).check()
    for name, keys in (("weight", "Home"), ("bias", "End"), ("input", "ArrowLeft")):
        slider = neuron.get_by_role("slider", name=name)
        slider.focus()
        page.keyboard.press(keys)
    z = -8 * 1.4 + 8
    a = ACTIVATIONS[h](z)
    expect(neuron.locator(".computation")).to_contain_text(f"= −{-z:.2f}")
    shown = {"sigmoid": "σ"}.get(h, h)
    assert read(neuron) == [
        f"z = wx + b = -8.0 · 1.4 + 8.0 = {z:.2f}",
        f"a = {shown}(z) = {shown}({z:.2f}) = {a:.3f}".replace("-0.000", "0.000"),
        "Transition: x = -b/w = 1.00",
    ]
    expect(neuron.locator(".unseen")).to_contain_text("Transition")


def test_relu_of_the_neuron_leaves_the_plot_where_it_is_too_high(page: Page, base_url):
    lab = open_lab(page, f"{base_url}/book/neuron.html#lab-neuron?h=ReLU&w=8&b=0", "neuron")
    expect(lab.locator(".computation")).to_contain_text("= 12.000")
    axes = find_axes(lab)
    curve = lab.locator(".curve").bounding_box()
    assert curve["x"] + curve["width"] < axes["x"] + 0.65 * axes["width"]
    expect(lab.locator(".marks .value")).to_have_text("12.0 ↑")
    lab.get_by_role("slider", name="input").fill("0.5")
    expect(lab.locator(".marks .value")).to_have_count(0)


def test_neuron_without_a_weight_has_no_transition(page: Page, base_url):
    lab = open_lab(page, f"{base_url}/book/neuron.html#lab-neuron?w=0", "neuron")
    expect(lab.locator(".computation")).to_contain_text("No transition")
    expect(lab.locator(".curve")).to_be_attached()
    expect(lab.locator(".transition")).to_have_count(0)


def test_point_of_the_neuron_follows_the_mouse(neuron: Locator, page: Page):
    axes = find_axes(neuron)
    box = neuron.locator(".handle").bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.move(axes["x"] + axes["width"] * 0.25, axes["y"] + 50, steps=5)
    page.mouse.up()
    expect(neuron.get_by_role("slider", name="input")).to_have_value("-2")
    page.mouse.move(axes["x"] + axes["width"] * 0.75, axes["y"] + 50)
    expect(neuron.get_by_role("slider", name="input")).to_have_value("-2")


def test_point_of_the_neuron_follows_a_finger(browser: Browser, base_url):
    page = browser.new_page(viewport={"width": 390, "height": 844}, has_touch=True)
    lab = open_lab(page, f"{base_url}/book/neuron.html#lab-neuron?inputs=two", "neuron")
    box = find_axes(lab)
    page.touchscreen.tap(box["x"] + box["width"] * 0.25, box["y"] + box["height"] * 0.25)
    sliders = lab.get_by_role("slider", name="input")
    for slider, value in zip(sliders.all(), (0.25, 0.75), strict=True):
        assert abs(float(slider.input_value()) - value) < 0.02
    page.close()


def test_plane_of_the_neuron_has_the_colours_of_its_outputs(page: Page, base_url):
    state = "inputs=two&h=sigmoid&w1=10&w2=10&b2=-14"
    lab = open_lab(page, f"{base_url}/book/neuron.html#lab-neuron?{state}", "neuron")
    for theme in ("dark", "light"):
        set_theme(page, theme)
        page.wait_for_timeout(100)
        script = """(element) => {
            const canvas = element.shadowRoot.querySelector("canvas:not([hidden])");
            const style = getComputedStyle(element);
            const names = ["--diagram-input", "--diagram-output"];
            const at = (x, y) => [...canvas.getContext("2d").getImageData(x, y, 1, 1).data];
            return [names.map((name) => style.getPropertyValue(name)), at(1, 94), at(94, 1)];
        }"""
        names, low, high = lab.evaluate(script)
        for name, colour, away in zip(names, (low, high), (1e-3, 0.02), strict=True):
            wanted = [int(name.strip()[i : i + 2], 16) for i in (1, 3, 5)]
            assert np.allclose(colour[:3], wanted, atol=2 + 255 * 2 * away), (theme, name)


def test_exercise_opens_the_neuron_that_it_speaks_of(page: Page, base_url):
    page.set_viewport_size({"width": 1350, "height": 900})
    page.goto(f"{base_url}/book/neuron.html")
    page.locator("a[href*='lab-neuron?']").first.click()
    lab = page.locator("neuron-lab")
    expect(lab.locator(".cell")).to_have_count(4)
    expect(lab.locator(".computation")).to_contain_text("z is 0 on the whole square")
    expect(lab.locator(".computation")).to_contain_text("Cell (0.1, 0.1): a = 0.500")
    expect(lab.get_by_role("button", name="Copy link")).to_be_visible()
    expect(page.locator("#lab-neuron")).to_be_in_viewport()
    weight = lab.get_by_role("slider", name="weight").first
    weight.fill("3")
    expect(page).to_have_url(re.compile(r"w1=3\b"))


def test_copied_link_leads_to_the_same_state(neuron: Locator, page: Page):
    neuron.get_by_role("slider", name="bias").fill("1")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    neuron.get_by_role("button", name="Copy link").click()
    expect(neuron.locator(".note")).to_have_text("The link is copied.")
    assert page.url.endswith("#lab-neuron?b=1")
    assert page.evaluate("navigator.clipboard.readText()") == page.url
    page.context.clear_permissions()


def test_link_counts_even_if_the_address_is_written_at_the_same_time(
    neuron: Locator, page: Page
):
    page.evaluate("""() => {
        location.hash = "lab-neuron?b=2";
        history.replaceState(null, "", "#lab-neuron?b=1");
    }""")
    expect(neuron.get_by_role("slider", name="bias")).to_have_value("2")


@pytest.mark.slow
def test_dragging_keeps_up_with_the_screen(neuron: Locator, page: Page, record_property):
    """The frames that a drag takes are reported; they depend on the machine."""
    neuron.get_by_role("radio", name="two").check()
    expect(neuron.locator(".axes rect:visible")).to_be_visible()
    axes = find_axes(neuron)
    page.mouse.move(axes["x"] + 5, axes["y"] + 5)
    page.mouse.down()
    with trace_frames(page, record_property):
        end = axes["x"] + axes["width"] - 5, axes["y"] + axes["height"] - 5
        page.mouse.move(*end, steps=120)
    page.mouse.up()
    expect(neuron.get_by_role("slider", name="input").nth(0)).not_to_have_value("0.7")
