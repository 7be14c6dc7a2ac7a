"""What the tests of the package share."""

import os
import string
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any
from unittest.mock import patch

import jupyter_client
import matplotlib
import pytest
import tinycss2
from docutils import nodes
from docutils.core import publish_doctree
from myst_parser.docutils_ import Parser
from tiny_book import CONFIGURATION, TinyBook, make_font

from tools.book import ROOT


@pytest.fixture(autouse=True)
def environment() -> Iterator[None]:
    """Put back what a build in this process does to it."""
    manager = jupyter_client.AsyncKernelManager
    with patch.dict(os.environ), patch.object(jupyter_client, "AsyncKernelManager", manager):
        yield


@pytest.fixture(scope="session", autouse=True)
def sheets() -> Iterator[None]:
    """Parse each style sheet once: most are the same in all tiny books."""
    with patch("tinycss2.parse_stylesheet", cache(tinycss2.parse_stylesheet)):
        yield


@pytest.fixture
def plot_settings() -> Iterator[None]:
    """Matplotlib's settings in the kernels, except for the font."""
    with matplotlib.rc_context(fname=ROOT / "book" / "matplotlibrc"):
        matplotlib.rcParams.update({"axes.facecolor": "none", "figure.facecolor": "none"})
        yield


@pytest.fixture
def math_font() -> bytes:
    """A font that has more than letters."""
    return make_font(f"√{string.printable}")


@pytest.fixture
def make_book(tmp_path: Path) -> Callable[..., TinyBook]:
    """Return a function that makes a tiny book, which is not built yet.

    It takes the text of the first page, those of others by their names, in numbered order,
    and settings of Sphinx.
    """

    def make(
        text: str = "# Title\n", pages: dict[str, str] | None = None, **configuration: Any
    ) -> TinyBook:
        book = TinyBook(tmp_path / "book-copy", **configuration)
        pages = pages or {}
        contents = "\n".join(["\n```{toctree}", ":numbered:", *pages, "```\n"])
        book.write("index.md", text + (contents if pages else ""))
        for name, page in pages.items():
            book.write(name if name.endswith(".ipynb") else f"{name}.md", page)
        return book

    return make


@pytest.fixture
def build_book(make_book: Callable[..., TinyBook]) -> Callable[..., TinyBook]:
    """Return a function that makes and builds a tiny book; see `make_book`."""

    def build(*args: Any, **configuration: Any) -> TinyBook:
        book = make_book(*args, **configuration)
        book.build()
        return book

    return build


@pytest.fixture
def parse() -> Callable[[str], nodes.document]:
    """Return a function that parses Markdown without Sphinx."""
    settings = {"myst_enable_extensions": CONFIGURATION["myst_enable_extensions"]}

    def parse_markdown(text: str) -> nodes.document:
        return publish_doctree(text, parser=Parser(), settings_overrides=settings)

    return parse_markdown
