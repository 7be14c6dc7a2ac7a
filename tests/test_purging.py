"""Purged style sheets and cut fonts change no pixel of a page."""

import functools
import http.server
import os
import re
import threading
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from PIL import Image, ImageChops
from playwright.sync_api import Browser, Page

from small_book import SmallBook
from tools.browser import FLAGS

# An extension that merges sheets as they are.
WITHOUT_PURGE = """
from course import style_sheets

def setup(app):
    style_sheets.make_sheets = style_sheets.make_font_sheets = lambda site, pages, cache: {}
"""
# Fontconfig's own settings, but no fitting of glyphs to pixels by means of their neighbours.
WITHOUT_HINTING = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">
<fontconfig>
  <include ignore_missing="yes">/etc/fonts/fonts.conf</include>
  <match target="pattern">
    <edit name="hinting" mode="assign"><bool>false</bool></edit>
  </match>
</fontconfig>
"""
PAGES = [
    "index",
    "book/mean",
    "book/digits",
    "book/glossary",
    "book/bibliography",
    "search",
    "404",
]
REAL_PAGES = ["index", pytest.param("book/gradient-descent", marks=pytest.mark.slow)]
WIDE, NARROW = (1280, 900), (360, 700)
LOOKS = [
    {"color_scheme": "light", "size": WIDE},
    {"color_scheme": "dark", "size": WIDE},
    {"color_scheme": "light", "size": NARROW},
    {"color_scheme": "dark", "size": NARROW},
    {"color_scheme": "light", "size": WIDE, "media": "print"},
]
# What a page shows when a reader opens all that opens.
OPEN = """async () => {
  for (const box of document.querySelectorAll("details")) box.open = true;
  for (const picture of document.images) picture.loading = "eager";
  await Promise.all([...document.images].map((picture) => picture.decode()));
  await document.fonts.ready;
}"""


def build_book(root: Path, *, is_purged: bool) -> Path:
    """Build the small book, and return the folder of its site."""
    book = SmallBook.create(root)
    if not is_purged:
        book.replace("_ext/unpurged.py", "", WITHOUT_PURGE)
        book.replace("_config.yml", "      - course\n", "      - unpurged\n      - course\n")
    book.build()
    return root / "_build" / "html"


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site of the small book with whole style sheets and fonts."""
    return build_book(tmp_path_factory.mktemp("whole") / "book", is_purged=False)


@pytest.fixture(scope="module")
def purged(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site of the small book as it is published."""
    return build_book(tmp_path_factory.mktemp("purged") / "book", is_purged=True)


class OverlayHandler(http.server.SimpleHTTPRequestHandler):
    """Serves static files from the first folder that has them, and pages from the last."""

    def __init__(self, *args: object, folders: list[Path]) -> None:
        self.folders = folders
        super().__init__(*args)  # type: ignore[arg-type]

    def translate_path(self, path: str) -> str:
        name = urlsplit(path).path.removeprefix("/course").lstrip("/")
        first = [folder / name for folder in self.folders if name.startswith("_static/")]
        files = [file for file in first if file.is_file()]
        return str((files or [self.folders[-1] / name])[0])

    def log_message(self, *args: object) -> None:
        pass


class Server(http.server.ThreadingHTTPServer):
    """Serves a site, with static files from other folders where these have them."""

    def __init__(self, *folders: Path) -> None:
        handler = functools.partial(OverlayHandler, folders=list(folders))
        super().__init__(("127.0.0.1", 0), handler)
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


def picture_page(page: Page, address: str) -> Image.Image:
    """Return a picture of a whole page on which all boxes are open."""
    page.goto(address)
    page.evaluate(OPEN)
    screenshot = page.screenshot(full_page=True, animations="disabled")
    return Image.open(BytesIO(screenshot)).convert("RGB")


def find_difference(one: Image.Image, other: Image.Image) -> tuple[int, ...] | None:
    """Return the box in which two pictures differ, or None where they are the same."""
    if one.size != other.size:
        return (0, 0, *one.size)
    return ImageChops.difference(one, other).getbbox()


@pytest.fixture(scope="module")
def page(
    launch_browser: Callable[..., Browser], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Page]:
    """A page of a browser that draws the same each time.

    It does not fit a glyph to its neighbours in a font, nor keep parts of an earlier picture,
    whose borders are a shade lighter or darker now and then.
    """
    fonts = tmp_path_factory.mktemp("fonts") / "fonts.conf"
    fonts.write_text(WITHOUT_HINTING)
    browser = launch_browser(
        args=[*FLAGS, "--disable-partial-raster"],
        env={**os.environ, "FONTCONFIG_FILE": str(fonts)},
    )
    yield browser.new_page()
    browser.close()


@pytest.fixture
def compare(page: Page) -> Callable[[str, Server, Server], list[str]]:
    """Return a function that says in which looks a page of two servers differs, and where."""

    def compare_page(name: str, one: Server, other: Server) -> list[str]:
        differences = []
        for look in LOOKS:
            width, height = look["size"]
            page.set_viewport_size({"width": width, "height": height})
            page.emulate_media(
                color_scheme=look["color_scheme"],
                media=look.get("media", "screen"),
                reduced_motion="reduce",
            )
            pictures = [
                picture_page(page, f"{each.address}/{name}.html") for each in (one, other)
            ]
            if box := find_difference(*pictures):
                differences.append(f"{look}: {box}")
        return differences

    return compare_page


@pytest.mark.slow
@pytest.mark.parametrize("name", PAGES)
def test_page_looks_the_same_with_purged_and_whole_sheets(compare, purged, whole, name):
    assert compare(name, Server(purged), Server(whole)) == []


@pytest.mark.parametrize("name", REAL_PAGES)
def test_page_of_the_course_looks_the_same_with_purged_and_whole_sheets(
    compare, site, whole, name
):
    sheet = find_sheet(site, name)
    assert sheet.stat().st_size < (whole / sheet.relative_to(site)).stat().st_size
    assert compare(name, Server(site), Server(whole, site)) == []


def find_sheet(folder: Path, page: str) -> Path:
    """Return the merged style sheet of a page in the folder of a site."""
    (address,) = re.findall(r"_static/merged/\w+\.css", (folder / f"{page}.html").read_text())
    return folder / address


@pytest.mark.slow
def test_difference_of_one_rule_is_seen(compare, purged, whole, tmp_path):
    path = find_sheet(purged, "book/mean")
    sheet = path.read_text("utf-8")
    rules = [rule for rule in sheet.splitlines() if ".highlight span:is(.mf" not in rule]
    assert len(rules) == len(sheet.splitlines()) - 1
    changed = tmp_path / path.relative_to(purged)
    changed.parent.mkdir(parents=True)
    changed.write_text("\n".join(rules), "utf-8")
    differences = compare("book/mean", Server(tmp_path, purged), Server(whole))
    assert len(differences) == len(LOOKS)
