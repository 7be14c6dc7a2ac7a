"""Links to worked examples are short enough for a sentence."""

import pytest

TEXT = "(here)=\n# {}\n\nSee {} there.\n"


@pytest.mark.parametrize(
    ("title", "link", "shown"),
    [
        ("Worked example 12: digits", "{ref}`here`", "See Worked example~12 there."),
        ("Worked example 1: digits", "{ref}`this <here>`", "See this there."),
        ("Loss: what is it?", "{ref}`here`", "See Loss: what is it? there."),
    ],
)
def test_link_to_a_worked_example_says_its_number(build_book, title, link, shown):
    book = build_book(TEXT.format(title, link))
    assert book.find("p").get_text().replace("\N{NO-BREAK SPACE}", "~") == shown
