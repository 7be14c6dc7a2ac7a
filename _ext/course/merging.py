"""Let a page fetch its style sheets as one file, and the scripts that wait as another.

When all files are there, tags that load plain files of the site become one, unless a tag
between them has to keep its turn. What cannot be proved to do the same behind others in one
file keeps a tag of its own.
"""

import json
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from pathlib import Path
from posixpath import dirname, join, normpath, relpath

import tinycss2
from bs4 import BeautifulSoup
from bs4.element import Tag
from tinycss2.ast import AtRule, ParseError

from .cache import Cache
from .pages import PageContents, find_pages, locate

# What templates put around tags that may be merged.
TAGS = re.compile(r"<!-- merge -->(.*?)<!-- to here -->", re.DOTALL)
FOLDER = "_static/merged"
LISTS = "merged"
IMPORT = re.compile(r"@import\s+(?:url\(\s*)?[\"']?([\w./-]+)[\"']?\s*\)?\s*;", re.IGNORECASE)
# What has to stand at the top of a sheet, or brings in another under a condition.
AT_TOP = re.compile(r"@(?:import|namespace)\b", re.IGNORECASE)
ADDRESS = re.compile(r"url\(\s*([\"']?)(?![a-z]+:|[/#])([^\"')]+)\1\s*\)")
# How a script finds its own tag, or files beside its own.
OWN_TAG = re.compile(
    r"currentScript|\bimport\b|\.scripts\b|(?<!createElement\()[\"'`]scripts?\b"
)
SOURCE_MAP = re.compile(r"^//[#@] sourceMappingURL=.*$", re.MULTILINE)
# Each is a script of its own still: an error in one, or its strict mode, is not another's.
RUN = """\
for (const text of %s) {
  document.head.appendChild(Object.assign(document.createElement("script"), { text })).remove();
}
"""


def list_imports(name: str, css: str) -> list[str]:
    """Return the addresses of the sheets that a sheet imports without a condition."""
    return [normpath(join(dirname(name), address)) for address in IMPORT.findall(css)]


def has_turn(tag: Tag) -> bool:
    """Return whether what a tag brings in must come between what those around it do."""
    return tag.name != "script" or tag.has_attr("defer") or tag.get("type") == "module"


@dataclass
class Merger:
    """Merges the tags of pages.

    Attributes
    ----------
    site
        The folder of the site.
    base
        The path at which it is published.
    lists
        The folder in which is noted what merged files consist of.
    """

    site: Path
    base: str
    lists: Path

    def merge_pages(self) -> None:
        """Merge the tags of the pages that have just been written."""
        for path in find_pages(self.site):
            page = path.read_text("utf-8")
            folder = dirname(path.relative_to(self.site).as_posix())
            merged = TAGS.sub(lambda match: self.merge_tags(match[1], folder), page)  # noqa: B023
            if merged != page:
                path.write_text(merged, "utf-8")

    def merge_tags(self, tags: str, folder: str) -> str:
        """Return the tags of style sheets or scripts, merged where that changes nothing.

        Parameters
        ----------
        tags
            HTML.
        folder
            The folder of the page that has them, as seen from the top of the site.
        """
        merged: list[Tag] = []
        run: dict[str, Tag] = {}
        soup = BeautifulSoup(tags, "html.parser", multi_valued_attributes=None)
        for tag in soup(True, recursive=False):
            name = locate(tag.get("href") or tag.get("src") or "", folder, self.base)
            is_plain = self._is_plain(tag, name)
            if name in run or (has_turn(tag) and not is_plain):
                merged += self._merge_run(run, folder)
                run = {}
            if is_plain:
                run[name] = tag
            else:
                merged.append(tag)
        return "\n".join(map(str, merged + self._merge_run(run, folder)))

    def _is_plain(self, tag: Tag, name: str) -> bool:
        if not self._is_static(name):
            return False
        text = self._read(name)
        if tag.name == "script":
            return set(tag.attrs) == {"src", "defer"} and not OWN_TAG.search(text)
        imported = list_imports(name, text)
        return (
            {"rel", "type", "href"}.issuperset(tag.attrs)
            and not AT_TOP.search(IMPORT.sub("", text))
            and all(map(self._is_static, imported))
            and not any(map(AT_TOP.search, map(self._read, imported)))
        )

    def _is_static(self, name: str) -> bool:
        return name.startswith("_static/") and (self.site / name).is_file()

    def _read(self, name: str) -> str:
        return (self.site / name).read_text("utf-8-sig")

    def _merge_run(self, run: dict[str, Tag], folder: str) -> list[Tag]:
        if len(run) < 2:
            return list(run.values())
        tag = next(iter(run.values()))
        attribute, suffix = ("src", ".js") if tag.name == "script" else ("href", ".css")
        content = "\0".join([*run, *map(self._read, run)])
        name = sha256(content.encode()).hexdigest()[:16] + suffix
        self.lists.mkdir(parents=True, exist_ok=True)
        (self.lists / name).write_text("\n".join(run), "utf-8")
        is_absolute = tag[attribute].startswith("/")
        address = f"{FOLDER}/{name}"
        tag[attribute] = self.base + address if is_absolute else relpath(address, folder or ".")
        return [tag]


