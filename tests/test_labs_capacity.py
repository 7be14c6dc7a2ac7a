"""The capacity lab shows what the chapter has trained, and its task can be finished."""

import json
import re

import numpy as np
import pytest
from matplotlib.path import Path
from playwright.sync_api import Locator, Page, expect

from conftest import SITE
from labs import evaluate_module, find_axes, open_lab

ADDRESS = "book/generalisation.html"


@pytest.fixture(scope="module")
def runs():
    text = (SITE / "_static" / "labs" / "generalisation_capacity.json").read_text(
        "utf-8"
    )
    widths, sizes, errors, rings, cells = json.loads(text)
    return widths, sizes, np.array(errors), rings, cells


def find_best(sizes, errors) -> int:
    """Return the index of the width that is best for 100 cells."""
    return int(errors[sizes.index(100), :, 1].argmin())


def find_cure(sizes, errors) -> int:
    """Return the first number of cells, after 100, that cures the widest network."""
    rows = np.flatnonzero(errors[:, -1, 1] < errors[sizes.index(100), :, 1].min())
    return int(rows[rows > sizes.index(100)][0])


def test_lab_finds_the_best_width_and_the_cure_as_numpy_does(page: Page, base_url):
    random = np.random.default_rng(0)
    errors = random.uniform(0, 0.5, (200, 4, 5, 2)).round(2)
    seen = random.random((200, 4, 5)) < 0.9
    body = """return d.map(([errors, seen]) => {
        const runs = { widths: [1, 2, 4, 8, 16], sizes: [40, 100, 300, 1000], errors };
        const { best, isFound, reached } = m.judge(runs, (i, j) => seen[i][j]);
        return [best, isFound, reached];
    });"""
    data = list(zip(errors.tolist(), seen.tolist(), strict=True))
    found = evaluate_module(page, base_url, "capacity-math.mjs", body, data)
    for i, (best, is_found, reached) in enumerate(found):
        tried = np.where(seen[i, 1], errors[i, 1, :, 1], 1)
        assert best == tried.argmin()
        assert is_found == seen[i, 1].all()
        below = np.flatnonzero(seen[i, :, -1] & (errors[i, :, -1, 1] < tried.min()))
        assert reached == (below[-1] if is_found and len(below) else -1)


