"""The digit lab reads as the chapter's network does, and takes what a reader can do to it."""

import base64
import gzip
import json
import math
import re
from typing import Any

import numpy as np
import pytest
import torch
from playwright.sync_api import Browser, Locator, Page, expect
from torch import nn

from built_site import SITE, take_first
from frames import trace_frames
from tools.book import ROOT, Book

FOLDER = SITE / "_static" / "labs"
MODULE = "_static/labs/digits-math.mjs"
SIDE, SQUARE, PEN = 28, 112, 5
# Lines as the lab notes them: x, y, x, y, …
SEVEN = [36, 24, 76, 24, 50, 88]
LETTER_H = [25, 12, 25, 100, -1, 25, 56, 85, 56, -1, 85, 12, 85, 100]
PLAIN = {"turn": 0, "right": 0, "down": 0, "thick": 0, "inverted": False}


@pytest.fixture(scope="session")
def test_images() -> np.ndarray:
    """The 10,000 test images, as bytes."""
    packed = (ROOT / "data/MNIST/raw/t10k-images-idx3-ubyte.gz").read_bytes()
    return np.frombuffer(gzip.decompress(packed), np.uint8, offset=16).reshape(-1, SIDE**2)


class Packed:
    """What the chapter has packed into a file, read as the lab reads it."""

    def __init__(self, name: str) -> None:
        self.content = gzip.decompress((FOLDER / name).read_bytes())
        length = int.from_bytes(self.content[:4], "little")
        self.header = json.loads(self.content[4 : 4 + length])
        self.place = 4 + length

    def take(self, kind: type, *shape: int) -> np.ndarray:
        numbers = np.frombuffer(self.content, kind, math.prod(shape), self.place)
        self.place += numbers.nbytes
        return numbers.reshape(shape)


class Network(Packed):
    """The exported network, run by NumPy."""

    def __init__(self) -> None:
        super().__init__("digits.bin.gz")
        sizes = self.header["sizes"]
        rows = [(self.take(np.float32, n), self.take(np.float32, n)) for n in sizes[1:]]
        self.layers = [
            (self.take(np.int8, n, sizes[i]) * scale[:, None], bias)
            for i, (n, (scale, bias)) in enumerate(zip(sizes[1:], rows, strict=True))
        ]
        self.typical = self.take(np.uint8, len(self.header["digits"]), SIDE**2) / 15

    def run(self, images: np.ndarray) -> list[np.ndarray]:
        """Return the activations of the hidden layers and the logits, for a row an image."""
        values = [(images - self.header["mean"]) / self.header["std"]]
        for weights, bias in self.layers:
            inputs = values[-1] if len(values) == 1 else np.maximum(values[-1], 0)
            values.append(inputs @ weights.T + bias)
        return [*(np.maximum(z, 0) for z in values[1:-1]), values[-1]]

    def measure(self, images: np.ndarray) -> np.ndarray:
        """Return the distance of each image to the nearest typical one."""
        cross = images @ self.typical.T
        squares = (images**2).sum(1)[:, None] + (self.typical**2).sum(1)
        return np.sqrt((squares - 2 * cross).clip(min=0).min(axis=1))


@pytest.fixture(scope="session")
def network() -> Network:
    return Network()


def compute(page: Page, base_url: str, body: str, data: object = None) -> Any:
    """Return what a function body makes of the lab's functions `m`, network and data `d`."""
    page.goto(f"{base_url}/search.html")
    script = f"""async ([base, d]) => {{
        const m = await import(`${{base}}/{MODULE}`);
        const fetched = await fetch(`${{base}}/_static/labs/digits.bin.gz`);
        const stream = fetched.body.pipeThrough(new DecompressionStream("gzip"));
        const network = m.unpackNetwork(await new Response(stream).arrayBuffer());
        {body}
    }}"""
    return page.evaluate(script, [base_url, data])


