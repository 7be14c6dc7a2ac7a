"""The starter says what is wrong with files, concludes rightly, and predicts."""

import re
import runpy
import shutil
from functools import partial
from html import unescape
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
import tifffile

import design
import images
import judge
import report
from conftest import STARTER

IMAGES = {"IMAGES": "samples/images"}
TIFF = "samples/images/m03-2.tif"
TWO = {"imagej": True, "metadata": {"axes": "CYX"}}
PIXELS = np.arange(48, dtype="uint16").reshape(6, 8)


@pytest.fixture
def run(tmp_path, monkeypatch, capsys):
    """Return a function that runs a copy of the script: its names and its words."""
    shutil.copytree(STARTER, tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)

    def run(permutations=99, **settings):
        text = (STARTER / "study.py").read_text("utf-8")
        settings = {"EPOCHS": 2, "FOLDS": 4, "PERMUTATIONS": permutations, **settings}
        for name, value in settings.items():
            text, count = re.subn(
                rf"(?m)^    {name} = .*", f"    {name} = {value!r}", text
            )
            assert count == 1, name
        (tmp_path / "study.py").write_text(text, "utf-8")
        try:
            names = runpy.run_path("study.py")
        except SystemExit as stop:
            return {}, f"{capsys.readouterr().out}\n{stop}"
        return names, capsys.readouterr().out

    return run


def edit(*changes, times=1):
    """Return a step that replaces patterns in the sample table; 0 times is always."""

    def step(folder):
        path = folder / "samples" / "table.csv"
        text = path.read_text("utf-8")
        for pattern, new in changes:
            text = re.sub(pattern, new, text, count=times)
        path.write_text(text, "utf-8")

    return step


def image(pixels=PIXELS, name=TIFF, **options):
    """Return a step that writes an image."""
    return lambda folder: tifffile.imwrite(folder / name, pixels, **options)


# The rows of each mouse are on three plates, which hold one treatment each.
SPLIT = [
    (r"m(\d+)-(\d),(m\d+),[AB]", r"m\1-\2,\3,\2"),
    (r",(\d),(control|treated)", r",\1\2,\2"),
]
RGB = image(np.stack([PIXELS] * 3, 2), photometric="rgb")
BYTES = image(np.stack([PIXELS] * 2).astype("uint8"), **TWO)
PLATE = {"GROUP": "plate", "NUISANCE": []}
ODD = {  # what is wrong: (a step, settings, what is said)
    "labels": (edit(("A,control", "A,treated")), {}, "m01 (treated, control)"),
    "forgotten": (None, {"GROUP": "image"}, "36 groups share & GROUP = 'mouse'"),
    "split": (edit(*SPLIT, times=0), PLATE, "share 12 values of 'mouse'"),
    "few groups": (None, PLATE | {"UNIT": "mouse"}, "At least 4"),
    "numbers": (None, {"LABEL": "area", "FEATURES": "dna"}, "36 different labels"),
    "kind": (None, {"KIND": "regression"}, "KIND to 'classes' or 'number'"),
    "label in inputs": (None, {"FEATURES": ["treatment"]}, "in one setting only"),
    "damaged": (
        lambda folder: (folder / TIFF).write_bytes(b"II*"),
        IMAGES,
        "row 9 (m03-2): & delete its row",
    ),
    "remark and value": (
        edit((",A,", ",,"), ("372.6", "")),
        {"NUISANCE": []},
        "row 2, 'area' (empty) & 'plate' is in no setting and has gaps & Delete the",
    ),
    "plate not named": (
        None,
        {"NUISANCE": []},
        "A, 3 control, 3 treated & set BLOCK = 'plate'; if not, name it in NUISANCE",
    ),
    "RGB": (RGB, IMAGES, "has 3 channels"),
    "8 bits": (BYTES, IMAGES, "uint8, w"),
    "stack": (image(np.stack([PIXELS] * 5)), IMAGES, "3-2): it has 5 planes: save"),
    "blank": (image(PIXELS * 0), IMAGES, "m03-2): it is blank"),
    "no image": (lambda f: (f / TIFF).unlink(), IMAGES, "row 9 (m03-2): no TIFF"),
    "two files": (image(name=f"{TIFF}f"), IMAGES, "a name ends in .tif and .tiff"),
    "two rows": (edit(("m01-2", "m01-1")), IMAGES, "row 3 (m01-1): & another row"),
}


