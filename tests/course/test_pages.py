"""What pages show and load is read from them, and pages of deleted chapters vanish."""

import pytest

from _ext.course.cache import Cache
from _ext.course.pages import (
    PageContents,
    find_pages,
    make_contents,
    read_page,
    read_pages,
    remove_stale_pictures,
)

PAGE = """\
<!DOCTYPE html>
<html lang=en data-theme="light">
<head>
<link rel="stylesheet" type="text/css" href="../_static/a.css?v=1">
<link rel="alternate STYLESHEET stylesheet" href='b.css#x'>
<link rel="icon" href="icon.svg">
<link rel="stylesheet" href="https://example.org/c.css">
<script src="../../_static/d.js?v=2" data-on="now"></script>
<script>document.body.classList.add("is-ready")</script>
<script></script>
<style>.own, #top { color: var(--tone) }</style>
</head>
<body class='quoted two'>
<p class=bare onclick="go('far')" style="width: var(--w)">Text &amp; $ <br class="w-50%"/></p>
<svg><linearGradient id="Fade"><title>Fade</title></linearGradient></svg>
<math><mi>x</mi><mo>&lt;</mo><mn>1</mn></math> y
<math alttext="z"><mi>β</mi></math>
</body></html>
"""


def test_page_is_read_whole():
    contents = read_page(PAGE, "book/deep", "/base/")
    assert contents.sheets == [
        "book/_static/a.css",
        "book/deep/b.css",
        "https://example.org/c.css",
    ]
    assert contents.scripts == ["_static/d.js"]
    assert contents.code == 'document.body.classList.add("is-ready")\n'
    assert contents.signs == set("x<1β")
    tags = "html head link script style body p br svg lineargradient title math mi mo mn"
    attributes = "lang data-theme rel type href src data-on class onclick style id alttext"
    values = "en light quoted two bare go far width var --w w-50 Fade z is-ready now"
    assert set(tags.split()) <= contents.words
    assert set(attributes.split()) <= contents.words
    assert set(values.split()) - {"is-ready"} <= contents.words
    assert {"own", "top", "color", "var", "--tone"} <= contents.words, "inline style"
    assert contents.words.isdisjoint({"Text", "y", "β", "is-ready", "classList"})


@pytest.mark.parametrize("rel", ["stylesheet", "preload stylesheet", "stylesheet alternate"])
def test_link_to_a_style_sheet_is_known_by_its_relation(rel):
    assert read_page(f'<link rel="{rel}" href="a.css">', "", "/base/").sheets == ["a.css"]


@pytest.mark.parametrize("link", ['rel="icon" href="a.css"', "rel", "", 'rel="stylesheets"'])
def test_other_links_are_no_style_sheets(link):
    assert read_page(f"<link {link}>", "", "/base/").sheets == []


@pytest.mark.parametrize(
    ("folder", "address", "place"),
    [
        ("", "_static/a.js", "_static/a.js"),
        ("", "./a.js?v=1#x", "a.js"),
        ("book", "../_static/a.js", "_static/a.js"),
        ("book", "a.js", "book/a.js"),
        ("book", "https://a.org/a.js?v=1", "https://a.org/a.js?v=1"),
        ("book", "/base/_static/a.js?v=1", "_static/a.js"),
        ("", "/base/a/../b.js", "b.js"),
        ("book", "/other/a.js", "/other/a.js"),
        ("book", "//a.org/a.js", "//a.org/a.js"),
        ("book", "data:text/javascript,1", "data:text/javascript,1"),
    ],
)
def test_addresses_are_seen_from_the_top_of_the_site(folder, address, place):
    assert read_page(f'<script src="{address}"></script>', folder, "/base/").scripts == [place]


def test_script_may_hold_what_looks_like_tags():
    page = "<script>a = \"<p class='made'>\" < 3</script><script async>b</script><p>c</p>"
    contents = read_page(page, "", "/base/")
    assert contents.code == "a = \"<p class='made'>\" < 3\nb\n"
    assert "made" not in contents.words


