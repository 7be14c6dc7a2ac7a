"""What study.py and predict.py need: files, groups, models, the test, the page of results."""

import csv
import difflib
import io
import itertools
import logging
import math
import re
import sys
from collections import Counter
from pathlib import Path

import numpy as np
import pandas as pd
import tifffile
import torch
from sklearn import (dummy, ensemble, impute, linear_model, pipeline, preprocessing,
                     set_config)
from sklearn.base import BaseEstimator
from sklearn.model_selection import KFold, StratifiedGroupKFold, StratifiedKFold
from torch import nn
from torch.nn.functional import avg_pool2d, interpolate

torch.set_num_threads(1)  # faster for models this small
set_config(assume_finite=True, skip_parameter_validation=True)  # so are a thousand small fits
logging.getLogger("tifffile").setLevel(logging.CRITICAL)  # a damaged file is told once, by us


def stop(*faults):
    """Stop with one line a fault; go on if there is none."""
    if faults:
        raise SystemExit("\n".join(("Stopped; nothing was changed.", *faults)))


def list_some(items, most=5):
    """Return the first of some items in words, and how many there are if that is more."""
    items = [str(item) for item in items]
    more = f" ... ({len(items)} in all)" if len(items) > most else ""
    return ", ".join(items[:most]) + more


def show_progress(text):
    """Write over the last line of progress, where somebody looks on."""
    if sys.stdout.isatty() or "ipykernel" in sys.modules:
        print(f"\r{text:<60}", end="" if text else "\r", flush=True)


# Tables

MISSING = {"", "na", "n/a", "nan", "nd", "n.d.", "n. d.", "#nv", "#n/a"}
NUMBER = re.compile(r"[+-]?(\d+([.,]\d*)?|[.,]\d+)(e[+-]?\d+)?", re.IGNORECASE)


def is_missing(cell):
    return cell.strip().lower() in MISSING


def read_table(path, sheet, wanted):
    """Return a table of text that has the wanted columns; its index counts rows as Excel does."""
    path, ending = Path(path), Path(path).suffix.lower()
    if not path.is_file():
        tables = [it for it in path.parent.glob("*") if it.suffix.lower() in {".csv", ".xlsx"}]
        stop(f"There is no file {path}. Set TABLE to one of: {list_some(tables) or 'none here'}.")
    if ending in {".xlsx", ".xlsm"}:
        rows = read_sheet(path, sheet)
    elif ending in {".csv", ".tsv", ".txt"}:
        rows = read_text(path)
    else:
        stop(f"{path} is neither .csv nor .xlsx: save it as one of them.")
    if len(rows) < 2:
        stop(f"{path} holds no rows below the names of its columns.")
    names = [str(name).strip() for name in rows[0]]
    long = [i for i, row in enumerate(rows, 1) if any(row[len(names):])]
    if long:
        stop(f"{path}: more cells than the {len(names)} names of columns in row "
             f"{list_some(long)}. Is there a comma in a number? Save it with semicolons.")
    rows = [[*row, *[""] * (len(names) - len(row))] for row in rows[1:]]
    table = pd.DataFrame(rows, range(2, len(rows) + 2), names, dtype=object)
    table = table.map(lambda cell: "" if cell is None or cell != cell else str(cell))
    empty = table.map(is_missing).all(axis=1)
    if empty.any():
        print(f"Empty rows are left out: {list_some(table.index[empty])}.")
    table = table[~empty]
    faults = []
    for name in wanted:
        if names.count(name) != 1:
            near = difflib.get_close_matches(name, names, 1)
            faults.append(f"{path} has {names.count(name)} columns {name!r}, and should have one."
                          + (f" Did you mean {near[0]!r}?" if near and near[0] != name else ""))
    if faults:
        titles = [i for i, row in table.head(9).iterrows() if {*wanted} <= {*row.str.strip()}]
        faults.append(f"The names stand in row {titles[0]}: delete the rows above it." if titles
                      else f"The columns are {names}: change the settings or the names.")
    stop(*faults)
    return table


