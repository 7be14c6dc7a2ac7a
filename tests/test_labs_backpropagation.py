"""The backpropagation lab computes as PyTorch does; numbers are changed in place."""

import numpy as np
import pytest
import torch
from playwright.sync_api import Locator, Page, expect

from labs import drag, evaluate_module, find_middle, open_lab

NAMES = ("x1", "x2", "u1", "u2", "ub", "l1", "l2", "lb", "o1", "o2", "ob", "y")
PARAMETERS = NAMES[2:-1]
MATH = "backpropagation-math.mjs"
PAGE = "book/backpropagation.html"
# What the chapter's figures show.
VALUES = dict(zip(NAMES, (2, 3, 2, 1, -4, -1, 2, -2, 2, -3, 4, 3), strict=True))
HELD = {"upper": 3, "lower": 2, "out": 4, "loss": 1}
GRADIENTS = {"out": 2, "o1": 6, "o2": 4, "ob": 2, "upper": 4, "lower": -6, "u1": 8}
GRADIENTS |= {"u2": 12, "ub": 4, "l1": -12, "l2": -18, "lb": -6, "x1": 14, "x2": -8}


def compute(numbers: dict[str, float], rate: float) -> dict[str, dict[str, float]]:
    """Return what PyTorch's neurons hold, its gradients, and what a step makes."""
    n = {
        name: torch.tensor(float(value), dtype=torch.float64, requires_grad=True)
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


def test_network_gradients_update_and_nudges_are_pytorchs(page: Page, base_url):
    rows = np.random.default_rng(1).normal(0, 2, (300, len(NAMES)))
    networks = [dict(zip(NAMES, row.tolist(), strict=True)) for row in rows]
    networks.append(VALUES | {"ub": -7})  # at the kink of ReLU
    body = """return d.map((n) => ({
        held: m.forward(n), gradients: m.backward(n), moved: m.update(n, 0.05),
        nudge: (m.nudge(n, "ob", 0.001).quotient +
            m.nudge(n, "ob", -0.001).quotient) / 2,
    }));"""
    found = evaluate_module(page, base_url, MATH, body, networks)
    for numbers, ours in zip(networks, found, strict=True):
        theirs = compute(numbers, 0.05)
        for part, values in theirs.items():
            assert ours[part] == pytest.approx(values, abs=1e-6), (part, numbers)
        assert ours["nudge"] == pytest.approx(theirs["gradients"]["ob"], abs=1e-6)
    assert 0.2 < np.mean([network["held"]["zUpper"] < 0 for network in found]) < 0.8


@pytest.fixture
def lab(page: Page, base_url) -> Locator:
    page.set_viewport_size({"width": 1350, "height": 900})
    return open_lab(page, f"{base_url}/{PAGE}", "backpropagation")


def read(lab: Locator) -> dict[str, list[float]]:
    """Return the numbers in each circle and box, the bold one last."""
    script = """(lab) => [...lab.shadowRoot.querySelectorAll(".box")].map((box) => [
        [...box.classList].find((name) =>
            name in d || /^(upper|lower|out|loss)$/.test(name)),
        [box.firstChild.value ?? box.firstChild.textContent, box.lastChild.textContent],
    ])""".replace("in d", f"in {{{', '.join(f'{name}: 1' for name in NAMES)}}}")
    found = lab.evaluate(script)
    return {
        name: [float(text.replace("−", "-")) for text in lines if text]
        for name, lines in found
    }


def test_next_leads_forward_back_and_through_an_update(lab: Locator, page: Page):
    expected = {name: [value] for name, value in VALUES.items()} | {
        name: [] for name in HELD
    }
    lab.get_by_role("button", name="Next").focus()
    for step, (name, number) in enumerate([*HELD.items(), *GRADIENTS.items()], start=1):
        page.keyboard.press("Enter")
        expect(lab.get_by_role("slider", name="step")).to_have_value(str(step))
        expected[name] = [*expected[name], number]
        expect(lab.locator(".step")).to_contain_text(f"= {number}".replace("-", "−"))
        assert read(lab) == expected, step
    for _ in range(3):  # An eager reader presses on, and the update stays.
        page.keyboard.press("Enter")
    expect(lab.locator(".step")).to_contain_text("Loss before 1, after 8.526. It rises")
    expect(lab.locator(".unseen")).to_contain_text("It rises")
    lab.get_by_role("button", name="Take the new numbers").click()
    expect(lab.get_by_role("slider", name="step")).to_have_value("0")
    new = {name: VALUES[name] - 0.01 * GRADIENTS[name] for name in PARAMETERS}
    for name, numbers in read(lab).items():
        assert numbers == pytest.approx(
            [({**VALUES, **new})[name]] if name in VALUES else []
        )


def test_numbers_are_changed_in_place_and_gradients_answer(lab: Locator, page: Page):
    lab.get_by_role("slider", name="step").fill("18")
    weight = lab.get_by_role("spinbutton", name="weight from x1 to upper")
    expect(weight).to_have_attribute("aria-valuetext", "2, gradient 8")
    x, y = find_middle(lab.locator(".box.u1"))
    drag(page, (x, y), (x + 30, y))
    expect(weight).to_have_attribute("aria-valuetext", "2.5, gradient 24")
    page.mouse.click(x, y)
    expect(weight).to_be_focused()
    page.keyboard.type("1,5")
    expect(weight).to_have_attribute("aria-valuetext", "1.5, gradient −8")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("PageDown")
    expect(weight).to_have_value("0.6")
    page.keyboard.type("no number")
    page.keyboard.press("Tab")
    expect(weight).to_have_value("0.6")


def test_exercise_opens_the_network_at_the_kink_and_compares_a_nudge(
    page: Page, base_url
):
    state = "ub=-7&step=13&at=ub&nudge=up"
    lab = open_lab(
        page, f"{base_url}/{PAGE}#lab-backpropagation?{state}", "backpropagation"
    )
    expect(lab.locator("p.chosen")).to_have_text("Chosen: bias of upper")
    check = lab.locator(".computation:not(.step)")  # the status repeats its words
    expect(check).to_contain_text("Change of the loss / 0.001 = −19.996")
    expect(check).to_contain_text("Gradient: 0.000")


@pytest.mark.parametrize("width", [320, 1350])
def test_numbers_stand_apart(page: Page, base_url, width):
    page.set_viewport_size({"width": width, "height": 900})
    lab = open_lab(
        page, f"{base_url}/{PAGE}#lab-backpropagation?step=18", "backpropagation"
    )
    boxes = [box.bounding_box() for box in lab.locator(".box").all()]
    for i, one in enumerate(boxes):
        for other in boxes[:i]:
            apart = max(
                abs(one[a] - other[a]) - min(one[s], other[s])
                for a, s in (("x", "width"), ("y", "height"))
            )
            assert apart > -8, (one, other)
