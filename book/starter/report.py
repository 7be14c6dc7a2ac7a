"""What a study says: its lines, the groups, the verdict, the page, and predictions."""

import io
from html import escape
from importlib.metadata import version
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

import files
import images
from files import list_some

STYLE = """body {max-width: 60em; margin: auto; padding: 1em; font-family: sans-serif}
svg {width: 100%; height: auto}
table {display: block; overflow-x: auto; border-collapse: collapse}
th, td {padding: 0.2em 0.6em; text-align: left; border-bottom: 1px solid silver}"""
PACKAGES = ("numpy", "pandas", "scikit-image", "scikit-learn", "torch")


class Notes:
    """What one run has to say: lines, and faults of files until `stop` tells them."""

    def __init__(self):
        self.said = []
        self.faults = []

    def say(self, text):
        print(text)
        self.said.append(text)

    def stop(self, *more):
        """Stop with a line for each fault that was found; go on if there is none."""
        faults = dict.fromkeys([*self.faults, *more])  # each once, in their order
        if faults:
            raise SystemExit("\n".join(["Stopped. Beware of older results.", *faults]))


def list_units(judged, words, samples, nuisance):
    """Return what judge_units says, by label and answer, with the units' nuisance."""
    of_units = words[nuisance].groupby(samples.unit)
    values = of_units.agg(lambda cells: list_some(cells.unique(), 3))
    options = {"left_index": True, "right_index": True, "suffixes": ("", " (column)")}
    units = judged.merge(values, **options).rename_axis(samples.unit_name)
    return units.sort_values([*judged.columns[:2]], kind="stable")


def find_verdict(shuffled, p, least_p, doubts, worth, samples, settings):
    """Return what a study shows: an answer, why, what would change it, and doubts.

    shuffled (ways,): scores, the one with the real labels first. doubts: what else may
    explain it, each with what has to be true if it may also be the effect, or "".
    """
    score_of_a_guess = 1 / len(samples.classes) if samples.classes else 0
    result = f"({say_score(shuffled, samples)}; p = {p:.3f})"
    why = explain_test(shuffled, p, samples.measure)
    label, new = repr(settings.LABEL), f"in new groups ({samples.group_name})"
    if settings.BLOCK:
        new += f" whose {settings.BLOCK} has groups of each label"
    units, within = f"units ({samples.unit_name})", f"within {samples.block_name}"
    change = f"More {units} of each label, {within}."
    unless = " or ".join(doubts.values())
    if least_p > 0.05:
        answer = f"Cannot say: too small a study to show that {label} is predicted."
        why = f"With these {units} and PERMUTATIONS, p is at least {least_p:.3f}."
        doubts = {}
    elif p > 0.05:
        answer = f"No: it is not shown that {label} can be predicted {new}."
        why += " This does not prove that there is nothing."
        change = f"More {units} may show it, or a test of one feature that was named "
        change += "beforehand. The linear model sees weighted sums of features, not "
        change += "what tells only together; other models had no test."
        doubts = [text for text, unless in doubts.items() if not unless]
    elif shuffled[0] <= max(np.mean(shuffled), score_of_a_guess):
        answer = f"Cannot say: labels matter {within}, but {label} is not predicted "
        answer += f"{new} {result}."
    elif all(doubts.values()):
        answer = f"Yes, unless {unless}: " if unless else "Yes: "
        answer += f"{label} is predicted above chance {new} {result}."
        change = f"Alone {worth.index[0]!r} does most ({worth.iloc[0]:.2f}): does the "
        change += "label or day enter it? Another lab or week would make it stronger."
    else:
        answer = f"Cannot say: {label} is predicted {new}, but perhaps for another "
        answer += "reason."
        why += " So it is hardly luck, but a doubt may explain it."
        change = "What the doubts ask for."
    return SimpleNamespace(answer=answer, why=why, change=change, doubts=[*doubts])


def say_score(shuffled, samples):
    by_luck = f"with shuffled labels {np.mean(shuffled):.2f}"
    return f"{samples.measure} {shuffled[0]:.2f}; {by_luck}"


def explain_test(shuffled, p, measure):
    """Return the result of the test in words."""
    text = f"The linear model has {measure} {shuffled[0]:.2f}. With shuffled labels it "
    text += f"has {np.mean(shuffled):.2f} on average, and more than "
    text += f"{np.quantile(shuffled, 0.95):.2f} in at most one of 20 shuffles; "
    text += f"p = {p:.3f} is the share that does as well, the real labels among them."
    if measure == "R2" and shuffled[0] < 0:
        text += " R2 is below 0: a guess of the mean is better."
    return text


def say_verdict(verdict, notes):
    notes.say(f"Verdict: {verdict.answer}")
    notes.say(f"Why: {verdict.why}")
    for doubt in verdict.doubts:
        notes.say(f"Doubt: {doubt}")
    notes.say(f"What would change it: {verdict.change}")


