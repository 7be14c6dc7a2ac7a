"""What study.py and predict.py need: files, groups, models, the test, the page of results.
`kind` is "classes" or "number"; `y`, `group`: one a row; `rounds`: pairs of training, test rows."""

import csv
import io
import sys
from math import factorial, prod
from pathlib import Path

import numpy as np
import pandas as pd
import tifffile
import torch
from matplotlib.figure import Figure
from sklearn import (base, compose, ensemble, impute, inspection, linear_model, metrics,
                     model_selection, pipeline, preprocessing, tree)
from threadpoolctl import threadpool_limits
from torch import nn

threadpool_limits(1)  # faster for models this small
tifffile.logger().disabled = True  # a damaged file is told below, by its row
MISSING = {"", "na", "n/a", "nan", "nd", "n.d.", "n. d.", "#nv", "#n/a"}
FILLING = r"(?<=[^\W\d])[\s_-]+(?=\d)|(?<![\d.,])0+(?=\d)"  # in names: the -0 of M-07
DATE = r"\d{1,4}([-./])\d{1,2}\1\d{1,4}"  # the beginning of 2026-03-31 or 31.3.2026
said = []  # all that was told, for the page of results
faults = []  # all that is wrong with the files, until `stop` tells it

def say(text):
    print(text)
    said.append(text)

def stop(*more):
    """Stop with one line for each fault that was found; go on if there is none."""
    lines = dict.fromkeys([*faults, *more])
    faults.clear()
    if lines:
        raise SystemExit("\n".join(["Stopped; what is in results/ is older.", *lines]))

def show_progress(text=""):
    if sys.stdout.isatty() or "ipykernel" in sys.modules:  # where somebody looks on
        print(f"\r{text:<60}", end="" if text else "\r", flush=True)

def list_some(items, most=5):
    """Return the first of some items, and how many there are if that is more."""
    items = [str(item) for item in items]
    return ", ".join(items[:most]) + (f" ... ({len(items)} in all)" if items[most:] else "")

def list_cells(table, is_listed):
    """Return in words the first of the cells that are to be listed; nothing if there are none."""
    return list_some(f"row {i}, {name!r} ({cell or 'empty'})" for name in is_listed
                     for i, cell in table.loc[is_listed[name], name].items())

def read_rows(path, sheet):
    """Return the rows of a file as lists of cells, whichever way it was saved."""
    if not path.is_file() or path.suffix.lower() not in {".xlsx", ".csv", ".tsv", ".txt"}:
        stop(f"There is no file {path} that ends in .csv or .xlsx. Set TABLE to yours.")
    if path.suffix.lower() == ".xlsx":
        try:
            sheets = pd.read_excel(path, sheet_name=None, header=None, keep_default_na=False)
        except Exception as error:
            stop(f"{path} cannot be read ({error}). Save it again as .xlsx without a password.")
        if len(sheets) > 1 and sheet not in sheets:
            stop(f"{path} has the sheets {list(sheets)}: one of them must be SHEET ({sheet!r}).")
        return sheets.get(sheet, next(iter(sheets.values()))).astype(object).to_numpy()
    data = path.read_bytes()
    try:
        text = data.decode("utf-16" if data[:2] in {b"\xff\xfe", b"\xfe\xff"} else "utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("cp1252", errors="replace")
        say(f"{path} is read as Windows-1252. If letters are wrong, save it as CSV UTF-8.")
    separator = max(";\t,", key=text.partition("\n")[0].count)
    rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=separator)) or [[]]
    width = len(rows[0])
    too_long = [f"row {i} ({row[width]!r})" for i, row in enumerate(rows, 1) if any(row[width:])]
    if too_long:
        stop(f"{path}: row 1 names {width} columns, but there is more in {list_some(too_long)}. "
             "Is there a comma in a number? Save the table as .xlsx.")
    return rows

