"""Words in plots can be read on white, in the colours of their lines."""

import tomllib
from itertools import chain

import pytest

from _ext.course.dark_plots import PALETTE
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


def measure_luminance(colour: str) -> float:
    """Return the relative luminance of WCAG 2.2."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return sum(w * p for w, p in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def test_words_of_each_colour_of_plots_have_enough_contrast():
    palette = tomllib.loads(PALETTE.read_text("utf-8"))
    words = {**palette["plots"], **palette["plots-words"]}
    for name, colour in chain(words.items()):
        assert 1.05 / (measure_luminance(colour) + 0.05) >= 4.5, name
