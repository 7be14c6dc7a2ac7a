"""Readers launch the notebooks in a real JupyterLab, through the paths of the site's menus."""

import os
import re
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import nbformat
import psutil
import pytest
from bs4 import BeautifulSoup
from nbformat import NotebookNode
from playwright.sync_api import BrowserContext, Page, expect

from built_site import SITE, take_first
from lab import Lab, make_environment, run_lab, wait_until
from tools.book import ROOT, Book
from tools.notebooks import SOURCES, TIME, write_branch

CHAPTERS = [page.stem for page in sorted(SOURCES.glob("*.ipynb"))]
# The build has executed their cells for half a minute each, or longer, and has seen what
# memory most of them take.
LONG = (
    "blood-cells",
    "evaluation",
    "generalisation",
    "logic-gates",
    "mnist",
    "your-own-data",
)
AUTOSAVE = 2  # seconds
SETTINGS = {"@jupyterlab/docmanager-extension:plugin": {"autosaveInterval": AUTOSAVE}}
PEAK = re.compile(r"VmHWM:\s+(\d+) kB")
MEGABYTE = 1000  # in the unit of PEAK


@pytest.fixture(scope="module")
def programs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Install what the branch asks for, in an environment of its own."""
    folder = tmp_path_factory.mktemp("reader")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder], check=True)
    branch = folder / "branch"
    write_branch(ROOT, SOURCES, branch)
    index = os.environ.get("TORCH_INDEX_URL")
    options = [f"--extra-index-url={index}"] if index else []
    pip = [sys.executable, "-m", "pip", f"--python={folder}", "--disable-pip-version-check"]
    command = [*pip, "install", "--quiet", "--no-compile", *options]
    requirements = f"--requirement={branch / 'requirements.txt'}"
    subprocess.run([*command, requirements], check=True)
    return folder / "bin"


@pytest.fixture(scope="module")
def lab(programs: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """Run the readers' JupyterLab, set up as Binder does it, with the build's threads."""
    home, root = tmp_path_factory.mktemp("home"), programs.parent / "branch"
    environment = make_environment(home, programs)
    subprocess.run([root / ".binder" / "postBuild"], cwd=root, env=environment, check=True)
    with run_lab(root, home, SETTINGS, programs) as lab:
        yield lab


def find_path(chapter: str) -> str:
    """Return the path at which the chapter's button has Binder open JupyterLab."""
    page = BeautifulSoup((SITE / "book" / f"{chapter}.html").read_text("utf-8"), "html.parser")
    (link,) = page.select(".dropdown-launch-buttons a[href^='https://mybinder.org']")
    return parse_qs(urlsplit(link["href"]).query)["urlpath"][0]


@pytest.fixture(scope="module")
def desk(context: BrowserContext, lab: Lab) -> Page:
    """A JupyterLab that a chapter's button has opened, in which notebooks can be opened."""
    page = context.new_page()
    page.set_viewport_size({"width": 1350, "height": 900})
    page.goto(f"{lab.address}/{find_path(CHAPTERS[0])}?reset&token={lab.token}")
    expect(page.locator(".jp-NotebookPanel")).to_be_visible(timeout=90_000)
    expect(page.locator(".jp-Toolbar-kernelName")).to_have_text("Python 3 (ipykernel)")
    return page


def open_notebook(desk: Page, chapter: str) -> None:
    """Show a notebook."""
    path = f"book/{chapter}.ipynb"
    assert find_path(chapter) == f"lab/tree/{path}"
    desk.evaluate(
        "async path => { await jupyterapp.commands.execute('docmanager:open', {path}) }", path
    )


def find_kernel(lab: Lab, chapter: str) -> str:
    """Return the name of a notebook's kernel once that is idle."""

    def find_kernels() -> list[dict]:
        sessions = lab.ask("api/sessions") or []
        path = f"book/{chapter}.ipynb"
        return [session["kernel"] for session in sessions if session["path"] == path]

    wait_until(lambda: [k["execution_state"] for k in find_kernels()] == ["idle"])
    return find_kernels()[0]["id"]


def read_notebook(path: Path) -> NotebookNode:
    """Return a notebook."""
    return nbformat.read(path, as_version=4)


def read_shown(desk: Page) -> NotebookNode:
    """Return the notebook that JupyterLab shows, saved or not."""
    content = "JSON.stringify(jupyterapp.shell.currentWidget.context.model.toJSON())"
    return nbformat.reads(desk.evaluate(content), as_version=4)


def has_ended(desk: Page) -> bool:
    """Return whether every cell that JupyterLab shows has run, or one has failed."""
    return desk.evaluate("""() => {
        const cells = [...jupyterapp.shell.currentWidget.context.model.cells];
        const code = cells.filter((cell) => cell.type === "code");
        const outputs = code.flatMap(({ outputs }) =>
            Array.from({ length: outputs.length }, (_, i) => outputs.get(i)));
        return outputs.some((output) => output.type === "error")
            || code.every((cell) => cell.executionCount !== null);
    }""")


def list_errors(notebook: NotebookNode) -> list[NotebookNode]:
    """Return the outputs that are errors."""
    outputs = (o for cell in notebook.cells for o in cell.get("outputs", []))
    return [output for output in outputs if output.output_type == "error"]


def read_prints(notebook: NotebookNode) -> list[str]:
    """Return what each cell prints, without times."""
    printed = (
        "".join(o.text for o in cell.outputs if o.get("name") == "stdout")
        for cell in notebook.cells
        if cell.cell_type == "code"
    )
    return [TIME.sub(b"", text.encode()).decode() for text in printed]


