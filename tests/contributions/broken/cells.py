"""Code cells: their options, what they draw, and what they print."""

import ast

from ..draft import Draft, Place, place_of
from .catalogue import enter_cells, left_to_reviewers, refused_by


def retag(draft: Draft, tags: str, code: str = "", holding: str = "") -> Place:
    """Give a visible cell, one that holds a text, a line of tags, and perhaps one of code."""
    page, cell = draft.pick((p, c) for p, c in draft.visible_cells() if holding in c.body)
    added = draft.insert(page.file, cell.body_line, f":tags: {tags}\n{code}".rstrip("\n"))
    return Place(added.file, cell.line, added.last)


@refused_by("lint", "yaml|option|caption|mapping")
def colon_in_a_caption(draft: Draft) -> Place:
    """A caption that is not quoted holds a colon and a space."""
    page, cell = draft.pick((p, c) for p, c in draft.cells() if "mystnb" in c.options)
    lines = draft.lines(page.file)
    number = next(n for n in range(cell.line, cell.body_line) if "caption:" in lines[n])
    value = lines[number].partition("caption:")[2].strip("'\" ")
    draft.replace(
        page.file, number + 1, number + 1, f"    caption: What we see: {value.strip()}"
    )
    return place_of(page, cell)


@refused_by("lint", r"yaml|option|tab|\\t")
def tab_in_the_options(draft: Draft) -> Place:
    """A line of a cell's options is indented by a tab."""
    page, cell = draft.pick((p, c) for p, c in draft.cells() if "mystnb" in c.options)
    lines = draft.lines(page.file)
    number = draft.pick(
        n for n in range(cell.line, cell.body_line) if lines[n].startswith("  ")
    )
    draft.change(page.file, number + 1, lambda text: "\t" + text.lstrip())
    return place_of(page, cell)


@refused_by("lint", "---|yaml|option")
def options_not_closed(draft: Draft) -> Place:
    """The second `---` around a cell's options is lost."""
    page, cell = draft.pick((p, c) for p, c in draft.cells() if "mystnb" in c.options)
    draft.cut(page.file, cell.body_line - 1, cell.body_line - 1)
    return place_of(page, cell)


@refused_by("lint", "option|figur|captoin|imgae|nmae")
def unknown_option_of_a_figure(draft: Draft) -> Place:
    """A key among the options of a plot is misspelt."""
    wrong = {"caption": "captoin", "name": "nmae", "image": "imgae", "figure": "figur"}
    key = draft.pick(wrong)
    page, cell = draft.pick((p, c) for p, c in draft.cells() if "mystnb" in c.options)
    lines = draft.lines(page.file)
    number = next(n for n in range(cell.line, cell.body_line) if f"{key}:" in lines[n])
    draft.change(page.file, number + 1, lambda text: text.replace(key, wrong[key], 1))
    return place_of(page, cell)


@refused_by("lint", "option|`?:?tag\\b")
def misspelt_tags(draft: Draft) -> Place:
    """The option `:tags:` is written `:tag:`."""
    page, cell = draft.pick(
        (p, c) for p, c in draft.cells() if c.tags and "mystnb" not in c.options
    )
    draft.change(page.file, cell.line + 1, lambda text: text.replace(":tags:", ":tag:"))
    return place_of(page, cell)


@refused_by("lint", "tag|hide_input|skip-execution|remove-ouput|hide-inputs")
def unknown_tag(draft: Draft) -> Place:
    """A cell carries a tag that is misspelt or that the course does not use."""
    return retag(draft, draft.pick(["[hide_input]", "[skip-execution]", "[remove-ouput]"]))


@refused_by("lint", "raises-exception")
def exception_allowed(draft: Draft) -> Place:
    """A cell fails and carries the tag that lets it."""
    return retag(draft, "[raises-exception]", "print(1 / 0)")


@refused_by("lint", "remove-output")
def output_removed(draft: Draft) -> Place:
    """The output of a cell that readers see is removed."""
    return retag(draft, "[remove-output]")


@refused_by("lint", "remove-cell|hidden|readers")
def cell_removed(draft: Draft) -> Place:
    """A cell that prints is removed from the page."""
    return retag(draft, "[remove-cell]", holding="print(")


@refused_by("lint", "import")
def import_in_the_middle(draft: Draft) -> Place:
    """A cell further down imports a package."""
    page, cell = draft.pick((p, c) for p, c in draft.visible_cells() if c != p.cells[0])
    return draft.insert(page.file, cell.body_line, "import math")


