"""Print the course and each of its pages as PDF, and picture it for links that others share.

All is made from the built site: pages are read from `_build/html`, joined or taken alone, and
printed by a browser. What has not changed since it was last printed is left as it is.
"""

import io
import json
import logging
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from html import escape
from pathlib import Path
from posixpath import dirname, join, normpath
from typing import Any
from urllib.parse import unquote, urldefrag, urlsplit

import yaml
from bs4 import BeautifulSoup, Tag
from playwright.sync_api import Page, Playwright, sync_playwright
from pypdf import PdfReader, PdfWriter
from pypdf.generic import Destination, NameObject, TextStringObject

from tools.book import ROOT, Book
from tools.browser import ADVICE, FLAGS, find_browser

logging.getLogger("pypdf").setLevel(logging.ERROR)

COURSE = "introduction-to-neural-networks.pdf"
CARD = "_static/card.png"
CARD_SIZE = {"width": 1200, "height": 630}  # as messengers show it
STYLE = Path(__file__).with_suffix(".css")
PAGE = """\
<!DOCTYPE html>
<html lang="en" data-theme="light">
<head>
<meta charset="utf-8">
<title>{title}</title>
{sheets}
<style>{style}</style>
</head>
<body class="{kind}">{body}</body>
</html>
"""
LICENCE = "Text and figures: CC BY 4.0. Code: MIT licence."
HEADINGS = re.compile("^h[1-6]$")
ELEMENT = re.compile(rb"\(node\d{8}\)")


class PrintError(Exception):
    """What was printed is not what the pages say."""


@dataclass
class Site:
    """The built site, with the order of its pages from `_toc.yml`.

    Parameters
    ----------
    root
        The book's folder.
    """

    root: Path

    @property
    def folder(self) -> Path:
        """The folder of the site."""
        return self.root / "_build" / "html"

    @cached_property
    def pages(self) -> list[str]:
        """The pages' names in the order of reading, the landing page first."""
        return Book(self.root).contents

    @cached_property
    def config(self) -> dict[str, str]:
        """The book's configuration."""
        return yaml.safe_load((self.root / "_config.yml").read_text("utf-8"))

    @property
    def title(self) -> str:
        """The course's title, as HTML."""
        return escape(self.config["title"])

    @property
    def author(self) -> str:
        """The course's authors, as HTML."""
        return escape(self.config["author"])

    @cached_property
    def landing(self) -> BeautifulSoup:
        """The landing page, parsed."""
        return self.parse(self.pages[0])

    @cached_property
    def address(self) -> str:
        """The address at which the site is published, with a slash at its end."""
        canonical = self.landing.find("link", rel="canonical")["href"]
        return canonical.removesuffix(f"{self.pages[0]}.html")

    @cached_property
    def sheets(self) -> str:
        """The elements that bring in the style sheets of all pages."""
        addresses = {
            normpath(join(dirname(name), link["href"])): None
            for name in self.pages
            for link in self.parse(name).select("link[rel=stylesheet]")
        }
        return "\n".join(f'<link rel="stylesheet" href="{name}">' for name in addresses)

    def parse(self, name: str) -> BeautifulSoup:
        """Return a page, parsed."""
        text = (self.folder / f"{name}.html").read_text("utf-8")
        return BeautifulSoup(text, "html.parser")


def get_text(element: Tag) -> str:
    """Return an element's text with single spaces."""
    return " ".join(element.get_text().split())


