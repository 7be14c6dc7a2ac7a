"""How often the starter's test finds something, in studies without and with an effect.

The starter's README states both numbers.
"""

import sys

import numpy as np
import pytest

from tools.book import ROOT

FOLDER = ROOT / "book" / "starter"
STUDIES, MICE, ROWS, PERMUTATIONS = 200, 12, 3, 99


def count_found(shift: float, monkeypatch) -> int:
    """Return in how many studies p is at most 5%; the classes differ by `shift` SDs of mice."""
    monkeypatch.syspath_prepend(FOLDER)
    monkeypatch.delitem(sys.modules, "helpers", raising=False)
    import helpers

    mouse = np.repeat(np.arange(MICE), ROWS)
    y = mouse % 2
    model = helpers.make_models("classes", None, 30, 0.002, 0)["linear"]
    design = helpers.Design(y, mouse, np.zeros(len(y)), "classes")
    found = 0
    for seed in range(STUDIES):
        rng = np.random.default_rng(seed)
        x = rng.normal(size=(MICE, 2))[mouse] + rng.normal(size=(len(y), 2))
        x[:, 0] += shift * y
        options = "classes", 3, PERMUTATIONS, seed
        found += helpers.permute_labels(model, x, y, mouse, design, *options)[0] <= 0.05
    return found


@pytest.mark.slow
@pytest.mark.parametrize(("shift", "least", "most"), [(0, 0, 16), (2, 90, 200)])
def test_power(monkeypatch, record_property, shift, least, most):
    found = count_found(shift, monkeypatch)
    record_property(f"of {STUDIES} found at a shift of {shift} SD", float(found))
    assert least <= found <= most
