"""What the chapter on readers' own data claims holds outside of its cells, too."""

from pathlib import Path

import numpy as np
import pytest
import torch
from sklearn.model_selection import (
    StratifiedGroupKFold,
    StratifiedKFold,
    cross_val_score,
)
from sklearn.neighbors import KNeighborsClassifier
from torch import nn
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
    inputs, y, mouse = chapter["X"], chapter["y"], chapter["mouse"]
    tested_mice = []
    for trained, tested in chapter["by_mouse"].split(inputs, y, groups=mouse):
        assert not set(mouse[trained]) & set(mouse[tested])
        assert len(set(y[tested])) == 2
        tested_mice += sorted(set(mouse[tested]))
    assert sorted(tested_mice) == sorted(set(mouse))
    assert len(tested_mice) == 12


def test_random_split_has_nearly_every_mouse_on_both_sides(chapter):
    inputs, y, mouse = chapter["X"], chapter["y"], chapter["mouse"]
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


def make_replicates(seed: int, effect: float, own: float) -> tuple[np.ndarray, ...]:
    """Return measurements, labels and mice; `own` is how much mice differ among each other."""
    rng = np.random.default_rng(seed)
    mouse = np.arange(12).repeat(20)
    marks = own * rng.standard_normal((12, 6))
    inputs = marks[mouse] + 0.5 * rng.standard_normal((240, 6))
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


def build_reader() -> nn.Sequential:
    return nn.Sequential(
        *(nn.Conv2d(1, 16, 5), nn.ReLU(), nn.MaxPool2d(2)),
        *(nn.Conv2d(16, 32, 5), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten()),
        *(nn.Linear(512, 64), nn.ReLU(), nn.Linear(64, 5)),
    )


def train(model: nn.Module, inputs: torch.Tensor, y: torch.Tensor, steps: int) -> None:
    optimizer = torch.optim.Adam(model.parameters())
    for _ in range(steps):
        batch = torch.randint(len(inputs), (50,))
        loss = nn.functional.cross_entropy(model(inputs[batch]), y[batch])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()


@pytest.mark.slow
def test_fine_tuning_gains_over_scratch_in_five_seeds():
    """Each seed has a pretraining, ten labels a digit and images of its own.

    The network has twice the chapter's maps, with which the gain scatters less.
    """
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    digits = datasets.MNIST(ROOT / "data", train=True, download=True)
    inputs, y = digits.data[-20_000:, None] / 255, digits.targets[-20_000:]
    fresh, y_new = inputs[y >= 5], y[y >= 5] - 5
    gains = []
    for seed in range(5):
        torch.manual_seed(seed)
        pretrained = build_reader()
        train(pretrained, inputs[y < 5], y[y < 5], 800)
        order = torch.randperm(len(fresh))
        few = torch.cat([order[y_new[order] == k][:10] for k in range(5)])
        others = order[~torch.isin(order, few)][:1_000]
        scores = []
        for start in (pretrained, build_reader()):
            start[-1] = nn.Linear(64, 5)
            train(start, fresh[few], y_new[few], 100)
            with torch.no_grad():
                right = start(fresh[others]).argmax(dim=1) == y_new[others]
            scores.append(right.float().mean().item())
        gains.append(scores[0] - scores[1])
    torch.set_num_threads(threads)
    assert np.mean(gains) > 0.01
    assert sum(gain > 0 for gain in gains) >= 4


def test_chapter_stays_below_one_gigabyte(glued):
    peak = glued(CHAPTER, "own_peak_memory")
    if peak.startswith("nan"):
        pytest.skip("This system does not tell a process's peak of memory.")
    assert 0.1 < float(peak.removesuffix(" GB")) < 1
