"""Words in plots can be read on white, in the colours of their lines."""

import pytest

from _ext.course.plot_words import deepen_words

TEXT = """<g id="text_{}">
 <!-- a > b -->
 <g style="fill: {}" transform="translate(1 2)"><use xlink:href="#a"/></g></g>"""
LINE = '<g id="line2d_1"><path style="fill: none; stroke: #d55e00"/></g>'


def test_words_are_deepened_and_lines_are_not():
    text = TEXT.format(12, "#d55e00")
    assert deepen_words(LINE + text + LINE) == LINE + TEXT.format(12, "#a84300") + LINE


@pytest.mark.parametrize("colour", ["#1c2126", "#0072b2", "#123456"])
def test_words_of_other_colours_are_left_alone(colour):
    assert deepen_words(TEXT.format(1, colour)) == TEXT.format(1, colour)