def test_signs_are_those_of_formulas_alone():
    page = "<math><mi>a</mi><script>b</script></math>c<style>d</style><math><mi>e</mi></math>f"
    assert read_page(page, "", "/base/").signs == set("ae")


def test_icons_are_found_in_text_attributes_and_scripts():
    page = (
        '<i data-icon="\ue001">\uf8ff&#xf0c9;</i><math>\uf0ca</math><script>"\uf0cb"</script>é'
    )
    assert read_page(page, "", "/").icons == set("\ue001\uf8ff\uf0c9\uf0ca\uf0cb")


def test_end_of_a_page_that_is_cut_off_is_read():
    assert read_page("<math><mi>x", "", "/").signs == {"x"}


def test_contents_survive_being_kept():
    contents = PageContents(
        {"b", "a"}, ["s.css"], ["s.js"], {"√", "x"}, {"y"}, {"\uf0c9"}, "code()"
    )
    assert PageContents.from_json(contents.to_json()) == contents
    assert contents.to_json() == (
        b'{"words": ["a", "b"], "sheets": ["s.css"], "scripts": ["s.js"], '
        b'"signs": ["x", "\\u221a"], "text": ["y"], "icons": ["\\uf0c9"], "code": "code()"}'
    )
    assert PageContents.from_json(make_contents(PAGE, "a", "/b/")) == read_page(
        PAGE, "a", "/b/"
    )
    assert PageContents.from_json(PageContents().to_json()) == PageContents()


@pytest.fixture
def site(tmp_path):
    """A site of three pages and a static one."""
    for name in ("index", "book/a", "book/_static/b", "_static/c"):
        path = tmp_path / "site" / f"{name}.html"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f'<p id="ä{path.stem}"><script src="x.js"></script></p>', "utf-8")
    (tmp_path / "site" / "_static" / "x.js").write_text("")
    return tmp_path / "site"


def test_static_files_are_no_pages(site):
    names = [path.relative_to(site).as_posix() for path in find_pages(site)]
    assert names == ["book/_static/b.html", "book/a.html", "index.html"]


def test_pages_are_read_and_kept(site, tmp_path, monkeypatch):
    pages = read_pages(site, "/base/", Cache(tmp_path / "cache"))
    assert [page.scripts for page in pages] == [["book/_static/x.js"], ["book/x.js"], ["x.js"]]
    assert ["äa" in page.words for page in pages] == [False, True, False]

    monkeypatch.setattr("_ext.course.pages.read_page", None)
    assert read_pages(site, "/base/", Cache(tmp_path / "cache")) == pages
    monkeypatch.undo()
    (site / "index.html").write_text("<b>new</b>")
    assert read_pages(site, "/base/", Cache(tmp_path / "cache"))[2].words == {"b"}


def test_pages_are_read_again_for_another_address_of_the_site(site, tmp_path):
    (site / "index.html").write_text('<script src="/base/x.js"></script>')
    places = [
        read_pages(site, base, Cache(tmp_path / "cache"))[2].scripts for base in ("/", "/base/")
    ]
    assert places == [["base/x.js"], ["x.js"]]


def test_equal_pages_of_two_folders_are_told_apart(site, tmp_path):
    (site / "index.html").write_text((site / "book/a.html").read_text("utf-8"), "utf-8")
    pages = read_pages(site, "/base/", Cache(tmp_path / "cache"))
    assert [page.scripts for page in pages[1:]] == [["book/x.js"], ["x.js"]]


