"""Numbers in the text: they stand at a second place that would tell a slip."""

import ast
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from tools.book import Book, Page, Passage
from tools.lint.arithmetic import number_of
from tools.lint.finding import Finding
from tools.lint.program import read_program
from tools.lint.rule import rule
from tools.lint.rules.exercises import read_blocks

FIGURE = r"\d+(?:,\d{3})*(?:\.\d+)?(?:e-?\d+)?"
NUMBER = re.compile(rf"(?<![\w.,]){FIGURE}(?!\w|-bit)")
# What was read from a plot, or is a round figure: two decimals at most.
ROUGH = re.compile(
    r"\b(about|almost|around|near|nearly|roughly) [−-]?\d+(?:,\d{3})*(?:\.\d{1,2})?(?!\.?\d)"
)
# Whole numbers up to here are words like one and ten: too many of them stand for themselves.
SMALL = 12
TEX = {
    r"\cdot 10^": "e",
    r"\cdot": "·",
    r"\times": "×",
    r"\approx": "≈",
    "{,}": ",",
    r"\,": "",
    r"\%": "%",
    "&": "",
}
EXPONENT = re.compile(r" ?e\{(-?\d+)\}")
SIGNS = str.maketrans({"·": "*", "×": "*", "−": "-", "%": "/100"})
# Numbers with signs of arithmetic between them, and with an equals sign.
TERM = rf"[−-]?\(*{FIGURE}%?\)*"
SIDE = rf"{TERM}(?: ?[·×*/+−-] ?{TERM})*"
# They end neither within a number, such as 10², nor before more of a side in words.
END = r"(?![\w^!])(?! (?:times|by|\w+ of) \d)"
SUM = re.compile(rf"(?<![^\s(])(?<![+−*/·×=≈…-]\s){SIDE}(?: ?[=≈] ?{SIDE})+{END}")
COMMENT = "myst_line_comment"
FORMULAS = ("math_inline", "math_block", "math_block_label", "amsmath")


class Typed(NamedTuple):
    """A number as it is typed in a page, and its value."""

    text: str
    value: float


@dataclass(frozen=True)
class Line:
    """A line of a page's text with the formulas, code and comments in it."""

    line: int
    passage: Passage | None
    pieces: list[tuple[str, str]]  # kind of token and content

    @property
    def numbers(self) -> list[Typed]:
        """The numbers in the line."""
        return [number for _, text in self.pieces for number in numbers_in(text)]

    @property
    def numbers_in_text(self) -> list[Typed]:
        """The numbers that the line states, without those in its code and rough ones."""
        return [
            number
            for kind, text in self.pieces
            if kind != "code_inline"
            for number in numbers_in(ROUGH.sub("", text))
        ]

    @property
    def equations(self) -> list[list[tuple[str, float]]]:
        """The equations of numbers in the line: their sides, as typed and as computed."""
        found = []
        for kind, text in self.pieces:
            if kind == COMMENT:
                found += [split_equation(part) for part in text.split(";")]
            elif kind in FORMULAS:
                found += [split_equation(row) for row in text.split("\\\\")]
            else:
                found += [split_equation(equation) for equation in SUM.findall(text)]
        return [sides for sides in found if len(sides) > 1]


@lru_cache(maxsize=100)
def read_lines(page: Page) -> list[Line]:
    """Return the lines of a page that may hold numbers."""
    lines = []
    for passage in page.passages:
        pieces = {line: [("text", text)] for line, text in passage.lines}
        for line, token in passage.parts:
            if token.type in ("code_inline", *FORMULAS):
                pieces[line].append((token.type, plain(token.content)))
        lines += [Line(line, passage, found) for line, found in pieces.items()]
    for token in page.tokens:
        if token.type in (COMMENT, *FORMULAS) and token.map:
            for number, text in enumerate(token.content.split("\n"), token.map[0]):
                lines.append(Line(number, None, [(token.type, plain(text))]))
    return lines


def plain(text: str) -> str:
    """Return a text in which the signs of TeX that stand between numbers are plain ones."""
    for tex, sign in TEX.items():
        text = text.replace(tex, sign)
    return EXPONENT.sub(r"e\1", text)


