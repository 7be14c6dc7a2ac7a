"""Report faults that would harm readers and that neither build nor tests notice."""

import ast
import re
import subprocess
import sys
from collections import namedtuple
from itertools import product
from pathlib import Path

# A page's prose is (number, line) outside of cells; a cell's code begins at its line.
Page = namedtuple("Page", "file text cells prose")
Cell = namedtuple("Cell", "line code hidden")
# A directive, or code, that is not closed yet.
Block = namedtuple("Block", "fence kind line body")

FETCHES = r"urlopen|urlretrieve|fetch_\w+|load_dataset"
NETWORK = rf"(requests|httpx|urllib3|pooch)\.|[\w.]*\b({FETCHES})\("
ADDRESS = r"(?!print)[\w.]+\('https?://|.*pretrained=True"
OPENED = r"[\w.]*\bopen\((.*, )?(mode=)?'[wax][bt+]*'"
SAVES = r"savefig|save(z|txt)?|to_(csv|excel|json)|write_(text|bytes)|im(write|save)"
WRITES = rf"{OPENED}|[\w.]*\.({SAVES})\("
HIDES = r"[\w.]*(filterwarnings|simplefilter)\("
LAYERS = r"nn\.(Linear|Bilinear|Conv|LSTM|GRU|RNN|Embedding|Transformer|Multihead)\w*\("
TENSORS = "rand(n|int)?(_like)?|randperm|normal|bernoulli|multinomial|poisson"
IN_PLACE = r"[\w.]*\.(\w*(normal|uniform)|random|bernoulli|orthogonal)_"
DEALS = r"[\w.]*\b(random_split\(|DataLoader\((?=.*shuffle=True))"
TORCH_RANDOM = rf"(torch\.({TENSORS})|{IN_PLACE})\(|{DEALS}|(torch\.)?{LAYERS}"
CHOICES = "random|rand(int|range)|uniform|gauss|choices?|sample|shuffle"
PYTHON_RANDOM = rf"random\.({CHOICES})\("
MODELS = "RandomForest|ExtraTree|DecisionTree|GradientBoosting|MLP|SGD"
ESTIMATORS = rf"\w*(ShuffleSplit|KMeans)|({MODELS})\w+|TSNE"
DRAWING = rf"(train_test_split|{ESTIMATORS})\(|\w*KFold\((?=.*shuffle=True)"
SKLEARN_RANDOM = rf"[\w.]*\b({DRAWING})(?!.*random_state)"
METHODS = r"[\w.]*\.(sample\((n=|frac=)?[\d.]|rvs\()(?!.*random_state)"
STATELESS = f"{SKLEARN_RANDOM}|{METHODS}"
NEVER = "$^"
# A call that is wrong, unless the code of its cell has the excuse.
Rule = namedtuple("Rule", "call excuse fault")
RULES = [
    Rule(f"{NETWORK}|{ADDRESS}", NEVER, "reads the network; put the file into data/"),
    Rule(WRITES, "written|BytesIO", 'writes a file; write below Path("written")'),
    Rule(HIDES, NEVER, "hides warnings; remove their cause"),
    Rule(
        TORCH_RANDOM,
        r"manual_seed\(|generator=",
        "draws without a seed; call torch.manual_seed(0) in this cell",
    ),
    Rule(STATELESS, NEVER, "draws without a seed; give it random_state=0"),
    Rule(r"[\w.]*default_rng\(\)", NEVER, "has no seed; give it a number"),
    Rule(PYTHON_RANDOM, r"random\.seed\(", "draws without a seed; call random.seed(0)"),
]
CUT = r"(?m)^(?![-*#|:>%`]|\d+\.).*[\w,]\n% ?[a-z]"
OPTION = r"(?m)^[ :]*(alt|caption): (?!['\"|>]).*(\n {5,}.*)*? #"
# (what a text has, what is wrong with it)
SLIPS = [
    (r"\b(TODO|FIXME|XXX)\b|lorem ipsum", "unfinished; finish or remove it"),
    (r"<!--(?!(?s:.*)-->)", "<!-- hides the rest of the page; close it with -->"),
    (CUT, "% hides this line; join it to the line before"),
    (OPTION, "# hides the rest of this text; put it in quotes"),
    (r"(!\[[^\]]*\]\(|\{(figure|image)\} +)https?:", "put this picture into images/"),
    (r"<\w+ [^>]*\bsrc=.?(https?:)?//", "asks another site; link to it instead"),
    ("\ufffd", "a letter is not UTF-8; save the file as UTF-8"),
]
# Rules of Ruff that cells need not follow, such as B018 on a last line's value
IGNORED = "F811,B007,B015,B018,B905,F541"
UNSEEN = "; define it in an earlier cell that readers see"
REQUIREMENTS = Path(__file__).parents[1] / "book" / "requirements.txt"
MISSING = "is not in book/requirements.txt; add it with a reason, or do without"


