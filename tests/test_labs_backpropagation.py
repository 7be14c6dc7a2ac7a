"""The backpropagation lab computes as PyTorch does, and shows each number where it belongs."""

import re
from itertools import combinations
from typing import Any

import numpy as np
import pytest
import torch
from playwright.sync_api import Browser, Locator, Page, expect

from frames import trace_frames
from test_labs import evaluate_module, open_lab

NAMES = ("x1", "x2", "u1", "u2", "ub", "l1", "l2", "lb", "o1", "o2", "ob", "y")
PARAMETERS = NAMES[2:-1]
NETWORKS = 300
MATH = "backpropagation-math.mjs"
PAGE = "book/backpropagation.html"
# What the chapter's figures show, and what an update with a learning rate of 0.01 makes of it.
VALUES = dict(zip(NAMES, (2, 3, 2, 1, -4, -1, 2, -2, 2, -3, 4, 3), strict=True))
HELD = {"upper": 3, "lower": 2, "out": 4, "loss": 1}
GRADIENTS = {
    "out": 2,
    "o1": 6,
    "o2": 4,
    "ob": 2,
    "upper": 4,
    "lower": -6,
    "u1": 8,
    "u2": 12,
    "ub": 4,
    "l1": -12,
    "l2": -18,
    "lb": -6,
    "x1": 14,
    "x2": -8,
}
MOVED = {"upper": 2.44, "lower": 2.84, "out": 0.08, "loss": 8.526}


def draw_networks() -> list[dict[str, float]]:
    """Return networks at random, some of whose hidden neurons are switched off."""
    numbers = np.random.default_rng(1).normal(0, 2, (NETWORKS, len(NAMES)))
    return [dict(zip(NAMES, row.tolist(), strict=True)) for row in numbers]


def compute(numbers: dict[str, float], rate: float) -> dict[str, dict[str, float]]:
    """Return what PyTorch's neurons hold, its gradients, and its parameters after a step."""
    n = {
        name: torch.tensor(value, dtype=torch.float64, requires_grad=True)
        for name, value in numbers.items()
    }
    z_upper = n["x1"] * n["u1"] + n["x2"] * n["u2"] + n["ub"]
    z_lower = n["x1"] * n["l1"] + n["x2"] * n["l2"] + n["lb"]
    upper, lower = torch.relu(z_upper), torch.relu(z_lower)
    out = upper * n["o1"] + lower * n["o2"] + n["ob"]
    loss = torch.nn.MSELoss()(out, n["y"])
    for z in (z_upper, z_lower, out):
        z.retain_grad()
    loss.backward()
    grads = {"upper": z_upper, "lower": z_lower, "out": out}
    grads |= {name: n[name] for name in NAMES if name != "y"}
    gradients = {name: tensor.grad.item() for name, tensor in grads.items()}
    torch.optim.SGD([n[name] for name in PARAMETERS], lr=rate).step()
    held = {"zUpper": z_upper, "zLower": z_lower, "upper": upper, "lower": lower}
    held |= {"out": out, "loss": loss}
    return {
        "held": {name: tensor.item() for name, tensor in held.items()},
        "gradients": gradients,
        "moved": {name: tensor.item() for name, tensor in n.items()},
    }


def test_network_gradients_and_update_are_pytorchs(page: Page, base_url, record_property):
    page.goto(base_url)
    networks = draw_networks()
    body = """return d.map((n) => ({
        held: m.forward(n), gradients: m.backward(n), moved: m.update(n, 0.05),
    }));"""
    found = evaluate_module(page, base_url, MATH, body, networks)
    furthest = 0.0
    for numbers, ours in zip(networks, found, strict=True):
        theirs = compute(numbers, 0.05)
        for part, values in theirs.items():
            assert ours[part].keys() == values.keys()
            apart = max(abs(ours[part][name] - values[name]) for name in values)
            assert apart < 1e-6, (part, numbers)
            furthest = max(furthest, apart)
    record_property("of 10^-15, furthest from PyTorch", furthest * 1e15)
    for z in ("zUpper", "zLower"):
        is_off = [network["held"][z] < 0 for network in found]
        assert 0.2 < np.mean(is_off) < 0.8


