"""Style sheets lose the rules that no page can use, and no others."""

import base64
import os
import re
from io import BytesIO
from types import SimpleNamespace

import pytest
from fontTools.ttLib import TTFont

from _ext.course.cache import Cache
from _ext.course.pages import PageContents
from _ext.course.style_sheets import (
    can_match,
    embed_icon_fonts,
    find_icons,
    find_names,
    find_read_variables,
    find_restyled,
    find_sheets,
    make_assets,
    parse_rules,
    purge_rules,
    purge_sheets,
    purge_variables,
    silence_icons,
    split_selectors,
)


def parse_selector(text: str):
    (rule,) = parse_rules(text + "{}")
    (selector,) = split_selectors(rule.prelude)
    return selector


@pytest.mark.parametrize(
    ("selector", "names"),
    [
        ("p", ["p"]),
        ("p.a#b", ["p", "a", "b"]),
        ("p > .a + #b ~ i", ["p", "a", "b", "i"]),
        ("*", []),
        ("p::before", ["p"]),
        ("p:hover a:focus-visible", ["p", "a"]),
        ("p:first-line.a", ["p", "a"]),
        (":root", []),
        ("[data-theme] .a", ["a"]),
        ('p[class="b"] .c', ["p", "c"]),
        (":not(.a) b", ["b"]),
        ("p:is(.a, .b)", ["p"]),
        ("p:has(> .a)", ["p"]),
        ("::slotted(.a)", []),
        (r".w-50\%", ["w-50%"]),
        (r".\31 0", ["10"]),
        ("svg|a", ["a"]),
        ("*|a.b", ["a", "b"]),
        ("&.a", ["a"]),
        ("/* .b */ .a", ["a"]),
        ("> .a", ["a"]),
        ("", []),
    ],
)
def test_names_that_a_selector_needs_are_found(selector, names):
    assert list(find_names(parse_selector(selector))) == names


@pytest.mark.parametrize(
    ("selector", "is_possible"),
    [
        ("p", True),
        ("P.Wide", True),
        ("linearGradient", True),
        (".w-50\\%", True),
        (".sm\\:wide", False),
        (".wide\\:p", True),
        ("p .none", False),
        (".none", False),
        ("#none", False),
        ("p:not(.none)", True),
        ("[none]", True),
        (".🎉", True),
        (".p.wide.linearGradient.w-50", True),
    ],
)
def test_selector_may_match_where_all_its_names_occur(selector, is_possible):
    words = {"p", "wide", "lineargradient", "w-50"}
    assert can_match(parse_selector(selector), words) is is_possible


@pytest.mark.parametrize(
    ("css", "purged"),
    [
        ("p{color:red}", "p{color:red}"),
        ("p { color : red ; }\n\na { top : 0 }", "p{color : red ;}\na{top : 0}"),
        (".none{color:red}", ""),
        ("p,.none , a > b{top:0}", "p,a > b{top:0}"),
        (".none,#none{top:0}", ""),
        ("p:is(.none,a){top:0}", "p:is(.none,a){top:0}"),
        ("@media print{p{top:0}.none{top:0}}", "@media print{p{top:0}}"),
        ("@media print{.none{top:0}}a{}", "a{}"),
        ("@supports (top:0){@media print{.none{}p{}}}", "@supports (top:0){@media print{p{}}}"),
        ("@container (width>1px){.none{}p{}}", "@container (width>1px){p{}}"),
        ("@layer x{.none{}p{}}", "@layer x{p{}}"),
        ("@layer x{.none{}}", "@layer x{}"),
        ("@layer x,y;p{}", "@layer x,y;\np{}"),
        ("@scope (.none){p{}}", "@scope (.none){p{}}"),
        ("@MEDIA print{.none{}p{}}", "@MEDIA print{p{}}"),
        ("@keyframes none{from{top:0}}", "@keyframes none{from{top:0}}"),
        ("@font-face{font-family:x}", "@font-face{font-family:x}"),
        ('@import "x.css";p{}', '@import "x.css";\np{}'),
        ('@charset "utf-8";p{}', '@charset "utf-8";\np{}'),
        ("@property --x{syntax:'*'}", '@property --x{syntax:"*"}'),
        ("p{& .none{top:0}&:hover{top:1px}}", "p{& .none{top:0}&:hover{top:1px}}"),
        ("p{@media print{top:0}}", "p{@media print{top:0}}"),
        (".none{p{top:0}}", ""),
        ("/* .none */p{/* why */top:0}", "p{top:0}"),
        ("p{*zoom:1;top:0}", "p{*zoom:1;top:0}"),
        ("p{top:0}} a{top:0}", "p{top:0}\n} a{top:0}"),
        ("p{top:0} rest", "p{top:0}"),
        ("@media print{p{top:0} rest}", "@media print{p{top:0}}"),
        ("p{background:url(a.svg)}", "p{background:url(a.svg)}"),
        ('p{background:url("../a b.svg")}', 'p{background:url("../a b.svg")}'),
        ("a{content:'\\f0c9'}", 'a{content:"\uf0c9"}'),
        ("", ""),
    ],
)
def test_rules_that_no_page_can_use_are_dropped_and_no_others(css, purged):
    assert purge_rules(parse_rules(css), {"p", "a", "b"}) == purged


