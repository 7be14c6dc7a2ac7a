"""Formulas become MathML when the book is built."""

import re

import pytest
from docutils import nodes
from math_core import LatexError
from tiny_book import make_font

from _ext.course.fonts import MATH_FONT
from _ext.course.formulas import (
    convert_formula,
    find_missing_signs,
    keep_marks,
    make_room,
    read_overhangs,
    read_signs,
    write_arithmetic,
)
from tools.book import ROOT


@pytest.mark.parametrize(
    ("tex", "mathml"),
    [
        ("x", "<math><mi>x</mi></math>"),
        ("x<1", "<math><mi>x</mi><mo>&lt;</mo><mn>1</mn></math>"),
        (r"\mathbf{W}", "<math><mi>𝐖</mi></math>"),
        (r"f'", '<math><mi>f</mi><mo lspace="0" rspace="0">′</mo></math>'),
        (r"f''", '<math><mi>f</mi><mo lspace="0" rspace="0">″</mo></math>'),
        (
            r"a' b'",
            '<math><mi>a</mi><mo lspace="0" rspace="0">′</mo>'
            '<mi>b</mi><mo lspace="0" rspace="0">′</mo></math>',
        ),
        (
            r"\sqrt{n}",
            '<math><msqrt><mspace height="0.75em" depth="0.2em"/><mi>n</mi></msqrt></math>',
        ),
        (r"x^2", "<math><msup><mi>x</mi><mn>2</mn></msup></math>"),
    ],
)
def test_formula_becomes_mathml(tex, mathml):
    assert convert_formula(tex, displaystyle=False) == mathml


@pytest.mark.parametrize(
    ("tex", "base"),
    [
        ("q_y", '<mpadded depth="0"><mi>q</mi></mpadded>'),
        ("p_k^2", '<mpadded depth="0"><mi>p</mi></mpadded>'),
        (r"\mathbf{y}_i", '<mpadded depth="0"><mi>𝐲</mi></mpadded>'),
        ("x_1", "<mi>x</mi>"),
    ],
)
def test_index_hangs_no_lower_at_a_letter_that_reaches_below_the_line(tex, base):
    assert re.search(r"<msub(?:sup)?>" + re.escape(base), convert_formula(tex, False))


def test_index_of_a_letter_with_an_accent_hangs_no_lower():
    assert '<mpadded depth="0"><mover' in convert_formula(r"\hat y_i", False)


def test_letter_has_room_for_what_reaches_beyond_its_width():
    overhangs = read_overhangs(ROOT / MATH_FONT)
    assert 0.1 < overhangs["F"] < 0.2
    assert not {"A", "n", "x"} & overhangs.keys()
    wide = f'<mi style="padding-right:{overhangs["F"]:.2g}em">F</mi>'
    mathml = convert_formula("F + F_1 + A", False)
    assert make_room(mathml, overhangs) == mathml.replace("<math><mi>F</mi>", f"<math>{wide}")


def test_font_without_measures_of_formulas_gives_no_room(tmp_path):
    (tmp_path / "font.woff2").write_bytes(make_font("F"))
    assert read_overhangs(tmp_path / "font.woff2") == {}


@pytest.mark.parametrize(
    ("tex", "text"),
    [
        ("28 - 9 + 1 = 20", "28~−~9~+~1~=~20"),
        ("-3", "−3"),
        (r"3 \cdot (-2) < 12{,}000 / 64", "3~·~(−2)~&lt;~12,000~/~64"),
        ("(0, -1, 0)", "(0,~−1,~0)"),
        ("2x = 4", None),
        ("0.5^2", None),
    ],
)
def test_formula_of_numbers_alone_is_text(tex, text):
    found = write_arithmetic(convert_formula(tex, False))
    assert found == (text and text.replace("~", "\N{NO-BREAK SPACE}"))


def test_formula_on_a_line_of_its_own_is_a_block():
    assert convert_formula("x", displaystyle=True) == '<math display="block"><mi>x</mi></math>'


def test_table_has_no_level_which_the_standard_refuses():
    mathml = convert_formula(r"\begin{aligned} a &= b \\ c &= d \end{aligned}", True)
    assert "<mtable" in mathml
    assert "scriptlevel" not in mathml


@pytest.mark.parametrize("tex", [r"\frac{a", r"\foo", "x^2^3"])
def test_wrong_formula_is_an_error(tex):
    with pytest.raises(LatexError):
        convert_formula(tex, displaystyle=False)


