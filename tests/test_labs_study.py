"""The study lab tests mice as scikit-learn does, and says how far a study is off."""

import itertools
import re

import numpy as np
import pytest
from playwright.sync_api import Locator, Page, expect
from scipy.stats import norm
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import PredefinedSplit, cross_val_predict
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from conftest import ROOT
from labs import evaluate_module, open_lab

MODULE = "study-math.mjs"
PAGE = "book/cross-validation.html"
MODEL = make_pipeline(StandardScaler(), LogisticRegression(tol=1e-8, max_iter=1000))
RUN = """return d.map(([mice, cells, way, seed]) => {
    const study = m.makeMice(mice, cells, seed);
    const rounds = Math.min(6, mice / 2);
    const tested = m.deal(study.mouse, way, rounds, seed);
    const X = study.X.map((row) => [...row]);
    return { ...study, X, tested, ...m.crossValidate(study, tested, rounds) };
});"""
SIZES = itertools.product((6, 12, 24), (20, 40, 80), ("cell", "mouse"))
CASES = [(*size, seed) for seed, size in enumerate(SIZES)]


@pytest.fixture
def studies(page: Page, base_url) -> list[dict]:
    return evaluate_module(page, base_url, MODULE, RUN, CASES)


def test_lab_cross_validates_as_scikit_learn_does(studies):
    for study in studies:
        X, y = np.array(study["X"])[:, :-1], np.array(study["y"])
        mouse, tested = np.array(study["mouse"]), np.array(study["tested"])
        answer = cross_val_predict(MODEL, X, y, cv=PredefinedSplit(tested))
        boxes = np.array(study["boxes"])  # (rounds, mice, right and count)
        expected = np.zeros_like(boxes)
        np.add.at(expected[..., 0], (tested, mouse), answer == y)
        np.add.at(expected[..., 1], (tested, mouse), 1)
        assert (boxes == expected).all()
        accuracies = expected[..., 0].sum(axis=1) / expected[..., 1].sum(axis=1)
        assert np.allclose(study["accuracies"], accuracies)
        assert study["accuracy"] == pytest.approx(accuracies.mean())


def test_cells_are_dealt_evenly_and_mice_stay_whole(studies):
    for (mice, cells, way, _), study in zip(CASES, studies, strict=True):
        counts = np.array(study["boxes"])[..., 1]
        assert (counts.sum(axis=0) == cells).all()  # each cell is tested once
        assert np.ptp(counts.sum(axis=1)) <= 1
        assert ((counts > 0).sum(axis=0) == 1).all() == (way == "mouse")
        treated = (counts[:, 1::2] > 0).sum(axis=1)
        assert way == "cell" or (treated == mice / 2 / len(counts)).all()


def find_truth(X, y) -> float:
    """Return the share of cells of new mice for which the model would be right."""
    scaler, regression = MODEL.fit(X, y)
    weights = regression.coef_[0] / scaler.scale_
    bias = regression.intercept_[0] - weights @ scaler.mean_
    # The marks of a mouse and those of a cell have a variance of 1 each.
    spread = 2**0.5 * np.linalg.norm(weights)
    return (norm.cdf((2 * weights[0] + bias) / spread) + norm.cdf(-bias / spread)) / 2


@pytest.fixture(scope="module")
def make_mice():
    """Return the chapter's function."""
    text = (ROOT / "book" / "cross-validation.md").read_text("utf-8")
    function = re.search(r"def make_mice.*?return X, y, mouse\n", text, re.S)[0]
    names = {"np": np}
    exec(function, names)
    return names["make_mice"]


def test_mice_are_those_of_the_chapter(page: Page, base_url, make_mice):
    body = "const { X } = m.makeMice(1000, 40, 0); return X.map((row) => [...row]);"
    ours = np.array(evaluate_module(page, base_url, MODULE, body))[:, :-1]
    shapes = []
    for X in (ours, make_mice(1000, seed=0)[0]):
        cells = X.reshape(1000, 40, 10)
        means = cells.mean(axis=1)
        effect = (means[1::2] - means[::2]).mean(axis=0)
        variances = [cells.var(axis=1).mean(), means[::2].var(axis=0).mean()]
        shapes.append([*variances, *effect])
    assert np.allclose(*shapes, atol=0.3)
    assert np.allclose(shapes[0], [1, 1, 2, *[0] * 9], atol=0.2)


