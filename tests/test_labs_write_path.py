"""Descents that readers write in the page are drawn as they go."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from conftest import ROOT

GRADIENT_DESCENT = "gradient-descent", "w-gradient-descent-steeper"
OPTIMIZERS = "optimizers", "w-optimizers-bowl"


def run_solution(page: Page, base_url, place, *changes) -> Locator:
    """Run the solution of a place, with changes, and return the editor's lab."""
    chapter, label = place
    text = (ROOT / "book" / f"{chapter}.md").read_text("utf-8")
    solution = rf"(?s):label: {label}\n.*?```python\n# Solution\n(.*?)```"
    code = re.search(solution, text)[1]
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
    assert lab.locator(".rim").count() == 0
    heights = [y for _, y in points]  # A pixel further down has a larger y.
    assert heights == sorted(heights, reverse=rate == "0.21")


def test_a_step_uphill_is_drawn_and_named(page: Page, base_url):
    lab = run_solution(page, base_url, GRADIENT_DESCENT, ("w - ", "w + "))
    expect(lab.locator(".advice")).to_contain_text("This goes uphill.")
    expect(lab.locator(".paths p")).to_contain_text("The height rises")
    expect(lab.locator(".paths p")).to_contain_text("Step 1 goes uphill")
    assert lab.locator(".last").count() == 0  # It has left the plot.


def test_first_step_that_is_none_of_gradient_descent_has_a_rim(page: Page, base_url):
    changes = ("slope(w)\n    ", "slope(20)\n    "), ("0.21", "0.02")
    lab = run_solution(page, base_url, GRADIENT_DESCENT, *changes)
    rule = "Step 2 leads from 16 to 12, and not to 12.8, as 0.02 times the slope"
    expect(lab.locator(".paths p")).to_contain_text(rule)
    points = find_points(lab.locator(".paths"))
    rim = lab.locator(".rim")
    assert [float(rim.get_attribute(name)) for name in ("cx", "cy")] == pytest.approx(
        points[2], abs=0.1
    )


def test_three_rules_have_bowls_of_their_own(page: Page, base_url):
    lab = run_solution(page, base_url, OPTIMIZERS)
    expect(lab.locator(".verdict")).to_have_text("✓ All checks pass.")
    expect(lab.locator(".paths strong")).to_have_text(["plain", "momentum", "adam"])
    (x, y), *_, goal = find_points(lab.locator(".paths > div").nth(1))
    unit = (goal[0] - x) / 8  # Momentum ends at 0; the units of both axes are equal.
    assert goal[1] - y == pytest.approx(1.5 * unit, abs=0.3)
    points = find_points(lab.locator(".paths > div").nth(2))
    across, down = (points[1][i] - points[0][i] for i in (0, 1))
    assert across == pytest.approx(down, abs=0.3) == pytest.approx(unit / 2, abs=0.3)


def test_adam_alone_ignores_a_factor_of_the_loss(page: Page, base_url):
    change = "g = curvature", "g = 100 * curvature"
    lab = run_solution(page, base_url, OPTIMIZERS, change)
    expect(lab.locator(".verdict")).to_have_text("✓ All checks pass.")
    words = lab.locator(".paths p").all_inner_texts()
    assert ["rises" in text for text in words] == [True, True, False]
    assert "to −0.31, −0.04" in words[2]


@pytest.mark.parametrize("number", [22, 23])
def test_momentum_arrives_after_as_many_steps_as_the_text_says(
    page: Page, base_url, number
):
    far = f"print(max(abs(w) for w in descend(momentum, -8, 1)[{number}:]) < 0.01)"
    lab = run_solution(
        page, base_url, OPTIMIZERS, ("for rule in", f"{far}\nfor rule in")
    )
    expect(lab.get_by_role("log")).to_have_text(str(number == 23))
