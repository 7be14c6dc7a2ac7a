"""What the book's sources must hold. Each check yields a message a fault: file:line: fault."""

import ast
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator

from tools.book import ROOT, Book, Directive, Page

FRONT_MATTER = {
    "file_format": "mystnb",
    "kernelspec": {"name": "python3", "display_name": "Python 3"},
}
PREFIXES = ("ch-", "sec-", "fig-", "eq-", "ex-", "sol-", "tbl-")
KINDS = ("*By hand.*", "*In code.*", "*Predict, then check.*")
CLOSING = ["Exercises", "Key points", "Further reading"]
TORCH_DRAWS = {"rand", "randn", "randint", "randperm", "normal", "bernoulli", "multinomial"}
LAYERS = {"Linear", "Conv2d", "Embedding", "Dropout"}
GENERATOR_METHODS = {"default_rng", "Generator", "SeedSequence"}
BLANK_CELL = "# your turn"
SENTENCE_END = re.compile(r"[\w)`$%][.!?]\)? +[A-Z]")
ABBREVIATION = re.compile(r"\[.*?\]|\*.*?\*|\b(et al|e\.g|i\.e|vs|cf|[A-Z])\. ")


def front_matter(book: Book) -> Iterator[str]:
    """Pages with code share one front matter."""
    for page in book.pages:
        if page.cells and page.front_matter != FRONT_MATTER:
            yield page.at(1, "front matter differs from the one that all chapters share")


def openings(book: Book) -> Iterator[str]:
    """A page opens with its label and its title."""
    for page in book.pages:
        titles = [line for line, level, _ in page.headings if level == 1]
        if len(titles) != 1:
            yield page.at((titles or [1])[-1], f"{len(titles)} titles instead of one")
        if page.name.startswith("book/"):
            label = "ch-" + page.name.removeprefix("book/")
            if titles and (titles[0] - 1, label) not in page.labels:
                yield page.at(titles[0], f"the line above the title is not ({label})=")


def heading_levels(book: Book) -> Iterator[str]:
    """Headings skip no level and stop at the third."""
    for page in book.pages:
        before = 0
        for line, level, text in page.headings:
            if level > before + 1:
                yield page.at(line, f"heading level skipped before {text!r}")
            if level > 3:
                yield page.at(line, f"heading below the third level: {text!r}")
            before = level


def labels(book: Book) -> Iterator[str]:
    """Labels carry a prefix that tells their kind, and are unique."""
    seen = {}
    for page in book.pages:
        for line, label in page.labels:
            if not label.startswith(PREFIXES):
                yield page.at(line, f"label {label!r} starts with none of {PREFIXES}")
            if label in seen:
                yield page.at(line, f"label {label!r} stands also at {seen[label]}")
            seen[label] = f"{page.name}.md:{line}"


def contents(book: Book) -> Iterator[str]:
    """Every page is in the contents, and every entry of the contents is a page."""
    names = {page.name for page in book.pages}
    for page in book.pages:
        if page.name not in book.contents:
            yield page.at(1, "missing from _toc.yml")
    for name in book.contents:
        if name not in names:
            yield f"_toc.yml:1: no such page: {name}"


def chapter_parts(book: Book) -> Iterator[str]:
    """A chapter states its objectives and ends with exercises, key points, reading."""
    for page in book.chapters:
        boxes = [d for d in page.directives if d.options.get("class") == "objectives"]
        wanted = ("**Questions.**", "**After it you can**", "**Time**")
        for text in wanted:
            if not boxes or text not in boxes[0].body:
                yield page.at(1, f"the box of objectives lacks {text}")
        sections = [text for _, level, text in page.headings if level == 2]
        if sections[-3:] != CLOSING:
            yield page.at(1, f"the last sections are {sections[-3:]}, not {CLOSING}")