def test_numbers_are_those_of_the_chapter(runs, glued):
    widths, sizes, errors, _, cells = runs
    best, cure = find_best(sizes, errors), find_cure(sizes, errors)
    by_width, by_size = errors[sizes.index(100)], errors[:, -1]
    shares = {
        "narrow": by_width[0, 1],
        "right": by_width[best, 1],
        "wide": by_width[-1, 1],
        "cured": by_size[cure, 1],
        "many": by_size[-1, 1],
        "many_train": by_size[-1, 0],
    }
    for name, share in shares.items():
        text = glued("book/generalisation", f"generalisation_{name}")
        assert float(text.strip("%")) == pytest.approx(100 * share, abs=0.51)
    assert glued("book/generalisation", "generalisation_best") == f"{widths[best]}"
    assert glued("book/generalisation", "generalisation_cure") == f"{sizes[cure]:,}"
    counts = [(len(no) + len(yes)) // 2 for no, yes in cells]
    assert counts == [min(size, 300) for size in sizes]


def test_widest_network_encloses_the_few_cells_that_it_has_learned(runs):
    _, _, _, rings, cells = runs
    for size in (0, 1):
        no, yes = (np.reshape(places, (-1, 2)) for places in cells[size])
        paths = [Path(np.reshape(ring, (-1, 2))) for ring in rings[size][-1]]
        crossings = sum(path.contains_points([*no, *yes]) for path in paths)
        labels = np.repeat([0, 1], [len(no), len(yes)])
        assert (crossings % 2 == labels).mean() > 0.9


@pytest.fixture
def lab(page: Page, base_url) -> Locator:
    return open_lab(page, f"{base_url}/{ADDRESS}", "capacity")


def expect_run(lab: Locator, runs, size: int, width: int) -> None:
    """Expect the numbers, the network and the cells of a run, given by its indices."""
    widths, sizes, errors, rings, cells = runs
    for words in (f"width, for {sizes[size]:,} cells", f"width {widths[width]}"):
        expect(lab.get_by_text(re.compile(f"{words}$"))).to_be_visible()
    # JavaScript rounds halves up.
    shares = [f"{np.floor(100 * share + 0.5):.0f}%" for share in errors[size, width]]
    expect(lab.locator("dd")).to_have_text(shares)
    area = lab.locator(".area").get_attribute("d")
    assert area.count("Z") == len(rings[size][width])
    for i, kind in enumerate((".no", ".yes")):
        dots = lab.locator(f"{kind}.dots").get_attribute("d")
        assert dots.count("M") == len(cells[size][i]) // 2
        place = np.array(re.findall(r"[\d.]+", dots)[:2], float)
        frame = lab.locator(".plots .axes > rect")
        names = ("x", "y", "width", "height")
        x, y, *sides = [float(frame.get_attribute(name)) for name in names]
        expected = (np.array(cells[size][i][:2]) / [100, -100] + 3) / 6 * sides
        assert np.allclose(place, expected + [x, y], atol=0.06)


def test_task_is_finished_by_keys_and_kept_in_the_link(lab: Locator, page, runs):
    widths, sizes, errors, *_ = runs
    given, best = sizes.index(100), find_best(sizes, errors)
    cure = find_cure(sizes, errors)
    verdict = lab.locator(".verdict")
    expect_run(lab, runs, given, 0)
    expect(verdict).to_contain_text("which width has the lowest")
    width, cells = lab.get_by_role("slider").all()
    for i in range(1, len(widths)):
        width.press("ArrowRight")
        expect_run(lab, runs, given, i)
        so_far = " so far" if i < len(widths) - 1 else ""
        expect(verdict).to_contain_text(f"has the lowest error on new cells{so_far}: ")
    expect(verdict).to_have_text(re.compile(f"width {widths[best]} has .*Now bring"))
    for _ in range(cure - given):
        cells.press("ArrowRight")
    expect_run(lab, runs, cure, len(widths) - 1)
    expect(verdict).to_contain_text(re.compile(f"✓ {sizes[cure]:,} .*Go on to 3,000"))
    page.keyboard.press("End")
    expect(lab.locator("output").last).to_have_text("3,000")
    done = f"✓ Width {widths[-1]}, 3,000 cells: the training error has risen to 1"
    expect(verdict).to_contain_text(done)
    expect(lab.get_by_role("status").last).to_contain_text(done)
    expect(page).to_have_url(re.compile("cells=3000&seen="))
    page.reload()
    expect(verdict).to_contain_text(done)
    width.press("Home")
    expect(verdict).to_contain_text("More cells do not make up")


def press(lab: Locator, page: Page, plot: str, values: list, i: int) -> None:
    """Press a plot of errors at a value, whose axis has a logarithmic scale."""
    axes = find_axes(lab, f".curves > :nth-child({plot})")
    scale = np.log2 if plot == "1" else np.log10
    low, high = scale(values[0]) - 0.3, scale(values[-1]) + 0.3
    part = (scale(values[i]) - low) / (high - low)
    page.mouse.click(axes["x"] + part * axes["width"], axes["y"] + 5)


def test_task_is_finished_by_presses_in_the_curves(lab: Locator, page, runs):
    widths, sizes, errors, *_ = runs
    given, cure = sizes.index(100), find_cure(sizes, errors)
    curve = lab.locator(".curves > :first-child .curve").first
    for i in (*range(0, len(widths), 2), *range(1, len(widths), 2)):
        press(lab, page, "1", widths, i)
        expect_run(lab, runs, given, i)
        lines = i + 1 if i % 2 else 0  # only between neighbours that have been tried
        assert curve.get_attribute("d").count("L") == lines
    press(lab, page, "1", widths, len(widths) - 1)
    press(lab, page, "2", sizes, cure)
    expect_run(lab, runs, cure, len(widths) - 1)
    expect(lab.locator(".verdict")).to_contain_text("✓ ")