@pytest.mark.parametrize("count", take_first([2_000, 10_000]))
def test_test_images_are_read_as_pytorch_reads_them(
    page: Page, base_url, glued, network, test_images, count, record_property
):
    body = """
        const images = Uint8Array.from(atob(d), (sign) => sign.charCodeAt(0));
        const start = performance.now();
        const read = Array.from({ length: images.length / 784 }, (_, i) =>
            m.findLargest(m.run(network, m.takeImage(images, i)).probabilities));
        return [read, performance.now() - start];
    """
    images = test_images[:count]
    data = base64.b64encode(images.tobytes()).decode()
    read, milliseconds = compute(page, base_url, body, data)
    record_property("µs an image", 1000 * milliseconds / count)
    answers = [int(digit) for digit in glued("book/mnist", "mnist_answers")][:count]
    assert np.mean(np.equal(read, answers)) >= 0.999
    decoded = network.run(images / 255)[-1].argmax(axis=1)
    assert np.mean(np.equal(read, decoded)) >= 0.9999
    record_property(f"of {count:,} as PyTorch", float(np.sum(np.equal(read, answers))))


def test_activations_logits_probabilities_and_distances_are_those_of_numpy(
    page: Page, base_url, network, test_images
):
    images = test_images[:100] / 255
    body = """return d.map((pixels) => {
        const image = Float32Array.from(pixels);
        const { hidden, logits, probabilities } = m.run(network, image);
        const { distance } = m.findNearest(network, image);
        return [...hidden[0], ...hidden[1], ...logits, ...probabilities, distance];
    });"""
    found = np.array(compute(page, base_url, body, images.tolist()))
    *hidden, logits = network.run(images)
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    probabilities = powers / powers.sum(axis=1, keepdims=True)
    expected = np.hstack([*hidden, logits, probabilities, network.measure(images)[:, None]])
    assert np.allclose(found, expected, atol=1e-4)


def test_distances_that_the_lab_names_are_those_of_the_test_images(network, test_images):
    distances = np.hstack([network.measure(part / 255) for part in np.split(test_images, 10)])
    assert np.isclose(np.median(distances), network.header["near"], atol=1e-3)
    assert np.isclose(np.quantile(distances, 0.99), network.header["far"], atol=1e-3)


def draw(pen: list[int]) -> np.ndarray:
    """Return the square with lines on it: ink within the pen's radius of them."""
    y, x = np.mgrid[:SQUARE, :SQUARE] + 0.5
    square = np.zeros((SQUARE, SQUARE))
    lines = [line.strip(",").split(",") for line in ",".join(map(str, pen)).split("-1")]
    for line in lines:
        points = np.array(line, int).reshape(-1, 2)
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
    top, left = starts
    image[top : top + size[0], left : left + size[1]] = small
    return image.numpy()


def test_drawing_is_prepared_as_the_chapter_prepares_one(page: Page, base_url):
    random = np.random.default_rng(1)
    drawings = [
        [*random.integers(4, 108, 2 * n).tolist(), -1, *random.integers(4, 108, 4).tolist()]
        for n in random.integers(1, 6, 40)
    ]
    body = """return d.map((pen) => {
        const square = m.drawLines(pen);
        return [square, m.prepare(square), m.reduce(square)].map((image) => [...image]);
    });"""
    for pen, found in zip(drawings, compute(page, base_url, body, drawings), strict=True):
        square, prepared, reduced = map(np.array, found)
        expected = draw(pen)
        assert np.allclose(square.reshape(SQUARE, SQUARE), expected, atol=1e-5)
        assert np.allclose(prepared.reshape(SIDE, SIDE), prepare(expected), atol=1e-5)
        means = expected.reshape(SIDE, 4, SIDE, 4).mean(axis=(1, 3))
        assert np.allclose(reduced.reshape(SIDE, SIDE), means, atol=1e-5)


