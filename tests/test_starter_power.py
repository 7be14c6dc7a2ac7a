"""How often the starter is right, in simulated studies of which the truth is known.

The starter's README has the numbers. They are counted in the weekly run.
"""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from scipy import ndimage

from conftest import ROOT

FOLDER = ROOT / "book" / "starter"
SETTINGS = SimpleNamespace(FOLDS=6, PERMUTATIONS=199, SEED=0, KIND="classes", IMAGES="")
MICE, ROWS = 12, 3


@pytest.fixture
def starter(monkeypatch):
    """Return the modules of the starter."""
    monkeypatch.syspath_prepend(FOLDER)
    import design
    import images
    import judge
    import report

    return SimpleNamespace(design=design, images=images, judge=judge, report=report)


def simulate_table(rng, group, y, shift):
    """Return two features, one of which differs by `shift` SDs of groups."""
    x = rng.normal(size=(group.max() + 1, 2))[group] + rng.normal(size=(len(y), 2))
    x[:, 0] += shift * y
    return x


def simulate_two_classes(rng, shift):
    group = np.repeat(np.arange(MICE), ROWS)
    y = group % 2
    return simulate_table(rng, group, y, shift), y, group, group, 2


def simulate_three_classes(rng, shift):
    labels = np.repeat([0, 1, 2], [7, 5, 3])
    group = np.repeat(np.arange(15), rng.integers(1, 12, 15))
    y = labels[group]
    return simulate_table(rng, group, y, shift), y, group, group, 3


def simulate_numbers(rng, shift):
    labels = rng.normal(size=14)
    group = np.repeat(np.arange(14), rng.integers(1, 8, 14))
    y = labels[group]
    return simulate_table(rng, group, y, shift), y, group, group, 0


def simulate_units(rng, shift):
    """Two larvae of each label in each of six clutches, with strong clutches."""
    unit = np.repeat(np.arange(24), ROWS)
    group, y = unit // 4, unit % 2
    x = simulate_table(rng, unit, y, shift)
    return x + 3 * rng.normal(size=(6, 2))[group], y, group, unit, 2


def simulate_images(starter, rng, exposure=0.0, grain=0.0):
    """Return measurements of images whose labels differ in exposure or in grain.

    A grain of 0.25 is a texture that is finer by a quarter.
    """
    group = np.repeat(np.arange(MICE), ROWS)
    y = group % 2
    lamp = 1 + exposure * y + rng.normal(0, 0.05, MICE)[group]
    size = 4 * (1 - grain * y) * (1 + rng.normal(0, 0.04, MICE)[group])
    measured = []
    for light, sigma in zip(lamp, size, strict=True):
        noise = ndimage.gaussian_filter(rng.normal(size=(96, 96)), sigma)
        image = light * (100 + 20 * noise / noise.std()) + rng.normal(0, 3, (96, 96))
        measured.append(starter.images.measure_image(image[None].astype("f4"), None))
    table = pd.DataFrame(measured)
    return table, y, group


def make_samples(starter, y, group, unit, classes):
    """Return samples, with labels dealt out within groups where these have units."""
    block = np.full(len(y), "all") if unit is group else group.astype(str)
    names = [f"class {k}" for k in range(classes)]
    return starter.design.Samples(
        y, names, group.astype(str), unit.astype(str), block, "mouse", "unit"
    )


def find_p(starter, X, samples):
    """Return p of the linear model; of what is not found, after 39 ways only."""
    settings = SimpleNamespace(**vars(SETTINGS))
    settings.KIND = samples.kind
    notes = starter.report.Notes()
    ways, least_p = starter.design.find_ways(samples, settings, notes)
    run = starter.judge.make_linear(settings), X
    test = starter.judge.permute_labels(run, samples, ways[:40], least_p, settings)
    if test.p > 10 / 40:  # 10 of 200 already score as well
        return test.p
    return starter.judge.permute_labels(run, samples, ways, least_p, settings).p


TABLES = {  # (a study, its shift, studies, the fewest and the most that are found)
    "two classes, nothing": (simulate_two_classes, 0, 200, 0, 16),
    "three unequal classes, nothing": (simulate_three_classes, 0, 100, 0, 10),
    "a number, nothing": (simulate_numbers, 0, 100, 0, 10),
    "units within groups, nothing": (simulate_units, 0, 100, 0, 10),
    "two classes, 2 SD": (simulate_two_classes, 2, 100, 40, 100),
    "three unequal classes, 4 SD": (simulate_three_classes, 4, 50, 40, 50),
    "a number, 2 SD": (simulate_numbers, 2, 50, 30, 50),
    "units within groups, 3 SD": (simulate_units, 3, 50, 30, 50),
}


@pytest.mark.slow
@pytest.mark.parametrize("what", TABLES)
def test_table_is_found(starter, record_property, what):
    simulate, shift, studies, least, most = TABLES[what]
    found = 0
    for seed in range(studies):
        X, y, group, unit, classes = simulate(np.random.default_rng(seed), shift)
        samples = make_samples(starter, y, group, unit, classes)
        found += find_p(starter, X, samples) <= 0.05
    record_property(f"{what}: found, of {studies}", found)
    assert least <= found <= most


IMAGES = {  # (exposure, grain, studies, the fewest and the most that say yes)
    "brightness only": (0.15, 0, 100, 0, 10),
    "texture": (0, 0.25, 25, 20, 25),
    "texture and brightness": (0.15, 0.25, 25, 20, 25),
}


@pytest.mark.slow
@pytest.mark.parametrize("what", IMAGES)
def test_images_are_judged(starter, record_property, what):
    exposure, grain, studies, least, most = IMAGES[what]
    said = 0
    for seed in range(studies):
        rng = np.random.default_rng(seed)
        table, y, group = simulate_images(starter, rng, exposure, grain)
        samples = make_samples(starter, y, group, group, 2)
        said += says_yes(starter, table, samples)
    record_property(f"{what}: yes, of {studies}", said)
    assert least <= said <= most


def says_yes(starter, table, samples):
    """Say whether the verdict on images is yes, or yes, unless focus differed."""
    design, images, judge = starter.design, starter.images, starter.judge
    settings = SimpleNamespace(**vars(SETTINGS))
    settings.IMAGES, settings.GAPS, settings.PERMUTATIONS = "images", None, 99
    inputs = images.Inputs(table.to_numpy(float), list(table), None)
    if find_p(starter, inputs.features, samples) > 0.05:
        return False
    ways, least_p = design.find_ways(samples, settings, starter.report.Notes())
    runs = {"linear": (judge.make_linear(settings), inputs.features)}
    controls = judge.plan_controls(None, [], inputs, settings)
    rounds = design.make_rounds(samples, settings)
    answers = judge.cross_validate(runs | controls, samples, rounds)
    scores = judge.score_rounds(answers, samples, rounds)
    summary = judge.summarise(answers, scores, samples)
    tests = judge.test_controls(controls, samples, ways, least_p, settings)
    doubts = judge.find_doubts(summary, scores, tests, None, samples)
    return all(doubt.unless for doubt in doubts)
