"""The convolution lab sums as PyTorch does, and its map moves along with a vesicle."""

import re

import numpy as np
import pytest
import torch
from playwright.sync_api import Locator, Page, expect

from conftest import ROOT
from labs import drag, evaluate_module, find_middle, open_lab, swipe

SIDE = 16
FIRST = (9, 8)  # column and row of the vesicle
DONE = "✓ The largest number has moved as far as the vesicle, and is still 4."


def make_image(column: int, row: int) -> np.ndarray:
    """Return the lab's image: 0 outside of the cell, 6 at its edge, 1 in it."""
    rows, columns = np.mgrid[:SIDE, :SIDE]
    depth = 12.6 - np.hypot(rows - 10, columns - 16)
    image = np.select([depth < -1, depth < 1], [0, 6], 1)
    vesicle = [[1, 2, 1], [2, 6, 2], [1, 2, 1]]
    image[row - 1 : row + 2, column - 1 : column + 2] = vesicle
    return image


def make_map(image: np.ndarray, weights: np.ndarray) -> np.ndarray:
    x = torch.tensor(image, dtype=torch.double)[None, None]
    w = torch.tensor(weights, dtype=torch.double).reshape(1, 1, 3, 3)
    return torch.nn.functional.conv2d(x, w)[0, 0].numpy()


MAPS = """return d.map(([weights, place]) => {
    const home = m.findHome(place);
    const image = m.makeImage(home);
    const map = m.makeMap(image, weights);
    const { most, places } = m.findLargest(map);
    return { home, image, map, most, places, ...m.judge(weights, home, m.FIRST) };
});"""


@pytest.fixture
def find(page: Page, base_url):
    """Return a function that tells what the lab makes of weights and a vesicle."""

    def find(cases):
        data = [[list(map(float, weights)), list(place)] for weights, place in cases]
        return evaluate_module(page, base_url, "convolution-math.mjs", MAPS, data)

    return find


def test_maps_and_their_largest_numbers_are_those_of_pytorch(find):
    random = np.random.default_rng(0)
    cases = [
        (random.integers(-4, 5, 9) / 4, random.integers(0, SIDE, 2).tolist())
        for _ in range(100)
    ]
    for (weights, _), answer in zip(cases, find(cases), strict=True):
        image = make_image(*answer["home"])
        assert answer["image"] == image.ravel().tolist()
        z = make_map(image, weights)
        assert np.allclose(answer["map"], z.ravel())
        assert answer["most"] == z.max()
        assert answer["places"] == np.argwhere(z == z.max())[:, ::-1].tolist()
        column, row = answer["home"]  # away from the edge
        around = image[row - 2 : row + 3, column - 2 : column + 3]
        assert around.shape == (5, 5) and (around == 6).sum() == 1


