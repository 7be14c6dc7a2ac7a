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
from pathlib import Path
import numpy as np
import pandas as pd
import tifffile
import torch
from sklearn import dummy, ensemble, linear_model, pipeline, preprocessing
from sklearn.model_selection import StratifiedGroupKFold
from torch import nn

def demand(is_well, message):
    """Stop with a message, unless all is well."""
    if not is_well:
        raise SystemExit(f"Stopped: {message}")

# %% Read the table
demand(Path(TABLE).exists(), f"there is no file {TABLE}. Set TABLE to the path of yours.")
table = pd.read_excel(TABLE) if TABLE.endswith("x") else pd.read_csv(TABLE)
columns = [LABEL, *GROUPS, *([IMAGE] if IMAGES else FEATURES), *([SPLIT] if SPLIT else [])]
for name in columns:
    demand(name in table, f"{TABLE} has no column {name!r}. Choose names of {list(table)}.")
gaps = table.index[table[columns].isna().any(axis=1)]
demand(gaps.empty, f"values are missing in the lines {[i + 2 for i in gaps[:9]]} of {TABLE}. "
       "Complete them, or delete these rows and say so in the methods section.")
tidy = table[columns].astype(str).apply(lambda column: column.str.strip().str.lower())
classes, y = np.unique(tidy[LABEL], return_inverse=True)
demand(2 <= len(classes) <= len(y) / 4, f"{LABEL!r} has {len(classes)} different labels in "
       f"{len(y)} rows. Set LABEL to a column of two or more classes.")

# %% What may not be divided: rows that share a value in a column of GROUPS, also by detours
group, before = np.arange(len(table)), None
while not np.array_equal(group, before):
    before = group
    for name in GROUPS:
        group = pd.Series(group).groupby(tidy[name]).transform("min").to_numpy()
print(f"{len(y)} rows, {len(set(group))} groups, classes {list(classes)}: {np.bincount(y)}")
demand(len(set(group)) >= 4, f"{GROUPS} leave {len(set(group))} group(s) that share nothing. "
       "At least 4 are needed: more mice or patients, not more images of the same.")

# %% Hold back the test groups, before anything is looked at
if SPLIT:
    test = (tidy[SPLIT] == "test").to_numpy()
else:
    cut = StratifiedGroupKFold(min(5, len(set(group))), shuffle=True, random_state=SEED)
    test = np.isin(np.arange(len(y)), next(cut.split(y, y, group))[1])
torn = np.isin(group, group[test]) & ~test
demand(not torn.any(), "a group is on both sides of the split: "
       f"{tidy.loc[torn, GROUPS].drop_duplicates().values.tolist()}. Mend column {SPLIT!r}.")
for side, part, least in (("test", test, 1), ("training", ~test, 2)):
    held = [len(set(group[part & (y == k)])) for k in range(len(classes))]
    demand(min(held) >= least, f"{held} {side} groups hold the classes {list(classes)}, and "
           f"{least} must hold each. Take another SEED, or hold others back with SPLIT.")

# %% Read the images, in the order of the table
if IMAGES:
    names = table[IMAGE].astype(str).str.strip()
    names = names.where(names.str.contains(r"\.tiff?$", case=False), names + ".tif")
    files = [Path(IMAGES, name) for name in names]
    missing = [file.name for file in files if not file.exists()]
    demand(not missing, f"{len(missing)} image(s) of {TABLE} are not in the folder {IMAGES}: "
           f"{missing[:5]}. Copy them there, correct the names, or delete the rows.")
    demand(names.is_unique, f"an image has two rows: {list(names[names.duplicated()])[:5]}.")
    X = []
    for file in files:
        image = np.atleast_3d(tifffile.imread(file).astype("float32"))
        demand(image.ndim == 3, f"{file.name} has the shape {image.shape}: choose one plane.")
        if image.shape[0] > image.shape[2]:  # channels come first, as PyTorch wants them
            image = np.moveaxis(image, 2, 0)
        small = nn.functional.interpolate(torch.tensor(image)[None], (SIZE, SIZE), mode="area")
        X.append(small[0])
        demand(len(X[-1]) == len(X[0]), f"{file.name} has other channels than the first image.")
    X = torch.stack(X)  # (images, channels, SIZE, SIZE)
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

def judge(name, trained, tested):
    """Return the accuracy on some rows of a model that was trained on others."""
    demand(not set(group[trained]) & set(group[tested]), "a group is on both sides.")
    if name == "network":
        model, X_scaled = fit_network(trained)
        return np.mean(model(X_scaled[tested]).argmax(1).numpy() == y[tested])
    model = MODELS[name].fit(features[trained], y[trained])
    return model.score(features[tested], y[tested])

# %% Baselines and network in the same rounds, on all but the test groups
MODELS = {
    "most frequent class": dummy.DummyClassifier(),
    "linear": pipeline.make_pipeline(
        preprocessing.StandardScaler(), linear_model.LogisticRegression(max_iter=1000)),
    "forest": ensemble.RandomForestClassifier(random_state=SEED),
    "network": None}
rows = np.flatnonzero(~test)
folds = StratifiedGroupKFold(min(FOLDS, len(np.unique(group[rows]))))
results = pd.DataFrame({name: [
    judge(name, rows[trained], rows[tested])
    for trained, tested in folds.split(rows, y[rows], group[rows])] for name in MODELS})
print("\nCross-validated accuracy, whole groups held back")
print(results.agg(["mean", "std", "min", "max"]).T.round(2).to_string())

# %% The test groups, opened once, by the model that the rounds have chosen
chosen = results.mean().idxmax()
print(f"\nchosen by the rounds: {chosen}; {len(np.unique(group[test]))} test groups held back")
if OPEN_TEST:
    print(f"accuracy on the test groups: {judge(chosen, rows, np.flatnonzero(test)):.2f}")
