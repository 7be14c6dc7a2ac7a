"""Words in plots can be read on white, in the colours of their lines."""

import re
import xml.etree.ElementTree as ET
from collections import Counter
from io import StringIO

import pytest
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure

from _ext.course.palette import read_palette
from _ext.course.plot_words import deepen_words

PALETTE = read_palette()
VERMILION = PALETTE.plots["vermilion"].lower()
DEEP = PALETTE.plots_words["vermilion"].lower()

pytestmark = pytest.mark.usefixtures("plot_settings")


def draw(figure: Figure) -> str:
    """Return a figure as Matplotlib writes it."""
    FigureCanvasSVG(figure).print_svg(file := StringIO())
    return file.getvalue()


def count_colours(svg: str) -> tuple[Counter[str], Counter[str]]:
    """Return how often there are colours of lines of words, and of all else."""
    words: Counter[str] = Counter()
    others: Counter[str] = Counter()
    for part in ET.fromstring(svg).iter():
        is_word = "scale(" in part.get("transform", "") and part.tag.endswith("}g")
        (words if is_word else others).update(re.findall("#[0-9a-f]{6}", part.get("style", "")))
    return words, others


def write(ax, words="word", **options):
    ax.text(0.5, 0.5, words, color="C1", **options)


@pytest.mark.parametrize(
    ("plot", "lines"),
    [
        (write, 1),
        (lambda ax: write(ax, "two\nlines"), 2),
        (lambda ax: write(ax, "a > b & <g style"), 1),
        (lambda ax: write(ax, bbox={"facecolor": "C1", "edgecolor": "C2"}), 1),
        (lambda ax: write(ax, "in\na box", bbox={"facecolor": "C1"}, clip_on=True), 2),
        (lambda ax: write(ax, clip_on=True), 1),
        (lambda ax: write(ax, "turned\ntwice", rotation=30, alpha=0.5), 2),
        (lambda ax: write(ax, r"$\frac{a}{\sqrt{b}}$ of" "\nall"), 2),
        (lambda ax: write(ax, gid="named", url="https://example.org"), 1),
        (lambda ax: ax.set_title("Title\nof two lines", color="C1"), 2),
        (lambda ax: ax.annotate("x", (0, 0), (1, 1), color="C1", arrowprops={"fc": "C1"}), 1),
        (lambda ax: ax.set_xticks([0, 1], ["no", "yes\nand so"], color="C1"), 3),
        (lambda ax: ax.plot([1], "C1", label="a\nb") and ax.legend(labelcolor="linecolor"), 2),
    ],
)
def test_all_lines_of_words_are_deepened_and_nothing_else(plot, lines):
    figure = Figure()
    ax = figure.add_subplot()
    ax.plot([0, 1], "o-", color="C1")
    plot(ax)
    svg = draw(figure)
    (words, others), (deepened, same) = map(count_colours, (svg, deepen_words(svg)))
    assert words[VERMILION] == deepened[DEEP] == lines
    assert words - Counter({VERMILION: lines}) == deepened - Counter({DEEP: lines})
    assert same == others
    assert others[VERMILION] > 0
    assert deepen_words(svg).replace(DEEP, VERMILION) == svg


@pytest.mark.parametrize("colour", [PALETTE.light["text"], "C0", "#123456", "black"])
def test_words_of_other_colours_are_left_alone(colour):
    figure = Figure()
    figure.text(0.5, 0.5, "two\nlines", color=colour)
    svg = draw(figure)
    assert deepen_words(svg) == svg
