"""What a study says: its lines, the list of groups, the verdict, the page."""

import io
import sys
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
            head = "Stopped; what is in results/ is older."
            raise SystemExit("\n".join([head, *faults]))


def show(table):
    """Print a table."""
    print(f"\n{table.to_string(float_format='{:.2f}'.format, na_rep='')}\n")


def show_progress(text=""):
    """Show what is being done, where somebody looks on."""
    if sys.stdout.isatty() or "ipykernel" in sys.modules:
        print(f"\r{text:<60}", end="" if text else "\r", flush=True)


def list_units(judged, words, samples, nuisance):
    """Return the units in the order of their label and answer, with nuisance values.

    judged: of each unit its label, mean answer, and whether that is right.
    """
    of_units = words[nuisance].groupby(samples.unit)
    values = of_units.agg(name_values)
    clash = {name: f"{name} (column)" for name in judged.columns}
    table = judged.join(values.rename(columns=clash)).rename_axis(samples.unit_name)
    answer = "probability of its label" if samples.classes else "answer"
    if samples.classes:
        table["right"] = table["right"].map({True: "right", False: "WRONG"})
    table = table.sort_values(["label", "answer"], kind="stable")
    return table.rename(columns={"answer": answer})


def name_values(cells):
    """Return the values in some cells, or the range of numbers, in words."""
    values = cells.unique()
    numbers = pd.to_numeric(pd.Series(values), errors="coerce")
    if len(values) <= 3:
        return " ".join(values)
    if numbers.isna().any():
        return "several"
    return f"{numbers.min():g} to {numbers.max():g}"


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
    doubts: tuple = ()


def find_verdict(test, doubts, worth, summary, least_p, samples, settings):
    """Return the verdict of a study from the test of its linear model."""
    label, new = repr(settings.LABEL), f"in new groups ({samples.group_name})"
    if settings.BLOCK:
        new += f" beside others of their {settings.BLOCK}, of each label,"
    if least_p > 0.05:
        return Verdict(
            f"Cannot say: this study is too small to show that {label} is predicted.",
            f"With these units ({samples.unit_name}) and PERMUTATIONS, p cannot be "
            f"below {least_p:.3f}.",
            "More units: a new one tells more than many rows of one.",
        )
    why = explain_test(test, samples)
    if test.p > 0.05:
        return Verdict(
            f"No: it is not shown that {label} can be predicted {new}.",
            f"{why} This does not prove that there is nothing.",
            explain_limits(summary, samples, settings),
            tuple(doubt for doubt in doubts if doubt.is_of_design),
        )
    best, alone = worth.index[0], worth.iloc[0, 0]
    change = f"Of all features {best!r} does most alone ({alone:.2f}): "
    change += "look for it. " if settings.IMAGES else "was it known before the label? "
    change += "Groups of another lab or week would make it stronger."
    chance = 1 / len(samples.classes) if samples.classes else 0
    score = f"({summary.columns[0]} {test.real:.2f}, p = {test.p:.3f})"
    doubts = tuple(doubts)
    if test.real <= chance:
        answer = f"Cannot say: labels matter within {samples.block_name}, but "
        return Verdict(f"{answer}{label} is not predicted {new} {score}.", why, change)
    found = f"{label} is predicted above chance {new} {score}."
    if all(doubt.unless for doubt in doubts):
        unless = " or ".join(doubt.unless for doubt in doubts)
        answer = f"Yes, unless {unless}: {found}" if unless else f"Yes: {found}"
        return Verdict(answer, why, change, doubts)
    return Verdict(
        f"Cannot say: {label} is predicted {new}, but perhaps for another reason.",
        f"{why} So it is hardly luck, but a doubt may explain it.",
        "What the doubts ask for.",
        doubts,
    )


def explain_limits(summary, samples, settings):
    """Return in words what a test of the linear model does not see."""
    sees = "measurements of an image, and no outlines"
    if not settings.IMAGES:
        sees = "weighted sums of the features, and not what tells only together"
    others = summary[summary["p"].isna()].iloc[:, 0]
    scores = " and ".join(f"{name} ({score:.2f})" for name, score in others.items())
    untested = f"; {scores} had no test" if scores else ""
    return (
        f"More units ({samples.unit_name}) may show it, laid out so that no doubt is "
        "left. The linear model sees only "
        f"{sees}{untested}."
    )


def explain_test(test, samples):
    """Return the result of the test in words."""
    measure = "balanced accuracy" if samples.classes else "R2"
    text = f"The linear model has {measure} {test.real:.2f}. With shuffled labels it "
    text += f"has {test.average:.2f} on average, and {test.high:.2f} or more in one of "
    text += f"20 shuffles; p = {test.p:.3f} is the share that does as well, the real "
    text += "labels among them."
    if not samples.classes and test.real < 0:
        text += " R2 is below 0: a guess of the mean is better."
    return text


