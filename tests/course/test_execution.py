"""A chapter runs again when what its outputs depend on has changed, and not otherwise."""

import gzip
import importlib
import json
import os
import re
import shutil
import tempfile
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from importlib.metadata import PackageNotFoundError
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.request import build_opener

import pytest
from nbclient import NotebookClient
from nbformat import v4
from sphinx.errors import ExtensionError
from traitlets.config.loader import PyFileConfigLoader

from _ext.course import execution
from _ext.course.execution import (
    KERNEL_CONFIG,
    PHONE_PLOTS,
    add_fingerprint,
    compute_fingerprint,
    configure_kernels,
    digest_glued,
    find_data,
)
from _ext.course.pictures import take_note

HEAD = (
    "---\nfile_format: mystnb\nkernelspec:\n  name: python3\n  display_name: {}\n---\n\n# T\n"
)
CELL = "\n```{{code-cell}} ipython3\n{}\n```\n"


class FakeApp:
    """What `configure_kernels` needs of Sphinx."""

    def __init__(self, outdir: Path) -> None:
        self.outdir = str(outdir)
        self.srcdir = str(KERNEL_CONFIG.parents[2])


def test_kernels_get_their_settings(tmp_path):
    for _ in range(2):
        configure_kernels(FakeApp(tmp_path / "_build" / "html"))
    folder = tmp_path / "_build" / "ipython"
    assert os.environ["IPYTHONDIR"] == str(folder)
    for file in (KERNEL_CONFIG, PHONE_PLOTS):
        copied = folder / "profile_default" / file.name
        assert copied.read_bytes() == file.read_bytes()


def test_kernels_forget_fonts_that_are_gone(tmp_path):
    app = FakeApp(tmp_path / "_build" / "html")
    configure_kernels(app)
    profile = tmp_path / "_build" / "ipython" / "profile_default"
    fonts = {path.name for path in profile.glob("*.ttf")}
    assert fonts
    (profile / "old.ttf").write_bytes(b"a font of an earlier build")
    configure_kernels(app)
    assert {path.name for path in profile.glob("*.ttf")} == fonts


def test_settings_of_kernels_are_not_those_of_the_build(tmp_path):
    before = dict(os.environ)
    configure_kernels(FakeApp(tmp_path / "html"))
    assert {**os.environ, "IPYTHONDIR": ""} == {**before, "IPYTHONDIR": ""}


def load_kernel_config() -> None:
    """Read the kernel's settings as a kernel does."""
    PyFileConfigLoader(KERNEL_CONFIG.name, path=str(KERNEL_CONFIG.parent)).load_config()


def test_kernels_reach_no_network(monkeypatch):
    for name in ("no_proxy", "NO_PROXY"):
        monkeypatch.setenv(name, "*")
    with HTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler) as server:
        threading.Thread(target=server.handle_request, daemon=True).start()
        load_kernel_config()
        with pytest.raises(URLError) as error:
            # Not urlopen, which would keep the proxy for all later tests.
            build_opener().open(f"http://127.0.0.1:{server.server_port}")
        assert not isinstance(error.value, HTTPError)  # as what is reached would answer


def test_kernels_have_one_thread(monkeypatch):
    monkeypatch.delenv("OMP_NUM_THREADS", raising=False)
    load_kernel_config()
    assert os.environ["OMP_NUM_THREADS"] == "1"


def test_number_of_threads_that_is_set_is_kept(monkeypatch):
    monkeypatch.setenv("OMP_NUM_THREADS", "3")
    load_kernel_config()
    assert os.environ["OMP_NUM_THREADS"] == "3"


def test_kernel_prints_in_one_piece(tmp_path):
    configure_kernels(FakeApp(tmp_path / "html"))
    code = "import time\nprint('a', end='')\ntime.sleep(0.5)\nprint('\\nb')\nprint('c')"
    notebook = v4.new_notebook(cells=[v4.new_code_cell(code)])
    NotebookClient(notebook, kernel_name="python3").execute()
    assert [output.text for output in notebook.cells[0].outputs] == ["a\nb\nc\n"]