def read_sheet(path, sheet):
    """Return the rows of one sheet of an Excel file."""
    try:
        sheets = pd.read_excel(path, sheet_name=None, header=None, dtype=object,
                               keep_default_na=False)
    except Exception as error:
        stop(f"{path} cannot be read ({error}). Save it again as .xlsx, without a password.")
    if sheet is None and len(sheets) == 1:
        (sheet,) = sheets
    if sheet not in sheets:
        stop(f"{path} has the sheets {list(sheets)}: set SHEET to one of them.")
    return sheets[sheet].to_numpy().tolist()


def read_text(path):
    """Return the rows of a text file, whichever encoding and separator it has."""
    data, text = path.read_bytes(), None
    is_wide = data[:2] in {b"\xff\xfe", b"\xfe\xff"}
    for encoding in ["utf-16"] if is_wide else ["utf-8-sig", "cp1252"]:
        try:
            text = data.decode(encoding)
            break
        except UnicodeDecodeError:
            pass
    if text is None:
        stop(f"{path}: letters are in no known encoding. Save it as 'CSV UTF-8', or as .xlsx.")
    if encoding == "cp1252":
        print(f"{path} is read as Windows-1252; look whether its umlauts are right.")
    first = text.partition("\n")[0]
    separator = max(";\t,", key=first.count)
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=separator))


def read_numbers(table, names, gaps):
    """Return columns as numbers (rows, columns); `gaps` says how missing ones will be filled."""
    faults, missing, commas = [], [], []
    numbers = np.full((len(table), len(names)), np.nan)
    for j, name in enumerate(names):
        cells = table[name].str.strip()
        is_number = cells.map(lambda cell: bool(NUMBER.fullmatch(cell)))
        has_comma = is_number & cells.str.contains(",", regex=False)
        has_point = is_number & cells.str.contains(".", regex=False)
        is_gap = cells.map(is_missing)
        missing += [f"row {i} {name!r} ({cells[i] or 'empty'})" for i in cells.index[is_gap]]
        wrong = cells[~is_number & ~is_gap]
        if len(wrong):
            told = [f"row {i} ({cell!r})" for i, cell in wrong.items()]
            faults.append(f"Column {name!r} holds what is no number: {list_some(told)}. Write a "
                          "number without its unit, or empty the cell, or change FEATURES.")
        if has_comma.any() and has_point.any():
            rarer = has_comma if has_comma.sum() < has_point.sum() else has_point
            told = [f"row {i} ({cell!r})" for i, cell in cells[rarer].items()]
            faults.append(f"Column {name!r} has decimal commas and points: {list_some(told)} "
                          "differ from the rest. Write them like the others.")
        elif has_comma.any():
            commas.append(f"{cells[has_comma].iloc[0]!r} in {name!r}")
        good = is_number.to_numpy()
        numbers[good, j] = cells[good].str.replace(",", ".").astype(float)
    if missing and not gaps:
        faults.append(f"Values are missing: {list_some(missing)}. Look them up, or set "
                      "GAPS = 'median' to fill them by the training rows of each round.")
    stop(*faults)
    if commas:
        print(f"Commas are read as decimal points: {list_some(commas, 3)}.")
    if missing:
        print(f"{len(missing)} missing values in {np.isnan(numbers).any(axis=1).sum()} rows are "
              f"filled by the {gaps} of the training rows: {list_some(missing)}.")
    return numbers


def tidy_table(table, names):
    """Return columns without outer spaces and capitals; print what becomes the same."""
    tidy = table.apply(lambda column: column.str.strip().str.lower())
    faults = []
    for name in names:
        gaps = table.index[table[name].map(is_missing)]
        if len(gaps):
            faults.append(f"Column {name!r} says nothing in row {list_some(gaps)}: look it up, or "
                          "delete the row and say so in your methods.")
        typed = table[name].groupby(tidy[name]).unique()
        merged = [list(spellings) for spellings in typed if len(spellings) > 1]
        if merged:
            print(f"Column {name!r}: taken for the same are {list_some(merged)}.")
    stop(*faults)
    return tidy


# Images

