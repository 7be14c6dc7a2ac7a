"""Damaged data are refused with a clear error, in a reader's notebook and in the build."""

import gzip
import hashlib
import re
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from torchvision import datasets

from small_book import SmallBook
from tools.book import ROOT, Book, Page

CHECK = re.compile("# check the [a-z]+ data files")
ENTRY = "      - file: book/digits"  # of the small book's contents
ROW = re.compile(r"^\| `(\S+)` \|.*`([0-9a-f]{32})` \|$", re.MULTILINE)


@dataclass(frozen=True)
class DataSet:
    """A data set, with what a chapter's code says when it reads it, and a chapter that does."""

    folder: str
    guide: str
    mark: str
    chapter: str

    @property
    def sums(self) -> dict[str, str]:
        """The sums in the README beside the data, by the names of the files."""
        return dict(ROW.findall((ROOT / "data" / self.guide).read_text("utf-8")))

    @property
    def readers(self) -> list[Page]:
        """The chapters that read the data."""
        return [page for page in Book().chapters if self.mark in page.text]


DATA_SETS = [
    DataSet("MNIST/raw", "README.md", "datasets.MNIST", "mnist"),
    DataSet("pbmc", "pbmc/README.md", "../data/pbmc", "blood-cells"),
]
READINGS = [
    pytest.param(data_set, page, id=f"{data_set.folder}, {page.name}")
    for data_set in DATA_SETS
    for page in data_set.readers
]
FILES = [
    pytest.param(data_set, page, name, id=f"{page.name}, {name}")
    for data_set in DATA_SETS
    for page in data_set.readers
    for name in data_set.sums
]


def md5(path: Path) -> str:
    return hashlib.md5(path.read_bytes()).hexdigest()


def truncate(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-1000])


def corrupt(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


@pytest.fixture
def copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Copy the data beside a folder `book`, which becomes the working directory."""
    ignored = shutil.ignore_patterns("*-ubyte")
    shutil.copytree(ROOT / "data", tmp_path / "data", ignore=ignored)
    (tmp_path / "book").mkdir()
    monkeypatch.chdir(tmp_path / "book")
    return tmp_path / "data"


def run_check(chapter: Page, data_set: DataSet) -> None:
    """Run what a reader's notebook runs up to the check of a data set."""
    check = next(
        (
            c
            for c in chapter.cells
            if CHECK.match(c.body.lstrip()) and data_set.folder in c.body
        ),
        None,
    )
    assert check, f"{chapter.file}: begin a cell that compares the sums with {CHECK.pattern}"
    names: dict[str, object] = {}
    exec(chapter.cells[0].body, names)
    exec(check.body, names)


def test_every_data_set_is_tested_here() -> None:
    folders = {path.name for path in (ROOT / "data").iterdir() if path.is_dir()}
    assert {data_set.folder.partition("/")[0] for data_set in DATA_SETS} == folders
    assert all(data_set.readers for data_set in DATA_SETS)


@pytest.mark.parametrize("data_set", DATA_SETS, ids=lambda data_set: data_set.folder)
def test_files_are_those_whose_sums_stand_beside_them(data_set: DataSet) -> None:
    files = (ROOT / "data" / data_set.folder).iterdir()
    found = {path.name: md5(path) for path in files if not path.name.endswith("-ubyte")}
    found.pop("README.md", None)
    assert found == data_set.sums


def test_digits_are_the_published_ones() -> None:
    assert DATA_SETS[0].sums == dict(datasets.MNIST.resources)


@pytest.mark.parametrize(("data_set", "chapter"), READINGS)
def test_sound_files_pass_the_check_of_every_chapter(
    copy: Path, data_set: DataSet, chapter: Page
) -> None:
    run_check(chapter, data_set)


@pytest.mark.parametrize("damage", [corrupt, truncate, Path.unlink])
@pytest.mark.parametrize(("data_set", "chapter", "name"), FILES)
def test_damaged_file_stops_the_reader_with_both_checksums(
    copy: Path, data_set: DataSet, chapter: Page, damage: Callable[[Path], None], name: str
) -> None:
    path = copy / data_set.folder / name
    damage(path)
    with pytest.raises(RuntimeError, match=name) as error:
        run_check(chapter, data_set)
    assert data_set.sums[name] in str(error.value)
    assert "git checkout" in str(error.value)
    if path.exists():
        assert md5(path) in str(error.value)


@pytest.mark.parametrize("chapter", DATA_SETS[0].readers, ids=lambda page: page.name)
def test_damaged_unpacked_copies_are_replaced(copy: Path, chapter: Page) -> None:
    packed = sorted((copy / "MNIST" / "raw").glob("*.gz"))
    for path in packed:
        path.with_suffix("").write_bytes(b"damaged")
    run_check(chapter, DATA_SETS[0])
    datasets.MNIST(copy, train=False, download=True)
    assert len(packed) == 4
    for path in packed:
        assert path.with_suffix("").read_bytes() == gzip.decompress(path.read_bytes())


@pytest.mark.slow
def test_build_with_damaged_data_is_refused(tmp_path: Path) -> None:
    book = SmallBook.create(tmp_path / "book")
    for data_set in DATA_SETS:
        book.replace("_toc.yml", ENTRY, f"{ENTRY}\n      - file: book/{data_set.chapter}")
        chapter = Book().page(f"book/{data_set.chapter}").text
        (book.root / "book" / f"{data_set.chapter}.md").write_text(chapter, "utf-8")
        corrupt(book.root / "data" / data_set.folder / next(iter(data_set.sums)))
    is_built, output = book.make()
    assert not is_built
    errors = re.findall(r"RuntimeError: (?:.*\n)+?(?=\S|\n)", output)
    for data_set in DATA_SETS:
        name, expected = next(iter(data_set.sums.items()))
        assert f"book/{data_set.chapter}.md: WARNING: Executing notebook failed" in output
        assert any(name in error for error in errors), output
        assert expected in output
        assert md5(book.root / "data" / data_set.folder / name) in output
