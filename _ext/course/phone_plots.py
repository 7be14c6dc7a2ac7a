"""Note in a plot, while it is drawn in a kernel, what shows it on a phone.

A part of `ipython_kernel_config.py`; `pictures` reads the note.
"""

import json
from collections.abc import Iterator
from io import StringIO
from itertools import combinations
from typing import Any

from matplotlib import rcParams
from matplotlib.artist import Artist
from matplotlib.backend_bases import FigureCanvasBase
from matplotlib.figure import Figure
from matplotlib.image import AxesImage
from matplotlib.layout_engine import ConstrainedLayoutEngine
from matplotlib.text import Text
from matplotlib.transforms import Bbox

# Widths in inches of a figure for phones, of which the first is taken in which no words meet.
NARROW = (4.2, 4.7, 5.2)
print_figure = FigureCanvasBase.print_figure


def find_panels(figure: Figure) -> list[list[float]]:
    """Return the boxes of panels in one row, and of legends, from above: x, y, width, height.

    They are in points from the upper left corner of the picture. Of other figures there are
    none, nor of those that have words beside the panels, or two axes in one.
    """
    axes = [ax for ax in figure.axes if ax.get_visible()]
    grids = [ax.get_subplotspec() for ax in axes]
    if len(axes) not in (2, 3) or None in grids or grids[0].get_gridspec().nrows > 1:
        return []
    if figure.texts or len({grid.colspan.start for grid in grids}) < len(axes):
        return []
    figure.draw_without_rendering()
    renderer = figure.canvas.get_renderer()
    whole = figure.get_tightbbox(renderer).padded(rcParams["savefig.pad_inches"])
    to_inches = figure.dpi_scale_trans.inverted()

    def find_box(part: Artist) -> list[float]:
        box = part.get_tightbbox(renderer).transformed(to_inches)
        sides = box.x0 - whole.x0, whole.y1 - box.y1, box.width, box.height
        return [round(72 * side, 1) for side in sides]

    panels = sorted(map(find_box, axes))
    middle = panels[0][1] + panels[0][3] / 2
    legends = [find_box(legend) for legend in figure.legends if legend.get_visible()]
    above = [box for box in legends if box[1] < middle]
    return above + panels + [box for box in legends if box not in above]


def find_words(figure: Figure) -> Iterator[Bbox]:
    """Yield the boxes of the words that a figure shows, in pixels."""
    renderer = figure.canvas.get_renderer()
    away = set()
    for axis in [axis for ax in figure.axes for axis in (ax.xaxis, ax.yaxis)]:
        low, high = sorted(axis.get_view_interval())
        for tick in [*axis.get_major_ticks(), *axis.get_minor_ticks()]:
            if not axis.axes.axison or not low <= tick.get_loc() <= high:
                away |= {tick.label1, tick.label2}
    for text in figure.findobj(Text):
        if text.get_visible() and text.get_text().strip() and text not in away:
            yield text.get_window_extent(renderer)


def count_meetings(figure: Figure) -> int:
    """Return how many pairs of words overlap, and how many words a line crosses."""
    figure.draw_without_rendering()
    words = [box.padded(-1) for box in find_words(figure)]
    lines = [line for ax in figure.axes for line in ax.lines if line.get_linestyle() != "None"]
    paths = [line.get_path().transformed(line.get_transform()) for line in lines]
    return sum(one.overlaps(other) for one, other in combinations(words, 2)) + sum(
        path.intersects_bbox(box, filled=False) for path in paths for box in words
    )


def draw_narrow(canvas: FigureCanvasBase, options: dict[str, Any]) -> str:
    """Return a figure as narrow as a phone, or no text where its words would meet."""
    figure = canvas.figure
    size = figure.get_size_inches()
    least = count_meetings(figure)
    layout = figure.get_layout_engine()
    images = {image: image.get_interpolation() for image in figure.findobj(AxesImage)}
    try:
        is_packed = any(ax.get_aspect() != "auto" for ax in figure.axes)
        if is_packed and isinstance(layout, ConstrainedLayoutEngine):
            figure.set_layout_engine("compressed")
        for image in images:  # its own pixels, and no mixtures of their colours
            image.set_interpolation("none")
        for width in [width for width in NARROW if width < size[0]]:
            figure.set_size_inches(width, size[1], forward=False)
            if count_meetings(figure) <= least:
                drawing = StringIO()
                print_figure(canvas, drawing, **options)
                return drawing.getvalue()
    finally:
        figure.set_size_inches(size, forward=False)
        figure.set_layout_engine(layout or "none")
        for image, interpolation in images.items():
            image.set_interpolation(interpolation)
    return ""


def print_forms(canvas: FigureCanvasBase, file: object, **options: Any) -> object:
    """Print a figure, and note in an SVG file what shows it on a phone.

    The note is in JSON: the boxes of the panels, which can stand below each other, or else a
    narrow drawing.
    """
    if options.get("format") == "svg":
        note = find_panels(canvas.figure) or draw_narrow(canvas, options)
        options["metadata"] = {**options.get("metadata", {}), "Description": json.dumps(note)}
    return print_figure(canvas, file, **options)


FigureCanvasBase.print_figure = print_forms
