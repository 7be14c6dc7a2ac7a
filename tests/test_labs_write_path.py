"""Descents that readers write in the page are drawn as they go."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from conftest import ROOT

GRADIENT_DESCENT = "gradient-descent", "w-gradient-descent-steeper"


def run_solution(page: Page, base_url, place, *changes) -> Locator:
    """Run the solution of a place, with changes, and return the editor's lab."""
    chapter, label = place
    text = (ROOT / "book" / f"{chapter}.md").read_text("utf-8")
    code = re.search(rf"(?s):label: {label}\n.*?```python\n# Solution\n(.*?)```", text)[1]
    for old, new in changes:
        assert old in code
        code = code.replace(old, new)
    page.emulate_media(reduced_motion="reduce")
    page.goto(f"{base_url}/book/{chapter}.html#{label}")
    lab = page.locator(f"#{label} write-lab")
    lab.locator("textarea").fill(code)
    lab.get_by_role("button", name="Run", exact=True).click()
    expect(lab.locator(".checks li").first).to_be_visible()
    return lab


def find_points(drawing: Locator) -> list[tuple[float, float]]:
    """Return the points of a path, in pixels."""
    d = drawing.locator(".path").get_attribute("d")
    return [tuple(map(float, point.split())) for point in d[1:].split("L")]


@pytest.mark.parametrize(
    ("rate", "words"),
    [
        ("0.05", "20 steps lead w from 20 to 0. The height falls from 2000 to 0."),
        ("0.2", "The height is 2000 at both ends."),
        ("0.21", "The height rises from 2000 to 90518.51."),
    ],
)
def test_a_path_on_the_curve_falls_stays_or_climbs(page: Page, base_url, rate, words):
    change = "(20, 0.21, 20)", f"(20, {rate}, 20)"
    lab = run_solution(page, base_url, GRADIENT_DESCENT, change)
    expect(lab.locator(".verdict")).to_have_text("✓ All checks pass.")
    expect(lab.locator(".paths p")).to_contain_text(words)
    points = find_points(lab.locator(".paths"))
    assert len(points) == 21
    heights = [y for _, y in points]  # A pixel further down has a larger y.
    assert heights == sorted(heights, reverse=rate == "0.21")


def test_a_step_uphill_is_drawn_and_named(page: Page, base_url):
    lab = run_solution(page, base_url, GRADIENT_DESCENT, ("w - ", "w + "))
    expect(lab.locator(".advice")).to_contain_text("This goes uphill.")
    expect(lab.locator(".paths p")).to_contain_text("The height rises")
    assert lab.locator(".last").count() == 0  # It has left the plot.
