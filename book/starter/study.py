# %% [markdown]
# # A study of your own
# Reads a table, or a table and a folder of images, and cross-validates baselines and a network
# with whole groups held back. Change the settings, then run everything, from top to bottom.

# %% Settings
TABLE = "samples/table.csv"  # .csv, or .xlsx
LABEL = "treatment"  # the column to be predicted
GROUPS = ["mouse"]  # what was sampled; then what else may not be divided, such as the plate
FEATURES = ["area", "roundness", "dna", "mito"]  # columns to learn from, if IMAGES is None
IMAGES = None  # or a folder of TIFFs, such as "samples/images"
IMAGE = "image"  # then: the column that names the files
SIZE = 32  # images are resized to so many pixels in height and width
NUISANCE = []  # columns that should tell nothing, such as the day: how far do they get alone?
SPLIT = None  # or a column that says "test" where a row is held back, and "train" elsewhere
FOLDS, EPOCHS, RATE, SEED = 5, 30, 0.002, 0
OPEN_TEST = False  # True once, when nothing will be changed any more

# %% Packages
import numpy as np
import pandas as pd
import torch
from helpers import (demand, join_groups, judge_units, look_at_groups, read_features,
                     read_images, read_table, tidy_table)
from sklearn import dummy, ensemble, linear_model, pipeline, preprocessing
from sklearn.model_selection import StratifiedGroupKFold
from torch import nn
torch.set_num_threads(1)  # faster for models this small

# %% The table
GROUPS, FEATURES, NUISANCE = ([it] if isinstance(it, str) else it
                              for it in (GROUPS, FEATURES, NUISANCE))
demand(GROUPS, "GROUPS names no column. Name what was sampled, such as the mouse.")
inputs = [IMAGE] if IMAGES else FEATURES
demand(not {LABEL, *GROUPS} & {*inputs, *NUISANCE}, "what is in LABEL or GROUPS is no input.")
table = read_table(TABLE, [LABEL, *GROUPS, *inputs, *NUISANCE, *([SPLIT] if SPLIT else [])])
tidy = tidy_table(table, [LABEL, *GROUPS])
classes, y = np.unique(tidy[LABEL], return_inverse=True)
demand(2 <= len(classes) <= len(y) / 4, f"{LABEL!r} has {len(classes)} different labels in "
       f"{len(y)} rows. Set LABEL to a column of two or more classes.")

# %% What may not be divided: rows that share a value in a column of GROUPS, also by detours
group, unit = join_groups(tidy, GROUPS), tidy[GROUPS[0]].to_numpy()
def count_groups(part):
    """Return how many groups of some rows hold each class."""
    return [len(set(group[part & (y == k)])) for k in range(len(classes))]
print(f"{len(y)} rows, {len(set(group))} groups; classes {list(classes)}: "
      f"{np.bincount(y)} rows, {count_groups(y >= 0)} groups")
demand(len(set(group)) >= 4, f"{GROUPS} leave {len(set(group))} group(s) that share nothing, "
       "and 4 are needed: these data cannot tell what holds beyond them.")
look_at_groups(tidy.drop(columns=[LABEL, *GROUPS]).join(tidy[GROUPS[0]]), y, group, GROUPS[0])

# %% Hold back the test groups, before anything is looked at
if SPLIT:
    demand(set(tidy[SPLIT]) == {"train", "test"}, f"{SPLIT!r} may say train or test only.")
    test = (tidy[SPLIT] == "test").to_numpy()
elif min(count_groups(y >= 0)) < 10:
    test = y < 0  # no row
    print("No group is held back: with fewer than 10 of each class, a test would be luck.")
else:
    label = pd.Series(y).groupby(group).agg(lambda values: values.mode()[0])
    test = np.isin(group, label.groupby(label).sample(frac=0.2, random_state=SEED).index)
torn = np.isin(group, group[test]) & ~test
demand(not torn.any(), "a group is on both sides of the split: "
       f"{tidy.loc[torn, GROUPS].drop_duplicates().values.tolist()}. Mend column {SPLIT!r}.")
for side, part, least in (("test", test, int(test.any())), ("training", ~test, 2)):
    demand(min(count_groups(part)) >= least, f"{count_groups(part)} {side} groups hold the "
           f"classes {list(classes)}, and {least} must hold each. Mend LABEL, GROUPS or SPLIT.")

# %% The inputs
if IMAGES:
    X = read_images(IMAGES, table[IMAGE], SIZE)  # (images, channels, SIZE, SIZE)
    features = torch.cat([X.mean((2, 3)), X.std((2, 3)), X.amax((2, 3))], 1).numpy()
