"""The benchmark reads builds right, weighs what a page names, and lines numbers up."""

import gzip
import os
import sys

import pytest

from tools import bench

# Stands for make: a build that executes a page in a kernel of 50 MB, or fails.
MAKE = """\
#!{python}
import pathlib, subprocess, sys, time
print("/home/of/book/neuron.md: Executing notebook using local CWD [mystnb]", flush=True)
time.sleep(0.2)
kernel = "import time; size = bytearray(50_000_000); time.sleep(0.5)"
start = "import subprocess, sys; subprocess.run([sys.executable, '-c', *sys.argv[1:]])"
subprocess.run([sys.executable, "-c", start, kernel, "ipykernel_launcher"])
print("/home/of/book/neuron.md: Executed notebook in 0.52 seconds [mystnb]", flush=True)
sys.exit(pathlib.Path("broken.md").exists())
"""
PRINTED = """\
/home/of/book-copy/book/neuron.md: Executing notebook using local CWD [mystnb]
/home/of/book-copy/book/neuron.md: Executed notebook in 5.35 seconds [mystnb]
/home/of/book-copy/book/logic-gates.md: Executing notebook using local CWD [mystnb]
/home/of/book-copy/book/logic-gates.md: Executed notebook in 32.04 seconds [mystnb]
/home/of/book-copy/book/loss.md: Executing notebook using local CWD [mystnb]
"""


def test_seconds_of_cells_are_read_from_what_a_build_prints():
    assert bench.parse_seconds(PRINTED) == {"book/neuron": 5.35, "book/logic-gates": 32.04}
    assert bench.EXECUTING.findall(PRINTED)[-1] == "book/loss"


@pytest.fixture
def tree(tmp_path, monkeypatch):
    """Return an empty copy of a book, which is built by the program above."""
    program = tmp_path / "bin" / "make"
    program.parent.mkdir()
    program.write_text(MAKE.format(python=sys.executable))
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(program.parent), prepend=os.pathsep)
    (tmp_path / "book").mkdir()
    return bench.Tree("working tree", tmp_path / "book")


def test_build_tells_seconds_of_cells_and_memory_of_their_kernel(tree):
    found = bench.build(tree, "everything")
    assert found.cells == {"book/neuron": 0.52}
    assert found.seconds > 0.5
    assert 50e6 < found.memory["book/neuron"] < 100e6


def test_build_that_fails_ends_the_benchmark_with_what_it_printed(tree):
    (tree.root / "broken.md").touch()
    with pytest.raises(SystemExit, match=r"(?s)Executed notebook.*could not be built"):
        bench.build(tree, "everything")


def test_each_tree_is_edited_and_built_in_turn(tree, monkeypatch):
    built = []
    monkeypatch.setattr(
        bench, "build", lambda tree, what: built.append(tree.name) or len(built)
    )
    other = bench.Tree("main", tree.root / "other")
    for folder in (tree.root, other.root):
        folder.mkdir(exist_ok=True)
        (folder / "page.md").write_text("# Page\n")
    builds = bench.build_in_turn([tree, other], "prose edited", "page", "More.\n")
    assert builds == [[1, 3, 5], [2, 4, 6]]
    assert built == ["working tree", "main"] * 3
    assert (other.root / "page.md").read_text() == "# Page\n" + "More.\n" * 3


def test_rest_of_a_build_is_what_its_cells_do_not_take():
    assert bench.Build(60.0, {"book/a": 5.5, "book/b": 34.5}, {}).rest == 20


def test_page_weighs_what_it_names_compressed_and_each_file_once(tmp_path):
    (tmp_path / "book").mkdir()
    page = tmp_path / "book" / "page.html"
    page.write_text(
        '<link rel="stylesheet" href="../a.css?v=1"><link rel="next" href="other.html">'
        '<link rel="preload" href="../font.woff2"><script src="../a.js"></script>'
        '<script src="../a.js"></script><img src="../a%20plot.svg"><img src="data:,x">'
        '<picture class="on-dark"><img src="../dark.svg"></picture>'
    )
    files = {"a.css": b"c" * 3000, "a.js": b"j" * 4000, "a plot.svg": b"s" * 5000}
    font = os.urandom(2000)
    for name, content in {**files, "font.woff2": font}.items():
        (tmp_path / name).write_bytes(content)
    packed = {name: len(gzip.compress(content)) for name, content in files.items()}
    bare = len(gzip.compress(page.read_bytes())) + packed["a.css"] + packed["a.js"] + 2000
    assert bench.weigh(page) == (bare, bare + packed["a plot.svg"])


def test_page_that_names_a_missing_file_is_no_light_page(tmp_path):
    page = tmp_path / "page.html"
    page.write_text('<script src="gone.js"></script>')
    with pytest.raises(FileNotFoundError, match=r"gone\.js"):
        bench.weigh(page)


def test_table_compares_two_trees_and_lines_numbers_up():
    results = [{"seconds": {"all": 30.0, "new": 2.0}}, {"seconds": {"all": 120.0}}]
    title, *rows = bench.format_table(["working tree", "main"], results).splitlines()
    assert title.split() == ["seconds", "working", "tree", "main", "ratio"]
    assert [row.split() for row in rows] == [["all", "30.0", "120.0", "0.25"], ["new", "2.0"]]
    assert rows[0].index("30.0") + 1 == rows[1].index("2.0")


def test_table_of_one_tree_gives_the_share_of_each_group_s_first_row():
    groups = {"seconds": {"all": 30.0, "one": 6.0}, "weight": {"heaviest": 200.0, "one": 50.0}}
    rows = bench.format_table(["working tree"], [groups]).splitlines()
    assert [row.split()[-1] for row in rows if row.startswith("  ")] == [
        "1.00",
        "0.20",
        "1.00",
        "0.25",
    ]


def test_copy_has_the_packages_as_links_that_can_be_cleared_without_loss(tmp_path, monkeypatch):
    monkeypatch.setattr(bench, "ROOT", tmp_path)
    (tmp_path / ".venv" / "bin").mkdir(parents=True)
    (tmp_path / "copy").mkdir()
    bench.link_packages(tmp_path / "copy")
    link = tmp_path / "copy" / ".venv" / "bin"
    assert link.is_symlink()
    assert link.resolve() == tmp_path / ".venv" / "bin"


def test_unknown_revision_is_named_with_what_to_type(tmp_path):
    with pytest.raises(SystemExit, match=r"(?s)no-such-revision.*Name a branch"):
        bench.export_revision("no-such-revision", tmp_path / "copy")
