"""Let readers tell of a mistake, or mend it, from the page that has it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode, urlsplit

from markupsafe import Markup

if TYPE_CHECKING:
    from docutils import nodes
    from sphinx.application import Sphinx

# The form in `.github/ISSUE_TEMPLATE`, and its field for the page.
FORM, FIELD = "unclear-or-wrong.yml", "place"


def find_report(repository: str, place: str) -> str:
    """Return the address of the form for mistakes, with the place of the mistake filled in.

    Parameters
    ----------
    repository
        The address of the repository, at GitHub.
    place
        The page, in words.
    """
    fields = {"template": FORM, FIELD: place}
    return f"{repository}/issues/new?{urlencode(fields, quote_via=quote)}"


def add_feedback(
    app: Sphinx,
    pagename: str,
    templatename: str,
    context: dict[str, Any],
    doctree: nodes.document | None,
) -> None:
    """Hand the addresses to report and to edit a page to the templates, if it is at GitHub."""
    options, config = app.config.html_theme_options, app.config
    repository = options["repository_url"]
    if doctree is None or urlsplit(repository).netloc != "github.com":
        return
    source = Path(app.env.doc2path(pagename)).relative_to(app.srcdir).as_posix()
    title = Markup(context["title"]).striptags()
    address = config.html_baseurl + pagename + app.builder.out_suffix
    context["report_address"] = find_report(
        repository, f"{title}, version {config.version}: {address}"
    )
    context["edit_address"] = f"{repository}/edit/{options['repository_branch']}/{source}"