def make_cell(block):
    """Return a block of code as a cell, and its options as numbered lines."""
    code = "\n".join(block.body)
    options = re.match(r"---\n(?s:.*?)\n---\n?|(:\w+:.*\n?)*", code)[0]
    first = block.line + 1
    cell = Cell(
        line=first + options.count("\n"),
        code=code[len(options) :],
        hidden="remove-cell" in options,
    )
    return cell, list(enumerate(options.splitlines(), first))


def read_page(file):
    """Return a page with its cells and its prose."""
    cells, prose, blocks = [], [], []
    text = file.read_text("utf-8", "replace")  # the build reports other encodings
    for number, line in enumerate(text.splitlines(), 1):
        fence, rest = re.match(r"\s*((?:`{3,}|:{3,}|~{3,})?)(.*)", line).groups()
        block = blocks[-1] if blocks else None
        if block and fence.startswith(block.fence) and not rest.strip():
            blocks.pop()
            if "{code-cell}" in block.kind:
                cell, options = make_cell(block)
                cells.append(cell)
                prose += options
        elif block and block.fence[0] in "`~":  # its lines are code
            block.body.append(line)
        else:
            if fence and rest.strip():
                blocks.append(Block(fence, rest, number, []))
            prose.append((number, line))
    for block in blocks:
        prose.append((block.line, f"unclosed {block.fence}{block.kind}"))
    return Page(file, text, cells, prose)


def find_calls(node):
    """Yield the calls outside of functions, whose draws depend on their caller."""
    if isinstance(node, ast.Call):
        yield node
    for child in ast.iter_child_nodes(node):
        if not isinstance(child, ast.FunctionDef | ast.ClassDef | ast.Lambda):
            yield from find_calls(child)


def parse(cell):
    """Return the tree of a cell's code, which check_python reports if it has none."""
    try:
        return ast.parse(cell.code)
    except SyntaxError:
        return ast.parse("")


def find_imports(cell):
    """Yield the line, the name and the full name of what a cell imports."""
    for node in ast.walk(parse(cell)):
        if isinstance(node, ast.Import | ast.ImportFrom):
            module = f"{node.module}." if isinstance(node, ast.ImportFrom) else ""
            for name in node.names:
                line = cell.line + node.lineno - 1
                yield line, name.asname or name.name, module + name.name


def write_call(call, names):
    """Return a call with its full name; of `f(x).sample(3)` it is `.sample(3)`."""
    name = ast.unparse(call.func)
    text = name.rpartition(")")[2] + ast.unparse(call)[len(name) :]
    return re.sub(r"^\w+", lambda first: names.get(first[0], first[0]), text)


def check_calls(page):
    """Report calls that use the network, write files, hide warnings or lack a seed."""
    names = {name: full for cell in page.cells for _, name, full in find_imports(cell)}
    for cell in page.cells:
        for call, rule in product(find_calls(parse(cell)), RULES):
            is_wrong = re.match(rule.call, write_call(call, names))
            if is_wrong and not re.search(rule.excuse, cell.code):
                line = cell.line + call.lineno - 1
                yield line, f"{ast.unparse(call.func)} {rule.fault}"


def check_imports(page):
    """Cells that readers see import only what readers have."""
    packages = REQUIREMENTS.read_text("utf-8").replace("scikit-", "sk")
    known = {*sys.stdlib_module_names, *re.findall(r"\w+", packages), "IPython"}
    for cell in page.cells:
        for line, _, full in [] if cell.hidden else find_imports(cell):
            package = full.partition(".")[0]
            if package not in known:
                yield line, f"{package} {MISSING}"


