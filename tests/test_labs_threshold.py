"""The threshold lab counts as scikit-learn does, and shows the chapter's people."""

import json
import re

import numpy as np
import pytest
from playwright.sync_api import Locator, Page, expect
from sklearn import metrics

from conftest import ROOT, SITE
from labs import drag, evaluate_module, find_axes, open_lab, swipe

JUDGE = """return d.map(([rows, prevalence, i]) => {
    const shares = m.findShares(rows);
    return [m.findMeasures(shares[i], prevalence), m.makeCurves(shares, prevalence)];
});"""


def test_lab_counts_and_draws_both_curves_as_scikit_learn_does(page: Page, base_url):
    random = np.random.default_rng(0)
    cases, data = [], []
    for _ in range(120):
        y = np.concatenate([[0, 1], random.integers(0, 2, random.integers(5, 80))])
        score = (random.normal(y, 1).round(1) + 10) / 20
        thresholds = [0, *np.unique(score)]
        prevalence, i = (
            random.uniform(0.001, 0.5),
            int(random.integers(len(thresholds))),
        )
        rows = [
            [t, *np.bincount(y[score > t], minlength=2).tolist()] for t in thresholds
        ]
        weight = (10_000 * np.array([1 - prevalence, prevalence]) / np.bincount(y))[y]
        cases.append((y, score, thresholds[i], weight))
        data.append([rows, prevalence, i])
    found = evaluate_module(page, base_url, "threshold-math.mjs", JUDGE, data)
    for (y, score, threshold, weight), (answer, curves) in zip(
        cases, found, strict=True
    ):
        given = {"y_true": y, "y_pred": score > threshold, "sample_weight": weight}
        counts = metrics.confusion_matrix(**given)
        assert np.allclose(list(answer["counts"].values()), counts.ravel())
        expected = {
            "accuracy": metrics.accuracy_score(**given),
            "stamp": counts[0].sum() / 10_000,
            "sensitivity": metrics.recall_score(**given),
            "precision": metrics.precision_score(**given, zero_division=0),
            "alarmRate": counts[0, 1] / counts[0].sum(),
            "cost": 49 * counts[1, 0] + counts[0, 1],
        }
        assert np.allclose(
            [answer[name] or 0 for name in expected], list(expected.values())
        )
        alarmed, recall, _ = metrics.roc_curve(y, score, drop_intermediate=False)
        assert np.allclose(curves["roc"][::-1], np.stack([alarmed, recall], axis=1))
        precision, recall, _ = metrics.precision_recall_curve(
            y, score, sample_weight=weight
        )
        assert np.allclose(
            curves["precision"], np.stack([recall, precision], axis=1)[:-1]
        )


@pytest.fixture
def people() -> dict[float, tuple[int, int]]:
    """Return how many healthy and ill people are above each threshold."""
    rows = json.loads(
        (SITE / "_static" / "labs" / "evaluation_people.json").read_text("utf-8")
    )
    return {threshold: (alarms, found) for threshold, alarms, found in rows}


def test_people_are_those_of_the_chapter_and_its_claims_hold(people, glued):
    keys = ("evaluation_missed", "evaluation_alarms", "evaluation_found")
    quoted = [glued("book/evaluation", key) for key in keys]
    (alarms, found), second = people[0.5], people[0.02]
    assert quoted == [str(100 - found), *map(str, second)]
    picture = (ROOT / "images" / "threshold-lab.svg").read_text("utf-8")
    counts = re.findall(r">([\d,]+) (?:cleared|false|missed|found)", picture)
    shown = [int(count.replace(",", "")) for count in counts]
    # Another processor may put somebody at the threshold on its other side.
    assert shown == pytest.approx([9900 - alarms, alarms, 100 - found, found], abs=2)
    cost = {t: 49 * (100 - found) + alarms for t, (alarms, found) in people.items()}
    assert cost[0.02] < 1.1 * min(cost.values())  # "low around this threshold"


@pytest.fixture
def lab(page: Page, base_url) -> Locator:
    return open_lab(page, f"{base_url}/book/evaluation.html", "threshold")


def find_place(lab: Locator, threshold: float) -> tuple[float, float]:
    axes = find_axes(lab)
    part = (np.log(threshold / (1 - threshold)) + 15) / 21
    return axes["x"] + part * axes["width"], axes["y"] + axes["height"] / 2


def expect_threshold(lab: Locator, threshold: float, people) -> None:
    expect(lab.get_by_role("slider").first).to_have_attribute(
        "aria-valuetext", f"{threshold:g}"
    )
    alarms, found = people[threshold]
    words = f"It finds {found} of 100 ill people; "
    words += f"{found} of {alarms + found} alarms are right."
    expect(lab.locator(".verdict")).to_have_text(words)
    assert lab.locator(".ill.dots").get_attribute("d").count("M") == found
    assert lab.locator(".ill.crosses").get_attribute("d").count("M") == 100 - found


def test_threshold_is_dragged_by_mouse_and_keys_and_on_the_curve(
    lab: Locator, page, people
):
    expect_threshold(lab, 0.5, people)
    drag(page, find_place(lab, 0.5), find_place(lab, 0.02))
    expect_threshold(lab, 0.02, people)
    lab.get_by_role("slider", name="threshold").press("ArrowLeft")
    expect_threshold(lab, max(t for t in people if t < 0.02), people)
    lab.get_by_role("slider", name="threshold").press("End")
    expect(lab.locator(".verdict")).to_have_text("It finds 0 of 100 ill people.")
    expect(lab.locator("dd")).to_have_text(
        ["99.0%", "99.0%", "0.0%", "–", "0.0%", "4,900"]
    )
    axes = find_axes(lab, ".curves .plot")
    page.mouse.click(axes["x"] + axes["width"], axes["y"])  # everybody has an alarm
    expect(lab.locator(".verdict")).to_contain_text("finds 100 of 100")


def test_precision_collapses_as_prevalence_falls_and_the_roc_curve_stays(lab: Locator):
    roc, curve = (plot.get_attribute("d") for plot in lab.locator(".curve").all())
    height, precision = (
        lab.bounding_box()["height"],
        lab.locator(".precision dd").inner_text(),
    )
    prevalence = lab.get_by_role("slider", name="ill")
    prevalence.press("Home")
    expect(lab.locator(".before")).to_have_attribute("d", curve)
    expect(lab.locator(".curve").first).to_have_attribute("d", roc)
    less = lab.locator(".precision dd").inner_text()
    assert float(less.strip("%")) < float(precision.strip("%")) / 3
    expect(lab.get_by_role("status").last).to_contain_text(
        "0.1% ill: It finds about 3 of 10 ill people"
    )
    prevalence.press("End")
    expect(lab.locator(".verdict")).to_contain_text("of 5,000 ill people")
    assert abs(lab.bounding_box()["height"] - height) < 1


def test_finger_drags_the_threshold_and_the_page_stays(phone, base_url, people):
    lab = open_lab(phone, f"{base_url}/book/evaluation.html", "threshold")
    start, end = find_place(lab, 0.5), find_place(lab, 0.02)
    top = phone.evaluate("scrollY")
    swipe(phone, start, (end[0], end[1] - 60))
    expect_threshold(lab, 0.02, people)
    assert phone.evaluate("scrollY") == top
