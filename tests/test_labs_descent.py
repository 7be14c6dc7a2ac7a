"""The descent lab goes where Python goes, says what becomes of it, and obeys keys and hands."""

import math
import re

import numpy as np
import pytest
import torch
from playwright.sync_api import Browser, Locator, Page, expect

from frames import trace_frames
from test_labs import find_axes

MODULE = "descent-math.mjs"
SLOPES = {
    "parabola": lambda x, ratio: 2 * x,
    "valleys": lambda x, ratio: 4 * x**3 - 8 * x + 1,
    "bowl": lambda w, ratio: w * np.array([1, ratio]),
}
HEIGHTS = {
    "parabola": lambda x, ratio: x[0] ** 2,
    "valleys": lambda x, ratio: x[0] ** 4 - 4 * x[0] ** 2 + x[0],
    "bowl": lambda w, ratio: (w[0] ** 2 + ratio * w[1] ** 2) / 2,
}


def evaluate(page: Page, base_url: str, body: str, data: object) -> object:
    """Return what a function body makes of the lab's mathematics `m` and of data `d`."""
    page.goto(f"{base_url}/404.html")
    script = f"""async ([address, d]) => {{
        const m = await import(address);
        {body}
    }}"""
    return page.evaluate(script, [f"{base_url}/_static/labs/{MODULE}", data])


DESCEND = """return d.map(({ name, ratio, start, settings, count }) => {
    const surface = m.findSurface(name, ratio);
    const descent = m.descend(surface, start, settings, count);
    return {
        places: descent.places,
        heights: descent.places.map(surface.height),
        verdict: m.judge(descent, surface, settings),
    };
});"""


def make_case(name, start, rate, beta=0.0, noise=0.0, ratio=20, seed=1, count=60) -> dict:
    settings = {"rate": rate, "beta": beta, "noise": noise, "seed": seed}
    return {
        "name": name,
        "ratio": ratio,
        "start": start,
        "settings": settings,
        "count": count,
    }


def draw_even(seed: int):
    """Yield the even numbers of mulberry32."""
    low = 0xFFFFFFFF
    while True:
        seed = (seed + 0x6D2B79F5) & low
        t = ((seed ^ (seed >> 15)) * (1 | seed)) & low
        t = ((t + (((t ^ (t >> 7)) * (61 | t)) & low)) & low) ^ t
        yield ((t ^ (t >> 14)) & low) / 2**32


def draw_normal(seed: int):
    even = draw_even(seed)
    while True:
        first, second = next(even), next(even)
        yield math.sqrt(-2 * math.log(1 - first)) * math.cos(2 * math.pi * second)


def descend(case: dict) -> np.ndarray:
    """Descend by the formulas of the chapters, and return the places."""
    settings = case["settings"]
    draw = draw_normal(settings["seed"])
    w = np.array(case["start"], dtype=float)
    v = np.zeros_like(w)
    places = [w]
    for _ in range(case["count"]):
        slope = SLOPES[case["name"]](w, case["ratio"])
        if settings["noise"]:
            slope = slope + settings["noise"] * np.array([next(draw) for _ in w])
        v = settings["beta"] * v + slope
        w = w - settings["rate"] * v
        places.append(w)
    return np.array(places)


def make_cases(noise: float) -> list[dict]:
    """Return descents at random, within the limits beyond which rounding grows."""
    random = np.random.default_rng(0)
    cases = []
    for _ in range(100):
        beta = random.choice([0, random.uniform(0, 0.99)])
        room = 2 * (1 + beta) * random.uniform(0.01, 0.95)
        ratio = random.uniform(1, 100)
        cases += [
            make_case("parabola", [random.uniform(-22, 22)], room / 2, beta, noise),
            make_case(
                "bowl",
                [random.uniform(-9, 9), random.uniform(-4, 4)],
                room / ratio,
                beta,
                noise,
                ratio,
            ),
            make_case("valleys", [random.uniform(-2.2, 2.2)], 0.01, beta / 2, noise / 10),
        ]
    for seed, case in enumerate(cases):
        case["settings"]["seed"] = seed
    return cases


@pytest.mark.parametrize("noise", [0.0, 5.0])
def test_descent_has_the_places_and_heights_that_python_finds(page, base_url, noise):
    cases = make_cases(noise)
    found = evaluate(page, base_url, DESCEND, cases)
    for case, descent in zip(cases, found, strict=True):
        places = descend(case)
        assert np.allclose(descent["places"], places, rtol=1e-9, atol=1e-9), case
        heights = [HEIGHTS[case["name"]](place, case["ratio"]) for place in places]
        assert np.allclose(descent["heights"], heights, rtol=1e-8, atol=1e-8), case