def test_changes_turn_shift_thicken_and_invert(page: Page, base_url):
    changes: dict[str, dict[str, int | bool]] = {
        "right": {"right": 3},
        "down": {"down": -2},
        "quarter": {"turn": 90},
        "inverted": {"inverted": True},
        "thicker": {"thick": 2},
        "thinner": {"thick": -2},
    }
    data = {name: {**PLAIN, **change} for name, change in changes.items()}
    body = f"""
        const plain = m.drawLines({SEVEN});
        const all = Object.entries(d).map(([name, c]) => [name, [...m.alter(plain, c)]]);
        const places = m.trackBack({{ ...d.quarter, right: 2 }}, 80, 30);
        return [[...plain], Object.fromEntries(all), places, [...m.enlarge(m.reduce(plain))]];
    """
    plain, found, place, enlarged = compute(page, base_url, body, data)
    plain = np.array(plain).reshape(SQUARE, SQUARE)
    found = {name: np.array(s).reshape(SQUARE, SQUARE) for name, s in found.items()}
    assert np.allclose(found["right"], np.roll(plain, 12, axis=1), atol=1e-5)
    assert np.allclose(found["down"], np.roll(plain, -8, axis=0), atol=1e-5)
    assert np.allclose(found["quarter"], np.rot90(plain, -1), atol=1e-4)
    assert np.allclose(found["inverted"], 1 - plain, atol=1e-6)
    assert (found["thicker"] >= plain).all()
    assert (found["thinner"] <= plain).all()
    assert found["thinner"].sum() < 0.8 * plain.sum() < 0.8 * found["thicker"].sum() / 1.2
    # Turned by a quarter to the right around the middle, and then shifted by 8 pixels.
    assert np.allclose(place, [56 + (30 - 56), 56 - (80 - 8 - 56)])
    means = plain.reshape(SIDE, 4, SIDE, 4).mean(axis=(1, 3))
    assert np.isclose(np.mean(enlarged), means.mean(), atol=1e-3)


def test_sample_holds_the_surest_mistakes_and_the_table_of_all(glued, test_images):
    sample = Packed("digits-sample.bin.gz")
    header = sample.header
    images = sample.take(np.uint8, 200, SIDE**2)
    assert np.array_equal(images, test_images[header["places"]])
    answers = glued("book/mnist", "mnist_answers")
    assert header["read"] == [int(answers[place]) for place in header["places"]]
    assert np.sum(header["confusion"]) == 10_000
    wrong = np.not_equal(header["labels"], header["read"])
    assert 60 <= wrong.sum() <= 140
    assert wrong[: wrong.sum()].all()
    assert (FOLDER / "digits-sample.bin.gz").stat().st_size < 60_000
    assert (FOLDER / "digits.bin.gz").stat().st_size < 700_000


def test_packed_network_is_in_no_page_notebook_or_index(glued):
    for key in ("mnist_network", "mnist_sample", "mnist_answers"):
        start = glued("book/mnist", key)[:60]
        for path in SITE.rglob("*"):
            if path.suffix in {".html", ".ipynb", ".js", ".md", ".txt"}:
                assert start not in path.read_text("utf-8"), path


@pytest.fixture
def lab(page: Page, base_url) -> Locator:
    """The lab of the chapter, in a wide window."""
    page.set_viewport_size({"width": 1350, "height": 900})
    return open_lab(page, f"{base_url}/book/mnist.html")


def open_lab(page: Page, address: str) -> Locator:
    """Open a page, and return its lab when that is there."""
    page.emulate_media(reduced_motion="reduce")
    page.goto(address)
    lab = page.locator("digits-lab")
    lab.scroll_into_view_if_needed()
    expect(lab.get_by_role("group").first).to_be_visible()
    return lab


def make_state(pen: list[int], **others: object) -> str:
    pairs = {"pen": ",".join(map(str, pen)), **others}
    return "&".join(f"{name}={value}" for name, value in pairs.items())


def test_network_is_fetched_at_the_first_touch_only(page: Page, base_url):
    fetched = []
    page.on("request", lambda request: fetched.append(request.url.rpartition("/")[2]))
    lab = open_lab(page, f"{base_url}/book/mnist.html")
    page.wait_for_load_state("networkidle")
    assert "digits.mjs" in fetched
    assert "digits.bin.gz" not in fetched
    lab.get_by_role("button", name="Clear").focus()
    expect(lab.locator(".verdict")).to_contain_text("Draw a digit")
    assert fetched.count("digits.bin.gz") == fetched.count("digits-sample.bin.gz") == 1


def test_failed_fetch_is_told_and_can_be_tried_again(page: Page, base_url):
    page.route("**/digits.bin.gz", lambda route: route.abort())
    lab = open_lab(page, f"{base_url}/book/mnist.html#lab-digits?{make_state(SEVEN)}")
    again = lab.get_by_role("button", name="Try again")
    expect(again).to_be_visible()
    page.unroute("**/digits.bin.gz")
    again.click()
    expect(lab.locator(".verdict")).to_contain_text("It reads 7")


