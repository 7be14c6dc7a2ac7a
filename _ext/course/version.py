"""State on every page the course's version, which `CITATION.cff` alone holds.

The version stands at the foot of each page and leads to the changelog. A page that quotes
`{{ citation }}` shows how to cite the course.
"""

from pathlib import Path
from typing import Any

import yaml
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.errors import ConfigError

FILE = "CITATION.cff"
# The parts of an author's name, in their order.
NAMES = ("name", "given-names", "name-particle", "family-names", "name-suffix")


def read_citation(path: Path) -> dict[str, Any]:
    """Return the metadata of a citation file.

    Raises
    ------
    sphinx.errors.ConfigError
        If the file is missing, is no YAML, or lacks what the pages show.
    """
    try:
        citation = yaml.safe_load(path.read_text("utf-8"))
    except (OSError, yaml.YAMLError) as error:
        raise ConfigError(f"{path}: {error}") from error
    needed = {"title", "authors", "version", "date-released"}
    if missing := needed.difference(citation or ()):
        raise ConfigError(f"{path}: add {', '.join(sorted(missing))}")
    return citation


def format_citation(citation: dict[str, Any], site: str) -> str:
    """Return as Markdown how to cite the course that is published at an address."""
    names = [
        " ".join(author[part] for part in NAMES if part in author)
        for author in citation["authors"]
    ]
    year = str(citation["date-released"])[:4]
    title, version = citation["title"], citation["version"]
    listed = ", ".join(names)
    return f"{listed[0].upper()}{listed[1:]} ({year}). *{title}*, version {version}. <{site}>"


def state_version(app: Sphinx, config: Config) -> None:
    """Hand the version to Sphinx, the theme's footer and the pages' substitutions."""
    citation = read_citation(Path(app.srcdir, FILE))
    config.version = config.release = str(citation["version"])
    options = config.html_theme_options
    changes = f"{options['repository_url']}/blob/{options['repository_branch']}/CHANGELOG.md"
    footer = f'<p><a href="{changes}">Version {config.version}</a></p>'
    config.html_theme_options = {**options, "extra_footer": footer}
    config.myst_substitutions = {
        **config.myst_substitutions,
        "citation": format_citation(citation, config.html_baseurl),
    }
