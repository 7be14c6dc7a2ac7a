"""The bundle holds the whole course, and is read, searched and run without internet."""

import ast
import hashlib
import io
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import unquote, urlsplit

import nbformat
import pytest
from bs4 import BeautifulSoup
from markdown_it import MarkdownIt
from playwright.sync_api import Page, Response, Route, expect

from _ext.course.archives import pack_folder
from built_site import PAGES_AND_404, SITE
from tools import bundle, bundle_start
from tools.book import ROOT
from tools.pdf import COURSE, Site

CHAPTERS = sorted(path.stem for path in (SITE / "_sources" / "book").glob("*.ipynb"))
ADDRESS = Site(ROOT).address if (SITE / "index.html").exists() else ""
LINK = re.compile(r'(?:href|src|action)="([^"]+)"')
# What a browser asks for with a type that has to be right.
SUFFIXES = {".css", ".html", ".js", ".json", ".mjs", ".pdf", ".png", ".svg", ".woff2"}


@pytest.fixture(scope="module")
def archive(site, tmp_path_factory) -> Path:
    """The archive, made of the built site."""
    return bundle.write_bundle(ROOT, tmp_path_factory.mktemp("bundle"))


@pytest.fixture(scope="module")
def unpacked(archive, tmp_path_factory) -> Path:
    """The folder that the archive holds, unpacked where nothing else is."""
    folder = tmp_path_factory.mktemp("workshop with a space")
    with zipfile.ZipFile(archive) as content:
        content.extractall(folder)
    (top,) = folder.iterdir()
    return top


