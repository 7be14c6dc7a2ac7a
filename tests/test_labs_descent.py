"""The descent lab goes where Python goes, and says what becomes of it."""

import re

import numpy as np
import pytest
from playwright.sync_api import Locator, Page, expect

from labs import evaluate_module, find_axes, open_lab

MODULE = "descent-math.mjs"
SLOPES = {
    "parabola": lambda w, ratio: 2 * w,
    "valleys": lambda w, ratio: 4 * w**3 - 8 * w + 1,
    "bowl": lambda w, ratio: w * np.array([1, ratio]),
}
DESCEND = """return d.map(({ name, ratio, start, settings, count }) => {
    const surface = m.findSurface(name, ratio);
    const descent = m.descend(surface, start, settings, count);
    const verdict = m.judge(descent, surface, settings);
    return { positions: descent.positions, verdict };
});"""


def make_case(
    name, start, rate, beta=0.0, noise=0.0, ratio=20.0, seed=1, count=60
) -> dict:
    settings = {"rate": rate, "beta": beta, "noise": noise, "seed": seed}
    case = {"name": name, "ratio": ratio, "start": start, "count": count}
    return case | {"settings": settings}


def descend(case: dict) -> np.ndarray:
    """Descend by the formulas of the chapters, and return the places."""
    settings = case["settings"]
    w = np.array(case["start"], dtype=float)
    v = np.zeros_like(w)
    places = [w]
    for _ in range(case["count"]):
        v = settings["beta"] * v + SLOPES[case["name"]](w, case["ratio"])
        w = w - settings["rate"] * v
        places.append(w)
    return np.array(places)


def test_descent_has_the_places_that_python_finds(page: Page, base_url):
    random = np.random.default_rng(0)
    cases = []
    for _ in range(60):
        beta = random.choice([0, random.uniform(0, 0.99)])
        # Within the limit of the rate
        room = 2 * (1 + beta) * random.uniform(0.01, 0.95)
        ratio = random.uniform(1, 100)
        w1, w2 = random.uniform(-9, 9), random.uniform(-2.2, 2.2)
        cases += [
            make_case("parabola", [2 * w1], room / 2, beta),
            make_case("bowl", [w1, w2], room / ratio, beta, ratio=ratio),
            make_case("valleys", [w2], 0.01, beta / 2),
        ]
    found = evaluate_module(page, base_url, MODULE, DESCEND, cases)
    for case, descent in zip(cases, found, strict=True):
        assert np.allclose(descent["positions"], descend(case), rtol=1e-9, atol=1e-9), (
            case
        )


BOWL = [-8, 1.5]
FATES = [
    (make_case("parabola", [20], 0.1, count=0), ["starts"], "at the start"),
    # The five of the chapter
    (make_case("parabola", [20], 0.01, count=20), ["creeps"], "2% of the distance"),
    (make_case("parabola", [20], 0.1, count=20), ["approaches"], "20% of the distance"),
    (make_case("parabola", [20], 0.9, count=20), ["zig-zags"], "overshoots"),
    (make_case("parabola", [20], 1.0, count=20), ["bounces"], "for ever"),
    (make_case("parabola", [20], 1.1, count=20), ["diverges"], "further away"),
    (make_case("parabola", [20], 0.1), ["arrived"], "after 35 steps, within 0.01 of"),
    # The two valleys, as the chapter and an exercise have them
    (make_case("valleys", [2], 0.11, count=500), ["arrived"], "local minimum"),
    (make_case("valleys", [2], 0.115, count=500), ["bounces"], "−1.60 and −1.31"),
    (make_case("valleys", [2], 0.18, count=500), ["restless"], "does not come to rest"),
    (make_case("valleys", [2], 0.25, count=500), ["diverges"], "at step 5"),
    (make_case("valleys", [1], 0.145, count=500), ["arrived"], "after 321 steps"),
    (make_case("valleys", [-1.5], 0.11, count=500), ["arrived"], "global minimum"),
    (make_case("valleys", [2], 0.2, count=20), ["jumps"], "from valley to valley"),
    # Bowls, each parameter by itself
    (make_case("bowl", BOWL, 0.09, count=15), ["creeps", "zig-zags"], "$w_2$ zig-zags"),
    (make_case("bowl", BOWL, 0.105), ["diverges"], "along $w_2$"),
    (make_case("bowl", BOWL, 0.09, count=200), ["arrived"], "after 71 steps"),
    (make_case("bowl", BOWL, 0.09, 0.53, count=200), ["arrived"], "after 17 steps"),
    (make_case("bowl", BOWL, 0.09, 0.9, count=15), ["swings", "swings"], "momentum"),
    # Passing through the minimum at speed is not arriving.
    (make_case("parabola", [20], 0.5, 0.9, count=1), ["approaches"], "100%"),
    (make_case("bowl", BOWL, 0.05, 0, 5, count=500), ["wanders"], "last 250 steps"),
]


