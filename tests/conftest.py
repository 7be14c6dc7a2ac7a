"""What several tests share: the built site, a server for it, and a browser."""

import functools
import gzip
import http.server
import json
import sys
import threading
from pathlib import Path

import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe
from bs4 import BeautifulSoup
from playwright.sync_api import expect
from publish import find_browser

ROOT = Path(__file__).parents[1]
SITE = ROOT / "_build" / "html"
STARTER = ROOT / "book" / "starter"
sys.path.append(str(STARTER))  # whose modules import each other by name
# All but those that only lead from an old address to a new one.
PAGES = sorted(
    path.relative_to(SITE).as_posix()
    for path in SITE.rglob("*.html")
    if 'http-equiv="refresh"' not in path.read_text("utf-8")
)
# A chapter, a page with each kind of part, and those that differ from chapters.
KINDS = [
    "index.html",
    "book/gradient-descent.html",
    "book/mnist.html",
    "book/glossary.html",
]


PATIENCE = 20_000  # milliseconds that an expectation waits, on a busy machine
LOADING = 120_000  # and a page
expect.set_options(timeout=PATIENCE)


def pytest_configure(config):
    config.addinivalue_line("markers", "slow: runs weekly and not in pull requests")
    if not PAGES:
        pytest.exit("The site has not been built: type make test", returncode=1)


class Handler(http.server.SimpleHTTPRequestHandler):
    def translate_path(self, path):
        """Serve the site below a folder, as GitHub Pages does."""
        return super().translate_path(path.removeprefix("/course"))

    def log_message(self, *arguments):
        pass


@pytest.fixture(scope="session")
def base_url():
    """Return the address at which this machine serves the built site."""
    handler = functools.partial(Handler, directory=SITE)
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}/course"
    server.shutdown()


@pytest.fixture(scope="session")
def address(base_url):
    return f"{base_url}/"


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    """Take the system's Chromium where there is one, and Playwright's own otherwise."""
    path = find_browser()
    flags = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
    return {**browser_type_launch_args, "executable_path": path, "args": flags}


@pytest.fixture
def new_context(new_context):
    """Return a function that makes a browser context with patience."""

    def make(**options):
        context = new_context(**options)
        context.set_default_timeout(PATIENCE)
        context.set_default_navigation_timeout(LOADING)
        return context

    return make


@pytest.fixture
def phone(new_context):
    """Return a page on a small screen that is touched."""
    size = {"width": 390, "height": 844}
    return new_context(viewport=size, has_touch=True).new_page()


@functools.cache
def read(page):
    """Return a built page as a tree."""
    return BeautifulSoup((SITE / page).read_text("utf-8"), "html.parser")


def unpack(packed: bytes) -> dict[str, np.ndarray]:
    """Return the arrays of a file that labs load, by the names in its first line."""
    line, _, rest = gzip.decompress(packed).partition(b"\n")
    arrays = {}
    for field in json.loads(line):
        array = np.frombuffer(rest, field["type"], field["length"])
        arrays[field["name"]] = array
        rest = rest[array.nbytes :]
    return arrays


@pytest.fixture(scope="session")
def glued():
    """Return a function that gives what a page's cells glued under a key."""

    def value(page, key):
        path = ROOT / "_build" / "jupyter_execute" / f"{page}.glue.json"
        return json.loads(path.read_text("utf-8"))[key]["data"]["text/plain"].strip("'")

    return value


def set_theme(page, theme):
    page.evaluate("theme => document.body.dataset.theme = theme", theme)


def find_axe_faults(page, context=None, themes=("light", "dark")):
    """Return what axe finds in a page, or in parts of it; of dark ones, colours."""
    # Colours change at once.
    page.add_style_tag(content="* { transition: none !important; }")
    faults = []
    for theme in themes:
        set_theme(page, theme)
        # Axe looks at each word of code; of those that look alike it is left the first.
        page.evaluate(
            """() => { const seen = new Set();
            const signs = ".highlight span, p > math *:not(th *)";
            for (const sign of document.querySelectorAll(signs)) {
                const { color } = getComputedStyle(sign);
                const look = [color, sign.className, sign.parentElement.className];
                sign.style.visibility = seen.has(look.join()) ? "hidden" : "";
                seen.add(look.join()); } }"""
        )
        rules = {"target-size": {"enabled": True}}  # besides those that axe begins with
        options = {"resultTypes": ["violations"], "rules": rules}
        if theme == "dark":
            colours = ["color-contrast", "link-in-text-block"]
            options = {"resultTypes": ["violations"], "runOnly": colours}
        found = Axe().run(page, context=context, options=options)
        found = found.response["violations"]
        nodes = [(rule["id"], node["html"]) for rule in found for node in rule["nodes"]]
        faults += [(theme, *node) for node in nodes]
    return faults
