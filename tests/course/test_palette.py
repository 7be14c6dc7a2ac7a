"""A palette that makes no sense is refused, and names in it stand for colours."""

import re
from pathlib import Path

import pytest

from _ext.course.palette import PALETTE, read_palette

GREY = read_palette().light["muted"]
NO_COLOUR = (
    '[light] muted = "{}" is no colour: '
    'write "#RRGGBB" with capital letters, or a name from [plots]'
)


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """Copy the palette."""
    path = tmp_path / PALETTE.name
    path.write_bytes(PALETTE.read_bytes())
    return path


def replace(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (f'muted = "{GREY}"', 'muted = "gray"', NO_COLOUR.format("gray")),
        (f'muted = "{GREY}"', 'muted = "#aabbcc"', NO_COLOUR.format("#aabbcc")),
        ("[dark]\n", '[dark]\nmute = "#ABCDEF"\n', "[dark] mute is missing from [light]"),
        ("[paper]\ntext", "[paper]\nwords", "[paper] words is missing from [light]"),
        (
            "[plots-words]\n",
            '[plots-words]\nred = "#ABCDEF"\n',
            "[plots-words] red is missing from [plots]",
        ),
        (
            "[dark-plots]\n",
            '[dark-plots]\nred = "#ABCDEF"\n',
            "[dark-plots] has other names than [plots]",
        ),
    ],
)
def test_palette_that_makes_no_sense_is_refused(copy, old, new, message):
    replace(copy, old, new)
    with pytest.raises(ValueError, match=f"^palette.toml: {re.escape(message)}$"):
        read_palette(copy)


def test_names_stand_for_the_colours_of_plots_on_light_or_on_dark_pages(copy):
    replace(copy, "[plots-words]\n", '[plots-words]\nblue = "purple"\n')
    replace(copy, 'Blues = ["', 'Blues = ["blue", "')
    palette = read_palette(copy)
    assert palette.plots_words["blue"] == palette.plots["purple"]
    assert palette.light["diagram-input"] == palette.plots["blue"]
    blues = palette.dark["diagram-input"], palette.dark_maps["Blues"][0]
    assert blues == (palette.dark_plots["blue"],) * 2
    assert palette.dark_plots["blue"] != palette.plots["blue"]