def test_drawing_with_the_mouse_is_read(lab: Locator, page: Page):
    box = lab.locator("canvas.square").bounding_box()
    scale = box["width"] / SQUARE
    places = [
        (box["x"] + x * scale, box["y"] + y * scale) for x, y in ((28, 20), (84, 20), (50, 100))
    ]
    page.mouse.move(*places[0])
    page.mouse.down()
    for place in places[1:]:
        page.mouse.move(*place, steps=10)
    page.mouse.up()
    expect(lab.locator(".verdict")).to_contain_text("It reads 7")
    expect(lab.locator(".bars .read")).to_contain_text("7")
    shares = [
        text.strip(" %<>") for text in lab.locator(".bars li > :last-child").all_inner_texts()
    ]
    assert len(shares) == 10
    assert sum(map(float, shares)) == pytest.approx(100, abs=3)
    assert max(range(10), key=lambda digit: float(shares[digit])) == 7
    page.mouse.move(*places[0])
    expect(lab.locator(".unseen")).to_contain_text("It reads 7")
    expect(page).to_have_url(re.compile(r"#lab-digits\?pen=28,20,"))
    lab.get_by_role("button", name="Clear").click()
    expect(lab.locator(".verdict")).to_contain_text("Draw a digit")


def test_drawing_by_keys_alone_is_read(lab: Locator, page: Page):
    lab.locator("canvas.square").focus()

    def press(key: str, times: int) -> None:
        for _ in range(times):
            page.keyboard.press(key)

    press("ArrowUp", 9)
    press(" ", 1)
    expect(lab.locator(".note")).to_have_text("The pen is down.")
    press("ArrowDown", 19)
    press(" ", 1)
    press("ArrowLeft", 3)
    expect(lab.locator(".note")).to_have_text("The pen is up.")
    expect(lab.locator(".verdict")).to_contain_text("It reads 1")
    expect(page).to_have_url(re.compile(r"pen=56,20,56,24,"))


def test_what_a_key_did_stays_said_when_the_network_arrives(lab: Locator, page: Page):
    held = []
    page.route("**/digits.bin.gz", lambda route: held.append(route))
    with page.expect_request("**/digits.bin.gz"):
        lab.locator("canvas.square").focus()
    page.keyboard.press(" ")
    expect(lab.locator(".note")).to_have_text("The pen is down.")
    held[0].continue_()
    expect(lab.locator(".verdict")).to_contain_text("It reads")
    expect(lab.locator(".note")).to_have_text("The pen is down.")
    expect(lab.locator(".unseen")).to_contain_text("It reads")


