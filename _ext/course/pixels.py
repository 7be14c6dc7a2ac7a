"""Change the images in plots, which Matplotlib writes into SVG files as PNG in base 64."""

import base64
import re
from collections.abc import Callable
from io import BytesIO

import numpy as np
from PIL import Image

PIXELS = re.compile(r"(?<=data:image/png;base64,)[A-Za-z0-9+/=\s]+")
PALETTE = 256  # the most colours that an image can number instead of repeating them


def number_colours(image: Image.Image) -> Image.Image:
    """Return an image with a palette if that loses nothing: with at most 256 colours."""
    pixels = image.convert("RGBA")
    if pixels.getextrema()[3] == (255, 255):
        plain = image.convert("RGB")
        if plain.getcolors(PALETTE) is None:
            return plain
        return plain.quantize(PALETTE, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    # Pillow's own way for translucent colours merges those that are much alike.
    codes = np.frombuffer(pixels.tobytes(), np.uint32)
    colours, places = np.unique(codes, return_inverse=True)
    if len(colours) > PALETTE:
        return image
    numbered = Image.frombytes("P", image.size, places.astype(np.uint8).tobytes())
    numbered.putpalette(colours.tobytes(), "RGBA")
    return numbered


def pack(image: Image.Image) -> bytes:
    """Return an image as a PNG file."""
    packed = BytesIO()
    image.save(packed, "PNG", optimize=True)
    return packed.getvalue()


def replace_pixels(svg: str, change: Callable[[Image.Image], Image.Image]) -> str:
    """Return a plot with its images changed, each as small as it can be without a loss."""

    def replace(found: re.Match[str]) -> str:
        with Image.open(BytesIO(base64.b64decode(found[0]))) as image:
            changed = change(image)
            packed = min(pack(changed), pack(number_colours(changed)), key=len)
        return base64.b64encode(packed).decode()

    return PIXELS.sub(replace, svg)
