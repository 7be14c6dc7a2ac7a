"""Contents: `_toc.yml` alone fixes the order of pages. These rules come first, too."""

from collections.abc import Iterator

from tools.book import CONTENTS, Book
from tools.lint.finding import Finding
from tools.lint.rule import rule
from tools.lint.schemas import find_violations


@rule
def files(book: Book) -> Iterator[Finding]:
    """The contents are YAML and the bibliography is BibTeX, in UTF-8."""
    _ = book.bibliography
    for file, problem in book.problems:
        yield Finding(file, problem.line, problem.fault, problem.remedy)


@rule
def keys(book: Book) -> Iterator[Finding]:
    """The contents have parts, with a caption and a list of chapters each, which are files."""
    for line, fault, remedy in find_violations(book.toc, "toc"):
        yield Finding(CONTENTS, line, fault, remedy)


@rule
def pages(book: Book) -> Iterator[Finding]:
    """Every page is listed in _toc.yml once, and every entry there is a page."""
    names = {page.name for page in book.pages}
    seen: dict[str, int] = {}
    for path, line in book.toc.lines.items():
        name = book.toc.value(*path)
        if path[-1] not in ("root", "file") or not isinstance(name, str):
            continue
        if name.endswith(".md"):
            remedy = f"write {name.removesuffix('.md')}"
            yield Finding(CONTENTS, line, f"{name!r} has an ending", remedy)
        elif name not in names:
            yield Finding(CONTENTS, line, f"no page is called {name!r}", "write book/name")
        elif name in seen:
            fault = f"{name!r} stands in line {seen[name]}, too"
            yield Finding(CONTENTS, line, fault, "remove one of the two")
        seen.setdefault(name.removesuffix(".md"), line)
    for page in book.pages:
        if page.name not in seen:
            remedy = f"add - file: {page.name}"
            yield Finding(page.file, 1, f"a page that {CONTENTS} does not list", remedy)


@rule
def landing_page(book: Book) -> Iterator[Finding]:
    """The landing page lists the chapters with the directive chapter-map, which orders them."""
    landing = book.page("index")
    maps = [d for d in landing.directives if d.name == "chapter-map"] if landing else []
    if len(maps) != 1:
        fault = "the landing page does not list the chapters"
        yield Finding("index.md", 1, fault, "write ```{chapter-map} and ``` where it should")