def draw_units(units, rows, shuffled, samples):
    """Draw the mean answer to each unit (large dots) and to its rows (small), as SVG.

    units: what list_units returns; rows: the linear model's answers; shuffled: scores.
    """
    name, heights = units.columns[1], np.arange(len(units))
    axes = Figure((9, 1.5 + 0.28 * len(units)), layout="constrained").subplots()
    title = say_score(shuffled, samples)
    if samples.classes:
        rows = rows[np.arange(len(rows)), samples.y]  # probabilities of their own class
        colours = [f"C{k}" for k in pd.factorize(units["label"])[0]]
    else:
        colours = "C0"
        axes.scatter(units["label"], heights, 150, "black", marker="|")
        title += " (upright lines: the labels)"
    axes.scatter(rows, units.index.get_indexer(samples.unit), 8, "silver")
    axes.scatter(units[name], heights, 60, colours)
    words = units.drop(columns=name).reset_index().astype(str)
    words = words.agg(lambda cells: " · ".join(filter(None, cells)), axis=1)
    axes.set_title(title)
    axes.set_yticks(heights, words.str[:50])
    axes.set_xlabel(f"{name} (small dots: its rows)")
    svg = io.StringIO()
    axes.figure.savefig(svg, format="svg")
    return svg.getvalue().partition("?>")[2]


def write_methods(verdict, summary, rounds, inputs, ways, least_p, samples, settings):
    """Return a paragraph for the methods section of a paper."""
    _, whole_name = samples.find_whole()
    held_back = "groups" if whole_name == samples.group_name else "blocks"
    model, weights = "ridge regression (alpha = 1)", "groups count the same"
    if samples.classes:
        model = "logistic regression (L2 penalty, C = 1, weights that balance classes)"
        weights = "classes count the same, and in each its groups"
    centred, filled = "", "No value was missing."
    if settings.BLOCK:
        centred = "Features were differences from the mean of all rows of their "
        centred += f"{settings.BLOCK}, those held back included. "
    if inputs.features.isna().any(axis=None):
        filled = f"Missing values were filled by the {settings.GAPS} of training rows."
    linear, *others = summary[summary["p"] != ""].itertuples()
    controls = "; ".join(f"{it[0]} {it[1]:.2f}, p = {it.p}" for it in others)
    again = "The script had been run in this folder before. (Say how; what came out?)"
    text = f"""
        {settings.LABEL!r} was predicted from {list_some(inputs.features, 20)}, of
        {len(samples.y)} rows in {len(set(samples.group))} groups
        ({samples.group_name}). Labels were given to {len(set(samples.unit))} units
        ({samples.unit_name}{samples.say_counts(samples.unit)}). {centred}{filled}
        The linear model, fixed beforehand, was {model} on features standardised by
        training rows. Cross-validation had {len(rounds)} rounds, which held back whole
        {held_back} ({whole_name}). In scores {weights}. The {samples.measure} was
        {linear[1]:.2f} (SD over rounds {linear[2]:.2f}). With labels shuffled among
        units within {samples.block_name}, in {len(ways) - 1} other ways with rounds
        drawn anew, it was {linear.shuffled} on average; p = {linear.p}, and cannot be
        below {least_p:.3f}. Controls: {controls or "none"}.
        Verdict: {" ".join([verdict.answer, *verdict.doubts])}
        {again if Path("results/page.html").exists() else ""} (Add other models.)"""
    return " ".join(text.split())


def write_page(verdict, picture, units, summary, worth, methods, notes, settings):
    """Write results/page.html."""
    items = "".join(f"<li>{escape(doubt)}</li>" for doubt in verdict.doubts)
    noted = {name: value for name, value in vars(settings).items() if name.isupper()}
    noted |= {name: version(name) for name in PACKAGES}
    page = f"""<!DOCTYPE html>
<html lang="en"><meta charset="utf-8"><title>Results</title>
<meta name="viewport" content="width=device-width">
<style>{STYLE}</style>
<h1>{escape(verdict.answer)}</h1>
<p>{escape(verdict.why)}</p>
<p><b>What would change it:</b> {escape(verdict.change)}</p>
{picture}
<h2>Each {escape(units.index.name)}</h2>
{units.round(2).reset_index().to_html(index=False)}
<h2>Doubts</h2><ul>{items or "<li>None.</li>"}</ul>
<h2>Scores</h2>{summary.round(2).to_html()}
<h2>Features, each alone (a tree; no test)</h2>
{worth.round(2).head(20).to_frame().to_html()}
<h2>For the methods section</h2><p>{escape(methods)}</p>
<h2>Files, settings and versions</h2><p>{"<br>".join(map(escape, notes.said))}</p>
{pd.Series(noted).map(repr).to_frame("").to_html()}
"""
    Path("results").mkdir(exist_ok=True)
    Path("results/page.html").write_text(page, "utf-8")


def predict_new(run, inputs, samples, verdict, settings, notes):
    """Write the table NEW with predictions to results/predictions.xlsx, and return it.

    run: a model, and its inputs. Stop where a feature is out by more than their range.
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
        far = files.list_cells(cells.map("{:.4g}".format), is_far)
        notes.stop(
            f"{settings.NEW}: empty, or far from the study's: {far}. Another unit, "
            "exposure or magnification? Correct or delete these rows."
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
    table.to_excel("results/predictions.xlsx", index=False)
    notes.say(f"Predicted: {len(table)} rows of {settings.NEW}.")
    return table
