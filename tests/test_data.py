"""Damaged data are refused with a clear error, in a reader's notebook and in the build."""

import gzip
import hashlib
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from torchvision import datasets

from small_book import SmallBook
from tools.book import ROOT, Book, Page

RAW = ROOT / "data" / "MNIST" / "raw"
CHAPTERS = [page for page in Book().chapters if "datasets.MNIST" in page.text]


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
    shutil.copytree(
        RAW, tmp_path / "data" / "MNIST" / "raw", ignore=shutil.ignore_patterns("*-ubyte")
    )
    (tmp_path / "book").mkdir()
    monkeypatch.chdir(tmp_path / "book")
    return tmp_path / "data" / "MNIST" / "raw"


def run_check(chapter: Page) -> None:
    """Run what a reader's notebook runs up to the check of the data."""
    check = next(
        c for c in chapter.cells if c.body.lstrip().startswith("# check the four data files")
    )
    names: dict[str, object] = {}
    exec(chapter.cells[0].body, names)
    exec(check.body, names)


def test_shipped_files_are_the_published_ones() -> None:
    published = dict(datasets.MNIST.resources)
    assert {path.name: md5(path) for path in RAW.glob("*.gz")} == published
    described = (ROOT / "data" / "README.md").read_text("utf-8")
    assert all(checksum in described for checksum in published.values())


@pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda page: page.name)
@pytest.mark.parametrize("damage", [corrupt, truncate, Path.unlink])
@pytest.mark.parametrize(("name", "expected"), datasets.MNIST.resources)
def test_damaged_file_stops_the_reader_with_both_checksums(
    copy: Path, chapter: Page, damage: Callable[[Path], None], name: str, expected: str
) -> None:
    damage(copy / name)
    with pytest.raises(RuntimeError, match=name) as error:
        run_check(chapter)
    assert expected in str(error.value)
    assert "git checkout" in str(error.value)
    if (copy / name).exists():
        assert md5(copy / name) in str(error.value)


@pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda page: page.name)
def test_damaged_unpacked_copies_are_replaced(copy: Path, chapter: Page) -> None:
    packed = sorted(copy.glob("*.gz"))
    for path in packed:
        path.with_suffix("").write_bytes(b"damaged")
    run_check(chapter)
    datasets.MNIST(copy.parents[1], train=False, download=True)
    assert len(packed) == 4
    for path in packed:
        assert path.with_suffix("").read_bytes() == gzip.decompress(path.read_bytes())


def test_build_with_damaged_data_is_refused(tmp_path: Path) -> None:
    book = SmallBook.create(tmp_path / "book")
    chapter = Book().page("book/mnist").text
    (book.root / "book" / "digits.md").write_text(chapter, "utf-8")
    name, expected = datasets.MNIST.resources[0]
    damaged = book.root / "data" / "MNIST" / "raw" / name
    corrupt(damaged)
    is_built, output = book.make()
    assert not is_built
    assert "book/digits.md: WARNING: Executing notebook failed" in output
    message = re.search(r"RuntimeError: (.*\n)+?(?=\S|\n)", output)
    assert message, output
    assert name in message[0]
    assert expected in output
    assert md5(damaged) in output
