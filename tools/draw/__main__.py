"""Write every file that is drawn or holds colours."""

from _ext.course.palette import read_palette
from tools.book import ROOT

from .files import render_texts
from .icon import render_touch_icon

palette = read_palette()
for path, text in render_texts(ROOT, palette).items():
    path.write_text(text, "utf-8", newline="\n")
(ROOT / "_static" / "apple-touch-icon.png").write_bytes(render_touch_icon(palette))
