"""Tiny books: a few lines of Markdown, built by Sphinx in this process with the whole package.

The package is imported by its path, `_ext.course`, by which the mutation tester knows it.
"""

from __future__ import annotations

import re
import string
from collections.abc import Callable
from copy import deepcopy
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

from bs4 import BeautifulSoup, Tag
from docutils import nodes
from fontTools.fontBuilder import FontBuilder
from fontTools.ttLib.tables._g_l_y_f import Glyph
from sphinx.testing.util import SphinxTestApp

MATH_FONT = "_static/fonts/latin-modern-math.woff2"
THEME = {
    "theme.conf": (
        "[theme]\ninherit = basic\nstylesheet = plain.css\n"
        "[options]\nrepository_url =\nrepository_branch =\nextra_footer =\n"
    ),
    "layout.html": (
        "<!DOCTYPE html>\n<html><head><title>{{ title }}</title>\n"
        "{% for css in css_files %}{{ css_tag(css) }}\n{% endfor %}"
        "{% for js in script_files %}{{ js_tag(js) }}\n{% endfor %}"
        "</head><body>{{ body }}</body></html>\n"
    ),
    "static/plain.css": "",
}
# A plot as Matplotlib draws it in a chapter, with the note of where its panels are.
TWO_PANELS = """\
<svg xmlns="http://www.w3.org/2000/svg" width="66pt" height="20pt" viewBox="0 0 66 20">
<metadata xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:description>[[1, 1, 20, 16],
 [31, 1, 30, 16]]</dc:description></metadata><path d="M0 0h9"/></svg>
""".replace("16],\n", "16],")
# The head of a page whose cells are shown and not executed.
NOTEBOOK_HEAD = """\
---
file_format: mystnb
kernelspec:
  name: python3
  display_name: Python 3
language_info:
  name: python
  pygments_lexer: ipython3
---

"""
CITATION = """\
title: A tiny book
authors: [{name: the contributors}]
version: 1.2.3
date-released: 2026-11-25
"""
CONFIGURATION: dict[str, Any] = {
    "extensions": [
        "myst_nb",
        "sphinx_design",
        "sphinx_exercise",
        "sphinxcontrib.bibtex",
        "notfound.extension",
        "_ext.course",
    ],
    "root_doc": "index",
    "exclude_patterns": ["_build"],
    "source_suffix": {".md": "myst-nb", ".ipynb": "myst-nb"},
    "templates_path": [],  # themes append to Sphinx's own list, which all books share
    "show_warning_types": True,
    "myst_enable_extensions": ["colon_fence", "dollarmath", "deflist"],
    "nb_execution_mode": "off",
    "numfig": True,
    "html_math_renderer": "mathml",
    "html_static_path": ["_static"],
    "html_theme": "plain",
    "html_theme_path": ["theme"],
    "html_theme_options": {
        "repository_url": "https://github.com/owner/book",
        "repository_branch": "main",
    },
    "html_use_index": False,
    "notfound_context": {"title": "Page not found", "body": '<a href="index.html">here</a>'},
    "bibtex_bibfiles": ["references.bib"],
    "bibtex_default_style": "author_year",
    "bibtex_reference_style": "author_year",
}


@cache
def make_font(characters: str) -> bytes:
    """Return a font with an empty glyph for each character, which is quick to cut."""
    glyphs = {ord(character): f"u{ord(character):04X}" for character in characters}
    names = [".notdef", *glyphs.values()]
    builder = FontBuilder(unitsPerEm=1000, isTTF=True)
    builder.setupGlyphOrder(names)
    builder.setupCharacterMap(glyphs)
    builder.setupGlyf(dict.fromkeys(names, Glyph()))
    builder.setupHorizontalMetrics(dict.fromkeys(names, (500, 0)))
    builder.setupHorizontalHeader()
    builder.setupPost()
    builder.font.flavor = "woff2"
    buffer = BytesIO()
    builder.save(buffer)
    return buffer.getvalue()


class TinyBook:
    """A folder of pages, which can be changed and built again.

    Parameters
    ----------
    root
        The folder.
    **configuration
        Settings of Sphinx that differ from `CONFIGURATION`.

    Attributes
    ----------
    app
        The application of the last build.
    site
        The folder of the built site.
    warnings
        What the last build warned of, a line each, with paths as seen from the folder.
    """

    app: SphinxTestApp

    def __init__(self, root: Path, **configuration: Any) -> None:
        self.root = root
        self.site = root / "_build" / "html"
        self.configuration = {**CONFIGURATION, **configuration}
        self.warnings: list[str] = []
        self.write("conf.py", "")
        self.write("references.bib", "")
        self.write("CITATION.cff", CITATION)
        self.write("book/requirements.txt", "docutils\n")
        self.write("book/matplotlibrc", "")
        for name, text in THEME.items():
            self.write(f"theme/plain/{name}", text)
        self.write(MATH_FONT, make_font(f"√{string.printable}"))

    def write(self, name: str, content: str | bytes) -> None:
        """Write a file of the book."""
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)

    def build(
        self, setup: Callable[[SphinxTestApp], object] | None = None, format: str = "html"
    ) -> None:
        """Build the book; what has not changed since the last build is not built again.

        Parameters
        ----------
        setup
            Is called with the application before it builds, as an extension would be.
        format
            The name of Sphinx's builder.
        """
        self.app = SphinxTestApp(format, self.root, confoverrides=deepcopy(self.configuration))
        try:
            if setup:
                setup(self.app)
            self.app.build()
        finally:
            self.app.cleanup()
            colours = re.compile(r"\x1b\[[\d;]*m")
            text = colours.sub("", self.app.warning.getvalue()).replace(f"{self.root}/", "")
            self.warnings = text.splitlines()

    def written(self) -> set[str]:
        """Return the names of the pages of the book that the last build has written."""
        return self.app.env.temp_data.get("written_pages", set()) & self.app.env.found_docs

    def doctree(self, name: str = "index") -> nodes.document:
        """Return a page as it is when all of the package's steps are done."""
        return self.app.env.get_and_resolve_doctree(name, self.app.builder)

    def html(self, name: str = "index") -> BeautifulSoup:
        """Return a page of the site, parsed."""
        return BeautifulSoup((self.site / f"{name}.html").read_text("utf-8"), "html.parser")

    def text(self, selector: str, name: str = "index") -> str:
        """Return the text of the one element that a CSS selector finds, in single spaces."""
        return " ".join(self.find(selector, name).get_text().split())

    def find(self, selector: str, name: str = "index") -> Tag:
        """Return the one element of a page that a CSS selector finds."""
        (element,) = self.html(name).select(selector)
        return element
