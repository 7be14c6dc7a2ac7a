"""Reading tables: what laboratories do to them is read and said, or is a fault."""

import io
from pathlib import Path

import numpy as np
import openpyxl
import pandas as pd

MISSING = set(  # in small letters, without points and spaces
    "|na|n/a|nan|nd|n/d|nb|ka|-|--|–|—|?|none|null|missing|#nv|#n/a|#div/0!|#wert!|"
    "#value!|#ref!|#bezug!|#name?|#num!|#zahl!|#null!".split("|")
)
SUMMARY = (  # what rows of means, sums or the like are called
    r"(?i)\b(?:mean|average|avg|median|sum|total|sd|std|st\.?dev|sem|mittel(?:wert)?|"
    r"mw|se|summe|gesamt|stabw|standardabweichung|moyenne|media|promedio|n ?=.*)\b|"
    r"[ØΣ∑]"
)
NUMBER = (  # and perhaps its unit, as in 212 µm or 3 mm2
    r"^(?P<number>[-+]?(?=[.,]?\d)\d*(?P<sign>[.,]?)\d*(?:[eE][-+]?\d+)?)"
    r" ?(?P<unit>(?:(?:/?[^\W\d_]|[%°])\D*[23]?)?)$"
)
ALIKE = str.maketrans("−–μ", "--µ")  # minus, dash and the Greek letter
FILLING = r"(?<=[^\W\d])[\s._-]+(?=\d)|(?<![\d.,])0+(?=\d)"  # in names: the -0 of M-07
DATE = r"\d{1,4}([-./])\d{1,2}\1\d{1,4}"  # the beginning of 2026-03-31 or 31.3.2026
CURES = {  # of cells that are no numbers
    "values are missing": "Look them up, or delete these rows; GAPS fills FEATURES of "
    "rows that have some.",
    "no numbers, or with signs between thousands": "Write 1234.5, half the limit for "
    "<0.1, or leave them empty; delete rows of units; words cannot be FEATURES.",
    "another unit or decimal sign than in the rest of the column": "Use one.",
}
GAP, WORD, OTHER = CURES


def list_some(items, most=5):
    """Return the first of some items, and how many there are if that is more."""
    items = [item if len(item) <= 60 else f"{item[:60]}…" for item in map(str, items)]
    rest = f" ... ({len(items)} in all)" if items[most:] else ""
    return ", ".join(items[:most]) + rest


def list_cells(table, is_listed):
    """Return in words the first cells for which a table (rows, columns) holds True."""
    return list_some(
        f"row {row}, {name!r} ({cell if cell != '' else 'empty'})"
        for name in is_listed
        for row, cell in table.loc[is_listed[name], name].items()
    )


def clean_cell(cell):
    """Return a number of Excel as it is, all else as text without needless spaces."""
    if type(cell) in {int, float}:
        return cell
    return " ".join(str(cell).split()).removesuffix(" 00:00:00")  # of dates


def is_missing(table):
    words = table.astype(str).apply(lambda column: column.str.lower())
    return words.replace("[. ]", "", regex=True).isin(MISSING)


def read_excel(path, sheet, notes):
    """Return the cells of a sheet (rows, columns), or stop."""
    sheets = pd.read_excel(
        path, sheet_name=None, header=None, dtype=object, keep_default_na=False
    )
    filled = [name for name, cells in sheets.items() if not cells.empty]
    if len(filled) == 1:
        sheet = filled[0]
    if sheet not in filled:
        there = list_some(map(repr, filled), 9) or "none"
        notes.stop(f"{path}: SHEET must be one of its filled sheets: {there}.")
    return sheets[sheet]


def read_text(path, names, notes):
    """Return the cells of a text file (rows, columns)."""
    data = path.read_bytes()
    is_utf16 = data[:2] in {b"\xff\xfe", b"\xfe\xff"}
    try:
        text = data.decode("utf-16" if is_utf16 else "utf-8")
    except UnicodeDecodeError:
        text = data.decode("cp1252", errors="replace")
        notes.say(f"{path} is read as Windows-1252. Are letters wrong? Save .xlsx.")
    # A title above the names has no separators, so the line with most names counts.
    lines = text.splitlines() or [""]
    best = max(lines[:50], key=lambda line: sum(name in line for name in names))
    separator = max(";\t,", key=best.count)
    width = max(line.count(separator) for line in lines) + 1
    options = {"dtype": str, "keep_default_na": False, "skip_blank_lines": False}
    options |= {"sep": separator, "header": None, "names": range(width)}
    return pd.read_csv(io.StringIO(text or "\n"), **options)


