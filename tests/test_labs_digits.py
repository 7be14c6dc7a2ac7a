"""The digit lab reads as the chapter's network does, from mouse, finger and keys."""

import gzip
import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from playwright.sync_api import Locator, Page, expect
from torch import nn

from test_labs import drag, evaluate_module, open_lab

IMAGES = Path(__file__).parents[1] / "data/MNIST/raw/t10k-images-idx3-ubyte.gz"
SIDE, SQUARE, PEN = 28, 112, 5
SEVEN = "36,24,76,24,50,88"
PAGE = "book/mnist.html"


@pytest.fixture(scope="module")
def images() -> np.ndarray:
    """The first test images, as numbers from 0 to 1."""
    content = gzip.decompress(IMAGES.read_bytes())
    return np.frombuffer(content, np.uint8, offset=16).reshape(-1, SIDE**2)[:300] / 255


class Network:
    """The exported network, read and run by NumPy."""

    def __init__(self, content: bytes) -> None:
        self.content = gzip.decompress(content) if content[:2] == b"\x1f\x8b" else content
        length = int.from_bytes(self.content[:4], "little")
        self.header = json.loads(self.content[4 : 4 + length])
        self.place = 4 + length
        sizes = self.header["sizes"]
        rows = [(self.take(np.float32, n), self.take(np.float32, n)) for n in sizes[1:]]
        self.layers = [
            (self.take(np.int8, n, sizes[i]) * scale[:, None], bias)
            for i, (n, (scale, bias)) in enumerate(zip(sizes[1:], rows, strict=True))
        ]
        self.typical = self.take(np.uint8, len(self.header["digits"]), SIDE**2) / 15

    def take(self, kind: type, *shape: int) -> np.ndarray:
        numbers = np.frombuffer(self.content, kind, math.prod(shape), self.place)
        self.place += numbers.nbytes
        return numbers.reshape(shape)

    def run(self, images: np.ndarray) -> np.ndarray:
        """Return the activations of both hidden layers, the logits and the distance, in a row."""
        values = [(images - self.header["mean"]) / self.header["std"]]
        for weights, bias in self.layers:
            z = values[-1] @ weights.T + bias
            values.append(z if len(z[0]) == 10 else np.maximum(z, 0))
        squares = ((images[:, None] - self.typical) ** 2).sum(axis=2)
        return np.hstack([*values[1:], np.sqrt(squares.min(axis=1))[:, None]])


def compute(page: Page, base_url: str, body: str, data: object = None) -> Any:
    """Return what a function body makes of the lab's functions `m`, network and data `d`."""
    fetch = """const fetched = await fetch(address.replace("digits-math.mjs", "digits.bin.gz"));
        const stream = fetched.body.pipeThrough(new DecompressionStream("gzip"));
        const network = m.unpackNetwork(await new Response(stream).arrayBuffer());"""
    return evaluate_module(page, base_url, "digits-math.mjs", fetch + body, data)


def test_network_computes_as_numpy_does(page: Page, base_url, images):
    body = """return d.map((pixels) => {
        const image = Float32Array.from(pixels);
        const { hidden, logits } = m.run(network, image);
        return [...hidden[0], ...hidden[1], ...logits, m.findNearest(network, image).distance];
    });"""
    found = np.array(compute(page, base_url, body, images[:100].tolist()))
    content = page.request.get(f"{base_url}/_static/labs/digits.bin.gz").body()
    assert np.allclose(found, Network(content).run(images[:100]), atol=1e-4)


def draw(pen: list[int]) -> np.ndarray:
    """Return the square with lines on it: ink within the pen's radius of them."""
    y, x = np.mgrid[:SQUARE, :SQUARE] + 0.5
    square = np.zeros((SQUARE, SQUARE))
    for line in ",".join(map(str, pen)).split("-1"):
        points = np.array(line.strip(",").split(","), int).reshape(-1, 2)
        for (x0, y0), (x1, y1) in zip(points, [*points[1:], points[-1]], strict=True):
            dx, dy = x1 - x0, y1 - y0
            along = ((x - x0) * dx + (y - y0) * dy) / max(dx * dx + dy * dy, 1e-9)
            along = along.clip(0, 1)
            away = np.hypot(x - x0 - along * dx, y - y0 - along * dy)
            square = np.maximum(square, (PEN + 0.5 - away).clip(0, 1))
    return square


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
        const images = [square, m.prepare(square), m.reduce(square), m.shift(square, 2, -1)];
        return [m.drawLines(pen), ...images].map((image) => [...image]);
    });"""
    for pen, found in zip(drawings, compute(page, base_url, body, drawings), strict=True):
        whole, square, prepared, reduced, shifted = map(np.array, found)
        expected = draw(pen)
        assert np.allclose(square.reshape(SQUARE, SQUARE), expected, atol=1e-5)
        assert np.array_equal(whole, square)
        assert np.allclose(prepared.reshape(SIDE, SIDE), prepare(expected), atol=1e-5)
        means = expected.reshape(SIDE, 4, SIDE, 4).mean(axis=(1, 3))
        assert np.allclose(reduced.reshape(SIDE, SIDE), means, atol=1e-5)
        moved = shifted.reshape(SQUARE, SQUARE)[:-4, 8:]
        assert np.allclose(moved, expected[4:, :-8], atol=1e-5)


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


def test_strokes_are_read_undone_and_cleared_beside_the_square(lab: Locator, page: Page):
    box = lab.locator("canvas.square").bounding_box()
    scale = box["width"] / SQUARE

    def place(x: float, y: float) -> tuple[float, float]:
        return box["x"] + x * scale, box["y"] + y * scale

    drag(page, place(28, 20), place(84, 20), place(50, 100))
    expect(lab.locator(".digit")).to_have_text("7")
    expect(lab.locator(".lab > .unseen")).to_contain_text("It reads 7, with probability")
    shares = [
        text.strip(" %<>") for text in lab.locator(".bars li > :last-child").all_inner_texts()
    ]
    assert sum(map(float, shares)) == pytest.approx(100, abs=3)
    assert lab.locator(".digit").bounding_box()["height"] > 80
    state = lab.evaluate("(lab) => lab.state.pen.join()")
    drag(page, place(20, 100), place(90, 100))
    assert lab.evaluate("(lab) => lab.state.pen.join()") != state
    for button in ("Undo", "Clear"):
        beside = lab.get_by_role("button", name=button).bounding_box()
        assert (
            box["y"] < beside["y"] < beside["y"] + beside["height"] <= box["y"] + box["height"] + 1
        )
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
    expect(lab.get_by_text("Test image 1 of 200")).to_contain_text("misread as")
    lab.get_by_role("button", name="Shift down").click()
    expect(lab.get_by_text("Test image 1 of 200")).to_contain_text("before it was shifted")
    lab.get_by_role("button", name="Previous test image").click()
    expect(lab.get_by_text("200 test images, the surest mistakes first.")).to_be_visible()
