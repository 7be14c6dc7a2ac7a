"""The starter runs on its samples and on files that it has not seen, and refuses mistakes."""

import json
import os
import re
import runpy
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import tifffile

from tools.book import ROOT

STARTER = ROOT / "book" / "starter"
ARCHIVE = ROOT / "_build" / "starter.zip"
MODELS = ["most frequent class", "linear", "forest", "network"]
IMAGES = {"IMAGES": "samples/images"}
# Exact 95% intervals of a share, by Clopper and Pearson, of none to all of six.
INTERVALS = [
    "0% to 46%",
    "0% to 64%",
    "4% to 78%",
    "12% to 88%",
    "22% to 96%",
    "36% to 100%",
    "54% to 100%",
]


def configure(folder: Path, **settings: object) -> Path:
    """Change settings at the top of the script, as a reader would, and return its path."""
    path = folder / "study.py"
    text = path.read_text("utf-8")
    for name, value in settings.items():
        text, count = re.subn(rf"^{name} = .*", f"{name} = {value!r}", text, flags=re.MULTILINE)
        assert count == 1, name
    path.write_text(text, "utf-8")
    return path


def enter(folder: Path, monkeypatch) -> None:
    """Stand in the folder, from which the script imports."""
    monkeypatch.chdir(folder)
    monkeypatch.syspath_prepend(folder)
    monkeypatch.delitem(sys.modules, "helpers", raising=False)


def run(folder: Path, capsys, monkeypatch, **settings: object) -> tuple[dict, str]:
    """Run the script in its folder, and return its names and what it printed."""
    enter(folder, monkeypatch)
    names = runpy.run_path(str(configure(folder, **settings)))
    return names, capsys.readouterr().out


def refuse(folder: Path, monkeypatch, **settings: object) -> str:
    """Run the script, which has to stop, and return what it says."""
    enter(folder, monkeypatch)
    with pytest.raises(ValueError, match=r"\w") as stop:
        runpy.run_path(str(configure(folder, **settings)))
    return str(stop.value)


def read_results(printed: str) -> dict[str, float]:
    """Return the cross-validated accuracy of each model from what the script printed."""
    found = re.findall(rf"^({'|'.join(MODELS)}) +([\d.]+) +[\d.]+ +", printed, re.MULTILINE)
    return {name: float(mean) for name, mean in found}


def side_of(names: dict, column: str) -> tuple[set, set]:
    """Return the values of a column in the training and in the test rows."""
    values = names["table"][column].astype(str).str.strip().str.lower()
    return set(values[~names["test"]]), set(values[names["test"]])


@pytest.fixture
def starter(tmp_path: Path) -> Path:
    return Path(shutil.copytree(STARTER, tmp_path / "starter"))


def test_script_is_short_and_samples_are_small():
    assert len((STARTER / "study.py").read_text("utf-8").splitlines()) < 150
    assert sum(path.stat().st_size for path in STARTER.rglob("*") if path.is_file()) < 200_000


@pytest.mark.parametrize("settings", [{}, IMAGES], ids=["table", "images"])
def test_samples_give_a_cross_validated_result(starter, capsys, monkeypatch, settings):
    _, printed = run(starter, capsys, monkeypatch, **settings)
    results = read_results(printed)
    assert list(results) == MODELS
    assert results["linear"] > results["most frequent class"] + 0.2
    assert "No group is held back" in printed  # six mice of each class
    assert "accuracy on the test groups" not in printed


def test_test_groups_are_opened_when_the_reader_says_so(clinic, capsys, monkeypatch):
    _, printed = run(clinic, capsys, monkeypatch, **CLINIC)
    assert "6 test groups held back" in printed
    assert "accuracy on the test groups" not in printed
    names, printed = run(clinic, capsys, monkeypatch, **CLINIC, OPEN_TEST=True)
    found = re.findall(
        r"accuracy on the test groups: (\S+); Patient ID right: (\d) of 6 ", printed
    )
    ((accuracy, right),) = found
    n = names["test"].sum()
    assert abs(float(accuracy) * n - round(float(accuracy) * n)) < 0.01 * n
    assert f"{right} of 6 ({INTERVALS[int(right)]})" in printed


