# %% [markdown]
# # A study of your own: can a label be predicted in mice that the model has not seen?

# %% Settings: change them, then run all
TABLE = "samples/table.csv"  # .csv or .xlsx
SHEET = None  # the sheet's name, if an Excel file has several
LABEL = "treatment"  # the column to be predicted
KIND = "classes"  # or "number", such as an age
GROUP = "mouse"  # the column of what was sampled, and will be new when the method is used
UNIT = None  # if labels differ within groups: column of what was given a label, such as the dish
FEATURES = ["area", "roundness", "dna", "mito"]  # columns to learn from, if IMAGES is None
GAPS = None  # or "median" or "mean", by which missing features are filled
IMAGES = None  # or a folder of TIFFs, such as "samples/images"
IMAGE = "image"  # then: the column that names the files
PLANES = None  # if files hold stacks: "max" or "mean" over their planes, or "channels"
SIZE = 32  # images are resized to so many pixels in height and width
EVEN = False  # True: brightness and contrast of all images are made the same first
NUISANCE = []  # columns that should tell nothing, such as the day; others are tried, too
FOLDS = 6  # rounds of cross-validation
EPOCHS = 30  # of the network
PERMUTATIONS = 499  # of the labels, in the test
SEED = 0

# %% The files
from html import escape
from importlib.metadata import version
from pathlib import Path
import joblib
import numpy as np
import pandas as pd
from helpers import (cross_validate, draw_results, even_out, find_variance, find_ways, is_constant,
                     list_some, look_at_columns, look_at_features, make_models, make_rounds,
                     measure_images, permute_labels, read_inputs, read_numbers, read_table,
                     read_values, said, say, score_rounds, stop, tidy_table)

said.clear()  # by an earlier run
FEATURES, NUISANCE = (np.atleast_1d(it).tolist() for it in ([] if IMAGES else FEATURES, NUISANCE))
settings = {
    "TABLE": TABLE, "SHEET": SHEET, "LABEL": LABEL, "KIND": KIND, "GROUP": GROUP, "UNIT": UNIT,
    "FEATURES": FEATURES, "GAPS": GAPS, "IMAGES": IMAGES, "IMAGE": IMAGE, "PLANES": PLANES,
    "SIZE": SIZE, "EVEN": EVEN, "NUISANCE": NUISANCE, "FOLDS": FOLDS, "EPOCHS": EPOCHS,
    "PERMUTATIONS": PERMUTATIONS, "SEED": SEED,
}
settings |= {name: version(name) for name in ("numpy", "pandas", "scikit-learn", "torch")}
named = [LABEL, GROUP, *([UNIT] if UNIT else [])]
used = [*named, *NUISANCE, *FEATURES]
if not (FEATURES or IMAGES) or len(set(used)) < len(used):
    stop("Name some FEATURES or a folder of IMAGES, and each column in one setting only.")
if KIND not in {"classes", "number"} or GAPS not in {None, "median", "mean"}:
    stop("Set KIND to 'classes' or 'number', and GAPS to None, 'median' or 'mean'.")
table = read_table(TABLE, SHEET, [*used, IMAGE] if IMAGES else used)
tidy = tidy_table(table, named)
classes, y = (np.unique(tidy[LABEL].to_numpy(str), return_inverse=True) if KIND == "classes" else
              ([], read_numbers(table, [LABEL])[:, 0]))
X, features, names, image_kind = read_inputs(table, settings, IMAGES)  # or stop at all faults
if len(set(y)) < 2 or len(classes) > len(y) / 4:
    stop(f"{TABLE}: {LABEL!r} has {len(set(y))} different labels in {len(y)} rows. Set LABEL to "
         "a column of two or more classes, or KIND = 'number'.")

# %% The groups, and what this design can show at best
group = tidy[GROUP].to_numpy(str)
unit_name, unit, block = GROUP, group, np.zeros(len(y))
if UNIT and not is_constant(y, group):  # then labels are permuted within groups
    unit_name, unit, block = UNIT, (tidy[GROUP] + " " + tidy[UNIT]).to_numpy(str), group