def draw(tmp_path: Path, code: str) -> str:
    """Return the SVG that a cell draws in a kernel of the build."""
    configure_kernels(FakeApp(tmp_path / "html"))
    cell = v4.new_code_cell(f"import matplotlib.pyplot as plt\n{code}")
    NotebookClient(v4.new_notebook(cells=[cell]), kernel_name="python3").execute()
    assert [output.output_type for output in cell.outputs] == ["display_data"], cell.outputs
    return cell.outputs[0].data["image/svg+xml"]


def test_plots_have_the_font_of_the_text(tmp_path):
    svg = draw(tmp_path, "plt.plot([1, 2])\nplt.title('Hamburg ← →');")
    families = set(re.findall(r'<path id="([A-Z][A-Za-z]+\d?)-', svg))
    assert families == {"SourceSans3", "DejaVuSans"}


def test_plots_have_a_note_for_phones(tmp_path):
    _, note = take_note(draw(tmp_path, "plt.subplots(1, 2);"))
    assert [len(box) for box in note] == [4, 4]


@pytest.fixture
def root(tmp_path, monkeypatch):
    """A book's folder with two data sets, and packages of fixed versions."""
    files = {
        "data/MNIST/raw/images.gz": "images",
        "data/MNIST/raw/images-ubyte": "unpacked",
        "data/MNIST/README.md": "about",
        "data/MNIST/.DS_Store": "of a file manager",
        "data/cells/table.csv": "table",
        "data/README.md": "all of them",
        "book/requirements.txt": "# what readers need\nnumpy>=2\n\n  --extra x\ntorch\n",
        "book/matplotlibrc": "figure.dpi: 100\n",
        "_static/fonts/source-sans-3-400-normal.woff2": "font",
    }
    for name, text in files.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    versions = {"numpy": "2.0", "torch": "2.9"}
    monkeypatch.setattr(execution, "find_version", versions.__getitem__)
    return tmp_path


def reads(code: str, fence: str = "```") -> str:
    """Return a page with a cell of this code, which speaks of both data sets."""
    return f"# Of cells\n\n{fence}{{code-cell}}\n{code}\n{fence}\n\nOf MNIST.\n"


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ("no data set", []),
        ("datasets.MNIST(root)", ["MNIST/README.md", "MNIST/raw/images.gz"]),
        ("read('cells/table.csv')", ["cells/table.csv"]),
        ("MNIST, cells", ["MNIST/README.md", "MNIST/raw/images.gz", "cells/table.csv"]),
    ],
)
@pytest.mark.parametrize("fence", ["```", "````", "~~~", ":::"])
def test_data_sets_that_cells_name_are_found(root, source, names, fence):
    assert find_data(root, reads(source, fence)) == [root / "data" / name for name in names]


def test_fingerprint_is_short_and_the_same_for_what_does_not_matter(root):
    fingerprint = compute_fingerprint(root, reads("MNIST"))
    assert len(fingerprint) == 16
    assert set(fingerprint) <= set("0123456789abcdef")
    (root / "data/MNIST/raw/images-ubyte").write_text("unpacked again")
    (root / "data/cells/table.csv").write_text("another table")
    (root / "requirements.txt").write_text("a package of the site's")
    (root / "book/requirements.txt").write_text("numpy<3  # newer\ntorch\n")
    assert compute_fingerprint(root, f"Other words.\n\n{reads('MNIST')}") == fingerprint


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("data/MNIST/raw/images.gz", "other images"),
        ("data/MNIST/raw/more.gz", "more images"),
        ("book/matplotlibrc", "figure.dpi: 200\n"),
        ("_static/fonts/source-sans-3-400-normal.woff2", "another font"),
        ("book/requirements.txt", "numpy\n"),
    ],
)
def test_fingerprint_changes_with_what_matters(root, file, text):
    before = compute_fingerprint(root, reads("MNIST"))
    (root / file).write_text(text)
    assert compute_fingerprint(root, reads("MNIST")) != before


def test_fingerprint_changes_with_the_data_sets_that_a_chapter_names(root):
    assert compute_fingerprint(root, reads("MNIST")) != compute_fingerprint(
        root, reads("MNIST, cells")
    )


def test_fingerprint_changes_with_the_name_of_a_file(root):
    before = compute_fingerprint(root, reads("cells"))
    (root / "data/cells/table.csv").rename(root / "data/cells/sheet.csv")
    assert compute_fingerprint(root, reads("cells")) != before


