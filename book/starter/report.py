"""What a study says: its lines, the list of groups, the verdict, the page."""

import io
from dataclasses import dataclass
from html import escape
from importlib.metadata import version
from pathlib import Path

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

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

    def add_fault(self, text):
        self.faults.append(text)

    def stop(self, *more):
        """Stop with a line for each fault that was found; go on if there is none."""
        faults = dict.fromkeys([*self.faults, *more])  # each once, in their order
        if faults:
            head = "Stopped. Beware of older results."
            raise SystemExit("\n".join([head, *faults]))


def show(table):
    """Print a table."""
    print(f"\n{table.to_string(float_format='{:.2f}'.format, na_rep='')}\n")


def list_units(judged, words, samples, nuisance):
    """Return the units in the order of their label and answer, with nuisance values.

    judged: of each unit its label, mean answer, and whether that is right.
    """
    of_units = words[nuisance].groupby(samples.unit)
    values = of_units.agg(lambda cells: list_some(cells.unique(), 3))
    clash = {name: f"{name} (column)" for name in judged.columns}
    table = judged.join(values.rename(columns=clash)).rename_axis(samples.unit_name)
    table = table.sort_values(["label", "answer"], kind="stable")
    if not samples.classes:
        return table
    table["right"] = table["right"].map({True: "right", False: "WRONG"})
    return table.rename(columns={"answer": "probability of its label"})


@dataclass(frozen=True)
class Doubt:
    """What else may explain a score, with what to do about it."""

    text: str
    unless: str = ""  # if it may also be the effect: what would have to be true
    is_of_design: bool = False  # then it is worth knowing even if nothing is shown


@dataclass(frozen=True)
class Verdict:
    """What a study shows: an answer in one sentence, why, and what would change it."""

    answer: str
    why: str
    change: str
    doubts: list


def find_verdict(shuffled, p, least_p, doubts, worth, summary, samples, settings):
    """Return the verdict of a study from the test of its linear model.

    shuffled (ways,): its scores, the one with the real labels first.
    """
    label, new = repr(settings.LABEL), f"in new groups ({samples.group_name})"
    if settings.BLOCK:
        new += f" whose {settings.BLOCK} has groups of each label"
    if least_p > 0.05:
        return Verdict(
            f"Cannot say: this study is too small to show that {label} is predicted.",
            f"With these units ({samples.unit_name}) and PERMUTATIONS, p cannot be "
            f"below {least_p:.3f}.",
            "More units: a new one tells more than many rows of one.",
            [],
        )
    measure, chance = summary.columns[0], 0
    if samples.classes:
        chance = 1 / len(samples.classes)
    score = f"({measure} {shuffled[0]:.2f}, p = {p:.3f})"
    why = explain_test(shuffled, p, measure)
    ask = "do you see it, too?" if settings.IMAGES else "was it known before the label?"
    change = f"Of all features {worth.index[0]!r} does most alone ({worth.iloc[0]:.2f})"
    change += f": {ask} Groups of another lab or week would make it stronger."
    unless = " or ".join(doubt.unless for doubt in doubts)
    if p > 0.05:
        answer = f"No: it is not shown that {label} can be predicted {new}."
        why += " This does not prove that there is nothing."
        change = explain_limits(samples, settings)
        doubts = [doubt for doubt in doubts if doubt.is_of_design]
    elif shuffled[0] <= chance:
        answer = f"Cannot say: labels matter within {samples.block_name}, but {label} "
        answer += f"is not predicted {new} {score}."
        doubts = []
    elif all(doubt.unless for doubt in doubts):
        answer = f"Yes, unless {unless}: " if unless else "Yes: "
        answer += f"{label} is predicted above chance {new} {score}."
    else:
        answer = f"Cannot say: {label} is predicted {new}, but perhaps for another "
        answer += "reason."
        why += " So it is hardly luck, but a doubt may explain it."
        change = "What the doubts ask for."
    return Verdict(answer, why, change, doubts)


def explain_limits(samples, settings):
    """Return in words what a test of the linear model does not see."""
    sees = "measurements of an image"
    if not settings.IMAGES:
        sees = "weighted sums of the features, not what tells only together"
    return (
        f"More units ({samples.unit_name}) may show it, laid out so that no doubt is "
        f"left. The linear model sees only {sees}; other models had no test."
    )