else:
    features = read_features(table, FEATURES)
    X = torch.tensor(features).float()

# %% The network, and the usual loop
def fit_network(trained):
    """Return a network trained on these rows, and all of X scaled by their mean and SD."""
    torch.manual_seed(SEED)
    axes = (0, 2, 3) if IMAGES else 0
    mean, std = X[trained].mean(axes, keepdim=True), X[trained].std(axes, keepdim=True)
    X_scaled = (X - mean) / (std + 1e-6)
    if IMAGES:
        model = nn.Sequential(
            nn.Conv2d(X.shape[1], 8, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
            nn.Conv2d(8, 16, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
            nn.Flatten(), nn.Linear(16 * (SIZE // 4) ** 2, len(classes)))
    else:
        model = nn.Sequential(nn.Linear(X.shape[1], 32), nn.ReLU(), nn.Linear(32, len(classes)))
    optimizer, loss_fn = torch.optim.Adam(model.parameters(), lr=RATE), nn.CrossEntropyLoss()
    for _ in range(EPOCHS):
        for batch in torch.tensor(trained)[torch.randperm(len(trained))].split(20):
            loss = loss_fn(model(X_scaled[batch]), torch.tensor(y)[batch])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
    return model, X_scaled

# %% Baselines, the simplest first; of images they see the brightness of each channel only
forest = ensemble.RandomForestClassifier(random_state=SEED)
MODELS = {"most frequent class": dummy.DummyClassifier(),
          **({"nuisance": forest} if NUISANCE else {}),
          "linear": pipeline.make_pipeline(preprocessing.StandardScaler(),
                                           linear_model.LogisticRegression(max_iter=1000)),
          "forest": forest, "network": None}
def predict(name, trained, tested):
    """Return the probabilities that a model, trained on some rows, gives to others."""
    demand(not set(group[trained]) & set(group[tested]), "a group is on both sides.")
    demand(len(set(y[trained])) == len(classes), "a round trains without a class. Lower FOLDS.")
    if name == "network":
        model, X_scaled = fit_network(trained)
        return model(X_scaled[tested]).softmax(1).detach().numpy()
    x = pd.get_dummies(table[NUISANCE]).to_numpy(float) if name == "nuisance" else features
    return MODELS[name].fit(x[trained], y[trained]).predict_proba(x[tested])

# %% Baselines and network in the same rounds, on all but the test groups
rows = np.flatnonzero(~test)
folds = StratifiedGroupKFold(min(FOLDS, *count_groups(~test)))
rounds = [rows[tested] for _, tested in folds.split(rows, y[rows], group[rows])]
results, balanced, P = {}, {}, {name: np.zeros((len(y), len(classes))) for name in MODELS}
for name in MODELS:
    for tested in rounds:
        P[name][tested] = predict(name, np.setdiff1d(rows, tested), tested)
    right = P[name].argmax(1) == y
    balanced[name] = np.array([pd.Series(right[tested]).groupby(y[tested]).mean().mean()
                               for tested in rounds])  # each class counts the same
    results[name] = [right[rows].mean(), balanced[name].mean(), balanced[name].std(),
                     *judge_units(P[name][rows], y[rows], unit[rows])]
results = pd.DataFrame(results, ["accuracy", "balanced", "SD", f"{GROUPS[0]} right", "low"]).T
print(f"\nCross-validated in {len(rounds)} rounds, whole groups held back; balanced accuracy "
      f"would be {1 / len(classes):.2f} by luck")
print(results.drop(columns="low").to_string(float_format="{:.2f}".format))

# %% The simplest model that the best beats by no more than a standard error: a rule of thumb
candidates = ["linear", "forest", "network"]
best = max(candidates, key=lambda name: balanced[name].mean())
behind = {name: balanced[best] - balanced[name] for name in candidates}
chosen = next(name for name in candidates
              if behind[name].mean() <= behind[name].std() / len(rounds) ** 0.5)
print(f"\nchosen: {chosen}; {len(set(group[test]))} test groups held back")
largest = pd.Series(y[rows]).groupby(unit[rows]).first().value_counts(normalize=True).max()
if results["low"].astype(float).fillna(1)[chosen] <= largest:
    print(f"Nothing is shown: {largest:.0%}, the share of the largest class, may be the truth.")
if OPEN_TEST and test.any():
    P = predict(chosen, rows, np.flatnonzero(test))
    print(f"accuracy on the test groups: {np.mean(P.argmax(1) == y[test]):.2f}; "
          f"{GROUPS[0]} right: {judge_units(P, y[test], unit[test])[0]}")