@refused_by("lint", "display_name|kernel|front matter")
def another_kernel(draft: Draft) -> Place:
    """A chapter asks for a kernel that readers do not have."""
    page = draft.pick(page for page in draft.chapters() if page.cells)
    lines = draft.lines(page.file)
    line = next(n for n, text in enumerate(lines, 1) if text == "  name: python3")
    draft.replace(page.file, line, line, "  name: my-environment")
    return Place(page.file, 1, 6)


@refused_by("lint", "front matter|kernel|yaml|---")
def front_matter_not_closed(draft: Draft) -> Place:
    """The `---` under the front matter is lost."""
    page = draft.pick(page for page in draft.chapters() if page.cells)
    draft.cut(page.file, 6, 6)
    return Place(page.file, 1, 8)


@refused_by("lint", "syntax|invalid|expected|never closed")
def code_that_does_not_parse(draft: Draft) -> Place:
    """A cell loses a bracket at the end of a call."""
    page, cell = draft.pick(
        (page, cell)
        for page, cell in draft.visible_cells()
        if any(x.endswith(")") and "#" not in x for x in cell.body.splitlines())
    )
    lines = enumerate(cell.body.splitlines(), cell.body_line)
    line = draft.pick(n for n, text in lines if text.endswith(")") and "#" not in text)
    draft.change(page.file, line, lambda text: text[:-1])
    return place_of(page, cell)


@refused_by("lint", "undefined|unknown|F821")
def misspelt_name(draft: Draft) -> Place:
    """A cell uses a variable that no cell defines."""
    page, cell = draft.pick(draft.visible_cells())
    names = [n for n in ast.walk(cell.tree) if isinstance(n, ast.Name) and len(n.id) > 2]
    while not names:
        page, cell = draft.pick(draft.visible_cells())
        names = [n for n in ast.walk(cell.tree) if isinstance(n, ast.Name) and len(n.id) > 2]
    name = draft.pick(node for node in names if node)
    return draft.insert(page.file, cell.end, f"print({name.id}_mean)")


enter_cells(
    "lint",
    {
        "warnings_silenced": (
            "warning",
            'import warnings\n\nwarnings.filterwarnings("ignore")',
            'import warnings\n\nwarnings.simplefilter("ignore")',
        ),
        "package_installed_in_a_cell": (
            "pip|install|packages",
            "!pip install umap",
            "%pip install umap",
        ),
        "magic_command": ("magic|%|IPython", "%matplotlib inline", "%%time\nprint(1)"),
        "shell_command": ("shell|!|IPython", "!ls ../data"),
        "line_too_wide": ("70|wide|character|long", f"print({'1 + ' * 17}1)"),
        "cell_too_long": ("25|long|lines", "\n".join(f"print({n})" for n in range(26))),
        "draw_without_a_seed": (
            "seed|draw",
            "import numpy as np\n\nprint(np.random.rand(3))",
            "import numpy as np\n\nprint(np.random.default_rng().normal())",
            "import numpy as np\n\nprint(np.random.default_rng(None).normal())",
            "import numpy as np\n\nprint(np.random.default_rng(seed=None).normal())",
            "import torch\n\nprint(torch.rand(3).mean().item() < 2)",
            "import torch\n\nprint(torch.rand_like(torch.zeros(3)).mean() < 2)",
            "import torch\n\nprint(torch.zeros(3).uniform_().mean() < 2)",
            "import torch\n\nprint(torch.empty(3).normal_().mean() < 99)",
            "import random\n\nprint(random.random() < 2)",
            "import random\n\nprint(len(random.sample([1, 2, 3], 2)))",
            "from torch import nn\n\nprint(nn.Linear(3, 1).bias.item() < 9)",
            "from torch.utils.data import DataLoader\n\nprint(*DataLoader([1], shuffle=True))",
            "import torch\nfrom torch import nn\n\nweights = nn.init.normal_(torch.empty(3))",
            "import numpy as np\n\nrng = np.random.default_rng(0)\nprint(np.random.randn(3))",
        ),
        "time_printed": (
            "time|date|clock",
            "import datetime\n\nprint(datetime.datetime.now())",
            "from time import perf_counter\n\nprint(perf_counter())",
            "import time\n\nprint(time.ctime())",
        ),
        "network_used": (
            "network|internet|address|download",
            "from urllib.request import urlopen\n\nprint(urlopen('https://example.org').status)",
            "import requests\n\nprint(requests.get('https://example.org').ok)",
            'import pandas as pd\n\ntable = pd.read_csv("https://example.org/cells.csv")',
            'import torch\n\nmodel = torch.hub.load("pytorch/vision", "resnet18")',
        ),
        "file_written": (
            "writ|save|file",
            'with open("results.txt", "w") as file:\n    file.write("0.97")',
            'import numpy as np\n\nnp.save("weights.npy", np.zeros(3))',
            'import torch\n\ntorch.save(torch.zeros(3), "weights.pt")',
            'import matplotlib.pyplot as plt\n\nplt.savefig("figure.png")',
            'from pathlib import Path\n\nPath("results.txt").write_text("0.97")',
        ),
        "secret": (
            "token|secret|key|password",
            f'token = "{"ghp"}_{"a1B2c3D4e5" * 3}f6G7h8"',
            f'api_key = "{"hf"}_{"aBcDeFgHiJ" * 3}kLmN"',
            f'AWS_KEY = "{"AKIA"}IOSFODNN7EXAMPLE"',
        ),
        "waiting": ("sleep|wait", "import time\n\ntime.sleep(30)"),
    },
)

