"""What study.py and predict.py need: files, groups, models, the test, the page of results.

Throughout, `kind` is "classes" or "number"; `y` and `group` hold the label and the number of
the group of each row; `rounds` are pairs of training and test rows.
"""

import csv
import io
import logging
import math
import os
import re
import sys
import warnings
from collections import Counter
from html import escape
from pathlib import Path
from string import Template

os.environ.setdefault("OMP_NUM_THREADS", "1")  # faster for models this small
import numpy as np
import pandas as pd
import tifffile
import torch
from matplotlib.figure import Figure
from scipy import sparse
from sklearn import (base, compose, dummy, ensemble, impute, inspection, linear_model, metrics,
                     model_selection, pipeline, preprocessing, set_config, tree)
from torch import nn
from torch.nn.functional import avg_pool2d, interpolate

set_config(assume_finite=True, skip_parameter_validation=True)  # faster, too
warnings.filterwarnings("ignore", "y_pred contains classes")  # a round may lack one
logging.getLogger("tifffile").setLevel(logging.CRITICAL)  # what it finds is told once, by us

MISSING = {"", "na", "n/a", "nan", "nd", "n.d.", "n. d.", "#nv", "#n/a"}
NUMBER = re.compile(r"[+-]?(\d+([.,]\d*)?|[.,]\d+)(e[+-]?\d+)?", re.IGNORECASE)
said = []  # all that was told, for the page of results

def say(text):
    print(text)
    said.append(text)

def stop(*faults):
    """Stop with one line a fault; go on if there is none."""
    if faults:
        raise SystemExit("\n".join(("Stopped; no file was changed.", *faults)))

def show_progress(text=""):
    """Write over the last line of progress, where somebody looks on."""
    if sys.stdout.isatty() or "ipykernel" in sys.modules:
        print(f"\r{text:<60}", end="" if text else "\r", flush=True)

def list_some(items, most=5):
    """Return the first of some items, and how many there are if that is more."""
    items = [str(item) for item in items]
    return ", ".join(items[:most]) + f" ... ({len(items)} in all)" * (len(items) > most)

def list_cells(cells):
    return list_some(f"row {i} ({cell!r})" for i, cell in cells.items())

def read_rows(path, sheet):
    """Return the rows of a file as lists of cells, whichever way it was saved."""
    if not path.is_file() or path.suffix.lower() not in {".xlsx", ".csv", ".tsv", ".txt"}:
        stop(f"There is no file {path} that ends in .csv or .xlsx. Set TABLE to yours.")
    if path.suffix.lower() == ".xlsx":
        try:
            sheets = pd.read_excel(path, sheet_name=None, header=None, keep_default_na=False)
        except Exception as error:
            stop(f"{path} cannot be read ({error}). Save it again as .xlsx without a password.")
        if sheet not in sheets and (sheet or len(sheets) > 1):
            stop(f"{path} has the sheets {list(sheets)}: set SHEET to one of them.")
        return sheets[sheet or next(iter(sheets))].astype(object).to_numpy().tolist()
    data = path.read_bytes()
    try:
        text = data.decode("utf-16" if data[:2] in {b"\xff\xfe", b"\xfe\xff"} else "utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("cp1252", errors="replace")
        say(f"{path} is read as Windows-1252. If letters are wrong, save it as CSV UTF-8.")
    separator = max(";\t,", key=text.partition("\n")[0].count)
    rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=separator))
    if long := [i for i, row in enumerate(rows, 1) if any(row[len(rows[0]):])]:
        stop(f"{path}: row 1 names {len(rows[0])} columns, but there are more cells in row "
             f"{list_some(long)}. Is there a comma in a number? Save the table as .xlsx.")
    return rows

def is_missing(table):
    return table.map(lambda cell: cell.strip().lower() in MISSING)

