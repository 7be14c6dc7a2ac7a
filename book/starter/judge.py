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
from report import Doubt

threadpool_limits(1)  # faster for models this small

# What the names of controls say.
ALONE = " alone"
BRIGHTNESS = "image brightness alone"
SHARPNESS = "image sharpness alone"
NEITHER = "neither brightness nor sharpness"
GAPS_ALONE = "missing values alone"
MAY_BE = {BRIGHTNESS: "exposure", SHARPNESS: "focus", GAPS_ALONE: "gaps"}
AGAIN = (
    "let somebody who does not know the labels image or measure some samples of each "
    "again, in mixed order"
)


def make_linear(settings):
    """Return logistic regression, or ridge regression for numbers."""
    model = linear_model.LogisticRegression(max_iter=1000, class_weight="balanced")
    if settings.KIND == "number":
        model = linear_model.Ridge()
    return make_pipeline(StandardScaler(), model)


def make_forest(settings):
    options = {"random_state": settings.SEED}
    if settings.KIND == "number":
        return ensemble.RandomForestRegressor(**options)
    return ensemble.RandomForestClassifier(class_weight="balanced", **options)


def make_tree(settings):
    options = {"min_samples_leaf": 3, "random_state": settings.SEED}
    if settings.KIND == "number":
        return tree.DecisionTreeRegressor(**options)
    return tree.DecisionTreeClassifier(class_weight="balanced", **options)


class Network(base.BaseEstimator):
    """The network of study.py, with the methods of a model of scikit-learn.

    make_network(shape of an input, number of outputs) returns its layers, and
    train(network, X, y, loss_fn) trains them.
    """

    def __init__(self, make_network, train, kind, seed):
        self.make_network, self.train = make_network, train
        self.kind, self.seed = kind, seed

    def fit(self, X, y):
        """Train on inputs (rows, ...) that are brought to mean 0 and SD 1; so are
        labels that are numbers. Classes count the same, whatever their rows."""
        torch.manual_seed(self.seed)
        X = torch.as_tensor(X, dtype=torch.float32)
        axes = (0, 2, 3) if X.ndim == 4 else 0  # pixels of a channel share their mean
        self.mean_ = X.mean(axes, keepdim=True)
        self.std_ = X.std(axes, keepdim=True).clamp(min=1e-12)
        if self.kind == "classes":
            self.classes_, y, counts = np.unique(
                y, return_inverse=True, return_counts=True
            )
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
    runs = {}
    for name, model in models.items():
        is_network = isinstance(model, Network)
        X = inputs.pixels if is_network else inputs.features.to_numpy()
        if settings.GAPS and not settings.IMAGES:
            fill = SimpleImputer(strategy=settings.GAPS, keep_empty_features=True)
            model = make_pipeline(fill, model)
        runs[name] = model, X
    return runs


def plan_controls(words, nuisance, features, settings):
    """Return what should tell nothing, each with a model that finds it if it does."""
    linear, one_tree = make_linear(settings), make_tree(settings)
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
    table = pd.DataFrame(answers).groupby(samples.unit).mean()
    y = pd.Series(samples.y).groupby(samples.unit).first()
    if not samples.classes:
        return pd.DataFrame({"label": y, "answer": table[0]})
    own = table.to_numpy()[np.arange(len(y)), y]
    is_right = table.idxmax(axis=1) == y
    label = y.map(dict(enumerate(samples.classes)))
    return pd.DataFrame({"label": label, "answer": own, "right": is_right})


def permute_labels(runs, samples, ways, least_p, settings):
    """Return the scores of runs by each way to deal out the labels (ways, runs), and p.

    p (runs,) is the share of ways, the real one among them, that score as well; it is
    never below least_p, the least that the design allows, whatever the number of ways.
    """
    scores = []
    for y in ways:
        dealt = replace(samples, y=y)
        # Rounds depend on labels, so they are drawn anew: all ways are treated alike.
        rounds = design.make_rounds(dealt, settings)
        answers = cross_validate(runs, dealt, rounds)
        scores.append({name: score(them, dealt) for name, them in answers.items()})
    scores = pd.DataFrame(scores)
    is_as_good = scores >= scores.iloc[0] - 1e-9  # the last digits of sums differ
    return scores, is_as_good.mean().clip(lower=least_p)


