"""The design of a study: what was sampled, what got a label, and what that can show."""

from dataclasses import dataclass
from math import factorial, prod
from types import SimpleNamespace

import numpy as np
import pandas as pd
from sklearn import model_selection

from files import is_dates, list_some, read_numbers


def check_settings(chosen, notes):
    """Return settings, with lists in place of single names, or stop.

    Of columns they add `named`, those with names of samples, and `columns`, all.
    """
    values = {name: it for name, it in vars(chosen).items() if name.isupper()}
    settings = SimpleNamespace(**values)
    features = [] if settings.IMAGES else settings.FEATURES
    settings.FEATURES = np.atleast_1d(features).tolist()
    settings.NUISANCE = np.atleast_1d(settings.NUISANCE).tolist()
    named = [settings.LABEL, settings.GROUP, settings.UNIT, settings.BLOCK]
    settings.named = [name for name in named if name]
    images = [settings.IMAGE] if settings.IMAGES else []
    settings.columns = settings.named + settings.NUISANCE + settings.FEATURES + images
    twice = {name for name in settings.columns if settings.columns.count(name) > 1}
    kinds, fillings = {"classes", "number"}, {None, "median", "mean"}
    faults = {
        "Name some FEATURES or a folder of IMAGES.": not (features or settings.IMAGES),
        f"Name each column in one setting only: {list_some(twice)}.": twice,
        "Set KIND to 'classes' or 'number'.": settings.KIND not in kinds,
        "Set GAPS to None, 'median' or 'mean'.": settings.GAPS not in fillings,
        "Set UNIT or BLOCK, not both.": settings.UNIT and settings.BLOCK,
    }
    notes.stop(*[text for text, is_wrong in faults.items() if is_wrong])
    return settings


@dataclass(frozen=True)
class Samples:
    """What is known of each row; a unit is what was given its label as a whole."""

    y: np.ndarray  # labels (rows,): numbers, or places in the list of classes
    classes: list  # the names of the classes; empty if labels are numbers
    group: np.ndarray  # names (rows,) of what a round of cross-validation holds back
    unit: np.ndarray  # names (rows,) of units: the groups, or parts of them
    block: np.ndarray  # names (rows,) of what labels were dealt out within
    group_name: str
    unit_name: str
    block_name: str

    def count_groups(self):
        """Return how many groups have rows of each class."""
        counts = pd.Series(self.group).groupby(self.y).nunique()
        return dict(zip(self.classes, counts, strict=False))  # no classes: no counts


def find_samples(table, words, settings, notes):
    """Return the samples of a table; words are its rows as text."""
    if settings.KIND == "classes":
        classes, y = np.unique(words[settings.LABEL].to_numpy(str), return_inverse=True)
    else:
        numbers = read_numbers(table, [settings.LABEL], None, notes)
        classes, y = [], numbers[settings.LABEL].to_numpy()
    notes.stop()  # with all that is wrong in the files, if anything is
    count = len(set(y))
    if count < 2 or len(classes) > len(y) / 2:
        notes.stop(
            f"{settings.LABEL!r} has {count} different labels in {len(y)} rows. Set "
            "LABEL to a column of two or more classes, or KIND = 'number'."
        )
    group = words[settings.GROUP].to_numpy(str)
    unit, block = group, np.full(len(y), "all")
    names = [settings.GROUP, settings.GROUP, settings.BLOCK or "the study"]
    if settings.BLOCK:
        block = words[settings.BLOCK].to_numpy(str)
    elif settings.UNIT and not is_constant(y, group):
        # Then labels differ within groups, and are permuted there.
        unit = (words[settings.GROUP] + " " + words[settings.UNIT]).to_numpy(str)
        block, names = group, [settings.GROUP, settings.UNIT, settings.GROUP]
    samples = Samples(y, list(classes), group, unit, block, *names)
    check_samples(samples, words[settings.LABEL], settings, notes)
    return samples


def check_samples(samples, label, settings, notes):
    """Stop where a unit has two labels or blocks, or where there are too few groups."""
    if not is_constant(samples.y, samples.unit):
        labels = label.groupby(samples.unit).unique()
        mixed = labels[labels.map(len) > 1]
        listed = [f"{name} ({list_some(them, 3)})" for name, them in mixed.items()]
        notes.stop(
            f"More than one {settings.LABEL!r} in {samples.unit_name} "
            f"{list_some(listed)}. Correct them, for instance if names begin anew in "
            "each class; or, if parts of a group had labels, name them in UNIT."
        )
    if not is_constant(samples.block, samples.unit):
        notes.stop(
            f"Some {samples.unit_name} is in several {settings.BLOCK!r}. If its rows "
            "were spread over them, labels were not dealt out within them: set BLOCK = "
            "None, and name the column in NUISANCE."
        )
    rows, groups, held = len(samples.y), len(set(samples.group)), samples.count_groups()
    counts = "".join(f"; {number} with {name}" for name, number in held.items())
    notes.say(f"{rows} rows, {groups} groups ({samples.group_name}){counts}")
    if groups < 4 or 1 in held.values():
        notes.stop("At least 4 groups are needed, 2 of each class. Is one misspelt?")