@pytest.mark.parametrize(
    ("css", "read"),
    [
        ("p{top:var(--a)}", {"--a"}),
        ("p{top:var( --a , var(--b))}", {"--a", "--b"}),
        ("p{--a:1}", set()),
        ("p{top:0; --a : 1}", set()),
        ("p{--a:var(--b);top:var(--a)}", {"--a", "--b"}),
        ("p{--ab:1;--a:2;top:var(--a)}", {"--a"}),
        ("@container style(--a: 1){p{--a:1}}", {"--a"}),
        ("@property --a{}p{--a:1}", {"--a"}),
        ("p{transition:--a 1s;--a:1}", {"--a"}),
        ("p{--a:1}b{--a:2}", set()),
        (".x--a{top:calc(1px--b)}", set()),
    ],
)
def test_custom_properties_that_a_sheet_reads_are_found(css, read):
    assert find_read_variables(css) == read


@pytest.mark.parametrize(
    ("css", "purged"),
    [
        ("p{--a:1;top:0}", "p{top:0}"),
        ("p{--a:1}", ""),
        ("p{--a:1;top:var(--a)}", "p{--a:1;top:var(--a)}"),
        ("p{--a:var(--b);--b:1}", ""),
        ("p{--a:{x};top:0 !important}", "p{top:0 !important}"),
        ("p{--word:1}", "p{--word:1}"),
        ("p{--A:1;top:var(--a)}", "p{top:var(--a)}"),
        ("@media print{p{--a:1;top:0}}", "@media print{p{top:0}}"),
        ("@layer x{p{--a:1}}", "@layer x{}"),
        ("@font-face{--a:1}", "@font-face{--a:1}"),
        ("p{--a:1;& b{--c:1}}", "p{& b{--c:1}}"),
        ("p{--a:1;*zoom:1}", "p{--a:1;*zoom:1}"),
        ("p > a, b{--a:1;top:0;left:0}", "p > a, b{top:0;left:0}"),
        ("p{}", ""),
    ],
)
def test_custom_properties_that_nothing_reads_are_dropped(css, purged):
    assert purge_variables({"a.css": css}, {"--word"}) == {"a.css": purged}


def test_custom_property_is_kept_for_another_sheet():
    sheets = {"a.css": "p{--a:1;--b:2}", "b.css": "p{top:var(--a)}"}
    assert purge_variables(sheets, set()) == {"a.css": "p{--a:1}", "b.css": "p{top:var(--a)}"}


def test_sheets_are_purged_together():
    sheets = {
        "a.css": ":root{--a:1;--b:2}.none{top:var(--b)}",
        "b.css": "P{top:var(--a)}i{content:'\\f0c9'}",
    }
    purged = {
        "a.css": ":root{--a:1}",
        "b.css": 'P{top:var(--a)}\ni{content:"\uf0c9";content:"\uf0c9"/""}',
    }
    assert purge_sheets(sheets, {"p", "I"}, are_all=True) == purged
    purged["a.css"] = ":root{--a:1;--b:2}"
    assert purge_sheets(sheets, {"p", "I"}, are_all=False) == purged