def read_image(path, planes):
    """Return an image (channels, height, width) and the type of its numbers."""
    with tifffile.TiffFile(path) as file:
        if len(file.series) > 1:
            raise ValueError(f"it holds {len(file.series)} pictures; export one of them")
        image, axes = file.series[0].asarray(), file.series[0].axes
    kind = image.dtype
    for axis in axes:
        where, many = axes.index(axis), image.shape[axes.index(axis)]
        if axis in "YXCS" or (planes == "channels" and many > 1):
            continue  # S are the colours of RGB
        if many > 1 and planes not in {"max", "mean"}:
            raise ValueError(f"it is a stack of {many} planes ({axes}); set PLANES to 'max', "
                             "'mean' or 'channels', which says what becomes of them")
        image = image.mean(where) if planes == "mean" else image.max(where)
        axes = axes.replace(axis, "")
    image = np.moveaxis(image, (axes.index("Y"), axes.index("X")), (-2, -1))
    image = image.reshape(-1, *image.shape[-2:]).astype("float32")
    if not np.isfinite(image).all() or image.min() == image.max():
        raise ValueError("it is blank, or has pixels that are no number")
    return image, kind


def read_images(folder, names, size, planes):
    """Return images, resized, in the order of their names: (images, channels, size, size)."""
    if not Path(folder).is_dir():
        stop(f"There is no folder {folder}. Set IMAGES to that of yours.")
    files = {it.relative_to(folder).as_posix().lower(): it for it in Path(folder).rglob("*")
             if it.suffix.lower() in {".tif", ".tiff"}}
    stems = Counter(name.rpartition(".")[0] for name in files)
    keys = names.str.strip().str.lower().str.replace("\\", "/")
    keys = keys.map(lambda key: key if key in files else
                    next((name for name in (f"{key}.tif", f"{key}.tiff") if name in files), key))
    faults, missing, twice = [], names[~keys.isin(files)], names[keys.duplicated()]
    if len(missing):
        told = [f"{name!r} (row {i})" for i, name in missing.items()]
        faults.append(f"No TIFF in {folder} is named {list_some(told)}. Copy them there, save "
                      "them as TIFF, or delete their rows.")
    if len(twice):
        faults.append(f"An image has two rows: {list_some(f'row {i}' for i in twice.index)}. "
                      "Delete one of them.")
    surplus = sorted(set(files) - set(keys))
    both = [name for name in stems if stems[name] > 1]
    if both:
        faults.append(f"Two files of one name are in {folder}: {list_some(both)}. Remove one.")
    images, kinds = {}, {}
    for i, key in enumerate(keys, 1):
        show_progress(f"reading images: {i} of {len(keys)}")
        if key not in files or key in images:
            continue
        try:
            image, dtype = read_image(files[key], planes)
        except Exception as error:  # whatever is wrong with it, its name is what is needed
            faults.append(f"{files[key]} cannot be used: {' '.join(str(error).split())[:150]}. "
                          "Export it again, or delete its row.")
            continue
        kinds[key] = f"{len(image)} channels of {dtype}", image.shape[1:]
        images[key] = interpolate(torch.tensor(image)[None], (size, size), mode="area")[0]
    show_progress("")
    usual = Counter(kind for kind, _ in kinds.values()).most_common(1)
    for key, (kind, _) in kinds.items():
        if kind != usual[0][0]:
            faults.append(f"{files[key]} has {kind}, where most have {usual[0][0]}. Export it "
                          "like the others, or delete its row.")
    stop(*faults)
    if surplus:
        print(f"{len(surplus)} images have no row and are left out: {list_some(surplus)}.")
    print(f"{len(keys)} images: {usual[0][0]}.")
    if len({shape for _, shape in kinds.values()}) > 1:
        print("Images differ in size; resized, these may give a class away.")
    return torch.stack([images[key] for key in keys])


def even_out(X):
    """Return images of which each channel has the mean 0 and the SD 1."""
    return (X - X.mean((2, 3), keepdim=True)) / (X.std((2, 3), keepdim=True) + 1e-6)


