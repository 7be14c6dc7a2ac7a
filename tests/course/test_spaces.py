"""What is read as one stays on one line."""

import pytest

TEXT = "# Worked example 1: digits\n\n{}\n"


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("Of 28 × 28 pixels.", "Of 28~×~28 pixels."),
        ("*Of 3 × 3 × 2*", "Of 3~×~3~×~2"),
        ("A window × 3", "A window × 3"),
        ("So 512 + 512 + 10 = 1,034.", "So 512~+~512~+~10~=~1,034."),
        ("From 2 − 3 = −1 on", "From 2~−~3~=~−1 on"),
        ("As 1,000,000 + 1,000,000 = 2,000,000", "As 1,000,000 + 1,000,000 = 2,000,000"),
        ("From 2 to 3", "From 2 to 3"),
        ("See Worked example 2 there.", "See Worked example~2 there."),
        ("`28 × 28`", "28 × 28"),
    ],
)
def test_sizes_and_names_of_examples_have_no_space_to_break_at(build_book, source, shown):
    book = build_book(TEXT.format(source))
    assert book.find("p").get_text().replace("\N{NO-BREAK SPACE}", "~") == shown
    assert "example\N{NO-BREAK SPACE}1:" in book.find("h1").get_text()