def read_table(path, sheet, wanted):
    """Return a table of text that has the wanted columns, its rows numbered as in Excel."""
    table = pd.DataFrame(read_rows(Path(path), sheet), dtype=object)
    table = table.map(lambda cell: "" if cell is None or cell != cell else str(cell))
    if len(table) < 2:
        stop(f"{path} has no rows below the names of its columns.")
    names = list(table.iloc[0].str.strip())
    table = table.set_axis(names, axis=1).set_axis(range(1, len(table) + 1)).iloc[1:]
    faults = [f"{path} has {names.count(name)} columns {name!r}, and should have one."
              for name in wanted if names.count(name) != 1]
    if faults:
        faults.append(f"Its columns are {names}: change the settings, or the names; or delete "
                      "what is above the row of names.")
    stop(*faults)
    is_empty = is_missing(table).all(axis=1)
    if is_empty.any():
        say(f"{path}: empty rows are left out: {list_some(table.index[is_empty])}.")
    return table[~is_empty]

def read_numbers(table, names, gaps=None):
    """Return columns as numbers (rows, columns); `gaps` says how gaps will be filled."""
    faults, missing, commas, numbers = [], [], [], []
    for name in names:
        cells, is_gap = table[name].str.strip(), is_missing(table[name])
        is_number = cells.str.fullmatch(NUMBER)
        has_comma, has_point = (cells.str.contains(it) & is_number for it in (",", r"\."))
        missing += [f"row {i}, {name!r} ({cells[i] or 'empty'})" for i in cells.index[is_gap]]
        if not (is_number | is_gap).all():
            wrong = list_cells(cells[~is_number & ~is_gap])
            faults.append(f"Column {name!r} has no number in {wrong}. Take units out of the "
                          "cells, or empty them, or change the settings.")
        if has_comma.any() and has_point.any():
            rare = list_cells(cells[min(has_comma, has_point, key=sum)])
            faults.append(f"Column {name!r} has decimal commas and points: {rare} differ from "
                          "the rest. Write all alike, without separators of thousands.")
        elif has_comma.any():
            commas.append(f"{cells[has_comma].iloc[0]!r} in {name!r}")
        numbers.append(pd.to_numeric(cells.where(is_number).str.replace(",", ".")))
    if missing and not gaps:
        faults.append(f"Values are missing: {list_some(missing)}. Look them up; or set GAPS = "
                      "'median', and features are filled by the training rows of each round.")
    stop(*faults)
    if commas:
        say(f"Commas are read as decimal points: {list_some(commas, 3)}.")
    if missing:
        say(f"Filled by the {gaps} of the training rows: {list_some(missing)}.")
    return np.column_stack(numbers).astype(float)

def tidy_table(table, names):
    """Return a table without outer spaces and capitals; say which names become the same."""
    tidy, faults = table.apply(lambda column: column.str.strip().str.lower()), []
    for name in names:
        if len(gaps := table.loc[is_missing(table[name]), name]):
            faults.append(f"Column {name!r} says nothing in {list_cells(gaps)}. Look it up, or "
                          "delete the row and say so in your methods.")
        typed = table[name].groupby(tidy[name]).unique().map(list)
        if len(merged := typed[typed.map(len) > 1]):
            say(f"Column {name!r}: taken for the same are {list_some(merged)}.")
    stop(*faults)
    return tidy

def read_image(path, planes):
    """Return an image (channels, height, width), and in words what kind it is."""
    with tifffile.TiffFile(path) as file:
        if len(file.series) > 1:
            raise ValueError(f"it holds {len(file.series)} pictures; export one of them")
        image, axes = file.series[0].asarray(), file.series[0].axes
    dtype = image.dtype
    for axis in set(axes) - set("YXCS" if planes != "channels" else axes):  # S: colours of RGB
        where, many = axes.index(axis), image.shape[axes.index(axis)]
        if many > 1 and planes not in {"max", "mean"}:
            raise ValueError(f"it is a stack of {many} planes ({axes}); set PLANES to 'max' or "
                             "'mean' of them, or to 'channels'")
        image = image.mean(where) if planes == "mean" else image.max(where)
        axes = axes.replace(axis, "")
    image = np.moveaxis(image, (axes.index("Y"), axes.index("X")), (-2, -1))
    image = image.reshape(-1, *image.shape[-2:]).astype("float32")
    if not np.isfinite(image).all() or image.min() == image.max():
        raise ValueError("it is blank, or has pixels that are no numbers")
    return image, f"{len(image)} channels of {dtype}"

