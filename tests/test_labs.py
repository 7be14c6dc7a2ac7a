"""Labs load when they are near, keep their state, and obey mouse, fingers and keys."""

import gzip
import re
from urllib.parse import parse_qsl, unquote, urljoin

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from conftest import PAGES, find_axe_faults, read
from labs import drag, evaluate_module, find_axes, find_middle, open_lab, swipe

LABS = {
    "index": "digits",
    "book/deep-learning": "weights",
    "book/neuron": "neuron",
    "book/networks": "ramps",
    "book/loss": "softmax",
    "book/gradient-descent": "descent",
    "book/backpropagation": "backpropagation",
    "book/logic-gates": "gates",
    "book/generalisation": "capacity",
    "book/optimizers": "descent",
    "book/evaluation": "threshold",
    "book/cross-validation": "study",
    "book/mnist": "digits",
    "book/convolution": "convolution",
    "book/your-own-data": "leaks",
}
ALL = [*LABS.items(), ("book/mnist", "confusion")]
ALL += [("book/cross-validation", "answers")]
EARLY = {"loader.mjs", "room.css", "elements.mjs"}  # before any lab
HEAVIEST = 30  # kB that a lab may weigh, compressed, all in but the digits' network


@pytest.mark.parametrize(("name", "lab"), LABS.items())
def test_page_fetches_its_lab_when_it_comes_near_and_little(page, base_url, name, lab):
    files = {}

    def note(request):
        file = request.url.split("/_static/labs/")[-1].split("?")[0]
        is_other = file.endswith(".bin.gz") or file == "memory.mjs"  # of questions
        if "/_static/labs/" in request.url and not is_other:
            files[file] = request.url

    page.on("request", note)
    page.set_viewport_size({"width": 1350, "height": 600})
    page.goto(f"{base_url}/{name}.html", wait_until="networkidle")
    top = page.locator(f"{lab}-lab").first.bounding_box()["y"]
    assert top < 1500 or set(files) <= EARLY
    open_lab(page, f"{base_url}/{name}.html", lab)
    page.wait_for_load_state("networkidle")
    assert f"{lab}.mjs" in files
    bodies = [page.request.get(url).body() for url in files.values()]
    assert sum(len(gzip.compress(body)) for body in bodies) < 1000 * HEAVIEST


def find_states(name):
    """Yield what a page sets in labs: the lab, the setting's name, and its value."""
    for tag in read(name).select("figure.lab > [data-state]"):
        yield from ((tag.name, *setting) for setting in parse_qsl(tag["data-state"]))
    for link in read(name).select("a[href*='?']"):
        path, _, anchor = link["href"].partition("#")
        figure, _, state = anchor.partition("?")
        target = unquote(urljoin(name, path))
        if figure and state:
            lab = read(target).find(id=figure).find(re.compile("-lab$"))
            yield from ((lab.name, *setting) for setting in parse_qsl(state))


@pytest.mark.parametrize("name", [name for name in PAGES if any(find_states(name))])
def test_labs_and_links_to_them_set_what_a_lab_has(page, base_url, name):
    check = """
        const { fit } = await import(address);
        const wrong = [];
        for (const [lab, key, value] of d) {
            await import(address.replace("state", lab.replace("-lab", "")));
            const { parameters } = customElements.get(lab);
            const kept = key in parameters ? fit(parameters[key], value) : undefined;
            if (String(kept) !== value && kept !== Number(value)) {
                wrong.push(`the ${lab} has no ${key}=${value}`);
            }
        }
        return wrong;
    """
    states = list(find_states(name))
    assert not evaluate_module(page, base_url, "state.mjs", check, states)


@pytest.mark.parametrize("is_touch", [False, True])
@pytest.mark.parametrize("is_early", [False, True])
def test_first_stroke_on_the_landing_page_is_drawn_and_the_page_stays(
    new_context, base_url, is_early, is_touch
):
    size = {"width": 390 if is_touch else 1350, "height": 900}
    page = new_context(viewport=size, has_touch=is_touch).new_page()
    held = []
    if is_early:
        page.route("**/digits.mjs", lambda route: held.append(route))
    with page.expect_request("**/digits.mjs"):
        page.goto(f"{base_url}/index.html")
    lab = page.locator("digits-lab")
    if not is_early:
        expect(lab.locator(".digit")).to_have_text("8")
    before = [lab.bounding_box(), page.evaluate("scrollY")]
    left, top, side = before[0]["x"], before[0]["y"], before[0]["width"] / 700
    places = [
        (left + x * side, top + y * side) for x, y in ((40, 40), (180, 40), (110, 200))
    ]
    if is_touch:
        swipe(page, *places)
    else:
        drag(page, *places)
    for route in held:
        route.continue_()
    expect(lab.locator(".digit")).to_have_text("7")
    assert lab.bounding_box() == before[0]
    assert page.evaluate("scrollY") == before[1]


