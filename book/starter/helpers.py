"""Groups, models, scores, the test, doubts, and the page of results.

Throughout, `kind` is "classes" or "number", `y` holds a label and `group` a number for each row,
and `rounds` are pairs of training and test rows.
"""

import math
import warnings
from collections import Counter
from html import escape
from string import Template

import numpy as np
import pandas as pd
import torch
from files import list_some, show_progress, stop
from matplotlib.figure import Figure
from scipy.sparse.csgraph import connected_components
from sklearn import (compose, dummy, ensemble, impute, inspection, linear_model, metrics,
                     model_selection, pipeline, preprocessing, set_config, tree)
from sklearn.base import BaseEstimator
from torch import nn

torch.set_num_threads(1)  # faster for models this small
set_config(assume_finite=True, skip_parameter_validation=True)  # so are thousands of fits
warnings.filterwarnings("ignore", "y_pred contains classes")  # a round may lack one

def join_groups(tidy):
    """Return a number for each row: the same for rows that share a value, also by detours."""
    holds = pd.get_dummies(tidy).to_numpy(int)
    return connected_components(holds @ holds.T)[1]

def is_constant(y, group):
    """Say whether all rows of each group have the same label."""
    return pd.Series(y).groupby(group).nunique().max() == 1

class Design:
    """Which labels units could have had instead: permuted among the units of each block.

    `total` counts the different ways, and `alike` those that score the same by design, since the
    model treats classes alike: the real one, and those in which classes only change places.
    """

    def __init__(self, y, unit, block, kind):
        first, self.index = np.unique(unit, return_index=True, return_inverse=True)[1:]
        self.labels = y[first]
        self.blocks = [np.flatnonzero(block[first] == name) for name in np.unique(block)]
        counts = [Counter(self.labels[members].tolist()) for members in self.blocks]
        self.total = math.prod(
            math.factorial(it.total()) // math.prod(map(math.factorial, it.values()))
            for it in counts)
        places = Counter(tuple(it[label] for it in counts) for label in set(y.tolist()))
        self.alike = math.prod(map(math.factorial, places.values())) if kind == "classes" else 1

    def find_smallest_p(self, number):
        return max(self.alike / self.total, 0 if self.total <= number else 1 / (number + 1))

    def draw(self, number, seed):
        """Yield the labels of all rows in each way, or in so many random ones of more."""
        rng, seen = np.random.default_rng(seed), set()
        while len(seen) < min(self.total, number):
            labels = self.labels.copy()
            for members in self.blocks:
                labels[members] = rng.permutation(labels[members])
            way = tuple(labels) if self.total <= number else len(seen)
            if way not in seen:
                seen.add(way)
                yield labels[self.index]

