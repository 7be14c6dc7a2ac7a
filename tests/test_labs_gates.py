"""The gate lab trains as PyTorch does, says how that went, and is a playground for points."""

import re
from itertools import product

import numpy as np
import pytest
import torch
from playwright.sync_api import Browser, Locator, Page, expect
from torch import nn

from test_labs import drag, evaluate_module, find_axes

MATH = "gates-math.mjs"
ROWS = [[0, 0], [0, 1], [1, 0], [1, 1]]
LABELS = {"AND": [0, 0, 0, 1], "OR": [0, 1, 1, 1], "NAND": [1, 1, 1, 0], "XOR": [0, 1, 1, 0]}
ACTIVATIONS = {"sigmoid": nn.Sigmoid, "tanh": nn.Tanh, "ReLU": nn.ReLU}


def open_gates(page: Page, base_url: str, state: str = "", motion="no-preference") -> Locator:
    page.emulate_media(reduced_motion=motion)
    page.goto(f"{base_url}/book/logic-gates.html#lab-gates?{state}")
    lab = page.locator("gates-lab")
    expect(lab.locator(".verdict")).to_contain_text("Epoch", timeout=30_000)
    return lab


@pytest.fixture
def lab(page: Page, base_url) -> Locator:
    page.set_viewport_size({"width": 1350, "height": 1000})
    return open_gates(page, base_url)


def draw_start(width: int, seed: int) -> list[float]:
    """Return the weights at the start: Mulberry32, evenly between −1/√n and 1/√n."""
    state, mask, weights = seed, 0xFFFFFFFF, []
    for place in range(4 * width + 1 if width else 3):
        state = (state + 0x6D2B79F5) & mask
        bits = (state ^ (state >> 15)) * (state | 1) & mask
        bits = ((bits + ((bits ^ (bits >> 7)) * (bits | 61) & mask)) & mask) ^ bits
        inputs = 2 if place < 3 * width or not width else width
        weights.append((2 * (bits ^ (bits >> 14)) / 2**32 - 1) / np.sqrt(inputs))
    return weights


def train(case: dict) -> tuple[list[float], list[float], list[float]]:
    """Train from a case's weights with PyTorch; return losses, weights and outputs."""
    width = case["width"]
    layers = [nn.Linear(2, 1)]
    if width:
        layers = [nn.Linear(2, width), ACTIVATIONS[case["h"]](), nn.Linear(width, 1)]
    model = nn.Sequential(*layers, nn.Sigmoid()).double()
    start = torch.tensor(case["weights"], dtype=torch.float64)
    nn.utils.vector_to_parameters(start, model.parameters())
    points = torch.tensor(case["points"], dtype=torch.float64)
    optimizer = torch.optim.SGD(model.parameters(), lr=case["rate"])
    losses = []
    for _ in range(case["epochs"]):
        loss = ((model(points[:, :2]) - points[:, 2:]) ** 2).sum()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    weights = nn.utils.parameters_to_vector(model.parameters()).tolist()
    return losses, weights, model(points[:, :2]).flatten().tolist()


def test_starts_and_steps_are_those_of_pytorch(page: Page, base_url):
    random = np.random.default_rng(6)
    cases = []
    for h, width, gate in product(ACTIVATIONS, range(0, 9, 2), LABELS):
        points = [[*x, y] for x, y in zip(ROWS, LABELS[gate], strict=True)]
        seed = int(random.integers(25))
        case = {"h": h, "width": width, "seed": seed, "points": points}
        case["weights"] = draw_start(width, seed)
        # With large steps a training multiplies the error of rounding, as chaos does.
        cases += [{**case, "rate": 0.5, "epochs": 100}, {**case, "rate": 5.0, "epochs": 5}]
    body = """return d.map(({width, h, seed, points, rate, epochs}) => {
        let network = m.makeNetwork(width, h, seed);
        const start = [...network.weights];
        const losses = [];
        for (let epoch = 0; epoch < epochs; epoch++) {
            const after = m.takeStep(network, points, rate);
            losses.push(after.loss);
            network = after.network;
        }
        return [start, losses, [...network.weights]];
    });"""
    found = evaluate_module(page, base_url, MATH, body, cases)
    for case, (start, losses, weights) in zip(cases, found, strict=True):
        assert np.allclose(start, case["weights"], atol=1e-15), case
        expected = train(case)
        assert np.allclose([*losses, *weights], [*expected[0], *expected[1]], atol=1e-6), case


def test_contour_is_where_the_function_is_zero(page: Page, base_url):
    body = """return [
        m.findContour((x, y) => 2 * x + y - 1.3, [-0.4, 1.6], [-0.4, 1.6], 40),
        m.findContour((x, y) => x * x + y * y - 1, [-1.5, 1.5], [-1.5, 1.5], 40),
        m.findContour(() => 1, [0, 1], [0, 1], 40),
    ];"""
    line, circle, none = evaluate_module(page, base_url, MATH, body)
    line, circle = np.array(line), np.array(circle)
    assert np.allclose(2 * line[..., 0] + line[..., 1], 1.3)
    assert np.allclose(np.hypot(circle[..., 0], circle[..., 1]), 1, atol=2e-3)
    assert none == []


