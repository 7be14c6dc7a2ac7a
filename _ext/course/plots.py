"""How plots look on the site: in the page's typeface, and sharp.

Kernels that run chapters for the site begin with `STARTUP`, and keep claims that
fall; a reader's own kernel gets what `book/matplotlibrc` says alone.
"""

import os
from pathlib import Path

from fontTools.ttLib import TTFont

FAMILY = "Source Sans 3"
DOTS_PER_INCH = 230
FOLDER = Path("_build", "ipython").absolute()
STARTUP = f"""\
import sys
from pathlib import Path

import matplotlib
from matplotlib import font_manager

for font in Path({str(FOLDER)!r}).glob("*.ttf"):
    font_manager.fontManager.addfont(font)
matplotlib.rcParams["font.family"] = ["{FAMILY}", "DejaVu Sans"]
matplotlib.rcParams["figure.dpi"] = {DOTS_PER_INCH}

sys.path.append({str(Path(__file__).resolve().parents[1])!r})
from course.claims import Claims, keep
sys.path.pop()
get_ipython().ast_transformers.append(Claims())
get_ipython().push({{"_claim": keep}}, interactive=False)
"""


def write_font(source):
    """Write a page's font as TTF, which is what matplotlib reads."""
    font = TTFont(source)
    font.flavor = None
    for number in (1, 16):  # the family; that of the cut fonts names another weight
        font["name"].setName(FAMILY, number, 3, 1, 0x409)
    if font["OS/2"].usWeightClass > 400:
        font["OS/2"].usWeightClass = 700  # what plots call bold
    font.save(FOLDER / source.with_suffix(".ttf").name)


def prepare_kernels():
    """Have the kernels of this process begin with `STARTUP`."""
    startup = FOLDER / "profile_default" / "startup"
    startup.mkdir(parents=True, exist_ok=True)
    for source in Path("_static", "fonts").glob("source-sans-3-*.woff2"):
        write_font(source)
    (startup / "plots.py").write_text(STARTUP, "utf-8")
    os.environ["IPYTHONDIR"] = str(FOLDER)


def setup(app):
    app.connect("builder-inited", lambda app: prepare_kernels())
