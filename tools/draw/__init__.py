"""Draw what has the colours of the palette, `palette.toml`: `make draw`.

The palette becomes custom properties of the style sheet and the cycle of Matplotlib's
colours; the icon and the diagrams are drawn with it.
"""
