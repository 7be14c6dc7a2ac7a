"""README.md shows the course as it is."""

import io

import pytest
from PIL import Image

from tools.screenshot import DIGEST, PAGE, PICTURE, WINDOW, compute_digest, take_picture


def test_picture_in_the_readme_is_up_to_date(site):
    with Image.open(PICTURE) as picture:
        digest = picture.info[DIGEST]
    assert digest == compute_digest(site), "the picture in README.md is old: make screenshot"


@pytest.mark.parametrize(
    "text", ["Getting started", "parabola_slope", "The steps shrink as the curve flattens."]
)
def test_picture_is_old_when_a_title_or_the_code_or_the_caption_changes(site, tmp_path, text):
    page = (site / PAGE).read_text("utf-8")
    assert text in page
    changed = tmp_path / PAGE
    changed.parent.mkdir()
    changed.write_text(page, "utf-8")
    assert compute_digest(tmp_path) == compute_digest(site)
    changed.write_text(page.replace(text, "Another"), "utf-8")
    assert compute_digest(tmp_path) != compute_digest(site)


def test_picture_is_of_a_window_and_keeps_its_digest(playwright, site):
    with Image.open(io.BytesIO(take_picture(playwright, site))) as picture:
        assert picture.size == (WINDOW["width"], WINDOW["height"])
        assert picture.info[DIGEST] == compute_digest(site)