def test_training_stops_when_it_is_solved_and_says_so(lab: Locator, page: Page):
    lab.get_by_role("button", name="Train").press("Enter")
    expect(lab.get_by_role("button", name="Pause")).to_be_focused()
    expect(lab.locator(".verdict")).to_contain_text("✓ Solved: all 4 points", timeout=20_000)
    expect(lab.get_by_role("button", name="Train")).to_be_focused()
    expect(lab.locator(".lab > .unseen")).to_contain_text("Solved")
    epoch = int(re.search(r"Epoch (\d+)", lab.locator(".verdict").inner_text())[1])
    expect(page).to_have_url(re.compile(rf"epoch={epoch}$"))
    case = {"h": "sigmoid", "width": 2, "rate": 2.0, "epochs": epoch}
    case |= {"weights": draw_start(2, 0)}
    case |= {"points": [[*x, y] for x, y in zip(ROWS, LABELS["XOR"], strict=True)]}
    shown = re.findall(r"gives (\d\.\d+)", lab.locator(".outputs").inner_text())
    assert shown == [f"{output:.2f}" for output in train(case)[2]]
    lab.get_by_role("button", name="One epoch").click()
    expect(lab.locator(".verdict")).to_contain_text(f"Epoch {epoch + 1},")
    lab.get_by_role("button", name="Start over").click()
    expect(lab.locator(".verdict")).to_contain_text("Untrained")


def test_with_less_motion_few_pictures_are_drawn(page: Page, base_url):
    lab = open_gates(page, base_url, "seed=11", motion="reduce")
    script = """(lab) => new Promise((done) => {
        const verdict = lab.shadowRoot.querySelector(".verdict");
        const seen = new Set();
        const watch = new MutationObserver(() => seen.add(verdict.textContent));
        watch.observe(verdict, {childList: true, subtree: true});
        setTimeout(() => done(seen.size), 2000);
    })"""
    lab.get_by_role("button", name="Train").click()
    assert 1 < lab.evaluate(script) <= 5


def point_at(lab: Locator, x1: float, x2: float) -> tuple[float, float]:
    """Return where a place of the plane is in the window."""
    box = find_axes(lab, ".plane .plot")
    return box["x"] + box["width"] * (x1 + 0.4) / 2, box["y"] + box["height"] * (1.6 - x2) / 2


def test_points_are_added_switched_dragged_removed_and_cleared(lab: Locator, page: Page):
    ones, zeros = lab.locator(".plane .point.one"), lab.locator(".plane .point.zero")
    page.mouse.click(*point_at(lab, 1, 1))
    expect(lab.get_by_role("radio", name="your own points")).to_be_checked()
    expect(ones).to_have_count(3)
    lab.get_by_role("radio", name="● 0").check()
    page.mouse.click(*point_at(lab, 0.5, 0.5))
    expect(zeros).to_have_count(2)
    drag(page, point_at(lab, 0.5, 0.5), point_at(lab, 0.7, 0.2))
    expect(page).to_have_url(re.compile(r"points=0,0,0,0,1,1,1,0,1,1,1,1,0.7,0.2,0$"))
    lab.get_by_role("button", name="Remove").click()
    expect(zeros).to_have_count(1)
    lab.get_by_role("button", name="Clear").click()
    expect(lab.locator(".verdict")).to_contain_text("there is no point")


def test_points_are_placed_by_keys_and_told(lab: Locator, page: Page):
    lab.get_by_role("button", name="Clear").click()
    plane = lab.get_by_role("application")
    plane.press("Enter")
    for _ in range(4):
        page.keyboard.press("ArrowRight")
    expect(lab.locator(".cross")).to_be_visible()
    expect(lab.locator(".lab > .unseen")).to_have_text("Cross at (0.7, 0.5).")
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"points=0.5,0.5,1,0.7,0.5,0$"))
    page.keyboard.press("Delete")
    expect(lab.locator(".plane .point")).to_have_count(1)


def test_points_follow_a_finger_in_all_directions(browser: Browser, base_url):
    context = browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True)
    page = context.new_page()
    lab = open_gates(page, base_url)
    places = [point_at(lab, 0, 1), point_at(lab, 0.1, 0.8), point_at(lab, 0.2, 0.4)]
    fingers = context.new_cdp_session(page)
    for kind, (x, y) in zip(("touchStart", "touchMove", "touchMove"), places, strict=True):
        points = [{"x": x, "y": y}]
        fingers.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
    fingers.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    expect(page).to_have_url(re.compile(r"points=0,0,0,0.2,0.4,1,1,0,1,1,1,0"))
    context.close()


def test_stuck_seeds_are_listed_even_if_all_are_and_opened_by_a_press(page: Page, base_url):
    lab = open_gates(page, base_url, "h=ReLU&rate=5")
    lab.get_by_role("button", name="Try 25 seeds").click()
    result = lab.locator(".tries li")
    expect(result).to_contain_text(re.compile(r"\d+ of 25 stuck"), timeout=60_000)
    stuck = int(re.search(r"(\d+) of 25", result.inner_text())[1])
    expect(result.get_by_role("button")).to_have_count(stuck)
    seed = result.get_by_role("button").last.inner_text()
    result.get_by_role("button").last.click()
    expect(lab.get_by_role("slider", name="seed")).to_have_value(seed)


def test_rows_of_a_stuck_start_share_a_spot_and_their_names_are_apart(page: Page, base_url):
    lab = open_gates(page, base_url, "seed=11&epoch=1000")
    expect(lab.locator(".verdict")).to_contain_text("Stuck")
    find_axes(lab, ".space .plot")
    chips = [chip.bounding_box() for chip in lab.locator(".space .chip").all()]
    assert 1 <= len(chips) < 4
    names = lab.locator(".space tspan:is(.one, .zero)").all_text_contents()
    assert sorted(names) == ["00", "01", "10", "11"]
    for i, one in enumerate(chips):
        for other in chips[:i]:
            overlap = [
                min(one[a] + one[s], other[a] + other[s]) - max(one[a], other[a])
                for a, s in (("x", "width"), ("y", "height"))
            ]
            assert min(overlap) < 1
