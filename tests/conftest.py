"""What several tests share: the built site, its pages, a web server and a browser."""

import functools
import http.server
import json
import os
import re
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from built_site import SITE
from contributions.report import report_contributions
from tools.book import ROOT
from tools.browser import ADVICE, FLAGS, find_browser

# What these assert is told with its values, as in the tests themselves.
pytest.register_assert_rewrite("lab", "lint.cases", "small_book")

# Two processes test; the threads of both would wait for each other on a small machine.
os.environ.setdefault("OMP_NUM_THREADS", "1")

OUTSIDE = "/no/such/page"  # for what is not below the site's folder
LONGEST = (
    "test_launch.py",
    "test_reproducible.py",
    "test_contributions.py",
    "test_browser.py",
    "test_labs.py",
    "test_build.py",
    "test_reading_aids.py",
    "test_labs_gates.py",
    "test_execution.py",
    "test_other_browsers.py",
    "test_starter.py",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the longest files first, so that none is left with one when the others have ended."""
    items.sort(key=lambda item: (*LONGEST, item.path.name).index(item.path.name))


@pytest.fixture(scope="session")
def site() -> Path:
    """Return the folder of the built site."""
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

    def handle(self) -> None:
        with suppress(ConnectionError):  # of a page that was closed before it had everything
            super().handle()

    def translate_path(self, path: str) -> str:
        is_below = path.startswith(f"{self.prefix}/")
        return super().translate_path(path.removeprefix(self.prefix) if is_below else OUTSIDE)

    def send_error(self, code, message=None, explain=None) -> None:
        page = (SITE / "404.html").read_bytes()
        self.send_response(code)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(page)

    def log_message(self, *args) -> None:
        pass


@pytest.fixture(scope="session")
def base_url(site) -> Iterator[str]:
    """Serve the built site, and give its address."""
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
    """Use the browser that prints the course."""
    if not (path := find_browser(playwright)):
        pytest.exit(ADVICE, returncode=1)
    return {**browser_type_launch_args, "executable_path": path, "args": FLAGS}


@pytest.fixture(scope="module")
def context(
    browser: Browser, browser_context_args: dict, base_url: str
) -> Iterator[BrowserContext]:
    """A file's tests open their pages in one context.

    The page that stays open in it keeps the process that draws them: to start one for each
    test takes longer than to load a page.
    """
    context = browser.new_context(**browser_context_args)
    context.new_page().goto(f"{base_url}/404.html")
    yield context
    context.close()


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    """A new page, to which no earlier one has left anything."""
    page = context.new_page()
    yield page
    devtools = context.new_cdp_session(context.pages[0])
    stored = {"origin": "*", "storageTypes": "all"}
    devtools.send("Storage.clearDataForOrigin", stored)
    devtools.detach()
    for opened in context.pages[1:]:
        opened.close()


def pytest_terminal_summary(terminalreporter) -> None:
    """Tabulate what tests have measured, and report on contributions.

    Only this folder's hooks run in the process that reports, when others run the tests.
    """
    reports = terminalreporter.getreports("passed") + terminalreporter.getreports("failed")
    measured = {
        report.nodeid: numbers
        for report in reports
        if (numbers := [(n, v) for n, v in report.user_properties if isinstance(v, float)])
    }
    if measured:
        terminalreporter.section("measured")
    for name, numbers in measured.items():
        values = ", ".join(f"{value:.0f} {unit}" for unit, value in numbers)
        terminalreporter.line(f"{name}: {values}")
    report_contributions(terminalreporter)