if not is_constant(y, unit):
    labels = tidy[LABEL].groupby(unit).unique()
    mixed = [f"{name} ({list_some(them, 3)})" for name, them in labels.items() if len(them) > 1]
    stop(f"{TABLE}: more than one {LABEL!r} in {unit_name} {list_some(mixed)}. Correct them; "
         "or, if parts of a group were given labels, name their column in UNIT.")
held = [len(set(group[y == k])) for k in range(len(classes))]
say(f"{TABLE}: {len(y)} rows, {len(set(group))} groups ({GROUP})"
    + "".join(f"; {held[k]} {name}" for k, name in enumerate(classes)))
if len(set(group)) < 4 or 1 in held:
    stop("At least 4 groups are needed, and 2 of each class. Is a class misspelt? Sample more.")
others = tidy.drop(columns={*used, IMAGE} - {*NUISANCE, UNIT}, errors="ignore")
doubts, shared, rest = look_at_columns(others, y, group, [*NUISANCE, UNIT])
nuisance = list(dict.fromkeys([*NUISANCE, *shared]))
say(f"Tried as nuisance: {list_some(nuisance, 20) or 'nothing'}. Not tried: "
    f"{list_some(rest, 20) or 'nothing'}. Name what may tell in NUISANCE; delete unused columns.")
twins = table.index[pd.DataFrame(features).duplicated(keep=False)]
if len(twins) and len(names) > 2:
    doubts.append(f"All numbers are the same in rows {list_some(twins)}. Is a sample there twice?")
ways, total, alike = find_ways(y, unit, block, KIND, PERMUTATIONS, SEED)
smallest = max(alike / total, 1 / len(ways))
say(f"What this design can show: {len(set(unit))} units ({unit_name}) can be labelled in "
    f"{total if total < 1e6 else 'over a million'} ways{f' ({alike} score alike)' * (alike > 1)}. "
    f"With {len(ways)} tried, p cannot be below {smallest:.3f}"
    + (": nothing can be shown. Sample more groups." if smallest > 0.05 else "."))

# %% All models in the same rounds, with whole groups held back; beside them, controls
rounds = make_rounds(y, group, KIND, min([FOLDS, len(set(group)), *held]), SEED)
models = make_models(KIND, None if IMAGES else GAPS, EPOCHS, SEED)
runs = {"linear": (models["linear"], features), "forest": (models["forest"], features),
        "network": (models["network"], X)}
if IMAGES:
    runs["linear, evened out"] = models["linear"], measure_images(X, is_even=True)[0]
    runs["sharpness alone"] = models["linear"], even_out(X).diff(dim=3).abs().mean((2, 3)).numpy()
for name in nuisance:  # as words, and as numbers
    columns = np.column_stack([pd.get_dummies(tidy[name]), read_values(tidy[name])])
    runs[f"{name} alone"] = models["forest"], columns.astype(float)
answers = {name: cross_validate(*run, y, rounds, KIND, name) for name, run in runs.items()}
scores = pd.DataFrame({k: score_rounds(it, y, group, rounds, KIND) for k, it in answers.items()})
score = scores.mean()

# %% The test: the linear model, which was fixed beforehand, with labels permuted
real, *permuted = permute_labels(*runs["linear"], ways, group, KIND, len(rounds), SEED)
p = max(smallest, np.mean(np.array([real, *permuted]) >= real - 1e-9))  # the real one counts
average, high = np.mean(permuted), np.quantile(permuted, 0.95)
measure = "balanced accuracy" if KIND == "classes" else "R2"
results = pd.DataFrame({measure: score, "SD over rounds": scores.std()})
if KIND == "number":
    results["RMSE"] = np.sqrt((1 - score) * find_variance(y, group))
else:
    for name in runs:
        means = pd.DataFrame(answers[name]).groupby(unit).mean()
        is_right = means.idxmax(axis=1) == pd.Series(y).groupby(unit).first()
        results.loc[name, f"right ({unit_name})"] = f"{is_right.sum()} of {len(is_right)}"
results.loc["linear, labels permuted", measure] = average
print(f"\n{results.to_string(float_format='{:.2f}'.format, na_rep='', col_space=16)}\n")
say(f"Test of the linear model, {len(rounds)} rounds: {score['linear']:.2f}; with permuted labels "
    f"{average:.2f} on average, {high:.2f} or more in one of 20; p = {p:.3f}.")

