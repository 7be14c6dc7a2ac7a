"""Backpropagation that readers write is judged edge by edge, on the lab's network."""

import json
import re

import pytest
from playwright.sync_api import Page, expect

from conftest import read
from test_labs_backpropagation import GRADIENTS, PAGE, VALUES, compute

PLACE = "#w-backpropagation-network write-lab"
SOLUTION = "#sol-w-backpropagation-network pre"
LISTS = {"output": "o1 o2 ob", "upper": "u1 u2 ub", "lower": "l1 l2 lb", "x": "x1 x2"}
# What replaces a part of the solution; what is wrong then, what follows, and its rule
FAULTS = [
    ("_grad * x[1]", "_grad * upper[1]", "u2 l2", "", "times the input: 4 · 3 = 12"),
    (" * output[1]", "", "lower", "l1 l2 lb x1 x2", "its weight: 2 · (−3) = −6"),
    (" * (z_lower > 0)", "", "lower", "l1 l2 lb x1 x2", "at z = −3: −30 · 0 = 0"),
    (" + z_lower_grad * lower[0]", "", "x1", "", "two products add up: 4 · 2 − 6"),
    ("z_lower_grad],", "1],", "lb", "", "bias of lower has 1. Gradient of the lower"),
    ('"x":', '"inputs":', "x1 x2", "", "input x1 has none. It acts through both"),
]


@pytest.fixture
def run(page: Page, base_url):
    """Return a function that runs code, and returns the place."""
    page.goto(f"{base_url}/{PAGE}")
    lab = page.locator(PLACE)
    lab.scroll_into_view_if_needed()
    lab.get_by_role("button", name="Run").wait_for()

    def run(code):
        lab.get_by_role("textbox").fill(code)
        lab.get_by_role("button", name="Run").click()
        expect(lab.locator(".verdict")).to_contain_text(re.compile("pass|✗"))
        page.evaluate("new Promise(requestAnimationFrame)")  # which draws
        return lab

    return run


def find_marks(lab) -> dict[str, list[str]]:
    """Return the mark and the gradient in each circle and box that has them."""
    script = "boxes => boxes.map(b => [b.className, b.lastChild.textContent])"
    found = lab.locator(".box").evaluate_all(script)
    skip = {"box", "neuron", "wrong", "off"}
    return {
        next(name for name in kinds.split() if name not in skip): text.split("\u2009")
        for kinds, text in found
        if text
    }


def test_checks_hold_what_pytorch_finds():
    data = json.loads(read(PAGE).select_one(PLACE)["data-checks"])
    form = r'backward\(\[(\d), (\d)\], (\d)\)\["(\w+)"\] == (\[.+?\])'
    found = re.findall(form, data["checks"])
    assert len(found) == 2 * len(LISTS) + 1
    for x1, x2, y, key, value in found:
        numbers = VALUES | {"x1": int(x1), "x2": int(x2), "y": int(y)}
        gradients = compute(numbers, 0)["gradients"]
        assert json.loads(value) == [gradients[name] for name in LISTS[key].split()]


def test_right_gradients_are_drawn_on_the_network(run):
    code = read(PAGE).select_one(SOLUTION).get_text()
    marks = find_marks(run(code.replace("\nshow([3", "\n# show([3")))
    expected = {
        name: ["✓", str(value).replace("-", "−")] for name, value in GRADIENTS.items()
    }
    assert marks == expected
    lab = run(code)
    expect(lab.locator(".drawing p")).to_have_text(
        "Drawn: sample (3, 1), label 5; all 11 gradients are right."
    )
    assert {mark for mark, _ in find_marks(lab).values()} == {"✓"}
    assert lab.locator(".box.off").count() == 1


@pytest.mark.parametrize(("old", "new", "wrong", "follows", "rule"), FAULTS)
def test_wrong_edges_are_marked_with_the_rule_they_break(
    run, page, old, new, wrong, follows, rule
):
    code = read(PAGE).select_one(SOLUTION).get_text()
    assert old in code
    lab = run(code.replace(old, new))
    marks = find_marks(lab)
    for sign, names in (("✗", wrong), ("↳", follows)):
        found = {name for name, (mark, _) in marks.items() if mark == sign}
        assert found == set(names.split())
    text = lab.locator(".drawing p").all_text_contents()
    assert sum(line.startswith("✗") for line in text) == len(wrong.split())
    assert rule in " ".join(text)
    assert lab.locator("g.wrong").count() >= 1
