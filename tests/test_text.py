"""Slips in the text that neither a reader's browser nor the build would notice."""

import re
from math import exp, log, sqrt
from xml.etree import ElementTree

import pytest
from PIL import Image

from conftest import PAGES, ROOT, read

SUMS = {"exp": exp, "log": log, "sqrt": sqrt}
FILES = sorted(ROOT.glob("book/*.md"))
PICTURES = sorted(ROOT.glob("images/*"))


def compute(side):
    """Return the value of one side of a sum, such as `960 / 990` or `97%`."""
    side = re.sub(r"(?<=\d),(?=\d{3})", "", side)
    return eval(re.sub(r"([\d.]+)%", r"(\1 / 100)", side), SUMS)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_sums_hold_and_their_whole_results_are_in_the_text(file):
    text = file.read_text("utf-8")
    prose = re.sub(r"^%.*|(?<=\d)(,|\{,\})(?=\d{3})", "", text, flags=re.MULTILINE)
    # % 3 * 7 = 21; 18 / 21 = 0.86
    for line in re.findall(r"^% (.* = .*)", text, re.MULTILINE):
        for one in line.split(";"):
            *sides, result = one.split("=")
            decimals = len(result.strip(" %").partition(".")[2]) + 2 * ("%" in result)
            for side in sides:
                assert abs(compute(side) - compute(result)) < 0.501 * 10**-decimals, one
            whole = result.strip(" -").replace(",", "")
            if whole.isdigit():
                assert re.search(rf"(?<!\d){whole}(?!\d)", prose), one


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_signs_mean_what_the_author_meant(file):
    text = file.read_text("utf-8")
    assert not re.findall(r".*\\\(.*\\\).*", text), "write formulas as $a + b$"
    assert not re.findall(r".*\bUS\$.*", text), r"write money as US\$ 5"
    options = re.findall(r'(?m)^[ :]*(?:alt|caption): "[^"\\]*\\\w.*', text)
    assert not options, "put texts with a backslash in single quotes"


@pytest.mark.parametrize("name", PAGES)
def test_page_has_one_title(name):
    titles = [title.get_text() for title in read(name).select("article h1")]
    assert len(titles) == 1, "begin sections with ##"


@pytest.mark.parametrize("path", PICTURES, ids=lambda path: path.name)
def test_picture_has_no_more_pixels_than_a_screen_shows(path):
    if path.suffix == ".svg":
        return
    with Image.open(path) as picture:
        assert max(picture.size) <= 2000, "make it smaller than 2000 × 2000 pixels"


@pytest.mark.parametrize("name", PAGES)
def test_no_output_is_nan_unless_the_text_speaks_of_it(name):
    spoken = {code.get_text() for code in read(name).select("article code.literal")}
    for output in read(name).select(".cell_output"):
        assert {*re.findall(r"\b(?:nan|inf)\b", output.get_text())} <= spoken


@pytest.mark.parametrize(
    "drawing", sorted(ROOT.glob("images/*.svg")), ids=lambda path: path.stem
)
def test_drawing_can_be_shown(drawing):
    assert ElementTree.parse(drawing).getroot().get("viewBox")
