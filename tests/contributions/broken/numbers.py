"""Numbers in the text, and the assertions that hold them."""

import ast
import re
from collections.abc import Iterable
from math import isclose

from tools.lint.rules.numbers import ROUGH, exercise_lines

from ..draft import Draft, Place
from .catalogue import left_to_reviewers, refused_by

NUMBER = re.compile(r"(?<![\w.,`/:-])\d+\.\d{2,}(?![\w.,]*[\w`/-])")
QUOTED = re.compile(r"\{glue:text\}`([a-z_0-9]+)`")


def quoted_once(draft: Draft) -> list[tuple[str, int, str]]:
    """Return file, line and key of each glued number that the book quotes in one place."""
    text = "".join(page.text for page in draft.book.pages)
    return [
        (line.file, line.number, key)
        for line in draft.prose()
        for key in QUOTED.findall(line.text)
        if len(re.findall(rf"`(?:[\w/.]+::)?{key}[`:]", text)) == 1
    ]


def glued_at(draft: Draft, file: str, key: str) -> list[Place]:
    """Return the lines that glue a number, or may: the key may be put together in a loop."""
    lines = list(enumerate(draft.lines(file), 1))
    exact = [Place(file, n) for n, text in lines if f'glue("{key}"' in text]
    return exact or [Place(file, n) for n, text in lines if "glue(" in text]


@refused_by("lint", "glue|quote|typed")
def number_typed_in_place_of_a_glued_one(draft: Draft) -> list[Place]:
    """The text says a number itself where it quoted the run."""
    file, number, key = draft.pick(quoted_once(draft))
    place = draft.change(
        file, number, lambda text: text.replace(f"{{glue:text}}`{key}`", "97.3%", 1)
    )
    return [place, *glued_at(draft, file, key)]


@refused_by("lint", "glue|quote")
def another_number_glued(draft: Draft) -> list[Place]:
    """The text quotes another number of the same chapter."""
    once = [
        (file, number, key)
        for file, number, key in quoted_once(draft)
        if any(f'glue("{key}"' in page.text for page in draft.book.pages)
    ]
    file, number, key = draft.pick(
        (file, number, key)
        for file, number, key in once
        if any(other != key and f == file for f, _, other in once)
    )
    other = draft.pick(k for f, _, k in once if f == file and k != key)
    place = draft.change(file, number, lambda text: text.replace(f"`{key}`", f"`{other}`", 1))
    return [place, *glued_at(draft, file, key)]


@refused_by("build", "no_such_number")
def unknown_number_glued(draft: Draft) -> Place:
    """The text quotes a number that no cell glues."""
    return draft.block(draft.add_sentence("It reads {glue:text}`no_such_number` of them."))


@refused_by("lint", "quote|glue")
def glued_number_never_quoted(draft: Draft) -> Place:
    """A hidden cell glues a number that no page quotes."""
    page, cell = draft.pick((p, c) for p, c in draft.cells() if "glue(" in c.body)
    return draft.insert(page.file, cell.end, 'glue("never_quoted", 1, display=False)')


@refused_by("lint", "assert")
def assertion_that_cannot_fail(draft: Draft) -> Place:
    """An assertion is loosened until nothing can make it fail."""
    page, node = draft.pick(asserted(draft))
    condition = ast.unparse(node.test)
    loose = draft.pick(["True", "{} or True", '({}, "in its range")', "1", '"in its range"'])
    return draft.replace(
        page.file, node.lineno, node.end_lineno, f"assert {loose}".format(condition)
    )


@refused_by("lint", "assert")
def number_glued_without_an_assertion(draft: Draft) -> Place:
    """The only assertions of a cell that glues a number are deleted."""
    page, cell = draft.pick(
        (page, cell)
        for page, cell in draft.cells()
        if re.search(r'glue\("\w+", f"\{[^"]*\}"', cell.body)
        and count_assertions(cell.tree.body)
        # None is deeper, in a loop.
        and count_assertions(cell.tree.body) == count_assertions(ast.walk(cell.tree))
    )
    for node in reversed(cell.tree.body):
        if isinstance(node, ast.Assert):
            draft.cut(page.file, node.lineno, node.end_lineno)
    return Place(page.file, cell.line, cell.end)


def count_assertions(nodes: Iterable[ast.AST]) -> int:
    """Return how many of the nodes are assertions."""
    return sum(isinstance(node, ast.Assert) for node in nodes)


def asserted(draft: Draft) -> list[tuple]:
    """Return the assertions that stand at the top of hidden cells, with their pages."""
    return [
        (page, node)
        for page, cell in draft.cells()
        if "remove-cell" in cell.tags
        for node in cell.tree.body
        if isinstance(node, ast.Assert)
    ]


def holds(text: str, value: float) -> bool:
    """Return whether a number stands in a text, as such or as a share for one in per cent."""
    found = [float(number) for number in re.findall(r"\d+(?:\.\d+)?", text)]
    return any(isclose(value, n) or isclose(value, 100 * n) for n in found)


@refused_by("lint", r"\d|number")
def digits_exchanged_in_a_number(draft: Draft) -> Place:
    """Two digits of a typed number of several change places; the page has no such number."""
    pages = {page.file: page for page in draft.book.pages}
    line, at, end, wrong = draft.pick(
        (line, *match.span(), exchanged)
        for line in draft.prose()
        for match in NUMBER.finditer(line.text)
        if (exchanged := match[0][:-2] + match[0][-1] + match[0][-2]) != match[0]
        and "$" not in line.text
        and line.number not in exercise_lines(pages[line.file])
        and not holds(pages[line.file].text, float(exchanged))
        and not any(m.start() < match.start() < m.end() for m in ROUGH.finditer(line.text))
    )
    return draft.change(line.file, line.number, lambda text: text[:at] + wrong + text[end:])


left_to_reviewers(
    {
        "digits exchanged in what an exercise supposes": "any number can be supposed",
        "digits exchanged in a number that stands in one place": "definitions, sizes and quotes"
        " are typed; only those that stand twice can be compared",
        "digits exchanged to a number that stands elsewhere in the page": "that place speaks"
        " for it",
        "digits exchanged in a rough figure": "what is near 0.13 needs no second place",
        "digits exchanged in an alternative text": "a machine does not see the picture",
        "another number of a loop quoted": "loops may glue more than the text quotes",
        "an assertion loosened to a wider range": "how wide a range is right is a judgement",
        "an assertion deleted beside others": "the text that it held may have gone with it",
    }
)
