"""What several tests share: the built site, its pages, a web server and a browser."""

import functools
import http.server
import json
import re
import subprocess
import sys
import threading
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tools.book import ROOT, Book
from tools.browser import FLAGS, find_browser

SITE = ROOT / "_build" / "html"
NO_BROWSER = (
    "No browser for the tests. On Debian or Ubuntu type: sudo apt-get install chromium\n"
    "Elsewhere type: .venv/bin/playwright install chromium"
)
PAGES = [*Book().contents, "search"]
PAGES_AND_404 = [*PAGES, "404"]


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


class PagesHandler(http.server.SimpleHTTPRequestHandler):
    """Serve the site below its folder's name, with its 404 page, as GitHub Pages does."""

    def __init__(self, *args, prefix: str, **options):
        self.prefix = prefix
        super().__init__(*args, **options)

    def translate_path(self, path: str) -> str:
        _, is_below, rest = path.partition(self.prefix)
        return super().translate_path(rest if is_below else "/outside-of-the-site")

    def send_error(self, code, message=None, explain=None) -> None:
        page = (SITE / "404.html").read_bytes()
        self.send_response(code)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(page)

    def log_message(self, *args) -> None:
        pass


@pytest.fixture(scope="session")
def base_url(site) -> str:
    """The address at which the built site is served."""
    landing = (site / "index.html").read_text("utf-8")
    canonical = re.search(r'rel="canonical" href="([^"]+)"', landing)[1]
    prefix = urlsplit(canonical).path.removesuffix("/index.html")
    handler = functools.partial(PagesHandler, directory=site, prefix=prefix)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}{prefix}"
        server.shutdown()


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args, playwright) -> dict:
    """Use the browser on the PATH, or Playwright's own, or say what to type."""
    path = find_browser()
    own = Path(playwright.chromium.executable_path)
    if path is None and not own.exists():
        subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=False)
        if not own.exists():
            pytest.exit(NO_BROWSER, returncode=1)
    return {**browser_type_launch_args, "executable_path": path or str(own), "args": FLAGS}