def test_descent_goes_where_an_optimizer_of_pytorch_goes(page, base_url):
    cases = make_cases(0.0)[:90]
    found = evaluate(page, base_url, DESCEND, cases)
    for case, descent in zip(cases, found, strict=True):
        settings = case["settings"]
        w = torch.tensor(case["start"], dtype=torch.float64, requires_grad=True)
        optimizer = torch.optim.SGD([w], lr=settings["rate"], momentum=settings["beta"])
        for place in descent["places"]:
            assert np.allclose(place, w.detach().numpy(), rtol=1e-5, atol=1e-5), case
            optimizer.zero_grad()
            HEIGHTS[case["name"]](w, case["ratio"]).backward()
            optimizer.step()


def test_noise_is_normal_and_the_same_for_a_seed(page, base_url):
    body = (
        "return d.map((seed) => { const draw = m.makeNoise(seed); "
        "return Array.from({ length: 10000 }, draw); });"
    )
    first, again, other = map(np.array, evaluate(page, base_url, body, [7, 7, 8]))
    assert np.array_equal(first, again)
    assert not np.isclose(first, other).any()
    draw = draw_normal(7)
    assert np.allclose(first, [next(draw) for _ in first], atol=1e-12)
    for numbers in (first, other):
        assert abs(numbers.mean()) < 0.04
        assert abs(numbers.std() - 1) < 0.03
        assert abs((numbers**4).mean() - 3) < 0.3
        assert abs(np.corrcoef(numbers[:-1], numbers[1:])[0, 1]) < 0.04


FATES = [
    (make_case("parabola", [20], 0.1, count=0), ["starts"], "at the start"),
    (make_case("parabola", [0], 0.1, count=0), ["arrived"], "stands there already"),
    # The five of the chapter
    (make_case("parabola", [20], 0.01, count=20), ["creeps"], "2% of the distance"),
    (make_case("parabola", [20], 0.1, count=20), ["approaches"], "20% of the distance"),
    (make_case("parabola", [20], 0.9, count=20), ["zig-zags"], "0.80 of the distance"),
    (make_case("parabola", [20], 1.0, count=20), ["bounces"], "for ever"),
    (make_case("parabola", [20], 1.1, count=20), ["diverges"], "further away"),
    (make_case("parabola", [20], 1.1, count=100), ["diverges"], "after 60 steps"),
    (make_case("parabola", [20], 0.1), ["arrived"], "after 35 steps: within 0.01 of the min"),
    (make_case("parabola", [20], 0.5, count=2), ["arrived"], "after 1 step:"),
    # 0.8 to the power of 34 times 20 is 0.0101: not there yet
    (make_case("parabola", [20], 0.1, count=34), ["approaches"], "20%"),
    # The two valleys
    (make_case("valleys", [2], 0.02), ["arrived"], "local minimum at $x$ = 1.35. The lowest"),
    (make_case("valleys", [-2], 0.02), ["arrived"], "lowest point at $x$ = −1.47."),
    (make_case("valleys", [2], 0.001), ["creeps"], "creeps"),
    (make_case("valleys", [2], 0.12, count=3), ["approaches"], "leapt over the hilltop"),
    (make_case("valleys", [2], 0.12), ["bounces"], "between −1.64 and −1.22"),
    (make_case("valleys", [1], 0.12), ["arrived"], "local minimum"),
    (make_case("valleys", [2], 0.14), ["restless"], "does not come to rest"),
    (make_case("valleys", [2], 0.25), ["diverges"], "after 5 steps"),
    (make_case("valleys", [2], 0.2, count=20), ["jumps"], "from valley to valley"),
    # Bowls, each parameter by itself
    (make_case("bowl", [-8, 1.5], 0.09, count=15), ["creeps", "zig-zags"], "$w_2$ zig-zags"),
    (make_case("bowl", [-8, 1.5], 0.1, count=15), ["approaches", "bounces"], "$w_2$ bounces"),
    (make_case("bowl", [-8, 1.5], 0.105), ["diverges"], "along $w_2$"),
    (make_case("bowl", [-8, 0], 0.105, count=9), ["approaches", "arrived"], "$w_1$ comes"),
    (make_case("bowl", [-8, 1.5], 1, ratio=1, count=1), ["arrived"], "$w_1$ = 0, $w_2$ = 0"),
    (make_case("bowl", [-8, 1.5], 0.09, 0.9, count=15), ["swings", "swings"], "momentum"),
    # Passing through the minimum at speed is not arriving.
    (make_case("parabola", [20], 0.5, 0.9, count=1), ["approaches"], "100%"),
    # Noise
    (make_case("bowl", [-8, 1.5], 0.05, 0, 5, count=10), ["shaken"], "shakes"),
    (make_case("bowl", [-8, 1.5], 0.05, 0, 5, count=500), ["wanders"], "last 250 steps"),
    (make_case("bowl", [-8, 1.5], 0.01, 0, 1, count=200), ["approaches"], "closer"),
    (make_case("bowl", [0, 0], 0.105, 0, 5), ["diverges"], "along $w_2$"),
    (make_case("valleys", [2], 0.05, 0, 10, count=500), ["changes"], "valley to valley"),
]


