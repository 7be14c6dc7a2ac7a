"""Derive the addresses of repository and site, so that a fork links to itself.

The one place that names the repository is `repository: url` in `_config.yml`. In a run of
GitHub Actions, the repository that runs takes its place, and `SITE_URL` holds what GitHub
Pages says of the site's address, so that user pages and custom domains are right, too.

Pages write `[text](repository:path)`, with a chapter's name `[text](binder:neuron)` and
`[text](colab:neuron)`, and `[text](codespaces:)` for the first chapter.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

# The branch that holds the chapters as notebooks, from which the services open them.
NOTEBOOKS_BRANCH = "notebooks"
SERVICES = {
    "binder": "https://mybinder.org/v2/gh/{slug}/{branch}?urlpath=lab/tree/book/{chapter}.ipynb",
    "codespaces": "https://codespaces.new/{slug}/tree/{branch}?quickstart=1"
    "&devcontainer_path=.devcontainer%2F{chapter}%2Fdevcontainer.json",
    "colab": "https://colab.research.google.com/github/{slug}/blob/{branch}/book/{chapter}.ipynb",
}

if TYPE_CHECKING:
    from docutils import nodes
    from sphinx.application import Sphinx
    from sphinx.config import Config


def find_repository(configured: str, environment: Mapping[str, str]) -> str:
    """Return the address of the repository in which the book is built.

    Parameters
    ----------
    configured
        `repository: url` of `_config.yml`.
    environment
        The environment variables; GitHub Actions sets `GITHUB_REPOSITORY` to `owner/name`
        and `GITHUB_SERVER_URL`.

    Returns
    -------
    str
        `https://host/owner/name`, without a slash at its end.
    """
    if name := environment.get("GITHUB_REPOSITORY"):
        return f"{environment.get('GITHUB_SERVER_URL', 'https://github.com')}/{name}"
    return configured.rstrip("/").removesuffix(".git")


def find_site(repository: str, configured: str, environment: Mapping[str, str]) -> str:
    """Return the address at which the site is published.

    Parameters
    ----------
    repository
        The address of the repository.
    configured
        `html: baseurl` of `_config.yml`, or nothing.
    environment
        The environment variables; `SITE_URL` comes before all else.

    Returns
    -------
    str
        The address with a slash at its end.

    Raises
    ------
    ValueError
        If the stated address is none of the web, or none is stated and the repository is not
        one at GitHub.
    """
    if stated := environment.get("SITE_URL") or configured:
        if urlsplit(stated).scheme not in {"http", "https"}:
            raise ValueError(f"the site's address is {stated!r}: write it with https://")
        return stated.rstrip("/") + "/"
    parts = urlsplit(repository)
    match parts.path.strip("/").split("/"):
        case [owner, name] if parts.netloc == "github.com":
            host = f"{owner.lower()}.github.io"
            return f"https://{host}/" if name.lower() == host else f"https://{host}/{name}/"
    raise ValueError(
        f"`repository: url` is {repository!r}, not https://github.com/OWNER/NAME: "
        "correct it in _config.yml, or state the site's address there as `html: baseurl`"
    )


def find_service(name: str, repository: str, chapter: str) -> str:
    """Return the address at which a service opens a chapter's notebook.

    Parameters
    ----------
    name
        A key of `SERVICES`.
    repository
        The address of the repository, at GitHub.
    chapter
        The chapter's name, such as `neuron`.
    """
    slug = urlsplit(repository).path.strip("/")
    return SERVICES[name].format(slug=slug, branch=NOTEBOOKS_BRANCH, chapter=chapter)


def set_lost_root(
    app: Sphinx,
    pagename: str,
    templatename: str,
    context: dict[str, Any],
    doctree: nodes.document | None,
) -> None:
    """Let scripts of the page for wrong addresses, shown at any depth, load from the top."""
    if pagename == app.config.notfound_pagename:
        context["content_root"] = app.config.notfound_urls_prefix


def set_addresses(app: Sphinx, config: Config) -> None:
    """Hand the addresses to Sphinx, the theme, the extensions and the pages' links.

    Raises
    ------
    sphinx.errors.ConfigError
        If the site's address cannot be derived.
    """
    from sphinx.errors import ConfigError

    options = config.html_theme_options
    repository = find_repository(options["repository_url"], os.environ)
    try:
        site = find_site(repository, config.html_baseurl, os.environ)
    except ValueError as error:
        raise ConfigError(str(error)) from error
    config.html_theme_options = {**options, "repository_url": repository}
    config.html_context = {**config.html_context, "site_url": site}
    config.html_baseurl = config.ogp_site_url = site

    # The page for wrong addresses is shown at any depth, so its links begin at the top.
    root = urlsplit(site).path
    page = config.notfound_context
    body = page["body"].replace('href="', f'href="{root}')
    config.notfound_context = {**page, "body": body}
    config.notfound_urls_prefix = root

    config.myst_url_schemes = {
        **dict.fromkeys(config.myst_url_schemes),
        "repository": repository + "/{{path}}",
        # MyST would escape the ampersand before the chapter's name twice.
        **{
            name: find_service(name, repository, "{{path}}").partition("&")[0]
            for name in SERVICES
        },
    }
