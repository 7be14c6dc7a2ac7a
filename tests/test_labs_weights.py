"""The weights lab reads digits as NumPy does, and painted sevens die when they move."""

import json
import re

import numpy as np
import pytest
from playwright.sync_api import Locator, Page, expect

from conftest import SITE
from labs import drag, evaluate_module, find_axes, open_lab, swipe

MODULE = "weights-math.mjs"
SIDE = 14
RUN = """return d[0].map((rows) => {
    const weights = m.readWeights(rows);
    const [training, ...tests] = d[1].map(m.readDigits);
    const threshold = m.learnThreshold(weights, training);
    const answers = tests.map((digits) => m.check(weights, threshold, digits));
    const shares = answers.map(m.findShare);
    const words = m.judge(shares[0], shares[1], tests[1].learned);
    return { weights, threshold, shares, words, rows: m.writeWeights(weights) };
});"""


@pytest.fixture(scope="session")
def data() -> list:
    return json.loads(
        (SITE / "_static/labs/deep_learning_weights.json").read_text("utf-8")
    )


def write_rows(weights: np.ndarray) -> list[int]:
    """Return the rows of weights as numbers to the base of three."""
    digits = weights.reshape(SIDE, SIDE) % 3  # −1 becomes 2
    return (digits * 3 ** np.arange(SIDE)).sum(axis=1).tolist()


def read_images(rows: list) -> np.ndarray:
    bits = np.array(rows)[:, :, None] >> np.arange(SIDE) & 1
    return bits.reshape(len(rows), SIDE**2)


def paint(*parts: tuple[slice, slice, int]) -> np.ndarray:
    weights = np.zeros((SIDE, SIDE), dtype=int)
    for rows, columns, sign in parts:
        weights[rows, columns] = sign
    return weights


ROOF = (slice(4, 6), slice(3, 11), 1)
STEM = [(slice(6 + i, 7 + i), slice(9 - i // 2, 11 - i // 2), 1) for i in range(6)]
STREAK = (slice(3, 11), slice(6, 8), -1)
PAINTED = {
    "broad seven": paint((slice(3, 6), slice(2, 12), 1), *STEM),
    "roof": paint(ROOF),
    "seven and one": paint(STREAK, ROOF, *STEM),
    "corner": paint((slice(4, 6), slice(3, 6), 1)),
}


def test_lab_reads_digits_as_the_chapter_does(page: Page, base_url, data):
    random = np.random.default_rng(0)
    cases = [*random.integers(-1, 2, (20, SIDE**2)), *PAINTED.values()]
    rows = [write_rows(weights) for weights in cases]
    answers = evaluate_module(page, base_url, MODULE, RUN, [rows, data[1:]])
    for weights, row, answer in zip(cases, rows, answers, strict=True):
        assert answer["weights"] == weights.ravel().tolist()
        assert answer["rows"] == row
        (z, y), *tests = [
            (read_images(images) @ weights.ravel(), np.array(labels))
            for _, labels, images in data[1:]
        ]
        shares = [((z > t) == y).mean() for t in np.unique(z)]
        threshold = np.unique(z)[np.argmax(shares)]
        assert answer["threshold"] == threshold
        expected = [((z > threshold) == y).mean() for z, y in tests]
        assert answer["shares"] == pytest.approx(expected)


def test_painted_weights_read_nine_tenths_until_the_digits_move(
    page: Page, base_url, data
):
    rows = [write_rows(weights) for weights in PAINTED.values()]
    answers = evaluate_module(page, base_url, MODULE, RUN, [rows, data[1:]])
    for name, answer in zip(PAINTED, answers, strict=True):
        plain, moved, _ = answer["shares"]
        assert plain > 0.9 and moved < 0.8, name
        assert answer["words"].startswith("Done: ") and "far less" in answer["words"]
        assert ("but more than" in answer["words"]) == (moved > data[3][0] + 0.03)


@pytest.fixture
def lab(page: Page, base_url) -> Locator:
    return open_lab(page, f"{base_url}/book/deep-learning.html", "weights")


def expect_done(lab: Locator) -> None:
    expect(lab.locator(".verdict")).to_contain_text(
        re.compile(r"^Done: your weights read 9\d% .+ and [5-7]\d% of the moved")
    )


def test_pointer_paints_a_roof_that_does_the_task(lab: Locator, page: Page):
    moved = lab.get_by_role("row", name="moved").get_by_role("cell").first
    expect(moved).to_have_text("after 90%")
    lab.get_by_role("button", name="Clear").click()
    expect(lab.locator("path.for")).to_have_attribute("d", "")
    box = find_axes(lab)
    unit = box["width"] / SIDE
    drag(page, *[(box["x"] + c * unit, box["y"] + 5 * unit) for c in (4, 10)])
    expect_done(lab)
    expect(lab.get_by_role("slider", name="brush")).to_be_focused()
    expect(moved).to_have_text(re.compile(r"^[5-7]\d%$"))
    lab.get_by_role("radio", name="moved").check()
    lab.get_by_role("button", name="Next mistake").click()
    expect(lab.locator(".digit")).to_contain_text(": wrong.")
    lab.get_by_role("button", name="Reset").click()
    expect(lab.locator(".verdict")).to_contain_text("More than 90% is the aim.")
    expect(lab.locator(".digit")).to_contain_text("Blocks of this seven: ")


def test_keys_do_the_task_and_a_link_brings_it_back(lab: Locator, page: Page):
    brush = lab.get_by_role("slider", name="brush")
    expect(brush).to_have_attribute("aria-valuetext", "column 4, row 5")
    lab.get_by_role("button", name="Clear").press("Enter")
    for _ in range(7):  # a roof
        brush.press("Space")
        brush.press("ArrowRight")
    expect_done(lab)
    expect(lab.get_by_role("status").last).to_contain_text("Right answers: as they")
    expect(page).to_have_url(re.compile(r"#lab-weights\?x=10&rows=0,"))
    page.reload()
    expect_done(lab)
    lab.get_by_role("radio", name="nothing").check()
    lab.get_by_role("slider", name="brush").press("Space")
    expect(page).to_have_url(re.compile("brush=nothing"))


def test_finger_paints_and_the_page_stays(phone, base_url):
    lab = open_lab(phone, f"{base_url}/book/deep-learning.html", "weights")
    box, height = find_axes(lab), lab.bounding_box()["height"]
    top, before = phone.evaluate("scrollY"), lab.locator(".for").get_attribute("d")
    x, y, width = box["x"], box["y"], box["width"]
    swipe(phone, (x + 0.3 * width, y + 30), (x + 0.7 * width, y + 70))
    expect(lab.locator(".for")).not_to_have_attribute("d", before)
    assert phone.evaluate("scrollY") == top
    assert lab.bounding_box()["height"] == height