def read_images(folder, names, size, planes, usual=None):
    """Return images (images, channels, size, size), and the kind of all, or of most if new."""
    files = {it.relative_to(folder).as_posix().lower(): it for it in Path(folder).rglob("*")
             if it.suffix.lower() in {".tif", ".tiff"}}
    keys = names.str.strip().str.lower().str.replace("\\", "/")
    keys = keys.map(lambda key: next(
        (it for it in (key, f"{key}.tif", f"{key}.tiff") if it in files), key))
    faults, images, kinds, shapes, wrong = [], {}, {}, set(), {}
    if len(missing := names[~keys.isin(files)]):
        faults.append(f"The folder {folder} has no TIFF for {list_cells(missing)}. Copy it "
                      "there, save it as TIFF, or delete its row.")
    if len(twice := names[keys.duplicated()]):
        faults.append(f"Images have two rows: {list_cells(twice)}. Delete one.")
    for i, key in enumerate(sorted(set(keys) & set(files)), 1):
        show_progress(f"reading images: {i} of {len(keys)}")
        try:
            image, kinds[key] = read_image(files[key], planes)
            shapes.add(image.shape)
            images[key] = interpolate(torch.tensor(image)[None], (size, size), mode="area")[0]
        except Exception as error:  # whatever it is, the file's name is what is needed
            wrong.setdefault(" ".join(str(error).split())[:150], []).append(key)
    show_progress()
    usual = usual or Counter([*kinds.values(), ""]).most_common(1)[0][0]
    for key, kind in kinds.items():
        if kind != usual:
            wrong.setdefault(f"it has {kind}, where others have {usual}", []).append(key)
    stop(*faults, *[f"{folder}: {list_some(them)} cannot be used: {reason}. Export it anew, or "
                    "delete its row." for reason, them in wrong.items()])
    if set(files) > set(keys):
        say(f"Left out, without a row: {list_some(sorted(set(files) - set(keys)))}.")
    if len(shapes) > 1:
        say("Images differ in size; resized, these may give a class away.")
    return torch.stack([images[key] for key in keys]), usual

def even_out(X):
    """Return images of which each channel has the mean 0 and the SD 1."""
    return (X - X.mean((2, 3), keepdim=True)) / (X.std((2, 3), keepdim=True) + 1e-6)

def measure_images(X):
    """Return measurements of images, and their names.

    Those of evened images depend on neither brightness nor contrast, and little on noise.
    """
    even, shares = even_out(avg_pool2d(X, 4)), torch.tensor([0.05, 0.5, 0.95])
    names = ["mean", "SD", "maximum", "5% quantile", "median", "95% quantile", "coarseness"]
    parts = [X.mean((2, 3)), X.std((2, 3)), X.amax((2, 3)),
             *even.flatten(2).quantile(shares, 2), avg_pool2d(even, 2).std((2, 3))]
    return (torch.cat(parts, 1).numpy().astype(float),
            [f"{name} of channel {c + 1}" for name in names for c in range(X.shape[1])])

def read_inputs(table, of, folder, usual=None):
    """Return inputs of the network, and of others, their names, and the kind of images."""
    if not folder:
        X = read_numbers(table, of["FEATURES"], of["GAPS"])
        return X, X, of["FEATURES"], None
    X, usual = read_images(folder, table[of["IMAGE"]], of["SIZE"], of["PLANES"], usual)
    X = even_out(X) if of["EVEN"] else X
    return X, *measure_images(X), usual

