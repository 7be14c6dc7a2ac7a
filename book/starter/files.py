"""Tables and images are read and checked; faults are told all at once, each with its cure."""

import csv
import io
import logging
import os
import re
import sys
from collections import Counter
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")  # faster for models this small
import numpy as np
import pandas as pd
import tifffile
import torch
from torch.nn.functional import avg_pool2d, interpolate

logging.getLogger("tifffile").setLevel(logging.CRITICAL)  # what it finds is told once, by us
MISSING = {"", "na", "n/a", "nan", "nd", "n.d.", "n. d.", "#nv", "#n/a"}
NUMBER = re.compile(r"[+-]?(\d+([.,]\d*)?|[.,]\d+)(e[+-]?\d+)?", re.IGNORECASE)
said = []  # all that was told, for the page of results

def say(text):
    print(text)
    said.append(text)

def stop(*faults):
    """Stop with one line a fault; go on if there is none."""
    if faults:
        raise SystemExit("\n".join(("Stopped; no file was changed.", *faults)))

def show_progress(text=""):
    """Write over the last line of progress, where somebody looks on."""
    if sys.stdout.isatty() or "ipykernel" in sys.modules:
        print(f"\r{text:<60}", end="" if text else "\r", flush=True)

def list_some(items, most=5):
    """Return the first of some items in words, and how many there are if that is more."""
    items = [str(item) for item in items]
    return ", ".join(items[:most]) + f" ... ({len(items)} in all)" * (len(items) > most)

def list_cells(cells):
    return list_some(f"row {i} ({cell!r})" for i, cell in cells.items())

def read_rows(path, sheet):
    """Return the rows of a file as lists of cells, whichever way it was saved."""
    if not path.is_file() or path.suffix.lower() not in {".xlsx", ".csv", ".tsv", ".txt"}:
        stop(f"There is no file {path} that ends in .csv or .xlsx. Set TABLE to yours.")
    if path.suffix.lower() == ".xlsx":
        try:
            sheets = pd.read_excel(path, sheet_name=None, header=None, keep_default_na=False)
        except Exception as error:
            stop(f"{path} cannot be read ({error}). Save it as .xlsx again, without a password.")
        if sheet not in sheets and (sheet or len(sheets) > 1):
            stop(f"{path} has the sheets {list(sheets)}: set SHEET to one of them.")
        return sheets[sheet or next(iter(sheets))].astype(object).to_numpy().tolist()
    data = path.read_bytes()
    try:
        text = data.decode("utf-16" if data[:2] in {b"\xff\xfe", b"\xfe\xff"} else "utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("cp1252", errors="replace")
        say(f"{path} is read as Windows-1252. If letters are wrong, save it as CSV UTF-8.")
    separator = max(";\t,", key=text.partition("\n")[0].count)
    rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=separator))
    long = [i for i, row in enumerate(rows, 1) if any(row[len(rows[0]):])]
    if long:
        stop(f"{path}: row 1 names {len(rows[0])} columns, but there are more cells in row "
             f"{list_some(long)}. Is there a comma in a number? Save the table as .xlsx.")
    return rows

def is_missing(table):
    return table.map(lambda cell: cell.strip().lower() in MISSING)

def read_table(path, sheet, wanted):
    """Return a table of text that has the wanted columns; its index counts rows as Excel does."""
    table = pd.DataFrame(read_rows(Path(path), sheet), dtype=object)
    table = table.map(lambda cell: "" if cell is None or cell != cell else str(cell))
    if len(table) < 2:
        stop(f"{path} has no rows below the names of its columns.")
    names = list(table.iloc[0].str.strip())
    table = table.set_axis(names, axis=1).set_axis(range(1, len(table) + 1)).iloc[1:]
    faults = [f"{path} has {names.count(name)} columns {name!r}, and should have one."
              for name in wanted if names.count(name) != 1]
    if faults:
        titles = [i for i, row in table.head(9).iterrows() if {*wanted} <= {*row.str.strip()}]
        faults.append(f"The names are in row {titles[0]}: delete the rows above it." if titles
                      else f"Its columns are {names}: change the settings, or the names.")
    stop(*faults)
    is_empty = is_missing(table).all(axis=1)
    if is_empty.any():
        say(f"{path}: empty rows are left out: {list_some(table.index[is_empty])}.")
    return table[~is_empty]

def read_numbers(table, names, gaps=None):
    """Return columns as numbers (rows, columns); `gaps` says how missing ones will be filled."""
    faults, missing, commas, numbers = [], [], [], []
    for name in names:
        cells, is_gap = table[name].str.strip(), is_missing(table[name])
        is_number = cells.str.fullmatch(NUMBER)
        has_comma, has_point = (cells.str.contains(it) & is_number for it in (",", r"\."))
        missing += [f"row {i}, {name!r} ({cells[i] or 'empty'})" for i in cells.index[is_gap]]
        if not (is_number | is_gap).all():
            wrong = list_cells(cells[~is_number & ~is_gap])
            faults.append(f"Column {name!r} has no number in {wrong}. Take units out of the cells, "
                          "or empty them, or change the settings.")
        if has_comma.any() and has_point.any():
            rare = list_cells(cells[min(has_comma, has_point, key=sum)])
            faults.append(f"Column {name!r} has decimal commas and points: {rare} differ from the "
                          "rest. Write all alike, without thousands separators.")
        elif has_comma.any():
            commas.append(f"{cells[has_comma].iloc[0]!r} in {name!r}")
        numbers.append(pd.to_numeric(cells.where(is_number).str.replace(",", ".")))
    if missing and not gaps:
        faults.append(f"Values are missing: {list_some(missing)}. Look them up; or set GAPS = "
                      "'median', and features are filled by the training rows of each round.")
    stop(*faults)
    if commas:
        say(f"Commas are read as decimal points: {list_some(commas, 3)}.")
    if missing:
        say(f"Filled by the {gaps} of the training rows: {list_some(missing)}.")
    return np.column_stack(numbers).astype(float)

