"""Predict new rows, or new images, with the model that study.py has saved. Type

python predict.py new.xlsx
python predict.py new.xlsx folder-of-images
"""

import sys

import joblib
import numpy as np
from files import list_some, read_inputs, read_table, say, stop


def predict(path, folder=None):
    """Write the table with predictions to results/predictions.xlsx, and return it."""
    study = joblib.load("results/model.joblib")  # open what you trust only: it can run code
    of, names, classes, kind = (study[it] for it in ("settings", "names", "classes", "image_kind"))
    if bool(folder) != bool(kind):
        stop(f"The model reads {'images: name their folder after' if kind else 'only'} the table.")
    table = read_table(path, of["SHEET"], [of["IMAGE"]] if kind else names)
    X, features, names, _ = read_inputs(table, of, folder, kind)
    low, high = study["low"], study["high"]
    is_far = (features < 2 * low - high) | (features > 2 * high - low)
    stop(*[f"{names[j]!r} is {features[is_far[:, j], j][0]:.4g} in row "
           f"{list_some(table.index[is_far[:, j]])}, far from the {low[j]:.4g} to {high[j]:.4g} "
           "that the model has seen. Is it another unit, or another microscope?"
           for j in np.flatnonzero(is_far.any(0))])
    X = X if study["chosen"] == "network" else features
    result = table.copy()
    if classes:
        answers = study["model"].predict_proba(X)
        result["predicted"] = [classes[k] for k in answers.argmax(1)]
        result[[f"probability of {name}" for name in classes]] = answers
    else:
        result["predicted"] = study["model"].predict(X)
    result.to_excel("results/predictions.xlsx", index=False)
    say(f"The {study['chosen']} model has predicted {len(table)} rows: results/predictions.xlsx")
    return result


if __name__ == "__main__" and len(sys.argv) > 1:
    predict(*sys.argv[1:])