@pytest.mark.parametrize(
    ("css", "silent"),
    [
        ('i{content:"\uf0c9";top:0}', 'i{content:"\uf0c9";content:"\uf0c9"/"";top:0}'),
        (
            'i{content:"\ue000"}b{content:"\uf8ff"}',
            'i{content:"\ue000";content:"\ue000"/""}b{content:"\uf8ff";content:"\uf8ff"/""}',
        ),
        ('i{content:"•"}', 'i{content:"•"}'),
        ('i{content:"\uf0c9\uf0c9"}', 'i{content:"\uf0c9\uf0c9"}'),
        ('i{content:""}', 'i{content:""}'),
    ],
)
def test_icons_are_not_read_out(css, silent):
    assert silence_icons(css) == silent


def test_icons_of_sheets_pages_and_scripts_are_found():
    sheets = ['i{content:"\uf0c9"/""}', 'i{ content: "7" }b{content:"•"}']
    pages = [PageContents(icons={"\ue001"}), PageContents(icons={"\ue002"})]
    words = {"uf0ca", "xf0cb", "F0CC", "f0cd0", "f900", "word", "e00", "uuf0ce", "x-f0cf"}
    found = {"\uf0c9", "7", "•", "\ue001", "\ue002", "\uf0ca", "\uf0cb", "\uf0cc"}
    assert find_icons(sheets, pages, words) == set(map(ord, found))


@pytest.fixture
def site(tmp_path):
    """A site of one page, a script and three style sheets."""
    root = tmp_path / "site"
    files = {
        "index.html": (
            '<html><link rel="stylesheet" href="_static/a.css">'
            '<script src="_static/s.js"></script><p class="one"><linearGradient>'
            "<math><mi>x</mi></math></p>"
        ),
        "_static/s.js": "add('two', 'btn-' + size, colour + '-ish')",
        "_static/a.css": (
            "@import 'deep/b.css';.one{top:0}.two{top:0}.none{top:0}"
            ".btn-big{top:0}.blue-ish{top:0}linearGradient{top:0}html{--other:1;--none:1}"
        ),
        "_static/deep/b.css": "\ufeffp{top:0}.none{top:1px}",
        "_static/other.css": ".none{top:var(--other)}",
    }
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, "utf-8")
    return root


@pytest.mark.parametrize(
    ("rule", "names"),
    [
        ("@import 'b.css';", ["b.css"]),
        ('@import "./b.css" screen;', ["b.css"]),
        ("@import url(b.css?v=1);", ["b.css"]),
        ("@IMPORT url( 'deep/../b.css#x' ) layer(y);", ["b.css"]),
        ("@import 'b.css';@import 'c.css';", ["b.css", "c.css"]),
        ("p{top:0}", []),
    ],
)
def test_imported_sheets_are_found(tmp_path, rule, names):
    (tmp_path / "s").mkdir()
    (tmp_path / "s" / "a.css").write_text(rule)
    for name in ("b.css", "c.css"):
        (tmp_path / "s" / name).write_text("p{}")
    sheets, are_all = find_sheets(tmp_path, [PageContents(sheets=["s/a.css"])])
    assert sheets == {"s/a.css": rule, **{f"s/{name}": "p{}" for name in names}}
    assert are_all is True


def test_sheets_are_found_once_along_chains_and_circles(tmp_path):
    for name, other in (("a", "b"), ("b", "c"), ("c", "a")):
        (tmp_path / f"{name}.css").write_text(f"@import '{other}.css';")
    pages = [PageContents(sheets=["a.css"]), PageContents(sheets=["c.css", "a.css"])]
    sheets, are_all = find_sheets(tmp_path, pages)
    assert list(sheets) == ["a.css", "c.css", "b.css"]
    assert are_all


@pytest.mark.parametrize(
    "address", ["https://example.org/x.css", "//example.org/x.css", "x.css"]
)
def test_sheet_that_is_not_in_the_site_is_noticed(tmp_path, address):
    (tmp_path / "a.css").write_text("p{}")
    pages = [PageContents(sheets=[address, "a.css"])]
    assert find_sheets(tmp_path, pages) == ({"a.css": "p{}"}, False)
    (tmp_path / "a.css").write_text(f"@import '{address}';")
    assert find_sheets(tmp_path, [PageContents(sheets=["a.css"])])[1] is False


