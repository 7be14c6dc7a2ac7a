"""The leaks lab: what leaks in seven studies, and the scores of the chapter's run."""

import ast
import json
import re

import pytest
from playwright.sync_api import Locator, Page, expect

from conftest import ROOT, SITE
from labs import evaluate_module, open_lab

MODULE = "leaks-studies.mjs"
PAGE = "book/your-own-data.html"
RIGHT = ["mouse", "day", "features", "nothing", "twins", "label", "test"]
SETTING = r"^ *([A-Z]+) = "  # in the starter, at the start of a line


@pytest.fixture(scope="module")
def leaks() -> list[list[float]]:
    file = SITE / "_static" / "labs" / "your_own_data_leaks.json"
    return json.loads(file.read_text("utf-8"))


@pytest.fixture
def lab(page: Page, base_url) -> Locator:
    return open_lab(page, f"{base_url}/{PAGE}", "leaks")


@pytest.fixture
def words(page: Page, base_url) -> dict[str, str]:
    return evaluate_module(page, base_url, MODULE, "return m.LEAKS;")


def test_scores_are_those_of_the_chapter_and_only_leaks_fail(leaks, glued):
    assert len(leaks) == len(RIGHT)
    for number, (name, (reported, new)) in enumerate(zip(RIGHT, leaks, strict=True), 1):
        text = glued("book/your-own-data", f"own_leak_{number}")
        assert [int(n) for n in re.findall(r"\d+", text)] == pytest.approx(
            [100 * reported, 100 * new], abs=0.6
        )
        if name == "nothing":
            assert abs(reported - new) < 0.03
        else:
            assert reported > 0.65 and 0.45 < new < 0.62


def test_studies_are_in_the_order_of_the_code_and_name_the_starters_settings(
    page: Page, base_url
):
    studies = evaluate_module(page, base_url, MODULE, "return m.STUDIES;")
    assert [study["leak"] for study in studies] == RIGHT
    starter = (ROOT / "book" / "starter" / "study.py").read_text("utf-8")
    known = set(re.findall(SETTING, starter, re.M))
    for study in studies:
        named = re.findall(r"\b[A-Z]{4,}\b", study["settings"])
        assert set(named) <= known
        for code in re.findall(r"`([^`]+ = [^`]+)`", study["settings"]):
            ast.parse(code)
        widths = {len(row.split("|")) for row in study["rows"]}
        assert widths == {len(study["names"])}


def choose(lab: Locator, text: str) -> Locator:
    return lab.get_by_role("button", name=text, exact=True)


def test_task_is_finished_by_pointer_and_says_what_was_seen(lab, words, page, base_url):
    lab = open_lab(page, f"{base_url}/{PAGE}", "leaks")
    for number, name in enumerate(RIGHT, 1):
        expect(lab.locator(".title:visible")).to_have_text(f"Study {number} of 7")
        said = {"day": "twins", "twins": "mouse"}.get(name, name)
        choose(lab, words[said]).click()
        verdict = lab.locator(".verdict:visible")
        start = "Not “" if name == "day" else "Right: "
        expect(verdict).to_have_text(re.compile(f"{start}.*{re.escape(words[name])}"))
        lab.get_by_role("button", name="Next study").or_(
            choose(lab, "All seven")
        ).click()
    expect(lab.locator(".verdict:visible")).to_contain_text(
        f"right about 6 of 7. Missed: study 2, {words['day']}."
    )
    expect(lab.locator("tr:visible").nth(2)).to_contain_text("✗ wrong")


def test_keys_go_from_answer_to_answer_and_a_link_brings_it_back(lab, page, leaks):
    lab.evaluate("(lab) => lab.focus()")
    for number in (1, 2):
        expect(lab.locator("button:focus")).to_have_text("the same mouse on both sides")
        page.keyboard.press("Enter")
        expect(lab.locator("button:focus")).to_have_text("Next study")
        numbers = [f"{100 * score:.0f}%" for score in leaks[number - 1]]
        expect(lab.locator(".bars b:visible")).to_have_text(numbers)
        if number == 1:
            page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"#lab-leaks\?study=2&said=0,0$"))
    expect(lab.get_by_role("status").last).to_contain_text("The answer: the day")
    again = open_lab(page, page.url, "leaks")
    expect(again.locator(".verdict:visible")).to_contain_text("The answer: the day")
    again.get_by_role("button", name="Reset").click()
    expect(again.locator(".title:visible")).to_have_text("Study 1 of 7")


@pytest.mark.parametrize("width", [320, 390, 768, 1350])
def test_lab_keeps_its_height(page, base_url, width):
    page.set_viewport_size({"width": width, "height": 900})
    lab = open_lab(page, f"{base_url}/{PAGE}", "leaks")
    height = lab.bounding_box()["height"]
    answers = ["", "0", "0,0", "0,0,0,0", "0,0,0,0,0", "0,0,0,0,0,0", "0,0,0,0,0,0,0"]
    for said in answers:
        for study in (1, 5, 8):
            lab.evaluate("(lab, it) => lab.set(it)", {"study": study, "said": said})
            assert abs(lab.bounding_box()["height"] - height) < 1
