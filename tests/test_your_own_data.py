"""What the chapter on readers' own data claims holds outside of its cells, too."""

import re
from copy import deepcopy
from pathlib import Path

import numpy as np
import pytest
import torch
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import (
    StratifiedGroupKFold,
    StratifiedKFold,
    cross_val_score,
)
from sklearn.neighbors import KNeighborsClassifier
from torch import nn
from torch.utils.data import DataLoader, Dataset
from torchvision import datasets

from tools.book import ROOT, Book

CHAPTER = "book/your-own-data"
ROUNDS = 6


def run_chapter(last: str) -> dict:
    """Run what readers see up to the cell that binds a name, in the working directory."""
    names: dict = {}
    for cell in Book().page(CHAPTER).cells:
        takes_long = "study(seed" in cell.body
        if not (cell.is_hidden or takes_long or cell.option("mystnb", "figure")):
            exec(cell.body, names)
        if last in names:
            break
    return names


@pytest.fixture(scope="module")
def chapter(tmp_path_factory) -> dict:
    """Give the chapter's arrays and folds, from files that it writes afresh."""
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(tmp_path_factory.mktemp("book"))
        names = run_chapter("in_folder")
        names["folder"] = names["folder"].resolve()
    return names


def test_no_mouse_straddles_a_split_and_each_is_tested_once(chapter):
    inputs, y, mouse = chapter["X_table"], chapter["y"], chapter["mouse"]
    tested_mice = []
    for trained, tested in chapter["by_mouse"].split(inputs, y, groups=mouse):
        assert not set(mouse[trained]) & set(mouse[tested])
        assert len(set(y[tested])) == 2
        tested_mice += sorted(set(mouse[tested]))
    assert sorted(tested_mice) == sorted(set(mouse))
    assert len(tested_mice) == 12


def test_random_split_has_nearly_every_mouse_on_both_sides(chapter):
    inputs, y, mouse = chapter["X_table"], chapter["y"], chapter["mouse"]
    for trained, tested in chapter["by_image"].split(inputs, y):
        assert len(set(mouse[trained]) & set(mouse[tested])) >= 11


def test_labels_belong_to_the_images_whose_names_they_bear(chapter):
    """Mice with an odd number are controls, in the table and in the names of the files."""
    table = chapter["table"]
    for name, mouse, treatment in table[["image", "mouse", "treatment"]].values:
        assert name.startswith(mouse)
        assert treatment == ("control", "treated")[int(mouse[1:]) % 2 == 0]
    files = {path.stem for path in Path(chapter["folder"]).glob("*.tif")}
    assert set(table["image"]) - files == {"m12-20"}
    assert files < set(table["image"])


def test_image_that_is_missing_is_the_one_without_measurements(chapter):
    missing = chapter["table"][chapter["columns"]].isna().all(axis=1)
    assert list(chapter["table"].loc[missing, "image"]) == ["m12-20"]
    assert set(chapter["complete"]["image"]) == chapter["in_folder"]
    assert len(chapter["complete"]) == len(chapter["y"]) == len(chapter["mouse"])


def test_each_mouse_counts_once_by_models_that_have_not_seen_it(chapter):
    inputs, y, mouse = chapter["X_table"], chapter["y"], chapter["mouse"]
    right = 0
    for trained, tested in chapter["by_mouse"].split(inputs, y, groups=mouse):
        model = deepcopy(chapter["linear"]).fit(inputs[trained], y[trained])
        for name in set(mouse[tested]):
            images = mouse == name
            probability = model.predict_proba(inputs[images])[:, 1].mean()
            right += (probability > 0.5) == y[images][0]
    assert chapter["count_mice"](chapter["probability"], y, mouse) == right


def test_code_for_a_published_network_trains_one(chapter):
    """The weights are left out, since they have to be fetched."""
    (code,) = re.findall(
        r"```python\n(from torchvision.*?)```", Book().page(CHAPTER).text, re.S
    )
    names = {"torch": torch, "nn": nn, "Dataset": Dataset, "DataLoader": DataLoader}
    for cell in Book().page(CHAPTER).cells:
        if re.match(r"\s*(class Images|loss_fn = )", cell.body):
            exec(cell.body, names)
    exec(code.replace("weights=weights", "weights=None"), names)
    inputs, y = torch.randn(4, 2, 64, 64), torch.tensor([0, 1, 0, 1])
    model = names["fit_resnet"](inputs, y, seed=0, num_epochs=1)
    assert not model.training
    with torch.no_grad():
        assert model(names["prepare"](inputs)).shape == (4, 2)


def make_replicates(
    seed: int, effect: float, own: float, images: int = 20
) -> tuple[np.ndarray, ...]:
    """Return measurements, labels and mice; `own` is how much mice differ among each other."""
    rng = np.random.default_rng(seed)
    mouse = np.arange(12).repeat(images)
    marks = own * rng.standard_normal((12, 6))
    inputs = marks[mouse] + 0.5 * rng.standard_normal((len(mouse), 6))
    inputs[:, 0] += effect * (mouse % 2)
    return inputs, mouse % 2, mouse


