"""Code cells: what a reader can copy, run again, and read without scrolling."""

import ast
import json
import re
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from weakref import WeakKeyDictionary

from tools.book import Book, Directive, Page
from tools.lint.finding import Finding, suggest
from tools.lint.program import Call, Program, names_bound, names_read, read_program
from tools.lint.rule import rule

CELLS = Path(__file__).parents[1] / "cells.toml"
LANGUAGE = "ipython3"
TAGS = {"hide-input", "remove-cell", "remove-stderr"}
# The options that a cell may have, by the path of the group that holds them.
OPTIONS: dict[tuple[str, ...], set[str]] = {
    (): {"tags", "mystnb"},
    ("mystnb",): {"figure", "image"},
    ("mystnb", "figure"): {"name", "classes", "caption"},
    ("mystnb", "image"): {"alt", "width"},
}
WIDTH = 70
LENGTH = 25
# Modules that reach the network or start other programs.
OUTSIDE = {
    *("aiohttp", "asyncio", "ftplib", "gdown", "git", "http", "httpx", "huggingface_hub"),
    *("imaplib", "pooch", "requests", "smtplib", "socket", "socketserver", "ssl", "subprocess"),
    *("telnetlib", "tensorflow_datasets", "transformers", "urllib", "urllib3", "webbrowser"),
    *("wget", "xmlrpc"),
}
ADDRESS = re.compile(r"(https?|ftp|s3|gs)://")
FETCHES = re.compile(
    r"torch\.hub\.\w+|sklearn\.datasets\.fetch_\w+|os\.(system|popen|exec\w*|spawn\w*)|"
    r".*\.(from_pretrained|load_state_dict_from_url|download_url|urlopen|urlretrieve)"
)
WRITES = re.compile(
    r"os\.(remove|rename|replace|rmdir|unlink|makedirs|mkdir|chmod|symlink|truncate)|"
    r"shutil\.\w+|tifffile\.imwrite|numpy\.(save\w*)|torch\.save|matplotlib\.pyplot\.(savefig|imsave)|"
    r"\.(write_text|write_bytes|mkdir|rmdir|touch|unlink|rename|symlink_to|save|savefig|tofile|dump|"
    r"to_(csv|excel|json|parquet|pickle|hdf|feather))"
)
CLOCK = re.compile(
    r"(datetime\.)?(datetime|date)\.(now|today|utcnow)|time\.(time|ctime|asctime|localtime|"
    r"gmtime|strftime|sleep)|id|hash|os\.getpid|os\.getcwd|platform\.node|getpass\.\w+"
)
TIMER = re.compile(r"(time\.)?(perf_counter|monotonic|process_time)(_ns)?\(\)")


@rule
def language(page: Page) -> Iterator[Finding]:
    """A code cell begins with `{code-cell} ipython3`, and stands in no list or other block."""
    for cell in page.cells:
        if cell.argument != LANGUAGE:
            fault = f"a cell in {cell.argument or 'no language'}"
            remedy = f"write ```{{code-cell}} {LANGUAGE}"
            yield Finding(page.file, cell.line, fault, remedy)
        if cell.is_nested:
            remedy = "end the block or list before the cell, without an indent"
            yield Finding(
                page.file, cell.line, "a cell within a block or list never runs", remedy
            )


@rule
def tags(page: Page) -> Iterator[Finding]:
    """Cells carry no tags but hide-input, remove-cell and remove-stderr."""
    for cell in page.cells:
        if not isinstance(cell.options.get("tags", []), list):
            yield Finding(page.file, cell.option_line("tags"), "tags are a list", "write [tag]")
        for tag in cell.tags:
            if tag not in TAGS:
                line = cell.option_line("tags")
                fault = f"no tag is called {tag!r}"
                yield Finding(page.file, line, fault, suggest(tag, TAGS))


@rule
def options(page: Page) -> Iterator[Finding]:
    """Options of a cell are tags and, below mystnb, those of its figure and its image."""
    for cell in page.cells:
        for path, names in OPTIONS.items():
            given = cell.option(*path) if path else cell.options
            if given is not None and not isinstance(given, dict):
                fault = f"{path[-1]} holds no options"
                remedy = "write below it " + ", ".join(sorted(names))
                yield Finding(page.file, cell.option_line(*path), fault, remedy)
                break
            for name in given or {}:
                if name not in names:
                    fault = f"no option is called {name!r} here"
                    line = cell.option_line(*path, str(name))
                    yield Finding(page.file, line, fault, suggest(str(name), names))


@rule
def length(page: Page) -> Iterator[Finding]:
    """A cell has at most 25 lines of code; one whose code is folded or hidden may have more."""
    for cell in page.cells:
        size = sum(bool(line.strip()) for line in cell.body.splitlines())
        if size > LENGTH and not {"hide-input", "remove-cell"}.intersection(cell.tags):
            remedy = f"split it into cells of at most {LENGTH} lines"
            yield Finding(page.file, cell.line, f"a cell of {size} lines", remedy)


