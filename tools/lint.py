"""Report faults that would harm readers and that neither build nor tests notice."""

import ast
import re
import subprocess
import sys
from collections import namedtuple
from pathlib import Path

import yaml

Page = namedtuple(
    "Page", "file text cells prose"
)  # prose: (number, line) outside of cells
Cell = namedtuple("Cell", "line code hidden")  # line: where the code begins

FETCHES = r"urlopen|urlretrieve|fetch_\w+|load_dataset"
NETWORK = rf"(requests|httpx|urllib|pooch)\.|[\w.]*\b({FETCHES})\("
ADDRESS = r"(?!print)[\w.]+\('https?://|.*pretrained=True"
OPENED = r"open\(.*, (mode=)?'[wax]"
SAVES = r"savefig|save(z|txt)?|to_(csv|excel|json)|write_(text|bytes)|im(write|save)"
WRITTEN = rf"[\w.]*\.({SAVES})\("
LAYERS = r"nn\.(Linear|Bilinear|Conv|LSTM|GRU|RNN|Embedding|Transformer|Multihead)\w*\("
DRAWN = rf"torch\.(rand(n|int)?(_like)?|randperm|normal)\(|(torch\.)?{LAYERS}"
PICKED = r"random\.(random|rand(int|range)|uniform|gauss|choices?|sample|shuffle)\("
RANDOM = r"train_test_split|\w*(ShuffleSplit|KMeans)|(RandomForest|MLP|SGD)\w+|TSNE"
DIVIDED = rf"[\w.]*\b(({RANDOM})\(|\w*KFold\((?=.*shuffle=True))(?!.*random_state)"
SAMPLED = r"[\w.]*\.sample\((n=|frac=)?[\d.](?!.*random_state)"
# (a call that is wrong, unless its cell has this, what is wrong with it)
CALLS = [
    (f"{NETWORK}|{ADDRESS}", "$^", "reads the network; put the file into data/"),
    (
        f"{OPENED}|{WRITTEN}",
        "written|BytesIO",
        'writes a file; write below Path("written")',
    ),
    (
        r"[\w.]*(filterwarnings|simplefilter)\(",
        "$^",
        "hides warnings; remove their cause",
    ),
    (DRAWN, r"manual_seed\(|generator=", "draws; call torch.manual_seed(0) before it"),
    (f"{DIVIDED}|{SAMPLED}", "$^", "draws; give it random_state=0"),
    (r"[\w.]*default_rng\(\)", "$^", "has no seed; give it a number"),
    (PICKED, r"random\.seed\(", "draws; call random.seed(0) before it"),
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
    ("\ufffd", "a letter is not UTF-8; save the file as UTF-8"),
]
TASTE = "F811,B007,B015,B018,B905,F541"  # and last lines that show a value: B015, B018
# Jupyter Book passes over keys that it does not know.
KEYS = "title author copyright logo exclude_patterns only_build_toc_files execute html "
KEYS += "latex bibtex_bibfiles repository launch_buttons parse sphinx"
EXECUTE_KEYS = "execute_notebooks timeout cache run_in_temp allow_errors stderr_output"


def read_page(file):
    """Return a page with its cells and its prose."""
    cells, prose, blocks = [], [], []
    text = file.read_text("utf-8", "replace")  # the build reports other encodings
    for number, line in enumerate(text.splitlines(), 1):
        mark, rest = re.match(r"\s*((?:`{3,}|:{3,}|~{3,})?)(.*)", line).groups()
        opening, kind, start, body = blocks[-1] if blocks else (":", "", 0, [])
        if blocks and mark.startswith(opening) and not rest.strip():
            blocks.pop()
            if "{code-cell}" in kind:
                code = "\n".join(body)
                options = re.match(r"---\n(?s:.*?)\n---\n?|(:\w+:.*\n?)*", code)[0]
                prose += enumerate(options.splitlines(), start + 1)
                first = start + 1 + options.count("\n")
                cells.append(
                    Cell(first, code[len(options) :], "remove-cell" in options)
                )
        elif opening[0] in "`~":
            body.append(line)
        elif mark and rest.strip():
            blocks.append((mark, rest, number, []))
            prose.append((number, line))
        else:
            prose.append((number, line))
    prose += [(number, f"unclosed {mark}{kind}") for mark, kind, number, _ in blocks]
    return Page(file, text, cells, prose)


def check_calls(page):
    """A cell needs no network, leaves no files, hides nothing, and draws the same."""
    for cell in page.cells:
        try:
            nodes = [ast.parse(cell.code)]
        except SyntaxError:  # check_python reports it
            continue
        for node in nodes:
            name = ast.unparse(node.func) if isinstance(node, ast.Call) else ""
            text = (
                name.rpartition(")")[2] + ast.unparse(node)[len(name) :] if name else ""
            )
            for call, unless, fault in CALLS:
                if re.match(call, text) and not re.search(unless, cell.code):
                    yield page.file, cell.line + node.lineno - 1, f"{name} {fault}"
            if not isinstance(node, ast.FunctionDef | ast.ClassDef | ast.Lambda):
                nodes += ast.iter_child_nodes(
                    node
                )  # a function's draws depend on its caller


