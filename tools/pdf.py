"""Let a browser print the course as one PDF, and picture it for links that others share.

The browser is a Chromium or Chrome on the PATH. Where there is none, the site is built
without the two files, and a line says so. `make live` leaves them as they are, with
BOOK_WITHOUT_PDF, for printing takes longer than an author wants to wait.
"""

import logging
import os
import re
import shutil
import subprocess
import tempfile
from hashlib import sha256
from pathlib import Path
from posixpath import dirname, join, normpath
from urllib.parse import urldefrag, urlsplit

from bs4 import BeautifulSoup
from pypdf import PdfReader, PdfWriter
from pypdf.generic import NameObject, TextStringObject
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError
from sphinx.util.logging import getLogger

from tools.browser import FLAGS, find_browser

logger = getLogger(__name__)
logging.getLogger("pypdf").setLevel(logging.ERROR)

PDF = "introduction-to-neural-networks.pdf"
CARD = "_static/card.png"
PAGE = """\
<!DOCTYPE html>
<html lang="en" data-theme="light">
<head>
<meta charset="utf-8">
<title>{title}</title>
<link rel="stylesheet" href="_static/book.css">
<style>{style}</style>
</head>
<body class="{name}">{body}</body>
</html>
"""
STYLE = Path(__file__).with_suffix(".css")


def run(browser: str, page: Path, *options: str) -> None:
    """Open a page without a window, and write what the options say."""
    with tempfile.TemporaryDirectory() as profile:
        command = [browser, "--headless", *FLAGS, f"--user-data-dir={profile}", *options]
        result = subprocess.run([*command, page.as_uri()], capture_output=True, timeout=300)
    if result.returncode:
        raise ExtensionError(f"{browser} failed: {result.stderr.decode()[-2000:]}")


def in_order(app: Sphinx, name: str) -> list[str]:
    """Return a page and those below it in the contents, in the order of reading."""
    below = app.env.toctree_includes.get(name, ())
    return [name, *(page for child in below for page in in_order(app, child))]


def article(app: Sphinx, name: str, pages: list[str]) -> BeautifulSoup:
    """Return a page's article, with ids and links that hold where all pages are one."""
    path = Path(app.outdir, f"{name}.html")
    content = BeautifulSoup(path.read_text("utf-8"), "html.parser").find("article")
    for element in content.find_all(id=True):
        element["id"] = f"{name}--{element['id']}"
    for element in content.find_all(attrs={"aria-describedby": True}):
        element["aria-describedby"] = f"{name}--{element['aria-describedby']}"
    for image in content.find_all("img", src=True):
        del image["loading"]
        if not urlsplit(image["src"]).scheme:
            image["src"] = normpath(join(dirname(name), image["src"]))
    for link in content.find_all("a", href=True):
        address, anchor = urldefrag(link["href"])
        if urlsplit(address).scheme:
            continue
        target = normpath(join(dirname(name), address)) if address else f"{name}.html"
        page = target.removesuffix(".html")
        if page in pages:
            link["href"] = f"#{page}--{anchor}" if anchor else f"#{page}"
        else:
            link["href"] = app.config.html_baseurl + target
    for button in content.select(".headerlink, button"):
        button.decompose()
    for details in content.find_all("details"):
        details["open"] = ""
    content["id"] = name
    return content


def course(app: Sphinx) -> str:
    """Return the whole course as one page: a cover, the contents, and every page's article."""
    pages = in_order(app, app.config.root_doc)
    articles = [article(app, name, pages) for name in pages]
    entries = []
    for name, content in zip(pages[1:], articles[1:], strict=True):
        entries.append(f'<li><a href="#{name}">{content.h1.decode_contents()}</a></li>')
    config = app.config
    cover = (
        f'<header><img src="_static/icon.svg" alt=""><p class="title">{config.project}</p>'
        f"<p>By {config.author}</p><p>Text and figures: CC BY 4.0. Code: MIT licence.</p>"
        f'<p><a href="{config.html_baseurl}">{config.html_baseurl}</a></p></header>'
        f"<nav><h1>Contents</h1><ol>{''.join(entries)}</ol></nav>"
    )
    body = cover + "".join(map(str, articles))
    return PAGE.format(
        title=config.project, name="course", body=body, style=STYLE.read_text("utf-8")
    )


