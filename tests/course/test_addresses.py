"""Pages link to the site and repository in which they are built, and to pages that moved."""

import shutil

import pytest
import yaml
from bs4 import BeautifulSoup
from sphinx.errors import ConfigError
from sphinx.testing.util import SphinxTestApp

from _ext.course.addresses import find_repository, find_site
from _ext.course.sitemap import write_sitemap
from tools.book import ROOT

CONFIG = yaml.safe_load((ROOT / "_config.yml").read_text("utf-8"))
REPOSITORY = CONFIG["repository"]["url"]
SETTINGS = {
    "extensions": [
        "myst_parser",
        "notfound.extension",
        "sphinx_book_theme",
        "sphinxext.opengraph",
        "sphinxext.rediraffe",
    ],
    "source_suffix": {".md": "markdown"},
    "html_theme": "sphinx_book_theme",
    "html_sidebars": {"**": []},
    "html_theme_options": {
        "repository_url": "https://github.com/up/stream",
        "repository_branch": "trunk",
        "use_repository_button": True,
    },
    "myst_url_schemes": ["ftp"],
    "notfound_context": {"title": "None", "body": '<p><a href="index.html">start</a></p>'},
    "ogp_social_cards": {"enable": False},
    "rediraffe_template": "redirect.html",
}


@pytest.fixture
def build(tmp_path, monkeypatch):
    """Return a function that builds a page with given settings and returns its folder."""
    for name in ("GITHUB_REPOSITORY", "GITHUB_SERVER_URL", "SITE_URL"):
        monkeypatch.delenv(name, raising=False)
    (tmp_path / "conf.py").write_text(
        "from _ext.course.addresses import set_addresses, set_lost_root\n"
        "def setup(app):\n"
        "    app.connect('config-inited', set_addresses, 100)\n"
        "    app.connect('html-page-context', set_lost_root)\n",
        "utf-8",
    )
    (tmp_path / "index.md").write_text(
        "# A page\n\n[i](repository:issues) [b](binder:one) [s](codespaces:) [c](colab:one)\n"
        "[f](ftp://example.org)\n",
        "utf-8",
    )
    shutil.copy(ROOT / CONFIG["sphinx"]["config"]["rediraffe_template"], tmp_path)

    def build(**settings):
        # The theme appends to Sphinx's own list, which all books share.
        settings |= {"templates_path": []}
        app = SphinxTestApp(srcdir=tmp_path, confoverrides=SETTINGS | settings)
        try:
            app.connect("build-finished", write_sitemap)
            app.build()
        finally:
            app.cleanup()
        assert app.statuscode == 0, app.warning.getvalue()
        return app

    return build


@pytest.mark.parametrize(
    ("environment", "address"),
    [
        ({}, "https://github.com/up/stream"),
        ({"GITHUB_REPOSITORY": "a/fork"}, "https://github.com/a/fork"),
        (
            {"GITHUB_REPOSITORY": "a/fork", "GITHUB_SERVER_URL": "https://git.example.org"},
            "https://git.example.org/a/fork",
        ),
    ],
)
def test_repository_is_the_one_that_builds(environment, address):
    for configured in ("https://github.com/up/stream/", "https://github.com/up/stream.git"):
        assert find_repository(configured, environment) == address


@pytest.mark.parametrize(
    ("repository", "configured", "stated", "site"),
    [
        ("https://github.com/Alice/Course", "", "", "https://alice.github.io/Course/"),
        ("https://github.com/Alice/Alice.github.io", "", "", "https://alice.github.io/"),
        ("https://github.com/a/b", "https://a.org", "", "https://a.org/"),
        ("https://github.com/a/b", "", "http://www.a.org", "http://www.a.org/"),
        ("https://github.com/a/b", "https://a.org", "https://b.org/c/", "https://b.org/c/"),
        ("https://git.example.org/a/b", "", "https://a.org", "https://a.org/"),
    ],
    ids=["project", "user", "configured", "custom domain", "Pages first", "another host"],
)
def test_site_is_where_pages_publishes_it(repository, configured, stated, site):
    assert find_site(repository, configured, {"SITE_URL": stated}) == site