def test_every_move_keeps_the_value_once_the_map_is_largest_at_the_vesicle(find):
    random = np.random.default_rng(1)
    some = random.integers(-4, 5, (400, 9)) / 4
    firsts = find([(weights, FIRST) for weights in some])
    found = [i for i, first in enumerate(firsts) if "Now move" in first["words"]]
    assert found
    places = [(2 * (i % 8), 2 * (i // 8)) for i in range(64)]
    for weights, first in [(some[i], firsts[i]) for i in found[:5]]:
        answers = find([(weights, place) for place in places])
        done = [answer for answer in answers if answer["words"].startswith("✓ ")]
        assert len(done) > 20  # of 64 places, each with the nearest in the cell
        for answer in done:
            shift = np.subtract(answer["home"], FIRST)
            assert answer["shift"] == shift.tolist() != [0, 0]
            assert answer["most"] == first["most"]
            assert answer["places"] == np.add(first["places"], shift).tolist()


def test_a_ring_of_weights_around_a_one_wins_or_is_too_strong(find):
    rings = [[-weight] * 4 + [1] + [-weight] * 4 for weight in (0.25, 0.5, 1)]
    wins, ties, loses = (a["words"] for a in find([(ring, FIRST) for ring in rings]))
    assert "3, is at the vesicle. Now move" in wins
    assert "gives 0, and so does the empty" in ties and "gives −6, and" in loses


def test_weights_with_names_do_what_the_text_says(page: Page, base_url):
    script = "return m.FILTERS;"
    weights = evaluate_module(page, base_url, "convolution-math.mjs", script)
    maps = {name: make_map(make_image(*FIRST), w) for name, w in weights.items()}
    best = np.argwhere(maps["a solution"] == maps["a solution"].max()) + 1
    assert best.tolist() == [[FIRST[1], FIRST[0]]]
    for name in ("edge", "blur"):
        at = np.argwhere(maps[name] == maps[name].max()) + 1
        assert all(abs(at - [FIRST[1], FIRST[0]]).max(axis=1) > 2), name
    picture = (ROOT / "images" / "convolution-lab.svg").read_text("utf-8")
    shown = int(re.search(r"sum of the nine: (\d+)<", picture)[1])
    assert shown == maps["edge"][5, 3]  # where the window is in the picture


@pytest.fixture
def lab(page: Page, base_url) -> Locator:
    return open_lab(page, f"{base_url}/book/convolution.html", "convolution")


def test_pointer_pushes_the_window_and_moves_the_vesicle(lab: Locator, page: Page):
    expect(lab.locator(".sum")).to_have_text("sum of the nine: 7")
    window, vesicle = lab.locator(".grip"), lab.locator(".vesicle")
    start, pixel = find_middle(window), window.bounding_box()["width"] / 3
    drag(page, start, (start[0] + 6 * pixel, start[1] - 4 * pixel), steps=1)
    expect(lab.locator(".verdict")).to_contain_text("7 of its 196 numbers")
    lab.get_by_role("button", name="Push over all").click()
    expect(lab.locator(".verdict")).to_contain_text("18, is at the cell’s edge.")
    lab.get_by_role("button", name="blur").click()
    expect(lab.locator(".verdict")).to_contain_text("22, is at the cell’s edge.")
    lab.get_by_role("button", name="solution").click()
    expect(lab.locator(".verdict")).to_contain_text("Now move the vesicle.")
    expect(lab.locator(".sum")).to_have_text("sum of the nine: 4")
    start = find_middle(vesicle)
    drag(page, start, (start[0] + 3 * pixel, start[1] - 2 * pixel))
    expect(lab.locator(".verdict")).to_have_text(DONE)
    lab.get_by_role("button", name="Reset").click()
    expect(lab.locator(".verdict")).to_contain_text("1 of its 196 numbers")


def test_keys_do_the_task_and_a_link_brings_it_back(lab: Locator, page: Page):
    lab.get_by_role("slider", name="window").press("ArrowDown")
    expect(lab.locator(".verdict")).to_contain_text("2 of its 196 numbers")
    vesicle = lab.get_by_role("slider", name="vesicle")
    vesicle.press("ArrowRight")
    lab.get_by_role("button", name="Push over all").press("Enter")
    for i, steps in enumerate((2, 0, -6, 4, 4, -4, 2, 0, -6)):  # from edge to solution
        slider = lab.get_by_role("slider", name="weight").nth(i)
        for _ in range(abs(steps)):
            slider.press("ArrowRight" if steps > 0 else "ArrowLeft")
    expect(lab.locator(".verdict")).to_contain_text("Now move")  # It was too early.
    vesicle.press("ArrowUp")
    expect(lab.locator(".verdict")).to_have_text(DONE)
    expect(lab.get_by_role("status").last).to_contain_text("4, at column 11, row 8.")
    expect(page).to_have_url(re.compile(r"vx=10&vy=7&seen=.*&fx=10$"))
    page.reload()
    expect(lab.locator(".verdict")).to_have_text(DONE)


def test_finger_drags_the_vesicle_and_the_page_stays(phone, base_url):
    lab = open_lab(phone, f"{base_url}/book/convolution.html", "convolution")
    height, top = lab.bounding_box()["height"], phone.evaluate("scrollY")
    x, y = find_middle(lab.locator(".vesicle"))
    swipe(phone, (x, y), (x, y + 40))
    assert phone.evaluate("scrollY") == top
    lab.get_by_role("button", name="Push over all").click()
    lab.get_by_role("button", name="solution").click()
    expect(lab.locator(".sum")).to_have_text("sum of the nine: 4")
    assert lab.bounding_box()["height"] == height
