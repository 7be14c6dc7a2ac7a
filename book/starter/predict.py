"""Predicting new rows or images by a model that learns from the whole study."""

from pathlib import Path

import numpy as np

import files
import images


def predict_new(run, inputs, samples, verdict, settings, notes):
    """Write the table NEW with predictions to results/predictions.xlsx, and return it.

    Stop where a feature is further out than the study's range is wide.
    """
    blocks = [settings.BLOCK] if settings.BLOCK else []
    columns = blocks + (settings.FEATURES or [settings.IMAGE])
    table = files.read_table(settings.NEW, settings.SHEET, columns, notes)
    words = files.read_words(table, blocks, notes)
    new = images.read_inputs(table, words, settings, notes, inputs.kind)
    notes.stop()
    cells, least, most = new.features, inputs.features.min(), inputs.features.max()
    is_far = (cells < 2 * least - most) | (cells > 2 * most - least)
    is_far[cells.isna().mean(axis=1) > 0.5] = True
    if is_far.any(axis=None):
        rows = files.list_some(cells.index[is_far.any(axis=1)], 20)
        far = files.list_cells(cells.map("{:.4g}".format), is_far)
        notes.stop(
            f"{settings.NEW}: far from the study, or missing: {far}. Another unit, "
            f"exposure or magnification? Correct or delete row {rows}."
        )
    is_outside = (cells < least) | (cells > most)
    table["outside the study"] = is_outside.dot(cells.columns + "; ").str.rstrip("; ")
    model, X = run
    model.fit(X, samples.y)
    X = new.pixels if X is inputs.pixels else cells.to_numpy()
    if samples.classes:
        answers = model.predict_proba(X)
        table["predicted"] = np.array(samples.classes)[answers.argmax(1)]
        table[[f"probability of {name}" for name in samples.classes]] = answers
    else:
        table["predicted"] = model.predict(X)
    table["verdict of the study"] = verdict.answer
    Path("results").mkdir(exist_ok=True)
    table.to_excel("results/predictions.xlsx", index=False)
    notes.say(f"Predicted: {len(table)} rows of {settings.NEW}.")
    if settings.BLOCK:
        notes.say(f"Rows of one {settings.BLOCK} were compared: it needs each label.")
    return table