@pytest.mark.parametrize(
    ("effect", "own", "by_image", "by_mouse"),
    [
        pytest.param(2, 1, (0.9, 1), (0.6, 0.85), id="treatment acts"),
        pytest.param(0, 1, (0.8, 1), (0.35, 0.6), id="treatment does nothing"),
        pytest.param(0, 0, (0.42, 0.58), (0.42, 0.58), id="mice do not differ either"),
    ],
)
def test_leak_is_a_leak(effect, own, by_image, by_mouse):
    """Another model than the chapter's; without marks of the mice there is nothing to leak."""
    model = KNeighborsClassifier(3)
    leaky, honest = [], []
    for seed in range(20):
        inputs, y, mouse = make_replicates(seed, effect, own)
        folds = StratifiedKFold(ROUNDS, shuffle=True, random_state=seed)
        leaky.append(cross_val_score(model, inputs, y, cv=folds).mean())
        folds = StratifiedGroupKFold(ROUNDS)
        honest.append(cross_val_score(model, inputs, y, groups=mouse, cv=folds).mean())
    assert by_image[0] <= np.mean(leaky) <= by_image[1]
    assert by_mouse[0] <= np.mean(honest) <= by_mouse[1]


def score_by_mouse(inputs: np.ndarray, y: np.ndarray, mouse: np.ndarray) -> float:
    folds = StratifiedGroupKFold(ROUNDS)
    return cross_val_score(LogisticRegression(), inputs, y, groups=mouse, cv=folds).mean()


def test_more_images_of_each_mouse_change_little_in_the_scatter_of_studies():
    few, many = (
        np.std([score_by_mouse(*make_replicates(seed, 2, 1, images)) for seed in range(40)])
        for images in (5, 80)
    )
    assert few > 0.1
    assert abs(many - few) < 0.04


@pytest.mark.slow
def test_labels_permuted_among_images_mislead_about_a_treatment_that_does_nothing():
    """The true labels beat all permuted ones in a quarter of the studies, or are worst."""
    best, worst = 0, 0
    for seed in range(40):
        inputs, y, mouse = make_replicates(seed, 0, 1)
        rng = np.random.default_rng(seed)
        permuted = [score_by_mouse(inputs, rng.permutation(y), mouse) for _ in range(25)]
        truth = score_by_mouse(inputs, y, mouse)
        best += truth > max(permuted)
        worst += truth < min(permuted)
    assert 0.14 < best / 40 < 0.5
    assert 0.14 < worst / 40 < 0.5


def build_reader() -> nn.Sequential:
    return nn.Sequential(
        *(nn.Conv2d(1, 8, 5), nn.ReLU(), nn.MaxPool2d(2)),
        *(nn.Conv2d(8, 16, 5), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten()),
        *(nn.Linear(144, 64), nn.ReLU(), nn.Linear(64, 5)),
    )


def train(model: nn.Module, inputs: torch.Tensor, y: torch.Tensor, steps: int) -> None:
    optimizer = torch.optim.Adam(model.parameters(), lr=0.003)
    for _ in range(steps):
        batch = torch.randint(len(inputs), (32,))
        loss = nn.functional.cross_entropy(model(inputs[batch]), y[batch])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()


@pytest.mark.slow
def test_fine_tuning_gains_over_scratch_in_five_seeds():
    """Each seed has a pretraining and three draws of ten labels a digit of its own.

    Both networks of a draw see the same batches. Without any pretraining the mean of the gains
    is within half a percentage point of 0.
    """
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    digits = datasets.MNIST(ROOT / "data", train=True, download=True)
    inputs, y = digits.data[-20_000:, None, 2:-2, 2:-2] / 255, digits.targets[-20_000:]
    fresh, y_new = inputs[y >= 5], y[y >= 5] - 5
    gains = np.zeros((5, 3))
    for seed, draw in np.ndindex(gains.shape):
        if draw == 0:
            torch.manual_seed(seed)
            pretrained = build_reader()
            train(pretrained, inputs[y < 5], y[y < 5], 800)
        torch.manual_seed(100 * seed + draw)
        order = torch.randperm(len(fresh))
        few = torch.cat([order[y_new[order] == k][:10] for k in range(5)])
        others = order[~torch.isin(order, few)][:1_000]
        scores = []
        for start in (deepcopy(pretrained), build_reader()):
            start[-1] = nn.Linear(64, 5)
            torch.manual_seed(draw)
            train(start, fresh[few], y_new[few], 200)
            with torch.no_grad():
                right = start(fresh[others]).argmax(dim=1) == y_new[others]
            scores.append(right.float().mean().item())
        gains[seed, draw] = scores[0] - scores[1]
    torch.set_num_threads(threads)
    assert gains.mean() > 0.01
    assert sum(gains.mean(axis=1) > 0) >= 4


def test_chapter_stays_below_one_gigabyte(glued):
    peak = glued(CHAPTER, "own_peak_memory")
    if peak.startswith("nan"):
        pytest.skip("This system does not tell a process's peak of memory.")
    assert 0.1 < float(peak.removesuffix(" GB")) < 1
