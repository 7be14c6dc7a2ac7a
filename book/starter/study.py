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
ROW_LABELS = False  # True if rows of one group really have labels of their own
FEATURES = ["area", "roundness", "dna", "mito"]  # columns to learn from, if IMAGES is None
GAPS = None  # or "median" or "mean", by which missing features are filled
IMAGES = None  # or a folder of TIFFs, such as "samples/images"
IMAGE = "image"  # then: the column that names the files
PLANES = None  # if files hold stacks: "max" or "mean" over their planes, or "channels"
SIZE = 32  # images are resized to so many pixels in height and width
EVEN = False  # True: brightness and contrast of all images are made the same first
NUISANCE = []  # columns that should tell nothing, such as the day: how far do they get alone?
FOLDS, EPOCHS, RATE, PERMUTATIONS, SEED = 6, 30, 0.002, 499, 0

# %% Packages
from pathlib import Path
from helpers import (Design, cross_validate, draw_results, even_out, is_as_good,
                     is_constant, join_groups, list_some, look_at_columns, look_at_features,
                     make_models, make_rounds, measure_images, permute_labels, read_inputs,
                     read_numbers, read_table, said, say, score_answers, score_rounds, stop,
                     tidy_table, write_page)
import joblib
import numpy as np
import pandas as pd
import sklearn
import torch

# %% The table
GROUPS, FEATURES, NUISANCE = ([it] if isinstance(it, str) else it
                              for it in (GROUPS, FEATURES, NUISANCE))
settings = {name: value for name, value in globals().items() if name.isupper()}
inputs = [IMAGE] if IMAGES else FEATURES
named = [LABEL, *GROUPS, *inputs, *NUISANCE]
if not GROUPS or not inputs or len(set(named)) < len(named):
    stop("Name what was sampled in GROUPS, some FEATURES, and each column in one setting only.")
table = read_table(TABLE, SHEET, named)
tidy = tidy_table(table, [*GROUPS, LABEL])
classes, y = np.unique(tidy[LABEL].to_numpy(str), return_inverse=True)
if KIND == "number":
    classes, y = [], read_numbers(table, [LABEL])[:, 0]
elif not 2 <= len(classes) <= len(y) / 4:
    stop(f"{LABEL!r} has {len(classes)} different labels in {len(y)} rows. Set LABEL to a "
         "column of two or more classes, or KIND = 'number'.")

# %% The groups, and what this design can show at best
group, unit = join_groups(tidy[GROUPS]), tidy[GROUPS[0]].to_numpy(str)
held = [len(set(group[y == k])) for k in range(len(classes))]
if len(set(group)) < 4 or min(held, default=2) < 2:
    stop(f"{len(set(group))} groups ({', '.join(GROUPS)}), {held} with {list(classes)}: at "
         "least 4 are needed, 2 of each class, to tell what holds beyond these data.")
doubts = look_at_columns(tidy.drop(columns=[LABEL, *GROUPS, *inputs]), y, group, NUISANCE)
if is_constant(y, group):
    design = Design(y, group, np.zeros(len(y)), KIND)
elif is_constant(y, unit):
    design = Design(y, unit, group, KIND)  # such as mice, each within its plates
elif ROW_LABELS:
    design = Design(y, np.arange(len(y)), group, KIND)
else:
    mixed = tidy[LABEL].groupby(unit).unique().map(list)[lambda labels: labels.map(len) > 1]
    stop(f"More than one label in {list_some(f'{it} {mixed[it]}' for it in mixed.index)} of "
         f"{GROUPS[0]!r}. Correct them; or, if rows have labels of their own, set ROW_LABELS.")
smallest = design.find_smallest_p(PERMUTATIONS)
say(f"{len(y)} rows, {len(set(group))} groups ({', '.join(GROUPS)})"
    + "".join(f"; {many} {name}" for name, many in zip(classes, held, strict=True)))
many = design.total if design.total < 1e6 else "over a million"
say(f"What this design can show: there are {many} ways to give the labels to "
    f"{len(design.labels)} units; {design.alike} of them score the same by design (the real "
    f"one, and those in which classes change places). With at most {PERMUTATIONS} of them, "
    f"p cannot be below {smallest:.3f}"
    + (": nothing can be shown at 5%. Sample more groups." if smallest > 0.05 else "."))

# %% All models in the same rounds, with whole groups held back; beside them, controls
X, features, names, image_kind = read_inputs(table, settings, IMAGES)
rounds = make_rounds(y, group, KIND, min(FOLDS, *(held or [len(set(group))])), SEED)
models = make_models(KIND, None if IMAGES else GAPS, EPOCHS, RATE, SEED)
runs = {name: (model, X if name == "network" else features)
        for name, model in models.items() if name != "tree"}
if NUISANCE:  # as texts, and as numbers where they are
    runs["nuisance alone"] = models["forest"], np.column_stack([
        pd.get_dummies(tidy[NUISANCE]),
        tidy[NUISANCE].apply(pd.to_numeric, errors="coerce").fillna(0)]).astype(float)
