"""How the kernels that execute the chapters draw, print and wait, and reach no network."""

import os
from pathlib import Path

from ipykernel.iostream import OutStream

# As the kernel sets it later; Matplotlib reads it when it is imported.
os.environ.setdefault("MPLBACKEND", "module://matplotlib_inline.backend_inline")

# One thread a kernel, set before NumPy is loaded: chapters are executed side by side instead,
# and their last digits do not depend on the machine's number of processors.
os.environ.setdefault("OMP_NUM_THREADS", "1")

from matplotlib import font_manager

# A cell that reads the network fails: chapters are built from what the repository holds.
for name in ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"):
    os.environ[name] = "http://the-build-has-no-network.invalid:9"
for name in ("no_proxy", "NO_PROXY"):
    os.environ.pop(name, None)

# What a cell prints comes in one piece when it ends: of pieces, by chance of their timing, some
# would begin with the end of a line, and MyST-NB would add another.
OutStream.flush_interval = 3600

load_subconfig("phone_plots.py")  # noqa: F821
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