def extract_article(site: Site, name: str, printed: list[str]) -> Tag:
    """Return a page's article, fit to stand in a document with others.

    Parameters
    ----------
    site
        The built site.
    name
        The page's name.
    printed
        The names of all pages in the document. Links to them stay in the document, and links
        to others lead to the site.
    """
    article = site.parse(name).find("article")
    for element in article.find_all(id=True):
        element["id"] = f"{name}--{element['id']}"
    for element in article.find_all(attrs={"aria-describedby": True}):
        element["aria-describedby"] = f"{name}--{element['aria-describedby']}"
    # One form of each picture is for paper.
    for element in article.select(".on-dark, .on-light > source, .emblem, .preview, .attempt"):
        element.decompose()
    for image in article.find_all("img", src=True):
        del image["loading"]
        if not urlsplit(image["src"]).scheme:
            image["src"] = normpath(join(dirname(name), image["src"]))
    for link in article.find_all("a", href=True):
        address, anchor = urldefrag(link["href"])
        if urlsplit(address).scheme:
            continue
        target = normpath(join(dirname(name), address)) if address else f"{name}.html"
        page = target.removesuffix(".html")
        # What sets a lab leads to the site, where there are labs.
        if page in printed and "?" not in anchor:
            link["href"] = f"#{page}--{anchor}" if anchor else f"#{page}"
        else:
            link["href"] = site.address + target + (f"#{anchor}" if anchor else "")
            link["class"] = [*link.get("class", []), "elsewhere"]
    for button in article.select(".headerlink, button"):
        button.decompose()
    for details in article.find_all("details"):
        details["open"] = ""
    gather_solutions(article)
    article["id"] = name
    return article


def gather_solutions(article: Tag) -> None:
    """Move the solutions to the end of an article, with links there and back."""
    solutions = article.select("details.solution")
    if not solutions:
        return
    section = BeautifulSoup(
        '<section class="solutions"><h2>Solutions</h2></section>', "html.parser"
    )
    for solution in solutions:
        exercise = solution["id"].replace("--sol-", "--ex-")
        there = f'<p class="to-solution"><a href="#{solution["id"]}">Solution</a></p>'
        back = f'<p class="to-exercise"><a href="#{exercise}">Back to the exercise</a></p>'
        solution.replace_with(BeautifulSoup(there, "html.parser"))
        solution.append(BeautifulSoup(back, "html.parser"))
        section.section.append(solution)
    article.append(section)


def name_sheets(articles: dict[str, Tag]) -> str:
    """Return the style by which each sheet has the name of its article at its head."""
    return "".join(
        f"@page sheet-{number} {{ @top-left {{ content: {json.dumps(get_text(article.h1))}; "
        'color: var(--muted); font: 9pt "Source Sans 3", sans-serif; } }'
        f'[id="{name}"] {{ page: sheet-{number}; }}'
        for number, (name, article) in enumerate(articles.items())
    )


def compose(site: Site, kind: str, title: str, body: str) -> str:
    """Return a document of the site's look.

    Parameters
    ----------
    site
        The built site.
    kind
        The class by which `pdf.css` knows the document.
    title
        The document's title, as HTML.
    body
        What it shows, as HTML.
    """
    style = STYLE.read_text("utf-8")
    return PAGE.format(title=title, sheets=site.sheets, style=style, kind=kind, body=body)


def compose_course(site: Site) -> str:
    """Return the whole course as one document: a cover, the contents, and every page."""
    articles = {name: extract_article(site, name, site.pages) for name in site.pages}
    entries = [
        f'<li><a href="#{name}">{article.h1.decode_contents()}</a></li>'
        for name, article in articles.items()
        if name != site.pages[0]
    ]
    cover = (
        f'<header><img src="_static/icon.svg" alt=""><p class="title">{site.title}</p>'
        f"<p>By {site.author}</p><p>{LICENCE}</p>"
        f'<p><a class="elsewhere" href="{site.address}">{site.address}</a></p></header>'
        f"<nav><h1>Contents</h1><ol>{''.join(entries)}</ol></nav>"
    )
    heads = f"<style>{name_sheets(articles)}</style>"
    body = cover + "".join(map(str, articles.values()))
    return compose(site, "course", site.title, heads + body)


