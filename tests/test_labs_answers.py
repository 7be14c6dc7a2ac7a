"""The answers lab computes as scikit-learn does, and keeps a reader's answers safe."""

import json

import numpy as np
import pytest
from playwright.sync_api import Locator, Page, expect
from scipy.stats import binomtest
from sklearn.calibration import calibration_curve

from conftest import PAGES, SITE, read
from labs import evaluate_module, find_axes, open_lab

NAME = "book/cross-validation"
STORAGE = "({ ...localStorage })"
# Certainty, chance, and how many are right of how many
OWN = [("guess", 0.25, 1, 4), ("guess", 0, 0, 2), ("certain", 0.5, 9, 11)]


def make_entries(groups: list[tuple[str, float, int, int]]) -> list[dict]:
    """Return entries, each with an answer."""
    entries = []
    for certainty, chance, right, count in groups:
        for i in range(count):
            answer = {"day": 20_000, "certainty": certainty, "chance": chance}
            answers, label = [answer | {"isRight": i < right}], f"q-{len(entries)}"
            entries.append({"label": label, "edition": "e1", "answers": answers})
    return entries


@pytest.fixture
def open_with(page: Page, base_url):
    """Return a function that opens the lab where entries are kept."""

    def open_with(entries: list[dict]) -> Locator:
        body = "localStorage.clear(); d.forEach(m.keep);"
        evaluate_module(page, base_url, "memory.mjs", body, entries)
        return open_lab(page, f"{base_url}/{NAME}.html", "answers")

    return open_with


def test_curve_and_intervals_are_those_of_the_libraries(page: Page, base_url):
    ends = [i / 10 for i in range(11)] + [3 * 0.1, 7 * 0.1]
    cases = [
        ([0.75], [True]),
        ([0.25, 1 / 3, 0.5, 0.95, 0.95, 0], [False, True, True, True, False, False]),
        (ends, [i % 3 > 0 for i in range(len(ends))]),
        ([i * 37 % 101 / 100 for i in range(300)], [i % 7 > 2 for i in range(300)]),
    ]
    data = [list(zip(*case, strict=True)) for case in cases]
    body = "return d.map(m.findCurve);"
    found = evaluate_module(page, base_url, "answers-math.mjs", body, data)
    for (confidence, is_right), points in zip(cases, found, strict=True):
        expected = calibration_curve(is_right, confidence, n_bins=10)
        shares = [p["right"] / p["count"] for p in points]
        assert np.allclose([shares, [p["confidence"] for p in points]], expected)
        assert sum(p["count"] for p in points) == len(confidence)
        for p in points:
            wilson = binomtest(p["right"], p["count"]).proportion_ci(method="wilson")
            assert np.allclose(p["ends"], wilson, atol=1e-6)


def test_network_is_that_of_the_chapter(glued):
    curve = json.loads(
        (SITE / "_static/labs/cross_validation_calibration.json").read_text("utf-8")
    )
    share = float(glued(NAME, "cross_validation_share_80").strip("%")) / 100
    [found] = [y for x, y in curve if 0.8 <= x < 0.9]
    assert found == pytest.approx(share, abs=0.0056)
    assert all(y < x for x, y in curve)  # as the alternative text says


@pytest.mark.parametrize("count", [0, 11, 12])
def test_reader_is_made_up_until_twelve_answers_are_kept(open_with, count):
    lab = open_with(make_entries([("certain", 0.25, 1, count)]))
    sentences = [
        "Your first answers to 12 questions.",
        "Of those you were certain of, 1 of 12 was right.",
    ]
    if count < 12:
        sentences = [
            "A made-up reader, until you have answered twelve questions "
            f"(so far {count}).",
            "Of those this reader was certain of, 14 of 18 were right.",
            "75% sure: 10 of 16 right (39 to 82%).",  # as the picture says
        ]
    for sentence in sentences:
        expect(lab.get_by_text(sentence, exact=True)).to_be_visible()
    picture = lab.locator("> svg").get_attribute("aria-label")
    assert "at 0.75, 10 of 16; at 0.95, 14 of 18" in picture