@contextmanager
def start(folder: Path, *options: str, **environment: str) -> Iterator[tuple]:
    """Start the course with Python alone, from another folder, and give where it is served."""
    command = [sys.executable, "-I", "-S", str(folder / "start.py"), *options]
    process = subprocess.Popen(
        command,
        cwd=folder.parent,
        env={**os.environ, **environment},
        stdout=subprocess.PIPE,
        text=True,
        # What a shell runs in the background does not hear Ctrl+C, nor do its children.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    impatient = threading.Timer(30, process.kill)
    impatient.start()
    try:
        found = re.search(r"http://127\.0\.0\.1:\d+/", process.stdout.readline())
        impatient.cancel()
        assert found, "it has not printed its address"
        yield process, found[0]
    finally:
        process.kill()
        process.communicate()


@pytest.fixture(scope="module")
def address(unpacked) -> Iterator[str]:
    """Where the bundle's site is served."""
    with start(unpacked, "--no-browser") as (_, served):
        yield served


@pytest.fixture
def offline(page: Page, address) -> Iterator[Page]:
    """A browser's tab that reaches the bundle's site alone, and does not want for more."""
    foreign, failed = [], []

    def stay(route: Route) -> None:
        if route.request.url.startswith(address):
            route.continue_()
        else:
            foreign.append(route.request.url)
            route.abort()

    def note(response: Response) -> None:
        if response.status >= 400 and not response.request.is_navigation_request():
            failed.append(response.url)

    page.route("**/*", stay)
    page.on("response", note)
    page.on("pageerror", lambda error: failed.append(str(error)))
    yield page
    assert foreign == []
    assert failed == []


def read_links(text: str) -> tuple[set[str], set[str]]:
    """Return where the links of Markdown lead, and which pictures it shows."""
    html = BeautifulSoup(MarkdownIt("commonmark").enable("table").render(text), "html.parser")
    links = {tag["href"] for tag in html.select("a[href]")}
    return links, {tag["src"] for tag in html.select("img")}


def test_archive_is_small_enough_to_be_passed_around(archive):
    assert archive.stat().st_size <= 40_000_000


def test_archive_is_one_folder_named_for_its_version(archive):
    version = re.search(r"^version: (.*)$", (ROOT / "CITATION.cff").read_text(), re.M)[1]
    with zipfile.ZipFile(archive) as content:
        names = content.namelist()
    assert archive.name == f"introduction-to-neural-networks-{version}.zip"
    assert {name.split("/")[0] for name in names} == {archive.stem}
    tops = {name.split("/")[1] for name in names}
    assert tops == {"README.txt", "notebooks", "site", "start.py"}
    assert all(len(name) < 150 for name in names), "Windows would not unpack it everywhere"


def test_every_page_is_there_and_the_course_is_printed(unpacked):
    pages = {p.relative_to(unpacked / "site").as_posix() for p in unpacked.rglob("*.html")}
    assert {f"{name}.html" for name in PAGES_AND_404} <= pages
    assert (unpacked / "site" / COURSE).is_file()


def test_links_of_every_page_lead_to_files_of_the_bundle(unpacked):
    site = unpacked / "site"
    missing = set()
    for name in PAGES_AND_404:
        page = site / f"{name}.html"
        for link in LINK.findall(page.read_text("utf-8")):
            parts = urlsplit(link)
            if parts.scheme or not parts.path:
                continue
            place = site if parts.path.startswith("/") else page.parent
            if not (place / unquote(parts.path).lstrip("/")).is_file():
                missing.add((name, link))
    assert missing == set()


def test_every_notebook_is_there_with_its_style_its_data_and_its_licence(unpacked):
    folder = unpacked / "notebooks"
    assert sorted(path.stem for path in (folder / "book").glob("*.ipynb")) == CHAPTERS
    assert CHAPTERS
    for name in ("LICENSE", "book/matplotlibrc", "data/README.md"):
        assert (folder / name).read_bytes() == (ROOT / name).read_bytes()
    assert [path.name for path in folder.iterdir() if path.name.startswith(".")] == []


def test_data_have_the_checksums_that_are_published_with_them(unpacked):
    texts = [path.read_text("utf-8") for path in sorted((ROOT / "data").rglob("README.md"))]
    row = re.compile(r"^\| `(\S+)` \|.*`([0-9a-f]{32})` \|$", re.M)
    sums = {name: checksum for text in texts for name, checksum in row.findall(text)}
    assert len(texts) > 1
    assert len(sums) > len(texts)
    found = {
        path.name: hashlib.md5(path.read_bytes()).hexdigest()
        for path in (unpacked / "notebooks" / "data").rglob("*.*")
        if path.name != "README.md"
    }
    assert found == sums


def test_requirements_are_plain_lines_of_what_opens_and_runs_the_notebooks(unpacked):
    needed = (unpacked / "notebooks" / "requirements.txt").read_text("utf-8").splitlines()
    readers = (ROOT / "book" / "requirements.txt").read_text("utf-8").splitlines()
    assert set(needed) <= set(readers)
    names = {re.match(r"[\w-]+", line)[0] for line in needed}
    assert {"jupyterlab", "ipykernel", "matplotlib", "numpy", "torch", "torchvision"} <= names


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_notebook_leads_to_the_bundle_and_tells_once_where_it_comes_from(unpacked, chapter):
    path = unpacked / "notebooks" / "book" / f"{chapter}.ipynb"
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    *cells, foot = notebook.cells
    assert foot.source.startswith("## About this notebook")
    assert foot.source.count(ADDRESS) == path.read_text("utf-8").count(ADDRESS) == 1
    head, pictures = read_links(cells[0].source)
    assert head == {f"../../site/book/{chapter}.html"}
    assert pictures == set()
    text = "\n\n".join(cell.source for cell in cells if cell.cell_type == "markdown")
    links, pictures = read_links(text)
    near = {link for link in links if not urlsplit(link).scheme and not link.startswith("#")}
    assert all(link.startswith("../../site/") for link in near | pictures)
    assert all((path.parent / unquote(urlsplit(x).path)).is_file() for x in near | pictures)


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_notebook_differs_from_the_published_one_in_its_addresses_alone(unpacked, chapter):
    published = nbformat.read(SITE / "_sources" / "book" / f"{chapter}.ipynb", as_version=4)
    bundled = nbformat.read(unpacked / "notebooks" / "book" / f"{chapter}.ipynb", as_version=4)
    for cell in bundled.cells:
        cell.source = cell.source.replace("](../../site/", f"]({ADDRESS}")
    assert bundled == published


def test_course_is_read_and_searched_without_internet(offline, address):
    offline.goto(address)
    offline.locator("article").get_by_role("link", name="A single neuron").first.click()
    expect(offline).to_have_url(re.compile(r"/book/neuron\.html"))
    expect(offline.get_by_role("heading", level=1)).to_contain_text("A single neuron")
    # Pictures further down wait until they are near.
    offline.evaluate(
        """() => Promise.all([...document.images].map((image) => {
            image.loading = "eager";
            return image.decode();
        }))"""
    )
    assert offline.evaluate("document.fonts.check('16px \"Latin Modern Math\"')")
    offline.get_by_role("button", name="Search").first.click()
    offline.get_by_role("searchbox").fill("sigmoid")
    offline.keyboard.press("Enter")
    expect(offline.locator("#search-results .search-summary")).to_contain_text("found")
    result = offline.locator("#search-results li")
    # The words around what was found are read from the pages.
    expect(result.first).to_contain_text("sigmoid", ignore_case=True)
    result.first.get_by_role("link").first.click()
    expect(offline).to_have_url(re.compile(r"/book/.*sigmoid"))


def test_digits_are_read_without_internet(offline, address):
    offline.goto(f"{address}book/mnist.html#lab-digits?pen=36,24,76,24,50,88")
    expect(offline.locator("digits-lab .verdict")).to_contain_text("It reads 7")


def test_wrong_address_leads_back_to_the_course(offline, address):
    response = offline.goto(f"{address}no/such/page.html")
    assert response.status == 404
    expect(offline.get_by_role("heading", level=1)).to_have_text("Page not found")
    offline.locator("article").get_by_role("link", name="first page").click()
    expect(offline).to_have_url(f"{address}index.html")


def test_types_do_not_depend_on_the_system():
    found = {path.suffix for path in SITE.rglob("*")}
    assert found & SUFFIXES <= bundle_start.TYPES.keys()
    assert bundle_start.TYPES[".mjs"].startswith("text/javascript")
    assert bundle_start.TYPES.items() <= bundle_start.Pages.extensions_map.items()


def test_browser_keeps_nothing_that_a_later_version_would_get(address):
    with urllib.request.urlopen(address) as answer:
        assert answer.headers["Cache-Control"] == "no-store"


def test_server_looks_no_name_up(monkeypatch):
    def refuse(*_):
        raise AssertionError("without a network this takes half a minute")

    monkeypatch.setattr(socket, "getfqdn", refuse)
    with bundle_start.Server(("127.0.0.1", 0), bundle_start.Pages) as server:
        assert server.server_port == server.socket.getsockname()[1]


@pytest.mark.parametrize(
    ("error", "is_told"), [(BrokenPipeError(), False), (KeyError("mistake"), True)]
)
def test_browser_that_leaves_early_is_not_told_of(capsys, error, is_told):
    with bundle_start.Server(("127.0.0.1", 0), bundle_start.Pages) as server:
        try:
            raise error
        except (BrokenPipeError, KeyError):
            server.handle_error(None, ("127.0.0.1", 1))
    assert ("Traceback" in capsys.readouterr().err) is is_told


def test_start_opens_the_browser_and_ends_with_ctrl_c(unpacked, tmp_path):
    note = tmp_path / "opened"
    browser = tmp_path / "browser.py"
    browser.write_text(f"import sys; open({str(note)!r}, 'w').write(sys.argv[1])")
    command = f"'{sys.executable}' '{browser}' %s"
    with start(unpacked, BROWSER=command) as (process, served):
        latest = time.monotonic() + 20
        while not (note.exists() and note.read_text()) and time.monotonic() < latest:
            time.sleep(0.05)
        assert note.read_text() == served
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=20) == 0
        assert process.stdout.read().splitlines()[-1] == "Stopped."


