"""A launched course opens its chapters as notebooks, in a real JupyterLab."""

import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import replace

import pytest
from playwright.sync_api import Page, expect

from lab import Lab, make_environment, run_lab, wait_until
from tools.book import ROOT

CHAPTER = "book/getting-started.md"
# What a launched course needs of the repository; JupyterLab may write to the copy.
LAUNCHED = (".binder", "book", "data", "images", "index.md", "references.bib")


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """Run a JupyterLab that has been set up as Binder sets it up."""
    home, root = tmp_path_factory.mktemp("home"), tmp_path_factory.mktemp("course")
    for name in LAUNCHED:
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        copy(ROOT / name, root / name)
    set_up = root / ".binder" / "postBuild"
    subprocess.run([set_up], cwd=root, env=make_environment(home), check=True)
    with run_lab(root, home) as lab:
        yield lab


def test_lab_asks_for_its_token(lab: Lab) -> None:
    assert replace(lab, token="").ask("api/kernels") is None


def test_chapter_opens_as_a_notebook_and_its_cells_run(page: Page, lab: Lab) -> None:
    page.set_viewport_size({"width": 1350, "height": 900})
    page.goto(lab.link(CHAPTER))
    expect(page.locator(".jp-NotebookPanel")).to_be_visible(timeout=90_000)
    expect(page.locator(".jp-Toolbar-kernelName")).to_contain_text("ipykernel", timeout=90_000)
    wait_until(lab.is_idle)
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
    output = page.locator(".jp-OutputArea-output", has_text="sum: 45")
    expect(output).to_be_visible(timeout=90_000)
    assert (lab.root / CHAPTER).read_bytes() == (ROOT / CHAPTER).read_bytes()
