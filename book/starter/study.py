# %% [markdown]
# # A study of your own
# Reads a table, or a table and a folder of images, and cross-validates baselines and a network
# with whole groups held back. Change the settings, then run everything, from top to bottom.

# %% Settings
TABLE = "samples/table.csv"  # .csv, or .xlsx
LABEL = "treatment"  # the column to be predicted
GROUPS = ["mouse"]  # what may not be divided; with several, whatever shares one of them
FEATURES = ["area", "roundness", "dna", "mito"]  # columns to learn from, if IMAGES is None
IMAGES = None  # or a folder of TIFFs, such as "samples/images"
IMAGE = "image"  # then: the column that names the files
SIZE = 32  # images are resized to so many pixels in height and width
SPLIT = None  # or a column that says "test" where a row is held back
FOLDS, EPOCHS, RATE, SEED = 5, 30, 0.002, 0
OPEN_TEST = False  # True once, when nothing will be changed any more

# %% Packages
import numpy as np
import pandas as pd
import torch
from reading import demand, join_groups, look_at_columns, read_images, read_table, tidy_table
from scipy.stats import binomtest
from sklearn import dummy, ensemble, linear_model, metrics, pipeline, preprocessing
from sklearn.model_selection import StratifiedGroupKFold
from torch import nn
torch.set_num_threads(1)  # faster for models this small

# %% The table
GROUPS, FEATURES = ([it] if isinstance(it, str) else it for it in (GROUPS, FEATURES))
demand(GROUPS, "GROUPS names no column. Name what was sampled, such as the mouse.")
inputs = [IMAGE] if IMAGES else FEATURES
table = read_table(TABLE, [LABEL, *GROUPS, *inputs, *([SPLIT] if SPLIT else [])])
tidy = tidy_table(table, [LABEL, *GROUPS])
classes, y = np.unique(tidy[LABEL], return_inverse=True)
demand(2 <= len(classes) <= len(y) / 4, f"{LABEL!r} has {len(classes)} different labels in "
       f"{len(y)} rows. Set LABEL to a column of two or more classes.")

# %% What may not be divided
group = join_groups(tidy, GROUPS)
def count_groups(part):
    """Return how many groups of some rows hold each class."""
    return [len(set(group[part & (y == k)])) for k in range(len(classes))]

print(f"{len(y)} rows, {len(set(group))} groups; classes {list(classes)}: "
      f"{np.bincount(y)} rows, {count_groups(y >= 0)} groups")
demand(len(set(group)) >= 4, f"{GROUPS} leave {len(set(group))} group(s) that share nothing. "
       "At least 4 are needed: more mice or patients, not more images of the same.")
look_at_columns(tidy.drop(columns=[LABEL, *GROUPS]), y, group)

# %% Hold back the test groups, before anything is looked at
if SPLIT:
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
           f"classes {list(classes)}, and {least} must hold each. Mend GROUPS or SPLIT.")

# %% The inputs
if IMAGES:
    X = read_images(IMAGES, table[IMAGE], SIZE)  # (images, channels, SIZE, SIZE)
    features = torch.cat([X.mean((2, 3)), X.std((2, 3)), X.amax((2, 3))], 1).numpy()
else:
    for name in FEATURES:
        demand(pd.api.types.is_numeric_dtype(table[name]), f"column {name!r} holds text. Look "
               "for decimal commas and units, or take it out of FEATURES.")
    features = table[FEATURES].to_numpy(float)
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
MODELS = {
    "most frequent class": dummy.DummyClassifier(),
    "linear": pipeline.make_pipeline(
        preprocessing.StandardScaler(), linear_model.LogisticRegression(max_iter=1000)),
    "forest": ensemble.RandomForestClassifier(random_state=SEED),
    "network": None}

def predict(name, trained, tested):
    """Return the probabilities that a model, trained on some rows, gives to others."""
    demand(not set(group[trained]) & set(group[tested]), "a group is on both sides.")
    demand(len(set(y[trained])) == len(classes), "a round trains without a class. Lower FOLDS.")
    if name == "network":
        model, X_scaled = fit_network(trained)
        return model(X_scaled[tested]).softmax(1).detach().numpy()
    return MODELS[name].fit(features[trained], y[trained]).predict_proba(features[tested])

def judge_groups(probabilities, rows):
    """Return how many groups are right by the mean of their rows, of how many, and 95%."""
    means = pd.DataFrame(probabilities).groupby([group[rows], y[rows]]).mean()
    right = int(np.sum(means.to_numpy().argmax(1) == means.index.get_level_values(1)))
    low, high = binomtest(right, len(means)).proportion_ci()
    return f"{right} of {len(means)} ({low:.0%} to {high:.0%})"

# %% Baselines and network in the same rounds, on all but the test groups
rows = np.flatnonzero(~test)
folds = StratifiedGroupKFold(min(FOLDS, *count_groups(~test)))
rounds = list(folds.split(rows, y[rows], group[rows]))
results = pd.DataFrame(index=MODELS, columns=["mean", "SD", "balanced", "groups right (95%)"])
for name in MODELS:
    P = np.zeros((len(y), len(classes)))
    for trained, tested in rounds:
        P[rows[tested]] = predict(name, rows[trained], rows[tested])
    right = P.argmax(1) == y
    accuracy = np.array([right[rows[tested]].mean() for _, tested in rounds])
    balanced = metrics.balanced_accuracy_score(y[rows], P[rows].argmax(1))
    results.loc[name] = [accuracy.mean(), accuracy.std(), balanced, judge_groups(P[rows], rows)]
print(f"\nCross-validated accuracy in {len(rounds)} rounds, whole groups held back; "
      f"the largest class has {np.bincount(y[rows]).max() / len(rows):.2f}")
print(results.to_string(float_format="{:.2f}".format))

# %% The simplest model that the best one does not beat by more than its scatter
best = results.loc[results["mean"].astype(float).idxmax()]
chosen = (results["mean"] >= best["mean"] - best["SD"]).idxmax()
print(f"\nchosen: {chosen}; {len(set(group[test]))} test groups held back")
if OPEN_TEST and test.any():
    P = predict(chosen, rows, np.flatnonzero(test))
    print(f"accuracy on the test groups: {np.mean(P.argmax(1) == y[test]):.2f}; "
          f"groups right: {judge_groups(P, np.flatnonzero(test))}")
