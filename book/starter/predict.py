"""Predict new rows, or new images, with the model that study.py has saved.

python predict.py new.xlsx
python predict.py new.xlsx folder-of-images
"""

import sys

import joblib
import numpy as np
from helpers import list_some, read_inputs, read_table, stop

def predict(path, folder=None):
    """Write the table with predictions to results/predictions.xlsx, and return it."""
    study = joblib.load("results/model.joblib")  # open what you trust only: it can run code
    of, kind, classes = study["settings"], study["image_kind"], study["classes"]
    if bool(folder) != bool(kind):
        stop(f"The model reads {'images, too: name their folder' if kind else 'only tables'}.")
    table = read_table(path, of["SHEET"], [of["IMAGE"]] if kind else study["names"])
    X, features, names, _ = read_inputs(table, of, folder, kind)
    low, high = study["low"], study["high"]
    is_far = (features < 2 * low - high) | (features > 2 * high - low)
    stop(*[f"{names[j]!r} is far from the {low[j]:.4g} to {high[j]:.4g} that the model saw "
           f"in row {list_some(table.index[is_far[:, j]])}. Is it another unit or microscope?"
           for j in np.flatnonzero(is_far.any(0))])
    X = X if study["chosen"] == "network" else features
    if classes:
        answers = study["model"].predict_proba(X)
        table["predicted"] = [classes[k] for k in answers.argmax(1)]
        table[[f"probability of {name}" for name in classes]] = answers
    else:
        table["predicted"] = study["model"].predict(X)
    table.to_excel("results/predictions.xlsx", index=False)
    print(f"Predicted by the {study['chosen']} model: {len(table)} rows, predictions.xlsx")
    return table

if __name__ == "__main__" and len(sys.argv) > 1:
    predict(*sys.argv[1:])