def read_cells(path, sheet, names, notes):
    """Return clean cells (rows, columns), with rows numbered as in Excel, or stop."""
    path, kind = Path(path), Path(path).suffix.lower()
    if kind not in {".xlsx", ".csv", ".tsv", ".txt"} or not path.is_file():
        notes.stop(f"No .xlsx or .csv is called {path}: save yours so, and set TABLE.")
    try:
        if kind == ".xlsx":
            cells = read_excel(path, sheet, notes)
        else:
            cells = read_text(path, names, notes)
    except Exception as error:  # whatever it is, the cure is the same
        cure = "Save it again as .xlsx, without a password."
        notes.stop(f"{path} cannot be read ({error}). {cure}")
    cells.index += 1
    return cells.astype(object).fillna("").map(clean_cell)


def find_names(path, cells, wanted, notes):
    """Return the row of names, and the names (columns,) in it or above it, or stop."""
    lower = cells.map(str)
    both = lower.where(lower != "", lower.shift(fill_value=""))
    counts = pd.DataFrame({name: (both == name).sum(axis=1) for name in wanted})
    row = (counts == 1).sum(axis=1).idxmax()
    is_once = counts.loc[row] == 1
    if not is_once.all():
        wrong = list_some(repr(name) for name in counts.columns[~is_once])
        there = list_some(repr(name) for name in both.loc[row] if name)
        notes.stop(
            f"{path}: columns are missing, or there twice: {wrong}. In row {row} are "
            f"{there}. Rename columns in the file, or change the settings."
        )
    if row > 1:
        is_above = (lower.loc[row] != both.loc[row]).any()
        also = f", or in row {row - 1} where that is empty" if is_above else ""
        notes.say(f"{path}: names are in row {row}{also}; what is above is left out.")
    return row, list(both.loc[row])


def name_columns(path, table, names, notes):
    """Return a table with a name of its own for each column, or stop."""
    columns = []
    for place, name in enumerate(names, 1):
        if not name or name in columns:
            name = f"{name} column {openpyxl.utils.get_column_letter(place)}".strip()
        columns.append(name)
    table = table.set_axis(pd.Index(columns, name=str(path)), axis=1)
    nameless = table.columns[[not name for name in names]]
    listed = list_cells(table, ~is_missing(table[nameless]))
    if listed:
        notes.stop(
            f"{path}: columns without a name hold something: {listed}. Name or delete "
            "them; or is there a comma in a number? Then save the table as .xlsx."
        )
    return table.drop(columns=nameless)


def read_table(path, sheet, names, notes):
    """Return a table of text and numbers, or stop; rows are numbered as in Excel."""
    cells = read_cells(path, sheet, names, notes)
    first, found = find_names(path, cells, names, notes)
    table = name_columns(path, cells.loc[first + 1 :], found, notes)
    table = table[~is_missing(table).all(axis=1)]
    if table.empty:
        notes.stop(f"{path} has no rows below the names of its columns.")
    return table


def drop_means(table, settings, notes):
    """Return a table without rows whose group is called a mean, a sum or the like.

    Where a row has no group, another column may say so, but NUISANCE. Elsewhere such a
    word may be a name in a column of the settings; in another it is a fault.
    """
    text, is_word = table.drop(columns=settings.NUISANCE).astype(str), {}
    names = {cell for cell in text.to_numpy().ravel() if not cell[:1].isdigit()}
    for name, column in text.items():
        # What is left may be a name in another cell, as in "P1 mean", or in the column.
        rest = column.str.replace(SUMMARY, "", regex=True).str.strip(" .:()±+/-")
        is_word[name] = column.str.contains(SUMMARY) & rest.isin({"", *names, *column})
    is_word, is_nameless = pd.DataFrame(is_word), is_missing(table)[settings.GROUP]
    is_mean = is_word[settings.GROUP] | is_word.any(axis=1) & is_nameless
    if is_mean.any():
        rows = list_some(table.index[is_mean], 20)
        notes.say(f"Left out, as means or sums: row {rows}.")
    table = table[~is_mean]
    others = is_word.columns.difference(settings.columns)
    listed = list_cells(table, is_word.loc[~is_mean, others])
    if listed:
        notes.faults.append(
            f"Means or sums? {listed}. Delete these rows; or, if they are samples, "
            "name the column in NUISANCE, or delete the column."
        )
    return table


