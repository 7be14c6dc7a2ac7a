"""Load the scripts of a page without holding it up."""

import re
from collections.abc import Iterable, Sequence
from operator import attrgetter
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.builders.html._assets import _JavaScript

from .pages import PageContents

# What the theme itself writes into a page; it needs documentation_options.js alone.
OPTION = re.compile(r"\s*(DOCUMENTATION_OPTIONS\.\w+\s*=[^;]*;\s*)+")
# A script in the text of a page that runs as soon as it is read.
INLINE_SCRIPT = re.compile(
    r"<script(?![^>]*\s(?:src|type=[\"']?(?!text/javascript))\b)", re.IGNORECASE
)
# What begins or ends a word that a script puts together from parts.
HEAD = re.compile(r"((?:--)?[A-Za-z][\w-]*[-_])(?=[\"'`]|\$\{)")
TAIL = re.compile(r"(?<=[\"'`}])([-_][A-Za-z][\w-]*)")
OPTIONS_FILE = "documentation_options.js"
# Marks what was searched for, as only the search wants; it also forgets a page's history state.
MARKS_FILE = "sphinx_highlight.js"


def defer_scripts(
    app: Sphinx,
    pagename: str,
    templatename: str,
    context: dict[str, Any],
    doctree: nodes.document | None,
) -> None:
    """Let a page appear before its scripts run, where that changes nothing.

    A script in a file can wait until the page is read unless an inline script, which does
    not wait, stands behind it and may rely on it: in the head or in the text of the page.
    The options of Sphinx, which cannot wait, are put into the page.
    """
    if pagename != "search":
        context["script_files"] = [
            script
            for script in context["script_files"]
            if not str(script.filename).endswith(MARKS_FILE)
        ]
    if INLINE_SCRIPT.search(context.get("body", "")):
        return
    scripts = sorted(context["script_files"], key=attrgetter("priority"))  # as Sphinx will
    bodies = [script.attributes.get("body", "") for script in scripts]
    last_inline = max(
        (i for i, body in enumerate(bodies) if body and not OPTION.fullmatch(body)), default=-1
    )
    options = Path(app.outdir, "_static", OPTIONS_FILE).read_text("utf-8")
    context["script_files"] = [
        _JavaScript(None, priority=script.priority, body=options)
        if str(script.filename).endswith(OPTIONS_FILE)
        else (script if place < last_inline else defer_script(script))
        for place, script in enumerate(scripts)
    ]


def defer_script(script: _JavaScript) -> _JavaScript:
    """Return a script that waits until the page is read, or the same where it must not."""
    attributes = dict(script.attributes)
    is_settled = {"async", "defer", "type", "body", "loading_method"}.intersection(attributes)
    if not script.filename or is_settled:
        return script
    return _JavaScript(script.filename, priority=script.priority, **attributes, defer="defer")


def find_foreign_scripts(site: Path, pages: Sequence[PageContents]) -> set[str]:
    """Return the addresses of the scripts that pages load and that are no files of the site."""
    return {name for page in pages for name in page.scripts if not (site / name).is_file()}


def read_scripts(site: Path, pages: Sequence[PageContents]) -> list[str]:
    """Return the text of inline scripts, of scripts that pages load and that these name.

    Parameters
    ----------
    site
        The folder of the site.
    pages
        What its pages load.
    """
    scripts = [path for path in site.rglob("*.*") if path.suffix in {".js", ".mjs"}]
    texts = ["".join(page.code for page in pages)]
    loaded = {site / name for page in pages for name in page.scripts}
    wanted = [path for path in scripts if path in loaded or path.name in texts[0]]
    seen: set[Path] = set()
    while wanted:
        path = wanted.pop()
        if path not in seen:
            seen.add(path)
            text = path.read_text("utf-8")
            texts.append(text)
            wanted += [other for other in scripts if other.name in text]
    return texts


def find_composed_words(texts: Iterable[str], words: set[str]) -> set[str]:
    """Return those words that scripts may put together, as in `"btn-" + size`.

    Parameters
    ----------
    texts
        The scripts.
    words
        The words in question.
    """
    text = "\n".join(texts)
    heads, tails = tuple(set(HEAD.findall(text))), tuple(set(TAIL.findall(text)))
    return {word for word in words if word.startswith(heads) or word.endswith(tails)}
