"""Colours have one source, and what is drawn with them is what the drawing gives."""

import re
import shutil
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
import tinycss2
from PIL import Image, ImageChops
from tinycss2.ast import Node
from tinycss2.color4 import parse_color

from _ext.course.palette import read_palette
from tools.book import ROOT
from tools.draw.files import find_stale_files
from tools.draw.icon import render_touch_icon

PALETTE = "tools/draw/palette.toml"
STYLE_SHEETS = [
    sheet
    for folder in ("_static", "tools")
    for sheet in sorted((ROOT / folder).rglob("*.css"))
    if sheet.name != "palette.css"
]
REDRAW = ":1: is not what tools/draw draws: type make draw"


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """Copy what is drawn and its palette to another folder."""
    for folder in ("_static", "images", "tools/draw", "book"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    return tmp_path


def replace(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")


def test_drawn_files_are_up_to_date() -> None:
    if faults := list(find_stale_files(ROOT)):
        pytest.fail("\n".join(faults), pytrace=False)


def test_touch_icon_is_up_to_date() -> None:
    """Rounding may differ from one version of the renderer to the next."""
    drawn = Image.open(BytesIO(render_touch_icon(read_palette()))).convert("RGB")
    kept = Image.open(ROOT / "_static" / "apple-touch-icon.png").convert("RGB")
    assert drawn.size == kept.size
    darkest = max(high for _, high in ImageChops.difference(drawn, kept).getextrema())
    assert darkest <= 8, "type: make draw"


@pytest.mark.parametrize(
    ("table", "name"),
    [
        ("plots", "vermilion"),
        ("plots", "ochre"),
        ("icon", "line"),
        ("light", "text"),
        ("dark", "background"),
    ],
)
def test_each_file_with_an_edited_colour_is_named(copy: Path, table: str, name: str) -> None:
    colour = getattr(read_palette(), table)[name]
    files = [copy / "book" / "matplotlibrc"]
    files += [path for path in copy.rglob("*") if path.suffix in (".css", ".svg")]
    bare = colour.removeprefix("#").lower()
    stale = [path for path in files if bare in path.read_text("utf-8").lower()]
    assert stale
    replace(copy / PALETTE, colour, "#123456")
    names = [path.relative_to(copy).as_posix() for path in stale]
    assert sorted(find_stale_files(copy)) == sorted(name + REDRAW for name in names)


def test_edited_missing_and_undrawn_diagrams_are_named(copy: Path) -> None:
    replace(copy / "images" / "perceptron.svg", "weights", "wishes")
    (copy / "images" / "testing.svg").unlink()
    (copy / "images" / "a-cell.svg").write_text("<svg/>", "utf-8")
    assert sorted(find_stale_files(copy)) == [
        "images/a-cell.svg:1: nothing draws it: "
        "write draw_a_cell in tools/draw/diagrams.py, or delete the file",
        f"images/perceptron.svg{REDRAW}",
        f"images/testing.svg{REDRAW}",
    ]


def test_style_of_plots_without_a_cycle_of_colours_is_refused(copy: Path) -> None:
    replace(copy / "book" / "matplotlibrc", "axes.prop_cycle", "# axes.prop_cycle")
    with pytest.raises(ValueError, match=r"matplotlibrc: .* begins with axes\.prop_cycle:"):
        list(find_stale_files(copy))


def find_colours(tokens: list[Node]) -> Iterator[str]:
    """Yield line and text of each colour among the tokens of a style sheet."""
    for token in tokens:
        yield from find_colours(getattr(token, "content", getattr(token, "arguments", [])))
        text = token.serialize()
        if parse_color(token) and text not in ("transparent", "currentcolor"):
            yield f"{token.source_line}: {text}"


def test_tests_repeat_no_colour_of_the_palette() -> None:
    palette = read_palette()
    tables = (
        palette.plots,
        palette.plots_words,
        palette.dark_plots,
        palette.light,
        palette.dark,
    )
    colours = {colour.lower() for table in tables for colour in table.values()}
    colours -= {"#ffffff", "#000000"}
    for path in sorted((ROOT / "tests").rglob("*.py")):
        text = path.read_text("utf-8").lower()
        assert not [colour for colour in colours if colour in text], path.name


@pytest.mark.parametrize("sheet", STYLE_SHEETS, ids=lambda path: path.name)
def test_style_sheet_takes_its_colours_from_the_palette(sheet: Path) -> None:
    tokens = tinycss2.parse_component_value_list(sheet.read_text("utf-8"))
    colours = list(find_colours(tokens))
    assert not colours, f"give them names in {PALETTE}"


def test_style_sheets_read_the_colours_that_the_palette_has() -> None:
    texts = [path.read_text("utf-8") for path in STYLE_SHEETS]
    diagrams = [path.read_text("utf-8") for path in (ROOT / "images").glob("*.svg")]
    colours = {f"--{name}" for name in read_palette().light}
    declared = colours.union(*(re.findall(r"(--[\w-]+)\s*:", text) for text in texts))
    read = set().union(*(re.findall(r"var\((--[\w-]+)", text) for text in texts + diagrams))
    assert read <= declared
    assert colours <= read