def test_lab_that_cannot_be_fetched_leaves_its_picture(page: Page, base_url):
    page.route("**/lab.css", lambda route: route.fulfill(status=500, body="no"))
    with page.expect_response("**/lab.css"):
        page.goto(f"{base_url}/index.html")
    expect(page.locator("digits-lab svg")).to_be_visible()


@pytest.mark.parametrize(("name", "lab"), ALL)
def test_lab_has_no_faults_for_axe_in_either_theme(page, base_url, name, lab):
    page.set_viewport_size({"width": 320, "height": 900})
    element = open_lab(page, f"{base_url}/{name}.html", lab)
    for width in (320, 390, 1350):
        page.set_viewport_size({"width": width, "height": 900})
        element.evaluate("(lab) => new Promise(requestAnimationFrame)")
        themes = ["light", "dark"] if width == 1350 else ["light"]
        assert not find_axe_faults(page, "figure.lab", themes)


@pytest.mark.parametrize(
    ("name", "lab"),
    # The first page's lab and the leaks have no sliders.
    [item for item in LABS.items() if item[0] != "index" and item[1] != "leaks"],
)
def test_state_comes_from_the_address_and_goes_there(page: Page, base_url, name, lab):
    element = open_lab(page, f"{base_url}/{name}.html", lab)
    slider = element.get_by_role("slider").first
    start = slider.input_value()
    slider.focus()
    page.keyboard.press("ArrowRight")
    changed = slider.input_value()
    assert changed != start
    figure = page.locator("figure.lab").first.get_attribute("id")
    expect(page).to_have_url(re.compile(rf"#{figure}\?\w+="))
    page.reload()
    expect(slider).to_have_value(changed)
    element.get_by_role("button", name="Reset").click()
    expect(slider).to_have_value(start)


@pytest.mark.parametrize(
    ("name", "states"),
    [
        ("neuron", [{"b2": -11}, {"w1": -12}]),
        ("gradient-descent", [{"n": 0}, {"surface": "bowl"}, {"rate": 1.15, "n": 500}]),
        ("backpropagation", [{"step": 4}, {"step": 18}, {"step": 19, "rate": "0.1"}]),
        ("logic-gates", [{"epoch": 200}, {"seed": 11, "epoch": 1000}]),
        ("generalisation", [{"width": 8}, {"width": 64, "cells": 3000}]),
    ],
)
def test_lab_does_not_grow_under_the_reader(page: Page, base_url, name, states):
    page.set_viewport_size({"width": 390, "height": 900})
    address = f"{base_url}/book/{name}.html"
    lab = open_lab(page, address, LABS[f"book/{name}"])
    script = """async (lab, state) => {
        lab.set(state);
        await new Promise((resolve) => setTimeout(resolve, 100));
        return lab.offsetHeight;
    }"""
    assert len({lab.evaluate(script, state) for state in [{}, *states]}) == 1


@pytest.mark.parametrize(
    ("name", "part"),
    [
        ("neuron", "#w"),
        ("neuron", ".plot svg"),
        ("softmax", "#g1"),
        ("backpropagation", ".number"),
    ],
)
def test_swipe_that_scrolls_the_page_changes_nothing(phone, base_url, name, part):
    state = "lab-neuron-curve?inputs=one" if name == "neuron" else ""
    place = next(place for place, lab in LABS.items() if lab == name)
    lab = open_lab(phone, f"{base_url}/{place}.html#{state}", name)
    lab.locator(part).first.evaluate(
        "(part) => part.scrollIntoView({ block: 'center' })"
    )
    phone.wait_for_timeout(300)
    before = lab.evaluate("(lab) => JSON.stringify({ ...lab.state, at: '' })")
    box = lab.locator(part).first.bounding_box()
    x, y = box["x"] + 0.8 * box["width"], box["y"] + box["height"] / 2
    top = phone.evaluate("scrollY")
    swipe(phone, *((x, y - 20 * step) for step in range(11)))
    phone.wait_for_function("top => scrollY > top + 100", arg=top)
    phone.wait_for_timeout(300)
    assert lab.evaluate("(lab) => JSON.stringify({ ...lab.state, at: '' })") == before


