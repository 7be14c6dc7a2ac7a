"""Rules are known by the file and the name of their function."""

from collections.abc import Iterator
from unittest.mock import patch

import pytest

from tools.book import Book, Page
from tools.lint.finding import Finding
from tools.lint.rule import RULES, rule


@pytest.fixture(autouse=True)
def rules() -> Iterator[None]:
    """Forget the rules that a test adds."""
    with patch.dict(RULES):
        yield


def a_sound_page(page: Page) -> Iterator[Finding]:
    """A page is sound.

    So it is,
    always.
    """
    yield Finding(page.file, 3, "a fault", "a remedy")


def test_rule_is_named_described_and_scoped_by_its_function():
    assert rule(a_sound_page) is a_sound_page
    added = RULES["test-rule/a-sound-page"]
    assert added.name == "test-rule/a-sound-page"
    assert added.statement == "A page is sound. So it is, always."
    assert added.scope is Page
    assert added.check is a_sound_page


def test_rule_without_a_description_says_nothing():
    def silent(book: Book) -> Iterator[Finding]:
        yield from ()

    rule(silent)
    assert RULES["test-rule/silent"].statement == ""


def test_findings_tell_their_rule():
    rule(a_sound_page)
    (finding,) = RULES["test-rule/a-sound-page"].find(Page("a.md", ""))
    assert finding == Finding("a.md", 3, "a fault", "a remedy", "test-rule/a-sound-page")


@pytest.mark.parametrize(
    ("name", "is_first"), [("syntax/a", True), ("contents/a", True), ("prose/syntax", False)]
)
def test_rules_of_syntax_and_contents_come_first(name, is_first):
    def check(book: Book) -> Iterator[Finding]:
        yield from ()

    module, check.__name__ = name.split("/")
    check.__module__ = f"rules.{module}"
    rule(check)
    assert RULES[name].comes_first is is_first