def test_lab_says_in_words_what_becomes_of_a_descent(page, base_url):
    found = evaluate(page, base_url, DESCEND, [case for case, _, _ in FATES])
    for (case, fates, words), descent in zip(FATES, found, strict=True):
        verdict = descent["verdict"]
        assert verdict["fates"] == fates, (case, verdict)
        assert words in verdict["words"], (case, verdict)


def test_limits_of_the_rate_are_those_beyond_which_descents_diverge(page, base_url):
    random = np.random.default_rng(2)
    bends, betas = random.uniform(1, 100, 50), random.uniform(0, 0.95, 50)
    body = "return d.map(([bend, beta]) => m.findLimit(bend, beta));"
    pairs = np.stack([bends, betas], axis=1).tolist()
    for bend, beta, limit in zip(
        bends, betas, evaluate(page, base_url, body, pairs), strict=True
    ):
        for part, grows in ((0.98, False), (1.02, True)):
            w, v = 1.0, 0.0
            for _ in range(3_000):
                v = beta * v + bend * w
                w = w - part * limit * v
                if abs(w) > 1e9:
                    break
            assert (abs(w) > 1) == grows


def test_wandering_is_as_far_as_theory_says(page, base_url):
    """Momentum widens it by the root of 1 / (1 - beta), and a smaller rate takes that back."""
    settings = [(0.05, 0.0), (0.05, 0.9), (0.005, 0.9)]
    cases = [
        make_case("bowl", [-8, 1.5], rate, beta, 5, 20, seed, 500)
        for rate, beta in settings
        for seed in range(1, 21)
    ]
    found = evaluate(page, base_url, DESCEND, cases)
    said = [float(re.search(r"distance of ([\d.]+)", f["verdict"]["words"])[1]) for f in found]
    spreads = np.sqrt((np.array(said).reshape(3, 20) ** 2).mean(axis=1))
    for (rate, beta), spread in zip(settings, spreads, strict=True):
        variances = [
            rate * 25 * (1 + beta) / (bend * (1 - beta) * (2 * (1 + beta) - rate * bend))
            for bend in (1, 20)
        ]
        assert abs(spread / math.sqrt(sum(variances)) - 1) < 0.1, (rate, beta)


def open_lab(page: Page, base_url: str, address: str) -> Locator:
    """Open a page that has the lab, and return the lab when it is there."""
    page.emulate_media(reduced_motion="reduce")
    page.goto("about:blank")
    page.goto(f"{base_url}/book/{address}")
    lab = page.locator("descent-lab")
    lab.scroll_into_view_if_needed()
    expect(lab.get_by_role("group").first).to_be_visible()
    return lab


@pytest.fixture
def lab(page: Page, base_url) -> Locator:
    """The lab of gradient descent on the parabola, in a wide window."""
    page.set_viewport_size({"width": 1350, "height": 900})
    state = "#lab-descent?surface=parabola"
    return open_lab(page, base_url, f"gradient-descent.html{state}")


def verdict(lab: Locator) -> Locator:
    return lab.locator(".verdict")


def press(lab: Locator, name: str) -> None:
    lab.get_by_role("button", name=name, exact=True).click()


def test_steps_run_and_back_by_keys(lab: Locator, page: Page):
    expect(verdict(lab)).to_have_text("It is at the start.")
    lab.get_by_role("button", name="Step", exact=True).focus()
    for _ in range(3):
        page.keyboard.press("Enter")
    expect(lab.locator(".computation")).to_contain_text("x = 12.80 − 0.1 · 25.60 = 10.24")
    expect(lab.get_by_role("slider", name="iteration")).to_have_value("3")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    expect(verdict(lab)).to_contain_text("has arrived after 35 steps")
    expect(lab.locator(".unseen")).to_contain_text("arrived after 35 steps")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(verdict(lab)).to_have_text("It is at the start.")
    expect(lab.get_by_role("slider", name="iteration")).to_have_value("0")