def test_relu_has_the_slope_at_its_kink_that_pytorch_takes(page: Page, base_url):
    page.goto(base_url)
    kink = VALUES | {"ub": -7}
    found = evaluate_module(page, base_url, MATH, "return m.backward(d);", kink)
    theirs = compute({name: float(value) for name, value in kink.items()}, 0)["gradients"]
    assert found == pytest.approx(theirs, abs=1e-12)
    assert found["ub"] == 0


def test_nudges_to_both_sides_agree_with_the_gradient(page: Page, base_url):
    page.goto(base_url)
    networks = [
        numbers
        for numbers in draw_networks()
        if min(abs(compute(numbers, 0)["held"][z]) for z in ("zUpper", "zLower")) > 0.1
    ]
    assert len(networks) > 100
    body = """return d.networks.map((n) => d.names.map((name) => [
        m.nudge(n, name, 0.001).quotient, m.nudge(n, name, -0.001).quotient,
    ]));"""
    data = {"networks": networks, "names": NAMES[:-1]}
    found = np.array(evaluate_module(page, base_url, MATH, body, data))
    gradients = [
        [compute(numbers, 0)["gradients"][name] for name in NAMES[:-1]] for numbers in networks
    ]
    # The loss is a parabola in each number as long as no hidden neuron is switched.
    assert np.allclose(found.mean(axis=2), gradients, rtol=1e-6, atol=1e-6)
    assert not np.allclose(found[:, :, 0], gradients, atol=1e-3)


def test_numbers_are_shortened_to_what_a_circle_holds(page: Page, base_url):
    page.goto(base_url)
    cases = {
        "0": 0,
        "−3": -3,
        "1.008": 1.008016,
        "−0.988": -0.988,
        "12.35": 12.3456,
        "−123.5": -123.456,
        "1194": 1194.3936,
        "1.6·10¹³": 1.6e13,
        "−2.0·10⁻⁴": -2e-4,
    }
    body = "return d.map(m.shorten);"
    assert evaluate_module(page, base_url, MATH, body, list(cases.values())) == list(cases)


@pytest.fixture
def lab(page: Page, base_url) -> Locator:
    """The lab, in a wide window."""
    page.set_viewport_size({"width": 1350, "height": 900})
    return open_lab(page, f"{base_url}/{PAGE}", "backpropagation")


def read(lab: Locator) -> dict[str, list[float]]:
    """Return the numbers in each circle and box, the bold one last."""
    script = """(lab) => [...lab.shadowRoot.querySelectorAll(".network .lines")].map((box) => [
        box.parentElement.querySelector("input")?.value ?? box.parentElement.classList[1],
        [...box.children].map((line) => line.textContent).filter(Boolean),
    ])"""
    return {
        name: [float(text.replace("−", "-")) for text in lines]
        for name, lines in lab.evaluate(script)
    }


def wait_for_step(lab: Locator, step: int) -> None:
    expect(lab.locator(".step")).to_contain_text(f"Step {step} of 19")


def test_keys_alone_lead_forward_back_and_through_an_update(lab: Locator, page: Page):
    wait_for_step(lab, 0)
    expected = {name: [value] for name, value in VALUES.items()} | {name: [] for name in HELD}
    assert read(lab) == expected
    lab.get_by_role("button", name="Next").focus()
    order = [*HELD.items(), *GRADIENTS.items()]
    for step, (name, number) in enumerate(order, start=1):
        page.keyboard.press("Enter")
        wait_for_step(lab, step)
        expected[name] = [*expected[name], number]
        assert read(lab) == expected, step
        assert f"= {number}".replace("-", "−") in lab.locator(".step").inner_text()
    page.keyboard.press("Enter")
    wait_for_step(lab, 19)
    new = {name: VALUES[name] - 0.01 * GRADIENTS[name] for name in PARAMETERS}
    for name, numbers in read(lab).items():
        moved = {**new, **MOVED}
        assert numbers == pytest.approx(
            [{**VALUES, **HELD}[name], *([moved[name]] if name in moved else [])]
        )
    expect(lab.locator(".step")).to_contain_text("Loss before 1, after 8.526. It rises")
    expect(lab.locator(".unseen[role=status]")).to_contain_text("It rises")
    page.keyboard.press("Enter")
    for _ in range(4):
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    wait_for_step(lab, 0)
    expect(lab.get_by_role("button", name="Next")).to_be_focused()
    for name, numbers in read(lab).items():
        assert numbers == pytest.approx([({**VALUES, **new})[name]] if name in VALUES else [])
    lab.get_by_role("button", name="Previous").press("Enter")
    wait_for_step(lab, 0)
    expect(page).to_have_url(re.compile(r"u1=1\.92&"))


