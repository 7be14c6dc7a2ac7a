"""The starter reads tables as laboratories have them, or says what to correct."""

import re
import sys

import numpy as np
import openpyxl
import pytest

from conftest import ROOT

HEAD = "plant|type|len|mass\n"
ROWS = ["P1|wt|1.5|10", "P1|wt|2.5|20", "P2|gl2|3.5|30", "P2|gl2|4.5|40"]
GOOD = HEAD + "\n".join(ROWS)
TWO = ("type", "plant")
NUMBERS = [[1.5, 10], [2.5, 20], [3.5, 30], [4.5, 40]]
WORDS = [["wt", "P1"], ["wt", "P1"], ["gl2", "P2"], ["gl2", "P2"]]
BLOCKS = GOOD.replace("\nP1|wt|2.5", "\n||2.5").replace("\nP2|gl2|4.5", "\n||4.5")


class Notes:
    def __init__(self):
        self.said, self.faults = [], []
        self.say, self.add_fault = self.said.append, self.faults.append

    def stop(self, *more):
        if self.faults or more:
            raise SystemExit("\n".join([*self.said, "Stopped", *self.faults, *more]))


@pytest.fixture
def files(monkeypatch):
    monkeypatch.syspath_prepend(ROOT / "book" / "starter")
    monkeypatch.delitem(sys.modules, "files", raising=False)
    import files

    return files


def csv(text, encoding="utf-8", separator=",", name="t.csv"):
    """Return a step that writes a text file, and returns its name."""

    def write(folder):
        (folder / name).write_bytes(text.replace("|", separator).encode(encoding))
        return name

    return write


def xlsx(text, merged=(), more=None):
    """Return a step that writes a workbook; cells that begin with ' are text."""

    def write(folder):
        book = openpyxl.Workbook()
        book.active.title = "Data"
        for row, line in enumerate(text.split("\n"), 1):
            for place, cell in enumerate(line.split("|"), 1):
                is_number = re.fullmatch(r"-?\d+(\.\d+)?", cell)
                value = float(cell) if is_number else cell.removeprefix("'") or None
                book.active.cell(row, place, value)
        for cells in merged:
            book.active.merge_cells(cells)
        for name, cell in (more or {}).items():
            book.create_sheet(name)["A1"] = cell
        book.save(folder / "t.xlsx")
        return "t.xlsx"

    return write


def change(*pairs, of=GOOD):
    for old, new in pairs:
        assert old in of
        of = of.replace(old, new, 1)
    return of


def column(*cells, other="1"):
    """Return a step that writes a workbook whose column `len` holds these cells."""
    rows = []
    for i, cell in enumerate(cells):
        mark = "'" if isinstance(cell, str) else ""
        rows.append(f"P{i // 2}|wt|{mark}{cell}|{other}")
    return xlsx(HEAD + "\n".join(rows))


def read(files, path, names=TWO, features=("len", "mass"), **options):
    notes, options = Notes(), {"sheet": None, "gaps": None} | options
    table = files.read_table(path, options["sheet"], [*names, *features], notes)
    words = files.read_words(table, list(names), notes)
    group = words[names[-1]].to_numpy(str)
    numbers = files.read_numbers(table, list(features), options["gaps"], notes, group)
    notes.stop()
    return table, words[list(names)].to_numpy().tolist(), numbers, "\n".join(notes.said)