def test_a_change_of_the_rate_shows_what_the_same_steps_become(lab: Locator, page: Page):
    lab.get_by_role("slider", name="iteration").fill("20")
    rate = lab.get_by_role("slider", name="rate")
    said: list[tuple[str, str]] = []
    rate.focus()
    while (text := rate.get_attribute("aria-valuetext")) != "1.2":
        page.keyboard.press("ArrowRight")
        text = rate.get_attribute("aria-valuetext")
        if text in ("0.5", "0.9", "1", "1.1"):
            page.wait_for_timeout(50)
            said.append((text, verdict(lab).inner_text().split()[1]))
    assert said == [
        ("0.5", "has"),
        ("0.9", "zig-zags:"),
        ("1", "bounces"),
        ("1.1", "diverges:"),
    ]
    expect(page).to_have_url(re.compile(r"rate=1.2&n=20"))


def test_a_click_sets_the_start(lab: Locator, page: Page):
    lab.get_by_role("radio", name="valleys").check()
    page.evaluate(
        "() => new Promise((drawn) => setTimeout(() => requestAnimationFrame(drawn)))"
    )
    box = find_axes(lab)
    for x, end in ((0.1, "lowest point"), (0.2, "local minimum")):
        page.mouse.click(box["x"] + box["width"] * (x + 2.4) / 4.8, box["y"] + 20)
        expect(lab.get_by_role("slider", name="start")).to_have_value(str(x))
        lab.get_by_role("slider", name="rate").fill("19")
        press(lab, "Run")
        expect(verdict(lab)).to_contain_text(end)


def test_a_finger_sets_the_start_in_a_bowl(browser: Browser, base_url):
    page = browser.new_page(viewport={"width": 390, "height": 800}, has_touch=True)
    lab = open_lab(page, base_url, "gradient-descent.html#lab-descent?surface=bowl&n=30")
    box = find_axes(lab)
    page.touchscreen.tap(box["x"] + box["width"] * 0.75, box["y"] + box["height"] / 2)
    first, second = lab.get_by_role("slider", name="start").all()
    assert abs(float(first.input_value()) - 5) < 0.1
    assert abs(float(second.input_value())) < 0.1
    page.close()


def test_momentum_and_noise_wait_for_the_chapter_that_explains_them(page, base_url):
    lab = open_lab(page, base_url, "gradient-descent.html")
    assert lab.get_by_role("slider", name="momentum").count() == 0
    assert lab.get_by_role("slider", name="noise").count() == 0
    lab = open_lab(page, base_url, "optimizers.html")
    for name in ("momentum", "noise", "seed", "ratio"):
        expect(lab.get_by_role("slider", name=re.compile(f"^{name}"))).to_be_visible()
    press(lab, "Run")
    expect(verdict(lab)).to_contain_text("It wanders")
    expect(lab.get_by_role("slider", name="iteration")).to_have_value("500")


def test_momentum_is_computed_in_sight(page, base_url):
    state = "surface=parabola&rate=0.1&beta=0.5&n=2"
    lab = open_lab(page, base_url, f"optimizers.html#lab-noise?{state}")
    shown = lab.locator(".computation")
    # Slopes 40 and 32: velocities 40 and 52
    expect(shown).to_contain_text("v = 0.5 · 40.00 + 32.00 = 52.00")
    expect(shown).to_contain_text("x = 16.00 − 0.1 · 52.00 = 10.80")


def test_an_address_gives_the_same_run(page, base_url):
    state = "surface=bowl&rate=0.05&beta=0.9&noise=5&seed=3&n=200"
    paths = []
    for chapter in ("optimizers.html#lab-noise", "gradient-descent.html#lab-descent"):
        lab = open_lab(page, base_url, f"{chapter}?{state}")
        expect(verdict(lab)).to_contain_text("wanders")
        paths.append(lab.locator(".computation").inner_text())
    assert paths[0] == paths[1]
    lab.get_by_role("slider", name="seed").fill("4")
    expect(lab.locator(".computation")).not_to_have_text(paths[0])


def test_run_moves_by_itself_and_can_be_paused(page: Page, base_url):
    lab = open_lab(
        page, base_url, "gradient-descent.html#lab-descent?surface=parabola&rate=0.01"
    )
    page.emulate_media(reduced_motion="no-preference")
    press(lab, "Run")
    iteration = lab.get_by_role("slider", name="iteration")
    expect(iteration).not_to_have_value("0")
    press(lab, "Pause")
    paused = iteration.input_value()
    assert 0 < int(paused) < 500
    page.wait_for_timeout(400)
    expect(iteration).to_have_value(paused)
    press(lab, "Run")
    expect(verdict(lab)).to_contain_text("has arrived", timeout=20_000)
    expect(lab.get_by_role("button", name="Run", exact=True)).to_be_visible()