@rule
def width(page: Page) -> Iterator[Finding]:
    """Lines of code have at most 70 characters, so that no cell scrolls sideways."""
    for cell in page.cells:
        for number, line in enumerate(cell.body.splitlines(), cell.body_line):
            if len(line) > WIDTH:
                fault = f"a line of {len(line)} characters"
                yield Finding(page.file, number, fault, f"break it at {WIDTH} at the latest")


@rule
def imports(page: Page) -> Iterator[Finding]:
    """A page imports once, in its first cell; hidden cells may import what they need."""
    for cell in page.cells[1:]:
        for node in cell.tree.body:
            if isinstance(node, ast.Import | ast.ImportFrom) and not cell.is_hidden:
                remedy = "move it to the page's first cell"
                yield Finding(page.file, node.lineno, "an import in a later cell", remedy)


@rule
def hidden_purpose(page: Page) -> Iterator[Finding]:
    """A cell tagged remove-cell checks or glues something, or prepares another that does.

    It prints nothing, since nobody would see that.
    """
    hidden = [cell for cell in page.cells if cell.is_hidden]
    checks = [cell for cell in hidden if re.search(r"\b(assert|raise|glue)\b", cell.body)]
    needed = {name for cell in checks for name in names_read(cell)}
    for cell in hidden:
        if cell not in checks and not names_bound(cell) & needed:
            remedy = "show it: remove the tag remove-cell; or assert what the text claims"
            fault = "a hidden cell that checks nothing"
            yield Finding(page.file, cell.option_line("tags"), fault, remedy)
        elif re.search(r"\bprint\(", cell.body):
            remedy = "show it: remove the tag remove-cell; or remove print"
            fault = "a hidden cell that prints"
            yield Finding(page.file, cell.option_line("tags"), fault, remedy)


@rule
def hidden_names(page: Page) -> Iterator[Finding]:
    """Code that readers see needs nothing from code that is hidden."""
    setters: dict[str, Directive] = {}
    for cell in page.cells:
        bound = names_bound(cell)
        if cell.is_hidden:
            setters |= dict.fromkeys(bound, cell)
            continue
        for name in sorted(names_read(cell) & setters.keys() - bound):
            remedy = f"show it: remove the tag remove-cell, or set {name} elsewhere"
            fault = f"the hidden cell sets {name}, which the cell in line {cell.line} needs"
            yield Finding(page.file, setters[name].option_line("tags"), fault, remedy)
        setters = {name: setter for name, setter in setters.items() if name not in bound}


@rule
def network(page: Page) -> Iterator[Finding]:
    """Cells read no network and start no programs; their data are in the repository."""
    program = read_program(page)
    for node in program.walk():
        if isinstance(node, ast.Import | ast.ImportFrom):
            module = getattr(node, "module", None) or node.names[0].name
            if module.partition(".")[0] in OUTSIDE:
                fault = f"{module} reaches outside of the course"
                yield Finding(page.file, node.lineno, fault, "read a file below data/")
        if isinstance(node, ast.Constant) and ADDRESS.match(str(node.value)):
            fault = f"{node.value!r} is an address"
            yield Finding(page.file, node.lineno, fault, "read a file below data/")
    for call in program.calls:
        is_data_set = re.fullmatch(r"torchvision\.datasets\.(?!MNIST$)\w+", call.name)
        weights = call.name.startswith("torchvision.models.") and (
            call.gives("weights") or call.gives("pretrained")
        )
        if FETCHES.fullmatch(call.name) or weights or (is_data_set and call.gives("download")):
            fault = f"{call.name.removeprefix('.')} reaches outside of the course"
            yield Finding(page.file, call.line, fault, "read a file below data/")


@rule
def writing(page: Page) -> Iterator[Finding]:
    """Cells write no files, but below Path("written"), which git ignores, or into a BytesIO."""
    program = read_program(page)
    paths, unpacked = find_written(program), find_unpacked(program)
    for cell in page.cells:
        for call in program.calls_in(cell.tree):
            is_unpacked = ast.unparse(call.node).partition(".unlink(")[0] in unpacked
            is_writing = opens_to_write(call) or WRITES.fullmatch(call.name)
            if is_writing and not is_unpacked and not is_written(call.node, paths):
                fault = f"{call.name.removeprefix('.')} changes files"
                yield Finding(page.file, call.line, fault, 'write below Path("written")')


