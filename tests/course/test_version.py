"""The version stands in one place, from which pages take it."""

import pytest
from sphinx.config import Config
from sphinx.errors import ConfigError

from _ext.course.version import read_citation, state_version

CITATION = """\
title: A course
authors:
  - name: the contributors
  - given-names: Ada
    family-names: Lovelace
  - family-names: Aristotle
  - given-names: Ludwig
    name-particle: van
    family-names: Beethoven
    name-suffix: Jr.
version: 3.1.0
date-released: 2027-02-03
"""


@pytest.fixture
def config() -> Config:
    """Return settings as they are when the addresses are known."""
    config = Config({}, {})
    config.add("html_theme_options", {}, "html", [dict])
    config.add("html_baseurl", "https://a.org/", "html", [str])
    config.add("myst_substitutions", {"before": "kept"}, "env", [dict])
    config.html_theme_options = {
        "repository_url": "https://github.com/a/b",
        "repository_branch": "main",
        "navbar_persistent": [],
    }
    return config


class App:
    """As much of Sphinx as the version needs: the folder of the sources."""

    def __init__(self, srcdir):
        self.srcdir = srcdir


def test_version_and_how_to_cite_come_from_the_citation_file(config, tmp_path):
    (tmp_path / "CITATION.cff").write_text(CITATION, "utf-8")
    state_version(App(tmp_path), config)
    assert (config.version, config.release) == ("3.1.0", "3.1.0")
    assert config.html_theme_options == {
        "repository_url": "https://github.com/a/b",
        "repository_branch": "main",
        "navbar_persistent": [],
        "extra_footer": '<p><a href="https://github.com/a/b/blob/main/CHANGELOG.md">'
        "Version 3.1.0</a></p>",
    }
    assert config.myst_substitutions == {
        "before": "kept",
        "citation": "The contributors, Ada Lovelace, Aristotle, Ludwig van Beethoven Jr. "
        "(2027). *A course*, version 3.1.0. "
        "<https://a.org/>",
    }


@pytest.mark.parametrize("key", ["title", "authors", "version", "date-released"])
def test_citation_file_that_lacks_what_pages_show_is_refused(tmp_path, key):
    file = tmp_path / "CITATION.cff"
    file.write_text(CITATION.replace(f"{key}:", f"no-{key}:"), "utf-8")
    with pytest.raises(ConfigError, match=f"CITATION.cff: add {key}$"):
        read_citation(file)


def test_unreadable_citation_file_is_named(tmp_path):
    with pytest.raises(ConfigError, match=r"CITATION.cff: .*No such file"):
        read_citation(tmp_path / "CITATION.cff")
    (tmp_path / "CITATION.cff").write_text("title: [", "utf-8")
    with pytest.raises(ConfigError, match=r"(?s)CITATION.cff: .*line 1"):
        read_citation(tmp_path / "CITATION.cff")