def test_small_steps_bring_the_loss_down(lab: Locator):
    lab.get_by_role("radio", name="0.001").check()
    losses = []
    for _ in range(3):
        lab.get_by_role("button", name="To the update").click()
        wait_for_step(lab, 19)
        losses.append(read(lab)["loss"])
        lab.get_by_role("button", name="Take the new numbers").click()
        wait_for_step(lab, 0)
    assert losses[0] == [1, 0.37]
    assert [before for before, _ in losses[1:]] == [after for _, after in losses[:-1]]
    assert losses[0][0] > losses[1][0] > losses[2][0] > losses[2][1]


def test_number_is_chosen_by_keys_and_changed_by_slider_and_field(lab: Locator, page: Page):
    lab.get_by_role("button", name="To the loss").click()
    lab.get_by_role("radio", name="weight from x1 to upper").focus()
    page.keyboard.press("ArrowRight")
    expect(lab.get_by_role("radio", name="weight from x2 to upper")).to_be_checked()
    slider = lab.get_by_role("slider", name="weight from x2 to upper")
    slider.focus()
    page.keyboard.press("Home")
    field = lab.get_by_role("textbox", name="weight from x2 to upper")
    expect(field).to_have_value("-10")
    assert read(lab)["upper"] == [0]
    expect(lab.locator(".upper")).to_have_class(re.compile(r"\boff\b"))
    field.fill("1.2345")
    expect(lab.locator(".upper .lines")).to_have_text("3.704")
    field.fill("-1000")
    expect(field).to_have_value("-100")
    for text, number in (("", "-100"), ("−1,5", "-1.5"), ("two", "-1.5"), ("1e1", "10")):
        field.fill(text)
        expect(field).to_have_value(text)
        field.press("Tab")
        expect(field).to_have_value(number)


