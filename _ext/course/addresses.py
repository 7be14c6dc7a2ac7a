"""Link to the repository in which the book is built, so that a fork links to the fork.

The address is `repository: url` in `_config.yml`, or that of `GITHUB_REPOSITORY`
where GitHub Actions sets it. Pages write `[text](repository:path)`, `[text](binder:path)`
and `[text](codespaces:)`.
"""

import os

from sphinx.application import Sphinx


def set_address(app: Sphinx, config) -> None:
    options = config.html_theme_options
    server, owner, name = options["repository_url"].rstrip("/").rsplit("/", 2)
    if slug := os.environ.get("GITHUB_REPOSITORY"):
        owner, name = slug.split("/")
    url = f"{server}/{owner}/{name}"
    branch = options["repository_branch"]
    options["repository_url"] = url
    config.html_baseurl = f"https://{owner.lower()}.github.io/{name}/"
    config.html_context["site_url"] = config.html_baseurl
    config.ogp_site_url = config.html_baseurl
    config.notfound_urls_prefix = f"/{name}/"
    # The page for wrong addresses is shown at any depth, so its links begin at the top.
    page = config.notfound_context
    page["body"] = page["body"].replace('href="', f'href="/{name}/')
    config.myst_url_schemes = {
        **dict.fromkeys(config.myst_url_schemes),
        "repository": url + "/{{path}}",
        "binder": f"https://mybinder.org/v2/gh/{owner}/{name}/{branch}?urlpath=" + "{{path}}",
        "codespaces": f"https://codespaces.new/{owner}/{name}",
    }
