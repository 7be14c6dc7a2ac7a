"""The notebooks that readers launch and download."""

import re
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from conftest import ROOT, SITE, read

NOTEBOOKS = sorted((SITE / "notebooks").glob("*.ipynb"))
SHORT = ["getting-started", "gradient-descent", "python-you-will-meet"]
by_name = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)


def find_code(page):
    cells = read(page).select("article .cell_input pre")
    return [cell.get_text().rstrip() for cell in cells]


@by_name
def test_code_is_that_of_the_page(path):
    cells = nbformat.read(path, as_version=4).cells
    code = [cell.source for cell in cells if cell.cell_type == "code"]
    assert code[0].startswith("# Fetches what this notebook needs")
    made = ("# your turn", "# Checks what is written above.")
    own = [source for source in code[1:] if not source.startswith(made)]
    assert sorted(own) == sorted(find_code(f"book/{path.stem}.html"))


@by_name
def test_nothing_is_left_that_only_the_build_reads(path):
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    for cell in notebook.cells:
        assert "glue(" not in cell.source
        if cell.cell_type == "markdown":
            text = re.sub(r"`[^`]*`|\$[^$]*\$", "", cell.source)
            left = re.search(r"(?m)\{[a-z:-]+\}`|^:::|^```\{|<svg|%s|\(ch-", text)
            assert not left, text


@by_name
def test_each_exercise_has_a_cell_and_its_solution_comes_last(path):
    page = read(f"book/{path.stem}.html")
    cells = nbformat.read(path, as_version=4).cells
    text = "\n".join(cell.source for cell in cells)
    exercises = page.select(".exercise")
    assert text.count("# your turn") == len(exercises)
    assert text.count("### Solution to Exercise") == len(exercises)
    if exercises:
        assert text.rindex("# your turn") < text.index("### Solution to Exercise")


def test_editor_is_a_cell_with_its_code_and_another_that_checks_it():
    cells = nbformat.read(SITE / "notebooks" / "neuron.ipynb", as_version=4).cells
    code = [cell.source for cell in cells if "my_neuron" in cell.source]
    solution = next(text for text in code if text.startswith("```python"))
    check = next(text for text in code if text.startswith("# Checks"))
    script = f"{solution.split('```')[1].removeprefix('python')}\n{check}"
    said = subprocess.check_output([sys.executable, "-c", script], text=True)
    assert said.count("✓") == said.count(" gives ") == 9


@by_name
def test_pictures_and_data_are_there(path):
    for cell in nbformat.read(path, as_version=4).cells:
        pictures = re.findall(r"!\[[^\]]*\]\(([^)]{,30})", cell.source)
        assert all(picture.startswith("data:image/") for picture in pictures)
        if cell.source.startswith("# Fetches"):
            for name in re.findall(r"'([^']+)'", cell.source):
                assert (ROOT / "book" / name).is_file(), name


def test_a_download_that_breaks_off_is_no_file_and_begins_anew(tmp_path, monkeypatch):
    asked = []

    def retrieve(address, name):
        asked.append(address)
        Path(name).write_bytes(b"")
        if len(asked) == 2:
            raise OSError("broken off")
        return name, None

    monkeypatch.setattr("urllib.request.urlretrieve", retrieve)
    (tmp_path / "book").mkdir()
    monkeypatch.chdir(tmp_path / "book")
    fetch = nbformat.read(SITE / "notebooks" / "mnist.ipynb", as_version=4).cells[1]
    with pytest.raises(OSError):
        exec(fetch.source, {})
    exec(fetch.source, {})
    names = re.findall(r"'([^']+)'", fetch.source)
    assert all(Path(name).is_file() for name in names) and len(asked) > len(names)
    assert not [address for address in asked if ".." in address]


@pytest.fixture(scope="session")
def branch(tmp_path_factory):
    """Return the folder that `make notebooks` writes, from which services launch."""
    folder = tmp_path_factory.mktemp("branch")
    subprocess.run(["make", "notebooks", f"BRANCH={folder}"], cwd=ROOT, check=True)
    return folder


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(path.stem, marks=[] if path.stem in SHORT else pytest.mark.slow)
        for path in NOTEBOOKS
    ],
)
def test_notebook_runs(branch, name):
    command = "-m nbconvert --to notebook --execute --stdout".split()
    done = subprocess.run(
        [sys.executable, *command, f"{name}.ipynb"],
        cwd=branch / "book",
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr[-3000:]


def test_branch_has_what_services_need(branch):
    for name in (
        "LICENSE",
        "book/matplotlibrc",
        "book/starter",
        # Binder and Codespaces install the first, which names the second.
        ".binder/requirements.txt",
        "book/requirements.txt",
        ".devcontainer/devcontainer.json",
        "data/MNIST/raw/train-images-idx3-ubyte.gz",
    ):
        assert (branch / name).exists(), name