def test_fingerprint_changes_with_versions_and_kernel_settings(root, tmp_path, monkeypatch):
    known = {compute_fingerprint(root, "")}
    monkeypatch.setattr(execution, "find_version", {"numpy": "2.0", "torch": "3"}.__getitem__)
    known.add(compute_fingerprint(root, ""))
    monkeypatch.setattr(execution.platform, "python_version", lambda: "3.99.0")
    known.add(compute_fingerprint(root, ""))
    for name in ("KERNEL_CONFIG", "PHONE_PLOTS", "FONT_CODE"):
        settings = tmp_path / name
        settings.write_text("c.IPKernelApp.log_level = 'INFO'\n")
        monkeypatch.setattr(execution, name, settings)
        known.add(compute_fingerprint(root, ""))
    assert len(known) == 6


def test_package_that_readers_need_and_that_is_missing_stops_the_build(root, monkeypatch):
    monkeypatch.undo()
    (root / "book/requirements.txt").write_text("no-such-package-anywhere\n")
    with pytest.raises(PackageNotFoundError, match="no-such-package-anywhere"):
        compute_fingerprint(root, "")


@pytest.mark.parametrize(
    ("name", "marked"),
    [
        ("Python 3", '"Python 3 (f00)"'),
        ('"Python 3"', '"Python 3 (f00)"'),
        ("'Python 3'  # the usual one", '"Python 3 (f00)"  # the usual one'),
        ("3", '"3 (f00)"'),
        ("Python\n    3", '"Python 3 (f00)"'),
        (r'"P\u00fcthon \"3\""', r'"Püthon \"3\" (f00)"'),
        (r"'Py\thon 3'", r'"Py\\thon 3 (f00)"'),
    ],
)
def test_fingerprint_is_added_to_the_name_of_the_kernel(name, marked):
    source = HEAD.format(name)
    assert add_fingerprint(source, "f00").rstrip() == HEAD.format(marked).rstrip()


def test_front_matter_in_flow_style_is_marked():
    source = "---\nfile_format: mystnb\nkernelspec: {display_name: Python 3, name: py}\n---\n"
    assert add_fingerprint(source, "f00") == source.replace("Python 3", '"Python 3 (f00)"')


def test_only_the_front_matter_is_marked():
    source = HEAD.format("Python 3") + "---\nkernelspec:\n  display_name: Python 3\n---\n"
    assert add_fingerprint(source, "f00").count("f00") == 1


@pytest.mark.parametrize(
    "head",
    [
        "file_format: mystnb",
        "jupytext: {text_representation: {format_name: myst}}",
        "kernelspec: python3",
        "kernelspec: {name: python3}",
        "kernelspec: [display_name]",
        "kernelspec:",
        "kernelspec: {display_name: }",
        "kernelspec: {display_name: [Python]}",
        "kernelspec:\n  display_name: >-\n    Python 3",
        "kernelspec:\n  display_name: |-\n    Python 3",
        "[kernelspec]",
        "text",
        "# a comment",
    ],
)
def test_chapter_that_names_no_kernel_is_an_error(head):
    message = r"^its front matter names no kernelspec with a display_name$"
    with pytest.raises(ValueError, match=message):
        add_fingerprint(f"---\n{head}\n---\n# T\n", "f00")


@pytest.mark.parametrize(
    "source", ["", "# T\n", " " + HEAD.format("x"), HEAD.format("x").replace("\n---", "\n...")]
)
def test_chapter_without_front_matter_that_can_be_read_is_an_error(source):
    with pytest.raises(ValueError, match="front matter"):
        add_fingerprint(source, "f00")


def test_chapter_is_marked_before_it_is_read(make_book):
    book = make_book(HEAD.format('"Python 3"'), nb_execution_mode="auto")
    seen: list[str] = []
    book.build(
        lambda app: app.connect("source-read", lambda _, __, text: seen.extend(text), 900)
    )
    assert book.warnings == []
    fingerprint = compute_fingerprint(book.root, HEAD)
    assert seen == [HEAD.format(f'"Python 3 ({fingerprint})"')]
    assert execution.get_records(book.app.env).fingerprints == {"index": fingerprint}


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("one", HEAD.replace("  display_name: {}\n", "")),
        ("two", HEAD.format("Python 3").replace("---\n\n", "...\n\n")),
        ("three", HEAD.format("Python 3").replace("---\nfile", "--- \nfile")),
        ("four.ipynb", '{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 4}'),
    ],
)
def test_chapter_that_cannot_be_marked_stops_the_build(make_book, name, text):
    book = make_book("# Title\n", {f"book/{name}": text}, nb_execution_mode="auto")
    with pytest.raises(ExtensionError) as error:
        book.build()
    file = name if "." in name else f"{name}.md"
    assert str(error.value) == (
        f"{book.root}/book/{file}:1: whether this chapter must run again cannot be told: "
        "its front matter names no kernelspec with a display_name: "
        "begin it as CONTRIBUTING.md shows"
    )