def measure_images(X):
    """Return measurements of each channel of images, (images, measurements), and their names.

    The first three are its brightness and contrast. The others do not depend on these, and little
    on noise: how the brightness of squares of 4 x 4 pixels is distributed, and how coarsely.
    """
    even, shares = even_out(avg_pool2d(X, 4)), torch.tensor([0.05, 0.5, 0.95])
    names = ["mean", "SD", "maximum", "5th percentile", "median", "95th percentile", "coarseness"]
    parts = [X.mean((2, 3)), X.std((2, 3)), X.amax((2, 3)), *even.flatten(2).quantile(shares, 2),
             avg_pool2d(even, 2).std((2, 3))]
    return (torch.cat(parts, 1).numpy().astype(float),
            [f"{name} of channel {c + 1}" for name in names for c in range(X.shape[1])])


# Groups

def join_groups(tidy, columns):
    """Return a number for each row: the same for rows that share a value, also by detours."""
    group, before = np.arange(len(tidy)), None
    while not np.array_equal(group, before):
        before = group
        for name in columns:
            group = pd.Series(group).groupby(tidy[name].to_numpy()).transform("min").to_numpy()
    return np.unique(group, return_inverse=True)[1]


def is_constant(y, group):
    """Say whether all rows of each group have the same label."""
    return pd.Series(y).groupby(group).nunique().max() == 1


def look_at_columns(tidy, y, group, nuisance):
    """Return doubts about columns: groups that were forgotten, days that have one label only."""
    doubts, rows = [], len(y)
    for name in tidy:
        value = tidy[name].to_numpy()
        many, is_nuisance = len(set(value)), name in nuisance
        if len(set(group)) == rows and 4 <= many <= rows / 2 and not is_nuisance:
            stop(f"Every row is a group of its own, but {name!r} repeats: {many} values in {rows} "
                 f"rows. If it names what was sampled (mouse, patient), set GROUPS = [{name!r}]; "
                 "if not, name it in NUISANCE, or delete the column.")
        spread = pd.Series(group).groupby(value).nunique()
        if many > 1 and is_constant(y, value) and spread[spread > 1].sum() >= spread.sum() / 4:
            doubts.append(f"No {name!r} has more than one label. A model can read the label off "
                          "it, and nobody can separate the two in these data." + (
                              "" if is_nuisance else " (If it was sampled, as a cage, add it to "
                              "GROUPS; if it is the label in other words, delete it.)"))
    return doubts


# Models

