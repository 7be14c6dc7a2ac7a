"""A copy of the book's sources, into which one contribution is written."""

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from difflib import unified_diff
from pathlib import Path
from random import Random
from typing import TypeVar

from tools.book import Book, Directive, Page

# The chapters whose cells run in seconds; a fault that only an execution shows goes there.
QUICK = ("backpropagation", "getting-started", "gradient-descent", "loss", "networks", "neuron")

# What may stand around a sentence.
FRAMES = (
    "{}",
    "- {}",
    "> {}",
    ":::{{note}}\n{}\n:::",
    ":::{{seealso}}\n{}\n:::",
    "```{{dropdown}} Optional\n{}\n```",
)

T = TypeVar("T")


@dataclass(frozen=True)
class Place:
    """A file below the book's root and lines in it; without lines, the whole file."""

    file: str
    first: int | None = None
    last: int | None = None

    def holds(self, file: str, line: int | None) -> bool:
        """Tell whether a message that names `file` and `line` points here."""
        if file != self.file or self.first is None:
            return file == self.file
        return line is not None and self.first <= line <= (self.last or self.first)


@dataclass(frozen=True)
class Line:
    """A line of running text: its file, its number and what it says."""

    file: str
    number: int
    text: str


class Draft:
    """Draws places in a book by a seed, and edits its files.

    Every edit returns the place of what it wrote, in the lines of the edited file.

    Parameters
    ----------
    root
        The folder of the copy.
    book
        The copy's sources, parsed before anything was edited.
    random
        The source of every choice.
    """

    def __init__(self, root: Path, book: Book, random: Random) -> None:
        self.root = root
        self.book = book
        self.random = random
        self.before: dict[str, list[str]] = {}

    def pick(self, candidates: Iterable[T]) -> T:
        """Return one of the candidates, each as likely as the others."""
        return self.random.choice(list(candidates))

    # What there is to draw from

    def chapters(self, is_quick: bool = False) -> list[Page]:
        """Return the numbered chapters, or those of them that run in seconds."""
        names = [f"book/{name}" for name in QUICK]
        return [page for page in self.book.chapters if not is_quick or page.name in names]

    def paragraphs(self, is_quick: bool = False) -> list[Place]:
        """Return the chapters' paragraphs that stand in no directive and no list."""
        return [
            Place(page.file, passage.line, passage.line + passage.source.count("\n"))
            for page in self.chapters(is_quick)
            for passage in page.passages
            if passage.kind == "paragraph"
            and not any(d.line < passage.line < d.end for d in page.directives)
        ]

    def prose(self) -> Iterator[Line]:
        """Yield the lines of those paragraphs."""
        lines = {page.file: page.text.split("\n") for page in self.chapters()}
        for place in self.paragraphs():
            for number in range(place.first, place.last + 1):
                yield Line(place.file, number, lines[place.file][number - 1])

    def directives(self, *names: str) -> list[tuple[Page, Directive]]:
        """Return the chapters' directives that have one of these names."""
        return [(p, d) for p in self.chapters() for d in p.directives if d.name in names]

    def cells(self, is_quick: bool = False) -> list[tuple[Page, Directive]]:
        """Return the code cells of the chapters, or of those that run in seconds."""
        return [(page, cell) for page in self.chapters(is_quick) for cell in page.cells]

    def visible_cells(self, is_quick: bool = False) -> list[tuple[Page, Directive]]:
        """Return the cells without tags and options that readers see and that do something."""
        return [
            (page, cell)
            for page, cell in self.cells(is_quick)
            if not cell.options and cell.tree.body
        ]

    # Edits

    def lines(self, file: str) -> list[str]:
        """Return a file's lines without their ends."""
        return (self.root / file).read_text("utf-8").split("\n")

    def diff(self) -> str:
        """Return what has been edited, as `diff -u0` shows it."""
        return "\n".join(
            line
            for file, before in self.before.items()
            for line in unified_diff(before, self.shown(file), file, file, n=0, lineterm="")
        )

    def shown(self, file: str) -> list[str]:
        """Return the lines of a file, or what can be said of one that is not text."""
        path = self.root / file
        if not path.exists():
            return []
        try:
            return path.read_text("utf-8").split("\n")
        except UnicodeDecodeError:
            digest = hashlib.sha256(path.read_bytes()).hexdigest()
            return [f"{path.stat().st_size} bytes, SHA-256 {digest}"]

    def write(self, file: str, content: str | bytes) -> Place:
        """Write a whole file."""
        self.before.setdefault(file, self.shown(file))
        path = self.root / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return Place(file)

    def remove(self, file: str) -> Place:
        """Delete a file."""
        self.before.setdefault(file, self.shown(file))
        (self.root / file).unlink()
        return Place(file)

    def replace(self, file: str, first: int, last: int, text: str) -> Place:
        """Put a text in the place of the lines from `first` to `last`."""
        lines = self.lines(file)
        new = text.split("\n")
        lines[first - 1 : last] = new
        self.write(file, "\n".join(lines))
        return Place(file, first, first + len(new) - 1)

    def insert(self, file: str, line: int, text: str) -> Place:
        """Put a text before a line."""
        return self.replace(file, line, line - 1, text)

    def cut(self, file: str, first: int, last: int) -> Place:
        """Delete lines; the place is the line that has moved up."""
        lines = self.lines(file)
        del lines[first - 1 : last]
        self.write(file, "\n".join(lines))
        return Place(file, first)

    def change(self, file: str, line: int, edit: Callable[[str], str]) -> Place:
        """Change a line by a function, which must change it."""
        old = self.lines(file)[line - 1]
        new = edit(old)
        assert new != old, f"{file}:{line}: nothing was changed in {old!r}"
        return self.replace(file, line, line, new)

    def swap(self, file: str, old: str, new: str) -> Place:
        """Replace one of the places at which a file holds `old`, drawn by the seed."""
        lines = enumerate(self.lines(file), 1)
        line = self.pick(number for number, text in lines if old in text)
        return self.change(file, line, lambda text: text.replace(old, new, 1))

    def add_paragraph(self, text: str) -> Place:
        """Write a text as a paragraph of its own behind one that is drawn."""
        place = self.pick(self.paragraphs())
        added = self.insert(place.file, place.last + 1, "\n" + text)
        return Place(added.file, added.first + 1, added.last)

    def add_sentence(self, text: str, frames: tuple[str, ...] = FRAMES) -> Place:
        """Write a sentence where prose may stand: a paragraph, a list or an admonition."""
        frame = self.pick(frames)
        if frame != "{}":
            return self.add_paragraph(frame.format(text))
        place = self.pick(self.paragraphs())
        return self.insert(place.file, place.last + 1, text)

    def block(self, place: Place) -> Place:
        """Return the paragraph around a line: Sphinx knows no nearer place."""
        lines = self.lines(place.file)
        first = next(n for n in range(place.first, 0, -1) if not lines[n - 2].strip())
        return Place(place.file, first, place.last)

    def add_cell(self, code: str, is_quick: bool = False) -> Place:
        """Write a code cell behind a visible one that is drawn.

        Imports go to the page's first cell, where the house style wants them.
        """
        page, cell = self.pick(self.visible_cells(is_quick))
        is_import = ("import ", "from ")
        imports = [line for line in code.split("\n") if line.startswith(is_import)]
        body = [line for line in code.split("\n") if line not in imports]
        text = "\n".join(["", "```{code-cell} ipython3", *body, "```"]).replace("3\n\n", "3\n")
        added = self.insert(page.file, cell.end + 1, text)
        first = page.cells[0]
        new = [line for line in imports if line not in first.body.splitlines()]
        if new:
            self.insert(page.file, first.body_line, "\n".join(new))
        return Place(added.file, added.first + 1 + len(new), added.last + len(new))


def place_of(page: Page, directive: Directive) -> Place:
    """Return the place of a directive, its fences included."""
    return Place(page.file, directive.line, directive.end)