@pytest.mark.parametrize(
    ("repository", "stated", "message"),
    [
        ("https://git.example.org/a/b", "", "html: baseurl"),
        ("https://github.com/a", "", "OWNER/NAME"),
        ("https://github.com/a/b", "a.github.io/b", "https://"),
    ],
)
def test_address_that_cannot_be_derived_is_refused_with_what_to_do(repository, stated, message):
    with pytest.raises(ValueError, match=message):
        find_site(repository, "", {"SITE_URL": stated})


def test_build_stops_where_the_address_cannot_be_derived(build):
    options = SETTINGS["html_theme_options"] | {"repository_url": "https://example.org/a/b"}
    with pytest.raises(ConfigError, match="html: baseurl"):
        build(html_theme_options=options)


@pytest.mark.parametrize(
    ("repository", "site_url", "site", "root"),
    [
        ("", "", "https://up.github.io/stream/", "/stream/"),
        ("alice/alice.github.io", "", "https://alice.github.io/", "/"),
        ("alice/course", "https://www.alice.org", "https://www.alice.org/", "/"),
    ],
    ids=["at home", "user page", "custom domain"],
)
def test_pages_link_to_their_own_site_and_repository(
    build, monkeypatch, repository, site_url, site, root
):
    monkeypatch.setenv("GITHUB_REPOSITORY", repository)
    monkeypatch.setenv("SITE_URL", site_url)
    app = build()
    folder = app.outdir
    slug = repository or "up/stream"
    page = BeautifulSoup((folder / "index.html").read_text("utf-8"), "html.parser")
    assert page.find("link", rel="canonical")["href"] == f"{site}index.html"
    assert page.find("meta", property="og:url")["content"] == f"{site}index.html"
    assert [link["href"] for link in page.select("article p a.reference")] == [
        f"https://github.com/{slug}/issues",
        f"https://mybinder.org/v2/gh/{slug}/notebooks?urlpath=lab/tree/book/one.ipynb",
        f"https://codespaces.new/{slug}/tree/notebooks?quickstart=1",
        f"https://colab.research.google.com/github/{slug}/blob/notebooks/book/one.ipynb",
        "ftp://example.org",
    ]
    assert (
        page.select_one(".btn-source-repository-button")["href"] == f"https://github.com/{slug}"
    )
    assert app.config.html_context["site_url"] == site
    lost = BeautifulSoup((folder / "404.html").read_text("utf-8"), "html.parser")
    assert lost.find("a", string="start")["href"] == f"{root}index.html"
    assert lost.html["data-content_root"] == root
    assert all(
        link["href"].startswith(root) for link in lost.find_all("link", rel="stylesheet")
    )


def test_site_is_at_the_address_that_is_configured(build):
    app = build(html_baseurl="https://www.example.org")
    assert app.config.html_context["site_url"] == "https://www.example.org/"


def test_renamed_page_leaves_a_redirect(build):
    folder = build(rediraffe_redirects={"old/name": "index"}).outdir
    text = (folder / "old" / "name.html").read_text("utf-8")
    page = BeautifulSoup(text, "html.parser")
    assert page.html["lang"] == "en"
    assert page.title.string == page.h1.string == "This page has moved"
    assert page.find("link", rel="canonical")["href"] == "../index.html"
    assert page.main.a["href"] == "../index.html"
    assert page.noscript.meta["content"] == "0; url=../index.html"
    assert 'location.replace("../index.html" + location.search + location.hash)' in text
    assert "old/name" not in (folder / "sitemap.xml").read_text("utf-8")
    assert "old/name" not in (folder / "searchindex.js").read_text("utf-8")


def test_redirect_to_a_page_that_is_not_there_fails_the_build(build):
    with pytest.raises(AssertionError, match="does not exist"):
        build(rediraffe_redirects={"old": "none"})


def test_book_writes_redirects():
    assert "sphinxext.rediraffe" in CONFIG["sphinx"]["config"]["extensions"]