def test_converter_remembers_no_definition_of_another_formula():
    convert_formula(r"\newcommand{\own}{x}\own", displaystyle=False)
    with pytest.raises(LatexError):
        convert_formula(r"\own", displaystyle=False)


@pytest.mark.parametrize(
    ("mathml", "missing"),
    [
        ("<math><mi>x</mi></math>", []),
        ("<math><mi>ж</mi> <mo>&lt;</mo><mi>y</mi></math>", ["ж", "<"]),
        ("<mo>\N{FUNCTION APPLICATION}</mo>\n<mi lang='ж'>x</mi>", []),
    ],
)
def test_signs_that_the_font_lacks_are_found(mathml, missing):
    assert find_missing_signs(mathml, frozenset("xy")) == missing


def test_signs_of_the_font_are_read(request):
    signs = read_signs(request.config.rootpath / "_static/fonts/latin-modern-math.woff2")
    assert {"x", "𝑥", "√", "∑"} <= signs
    assert "ж" not in signs


def test_formulas_stand_in_the_page_as_mathml(build_book):
    book = build_book("# Title\n\nSee $x$ or {eq}`eq-a`.\n\n$$y = 2$$ (eq-a)\n\n$$z$$\n")
    assert book.warnings == []
    inline, numbered, plain = book.html().find_all("math")
    assert str(inline) == "<math><mi>x</mi></math>"
    assert inline.parent.name == "p"
    assert numbered.parent["class"] == ["math"]
    assert numbered.parent["id"] == "equation-eq-a"
    assert [tag.name for tag in numbered.parent.find_all(recursive=False)] == ["a", "math"]
    number = book.find("a.eqno")
    assert number.get_text() == "(1)"
    assert number["href"] == "#equation-eq-a"
    assert book.find("p a.reference")["href"] == "#equation-eq-a"
    assert str(plain.parent) == (
        '<div class="math">\n<math display="block"><mi>z</mi></math></div>'
    )


def test_wrong_formula_is_refused_at_its_line_and_its_source_is_shown(build_book):
    book = build_book("# Title\n\nText.\n\nSee $a<\\foo$.\n")
    assert book.warnings == [
        "index.md:5: WARNING: formula 'a<\\\\foo': 2: Unknown command \"\\foo\". [course]"
    ]
    assert book.text("p code") == r"a<\foo"


def test_sign_that_the_font_lacks_is_refused_at_its_line(build_book):
    book = build_book("# Title\n\n$$\nж + ш\n$$\n")
    assert book.warnings == [
        "index.md:3: WARNING: formula '\\nж + ш\\n': "
        f"the math font has no sign '{sign}' [course]"
        for sign in "жш"
    ]


@pytest.mark.parametrize(
    ("text", "unbroken", "rest"),
    [
        ("In $x$, then", "x,", " then"),
        ("In $x$!? Then", "x!?", " Then"),
        ("(In $x$).", "x).", ""),
        ("In “$x$”: then", "x”:", " then"),
        ("In $x$; $y$", "x;", " "),
        ("In $w$ and $x$, then", "x,", " then"),
        ("In $x$, **not** “$y$", "x,", " "),
    ],
)
def test_punctuation_stays_with_the_formula_before_it(parse, text, unbroken, rest):
    doctree = parse(text)
    before = doctree.astext()
    keep_marks(None, doctree, "index")
    (span,) = doctree.findall(
        lambda node: "unbroken" in getattr(node, "attributes", {}).get("classes", [])
    )
    assert [type(part) for part in span] == [nodes.math, nodes.Text]
    assert span.astext() == unbroken
    assert span.next_node(descend=False, siblings=True).astext() == rest
    assert doctree.astext() == before


@pytest.mark.parametrize(
    "text", ["In $x$ then.", "$x$", "In $x$*, then*", "$x$-axis", "$x$`,`"]
)
def test_formula_without_punctuation_behind_it_is_left_alone(parse, text):
    doctree = parse(text)
    before = doctree.pformat()
    keep_marks(None, doctree, "index")
    assert doctree.pformat() == before


def test_punctuation_stays_with_the_formula_on_the_page(build_book):
    span = build_book("# Title\n\nIn $x$, then.\n").find("p > span.unbroken")
    assert str(span) == '<span class="unbroken"><math><mi>x</mi></math>,</span>'