def compose_chapter(site: Site, name: str) -> str:
    """Return one page as a document that says where it comes from."""
    address = f"{site.address}{name}.html"
    source = (
        f'<p class="source">{site.title}, by {site.author}. {LICENCE} '
        f'<a class="elsewhere" href="{address}">{address}</a></p>'
    )
    article = extract_article(site, name, [name])
    article.h1.insert_after(BeautifulSoup(source, "html.parser"))
    heads = f"<style>{name_sheets({name: article})}</style>"
    return compose(site, "chapter", escape(get_text(article.h1)), f"{heads}{article}")


def compose_card(site: Site) -> str:
    """Return the course's name and the digits that its network has read.

    Raises
    ------
    PrintError
        When the landing page shows no digits.
    """
    digits = site.landing.find(class_="digits")
    if digits is None:
        raise PrintError("the landing page shows no list of the class 'digits'")
    body = (
        f'<p class="title"><img src="_static/icon.svg" alt="">{site.title}</p>'
        f"{digits}"
        "<p>Build a network that reads handwritten digits, understand each part of it, "
        "and learn how far to trust it.</p>"
    )
    return compose(site, "card", site.title, body)


def compute_digest(site: Site, document: str) -> str:
    """Return a digest of a document and of the files that it shows."""
    digest = sha256(document.encode() + Path(__file__).read_bytes())
    for source in sorted(set(re.findall(r'(?:src|href)="([^":#]+)"', document))):
        digest.update((site.folder / unquote(urlsplit(source).path)).read_bytes())
    return digest.hexdigest()


def show(tab: Page, site: Site, document: str) -> None:
    """Show a document in the browser as if it were a file of the site."""
    address = (site.folder / "printed.html").as_uri()
    tab.route(address, lambda route: route.fulfill(body=document, content_type="text/html"))
    tab.goto(address)
    tab.evaluate("document.fonts.ready")


def print_document(tab: Page, site: Site, document: str) -> bytes:
    """Return a document as PDF."""
    show(tab, site, document)
    pdf = tab.pdf(outline=True, tagged=True, prefer_css_page_size=True)
    return rename_bookmarks(document, pdf)


def number_contents(document: str, pdf: bytes) -> str:
    """Return a document with the page numbers of its contents, as they are in its print."""
    reader = PdfReader(io.BytesIO(pdf))
    numbers = {
        name.removeprefix("/"): reader.get_destination_page_number(destination) + 1
        for name, destination in reader.named_destinations.items()
    }

    def add_number(entry: re.Match[str]) -> str:
        return f'{entry[0]}<span class="page">{numbers[entry[1]]}</span>'

    head, nav, rest = re.split(r"(<nav>.*?</nav>)", document, maxsplit=1, flags=re.DOTALL)
    return head + re.sub(r'<a href="#([^"]+)">.*?</a>', add_number, nav) + rest


def flatten_outline(outline: list[Any]) -> Iterator[Destination]:
    """Yield the bookmarks of an outline in their order, with those below each after it."""
    for entry in outline:
        if isinstance(entry, list):
            yield from flatten_outline(entry)
        else:
            yield entry


def contains(text: str, part: str) -> bool:
    """Return whether the letters and digits of one text occur in another, in their order."""
    letters = (letter for letter in text if letter.isalnum())
    return all(letter in letters for letter in part if letter.isalnum())


