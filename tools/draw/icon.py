"""Draw the icon of the course: a small network."""

from _ext.course.palette import Palette

SVG = """\
<svg xmlns="http://www.w3.org/2000/svg" viewBox="{view_box}">
<path d="M11 14L32 14L53 32L32 50L11 50L32 14M11 14L32 50" fill="none" stroke="{line}" \
stroke-width="3.5"/>
<g fill="{input}"><circle cx="11" cy="14" r="8"/><circle cx="11" cy="50" r="8"/></g>
<g fill="{hidden}"><circle cx="32" cy="14" r="8"/><circle cx="32" cy="50" r="8"/></g>
<circle cx="53" cy="32" r="9" fill="{output}"/>
</svg>
"""
TOUCH_ICON_PIXELS = 180


def render_icon(palette: Palette, view_box: str = "0 0 64 64") -> str:
    """Return the icon as SVG on a transparent ground."""
    return SVG.format(
        view_box=view_box,
        line=palette.icon["line"],
        **{name: palette.light[f"diagram-{name}"] for name in ("input", "hidden", "output")},
    )


def render_touch_icon(palette: Palette) -> bytes:
    """Return the icon as a PNG with a ground and a margin, for a phone's home screen."""
    import resvg_py  # which checking the drawn files does not need

    return bytes(
        resvg_py.svg_to_bytes(
            svg_string=render_icon(palette, view_box="-5 -5 74 74"),
            background=palette.icon["ground"],
            width=TOUCH_ICON_PIXELS,
            height=TOUCH_ICON_PIXELS,
            skip_system_fonts=True,
        )
    )