def test_lab_says_in_words_what_becomes_of_a_descent(page: Page, base_url):
    cases = [case for case, _, _ in FATES]
    found = evaluate_module(page, base_url, MODULE, DESCEND, cases)
    for (case, fates, words), descent in zip(FATES, found, strict=True):
        verdict = descent["verdict"]
        assert verdict["fates"] == fates, (case, verdict)
        assert words in verdict["words"], (case, verdict)


def test_momentum_wanders_about_three_times_as_far(page: Page, base_url):
    """By the root of 1 / (1 - beta); a smaller rate takes that back."""
    settings = [(0.05, 0.0), (0.05, 0.9), (0.005, 0.9)]
    cases = [
        make_case("bowl", BOWL, rate, beta, 5, 20, seed, 500)
        for rate, beta in settings
        for seed in range(1, 21)
    ]
    found = evaluate_module(page, base_url, MODULE, DESCEND, cases)
    told = [float(re.search(r"was (\S+)\.$", d["verdict"]["words"])[1]) for d in found]
    plain, heavy, slow = np.reshape(told, (3, 20)).mean(axis=1)
    assert 2.5 < heavy / plain < 4
    assert slow < 1.5 * plain


@pytest.fixture
def lab(page: Page, base_url) -> Locator:
    return open_lab(page, f"{base_url}/book/gradient-descent.html", "descent")


def test_rate_moves_both_plots_at_once_and_a_bounce_is_seen(lab: Locator):
    expect(lab.get_by_role("slider", name="step")).to_have_value("40")
    paths = lab.locator(".stack > :not(.off) .path")
    before = [path.get_attribute("d") for path in paths.all()]
    assert len(before) == 2
    for _ in range(2):
        lab.get_by_role("slider", name="rate").press("ArrowRight")
    expect(lab.locator(".verdict")).to_have_text("It bounces for ever.")
    assert all(
        b != path.get_attribute("d")
        for b, path in zip(before, paths.all(), strict=True)
    )
    heights = {point.split()[1] for point in paths.last.get_attribute("d").split("L")}
    assert len(heights) == 2  # w is 20 or −20


def test_run_step_and_start(lab: Locator, page: Page):
    lab.get_by_role("slider", name="step").fill("0")
    expect(lab.locator(".verdict")).to_have_text("It is at the start.")
    lab.get_by_role("button", name="Step").click()
    expect(lab.locator(".computation")).to_contain_text("Step 1:")
    lab.get_by_role("button", name="Run").click()  # at once, with reduced motion
    expect(lab.get_by_role("slider", name="step")).to_have_value("35")
    page.emulate_media(reduced_motion="no-preference")
    lab.get_by_role("slider", name="rate").fill("0")
    lab.get_by_role("button", name="Run").click()
    lab.get_by_role("button", name="Pause").click()
    expect(lab.get_by_role("button", name="Run")).to_be_visible()


def test_a_press_sets_the_start(lab: Locator, page: Page):
    axes = find_axes(lab)
    page.mouse.click(axes["x"] + axes["width"] / 4, axes["y"] + 20)
    expect(lab.get_by_role("slider", name="start")).to_have_value("-11.5")


def test_momentum_and_noise_wait_for_the_chapter_that_explains_them(
    page: Page, base_url, lab
):
    expect(lab.get_by_role("slider", name="momentum")).to_have_count(0)
    state = "surface=bowl&rate=0.05&beta=0.9&noise=5&n=500"
    lab = open_lab(
        page, f"{base_url}/book/optimizers.html#lab-noise?{state}", "descent"
    )
    expect(lab.get_by_role("slider", name="momentum")).to_have_value("0.9")
    expect(lab.locator(".verdict")).to_contain_text(
        "typical distance from the minimum was 2.30"
    )
