"""Predict new rows or images by the model of study.py.

Type: python predict.py new.xlsx [folder of images [folder of masks]]
"""

import sys

import joblib
import pandas as pd

import files
import images
import report


def predict(path, folder=None, masks=None):
    """Write the table with predictions to results/predictions.xlsx, and return it."""
    study = joblib.load("results/model.joblib")  # open what you trust: it can run code
    settings, names = study["settings"], study["names"]
    notes = report.Notes()
    if folder and not settings.IMAGES:
        notes.stop("The model reads only tables: name no folder.")
    if settings.IMAGES and not folder:
        notes.stop("The model reads images, too: name their folder.")
    if settings.MASKS and not masks:
        notes.stop("The model reads masks, too: name their folder after the images'.")
    settings.IMAGES, settings.MASKS = folder, masks if settings.MASKS else None
    blocks = [settings.BLOCK] if settings.BLOCK else []
    columns = blocks + ([settings.IMAGE] if folder else names)
    table = files.read_table(path, settings.SHEET, columns, notes)
    words = files.read_words(table, blocks, notes)
    inputs = images.read_inputs(table, words, settings, notes, study["image_kind"])
    notes.stop()
    cells = pd.DataFrame(inputs.features, table.index, names)
    refuse_what_is_far(cells, study, path, notes)
    is_outside = (cells < study["least"]) | (cells > study["most"])
    table["outside the study"] = is_outside.dot(cells.columns + ". ")
    table["gaps filled"] = cells.isna().sum(axis=1)
    X = inputs.pixels if study["reads_pixels"] else inputs.features
    if study["classes"]:
        answers = study["model"].predict_proba(X)
        table["predicted"] = [study["classes"][k] for k in answers.argmax(1)]
        table[[f"probability of {name}" for name in study["classes"]]] = answers
    else:
        table["predicted"] = study["model"].predict(X)
    table.to_excel("results/predictions.xlsx", index=False)
    print(f"Answers: {len(table)}; outside the study: {is_outside.any(axis=1).sum()}.")
    if settings.BLOCK:
        print(f"Rows of one {settings.BLOCK} were compared; both labels must be there.")
    print(f"Model: {study['name']}. The verdict of the study was: {study['verdict']}")
    return table


def refuse_what_is_far(cells, study, path, notes):
    """Stop where a feature is further out than the study's range is wide."""
    least, most = study["least"], study["most"]
    is_far = (cells < 2 * least - most) | (cells > 2 * most - least)
    is_far[cells.isna().mean(axis=1) > 0.5] = True
    if is_far.any(axis=None):
        far = files.list_cells(cells.map("{:.4g}".format), is_far)
        notes.stop(
            f"{path}: far from the study, or missing: {far}. Another unit? Correct or "
            "drop them."
        )


if __name__ == "__main__":
    if len(sys.argv) == 1:
        sys.exit(__doc__)
    predict(*sys.argv[1:])
