"""Offer each chapter's notebook: in Binder, in Codespaces, in Colab, or to download.

The notebooks live on a branch of their own, which the workflow writes before it publishes
the site.
"""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlsplit

from .addresses import find_service

if TYPE_CHECKING:
    from docutils import nodes
    from sphinx.application import Sphinx

# All three read repositories of GitHub only.
NOTES = {
    "binder": "Binder: no account, starts in 1–3 minutes",
    "codespaces": "Codespaces: with a GitHub account",
    "colab": "Colab: with a Google account",
}


class Launch(NamedTuple):
    """A way to run a chapter: what it is, and its address."""

    text: str
    address: str


def list_launches(repository: str, chapter: str, download: str) -> list[Launch]:
    """Return the ways to run a chapter.

    Parameters
    ----------
    repository
        The address of the repository.
    chapter
        The chapter's name, such as `neuron`.
    download
        The address of the notebook on the site, as seen from the page.
    """
    is_at_github = urlsplit(repository).netloc == "github.com"
    notes = NOTES if is_at_github else {}
    services = [
        Launch(note, find_service(name, repository, chapter)) for name, note in notes.items()
    ]
    return [*services, Launch("Download: for a Jupyter of your own", download)]


def add_launches(
    app: Sphinx,
    pagename: str,
    templatename: str,
    context: dict[str, Any],
    doctree: nodes.document | None,
) -> None:
    """Hand the ways to run a chapter to the template `article-header-buttons.html`."""
    if notebook := context.get("ipynb_source"):
        context["launches"] = list_launches(
            app.config.html_theme_options["repository_url"],
            PurePosixPath(pagename).name,
            f"{context['pathto']('_sources', 1)}/{notebook}",
        )