def explain_test(shuffled, p, measure):
    """Return the result of the test in words."""
    real, *others = shuffled
    text = f"The linear model has {measure} {real:.2f}. With shuffled labels it has "
    text += f"{np.mean(others):.2f} on average, and more than "
    text += f"{np.quantile(others, 0.95):.2f} in at most one of 20 shuffles; "
    text += f"p = {p:.3f} is the share that does as well, the real labels among them."
    if measure == "R2" and real < 0:
        text += " R2 is below 0: a guess of the mean is better."
    return text


def say_verdict(verdict, notes):
    notes.say(f"Verdict: {verdict.answer}")
    notes.say(f"Why: {verdict.why}")
    for doubt in verdict.doubts:
        notes.say(f"Doubt: {doubt.text}")
    notes.say(f"What would change it: {verdict.change}")


def draw_results(units, rows, samples, shuffled):
    """Draw each unit and its rows, and the test beside them, as SVG.

    units: the table of list_units; rows: the linear model's answer to each row.
    """
    height, heights = max(4, 1 + 0.28 * len(units)), np.arange(len(units))
    figure = Figure((12, min(height, 30)), layout="constrained")
    left, right = figure.subplots(1, 2, width_ratios=[3, 2])
    left.set_title("Units (large dots), and their rows (small)", fontsize=10)
    if samples.classes:
        rows = rows[np.arange(len(rows)), samples.y]  # probabilities of their own class
        colours = [f"C{k}" for k in pd.factorize(units["label"])[0]]
    else:
        colours = "C0"
        left.scatter(units["label"], heights, 150, "black", marker="|", label="label")
        left.legend()
    left.scatter(rows, units.index.get_indexer(samples.unit), 8, "silver")
    left.scatter(units.iloc[:, 1], heights, 60, colours)
    words = units.drop(columns=units.columns[1]).reset_index().astype(str)
    names = words.agg(lambda cells: " · ".join(filter(None, cells)), axis=1)
    left.set_yticks(heights, names.str[:50])
    left.set_xlabel(f"{units.columns[1]} (linear model, rows held back)")
    right.hist(shuffled[1:], 25, color="silver")
    right.axvline(shuffled[0], color="tab:orange")
    right.set(xlabel="score", ylabel="shuffles")
    right.set_title("The real labels (line), and shuffled ones", fontsize=10)
    svg = io.StringIO()
    figure.savefig(svg, format="svg")
    return svg.getvalue().partition("?>")[2]


def write_methods(summary, rounds, inputs, ways, samples, settings):
    """Return a paragraph for the methods section of a paper."""
    score, spread, *_, p = summary.loc["linear"]
    learned, within = "Scaling", ""
    if settings.GAPS and not settings.IMAGES:
        learned = f"Scaling, and filling gaps by the {settings.GAPS},"
    if settings.BLOCK:
        within = f" Features are differences from means of each {settings.BLOCK}."
    equal = "Each class counts the same, and in it each group."
    if not samples.classes:
        equal = "Each group counts the same."
    return (
        f"{settings.LABEL!r} was predicted from {list_some(inputs.features, 20)} of "
        f"{len(samples.y)} rows in {len(set(samples.group))} groups "
        f"({samples.group_name}). Cross-validation had {len(rounds)} rounds, with "
        f"whole groups held back. {learned} used training rows only.{within} {equal} "
        f"The linear model, fixed beforehand, had a {summary.columns[0]} of "
        f"{score:.2f} (SD over rounds {spread:.2f}). With labels permuted among "
        f"{len(set(samples.unit))} units ({samples.unit_name}), within "
        f"{samples.block_name}, in {len(ways) - 1} other ways, p = {p}. "
        "(Add the other models, and corrections.)"
    )


def write_page(verdict, picture, units, summary, worth, methods, notes, settings):
    """Write results/page.html."""
    items = "".join(f"<li>{escape(doubt.text)}</li>" for doubt in verdict.doubts)
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
<h2>Scores</h2>{summary.round(2).to_html(na_rep="")}
<h2>Features, each alone (a tree; no test)</h2>
{worth.round(2).head(20).to_frame().to_html()}
<h2>For the methods section</h2><p>{escape(methods)}</p>
<h2>Files, settings and versions</h2><p>{"<br>".join(map(escape, notes.said))}</p>
{pd.Series(noted).map(repr).to_frame("").to_html()}
"""
    Path("results").mkdir(exist_ok=True)
    Path("results/page.html").write_text(page, "utf-8")
