"""Exercises: what a reader is asked, and the answer that is folded below it."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise

from tools.book import Directive, Page
from tools.lint.finding import Finding
from tools.lint.rule import rule

KINDS = ("*By hand.*", "*In code.*", "*Predict, then check.*")
BLANK = "# your turn"
FEWEST, MOST = 3, 6


@dataclass
class Block:
    """A gated exercise or solution: its first and last directive, and what lies between."""

    kind: str
    start: Directive
    end: Directive | None = None
    cells: list[Directive] = field(default_factory=list)
    texts: list[tuple[int, str]] = field(default_factory=list)
    headings: list[int] = field(default_factory=list)

    @property
    def label(self) -> str:
        """The label by which the text refers to the block."""
        return self.start.label

    @property
    def is_empty(self) -> bool:
        """Whether a reader finds neither text nor code in the block."""
        code = [c for c in self.cells if not c.is_hidden and c.body.strip() not in ("", BLANK)]
        return not self.texts and not code


def read_blocks(page: Page) -> list[Block]:
    """Return the exercises and solutions of a page, in their order."""
    blocks: list[Block] = []
    for directive in page.directives:
        kind, _, gate = directive.name.partition("-")
        if kind in ("exercise", "solution") and gate == "start":
            blocks.append(Block(kind, directive))
        elif gate == "end" and blocks and blocks[-1].end is None and kind == blocks[-1].kind:
            blocks[-1].end = directive
    for block in blocks:
        if block.end is None:
            continue
        first, last = block.start.end, block.end.line
        block.cells = [c for c in page.cells if first < c.line < last]
        block.texts = [
            (p.line, p.source)
            for p in page.passages
            if first < p.line < last and p.kind not in ("alt", "caption", "title")
        ]
        block.headings = [line for line, _, _ in page.headings if first < line < last]
    return blocks


@rule
def gates(page: Page) -> Iterator[Finding]:
    """An exercise or a solution that starts also ends, before the next one starts."""
    open_block: Directive | None = None
    for directive in page.directives:
        kind, _, gate = directive.name.partition("-")
        if kind not in ("exercise", "solution"):
            continue
        if gate == "start":
            if open_block is not None:
                yield missing_end(page, open_block)
            open_block = directive
        elif open_block is None or not open_block.name.startswith(kind):
            fault = f"this ends no {kind}"
            remedy = f"begin it with :::{{{kind}-start}}, or remove this line"
            yield Finding(page.file, directive.line, fault, remedy)
        else:
            open_block = None
    if open_block is not None:
        yield missing_end(page, open_block)


def missing_end(page: Page, start: Directive) -> Finding:
    """Return the finding for an exercise or solution without an end."""
    kind = start.name.partition("-")[0]
    remedy = f"write :::{{{kind}-end}} and ::: where it ends"
    return Finding(page.file, start.line, f"the {kind} has no end", remedy)


@rule
def pairs(page: Page) -> Iterator[Finding]:
    """Each exercise is followed by its solution; their labels are ex-… and sol-… alike."""
    blocks = read_blocks(page)
    for block, after in pairwise([*blocks, None]):
        if block is None or block.kind != "exercise":
            continue
        line = block.start.line
        if not block.label.startswith("ex-"):
            yield Finding(page.file, line, "an exercise without a label", "add :label: ex-…")
        elif after is None or after.kind != "solution":
            remedy = f"write :::{{solution-start}} {block.label} after its end"
            yield Finding(page.file, line, f"exercise {block.label} has no solution", remedy)
        elif after.start.argument != block.label:
            fault = f"the solution of {after.start.argument} follows {block.label}"
            remedy = "put each solution below its own exercise"
            yield Finding(page.file, after.start.line, fault, remedy)
        elif after.label != "sol-" + block.label.removeprefix("ex-"):
            fault = f"the solution of {block.label} is labelled {after.label or 'nothing'}"
            remedy = f"write :label: sol-{block.label.removeprefix('ex-')}"
            yield Finding(page.file, after.start.option_line("label"), fault, remedy)
    for before, block in pairwise([None, *blocks]):
        follows = before is not None and before.kind == "exercise"
        if block is not None and block.kind == "solution" and not follows:
            fault = f"the solution of {block.start.argument} follows no exercise"
            yield Finding(page.file, block.start.line, fault, "put it below its exercise")


@rule
def folding(page: Page) -> Iterator[Finding]:
    """Solutions are folded until a reader opens them."""
    for block in read_blocks(page):
        if block.kind == "solution" and block.start.options.get("class") != "dropdown":
            line = block.start.option_line("class")
            fault = "a solution that is not folded"
            yield Finding(page.file, line, fault, "add :class: dropdown")


@rule
def content(page: Page) -> Iterator[Finding]:
    """An exercise asks something and a solution answers it; headings stand outside of both."""
    for block in read_blocks(page):
        if block.end is not None and block.is_empty:
            fault = f"the {block.kind} is empty"
            yield Finding(page.file, block.start.line, fault, "write it, or remove the pair")
        for line in block.headings:
            fault = f"a heading within the {block.kind}"
            yield Finding(page.file, line, fault, "begin a paragraph instead")
        if block.kind == "exercise" and not block.start.argument:
            remedy = "write it after :::{exercise-start}"
            yield Finding(page.file, block.start.line, "an exercise without a title", remedy)


@rule
def kinds(page: Page) -> Iterator[Finding]:
    """An exercise begins with *By hand.*, *In code.* or *Predict, then check.*, its kind.

    All but those by hand have a cell for the reader's code.
    """
    for block in read_blocks(page):
        if block.kind != "exercise" or block.is_empty:
            continue
        kind = kind_of(block)
        line = block.texts[0][0] if block.texts else block.start.line
        if kind is None:
            remedy = "begin it with " + ", ".join(KINDS[:-1]) + f" or {KINDS[-1]}"
            yield Finding(page.file, line, "an exercise that does not name its kind", remedy)
        elif kind != KINDS[0] and all(cell.body.strip() != BLANK for cell in block.cells):
            remedy = f"add a cell with the line {BLANK}"
            yield Finding(page.file, line, "an exercise without a cell for the reader", remedy)


def kind_of(block: Block) -> str | None:
    """Return the kind that an exercise's first text names."""
    text = block.texts[0][1] if block.texts else ""
    return next((kind for kind in KINDS if text.startswith(kind)), None)


@rule
def numbers(page: Page) -> Iterator[Finding]:
    """A chapter has three to six exercises, and one of every kind."""
    if not page.is_chapter:
        return
    blocks = [block for block in read_blocks(page) if block.kind == "exercise"]
    if not FEWEST <= len(blocks) <= MOST:
        fault = f"exercises in this chapter: {len(blocks)}"
        yield Finding(page.file, 1, fault, f"give it {FEWEST} to {MOST}")
        return
    for kind in KINDS:
        if kind not in map(kind_of, blocks):
            remedy = "add one, or turn one into this kind"
            yield Finding(page.file, 1, f"no exercise of the kind {kind}", remedy)
