"""How often the starter's test finds something, in studies without and with an effect.

The starter's README states both numbers.
"""

import sys

import numpy as np
import pytest

from conftest import ROOT

FOLDER = ROOT / "book" / "starter"
STUDIES, MICE, ROWS, ROUNDS, PERMUTATIONS = 200, 12, 3, 6, 199


def is_found(shift: float, seed: int, helpers) -> bool:
    """Say whether p is at most 5% where classes differ by `shift` SDs of mice."""
    mouse = np.repeat(np.arange(MICE), ROWS)
    y = mouse % 2
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(MICE, 2))[mouse] + rng.normal(size=(len(y), 2))
    x[:, 0] += shift * y
    ways, *_ = helpers.find_ways(
        y, mouse, np.zeros(len(y)), "classes", PERMUTATIONS, seed
    )
    model = helpers.make_models("classes", None, 30, 0)["linear"]
    most, scores = 0.05 * len(ways), np.zeros(0)
    for some in (
        ways[:40],
        ways[40:],
    ):  # most studies without an effect are decided by the first
        more = helpers.permute_labels(model, x, some, mouse, "classes", ROUNDS, seed)
        scores = np.append(scores, more)
        if np.sum(scores >= scores[0] - 1e-9) > most:
            return False
    return True


@pytest.mark.slow
@pytest.mark.parametrize(("shift", "least", "most"), [(0, 0, 16), (2, 90, 200)])
def test_power(monkeypatch, record_property, shift, least, most):
    monkeypatch.syspath_prepend(FOLDER)
    monkeypatch.delitem(sys.modules, "helpers", raising=False)
    import helpers

    found = sum(is_found(shift, seed, helpers) for seed in range(STUDIES))
    record_property(f"of {STUDIES} found at a shift of {shift} SD", float(found))
    assert least <= found <= most