def read_table(path, sheet, wanted):
    """Return a table of text that has the wanted columns, its rows numbered as in Excel."""
    table = pd.DataFrame(read_rows(Path(path), sheet), dtype=object)
    table = table.map(lambda cell: "" if pd.isna(cell) else str(cell).strip()).astype(object)
    if len(table) < 2:
        stop(f"{path} has no rows below the names of its columns.")
    names = list(table.iloc[0])
    wrong = [f"{it!r} {names.count(it)} times" for it in wanted if names.count(it) != 1]
    if wrong:
        stop(f"{path} has the column {', '.join(wrong)}: write it once. In row 1 are {names}. "
             "Rename them, or change the settings; or delete what is above the row of names.")
    table = table.set_axis(names, axis=1).set_axis(range(1, len(table) + 1)).iloc[1:]
    is_empty = is_missing(table).all(axis=1)
    if is_empty.any():
        say(f"{path}: empty rows are left out: {list_some(table.index[is_empty])}.")
    return table[~is_empty].rename_axis(columns=path)  # the file's name, for messages

def is_missing(table):
    return table.map(lambda cell: cell.lower() in MISSING)

def check_gaps(table, names, filled=None):
    """Note missing values as a fault, or say by what they will be filled."""
    gaps = list_cells(table, is_missing(table[names]))
    if gaps and filled:
        say(f"Filled by the {filled} of the training rows: {gaps}.")
    elif gaps:
        faults.append(f"{table.columns.name}: values are missing: {gaps}. Look them up, or delete "
                      "these rows; or set GAPS = 'median', and training rows fill the FEATURES.")

def tidy_table(table, names):
    """Return a table with one spelling of each name, such as M07 and m 7; say which it merges."""
    check_gaps(table, names)
    tidy = table.copy()
    for name in names:
        alike = table[name].groupby(table[name].str.lower().str.replace(FILLING, "", regex=True))
        tidy[name] = alike.transform(lambda cells: cells.mode()[0])
        merged = [list(cells.unique()) for _, cells in alike if cells.nunique() > 1]
        if merged:
            say(f"Column {name!r}: taken for one (if wrong, rename one): {list_some(merged, 99)}.")
    return tidy

def read_numbers(table, names, gaps=None):
    """Return columns as numbers (rows, columns); `gaps` says how gaps will be filled."""
    check_gaps(table, names, gaps)
    cells = table[names].mask(is_missing(table[names]), "")
    numbers = cells.replace(",", ".", regex=True).apply(pd.to_numeric, errors="coerce")
    is_wrong = ~np.isfinite(numbers) & (cells != "")
    has_comma = cells.map(lambda cell: "," in cell)
    has_point = cells.map(lambda cell: "." in cell)
    if has_comma.any(axis=None) and has_point.any(axis=None):
        is_wrong |= min(has_comma, has_point, key=np.count_nonzero)
    elif has_comma.any(axis=None):
        say(f"Commas are read as decimal points, in {has_comma.to_numpy().sum()} cells.")
    if is_wrong.any(axis=None):
        faults.append(f"{table.columns.name}: no numbers, or another decimal sign than the rest: "
                      f"{list_cells(cells, is_wrong)}. Take out units; leave gaps empty.")
    return numbers.to_numpy(float)

def read_image(path, planes):
    """Return an image (channels, height, width), and in words what kind it is."""
    with tifffile.TiffFile(path) as file:
        if len(file.series) > 1:
            raise ValueError(f"it holds {len(file.series)} pictures; export one of them")
        image, axes = file.series[0].asarray(), file.series[0].axes
    kept = axes if planes == "channels" else "YXCS"  # height, width, channels, colours
    stacked = tuple(i for i, axis in enumerate(axes) if axis not in kept)
    many, kind = prod(image.shape[i] for i in stacked), image.dtype
    if many > 1 and planes not in {"max", "mean"}:
        raise ValueError(f"it has {many} planes; are they channels, or a stack? Set PLANES")
    image = image.mean(stacked) if planes == "mean" else image.max(stacked)
    axes = [axis for axis in axes if axis in kept]
    image = np.moveaxis(image, (axes.index("Y"), axes.index("X")), (-2, -1))
    image = image.reshape(-1, *image.shape[-2:]).astype("float32")
    if not np.isfinite(image).all() or image.min() == image.max():
        raise ValueError("it is blank, or has pixels that are no numbers")
    return image, f"{len(image)} channels of {kind}"

