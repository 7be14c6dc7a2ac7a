"""Models in the same rounds, their scores, and the test of the linear one."""

from dataclasses import replace

import numpy as np
import pandas as pd
import torch
from sklearn import base, ensemble, linear_model, tree
from sklearn.impute import SimpleImputer
from sklearn.model_selection import cross_val_predict
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from threadpoolctl import threadpool_limits
from torch import nn

import design
import images
from files import list_some, read_values

threadpool_limits(1)  # faster for models this small

ALONE = " alone"
BRIGHTNESS = "image brightness alone"
SHARPNESS = "image sharpness alone"
NEITHER = "neither brightness nor sharpness"
GAPS_ALONE = "missing values alone"
MAY_BE = {BRIGHTNESS: "exposure", SHARPNESS: "focus", GAPS_ALONE: "gaps"}


def make_models(settings):
    """Return a linear model, a forest and a tree, for classes or for numbers."""
    options = {"random_state": settings.SEED}
    if settings.KIND == "number":
        linear = linear_model.Ridge()
        forest = ensemble.RandomForestRegressor(**options)
        one_tree = tree.DecisionTreeRegressor(min_samples_leaf=3, **options)
    else:
        options["class_weight"] = "balanced"
        linear = linear_model.LogisticRegression(max_iter=1000, **options)
        forest = ensemble.RandomForestClassifier(**options)
        one_tree = tree.DecisionTreeClassifier(min_samples_leaf=3, **options)
    return make_pipeline(StandardScaler(), linear), forest, one_tree


class Network(base.BaseEstimator):
    """The network of study.py, with the methods of a model of scikit-learn.

    make_network(shape of an input, number of outputs) returns its layers, and
    train(network, X, y, loss_fn) trains them.
    """

    def __init__(self, make_network, train, kind, seed):
        self.make_network, self.train = make_network, train
        self.kind, self.seed = kind, seed

    def fit(self, X, y):
        """Train on inputs (rows, ...), brought to mean 0 and SD 1 as numbers in y are.

        Classes count the same, whatever their rows.
        """
        torch.manual_seed(self.seed)
        X = torch.as_tensor(X, dtype=torch.float32)
        axes = (0, 2, 3) if X.ndim == 4 else 0  # pixels of a channel share their mean
        self.mean_ = X.mean(axes, keepdim=True)
        self.std_ = X.std(axes, keepdim=True).clamp(min=1e-12)
        if self.kind == "classes":
            found = np.unique(y, return_inverse=True, return_counts=True)
            self.classes_, y, counts = found
            y, outputs = torch.tensor(y), len(counts)
            loss_fn = nn.CrossEntropyLoss(torch.tensor(1 / counts).float())
        else:
            self.y_mean_, self.y_std_ = y.mean(), max(y.std(), 1e-12)
            y = torch.tensor((y - self.y_mean_) / self.y_std_).float()[:, None]
            outputs, loss_fn = 1, nn.MSELoss()
        self.network_ = self.make_network(X.shape[1:], outputs)
        self.train(self.network_, (X - self.mean_) / self.std_, y, loss_fn)
        self.network_.eval()
        return self

    @torch.no_grad()
    def respond(self, X):
        X = torch.as_tensor(X, dtype=torch.float32)
        return self.network_((X - self.mean_) / self.std_)

    def predict_proba(self, X):
        """Return probabilities (rows, classes)."""
        return self.respond(X).softmax(1).numpy()

    def predict(self, X):
        """Return numbers (rows,)."""
        return self.respond(X)[:, 0].numpy() * self.y_std_ + self.y_mean_


def plan_runs(models, inputs, settings):
    """Return each model with its inputs: pixels for a network, or else features."""
    fill = SimpleImputer(strategy=settings.GAPS or "mean", keep_empty_features=True)
    runs = {}
    for name, model in models.items():
        runs[name] = make_pipeline(fill, model), inputs.features.to_numpy()
        if settings.IMAGES and isinstance(model, Network):
            runs[name] = model, inputs.pixels
    return runs