def test_start_alone_says_what_to_do(tmp_path):
    shutil.copy(bundle.START, tmp_path / "start.py")
    command = [sys.executable, "start.py", "--no-browser"]
    run = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert run.returncode == 1
    assert re.fullmatch(r"There is no course in .*: unpack the whole archive.*\n", run.stderr)


def test_start_runs_with_python_3_9(unpacked):
    source = (unpacked / "start.py").read_text("utf-8")
    ast.parse(source, feature_version=(3, 9))
    assert source.isascii(), "an old console shows nothing else"


def test_read_me_names_what_is_there(unpacked):
    text = (unpacked / "README.txt").read_text("ascii")
    names = re.findall(r"\b(?:site|notebooks)/[\w./-]*\w|\bstart\.py", text)
    assert {"start.py", "notebooks/book", "notebooks/requirements.txt"} <= set(names)
    assert [name for name in names if not (unpacked / name).exists()] == []


def test_same_files_give_the_same_bytes():
    files = {"start.py": b"#!" + b"x" * 100, "site/index.html": b"y" * 100}
    archive = pack_folder("course", files)
    assert pack_folder("course", dict(reversed(files.items()))) == archive
    with zipfile.ZipFile(io.BytesIO(archive)) as content:
        start_py = content.getinfo("course/start.py")
        assert start_py.date_time == content.getinfo("course/site/index.html").date_time
        assert start_py.external_attr >> 16 == 0o100755


