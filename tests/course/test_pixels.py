"""Images in plots are changed where they stand, and packed without a loss."""

import base64
from io import BytesIO
from random import Random

import pytest
from PIL import Image

from _ext.course.pixels import number_colours, replace_pixels


def draw_image(colours: int, opacity: int = 255) -> Image.Image:
    """Return an image of 64 × 64 pixels in so many random colours."""
    random = Random(0)
    palette = [bytes((*random.randbytes(3), opacity)) for _ in range(colours)]
    pixels = b"".join(palette[i % colours] for i in range(64 * 64))
    return Image.frombytes("RGBA", (64, 64), pixels)


@pytest.mark.parametrize(
    ("image", "mode"),
    [
        (draw_image(2), "P"),
        (draw_image(256), "P"),
        (draw_image(257), "RGB"),
        (draw_image(256, opacity=254), "P"),
        (draw_image(257, opacity=254), "RGBA"),
    ],
    ids=["few", "as many as fit", "more", "translucent", "more, and translucent"],
)
def test_image_in_a_plot_gets_a_palette_if_that_loses_nothing(image, mode):
    numbered = number_colours(image)
    assert numbered.mode == mode
    assert numbered.convert("RGBA").tobytes() == image.tobytes()


def test_image_in_a_plot_is_packed_where_it_stands():
    buffer = BytesIO()
    draw_image(200).save(buffer, "PNG", compress_level=0)
    plain = base64.b64encode(buffer.getvalue()).decode()
    svg = '<svg><image href="data:image/png;base64,{}" width="9"/></svg>'
    packed = replace_pixels(svg.format(plain), lambda image: image)
    start, end = svg.split("{}")
    content = packed.removeprefix(start).removesuffix(end)
    assert len(content) < len(plain) / 2
    with Image.open(BytesIO(base64.b64decode(content))) as image:
        assert image.convert("RGBA").tobytes() == draw_image(200).tobytes()


def test_image_keeps_its_colours_where_a_palette_would_be_longer():
    buffer = BytesIO()
    image = Image.frombytes("RGBA", (2, 1), bytes([1, 2, 3, 4, 5, 6, 7, 8]))
    image.save(buffer, "PNG")
    svg = (
        f'<image href="data:image/png;base64,{base64.b64encode(buffer.getvalue()).decode()}"/>'
    )
    packed = base64.b64decode(replace_pixels(svg, lambda image: image).split(",")[1][:-3])
    with Image.open(BytesIO(packed)) as kept:
        assert kept.mode == "RGBA"
        assert kept.tobytes() == image.tobytes()