@pytest.mark.parametrize(
    ("text", "mode"),
    [
        ("# Title\n", "auto"),
        ("---\norphan: true\n---\n# Title\n", "auto"),
        (HEAD.format("Python 3"), "off"),
    ],
)
def test_page_that_is_not_executed_is_not_marked(make_book, text, mode):
    book = make_book(text, nb_execution_mode=mode)
    seen: list[str] = []
    book.build(
        lambda app: app.connect("source-read", lambda _, __, text: seen.extend(text), 900)
    )
    assert book.warnings == []
    assert seen == [text]
    assert execution.get_records(book.app.env).fingerprints == {}


def test_chapter_is_read_again_when_what_it_depends_on_changes(make_book):
    book = make_book(
        "# Title\n",
        {"one": HEAD.format("Python 3") + CELL.format("# data/cells"), "two": "# Two\n"},
        nb_execution_mode="auto",
    )
    book.write("data/cells/t.csv", "1")
    book.build()
    book.build()
    assert book.written() == set()
    for name in ("book/matplotlibrc", "data/cells/t.csv"):
        book.write(name, "figure.dpi: 200\n")
        book.build()
        assert book.written() == {"index", "one"}
    fingerprint = compute_fingerprint(book.root, CELL.format("# data/cells"))
    assert execution.get_records(book.app.env).fingerprints == {"one": fingerprint}
    book.build()
    assert book.written() == set()


@pytest.mark.parametrize(
    ("jobs", "processors", "number"),
    [("", 2, 2), ("", 16, 4), ("", None, 1), ("1", 2, 1), ("8", 2, 8)],
)
def test_as_many_chapters_are_executed_at_once_as_there_are_processors(
    monkeypatch, jobs, processors, number
):
    monkeypatch.setenv("JOBS", jobs)
    monkeypatch.setattr(execution.os, "cpu_count", lambda: processors)
    assert execution.count_jobs() == number


@pytest.mark.parametrize("jobs", ["0", "-1", "two", "1.5"])
def test_number_of_chapters_at_once_that_is_none_is_an_error(monkeypatch, jobs):
    monkeypatch.setenv("JOBS", jobs)
    with pytest.raises(ExtensionError, match=rf"JOBS is '{jobs}': give a number from 1"):
        execution.count_jobs()


@pytest.mark.parametrize(
    ("fault", "place"),
    [
        (CELL.format(":tags: [a").encode(), "one.md:"),
        ("K\xf6nigsberg\n".encode("latin-1"), "one.md:9: invalid"),
    ],
)
def test_page_that_cannot_be_read_stops_the_build_before_any_cell_runs(make_book, fault, place):
    head = HEAD.format("Python 3")
    ran = CELL.format("from pathlib import Path\nPath('ran').touch()")
    book = make_book("# Title\n", {"one": head, "two": head + ran}, nb_execution_mode="cache")
    book.write("one.md", head.encode() + fault)
    with pytest.raises(ExtensionError) as error:
        book.build()
    assert str(error.value).startswith(f"{book.root}/{place}")
    assert not (book.root / "ran").exists()


@pytest.mark.parametrize("mode", ["cache", "force"])
def test_kernels_have_settings_where_cells_run(make_book, monkeypatch, mode):
    monkeypatch.setenv("JOBS", "1")
    text = HEAD.format("Python 3") + CELL.format("print(6 * 7)")
    book = make_book("# Title\n", {"one": text, "two": "# Two\n"}, nb_execution_mode=mode)
    book.build()
    folder = book.root / "_build" / "ipython"
    assert folder.exists()
    shutil.rmtree(folder)
    for page, runs in (("two", False), ("one", mode == "force")):
        source = book.root / f"{page}.md"
        book.write(f"{page}.md", f"{source.read_text()}\nMore.\n")
        book.build()
        assert folder.exists() is runs


