"""How often the starter is right, in simulated studies of which the truth is known.

The starter's README has the numbers. They are counted in the weekly run.
"""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from scipy import ndimage

import design
import images
import judge
from report import Notes

SETTINGS = {"FOLDS": 6, "PERMUTATIONS": 199, "SEED": 0, "IMAGES": "x", "GAPS": None}
TWO = np.arange(12) % 2
THREE = np.repeat([0, 1, 2], [7, 5, 3])


def make_samples(labels, rows, classes):
    """Return samples of one group for each label, with so many rows."""
    unit = np.repeat(np.arange(len(labels)), rows)
    names = [f"class {k}" for k in range(classes)]
    y, group, block = labels[unit], unit.astype(str), np.full(len(unit), "all")
    return design.Samples(y, names, group, group, block, "mouse", "mouse", "all")


def simulate_table(rng, shift, labels, classes, most_rows=None):
    """Return two features, one of which differs by `shift` SDs of groups, and samples.

    Groups have from 1 to `most_rows` rows, or 3 each.
    """
    rows = rng.integers(1, most_rows + 1, len(labels)) if most_rows else 3
    samples = make_samples(labels, rows, classes)
    group = samples.group.astype(int)
    x = rng.normal(size=(len(labels), 2))[group] + rng.normal(size=(len(group), 2))
    x[:, 0] += shift * samples.y
    return x, samples


def simulate_numbers(rng, shift):
    return simulate_table(rng, shift, rng.normal(size=14), 0, most_rows=7)


def simulate_units(rng, shift):
    """Two larvae of each label in each of six clutches, with strong clutches."""
    x, samples = simulate_table(rng, shift, np.arange(24) % 2, 2)
    clutch = samples.unit.astype(int) // 4
    x += 3 * rng.normal(size=(6, 2))[clutch]
    clutch = clutch.astype(str)
    return x, replace(samples, group=clutch, block=clutch)


def simulate_blocks(rng, shift, blocks, pairs):
    """Return groups within blocks that differ much, so many pairs of labels in each."""
    x, samples = simulate_table(rng, shift, np.arange(2 * blocks * pairs) % 2, 2)
    block = samples.group.astype(int) // (2 * pairs)
    x += 3 * rng.normal(size=(blocks, 2))[block]
    mean = pd.DataFrame(x).groupby(block).transform("mean").to_numpy()
    return x - mean, replace(samples, block=block.astype(str))


def simulate_images(rng, exposure, grain):
    """Return measurements of images whose labels differ in exposure or in grain.

    A grain of 0.25 is a texture that is finer by a quarter.
    """
    samples = make_samples(TWO, 3, 2)
    group, y = samples.group.astype(int), samples.y
    lamp = 1 + exposure * y + rng.normal(0, 0.05, len(TWO))[group]
    size = 4 * (1 - grain * y) * (1 + rng.normal(0, 0.04, len(TWO))[group])
    measured = []
    for light, sigma in zip(lamp, size, strict=True):
        noise = ndimage.gaussian_filter(rng.normal(size=(96, 96)), sigma)
        image = light * (100 + 20 * noise / noise.std()) + rng.normal(0, 3, (96, 96))
        measured.append(images.measure_image(image[None].astype("f4"), None))
    return pd.DataFrame(measured), samples


def is_found(X, samples):
    """Say whether p of the linear model is at most 0.05."""
    kind = "classes" if samples.classes else "number"
    settings = SimpleNamespace(**SETTINGS, KIND=kind)
    ways, least_p = design.find_ways(samples, settings, Notes())
    runs = {"linear": (judge.make_models(settings)[0], X)}
    for tried in (ways[:40], ways):
        _, p = judge.permute_labels(runs, samples, tried, least_p, settings)
        if p["linear"] > 10 / 40:  # so 10 of 200 already score as well
            return False
    return p["linear"] <= 0.05


def says_yes(features, samples):
    """Say whether the verdict on images is yes, whatever may follow after unless."""
    if not is_found(features, samples):
        return False
    settings = SimpleNamespace(**SETTINGS | {"PERMUTATIONS": 99, "KIND": "classes"})
    ways, least_p = design.find_ways(samples, settings, Notes())
    runs = {"linear": (judge.make_models(settings)[0], features)}
    controls = judge.plan_controls(None, [], features, settings)
    rounds = design.make_rounds(samples, settings)
    answers = judge.cross_validate(runs | controls, samples, rounds)
    tested = judge.permute_labels(runs | controls, samples, ways, least_p, settings)
    p = tested[1]
    summary, scores = judge.summarise(answers, *tested, samples, rounds)
    doubts = judge.find_doubts(runs, summary, scores, p, None, samples)
    return p["linear"] <= 0.05 and all(doubts.values())


STUDIES = {  # (a study, its options, studies, the fewest and the most that are found)
    "two classes, nothing": (simulate_table, [0, TWO, 2], 200, 0, 16),
    "three unequal classes, nothing": (simulate_table, [0, THREE, 3, 11], 100, 0, 10),
    "a number, nothing": (simulate_numbers, [0], 100, 0, 10),
    "units within groups, nothing": (simulate_units, [0], 100, 0, 10),
    "three blocks of two and two, nothing": (simulate_blocks, [0, 3, 2], 100, 0, 10),
    "three blocks of three and three, nothing": (
        simulate_blocks,
        [0, 3, 3],
        100,
        0,
        10,
    ),
    "six pairs, nothing": (simulate_blocks, [0, 6, 1], 100, 0, 10),
    "three blocks of three and three, 2 SD": (
        simulate_blocks,
        [2, 3, 3],
        50,
        25,
        50,
    ),
    "two classes, 2 SD": (simulate_table, [2, TWO, 2], 100, 40, 100),
    "three unequal classes, 4 SD": (simulate_table, [4, THREE, 3, 11], 50, 40, 50),
    "a number, 2 SD": (simulate_numbers, [2], 50, 30, 50),
    "units within groups, 3 SD": (simulate_units, [3], 50, 30, 50),
    "brightness only": (simulate_images, [0.15, 0], 100, 0, 10),
    "texture": (simulate_images, [0, 0.25], 25, 20, 25),
    "texture and brightness": (simulate_images, [0.15, 0.25], 25, 20, 25),
}


@pytest.mark.slow
@pytest.mark.parametrize("what", STUDIES)
def test_effect_is_found_and_nothing_else(what):
    simulate, options, studies, least, most = STUDIES[what]
    judge_study = says_yes if simulate is simulate_images else is_found
    found = 0
    for seed in range(studies):
        found += judge_study(*simulate(np.random.default_rng(seed), *options))
    assert least <= found <= most, f"found in {found} of {studies}"


@pytest.mark.slow
@pytest.mark.parametrize("blocks, pairs", [(3, 2), (2, 2), (3, 3), (6, 1)])
def test_score_without_an_effect_is_that_with_shuffled_labels(blocks, pairs):
    settings = SimpleNamespace(**SETTINGS, KIND="classes")
    runs = {"linear": None}
    gaps = []
    for seed in range(100):
        x, samples = simulate_blocks(np.random.default_rng(seed), 0, blocks, pairs)
        runs["linear"] = judge.make_models(settings)[0], x
        ways, least_p = design.find_ways(samples, settings, Notes())
        scores, _ = judge.permute_labels(runs, samples, ways[:20], least_p, settings)
        gaps.append(scores["linear"].iloc[0] - scores["linear"].mean())
    assert abs(np.mean(gaps)) < 3 * np.std(gaps) / len(gaps) ** 0.5