def join_groups(tidy):
    """Return a number for each row: the same for rows that share a value, also by detours."""
    holds = preprocessing.OneHotEncoder().fit_transform(tidy)
    links = sparse.block_array([[None, holds], [holds.T, None]])  # of rows with their values
    return sparse.csgraph.connected_components(links)[1][:len(tidy)]

def is_constant(y, group):
    """Say whether all rows of each group have the same label."""
    return pd.Series(y).groupby(group).nunique().max() == 1

class Design:
    """The ways to permute labels among the units of each block.

    `alike` of `total` score the same by design: those in which classes only change places.
    """

    def __init__(self, y, unit, block, kind):
        first, self.index = np.unique(unit, return_index=True, return_inverse=True)[1:]
        self.labels = y[first]
        self.blocks = [np.flatnonzero(block[first] == name) for name in np.unique(block)]
        counts = [Counter(self.labels[members].tolist()) for members in self.blocks]
        self.total = math.prod(math.factorial(it.total()) for it in counts) // math.prod(
            math.factorial(many) for it in counts for many in it.values())
        places = Counter(tuple(it[label] for it in counts) for label in set(y.tolist()))
        self.alike = math.prod(map(math.factorial, places.values())) if kind == "classes" else 1

    def find_smallest_p(self, number):
        return max(self.alike / self.total, 0 if self.total <= number else 1 / (number + 1))

    def draw(self, number, seed):
        """Yield the labels of all rows in each way, or in so many random ones of more."""
        rng, seen, labels = np.random.default_rng(seed), set(), self.labels.copy()
        while len(seen) < min(self.total, number):
            for members in self.blocks:
                labels[members] = rng.permutation(labels[members])
            way = tuple(labels) if self.total <= number else len(seen)
            if way not in seen:
                seen.add(way)
                yield labels[self.index]

