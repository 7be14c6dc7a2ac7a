"""Links to worked examples are short enough for a sentence."""

import pytest

TEXT = "(here)=\n# {}\n\n{}\n"


@pytest.mark.parametrize(
    ("title", "text", "shown"),
    [
        ("Worked example 12: digits", "See {ref}`here` there.", "See Worked example~12 there."),
        ("Worked example 1: digits", "See {ref}`this <here>`.", "See this."),
        ("Worked example 1: digits", "{ref}`here`", "Worked example~1: digits"),
        ("Loss: what is it?", "See {ref}`here` there.", "See Loss: what is it? there."),
    ],
)
def test_link_to_a_worked_example_in_a_sentence_says_its_number(build_book, title, text, shown):
    book = build_book(TEXT.format(title, text))
    assert book.find("p").get_text().replace("\N{NO-BREAK SPACE}", "~") == shown