R, LATER, DEEP = [2, 3, 4, 5], [3, 4, 5, 6], [4, 5, 6, 7]
COMMAS, TITLE = GOOD.replace(".", ","), f"A, B\n\n{GOOD}"
UMLAUT = change(("mass", "mass|Maß"), ("|10", "|10|ä"))
TWO_ROWS = change((HEAD, "plant||Leaf|\n|type|len|mass\n"))
MEANS = "\n".join([HEAD + ROWS[0], ROWS[1], "|Mittel|2|15", *ROWS[2:]])
MEANS += "\n|mean ± SD|4 ± 1|35\nP2: Summe|||70\nP1 mean|wt|2|15\nn = 4|||"
NOTES = (("mass", "mass|note"), ("|10", "|10|outlier"), ("|20", "|20|see: mean"))
NO_NAME = re.sub(r"(?m)^(\w+\|\w+)", r"\1|", GOOD)
READ = {  # all hold the same study: (the file, its rows, what is said)
    "tabs": (csv(GOOD, separator="\t"), R, ""),
    "BOM": (csv("\ufeff" + GOOD), R, ""),
    "UTF-16": (csv(GOOD, "utf-16", "\t"), R, ""),
    "Windows": (csv(UMLAUT, "cp1252", ";"), R, "Windows-1252"),
    "commas": (csv(COMMAS, separator=";"), R, "decimal points, in 4 cells"),
    "Excel": (xlsx(GOOD), R, ""),
    "empty sheet": (xlsx(GOOD, more={"Sheet2": None}), R, ""),
    "only sheet": (xlsx(GOOD), R, "no sheet 'Daten'"),
    "title": (csv(TITLE, separator=";"), DEEP, "row 3; anything above"),
    "names in two rows": (xlsx(TWO_ROWS, ["A1:A2", "C1:D1"]), LATER, "rows 1 and 2"),
    "units": (csv(change(("P1", "|-|[mm]|a.u.\nP1"))), LATER, "units: -, [mm], a.u."),
    "merged": (xlsx(BLOCKS, ["A2:A3", "B2:B3", "A4:A5", "B4:B5"]), R, "A2:A3 (P1)"),
    "blocks": (csv(BLOCKS), R, "'plant': 2 empty cells get"),
    "means": (csv(MEANS), [2, 3, 5, 6], "row 4, 'type' (Mittel)"),
    "empty rows": (csv(change(("P2", "|||\n|-||\nP2"))), [2, 3, 6, 7], "out: 4, 5"),
    "empty column": (xlsx(NO_NAME), R, "empty columns are left out: C"),
    "a unit": (csv(re.sub(r"(\.5)", r"\1 µm", GOOD)), R, "numbers: 'len' (µm)"),
    "text": (xlsx(re.sub(r"\|(\d)", r"|'\1", GOOD)), R, ""),
    "mixed": (xlsx(re.sub(r"\|(\d)\.5", r"|'\1,5", GOOD)), R, "points, in 4 cells"),
    "spelling": (csv(change(("P1|wt", "p-01|wt "))), R, "['p-01', 'P1']"),
    "comments": (csv(change(*NOTES)), R, ""),
    "a name twice": (csv(change(("mass", "mass|SD|SD"), ("|10", "|10|1|2"))), R, ""),
}


@pytest.mark.parametrize("what", READ)
def test_table_is_read_and_changes_are_said(files, tmp_path, monkeypatch, what):
    monkeypatch.chdir(tmp_path)
    write, rows, words = READ[what]
    sheet = "Daten" if what == "only sheet" else None
    table, names, numbers, said = read(files, write(tmp_path), sheet=sheet)
    assert table.columns.is_unique
    assert (list(table.index), names, numbers.tolist()) == (rows, WORDS, NUMBERS)
    assert words in said, said
    assert bool(words) == bool(said), said


VALUES = {  # cells of a column: (the cells, their numbers, what is said)
    "real numbers": ([1.5, "2,5", 1234.25], [1.5, 2.5, 1234.25], "points, in 1 cells"),
    "spaces": (["1 234,5", "12\u202f345", "3"], [1234.5, 12345, 3], "'len' (1 234,5)"),
    "Swiss": (["1'234.5", "1’234’567"], [1234.5, 1234567], "row 2, 'len' (1'234.5)"),
    "German": (["1.234,5", "2.345", "1.000"], [1234.5, 2345, 1000], "(1.234,5), row 3"),
    "English": (["1,234.5", "2,345,678"], [1234.5, 2345678], "'len' (1,234.5), row 3"),
    "three digits": (["0.123", "1.234", "12"], [0.123, 1.234, 12], ""),
    "all three digits": (["1,234", "2,345"], [1.234, 2.345], "points, in 2 cells"),
    "powers, minus": (["1,5E+03", "−2", "-,5"], [1500, -2, -0.5], "decimal points"),
    "no number": (["-", "#WERT!"], [None, None], "Filled by the mean"),
    "micro": (["1 µm", "2 μm"], [1, 2], "'len' (µm)"),
    "area": (["3,5 mm2", "4mm2", "5 mm2"], [3.5, 4, 5], "'len' (mm2)"),
    "gaps": (["n.b.", 3, "#NV", "–", 0], [None, 3, None, None, 0], "Filled by"),
}