def summarise(answers, p, samples, rounds):
    """Return a table of runs, and their scores in each round (rounds, runs)."""
    measure = "balanced accuracy" if samples.classes else "R2"
    rows, scores = {}, {}
    for name, answer in answers.items():
        total = score(answer, samples)
        scores[name] = [score(answer, samples, tested) for _, tested in rounds]
        row = {measure: total, "SD over rounds": np.std(scores[name], ddof=1)}
        if samples.classes:
            right = judge_units(answer, samples)["right"]
            row[f"right ({samples.unit_name})"] = f"{right.sum()} of {len(right)}"
        else:
            error = (1 - total) * find_variance(samples)
            row["typical error (RMSE)"] = np.sqrt(error)
        rows[name] = row
    summary = pd.DataFrame.from_dict(rows, orient="index")
    return summary.assign(p=p.map("{:.3f}".format)), pd.DataFrame(scores)


def look_at_features(inputs, samples, rounds, settings):
    """Return the scores of trees that have one feature alone, and doubts about them."""
    alone = {}
    for name in inputs.features:
        one = replace(inputs, features=inputs.features[[name]])
        runs = plan_runs({name: make_tree(settings)}, one, settings)
        answers = cross_validate(runs, samples, rounds)
        alone[name] = score(answers[name], samples)
    best = [f"{name!r} ({it:.2f})" for name, it in alone.items() if it >= 0.95]
    doubts = []
    if best and not settings.IMAGES:
        text = f"Alone, each of these predicts nearly all: {list_some(best)}. Was it "
        text += "known before the label? Does the label, or the day, enter it?"
        doubts.append(Doubt(text, "the label enters a feature"))
    return pd.Series(alone, name="score alone").sort_values(ascending=False), doubts


def find_doubts(models, summary, scores, p, words, samples):
    """Return what may explain the score of the linear model.

    scores (rounds, runs); p (tested runs,). A control, which is none of the models, is
    doubted if it is behind the best of them by at most the SD of this over the rounds,
    and if its own p is at most 0.1, since few groups allow no low one. Brightness need
    not be found if nothing is without it and sharpness.
    """
    totals = summary.iloc[:, 0]
    best = totals[list(models)].idxmax()
    doubts = []
    for name in p.index.drop([*models, NEITHER], errors="ignore"):
        behind = scores[best] - scores[name]
        is_nothing_left = name == BRIGHTNESS and p[NEITHER] > 0.05
        is_found = p[name] <= 0.1 or is_nothing_left
        if behind.mean() > behind.std() or not is_found:
            continue
        text = f"{name[0].upper()}{name[1:]} scores {totals[name]:.2f} "
        text += f"(p = {p[name]:.3f}), the best model {totals[best]:.2f}. "
        if is_nothing_left:
            text += "Without brightness and sharpness nothing is shown "
            text += f"(p = {p[NEITHER]:.3f}). "
        if name in MAY_BE:
            text += f"It may be the effect, or {MAY_BE[name]}: {AGAIN}."
            unless = "" if is_nothing_left else f"{MAY_BE[name]} differed"
            doubts.append(Doubt(text, unless))
        else:
            text += suggest_split(words, name.removesuffix(ALONE), samples)
            doubts.append(Doubt(text, is_of_design=True))
    return doubts


def suggest_split(words, name, samples):
    """Return what can be done about a column of the table that may tell the label."""
    table = pd.DataFrame({"value": words[name].to_numpy(), "y": samples.y})
    units = table.groupby(samples.unit).first()
    mixed = (units.groupby("value")["y"].transform("nunique") > 1).sum()
    if mixed == len(units):
        return (
            f"If labels were dealt out within each {name!r}, set BLOCK = {name!r}; if "
            "not, repeat the study so."
        )
    text = f"Repeat the study with labels dealt out within each {name!r}, or with one "
    text += "for all."
    if mixed:
        text += f" Here {mixed} of {len(units)} units ({samples.unit_name}) have one "
        text += "that occurs with both labels: study these."
    return text
