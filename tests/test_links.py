"""Dead links to other sites are found, and nothing else is called dead."""

import http.server
import threading
from pathlib import Path

import pytest

from tools.links import check_links

ANSWERS = {"/good": 200, "/for-browsers-only": 403, "/busy": 429}
HOME, SITE = "https://github.com/a/b", "https://a.github.io/b/"


class Handler(http.server.BaseHTTPRequestHandler):
    """Answers with what is agreed on for an address, and 404 elsewhere."""

    def do_GET(self) -> None:
        self.send_response(ANSWERS.get(self.path, 404))
        self.send_header("Content-Length", "0")
        self.end_headers()

    do_HEAD = do_GET  # noqa: N815

    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture(scope="module")
def host():
    """Return the address of a site that answers as agreed on."""
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def write(root: Path, links: list[str], readme: str = "") -> None:
    """Write a book whose only page has links."""
    (root / "_config.yml").write_text(f"repository:\n  url: {HOME}\n", "utf-8")
    (root / "README.md").write_text(f"# A book\n\n{readme}\n", "utf-8")
    (root / "_build" / "html" / "book").mkdir(parents=True)
    page = "".join(f'<a href="{link}">link</a>' for link in links)
    (root / "_build" / "html" / "book" / "page.html").write_text(page, "utf-8")


def test_good_links_pass_and_own_addresses_are_left_out(tmp_path, host):
    own = [
        f"{SITE}book/new.html",
        f"{HOME}/edit/main/book/new.md",
        f"{HOME}/issues/new?title=a",
    ]
    inside = ["none.html", "../none.css", "#anchor"]
    write(tmp_path, [*own, *inside, *(host + path for path in ANSWERS)], f"<{host}/good>")
    assert check_links(tmp_path, {}) == 0


@pytest.mark.parametrize("where", ["page", "readme"])
def test_dead_link_is_named_with_its_file(tmp_path, host, capfd, where):
    dead = f"{host}/dead"
    write(tmp_path, [dead] if where == "page" else [], f"<{dead}>" if where == "readme" else "")
    assert check_links(tmp_path, {}) != 0
    output = capfd.readouterr().out
    assert dead in output
    assert ("page.html" if where == "page" else "README.md") in output


@pytest.mark.parametrize("name", ["data/cells/README.md", "book/starter/README.md", "NEW.md"])
def test_dead_link_of_any_guide_is_found(tmp_path, host, capfd, name):
    write(tmp_path, [])
    (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / name).write_text(f"<{host}/dead>\n", "utf-8")
    assert check_links(tmp_path, {}) != 0
    assert name in capfd.readouterr().out


def test_own_addresses_are_those_of_the_fork_that_runs(tmp_path, host):
    environment = {
        "GITHUB_SERVER_URL": host,
        "GITHUB_REPOSITORY": "c/d",
        "SITE_URL": f"{host}/d",
    }
    write(tmp_path, [f"{host}/d/book/new.html", f"{host}/c/d/edit/main/index.md"])
    assert check_links(tmp_path, environment) == 0