def test_number_is_chosen_and_changed_with_a_finger(browser: Browser, base_url):
    page = browser.new_page(viewport={"width": 390, "height": 800}, has_touch=True)
    lab = open_lab(page, f"{base_url}/{PAGE}#lab-backpropagation?step=4", "backpropagation")
    lab.locator(".number").nth(NAMES.index("ob")).tap()
    slider = lab.get_by_role("slider", name="bias of the output")
    expect(slider).to_have_value("4")
    slider.scroll_into_view_if_needed()
    box = slider.bounding_box()
    assert box
    page.touchscreen.tap(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    expect(lab.locator(".out .lines")).to_have_text(re.compile(r"^−?0"))
    page.close()


def test_nudge_is_compared_with_the_gradient(lab: Locator):
    check = lab.locator(".computation:not(.step)")
    lab.get_by_role("radio", name="up", exact=True).check()
    expect(check).to_contain_text("From 2 to 2.001: the loss goes from 1.000000 to 1.008016.")
    expect(check).to_contain_text("Change of the loss / 0.001 = 8.016")
    expect(check).to_contain_text("the way back has not been here")
    lab.get_by_role("button", name="To the gradients").click()
    expect(check).to_contain_text("Gradient: 8.000")
    lab.get_by_role("radio", name="down", exact=True).check()
    expect(check).to_contain_text("Change of the loss / (−0.001) = 7.984")
    lab.get_by_role("radio", name="label y").check()
    expect(check).to_contain_text("does not lead to the label")


def test_exercise_opens_the_network_at_the_kink(page: Page, base_url):
    page.set_viewport_size({"width": 1350, "height": 900})
    page.goto(f"{base_url}/{PAGE}")
    page.locator("a[href*='lab-backpropagation?']").first.click()
    lab = page.locator("backpropagation-lab")
    check = lab.locator(".computation:not(.step)")
    expect(check).to_contain_text("Change of the loss / 0.001 = −19.996")
    expect(check).to_contain_text("Gradient: 0.000")
    expect(lab.locator(".upper .lines")).to_have_text("00")
    lab.get_by_role("radio", name="down", exact=True).check()
    expect(check).to_contain_text("Change of the loss / (−0.001) = 0.000")


@pytest.mark.parametrize("width", [390, 1350])
def test_next_ends_at_the_update_and_nothing_moves(page: Page, base_url, width):
    page.set_viewport_size({"width": width, "height": 900})
    lab = open_lab(page, f"{base_url}/{PAGE}#lab-backpropagation?step=18", "backpropagation")
    wait_for_step(lab, 18)
    take = lab.get_by_role("button", name="Take the new numbers")
    expect(take).to_have_count(0)
    heights = [lab.locator(".panel").bounding_box()["y"]]
    for _ in range(2):
        lab.get_by_role("button", name="Next").press("Enter")
        wait_for_step(lab, 19)
        heights.append(lab.locator(".panel").bounding_box()["y"])
    expect(take).to_be_visible()
    assert max(heights) - min(heights) < 1


@pytest.mark.parametrize("width", [390, 1350])
def test_lab_keeps_its_height_through_all_steps(page: Page, base_url, width):
    page.set_viewport_size({"width": width, "height": 900})
    lab = open_lab(page, f"{base_url}/{PAGE}", "backpropagation")
    heights = {}
    for step in range(20):
        wait_for_step(lab, step)
        heights[step] = lab.evaluate("(lab) => lab.shadowRoot.firstElementChild.offsetHeight")
        lab.get_by_role("button", name="Next").press("Enter")
    assert len(set(heights.values())) == 1, heights


def test_step_that_leads_too_far_is_not_taken(page: Page, base_url):
    state = "step=19&u1=20&rate=0.1"
    lab = open_lab(page, f"{base_url}/{PAGE}#lab-backpropagation?{state}", "backpropagation")
    lab.get_by_role("button", name="Take the new numbers").click()
    expect(lab.locator(".note")).to_contain_text("It diverges")
    wait_for_step(lab, 19)
    expect(lab.get_by_role("textbox")).to_have_value("20")


@pytest.mark.parametrize("width", [320, 390, 768, 1350])
def test_numbers_stand_apart_and_can_be_read(page: Page, base_url, width):
    """With long numbers, too, at every width."""
    page.set_viewport_size({"width": width, "height": 800})
    state = "u1=-1.234&l1=-2.345&u2=-3.456&l2=-4.567&ub=33.21&lb=44.56&o1=-5.678&o2=-6.789"
    lab = open_lab(
        page, f"{base_url}/{PAGE}#lab-backpropagation?step=18&{state}", "backpropagation"
    )
    wait_for_step(lab, 18)
    boxes: dict[str, Any] = {
        str(place): box.bounding_box() for place, box in enumerate(lab.locator(".lines").all())
    }
    network = lab.locator(".network").bounding_box()
    assert network
    assert len(boxes) == len(NAMES) + len(HELD)
    for box in boxes.values():
        assert box["x"] >= network["x"] - 1
        assert box["x"] + box["width"] <= network["x"] + network["width"] + 1
    for a, b in combinations(boxes.values(), 2):
        is_apart = [
            max(a[at], b[at]) >= min(a[at] + a[size], b[at] + b[size])
            for at, size in (("x", "width"), ("y", "height"))
        ]
        assert any(is_apart), (a, b)
    size = lab.locator(".lines").first.evaluate("(box) => getComputedStyle(box).fontSize")
    assert float(size.removesuffix("px")) >= 13


def test_button_stays_where_it_is_while_one_steps(page: Page, base_url):
    page.set_viewport_size({"width": 390, "height": 800})
    lab = open_lab(page, f"{base_url}/{PAGE}", "backpropagation")
    places = set()
    slider = lab.get_by_role("slider")
    for step in range(19):
        wait_for_step(lab, step)
        button, below = lab.get_by_role("button", name="Next"), lab.get_by_role("slider")
        box, other = button.bounding_box(), below.bounding_box()
        assert box
        assert other
        places.add((box["x"], round(other["y"] - box["y"])))
        button.click()
    assert len(places) == 1
    expect(slider).to_be_visible()


@pytest.mark.slow
def test_dragging_keeps_up_with_the_screen(lab: Locator, page: Page, record_property):
    """The frames that a drag takes are reported; they depend on the machine."""
    lab.get_by_role("button", name="To the gradients").click()
    slider = lab.get_by_role("slider")
    slider.scroll_into_view_if_needed()
    box = slider.bounding_box()
    assert box
    middle = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + box["width"] * 0.6, middle)
    page.mouse.down()
    with trace_frames(page, record_property):
        page.mouse.move(box["x"] + box["width"], middle, steps=120)
    page.mouse.up()
    assert read(lab)["u1"][0] > 9
