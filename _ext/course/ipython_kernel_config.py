"""How the kernels that execute the chapters draw, print and wait, and reach no network."""

import json
import os
from pathlib import Path
from typing import Any

from ipykernel.iostream import OutStream

# As the kernel sets it later; Matplotlib reads it when it is imported.
os.environ.setdefault("MPLBACKEND", "module://matplotlib_inline.backend_inline")

from matplotlib import font_manager, rcParams
from matplotlib.artist import Artist
from matplotlib.backend_bases import FigureCanvasBase
from matplotlib.figure import Figure

# Waiting threads of PyTorch spin for a moment and then sleep: spinning for ever they starve
# each other on a busy machine, sleeping at once they double a training's time.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
os.environ.setdefault("GOMP_SPINCOUNT", "100000")
# A cell that reads the network fails: chapters are built from what the repository holds.
for name in ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"):
    os.environ[name] = "http://the-build-has-no-network.invalid:9"

# What a cell prints comes in one piece when it ends: of pieces, by chance of their timing, some
# would begin with the end of a line, and MyST-NB would add another.
OutStream.flush_interval = 3600

print_figure = FigureCanvasBase.print_figure


def find_panels(figure: Figure) -> list[list[float]]:
    """Return the boxes of panels in one row, and of legends, from above: x, y, width, height.

    They are in points from the upper left corner of the picture. Of other figures there are
    none.
    """
    axes = figure.axes
    grids = [ax.get_subplotspec() for ax in axes]
    if len(axes) not in (2, 3) or None in grids or grids[0].get_gridspec().nrows > 1:
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
    legends = list(map(find_box, figure.legends))
    above = [box for box in legends if box[1] < middle]
    return above + panels + [box for box in legends if box not in above]


def print_panels(canvas: FigureCanvasBase, file: object, **options: Any) -> object:
    """Print a figure, and note in an SVG file the boxes of its panels."""
    if options.get("format") == "svg" and (panels := find_panels(canvas.figure)):
        options["metadata"] = {**options["metadata"], "Description": json.dumps(panels)}
    return print_figure(canvas, file, **options)


FigureCanvasBase.print_figure = print_panels
# Plots have the font of the text; readers' notebooks have Matplotlib's own.
for font in Path(__file__).parent.glob("*.ttf"):
    font_manager.fontManager.addfont(font)

c = get_config()  # noqa: F821
c.InlineBackend.figure_formats = {"svg"}
c.InlineBackend.print_figure_kwargs = {"bbox_inches": "tight", "metadata": {"Date": None}}
c.InlineBackend.rc = {
    "axes.facecolor": "none",
    "figure.facecolor": "none",
    "font.family": ["Source Sans 3", "DejaVu Sans"],
    "svg.hashsalt": "figure",
}
c.IPKernelApp.log_level = "ERROR"