def check_python(page):
    """Cells are right Python, and use no name that only hidden ones define."""
    for rules, with_hidden in ("E9,F,B,NPY002", True), ("F821", False):
        lines = [""] * len(page.text.splitlines())
        for cell in page.cells:
            code = cell.code.splitlines() if with_hidden or not cell.hidden else []
            lines[cell.line - 1 : cell.line - 1 + len(code)] = code
        command = f"ruff check --isolated --quiet --select={rules} --ignore={TASTE}"
        command += " --extension=md:python --output-format=concise"
        command += f" --stdin-filename={page.file} -"
        code = "\n".join(lines)
        run = subprocess.run(
            command.split(), input=code, capture_output=True, text=True
        )
        for line, fault in re.findall(r"(?m)^[^:\n]+:(\d+):\d+: (.+)", run.stdout):
            advice = (
                "; define it in an earlier cell that readers see"
                if "F821" in fault
                else ""
            )
            yield page.file, int(line), fault + advice


def check_prose(page):
    """Blocks are closed, no line or label is given twice, and rows are whole."""
    solved = set(re.findall(r"\{solution(?:-start)?\} +([\w-]+)", page.text))
    labels = re.findall(r"(?m)^[ :]*label: *(ex-[\w-]+)", page.text)
    seen, columns = set(), None
    for number, line in page.prose:
        if line.startswith("unclosed "):
            yield page.file, number, f"{line}; close it with a line of the same signs"
        if re.match(r"[^|:].{60}", line) and line in seen:
            yield page.file, number, "this line is on the page already; remove one"
        seen.add(line)
        label = re.match(r":label: (ex-[\w-]+)", line)
        if label and label[1] not in solved:
            yield (
                page.file,
                number,
                f"{label[1]} has no solution; add one (CONTRIBUTING.md)",
            )
        if label and labels.count(label[1]) > 1:
            yield page.file, number, f"{label[1]} labels two exercises; rename one"
        solution = re.search(r"\{solution(?:-start)?\} +(ex-[\w-]+)", line)
        if solution and solution[1] not in labels:
            yield page.file, number, f"no exercise is called {solution[1]}; correct it"
        row = re.sub(r"`[^`]*`|\\\|", "", line).strip()
        bars = row.strip("|").count("|") if row.startswith("|") else None
        columns = bars if None in (bars, columns) else columns
        if bars != columns:
            yield (
                page.file,
                number,
                "this row has more or fewer cells than the first; adapt it",
            )


def check_words(page):
    """Pages are finished, and show all that was typed."""
    lines = dict(page.prose)
    text = "\n".join(lines.get(i + 1, "") for i in range(page.text.count("\n") + 1))
    text = re.sub(r"(`+).*?\1", "", text)
    for slip, fault in SLIPS:
        for match in re.finditer(slip, text):
            yield page.file, text.count("\n", 0, match.end()) + 1, fault


def check_book(pages):
    """Pictures are shown, references cited, and Jupyter Book knows its settings."""
    texts = "".join(page.text for page in pages) + Path("README.md").read_text("utf-8")
    for picture in Path("images").iterdir():
        if picture.name not in texts.replace("%20", " "):
            yield picture, 1, "no page shows this picture; show or remove it"
    cited = re.findall(
        r"[^,\s]+", ",".join(re.findall(r"\{cite[^}]*\}`([^`]+)`", texts))
    )
    references = Path("references.bib")
    text = references.read_text("utf-8")
    for match in re.finditer(r"([}\"]|=\s*\d+)\s+\w+\s*=\s*[{\"]", text):
        number = text.count("\n", 0, match.end(1)) + 1
        yield references, number, "this field ends without a comma; add one"
    for number, line in enumerate(text.splitlines(), 1):
        key = re.match(r"\s*@\w+\{([^,]+),", line)
        if key and key[1] not in cited:
            yield references, number, f"no page cites {key[1]}; cite or remove it"
    config = yaml.safe_load(Path("_config.yml").read_text("utf-8"))
    for known, keys in (KEYS, config), (EXECUTE_KEYS, config.get("execute", {})):
        for key in keys.keys() - set(known.split()):
            yield (
                Path("_config.yml"),
                1,
                f"Jupyter Book knows no {key}; look for a slip",
            )


def main():
    """Print what is wrong, and return whether anything is."""
    pages = [
        read_page(file)
        for file in [Path("index.md"), *sorted(Path("book").glob("*.md"))]
    ]
    found = {*check_book(pages)}
    for check in check_calls, check_python, check_prose, check_words:
        found |= {finding for page in pages for finding in check(page)}
    for file, line, fault in sorted(found):
        print(f"{file}:{line}: {fault}")
    return bool(found)


if __name__ == "__main__":
    sys.exit(main())