PURGED = {
    "_static/a.css": (
        '@import "deep/b.css";\n.one{top:0}\n.two{top:0}\n.btn-big{top:0}\n.blue-ish{top:0}\n'
        "linearGradient{top:0}\nhtml{--other:1}"
    ),
    "_static/deep/b.css": "p{top:0}",
}


@pytest.fixture
def make(site, tmp_path, math_font):
    """Return a function that gives the purged style sheets of the site."""
    path = site / "_static/fonts/latin-modern-math.woff2"
    path.parent.mkdir()
    path.write_bytes(math_font)
    path.with_name("formulas.css").write_text("url(latin-modern-math.woff2)")

    def make_sheets() -> dict[str, str]:
        files = make_assets(site, "/base/", tmp_path / "merged", Cache(tmp_path / "cache"))
        content = files.pop("_static/fonts/formulas.css").decode().partition("base64,")[2]
        font = TTFont(BytesIO(base64.b64decode(content.rstrip(")"))))
        assert set(map(chr, font.getBestCmap())) == {"x", "√"}
        return {name: content.decode() for name, content in files.items()}

    return make_sheets


def test_site_gets_purged_sheets(make):
    assert make() == PURGED


def test_page_for_wrong_addresses_is_read_from_the_base_of_the_site(site, make):
    page = (site / "index.html").read_text()
    (site / "404.html").write_text(page.replace("_static", "/base/_static"))
    assert make() == PURGED


def test_sheets_of_a_page_that_loads_a_script_from_elsewhere_stay_whole(site, make):
    (site / "more.html").write_text('<script src="https://example.org/x.js"></script>')
    assert make() == {}


def test_custom_properties_stay_where_a_page_loads_a_sheet_from_elsewhere(site, make):
    (site / "more.html").write_text('<link rel="stylesheet" href="https://example.org/x.css">')
    with_all = PURGED["_static/a.css"].replace("--other:1", "--other:1;--none:1")
    assert make()["_static/a.css"] == with_all


def test_sheets_are_made_again_when_a_page_changes_and_not_otherwise(
    site, make, tmp_path, monkeypatch
):
    make()
    monkeypatch.setattr("_ext.course.style_sheets.purge_sheets", None)
    (site / "_static/s.js").write_text((site / "_static/s.js").read_text() + "+ unknown")
    assert make() == PURGED
    monkeypatch.undo()
    (site / "more.html").write_text('<p class="none">')
    assert ".none{top:0}" in make()["_static/a.css"]
    kept = {path.name for path in (tmp_path / "cache").iterdir()}
    make()
    assert {path.name for path in (tmp_path / "cache").iterdir()} == kept
    assert len(kept) == 4, "two pages, the sheets and the font"


def test_icon_fonts_are_cut_to_the_icons_in_use(tmp_path, math_font):
    folder = tmp_path / "vendor" / "webfonts"
    folder.mkdir(parents=True)
    (folder / "icons-400.woff2").write_bytes(math_font)
    css = (
        '@font-face{font-family:I;src:url(../vendor/webfonts/icons-400.woff2) format("woff2"),'
        'url(../vendor/webfonts/icons-400.ttf)}@font-face{src:url("other/plain.woff2")}'
    )
    sheets = tmp_path / "styles"
    sheets.mkdir()
    cut = embed_icon_fonts(css, sheets, {ord("x"), ord("ж")}, Cache(tmp_path / "cache"))
    match = re.fullmatch(
        r"@font-face{font-family:I;src:url\(data:font/woff2;base64,([^)]*)\)"
        r' format\("woff2"\)}'
        r'@font-face{src:url\("other/plain.woff2"\)}',
        cut,
    )
    font = base64.b64decode(match[1])
    assert set(map(chr, TTFont(BytesIO(font)).getBestCmap())) == {"x"}

    (kept,) = (tmp_path / "cache").iterdir()
    kept.write_bytes(b"kept")
    kept_css = cut.replace(match[1], base64.b64encode(b"kept").decode())
    cache = Cache(tmp_path / "cache")
    quoted = css.replace("icons-400.woff2)", 'icons-400.woff2")').replace(
        "url(..", 'url("..', 1
    )
    assert embed_icon_fonts(quoted, sheets, {ord("ж"), ord("x")}, cache) == kept_css
    assert embed_icon_fonts(css, sheets, {ord("+")}, cache) != kept_css
    (folder / "icons-400.woff2").write_bytes(b"no font")
    with pytest.raises(Exception, match="Not a TrueType"):
        embed_icon_fonts(css, sheets, {ord("x")}, cache)


