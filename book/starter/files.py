"""Reading tables: what laboratories do to them is read and said, or is a fault."""

import io
import re
from pathlib import Path

import numpy as np
import pandas as pd
from openpyxl.utils import get_column_letter

MISSING = set(
    "|na|n/a|n.a.|n. a.|nan|nd|n/d|n.d.|n. d.|nb|n.b.|n. b.|ka|k.a.|k. a.|-|--|–|—|.|?|"
    "none|null|missing|#nv|#n/a|#div/0!|#wert!|#value!|#ref!|#bezug!|#name?|#num!|"
    "#zahl!|#null!".split("|")
)
SUMMARY = (  # what rows of means, sums or the like are called
    r"(?i)\b(?:mean|average|avg|median|sum|total|sd|s\.d\.|std|st\.?dev\.?|sem|mittel|"
    r"mittelwert|summe|gesamt|stabw\.?|standardabweichung|moyenne|media|promedio|"
    r"n ?=.*)(?!\w)|[ØΣ∑]"
)
NUMBER = (  # and perhaps its unit, as in 212 µm or 3 mm2
    r"^([-+]?(?:\d[\d.,]*|[.,]\d+)(?:[eE][-+]?\d+)?) ?((?:[^\W\d_]|[%°])\D*[23]?)?$"
)
POINT = r"[-+]?(\d+|[1-9]\d{0,2}(,\d{3})+)?(\.\d*)?([eE].*)?"  # a point for decimals
SWAP = str.maketrans(".,", ",.")
FILLING = r"(?<=[^\W\d])[\s_-]+(?=\d)|(?<![\d.,])0+(?=\d)"  # in names: the -0 of M-07
DATE = r"\d{1,4}([-./])\d{1,2}\1\d{1,4}"  # the beginning of 2026-03-31 or 31.3.2026
CURES = {  # of cells that are no numbers
    "below or above what could be measured": "Decide on a number, or leave it empty.",
    "no numbers": "Correct them, or leave them empty.",
    "another unit than in the rest of the column, or none": "Use one in a column.",
    "another decimal sign than in the rest of the column": "Use one in a column.",
    "thousands or decimals?": "Write numbers without signs between thousands.",
}
LIMIT, WORD, UNIT, SIGN, OPEN = CURES


def list_some(items, most=5):
    """Return the first of some items, and how many there are if that is more."""
    items = [str(item) for item in items]
    rest = f" ... ({len(items)} in all)" if items[most:] else ""
    return ", ".join(items[:most]) + rest


def list_cells(table, is_listed):
    """Return in words the first cells for which a table (rows, columns) holds True."""
    return list_some(
        f"row {row}, {name[:30]!r} ({str(cell)[:20] or 'empty'})"
        for name in is_listed
        for row, cell in table.loc[is_listed[name], name].items()
    )


def clean_cell(cell):
    """Return a number of Excel as it is, all else as text without needless spaces."""
    if isinstance(cell, (int, float)) and not (isinstance(cell, bool) or pd.isna(cell)):
        return cell
    words = "" if pd.isna(cell) else " ".join(str(cell).split())
    return words.removesuffix(" 00:00:00")  # of dates


def is_missing(table):
    return table.map(lambda cell: str(cell).lower() in MISSING).astype(bool)


def read_excel(path, sheet, notes):
    """Return the cells of a sheet (rows, columns), and its merged ranges, or stop."""
    options = {"header": None, "dtype": object, "keep_default_na": False}
    try:
        # A workbook that is opened only to be read does not know its merged cells.
        with pd.ExcelFile(path, "openpyxl", engine_kwargs={"read_only": False}) as file:
            sheets = pd.read_excel(file, sheet_name=None, **options)
            merged = {it.title: it.merged_cells.ranges for it in file.book.worksheets}
    except Exception as error:  # whatever it is, the cure is the same
        cure = "Save it again as .xlsx without a password."
        notes.stop(f"{path} cannot be read ({str(error)[:150]}). {cure}")
    filled = [name for name, cells in sheets.items() if not cells.empty]
    if len(filled) > 1 and sheet not in filled:
        there = f"has the sheets {list_some(map(repr, filled), 9)}"
        notes.stop(f"{path} {there}: one of them must be SHEET ({sheet!r}).")
    if sheet not in sheets:
        only = [*filled, *sheets][0]
        if sheet:
            notes.say(f"{path} has no sheet {sheet!r}; its only one is read: {only!r}.")
        sheet = only
    return sheets[sheet], merged[sheet]