# %% Doubts
worth, too_good = look_at_features(models, features, names, y, group, rounds, KIND)
print(f"\n{worth.head(10).to_string()}\n")
candidates = ["linear", "forest", "network"]  # from simple to complex
behind = scores.rsub(scores[score[candidates].idxmax()], axis=0)  # the best one
is_close = behind.mean() <= behind.std()
chosen = is_close[candidates].idxmax()  # the first for which it is true
if too_good:
    doubts.append(f"Alone, each of these predicts nearly all: {list_some(too_good)}. Was it known "
                  "before the label? Does the label, the day or a scale bar enter it?")
for name in runs:
    if name.endswith(" alone") and is_close[name] and score[name] > high:
        doubts.append(f"{name} does as well as the best model, or nearly so ({score[name]:.2f} and "
                      f"{score[candidates].max():.2f}).")
if "linear, evened out" in runs and score["linear, evened out"] < high <= score["linear"]:
    doubts.append("With brightness and contrast evened out nothing is shown (the linear model has "
                  f"{score['linear, evened out']:.2f}). It may read exposure, lamp or staining.")
doubts += ["R2 is below 0: a guess of the mean is better."] * int(score["linear"] < 0)
for doubt in doubts:
    say(f"Doubt: {doubt}")

# %% The verdict, the page of results, and the chosen model for new data
verdict = f"{LABEL!r} is predicted above chance in new groups like these (linear, p = {p:.3f})."
if p > 0.05:
    verdict = f"Nothing is shown (linear, p = {p:.3f}); nor is it shown that there is nothing."
    verdict += " The linear model sees no outlines." * bool(IMAGES)
elif doubts:
    verdict = f"The doubts may explain the score. If they do not, {verdict}"
say(f"Verdict: {verdict}")
say(f"Chosen: {chosen}, the simplest within one SD of the best (only the linear one was tested).")
methods = (
    f"{LABEL!r} was predicted from {list_some(names, 20)} of {len(y)} rows in {len(set(group))} "
    f"groups ({GROUP}). Cross-validation had {len(rounds)} rounds, with whole groups held back; "
    f"{f'filling of gaps (by the {GAPS}) and ' if GAPS else ''}scaling used training rows only. "
    f"Each {'class, and in it each group,' if len(classes) else 'group'} counts the same."
    f"{' Images were evened out.' * EVEN} The "
    f"linear model, fixed beforehand, had a {measure} of {score['linear']:.2f} (SD over rounds "
    f"{scores['linear'].std():.2f}); with labels permuted among {len(set(unit))} units "
    f"({unit_name}) in {len(ways) - 1} other ways, p = {p:.3f}. {' '.join([*doubts, verdict])}")
picture = draw_results(group, classes, y, rounds, answers["linear"], real, permuted)
Path("results").mkdir(exist_ok=True)
Path("results/page.html").write_text(f"""<!DOCTYPE html>
<html lang="en"><meta charset="utf-8"><title>Results</title>
<style>body {{max-width: 60em; margin: auto; font-family: sans-serif}} svg {{width: 100%}}</style>
<h1>{escape(verdict)}</h1>{picture}<p>{"<br>".join(map(escape, said))}</p>
<h2>Scores</h2>{results.round(2).to_html(na_rep="")}
<h2>Features (explained in the README; no test)</h2>{worth.head(20).to_html()}
<h2>For the methods section</h2><p>{escape(methods)} (Add the other models and corrections.)</p>
<h2>Settings and versions</h2>{pd.Series(settings).map(repr).to_frame("").to_html()}
""", "utf-8")
joblib.dump({"model": models[chosen].fit(runs[chosen][1], y), "chosen": chosen, "names": names,
             "settings": settings, "classes": list(classes), "image_kind": image_kind,
             "verdict": verdict, "least": np.nanmin(features, 0), "most": np.nanmax(features, 0)},
            "results/model.joblib")
print("See results/page.html; predict.py uses results/model.joblib for new data.")