def read_words(table, names, notes):
    """Return a table of text, with one spelling of each of the `names` such as m 7."""
    words = table.map(str)
    for name in names:
        keys = words[name].str.lower().str.replace(FILLING, "", regex=True)
        alike = words[name].groupby(keys)
        merged = [list(cells.unique()) for _, cells in alike if cells.nunique() > 1]
        words[name] = alike.transform(lambda cells: cells.mode()[0])
        if merged:
            taken = list_some(merged, 9)
            notes.say(f"{name!r}: taken for the same; if not, rename one: {taken}.")
    gaps = list_cells(words, is_missing(words[names]))
    if gaps:
        notes.faults.append(
            f"{table.columns.name}: names are missing: {gaps}. Delete rows of means, "
            "units or notes; then repeat a name in each row of its block, also where "
            "cells were merged; where there is none, write a word such as 'untreated'."
        )
    return words


def split_numbers(column):
    """Return of a column (rows,) what numbers, decimal signs and units are written."""
    parts = column.map(str).str.translate(ALIKE).str.extract(NUMBER).astype(object)
    is_text = column.map(lambda cell: isinstance(cell, str)).astype(bool)
    parts["sign"] = parts["sign"].where(is_text & (parts["sign"] != ""))
    parts["value"] = pd.to_numeric(parts["number"].str.replace(",", ".")).astype(float)
    return parts


def find_wrong(parts, has_both):
    """Return what is wrong with cells (rows,); `has_both` signs are in the table."""
    number, sign, unit = parts["number"], parts["sign"], parts["unit"]
    has_sign = sign.notna()
    is_other = (unit != unit.mode().get(0)) | has_sign & (sign != sign.mode().get(0))
    is_parted = has_sign & number.str.fullmatch(r"[-+]?[1-9]\d{0,2}.\d{3}", na=False)
    # 1.234 is a number like 1.5, but beside 987 or 1,5 it may be a thousand.
    has_plain = (number.notna() & ~has_sign).any()
    is_doubtful = (has_both or has_plain) and is_parted[has_sign].all()
    is_word = number.isna() | (is_parted & is_doubtful)
    return np.select([is_word, is_other], [WORD, OTHER], "")


def read_numbers(table, names, gaps, notes):
    """Return a table of numbers; gaps are faults, or NaN if `gaps` fills them."""
    cells = table[list(names)]
    is_gap = is_missing(cells)
    if gaps and is_gap.any(axis=None):
        filled = list_cells(cells, is_gap)
        notes.say(f"Filled by the {gaps} of the training rows: {filled}.")
    parts = {name: split_numbers(column) for name, column in cells.items()}
    every = pd.concat(parts)
    has_both = every["sign"].nunique() > 1
    wrong = {name: find_wrong(parts[name], has_both) for name in cells}
    wrong = pd.DataFrame(wrong, cells.index).mask(is_gap, "" if gaps else GAP)
    wrong[is_gap.all(axis=1)] = GAP  # perhaps the row is a footnote
    for reason, cure in CURES.items():
        listed = list_cells(cells, wrong == reason)
        if listed:
            notes.faults.append(f"{cells.columns.name}: {reason}: {listed}. {cure}")
    units = sorted(set(every["unit"].dropna()) - {""})
    if units:
        notes.say(f"Units are taken out of the numbers: {list_some(units)}.")
    commas = (every["sign"] == ",").sum()
    if commas:
        notes.say(f"Commas are read as decimal points, in {commas} cells.")
    return pd.DataFrame({name: column["value"] for name, column in parts.items()})


def is_dates(column):
    return column.str.match(DATE).mean() > 0.5


def read_values(column):
    """Return the numbers in a column of text (rows,): dates as days, 0 if none."""
    if is_dates(column):
        is_day_first = not column.str.match(r"\d{4}").any()
        options = {"format": "mixed", "errors": "coerce", "dayfirst": is_day_first}
        dates = pd.to_datetime(column, **options)
        return (dates - dates.min()).dt.days.fillna(0)
    numbers = column.str.replace(",", ".").str.extract(r"(-?\d+\.?\d*)")[0]
    return pd.to_numeric(numbers).fillna(0)