def is_constant(y, name):
    """Return whether all rows with one name have one label."""
    return pd.Series(y).groupby(name).nunique().max() == 1


def find_nuisance(words, samples, settings, notes):
    """Return the columns to be tried as nuisance, and doubts about columns.

    A column that the settings do not name is tried if most rows share their values
    with other groups, as they share a day or a plate, or if it holds dates.
    """
    nuisance, rest, doubts = list(settings.NUISANCE), [], {}
    used = {*settings.columns} - {*nuisance}
    for name in words.columns.drop(list(used), errors="ignore"):
        column = words[name]
        groups = pd.Series(samples.group).groupby(column.to_numpy()).nunique()
        is_shared = column.map(groups).gt(1).mean() >= 0.5
        is_tried = (is_shared or is_dates(column)) and column.nunique() > 1
        is_named = name in settings.NUISANCE
        if is_tried and "" in set(column):
            notes.stop(f"{name!r} has gaps: fill it down; write 'no' where it is so.")
        if is_shared and not is_named:
            ask_for_group(name, column, samples, notes)
        if is_shared and is_constant(samples.y, column.to_numpy()):
            text = f"All rows of one {name!r} have one label: the two cannot be told "
            text += f"apart. Repeat the study with labels dealt out within {name!r}."
            doubts[text] = ""
        elif not is_named:
            (nuisance if is_tried else rest).append(name)
    notes.say(
        f"Tried as nuisance: {list_some(nuisance, 20) or 'no column'}. Not tried: "
        f"{list_some(rest, 20) or 'no other'}. Name what may tell in NUISANCE; "
        "delete columns that you do not use."
    )
    return nuisance, doubts


def ask_for_group(name, column, samples, notes):
    """Stop where a column that nobody named may be the one to hold back whole."""
    values, groups = column.nunique(), len(set(samples.group))
    is_one_row_a_group = groups == len(column) >= 2 * values
    is_constant_in_it = is_constant(samples.y, column.to_numpy())
    if values >= 4 and (is_constant_in_it or is_one_row_a_group):
        notes.stop(
            f"{groups} groups share {values} values of {name!r}. Is it a plant, mouse "
            f"or patient? Set GROUP = {name!r}. A day or person? NUISANCE, or BLOCK if "
            "labels were dealt out in each. A measurement? Delete it."
        )


def find_twins(features):
    """Return a doubt about rows that have the same numbers, if there are any."""
    is_twin = features.duplicated(keep=False) & features.notna().all(axis=1)
    if features.shape[1] < 3 or not is_twin.any():
        return {}
    rows = list_some(features.index[is_twin])
    return {f"All numbers are the same in rows {rows}. Is a sample there twice?": ""}


def find_ways(samples, settings, notes):
    """Return ways (ways, rows) to label units within blocks, y first, and the least p.

    All ways that exist are returned, or PERMUTATIONS of them besides y. Two ways score
    alike where exchanging the names of classes turns one into the other.
    """
    _, first, place = np.unique(samples.unit, return_index=True, return_inverse=True)
    labels, block = samples.y[first], samples.block[first]
    counts = pd.crosstab(block, labels).to_numpy()  # units (blocks, labels)
    total = prod(
        factorial(sum(row)) // prod(map(factorial, row)) for row in counts.tolist()
    )
    alike = 1
    if samples.classes:
        same_counts = np.unique(counts, axis=1, return_counts=True)[1]
        alike = prod(map(factorial, same_counts.tolist()))
    rng = np.random.default_rng(settings.SEED)
    ways = {tuple(labels): labels}
    while len(ways) < min(total, settings.PERMUTATIONS + 1):
        way = pd.Series(labels).groupby(block).transform(rng.permutation).to_numpy()
        ways[tuple(way)] = way
    least_p = max(alike / total, 1 / len(ways))
    many = total if total < 1e6 else "over a million"
    same = f" (in sets of {alike} that score the same)" if alike > 1 else ""
    end = ": nothing can be shown. Sample more groups." if least_p > 0.05 else "."
    notes.say(
        f"What this design can show: the labels of {len(labels)} units "
        f"({samples.unit_name}) can be dealt out in {many} ways{same}. With "
        f"{len(ways)} tried, which takes a while, p cannot be below {least_p:.3f}{end}"
    )
    return [way[place] for way in ways.values()], least_p


def make_rounds(samples, settings, notes=None):
    """Return rounds (training rows, test rows) that divide no group.

    Each tests about as many rows of each class. There are FOLDS of them, or as many as
    the smallest class has groups. Nor do they divide blocks, if these are more than
    three: else the mean of a small one tells of a group that is held back.
    """
    whole = samples.block if len(set(samples.block)) > 3 else samples.group
    folds = min([settings.FOLDS, len(set(whole)), *samples.count_groups().values()])
    if notes and folds < settings.FOLDS:
        notes.say(f"There are {folds} rounds, as groups are few.")
    splitter = model_selection.GroupKFold
    if samples.classes:
        splitter = model_selection.StratifiedGroupKFold
    rounds = splitter(folds, shuffle=True, random_state=settings.SEED)
    return list(rounds.split(samples.y, samples.y, whole))
