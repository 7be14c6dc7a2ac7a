"""Serve what the pages use: one style sheet, few scripts, and fonts cut to their signs.

The theme and the extensions load a dozen style sheets, three icon fonts and scripts for
features that this book does not have. Before a page is written, its scripts are sorted out.
When all are written, the style sheets are joined without the rules that no page can use,
and the fonts lose the glyphs that no page shows.
"""

import base64
import html
import logging
import re
import unicodedata
from collections.abc import Iterable
from io import BytesIO
from pathlib import Path
from posixpath import dirname, join, normpath

import tinycss2
from fontTools import subset
from fontTools.ttLib import TTFont
from sphinx.application import Sphinx
from tinycss2.ast import HashToken, IdentToken, LiteralToken, QualifiedRule

logging.getLogger("fontTools").setLevel(logging.ERROR)

SHEETS = [
    "basic.css",
    "styles/pydata-sphinx-theme.css",
    "pygments.css",
    "styles/sphinx-book-theme.css",
    "copybutton.css",
    "mystnb.*.css",
    "exercise.css",
    "sphinx-design.min.css",
    "style.css",
]
UNUSED = re.compile("thebe|togglebutton|design-tabs")
MATH_FONT = "fonts/latin-modern-math.woff2"
# Letters that a browser puts in the place of a single letter in a formula.
ITALIC = [*range(0x1D434, 0x1D468), 0x210E, *range(0x1D6E2, 0x1D71C)]
VARIABLE = re.compile(r"var\(\s*(--[\w-]+)")
ICON_FONTS = "vendor/fontawesome/webfonts/"


def note_scripts(app: Sphinx, pagename, templatename, context, doctree) -> None:
    """Tell the template which scripts the pages use."""
    files = (script.filename for script in context["script_files"] if script.filename)
    context["scripts"] = [f for f in dict.fromkeys(map(str, files)) if not UNUSED.search(f)]


def restyled(app: Sphinx, env, added, changed, removed) -> list[str]:
    """Have a page written, and so the static files copied, when only these have changed."""
    written = Path(app.outdir, "_static", "book.css")
    files = Path(app.srcdir, "_static").rglob("*")
    is_old = written.exists() and any(
        file.stat().st_mtime > written.stat().st_mtime for file in files
    )
    return [app.config.root_doc] if is_old else []


def names_in(pages: Iterable[str], scripts: Iterable[str]) -> set[str]:
    """Return the tags, `.classes` and `#ids` that pages have or scripts may add to them."""
    names = set()
    for page in pages:
        names.update(re.findall(r"<([a-z][\w-]*)", page))
        names.update("#" + name for name in re.findall(r'\bid="([^"]+)"', page))
        for classes in re.findall(r'\bclass="([^"]+)"', page):
            names.update("." + name for name in classes.split())
    for script in scripts:
        for word in re.findall(r"[\w-]+", script):
            names.update((word, "." + word, "#" + word))
    return names


def names_of(selector: list) -> Iterable[str]:
    """Yield the tags, `.classes` and `#ids` that an element must have to be selected."""
    before = None
    for token in selector:
        if isinstance(token, HashToken):
            yield "#" + token.value
        elif isinstance(token, IdentToken) and before == ".":
            yield "." + token.value
        elif isinstance(token, IdentToken) and before != ":":
            yield token.lower_value
        before = token.value if isinstance(token, LiteralToken) else None


def split(prelude: list) -> list[list]:
    """Return the selectors of a rule's prelude, parted at its commas."""
    selectors = [[]]
    for token in prelude:
        if token == ",":
            selectors.append([])
        else:
            selectors[-1].append(token)
    return selectors


def reduced(rules: list, names: set[str]) -> str:
    """Return the style rules that can select something where only these names occur."""
    kept = []
    for rule in rules:
        if isinstance(rule, QualifiedRule):
            selectors = [s for s in split(rule.prelude) if names.issuperset(names_of(s))]
            if selectors:
                prelude = ",".join(tinycss2.serialize(s).strip() for s in selectors)
                kept.append(f"{prelude}{{{tinycss2.serialize(rule.content).strip()}}}")
        elif rule.lower_at_keyword in {"media", "supports"}:
            if inside := reduced(tinycss2.parse_rule_list(rule.content, True, True), names):
                kept.append(f"@{rule.at_keyword}{tinycss2.serialize(rule.prelude)}{{{inside}}}")
        elif rule.lower_at_keyword != "charset":
            kept.append(rule.serialize())
    return "\n".join(kept)


