"""Make of each page with cells a notebook that says what the page says.

Its code stays code. All else becomes the Markdown that JupyterLab, VS Code and Colab
share.
An exercise gets an empty cell, or one with the code to begin with and another that
checks it. The solutions and answers are at the end, each below a folded heading.
"""

import json
from glob import glob
from pathlib import Path

from docutils import nodes
from nbformat import v4
from nbformat import write as write_file
from sphinx_design.dropdown import dropdown_main
from sphinx_exercise.nodes import exercise_enumerable_node, exercise_node

from course.addresses import LAUNCHES
from course.markdown import Markdown
from course.questions import is_question
from course.writing import CHECKS, place

KERNEL = {"kernelspec": {"display_name": "Python 3", "name": "python3"}}
# A word in code, and the files that it then needs, as seen from `book`
DATA = {
    "MNIST": ["../data/MNIST/raw/*.gz"],
    "pbmc": ["../data/pbmc/*.*sv*"],
    "study.py": ["starter/*.py", "starter/samples/**/*.*"],
}
FOLDED_CODE = {"cellView": "form", "jupyter": {"source_hidden": True}}
FOLDED_HEADING = {"jp-MarkdownHeadingCollapsed": True}
HEAD = """\
> This is a chapter of [{title}]({address}), as a notebook.
> Click on a cell and press <kbd>Shift</kbd>+<kbd>Enter</kbd> to run it.
> Run the cells from top to bottom; the solutions are at the end.
>
> **Keep what you write.** Binder forgets it ten minutes after you last did something:
> *File*, *Download* saves it on your computer. In Colab, *File*, *Save a copy in Drive*
> does."""
FETCH = """\
# Fetches what this notebook needs, where it is alone, as in Colab.
from pathlib import Path
from posixpath import normpath
from urllib.request import urlretrieve

for name in {names}:
    if not Path(name).exists():
        Path(name).parent.mkdir(parents=True, exist_ok=True)
        part, _ = urlretrieve("{source}/" + normpath("book/" + name), name + ".part")
        Path(part).rename(name)"""

SHOW = "show = lambda *values: None  # only the site draws it\n\n"
CHECK = """\
# Checks what is written above.
{code}

for result in check_code(**{checks}, names=globals()):
    print(result["part"] + "\\n" if "part" in result else "", end="")
    print("✓" if result["passes"] else "✗", result["text"], result.get("advice", ""))"""


class Notebook(Markdown):
    """Turns the nodes of one page into `cells`."""

    def __init__(self, root, site, page, numbers, doctree):
        super().__init__(root, site, page, numbers, doctree)
        self.cells, self.solutions = [], []
        self.add_children(doctree)
        self.count = len(self.cells)  # of those before the solutions
        if self.solutions:
            self.cells.append(v4.new_markdown_cell("## Solutions"))
        for solution in self.solutions:
            self.add_solution(solution)

    def add_text(self, text):
        if text.strip():
            self.cells.append(v4.new_markdown_cell(text.strip()))

    def add_children(self, parent):
        """Add cells for what an element holds."""
        text = []
        for node in parent.children:
            if is_question(node):
                self.solutions.append(node)
                node = nodes.container("", *node[:-1])  # without the reasons
            is_cell = is_code_cell(node)
            is_exercise = isinstance(node, exercise_node | exercise_enumerable_node)
            is_solution = isinstance(node, dropdown_main) and "solves" in node
            has_cells = node.next_node(is_code_cell) or isinstance(node, nodes.section)
            if not (is_cell or is_exercise or is_solution or has_cells):
                text.append(self.write(node))
                continue
            self.add_text("\n\n".join(filter(None, text)))
            text = []
            if is_cell:
                self.add_code(node)
            elif is_exercise:
                self.add_exercise(node)
            elif is_solution:
                self.solutions.append(node)
            else:
                self.add_children(node)
        self.add_text("\n\n".join(filter(None, text)))

    def add_code(self, node):
        """Add a cell of code, and the caption of its figure behind it."""
        for block in node.findall(nodes.literal_block):
            if block.parent.get("nb_element") == "cell_code_source":
                is_folded = isinstance(block.parent.parent, dropdown_main)
                metadata = FOLDED_CODE if is_folded else {}
                self.cells.append(v4.new_code_cell(block.astext(), metadata=metadata))
        for caption in node.findall(nodes.caption):
            self.add_text(self.write(caption))

    def add_exercise(self, node):
        title, *content = node.children
        name = self.numbers.get(node["ids"][0], "Exercise")
        self.add_text(f"### {name}{self.inline(title)}")
        for part in content:
            self.add_children(part)
        code, editor = "", node.next_node(place)
        if editor:
            show = SHOW if "show(" in editor.astext() else ""
            code = f"\n{show}{editor.astext()}"
        self.cells.append(v4.new_code_cell(f"# your turn{code}"))
        if editor:
            checks = json.loads(editor["data"]["checks"])
            code = CHECK.format(code=CHECKS.read_text("utf-8"), checks=checks)
            self.cells.append(v4.new_code_cell(code, metadata=FOLDED_CODE))

    def add_solution(self, node):
        """Add a solution, or the answer to a question, below a folded heading."""
        if is_question(node):
            title, content = f"Answer to {node['title']}", node[-1][1:]
        else:
            number = self.numbers.get(node["solves"], "the exercise")
            title, content = f"Solution to {number}", node[1:]
        cell = v4.new_markdown_cell(f"### {title}", metadata=FOLDED_HEADING)
        self.cells.append(cell)
        copies = (part.deepcopy() for part in content)
        self.add_children(nodes.container("", *copies))