def find_unpacked(program: Program) -> set[str]:
    """Return the names that a page gives to nothing but what a data set unpacks.

    Git ignores it: it has the packed file's name without its suffix.
    """
    given, unpacked = Counter[str](), Counter[str]()
    for node in program.walk():
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            given[node.id] += 1
        if isinstance(node, ast.Assign) and ast.unparse(node.value).endswith(
            ".with_suffix('')"
        ):
            unpacked.update(part.id for part in node.targets if isinstance(part, ast.Name))
    return {name for name, count in unpacked.items() if count == given[name]}


def find_written(program: Program) -> set[str]:
    """Return the names that a page gives to buffers and to paths below `written`."""
    names: set[str] = set()
    known = -1
    while known < len(names):
        known = len(names)
        for node in program.walk():
            if isinstance(node, ast.Assign) and is_written(node.value, names):
                targets = (part for target in node.targets for part in ast.walk(target))
                names |= {part.id for part in targets if isinstance(part, ast.Name)}
            if isinstance(node, ast.For) and is_written(node.iter, names):
                names |= {p.id for p in ast.walk(node.target) if isinstance(p, ast.Name)}
    return names


def is_written(node: ast.AST, names: set[str]) -> bool:
    """Return whether an expression has a path below `written` or a buffer, or a name of one."""
    return any(
        (isinstance(part, ast.Name) and part.id in {*names, "BytesIO"})
        or (isinstance(part, ast.Attribute) and part.attr == "BytesIO")
        or (isinstance(part, ast.Constant) and re.match(r"written(/|$)", str(part.value)))
        for part in ast.walk(node)
    )


def opens_to_write(call: Call) -> bool:
    """Return whether a call opens a file to write."""
    place = {"open": 1, ".open": 0}.get(call.name)
    if place is None:
        return False
    mode = call.keyword("mode") or (call.args[place] if len(call.args) > place else None)
    if mode is None:
        return False
    # What is opened in an archive has a name there, and no mode.
    is_name = isinstance(mode, ast.Constant) and not re.fullmatch("[rwaxbt+]*", str(mode.value))
    return not is_name and not re.fullmatch(r"'r?[bt]?'", ast.unparse(mode))


@rule
def clock(page: Page) -> Iterator[Finding]:
    """Chapters print nothing that differs at every run: no dates, addresses or host names."""
    for call in read_program(page).calls if page.is_chapter else []:
        if CLOCK.fullmatch(call.name):
            remedy = "leave it out; measure a duration with time.perf_counter()"
            fault = f"{call.name} differs at every run"
            yield Finding(page.file, call.line, fault, remedy)
        elif call.name == "print" and any(TIMER.fullmatch(ast.unparse(a)) for a in call.args):
            fault = "a reading of the clock differs at every run"
            yield Finding(page.file, call.line, fault, "print a difference of two, or nothing")


@rule
def warnings(page: Page) -> Iterator[Finding]:
    """Cells do not silence warnings, but mend what causes them."""
    for call in read_program(page).calls:
        if re.fullmatch(r"warnings\.(filterwarnings|simplefilter)|numpy\.seterr", call.name):
            fault = f"{call.name} hides faults"
            yield Finding(page.file, call.line, fault, "mend what it hides")


@rule
def style(book: Book) -> Iterator[Finding]:
    """Code cells pass Ruff, each page's cells as one program (see cells.toml)."""
    check_style(page for page in book.pages if page not in STYLE)
    for page in book.pages:
        yield from STYLE[page]


# What Ruff has found in a page.
STYLE: WeakKeyDictionary[Page, list[Finding]] = WeakKeyDictionary()


def check_style(pages: Iterable[Page]) -> None:
    """Let Ruff check the cells of pages, and note what it finds."""
    with tempfile.TemporaryDirectory() as folder:
        programs = {Path(folder) / page.name.replace("/", "-"): page for page in pages}
        for path, page in programs.items():
            path.with_suffix(".py").write_text(code_of(page), "utf-8")
            STYLE[page] = []
        if not programs:
            return
        command = [sys.executable, "-m", "ruff", "check", "--quiet", "--no-cache"]
        command += [f"--config={CELLS}", "--output-format=json", folder]
        report = subprocess.run(command, capture_output=True, text=True, check=False)
        if report.stderr:
            raise RuntimeError(report.stderr)
        for fault in json.loads(report.stdout):
            page = programs[Path(folder) / Path(fault["filename"]).stem]
            message = f"{fault['message'].rstrip('.')} ({fault['code']})"
            line, remedy = fault["location"]["row"], f"see {fault['url']}"
            STYLE[page].append(Finding(page.file, line, message, remedy))


def code_of(page: Page) -> str:
    """Return a page's cells as one program, each line on the line that it has in the page."""
    lines = [""] * len(page.text.splitlines())
    for cell in page.cells:
        code = cell.body.splitlines()
        lines[cell.body_line - 1 : cell.body_line - 1 + len(code)] = code
    return "\n".join(lines) + "\n"
