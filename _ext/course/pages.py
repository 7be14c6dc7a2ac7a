"""Know the pages of the site as they were written: remove stale ones, and read the rest."""

import json
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from html.parser import HTMLParser
from pathlib import Path
from posixpath import dirname, join, normpath
from typing import Any
from urllib.parse import quote, urlsplit

from docutils import nodes
from sphinx.application import Sphinx

from .cache import Cache

WORD = re.compile(r"[\w-]+")
ICON = re.compile("[\ue000-\uf8ff]")
SETS = ("words", "signs", "text", "icons")


def locate(address: str, folder: str, base: str) -> str:
    """Return an address of a page as seen from the top of the site, if it is of the site.

    Parameters
    ----------
    address
        The address that the page names.
    folder
        The page's folder, as seen from the top of the site.
    base
        The path at which the site is published, such as `/course/`: the page for wrong
        addresses begins its links with it.
    """
    parts = urlsplit(address)
    if parts.scheme or parts.netloc:
        return address
    if parts.path.startswith(base):
        return normpath(parts.path.removeprefix(base))
    return normpath(join(folder, parts.path))


@dataclass
class PageContents:
    """What style sheets, scripts and fonts have to serve on a page.

    Attributes
    ----------
    words
        Every word inside of a tag or an inline style, thus each tag, class and id.
    code
        The text of its inline scripts.
    sheets, scripts
        Addresses of the style sheets and scripts that the page loads, as seen from the
        top of the site.
    signs
        The characters that its formulas show, those in diagrams included.
    text
        The characters of everything else that it says.
    icons
        The characters for private use, which icon fonts have, in the page itself.
    """

    words: set[str] = field(default_factory=set)
    sheets: list[str] = field(default_factory=list)
    scripts: list[str] = field(default_factory=list)
    signs: set[str] = field(default_factory=set)
    text: set[str] = field(default_factory=set)
    icons: set[str] = field(default_factory=set)
    code: str = ""

    def to_json(self) -> bytes:
        """Return the contents as JSON."""
        return json.dumps(vars(self), default=sorted).encode()

    @classmethod
    def from_json(cls, text: bytes) -> "PageContents":
        """Return the contents that `to_json` wrote."""
        fields = json.loads(text)
        return cls(**fields | {name: set(fields[name]) for name in SETS})


class PageReader(HTMLParser):
    """Collects the contents of one page.

    Parameters
    ----------
    folder, base
        As `locate` wants them.
    """

    def __init__(self, folder: str, base: str) -> None:
        super().__init__(convert_charrefs=True)
        self.folder = folder
        self.base = base
        self.contents = PageContents()
        self._inside = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a tag, its attributes and what it loads."""
        attributes = {name: value or "" for name, value in attrs}
        values = " ".join((tag, *attributes, *attributes.values()))
        self.contents.words.update(WORD.findall(values))
        self.contents.icons.update(ICON.findall(values))
        self.contents.text.update(values)
        if tag in {"script", "style", "math"}:
            self._inside = tag
        if tag == "tspan" and attributes.get("class") == "formula":
            self._inside = tag
        if tag == "link" and "stylesheet" in attributes.get("rel", "").split():
            self.contents.sheets.append(self._locate(attributes.get("href", "")))
        if tag == "script" and attributes.get("src"):
            self.contents.scripts.append(self._locate(attributes["src"]))

    def handle_endtag(self, tag: str) -> None:
        """Note where a script, a style or a formula ends."""
        if tag == self._inside:
            self._inside = ""

    def handle_data(self, data: str) -> None:
        """Note what a script, a style or a formula holds, and the icons of the text."""
        self.contents.icons.update(ICON.findall(data))
        if self._inside in {"math", "tspan"}:
            self.contents.signs.update(data)
        elif self._inside == "script":
            self.contents.code += data + "\n"
        elif self._inside == "style":
            self.contents.words.update(WORD.findall(data))
        else:
            self.contents.text.update(data)

    def _locate(self, address: str) -> str:
        return locate(address, self.folder, self.base)


def read_page(text: str, folder: str, base: str) -> PageContents:
    """Return the contents of a page.

    Parameters
    ----------
    text
        The page's HTML.
    folder
        Its folder, as seen from the top of the site.
    base
        The path at which the site is published.
    """
    reader = PageReader(folder, base)
    reader.feed(text)
    reader.close()
    return reader.contents


def make_contents(text: str, folder: str, base: str) -> bytes:
    """Return the contents of a page as JSON; see `read_page`."""
    return read_page(text, folder, base).to_json()


def find_pages(site: Path) -> Iterator[Path]:
    """Yield the HTML files of the site that are neither static files nor there for download."""
    for path in sorted(site.rglob("*.html")):
        if path.relative_to(site).parts[0] not in {"_static", "_downloads"}:
            yield path


def read_pages(site: Path, base: str, cache: Cache) -> list[PageContents]:
    """Return the contents of all pages of the site; those seen before come from the cache.

    Parameters
    ----------
    site
        The folder of the site.
    base
        The path at which it is published.
    cache
        Where the contents of pages are kept.
    """
    contents = []
    for path in find_pages(site):
        text = path.read_text("utf-8")
        folder = dirname(path.relative_to(site).as_posix())
        make = partial(make_contents, text, folder, base)
        stored = cache.recall("page", text, folder, base, make=make)
        contents.append(PageContents.from_json(stored))
    return contents


def note_page(
    app: Sphinx,
    pagename: str,
    templatename: str,
    context: dict[str, Any],
    doctree: nodes.document | None,
) -> None:
    """Remember each page that is written in this build."""
    app.env.temp_data.setdefault("written_pages", set()).add(pagename)


def remove_reports(app: Sphinx) -> None:
    """Remove what MyST-NB has reported of cells that failed in earlier builds."""
    shutil.rmtree(Path(app.outdir, "reports"), ignore_errors=True)


def remove_stale_pages(app: Sphinx, exception: Exception | None) -> None:
    """Remove the pages of deleted chapters, which Sphinx leaves in the site."""
    written = app.env.temp_data.get("written_pages")
    if exception or app.builder.format != "html" or not written:
        return
    site = Path(app.outdir)
    kept = app.env.found_docs | written | set(find_extra_pages(app))
    for path in find_pages(site):
        name = path.relative_to(site).with_suffix("").as_posix()
        if name not in kept:
            path.unlink()
            for source in site.joinpath("_sources").glob(f"{name}.*"):
                source.unlink()
    remove_stale_pictures(site)


def find_extra_pages(app: Sphinx) -> Iterator[str]:
    """Yield the names of the pages that `html_extra_path` has copied into the site."""
    for entry in app.config.html_extra_path:
        path = Path(app.confdir, entry)
        folder, files = (path, path.rglob("*.html")) if path.is_dir() else (path.parent, [path])
        for file in files:
            yield file.relative_to(folder).with_suffix("").as_posix()


def remove_stale_pictures(site: Path) -> None:
    """Remove the pictures that neither a page nor a notebook shows any more."""
    readers = [*find_pages(site), *site.glob("_sources/**/*.ipynb")]
    shown = "\n".join(path.read_text("utf-8") for path in readers)
    for path in site.glob("_images/*"):
        is_shown = path.name in shown or quote(path.name) in shown
        if path.is_file() and not is_shown:
            path.unlink()