def plan_controls(words, nuisance, features, settings):
    """Return what should tell nothing, each with a model that finds it if it does."""
    linear, _, one_tree = make_models(settings)
    controls = {}
    if settings.IMAGES:
        is_bright = features.columns.str.startswith(images.BRIGHTNESS)
        is_sharp = features.columns.str.startswith(images.SHARPNESS)
        controls[BRIGHTNESS] = linear, features.loc[:, is_bright]
        controls[SHARPNESS] = linear, features.loc[:, is_sharp]
        controls[NEITHER] = linear, features.loc[:, ~is_bright & ~is_sharp]
    is_gap = features.isna()
    if is_gap.any(axis=None):
        controls[GAPS_ALONE] = one_tree, is_gap
    for name in nuisance:  # as words, and as numbers
        columns = [pd.get_dummies(words[name]), read_values(words[name])]
        controls[name + ALONE] = one_tree, np.column_stack(columns)
    return {name: (model, np.array(X, float)) for name, (model, X) in controls.items()}


def cross_validate(runs, samples, rounds):
    """Return the answers of runs to each row, given when the row was held back.

    They are probabilities (rows, classes), or numbers (rows,).
    """
    method = "predict_proba" if samples.classes else "predict"
    return {
        name: cross_val_predict(model, X, samples.y, cv=rounds, method=method)
        for name, (model, X) in runs.items()
    }


def find_variance(samples):
    """Return the variance of labels that are numbers, if each group counts the same."""
    size = pd.Series(samples.group).groupby(samples.group).transform("size")
    return float(np.cov(samples.y, ddof=0, aweights=1 / size))


def score(answers, samples, rows=slice(None)):
    """Return balanced accuracy or R2 of some rows.

    Each class counts the same, and in it each group, whatever its rows. R2 is
    1 - squared error / variance, and the variance is that of all rows.
    """
    y, part = samples.y, samples.y
    if samples.classes:
        points = answers.argmax(1) == y
    else:
        part = np.zeros(len(y))
        points = 1 - (answers - y) ** 2 / find_variance(samples)
    table = pd.DataFrame({"class": part, "group": samples.group, "points": points})
    of_groups = table.iloc[rows].groupby(["class", "group"])["points"].mean()
    return float(of_groups.groupby("class").mean().mean())


def judge_units(answers, samples):
    """Return of each unit its label, the mean answer to its rows, and if it is right.

    The mean answer is the probability of its own class, or a number; a number is not
    called right or wrong.
    """
    means = pd.DataFrame(answers).groupby(samples.unit).mean()
    y = pd.Series(samples.y).groupby(samples.unit).first()
    if not samples.classes:
        return pd.DataFrame({"label": y, "answer": means[0]})
    units = pd.DataFrame({"label": np.array(samples.classes)[y]}, means.index)
    units["probability of its label"] = means.to_numpy()[np.arange(len(y)), y]
    units["right"] = np.where(means.idxmax(axis=1) == y, "right", "WRONG")
    return units


def permute_labels(runs, samples, ways, least_p, settings):
    """Return the scores of runs by each way to deal out the labels (ways, runs), and p.

    p (runs,) is the share of ways, the real one among them, that score as well; it is
    never below least_p, the least that the design allows, whatever the number of ways.
    """
    scores = []
    for y in ways:
        relabelled = replace(samples, y=y)
        # Rounds depend on labels, so they are drawn anew: all ways are treated alike.
        rounds = design.make_rounds(relabelled, settings)
        answers = cross_validate(runs, relabelled, rounds)
        scores.append({run: score(answers[run], relabelled) for run in runs})
    scores = pd.DataFrame(scores)
    is_as_good = scores >= scores.iloc[0] - 1e-9  # the last digits of sums differ
    return scores, is_as_good.mean().clip(lower=least_p)