def say_verdict(verdict, notes):
    notes.say(f"Verdict: {verdict.answer}")
    notes.say(f"Why: {verdict.why}")
    for doubt in verdict.doubts:
        notes.say(f"Doubt: {doubt.text}")
    notes.say(f"What would change it: {verdict.change}")


def draw_results(units, rows, samples, test):
    """Draw the units and their rows, and the test beside them, as SVG.

    units: the table of list_units; rows: the linear model's answer to each row.
    """
    height = max(4, 1 + 0.28 * len(units))
    figure = Figure((12, min(height, 30)), layout="constrained")
    left, right = figure.subplots(1, 2, width_ratios=[3, 2])
    draw_units(left, units, rows, samples)
    right.hist(test.permuted, 25, color="silver")
    right.axvline(test.real, color="tab:orange")
    right.set_xlabel("score")
    right.set_ylabel("shuffles")
    right.set_title("The real labels (line), and shuffled ones", fontsize=10)
    svg = io.StringIO()
    figure.savefig(svg, format="svg")
    return svg.getvalue().partition("?>")[2]


def draw_units(axes, units, rows, samples):
    """Draw a line for each unit: its rows as small dots, their mean as a large one."""
    place = {unit: i for i, unit in enumerate(units.index)}
    heights = pd.Series(samples.unit).map(place)
    if samples.classes:
        rows = rows[np.arange(len(rows)), samples.y]  # probabilities of their own class
        wrong = (units["right"] == "WRONG").to_numpy()
        colours = pd.factorize(units["label"])[0]
        axes.set_title(
            "Units (crossed out: wrong), and their rows (small)", fontsize=10
        )
        answers = units.iloc[:, 1]
        axes.scatter(
            answers[wrong], np.flatnonzero(wrong), 150, "black", marker="x", zorder=3
        )
        axes.set_xlim(-0.03, 1.03)
    else:
        answers, colours = units["answer"], "tab:blue"
        axes.scatter(
            units["label"], range(len(units)), 150, "black", marker="|", zorder=3
        )
        axes.set_title("Units, their labels (strokes) and rows (small)", fontsize=10)
    axes.scatter(rows, heights, 8, "silver")
    options = {"cmap": "tab10", "vmin": 0, "vmax": 9} if samples.classes else {}
    axes.scatter(answers, range(len(units)), 60, colours, zorder=2, **options)
    words = units.drop(columns=[units.columns[1], "right"], errors="ignore")
    words = words.reset_index().astype(str)
    names = words.agg(lambda cells: " · ".join(filter(None, cells)), axis=1)
    axes.set_yticks(range(len(units)), names)
    axes.set_xlabel(f"{units.columns[1]} (linear model, rows held back)")


def write_methods(summary, test, rounds, inputs, ways, samples, settings):
    """Return a paragraph for the methods section of a paper."""
    measure = summary.columns[0]
    linear = summary.loc["linear"]
    steps = [
        f"{settings.LABEL!r} was predicted from {list_some(inputs.names, 20)} of "
        f"{len(samples.y)} rows in {len(set(samples.group))} groups "
        f"({samples.group_name}).",
        f"Cross-validation had {len(rounds)} rounds, with whole groups held back.",
        "Scaling used training rows only.",
    ]
    if settings.GAPS and not settings.IMAGES:
        steps.append(f"Gaps were filled by the {settings.GAPS} of training rows.")
    if settings.BLOCK:
        steps.append(
            f"Features are differences from their means in each {settings.BLOCK}."
        )
    steps += [
        "Each class counts the same, and in it each group."
        if samples.classes
        else "Each group counts the same.",
        f"The linear model, fixed beforehand, had a {measure} of {test.real:.2f} (SD "
        f"over rounds {linear['SD over rounds']:.2f}). With labels permuted among "
        f"{len(set(samples.unit))} units ({samples.unit_name}), within "
        f"{samples.block_name}, in {len(ways) - 1} other ways, p = {test.p:.3f}.",
        "(Add the other models, and corrections.)",
    ]
    return " ".join(steps)


def note_settings(settings):
    """Return the settings, and the versions of what computes, as a dictionary."""
    noted = {name: value for name, value in vars(settings).items() if name.isupper()}
    packages = ("numpy", "pandas", "scikit-image", "scikit-learn", "torch")
    return noted | {name: version(name) for name in packages}


def write_page(verdict, picture, units, summary, worth, methods, notes, settings):
    """Write results/page.html."""
    items = "".join(f"<li>{escape(doubt.text)}</li>" for doubt in verdict.doubts)
    noted = pd.Series(note_settings(settings)).map(repr).to_frame("")
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
<h2>Features, each alone (a tree; no test)</h2>{worth.round(2).head(20).to_html()}
<h2>For the methods section</h2><p>{escape(methods)}</p>
<h2>Files, settings and versions</h2><p>{"<br>".join(map(escape, notes.said))}</p>
{noted.to_html()}
"""
    Path("results").mkdir(exist_ok=True)
    Path("results/page.html").write_text(page, "utf-8")