def test_chapter_with_a_byte_order_mark_runs_in_the_kernel_of_the_build(make_book):
    code = "from os import environ\nprint(environ['http_proxy'])"
    text = "\ufeff" + HEAD.format("Python 3") + CELL.format(code)
    book = make_book("# Title\n", {"one": text}, nb_execution_mode="cache")
    book.build()
    assert "the-build-has-no-network" in book.find(".cell_output", "one").get_text()


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_kernels_speak_through_files_and_leave_none(make_book, monkeypatch, jobs):
    monkeypatch.setenv("JOBS", jobs)
    folder = Path(tempfile.mkdtemp(dir=execution.CHANNELS))
    monkeypatch.setattr(execution, "CHANNELS", folder)
    code = (
        "from ipykernel.kernelapp import IPKernelApp\nprint(IPKernelApp.instance().transport)"
    )
    text = HEAD.format("Python 3") + CELL.format(code)
    pages = {"one": text, "two": text.replace("print", "pass;print")}
    book = make_book("# Title\n", pages, nb_execution_mode="cache")
    book.build()
    for page in pages:
        assert book.find(".cell_output", page).get_text().strip() == "ipc"
    folder.rmdir()  # which must be empty


def test_page_that_is_excluded_from_execution_is_left_alone(make_book, monkeypatch):
    monkeypatch.setenv("JOBS", "2")
    text = HEAD.format("Python 3") + CELL.format("print(6 * 7)")
    pages = {"one": text, "two": text.replace("6", "8")}
    book = make_book(
        "# Title\n",
        pages,
        nb_execution_mode="cache",
        nb_execution_excludepatterns=["one.md"],
    )
    book.build()
    assert [name for name in pages if book.html(name).select(".cell_output")] == ["two"]


def test_what_becomes_of_each_chapter_is_told_while_others_are_executed(make_book, monkeypatch):
    monkeypatch.setenv("JOBS", "2")
    pages = {
        name: HEAD.format("Python 3") + CELL.format(code)
        for name, code in (("left", "1"), ("sound", "2"), ("failing", "1 / 0"))
    }
    book = make_book(
        pages=pages, nb_execution_mode="cache", nb_execution_excludepatterns=["left.md"]
    )
    book.build()
    told = re.sub(r"\x1b\[[\d;]*m", "", book.app.status.getvalue())
    assert "executing 3 chapters, 2 at a time\n" in told
    assert f"{book.root}/left.md: excluded from execution\n" in told
    assert re.search(
        f"{book.root}/sound.md: Executed notebook in \\d+\\.\\d\\d seconds\n", told
    )
    assert f"{book.root}/failing.md: a cell fails; it runs once more, to say which\n" in told


PLOT = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="36pt" height="18pt" viewBox="0 0 36 18">'
    '<path d="M0 0h{}v18h-9z" fill="{}"/></svg>'
)
BROKEN_IMAGE = '/><image href="data:image/png;base64,AAAA"/>'
SHOW_PLOT = "from IPython.display import SVG\nSVG({!r})"


@pytest.mark.parametrize("jobs", ["2", "1"])
def test_plots_are_drawn_while_other_chapters_are_executed(
    make_book, monkeypatch, tmp_path, jobs
):
    """In the processes that execute them; else where the pages are written."""
    monkeypatch.setenv("JOBS", jobs)
    drawn = tmp_path / "drawn"
    for name in ("pictures.draw_plot", "notebooks.draw_picture"):
        module, function = name.split(".")
        draw = getattr(importlib.import_module(f"_ext.course.{module}"), function)

        def note(*arguments, draw=draw, function=function):
            with drawn.open("a") as file:
                file.write(f"{function} {os.getpid()}\n")
            return draw(*arguments)

        monkeypatch.setattr(f"_ext.course.{name}", note)
    head = HEAD.format("Python 3")
    pages = {
        name: head + CELL.format(SHOW_PLOT.format(PLOT.format(width, "#333333")))
        for name, width in (("one", 9), ("two", 12))
    }
    make_book("# Title\n", pages, nb_execution_mode="cache").build()
    calls = [line.split() for line in drawn.read_text().splitlines()]
    assert sorted(function for function, _ in calls) == ["draw_picture"] * 2 + ["draw_plot"] * 2
    assert (str(os.getpid()) in {process for _, process in calls}) == (jobs == "1")