class Network(BaseEstimator):
    """A small network: one hidden layer for tables, two convolutions for images."""

    def __init__(self, kind, epochs, rate, seed):
        self.kind, self.epochs, self.rate, self.seed = kind, epochs, rate, seed

    def fit(self, X, y):
        torch.manual_seed(self.seed)
        X = torch.as_tensor(X, dtype=torch.float32)
        axes = (0, 2, 3) if X.ndim == 4 else 0
        self.mean_, self.std_ = X.mean(axes, keepdim=True), X.std(axes, keepdim=True)
        self.std_[self.std_ == 0] = 1
        if self.kind == "classes":
            self.classes_, y = np.unique(y, return_inverse=True)
            weight = torch.tensor(len(y) / len(self.classes_) / np.bincount(y)).float()
            y, outputs, loss_fn = torch.tensor(y), len(weight), nn.CrossEntropyLoss(weight)
        else:
            y, outputs, loss_fn = torch.tensor(y).float()[:, None], 1, nn.MSELoss()
        if X.ndim == 4:
            self.model_ = nn.Sequential(
                nn.Conv2d(X.shape[1], 8, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
                nn.Conv2d(8, 16, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
                nn.Flatten(), nn.Linear(16 * (X.shape[2] // 4) ** 2, outputs))
        else:
            self.model_ = nn.Sequential(
                nn.Linear(X.shape[1], 32), nn.ReLU(), nn.Linear(32, outputs))
        optimizer = torch.optim.Adam(self.model_.parameters(), lr=self.rate)
        for _ in range(self.epochs):
            for batch in torch.randperm(len(X)).split(20):
                loss = loss_fn(self.respond(X[batch]), y[batch])
                optimizer.zero_grad()
                loss.backward()
                optimizer.step()
        return self

    def respond(self, X):
        return self.model_((torch.as_tensor(X, dtype=torch.float32) - self.mean_) / self.std_)

    def predict_proba(self, X):
        return self.respond(X).softmax(1).detach().numpy()

    def predict(self, X):  # numbers; of classes, the probabilities are asked for
        return self.respond(X)[:, 0].detach().numpy()

def make_models(kind, gaps, epochs, rate, seed):
    """Return models by their names; classes count the same, however many rows they have."""
    network, scale = Network(kind, epochs, rate, seed), preprocessing.StandardScaler()
    if kind == "classes":
        options = {"class_weight": "balanced", "random_state": seed}
        models = {"most frequent class": dummy.DummyClassifier(),
                  "linear": linear_model.LogisticRegression(max_iter=1000, **options),
                  "forest": ensemble.RandomForestClassifier(**options), "network": network,
                  "tree": tree.DecisionTreeClassifier(min_samples_leaf=3, **options)}
    else:
        models = {"mean": dummy.DummyRegressor(), "linear": linear_model.Ridge(),
                  "forest": ensemble.RandomForestRegressor(random_state=seed),
                  "network": compose.TransformedTargetRegressor(network, transformer=scale),
                  "tree": tree.DecisionTreeRegressor(min_samples_leaf=3, random_state=seed)}
    fill = [impute.SimpleImputer(strategy=gaps, keep_empty_features=True)] if gaps else []
    return {name: pipeline.make_pipeline(*fill, *([scale] if name == "linear" else []), model)
            for name, model in models.items()}

def make_rounds(y, group, kind, folds, seed):
    """Return rounds that divide no group and test about as many groups of each class."""
    first, index = np.unique(group, return_index=True, return_inverse=True)[1:]
    options = {"n_splits": folds, "shuffle": True, "random_state": seed}
    if kind == "classes" and not (y == y[first][index]).all():
        return list(model_selection.StratifiedGroupKFold(**options).split(y, y, group))
    splitter = model_selection.StratifiedKFold if kind == "classes" else model_selection.KFold
    tests = [np.isin(index, it) for _, it in splitter(**options).split(first, y[first])]
    return [(np.flatnonzero(~it), np.flatnonzero(it)) for it in tests]

def cross_validate(model, X, y, rounds, kind, name=""):
    """Return the answer to each row: probabilities (rows, classes), or numbers (rows,)."""
    show_progress(name)
    method = "predict_proba" if kind == "classes" else "predict"
    return model_selection.cross_val_predict(model, X, y, cv=rounds, method=method)

def score_answers(answers, y, group, kind):
    """Return balanced accuracy and None, or R2 and the root of the mean squared error.

    Each class counts the same, and in a class each group; of numbers, each group.
    """
    cell = y * len(y) + group if kind == "classes" else group
    _, cell, size = np.unique(cell, return_inverse=True, return_counts=True)
    weight = {"sample_weight": 1 / size[cell]}
    if kind == "classes":
        return metrics.balanced_accuracy_score(y, answers.argmax(1), **weight), None
    return (metrics.r2_score(y, answers, **weight),
            metrics.root_mean_squared_error(y, answers, **weight))

def score_rounds(answers, y, group, rounds, kind):
    """Return balanced accuracy, or minus the error, of each round: the more, the better."""
    scores = [score_answers(answers[it], y[it], group[it], kind) for _, it in rounds]
    return np.array([score if error is None else -error for score, error in scores])

def is_as_good(each, best):
    """Say whether a model is behind another by at most one SD of the rounds' differences."""
    return np.mean(best - each) <= np.std(best - each, ddof=1)

def average_groups(answers, y, group):
    """Return the mean answer and the label of each group."""
    means = pd.DataFrame(answers).groupby(group).mean().to_numpy()
    return means, pd.Series(y).groupby(group).mean().to_numpy()

def permute_labels(model, X, y, group, design, kind, folds, number, seed):
    """Return the p-value of a model fixed beforehand, and its scores by permuted labels.

    Rounds are drawn anew for each way to permute, so that all ways are treated alike.
    """
    def score(labels):
        rounds = make_rounds(labels, group, kind, folds, seed)
        answers = cross_validate(model, X, labels, rounds, kind)
        return score_answers(answers, labels, group, kind)[0]

    scores = []
    for labels in design.draw(number, seed):
        scores.append(score(labels))
        show_progress(f"labels permuted: {len(scores)} of {min(design.total, number)}")
    show_progress()
    count, is_drawn = np.sum(np.array(scores) >= score(y) - 1e-9), design.total > number
    p = (count + is_drawn) / (len(scores) + is_drawn)  # with drawn ways, the real one counts
    return max(p, design.find_smallest_p(number)), np.array(scores)

def look_at_columns(tidy, y, group, nuisance):
    """Return doubts about columns: forgotten groups, and days that have one label only."""
    doubts = []
    for name in tidy:
        value, many = tidy[name].to_numpy(), tidy[name].nunique()
        if len(set(group)) == len(y) and 4 <= many <= len(y) / 2 and name not in nuisance:
            stop(f"Every row is a group of its own, but {name!r} repeats ({many} values in "
                 f"{len(y)} rows). If it was sampled (mouse, patient), set GROUPS = [{name!r}]; "
                 "if not, name it in NUISANCE, or delete the column.")
        spread = pd.Series(group).groupby(value).nunique()
        if many > 1 and is_constant(y, value) and spread[spread > 1].sum() >= len(set(group)) / 4:
            doubts.append(
                f"No {name!r} has more than one label. A model can read the label off it, and "
                "nobody can separate the two in these data. (If it was sampled, as a cage, add "
                "it to GROUPS; if it is the label in other words, delete it.)")
    return doubts

def look_at_features(models, X, names, y, group, rounds, kind):
    """Return what each feature is worth, and a doubt where one alone predicts too well.

    What the linear model loses (accuracy, or R2) when the column is permuted in the test rows,
    and what a tree scores that has only this column.
    """
    lost = [inspection.permutation_importance(
        models["linear"].fit(X[trained], y[trained]), X[tested], y[tested], n_repeats=10,
        random_state=0, scoring="accuracy" if kind == "classes" else "r2").importances_mean
        for trained, tested in rounds]
    alone = [cross_validate(models["tree"], X[:, [j]], y, rounds, kind, f"{name} alone")
             for j, name in enumerate(names)]
    show_progress()
    worth = pd.DataFrame({"lost when permuted": np.mean(lost, 0),
                          "alone": [score_answers(it, y, group, kind)[0] for it in alone]}, names)
    best = worth["alone"].sort_values(ascending=False).loc[lambda it: it >= 0.95]
    told = list_some(f"{name!r} ({score:.2f})" for name, score in best.items())
    return worth.sort_values("lost when permuted", ascending=False).round(2), [
        f"Alone, {told} predicts nearly all. Was it known before the label, and did neither the "
        "label nor the day enter it?"][:len(best)]

def draw_results(path, names, classes, y, group, rounds, answers, permuted, score):
    """Draw which round tests which group, what the linear model answers, and its test."""
    figure = Figure((14, 5), layout="constrained")
    left, middle, right = figure.subplots(1, 3)
    place = np.argsort(np.argsort(average_groups(y, y, group)[1], kind="stable"))[group]
    for number, (_, rows) in enumerate(rounds, 1):
        left.scatter([number] * len(rows), place[rows], c=y[rows], marker="s", cmap="coolwarm",
                     vmin=y.min(), vmax=y.max())
    if place.max() < 40:
        left.set_yticks(place, names, fontsize=8)
    left.set(title="Groups (colours: labels)", xlabel="round in which it is tested")
    if len(classes):
        metrics.ConfusionMatrixDisplay.from_predictions(
            y, answers.argmax(1), display_labels=classes, ax=middle, colorbar=False)
    else:
        middle.plot(y, answers, "o", alpha=0.5)
        middle.axline((y.mean(), y.mean()), slope=1, color="grey")
        middle.set(xlabel="true", ylabel="predicted")
    middle.set_title("Rows, by the linear model")
    right.hist(permuted, 25, color="silver", label="labels permuted")
    right.axvline(score, color="tab:orange", label="real labels")
    right.set(title="Test of the linear model", xlabel="score", ylabel="permutations")
    right.legend()
    figure.savefig(path)

PAGE = Template("""<!DOCTYPE html><html lang="en"><meta charset="utf-8"><title>$title</title>
<style>body {font: 16px/1.5 sans-serif; max-width: 1000px; margin: 2em auto; padding: 0 1em}
table {border-collapse: collapse} td, th {padding: 0.1em 1em; text-align: right}</style>
<h1>$title</h1><img width="100%" src="$picture" alt="Groups and rounds, answers, test">$parts
""")

def write_page(path, title, picture, parts):
    """Write a page of a picture and of parts by their headings: tables, or lines of text."""
    text = "".join(f"<h2>{escape(heading)}</h2>" + (
        part.to_html(na_rep="") if isinstance(part, pd.DataFrame)
        else "".join(f"<p>{escape(line)}</p>" for line in part))
        for heading, part in parts.items())
    path.write_text(PAGE.substitute(title=escape(title), picture=picture, parts=text), "utf-8")
