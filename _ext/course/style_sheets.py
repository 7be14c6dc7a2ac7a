"""Serve the style sheets without the rules that no page can use.

When all pages are written, each sheet loses the rules whose selectors need a tag, a class
or an id that occurs in no tag and in no script of the site, and the custom properties that
nothing reads. A rule that cannot be proved unused is kept.
"""

import base64
import json
import re
import shutil
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from posixpath import dirname, join, normpath
from urllib.parse import urlsplit

import tinycss2
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util import logging
from tinycss2.ast import AtRule, HashToken, IdentToken, Node, ParseError, QualifiedRule

from .cache import Cache, open_cache
from .fonts import cut_font, make_font_sheets
from .merging import LISTS, Merger, keep_loaded, merge_files, part_files, read_lists
from .pages import WORD, PageContents, read_pages
from .scripts import find_composed_words, find_foreign_scripts, read_scripts

logger = logging.getLogger(__name__)

VARIABLE = re.compile(r"(?<![\w-])--[\w-]+")
SETTING = re.compile(r"[{;]\s*(--[\w-]+)\s*:")
IMPORT = re.compile(r"@import\s+(?:url\()?\s*[\"']?([^\"')\s;?#]+)", re.IGNORECASE)
CONTENT = re.compile(r'content:\s*"([^"]*)"')
ICON_CODE = re.compile(r"[ux]?(e[0-9a-f]{3}|f[0-8][0-9a-f]{2})", re.IGNORECASE)
ICON_FONT = re.compile(r"src:url\(\"?([\w./-]*/webfonts/[\w.-]+\.woff2)\"?\)[^}]*")
KEPT = "purged"


def find_names(selector: list[Node]) -> Iterator[str]:
    """Yield the tags, classes and ids that an element must have to be selected.

    What stands inside of brackets, as in `[data-theme]` or `:not(.wide)`, is left out: such
    a selector may match without it.
    """
    for place, token in enumerate(selector):
        before, after = selector[:place][-1:], selector[place + 1 :][:1]
        is_name = isinstance(token, IdentToken) and before != [":"] and after != ["|"]
        if isinstance(token, HashToken) or is_name:
            yield token.value


def split_selectors(prelude: list[Node]) -> list[list[Node]]:
    """Return the selectors of a rule's prelude, parted at its commas."""
    selectors: list[list[Node]] = [[]]
    for token in prelude:
        if token == ",":
            selectors.append([])
        else:
            selectors[-1].append(token)
    return selectors


def can_match(selector: list[Node], words: set[str]) -> bool:
    """Return whether a selector may match where only these words occur, in lower case."""
    needed = {word for name in find_names(selector) for word in WORD.findall(name.lower())}
    return needed <= words


def parse_rules(css: str | list[Node]) -> list[Node]:
    """Return the rules of a style sheet or of an at-rule's content that make sense."""
    parse = tinycss2.parse_stylesheet if isinstance(css, str) else tinycss2.parse_rule_list
    rules = parse(css, skip_comments=True, skip_whitespace=True)
    return [rule for rule in rules if not isinstance(rule, ParseError)]


def is_group(rule: Node) -> bool:
    """Return whether a rule is a group of rules under a condition."""
    return (
        isinstance(rule, AtRule)
        and rule.content is not None
        and rule.lower_at_keyword in {"media", "supports", "container", "layer"}
    )


def purge_rules(rules: list[Node], words: set[str]) -> str:
    """Return the style rules that may match something where only these words occur.

    Parameters
    ----------
    rules
        Rules as tinycss2 parses them.
    words
        The words inside of tags and scripts, in lower case.
    """
    kept = []
    for rule in rules:
        if isinstance(rule, QualifiedRule):
            selectors = [s for s in split_selectors(rule.prelude) if can_match(s, words)]
            if selectors:
                prelude = ",".join(tinycss2.serialize(s).strip() for s in selectors)
                kept.append(f"{prelude}{{{tinycss2.serialize(rule.content).strip()}}}")
        elif is_group(rule):
            inside = purge_rules(parse_rules(rule.content), words)
            # A layer has its place in their order even when it is empty.
            if inside or rule.lower_at_keyword == "layer":
                kept.append(f"@{rule.at_keyword}{tinycss2.serialize(rule.prelude)}{{{inside}}}")
        else:
            kept.append(rule.serialize())
    return "\n".join(kept)


