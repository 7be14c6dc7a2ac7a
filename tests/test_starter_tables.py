"""The starter reads tables as laboratories have them, or says what to correct."""

import re
from types import SimpleNamespace

import numpy as np
import openpyxl
import pytest

import files
from report import Notes

HEAD = "plant|type|len|mass\n"
ROWS = ["P1|wt|1.5|10", "P1|wt|2.5|20", "P2|gl2|3.5|30", "P2|gl2|4.5|40"]
GOOD = HEAD + "\n".join(ROWS)
NUMBERS = [[1.5, 10], [2.5, 20], [3.5, 30], [4.5, 40]]
WORDS = [["P1", "wt"], ["P1", "wt"], ["P2", "gl2"], ["P2", "gl2"]]


@pytest.fixture
def read(monkeypatch, tmp_path):
    """Return a function that writes a file and reads it."""
    monkeypatch.chdir(tmp_path)

    def read(write, names=("plant", "type"), features=("len", "mass"), gaps=None):
        notes, names = Notes(), list(names)
        table = files.read_table(write(), "Data", [*names, *features], notes)
        settings = SimpleNamespace(GROUP=names[0], columns=names, NUISANCE=[])
        table = files.drop_means(table, settings, notes)
        words = files.read_words(table, names, notes)[names].to_numpy().tolist()
        numbers = files.read_numbers(table, features, gaps, notes)
        notes.stop()
        assert table.columns.is_unique and "column C" not in table
        return list(table.index), words, numbers, "\n".join(notes.said)

    return read


def csv(text, encoding="utf-8", separator=",", name="t.csv"):
    """Return a step that writes a text file, and returns its name."""

    def write():
        with open(name, "wb") as file:
            file.write(text.replace("|", separator).encode(encoding))
        return name

    return write


def xlsx(text, *merged, title="Data", **sheets):
    """Return a step that writes a workbook; cells that begin with ' are text."""

    def write():
        book = openpyxl.Workbook()
        book.active.title = title
        for row, line in enumerate(text.split("\n"), 1):
            for place, cell in enumerate(line.split("|"), 1):
                is_number = re.fullmatch(r"-?\d+(\.\d+)?", cell)
                value = float(cell) if is_number else cell.removeprefix("'") or None
                book.active.cell(row, place, value)
        for cells in merged:
            book.active.merge_cells(cells)
        for name, cell in sheets.items():
            book.create_sheet(name)["A1"] = cell
        book.save("t.xlsx")
        return "t.xlsx"

    return write


def change(old, new, of=GOOD):
    assert old in of
    return of.replace(old, new, 1)


def cells(*column, mass="1"):
    """Return a step that writes a workbook with these cells in the column `len`."""
    names = ["P1|wt", "P1|wt", "P2|gl2", "P2|gl2"]
    rows = [f"{name}|{cell}|{mass}" for name, cell in zip(names, column, strict=False)]
    return xlsx(HEAD + "\n".join(rows))