def without_unread(rules: list, read: set[str]) -> str:
    """Return style rules without the custom properties that are not among those read."""
    kept = []
    for rule in rules:
        content = rule.content
        if isinstance(rule, QualifiedRule):
            parts = tinycss2.parse_blocks_contents(content, True, True)
            parts = [
                p
                for p in parts
                if not getattr(p, "name", "").startswith("--") or p.name in read
            ]
            if parts:
                text = ";".join(part.serialize() for part in parts)
                kept.append(f"{tinycss2.serialize(rule.prelude)}{{{text}}}")
        elif content and rule.lower_at_keyword in {"media", "supports"}:
            inside = without_unread(tinycss2.parse_rule_list(content, True, True), read)
            kept.append(f"@{rule.at_keyword}{tinycss2.serialize(rule.prelude)}{{{inside}}}")
        else:
            kept.append(rule.serialize())
    return "\n".join(kept)


def without_unused_variables(css: str, pages: Iterable[str]) -> str:
    """Drop the custom properties that nothing reads, and those that only they read."""
    read_by_pages = set(VARIABLE.findall("".join(pages)))
    while True:
        read = read_by_pages.union(VARIABLE.findall(css))
        shorter = without_unread(tinycss2.parse_stylesheet(css, True, True), read)
        if len(shorter) >= len(css):
            return css
        css = shorter


def rebased(css: str, sheet: str) -> str:
    """Return a sheet's text with its relative addresses as seen from `_static`."""
    return re.sub(
        r"url\(([\w.][^):]*)\)", lambda m: f"url({normpath(join(dirname(sheet), m[1]))})", css
    )


def cut(font: Path, signs: set[int], features: Iterable[str] = ()) -> bytes:
    """Return a font as WOFF2 with the glyphs of these code points alone."""
    options = subset.Options(layout_features=list(features), name_IDs=[], flavor="woff2")
    options.hinting = False
    options.drop_tables += ["FFTM"]
    ttf = TTFont(font, recalcTimestamp=False)
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=signs)
    subsetter.subset(ttf)
    buffer = BytesIO()
    subset.save_font(ttf, buffer, options)
    return buffer.getvalue()


def mathematical(pages: Iterable[str]) -> set[int]:
    """Return the code points that the pages' formulas show; browsers slant single letters."""
    formulas = re.findall(r"<math.*?</math>", "".join(pages), re.DOTALL)
    signs = set(html.unescape(re.sub(r"<[^>]*>", "", "".join(formulas))))
    signs.add("√")  # which no formula spells out
    signs.update(chr(c) for c in ITALIC if unicodedata.normalize("NFKC", chr(c)) in signs)
    return {ord(sign) for sign in signs if unicodedata.category(sign) not in {"Cc", "Cf"}}


def with_icons(css: str, static: Path) -> str:
    """Return the style sheet with the icons that it names in it, as fonts cut to them."""
    icons = {ord(sign) for sign in css if unicodedata.category(sign) == "Co"}

    def embed(match: re.Match) -> str:
        font = base64.b64encode(cut(static / match[1], icons)).decode()
        return f'src:url(data:font/woff2;base64,{font}) format("woff2")'

    # The alternative text after the slash keeps screen readers from reading an icon's sign.
    css = re.sub(r'content:("[\ue000-\uf8ff]")', r'content:\1/""', css)
    return re.sub(rf"src:url\(({ICON_FONTS}[^)]*\.woff2)\)[^}}]*", embed, css)


def write_assets(app: Sphinx, exception: Exception | None) -> None:
    """Write the joined style sheet and the cut font beside the pages."""
    if exception or app.builder.format != "html":
        return
    static = Path(app.outdir, "_static")
    pages = [path.read_text("utf-8") for path in Path(app.outdir).rglob("*.html")]
    scripts = set(re.findall(r'src="[./]*_static/([^"?]+)', "".join(pages)))
    names = names_in(pages, ((static / name).read_text("utf-8") for name in scripts))
    css = ""
    for pattern in SHEETS:
        (sheet,) = (path.relative_to(static).as_posix() for path in static.glob(pattern))
        rules = tinycss2.parse_stylesheet((static / sheet).read_text("utf-8"), True, True)
        css += rebased(reduced(rules, names), sheet) + "\n"
    css = with_icons(without_unused_variables(css, pages), static)
    (static / "book.css").write_text(css, "utf-8")

    font = Path(app.srcdir, "_static", MATH_FONT)
    signs = mathematical(pages)
    (static / MATH_FONT).write_bytes(cut(font, signs, ["ssty"]))


def setup(app: Sphinx) -> dict:
    app.connect("html-page-context", note_scripts, priority=900)
    app.connect("env-get-outdated", restyled)
    # The theme writes pygments.css when the build has finished.
    app.connect("build-finished", write_assets, priority=900)
    return {"parallel_read_safe": True, "parallel_write_safe": False}
