"""The ramps lab adds up as the chapter does, and its task can be finished."""

import itertools
import re

import numpy as np
import pytest
from playwright.sync_api import Locator, Page, expect

from conftest import ROOT
from labs import drag, evaluate_module, find_axes, find_middle, open_lab

MODULE = "ramps-math.mjs"
ENDS = {"x": (0, 10), "y": (-0.6, 1.3)}  # of the axes
GOAL, FEWEST = 0.002, 5
CLOSE = [(1.4, 0.7), (3, -1.35), (4.3, 0.75), (6.3, -0.35), (7.9, 0.2)]
DRAWN = "() => new Promise(requestAnimationFrame)"
BEST = "The best that a computer finds with 5 is 0.0005, with 4 only 0.0022."


@pytest.fixture(scope="module")
def chapter() -> dict:
    """Return what the chapter's cells on layers and ramps define."""
    text = (ROOT / "book" / "networks.md").read_text("utf-8")
    cells = re.findall(r"(?s)```\{code-cell\}[^\n]*\n(.*?)```", text)
    names = {"np": np}
    exec(next(cell for cell in cells if "def layer(" in cell).split("b = ")[0], names)
    exec(next(cell for cell in cells if "starts = " in cell), names)
    return names


def find_gaps(chapter, starts, out) -> np.ndarray:
    """Return how far off the chapter's network is with other ramps."""
    x, ones = chapter["x"], np.ones((len(starts), 1))
    hidden = chapter["layer"](x, ones, -np.array(starts), chapter["relu"])
    return hidden @ out - chapter["curve"](x).flatten()


def test_lab_adds_up_ramps_as_the_chapter_does(page: Page, base_url, chapter):
    random = np.random.default_rng(0)
    cases = [(chapter["starts"].tolist(), chapter["out"].tolist())]
    for count in [1, 2, 5, 8] * 10:
        pair = random.uniform(0, 9, count), random.uniform(-2, 2, count)
        cases.append(tuple(values.tolist() for values in pair))
    body = """return d.map(([starts, out]) => {
        const ramps = starts.map((start, i) => ({ start, weight: out[i] }));
        return [m.findError(ramps), m.findWorst(ramps)];
    });"""
    found = np.array(evaluate_module(page, base_url, MODULE, body, cases))
    assert found[0, 0] == pytest.approx(chapter["error"])
    gaps = np.array([find_gaps(chapter, *case) for case in cases])
    assert np.allclose(found[:, 0], (gaps**2).mean(axis=1))
    assert np.allclose(found[:, 1], chapter["x"].flatten()[abs(gaps).argmax(axis=1)])


class Fits:
    """Fits by least squares of ramps with given starts, in tenths of a minute."""

    def __init__(self, chapter):
        ramps = chapter["relu"](chapter["x"] - np.arange(91) / 10)
        signal = chapter["curve"](chapter["x"]).flatten()
        self.count, self.size = len(signal), signal @ signal
        self.products, self.shares = ramps.T @ ramps, ramps.T @ signal

    def find_errors(self, starts: np.ndarray) -> np.ndarray:
        """Return the mean squared errors for starts of the shape (n, ramps)."""
        products = self.products[starts[:, :, None], starts[:, None, :]]
        shares = self.shares[starts]
        weights = np.linalg.solve(products, shares[..., None])[..., 0]
        return (self.size - (weights * shares).sum(axis=1)) / self.count

    def improve(self, starts: list[int]) -> tuple[float, list[int]]:
        """Move one start after the other to its best place, as long as that helps."""
        best = np.inf
        while True:
            before = best
            for _ in range(len(starts)):
                rest = starts[1:]
                places = [place for place in range(91) if place not in rest]
                errors = self.find_errors(np.array([[*rest, p] for p in places]))
                best, starts = errors.min(), [*rest, places[errors.argmin()]]
            if best > before - 1e-9:
                return best, sorted(starts)


def test_best_fits_are_those_that_a_search_finds(page: Page, base_url, chapter):
    fits, best, starts = Fits(chapter), [], []
    for _ in range(8):
        free = [place for place in range(5, 91, 15) if place not in starts]
        error, starts = min(fits.improve([*starts, place]) for place in free)
        best.append(round(error, 4))
    assert evaluate_module(page, base_url, MODULE, "return m.BEST;") == best
    fewer = np.array(list(itertools.combinations(range(91), FEWEST - 1)))
    least = min(fits.find_errors(part).min() for part in np.array_split(fewer, 50))
    assert best[FEWEST - 1] < GOAL < best[FEWEST - 2] == round(least, 4)


