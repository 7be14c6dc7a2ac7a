"""Lint keeps addresses good for ever, and version and address the same in every file."""

import pytest

from tools.lint.finding import Finding
from tools.lint.repository import Repository
from tools.lint.rules import publishing

PUBLISHED = publishing.PUBLISHED
FILES = {
    "_config.yml": """\
repository:
  url: https://github.com/a/course
sphinx:
  config:
    rediraffe_redirects:
      book/old: book/mean
      book/older: book/old
""",
    "_toc.yml": """\
format: jb-book
root: index
parts:
  - chapters:
      - file: book/mean
        sections:
          - file: book/median
""",
    PUBLISHED: "# Every page\nindex\nbook/mean\nbook/median\nbook/old\nbook/older\n",
    "CITATION.cff": """\
version: 1.1.0-dev
date-released: 2027-01-02
url: https://a.github.io/course/
repository-code: https://github.com/a/course
""",
    "CHANGELOG.md": "# Changelog\n\n## [Unreleased]\n\n## [1.0.0] - 2027-01-02\n",
    "README.md": "# A course\n\nRead it at <https://a.github.io/course/>.\n",
}
RELEASED = ("CITATION.cff", "1.1.0-dev", "1.1.0")

# rule, edits (file, old, new), findings
FAULTS = {
    "vanished": (
        "published_pages",
        [("_toc.yml", "book/median", "book/mode"), (PUBLISHED, "book/old", "book/mode")],
        [
            "book/published-pages.txt:4: book/median was published and is no page now: add `book/median: book/new-name` to rediraffe_redirects in _config.yml",
            "book/published-pages.txt:6: book/modeer was published and is no page now: add `book/modeer: book/new-name` to rediraffe_redirects in _config.yml",
        ],
    ),
    "not yet listed": (
        "published_pages",
        [(PUBLISHED, "book/median\n", "")],
        [
            "_toc.yml:7: book/median is missing from book/published-pages.txt: add it there for ever, so that links to it stay good"
        ],
    ),
    "redirect to nothing": (
        "published_pages",
        [("_config.yml", "book/old: book/mean", "book/old: book/none")],
        [
            "_config.yml:6: the redirect from book/old leads to book/none, which is no page: name a page as _toc.yml does"
        ],
    ),
    "page and redirect": (
        "published_pages",
        [("_config.yml", "book/old: book/mean", "book/median: book/mean")],
        [
            "book/published-pages.txt:5: book/old was published and is no page now: add `book/old: book/new-name` to rediraffe_redirects in _config.yml",
            "_config.yml:6: book/median is a page and a redirect: remove the redirect, or the page from _toc.yml",
            "_config.yml:7: the redirect from book/older leads to book/old, which is no page: name a page as _toc.yml does",
        ],
    ),
    "released, without an entry": (
        "version",
        [RELEASED],
        [
            "CITATION.cff:1: CHANGELOG.md begins with '## [Unreleased]': write ## [1.1.0] - 2027-01-02 there, or a version with -dev here"
        ],
    ),
    "released on another day": (
        "version",
        [RELEASED, ("CHANGELOG.md", "[Unreleased]", "[1.1.0] - 2027-01-03")],
        [
            "CITATION.cff:1: CHANGELOG.md begins with '## [1.1.0] - 2027-01-03': write ## [1.1.0] - 2027-01-02 there, or a version with -dev here"
        ],
    ),
    "in the making, without an entry": (
        "version",
        [("CHANGELOG.md", "## [Unreleased]\n", "")],
        [
            "CHANGELOG.md:4: 1.1.0-dev has no entry: begin with ## [Unreleased], or release the version in CITATION.cff"
        ],
    ),
    "no higher than what was released": (
        "version",
        [("CITATION.cff", "1.1.0-dev", "1.0.0-dev")],
        [
            "CITATION.cff:1: 1.0.0-dev does not follow what was released: write the next version with -dev"
        ],
    ),
    "heading that is no version": (
        "version",
        [("CHANGELOG.md", "## [1.0.0] - 2027-01-02", "## 1.0.0")],
        [
            "CHANGELOG.md:5: this heading is no version: write ## [Unreleased], or version and day as in ## [1.0.0] - 2026-11-25"
        ],
    ),
    "no changelog": (
        "version",
        [("CHANGELOG.md", FILES["CHANGELOG.md"], "")],
        [
            "CHANGELOG.md:1: 1.1.0-dev has no entry: begin with ## [Unreleased], or release the version in CITATION.cff"
        ],
    ),
    "site cited elsewhere": (
        "addresses",
        [("CITATION.cff", "https://a.github.io/course/", "https://b.github.io/course/")],
        [
            "CITATION.cff:3: url is https://b.github.io/course/: write https://a.github.io/course/"
        ],
    ),
    "repository cited elsewhere": (
        "addresses",
        [("CITATION.cff", "https://github.com/a/course", "https://github.com/b/course")],
        [
            "CITATION.cff:4: repository-code is https://github.com/b/course: write https://github.com/a/course"
        ],
    ),
    "no address in the README": (
        "addresses",
        [("README.md", "<https://a.github.io/course/>", "our site")],
        [
            "README.md:1: the site's address cannot be read here: write <https://a.github.io/course/> near the top"
        ],
    ),
    "old address in the README": (
        "addresses",
        [("README.md", ">.", ">, once at https://b.github.io/c.")],
        [
            "README.md:3: the site is not at https://b.github.io/c: write https://a.github.io/course/"
        ],
    ),
    "moved to a domain": (
        "addresses",
        [("_config.yml", "sphinx:", "html:\n  baseurl: https://a.org\nsphinx:")],
        [
            "CITATION.cff:3: url is https://a.github.io/course/: write https://a.org/",
            "README.md:1: the site's address cannot be read here: write <https://a.org/> near the top",
            "README.md:3: the site is not at https://a.github.io/course/: write https://a.org/",
        ],
    ),
    "no repository at GitHub": (
        "addresses",
        [("_config.yml", "github.com/a/course", "example.org/a/course")],
        [
            "_config.yml:2: `repository: url` is 'https://example.org/a/course', not https://github.com/OWNER/NAME: correct it in _config.yml, or state the site's address there as `html: baseurl`"
        ],
    ),
}


def find(root, rule: str) -> list[Finding]:
    """Return what a rule finds in a folder."""
    return list(getattr(publishing, rule)(Repository(root)))


@pytest.fixture
def root(tmp_path):
    """Return a folder in which all is well."""
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, "utf-8")
    return tmp_path


@pytest.mark.parametrize("rule", ["published_pages", "version", "addresses"])
def test_sound_files_pass(root, rule):
    assert find(root, rule) == []


def test_release_passes(root):
    for name, old, new in (RELEASED, ("CHANGELOG.md", "Unreleased]", "1.1.0] - 2027-01-02")):
        text = (root / name).read_text("utf-8")
        (root / name).write_text(text.replace(old, new), "utf-8")
    assert find(root, "version") == []


@pytest.mark.parametrize("fault", FAULTS)
def test_fault_is_refused_with_its_place_and_what_to_do(root, fault):
    rule, edits, expected = FAULTS[fault]
    for name, old, new in edits:
        text = (root / name).read_text("utf-8")
        assert old in text
        (root / name).write_text(text.replace(old, new), "utf-8")
    assert [str(f).removesuffix(" []") for f in find(root, rule)] == expected
