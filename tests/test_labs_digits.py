"""The digit lab reads as the chapter's network does, from mouse, finger and keys."""

import re

import numpy as np
import pytest
import torch
from playwright.sync_api import Page, expect
from torch import nn

from conftest import read
from labs import drag, evaluate_module, open_lab

SIDE, SQUARE = 28, 112
ROUNDING = 0.02  # of the largest activation: what the rounded weights change
PAGE = "book/mnist.html"
SURE = re.compile(r"^It is .*% sure that this is a 7\. .* Chapter \d+ shows why")
LINES = {
    "Now no digit": "What does it say of something that is no digit?",
    "Clear": SURE,
}


def test_network_reads_and_recording_shows_what_pytorch_computed(page: Page, base_url):
    """The lab's weights are rounded, so near-ties are not compared."""
    body = """const fields = address.replace("digits-math", "fields");
    const { fetchPacked } = await import(fields);
    const network = m.makeNetwork(await fetchPacked("mnist_network.bin.gz"));
    const recording = m.makeRecording(await fetchPacked("mnist_show.bin.gz"));
    const sample = m.makeSample(await fetchPacked("mnist_sample.bin.gz"));
    const run = (i) => m.run(network, m.takeImage(sample.images, i));
    const read = sample.labels.map((_, i) => run(i));
    const found = m.run(network, m.prepare(m.drawLines(recording.pen)));
    found.onward = m.findOnward(network, found);
    const list = ({ digit, hidden, logits, onward }) =>
        [[digit], ...hidden, logits, ...onward].map((values) => [...values]);
    const logits = read.map(({ logits }) => [...logits]);
    return [[sample.read, sample.labels], logits, list(recording), list(found)];"""
    images, logits, recorded, found = evaluate_module(
        page, base_url, "digits-math.mjs", body
    )
    (expected, labels), logits = np.array(images), np.array(logits)
    assert len(labels) == 200
    assert (expected != labels).sum() > 50
    behind = logits.max(axis=1) - logits[range(200), expected]
    assert behind.max() < ROUNDING * logits.max()
    assert recorded[0] == found[0] == [8]
    for k in range(3):
        ours, theirs = np.array(found[1 + k]), np.array(recorded[1 + k])
        assert np.allclose(ours, theirs, atol=ROUNDING * theirs.max())
        # Rounding switches neurons on and off that are hardly active.
        onward, expected = found[4 + k], recorded[4 + k]
        held = np.minimum(ours, theirs)
        is_clear = np.minimum(held[onward], held[expected]) > ROUNDING * theirs.max()
        assert is_clear.mean() > 0.5
        assert np.equal(onward, expected)[is_clear].all()


def prepare(square: list[float]) -> np.ndarray:
    """Return the image that the chapter's cells make of a square."""
    ink = torch.tensor(square).reshape(SQUARE, SQUARE)
    rows, columns = torch.nonzero(ink > 0.02, as_tuple=True)
    ink = ink[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1]
    size = [max(1, round(20 * side / max(ink.shape))) for side in ink.shape]
    image = torch.zeros(SIDE, SIDE)
    image[: size[0], : size[1]] = nn.functional.interpolate(
        ink[None, None], size, mode="area"
    )
    for axis in (0, 1):
        middle = (image.sum(dim=1 - axis) @ torch.arange(28.0) / image.sum()).item()
        image = image.roll(min(SIDE - size[axis], max(0, round(14 - middle))), axis)
    return image.flatten().numpy()


def test_drawing_is_prepared_as_the_chapter_prepares_one(page: Page, base_url):
    random = np.random.default_rng(1)
    sizes = random.integers(1, 6, 20)
    drawings = [random.integers(4, 108, 2 * n + 5).tolist() for n in sizes]
    for drawing in drawings:
        drawing[-5] = -1
    body = """return d.map((pen) => {
        const square = m.drawLines(pen);
        return [square, m.prepare(square)].map((image) => [...image]);
    });"""
    found = evaluate_module(page, base_url, "digits-math.mjs", body, drawings)
    for square, prepared in found:
        assert np.allclose(prepared, prepare(square), atol=1e-5)


def test_network_is_fetched_when_touched_or_tried_again_and_images_when_shown(
    page, base_url
):
    fetched = []
    page.on("request", lambda request: fetched.append(request.url.rpartition("/")[2]))
    page.route("**/mnist_network.bin.gz", lambda route: route.abort())
    lab = open_lab(page, f"{base_url}/{PAGE}", "digits")
    page.wait_for_load_state("networkidle")
    assert "mnist_network.bin.gz" not in fetched
    lab.get_by_role("button", name="Clear").click()
    page.unroute("**/mnist_network.bin.gz")
    lab.get_by_role("button", name="Try again").click()
    expect(lab.locator(".about")).to_have_text("Draw a digit.")
    assert fetched.count("mnist_network.bin.gz") == 2
    assert "mnist_sample.bin.gz" not in fetched
    caption = lab.locator(".caption")
    lab.get_by_role("button", name="Next test image").click()
    expect(caption).to_have_text(re.compile("Test image 1 of 200: .* misread as"))
    lab.get_by_role("button", name="Previous test image").click()
    expect(caption).to_have_text("200 test images, the surest mistakes first.")