SHEET = ".zebra{top:0}p{top:0}"


@pytest.fixture
def book(make_book):
    book = make_book("# Title\n\nText.\n", html_css_files=["own.css"])
    book.write("_static/own.css", SHEET)
    return book


def read_sheet(book) -> str:
    return (book.site / "_static" / "own.css").read_text()


def test_sheets_of_the_built_site_are_purged(book):
    book.build()
    assert book.warnings == []
    assert read_sheet(book) == "p{top:0}"
    assert (book.site / "_static" / "pygments.css").read_text().count("{") < 10


def test_sheets_of_pages_that_are_written_again_are_purged_afresh(book):
    book.build()
    book.write("index.md", "# Title\n\n:::{container} zebra\nText.\n:::\n")
    book.build()
    assert read_sheet(book) == ".zebra{top:0}\np{top:0}"
    book.write("index.md", "# Title\n")
    book.build()
    assert read_sheet(book) == "p{top:0}"


def test_sheets_of_a_build_in_which_nothing_has_changed_stay_purged(book):
    for _ in range(2):
        book.build()
        assert read_sheet(book) == "p{top:0}"


def test_changed_sheet_is_purged_although_no_page_has_changed(book):
    book.build()
    book.write("_static/own.css", SHEET.replace("top", "left"))
    later = (book.root / "_build/doctrees/purged").stat().st_mtime + 1
    os.utime(book.root / "_static/own.css", (later, later))
    book.build()
    assert book.written() == {"index"}
    assert read_sheet(book) == "p{left:0}"


def test_failed_build_leaves_purged_sheets(book):
    book.build()

    def fail(*_: object) -> None:
        raise ValueError("no")

    book.write("index.md", "# Title\n\n:::{container} zebra\nText.\n:::\n")
    with pytest.raises(Exception, match="threw an exception"):
        book.build(lambda app: app.connect("html-page-context", fail, 950))
    assert read_sheet(book) == "p{top:0}"
    book.build()
    assert read_sheet(book) == ".zebra{top:0}\np{top:0}"


def test_sheet_that_is_linked_no_more_is_purged_no_more(book):
    book.build()
    book.configuration["html_css_files"] = []
    book.write("index.md", "# Title\n")
    book.build()
    assert read_sheet(book) == SHEET
    assert not (book.root / "_build/doctrees/purged/_static/own.css").exists()


def test_other_formats_have_no_sheets_and_leave_those_of_the_site_alone(book):
    book.build()
    book.build(format="text")
    assert read_sheet(book) == "p{top:0}"
    assert not (book.root / "_build/text/_static/own.css").exists()


@pytest.mark.parametrize(("age", "pages"), [(-10, []), (10, ["index"])])
def test_static_file_that_is_newer_than_the_purged_ones_has_a_page_written(
    tmp_path, age, pages
):
    (tmp_path / "doctrees" / "purged").mkdir(parents=True)
    file = tmp_path / "_static" / "deep" / "own.css"
    file.parent.mkdir(parents=True)
    file.write_text("")
    time = (tmp_path / "doctrees" / "purged").stat().st_mtime + age
    os.utime(file, (time, time))
    os.utime(file.parent, (time, time))
    config = SimpleNamespace(root_doc="index")
    app = SimpleNamespace(srcdir=tmp_path, doctreedir=tmp_path / "doctrees", config=config)
    assert find_restyled(app, None, set(), set(), set()) == pages


def test_first_build_has_no_page_written_for_its_static_files(tmp_path):
    app = SimpleNamespace(srcdir=tmp_path, doctreedir=tmp_path)
    (tmp_path / "_static").mkdir()
    (tmp_path / "_static" / "own.css").write_text("")
    assert find_restyled(app, None, set(), set(), set()) == []