@pytest.mark.parametrize(
    ("plot", "fault"),
    [
        (PLOT.format(9, "#123456"), "#123456"),
        (PLOT.format(9, "#333333").replace("/>", BROKEN_IMAGE), "cannot identify image file"),
    ],
)
def test_plot_that_cannot_be_drawn_is_told_of_where_it_stands(
    make_book, monkeypatch, plot, fault
):
    monkeypatch.setenv("JOBS", "2")
    head = HEAD.format("Python 3")
    pages = {
        "one": head + CELL.format(SHOW_PLOT.format(plot)),
        "two": head + CELL.format("print(6 * 7)"),
    }
    book = make_book("# Title\n", pages, nb_execution_mode="cache")
    book.build()
    (warning,) = [warning for warning in book.warnings if fault in warning]
    assert warning.startswith("one.md:12: ")


def test_chapter_whose_kernel_is_ended_runs_once_more_by_itself(make_book, monkeypatch):
    monkeypatch.setenv("JOBS", "2")
    head = HEAD.format("Python 3")
    end = (
        "import os, signal\nfrom pathlib import Path\n"
        "mark = Path('ended')\n"
        "if not mark.exists():\n"
        "    mark.touch()\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
        "print(6 * 9)"
    )
    pages = {"one": head + CELL.format(end), "two": head + CELL.format("print(6 * 7)")}
    book = make_book("# Title\n", pages, nb_execution_mode="cache")
    book.build()
    assert book.warnings == []
    assert "one.md: its kernel was ended" in book.app.status.getvalue()
    assert book.find(".cell_output", "one").get_text().strip() == "54"
    assert book.find(".cell_output", "two").get_text().strip() == "42"


def test_kernel_that_is_ended_again_stops_the_build_at_its_page(make_book):
    code = "import os, signal\nos.kill(os.getpid(), signal.SIGKILL)"
    pages = {"one": HEAD.format("Python 3") + CELL.format(code)}
    book = make_book("# Title\n", pages, nb_execution_mode="cache")
    with pytest.raises(ExtensionError, match=r"one.md:1: its kernel was ended, by Ctrl\+C or"):
        book.build()


def test_pages_with_equal_cells_are_executed_once(make_book, monkeypatch):
    monkeypatch.setenv("JOBS", "2")
    text = HEAD.format("Python 3") + CELL.format("print(6 * 7)")
    pages = {"one": text, "two": text, "three": text.replace("7", "8")}
    book = make_book("# Title\n", pages, nb_execution_mode="cache")
    book.build()
    assert "executing 2 chapters, 2 at a time" in book.app.status.getvalue()
    outputs = [book.find(".cell_output", page).get_text().strip() for page in pages]
    assert outputs == ["42", "42", "48"]


def test_digits_are_unpacked_before_several_chapters_run(make_book, monkeypatch):
    monkeypatch.setenv("JOBS", "2")
    code = "for path in sorted(Path('data/MNIST/raw').iterdir()):\n    print(path.name)"
    text = HEAD.format("Python 3") + CELL.format(f"from pathlib import Path\n{code}")
    pages = {"one": text, "two": text.replace("print", "pass;print")}
    book = make_book("# Title\n", pages, nb_execution_mode="cache")
    book.write("data/MNIST/raw/a-ubyte.gz", gzip.compress(b"digits"))
    book.write("data/MNIST/raw/a-ubyte", b"half of them")
    book.write("data/MNIST/raw/b-ubyte.gz", b"damaged")
    book.write("data/MNIST/raw/c-ubyte.gz", gzip.compress(b"digits")[:-9])
    book.build()
    files = ["a-ubyte", "a-ubyte.gz", "b-ubyte.gz", "c-ubyte.gz"]
    for page in pages:
        assert book.find(".cell_output", page).get_text().split() == files
    assert (book.root / "data/MNIST/raw/a-ubyte").read_bytes() == b"digits"