def test_drawing_with_a_finger_does_not_scroll_the_page(browser: Browser, base_url):
    page = browser.new_page(viewport={"width": 390, "height": 844}, has_touch=True)
    lab = open_lab(page, f"{base_url}/book/mnist.html")
    square = lab.locator("canvas.square")
    assert square.evaluate("(e) => getComputedStyle(e).touchAction") == "pinch-zoom"
    square.scroll_into_view_if_needed()
    box = square.bounding_box()
    page.touchscreen.tap(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    expect(page).to_have_url(re.compile(r"pen=56,56$"))
    page.close()


def test_letter_gets_a_digit_and_is_told_to_be_unlike_the_training_images(page: Page, base_url):
    address = f"{base_url}/book/mnist.html#lab-digits?{make_state(LETTER_H)}"
    verdict = open_lab(page, address).locator(".verdict")
    expect(verdict).to_contain_text("It reads")
    expect(verdict).to_contain_text("Unlike")
    expect(verdict).to_contain_text("add up to 1")


def test_preparation_undoes_a_shift_and_without_it_the_seven_is_lost(page: Page, base_url):
    address = f"{base_url}/book/mnist.html"
    page.goto(address)
    page.locator("a[href*='lab-digits?prepare=none']").click()
    lab = page.locator("digits-lab")
    verdict = lab.locator(".verdict")
    expect(verdict).to_contain_text("It reads 7")
    for _ in range(6):
        lab.get_by_role("button", name="Shift to the right").click()
    expect(verdict).to_contain_text("It reads")
    expect(verdict).not_to_contain_text("It reads 7")
    expect(page).to_have_url(re.compile(r"prepare=none&right=6&pen=36,24,"))
    lab.get_by_role("radio", name="as MNIST").check()
    expect(verdict).to_contain_text("It reads 7")


def test_test_images_can_be_stepped_through_and_chosen_in_the_table(lab: Locator, page: Page):
    lab.get_by_role("button", name="Next test image").focus()
    page.keyboard.press("Enter")
    expect(lab.locator(".place")).to_contain_text(
        re.compile(r"image 1 of 200: a \d, misread as")
    )
    read = lab.locator(".place").inner_text().strip(".")[-1]
    expect(lab.locator(".verdict")).to_contain_text(f"It reads {read}")
    lab.get_by_role("button", name="Previous test image").click()
    expect(lab.locator(".place")).to_contain_text("200 test images")
    lab.locator("summary").click()
    assert lab.locator(".matrix button[tabindex='0']").count() == 1
    lab.locator(".matrix button[tabindex='0']").focus()
    focused = lab.locator(".matrix button:focus")
    start = re.findall(r"\d+", focused.get_attribute("aria-label"))
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowRight")
    label, digit, _ = re.findall(r"\d+", focused.get_attribute("aria-label"))
    assert int(label) > int(start[0])
    assert digit != start[1]
    page.keyboard.press("Enter")
    expect(lab.locator(".place")).to_contain_text(f": a {label}, ")
    expect(lab.locator(".verdict")).to_contain_text(f"It reads {digit}")


def test_framed_number_shows_its_images_and_each_leads_to_the_square(lab: Locator, page: Page):
    lab.get_by_text("All 10,000 test images").click()
    header = Packed("digits-sample.bin.gz").header
    pairs = list(zip(header["labels"], header["read"], strict=True))
    label, digit = max({p for p in pairs if p[0] != p[1]}, key=pairs.count)
    number = lab.get_by_role("button", name=f"{label} read as {digit}:")
    number.scroll_into_view_if_needed()
    place = number.bounding_box()
    number.click()
    kind = lab.locator("div.kind button")
    expect(kind).to_have_count(pairs.count((label, digit)))
    expect(lab.locator("div.kind [aria-current]")).to_have_count(1)
    expect(lab.locator("p.kind")).to_contain_text(f"read as {digit}: ")
    assert number.bounding_box() == place
    kind.last.click()
    assert number.bounding_box() == place
    n = len(pairs) - pairs[::-1].index((label, digit))
    expect(lab.locator(".place")).to_contain_text(f"Test image {n} of 200")
    expect(kind.last).to_have_attribute("aria-current", "true")
    lab.get_by_role("button", name="Up to the image").click()
    expect(lab.locator("canvas.square")).to_be_in_viewport()
    expect(lab.locator("canvas.square")).to_be_focused()


def test_image_is_in_sight_while_one_steps_through_on_a_phone(browser: Browser, base_url):
    page = browser.new_page(viewport={"width": 390, "height": 844})
    lab = open_lab(page, f"{base_url}/book/mnist.html")
    button = lab.get_by_role("button", name="Next test image")
    square = lab.locator("canvas.square")
    square.scroll_into_view_if_needed()
    lowest = button.bounding_box()["y"] + button.bounding_box()["height"]
    assert lowest - square.bounding_box()["y"] < 844
    page.close()


@pytest.mark.parametrize("width", take_first([320, 390, 1350]))
def test_buttons_stay_where_they_are_while_images_change(page: Page, base_url, width):
    page.set_viewport_size({"width": width, "height": 900})
    lab = open_lab(page, f"{base_url}/book/mnist.html#lab-digits?n=1")
    heights = set()
    for _ in range(40):
        expect(lab.locator(".verdict")).to_contain_text("It reads")
        parts = lab.locator(".tools button, .steps button, summary")
        tops = "(parts) => parts.map((part) => Math.round(part.getBoundingClientRect().y))"
        heights.add(tuple(parts.evaluate_all(tops)))
        lab.get_by_role("button", name="Next test image").evaluate("(b) => b.click()")
        page.evaluate("() => new Promise(requestAnimationFrame)")
    expect(lab.locator(".place")).to_contain_text("Test image 41 of 200")
    distances = {tuple(y - ys[0] for y in ys) for ys in heights}
    assert len(distances) == 1, distances
    assert len(min(distances)) > 5


def test_label_of_a_test_image_that_was_changed_is_told_as_such(page: Page, base_url):
    lab = open_lab(page, f"{base_url}/book/mnist.html#lab-digits?n=200")
    expect(lab.locator(".place")).to_contain_text(re.compile(r"\d, read correctly\.$"))
    lab.get_by_role("button", name="Invert").click()
    expect(lab.locator(".place")).to_contain_text("read correctly before it was changed.")


@pytest.mark.slow
def test_drawing_keeps_up_with_the_screen(lab: Locator, page: Page, record_property):
    """The frames that drawing takes are reported; they depend on the machine."""
    lab.locator("canvas.square").focus()
    expect(lab.locator(".verdict")).to_contain_text("Draw a digit")
    box = lab.locator("canvas.square").bounding_box()
    page.mouse.move(box["x"] + 20, box["y"] + 20)
    page.mouse.down()
    with trace_frames(page, record_property):
        for i in range(180):
            x, y = 0.5 + 0.3 * math.cos(i / 10), 0.5 + 0.35 * math.sin(i / 15)
            page.mouse.move(box["x"] + x * box["width"], box["y"] + y * box["height"])
    page.mouse.up()
    expect(lab.locator(".verdict")).to_contain_text("It reads")


@pytest.mark.parametrize("size", [(1350, 900), (390, 800)])
def test_first_screen_of_the_landing_page_says_what_how_long_and_has_the_lab(
    page: Page, base_url, size
):
    page.set_viewport_size({"width": size[0], "height": size[1]})
    responses: list[str] = []
    page.on("response", lambda response: responses.append(response.url))
    page.goto(f"{base_url}/index.html", wait_until="networkidle")
    assert [url for url in responses if "/labs/" in url and "/loader.mjs" not in url] == []
    article = page.locator("article")
    first = article.locator("p").first
    expect(first).to_contain_text("A course for bioscientists")
    parts = {
        "name": article.locator("h1"),
        "for whom": first,
        "hours": article.locator(".hours"),
        "start": article.get_by_role("link", name="Start the course"),
        "lab": article.locator("digits-lab"),
    }
    boxes = {name: part.bounding_box() for name, part in parts.items()}
    lowest = {name: box["y"] + box["height"] for name, box in boxes.items() if box}
    assert lowest.keys() == parts.keys()
    assert max(lowest.values()) <= size[1], lowest


def test_landing_page_has_a_card_for_each_chapter_with_its_picture(page: Page, base_url):
    page.goto(f"{base_url}/index.html")
    cards = page.locator(".chapters > li")
    names = [f"{chapter.name}.html" for chapter in Book().chapters]
    links = cards.locator("a")
    assert [link.get_attribute("href") for link in links.all()] == names
    assert [card.locator(".emblem").count() for card in cards.all()] == [1] * len(names)
    cards.nth(1).click(position={"x": 20, "y": 20})
    expect(page).to_have_url(f"{base_url}/{names[1]}")


def test_lab_of_the_landing_page_comes_with_its_button_and_reads(page: Page, base_url):
    page.goto(f"{base_url}/index.html")
    page.locator("digits-lab").get_by_role("button", name="Try it").focus()
    page.keyboard.press("Enter")
    square = page.locator("digits-lab canvas.square")
    expect(square).to_be_focused()
    for key in (*["ArrowUp"] * 9, " ", *["ArrowDown"] * 19, " "):
        page.keyboard.press(key)
    expect(page.locator("digits-lab .verdict")).to_contain_text("It reads 1")
    expect(page).to_have_url(re.compile(r"#lab-draw\?pen=56,20,"))
    lab = page.locator("digits-lab")
    expect(lab.get_by_role("button", name="Clear")).to_be_visible()
    expect(lab.locator(".layers")).to_be_hidden()
    lab.get_by_text("Look inside").click()
    expect(lab.locator(".layers")).to_be_visible()