if IMAGES and not EVEN:
    runs["linear, evened out"] = models["linear"], measure_images(even_out(X))[0]
    runs["network, evened out"] = models["network"], even_out(X)
answers = {name: cross_validate(*run, y, rounds, KIND, name) for name, run in runs.items()}
each = {name: score_rounds(it, y, group, rounds, KIND) for name, it in answers.items()}
score = {name: score_answers(it, y, group, KIND) for name, it in answers.items()}

# %% The test: the linear model, which was fixed beforehand, with labels permuted
def permute(name):
    return permute_labels(*runs[name], y, group, design, KIND, len(rounds), PERMUTATIONS, SEED)
p, permuted = permute("linear")
results = pd.DataFrame({"balanced accuracy" if KIND == "classes" else "R2":
                        score | {"linear, labels permuted": permuted.mean()}})
if KIND == "number":
    results["RMSE"] = {name: -it.mean() for name, it in each.items()}
results["SD over rounds"] = {name: it.std(ddof=1) for name, it in each.items()}
if KIND == "classes" and is_constant(y, unit):
    for name in runs:
        means = pd.DataFrame(answers[name]).groupby(unit).mean().to_numpy()
        right = np.sum(means.argmax(1) == pd.Series(y).groupby(unit).first())
        results.loc[name, f"{GROUPS[0]} right"] = f"{right} of {len(means)}"
print(f"\n{results.to_string(float_format='{:.2f}'.format, na_rep='')}\n")
say(f"Test of the linear model: {score['linear']:.2f}; with permuted labels "
    f"{permuted.mean():.2f} on average, {np.quantile(permuted, 0.95):.2f} or more in one of "
    f"20; p = {p:.3f}.")

# %% Doubts
candidates = ["linear", "forest", "network"]
best = max(candidates, key=lambda name: each[name].mean())
chosen = next(name for name in candidates if is_as_good(each[name], each[best]))
worth, told = look_at_features(models, features, names, y, group, rounds, KIND)
doubts += told
print(f"\n{worth.head(10).to_string()}\n")
if NUISANCE and is_as_good(each["nuisance alone"], each[chosen]):
    doubts.append(f"{', '.join(NUISANCE)} alone does as well as the {chosen} model "
                  f"({score['nuisance alone']:.2f}): whatever the model found may be that.")
if p <= 0.05 and "linear, evened out" in runs:
    p_even = permute("linear, evened out")[0]
    say(f"The same test with brightness and contrast evened out: p = {p_even:.3f}.")
    if p_even > 0.05:
        doubts.append("With brightness and contrast evened out nothing is shown. The model may "
                      "read exposure, lamp or staining.")
print(*(f"Doubt: {doubt}" for doubt in doubts), sep="\n")

# %% The verdict, the page of results, and the chosen model for new data
verdict = (
    f"This design can show nothing at the 5% level: p is {smallest:.3f} at best."
    if smallest > 0.05 else
    f"Nothing is shown (p = {p:.3f}); nor is it shown that there is nothing."
    if p > 0.05 else f"{LABEL} can be predicted in groups that the model has not seen "
    f"(p = {p:.3f}){', but the doubts may explain it' if doubts else ''}.")
print(f"Verdict: {verdict}")
say(f"Chosen: {chosen}, the simplest model that is behind the best by at most one SD of their "
    "differences over the rounds. Only the linear model was tested.")
methods = (
    f"{LABEL} was predicted from {list_some(names, 20)} of {len(y)} rows in {len(set(group))} "
    f"groups ({', '.join(GROUPS)}). Cross-validation had {len(rounds)} rounds, with whole "
    f"groups held back; scaling{f' and filling of gaps by the {GAPS}' if GAPS else ''} used "
    "training rows only. Each class counts the same, and in it each group. The linear model "
    f"(scikit-learn {sklearn.__version__}), fixed beforehand, scored {score['linear']:.2f} (SD "
    f"over rounds {each['linear'].std(ddof=1):.2f}); with labels permuted among "
    f"{len(design.labels)} units in {len(permuted)} ways, p = {p:.3f}. {verdict}")
Path("results").mkdir(exist_ok=True)
draw_results("results/groups.svg", unit, classes, y, group, rounds, answers["linear"],
             permuted, score["linear"])
settings |= {it.__name__: it.__version__ for it in (np, pd, sklearn, torch)}
write_page("results/page.html", f"Can {LABEL} be predicted?", {
    "Verdict": [verdict, *doubts], "Scores": results.round(2), "Features": worth.head(20),
    "For the methods section": [methods], "What was said": said,
    "Settings and versions": pd.DataFrame({"": settings}).astype(str)})
joblib.dump({"model": models[chosen].fit(runs[chosen][1], y), "chosen": chosen, "names": names,
             "settings": settings, "classes": list(classes), "image_kind": image_kind,
             "low": np.nanmin(features, 0), "high": np.nanmax(features, 0)},
            "results/model.joblib")
print("See results/page.html; predict.py uses results/model.joblib for new data.")
