"""Predict new rows or images by the model of study.py: python predict.py new.xlsx [folder]"""

import sys
import joblib
import pandas as pd
from helpers import list_cells, read_inputs, read_table, stop

def predict(path, folder=None):
    """Write the table with predictions to results/predictions.xlsx, and return it."""
    study = joblib.load("results/model.joblib")  # open what you trust only: it can run code
    of, kind, classes = study["settings"], study["image_kind"], study["classes"]
    if bool(folder) != bool(kind):
        stop(f"The model reads {'images, too: name their folder' if kind else 'only tables'}.")
    table = read_table(path, of["SHEET"], [of["IMAGE"]] if kind else study["names"])
    X, features, names, _ = read_inputs(table, of, folder, kind)
    cells = pd.DataFrame(features, table.index, names)
    least, most = study["least"], study["most"]  # in the study
    is_far = (cells < 2 * least - most) | (cells > 2 * most - least)
    is_far[cells.isna().mean(axis=1) > 0.5] = True
    if is_far.any(axis=None):
        far = list_cells(cells.map("{:.4g}".format), is_far)
        stop(f"{path}: far from the study, or missing: {far}. Another unit? Correct or drop them.")
    table["outside the study"] = ((cells < least) | (cells > most)).dot(cells.columns + ". ")
    table["gaps filled"] = cells.isna().sum(axis=1)
    inputs = X if study["chosen"] == "network" else features
    if classes:
        answers = study["model"].predict_proba(inputs)
        table["predicted"] = [classes[k] for k in answers.argmax(1)]
        table[[f"probability of {name}" for name in classes]] = answers
    else:
        table["predicted"] = study["model"].predict(inputs)
    table.to_excel("results/predictions.xlsx", index=False)
    print(f"Answers: {len(table)}; outside the study: {(table['outside the study'] > '').sum()}.")
    print(f"Model: {study['chosen']}. The verdict of the study was: {study['verdict']}")
    return table

if __name__ == "__main__":
    if len(sys.argv) == 1:
        sys.exit(__doc__)
    predict(*sys.argv[1:])