def chapter_times(book: Book) -> Iterator[str]:
    """The landing page gives the times that the chapters give."""
    landing = book.page("index")
    for page in book.chapters:
        times = re.search(r"\*\*Time\*\* (\d+) minutes? to read, (\d+) for", page.text)
        label = "ch-" + page.name.removeprefix("book/")
        row = re.search(
            rf"^\| \{{ref\}}`{label}` \|.*\| (\d+) min \| (\d+) min \|$",
            landing.text,
            re.MULTILINE,
        )
        if not times or not row or times.groups() != row.groups():
            yield landing.at(1, f"the map of chapters lacks {label!r} or gives other times")


def exercises(book: Book) -> Iterator[str]:
    """Exercises and solutions come in pairs, with all three kinds in a chapter."""
    for page in book.pages:
        tasks, solutions = gated(page, "exercise"), gated(page, "solution")
        solved = {start.argument for start, _, _ in solutions}
        known = {start.options.get("label") for start, _, _ in tasks}
        for start, end, cells in tasks:
            label = start.options.get("label", "")
            if not label.startswith("ex-"):
                yield page.at(start.line, "an exercise without a label ex-…")
            if end is None:
                yield page.at(start.line, f"exercise {label!r} has no exercise-end")
                continue
            if label not in solved:
                yield page.at(start.line, f"exercise {label!r} has no solution")
            kind = kind_of(page, start)
            if kind is None:
                yield page.at(start.line, f"exercise {label!r} begins with none of {KINDS}")
            elif kind != KINDS[0] and not any(c.body.strip() == BLANK_CELL for c in cells):
                yield page.at(start.line, f"exercise {label!r} has no cell {BLANK_CELL!r}")
        for start, end, _ in solutions:
            if start.argument not in known:
                yield page.at(start.line, f"solution without an exercise {start.argument!r}")
            if start.options.get("class") != "dropdown":
                yield page.at(start.line, "a solution without :class: dropdown")
            if not start.options.get("label", "").startswith("sol-"):
                yield page.at(start.line, "a solution without a label sol-…")
            if end is None:
                yield page.at(start.line, "a solution without solution-end")
    for page in book.chapters:
        tasks = gated(page, "exercise")
        if not 3 <= len(tasks) <= 6:
            yield page.at(1, f"{len(tasks)} exercises instead of 3 to 6")
        for kind in set(KINDS) - {kind_of(page, start) for start, _, _ in tasks}:
            yield page.at(1, f"no exercise of the kind {kind}")


def gated(page: Page, name: str) -> list[tuple[Directive, Directive | None, list]]:
    """Return start, end and the cells between, of each gated exercise or solution."""
    blocks = []
    for directive in page.directives:
        if directive.name == f"{name}-start":
            blocks.append((directive, None, []))
        elif directive.name == f"{name}-end" and blocks:
            blocks[-1] = (blocks[-1][0], directive, blocks[-1][2])
        elif directive.name == "code-cell" and blocks and blocks[-1][1] is None:
            blocks[-1][2].append(directive)
    return blocks


def kind_of(page: Page, start: Directive) -> str | None:
    """Return the kind that the first text after an exercise's start names."""
    after = [(line, t.content) for line, t in page.inline if line > start.line]
    text = min(after, default=(0, ""))[1]
    return next((kind for kind in KINDS if text.startswith(kind)), None)


def citations(book: Book) -> Iterator[str]:
    """Every citation has an entry and every entry is cited."""
    entries = {
        match[1]: number
        for number, line in enumerate(book.bibliography.splitlines(), 1)
        if (match := re.match(r"@\w+\{([^,]+),", line))
    }
    cited = set()
    for page in book.pages:
        for line, name, content in page.roles:
            if name.startswith("cite"):
                keys = [key.strip() for key in content.split(",")]
                cited.update(keys)
                for key in keys:
                    if key not in entries:
                        yield page.at(line, f"citation {key!r} is not in references.bib")
    for key, line in entries.items():
        if key not in cited:
            yield f"references.bib:{line}: entry {key!r} is cited nowhere"