def read_images(folder, names, size, planes, usual=None):
    """Return images (images, channels, size, size), and in words what kind they are."""
    files = {path.relative_to(folder).as_posix().lower(): path
             for path in Path(folder).rglob("*") if path.suffix.lower() in {".tif", ".tiff"}}
    images, wrong = {}, {}
    for i, name in names.items():
        key = name.lower().replace("\\", "/")
        key = next((it for it in (key, f"{key}.tif", f"{key}.tiff") if it in files), key)
        try:
            if key not in files:
                raise ValueError("no TIFF has this name")
            if key in images:
                raise ValueError("another row has this image, too")
            image, kind = read_image(files[key], planes)
            usual = usual or kind
            if kind != usual:
                raise ValueError(f"it has {kind}, where others have {usual}")
            images[key] = nn.AdaptiveAvgPool2d(size)(torch.tensor(image))
        except Exception as error:  # whatever it is, the file's name is what is needed
            row = f"row {i} ({Path(files.get(key, name)).name})"
            wrong.setdefault(" ".join(str(error).split())[:150], []).append(row)
    for reason, rows in wrong.items():
        faults.append(f"{folder}, {list_some(rows)}: {reason}. Correct that, or delete its row.")
    stop()
    if len(files) > len(images):
        say(f"Left out, without a row: {list_some(sorted(set(files) - set(images)))}.")
    return torch.stack(list(images.values())), usual

def even_out(X):
    """Return images of which each channel has the mean 0 and the SD 1."""
    return (X - X.mean((2, 3), keepdim=True)) / X.std((2, 3), keepdim=True).clamp(min=1e-12)

def measure_images(X, is_even=False):
    """Return measurements of images, and their names; of evened ones without mean and SD."""
    even = even_out(nn.AvgPool2d(4)(X))  # averages hold less noise
    measured = {} if is_even else {"mean": X.mean((2, 3)), "SD": X.std((2, 3))}
    measured |= {"even max": even.amax((2, 3)), "even block SD": nn.AvgPool2d(2)(even).std((2, 3))}
    for q in (0.05, 0.5, 0.95):
        measured[f"even {q:.0%} quantile"] = even.flatten(2).quantile(q, 2)
    names = [f"{name} of channel {c + 1}" for name in measured for c in range(X.shape[1])]
    return torch.cat(list(measured.values()), 1).numpy().astype(float), names

def read_inputs(table, of, folder, usual=None):
    """Return inputs of the network, and of others, their names, the kind of images; or stop."""
    if not folder:
        X = read_numbers(table, of["FEATURES"], of["GAPS"])
        stop()
        return X, X, of["FEATURES"], None
    X, usual = read_images(folder, table[of["IMAGE"]], of["SIZE"], of["PLANES"], usual)
    X = even_out(X) if of["EVEN"] else X
    return X, *measure_images(X, of["EVEN"]), usual

def read_values(column):
    """Return the numbers in a column of text (rows,): dates as days, and 0 if there is none."""
    if column.str.match(DATE).all():
        is_year_first = column.str[:4].str.isdigit().all()
        days = pd.to_datetime(column, format="mixed", dayfirst=not is_year_first, errors="coerce")
        column = (days - days.min()) / pd.Timedelta(days=1)
    return pd.to_numeric(column.astype(str).str.extract(r"(-?\d+\.?\d*)")[0]).fillna(0)

def is_constant(y, group):
    return pd.Series(y).groupby(group).nunique().max() == 1