def count_listeners(page: Page) -> int:
    """Return how many listeners the window has."""
    session = page.context.new_cdp_session(page)
    window = session.send("Runtime.evaluate", {"expression": "window"})["result"]
    found = session.send(
        "DOMDebugger.getEventListeners", {"objectId": window["objectId"]}
    )
    return len(found["listeners"])


@pytest.mark.parametrize(
    "name", ["book/neuron", "book/gradient-descent", "book/logic-gates"]
)
def test_lab_works_after_a_move_and_stops_when_it_leaves_the_page(
    page: Page, base_url, name
):
    lab = open_lab(page, f"{base_url}/{name}.html", LABS[name])
    listeners, inputs = count_listeners(page), lab.locator("input").count()
    lab.evaluate("(lab) => lab.parentElement.append(lab)")
    assert (count_listeners(page), lab.locator("input").count()) == (listeners, inputs)
    lab.get_by_role("slider").first.press("ArrowRight")
    expect(page).to_have_url(re.compile(r"\?\w+="))
    change = """async (lab) => {
        let draws = 0;
        lab.draw = () => draws += 1;
        const { dataset } = document.body;
        dataset.theme = dataset.theme === "dark" ? "light" : "dark";
        await new Promise((resolve) => setTimeout(resolve, 1000));
        return draws;
    }"""
    element = lab.element_handle()
    assert element.evaluate(change) > 0
    element.evaluate("(lab) => { lab.set({}); lab.remove(); }")
    assert element.evaluate(change) == 0
    assert count_listeners(page) < listeners


def test_both_palettes_are_seen_by_page_lab_and_canvas(page: Page, base_url):
    lab = open_lab(page, f"{base_url}/book/neuron.html#lab-neuron?inputs=two", "neuron")
    read = """async (lab, theme) => {
        document.body.dataset.theme = theme;
        const wait = () => new Promise((resolve) => requestAnimationFrame(resolve));
        await wait(); // the lab draws in this frame
        await wait();
        const find = (selector) => lab.shadowRoot.querySelector(selector);
        const context = find("canvas:not([hidden])").getContext("2d");
        const { fill } = getComputedStyle(find(".handle"));
        const grounds = [document.body, find(".lab")].map(
            (element) => getComputedStyle(element).backgroundColor);
        return [...grounds, fill, [...context.getImageData(0, 0, 1, 1).data].join()];
    }"""
    found = set()
    for system in ("light", "dark"):
        page.emulate_media(color_scheme=system)
        for theme in ("auto", "light", "dark"):
            is_dark = theme == "dark" or (theme, system) == ("auto", "dark")
            found.add((is_dark, *lab.evaluate(read, theme)))
    assert len(found) == 2  # each palette looks the same, however it was chosen
    light, dark = sorted(found)
    assert all(a != b for a, b in zip(light, dark, strict=True))


def test_parameters_of_an_address_are_kept_within_their_range(page: Page, base_url):
    parameters = {
        "w": {"label": "w", "min": -8, "max": 8, "step": 0.1, "start": 2},
        "r": {"label": "r", "values": [0.01, 0.1, 1], "start": 0.1},
        "h": {"label": "h", "options": ["sigmoid", "tanh"], "start": "tanh"},
        "cells": {"list": True, "start": []},
    }
    cases = {
        "w=2&h=tanh&r=0.1": "",
        "w=99&h=sigmoid&r=0.02": "w=8&r=0.01&h=sigmoid",
        "w=&h=cos&other=1&cells=": "",
        "w=NaN&cells=0.5,1": "cells=0.5,1",
    }
    body = "return d.texts.map((t) => m.formatState(d.p, m.parseState(d.p, t)));"
    data = {"p": parameters, "texts": list(cases)}
    found = evaluate_module(page, base_url, "state.mjs", body, data)
    assert dict(zip(cases, found, strict=True)) == cases


def test_ticks_of_small_steps_have_the_decimals_that_tell_them_apart(
    page: Page, base_url
):
    body = """const plot = new m.Plot({ label: "", labels: ["", ""], redraw() {} });
        [plot.x, plot.y] = [[0, 0.2], [-0.004, 0.004]];
        document.body.append(plot.element);
        plot.draw(() => []);
        const words = [...plot.element.querySelectorAll("text")];
        return words.map(({ textContent }) => textContent).filter(Boolean);"""
    texts = evaluate_module(page, base_url, "plot.mjs", body)
    assert texts[:5] == ["0.00", "0.05", "0.10", "0.15", "0.20"]
    assert texts[5:] == ["−0.004", "−0.002", "0.000", "0.002", "0.004"]


