"""The gate lab trains as PyTorch does, says how that went, and takes points."""

import re
from itertools import product

import numpy as np
import pytest
import torch
from playwright.sync_api import Locator, Page, expect
from torch import nn

from labs import drag, evaluate_module, find_axes

MATH = "gates-math.mjs"
ROWS = [[0, 0], [0, 1], [1, 0], [1, 1]]
LABELS = {
    "AND": [0, 0, 0, 1],
    "OR": [0, 1, 1, 1],
    "NAND": [1, 1, 1, 0],
    "XOR": [0, 1, 1, 0],
}
ACTIVATIONS = {"sigmoid": nn.Sigmoid, "tanh": nn.Tanh, "ReLU": nn.ReLU}


def open_gates(page: Page, base_url: str, state: str = "") -> Locator:
    page.emulate_media(reduced_motion="reduce")
    address = f"{base_url}/book/logic-gates.html#lab-gates?{state}"
    page.goto(address, wait_until="networkidle")  # then it stands still
    lab = page.locator("gates-lab")
    expect(lab.locator(".verdict")).to_contain_text("Epoch")
    return lab


@pytest.fixture
def lab(page: Page, base_url) -> Locator:
    page.set_viewport_size({"width": 1350, "height": 1000})
    return open_gates(page, base_url)


def train(case: dict, start: list[float]) -> list[float]:
    """Train from weights with PyTorch, and return the losses and the new weights."""
    width = case["width"]
    layers = [nn.Linear(2, 1)]
    if width:
        layers = [nn.Linear(2, width), ACTIVATIONS[case["h"]](), nn.Linear(width, 1)]
    model = nn.Sequential(*layers, nn.Sigmoid()).double()
    weights = torch.tensor(start, dtype=torch.float64)
    nn.utils.vector_to_parameters(weights, model.parameters())
    points = torch.tensor(case["points"], dtype=torch.float64)
    optimizer = torch.optim.SGD(model.parameters(), lr=case["rate"])
    losses = []
    for _ in range(case["epochs"]):
        loss = nn.functional.binary_cross_entropy(model(points[:, :2]), points[:, 2:])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses + nn.utils.parameters_to_vector(model.parameters()).tolist()


def test_losses_and_steps_are_those_of_pytorch(page: Page, base_url):
    cases = []
    for seed, (h, width, gate) in enumerate(
        product(ACTIVATIONS, range(0, 9, 2), LABELS)
    ):
        points = [[*x, y] for x, y in zip(ROWS, LABELS[gate], strict=True)]
        points += [[0.3, 0.6, 1], [0.9, 0.2, 0]][: seed % 3]  # own ones
        case = {"h": h, "width": width, "seed": seed, "points": points}
        # With large steps a training multiplies the error of rounding, as chaos does.
        cases += [
            {**case, "rate": 0.5, "epochs": 100},
            {**case, "rate": 5.0, "epochs": 5},
        ]
    body = """return d.map(({width, h, seed, points, rate, epochs}) => {
        let network = m.makeNetwork(width, h, seed);
        const start = [...network.weights];
        const losses = [];
        for (let epoch = 0; epoch < epochs; epoch++) {
            const after = m.takeStep(network, points, rate);
            losses.push(after.loss);
            network = after.network;
        }
        return [start, [...losses, ...network.weights]];
    });"""
    found = evaluate_module(page, base_url, MATH, body, cases)
    for case, (start, end) in zip(cases, found, strict=True):
        assert 0.1 < np.abs(start).max() <= 1 / np.sqrt(2), case
        assert np.allclose(end, train(case, start), atol=1e-6), case


def test_training_stops_when_it_is_solved_and_says_so(lab: Locator, page: Page):
    lab.get_by_role("button", name="Train").press("Enter")
    expect(lab.get_by_role("button", name="Pause")).to_be_focused()
    expect(lab.locator(".verdict")).to_contain_text("✓ Solved: all 4 points")
    expect(lab.locator(".lab > .unseen")).to_contain_text("Solved")
    epoch = int(re.search(r"Epoch (\d+)", lab.locator(".verdict").inner_text())[1])
    expect(page).to_have_url(re.compile(rf"epoch={epoch}$"))
    lab.get_by_role("button", name="One epoch").click()
    expect(lab.locator(".verdict")).to_contain_text(f"Epoch {epoch + 1},")
    lab.get_by_role("button", name="Start over").click()
    expect(lab.locator(".verdict")).to_contain_text("Untrained")


def point_at(lab: Locator, x1: float, x2: float) -> tuple[float, float]:
    """Return where a place of the plane is in the window."""
    box = find_axes(lab, ".plane .plot")
    return box["x"] + box["width"] * (x1 + 0.4) / 2, box["y"] + box["height"] * (
        1.6 - x2
    ) / 2


def test_points_are_added_switched_dragged_removed_and_cleared(
    lab: Locator, page: Page
):
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


def test_stuck_seeds_are_listed_even_if_all_are_and_opened_by_a_press(
    page: Page, base_url
):
    lab = open_gates(page, base_url, "h=ReLU&rate=5")
    lab.get_by_role("button", name="Try 25 seeds").click()
    result = lab.locator(".tries li")
    expect(result).to_contain_text(re.compile(r"\d+ of 25 stuck or slow"))
    stuck = int(re.search(r"(\d+) of 25", result.inner_text())[1])
    expect(result.get_by_role("button")).to_have_count(stuck)
    seed = result.get_by_role("button").last.inner_text()
    result.get_by_role("button").last.click()
    expect(lab.get_by_role("slider", name="seed")).to_have_value(seed)


def test_rows_of_a_stuck_start_share_a_spot(page: Page, base_url):
    lab = open_gates(page, base_url, "seed=11&epoch=1000")
    expect(lab.locator(".verdict")).to_contain_text("Stuck or slow: 2 of 4 points")
    names = lab.locator(".space text:has(.one, .zero)").all_text_contents()
    assert sorted(names) == ["00", "0111", "10"]
