"""What several tests share: the built site, its pages, a web server and a browser."""

import functools
import http.server
import json
import shutil
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from book import ROOT, Book

SITE = ROOT / "_build" / "html"
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
NO_BROWSER = (
    "No browser for the tests. On Debian or Ubuntu type: sudo apt-get install chromium\n"
    "Elsewhere type: .venv/bin/playwright install chromium"
)
PAGES = [*Book().contents, "genindex", "search"]


@pytest.fixture(scope="session")
def site() -> Path:
    """The folder of the built site."""
    if not (SITE / "index.html").exists():
        pytest.exit("The site has not been built. Type: make test", returncode=1)
    return SITE


@pytest.fixture(scope="session")
def glued():
    """Return a function that gives what a page's cells glued under a key."""

    def value(page: str, key: str) -> str:
        path = ROOT / "_build" / "jupyter_execute" / f"{page}.glue.json"
        return json.loads(path.read_text("utf-8"))[key]["data"]["text/plain"].strip("'")

    return value


class QuietHandler(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *args) -> None:
        pass


@pytest.fixture(scope="session")
def base_url(site) -> str:
    """The address at which the built site is served."""
    handler = functools.partial(QuietHandler, directory=site)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args, playwright) -> dict:
    """Use the browser on the PATH, or Playwright's own, or say what to type."""
    path = next(filter(None, map(shutil.which, BROWSERS)), None)
    own = Path(playwright.chromium.executable_path)
    if path is None and not own.exists():
        subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=False)
        if not own.exists():
            pytest.exit(NO_BROWSER, returncode=1)
    flags = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"]
    flags += ["--disable-background-networking", "--disable-component-update", "--disable-sync"]
    return {**browser_type_launch_args, "executable_path": path or str(own), "args": flags}