def rename_bookmarks(document: str, pdf: bytes) -> bytes:
    """Return a PDF whose bookmarks read as the headings; Chromium repeats parts of some.

    Raises
    ------
    PrintError
        When the bookmarks are not those of the headings, one for each and in their order.
    """
    headings = BeautifulSoup(document, "html.parser").find_all(HEADINGS)
    titles = [get_text(heading) for heading in headings]
    writer = PdfWriter(clone_from=io.BytesIO(pdf))
    bookmarks = list(flatten_outline(writer.outline))
    if len(titles) != len(bookmarks):
        raise PrintError(f"{len(titles)} headings, but {len(bookmarks)} bookmarks")
    for title, bookmark in zip(titles, bookmarks, strict=True):
        if not contains(bookmark.title, title):
            raise PrintError(f"the bookmark of '{title}' is '{bookmark.title}'")
        bookmark.node[NameObject("/Title")] = TextStringObject(title)
    places = [(writer.get_destination_page_number(mark), -mark.top) for mark in bookmarks]
    if places != sorted(places):
        raise PrintError("the bookmarks are not in the order of the headings")
    writer.metadata = {"/Title": writer.metadata.title}
    buffer = io.BytesIO()
    writer.write(buffer)
    return renumber_elements(buffer.getvalue())


def renumber_elements(pdf: bytes) -> bytes:
    """Return a PDF whose elements are numbered from 0, so that equal pages give equal bytes.

    Chromium numbers the elements of all that it has shown since it started.
    """
    names = sorted(set(ELEMENT.findall(pdf)))
    numbers = {name: b"(node%08d)" % number for number, name in enumerate(names)}
    return ELEMENT.sub(lambda name: numbers[name[0]], pdf)


def print_course(tab: Page, site: Site, document: str) -> bytes:
    """Return the course as PDF, printed twice, so that the contents can tell page numbers."""
    first = print_document(tab, site, document)
    return print_document(tab, site, number_contents(document, first))


def picture_card(tab: Page, site: Site, document: str) -> bytes:
    """Return the card as PNG."""
    show(tab, site, document)
    return tab.screenshot()


def write_all(playwright: Playwright, site: Site) -> None:
    """Print what has changed since it was last printed, and remove what is printed no more.

    Parameters
    ----------
    playwright
        What starts the browser.
    site
        The built site, in which the files are written beside the pages.

    Raises
    ------
    SystemExit
        With one line that says what is wrong and what to do.
    """
    chapters = {f"{name}.pdf": compose_chapter(site, name) for name in site.pages[1:]}
    try:
        card = compose_card(site)
    except PrintError as error:
        sys.exit(f"{CARD}: {error}: show mnist_strip in index.md, or correct tools/pdf.py.")
    documents = {CARD: card, COURSE: compose_course(site), **chapters}
    makers = {CARD: picture_card, COURSE: print_course}
    record = site.folder.parent / "printed.json"
    printed = json.loads(record.read_text("utf-8")) if record.exists() else {}
    for file in printed.keys() - documents.keys():
        (site.folder / file).unlink(missing_ok=True)
    digests = {file: compute_digest(site, document) for file, document in documents.items()}
    stale = [
        file
        for file, digest in digests.items()
        if printed.get(file) != digest or not (site.folder / file).exists()
    ]
    if not stale:
        return
    if not (browser := find_browser(playwright)):
        sys.exit(ADVICE)
    with playwright.chromium.launch(executable_path=browser, args=FLAGS) as chromium:
        for number, file in enumerate(stale, 1):
            print(f"printing {number} of {len(stale)}: {file}", flush=True)
            make = makers.get(file, print_document)
            with chromium.new_page(viewport=CARD_SIZE) as tab:
                tab.set_default_timeout(300_000)
                try:
                    content = make(tab, site, documents[file])
                except PrintError as error:
                    sys.exit(f"{file}: {error}: correct the headings, or tools/pdf.py.")
            (site.folder / file).write_bytes(content)
            printed[file] = digests[file]
            record.write_text(json.dumps(printed, indent=1), "utf-8")


def main() -> None:
    """Print the course that has been built.

    Raises
    ------
    SystemExit
        With one line that says what is wrong and what to do.
    """
    site = Site(ROOT)
    if not (site.folder / f"{site.pages[0]}.html").exists():
        sys.exit("There is no built site to print. Type: make pdf")
    with sync_playwright() as playwright:
        write_all(playwright, site)


if __name__ == "__main__":
    main()
