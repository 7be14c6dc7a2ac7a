"""Rules: functions that find faults in a page, in the whole book, or in the repository."""

import inspect
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from tools.book import Book, Page
from tools.lint.finding import Finding
from tools.lint.repository import Repository

Subject = TypeVar("Subject", Page, Book, Repository)
Check = Callable[[Subject], Iterator[Finding]]


@dataclass(frozen=True)
class Rule:
    """A rule: its name, what it says to contributors, what it reads, and its check.

    Rules of syntax and of contents come first: what they refuse is not read as it was meant, so
    that other rules would speak of faults that are none.
    """

    name: str
    statement: str
    scope: type[Page] | type[Book] | type[Repository]
    check: Callable[[Any], Iterator[Finding]]

    @property
    def comes_first(self) -> bool:
        """Whether other rules wait until this one is kept."""
        return self.name.startswith(FIRST)

    def find(self, subject: Page | Book | Repository) -> list[Finding]:
        """Return what the rule refuses in a page, a book or a repository."""
        return [replace(finding, rule=self.name) for finding in self.check(subject)]


# How the names of the rules begin that come first.
FIRST = ("syntax/", "contents/")
RULES: dict[str, Rule] = {}


def rule(check: Check[Subject]) -> Check[Subject]:
    """Add a function to the rules; its parameter's type says what it reads."""
    module = check.__module__.rpartition(".")[2]
    name = f"{module}/{check.__name__}".replace("_", "-")
    (parameter,) = inspect.signature(check).parameters.values()
    statement = " ".join((inspect.getdoc(check) or "").split())
    RULES[name] = Rule(name, statement, parameter.annotation, check)
    return check