def alternative_texts(book: Book) -> Iterator[str]:
    """Every picture has a text for those who do not see it, plots a caption too."""
    for page in book.pages:
        for line, token in page.inline:
            for child in token.children:
                if child.type == "image" and not child.content.strip():
                    yield page.at(line, "image without alternative text")
        for directive in page.directives:
            if directive.name in ("figure", "image") and not directive.options.get("alt"):
                yield page.at(directive.line, f"{directive.name} without :alt:")
        for cell in page.cells:
            if "plt.subplots(" in cell.body and "remove-cell" not in cell.tags:
                options = cell.options.get("mystnb", {})
                for part, key in (("image", "alt"), ("figure", "name"), ("figure", "caption")):
                    if not options.get(part, {}).get(key):
                        yield page.at(cell.line, f"plot without {part} {key}")


def figures_in_text(book: Book) -> Iterator[str]:
    """The text refers to each figure."""
    referenced = {
        re.sub(r".*<(.*)>$", r"\1", content)
        for page in book.pages
        for _, name, content in page.roles
        if name in ("numref", "ref")
    }
    for page in book.pages:
        for line, label in page.labels:
            if label.startswith("fig-") and label not in referenced:
                yield page.at(line, f"no text refers to figure {label!r}")


def seeds(book: Book) -> Iterator[str]:
    """A cell that draws at random sets its seed."""
    for page in book.pages:
        modules = {
            node.name
            for cell in page.cells
            for node in ast.walk(cell.tree)
            if isinstance(node, ast.ClassDef) and "Module" in map(last_name, node.bases)
        }
        for cell in page.cells:
            defined_in_class = {
                id(node)
                for parent in ast.walk(cell.tree)
                if isinstance(parent, ast.ClassDef)
                for node in ast.walk(parent)
            }
            calls = [n for n in ast.walk(cell.tree) if isinstance(n, ast.Call)]
            is_seeded = any(last_name(call.func) == "manual_seed" for call in calls)
            for call in calls:
                fault = unseeded(call, modules)
                if fault and not is_seeded and id(call) not in defined_in_class:
                    yield page.at(call.lineno, fault)
            for call in calls:
                yield from (page.at(call.lineno, fault) for fault in numpy_draws(call))


def unseeded(call: ast.Call, modules: set[str]) -> str | None:
    """Return why a call needs torch.manual_seed in its cell, or None."""
    name = last_name(call.func)
    keywords = {keyword.arg for keyword in call.keywords}
    if "generator" in keywords:
        return None
    if (name in LAYERS and isinstance(call.func, ast.Attribute)) or name in modules:
        return f"{name} draws its weights: set torch.manual_seed in this cell"
    if name in TORCH_DRAWS and ast.unparse(call.func) == f"torch.{name}":
        return f"torch.{name} draws: set torch.manual_seed in this cell"
    return None


def numpy_draws(call: ast.Call) -> Iterator[str]:
    """Yield why a call to NumPy's random module cannot be repeated."""
    path = ast.unparse(call.func)
    if path.startswith("np.random."):
        name = last_name(call.func)
        if name not in GENERATOR_METHODS:
            yield f"{path} has no seed of its own: use np.random.default_rng(seed)"
        elif not call.args and not call.keywords:
            yield f"{path} without a seed"


def last_name(node: ast.expr) -> str:
    """Return `c` for the expression `a.b.c`."""
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")


def cell_sizes(book: Book) -> Iterator[str]:
    """Cells are short enough to read, and narrow enough not to scroll sideways."""
    for page in book.pages:
        for cell in page.cells:
            lines = cell.body.splitlines()
            for number, line in enumerate(lines):
                if len(line) > 70:
                    yield page.at(cell.body_line + number, f"{len(line)} characters, over 70")
            size = sum(bool(line.strip()) for line in lines)
            if size > 25 and not {"hide-input", "remove-cell"}.intersection(cell.tags):
                yield page.at(cell.line, f"cell of {size} lines, over 25")