class Network(base.BaseEstimator):
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
        layers = [nn.Linear(X.shape[1], 32), nn.ReLU(), nn.Linear(32, outputs)]
        if X.ndim == 4:
            layers = [nn.Conv2d(X.shape[1], 8, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
                      nn.Conv2d(8, 16, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
                      nn.Flatten(), nn.Linear(16 * (X.shape[2] // 4) ** 2, outputs)]
        self.model_ = nn.Sequential(*layers)
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
    """Return balanced accuracy, or R2; each class counts the same, and in it each group."""
    cell = y * len(y) + group if kind == "classes" else group
    _, cell, size = np.unique(cell, return_inverse=True, return_counts=True)
    if kind == "classes":
        answers = answers.argmax(1)
        return metrics.balanced_accuracy_score(y, answers, sample_weight=1 / size[cell])
    return metrics.r2_score(y, answers, sample_weight=1 / size[cell])

def score_rounds(answers, y, group, rounds, kind):
    """Return balanced accuracy, or minus the root of the mean squared error, of each round."""
    return np.array([
        score_answers(answers[it], y[it], group[it], kind) if kind == "classes"
        else -metrics.root_mean_squared_error(y[it], answers[it]) for _, it in rounds])

def is_as_good(each, best):
    """Say whether a model is behind another by at most one SD of the rounds' differences."""
    return np.mean(best - each) <= np.std(best - each, ddof=1)

def permute_labels(model, X, y, group, design, kind, folds, number, seed):
    """Return the p-value of a model fixed beforehand, and its scores by permuted labels."""
    scores = []
    for labels in (y, *design.draw(number, seed)):
        rounds = make_rounds(labels, group, kind, folds, seed)  # treats all ways alike
        answers = cross_validate(model, X, labels, rounds, kind)
        scores.append(score_answers(answers, labels, group, kind))
        show_progress(f"labels permuted: {len(scores) - 1} of {min(design.total, number)}")
    show_progress()
    is_high = np.array(scores[design.total <= number:]) >= scores[0] - 1e-9  # the real one once
    return max(is_high.mean(), design.find_smallest_p(number)), np.array(scores[1:])

def look_at_columns(tidy, y, group, nuisance):
    """Return doubts about columns: forgotten groups, and days that have one label only."""
    doubts, many = [], len(set(group))
    for name in tidy:
        spread = pd.Series(group).groupby(tidy[name].to_numpy()).nunique()
        if many == len(y) and 4 <= len(spread) <= many / 2 and name not in nuisance:
            stop(f"Every row is a group of its own, but {name!r} has {len(spread)} values in "
                 f"{many} rows. If it was sampled (mouse, patient), set GROUPS = [{name!r}]; "
                 "if not, name it in NUISANCE, or delete the column.")
        is_shared = len(spread) > 1 and spread[spread > 1].sum() >= many / 4
        if is_shared and is_constant(y, tidy[name].to_numpy()):
            doubts.append(
                f"No {name!r} has more than one label: a model can read the label off it, and "
                "nobody can separate the two in these data. (If it was sampled, add it to "
                "GROUPS; if it is the label in other words, delete it.)")
    return doubts

def look_at_features(models, X, names, y, group, rounds, kind):
    """Return what features are worth, and a doubt where one alone is too good (for a tree).

    Also what the linear model loses (accuracy, or R2) when one of the test rows is permuted.
    """
    scoring, losses, alone = "accuracy" if kind == "classes" else "r2", [], []
    for trained, tested in rounds:
        losses.append(inspection.permutation_importance(
            models["linear"].fit(X[trained], y[trained]), X[tested], y[tested], n_repeats=10,
            scoring=scoring, random_state=0).importances_mean)
    for j, name in enumerate(names):
        answers = cross_validate(models["tree"], X[:, [j]], y, rounds, kind, f"{name} alone")
        alone.append(score_answers(answers, y, group, kind))
    worth = pd.DataFrame({"lost when permuted": np.mean(losses, 0), "alone": alone}, names)
    told = [f"{name!r} ({it:.2f})" for name, it in worth["alone"].items() if it >= 0.95]
    return worth.round(2).sort_values("lost when permuted", ascending=False), [
        f"Alone, {list_some(told)} predicts nearly all. Was it known before the label, and did "
        "neither the label nor the day enter it?"][:len(told)]

def draw_results(path, names, classes, y, group, rounds, answers, permuted, score):
    """Draw which round tests which group, what the linear model answers, and its test."""
    left, middle, right = (figure := Figure((14, 5), layout="constrained")).subplots(1, 3)
    label = pd.Series(y).groupby(group).mean()
    place = np.argsort(np.argsort(label, kind="stable")).to_numpy()[group]
    colours = {"cmap": "tab10", "vmin": 0, "vmax": 9} if len(classes) else {}
    for number, (_, it) in enumerate(rounds, 1):
        left.scatter([number] * len(it), place[it], c=y[it], **colours)
    left.set_yticks(place, names, fontsize=min(9, 300 / place.max()))
    left.set(title="Groups (colours: labels)", xlabel="round in which it is tested")
    if len(classes):
        metrics.ConfusionMatrixDisplay.from_predictions(
            y, answers.argmax(1), display_labels=classes, ax=middle, cmap="Blues")
    else:
        middle.scatter(y, answers, alpha=0.5)
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
<h1>$title</h1><img width="100%" src="groups.svg" alt="Groups and rounds, answers, test">$parts
""")

def write_page(path, title, parts):
    """Write a page of the picture and of parts by their headings: tables, or lines of text."""
    text = "".join(f"<h2>{heading}</h2>" + (
        "".join(f"<p>{escape(line)}</p>" for line in part) if isinstance(part, list)
        else part.to_html(na_rep="")) for heading, part in parts.items())
    Path(path).write_text(PAGE.substitute(title=escape(title), parts=text), "utf-8")