@pytest.mark.parametrize("what", VALUES)
def test_numbers_are_read_as_they_are_meant(files, tmp_path, what):
    cells, values, words = VALUES[what]
    path = column(*cells)(tmp_path)
    for features in (("len",), ("len", "mass")):
        _, _, numbers, said = read(files, tmp_path / path, TWO, features, gaps="mean")
        np.testing.assert_allclose(numbers[:, 0], np.array(values, float))
        assert words in said, said


def plants(*cells, mass="7|7|7"):
    """Return a step that writes three plants of three rows."""
    rows = []
    for i in range(1, 4):
        for cell, heavy in zip(cells, mass.split("|"), strict=True):
            rows.append(f"P{i}|wt|{cell * i}|{heavy}")
    return xlsx(HEAD + "\n".join(rows))


NO_TYPE, NO_MASS = "row 2, 'type' (empty)", "row 5, 'mass' (#N/A). & GAPS = 'median'"
GAPS = change(("P1|wt", "n. d.|"), ("40", "#N/A"))
ONE_AGAIN = change(("P1", "P1|wt|1|1\nP1"), of=BLOCKS)
STOP = {  # (the file, what is said, what is not)
    "no file": (lambda folder: "no.csv", "no file & no.csv & Set TABLE", ""),
    "old Excel": (csv("", name="t.xls"), "save it as .xlsx", ""),
    "no Excel": (csv("II*", name="t.xlsx"), "cannot be read", ""),
    "sheets": (xlsx(GOOD, more={"B": "x"}), "'Data', 'B' & must be SHEET (None)", ""),
    "nothing": (csv(""), "no rows below", ""),
    "only means": (csv(HEAD + "Mean|||5"), "no rows below", ""),
    "quote": (csv(change(("wt", '"wt'))), "cannot be read & Save it as .xlsx", ""),
    "a column": (csv(change(("type", "typ"))), "no column 'type'; in row 1", ""),
    "twice": (csv(change(("mass", "len"))), "'len' 2 times & no column 'mass'", ""),
    "commas": (csv(change(("2.5", "2,5"))), "row 3 ('20') & a comma in a number", ""),
    "gaps": (csv(GAPS), f"{NO_TYPE}, row 2, 'plant' (n. d.) & {NO_MASS}", "row 3,"),
    "many gaps": (csv(GOOD + "\n|||5" * 40), "(80 in all) & in each row", "row 2,"),
    "few gaps": (csv(change(("P1|wt|2", "|wt|2"), ("P2", "P3"))), "3, 'plant' (e", ""),
    "one name again": (csv(ONE_AGAIN), "row 4, 'plant' (empty)", "row 3,"),
    "limits": (column("<1", 3, ">9"), "(<1), row 4, 'len' (>9)", "3, & no numbers"),
    "one unit": (column("1", "37 µm", "3"), "row 3, 'len' (37 µm)", "row 2, & row 4,"),
    "two units": (column("1 mm", "2 mm", "3 µm"), "row 4, 'len' (3 µm)", "row 2,"),
    "no number": (column("1", "wide", 38.5), "numbers: row 3, 'len' (wide)", "row 4,"),
    "two signs": (column("1,5", "2.5", "3,5", 4.5), "sign & (2.5)", "row 2, & taken"),
    "dot in commas": (column("1,5", "2,5", "1.234"), "sign & (1.234)", "row 2,"),
    "thousands?": (column("1.234", "987"), "thousands or & (1.234)", "row 3,"),
    "other column": (column("1,234", "2,345", other="'1.5"), "thousands or", "'mass'"),
    "date": (column(1.5, "2026-05-02 00:00:00"), "3, 'len' (2026-05-02)", "row 2,"),
    "means": (plants(1, 5.1, 3), "rows 4, 7, 10 look like means", ""),
    "sums": (plants(1, 5, 6, mass="1|1|2"), "rows 4, 7, 10 look like", ""),
    "lost": (csv(change(("P1|wt|1.5|10", "P|wt|lost|lost"))), "2, 'len' (lost)", ""),
    "long": (column(*["such words " * 9] * 6), "(such words such word) & (6 in", ""),
    "names again": (csv(f"{GOOD}\n{HEAD}"), "row 6, 'len' (len)", "row 5,"),
    "notes": (csv(GOOD + "\n* dead|||"), "none of the numbers are in rows 6", ""),
}