def check_python(page):
    """Cells are right Python, and use no name that only hidden ones define."""
    checks = [("E9,F,B,NPY002", True, ""), ("F821", False, UNSEEN)]
    for rules, with_hidden, advice in checks:
        lines = [""] * len(page.text.splitlines())
        for cell in page.cells:
            code = cell.code.splitlines() if with_hidden or not cell.hidden else []
            lines[cell.line - 1 : cell.line - 1 + len(code)] = code
        command = f"ruff check --isolated --quiet --select={rules} --ignore={IGNORED}"
        command += " --extension=md:python --output-format=concise"
        command += f" --stdin-filename={page.file} -"
        code = "\n".join(lines)
        run = subprocess.run(
            command.split(), input=code, capture_output=True, text=True
        )
        for line, fault in re.findall(r"(?m)^[^:\n]+:(\d+):\d+: (.+)", run.stdout):
            if lines[int(line) - 1].startswith(("!", "%")):
                yield int(line), "cells are plain Python: no line begins with ! or %"
            elif fault.startswith("F821") or not advice:
                yield int(line), fault + advice


def check_prose(page):
    """Blocks are closed, exercises have solutions, and rows are whole."""
    solved = set(re.findall(r"\{solution(?:-start)?\} +([\w-]+)", page.text))
    columns = None
    for number, line in page.prose:
        if line.startswith("unclosed "):
            yield number, f"{line}; close it with a line of the same signs"
        label = re.match(r":label: (ex-[\w-]+)", line)
        if label and label[1] not in solved:
            yield number, f"{label[1]} has no solution; add one (CONTRIBUTING.md)"
        row = re.sub(r"`[^`]*`|\\\|", "", line).strip()
        bars = row.strip("|").count("|") if row.startswith("|") else None
        columns = bars if None in (bars, columns) else columns
        if bars != columns:
            yield number, "this row has more or fewer cells than the first; adapt it"


def check_words(page):
    """Pages are finished, and show all that was typed."""
    lines = dict(page.prose)
    text = "\n".join(lines.get(i + 1, "") for i in range(page.text.count("\n") + 1))
    text = re.sub(r"(`+).*?\1", "", text)
    for slip, fault in SLIPS:
        for match in re.finditer(slip, text):
            yield text.count("\n", 0, match.end()) + 1, fault


def check_book(pages):
    """Pictures are shown, and references cited."""
    texts = "".join(page.text for page in pages) + Path("README.md").read_text("utf-8")
    for picture in Path("images").iterdir():
        if picture.name not in texts:
            yield picture, 1, "no page shows this picture; show or remove it"
    cites = ",".join(re.findall(r"\{cite[^}]*\}`([^`]+)`", texts))
    cited = re.findall(r"[^,\s]+", cites)
    references = Path("references.bib")
    for number, line in enumerate(references.read_text("utf-8").splitlines(), 1):
        key = re.match(r"\s*@\w+\{([^,]+),", line)
        if key and key[1] not in cited:
            yield references, number, f"no page cites {key[1]}; cite or remove it"


def check_braces():
    """In style sheets and references, each { has its }."""
    for file in [Path("references.bib"), *Path("_static").rglob("*.css")]:
        text, pairs = file.read_text("utf-8"), 1
        while pairs:  # they go, the innermost first, and their lines stay
            text, pairs = re.subn(r"{[^{}]*}", lambda m: "\n" * m[0].count("\n"), text)
        for brace in re.finditer("[{}]", text):
            line = text.count("\n", 0, brace.start()) + 1
            yield file, line, f"this {brace[0]} has no partner; add it, or remove this"


def main():
    """Print what is wrong, and return whether anything is."""
    files = [Path("index.md"), *Path("book").glob("*.md")]
    pages = [read_page(file) for file in files]
    found = {*check_book(pages), *check_braces()}
    for check in check_calls, check_imports, check_python, check_prose, check_words:
        found |= {(page.file, *fault) for page in pages for fault in check(page)}
    for file, line, fault in sorted(found):
        print(f"{file}:{line}: {fault}")
    return bool(found)


if __name__ == "__main__":
    sys.exit(main())