@pytest.mark.parametrize("settings", [{}, IMAGES], ids=["table", "images"])
def test_archive_runs_as_it_is_downloaded(site, tmp_path, settings):
    with zipfile.ZipFile(ARCHIVE) as archive:
        archive.extractall(tmp_path)
    folder = tmp_path / "starter"
    configure(folder, **settings)
    done = subprocess.run(
        [sys.executable, "study.py"],
        cwd=folder,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert list(read_results(done.stdout)) == MODELS


def test_page_links_the_archive_and_its_notebook_is_the_script(site):
    page = (site / "book" / "your-own-data.html").read_text("utf-8")
    (link,) = re.findall(r'href="\.\./(_downloads/[^"]*starter\.zip)"', page)
    with zipfile.ZipFile(site / link) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    assert {
        "README.md",
        "requirements.txt",
        "LICENSE",
        "helpers.py",
        "study.py",
        "study.ipynb",
    } < {name.removeprefix("starter/") for name in files}
    script = files["starter/study.py"].decode()
    assert script == (STARTER / "study.py").read_text("utf-8")
    cells = json.loads(files["starter/study.ipynb"])["cells"]
    code = [line for c in cells if c["cell_type"] == "code" for line in c["source"]]
    assert len(cells) > 6
    lines = [line.strip() for line in script.splitlines()]
    assert all(line.strip() in lines for line in code)
    assert sum("optimizer.step()" in line for line in code) == 1


# Mistakes, with a word of what the reader is told to do.


def test_missing_file_is_refused(starter, monkeypatch):
    said = refuse(starter, monkeypatch, TABLE="samples/tables.csv")
    assert "samples/tables.csv" in said
    assert "Set TABLE" in said


@pytest.mark.parametrize(
    "settings",
    [{"LABEL": "treatmnt"}, {"GROUPS": ["animal"]}, {"FEATURES": ["dna", "rna"]}],
)
def test_missing_column_is_refused_with_those_that_there_are(starter, monkeypatch, settings):
    said = refuse(starter, monkeypatch, **settings)
    assert "has no column" in said
    assert "'roundness'" in said


def test_missing_values_are_refused_with_their_lines(starter, monkeypatch):
    path = starter / "samples" / "table.csv"
    lines = path.read_text("utf-8").splitlines()
    lines[4] = re.sub(r",\d+$", ",", lines[4])
    path.write_text("\n".join(lines) + "\n", "utf-8")
    said = refuse(starter, monkeypatch)
    assert "[5]" in said  # the fifth line of the file
    assert "delete these rows" in said


def test_text_among_the_features_is_refused(starter, monkeypatch):
    said = refuse(starter, monkeypatch, FEATURES=["dna", "plate"])
    assert "'plate' holds text" in said


def test_image_that_is_not_in_the_folder_is_refused(starter, monkeypatch):
    (starter / "samples" / "images" / "m03-2.tif").unlink()
    said = refuse(starter, monkeypatch, **IMAGES)
    assert "1 image(s)" in said
    assert "m03-2.tif" in said
    assert "Copy them there" in said


def test_image_with_two_rows_is_refused(starter, monkeypatch):
    path = starter / "samples" / "table.csv"
    table = pd.read_csv(path)
    table.loc[1, "image"] = table.loc[0, "image"]
    table.to_csv(path, index=False)
    assert "two rows" in refuse(starter, monkeypatch, **IMAGES)


def test_group_on_both_sides_of_a_given_split_is_refused(starter, monkeypatch):
    path = starter / "samples" / "table.csv"
    table = pd.read_csv(path)
    table["part"] = np.where(table["mouse"].isin(["m01", "m02", "m03"]), "Test", "train")
    table.loc[1, "part"] = "train"  # one image of the first mouse
    table.to_csv(path, index=False)
    said = refuse(starter, monkeypatch, SPLIT="part")
    assert "both sides" in said
    assert "m01" in said
    assert "m02" not in said


def test_one_group_only_is_refused(starter, monkeypatch):
    path = starter / "samples" / "table.csv"
    table = pd.read_csv(path)
    table["site"] = "here"
    table.to_csv(path, index=False)
    said = refuse(starter, monkeypatch, GROUPS=["site"])
    assert "1 group" in said
    assert "cannot tell" in said


def test_test_groups_of_one_class_are_refused(starter, monkeypatch):
    path = starter / "samples" / "table.csv"
    table = pd.read_csv(path)
    table["part"] = np.where(table["mouse"].isin(["m01", "m03"]), "test", "train")
    table.to_csv(path, index=False)
    said = refuse(starter, monkeypatch, SPLIT="part")
    assert "test groups" in said
    assert "SPLIT" in said


def test_column_of_numbers_as_label_is_refused(starter, monkeypatch):
    assert "different labels" in refuse(starter, monkeypatch, LABEL="area", FEATURES="dna")


@pytest.mark.parametrize("name", ["mouse", ["mouse"]])
def test_one_group_may_be_named_without_brackets(starter, capsys, monkeypatch, name):
    names, _ = run(starter, capsys, monkeypatch, GROUPS=name)
    assert len(set(names["group"])) == 12


def test_no_group_is_refused(starter, monkeypatch):
    assert "Name what was sampled" in refuse(starter, monkeypatch, GROUPS=[])


def test_table_with_semicolons_is_read(starter, capsys, monkeypatch):
    path = starter / "samples" / "table.csv"
    path.write_text(path.read_text("utf-8").replace(",", ";"), "utf-8")
    names, _ = run(starter, capsys, monkeypatch)
    assert names["features"].shape == (36, 4)


def test_decimal_commas_are_refused(starter, monkeypatch):
    path = starter / "samples" / "table.csv"
    path.write_text(path.read_text("utf-8").replace(",", ";").replace(".", ","), "utf-8")
    assert "decimal commas" in refuse(starter, monkeypatch)


def test_spellings_that_are_taken_for_the_same_are_shown(starter, capsys, monkeypatch):
    path = starter / "samples" / "table.csv"
    path.write_text(path.read_text("utf-8").replace(",m02,A", ", M02,A", 1), "utf-8")
    names, printed = run(starter, capsys, monkeypatch)
    assert "mouse: 12 values; taken for the same are [[' M02', 'm02']]" in printed
    assert len(set(names["group"])) == 12


def test_image_without_a_row_is_shown(starter, capsys, monkeypatch):
    images = starter / "samples" / "images"
    shutil.copy(images / "m03-2.tif", images / "m99-9.tif")
    _, printed = run(starter, capsys, monkeypatch, **IMAGES)
    assert "1 image(s) of the folder have no row, left out: ['m99-9.tif']" in printed


def change_table(starter: Path, change: Callable[[pd.DataFrame], None]) -> None:
    path = starter / "samples" / "table.csv"
    table = pd.read_csv(path)
    change(table)
    table.to_csv(path, index=False)


def test_columns_that_may_be_groups_or_explain_a_result_are_shown(starter, capsys, monkeypatch):
    def change(table: pd.DataFrame) -> None:
        table["well"] = np.arange(36) % 9
        table["day"] = np.where(table["treatment"] == "treated", 1, np.arange(36) % 2)
        table["even"] = np.arange(36) % 2

    change_table(starter, change)
    _, printed = run(starter, capsys, monkeypatch, GROUPS=["well"])
    assert re.findall(r"Look at '(\w+)': each", printed) == ["mouse"]
    assert re.findall(r"Look at '(\w+)': its", printed) == ["day"]
    assert "More than one label have [" in printed
    assert re.search(r"^linear .* [\d.]+ ± [\d.]+ in 9$", printed, re.MULTILINE)


def test_rows_that_are_groups_of_their_own_are_shown(starter, capsys, monkeypatch):
    _, printed = run(starter, capsys, monkeypatch, GROUPS=["image"])
    assert "Every row is a group of its own" in printed


def test_group_much_larger_than_others_is_shown(starter, capsys, monkeypatch):
    def change(table: pd.DataFrame) -> None:
        is_control = table["treatment"] == "control"
        table["site"] = np.where(is_control & (table["mouse"] != "m01"), "a", table["mouse"])

    change_table(starter, change)
    _, printed = run(starter, capsys, monkeypatch, GROUPS=["site"])
    assert "One group has 15 of 36 rows" in printed


def test_nuisance_is_a_baseline_of_its_own(starter, capsys, monkeypatch):
    def change(table: pd.DataFrame) -> None:
        table["day"] = table["treatment"].map({"control": "Monday", "treated": "Friday"})

    change_table(starter, change)
    names, _ = run(starter, capsys, monkeypatch, NUISANCE="day")
    assert names["results"].loc["nuisance", "accuracy"] == 1
    assert names["chosen"] != "nuisance"


def test_label_among_the_inputs_is_refused(starter, monkeypatch):
    assert "no input" in refuse(starter, monkeypatch, FEATURES=["area", "treatment"])


def test_split_in_other_words_is_refused(starter, monkeypatch):
    def change(table: pd.DataFrame) -> None:
        table["part"] = np.where(table["mouse"] < "m04", "held out", "train")

    change_table(starter, change)
    assert "train or test only" in refuse(starter, monkeypatch, SPLIT="part")


def test_images_of_another_type_are_refused_and_of_another_size_shown(
    starter, capsys, monkeypatch
):
    path = starter / "samples" / "images" / "m03-2.tif"
    image = tifffile.imread(path)
    tifffile.imwrite(path, image[..., :-4, :-4])
    _, printed = run(starter, capsys, monkeypatch, **IMAGES)
    assert "Images have 2 sizes" in printed
    tifffile.imwrite(path, image.astype("uint8"))
    assert "m03-2.tif has other channels or another type" in refuse(starter, monkeypatch)


@pytest.mark.parametrize("is_bent", [False, True])
def test_simplest_model_within_the_standard_error_of_the_best_is_chosen(
    starter, capsys, monkeypatch, is_bent
):
    def bend(table: pd.DataFrame) -> None:
        distance = np.random.default_rng(0).uniform(0, 1, len(table))
        classes = table["treatment"].astype("category").cat.codes
        table["area"] = np.where(classes == 0, distance, np.sign(distance - 0.5) + distance)

    if is_bent:
        change_table(starter, bend)
    names, _ = run(starter, capsys, monkeypatch, **({"FEATURES": "area"} if is_bent else {}))
    balanced, chosen = names["balanced"], names["chosen"]
    candidates = MODELS[1:]
    best = max(candidates, key=lambda name: balanced[name].mean())

    def count_errors(name: str) -> float:
        gap = balanced[best] - balanced[name]
        return gap.mean() / max(gap.std() / np.sqrt(len(gap)), 1e-9)

    assert count_errors(chosen) <= 1
    assert all(count_errors(name) > 1 for name in candidates[: candidates.index(chosen)])
    assert (best == chosen == "linear") is not is_bent


def test_noise_shows_nothing(starter, capsys, monkeypatch):
    def change(table: pd.DataFrame) -> None:
        table["area"] = np.random.default_rng(0).normal(size=36)

    change_table(starter, change)
    _, printed = run(starter, capsys, monkeypatch, FEATURES="area")
    assert "Nothing is shown: 50%" in printed


def test_interval_is_there_where_no_mouse_is_right_and_absent_where_labels_mix():
    judge = runpy.run_path(str(STARTER / "helpers.py"))["judge_units"]
    shares, mice = np.tile([0.9, 0.1], (6, 1)), np.repeat(["a", "b", "c"], 2)
    assert judge(shares, np.ones(6, int), mice) == ("0 of 3 (0% to 71%)", 0)
    assert judge(shares, np.array([0, 1] * 3), mice) == ("0.50 ± 0.00 in 3", None)


def test_mice_are_counted_by_the_mean_of_their_rows(starter, capsys, monkeypatch):
    names, printed = run(starter, capsys, monkeypatch)
    mice = names["table"]["mouse"].to_numpy()
    shares, y = names["P"]["network"], names["y"]
    right = sum(
        shares[mice == mouse].mean(axis=0).argmax() == y[mice == mouse][0]
        for mouse in set(mice)
    )
    assert re.search(rf"^network .* {right} of 12 \(", printed, re.MULTILINE)


# Files that the starter has not seen, with a trap: patients on two plates.


@pytest.fixture
def clinic(starter: Path) -> Path:
    """Write another study: Excel, three classes, 8-bit images of three channels, and the trap.

    Every third patient lies on two neighbouring plates, and some names are typed otherwise.
    """
    rng = np.random.default_rng(7)
    (starter / "scans").mkdir()
    rows: list[list] = []
    for patient in range(36):
        for k in range(4):
            plate = patient // 6 + (k > 1 and patient % 3 == 2)
            name = f"P{patient:02}"
            typed = f" {name.lower()}" if k == 3 else name
            grade = ("low", "mid", "high")[patient % 3]
            file = f"scan {len(rows)}.tiff"
            image = rng.integers(0, 60, (30, 41, 3)).astype("uint8")
            image[..., 1] += np.uint8(60 * (patient % 3))
            tifffile.imwrite(starter / "scans" / file, image, photometric="rgb")
            rows.append([file, typed, plate, grade, rng.normal(patient % 3)])
    columns = ["file name", "Patient ID", "plate", "Grade", "marker"]
    pd.DataFrame(rows, columns=columns).to_excel(starter / "clinic.xlsx", index=False)
    return starter


CLINIC = {
    "TABLE": "clinic.xlsx",
    "LABEL": "Grade",
    "GROUPS": ["Patient ID"],
    "FEATURES": ["marker"],
    "IMAGE": "file name",
}


@pytest.mark.parametrize("images", [None, "scans"], ids=["table", "images"])
def test_patient_on_two_plates_never_straddles_a_split(clinic, capsys, monkeypatch, images):
    names, printed = run(clinic, capsys, monkeypatch, **CLINIC, IMAGES=images)
    results = read_results(printed)
    assert list(results) == MODELS
    assert results["linear"] > 0.4
    patients = names["table"]["Patient ID"].str.strip().str.lower().to_numpy()
    assert len(set(patients)) == 36
    trained, tested = side_of(names, "Patient ID")
    assert not trained & tested
    rows, rounds = names["rows"], names["rounds"]
    assert len(rounds) == 5
    assert sorted(np.concatenate(rounds)) == list(rows)
    for judged in rounds:
        fitted = np.setdiff1d(rows, judged)
        assert not set(patients[fitted]) & set(patients[judged])


def test_plates_that_share_patients_are_one_group(clinic, monkeypatch):
    """Patients join all plates, so nothing could be held back: that has to be said."""
    said = refuse(clinic, monkeypatch, **{**CLINIC, "GROUPS": ["plate", "Patient ID"]})
    assert "1 group" in said


def test_split_by_plate_is_refused_where_it_tears_a_patient(clinic, monkeypatch):
    path = clinic / "clinic.xlsx"
    table = pd.read_excel(path)
    table["use"] = np.where(table["plate"] == 0, "test", "train")
    table.to_excel(path, index=False)
    said = refuse(clinic, monkeypatch, **CLINIC, SPLIT="use")
    assert "both sides" in said
    assert "p02" in said