SAME = (2, 3, 4, 5)
BLOCKS = re.sub(r"\n\w+\|\w+(\|[24]\.5)", r"\n|\1", GOOD)
REPEAT = "repeat a name in each row & row 3, 'plant' (empty), row 5, 'plant'"
TWO_ROWS = change(HEAD, "plant||Leaf|\n|type|len|mass\n")
OTHERS = change("|10", "|10|1|2|see: mean", change("mass", "mass|SD|SD|note"))
MEANS = "\n".join([HEAD + ROWS[0], ROWS[1], "|Mittel|2|15", *ROWS[2:]])
MEANS += (
    "\n|mean ± SD|4 ± 1|35\nP2: Summe|||70\nP1 mean|wt|2|15\nn = 4|||\nmean wt||2|1"
)
ASIDE = re.sub(r"(\n.+)", r"\1|\1|Mittel", change("mass", "mass|leaf"))
LONG = "\n|||" + "such words " * 9
FILES = {  # the file; rows, the numbers in one column, or good cells; what is said
    "BOM": (csv("\ufeff" + GOOD), SAME, ""),
    "UTF-16": (csv(GOOD, "utf-16", "\t"), SAME, ""),
    "Windows": (csv(change("P2", "–|||\nP2"), "cp1252"), (2, 3, 5, 6), "Windows"),
    "commas": (csv(GOOD.replace(".", ","), separator=";"), SAME, "points, in 4 cells"),
    "beside text": (xlsx(re.sub(r"(\d)\.5", r"\1,5", GOOD)), SAME, "in 4 cells"),
    "only sheet": (xlsx(GOOD, title="A", B=None), SAME, ""),
    "title": (csv(f"A, B\n\n{GOOD}", separator=";"), (4, 5, 6, 7), "in row 3;"),
    "two rows": (xlsx(TWO_ROWS, B="x"), (3, 4, 5, 6), "in row 2, or in row 1"),
    "units": (csv(change("P1", "|-|[mm]|g\nP1")), "row 3", "rows of units & 2, 'len'"),
    "merged": (xlsx(BLOCKS, "A2:A3", "A4:A5", "B2:B3", "B4:B5"), "row 2", REPEAT),
    "blocks": (csv(BLOCKS), "row 2", REPEAT),
    "means": (csv(MEANS), (2, 3, 5, 6), "sums: row 4, 7, 8, 9, 10, 11."),
    "means aside": (csv(ASIDE), "row 2", "sums? row 3, 'leaf' (Mittel), row 5, "),
    "empty rows": (csv(change("P2", "|||\n|-||\nP2")), (2, 3, 6, 7), ""),
    "no name": (xlsx(re.sub(r"(?m)^(\w+\|\w+)", r"\1|", GOOD)), SAME, ""),
    "others": (csv(OTHERS), SAME, ""),
    "spelling": (csv(change("P1|wt", "p-01|wt ")), SAME, "['p-01', 'P1']"),
    "signs": (cells("1,5E+03", "−2", "-,5", 7.5), [1500, -2, -0.5, 7.5], "in 2"),
    "three": (cells("'0.123", "'1.234", "'12"), [0.123, 1.234, 12], ""),
    "all three": (cells("1,234", "2,345"), [1.234, 2.345], "in 2 cells"),
    "a unit": (cells("1.5 µm2", "2 μm2", "3µm2"), [1.5, 2, 3], "numbers: µm2"),
    "a rate": (cells("137/min", "88 /min"), [137, 88], "numbers: /min"),
    "gaps": (cells("n. b.", 3, "#NV", 0), [None, 3, None, 0], "by the mean of"),
    "no file": (lambda: "no.csv", "", "is called no.csv & set TABLE"),
    "old Excel": (csv("", name="t.xls"), "", "No .xlsx or .csv is called t.xls"),
    "quote": (csv(change("wt", '"wt')), "", "cannot be read & Save it again"),
    "sheets": (xlsx(GOOD, title="A", B="x"), "", "SHEET must be & 'A', 'B'"),
    "nothing": (csv(""), "", "columns are missing"),
    "only names": (csv(HEAD), "", "no rows below"),
    "columns": (csv(change("mass", "len")), "", "'len', 'mass'. In row 1 are 'plant'"),
    "comma": (csv(change("2.5", "2,5")), "row 2", "row 3, 'column E' (20) & a comma"),
    "a gap": (csv(HEAD + "A|a|1|1\n|a|1|1\nB|b|1|1\nC|b|1|1"), "row 2", "3, 'plant'"),
    "no value": (csv(change("40", "#N/A")), "row 4", "row 5, 'mass' (#N/A). & GAPS"),
    "many": (csv(GOOD + LONG * 40), "such words " * 8, "(80 in all) & block & such w"),
    "words": (cells("<1", 3, "2026-05-02 00:00:00", "9/12"), "row 3", "2, & 02) & 12)"),
    "names again": (csv(HEAD + GOOD), "row 3", "row 2, 'len' (len)"),
    "units differ": (cells(1, "37 µm", 3), "row 2", "another unit & row 3, 'len' (37"),
    "two signs": (cells("1,5", "2,5", "'1.234"), "row 3", "decimal sign & row 4, "),
    "both signs": (cells("1.234,5", "2,5", "1 234"), "row 3", "row 2, & row 4, 'len'"),
    "thousands?": (cells("'1.234", "987"), "row 3", "thousands: row 2, 'len' (1.234)"),
    "elsewhere": (cells("'1.234", mass="1,5"), "'mass'", "thousands: row 2, 'len'"),
}


@pytest.mark.parametrize("what", FILES)
def test_table_is_read_and_changes_are_said_or_it_stops_with_the_cells(read, what):
    write, expected, words = FILES[what]
    if isinstance(expected, str):
        with pytest.raises(SystemExit) as stop:
            read(write)
        said = str(stop.value)
        assert not expected or expected not in said, said
    else:
        places, names, numbers, said = read(write, gaps="mean")
        if isinstance(expected, tuple):
            assert (places, names) == ([*expected], WORDS)
            expected = NUMBERS
        else:
            expected = [[value, 1] for value in expected]
        np.testing.assert_allclose(numbers, np.array(expected, float))
        assert bool(words) == bool(said), said
    assert all(word in said for word in words.split(" & ")), said
    assert max(map(len, said.splitlines()), default=0) < 500


@pytest.mark.parametrize("diets", ["SD|a|SD|a", "SD|SD|a|b|c|d|e"])
def test_word_for_means_may_name_a_class(read, diets):
    rows = [f"P{i}|{diet}|1|{i}" for i, diet in enumerate(diets.split("|"))]
    assert len(read(csv(HEAD + "\n".join(rows)))[0]) == len(rows)


def test_whole_sheet_of_a_plant_biologist(read):
    lines = ["Blattmessungen 2026", "", "Pflanze|Genotyp|Blatt|Länge|SPAD|Dichte"]
    expected, genotypes = [], ("gl2", "WT", "wt ") * 2
    for plant, genotype in enumerate(genotypes, 1):
        lines.append(f"P{plant}|{genotype}|1|'7{plant},1|38.5|20{plant} µm")
        lines.append(f"P{plant}|{genotype}|2|'7{plant},2|n.b.|20{plant} µm")
        lines += [f"||Mittel|'7{plant},15|38.5|20{plant} µm", ""]
        expected.append([70.1 + plant, 38.5, 200 + plant])
        expected.append([70.2 + plant, np.nan, 200 + plant])
    columns = ("Pflanze", "Genotyp"), ("Länge", "SPAD", "Dichte")
    write = xlsx("\n".join(lines), Legende="text")
    places, words, values, said = read(write, *columns, gaps="median")
    np.testing.assert_allclose(values, expected)
    assert words[:4] == [["P1", "gl2"]] * 2 + [["P2", "WT"]] * 2
    assert places[:3] == [4, 5, 8]
    done = "in row 3; & row 6, 10, & 'wt' & in 12 cells & row 5, 'SPAD' & µm"
    assert all(word in said for word in done.split(" & ")), said
