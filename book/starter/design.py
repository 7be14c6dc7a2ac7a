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

    @property
    def measure(self):
        return "balanced accuracy" if self.classes else "R2"

    def count(self, names):
        """Return how many of the names (rows,) have rows of each class."""
        counts = pd.Series(names).groupby(self.y).nunique()
        return dict(zip(self.classes, counts, strict=False))  # no classes: no counts

    def say_counts(self, names):
        """Return these counts in words, such as ", 6 control, 6 treated"."""
        return "".join(f", {n} {name}" for name, n in self.count(names).items())

    def find_whole(self):
        """Return what rounds hold back whole: a name (rows,), and what it is."""
        if len(set(self.block)) > 3:  # small ones, whose means depend on each group
            return self.block, self.block_name
        return self.group, self.group_name


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
    groups, counts = len(set(samples.group)), samples.count(samples.group)
    text = f"{samples.group_name}{samples.say_counts(samples.group)}"
    notes.say(f"{len(samples.y)} rows, {groups} groups ({text}).")
    if groups < 4 or 1 in counts.values():
        notes.stop("At least 4 groups are needed, 2 of each class. Is one misspelt?")


def is_constant(y, name):
    """Return whether all rows with one name have one label."""
    return pd.Series(y).groupby(name).nunique().max() == 1


def find_nuisance(words, settings, notes):
    """Return the columns to be tried as nuisance, and doubts about columns.

    A column that the settings do not name is tried if most rows share their values
    with other groups, as they share a day or a plate, or if it holds dates; gaps in it
    are faults. None is tried that cannot be told apart from the label.
    """
    label, group = words[settings.LABEL], words[settings.GROUP]
    has_names, nuisance, rest, doubts = not notes.faults, [], [], {}
    used = {*settings.columns} - {*settings.NUISANCE}
    for name in words.columns.drop(list(used), errors="ignore"):
        column, is_named = words[name], name in settings.NUISANCE
        is_shared = column.map(group.groupby(column).nunique()).gt(1).mean() >= 0.5
        is_tried = (is_shared or is_dates(column)) and column.nunique() > 1
        if is_tried and not is_named and "" in set(column):
            notes.faults.append(
                f"{name!r} is in no setting and has gaps. Is it a remark? Delete the "
                "column. A day or person? Repeat it in each row, or write 'no'."
            )
        elif is_shared and has_names:
            ask_for_design(column, label, group, settings, notes)
        if is_shared and is_constant(label, column):
            text = f"All rows of one {name!r} have one label: the two cannot be told "
            text += f"apart. Repeat the study with labels dealt out within {name!r}."
            doubts[text] = ""
        else:
            (nuisance if is_tried or is_named else rest).append(name)
    notes.say(
        f"Tried as nuisance: {list_some(nuisance, 20) or 'no column'}. Not tried: "
        f"{list_some(rest, 20) or 'no other'}. Name what may tell in NUISANCE; "
        "delete columns that you do not use."
    )
    return nuisance, doubts


def ask_for_design(column, label, group, settings, notes):
    """Ask for GROUP or BLOCK where a shared column may be it, or say so if it is named.

    It may be BLOCK if each of its values has about as many groups of each label.
    """
    name, values, groups = column.name, column.nunique(), group.nunique()
    is_named = name in settings.NUISANCE
    may_be_group = is_constant(label, column) or groups == len(column) >= 2 * values
    if values >= 4 and may_be_group and not is_named:
        notes.faults.append(
            f"{groups} groups share {values} values of {name!r}. Is it a plant, mouse "
            f"or patient? Set GROUP = {name!r}. A day or person? NUISANCE, or BLOCK if "
            "labels were dealt out in each. A measurement? Delete it."
        )
        return
    counts = pd.crosstab(column, label, group, aggfunc="nunique").fillna(0).astype(int)
    even = np.outer(counts.sum(axis=1), counts.sum()) / counts.to_numpy().sum()
    is_even = counts.min(axis=None) > 0 and abs(counts - even).max(axis=None) <= 1
    has_block = settings.BLOCK or settings.UNIT or not is_constant(column, group)
    if is_even and values > 1 and not has_block:
        some = list_some(f"{count} {label}" for label, count in counts.iloc[0].items())
        text = f"Each {name!r} has groups of each label: {counts.index[0]}, {some}. If "
        text += f"labels were dealt out within it, set BLOCK = {name!r}; if not, name "
        text += "it in NUISANCE. Decide before you see a result."
        (notes.say if is_named else notes.faults.append)(text)


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
    """Return rounds (training rows, test rows); each holds back whole groups or blocks.

    Each tests about as many rows of each class. There are FOLDS of them, or as many as
    the smallest class has groups, or as there are blocks to hold back.
    """
    whole, _ = samples.find_whole()
    groups_of_classes = samples.count(samples.group).values()
    folds = min([settings.FOLDS, len(set(whole)), *groups_of_classes])
    if notes and folds < settings.FOLDS:
        notes.say(f"There are {folds} rounds, as groups or blocks are few.")
    splitter = model_selection.GroupKFold
    if samples.classes:
        splitter = model_selection.StratifiedGroupKFold
    rounds = splitter(folds, shuffle=True, random_state=settings.SEED)
    return list(rounds.split(samples.y, samples.y, whole))
