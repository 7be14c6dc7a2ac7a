"""What `study.py` needs: files read and checked, groups joined, looked at and counted."""

from pathlib import Path

import numpy as np
import pandas as pd
import tifffile
import torch
from scipy.stats import binomtest
from torch import nn


def demand(is_well, message):
    """Stop with a message, unless all is well."""
    if not is_well:
        raise ValueError(message)


def read_table(path, columns):
    """Return a table (.csv or .xlsx) that has these columns, without gaps in them."""
    demand(Path(path).exists(), f"there is no file {path}. Set TABLE to the path of yours.")
    if path.endswith("x"):
        table = pd.read_excel(path)
    else:
        table = pd.read_csv(path, sep=None, engine="python")  # finds out what separates columns
    for name in columns:
        demand(name in table, f"{path} has no column {name!r}. Choose names of {list(table)}.")
    gaps = table.index[table[columns].isna().any(axis=1)]
    lines = [i + 2 for i in gaps[:9]]  # the first holds the names, and counting starts at 1
    demand(gaps.empty, f"values are missing in the lines {lines} of {path}. Look them up, "
           "or delete these rows and say so in the methods section.")
    return table


def tidy_table(table, columns):
    """Return a table as text without outer spaces and capitals; print what becomes the same."""
    tidy = table.astype(str).apply(lambda column: column.str.strip().str.lower())
    for name in columns:
        typed = table[name].astype(str).groupby(tidy[name]).unique()
        merged = [list(spellings) for spellings in typed if len(spellings) > 1]
        if merged:
            print(f"{name}: {len(typed)} values; taken for the same are {merged}")
    return tidy


def join_groups(tidy, columns):
    """Return a number for each row: the same for rows that share a value, also by detours."""
    group, before = np.arange(len(tidy)), None
    while not np.array_equal(group, before):
        before = group
        for name in columns:
            group = pd.Series(group).groupby(tidy[name]).transform("min").to_numpy()
    return group


def look_at_groups(tidy, y, group, unit):
    """Print what may be wrong with the groups, and which columns may explain a result.

    `unit` names the column of what was sampled, such as the mouse.
    """
    sizes = pd.Series(group).value_counts()
    if len(sizes) == len(y):
        print("Every row is a group of its own. If rows share a mouse or a patient, name that "
              "column in GROUPS.")
    if sizes.max() > 3 * sizes.mean():
        print(f"One group has {sizes.max()} of {len(y)} rows, and weighs that much in results.")
    labels = pd.Series(y).groupby(tidy[unit]).nunique()
    if labels.max() > 1:
        print(f"More than one label have {list(labels.index[labels > 1][:9])} of {unit!r}. "
              "Correct that, unless each row has a label of its own.")
    for name in tidy.columns.drop(unit):
        held = pd.DataFrame({"labels": y, "groups": group}).groupby(tidy[name]).nunique()
        if len(held) > len(y) / 2:
            continue  # nearly every row has a value of its own
        if held["labels"].max() == 1 and held["groups"].max() > 1:
            print(f"Look at {name!r}: each value has one label, some are in several groups. If "
                  "it names what was sampled, it belongs in GROUPS; if not, it explains all.")
        elif 1 < len(held) <= 12:
            shares = pd.crosstab(tidy[name], y, normalize="index")
            often = tidy[name].value_counts().reindex(shares.index) >= 5
            away = (shares - np.bincount(y) / len(y)).abs()[often].to_numpy()
            if away.max(initial=0) > 0.25:
                print(f"Look at {name!r}: its values hold the classes in unequal shares, so it "
                      "may explain a result. Name it in NUISANCE to see how far it gets.")


def read_features(table, names):
    """Return columns of numbers: (rows, columns)."""
    for name in names:
        demand(pd.api.types.is_numeric_dtype(table[name]), f"column {name!r} holds text. Look "
               "for decimal commas and units, or take it out of FEATURES.")
    return table[names].to_numpy(float)


def read_images(folder, names, size):
    """Return images, resized, in the order of their names: (images, channels, size, size)."""
    names = names.astype(str).str.strip()
    names = names.where(names.str.contains(r"\.tiff?$", case=False), names + ".tif")
    demand(names.is_unique, f"an image has two rows: {list(names[names.duplicated()])[:5]}.")
    demand(Path(folder).is_dir(), f"there is no folder {folder}. Set IMAGES to that of yours.")
    there = {file.name for file in Path(folder).iterdir() if ".tif" in file.name.lower()}
    missing, surplus = sorted(set(names) - there), sorted(there - set(names))
    demand(not missing, f"{len(missing)} image(s) of the table are not in the folder {folder}: "
           f"{missing[:5]}. Copy them there, or delete their rows.")
    if surplus:
        print(f"{len(surplus)} image(s) of the folder have no row, left out: {surplus[:5]}")
    images, kinds = [], []
    for name in names:
        image = np.atleast_3d(tifffile.imread(Path(folder, name)))
        demand(image.ndim == 3, f"{name} has the shape {image.shape}: choose one plane.")
        if image.shape[0] > image.shape[2]:  # channels come first, as PyTorch wants them
            image = np.moveaxis(image, 2, 0)
        kinds.append((str(image.dtype), image.shape))
        demand(kinds[-1][0] == kinds[0][0] and len(image) == kinds[0][1][0],
               f"{name} has other channels or another type than the first: {kinds[-1]}.")
        image = torch.tensor(image.astype("float32"))[None]  # (1, channels, height, width)
        images.append(nn.functional.interpolate(image, (size, size), mode="area")[0])
    print(f"{len(names)} images, channels: {kinds[0][1][0]}")
    if len(set(kinds)) > 1:
        print(f"Images have {len(set(kinds))} sizes; resized, these may give a class away.")
    return torch.stack(images)


def judge_units(probabilities, y, unit):
    """Return how many mice or patients are right, in words, and the lower limit of 95%.

    Each has one answer, by the mean of its rows. Where rows of one have several labels there
    is no such answer: the mean and the scatter of their accuracies are returned, and None.
    """
    if pd.Series(y).groupby(unit).nunique().max() > 1:
        each = pd.Series(probabilities.argmax(1) == y).groupby(unit).mean()
        return f"{each.mean():.2f} ± {each.std():.2f} in {len(each)}", None
    means = pd.DataFrame(probabilities).groupby(unit).mean()
    right = int(np.sum(means.to_numpy().argmax(1) == pd.Series(y).groupby(unit).first()))
    low, high = binomtest(right, len(means)).proportion_ci()
    return f"{right} of {len(means)} ({low:.0%} to {high:.0%})", low
