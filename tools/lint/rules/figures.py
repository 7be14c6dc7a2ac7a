"""Figures: every picture has a name, a caption, and a text for those who do not see it."""

import ast
import re
from collections.abc import Iterator
from pathlib import PurePosixPath

from tools.book import Book, Directive, Page
from tools.draw.files import find_stale_files
from tools.lint.finding import Finding, suggest
from tools.lint.program import Call, read_program
from tools.lint.repository import Repository
from tools.lint.rule import rule

PYPLOT = "matplotlib.pyplot."
# What pyplot offers beside figures.
NO_FIGURE = re.compile(r"(cm|colormaps|get_cmap|style)\b.*|rc\w*|close|imread|imsave|ion|ioff")
DRAWS = re.compile(
    r"\.(bar|barh|boxplot|contour|contourf|errorbar|fill_between|hist|imshow|matshow|pcolormesh|"
    r"pie|plot|scatter|stem|violinplot)"
)
# Methods that return nothing.
SILENT = re.compile(
    r"(.*\.)?(show|close|tick_params|print|set_axis_off|set_visible|tight_layout|append)"
)
# What a text says of the sides of a figure, whose panels stack on phones.
SIDE = re.compile(
    r"\{numref\}`[^`]+`(?:, | on the )(left|right)\b|"
    r"\b(left|right)(?: panel| plot| side| half)? (?:of|in) \{numref\}"
)
FILE_NAME = re.compile(r"[\w/-]+\.(svg|png|jpe?g|gif|webp)", re.IGNORECASE)


def is_drawing(call: Call) -> bool:
    """Return whether a call makes a figure, which the page then shows."""
    if call.name.startswith(PYPLOT):
        return not NO_FIGURE.fullmatch(call.name.removeprefix(PYPLOT))
    return False


def find_plots(page: Page) -> Iterator[Directive]:
    """Yield the cells that show a figure."""
    program = read_program(page)
    drawers = program.find_doers(
        lambda calls, known: any(is_drawing(call) or call.name in known for call in calls)
    )
    for cell in page.cells:
        calls = program.calls_made_by(cell.tree)
        if not cell.is_hidden and any(
            is_drawing(call) or call.name in drawers or DRAWS.fullmatch(call.name)
            for call in calls
        ):
            yield cell


@rule
def plots(page: Page) -> Iterator[Finding]:
    """A cell that draws gives its figure a name, a caption and an alternative text."""
    for cell in find_plots(page):
        missing = [
            f"{part}: {key}:"
            for part, key in (("figure", "name"), ("figure", "caption"), ("image", "alt"))
            if not str(cell.option("mystnb", part, key) or "").strip()
        ]
        if missing:
            fault = f"a plot without {', '.join(missing)}"
            remedy = "add it to the cell's options, below mystnb:"
            yield Finding(page.file, cell.line, fault, remedy)


@rule
def values(page: Page) -> Iterator[Finding]:
    """A plot shows its figure alone: a last line that has a value ends with a semicolon."""
    for cell in find_plots(page):
        last = cell.tree.body[-1]
        called = getattr(getattr(last, "value", None), "func", None)
        is_silent = called is not None and SILENT.fullmatch(ast.unparse(called))
        has_value = isinstance(last, ast.Expr) and not is_silent
        if has_value and not cell.body.rstrip().endswith(";"):
            fault = "the value of the last line would be shown beside the plot"
            yield Finding(page.file, last.lineno, fault, "end the line with ;")


@rule
def alternative_texts(page: Page) -> Iterator[Finding]:
    """Every picture has an alternative text that says what it shows, and is no file name."""
    texts = [(p.line, p.source) for p in page.passages if p.kind == "alt"]
    for directive in page.directives:
        if directive.name in ("figure", "image", "lab") and not directive.options.get("alt"):
            texts.append((directive.line, ""))
    for line, text in texts:
        if not text.strip():
            remedy = "say in :alt: what the picture shows"
            yield Finding(page.file, line, "a picture without an alternative text", remedy)
        elif FILE_NAME.fullmatch(text.strip()) or len(text.split()) < 3:
            fault = f"{text.strip()!r} does not say what the picture shows"
            yield Finding(page.file, line, fault, "describe it to somebody who does not see it")


