"""Run the rules over a folder."""

import importlib
import pkgutil
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from pathlib import Path
from typing import Any

from tools.book import Book, Page
from tools.lint import rules
from tools.lint.finding import Finding
from tools.lint.programs import FAILED, SETTINGS, run_programs
from tools.lint.repository import Repository
from tools.lint.rule import FIRST, RULES, Rule

for module in pkgutil.iter_modules(rules.__path__):
    importlib.import_module(f"{rules.__name__}.{module.name}")


def lint(root: Path) -> list[Finding]:
    """Return what rules and programs refuse below a folder, in the order of files and lines."""
    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(run_programs, root)
        found = {*check(root), *running.result()}
    # What makes a program fail is most often a fault that a rule has told.
    faults = [finding for finding in found if not finding.rule.endswith(FAILED)]
    return sorted(faults or found)


def check(root: Path) -> list[Finding]:
    """Return what the rules refuse below a folder, in the order of files and lines.

    Where a page cannot be read as it was meant, the other rules pass it over, and those on the
    whole book wait.

    Parameters
    ----------
    root : Path
        The folder that holds the book and the rest of the repository.
    """
    book = Book(root)
    found = [finding for page in book.pages for finding in check_page(page)]
    is_readable = not any(finding.rule.startswith(FIRST) for finding in found)
    if first := check_first(book):
        found += first
    elif is_readable:
        found += apply(rules_for(Book), book)
    found += apply(rules_for(Repository), Repository(root))
    return sorted(set(found))


@lru_cache(maxsize=1000)
def check_page(page: Page) -> list[Finding]:
    """Return what the rules on pages refuse in a page, which is read only once."""
    return check_first(page) or apply(rules_for(Page), page)


def check_first(subject: Page | Book) -> list[Finding]:
    """Return what the first rule that is broken refuses, of those that come first."""
    for rule in rules_for(type(subject), first=True):
        if found := apply([rule], subject):
            return found
    return []


def rules_for(scope: type[Any], *, first: bool = False) -> list[Rule]:
    """Return the rules that read pages, books or repositories."""
    return [r for r in RULES.values() if r.scope is scope and r.comes_first == first]


def apply(chosen: list[Rule], subject: Page | Book | Repository) -> list[Finding]:
    """Return what some rules refuse; a rule that fails itself is told like a fault."""
    found = []
    for rule in chosen:
        try:
            found += rule.find(subject)
        except Exception as error:
            file = subject.file if isinstance(subject, Page) else SETTINGS
            fault = f"the rule {rule.name} fails: {error!r}"
            remedy = "tell us, with this file: it is a fault of tools/lint"
            found.append(Finding(file, 1, fault, remedy, f"{rule.name}{FAILED}"))
    return found
