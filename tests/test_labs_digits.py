"""The digit lab reads as the chapter's network does, from mouse, finger and keys."""

import re

import numpy as np
import pytest
import torch
from playwright.sync_api import Locator, Page, expect
from torch import nn

from test_labs import drag, evaluate_module, open_lab

SIDE, SQUARE = 28, 112
SEVEN = "36,24,76,24,50,88"
PAGE = "book/mnist.html"
UNPACK = """const [network, sample] = await Promise.all(["", "-sample"].map(async (name) => {
    const fetched = await fetch(address.replace("digits-math.mjs", `digits${name}.bin.gz`));
    const stream = fetched.body.pipeThrough(new DecompressionStream("gzip"));
    return new Response(stream).arrayBuffer();
})).then(([first, second]) => [m.unpackNetwork(first), m.unpackSample(second)]);"""


def test_network_reads_test_images_as_the_chapters_network_does(page: Page, base_url):
    """Most of them are its mistakes, and the lab's weights are rounded."""
    body = """return sample.labels.map((label, i) => {
        const { probabilities } = m.run(network, m.takeImage(sample.images, i));
        return [m.findLargest(probabilities), sample.read[i], label];
    });"""
    found = np.array(evaluate_module(page, base_url, "digits-math.mjs", UNPACK + body))
    digits, expected, labels = found.T
    assert len(found) == 200
    assert (expected != labels).sum() > 50
    assert (digits != expected).sum() <= 8


def prepare(square: np.ndarray) -> np.ndarray:
    """Return the image that the chapter's cells make of a square."""
    ink = torch.tensor(square).float()
    rows, columns = torch.nonzero(ink > 0.02, as_tuple=True)
    ink = ink[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1]
    scale = 20 / max(ink.shape)
    size = [max(1, round(scale * side)) for side in ink.shape]
    small = nn.functional.interpolate(ink[None, None], size, mode="area")[0, 0]
    image = torch.zeros(SIDE, SIDE)
    starts = []
    for axis, side in enumerate(size):
        amounts = small.sum(dim=1 - axis)
        middle = (amounts * torch.arange(side)).sum() / amounts.sum()
        starts.append(min(SIDE - side, max(0, round(13.5 - middle.item()))))
    image[starts[0] : starts[0] + size[0], starts[1] : starts[1] + size[1]] = small
    return image.numpy()


def test_drawing_is_prepared_as_the_chapter_prepares_one(page: Page, base_url):
    random = np.random.default_rng(1)
    drawings = [
        [*random.integers(4, 108, 2 * n).tolist(), -1, *random.integers(4, 108, 4).tolist()]
        for n in random.integers(1, 6, 20)
    ]
    # Drawn at once and, as in the lab, in two parts
    body = """return d.map((pen) => {
        const end = pen.indexOf(-1);
        const square = m.drawLines(pen, m.drawLines(pen.slice(0, end)), end - 2);
        return [m.drawLines(pen), square, m.prepare(square)].map((image) => [...image]);
    });"""
    found = evaluate_module(page, base_url, "digits-math.mjs", body, drawings)
    for whole, square, prepared in found:
        assert whole == square
        expected = prepare(np.reshape(square, (SQUARE, SQUARE)))
        assert np.allclose(np.reshape(prepared, (SIDE, SIDE)), expected, atol=1e-5)


@pytest.fixture
def lab(page: Page, base_url) -> Locator:
    page.set_viewport_size({"width": 1350, "height": 900})
    return open_lab(page, f"{base_url}/{PAGE}", "digits")


def test_network_is_fetched_at_the_first_touch_and_again_if_that_fails(page: Page, base_url):
    fetched = []
    page.on("request", lambda request: fetched.append(request.url.rpartition("/")[2]))
    page.route("**/digits.bin.gz", lambda route: route.abort())
    lab = open_lab(page, f"{base_url}/{PAGE}", "digits")
    page.wait_for_load_state("networkidle")
    assert "digits.bin.gz" not in fetched
    lab.get_by_role("button", name="Clear").click()
    page.unroute("**/digits.bin.gz")
    lab.get_by_role("button", name="Try again").click()
    expect(lab.get_by_text("Draw a digit.", exact=True)).to_be_visible()
    assert fetched.count("digits.bin.gz") == 2


def test_strokes_are_read_undone_and_cleared(lab: Locator, page: Page):
    box = lab.locator("canvas.square").bounding_box()
    scale = box["width"] / SQUARE

    def place(x: float, y: float) -> tuple[float, float]:
        return box["x"] + x * scale, box["y"] + y * scale

    drag(page, place(28, 20), place(84, 20), place(50, 100))
    expect(lab.locator(".lab > .unseen")).to_contain_text("It reads 7, with probability")
    shares = lab.locator(".bars li > :last-child").all_inner_texts()
    assert sum(float(share.strip(" %<>")) for share in shares) == pytest.approx(100, abs=3)
    state = lab.evaluate("(lab) => lab.state.pen.join()")
    drag(page, place(20, 100), place(90, 100))
    assert lab.evaluate("(lab) => lab.state.pen.join()") != state
    lab.get_by_role("button", name="Undo").click()
    assert lab.evaluate("(lab) => lab.state.pen.join()") == state
    lab.get_by_role("button", name="Clear").click()
    expect(lab.locator(".digit")).to_have_text("")


def test_drawing_by_keys_alone_is_read(lab: Locator, page: Page):
    lab.locator("canvas.square").focus()
    for key, times in (("ArrowUp", 9), (" ", 1), ("ArrowDown", 18)):
        for _ in range(times):
            page.keyboard.press(key)
    expect(lab.locator(".digit")).to_have_text("1")
    page.keyboard.press("Backspace")
    expect(lab.locator(".digit")).to_have_text("")


def test_seven_of_the_exercise_is_lost_by_a_shift_and_found_by_the_preparation(page, base_url):
    address = f"{base_url}/{PAGE}#lab-digits?prepare=none&pen={SEVEN}"
    lab = open_lab(page, address, "digits")
    expect(lab.locator(".digit")).to_have_text("7")
    for _ in range(6):
        lab.get_by_role("button", name="Shift to the right").click()
    expect(lab.locator(".digit")).not_to_have_text("7")
    lab.get_by_role("radio", name="as MNIST").check()
    expect(lab.locator(".digit")).to_have_text("7")


def test_test_images_are_stepped_through(lab: Locator):
    lab.get_by_role("button", name="Next test image").click()
    expect(lab.locator(".place")).to_have_text(re.compile("Test image 1 of 200: .* misread as"))
    lab.get_by_role("button", name="Previous test image").click()
    expect(lab.locator(".place")).to_have_text("200 test images, the surest mistakes first.")