def purge_declarations(rules: list[Node], read: set[str]) -> str:
    """Return style rules without the custom properties that are not among those read."""
    kept = []
    for rule in rules:
        if isinstance(rule, QualifiedRule):
            parts = [
                part
                for part in tinycss2.parse_blocks_contents(rule.content, True, True)
                if not getattr(part, "name", "").startswith("--") or part.name in read
            ]
            if any(isinstance(part, ParseError) for part in parts):
                kept.append(rule.serialize())
            elif parts:
                text = ";".join(part.serialize() for part in parts)
                kept.append(f"{tinycss2.serialize(rule.prelude)}{{{text}}}")
        elif is_group(rule):
            inside = purge_declarations(parse_rules(rule.content), read)
            kept.append(f"@{rule.at_keyword}{tinycss2.serialize(rule.prelude)}{{{inside}}}")
        else:
            kept.append(rule.serialize())
    return "\n".join(kept)


def find_read_variables(css: str) -> set[str]:
    """Return the custom properties that a sheet names elsewhere than where it sets them."""
    return set(Counter(VARIABLE.findall(css)) - Counter(SETTING.findall(css)))


def purge_variables(sheets: dict[str, str], words: set[str]) -> dict[str, str]:
    """Return the sheets without the custom properties that nothing reads.

    Parameters
    ----------
    sheets
        The text of each sheet by its address.
    words
        The words inside of tags and scripts, which may read a property, too.
    """
    while True:
        read = words.union(*map(find_read_variables, sheets.values()))
        shorter = {
            name: purge_declarations(parse_rules(css), read) for name, css in sheets.items()
        }
        if shorter == sheets:
            return sheets
        sheets = shorter


def silence_icons(css: str) -> str:
    """Give icons an empty alternative text, so that screen readers do not read their signs.

    Browsers that do not know such texts take the declaration before.
    """
    return re.sub(r'content:("[\ue000-\uf8ff]")', r'content:\1;content:\1/""', css)


def embed_icon_fonts(css: str, folder: Path, icons: set[int], cache: Cache) -> str:
    """Return a sheet with its icon fonts in it, cut to the icons in use.

    Parameters
    ----------
    css
        The sheet's text.
    folder
        Its folder.
    icons
        The code points of the icons.
    cache
        Where the cut fonts are kept.
    """
    signs = " ".join(map(str, sorted(icons)))

    def embed(match: re.Match[str]) -> str:
        path = folder / match[1]
        font = cache.recall(
            "icons", path.read_bytes(), signs, make=lambda: cut_font(path, icons)
        )
        return (
            f'src:url(data:font/woff2;base64,{base64.b64encode(font).decode()}) format("woff2")'
        )

    return ICON_FONT.sub(embed, css)


def find_sheets(site: Path, pages: Iterable[PageContents]) -> tuple[dict[str, str], bool]:
    """Return the text of each sheet by its address, and whether these are all that there are.

    Parameters
    ----------
    site
        The folder of the site.
    pages
        What its pages load.
    """
    sheets: dict[str, str] = {}
    wanted = list(dict.fromkeys(sheet for page in pages for sheet in page.sheets))
    are_all = True
    for name in wanted:
        if not (site / name).is_file():
            are_all = False
            continue
        sheets[name] = (site / name).read_text("utf-8-sig")
        for address in IMPORT.findall(sheets[name]):
            imported = normpath(join(dirname(name), address))
            if imported not in wanted:
                wanted.append(imported)
    return sheets, are_all


def purge_sheets(sheets: dict[str, str], words: set[str], are_all: bool) -> dict[str, str]:
    """Return the sheets without the rules and custom properties that nothing can use.

    Parameters
    ----------
    sheets
        The text of each sheet by its address.
    words
        The words inside of tags and scripts.
    are_all
        Whether these are all the sheets of the site; else others may read a property.
    """
    lower = {word.lower() for word in words}
    purged = {name: purge_rules(parse_rules(css), lower) for name, css in sheets.items()}
    purged = purge_variables(purged, words) if are_all else purged
    return {name: silence_icons(css) for name, css in purged.items()}


def find_restyled(
    app: Sphinx, env: BuildEnvironment, added: set[str], changed: set[str], removed: set[str]
) -> list[str]:
    """Have a page written, and so the static files copied, when only these have changed."""
    kept = Path(app.doctreedir, KEPT)
    files = Path(app.srcdir, "_static").rglob("*")
    is_old = kept.exists() and any(
        file.stat().st_mtime > kept.stat().st_mtime for file in files
    )
    return [app.config.root_doc] if is_old else []


