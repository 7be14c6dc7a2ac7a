"""Read a table and its images, and stop with advice where they do not fit."""

from pathlib import Path

import numpy as np
import pandas as pd
import tifffile
import torch
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
    demand(gaps.empty, f"values are missing in the lines {lines} of {path}. "
           "Complete them, or delete these rows and say so in the methods section.")
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


def look_at_columns(tidy, y, group):
    """Print which columns may be groups, or may explain a result."""
    for name in tidy:
        held = pd.DataFrame({"labels": y, "groups": group}).groupby(tidy[name]).nunique()
        if len(held) > len(y) / 2:
            continue  # nearly every row has a value of its own
        if held["labels"].max() == 1 and held["groups"].max() > 1:
            print(f"Look at {name!r}: each value has one label, some are in several groups. "
                  "If it names what was sampled, it belongs in GROUPS.")
        elif 1 < len(held) <= 12 and held["labels"].min() < held["labels"].max():
            print(f"Look at {name!r}: some values lack a class, so it may explain a result.")


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
    images = []
    for name in names:
        image = np.atleast_3d(tifffile.imread(Path(folder, name)).astype("float32"))
        demand(image.ndim == 3, f"{name} has the shape {image.shape}: choose one plane.")
        if image.shape[0] > image.shape[2]:  # channels come first, as PyTorch wants them
            image = np.moveaxis(image, 2, 0)
        image = torch.tensor(image)[None]  # (1, channels, height, width)
        images.append(nn.functional.interpolate(image, (size, size), mode="area")[0])
        demand(len(images[-1]) == len(images[0]), f"{name} has other channels than the first.")
    return torch.stack(images)