@pytest.mark.parametrize("what", STOP)
def test_it_stops_at_what_is_unclear_and_names_no_good_cell(files, tmp_path, what):
    write, words, absent = STOP[what]
    path = tmp_path / write(tmp_path)
    with pytest.raises(SystemExit) as stop:
        read(files, path, gaps="median" if what == "notes" else None)
    said = str(stop.value).replace(str(tmp_path), "")
    assert all(word in said for word in words.split(" & ")), said
    assert not any(word in said for word in absent.split(" & ") if word), said
    assert max(map(len, said.splitlines())) < 500


def test_rows_that_are_no_means_are_kept(files, tmp_path):
    for cells in ((1, 5, 4), (3, 3, 3)):  # the weight of a plant is that of its leaves
        assert len(read(files, tmp_path / plants(*cells)(tmp_path))[0]) == 9


@pytest.mark.parametrize("diets", ["SD|a|SD|a", "SD|SD|a|b|c|d|e"])
def test_word_for_means_may_name_a_class(files, tmp_path, diets):
    rows = [f"P{i}|{diet}|1|{i}" for i, diet in enumerate(diets.split("|"))]
    write = csv(HEAD + "\n".join(rows))
    assert len(read(files, tmp_path / write(tmp_path))[0]) == len(rows)


def test_whole_sheet_of_a_plant_biologist(files, tmp_path):
    lines = ["Blattmessungen 2026", "", "Pflanze|Genotyp|Blatt|Länge|SPAD|Dichte"]
    expected = []
    for plant in range(1, 9):
        genotype = ("gl2", "WT", "wt ")[plant % 3]
        for leaf in (1, 2, 3):
            names = f"P{plant}|{genotype}" if leaf == 1 else "|"
            spad = {24: "n.b.", 30: "-"}.get(len(lines) + 1, 37.5 + leaf + plant)
            lines.append(f"{names}|{leaf}|'{70 + plant},{leaf}|{spad}|{200 + plant} µm")
            number = np.nan if isinstance(spad, str) else spad
            expected.append([70 + plant + leaf / 10, number, 200 + plant])
        lines += ["||Mittel|'72,4|38.1|205 µm", ""]
    path = tmp_path / xlsx("\n".join(lines), more={"Legende": "text"})(tmp_path)
    names, features = ("Genotyp", "Pflanze"), ("Länge", "SPAD", "Dichte")
    options = {"sheet": "Data", "gaps": "median"}
    table, words, numbers, said = read(files, path, names, features, **options)
    np.testing.assert_allclose(numbers, expected)
    assert words == [
        [["WT", "WT", "gl2"][i // 3 % 3], f"P{i // 3 + 1}"] for i in range(24)
    ]
    assert list(table.index[[0, 3]]) == [4, 9]
    done = "row 3; & 7, 'Blatt' (Mittel) & out: 8, 13 & 'wt' & in 24 cells & 24, 'SPAD'"
    assert all(word in said for word in done.split(" & ")), said
