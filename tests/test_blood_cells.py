"""What the chapter on blood cells finds, worked out from the data without the chapter.

The cells are dealt out in another way than there, so that its ranges are those of the data.
"""

import re

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import balanced_accuracy_score
from sklearn.model_selection import StratifiedKFold, cross_val_predict, cross_val_score
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler

from tools.book import ROOT, Book

FOLDER = ROOT / "data" / "pbmc"
CHAPTER = Book().page("book/blood-cells").text
FOLDS = StratifiedKFold(n_splits=5, shuffle=True, random_state=1)
MOST = 240  # cells of the largest type


@pytest.fixture(scope="module")
def expression() -> pd.DataFrame:
    return pd.read_csv(FOLDER / "expression.csv.gz", index_col="cell")


@pytest.fixture(scope="module")
def cells() -> pd.DataFrame:
    return pd.read_csv(FOLDER / "cells.csv", index_col="cell")


@pytest.fixture(scope="module")
def inputs(expression: pd.DataFrame) -> np.ndarray:
    return expression.to_numpy()


@pytest.fixture(scope="module")
def labels(cells: pd.DataFrame) -> np.ndarray:
    return pd.factorize(cells["cell_type"], sort=True)[0]


def make_model() -> Pipeline:
    return make_pipeline(StandardScaler(), LogisticRegression(C=0.01, max_iter=1000))


def read_range(name: str) -> tuple[float, float]:
    """Return the range that a hidden cell of the chapter asserts of a value."""
    found = re.search(rf"^assert ([\d.]+) < {re.escape(name)} < ([\d.]+)$", CHAPTER, re.M)
    assert found, f"the chapter asserts no range of {name}"
    return float(found[1]), float(found[2])


def test_majority_and_logistic_regression_score_what_the_chapter_states(inputs, labels):
    low, high = read_range("majority")
    assert low < np.bincount(labels).max() / len(labels) < high
    low, high = read_range("linear_by_round.mean()")
    assert low < cross_val_score(make_model(), inputs, labels, cv=FOLDS).mean() < high


def test_values_are_logarithms_of_shares_of_whole_molecules(inputs, cells):
    counts = np.expm1(inputs) * cells["n_counts"].to_numpy()[:, None] / 10_000
    assert np.abs(counts - counts.round())[counts < 3.5].max() < 0.05
    low, high = read_range("nonzero")
    assert low < np.mean(inputs > 0) < high


@pytest.mark.parametrize(
    ("gene", "types"),
    [
        ("CD3D", "T$|T Reg|Memory|Cytotoxic"),
        ("CD79A", "CD19"),
        ("NKG7", "CD56|Cytotoxic T$"),
        ("LYZ", "Mono|Dendritic"),
        ("FCGR3A", "Mono"),
    ],
)
def test_known_marker_is_highest_in_the_types_that_it_marks(expression, cells, gene, types):
    means = expression[gene].groupby(cells["cell_type"]).mean()
    is_marked = means.index.str.contains(types)
    others = means[~is_marked].drop("CD56+ NK", errors="ignore")
    assert means[is_marked].min() > 2 * others.max()


def draw_copies(labels: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Return the numbers of as many cells of each type as the largest has, with copies."""
    numbers = [rng.choice(np.flatnonzero(labels == k), MOST) for k in np.unique(labels)]
    return np.concatenate(numbers)


def copy_then_split(inputs, labels) -> float:
    drawn = draw_copies(labels, np.random.default_rng(1))
    y_hat = cross_val_predict(make_model(), inputs[drawn], labels[drawn], cv=FOLDS)
    return balanced_accuracy_score(labels[drawn], y_hat)


def split_then_copy(inputs, labels) -> float:
    rng, y_hat = np.random.default_rng(1), np.zeros_like(labels)
    for trained, tested in FOLDS.split(inputs, labels):
        drawn = trained[draw_copies(labels[trained], rng)]
        assert not np.isin(drawn, tested).any()
        y_hat[tested] = make_model().fit(inputs[drawn], labels[drawn]).predict(inputs[tested])
    return balanced_accuracy_score(labels, y_hat)


def test_copies_made_before_the_split_leak(inputs, labels):
    honest = split_then_copy(inputs, labels)
    low, high = read_range("proper")
    assert low < honest < high
    assert copy_then_split(inputs, labels) > honest + 0.2


def test_leak_reports_success_where_labels_are_dealt_out_by_lot(inputs, labels):
    lot = np.random.default_rng(1).permutation(labels)
    low, high = read_range("proper_lot")
    assert low < split_then_copy(inputs, lot) < high
    assert copy_then_split(inputs, lot) > 0.8


def test_cells_called_cd14_monocytes_carry_messages_for_cd16(expression, cells):
    share = (expression["FCGR3A"] > 0).groupby(cells["cell_type"]).mean()
    low, high = read_range("cd16")
    assert low < share["CD14+ Monocyte"] < high
