"""Load the scripts of a page without holding it up."""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.builders.html._assets import _JavaScript

from .pages import WORD, PageContents

# What the theme itself writes into a page; it needs documentation_options.js alone.
OPTION = re.compile(r"\s*(DOCUMENTATION_OPTIONS\.\w+\s*=[^;]*;\s*)+")
OPTIONS_FILE = "documentation_options.js"


def defer_scripts(
    app: Sphinx,
    pagename: str,
    templatename: str,
    context: dict[str, Any],
    doctree: nodes.document | None,
) -> None:
    """Let a page appear before its scripts run, where that changes nothing.

    A script in a file can wait until the page is read unless an inline script, which does
    not wait, stands behind it and may rely on it. On the search page such scripts follow in
    the template.
    """
    if pagename == "search":
        return
    scripts = context["script_files"]
    bodies = [script.attributes.get("body", "") for script in scripts]
    last_inline = max(
        (i for i, body in enumerate(bodies) if body and not OPTION.fullmatch(body)), default=-1
    )
    context["script_files"] = [
        script if place < last_inline else defer_script(script)
        for place, script in enumerate(scripts)
    ]


def defer_script(script: _JavaScript) -> _JavaScript:
    """Return a script that waits until the page is read, or the same where it must not."""
    attributes = dict(script.attributes)
    is_settled = {"async", "defer", "type", "body", "loading_method"}.intersection(attributes)
    if not script.filename or is_settled or str(script.filename).endswith(OPTIONS_FILE):
        return script
    return _JavaScript(script.filename, priority=script.priority, **attributes, defer="defer")


def find_script_words(site: Path, pages: Sequence[PageContents]) -> set[str]:
    """Return every word of inline scripts, of scripts that pages load and that these name.

    Parameters
    ----------
    site
        The folder of the site.
    pages
        What its pages load.
    """
    scripts = site.joinpath("_static").rglob("*.*")
    files = {path.name: path for path in scripts if path.suffix in {".js", ".mjs"}}
    inline = "".join(page.code for page in pages)
    names = [Path(script).name for page in pages for script in page.scripts]
    names += [name for name in files if name in inline]
    words = set(WORD.findall(inline))
    seen: set[str] = set()
    while names:
        name = names.pop()
        if name in seen or name not in files:
            continue
        seen.add(name)
        text = files[name].read_text("utf-8")
        words.update(WORD.findall(text))
        names += [other for other in files if other in text]
    return words
