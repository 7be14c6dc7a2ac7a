"""Fonts are cut to the characters that the site shows, and to nothing less."""

import base64
import re
from io import BytesIO

import pytest
from fontTools.ttLib import TTFont

from _ext.course.cache import Cache
from _ext.course.fonts import (
    MATH_FONT,
    MATH_FONTS,
    TEXT_FONTS,
    cut_font,
    embed_fonts,
    find_math_characters,
    find_text_characters,
    make_font_sheets,
)
from _ext.course.pages import PageContents

ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"


def read_font(content: bytes) -> TTFont:
    return TTFont(BytesIO(content))


def find_features(font: TTFont) -> set[str]:
    if "GSUB" not in font:
        return set()
    return {record.FeatureTag for record in font["GSUB"].table.FeatureList.FeatureRecord}


@pytest.fixture
def font(request):
    return request.config.rootpath / MATH_FONT


def test_cut_font_has_the_characters_asked_for_and_no_others(font):
    cut = read_font(cut_font(font, {ord("x"), 0x222B}))
    assert set(cut.getBestCmap()) == {ord("x"), 0x222B}
    assert cut.flavor == "woff2"


def test_cut_font_keeps_what_formulas_need_and_drops_the_rest(font):
    cut = read_font(cut_font(font, {ord("x")}, ["ssty"]))
    assert find_features(cut) == {"ssty"}
    assert cut["MATH"].table.MathConstants is not None
    assert "x.st" in cut.getGlyphOrder()
    assert cut["name"].names == []
    assert "FFTM" not in cut
    assert not hasattr(cut["CFF "].cff.topDictIndex[0].Private, "BlueValues")


def test_cut_font_has_no_feature_unless_asked(font):
    assert find_features(read_font(cut_font(font, {ord("x")}))) == set()


def test_cut_font_is_the_same_in_every_build(font):
    cut = cut_font(font, {ord("x")})
    assert read_font(cut)["head"].modified == TTFont(font)["head"].modified
    assert cut == cut_font(font, {ord("x")})


def test_font_without_the_character_is_cut_to_nothing(font):
    assert not read_font(cut_font(font, {0x0416})).getBestCmap()


@pytest.mark.parametrize(
    ("signs", "characters"),
    [
        ([set()], {"√"}),
        ([{"1"}, {"=", "1"}], {"√", "1", "="}),
        ([{"x"}], {"√", "x", "𝑥"}),
        ([{"h"}], {"√", "h", "ℎ"}),
        ([{"W"}], {"√", "W", "𝑊"}),
        ([{"σ"}], {"√", "σ", "𝜎"}),
        ([{"∂"}], {"√", "∂", "𝜕"}),
        ([{"\N{FUNCTION APPLICATION}", "\n", "\u00a0"}], {"√", "\u00a0"}),
    ],
)
def test_characters_of_formulas_include_what_browsers_put_in_their_place(signs, characters):
    pages = [PageContents(signs=known) for known in signs]
    assert find_math_characters(pages) == set(map(ord, characters))


def test_every_letter_has_its_italic(font):
    characters = find_math_characters([PageContents(signs=set(ALPHABET + "αβγΔ"))])
    italics = {0x1D434 + i for i in range(52)} - {0x1D455} | {0x210E}
    assert italics <= characters
    assert {ord("𝛼"), ord("𝛽"), ord("𝛾"), ord("𝛥")} <= characters
    assert characters <= set(TTFont(font).getBestCmap())


def test_characters_of_texts_include_what_scripts_may_write():
    pages = [PageContents(text={"é"}), PageContents(text={"–"})]
    characters = find_text_characters(pages, ['"10³"', '"↑"'])
    assert characters == {*map(ord, "é–³↑"), *range(0x20, 0x7F)}


def test_sheet_holds_the_fonts_that_it_names(tmp_path):
    sheet = tmp_path / "text.css"
    sheet.write_text(
        'a{src:url("one-1.woff2") format("woff2")}b{src:url(two.woff2)}c{src:url(d.png)}'
    )
    text = embed_fonts(sheet, lambda font: font.relative_to(tmp_path).stem.encode())
    assert text == (
        'a{src:url(data:font/woff2;base64,b25lLTE=) format("woff2")}'
        "b{src:url(data:font/woff2;base64,dHdv)}c{src:url(d.png)}"
    )


def read_embedded_font(css: bytes) -> TTFont:
    (content,) = re.findall(rb"base64,([^)]*)", css)
    return read_font(base64.b64decode(content))


def test_fonts_are_cut_to_what_all_pages_show_and_kept(font, tmp_path):
    site, kept = tmp_path / "site", tmp_path / "cache"
    folder = site / "_static/fonts"
    folder.mkdir(parents=True)
    for name in ("latin-modern-math", "source-sans-3-400-normal"):
        (folder / f"{name}.woff2").write_bytes(font.with_name(f"{name}.woff2").read_bytes())
    (site / TEXT_FONTS).write_text('url("source-sans-3-400-normal.woff2")')
    pages = [PageContents(signs={"x"}), PageContents(signs={"+"}, text={"é"})]

    assert make_font_sheets(site, pages, Cache(kept)).keys() == {TEXT_FONTS}
    (site / MATH_FONTS).write_text('url("latin-modern-math.woff2")')
    sheets = make_font_sheets(site, pages, Cache(kept))
    math, text = map(read_embedded_font, (sheets[MATH_FONTS], sheets[TEXT_FONTS]))
    assert set(map(chr, math.getBestCmap())) == set("x𝑥+√")
    assert find_features(math) == set()
    assert set(text.getBestCmap()) == {ord("é"), *range(0x20, 0x7F)}
    assert "liga" in find_features(text)
    assert "GPOS" in text

    for file in kept.iterdir():
        file.write_bytes(b"kept")
    again = make_font_sheets(site, pages, Cache(kept))
    assert set(again.values()) == {b"url(data:font/woff2;base64,a2VwdA==)"}
    assert make_font_sheets(site, pages[:1], Cache(kept))[MATH_FONTS] != again[MATH_FONTS]
    text_font = font.with_name("source-sans-3-600-normal.woff2").read_bytes()
    (folder / "source-sans-3-400-normal.woff2").write_bytes(text_font)
    assert make_font_sheets(site, pages, Cache(kept))[TEXT_FONTS] != again[TEXT_FONTS]


def test_cutting_says_nothing(font, caplog, capfd):
    cut_font(font, {ord("x")})
    assert caplog.records == []
    assert capfd.readouterr() == ("", "")


def test_fonts_of_formulas_are_loaded_where_there_are_some_and_last(make_book):
    pages = {
        "diagram": '# Diagram\n\n<b class="formula">x</b>\n',
        "plain": "# Plain\n\nWords.\n",
    }
    sheets = ["fonts/formulas.css", "own.css"]
    book = make_book("# Formula\n\n$x$\n", pages, html_css_files=sheets)
    for sheet in sheets:
        book.write(f"_static/{sheet}", "")
    book.build()
    links = {page: book.html(page).select("link[rel=stylesheet]") for page in ("index", *pages)}
    names = {page: [link["href"].split("?")[0] for link in links[page]] for page in links}
    assert names["plain"][-1] == "_static/own.css"
    assert names["index"] == names["diagram"] == [*names["plain"], MATH_FONTS]
    assert links["index"][-1]["media"] == "all"


def test_fonts_of_formulas_are_not_loaded_where_no_sheet_names_them(build_book):
    assert MATH_FONTS not in str(build_book("# Formula\n\n$x$\n").html())
