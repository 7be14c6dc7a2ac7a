"""Words in plots can be read on white, in the colours of their lines."""

import pytest

from _ext.course.palette import read_palette
from _ext.course.plot_words import deepen_words

PALETTE = read_palette()
VERMILION = PALETTE.plots["vermilion"].lower()

TEXT = """<g id="text_{}">
 <!-- a > b -->
 <g style="fill: {}" transform="translate(1 2)"><use xlink:href="#a"/></g></g>"""
LINE = f'<g id="line2d_1"><path style="fill: none; stroke: {VERMILION}"/></g>'


def test_words_are_deepened_and_lines_are_not():
    text, deepened = (
        TEXT.format(12, colour)
        for colour in (VERMILION, PALETTE.plots_words["vermilion"].lower())
    )
    assert deepen_words(LINE + text + LINE) == LINE + deepened + LINE


@pytest.mark.parametrize(
    "colour", [PALETTE.light["text"].lower(), PALETTE.plots["blue"].lower(), "#123456"]
)
def test_words_of_other_colours_are_left_alone(colour):
    assert deepen_words(TEXT.format(1, colour)) == TEXT.format(1, colour)
