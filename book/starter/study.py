# %% [markdown]
# # A study of your own
# Reads a table, or a table and a folder of images, and asks whether a label can be predicted in
# groups (mice, patients) that the model has not seen. Change the settings, then run everything.

# %% Settings
TABLE = "samples/table.csv"  # .csv or .xlsx
SHEET = None  # the sheet's name, if an Excel file has several
LABEL = "treatment"  # the column to be predicted
KIND = "classes"  # or "number", such as an age
GROUPS = ["mouse"]  # what was sampled; then what else may not be divided, such as the plate
ROW_LABELS = False  # True if each row has a label of its own, whatever its group
FEATURES = ["area", "roundness", "dna", "mito"]  # columns to learn from, if IMAGES is None
GAPS = None  # or "median" or "mean": what missing features are filled with
IMAGES = None  # or a folder of TIFFs, such as "samples/images"
IMAGE = "image"  # then: the column that names the files
PLANES = None  # if files hold stacks: "max" or "mean" over the planes, or "channels"
SIZE = 32  # images are resized to so many pixels in height and width
EVEN = False  # True: brightness and contrast of all images are made the same beforehand
NUISANCE = []  # columns that should tell nothing, such as the day: how far do they get alone?
FOLDS, EPOCHS, RATE, PERMUTATIONS, SEED = 6, 30, 0.002, 499, 0

# %% Packages
import os
os.environ.setdefault("OMP_NUM_THREADS", "1")  # faster for models this small
import numpy as np
import pandas as pd
from helpers import (Labelings, count_groups_right, cross_validate, encode, even_out,
                     is_as_good, is_constant, join_groups, list_some, look_at_columns, make_models,
                     make_rounds, measure_images, permute_labels, read_images, read_numbers,
                     read_table, score_answers, stop, tidy_table)

# %% The table
GROUPS, FEATURES, NUISANCE = ([it] if isinstance(it, str) else it
                              for it in (GROUPS, FEATURES, NUISANCE))
inputs = [IMAGE] if IMAGES else FEATURES
named = [LABEL, *GROUPS, *inputs, *NUISANCE]
if not GROUPS or len(set(named)) < len(named):
    stop("Name what was sampled in GROUPS (such as the mouse), and each column in one setting.")
table = read_table(TABLE, SHEET, named)
tidy = tidy_table(table, [*GROUPS, *([LABEL] if KIND == "classes" else [])])
if KIND == "classes":
    classes, y = np.unique(tidy[LABEL].to_numpy(str), return_inverse=True)
    if not 2 <= len(classes) <= len(y) / 4:
        stop(f"{LABEL!r} has {len(classes)} different labels in {len(y)} rows. Set LABEL to a "
             "column of two or more classes, or KIND = 'number'.")
else:
    classes, y = [], read_numbers(table, [LABEL], None)[:, 0]

# %% The groups, and what this design can show at best
group, unit = join_groups(tidy, GROUPS), tidy[GROUPS[0]].to_numpy(str)
if is_constant(y, group):
    labelings = Labelings(y, group, np.zeros(len(y)), KIND)
elif is_constant(y, unit):
    labelings = Labelings(y, unit, group, KIND)  # mice within plates
elif ROW_LABELS:
    labelings = Labelings(y, np.arange(len(y)), group, KIND)
else:
    labels = tidy[LABEL].groupby(unit).unique()
    mixed = [f"{name} ({', '.join(it)})" for name, it in labels.items() if len(it) > 1]
    stop(f"More than one label in a group of {GROUPS[0]!r}: {list_some(mixed)}. Correct the "
         "table; or, if each row has a label of its own, set ROW_LABELS = True.")
held = [len(set(group[y == k])) for k in range(len(classes))]
if len(set(group)) < 4 or min(held, default=2) < 2:
    stop(f"{len(set(group))} groups of {GROUPS}, {held} in the classes {list(classes)}: at least "
         "4 are needed, and 2 of each class. These data cannot tell what holds beyond them.")
print(f"{len(y)} rows, {len(set(group))} groups ({', '.join(GROUPS)})"
      + "".join(f"; {name}: {many}" for name, many in zip(classes, held)))