def test_neuron_computes_as_python_does(page: Page, base_url):
    random = np.random.default_rng(1)
    weights, biases = random.uniform(-12, 12, (200, 2)), random.uniform(-16, 16, 200)
    points = random.uniform(0, 1, (200, 2))
    z = (weights * points).sum(axis=1) + biases
    body = """return d.map(([w, b, x]) => {
        const z = m.sum(x, w, b);
        return [z, ...Object.values(m.activations).map((h) => h(z))];
    });"""
    data = [
        [w.tolist(), b, x.tolist()]
        for w, b, x in zip(weights, biases, points, strict=True)
    ]
    found = np.array(evaluate_module(page, base_url, "neuron-math.mjs", body, data))
    expected = [z, 1 / (1 + np.exp(-z)), np.tanh(z), np.maximum(0, z)]
    assert np.allclose(found, np.stack(expected, axis=1), atol=1e-12)


def test_curve_is_dragged_by_its_bias_and_tilted_by_its_weight(page: Page, base_url):
    lab = open_lab(page, f"{base_url}/book/neuron.html#lab-neuron-curve", "neuron")
    axes = find_axes(lab)
    at = find_middle(lab.locator(".transition").first)[0] - axes["x"]
    assert abs(at - axes["width"] * 5 / 8) < 2  # at x = 1, where 2x − 2 is 0
    x, y = axes["x"] + axes["width"] / 4, axes["y"] + axes["height"] * (1 - 0.15 / 2.3)
    drag(page, (x, y), (x - axes["width"] / 8, y))
    expect(lab.get_by_role("slider", name="bias")).to_have_value("0")  # −2 + 2 · 1
    expect(lab.locator(".computation")).to_contain_text("−b/w = 0.00")
    x, y = find_middle(lab.locator(".tilt").first)
    drag(page, (x, y), (axes["x"] + axes["width"] / 4, axes["y"] + axes["height"] / 4))
    weight = float(lab.get_by_role("slider", name="weight").input_value())
    assert abs(weight + 0.575 / 2) < 0.06  # it falls from a height of 0.575 at x = −2
    heights = {lab.bounding_box()["height"]}
    lab.get_by_role("radio", name="two").check()
    heights.add(lab.bounding_box()["height"])
    assert max(heights) - min(heights) < 2


def test_line_of_two_inputs_is_shifted_and_turned(page: Page, base_url):
    lab = open_lab(page, f"{base_url}/book/neuron.html#lab-neuron?inputs=two", "neuron")
    axes = find_axes(lab, ".stack > div .plot")
    x, y = axes["x"] + 0.2 * axes["width"], axes["y"] + 0.2 * axes["height"]
    drag(page, (x, y), (x - 0.1 * axes["width"], y + 0.1 * axes["height"]))
    expect(lab.get_by_role("slider", name="bias").last).to_have_value(
        "-3.2"
    )  # −4 + 8 · 0.1
    middle = axes["x"] + 0.4 * axes["width"], axes["y"] + 0.6 * axes["height"]
    drag(page, find_middle(lab.locator(".tilt").last), (middle[0] + 60, middle[1]))
    weights = [
        float(s.input_value())
        for s in lab.get_by_role("slider", name="weight").all()[-2:]
    ]
    assert np.allclose(weights, [np.hypot(4, 4), 0], atol=0.4)


def test_neuron_says_whether_it_has_learned_the_rule(page: Page, base_url):
    lab = open_lab(page, f"{base_url}/book/neuron.html", "neuron")
    expect(lab.locator(".verdict")).to_have_text("D is called dividing, too.")
    for name, value in {"#w2": "8", "#b2": "-11"}.items():
        lab.locator(name).fill(value)
    expect(lab.locator(".verdict")).to_contain_text(
        "C alone: this neuron follows the rule"
    )


def test_exercise_opens_the_cells_that_it_speaks_of_and_its_link_is_copied(
    page, base_url
):
    cells = "cells=0.9,0.9,0.1,0.1"
    state = f"inputs=two&h=sigmoid&w1=0&w2=0&b2=0&{cells}"
    address = f"{base_url}/book/neuron.html#lab-neuron?{state}"
    lab = open_lab(page, address, "neuron")
    expect(lab.locator(".value")).to_have_text(["A 0.50", "B 0.50"])
    expect(lab.locator(".computation")).to_contain_text("z is 0 on the whole square")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    lab.get_by_role("button", name="Copy link").click()
    expect(lab.get_by_text("The link is copied.")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == page.url
