"""`make live` builds again when a source is saved, and then tells the open pages."""

import json
import queue
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from starlette.testclient import TestClient, WebSocketTestSession

from tools import live
from tools.book import ROOT


def note_changes(changed_paths: Sequence[Path]) -> None:
    """Write down what has changed, in the place of a build."""
    (log,) = {path.parents[1] / "changed.json" for path in changed_paths}
    log.write_text(json.dumps(sorted({path.name for path in changed_paths})))


@pytest.fixture
def client(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[TestClient]:
    """A client of the live server of a small book, whose builds are written down only."""
    monkeypatch.setattr(live, "build_book", note_changes)
    for name in ("book", "_build/html", ".venv"):
        (tmp_path / name).mkdir(parents=True)
    (tmp_path / "_build" / "html" / "index.html").write_text("<h1>Start</h1>")
    with TestClient(live.create_app(tmp_path, "testserver")) as client:
        yield client


def replace(path: Path, text: str) -> None:
    """Save a file as editors do, by putting a new one in its place."""
    draft = path.parents[1] / "draft"
    draft.write_text(text)
    draft.replace(path)


def receive(page: WebSocketTestSession) -> str:
    """Return what a page is told within half a minute."""
    answers: queue.Queue[str] = queue.Queue()
    threading.Thread(target=lambda: answers.put(page.receive_text()), daemon=True).start()
    return answers.get(timeout=30)


def test_page_is_served_with_the_script_that_reloads_it(client):
    page = client.get("/index.html").text
    assert page.startswith("<h1>Start</h1>")
    assert "ws://testserver/websocket-reload" in page


def test_saved_source_is_built_and_the_page_is_told_each_time(client, tmp_path):
    with client.websocket_connect("/websocket-reload") as page:
        for text in ("first", "second"):
            replace(tmp_path / "book" / "mean.md", text)
            assert receive(page) == "refresh"
            log = tmp_path / "changed.json"
            assert json.loads(log.read_text()) == ["mean.md"]
            log.unlink()


@pytest.mark.parametrize("name", ["CITATION.cff", "index.md", "tools/draw/palette.toml"])
def test_what_pages_show_is_watched_wherever_it_stands(client, tmp_path, name):
    (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
    with client.websocket_connect("/websocket-reload") as page:
        (tmp_path / "README.md").write_text("no page shows this")
        (tmp_path / name).write_text("changed")
        assert receive(page) == "refresh"
        log = tmp_path.joinpath(name).parents[1] / "changed.json"
        assert json.loads(log.read_text()) == [Path(name).name]


def test_what_builds_write_is_no_change(client, tmp_path):
    with client.websocket_connect("/websocket-reload") as page:
        (tmp_path / "_build" / "html" / "index.html").write_text("<h1>Built</h1>")
        (tmp_path / ".venv" / "versions").write_text("any")
        (tmp_path / "book" / "__pycache__").mkdir()
        (tmp_path / "book" / "__pycache__" / "a.pyc").write_text("compiled")
        (tmp_path / "book" / "written" / "images").mkdir(parents=True)
        (tmp_path / "book" / "written" / "images" / "a.tif").write_text("saved")
        replace(tmp_path / "book" / "mean.md", "text")
        assert receive(page) == "refresh"
        assert json.loads((tmp_path / "changed.json").read_text()) == ["mean.md"]


def test_book_is_built_by_make_after_what_has_changed_is_named(monkeypatch, capsys):
    commands = []
    monkeypatch.setattr(
        live.subprocess, "run", lambda command, cwd, check: commands.append((command, cwd))
    )
    live.build_book([ROOT / "book" / name for name in ("b.md", "a.md", "b.md")])
    assert commands == [(["make", "book"], ROOT)]
    assert capsys.readouterr().out == "book/a.md has changed\nbook/b.md has changed\n"