def find_ways(y, unit, block, kind, number, seed):
    """Return ways to label units within blocks, y first; how many exist; how many score alike."""
    _, first, unit_of_row = np.unique(unit, return_index=True, return_inverse=True)
    labels, block = y[first], block[first]
    counts = pd.crosstab(block, labels).to_numpy()  # units (blocks, labels)
    total = prod(factorial(sum(row)) // prod(map(factorial, row)) for row in counts.tolist())
    same_counts = np.unique(counts, axis=1, return_counts=True)[1]  # how many classes share them
    alike = prod(map(factorial, same_counts)) if kind == "classes" else 1
    rng = np.random.default_rng(seed)
    ways = {tuple(labels): labels}
    while len(ways) < min(total, number + 1):
        way = pd.Series(labels).groupby(block).transform(rng.permutation).to_numpy()
        ways[tuple(way)] = way
    return [way[unit_of_row] for way in ways.values()], total, alike

class Network(base.BaseEstimator):
    """A small network: one hidden layer for tables, two convolutions for images."""

    def __init__(self, kind, epochs, seed):
        self.kind, self.epochs, self.seed = kind, epochs, seed

    def fit(self, X, y):
        torch.manual_seed(self.seed)
        X = torch.as_tensor(X, dtype=torch.float32)
        axes = (0, 2, 3) if X.ndim == 4 else 0
        self.mean_ = X.mean(axes, keepdim=True)
        self.std_ = X.std(axes, keepdim=True).clamp(min=1e-12)
        if self.kind == "classes":
            self.classes_, y, counts = np.unique(y, return_inverse=True, return_counts=True)
            y, outputs = torch.tensor(y), len(counts)
            loss_fn = nn.CrossEntropyLoss(torch.tensor(1 / counts).float())
        else:
            y, outputs, loss_fn = torch.tensor(y).float()[:, None], 1, nn.MSELoss()
        if X.ndim == 4:
            layers = [nn.Conv2d(X.shape[1], 8, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
                      nn.Conv2d(8, 16, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
                      nn.Flatten(), nn.Linear(16 * (X.shape[2] // 4) ** 2, outputs)]
        else:
            layers = [nn.Linear(X.shape[1], 32), nn.ReLU(), nn.Linear(32, outputs)]
        self.model_ = nn.Sequential(*layers)
        optimizer = torch.optim.Adam(self.model_.parameters(), lr=0.002)
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

def make_models(kind, gaps, epochs, seed):
    """Return models by their names; classes count the same, however many rows they have."""
    network, scale = Network(kind, epochs, seed), preprocessing.StandardScaler()
    if kind == "classes":
        options = {"class_weight": "balanced", "random_state": seed}
        linear = linear_model.LogisticRegression(max_iter=1000, **options)
        models = {"linear": pipeline.make_pipeline(scale, linear),
                  "forest": ensemble.RandomForestClassifier(**options), "network": network,
                  "tree": tree.DecisionTreeClassifier(min_samples_leaf=3, **options)}
    else:
        models = {"linear": pipeline.make_pipeline(scale, linear_model.Ridge()),
                  "forest": ensemble.RandomForestRegressor(random_state=seed),
                  "network": compose.TransformedTargetRegressor(network, transformer=scale),
                  "tree": tree.DecisionTreeRegressor(min_samples_leaf=3, random_state=seed)}
    if gaps:
        fill = impute.SimpleImputer(strategy=gaps, keep_empty_features=True)
        models = {name: pipeline.make_pipeline(fill, model) for name, model in models.items()}
    return models

def make_rounds(y, group, kind, folds, seed):
    """Return rounds that divide no group and test about as many rows of each class."""
    splitter = {"classes": model_selection.StratifiedGroupKFold,
                "number": model_selection.GroupKFold}[kind]
    return list(splitter(folds, shuffle=True, random_state=seed).split(y, y, group))

def cross_validate(model, X, y, rounds, kind, name):
    """Return the answer to each row: probabilities (rows, classes), or numbers (rows,)."""
    show_progress(name)
    method = "predict_proba" if kind == "classes" else "predict"
    return model_selection.cross_val_predict(model, X, y, cv=rounds, method=method)

def find_variance(y, group):  # each group counts the same
    return np.cov(y, ddof=0, aweights=1 / pd.Series(group).groupby(group).transform("size"))

def score_rounds(answers, y, group, rounds, kind):
    """Return balanced accuracy of rounds, or R2 by the variance of all y; groups count alike."""
    if kind == "classes":
        part, score = y, answers.argmax(1) == y
    else:
        part, score = np.zeros(len(y)), 1 - (answers - y) ** 2 / find_variance(y, group)
    rows = pd.DataFrame({"class": part, "group": group, "score": score})
    means = [rows.iloc[it].groupby(["class", "group"])["score"].mean() for _, it in rounds]
    return np.array([of_groups.groupby("class").mean().mean() for of_groups in means])

def permute_labels(model, X, ways, group, kind, folds, seed):
    """Return the score of a model by each way to give the labels."""
    scores = []
    for number, y in enumerate(ways):
        rounds = make_rounds(y, group, kind, folds, seed)  # anew, to treat all ways alike
        answers = cross_validate(model, X, y, rounds, kind, f"permuted: {number} of {len(ways)}")
        scores.append(score_rounds(answers, y, group, rounds, kind).mean())
    return np.array(scores)

def look_at_columns(tidy, y, group, known):
    """Return doubts about columns, names of those to try as nuisance, and of the rest; or stop."""
    doubts, shared, rest, many = [], [], [], len(set(group))
    for name, column in tidy.items():
        groups = pd.Series(group).groupby(column.to_numpy()).nunique()  # of each value
        if column.map(groups).gt(1).mean() < 0.5:
            (shared if column.str.match(DATE).all() else rest).append(name)
            continue  # such as a number of the row: few rows share their value with other groups
        tells = is_constant(y, column.to_numpy())
        if name not in known and len(groups) >= 4 and (tells or many == len(y) >= 2 * len(groups)):
            stop(f"{many} groups share {len(groups)} values of {name!r}. If it is a mouse, GROUP = "
                 f"{name!r}; if a day or person, name it in NUISANCE; if a measurement, delete it.")
        if tells:
            doubts.append(f"All rows of one {name!r} have one label: a model can read the label "
                          "off it, and nobody can separate the two in these data.")
        elif len(groups) > 1:
            shared.append(name)
    return doubts, shared, rest

def look_at_features(models, X, names, y, group, rounds, kind):
    """Return what each feature is worth, to the linear model and alone, and what is too good."""
    losses, alone = [], []
    scoring, scale = ("accuracy", 1) if kind == "classes" else ("neg_mean_squared_error", y.var())
    for trained, tested in rounds:
        lost = inspection.permutation_importance(
            models["linear"].fit(X[trained], y[trained]), X[tested], y[tested], n_repeats=10,
            random_state=0, scoring=scoring)
        losses.append(lost.importances_mean / scale)
    for j, name in enumerate(names):
        answers = cross_validate(models["tree"], X[:, [j]], y, rounds, kind, f"{name} alone")
        alone.append(score_rounds(answers, y, group, rounds, kind).mean())
    worth = pd.DataFrame({"lost when permuted": np.mean(losses, 0), "alone": alone}, names)
    too_good = [f"{name!r} ({it:.2f})" for name, it in worth["alone"].items() if it >= 0.95]
    return worth.round(2).sort_values("lost when permuted", ascending=False), too_good

def draw_results(group, classes, y, rounds, answers, real, permuted):
    """Draw which round tests which group, what the linear model answers, and its test: as SVG."""
    figure = Figure((12, 4.5), layout="constrained")
    left, middle, right = figure.subplots(1, 3)
    order = pd.Series(y).groupby(group).mean().sort_values(kind="stable").index
    colours = {"vmin": y.min(), "vmax": y.max(), "cmap": "tab10" if len(classes) else None}
    for number, (_, it) in enumerate(rounds, 1):
        left.scatter([number] * len(it), order.get_indexer(group[it]), c=y[it], **colours)
    left.set_yticks(range(len(order)), order, fontsize=min(9, 300 / len(order)))
    left.set(title=f"Groups, from below: {list_some(classes)}", xlabel="round that tests it")
    if len(classes):
        metrics.ConfusionMatrixDisplay.from_predictions(
            y, answers.argmax(1), display_labels=classes, ax=middle, cmap="Blues", colorbar=False)
    else:
        metrics.PredictionErrorDisplay.from_predictions(
            y, answers, kind="actual_vs_predicted", ax=middle)
    middle.set_title("Rows, by the linear model")
    right.hist(permuted, 25, color="silver")
    right.axvline(real, color="tab:orange")
    right.set(title="Test: real labels (line), permuted", xlabel="score", ylabel="permutations")
    svg = io.StringIO()
    figure.savefig(svg, format="svg")
    return svg.getvalue().partition("?>")[2]
