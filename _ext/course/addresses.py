"""Where the site, its repository and the launchers are, and which version it is."""

import os
import re
from pathlib import Path
from urllib.parse import urlsplit

import yaml

BINDER = "https://mybinder.org/v2/gh/{slug}/notebooks"
COLAB = "https://colab.research.google.com/github/{slug}/blob/notebooks"
LAUNCHES = {
    "Binder": f"{BINDER}?urlpath=lab/tree/book/{{page}}.ipynb",
    "Codespaces": "https://codespaces.new/{slug}/tree/notebooks?quickstart=1",
    "Colab": f"{COLAB}/book/{{page}}.ipynb",
}


def set_addresses(app, config):
    """Let a fork link to itself, and pages quote the version of `CITATION.cff`.

    The environment variables `GITHUB_REPOSITORY` (`owner/name`) and `SITE_URL` come
    before `course_repository` of `_config.yml`.
    """
    slug = os.environ.get("GITHUB_REPOSITORY", config.course_repository)
    owner, name = slug.split("/")
    config.html_baseurl = os.environ.get(
        "SITE_URL", f"https://{owner}.github.io/{name}/"
    )
    repository = f"https://github.com/{slug}"
    launches = {name.lower(): url for name, url in LAUNCHES.items()}
    schemes = {"repository": f"{repository}/{{page}}", **launches}
    config.myst_url_schemes = {"http": None, "https": None, "mailto": None}
    for scheme, url in schemes.items():
        config.myst_url_schemes[scheme] = url.format(slug=slug, page="{{path}}")
    config.notfound_urls_prefix = urlsplit(config.html_baseurl).path
    config.html_context |= {"site": config.html_baseurl, "slug": slug}
    config.html_context["repository"] = repository


def set_version(app, config):
    """Take the version, and the citation that pages show, from `CITATION.cff`."""
    cited = yaml.safe_load(Path(app.srcdir, "CITATION.cff").read_text("utf-8"))
    config.version = config.release = str(cited["version"])
    authors, year = cited["authors"][0]["name"], cited["date-released"].year
    config.myst_substitutions["citation"] = (
        f"{authors[0].upper()}{authors[1:]} ({year}). *{cited['title']}*, "
        f"version {config.version}. <{config.html_baseurl}>"
    )


def set_styles(app, config):
    """Link sheets of parts only on pages that have them; set the style of dark code."""
    config.html_css_files = [
        sheet
        for sheet in config.html_css_files
        if not re.search("class/|labs/|questions/|math.css", str(sheet))
    ]
    config.pygments_dark_style = "a11y-high-contrast-dark"


def setup(app):
    app.add_config_value("course_repository", "", "env")
    for step in (set_addresses, set_version, set_styles):
        app.connect("config-inited", step, priority=900)