def read_lists(folder: Path) -> dict[str, list[str]]:
    """Return of which files each merged one consists, by their addresses."""
    return {
        f"{FOLDER}/{path.name}": path.read_text("utf-8").split("\n")
        for path in folder.glob("*")
    }


def keep_loaded(
    lists: dict[str, list[str]], pages: Iterable[PageContents]
) -> dict[str, list[str]]:
    """Return the lists of those merged files that pages load."""
    loaded = {name for page in pages for name in (*page.sheets, *page.scripts)}
    return {name: parts for name, parts in lists.items() if name in loaded}


def part_files(pages: Iterable[PageContents], lists: dict[str, list[str]]) -> None:
    """Put in the place of the merged files that pages load those of which they consist."""
    for page in pages:
        page.sheets = [part for name in page.sheets for part in lists.get(name, [name])]
        page.scripts = [part for name in page.scripts for part in lists.get(name, [name])]


def merge_sheet(name: str, read: Callable[[str], str]) -> str:
    """Return a style sheet as a part of a merged one, with those that it imports.

    Parameters
    ----------
    name
        Its address as seen from the top of the site.
    read
        Returns the text of a sheet by its address.
    """
    folder = dirname(name)

    def rebase(match: re.Match[str]) -> str:
        address = relpath(join(folder, match[2]), FOLDER)
        return f"url({match[1]}{address}{match[1]})"

    parts = []
    for rule in tinycss2.parse_stylesheet(read(name), skip_comments=True, skip_whitespace=True):
        if isinstance(rule, AtRule) and (match := IMPORT.fullmatch(rule.serialize())):
            parts.append(merge_sheet(normpath(join(folder, match[1])), read))
        elif not isinstance(rule, ParseError):
            parts.append(ADDRESS.sub(rebase, rule.serialize()))
    return "\n".join(parts)


def merge_scripts(names: list[str], read: Callable[[str], str]) -> str:
    """Return a script that runs others one after the other.

    Parameters
    ----------
    names
        Their addresses as seen from the top of the site.
    read
        Returns the text of a script by its address.
    """
    texts = [f"{SOURCE_MAP.sub('', read(name))}\n//# sourceURL={name}" for name in names]
    return RUN % json.dumps(texts, ensure_ascii=False, indent=1)


def merge_files(
    lists: dict[str, list[str]], read: Callable[[str], str], cache: Cache
) -> dict[str, bytes]:
    """Return the merged files by their addresses.

    Parameters
    ----------
    lists
        Of which files each consists.
    read
        Returns the text of a file by its address.
    cache
        Where merged style sheets are kept.
    """

    def recall_sheet(name: str) -> bytes:
        css = read(name)
        imported = map(read, list_imports(name, css))
        make = partial(make_sheet, name)
        return cache.recall("merged", name, css, *imported, make=make)

    def make_sheet(name: str) -> bytes:
        return merge_sheet(name, read).encode()

    return {
        name: merge_scripts(parts, read).encode()
        if name.endswith(".js")
        else b"\n".join(map(recall_sheet, parts))
        for name, parts in lists.items()
    }
