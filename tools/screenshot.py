"""Take the picture of a page that README.md shows.

The picture keeps a digest of what it shows, by which a test tells when it is out of date.
"""

import io
import json
import sys
import threading
import tomllib
from functools import partial
from hashlib import sha256
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from bs4 import BeautifulSoup
from PIL import Image
from PIL.PngImagePlugin import PngInfo
from playwright.sync_api import Playwright, sync_playwright

from _ext.course.palette import PALETTE
from tools.book import ROOT
from tools.browser import ADVICE, FLAGS, find_browser

PICTURE = ROOT / "images" / "readme.png"
SITE = ROOT / "_build" / "html"
PAGE = "book/gradient-descent.html"
FIGURE = "#fig-gradient-descent-walk"
SHOWN = f".bd-links a, #down-a-parabola .cell_input, {FIGURE} figcaption"
WINDOW = {"width": 1280, "height": 860}
DIGEST = "Digest"  # the name of the digest in the picture's file


class QuietHandler(SimpleHTTPRequestHandler):
    """Serves files and says nothing of it."""

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


def compute_digest(site: Path) -> str:
    """Return a digest of the titles, the code and the caption in the picture, and of colours.

    Parameters
    ----------
    site
        The folder of the built site.
    """
    page = BeautifulSoup((site / PAGE).read_text("utf-8"), "html.parser")
    texts = [" ".join(element.get_text().split()) for element in page.select(SHOWN)]
    palette = tomllib.loads(PALETTE.read_text("utf-8"))
    return sha256(json.dumps([texts, palette]).encode()).hexdigest()


def take_picture(playwright: Playwright, site: Path) -> bytes:
    """Return the picture as PNG, with the digest of what it shows.

    Parameters
    ----------
    playwright
        What starts the browser.
    site
        The folder of the built site.

    Raises
    ------
    SystemExit
        When no browser is found, with one line that says what to type.
    """
    if not (browser := find_browser(playwright)):
        sys.exit(ADVICE)
    handler = partial(QuietHandler, directory=site)
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        with playwright.chromium.launch(executable_path=browser, args=FLAGS) as chromium:
            tab = chromium.new_page(viewport=WINDOW, color_scheme="light")
            tab.goto(f"http://127.0.0.1:{server.server_port}/{PAGE}")
            image = tab.locator(f"{FIGURE} img").first
            image.evaluate("image => image.scrollIntoView({ block: 'end' })")
            image.evaluate("image => image.decode()")
            tab.mouse.wheel(0, 105)  # the caption, too
            tab.wait_for_timeout(500)  # the outline follows
            tab.locator(".bd-sidebar-primary").evaluate("bar => { bar.scrollTop = 0; }")
            shot = Image.open(io.BytesIO(tab.screenshot(animations="disabled")))
        server.shutdown()
    note = PngInfo()
    note.add_text(DIGEST, compute_digest(site))
    png = io.BytesIO()
    numbered = shot.convert("RGB").quantize(256, dither=Image.Dither.NONE)
    numbered.save(png, "PNG", optimize=True, pnginfo=note)
    return png.getvalue()


def main() -> None:
    """Take the picture of the site that has been built."""
    with sync_playwright() as playwright:
        PICTURE.write_bytes(take_picture(playwright, SITE))


if __name__ == "__main__":
    main()