def test_landing_page_plays_a_small_recording_once_the_page_is_there(
    page: Page, base_url
):
    page.goto(f"{base_url}/index.html")
    expect(page.locator("digits-lab .digit")).to_have_text("8")
    script = """() => [
        performance.getEntriesByType("navigation")[0].loadEventStart,
        performance.getEntriesByType("resource")
            .filter(({ name }) => /labs.(digits|mnist)/.test(name))
            .map(({ name, startTime }) => [name, startTime])
    ]"""
    loaded, files = page.evaluate(script)
    assert 0 < loaded <= min(start for _, start in files)
    [packed] = [name for name, _ in files if name.endswith(".gz")]
    assert packed.endswith("_show.bin.gz")
    assert len(page.request.get(packed).body()) < 25_000


def test_landing_page_reads_undoes_and_asks_for_what_is_no_digit(page: Page, base_url):
    page.set_viewport_size({"width": 390, "height": 664})
    lab = open_lab(page, f"{base_url}/index.html", "digits")  # with reduced motion
    expect(lab.locator(".digit")).to_have_text("8")
    script = """({ shadowRoot }) => [
        shadowRoot.querySelectorAll("line").length > 100, shadowRoot.getAnimations()]"""
    assert lab.evaluate(script) == [True, []]
    hint = lab.locator(".hint:visible")
    expect(hint).to_have_text("Your turn: draw over it")
    lab.evaluate("(lab) => lab.scrollIntoView()")
    square = lab.locator("canvas.square").bounding_box()
    undo, clear = [lab.get_by_role("button", name=name) for name in ("Undo", "Clear")]
    assert all(square["y"] < box.bounding_box()["y"] < 600 for box in (undo, clear))
    left, top, scale = square["x"], square["y"], square["width"] / SQUARE
    for name, line in LINES.items():
        for way in [(28, 20), (84, 20), (50, 100)], [(20, 100), (90, 100)]:
            drag(page, *[(left + x * scale, top + y * scale) for x, y in way])
        undo.click()
        expect(lab.locator(".digit")).to_have_text("7")
        expect(lab.locator(".about")).to_have_text(line)
        for link in lab.locator(".about a").all():
            path, _, anchor = link.get_attribute("href").partition("#")
            assert read(path.removeprefix(f"{base_url}/")).find(id=anchor)
        expect(hint).to_have_count(0)
        shares = lab.locator(".bars li > :last-child").all_inner_texts()
        total = sum(float(share.strip(" %<>")) for share in shares)
        assert total == pytest.approx(100, abs=3)
        assert lab.locator(".about").bounding_box()["y"] < 600  # beside its square
        lab.get_by_role("button", name=name).click()
        expect(lab.locator(".digit")).to_have_text("")
        expect(hint).to_have_text("Draw what is no digit")
    spoken = lab.locator(".lab > .unseen")
    expect(spoken).to_contain_text("Draw something that is no digit.")


def test_picture_is_copied_or_saved_where_that_is_refused(page, context, base_url):
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    lab = open_lab(page, f"{base_url}/{PAGE}#lab-digits?pen=36,24,76,24", "digits")
    expect(lab.locator(".digit")).not_to_have_text("")
    copy = lab.get_by_role("button", name="Copy picture")
    copy.click()
    expect(lab.locator(".note")).to_have_text("Picture copied.")
    script = "async () => (await navigator.clipboard.read())[0].types"
    assert page.evaluate(script) == ["image/png"]
    page.evaluate("delete globalThis.ClipboardItem")
    with page.expect_download():
        copy.click()
    expect(lab.locator(".note")).to_have_text("Picture saved as digit.png.")
    lab.get_by_role("button", name="Clear").click()
    expect(copy).to_be_disabled()


def test_drawing_by_keys_alone_is_read(page: Page, base_url):
    lab = open_lab(page, f"{base_url}/{PAGE}", "digits")
    lab.locator("canvas.square").focus()
    for key, times in (("ArrowUp", 9), (" ", 1), ("ArrowDown", 18)):
        for _ in range(times):
            page.keyboard.press(key)
    expect(lab.locator(".digit")).to_have_text("1")
    spoken = lab.locator(".lab > .unseen")
    expect(spoken).to_contain_text("It reads 1, with probability")
    page.keyboard.press("Backspace")
    expect(lab.locator(".digit")).to_have_text("")


def test_seven_of_the_exercise_is_lost_by_a_shift_and_found_by_the_preparation(
    page, base_url
):
    address = f"{base_url}/{PAGE}#lab-digits?prepare=none&pen=36,24,76,24,50,88"
    lab = open_lab(page, address, "digits")
    expect(lab.locator(".digit")).to_have_text("7")
    for _ in range(6):
        lab.get_by_role("button", name="Shift to the right").click()
    expect(lab.locator(".digit")).not_to_have_text("7")
    lab.get_by_role("radio", name="as MNIST").check()
    expect(lab.locator(".digit")).to_have_text("7")
