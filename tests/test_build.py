"""The build executes what has changed and nothing else, and refuses what is broken."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tools.book import ROOT

DATA = "data/MNIST/raw/train-labels-idx1-ubyte.gz"


class BuiltBook:
    """A copy of the small book with the real configuration, extensions and Makefile."""

    def __init__(self, root: Path):
        self.root = root
        shutil.copytree(ROOT / "tests" / "small-book", root, dirs_exist_ok=True)
        shutil.copytree(ROOT / "_ext", root / "_ext")
        for name in ("_static", "_templates", "images"):
            shutil.copytree(ROOT / name, root / name)
        for name in ("_config.yml", "Makefile", "requirements.txt", "book/matplotlibrc", DATA):
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, root / name)
        (root / ".venv").symlink_to(ROOT / ".venv")

    def make(self) -> tuple[bool, str]:
        """Build, and return whether that succeeded and what was printed."""
        command = ["make", "--old-file=.venv/book-installed", "book"]
        result = subprocess.run(
            command, cwd=self.root, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        return result.returncode == 0, re.sub(r"\x1b\[[\d;]*m", "", result.stdout)

    def executed(self) -> set[str]:
        """Build, and return the names of the pages whose cells ran."""
        is_built, output = self.make()
        assert is_built, output
        return set(re.findall(r"(\w+)\.md: Executing notebook", output))

    def html(self, name: str) -> str:
        return (self.root / "_build" / "html" / f"{name}.html").read_text("utf-8")


@pytest.fixture(scope="module")
def small_book(tmp_path_factory):
    book = BuiltBook(tmp_path_factory.mktemp("small") / "book-copy")
    assert book.executed() == {"mean", "digits"}
    return book


@pytest.fixture
def edit(small_book):
    """Return a function that edits a file of the small book until the test ends."""
    before = {}

    def replace(file: str, old: str, new: str) -> None:
        path = small_book.root / file
        text = before.setdefault(path, path.read_text("utf-8"))
        assert old in text
        path.write_text(text.replace(old, new, 1), "utf-8")

    yield replace
    for path, text in before.items():
        path.write_text(text, "utf-8")
    small_book.make()


def test_unchanged_book_executes_no_cell(small_book):
    assert small_book.executed() == set()


def test_prose_edit_executes_no_cell(small_book, edit):
    edit("book/mean.md", "Three cells, one number.", "Three nuclei, one number.")
    assert small_book.executed() == set()
    assert "Three nuclei" in small_book.html("book/mean")


def test_code_edit_executes_that_chapter_only_and_renews_what_quotes_it(small_book, edit):
    before = small_book.html("index")
    edit("book/mean.md", "rng.normal(10, 1, 3)", "rng.normal(11.5, 0.1, 3)")
    assert small_book.executed() == {"mean"}
    assert small_book.html("index") != before


def test_changed_data_execute_the_chapter_that_loads_them(small_book, edit):
    path = small_book.root / DATA
    content = path.read_bytes()
    path.write_bytes(content + b"x")
    assert small_book.executed() == {"digits"}
    path.write_bytes(content)
    assert small_book.executed() == set()


@pytest.mark.parametrize("file", ["requirements.txt", "book/matplotlibrc"])
def test_changed_requirements_or_style_execute_every_chapter(small_book, edit, file):
    edit(file, "", "# changed\n")
    assert small_book.executed() == {"mean", "digits"}


# fault: file, what to replace, by what, what the message must hold
FAULTS = {
    "failing cell": ("book/mean.md", "print(np.mean([1, 2, 3]))", "1 / 0", "ZeroDivisionError"),
    "unknown reference": ("book/mean.md", "{numref}`fig-mean`", "{ref}`ch-none`", "ch-none"),
    "unknown equation": ("book/mean.md", "{eq}`eq-mean`", "{eq}`eq-none`", "eq-none"),
    "unknown citation": ("book/mean.md", "{cite:p}`harris2020`", "{cite:p}`none`", "none"),
    "bad formula": ("book/mean.md", r"\frac{1}{n}", r"\frac{1}{n", r"\\frac{1}{n"),
    "sign that the font lacks": ("book/digits.md", "# Digits", "# Digits\n\n$ж$", "'ж'"),
    "unknown glued number": ("index.md", "::mean_value:s", "::no_value:s", "no_value"),
    "broken link": ("book/digits.md", "# Digits", "# Digits\n\n[a](none.md)", "none.md"),
    "missing picture": ("book/digits.md", "# Digits", "# Digits\n\n![a](none.svg)", "none.svg"),
    "unknown directive": ("book/glossary.md", "# Glossary", "# B\n\n```{none}\n```", "none"),
    "label twice": ("book/start.md", "# Start", "# Start\n\n(ch-digits)=\n## A", "ch-digits"),
    "heading level skipped": (
        "book/bibliography.md",
        "# Bibliography",
        "# A\n\n#### B",
        "header level",
    ),
    "page missing from the contents": ("book/orphan.md", "", "# Orphan\n", "toctree"),
}


@pytest.fixture(scope="module")
def broken_build(small_book):
    """Return what the build says of a book with all of the faults."""
    for file, old, new, _ in FAULTS.values():
        path = small_book.root / file
        text = path.read_text("utf-8") if path.exists() else ""
        assert old in text
        path.write_text(text.replace(old, new, 1), "utf-8")
    assert not small_book.make()[0]
    is_built, output = small_book.make()
    assert not is_built, "the second build forgot the faults of the first"
    return output


@pytest.mark.parametrize("fault", FAULTS)
def test_broken_book_is_refused_with_the_place_named(small_book, broken_build, fault):
    file, _, _, message = FAULTS[fault]
    line = "" if fault in ("failing cell", "page missing from the contents") else r":\d+"
    warnings = re.split(r"(?<!\S)(?=/\S+: WARNING: )", broken_build)
    place = re.compile(rf"{small_book.root}/{re.escape(file)}{line}: WARNING: ")
    assert any(place.match(text) and message in text for text in warnings), broken_build