enter_cells(
    "build",
    {
        "failing_cell": ("division|ZeroDivisionError", "print(1 / 0)"),
        "missing_file_read": (
            "No such file|FileNotFoundError",
            'with open("../data/cells.csv") as file:\n    print(file.read())',
        ),
        "warning_printed": (
            "warning|stderr",
            "import numpy\n\nprint(numpy.sqrt(-1.0))",
            "import numpy\n\nprint(numpy.log(numpy.zeros(1)))",
            "import torch\n\nprint(torch.tensor(torch.ones(2)).sum().item())",
        ),
        "traceback_printed": (
            "traceback|stderr|ValueError",
            "import traceback\n\ntry:\n    int('seven')\nexcept ValueError:\n"
            "    traceback.print_exc()",
            "import logging\n\nlogging.warning('ValueError: no digit')",
        ),
        "ten_thousand_lines_printed": (
            "lines|long|characters",
            "for n in range(10_000):\n    print(n)",
        ),
        "address_of_an_object_printed": (
            "0x|address|object",
            "print(object())",
            "print([iter([1, 2])])",
            "def double(x):\n    return 2 * x\n\n\nprint(double)",
            "(x for x in [1, 2])",
        ),
    },
)


@refused_by("lint", "value of the last line")
def value_of_a_plot_shown(draft: Draft) -> Place:
    """The last line of a plot lacks the semicolon that keeps its value from being shown."""
    page, cell = draft.pick(
        (page, cell)
        for page, cell in draft.cells(is_quick=True)
        if "mystnb" in cell.options and cell.body.rstrip().endswith(");")
    )
    last = cell.body_line + len(cell.body.rstrip().splitlines()) - 1
    draft.change(page.file, last, lambda text: text.rstrip(";"))
    return place_of(page, cell)


@refused_by("build", "AssertionError|assert")
def result_out_of_the_stated_range(draft: Draft) -> Place:
    """A hidden assertion fails, since the code or its range has changed."""
    page, cell, node, failing = draft.pick(
        (page, cell, node, failing)
        for page, cell in draft.cells(is_quick=True)
        if "remove-cell" in cell.tags
        for node in cell.tree.body
        if isinstance(node, ast.Assert)
        and isinstance(node.test, ast.Compare)
        and len(failing := f"assert {ast.unparse(turn_round(node.test))}") <= 70
    )
    draft.replace(page.file, node.lineno, node.end_lineno, failing)
    return Place(page.file, cell.line, cell.end)


def turn_round(test: ast.Compare) -> ast.Compare:
    """Return a comparison that fails where the given one holds."""
    turned = {ast.Lt: ast.Gt, ast.Gt: ast.Lt, ast.LtE: ast.Gt, ast.GtE: ast.Lt}
    turned |= {ast.Eq: ast.NotEq, ast.NotEq: ast.Eq, ast.In: ast.NotIn, ast.NotIn: ast.In}
    turned |= {ast.Is: ast.IsNot, ast.IsNot: ast.Is}
    operators = [turned.get(type(operator), type(operator))() for operator in test.ops]
    return ast.Compare(test.left, operators, test.comparators)


left_to_reviewers(
    {
        "a slow cell": "the limit is 600 s a cell; the build record shows each chapter's time",
        "a cell hidden that only hidden checks need": "it may be one of them",
        "an output that the text does not use": "only a reader can tell",
    }
)