def number(page: str, pdf: Path) -> str:
    """Return the page with the contents' page numbers, as they are in a first print."""
    reader = PdfReader(pdf)
    numbers = {
        name.removeprefix("/"): reader.get_destination_page_number(destination) + 1
        for name, destination in reader.named_destinations.items()
    }

    def entry(match: re.Match) -> str:
        return f'{match[0]}<span class="page">{numbers[match[1]]}</span>'

    head, nav, rest = re.split(r"(<nav>.*?</nav>)", page, maxsplit=1, flags=re.DOTALL)
    return head + re.sub(r'<a href="#([^"]+)">.*?</a>', entry, nav) + rest


def retitle(page: str, pdf: Path) -> None:
    """Name the PDF's bookmarks as the headings; Chromium repeats parts of some."""
    headings = BeautifulSoup(page, "html.parser").find_all(re.compile("^h[1-6]$"))
    titles = iter(re.sub(r"\s+", " ", heading.get_text()).strip() for heading in headings)
    writer = PdfWriter(clone_from=pdf)

    def name(parent) -> None:
        entry = parent.get("/First")
        while entry:
            entry = entry.get_object()
            entry[NameObject("/Title")] = TextStringObject(next(titles))
            name(entry)
            entry = entry.get("/Next")

    name(writer.root_object["/Outlines"])
    writer.write(pdf)


def card(app: Sphinx) -> str:
    """Return a page that shows the course's name and the digits that its network has read."""
    landing = Path(app.outdir, f"{app.config.root_doc}.html").read_text("utf-8")
    digits = BeautifulSoup(landing, "html.parser").find(class_="digits") or ""
    body = (
        f'<p class="title"><img src="_static/icon.svg" alt="">{app.config.project}</p>{digits}'
        "<p>Build a network that reads handwritten digits, understand each part of it, "
        "and learn how far to trust it.</p>"
    )
    return PAGE.format(
        title=app.config.project, name="card", body=body, style=STYLE.read_text("utf-8")
    )


def write_both(app: Sphinx, exception: Exception | None) -> None:
    """Write the PDF and the card beside the pages, when what they show has changed."""
    if exception or app.builder.format != "html" or "BOOK_WITHOUT_PDF" in os.environ:
        return
    if not (browser := find_browser()):
        logger.info("No Chromium or Chrome found: the site is without its PDF and its card.")
        return
    out = Path(app.outdir)
    texts = {PDF: course(app), CARD: card(app)}
    style = (out / "_static" / "book.css").read_text("utf-8")
    digest = sha256("".join([*texts.values(), style]).encode()).hexdigest()
    stamp = Path(app.doctreedir, "browser.sha256")
    known = stamp.read_text() if stamp.exists() else ""
    if known == digest and all((out / name).exists() for name in texts):
        return
    logger.info("printing the course...")
    page = out / "_browser.html"
    try:
        page.write_text(texts[CARD], "utf-8")
        run(browser, page, f"--screenshot={out / CARD}", "--window-size=1200,630")
        pdf = ["--no-pdf-header-footer", "--generate-pdf-document-outline"]
        pdf.append(f"--print-to-pdf={out / PDF}")
        page.write_text(texts[PDF], "utf-8")
        run(browser, page, *pdf)
        page.write_text(number(texts[PDF], out / PDF), "utf-8")
        run(browser, page, *pdf)
        retitle(texts[PDF], out / PDF)
    finally:
        page.unlink()
    stamp.write_text(digest)


def setup(app: Sphinx) -> dict:
    # After the style sheet, which the extension `assets` writes.
    app.connect("build-finished", write_both, priority=950)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
