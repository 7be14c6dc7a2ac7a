"""Tell what the drawn files of the book contain, and which of them do not."""

from collections.abc import Iterator
from pathlib import Path

from _ext.course.palette import Palette, read_palette

from .diagrams import render_diagrams
from .icon import render_icon
from .palette import render_style_sheet, set_plot_colours


def render_texts(root: Path, palette: Palette) -> dict[Path, str]:
    """Return what each text file that is drawn or holds colours has to contain.

    Parameters
    ----------
    root
        The folder of the book, whose matplotlibrc keeps all but its colours.
    palette
        The colours to draw with.
    """
    static, style = root / "_static", root / "book" / "matplotlibrc"
    return {
        static / "palette.css": render_style_sheet(palette),
        static / "icon.svg": render_icon(palette),
        style: set_plot_colours(style.read_text("utf-8"), palette),
    } | {root / "images" / name: svg for name, svg in render_diagrams(palette).items()}


def find_stale_files(root: Path) -> Iterator[str]:
    """Yield a line for each file that is not what is drawn, or that nothing draws."""
    texts = render_texts(root, read_palette(root / "tools" / "draw" / "palette.toml"))
    for path, text in texts.items():
        if not path.exists() or path.read_text("utf-8") != text:
            place = path.relative_to(root).as_posix()
            yield f"{place}:1: is not what tools/draw draws: type make draw"
    for path in sorted((root / "images").glob("*.svg")):
        if path not in texts:
            place, name = path.relative_to(root).as_posix(), path.stem.replace("-", "_")
            yield (
                f"{place}:1: nothing draws it: write draw_{name} in tools/draw/diagrams.py, "
                "or delete the file"
            )