@pytest.mark.parametrize("what", ODD)
def test_fault_is_told_with_its_place_and_its_cure(run, tmp_path, what):
    step, settings, words = ODD[what]
    if step:
        step(tmp_path)
    said = run(**settings)[1]
    assert "Stopped" in said
    assert all(word in said for word in words.split(" & ")), said
    assert max(map(len, said.splitlines())) < 500


def test_images_may_be_called_otherwise_and_more_than_the_rows(run, tmp_path):
    image(name="samples/images/x.tif")(tmp_path)
    path = tmp_path / TIFF
    path.rename(path.with_suffix(".TIFF"))
    names, said = run(permutations=9, **IMAGES)
    assert len(names["samples"].group) == 36
    assert "not in the study: x." in said


def simulate(mice=12, effect=0, confound=0, ratio=0.5, slip=0, extra=""):
    """Write a study; `effect` and `confound` are in SDs of mice.

    extra: a feature that is a "leak", "dates" as days, "larvae", "pairs" of mice with
    one of each label a day, or a "twin" of a row.
    """
    rng = np.random.default_rng(5)
    mouse = np.repeat(np.arange(mice), 4)
    y = mouse < round(ratio * mice)
    x = rng.normal(size=(mice, 3))[mouse] + rng.normal(size=(len(y), 3))
    x[:, 0] += effect * y
    x[:, 1] += confound * y
    table = pd.DataFrame(x, columns=["a", "b", "c"]).assign(mouse=mouse)
    table["label"] = np.where(y, "KO", "WT")
    is_monday = (y if confound else mouse % 2) != (mouse < slip)
    table["day"] = np.where(is_monday, "Mon", "Tue")
    noise = rng.normal(size=len(y))
    table["d"] = y + noise / 100 if extra == "leak" else noise
    table["cell"] = np.arange(len(y))
    if extra == "dates":
        table["day"] = [
            f"{1 + m}.{4 - late}.2026" for m, late in zip(mouse, y, strict=True)
        ]
    if extra == "larvae":  # numbered anew in each mouse, and labelled one by one
        table["larva"] = table["cell"] % 4
        table["label"] = np.where(table["larva"] % 2, "KO", "WT")
    if extra == "pairs":
        table["day"] = mouse % (mice // 2)
    if extra == "twin":
        table.iloc[1] = table.iloc[0]
    table.to_csv("s.csv", index=False)


STUDY = {"TABLE": "s.csv", "LABEL": "label", "FEATURES": ["a", "b", "c"]}
STUDY["NUISANCE"] = "day"
WITHIN = {"BLOCK": "day", "NUISANCE": []}
TRUTHS = {  # what is true: (the study, settings, what is said)
    "nothing": ({}, {}, "No: it is not shown & weighted sums"),
    "an effect": ({"effect": 4}, {}, "Yes: 'label' is predicted"),
    "a day": (
        {"confound": 4},
        {},
        "All rows of one 'day' & Cannot say & dealt out within 'day'",
    ),
    "a day not named": ({"confound": 4}, {"NUISANCE": []}, "one 'day' & Cannot say"),
    "a day but for a mouse": (
        {"confound": 4, "slip": 1},
        {"NUISANCE": []},
        "Day alone & within each",
    ),
    "a date of each mouse": (
        {"confound": 4, "extra": "dates"},
        {},
        "nuisance: day & Day alone scores & Cannot say",
    ),
    "the same mouse twice": ({"effect": 4, "extra": "twin"}, {}, "same in rows 2, 3"),
    "a leak": (
        {"extra": "leak"},
        {"FEATURES": ["a", "b", "c", "d"]},
        "nearly all: 'd' (1.00) & Yes, unless the label enters a feature",
    ),
    "7 to 3": (
        {"mice": 10, "effect": 5, "ratio": 0.3},
        {},
        "120 ways & Yes, unless the label enters",
    ),
    "3 to 3": (
        {"mice": 6, "effect": 9},
        {},
        "20 ways (in sets of 2 & 0.100: nothing & Cannot say: too small a study",
    ),
    "numbers": (
        {},
        {"KIND": "number", "LABEL": "d", "UNIT": "cell"},
        "RMSE & R2 is below 0 & No: ",
    ),
    "larvae": ({"extra": "larvae"}, {"UNIT": "larva"}, "48 units (larva) & No: "),
    "labels within days": ({"effect": 5}, WITHIN, "in 400 ways & Yes: "),
    "labels within pairs": ({"extra": "pairs"}, WITHIN, "in 64 ways & No: "),
    "labels of whole days": ({"confound": 4}, WITHIN, "1 ways & Cannot say"),
    "a nuisance that tells nothing": (
        {"effect": 4},
        {"NUISANCE": ["d", "day"]},
        "nuisance: day, d. Not tried: cell. & Yes: ",
    ),
}
# Of these, no doubt is told beside the answer.
PLAIN = {"nothing", "an effect", "a nuisance that tells nothing"}


@pytest.mark.parametrize("what", TRUTHS)
def test_conclusion_is_right(run, what):
    study, settings, words = TRUTHS[what]
    simulate(**study)
    names, said = run(**STUDY | settings)
    assert all(word in said for word in words.split(" & ")), said
    assert "Doubt" not in said or what not in PLAIN, said
    group, block = names["samples"].group, names["samples"].block
    whole = block if len(set(block)) > 3 else group
    assert not any({*whole[a]} & {*whole[b]} for a, b in names["rounds"])
    dealt = [pd.Series(way).groupby(block).sum() for way in names["ways"]]
    assert np.allclose(dealt, dealt[0])
    if "BLOCK" in settings:
        assert np.allclose(names["inputs"].features.groupby(block).mean(), 0)


def make_samples(labels, rows, classes=()):
    """Return samples of one group for each label."""
    group = np.repeat(np.arange(len(labels)), rows)
    y, all_rows = np.array(labels)[group], np.full(len(group), "all")
    return design.Samples(y, list(classes), group, group, all_rows, *["mouse"] * 3)


@pytest.mark.parametrize(
    ("labels", "classes", "counts"),
    [
        ([0, 1] * 3, "ab", (20, 2)),
        ([0, 1, 2] * 2, "abc", (90, 6)),
        ([0, 0, 0, 1, 1], "ab", (10, 1)),
        ([0, 10] * 3, "", (20, 1)),
        ([0, 1, 10] * 2, "", (90, 1)),
    ],
)
def test_labellings_that_must_score_the_same_are_counted(labels, classes, counts):
    samples = make_samples(labels, 2, classes)
    settings = SimpleNamespace(SEED=0, PERMUTATIONS=499)
    ways, least_p = design.find_ways(samples, settings, report.Notes())
    total, alike = counts
    assert len(ways) == len(np.unique(ways, axis=0)) == total
    assert least_p == pytest.approx(alike / total)


def test_each_group_counts_the_same_whatever_its_rows_and_rounds():
    samples = make_samples([3.0, 4, 10, 11], [1, 2, 3, 9])
    mean_of_groups, truth = np.full(len(samples.y), 7.0), samples.y
    assert judge.score(mean_of_groups, samples) == pytest.approx(0)
    assert judge.score(truth, samples) == pytest.approx(1)


def test_p_is_the_share_of_ways_that_score_as_well_the_real_one_among_them(monkeypatch):
    table = iter([{"best": 2, "tied": 0.1 + 0.2}, {"best": 1, "tied": 0.3}])
    monkeypatch.setattr(design, "make_rounds", lambda *_: None)
    monkeypatch.setattr(judge, "cross_validate", lambda *_: next(table))
    monkeypatch.setattr(judge, "score", lambda answer, _: answer)
    samples = make_samples([0, 1] * 2, 1, "ab")
    _, p = judge.permute_labels(["best", "tied"], samples, [samples.y] * 2, 0.6, None)
    assert p.to_dict() == {"best": 0.6, "tied": 1}  # 0.6 is the least


@pytest.mark.parametrize(("p", "behind", "told"), [(0.1, 0, 1), (0.2, 0, 0), (0, 1, 0)])
def test_gaps_are_a_doubt_if_they_score_as_well_and_not_by_chance(p, behind, told):
    runs = ["linear", judge.GAPS_ALONE]
    scores = pd.DataFrame([[0.8, 0.8 - behind], [1, 0.9 - behind]], columns=runs)
    summary, p = scores.mean().to_frame(), pd.Series([0.01, p], runs)
    doubts = judge.find_doubts(runs[:1], summary, scores, p, None, None)
    assert [*doubts.values()] == ["gaps differed"] * told


def test_a_rare_class_is_found_as_often_as_the_other():
    y = np.repeat([0, 1], [270, 30])
    x = np.random.default_rng(0).normal(1.5 * y)[:, None]
    linear, _, one_tree = judge.make_models(SimpleNamespace(KIND="classes", SEED=0))
    for model in linear, one_tree:
        assert model.fit(x, y).predict(x).mean(where=y == 1) > 0.6


def test_texture_stays_when_the_lamp_is_brighter():
    channel = np.random.default_rng(0).integers(0, 99, (32, 32)).astype("float32")
    dim, bright = map(images.measure_channel, (channel, 4 * channel + 50))
    for name in {*dim} - {"mean", "SD"}:
        assert np.isclose(bright[name], dim[name], atol=1e-4), name


def test_list_of_groups_says_which_are_wrong():
    samples = make_samples([0, 0, 1, 1], 2, "ab")
    of_a = np.repeat([0.9, 0.2, 0.3, 0.6], 2)
    units = judge.judge_units(np.stack([of_a, 1 - of_a], axis=1), samples)
    assert [*units["right"]] == ["right", "WRONG", "right", "WRONG"]
    assert [*units["probability of its label"]] == pytest.approx([0.9, 0.2, 0.7, 0.4])


def test_page_lists_the_settings_and_nothing_else(run):
    run(permutations=9)
    page = Path("results/page.html").read_text("utf-8")
    assert "<th>PERMUTATIONS</th>" in page
    assert "<th>columns</th>" not in page


def test_brightness_is_no_biology_and_new_images_are_predicted(run, tmp_path):
    names, said = run(**IMAGES)
    assert "Without brightness and sharpness nothing is shown" in said
    page = unescape(Path("results/page.html").read_text("utf-8"))
    assert names["verdict"].answer in page
    Path("new.csv").write_text("image\nm03-2\nm04-1\n", "utf-8")
    names["settings"].NEW = "new.csv"
    runs, *others = map(names.get, "runs inputs samples verdict settings".split())
    predict_new = partial(report.predict_new, runs["linear"], *others, report.Notes())
    new = predict_new()
    chances = new.filter(like="probability")
    assert [*chances.sum(axis=1)] == pytest.approx([1, 1])
    assert [*("probability of " + new["predicted"])] == [*chances.idxmax(axis=1)]
    image(np.stack([PIXELS * 99] * 2), **TWO)(tmp_path)
    with pytest.raises(SystemExit, match=r"far from the study.* row 2, 'mean of chan"):
        predict_new()
    image(PIXELS)(tmp_path)
    with pytest.raises(SystemExit, match=r"it has 1 channels"):
        predict_new()
