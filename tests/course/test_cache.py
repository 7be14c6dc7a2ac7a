"""What is slow to make is kept until what it is made from has changed."""

import os
from hashlib import sha256
from multiprocessing import get_context
from pathlib import Path

import pytest

from _ext.course.cache import Cache


def count(results: list[str], result: bytes = b"made"):
    """Return a function that gives a result and notes that it was called."""

    def make() -> bytes:
        results.append("call")
        return result

    return make


def test_result_is_made_once(tmp_path):
    calls: list[str] = []
    for cache in (Cache(tmp_path), Cache(tmp_path)):
        assert cache.recall("a", b"b", make=count(calls)) == b"made"
        assert cache.recall("a", b"b", make=count(calls)) == b"made"
    assert calls == ["call"]


@pytest.mark.parametrize("sources", [("a",), ("ab",), ("a", "c"), ("", "ab"), ("b", "a")])
def test_result_is_made_anew_from_other_sources(tmp_path, sources):
    cache = Cache(tmp_path)
    cache.recall("a", "b", make=lambda: b"old")
    assert cache.recall(*sources, make=lambda: b"new") == b"new"


@pytest.mark.skipif(not hasattr(os, "fork"), reason="chapters are not executed side by side")
def test_two_processes_may_make_the_same_at_once(tmp_path, monkeypatch):
    def recall() -> bytes:
        return Cache(tmp_path).recall("a", make=lambda: b"made")

    def write(path: Path, content: bytes) -> None:
        monkeypatch.undo()
        path.write_bytes(content)
        other = get_context("fork").Process(target=recall)
        other.start()
        other.join()
        assert other.exitcode == 0

    monkeypatch.setattr(Path, "write_bytes", write)
    assert recall() == b"made"
    assert len(list(tmp_path.iterdir())) == 1


def test_text_and_its_bytes_are_the_same_source(tmp_path):
    Cache(tmp_path).recall("ä", make=lambda: b"made")
    assert Cache(tmp_path).recall("ä".encode(), make=lambda: b"again") == b"made"


def test_file_is_named_by_a_digest_that_no_other_run_changes(tmp_path):
    folder = tmp_path / "not" / "yet"
    Cache(folder).recall("ab", b"\x01", make=lambda: b"made")
    length = bytes(7)
    digest = sha256(length + b"\x02" + b"ab" + length + b"\x01" + b"\x01").hexdigest()
    assert [path.name for path in folder.iterdir()] == [digest]


def test_failure_leaves_nothing_behind(tmp_path):
    def fail() -> bytes:
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        Cache(tmp_path).recall("a", make=fail)
    assert list(tmp_path.iterdir()) == []


def test_interrupted_write_is_not_taken_for_the_result(tmp_path, monkeypatch):
    write = Path.write_bytes

    def write_half(path: Path, content: bytes) -> int:
        write(path, content[:2])
        raise OSError("disk full")

    monkeypatch.setattr(Path, "write_bytes", write_half)
    with pytest.raises(OSError, match="disk full"):
        Cache(tmp_path).recall("a", make=lambda: b"made")
    monkeypatch.undo()
    assert Cache(tmp_path).recall("a", make=lambda: b"whole") == b"whole"
    assert len(list(tmp_path.iterdir())) == 1


def test_pruning_removes_what_was_not_recalled(tmp_path):
    before = Cache(tmp_path)
    before.recall("kept", make=lambda: b"kept")
    before.recall("dropped", make=lambda: b"dropped")
    cache = Cache(tmp_path)
    cache.recall("kept", make=lambda: b"new")
    cache.prune()
    assert [path.read_bytes() for path in tmp_path.iterdir()] == [b"kept"]


def test_pruning_an_unused_cache_does_nothing(tmp_path):
    Cache(tmp_path / "none").prune()
    assert list(tmp_path.iterdir()) == []


def test_another_version_finds_nothing_of_what_was_made_and_removes_it(make_book, monkeypatch):
    book = make_book("# Title\n")
    book.build()
    (made,) = Path(book.app.doctreedir, "caches").iterdir()
    assert {path.name for path in made.iterdir()} == {"assets"}
    book.write("index.md", "# Another\n")
    book.build()
    assert list(made.parent.iterdir()) == [made]
    monkeypatch.setattr("_ext.course.compute_version", lambda folder: 1)
    book.build()
    assert made not in made.parent.iterdir()


def test_every_part_of_the_package_keeps_what_it_makes_by_its_version():
    package = Path(__file__).parents[2] / "_ext" / "course"
    opening = [path.name for path in package.glob("*.py") if "Cache(" in path.read_text()]
    assert opening == ["cache.py"]