def summarise(answers, permuted, p, samples, rounds):
    """Return a table of runs, and their scores in each round (rounds, runs).

    permuted (ways, tested runs): their scores by each way to deal out the labels.
    """
    rows, scores = {}, {}
    for name, answer in answers.items():
        total = score(answer, samples)
        scores[name] = [score(answer, samples, tested) for _, tested in rounds]
        row = {samples.measure: total, "SD over rounds": np.std(scores[name], ddof=1)}
        if samples.classes:
            is_right = judge_units(answer, samples)["right"] == "right"
            row[f"right ({samples.unit_name})"] = f"{is_right.sum()} of {len(is_right)}"
        else:
            row["typical error (RMSE)"] = np.sqrt((1 - total) * find_variance(samples))
        rows[name] = row
    summary = pd.DataFrame.from_dict(rows, orient="index")
    shuffled, p = permuted.mean().map("{:.2f}".format), p.map("{:.3f}".format)
    return summary.assign(shuffled=shuffled, p=p).fillna(""), pd.DataFrame(scores)


def look_at_features(inputs, samples, rounds, settings):
    """Return the scores of trees that have one feature alone, and doubts about them."""
    one_tree, features = make_models(settings)[2], inputs.features
    runs = {name: (one_tree, features[[name]].to_numpy()) for name in features}
    answers = cross_validate(runs, samples, rounds)
    alone = {name: score(them, samples) for name, them in answers.items()}
    best = [f"{name!r} ({it:.2f})" for name, it in alone.items() if it >= 0.95]
    doubts = {}
    if best and not settings.IMAGES:
        text = f"Alone, each of these predicts nearly all: {list_some(best)}. Was it "
        text += "known before the label? Does the label, or the day, enter it?"
        doubts[text] = "the label enters a feature"
    return pd.Series(alone, name="score alone").sort_values(ascending=False), doubts


def find_doubts(models, summary, scores, p, words, samples):
    """Return what may explain the score of the linear model.

    scores (rounds, runs); p (tested runs,). A control is doubted if it is behind the
    best model by at most the SD of this over the rounds, and has p <= 0.1, since few
    groups allow no low one. If only brightness and sharpness tell, either is enough.
    """
    totals = summary.iloc[:, 0]
    best = totals[list(models)].idxmax()
    is_nothing_left = NEITHER in p and p["linear"] <= 0.05 < p[NEITHER]
    doubts, told = {}, {}
    for name in p.index.drop([*models, NEITHER], errors="ignore"):
        behind = scores[best] - scores[name]
        needed = any if name == BRIGHTNESS and is_nothing_left else all
        if not needed([behind.mean() <= behind.std(), p[name] <= 0.1]):
            continue
        text = f"{name[0].upper()}{name[1:]} scores {totals[name]:.2f} "
        text += f"(p = {p[name]:.3f}), the best model {totals[best]:.2f}."
        if name in MAY_BE:
            told[MAY_BE[name]] = text
        else:
            text += suggest_split(words, name.removesuffix(ALONE), samples)
            doubts[text] = ""
    if not told:
        return doubts
    text, reasons = " ".join(told.values()), " or ".join(told)
    unless = f"{reasons} differed"
    if is_nothing_left and MAY_BE[BRIGHTNESS] in told:
        text += " Without brightness and sharpness nothing is shown "
        text += f"(p = {p[NEITHER]:.3f})."
        unless = ""
    text += f" It may be the effect, or {reasons}: let somebody who does not know the "
    text += "labels image or measure some samples of each again, in mixed order."
    return doubts | {text: unless}


def suggest_split(words, name, samples):
    """Return what can be done about a column of the table that may tell the label."""
    values, y = words[name].to_numpy(), pd.Series(samples.y)
    mixed = set(samples.unit[y.groupby(values).transform("nunique") > 1])
    units = set(samples.unit)
    text = f" Repeat the study with labels dealt out within each {name!r}."
    if mixed:
        text += f" If they were, set BLOCK = {name!r}."
    if mixed and mixed < units:
        text += f" {len(mixed)} of {len(units)} units ({samples.unit_name}) have one "
        text += "that occurs with several labels: only these can be compared."
    return text