def test_pictures_that_nothing_shows_are_removed(site):
    (site / "_images" / "kept").mkdir(parents=True)
    for name in ("plot.svg", "two words.svg", "launched.svg", "old.svg"):
        (site / "_images" / name).write_text("")
    (site / "index.html").write_text('<img src="_images/plot.svg"><img src="two%20words.svg">')
    (site / "_sources" / "book").mkdir(parents=True)
    (site / "_sources" / "book" / "a.ipynb").write_text("![](launched.svg)")
    remove_stale_pictures(site)
    names = {path.name for path in (site / "_images").iterdir()}
    assert names == {"kept", "launched.svg", "plot.svg", "two words.svg"}


def find_html(book) -> set[str]:
    """Return the names of the pages and of their sources in the site of a book."""
    files = {path.relative_to(book.site).as_posix() for path in find_pages(book.site)}
    sources = {
        path.relative_to(book.site).as_posix()
        for path in (book.site / "_sources").rglob("*")
        if path.is_file()
    }
    return files | sources


def test_pages_of_deleted_chapters_vanish_from_the_site(make_book):
    book = make_book("# Title\n", {"a": "# A\n", "book/b": "# B\n", "book/b-c": "# C\n"})
    book.write("_static/own.html", "<p>Static.</p>")
    book.build()
    names = {"index", "a", "book/b", "book/b-c"}
    others = {"search.html", "404.html"}
    sources = {f"_sources/{name}.md.txt" for name in names}
    assert find_html(book) == {f"{name}.html" for name in names} | others | sources

    (book.root / "book/b.md").unlink()
    book.write("index.md", (book.root / "index.md").read_text().replace("book/b\n", ""))
    book.build()
    assert book.warnings == []
    assert find_html(book) == {
        *(f"{name}.html" for name in names - {"book/b"}),
        *others,
        *(sources - {"_sources/book/b.md.txt"}),
    }
    assert (book.site / "_static" / "own.html").exists()


def test_files_beside_the_pages_stay(make_book):
    book = make_book(
        "# Title\n\n{download}`file <report.html>`\n", html_extra_path=["extra", "b.html"]
    )
    for name in ("extra/book/a.html", "b.html", "report.html"):
        book.write(name, "<p>Text.</p>")
    book.build()
    assert {"b.html", "book/a.html"} <= find_html(book)
    link = book.find("a.download")["href"]
    assert (book.site / link).read_text() == "<p>Text.</p>"


def test_report_of_a_cell_that_fails_no_more_vanishes(make_book):
    book = make_book("# Title\n")
    book.write("_build/html/reports/a.err.log", "Traceback")
    book.build()
    assert (book.site / "index.html").exists()
    assert not (book.site / "reports").exists()


def test_pages_of_a_build_in_which_nothing_has_changed_stay(make_book):
    book = make_book("# Title\n", {"a": "# A\n"})
    book.build()
    before = find_html(book)
    book.build()
    assert book.app.env.temp_data.get("written_pages") is None
    assert find_html(book) == before


def test_page_that_an_extension_writes_stays(make_book):
    book = make_book("# Title\n", {"a": "# A\n"})

    def setup(app):
        app.connect(
            "html-collect-pages", lambda app: [("made/page", {"body": ""}, "layout.html")]
        )

    book.build(setup)
    book.write("a.md", "# B\n")
    book.build(setup)
    assert "made/page.html" in find_html(book)


def test_failed_build_removes_no_page(make_book):
    book = make_book("# Title\n", {"a": "# A\n", "b": "# B\n"})
    book.build()
    before = find_html(book)
    (book.root / "b.md").unlink()
    book.write("index.md", (book.root / "index.md").read_text().replace("b\n", ""))

    def fail(app, *_: object) -> None:
        raise ValueError("no")

    with pytest.raises(Exception, match="threw an exception"):
        book.build(lambda app: app.connect("html-page-context", fail, 950))
    assert find_html(book) == before


def test_other_formats_are_left_alone(make_book):
    book = make_book("# Title\n", {"a": "# A\n"})
    book.write("_build/text/other.html", "")
    book.build(format="text")
    assert (book.root / "_build/text/other.html").exists()
