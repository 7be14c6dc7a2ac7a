"""What the tests of rules share: cases, and small pages to make them of."""

import re
from collections.abc import Mapping
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest

import tools.lint  # noqa: F401 - reads all rules
from tools.book import Book, parse_page
from tools.lint.repository import Repository
from tools.lint.rule import RULES

# By rule: pages, each with what the rule finds in it, as "line: fault: remedy".
Cases = dict[str, list[tuple[str, list[str]]]]
PARAMETERS = ("rule", "source", "expected")


def each(cases: Mapping[str, Any]) -> pytest.MarkDecorator:
    """Return the mark that makes a test of each case."""
    parameters = [
        pytest.param(rule, source, expected, id=f"{rule}-{number}")
        for rule, sources in cases.items()
        for number, (source, expected) in enumerate(sources, 1)
    ]
    return pytest.mark.parametrize(PARAMETERS, parameters)


def cell(code: str, options: str = "") -> str:
    """Return a code cell, as it stands in a page."""
    lines = f"{options}\n" if options else ""
    return f"```{{code-cell}} ipython3\n{lines}{code}\n```\n"


def find_in_page(rule: str, text: str, *, is_chapter: bool = False) -> list[str]:
    """Return what a rule finds in a page, as "line: fault: remedy"."""
    page = parse_page("book/page.md", text, is_chapter)
    found = RULES[rule].find(page)
    assert {finding.file for finding in found} <= {"book/page.md"}
    assert {finding.rule for finding in found} <= {rule}
    return [f"{finding.line}: {finding.message}" for finding in found]


SOUND = """\
Text with `code`, $x$, a [link](https://a.org) and <kbd>A</kbd>.

% 1 + 1 = 2

$$
y = 2 x
$$ (eq-sound)

| a | b |
|---|---|
| 1 | 2 |

:::{note}
Text.
:::

```{code-cell} ipython3
sound_a = 1
print(sound_a)
```

```{code-cell} ipython3
:tags: [remove-cell]
sound_b = sound_a + 1
assert sound_b == 2
```

:::{exercise-start} Sound
:label: ex-sound
:::

*By hand.* What?

:::{exercise-end}
:::

:::{solution-start} ex-sound
:label: sol-sound
:class: dropdown
:::

That.

:::{solution-end}
:::

"""
# Rules on how a page begins, or on what it has as a whole.
WHOLE = {
    "cells/hidden-names",
    "cells/imports",
    "exercises/numbers",
    "figures/opening-pictures",
    "notebooks/form",
    "pages/closing",
    "pages/front-matter",
    "pages/objectives",
    "pages/openings",
    "syntax/front-matter",
}


def check_page(rule: str, text: str, expected: list[str], *, is_chapter: bool = False) -> None:
    """Check what a rule finds in a page, and that it finds the same below sound text."""
    assert find_in_page(rule, text, is_chapter=is_chapter) == expected
    if rule not in WHOLE:
        assert find_in_page(rule, SOUND + text, is_chapter=is_chapter) == [
            add_to_lines(r"^\d+|(?<=line )\d+", finding) for finding in expected
        ]


def add_to_lines(pattern: str, finding: str) -> str:
    """Return a finding in a page with sound text above it; the pattern finds its lines."""
    return re.sub(pattern, lambda line: str(int(line[0]) + SOUND.count("\n")), finding)


BOOK = {
    "_toc.yml": dedent(
        """\
        format: jb-book
        root: index
        parts:
          - caption: The course
            numbered: 1
            chapters:
              - file: book/a
              - file: book/b
          - caption: Reference
            chapters:
              - file: book/glossary
        """
    ),
    "index.md": "# Course\n\n```{chapter-map}\n```\n",
    "book/a.md": "(ch-a)=\n# A\n",
    "book/b.md": "(ch-b)=\n# B\n",
    "book/glossary.md": "(ch-glossary)=\n# Glossary\n",
    "references.bib": "",
}


def write_files(root: Path, files: Mapping[str, str | bytes]) -> None:
    """Write files below a folder."""
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        data = content.encode() if isinstance(content, str) else content
        path.write_bytes(data)


def find_in_book(rule: str, root: Path, files: Mapping[str, str | bytes]) -> list[str]:
    """Return what a rule finds in the book above with other files, as "file:line: message"."""
    write_files(root, {**BOOK, **files})
    return [f"{f.file}:{f.line}: {f.message}" for f in RULES[rule].find(Book(root))]


def check_book(
    rule: str, root: Path, files: Mapping[str, str | bytes], expected: list[str]
) -> None:
    """Check what a rule finds in a book, and that it finds the same below sound text."""
    assert find_in_book(rule, root, files) == expected
    page = files.get("book/a.md", BOOK["book/a.md"])
    if isinstance(page, str):
        assert find_in_book(rule, root, {**files, "book/a.md": SOUND + page}) == [
            add_to_lines(r"(?<=\bbook/a\.md:)\d+", finding) for finding in expected
        ]


def find_in_repository(rule: str, root: Path, files: Mapping[str, str | bytes]) -> list[str]:
    """Return what a rule finds in a folder of files, as "file:line: message"."""
    write_files(root, files)
    return [f"{f.file}:{f.line}: {f.message}" for f in RULES[rule].find(Repository(root))]
