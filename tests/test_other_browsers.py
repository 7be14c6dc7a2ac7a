"""Firefox and WebKit draw the pages without overflow, missing fonts or errors of scripts."""

import http.server
import os
import sys
import threading
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from built_site import PAGES_AND_404
from other_browsers import Browser, start_firefox, start_webkit
from tools.browser import find_missing_others

# Pages with formulas, tables, plots and diagrams, and those that look like no other.
SIX = ("index", "book/neuron", "book/backpropagation", "book/mnist", "book/glossary", "search")
NOTE_ERRORS = (
    b"<head><script>window.errors = [];"
    b"for (const kind of ['error', 'unhandledrejection']) addEventListener(kind, (event) =>"
    b" errors.push(event.message ?? String(event.reason ?? event.target.src)), true);</script>"
)
MEASURE = """(async () => {
    for (const fold of document.querySelectorAll("details")) fold.open = true;
    for (let y = 0; y < document.body.scrollHeight; y += 600) {
        scrollTo(0, y);
        await new Promise((done) => setTimeout(done, 20));
    }
    await document.fonts.ready;
    const labs = [...document.querySelectorAll("figure.lab > :first-child")];
    const near = labs.filter((lab) => lab.dataset.load !== "touch");
    const isMissing = (lab) => !lab.shadowRoot?.querySelector(".lab");
    for (const lab of near) {
        lab.scrollIntoView();
        for (let i = 0; i < 200 && isMissing(lab); i++) {
            await new Promise((done) => setTimeout(done, 100));
        }
    }
    const shown = [...document.images].filter((image) => image.checkVisibility());
    return {
        errors,
        overflow: document.documentElement.scrollWidth - innerWidth,
        fonts: [...document.fonts].filter((font) => font.status === "error").length,
        ours: ["Source Sans 3", "Source Code Pro"].every(
            (family) => [...document.fonts].some(
                (font) => font.family.replaceAll('"', "") === family && font.status === "loaded"
            )
        ),
        broken: shown.filter((image) => image.complete && !image.naturalWidth).length,
        formulas: [...document.querySelectorAll("math")].filter(
            (formula) => formula.checkVisibility() && !formula.getBoundingClientRect().width
        ).length,
        labs: near.filter(isMissing).length,
    };
})()"""
SOUND = {"errors": [], "overflow": 0, "fonts": 0, "ours": True, "broken": 0, "formulas": 0}
SOUND["labs"] = 0  # those that are not there


class NotingHandler(http.server.SimpleHTTPRequestHandler):
    """Serve the site with a script in each page that notes the errors of others."""

    def do_GET(self) -> None:
        path = Path(self.translate_path(self.path))
        if path.suffix != ".html":
            super().do_GET()
            return
        content = path.read_bytes().replace(b"<head>", NOTE_ERRORS, 1)
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *args) -> None:
        pass


@pytest.fixture(scope="module")
def address(site) -> Iterator[str]:
    """Serve the site at the top of an address, and give that."""
    handler = partial(NotingHandler, directory=site)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def require(packages: set[str]) -> None:
    """Pass over what these packages of Debian are needed for; where it matters, fail."""
    missing = packages.intersection(find_missing_others())
    matters = "CI" in os.environ and sys.platform == "linux"
    if missing:
        give_up = pytest.fail if matters else pytest.skip
        give_up(f"on Debian type: sudo apt install {' '.join(sorted(missing))}")


@pytest.fixture(
    scope="module",
    params=[(start_firefox, {"firefox-esr"}), (start_webkit, {"webkit2gtk-driver", "xvfb"})],
    ids=["Firefox", "WebKit"],
)
def browser(request) -> Iterator[Browser]:
    """Start one of the browsers."""
    start, packages = request.param
    require(packages)
    with start() as started:
        yield started


@pytest.mark.parametrize(
    ("platform", "is_ci", "error"),
    [
        ("linux", False, pytest.skip.Exception),
        ("linux", True, pytest.fail.Exception),
        ("darwin", True, pytest.skip.Exception),
    ],
)
def test_missing_browser_fails_where_publication_waits_for_it(
    monkeypatch, platform, is_ci, error
):
    monkeypatch.setattr("test_other_browsers.find_missing_others", lambda: ["xvfb"])
    monkeypatch.setattr(sys, "platform", platform)
    monkeypatch.delenv("CI", raising=False)
    if is_ci:
        monkeypatch.setenv("CI", "true")
    require({"firefox-esr"})
    with pytest.raises(error, match=r"sudo apt install xvfb$"):
        require({"webkit2gtk-driver", "xvfb"})


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(name, marks=[] if name in SIX else [pytest.mark.slow])
        for name in PAGES_AND_404
        if name != "404"  # whose addresses begin at the base of the published site
    ],
)
def test_other_browsers_draw_the_page(browser: Browser, address, name):
    browser.open(f"{address}/{name}.html")
    for width in (1350, 450):
        browser.resize(width)
        found = browser.evaluate(MEASURE)
        found["overflow"] = max(found["overflow"], 0)
        assert found == SOUND, f"in a window of {width}"


def test_digit_lab_unpacks_its_network_and_reads(browser: Browser, address: str):
    browser.open(f"{address}/book/mnist.html#lab-digits?pen=36,24,76,24,50,88")
    words = browser.evaluate("""(async () => {
        const lab = document.querySelector("digits-lab");
        const read = () => lab.shadowRoot?.querySelector(".verdict")?.textContent ?? "";
        for (let i = 0; i < 100 && !read().includes("reads"); i++) {
            await new Promise((done) => setTimeout(done, 100));
        }
        return read();
    })()""")
    assert words.startswith("It reads 7")


@pytest.mark.parametrize(
    ("page", "state", "button", "before", "after"),
    [
        ("logic-gates", "lab-gates?epoch=400", "One epoch", "Epoch 400, ", "Epoch 401, "),
        ("gradient-descent", "lab-descent?surface=parabola&n=3", "Step", "n=3", "n=4"),
    ],
)
def test_lab_computes_and_draws_at_a_press(
    browser: Browser, address: str, page, state, button, before, after
):
    """The state stands in the lab's words or, half a second later, in the address."""
    browser.open(f"{address}/book/{page}.html#{state}")
    told = browser.evaluate(f"""(async () => {{
        const lab = document.querySelector("figure.lab > :first-child");
        const find = (selector) => [...(lab.shadowRoot?.querySelectorAll(selector) ?? [])];
        const read = () => find(".verdict").map((each) => each.textContent) + location.href;
        const wait = async (words) => {{
            for (let i = 0; i < 100 && !read().includes(words); i++) {{
                await new Promise((done) => setTimeout(done, 100));
            }}
            return read();
        }};
        const before = await wait({before!r});
        while (!find("button").length) await new Promise((done) => setTimeout(done, 100));
        find("button").find((each) => each.textContent === {button!r}).click();
        const after = await wait({after!r});
        return {{ before, after, drawn: find(".marks *").length }};
    }})()""")
    assert before in told["before"]
    assert after in told["after"]
    assert told["drawn"] > 3