def read_csv(path, names, notes):
    """Return the cells of a text file (rows, columns), or stop."""
    data = path.read_bytes()
    is_utf16 = data[:2] in {b"\xff\xfe", b"\xfe\xff"}
    try:
        text = data.decode("utf-16" if is_utf16 else "utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("cp1252", errors="replace")
        cure = "If letters are wrong, save it as CSV UTF-8."
        notes.say(f"{path} is read as Windows-1252. {cure}")
    # A title above the names has no separators, so the line with most names counts.
    lines = text.splitlines() or [""]
    best = max(lines[:50], key=lambda line: sum(name in line for name in names))
    separator = max(";\t,", key=best.count)
    width = max(line.count(separator) for line in lines) + 1
    options = {"dtype": str, "keep_default_na": False, "skip_blank_lines": False}
    options |= {"sep": separator, "header": None, "names": range(width)}
    try:
        return pd.read_csv(io.StringIO(text), skipinitialspace=True, **options)
    except ValueError as error:  # such as a quotation mark that is never closed
        notes.stop(f"{path} cannot be read ({str(error)[:150]}). Save it as .xlsx.")


def read_cells(path, sheet, names, notes):
    """Return clean cells (rows, columns), numbered as in Excel, and merged ranges."""
    path, merged = Path(path), []
    if not path.is_file():
        notes.stop(f"There is no file {path}. Set TABLE to yours (.xlsx or .csv).")
    if path.suffix.lower() not in {".xlsx", ".csv", ".tsv", ".txt"}:
        notes.stop(f"{path} cannot be read: save it as .xlsx, and set TABLE to that.")
    if path.suffix.lower() == ".xlsx":
        cells, merged = read_excel(path, sheet, notes)
    else:
        cells = read_csv(path, names, notes)
    if len(cells) < 2:
        notes.stop(f"{path} has no rows below the names of its columns.")
    cells.index += 1
    return cells.astype(object).map(clean_cell), merged


def find_names(path, cells, wanted, notes):
    """Return the number of the row of names, and the names (columns,), or stop.

    Of names in two rows the lower one counts, and where it is empty the one above.
    """
    lower = cells.map(str)
    both = lower.where(lower != "", lower.shift(fill_value=""))
    for rows in (lower, both):
        counts = pd.DataFrame({name: (rows == name).sum(axis=1) for name in wanted})
        if (counts == 1).all(axis=1).any():
            row = (counts == 1).all(axis=1).idxmax()
            where = f"row {row}" if rows is lower else f"rows {row - 1} and {row}"
            if row > 1:
                above = "anything above is left out"
                notes.say(f"{path}: names are read from {where}; {above}.")
            return row, list(both.loc[row])
    counts = pd.DataFrame({name: (lower == name).sum(axis=1) for name in wanted})
    # Most of the names; among such rows the one with most cells.
    row = ((counts > 0).sum(axis=1) + (lower != "").mean(axis=1) / 2).idxmax()
    count = counts.loc[row]
    wrong = [f"no column {name[:30]!r}" for name in count.index[count == 0]]
    wrong += [f"{name[:30]!r} {count[name]} times" for name in count.index[count > 1]]
    there = list_some([repr(name[:30]) for name in lower.loc[row] if name], 6)
    cure = "Rename columns in the file, or change the settings."
    notes.stop(f"{path} has {list_some(wrong)}; in row {row} are {there}. {cure}")


def fill_merged(path, cells, merged, first, notes):
    """Write what a merged cell holds into all that it covers, below the row `first`."""
    filled = []
    for it in merged:
        if first < it.min_row <= len(cells) and it.min_col <= cells.shape[1]:
            held = cells.iloc[it.min_row - 1, it.min_col - 1]
            cells.iloc[it.min_row - 1 : it.max_row, it.min_col - 1 : it.max_col] = held
            filled.append(f"{it.coord} ({str(held)[:20]})")
    if filled:
        notes.say(f"{path}: merged cells are filled: {list_some(filled, 3)}.")


def name_columns(path, table, names, wanted, notes):
    """Return a table with a name of its own for each column, without empty ones."""
    is_filled = ~is_missing(table)
    nameless = [place for place in table if not names[place]]
    if is_filled[nameless].any(axis=None):
        cells = table[nameless].stack()[is_filled[nameless].stack()]
        there = list_some(
            f"row {row} ({str(it)[:20]!r})" for (row, _), it in cells.items()
        )
        notes.stop(
            f"{path}: columns without a name hold something: {there}. Name or delete "
            "them; or is there a comma in a number? Then save the table as .xlsx."
        )
    named, empty = {}, []
    for place, name in enumerate(names):
        letter = get_column_letter(place + 1)
        if name in wanted or is_filled[place].any():
            named[place] = f"{name} ({letter})" if name in named.values() else name
        else:
            empty.append(letter)
    if empty:
        notes.say(f"{path}: empty columns are left out: {list_some(empty)}.")
    return table[list(named)].rename(columns=named)


def is_units(table):
    """Say if the first row has units: no numbers, and only in columns of numbers."""
    is_filled = ~is_missing(table)
    is_number = table.map(lambda cell: bool(re.match(r"[-+<>]?[.,]?\d", str(cell))))
    has_numbers = is_number.iloc[1:].sum() > is_filled.iloc[1:].sum() / 2
    first = is_filled.iloc[0]
    return first.any() and has_numbers[first].all() and not is_number.iloc[0].any()


def find_summaries(table):
    """Say which cells (rows, columns) call their row a mean, a sum or the like."""
    is_summary = is_missing(table) & False
    for name, column in table.astype(str).items():
        rest = column.str.replace(SUMMARY, "", n=1, regex=True)
        rest = rest.str.strip(" ()_-").str.rstrip(":")
        # What is left may be the name of another row, as in "P1 mean".
        is_called = rest.isin(["", *column]) | rest.str.match(r":|±|\+/-")
        is_called &= column.str.contains(SUMMARY)
        # A word in two rows running, or over a third of all, is a name: SD as a diet.
        running = column[is_called & (column == column.shift())]
        is_often = column.map(column.value_counts()) > max(1, len(table) / 3)
        is_summary[name] = is_called & ~is_often & ~column.isin(running)
    return is_summary


def read_table(path, sheet, names, notes):
    """Return a table of cells that has the wanted columns, or stop.

    Cells are text, or numbers if they are so in Excel. The index is the row in the file
    as Excel counts it; the columns are named after the file, for messages.
    """
    cells, merged = read_cells(path, sheet, names, notes)
    wanted = list(dict.fromkeys(names))
    first, found = find_names(path, cells, wanted, notes)
    is_empty = is_missing(cells).all(axis=1) & (cells.index > first)
    fill_merged(path, cells, merged, first, notes)
    if is_empty.any():
        rows = list_some(cells.index[is_empty])
        notes.say(f"{path}: empty rows are left out: {rows}.")
    table = name_columns(path, cells[~is_empty].loc[first + 1 :], found, wanted, notes)
    if len(table) > 1 and is_units(table[wanted]):
        units = list_some(cell for cell in table.iloc[0] if cell != "")
        notes.say(f"{path}: row {table.index[0]} is left out, as units: {units}.")
        table = table.iloc[1:]
    is_summary = find_summaries(table)
    if is_summary.any(axis=None):
        rows = list_cells(table, is_summary)
        notes.say(f"{path}: left out as means, sums or the like: {rows}.")
        table = table[~is_summary.any(axis=1)]
    if table.empty:
        notes.stop(f"{path} has no rows below the names of its columns.")
    return table.rename_axis(columns=str(path))


def fill_blocks(words, name, notes):
    """Return a column (rows,), filled down if only first rows of blocks have a name."""
    column = words[name]
    is_filled = column != ""
    is_again = is_filled & (column == column.shift())
    if not is_filled.iloc[0] or is_filled.mean() > 0.5 or is_again.any():
        return column
    filled = column.where(is_filled).ffill()
    row = column.index[~is_filled][0]
    many = f"{(~is_filled).sum()} empty cells get the name above them"
    notes.say(f"Column {name!r}: {many}, such as row {row} ({filled[row]}).")
    return filled


def read_words(table, names, notes):
    """Return a table of text, with one spelling of each of the `names` such as m 7."""
    words = table.map(str)
    for name in names:
        words[name] = fill_blocks(words, name, notes)
        keys = words[name].str.lower().str.replace(FILLING, "", regex=True)
        alike = words[name].groupby(keys)
        merged = [list(cells.unique()) for _, cells in alike if cells.nunique() > 1]
        words[name] = alike.transform(lambda cells: cells.mode()[0])
        if merged:
            taken = f"taken for one (if wrong, rename one): {list_some(merged, 9)}"
            notes.say(f"Column {name!r}: {taken}.")
    gaps = list_cells(words, is_missing(words[names]))
    if gaps:
        notes.add_fault(
            f"{table.columns.name}: names are missing: {gaps}. Look them up, or delete "
            "these rows. If a name stands only in the first row of its block, repeat "
            "it in each row of its block; if 'none' or the like is a name, change it."
        )
    return words


def find_sign(number):
    """Return the decimal sign of text: "", ".", ","; None if it is no number.

    It is ".?" or ",?" before three digits, where it may part thousands.
    """
    by_point = re.fullmatch(POINT, number)
    by_comma = re.fullmatch(POINT, number.translate(SWAP))
    if by_point and by_comma:
        return "".join(f"{sign}?" for sign in ".," if sign in number)
    if by_point or by_comma:
        return "." if by_point else ","
    return None


def judge_signs(parts, others):
    """Return a column's decimal sign, which cells have another, and which are unclear.

    `parts` are those of split_numbers (rows, 4), `others` all signs of other columns.
    """
    signs = parts["sign"].fillna("")
    first = signs.str[:1]
    has_both = parts["number"].str.contains(r"\..*,|,.*\.") & (signs != "")
    shown = first[has_both] if has_both.any() else first[first != ""]
    sign = shown.mode().get(0, ".")
    other = sign.translate(SWAP)
    is_other = first == other
    if has_both.any():
        is_other &= signs != f"{other}?"
    has_doubt = (parts["sign"] == "").any() or other in others
    has_doubt &= not (signs == sign).any()
    return sign, is_other, (signs == f"{sign}?") & has_doubt


def split_numbers(cells, is_gap):
    """Return of a column (rows,) numbers and units as text, signs, if spaces parted it.

    Numbers of Excel have no signs; what is no number has the sign None.
    """
    text = cells.map(str).mask(is_gap, "")
    text = text.str.replace(r"^[−–](?=[\d.,])", "-", regex=True)
    packed = text.str.replace(r"(?<=\d)[ '’](?=\d{3}(?!\d))", "", regex=True)
    parts = packed.str.extract(NUMBER).astype(object).fillna("")
    parts = parts.set_axis(["number", "unit"], axis=1)
    signs = [find_sign(number) if number else None for number in parts["number"]]
    is_real = cells.map(lambda cell: not isinstance(cell, str)).astype(bool)
    parts["sign"] = pd.Series(signs, cells.index, dtype=object).mask(is_real, "")
    return parts.assign(unit=parts["unit"].str.replace("μ", "µ"), spaced=packed != text)


def read_numbers(table, names, gaps, notes, group=None):
    """Return columns as numbers (rows, columns), NaN where a gap will be filled.

    `gaps` says by what; None makes gaps faults. With the `group` (rows,), last rows of
    groups that look like means of the others are a fault, too.
    """
    path, cells = table.columns.name, table[list(names)]
    is_gap = is_missing(cells)
    note_gaps(cells, is_gap, gaps, notes)
    is_limit = cells.map(lambda cell: str(cell)[:1] in {"<", ">", "≤", "≥"})
    wrong = {reason: is_gap & False for reason in CURES} | {LIMIT: is_limit}
    parts_of = {name: split_numbers(cells[name], is_gap[name]) for name in cells}
    signs = pd.DataFrame({name: parts["sign"] for name, parts in parts_of.items()})
    is_parted, values, units, commas = is_gap & False, {}, [], 0
    for name, parts in parts_of.items():
        number, unit, sign = parts["number"], parts["unit"], parts["sign"]
        is_number = sign.notna()
        usual = unit[is_number].mode().get(0, "")
        others = "".join(signs.drop(columns=name).fillna("").to_numpy().ravel())
        decimal, is_other, is_open = judge_signs(parts, others)
        wrong[WORD][name] = ~is_gap[name] & ~is_limit[name] & ~is_number
        wrong[UNIT][name] = is_number & (unit != usual)
        wrong[SIGN][name], wrong[OPEN][name] = is_other, is_open
        thousands = decimal.translate(SWAP)
        plain = number.str.replace(thousands, "").str.replace(decimal, ".")
        values[name] = pd.to_numeric(plain.where(sign != "", number), errors="coerce")
        has_thousands = number.str.contains(thousands, regex=False) & (sign != "")
        is_parted[name] = parts["spaced"] | has_thousands & ~is_other & is_number
        is_comma = number.str.contains(",") & is_number
        commas += is_comma.sum() if decimal == "," else 0
        units += [f"{name!r} ({usual})"] if usual else []
    for reason, is_wrong in wrong.items():
        if is_wrong.any(axis=None):
            listed = list_cells(cells, is_wrong)
            notes.add_fault(f"{path}: {reason}: {listed}. {CURES[reason]}")
    say_changes(cells, units, is_parted, commas, notes)
    values = pd.DataFrame(values)
    if group is not None:
        check_means(path, values, np.asarray(group), notes)
    return values.to_numpy(float)


def say_changes(cells, units, is_parted, commas, notes):
    """Say what is taken out of numbers."""
    if units:
        notes.say(f"Units are taken out of the numbers: {list_some(units)}.")
    if is_parted.any(axis=None):
        parted = list_cells(cells, is_parted)
        notes.say(f"Signs between thousands are taken out: {parted}.")
    if commas:
        notes.say(f"Commas are read as decimal points, in {commas} cells.")


def note_gaps(cells, is_gap, gaps, notes):
    """Say by what gaps will be filled, or note them as faults."""
    path = cells.columns.name
    is_blank = is_gap.all(axis=1) & (gaps is not None) & (cells.shape[1] > 1)
    if is_blank.any():
        rows = list_some(cells.index[is_blank])
        notes.add_fault(f"{path}: none of the numbers are in rows {rows}: delete them.")
    listed = list_cells(cells[~is_blank], is_gap[~is_blank])
    if listed and gaps:
        notes.say(f"Filled by the {gaps} of the training rows: {listed}.")
    elif listed:
        cure = (
            "Look them up, or delete these rows; or set GAPS = 'median', and training"
        )
        cure = f"{cure} rows fill the FEATURES."
        notes.add_fault(f"{path}: values are missing: {listed}. {cure}")


def check_means(path, values, group, notes):
    """Note as a fault if the last row of each group is the mean or sum of the others.

    `values` are numbers (rows, columns), `group` is text (rows,).
    """
    is_last = ~pd.Series(group, values.index).duplicated(keep="last")
    above = values[~is_last].groupby(group[~is_last])
    last = values[is_last].set_axis(group[is_last]).reindex(list(above.groups))
    spread = above.max() - above.min()
    near = 0.05 * spread + 1e-9 * last.abs()  # means may be rounded
    is_mean = ((above.mean() - last).abs() <= near).all(axis=1)
    is_sum = ((above.sum() - last).abs() <= near).all(axis=1)
    # Rows that are all alike show nothing: each cell may have the weight of its mouse.
    if (is_mean | is_sum).all() and (spread.max(axis=1) > 0).sum() >= 3:
        rows = list_some(values.index[is_last & np.isin(group, last.index)])
        what = "look like means or sums of the rows above them: delete them"
        notes.add_fault(f"{path}: rows {rows} {what}.")


def read_dates(column):
    """Return the dates in a column of text (rows,), NaT where there is none."""
    is_day_first = not column.str[:4].str.isdigit().all()
    options = {"format": "mixed", "errors": "coerce", "dayfirst": is_day_first}
    return pd.to_datetime(column, **options)


def read_values(column):
    """Return the numbers in a column of text (rows,): dates as days, 0 if none."""
    if column.str.match(DATE).all():
        days = read_dates(column)
        column = (days - days.min()) / pd.Timedelta(days=1)
    found = column.astype(str).str.extract(r"(-?\d+\.?\d*)")[0]
    return pd.to_numeric(found).fillna(0)
