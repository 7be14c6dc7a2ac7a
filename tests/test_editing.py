"""Authors edit chapters as notebooks in a real JupyterLab, and a diff shows what they did."""

import difflib
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from lab import Lab, expect_equal, run_lab, wait_until
from tools.book import ROOT, Book

CHAPTER = Path("book", "neuron.md")
NOTEBOOKS = [page.file for page in Book(ROOT).pages if page.cells]
AUTOSAVE = 1
SETTINGS = {"@jupyterlab/docmanager-extension:plugin": {"autosaveInterval": AUTOSAVE}}
PATIENCE = 90_000


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """Run a JupyterLab as an author starts it, on a copy of the chapters."""
    home, root = tmp_path_factory.mktemp("home"), tmp_path_factory.mktemp("course")
    shutil.copytree(ROOT / "book", root / "book", ignore=shutil.ignore_patterns(".*"))
    shutil.copy(ROOT / "pyproject.toml", root)
    with run_lab(root, home, SETTINGS) as lab:
        yield lab


@pytest.fixture
def notebook(page: Page, lab: Lab) -> Page:
    """Open a chapter as a notebook, and wait for its kernel."""
    page.set_viewport_size({"width": 1350, "height": 900})
    page.set_default_timeout(PATIENCE)
    page.goto(lab.link("book"))
    page.locator(".jp-DirListing-item", has_text=CHAPTER.name).click(button="right")
    page.locator(".lm-Menu-item", has_text="Open With").click()
    menus = page.locator(".lm-Menu")
    expect(menus).to_have_count(2, timeout=PATIENCE)
    menus.last.get_by_text("Notebook", exact=True).click()
    kernel = page.locator(".jp-Toolbar-kernelName")
    expect(kernel).to_contain_text("ipykernel", timeout=PATIENCE)
    wait_until(lab.is_idle)
    return page


def read_files(root: Path) -> dict[Path, bytes]:
    """Return the files of a folder, without what git ignores of them."""
    paths = (path for path in root.rglob("*") if path.is_file())
    ignored = {".ipynb_checkpoints", "written"}
    return {path: path.read_bytes() for path in paths if not ignored & {*path.parts}}


@pytest.mark.parametrize("file", NOTEBOOKS)
def test_chapter_that_is_saved_as_a_notebook_is_unchanged(file: str, lab: Lab) -> None:
    before = read_files(lab.root)
    model = lab.ask(f"api/contents/{file}?type=notebook")
    kernel = lab.ask("api/kernelspecs/python3")
    # What JupyterLab enters once a kernel runs.
    model["content"]["metadata"] |= {
        "kernelspec": {"name": kernel["name"]}
        | {key: kernel["spec"][key] for key in ("display_name", "language")},
        "language_info": {"name": "python", "pygments_lexer": "ipython3", "version": "3"},
    }
    saved = lab.ask(f"api/contents/{file}", model)
    assert saved["last_modified"] > model["last_modified"]
    expect_equal(lambda: read_files(lab.root), before)


def test_opening_running_and_autosaving_a_chapter_changes_no_file(
    notebook: Page, lab: Lab
) -> None:
    before = read_files(lab.root)
    notebook.wait_for_timeout(3000 * AUTOSAVE)
    opened = (lab.root / CHAPTER).stat().st_mtime_ns
    notebook.get_by_role("menuitem", name="Run", exact=True).click()
    notebook.get_by_role("menuitem", name="Run All Cells", exact=True).click()
    prompt = notebook.locator(".jp-CodeCell .jp-InputPrompt").last
    expect(prompt).to_have_text(re.compile(r"\[\d+\]:"), timeout=PATIENCE)
    wait_until(lambda: (lab.root / CHAPTER).stat().st_mtime_ns > opened)
    expect_equal(lambda: read_files(lab.root), before)
    assert (lab.root / CHAPTER).read_bytes() == (ROOT / CHAPTER).read_bytes()


def test_diff_shows_what_was_edited_and_nothing_else(notebook: Page, lab: Lab) -> None:
    before = (lab.root / CHAPTER).read_text("utf-8")
    code = notebook.locator(".jp-CodeCell", has_text="import numpy as np")
    code.locator(".cm-content").click()
    notebook.keyboard.press("Control+End")
    notebook.keyboard.insert_text("\n\nlimit = 5")
    notebook.keyboard.press("Shift+Enter")
    text = notebook.locator(".jp-MarkdownCell", has_text="An artificial neuron does this")
    text.get_by_role("paragraph").first.dblclick()
    text.locator(".cm-line", has_text="To understand it, we begin with one.").click()
    notebook.keyboard.press("End")
    notebook.keyboard.insert_text("\nThis is it.")
    notebook.keyboard.press("Shift+Enter")
    notebook.keyboard.press("Control+s")

    def list_edits() -> list[str]:
        after = (lab.root / CHAPTER).read_text("utf-8")
        diff = difflib.ndiff(before.split("\n"), after.split("\n"))
        return [line for line in diff if line[0] != " "]

    expect_equal(list_edits, ["+ This is it.", "+ ", "+ limit = 5"])


def test_lab_in_a_codespace_trusts_its_own_address_alone() -> None:
    variables = ["CODESPACE_NAME=a", "GITHUB_CODESPACES_PORT_FORWARDING_DOMAIN=app.github.dev"]
    plan = subprocess.check_output(["make", "-n", "lab", *variables], cwd=ROOT, text=True)
    (command,) = re.findall(r"^.*jupyter lab.*$", plan, re.MULTILINE)
    assert command.endswith("--ServerApp.allow_origin=https://a-8888.app.github.dev")
    assert "token" not in command