def test_truth_is_that_of_the_chapters_mice(page: Page, base_url, make_mice):
    truths = evaluate_module(page, base_url, MODULE, "return m.TRUTHS;")
    for mice in (6, 12, 24):
        rows = [make_mice(mice, seed)[:2] for seed in range(60)]
        truth = np.mean([find_truth(*row) for row in rows])
        assert truths[str(mice)]["40"] == pytest.approx(truth, abs=0.02)
        assert np.ptp(list(truths[str(mice)].values())) < 0.01


@pytest.fixture
def lab(page: Page, base_url) -> Locator:
    return open_lab(page, f"{base_url}/{PAGE}", "study")


def test_task_is_finished_by_keys_and_says_what_a_study_is_worth(lab, page, base_url):
    verdict, more = lab.locator(".verdict"), lab.get_by_role("button", name="ten")
    expect(verdict).to_have_text(re.compile("So far 1 by cell and 1 by mouse"))
    more.press("Enter")
    lab.get_by_role("button", name="Another study").press("Enter")
    expect(verdict).to_contain_text("So far 1 by cell and 12 by mouse")
    lab.get_by_role("radio", name="mouse").press("ArrowLeft")
    more.press("Enter")
    expect(verdict).to_contain_text("By cell: always too high, by")
    body = """const find = (way, count) => Array.from({ length: count }, (_, i) => {
        const study = m.makeMice(12, 40, i + 1);
        const tested = m.deal(study.mouse, way, 6, i + 1);
        return m.crossValidate(study, tested, 6).accuracy; });
        return [find("cell", 11), find("mouse", 12), m.TRUTHS[12][40]];"""
    expect(page).to_have_url(re.compile("dealt=cell&cell=11&mouse=12$"))
    text, url = verdict.inner_text(), page.url
    *piles, truth = evaluate_module(page, base_url, MODULE, body)
    cell, mouse = (100 * (np.array(pile) - truth) for pile in piles)
    assert cell.min() > 0 and abs(mouse.mean()) < 2.5 and "about right on" in text
    numbers = [cell.mean(), (abs(mouse) > 10).sum(), 12, 10, mouse.std(ddof=1)]
    assert [int(n) for n in re.findall(r"\d+", text)] == np.round(numbers).tolist()
    expect(open_lab(page, url, "study").locator(".verdict")).to_have_text(text)


def test_more_mice_help_and_more_cells_do_not(lab: Locator, page: Page):
    mice, cells = lab.get_by_role("slider").all()
    answer = lab.locator(".answer")
    mice.press("ArrowRight")
    expect(answer).to_have_text("Computing …")
    expect(answer).to_contain_text("Would more cells")
    mice.press("ArrowLeft")
    cells.press("ArrowRight")
    expect(answer).to_contain_text("✓ More mice bring the scores closer together")
    expect(page).to_have_url(re.compile("cells=80&mouse=100&tried=1240,2440,1280$"))
    open_lab(page, page.url, "study")
    expect(answer).to_contain_text("✓")
    assert "".join(lab.locator("td").all_inner_texts()) == "10107"


def test_study_that_is_shown_is_the_orange_dot(lab: Locator):
    lab.get_by_role("button", name="Another ten").click()
    heading = lab.get_by_text("Study 11 by mouse").first.inner_text()
    assert lab.locator(".dots").get_attribute("d").count("M") == 12
    texts = lab.locator(".scores span").all_inner_texts()
    scores = [float(text.strip("%")) for text in texts]
    score = float(re.search(r"(\d+)%", heading)[1])
    assert abs(np.mean(scores) - score) <= 1
    box, last = (lab.locator(x).bounding_box() for x in (".axes > rect", ".last"))
    place = (last["x"] + last["width"] / 2 - box["x"]) / box["width"]
    assert 100 * (0.2 + 0.8 * place) == pytest.approx(score, abs=1)


def test_lab_keeps_its_height_and_all_studies_are_made_in_steps(page, base_url):
    page.set_viewport_size({"width": 390, "height": 900})
    lab = open_lab(page, f"{base_url}/{PAGE}", "study")
    height = lab.bounding_box()["height"]
    lab.evaluate("(lab) => lab.set({ mice: 24, cells: 80, cell: 30, mouse: 100 })")
    expect(lab.locator(".answer")).to_contain_text("✓ More mice")
    lab.get_by_role("button", name="Another", disabled=True).first.press("Enter")
    lab.get_by_text("Study 100 by mouse").first.wait_for()
    assert abs(lab.bounding_box()["height"] - height) < 1