def imports(book: Book) -> Iterator[str]:
    """A page imports once, in its first cell; hidden cells may import what they need."""
    for page in book.pages:
        for cell in page.cells[1:]:
            for node in ast.walk(cell.tree):
                is_import = isinstance(node, ast.Import | ast.ImportFrom)
                if is_import and "remove-cell" not in cell.tags:
                    yield page.at(node.lineno, "import outside the page's first cell")


def wording(book: Book) -> Iterator[str]:
    """Prose spares the words that make a reader feel slow, one sentence a line."""
    for page in book.pages:
        for first, token in page.inline:
            for number, line in enumerate(token.content.splitlines()):
                if word := re.search(r"\b(simply|obviously|trivially)\b", line, re.I):
                    yield page.at(first + number, f"the word {word[0]!r}")
                is_prose = token.level == 1 and not line.startswith("**")
                if is_prose and SENTENCE_END.search(ABBREVIATION.sub("", line)):
                    yield page.at(first + number, "two sentences in one line")


def glossary(book: Book) -> Iterator[str]:
    """Terms are bold once, where they are defined, and are in the glossary."""
    terms = book.glossary
    bold = Counter()
    for page in book.chapters:
        for line, token in page.inline:
            for i, child in enumerate(token.children):
                if child.type != "strong_open":
                    continue
                text = token.children[i + 1].content
                if text.endswith((".", "?", ":")) or text in ("After it you can", "Time"):
                    continue
                bold[text.lower()] += 1
                if text.lower() not in terms:
                    yield page.at(line, f"bold term {text!r} is not in the glossary")
                elif bold[text.lower()] > 1:
                    yield page.at(line, f"term {text!r} is bold for a second time")
    for term, line in terms.items():
        if term not in bold:
            yield f"book/glossary.md:{line}: no chapter defines {term!r} in bold"


def addresses(book: Book) -> Iterator[str]:
    """Web addresses are plain ASCII and name no repository of the project's own."""
    texts = {f"{page.name}.md": page.text for page in book.pages}
    texts["references.bib"] = book.bibliography
    for name, text in texts.items():
        for number, line in enumerate(text.splitlines(), 1):
            for address in re.findall(r"https?://[^\s)>}\"']+", line):
                if not address.isascii():
                    yield f"{name}:{number}: address with other than ASCII signs: {address}"


def reader_code(book: Book) -> Iterator[str]:
    """Cells neither silence warnings nor install packages."""
    for page in book.pages:
        for cell in page.cells:
            for number, line in enumerate(cell.body.splitlines()):
                if re.search(r"filterwarnings|simplefilter|pip install", line):
                    yield page.at(cell.body_line + number, f"not in a chapter: {line.strip()}")


def code_style(book: Book) -> Iterator[str]:
    """Code cells pass Ruff, each page's cells as one program."""
    for page in book.pages:
        if not page.cells:
            continue
        lines = [""] * len(page.text.splitlines())
        for cell in page.cells:
            code = cell.body.splitlines()
            lines[cell.body_line - 1 : cell.body_line - 1 + len(code)] = code
        name = f"{page.name}.py"
        command = [sys.executable, "-m", "ruff", "check", "--output-format=concise"]
        command += ["--quiet", f"--stdin-filename={name}", "-"]
        report = subprocess.run(
            command, input="\n".join(lines) + "\n", capture_output=True, text=True, cwd=ROOT
        )
        assert not report.stderr, report.stderr
        for line in report.stdout.splitlines():
            if match := re.match(r".*?:(\d+):\d+: (.*)", line):
                yield page.at(int(match[1]), match[2])


ALL = [
    front_matter,
    openings,
    heading_levels,
    labels,
    contents,
    chapter_parts,
    chapter_times,
    exercises,
    citations,
    alternative_texts,
    figures_in_text,
    seeds,
    cell_sizes,
    code_style,
    imports,
    wording,
    glossary,
    addresses,
    reader_code,
]