@pytest.fixture
def lab(page: Page, base_url) -> Locator:
    return open_lab(page, f"{base_url}/book/networks.html", "ramps")


def locate(lab: Locator, **place: float) -> tuple[float, float]:
    """Return where a point of the plot is on the screen."""
    axes = find_axes(lab)
    across, up = ((place[k] - low) / (high - low) for k, (low, high) in ENDS.items())
    return axes["x"] + across * axes["width"], axes["y"] + (1 - up) * axes["height"]


def test_task_can_be_finished_by_pointer(lab: Locator, page):
    expect(lab.locator(".verdict")).to_contain_text("Not close yet, with 2 neurons")
    for number, (start, weight) in enumerate(CLOSE, 1):
        if number > 2:
            lab.get_by_role("button", name="One neuron more").click()
        place, end = locate(lab, x=start, y=0), locate(lab, x=start + 0.5, y=weight / 2)
        lab.evaluate(DRAWN)
        dot = lab.locator(f"[data-handle='start {number}']").first
        drag(page, find_middle(dot), place)
        lab.evaluate(DRAWN)
        drag(page, find_middle(lab.locator(".tilt")), end)
    expect(lab.locator(".verdict")).to_contain_text(BEST)
    expect(lab.locator(".kink")).to_have_count(5)


def test_task_can_be_finished_by_keys_and_comes_back_from_its_link(
    lab: Locator, page, chapter
):
    sliders = lab.get_by_role("slider")
    for number, ramp in enumerate(CLOSE, 1):
        if number > 2:
            lab.get_by_role("button", name="One neuron more").press("Enter")
        elif number == 1:
            lab.get_by_role("radio", name="2").press("ArrowLeft")
        else:
            lab.get_by_role("radio", name="1").press("ArrowRight")
        expect(sliders.first).to_have_attribute("id", f"s{number}")
        for slider, value, step in zip(sliders.all(), ramp, (0.1, 0.05), strict=True):
            presses = round((value - float(slider.input_value())) / step)
            for _ in range(abs(presses)):
                slider.press("ArrowRight" if presses > 0 else "ArrowLeft")
    error = np.mean(find_gaps(chapter, *zip(*CLOSE, strict=True)) ** 2)
    verdict = f"✓ Close, with 5 neurons: mean squared error {error:.4f}. {BEST}"
    expect(lab.locator(".verdict")).to_have_text(verdict)
    expect(lab.get_by_role("status").last).to_contain_text("Neuron 5 starts at 7.9")
    expect(page).to_have_url(re.compile("lab-ramps.*&w5=0.2"))
    page.reload()
    expect(lab.locator(".verdict")).to_have_text(verdict)
    lab.get_by_role("button", name="One fewer").click()
    expect(lab.get_by_role("radio")).to_have_count(4)


def test_answer_of_the_chapter_is_close_and_a_spent_fit_is_told(page: Page, base_url):
    page.goto(f"{base_url}/book/networks.html")
    link = page.locator("details a[href*='lab-ramps?']").get_attribute("href")
    address = f"{base_url}/book/networks.html#{link.split('#')[1]}"
    lab = open_lab(page, address, "ramps")
    expect(lab.locator(".verdict")).to_contain_text("✓ Close, with 5 neurons")
    for width in (320, 390):
        page.set_viewport_size({"width": width, "height": 900})
        height = lab.bounding_box()["height"]
        for state in ({"n": 8}, {"n": 1, "w1": 0}):
            lab.evaluate("(lab, state) => lab.set(state)", state)
            page.wait_for_timeout(100)
            assert lab.bounding_box()["height"] == height
        lab.get_by_role("button", name="Reset").click()
    four = "n=4&s1=1.4&w1=0.7&s2=3&w2=-1.35&s3=4.4&w3=0.85&s4=5.8&w4=-0.35"
    page.goto(f"{base_url}/book/networks.html#lab-ramps?{four}")
    spent = "off near 10.0 min. The best that a computer finds with 4 is 0.0022."
    expect(lab.locator(".verdict")).to_contain_text(spent)