@pytest.mark.parametrize("state", ["surface=bowl&ratio=100", "surface=valleys"])
def test_a_lost_descent_is_drawn_in_numbers_that_browsers_can_take(page, base_url, state):
    address = f"gradient-descent.html#lab-descent?{state}&rate=1.2&n=500"
    lab = open_lab(page, base_url, address)
    expect(verdict(lab)).to_contain_text("diverges")
    page.wait_for_timeout(100)
    script = "(all) => all.flatMap((path) => path.getAttribute('d').match(/[^MLHVh ]+/g))"
    numbers = [float(number) for number in lab.locator(".marks path").evaluate_all(script)]
    assert numbers
    assert max(map(abs, numbers)) <= 1e5


def test_exercises_open_the_descents_that_they_speak_of(page: Page, base_url):
    page.emulate_media(reduced_motion="reduce")
    page.goto(f"{base_url}/book/gradient-descent.html")
    lab = page.locator("descent-lab")
    for place, words in ((0, "local minimum"), (1, "lowest point")):
        page.locator("a[href*='lab-descent?']").nth(place).click()
        expect(verdict(lab)).to_contain_text(words)
        expect(page.locator("#lab-descent")).to_be_in_viewport()
    page.goto(f"{base_url}/book/optimizers.html")
    distances = []
    for place in (0, 1):
        page.locator("a[href*='lab-noise?']").nth(place).click()
        expect(lab.get_by_role("slider", name="momentum")).to_have_value(("0.9", "0")[place])
        expect(verdict(lab)).to_contain_text("It wanders")
        page.wait_for_timeout(100)
        distances.append(float(re.search(r"of ([\d.]+)", verdict(lab).inner_text())[1]))
    # "About three times as far", and a tenth of the rate takes it back.
    assert 2.7 < distances[0] / distances[1] < 3.7
    state = "#lab-noise?surface=bowl&rate=0.005&beta=0.9&noise=5&n=500"
    page.goto("about:blank")
    page.goto(f"{base_url}/book/optimizers.html{state}")
    expect(verdict(lab)).to_contain_text("It wanders")
    smaller = float(re.search(r"of ([\d.]+)", verdict(lab).inner_text())[1])
    assert 0.8 < smaller / distances[1] < 1.2


@pytest.mark.parametrize("width", [390, 1350])
@pytest.mark.parametrize(
    "place",
    [
        "gradient-descent.html#lab-descent?surface=valleys&rate=0.02",
        "optimizers.html#lab-noise?surface=bowl&beta=0.9&noise=5",
    ],
)
def test_first_step_moves_nothing(page: Page, base_url, width, place):
    page.set_viewport_size({"width": width, "height": 900})
    lab = open_lab(page, base_url, place)
    measure = "(lab) => lab.shadowRoot.firstElementChild.offsetHeight"
    before = lab.evaluate(measure)
    press(lab, "Step")
    expect(lab.locator(".computation")).to_contain_text("Step 1:")
    expect(lab.locator(".ahead")).to_have_count(0)
    assert abs(lab.evaluate(measure) - before) < 2


def test_large_numbers_are_products_with_a_power_of_ten(page: Page, base_url):
    lab = open_lab(page, base_url, "gradient-descent.html#lab-descent?rate=1.2&x=22&n=40")
    expect(lab.locator(".computation")).to_contain_text(
        re.compile(r"Height f = \d\.\d · 10[⁰¹²³⁴⁵⁶⁷⁸⁹]+$")
    )


@pytest.mark.slow
def test_descent_keeps_up_with_the_screen(page: Page, base_url, record_property):
    """The frames of a drag and of a run are reported; they depend on the machine."""
    page.set_viewport_size({"width": 1350, "height": 900})
    state = "surface=bowl&rate=0.05&beta=0.9&noise=5&n=500"
    lab = open_lab(page, base_url, f"optimizers.html#lab-noise?{state}")
    box = find_axes(lab)
    page.mouse.move(box["x"] + 20, box["y"] + 20)
    page.mouse.down()
    with trace_frames(page, record_property, " in a drag"):
        for x, y in 3 * ((0.9, 0.8), (0.1, 0.2)):
            place = box["x"] + box["width"] * x, box["y"] + box["height"] * y
            page.mouse.move(*place, steps=10)
    page.mouse.up()
    page.emulate_media(reduced_motion="no-preference")
    with trace_frames(page, record_property, " in a run"):
        press(lab, "Run")
        page.wait_for_timeout(3000)
    assert int(lab.get_by_role("slider", name="iteration").input_value()) > 50