def remove_purged(app: Sphinx) -> None:
    """Remove what the last build has purged, so that Sphinx copies the whole files again."""
    kept = Path(app.doctreedir, KEPT)
    for path in kept.rglob("*.*"):
        Path(app.outdir, path.relative_to(kept)).unlink(missing_ok=True)


def purge_assets(app: Sphinx, exception: Exception | None) -> None:
    """Purge the style sheets and cut the fonts of the site, or put back those of before.

    The latter where no page was written, or the build has failed.
    """
    if app.builder.format != "html":
        return
    site, kept = Path(app.outdir), Path(app.doctreedir, KEPT)
    if not exception and app.env.temp_data.get("written_pages"):
        base = urlsplit(app.config.html_baseurl).path
        files = make_assets(site, base, Path(app.doctreedir, LISTS), open_cache(app, "assets"))
        shutil.rmtree(kept, ignore_errors=True)
        for name, content in files.items():
            path = kept / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
    if kept.exists():
        shutil.copytree(kept, site, dirs_exist_ok=True)


def find_icons(
    sheets: Iterable[str], pages: Iterable[PageContents], words: set[str]
) -> set[int]:
    """Return the code points of the icons that sheets, pages or scripts show.

    Parameters
    ----------
    sheets
        The text of each sheet.
    pages
        What the pages show.
    words
        The words of scripts, which give an icon by its code point.
    """
    signs = "".join(sign for css in sheets for sign in CONTENT.findall(css))
    icons = {ord(sign) for sign in signs}.union(*(map(ord, page.icons) for page in pages))
    codes = (ICON_CODE.fullmatch(word) for word in words)
    return icons | {int(code[1], 16) for code in codes if code}


def make_assets(site: Path, base: str, lists: Path, cache: Cache) -> dict[str, bytes]:
    """Return the purged style sheets of the site, fonts included, and merged files.

    Parameters
    ----------
    site
        The folder of the site, with whole style sheets and fonts.
    base
        The path at which it is published.
    lists
        The folder in which is noted what merged files consist of.
    cache
        Where what is slow to make is kept.
    """
    Merger(site, base, lists).merge_pages()
    pages = read_pages(site, base, cache)
    merged = keep_loaded(read_lists(lists), pages)
    part_files(pages, merged)
    files = {}
    if foreign := find_foreign_scripts(site, pages):
        logger.info("style sheets stay whole: pages load %s", ", ".join(sorted(foreign)))
    else:
        files = make_sheets(site, pages, cache)
    files |= make_font_sheets(site, pages, cache)

    def read(name: str) -> str:
        return files[name].decode() if name in files else (site / name).read_text("utf-8-sig")

    files |= merge_files(merged, read, cache)
    cache.prune()
    return files


def find_words(texts: Iterable[str]) -> set[str]:
    """Return the words of some texts, as they stand and in lower case."""
    words = {word for text in texts for word in WORD.findall(text)}
    return words | {word.lower() for word in words}


def make_sheets(site: Path, pages: list[PageContents], cache: Cache) -> dict[str, bytes]:
    """Return the purged style sheets of the site, with their icon fonts, by their addresses.

    Parameters
    ----------
    site
        The folder of the site, with whole style sheets and fonts.
    pages
        What its pages show and load.
    cache
        Where what is slow to make is kept.
    """
    scripts = read_scripts(site, pages)
    words = find_words(scripts).union(*(page.words for page in pages))
    sheets, are_all = find_sheets(site, pages)
    known = find_words(sheets.values())
    used = known & words | find_composed_words(scripts, known)
    # A script may load further sheets, and labs, which may read custom properties.
    for path in (*site.rglob("*.css"), *site.glob("_static/labs/*.mjs")):
        if path.relative_to(site).as_posix() not in sheets:
            used |= find_read_variables(path.read_text("utf-8-sig"))
    stored = cache.recall(
        "sheets",
        json.dumps([sheets, sorted(used), are_all]),
        make=lambda: json.dumps(purge_sheets(sheets, used, are_all)).encode(),
    )
    purged: dict[str, str] = json.loads(stored)
    icons = find_icons(purged.values(), pages, words)
    return {
        name: embed_icon_fonts(css, (site / name).parent, icons, cache).encode()
        for name, css in purged.items()
    }