def is_code_cell(node):
    """Return whether a node is a cell of code, with its outputs."""
    return isinstance(node, nodes.container) and node.get("nb_element") == "cell_code"


def find_numbers(env, docname):
    """Return the numbers of figures, formulas and exercises of a page, by their ids."""
    forms = {**env.config.numfig_format, "displaymath": "%s", "exercise": "Exercise %s"}
    return {
        name: forms[kind] % ".".join(map(str, number))
        for kind, numbers in env.toc_fignumbers.get(docname, {}).items()
        for name, number in numbers.items()
    }


def list_data(root, code):
    """Return the files that code names, and the plots' style, as seen from `book`."""
    names = ["matplotlibrc"]
    for word, patterns in DATA.items():
        for pattern in patterns if word in code else ():
            names += sorted(glob(pattern, root_dir=Path(root, "book"), recursive=True))
    return names


def write_notebook(cells, path):
    """Write cells as a notebook, whose ids are the same after each build."""
    for number, cell in enumerate(cells):
        cell.id = f"cell-{number}"
    write_file(v4.new_notebook(cells=cells, metadata=KERNEL), path)


def write(app, docname, doctree):
    """Write a page's notebook into the site and return its address there."""
    config = app.config
    numbers = find_numbers(app.env, docname)
    made = Notebook(app.srcdir, config.html_baseurl, docname, numbers, doctree)
    code = "\n".join(cell.source for cell in made.cells if cell.cell_type == "code")
    source = f"{config.html_context['repository']}/raw/notebooks"
    fetch = FETCH.format(names=list_data(app.srcdir, code), source=source)
    title, _, start = made.cells[0].source.partition("\n")
    address = f"{config.html_baseurl}{docname}.html"
    head = HEAD.format(title=config.project, address=address)
    cells = [
        v4.new_markdown_cell(f"{title}\n\n{head}\n{start}".strip()),
        v4.new_code_cell(fetch, metadata=FOLDED_CODE),
        *made.cells[1:],
    ]
    folder = Path(app.outdir, "notebooks")
    (folder / "without-solutions").mkdir(parents=True, exist_ok=True)
    name = f"{Path(docname).name}.ipynb"
    write_notebook(cells, folder / name)
    cells[0].source = cells[0].source.replace("; the solutions are at the end", "")
    write_notebook(cells[: made.count + 1], folder / "without-solutions" / name)
    return f"notebooks/{name}"


def add_notebook(app, pagename, templatename, context, doctree):
    """Write the notebook of a page with cells, and tell templates how to run it."""
    if doctree is None or not any(doctree.findall(is_code_cell)):
        return
    context["notebook"] = write(app, pagename, doctree)
    slug = app.config.html_context["slug"]
    page = Path(pagename).name
    context["launches"] = {
        name: address.format(slug=slug, page=page) for name, address in LAUNCHES.items()
    }


def setup(app):
    app.connect("html-page-context", add_notebook)