class Network(BaseEstimator):
    """A small network: one hidden layer for tables, two convolutions for images."""

    def __init__(self, kind="classes", epochs=30, rate=0.002, seed=0):
        self.kind, self.epochs, self.rate, self.seed = kind, epochs, rate, seed

    def fit(self, X, y):
        torch.manual_seed(self.seed)
        X = torch.as_tensor(X, dtype=torch.float32)
        axes = (0, 2, 3) if X.ndim == 4 else 0
        self.mean_, std = X.mean(axes, keepdim=True), X.std(axes, keepdim=True)
        self.std_ = torch.where(std > 0, std, 1)
        if self.kind == "classes":  # each class counts the same
            self.classes_, y = np.unique(y, return_inverse=True)
            weight = torch.tensor(len(y) / np.bincount(y) / len(self.classes_)).float()
            outputs, y, loss_fn = len(weight), torch.tensor(y), nn.CrossEntropyLoss(weight)
        else:
            self.y_mean_, self.y_std_ = y.mean(), y.std() + 1e-12
            y = torch.tensor((y - self.y_mean_) / self.y_std_).float()[:, None]
            outputs, loss_fn = 1, nn.MSELoss()
        if X.ndim == 4:
            self.model_ = nn.Sequential(
                nn.Conv2d(X.shape[1], 8, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
                nn.Conv2d(8, 16, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
                nn.Flatten(), nn.Linear(16 * (X.shape[2] // 4) * (X.shape[3] // 4), outputs))
        else:
            self.model_ = nn.Sequential(
                nn.Linear(X.shape[1], 32), nn.ReLU(), nn.Linear(32, outputs))
        optimizer = torch.optim.Adam(self.model_.parameters(), lr=self.rate)
        X = (X - self.mean_) / self.std_
        for _ in range(self.epochs):
            for batch in torch.randperm(len(X)).split(20):
                loss = loss_fn(self.model_(X[batch]), y[batch])
                optimizer.zero_grad()
                loss.backward()
                optimizer.step()
        return self

    def respond(self, X):
        X = torch.as_tensor(X, dtype=torch.float32)
        with torch.no_grad():
            return self.model_((X - self.mean_) / self.std_)

    def predict_proba(self, X):
        return self.respond(X).softmax(1).numpy()

    def predict(self, X):
        if self.kind == "classes":
            return self.classes_[self.predict_proba(X).argmax(1)]
        return self.respond(X)[:, 0].numpy() * self.y_std_ + self.y_mean_


def make_models(kind, gaps, epochs, rate, seed):
    """Return models by their names, the simplest first; each class counts the same in them."""
    if kind == "classes":
        models = {"most frequent class": dummy.DummyClassifier(),
                  "linear": linear_model.LogisticRegression(class_weight="balanced", max_iter=1000),
                  "forest": ensemble.RandomForestClassifier(class_weight="balanced",
                                                            random_state=seed)}
    else:
        models = {"mean": dummy.DummyRegressor(), "linear": linear_model.Ridge(),
                  "forest": ensemble.RandomForestRegressor(random_state=seed)}
    models["network"] = Network(kind, epochs, rate, seed)
    fill = [impute.SimpleImputer(strategy=gaps, keep_empty_features=True)] if gaps else []
    scale = {"linear": [preprocessing.StandardScaler()]}
    return {name: pipeline.make_pipeline(*fill, *scale.get(name, []), model)
            for name, model in models.items()}


def encode(tidy):
    """Return columns as numbers: a column of its own for each of a few values or of text."""
    numbers = tidy.apply(pd.to_numeric, errors="coerce")
    is_many = numbers.notna().all() & (numbers.nunique() > 12)
    texts = pd.get_dummies(tidy.loc[:, ~is_many].astype(str))
    return np.column_stack([texts, numbers.loc[:, is_many]]).astype(float)


# Rounds, scores, and the test

def make_rounds(y, group, kind, folds, seed):
    """Return the rows tested in each round: whole groups, of each class about the same number."""
    rows = np.arange(len(y))
    first, index = np.unique(group, return_index=True, return_inverse=True)[1:]
    if kind == "classes" and not (y == y[first][index]).all():
        splitter = StratifiedGroupKFold(folds, shuffle=True, random_state=seed)
        return [tested for _, tested in splitter.split(rows, y, group)]
    splitter = (StratifiedKFold if kind == "classes" else KFold)(
        folds, shuffle=True, random_state=seed)
    return [rows[np.isin(index, part)] for _, part in splitter.split(first, y[first])]


def cross_validate(model, X, y, rounds, kind, name=""):
    """Return what a model answers to each row, trained in each round on the other groups.

    Probabilities (rows, classes), or numbers (rows,).
    """
    answers = np.zeros((len(y), y.max() + 1)) if kind == "classes" else np.zeros(len(y))
    for number, tested in enumerate(rounds, 1):
        if name:
            show_progress(f"{name}: round {number} of {len(rounds)}")
        trained = np.setdiff1d(np.arange(len(y)), tested)
        fitted = model.fit(X[trained], y[trained])
        if kind == "classes":
            answers[np.ix_(tested, fitted.classes_)] = fitted.predict_proba(X[tested])
        else:
            answers[tested] = fitted.predict(X[tested])
    if name:
        show_progress("")
    return answers


def score_answers(answers, y, group, rounds, kind):
    """Return the score, and what each round contributes (the more, the better).

    Classes: balanced accuracy, in which each class, and in it each group, counts the same; its
    mean over the rounds. Numbers: R2 over all rows, each group counting the same; of the rounds,
    the negative root of the mean squared error.
    """
    each = []
    if kind == "classes":
        right = answers.argmax(1) == y
        _, cell, size = np.unique(y * len(y) + group, return_inverse=True, return_counts=True)
        for tested in rounds:
            weight = 1 / size[cell[tested]]
            weights = np.bincount(y[tested], weight)
            shares = np.bincount(y[tested], weight * right[tested])[weights > 0]
            each.append(np.mean(shares / weights[weights > 0]))
        return np.mean(each), np.array(each)
    weight, errors = 1 / np.bincount(group)[group], (answers - y) ** 2
    mean = np.average(y, weights=weight)
    for tested in rounds:
        each.append(-np.average(errors[tested], weights=weight[tested]) ** 0.5)
    return 1 - np.sum(weight * errors) / np.sum(weight * (y - mean) ** 2), np.array(each)


def is_as_good(each, best):
    """Say whether a model is at most one SD of the differences over rounds behind another."""
    return np.mean(best - each) <= np.std(best - each, ddof=1)


def count_groups_right(answers, y, unit):
    """Return how many groups are right, each by the mean of its rows; None if labels mix."""
    if not is_constant(y, unit):
        return None
    means = pd.DataFrame(answers).groupby(unit).mean().to_numpy()
    return int(np.sum(means.argmax(1) == pd.Series(y).groupby(unit).first().to_numpy()))


def arrange(values):
    """Yield each different order of some values."""
    if not values:
        yield ()
    for value in sorted(set(values)):
        rest = list(values)
        rest.remove(value)
        for others in arrange(rest):
            yield (value, *others)


class Labelings:
    """The labels that units could have had instead: permuted among the units of each block.

    `total` counts the different ones. `alike` is how many score the same as the real ones at
    least: where classes (or numbers, mirrored) may change places and the design stays the same,
    a model that treats them alike scores the same.
    """

    def __init__(self, y, unit, block, kind):
        first, self.index = np.unique(unit, return_index=True, return_inverse=True)[1:]
        self.labels, blocks, self.units = y[first], block[first], len(first)
        self.blocks = [np.flatnonzero(blocks == name) for name in np.unique(blocks)]
        counts = [Counter(self.labels[members].tolist()) for members in self.blocks]
        self.total = math.prod(
            math.factorial(count.total()) // math.prod(map(math.factorial, count.values()))
            for count in counts)
        if kind == "classes":
            designs = Counter(tuple(count[k] for count in counts) for k in set(y.tolist()))
            self.alike = math.prod(map(math.factorial, designs.values()))
        else:
            ends = y.min() + y.max()
            self.alike = 1 + all(
                np.allclose(np.sort(self.labels[members]), np.sort(ends - self.labels[members]))
                for members in self.blocks)

    def smallest_p(self, number):
        return max(self.alike / self.total, 1 / (number + 1) if self.total > number else 0)

    def draw(self, number, seed):
        """Yield all labelings, the real one among them, or so many drawn ones."""
        rng, labels = np.random.default_rng(seed), self.labels.copy()
        if self.total <= number:
            orders = [list(arrange(self.labels[members].tolist())) for members in self.blocks]
            for order in itertools.product(*orders):
                for members, values in zip(self.blocks, order, strict=True):
                    labels[members] = values
                yield labels[self.index]
            return
        for _ in range(number):
            for members in self.blocks:
                labels[members] = rng.permutation(self.labels[members])
            yield labels[self.index]


def permute_labels(model, X, y, group, labelings, kind, folds, number, seed):
    """Return the p-value of a model fixed beforehand, and its scores with permuted labels."""
    def score(labels):
        rounds = make_rounds(labels, group, kind, folds, seed)
        answers = cross_validate(model, X, labels, rounds, kind)
        return score_answers(answers, labels, group, rounds, kind)[0]

    scores = []
    for labels in labelings.draw(number, seed):
        scores.append(score(labels))
        if len(scores) % 20 == 0:
            show_progress(f"labels permuted: {len(scores)} of {min(labelings.total, number)}")
    show_progress("")
    as_good, drawn = np.sum(np.array(scores) >= score(y) - 1e-9), labelings.total > number
    p = (as_good + drawn) / (len(scores) + drawn)  # among drawn ones, the real one counts, too
    return max(p, labelings.smallest_p(number)), np.array(scores)