def test_these_tests_come_first(request: pytest.FixtureRequest) -> None:
    assert request.session.items[0].path == request.path


def test_lab_asks_for_its_token(lab: Lab) -> None:
    assert replace(lab, token="").ask("api/kernels") is None


def test_notebooks_that_are_all_left_open_stay_as_they_are(desk: Page, lab: Lab) -> None:
    before = {path: path.read_bytes() for path in lab.root.glob("book/*.ipynb")}
    for chapter in CHAPTERS:
        open_notebook(desk, chapter)
    for chapter in CHAPTERS:
        find_kernel(lab, chapter)
    tabs = desk.locator(".lm-DockPanel-tabBar .lm-TabBar-tab")
    expect(tabs).to_have_count(len(CHAPTERS))
    desk.wait_for_timeout(2000 * AUTOSAVE)
    expect(desk.locator(".lm-DockPanel-tabBar .jp-mod-dirty")).to_have_count(0)
    expect(desk.get_by_text("Jupyter news")).to_have_count(0)
    assert {path: path.read_bytes() for path in lab.root.glob("book/*.ipynb")} == before


@pytest.fixture(scope="module")
def desk_at_rest(desk: Page) -> Page:
    """The same, which saves nothing by itself: a save that meets another asks what to do."""
    desk.evaluate("jupyterapp.commands.execute('docmanager:toggle-autosave')")
    return desk


def test_long_notebooks_exist() -> None:
    assert set(LONG) < set(CHAPTERS)


@pytest.mark.parametrize(
    "chapter",
    [pytest.param(name, marks=[pytest.mark.slow] if name in LONG else []) for name in CHAPTERS],
)
def test_notebook_runs_to_its_end(
    desk_at_rest: Page, lab: Lab, chapter: str, record_property: Callable[[str, object], None]
) -> None:
    path = lab.root / "book" / f"{chapter}.ipynb"
    before = path.read_bytes()
    expected = read_notebook(path)
    desk = desk_at_rest
    open_notebook(desk, chapter)
    name = find_kernel(lab, chapter)
    desk.get_by_role("menuitem", name="Run", exact=True).click()
    desk.get_by_role("menuitem", name="Run All Cells", exact=True).click()
    wait_until(lambda: has_ended(desk), seconds=600)
    found = read_shown(desk)
    assert list_errors(found) == []
    assert all(cell.execution_count for cell in found.cells if cell.cell_type == "code")
    assert read_prints(found) == read_prints(expected)
    kernel = find_process(name)
    record_property("seconds of processor", sum(kernel.cpu_times()[:2]))
    status = Path(f"/proc/{kernel.pid}/status")
    if status.exists():  # as on Linux; other systems do not tell the peak of another process
        peak = int(PEAK.search(status.read_text())[1]) / MEGABYTE
        record_property("megabytes at most", peak)
        assert peak < 1000
    assert path.read_bytes() == before
    lab.ask(f"api/kernels/{name}", method="DELETE")


# Those that read data; what the others take, they take above already.
ALONE = take_first(
    [page.name.removeprefix("book/") for page in Book().chapters if "../data/" in page.text]
)
NOBODY = "127.0.0.1:9"


@pytest.fixture(params=ALONE)
def alone(request: pytest.FixtureRequest, tmp_path: Path, lab: Lab) -> Path:
    """A notebook in an empty folder, which asks this computer for what it needs."""
    notebook = tmp_path / "empty" / f"{request.param}.ipynb"
    notebook.parent.mkdir()
    text = (SOURCES / notebook.name).read_text("utf-8")
    course = re.search(r"https://[^\"]*/raw/notebooks/", text)[0]
    notebook.write_text(text.replace(course, f"http://{NOBODY}/"), "utf-8")
    return notebook


def run_alone(notebook: Path, programs: Path, **environment: str) -> NotebookNode:
    """Return a notebook after a run from its first cell to its last, errors included."""
    command = [str(programs / "jupyter"), "execute", "--inplace", "--allow-errors"]
    variables = {**make_environment(notebook.parent, programs), **environment}
    subprocess.run([*command, notebook.name], cwd=notebook.parent, env=variables, check=True)
    return read_notebook(notebook)


def test_notebook_alone_fetches_what_it_needs(alone: Path, programs: Path, lab: Lab) -> None:
    handler = partial(SimpleHTTPRequestHandler, directory=lab.root)
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        text = alone.read_text("utf-8").replace(NOBODY, f"127.0.0.1:{server.server_port}")
        alone.write_text(text, "utf-8")
        found = run_alone(alone, programs)
        server.shutdown()
    assert (alone.parent / "matplotlibrc").exists()
    assert list_errors(found) == []
    assert read_prints(found) == read_prints(read_notebook(SOURCES / alone.name))


def test_notebook_alone_without_network_says_where_the_data_are(
    alone: Path, programs: Path
) -> None:
    nobody = f"http://{NOBODY}"
    found = run_alone(alone, programs, http_proxy=nobody, https_proxy=nobody)
    told = found.cells[1].outputs[0].text
    missing = re.findall(r"(\S+) is missing and cannot be fetched: .*You find", told)
    assert {".gz"} <= {Path(name).suffix for name in missing}
    error = list_errors(found)[0].evalue
    assert any(Path(name).name in error for name in missing)


def find_process(kernel: str) -> psutil.Process:
    """Return the process of a kernel of the readers' JupyterLab."""
    children = psutil.Process().children(recursive=True)
    (process,) = [p for p in children if any(kernel in word for word in p.cmdline())]
    return process
