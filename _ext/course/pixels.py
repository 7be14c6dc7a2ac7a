"""Change the images in plots, which Matplotlib writes into SVG files as PNG in base 64."""

import base64
import re
from collections.abc import Callable
from io import BytesIO

from PIL import Image

PIXELS = re.compile(r"(?<=data:image/png;base64,)[A-Za-z0-9+/=\s]+")
PALETTE = 256  # the most colours that an image can number instead of repeating them


def number_colours(image: Image.Image) -> Image.Image:
    """Return an image with a palette if that loses nothing: opaque, of at most 256 colours."""
    if image.convert("RGBA").getextrema()[3] != (255, 255):
        return image
    plain = image.convert("RGB")
    if plain.getcolors(PALETTE) is None:
        return plain
    return plain.quantize(PALETTE, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)


def replace_pixels(svg: str, change: Callable[[Image.Image], Image.Image]) -> str:
    """Return a plot with its images changed, each as small as it can be without a loss."""

    def pack(found: re.Match[str]) -> str:
        packed = BytesIO()
        with Image.open(BytesIO(base64.b64decode(found[0]))) as image:
            number_colours(change(image)).save(packed, "PNG", optimize=True)
        return base64.b64encode(packed.getvalue()).decode()

    return PIXELS.sub(pack, svg)
