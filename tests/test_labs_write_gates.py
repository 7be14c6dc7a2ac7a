"""A network that a reader's Python trains is drawn as the gate lab draws it."""

import re
from math import log

import pytest
from playwright.sync_api import Locator, Page, expect

from conftest import read

PAGE = "book/logic-gates.html"
NAME = "w-logic-gates-xor"
SOLUTION = read(PAGE).select_one(f"#sol-{NAME} pre").get_text()
STUCK = SOLUTION.replace("start = [0.9,", "start = [-0.9,")


@pytest.fixture
def place(page: Page, base_url) -> Locator:
    page.goto(f"{base_url}/{PAGE}#{NAME}")
    place = page.locator(f"#{NAME} write-lab")
    expect(place.locator(".drawing .point")).to_have_count(4)
    return place


def run(place: Locator, code: str):
    place.get_by_role("textbox").fill(code)
    place.get_by_role("button", name="Run", exact=True).click()


def find_loss(code: str) -> float:
    """Return the loss at the end of a training by Python."""
    names = {"show": lambda *values: None}
    exec(code, names)
    shares = [
        1 - abs(y - names["forward"](names["theta"], x1, x2)[2])
        for x1, x2, y in names["rows"]
    ]
    return sum(-log(share) for share in shares) / 4


@pytest.mark.parametrize("code, right", [(SOLUTION, 4), (STUCK, 2)])
def test_line_loss_and_rims_are_those_of_the_trained_network(place, code, right):
    run(place, code)
    text = f"Epoch 1000, loss {find_loss(code):.3f}: {right} of 4 rows on the right"
    expect(place.locator(".drawing .epoch")).to_contain_text(text, timeout=20_000)
    expect(place.locator(".drawing .point.wrong")).to_have_count(4 - right)
    assert re.search(r"\d", place.locator(".drawing .line").get_attribute("d"))


def test_training_is_drawn_on_the_way_and_only_its_end_in_peace(place, page):
    record = """element => {
        window.seen = new Set();
        const look = () => window.seen.add(element.textContent);
        new MutationObserver(look).observe(element, { childList: true });
    }"""
    code = "for epoch in range(1001):\n    show(epoch, [epoch / 100] * 9)"
    for motion in ("no-preference", "reduce"):
        page.emulate_media(reduced_motion=motion)
        place.locator(".drawing .epoch").evaluate(record)
        run(place, code)
        text = place.locator(".drawing .epoch")
        expect(text).to_contain_text("Epoch 1000", timeout=20_000)
        count = page.evaluate("window.seen.size")
        assert count > 100 if motion == "no-preference" else count < 50