@pytest.fixture
def small_course(tmp_path) -> Path:
    """A repository with a built site of one page and one notebook."""
    for name, text in {
        "_config.yml": "title: A course\nauthor: those who wrote it\n",
        "_toc.yml": "format: jb-book\nroot: index\nparts: []\n",
        "CITATION.cff": "title: A\nauthors: []\nversion: 1.0.0\ndate-released: 2027-01-31\n",
        "index.md": "# Start\n",
        "references.bib": "",
        "LICENSE": "MIT\n",
        "book/matplotlibrc": "",
        "book/requirements.txt": "numpy\njupyterlab\n",
        "data/README.md": "",
        "_build/html/index.html": '<link rel="canonical" href="https://a.org/c/index.html">',
        "_build/html/404.html": '<a href="/c/index.html">home</a>',
        f"_build/html/{COURSE}": "PDF",
        "_build/html/book/one.pdf": "PDF",
        "_build/html/_static/theme.css.map": "{}",
    }.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    cell = nbformat.v4.new_markdown_cell
    notebook = nbformat.v4.new_notebook(
        cells=[
            cell("[home](https://a.org/c/), [x](https://a.org/c/book/x.html#y)"),
            nbformat.v4.new_code_cell('"[home](https://a.org/c/)"'),
            cell("From [A course](https://a.org/c/)"),
        ]
    )
    path = tmp_path / "_build" / "html" / "_sources" / "book" / "one.ipynb"
    path.parent.mkdir(parents=True)
    nbformat.write(notebook, path)
    return tmp_path


def test_small_course_is_packed(small_course):
    path = bundle.write_bundle(small_course, small_course)
    assert path.name == "introduction-to-neural-networks-1.0.0.zip"
    with zipfile.ZipFile(path) as content:
        names = {name.removeprefix(f"{path.stem}/") for name in content.namelist()}
        page = content.read(f"{path.stem}/site/404.html")
        notebook = content.read(f"{path.stem}/notebooks/book/one.ipynb").decode()
    assert names == {
        *("README.txt", "start.py", "site/index.html", "site/404.html", f"site/{COURSE}"),
        *("site/book/one.pdf", "site/_sources/book/one.ipynb", "notebooks/book/one.ipynb"),
        "notebooks/LICENSE",
        *("notebooks/requirements.txt", "notebooks/book/matplotlibrc"),
        "notebooks/data/README.md",
    }
    assert page == b'<a href="/index.html">home</a>'
    head, code, foot = (cell.source for cell in nbformat.reads(notebook, 4).cells)
    assert head == "[home](../../site/index.html), [x](../../site/book/x.html#y)"
    assert code == '"[home](https://a.org/c/)"'
    assert foot == "From [A course](https://a.org/c/)"


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("index.html", "There is no built site to pack. Type: make bundle"),
        (COURSE, "There is no course as PDF to pack. Type: make bundle"),
        (
            "_sources/book/one.ipynb",
            "The built site has no notebook to pack. Type: make bundle",
        ),
    ],
)
def test_what_is_missing_is_said_in_one_line(small_course, monkeypatch, name, message):
    (small_course / "_build" / "html" / name).unlink()
    monkeypatch.setattr(bundle, "ROOT", small_course)
    with pytest.raises(SystemExit, match=f"^{re.escape(message)}$"):
        bundle.main()
    assert list(small_course.rglob("*.zip")) == []


def test_archive_that_is_too_large_is_not_written(small_course, monkeypatch):
    monkeypatch.setattr(bundle, "ROOT", small_course)
    monkeypatch.setattr(bundle, "LIMIT", 0)
    with pytest.raises(
        SystemExit, match=r"\.zip has 0\.0 MB, more than 0: leave something out"
    ):
        bundle.main()
    assert list(small_course.rglob("*.zip")) == []