def numbers_in(text: str) -> list[Typed]:
    """Return the numbers of a text."""
    return [Typed(found, float(found.replace(",", ""))) for found in NUMBER.findall(text)]


def split_equation(equation: str) -> list[tuple[str, float]]:
    """Return the sides of an equation that are made of numbers, with their values."""
    sides = []
    for side in re.split("[=≈]", equation):
        side = side.strip(" .,\n")
        code = re.sub(r"(?<=\d),(?=\d{3})", "", side).translate(SIGNS)
        try:
            value = number_of(ast.parse(code.strip(), mode="eval").body)
        except (SyntaxError, ValueError):
            continue
        if value is not None:
            sides.append((side, value))
    return sides


def resolution(side: str) -> float:
    """Return by how much the side of an equation may be off, for its rounding."""
    match = re.fullmatch(r"[−-]?[\d,]*(?:\.(\d+))?(?:e(-?\d+))?(%?)", side)
    if not match:
        return 0.0
    return 0.51 * 10.0 ** (int(match[2] or 0) - len(match[1] or "") - 2 * len(match[3]))


@rule
def sums(page: Page) -> Iterator[Finding]:
    """Sums in the text and in formulas are right, to the digits that they show."""
    for line in read_lines(page):
        for (first, expected), *others in line.equations:
            for side, value in others:
                allowed = max(resolution(side), resolution(first), 1e-9 * abs(expected))
                if abs(value - expected) > allowed:
                    fault = f"{first} is {expected:.6g}, and not {side}"
                    yield Finding(page.file, line.line, fault, "correct the sum")
                    break


@rule
def typed(book: Book) -> Iterator[Finding]:
    """A number typed in a page with code stands at a second place that would tell a slip.

    That is a cell, a sum that is right, a citation in the same sentence, or another line of the
    page; a comment such as `% 0.05 * 9900 = 495` counts, too. For numbers from 100 on, another
    page will do. What an exercise supposes, and what is "about" so, needs no check.
    """
    pages_with = Counter(value for page in book.pages for value in count_numbers(page))
    for page in book.pages:
        in_code, counts = numbers_in_code(page), count_numbers(page)
        supposed = exercise_lines(page)
        for line in read_lines(page) if page.cells else []:
            if line.line in supposed or is_sourced(line):
                continue
            for number in line.numbers_in_text:
                value = number.value
                is_word = value == int(value) and value <= SMALL
                elsewhere = value >= 100 and pages_with[value] > 1
                is_known = value in in_code or counts[value] > 1 or elsewhere
                if not (is_word or is_known or in_equation(number, line)):
                    remedy = "assert it in a hidden cell, cite it, or add the sum: % 2 * 3 = 6"
                    fault = f"{number.text} stands nowhere else"
                    yield Finding(page.file, line.line, fault, remedy)


def in_equation(number: Typed, line: Line) -> bool:
    """Return whether a number takes part in a sum."""
    sides = [side for equation in line.equations for side, _ in equation]
    return any(number.value == value for side in sides for _, value in numbers_in(side))


def is_sourced(line: Line) -> bool:
    """Return whether the numbers in a line are witnesses, cited, or checked elsewhere."""
    if line.passage is None or line.passage.source.startswith("**Time:**"):
        return True
    return any(
        place == line.line
        and token.type == "myst_role"
        and token.meta["name"].startswith("cite")
        for place, token in line.passage.parts
    )


@lru_cache(maxsize=100)
def exercise_lines(page: Page) -> set[int]:
    """Return the lines of a page's exercises, without their solutions."""
    return {
        line
        for block in read_blocks(page)
        if block.kind == "exercise" and block.end is not None
        for line in range(block.start.line, block.end.line)
    }


@lru_cache(maxsize=100)
def numbers_in_code(page: Page) -> set[float]:
    """Return the numbers in a page's cells, shares also in per cent."""
    found = set()
    for node in read_program(page).walk():
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            found |= {value for _, value in numbers_in(node.value)}
        elif isinstance(node, ast.expr) and (value := number_of(node)) is not None:
            found |= {value, round(100 * value, 9)}
    return found


@lru_cache(maxsize=100)
def count_numbers(page: Page) -> Counter[float]:
    """Return how often each number is typed in a page."""
    return Counter(number.value for line in read_lines(page) for number in line.numbers)