def tidy_table(table, names):
    """Return a table without outer spaces and capitals; say what becomes the same in columns."""
    tidy, faults = table.apply(lambda column: column.str.strip().str.lower()), []
    for name in names:
        gaps = table.loc[is_missing(table[name]), name]
        if len(gaps):
            faults.append(f"Column {name!r} says nothing in {list_cells(gaps)}. Look it up, or "
                          "delete the row and say so in your methods.")
        typed = table[name].groupby(tidy[name]).unique().map(list)
        if typed.map(len).max() > 1:
            say(f"Column {name!r}: taken for the same are {list_some(typed[typed.map(len) > 1])}.")
    stop(*faults)
    return tidy

def read_image(path, planes):
    """Return an image (channels, height, width), and in words what kind it is."""
    with tifffile.TiffFile(path) as file:
        if len(file.series) > 1:
            raise ValueError(f"it holds {len(file.series)} pictures; export one of them")
        image, axes = file.series[0].asarray(), file.series[0].axes
    dtype = image.dtype
    for axis in set(axes) - set("YXCS"):  # S are the colours of RGB
        where, many = axes.index(axis), image.shape[axes.index(axis)]
        if planes == "channels" and many > 1:
            continue
        if planes not in {"max", "mean"} and many > 1:
            raise ValueError(f"it is a stack of {many} planes ({axes}); set PLANES to 'max' or "
                             "'mean' of them, or to 'channels'")
        image = image.mean(where) if planes == "mean" else image.max(where)
        axes = axes.replace(axis, "")
    image = np.moveaxis(image, (axes.index("Y"), axes.index("X")), (-2, -1))
    image = image.reshape(-1, *image.shape[-2:]).astype("float32")
    if not np.isfinite(image).all() or image.min() == image.max():
        raise ValueError("it is blank, or has pixels that are no numbers")
    return image, f"{len(image)} channels of {dtype}"

def read_images(folder, names, size, planes, usual=None):
    """Return images, resized, in the order of their names, and in words of what kind all are.

    (images, channels, size, size). `usual` is the kind that they must have, if not that of most.
    """
    files = {it.relative_to(folder).as_posix().lower(): it for it in Path(folder).rglob("*")
             if it.suffix.lower() in {".tif", ".tiff"}}
    keys = names.str.strip().str.lower().str.replace("\\", "/")
    keys = keys.map(lambda key: next(
        (it for it in (key, f"{key}.tif", f"{key}.tiff") if it in files), key))
    faults, images, kinds, shapes = [], {}, {}, set()
    if not keys.isin(files).all():
        faults.append(f"The folder {folder} has no TIFF for {list_cells(names[~keys.isin(files)])}. "
                      "Copy them there, save them as TIFF, or delete their rows.")
    if keys.duplicated().any():
        faults.append(f"Images have two rows: {list_cells(names[keys.duplicated()])}. Delete one.")
    for i, key in enumerate(sorted(set(keys) & set(files)), 1):
        show_progress(f"reading images: {i} of {len(keys)}")
        try:
            image, kinds[key] = read_image(files[key], planes)
        except Exception as error:  # whatever it is, the file's name is what is needed
            faults.append(f"{files[key]} cannot be used: {' '.join(str(error).split())[:150]}. "
                          "Export it again, or delete its row.")
            continue
        shapes.add(image.shape)
        images[key] = interpolate(torch.tensor(image)[None], (size, size), mode="area")[0]
    show_progress()
    usual = usual or Counter([*kinds.values(), ""]).most_common(1)[0][0]
    faults += [f"{files[key]} has {kind}, where the others have {usual}. Export it like them, or "
               "delete its row." for key, kind in kinds.items() if kind != usual]
    stop(*faults)
    if set(files) > set(keys):
        say(f"Images without a row are left out: {list_some(sorted(set(files) - set(keys)))}.")
    if len(shapes) > 1:
        say("Images differ in size; resized, these may give a class away.")
    return torch.stack([images[key] for key in keys]), usual

def even_out(X):
    """Return images of which each channel has the mean 0 and the SD 1."""
    return (X - X.mean((2, 3), keepdim=True)) / (X.std((2, 3), keepdim=True) + 1e-6)

def measure_images(X):
    """Return measurements of each channel of images, (images, measurements), and their names.

    The first three are its brightness and contrast. The others do not depend on these, and little
    on noise: how the brightness of squares of 4 x 4 pixels is distributed, and how coarsely.
    """
    even, shares = even_out(avg_pool2d(X, 4)), torch.tensor([0.05, 0.5, 0.95])
    names = ["mean", "SD", "maximum", "5th percentile", "median", "95th percentile", "coarseness"]
    parts = [X.mean((2, 3)), X.std((2, 3)), X.amax((2, 3)), *even.flatten(2).quantile(shares, 2),
             avg_pool2d(even, 2).std((2, 3))]
    return (torch.cat(parts, 1).numpy().astype(float),
            [f"{name} of channel {c + 1}" for name in names for c in range(X.shape[1])])

def read_inputs(table, of, folder, usual=None):
    """Return what the network learns from, what the others do, their names, and the images' kind.

    `of` are the settings of the study.
    """
    if not folder:
        X = read_numbers(table, of["FEATURES"], of["GAPS"])
        return X, X, of["FEATURES"], None
    X, usual = read_images(folder, table[of["IMAGE"]], of["SIZE"], of["PLANES"], usual)
    X = even_out(X) if of["EVEN"] else X
    return X, *measure_images(X), usual
