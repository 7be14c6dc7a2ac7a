"""The confusion lab shows the images behind each count of the confusion matrix."""

import base64
import gzip
import re

import numpy as np
import pytest
from playwright.sync_api import Locator, Page, expect

from conftest import ROOT, unpack
from labs import open_lab

ADDRESS = "book/mnist.html#fig-mnist-confusion"


def read_test_set(name: str, start: int) -> np.ndarray:
    path = ROOT / "data" / "MNIST" / "raw" / f"t10k-{name}-ubyte.gz"
    return np.frombuffer(gzip.decompress(path.read_bytes()), np.uint8, offset=start)


@pytest.fixture
def lab(page: Page, base_url) -> Locator:
    page.emulate_media(color_scheme="light")
    return open_lab(page, f"{base_url}/{ADDRESS}", "confusion")


def test_counts_are_those_of_the_test_images_and_of_the_chapter(lab: Locator, glued):
    cells = lab.get_by_role("gridcell", name="read as").all_inner_texts()
    counts = np.reshape(list(map(int, cells)), (10, 10))
    assert (
        counts.sum(axis=1).tolist()
        == np.bincount(read_test_set("labels-idx1", 8)).tolist()
    )
    assert counts.sum() - counts.trace() == int(glued("book/mnist", "mnist_num_wrong"))


@pytest.mark.parametrize(("truth", "read"), [(9, 4), (7, 7)])
def test_pressed_count_shows_its_images_and_how_sure_the_network_was(
    lab, glued, truth, read
):
    sample = unpack(base64.b64decode(glued("book/mnist", "mnist_sample")))
    counts = sample["counts"].reshape(10, 10)
    labels, answers = sample["labels"], sample["read"]
    lab.get_by_role("gridcell", name=f"{truth} read as {read}").click()
    count = counts[truth, read]
    for words in (".title", ".lab > .unseen"):  # the second is told to a screen reader
        expect(lab.locator(words)).to_contain_text(
            f"{truth} read as {read}: {count:,} of"
        )
    is_here = (labels == truth) & (answers == read)
    if (
        labels != answers
    ).sum() == counts.sum() - counts.trace():  # the sample has all mistakes
        assert is_here.sum() == count or truth == read
    shares = ["> 99.9%" if p > 0.999 else f"{p:.1%}" for p in sample["sure"][is_here]]
    expect(lab.locator(".shown li")).to_have_text(shares)
    script = (
        "all => all.map((c) => [...c.getContext('2d').getImageData(0, 0, 28, 28).data])"
    )
    red = np.array(lab.locator(".shown canvas").evaluate_all(script))[:, ::4]
    indices = sample["indices"][is_here]
    images = read_test_set("images-idx3", 16).reshape(-1, 784)[indices]
    assert np.allclose((255 - red) / (255 - red.min()), images / 255, atol=0.01)


def test_keys_go_from_count_to_count_and_the_address_follows(lab: Locator, page: Page):
    lab.get_by_role("gridcell", name="9 read as 4").focus()
    for key in ("ArrowDown", "ArrowUp", "ArrowLeft", "ArrowLeft"):
        page.keyboard.press(key)
    cell = lab.get_by_role("gridcell", selected=True)
    expect(cell).to_have_accessible_name(re.compile("8 read as 2"))
    expect(cell).to_be_focused()
    expect(page).to_have_url(re.compile(r"#fig-mnist-confusion\?truth=8&read=2$"))


def test_figure_stays_where_the_images_cannot_be_fetched(page: Page, base_url):
    page.route("**/mnist_sample.bin.gz", lambda route: route.abort())
    with page.expect_event("requestfailed"):
        page.goto(f"{base_url}/{ADDRESS}")
    expect(page.locator("confusion-lab img")).to_be_visible()