doubts = look_at_columns(tidy.drop(columns=[LABEL, *GROUPS, *inputs]), y, group, NUISANCE)
smallest = labelings.smallest_p(PERMUTATIONS)
print(f"This design: {labelings.total} ways to give the labels to {labelings.units} units, "
      f"{labelings.alike} of them as good as the real one by design (itself, mirror images). With "
      f"at most {PERMUTATIONS} permutations, p cannot be smaller than {smallest:.3f}.")
if smallest > 0.05:
    print("So nothing can be shown at the 5% level, whatever the score. Sample more groups.")

# %% The inputs
if IMAGES:
    X = read_images(IMAGES, table[IMAGE], SIZE, PLANES)
    X = even_out(X) if EVEN else X
    features, FEATURES = measure_images(X)
else:
    X = features = read_numbers(table, FEATURES, GAPS)

# %% All models in the same rounds, with whole groups held back; beside them, controls
rounds = make_rounds(y, group, KIND, min(FOLDS, *(held or [len(set(group))])), SEED)
models = make_models(KIND, None if IMAGES else GAPS, EPOCHS, RATE, SEED)
runs = {name: (model, X if name == "network" else features) for name, model in models.items()}
if NUISANCE:
    runs["nuisance alone"] = models["forest"], encode(tidy[NUISANCE])
if IMAGES and not EVEN:
    even = even_out(X)
    runs["linear, evened out"] = models["linear"], measure_images(even)[0]
    runs["network, evened out"] = models["network"], even
answers, score, each = {}, {}, {}
for name, (model, x) in runs.items():
    answers[name] = cross_validate(model, x, y, rounds, KIND, name)
    score[name], each[name] = score_answers(answers[name], y, group, rounds, KIND)
results = pd.DataFrame({"balanced accuracy" if KIND == "classes" else "R2": score})
if KIND == "classes":
    results["SD over rounds"] = {name: it.std(ddof=1) for name, it in each.items()}
    if is_constant(y, unit):
        results[f"{GROUPS[0]} right, of {len(set(unit))}"] = {
            name: count_groups_right(it, y, unit) for name, it in answers.items()}
else:
    results["RMSE"] = {name: -it.mean() for name, it in each.items()}
    results["SD over rounds"] = {name: it.std(ddof=1) for name, it in each.items()}
print(f"\n{len(rounds)} rounds, whole groups held back:\n{results.round(2).to_string()}")

# %% The test: the linear model, which was fixed beforehand, with labels permuted
def permute(name):
    return permute_labels(*runs[name], y, group, labelings, KIND, len(rounds), PERMUTATIONS, SEED)
p, permuted = permute("linear")
print(f"\nTest of the linear model: {score['linear']:.2f}; with labels permuted "
      f"{permuted.mean():.2f} on average, {np.quantile(permuted, 0.95):.2f} or more in one of 20; "
      f"p = {p:.3f}")

# %% What speaks against a result
candidates = ["linear", "forest", "network"]
best = max(candidates, key=lambda name: each[name].mean())
chosen = next(name for name in candidates if is_as_good(each[name], each[best]))
if NUISANCE and is_as_good(each["nuisance alone"], each[chosen]):
    doubts.append(f"{', '.join(NUISANCE)} alone does as well as the model "
                  f"({score['nuisance alone']:.2f}): whatever the model found may be that.")
if p <= 0.05 and "linear, evened out" in runs:
    p_even, _ = permute("linear, evened out")
    print(f"The same with brightness and contrast evened out: p = {p_even:.3f}")
    if p_even > 0.05:
        doubts.append(
            "With brightness and contrast evened out nothing is shown. The model may read "
            "brightness, which exposure, lamp and staining change as well as biology does.")

# %% The verdict
for doubt in doubts:
    print(f"Doubt: {doubt}")
if smallest > 0.05:
    verdict = f"This design can show nothing at the 5% level (p is {smallest:.3f} at best)."
elif p > 0.05:
    verdict = f"Nothing is shown (p = {p:.3f}); nor that there is nothing, with so few groups."
elif doubts:
    verdict = f"The label can be predicted (p = {p:.3f}), but the doubts above may explain it."
else:
    verdict = f"The linear model predicts the label in groups it has not seen (p = {p:.3f})."
print(f"Verdict: {verdict}\nChosen: {chosen}, the simplest model that is at most one SD of the "
      "differences over rounds behind the best. Only the linear model has been tested.")