@rule
def captions(page: Page) -> Iterator[Finding]:
    """A figure from a file has a name and a caption, which says what to see."""
    for directive in page.directives:
        if directive.name == "figure":
            if not directive.label.startswith("fig-"):
                remedy = "add :name: fig-…"
                yield Finding(page.file, directive.line, "a figure without a name", remedy)
            if not directive.body.strip():
                remedy = "write it below the options, after an empty line"
                yield Finding(page.file, directive.line, "a figure without a caption", remedy)


@rule
def opening_pictures(page: Page) -> Iterator[Finding]:
    """One figure of a chapter has the class `opening`: its first picture, also on its card."""
    if not page.is_chapter:
        return
    paths = ("mystnb", "figure", "classes"), ("figclass",)
    opening = [
        directive.option_line(*path)
        for directive in page.directives
        for path in paths
        if "opening" in str(directive.option(*path) or "").split()
    ]
    if not opening:
        fault = "no figure has the class opening, so the chapter has no picture on its card"
        remedy = "write classes: opening below mystnb, figure, or :figclass: opening"
        yield Finding(page.file, next(iter(page.headings), (1,))[0], fault, remedy)
    for line in opening[1:]:
        remedy = "choose one, for the beginning of the chapter and for its card"
        yield Finding(page.file, line, "a second figure has the class opening", remedy)


@rule
def sources(book: Book) -> Iterator[Finding]:
    """Pictures are files of this repository, named relative to the page."""
    for page in book.pages:
        pictures = [
            (d.line, d.argument) for d in page.directives if d.name in ("figure", "image")
        ]
        labs = [d for d in page.directives if d.name == "lab"]
        pictures += [(d.line, str(d.option("image") or "")) for d in labs]
        for passage in page.passages:
            for line, token in passage.parts:
                if token.type == "image":
                    pictures.append((line, str(token.attrs.get("src", ""))))
        for line, source in pictures:
            path = (book.root / page.file).parent / PurePosixPath(source)
            if re.match(r"\w+:|//", source) or not path.is_file():
                remedy = "put the picture into images/ and name it ../images/…"
                yield Finding(page.file, line, f"there is no picture {source!r} here", remedy)


@rule
def mentions(book: Book) -> Iterator[Finding]:
    """The text refers to each figure."""
    roles = [role for page in book.pages for role in page.roles]
    targets = {role.target for role in roles if role.name in ("numref", "ref")}
    for page in book.pages:
        for line, label in page.labels:
            if label.startswith(("fig-", "lab-")) and label not in targets:
                remedy = f"write {{numref}}`{label}` where the text speaks of it"
                yield Finding(page.file, line, f"no text refers to {label}", remedy)


@rule
def sides(page: Page) -> Iterator[Finding]:
    """A text calls the panels of a figure by what they show, since they stack on phones."""
    for passage in page.passages:
        for found in SIDE.finditer(passage.source):
            line = passage.line + passage.source.count("\n", 0, found.start())
            fault = f"{found[1] or found[2]} in a figure, whose panels may stack on phones"
            yield Finding(page.file, line, fault, "say what the panel shows")


@rule
def labs(book: Book) -> Iterator[Finding]:
    """A lab has a module in _static/labs/, a name that begins with lab-, and a caption."""
    names = {
        path.stem
        for path in book.root.glob("_static/labs/*.mjs")
        if f'customElements.define("{path.stem}-lab"' in path.read_text("utf-8")
    }
    for page in book.pages:
        for directive in page.directives:
            if directive.name != "lab":
                continue
            if directive.argument not in names:
                fault = f"there is no lab {directive.argument!r}"
                remedy = suggest(directive.argument, names)
                yield Finding(page.file, directive.line, fault, remedy)
            if not directive.label.startswith("lab-"):
                remedy = "add :name: lab-…"
                yield Finding(page.file, directive.line, "a lab without a name", remedy)
            if not directive.body.strip():
                remedy = "write it below the options, after an empty line"
                yield Finding(page.file, directive.line, "a lab without a caption", remedy)


@rule
def drawings(repository: Repository) -> Iterator[Finding]:
    """Diagrams, icon and colours are what tools/draw draws, and are not edited by hand."""
    if repository.has("tools/draw/palette.toml"):
        for line in find_stale_files(repository.root):
            file, number, fault, remedy = line.split(":", 3)
            yield Finding(file, int(number), fault.strip(), remedy.strip())