def test_process_that_is_ended_is_told_of(make_book, monkeypatch):
    monkeypatch.setenv("JOBS", "2")
    head = HEAD.format("Python 3")
    end = "import os, signal\nos.kill(os.getppid(), signal.SIGKILL)"
    pages = {"one": head + CELL.format(end), "two": head + CELL.format("print(6 * 7)")}
    book = make_book("# Title\n", pages, nb_execution_mode="cache")
    with pytest.raises(
        ExtensionError, match="was ended, perhaps for want of memory: type JOBS=1"
    ):
        book.build()


def make_glued(value: str) -> str:
    """Return a notebook whose only cell has glued a value."""
    output = {
        "output_type": "display_data",
        "data": {"application/papermill.record/text/plain": value, "text/plain": value},
        "metadata": {
            "scrapbook": {"mime_prefix": "application/papermill.record/", "name": "n"}
        },
    }
    cell = {
        "cell_type": "code",
        "metadata": {},
        "source": "glue",
        "execution_count": 1,
        "outputs": [output],
    }
    title = {"cell_type": "markdown", "metadata": {}, "source": "# Cells\n"}
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return json.dumps(
        {
            "cells": [title, cell],
            "metadata": {"kernelspec": kernel},
            "nbformat": 4,
            "nbformat_minor": 4,
        }
    )


@pytest.fixture
def quoting_book(make_book):
    """A book in which a page quotes what another has glued, and a third page does not."""
    return make_book(
        "# Title\n",
        {
            "cells.ipynb": make_glued("'1'"),
            "quote": "# Quote\n\nIt is {glue:text}`cells.ipynb::n:s`.\n",
            "plain": "# Plain\n",
        },
    )


def test_page_that_quotes_an_output_is_written_again_when_it_changes(quoting_book):
    book = quoting_book
    book.build()
    assert book.warnings == []
    assert book.text("p", "quote") == "It is 1."
    records = execution.get_records(book.app.env)
    assert records.quoted == {
        "index": set(),
        "cells": set(),
        "quote": {"cells"},
        "plain": set(),
    }
    book.build()
    assert book.written() == set()
    book.write("cells.ipynb", make_glued("'2'"))
    book.build()
    assert book.written() == {"index", "cells", "quote"}


def test_page_that_quotes_an_output_is_left_alone_when_it_has_not_changed(quoting_book):
    quoting_book.build()
    quoting_book.write("cells.ipynb", make_glued("'1'").replace("# Cells", "% new\\n# Cells"))
    quoting_book.build()
    assert quoting_book.written() == {"index", "cells"}


def test_removed_page_is_forgotten(quoting_book):
    book = quoting_book
    book.write("plain.md", HEAD.format("Python 3"))
    book.build()
    (book.root / "plain.md").unlink()
    index = (book.root / "index.md").read_text()
    book.write("index.md", index.replace("plain\n", ""))
    book.build()
    records = vars(execution.get_records(book.app.env))
    assert {name: set(record) for name, record in records.items()} == {
        "fingerprints": set(),
        "quoted": {"index", "cells", "quote"},
        "digests": {"index", "cells", "quote"},
    }


def test_digest_of_glued_outputs_tells_pages_and_contents_apart(tmp_path):
    (tmp_path / "book").mkdir()
    (tmp_path / "a.glue.json").write_text("1")
    (tmp_path / "book" / "b.glue.json").write_text("2")
    digests = [
        digest_glued(tmp_path, pages)
        for pages in ({"a"}, {"book/b"}, {"a", "book/b"}, {"none"}, set())
    ]
    assert len(set(digests)) == 5
    assert digests[2] == digest_glued(tmp_path, {"book/b", "a"})
    (tmp_path / "a.glue.json").write_text("3")
    assert digest_glued(tmp_path, {"a"}) != digests[0]
    assert digest_glued(tmp_path, {"book/b"}) == digests[1]


def test_pages_that_another_process_has_read_are_taken_over(make_book):
    book = make_book("# Title\n")
    book.build()
    here, there = book.app.env, type("Environment", (), {})()
    mine, other = execution.get_records(here), execution.get_records(there)
    other.fingerprints.update(one="1", two="2")
    other.quoted.update(one={"cells"})
    other.digests.update(three="3")
    collector = execution.ExecutionCollector()
    collector.merge_other(book.app, here, {"one", "three"}, there)
    assert mine.fingerprints == {"one": "1"}
    assert mine.quoted == {"index": set(), "one": {"cells"}}
    assert mine.digests["three"] == "3"
