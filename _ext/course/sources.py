"""Name the file, and the line where there is one, of sources that cannot be read."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from docutils import nodes
from jinja2 import TemplateSyntaxError
from myst_nb.sphinx_ import Parser
from nbclient.exceptions import DeadKernelError
from pybtex.database import parse_file
from pybtex.scanner import PybtexSyntaxError
from sphinx.application import Sphinx
from sphinx.builders.html import StandaloneHTMLBuilder
from sphinx.errors import ExtensionError, SphinxError

LINE = re.compile(r"\bline (\d+)")


def find_line(node: nodes.Node | None) -> int | None:
    """Return the line of a node, or of what it stands in: MyST gives none to many nodes."""
    while node is not None and not node.line:
        node = node.parent
    return node.line if node is not None else None


def check_encoding(app: Sphinx, docname: str, source: list[str]) -> None:
    """Stop at a page that is not written in UTF-8.

    Raises
    ------
    sphinx.errors.ExtensionError
        With the page and the line.
    """
    path = Path(app.env.doc2path(docname))
    content = path.read_bytes()
    try:
        content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise ExtensionError(
            f"{path}:{line}: {error.reason} in what should be UTF-8: save the file as UTF-8"
        ) from error


def check_templates(app: Sphinx) -> None:
    """Stop at a template of the book that Jinja cannot compile.

    Raises
    ------
    sphinx.errors.ExtensionError
        With the file and the line.
    """
    if not isinstance(app.builder, StandaloneHTMLBuilder):
        return
    # A theme adds its own folders, with their whole paths.
    folders = [folder for folder in app.config.templates_path if not Path(folder).is_absolute()]
    for folder in folders:
        for path in sorted(Path(app.srcdir, folder).glob("**/*.html")):
            try:
                app.builder.templates.environment.compile(path.read_text("utf-8"))
            except TemplateSyntaxError as error:
                raise ExtensionError(
                    f"{path}:{error.lineno}: this is no template: {error.message}"
                ) from error


def check_bibliography(app: Sphinx) -> None:
    """Stop at a bibliography that cannot be parsed.

    Raises
    ------
    sphinx.errors.ExtensionError
        With the file and the line.
    """
    for name in app.config.bibtex_bibfiles:
        path = Path(app.srcdir, name)
        try:
            parse_file(str(path), "bibtex")
        except PybtexSyntaxError as error:
            raise ExtensionError(
                f"{path}:{error.lineno}: {error}: look for a brace or a comma that is missing "
                "here or in the entry before"
            ) from error


@contextmanager
def name_page(path: str) -> Iterator[None]:
    """Have whatever goes wrong inside told with the page.

    Parameters
    ----------
    path
        The file of the page.

    Raises
    ------
    sphinx.errors.ExtensionError
        With the page and the line.
    """
    try:
        yield
    except SphinxError:
        raise
    except DeadKernelError as error:
        raise ExtensionError(
            f"{path}:1: its kernel was ended, by Ctrl+C or for want of memory"
        ) from error
    except Exception as error:
        text = str(error) or type(error).__name__
        line = LINE.search(text)
        place = f"{path}:{line[1] if line else 1}"
        raise ExtensionError(f"{place}: {type(error).__name__}: {text}") from error


class NamingParser(Parser):
    """MyST-NB's parser, whose errors name the page."""

    def parse(self, inputstring: str, document: nodes.document) -> None:
        """Parse a page.

        Parameters
        ----------
        inputstring
            The text of the page.
        document
            The document to which its nodes are added.
        """
        with name_page(self.env.doc2path(self.env.docname)):
            super().parse(inputstring, document)
