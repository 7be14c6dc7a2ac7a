"""Fonts are cut to the characters that the site shows, and to nothing less."""

from io import BytesIO

import pytest
from fontTools.ttLib import TTFont

from _ext.course.cache import Cache
from _ext.course.fonts import MATH_FONT, cut_font, cut_math_font, find_math_characters
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


def test_math_font_is_cut_to_the_formulas_of_all_pages_and_kept(font, tmp_path):
    path = tmp_path / "site" / MATH_FONT
    path.parent.mkdir(parents=True)
    path.write_bytes(font.read_bytes())
    pages = [PageContents(signs={"x"}), PageContents(signs={"+"})]
    kept = tmp_path / "cache"

    ((name, content),) = cut_math_font(tmp_path / "site", pages, Cache(kept)).items()
    assert name == "_static/fonts/latin-modern-math.woff2"
    assert set(map(chr, read_font(content).getBestCmap())) == set("x𝑥+√")
    assert find_features(read_font(content)) == {"ssty"}

    (file,) = kept.iterdir()
    file.write_bytes(b"kept")
    assert cut_math_font(tmp_path / "site", pages, Cache(kept)) == {MATH_FONT: b"kept"}
    assert cut_math_font(tmp_path / "site", pages[:1], Cache(kept)) != {MATH_FONT: b"kept"}
    path.write_bytes(font.with_name("source-sans-3-400-normal.woff2").read_bytes())
    (other,) = cut_math_font(tmp_path / "site", pages, Cache(kept)).values()
    assert set(map(chr, read_font(other).getBestCmap())) == set("x+")


def test_cutting_says_nothing(font, caplog, capfd):
    cut_font(font, {ord("x")})
    assert caplog.records == []
    assert capfd.readouterr() == ("", "")