def test_points_follow_the_sliders_and_say_how_few_they_are(open_with):
    lab = open_with(make_entries(OWN))
    points = lab.get_by_text("% sure:")
    texts = ["0% sure: 0 of 2 right (0 to 66%).", "25% sure: 1 of 4 right (5 to 70%)."]
    expect(points).to_have_text([*texts, "95% sure: 9 of 11 right (52 to 95%)."])
    expect(lab.locator(".marks text")).to_have_text(["digit reader", "2", "4", "11"])
    lab.get_by_role("slider", name="certain").fill("60")
    expect(points.last).to_have_text("60% sure: 9 of 11 right (52 to 95%).")
    axes, dot = find_axes(lab), lab.locator("circle").last.bounding_box()
    x = (dot["x"] + dot["width"] / 2 - axes["x"]) / axes["width"]
    assert abs(x - (0.6 + 0.03) / 1.06) < 0.01
    expect(lab.get_by_role("status").last).to_contain_text("60% sure: 9 of 11")


def test_new_answers_are_shown_also_those_of_another_tab(open_with, page, base_url):
    lab = open_with(make_entries(OWN))
    script = """(entry) => {
        const key = Object.keys(localStorage)[0].replace(/ \\S+ \\S+$/, " q-new e1");
        localStorage.setItem(key, JSON.stringify(entry.answers)); }"""
    [entry] = make_entries([("certain", 0.25, 0, 1)])
    page.evaluate(script, entry)
    event = "(box) => box.dispatchEvent(new CustomEvent('answered', { bubbles: true }))"
    page.locator(".question").first.evaluate(event)
    expect(lab.get_by_text("9 of 12 were right.")).to_be_visible()
    other = page.context.new_page()
    other.goto(f"{base_url}/search.html")
    other.evaluate("localStorage.clear()")
    expect(lab.get_by_text("(so far 0).")).to_be_visible()


def test_answers_taken_along_and_forgotten_come_back(open_with, page):
    lab = open_with(make_entries(OWN))
    before = page.evaluate(STORAGE)
    with page.expect_download() as download:
        lab.get_by_role("button", name="Take along").click()
    assert download.value.suggested_filename == "answers.json"
    really = lab.get_by_role("button", name="Really forget?")
    lab.get_by_role("button", name="Forget all").press("Enter")
    expect(really).to_be_focused()
    assert page.evaluate(STORAGE) == before
    page.evaluate("localStorage.setItem('written /course/ w-x e1', 'x = 1')")
    really.press("Enter")
    expect(lab.get_by_text("the code that you wrote")).to_be_visible()
    expect(lab.get_by_role("button", name="Forget all")).to_be_focused()
    assert page.evaluate(STORAGE) == {}
    for note in ("0 before, 17 now.", "17 before, 17 now."):
        lab.locator("[type=file]").set_input_files(download.value.path())
        expect(lab.get_by_text(note)).to_be_visible()
        assert page.evaluate(STORAGE) == before
    expect(lab.get_by_text("Your first answers to 17")).to_be_visible()


def test_a_guess_among_several_counts_by_its_chance(open_with, page, base_url):
    open_with(make_entries([("certain", 0.25, 1, 11)]))
    name = next(page for page in PAGES if read(page).select(".question.several"))
    page.goto(f"{base_url}/{name}")
    question = page.locator(".question.several").first
    boxes = question.get_by_role("checkbox")
    boxes.first.check()
    question.get_by_role("button", name="guess").click()
    chance = round(100 / (2 ** boxes.count() - 1))
    lab = open_lab(page, f"{base_url}/{NAME}.html", "answers")
    expect(lab.get_by_text(f"{chance}% sure: ")).to_be_visible()


MARKUP = "<img src=x onerror=alert(1)>"
BAD = [{"label": MARKUP}, {"edition": f"e1 {MARKUP}"}, {"edition": None}]
BAD += [{"label": ["q-1"]}, {"answers": MARKUP}]


def test_file_with_markup_is_refused_or_harmless(open_with, page):
    lab = open_with([])
    entries = make_entries(OWN)
    texts = [MARKUP, "{}", *(json.dumps([*entries, entries[0] | bad]) for bad in BAD)]
    odd = [entries[0]["answers"][0] | {"chance": c} for c in (-0.1, 1, MARKUP)]
    harmless = {"answers": [MARKUP, None, {"day": MARKUP}, *odd], "more": MARKUP}
    for text in [*texts, json.dumps([entries[0] | harmless, *entries[1:]])]:
        file = {"name": MARKUP, "mimeType": "", "buffer": text.encode()}
        lab.locator("[type=file]").set_input_files(file)
        is_bad = text in texts
        note = "This is no file of answers." if is_bad else "0 before, 16 now."
        expect(lab.get_by_text(note)).to_be_visible()
        assert len(page.evaluate(STORAGE)) == (0 if is_bad else 17)
        lab.evaluate("(lab) => lab.showNote('')")
    expect(page.locator("img[src=x]")).to_have_count(0)
