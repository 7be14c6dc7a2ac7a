"""Give plots the font of the site's text."""

from pathlib import Path

from fontTools.ttLib import TTFont

PLOT_FAMILY = "Source Sans 3"
FONT_STYLES = {"400-normal": "Regular", "400-italic": "Italic", "600-normal": "Bold"}


def unpack_font(file: Path, target: Path) -> None:
    """Write a font of the site in the form that Matplotlib reads, under its family's name.

    Parameters
    ----------
    file
        A WOFF2 file of Source Sans 3, whose name ends with weight and style.
    target
        The TrueType file to write.
    """
    with TTFont(file, recalcTimestamp=False) as font:
        font.flavor = None
        style = FONT_STYLES[file.stem.removeprefix("source-sans-3-")]
        if style == "Bold":
            font["OS/2"].usWeightClass = 700
        for name, text in (
            (1, PLOT_FAMILY),
            (2, style),
            (4, f"{PLOT_FAMILY} {style}"),
            (6, f"{PLOT_FAMILY.replace(' ', '')}-{style}"),
        ):
            font["name"].setName(text, name, 3, 1, 0x409)
        for name in (16, 17):
            font["name"].removeNames(nameID=name)
        font.save(target)
