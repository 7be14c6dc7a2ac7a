"""Make of each page with cells a notebook that says what the page says.

Its code stays code. All else becomes the Markdown that JupyterLab, VS Code and Colab share.
An exercise gets an empty cell, and the solutions stand at the end, each below a folded heading.
A node that this file does not know appears as its text.
"""

import base64
import mimetypes
import os
import re
from pathlib import Path
from posixpath import dirname, join, normpath
from urllib.parse import quote, urlsplit

from docutils import nodes
from nbformat import v4
from nbformat import write as write_file
from sphinx_design.dropdown import dropdown_main, dropdown_title
from sphinx_exercise.nodes import exercise_enumerable_node, exercise_node

KERNEL = {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}}
FOLDED_CODE = {"cellView": "form", "jupyter": {"source_hidden": True}}
FOLDED_HEADING = {"jp-MarkdownHeadingCollapsed": True}
HEAD = """\
> This is a chapter of [{title}]({address}), as a notebook.
> Click on a cell and press <kbd>Shift</kbd>+<kbd>Enter</kbd> to run it.
> Run the cells from top to bottom; the solutions stand at the end.
>
> **Keep what you write.** Binder forgets it ten minutes after you last did something: *File*,
> *Download* saves it on your computer. In Colab, *File*, *Save a copy in Drive* does."""
FETCH = """\
# Fetches what this notebook needs, where it is alone, as in Colab.
from pathlib import Path
from urllib.request import urlretrieve

for name in {names}:
    if not Path(name).exists():
        Path(name).parent.mkdir(parents=True, exist_ok=True)
        urlretrieve("{source}/book/" + name, name)"""


class Notebook:
    """Turns the nodes of one page into cells.

    `root` is the book's folder, `site` the published site's address, `page` the page's name such
    as `book/neuron`; `numbers` has the numbers of figures, formulas and exercises by their ids.
    """

    def __init__(self, root, site, page, numbers, doctree):
        self.root, self.site, self.page, self.numbers = root, site, page, numbers
        links = list(doctree.findall(nodes.reference))
        self.targets = {link.get("refid") or link.get("refuri", "").lstrip("#") for link in links}
        self.cells, self.solutions = [], []
        self.add_children(doctree, level=0)
        if self.solutions:
            self.cells.append(v4.new_markdown_cell("## Solutions"))
        for solution in self.solutions:
            self.add_solution(solution)

    # Cells

    def add_text(self, text):
        if text.strip():
            self.cells.append(v4.new_markdown_cell(text.strip()))

    def add_children(self, parent, level):
        """Add cells for what an element holds; `level` is that of the heading above it."""
        text = []
        for node in parent.children:
            is_cell = is_code_cell(node)
            is_exercise = isinstance(node, exercise_node | exercise_enumerable_node)
            is_solution = isinstance(node, dropdown_main) and "solves" in node
            has_cells = isinstance(node, nodes.section) or any(node.findall(is_code_cell))
            if not (is_cell or is_exercise or is_solution or has_cells):
                text.append(self.block(node, level))
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
                self.add_children(node, level + isinstance(node, nodes.section))
        self.add_text("\n\n".join(filter(None, text)))

    def add_code(self, node):
        """Add a cell of code, and the caption of its figure behind it."""
        for block in node.findall(nodes.literal_block):
            if block.parent.get("nb_element") == "cell_code_source":
                is_folded = isinstance(block.parent.parent, dropdown_main)
                metadata = FOLDED_CODE if is_folded else {}
                self.cells.append(v4.new_code_cell(block.astext(), metadata=metadata))
        for caption in node.findall(nodes.caption):
            self.add_text(self.caption(caption))

    def add_exercise(self, node):
        title, *content = node.children
        name = self.numbers.get(node["ids"][0], "Exercise")
        self.add_text(f"### {name}{self.inline(title)}")
        for part in content:
            self.add_children(part, level=3)
        self.cells.append(v4.new_code_cell("# your turn"))

    def add_solution(self, node):
        number = self.numbers.get(node["solves"], "the exercise")
        cell = v4.new_markdown_cell(f"### Solution to {number}", metadata=FOLDED_HEADING)
        self.cells.append(cell)
        self.add_children(nodes.container("", *(part.deepcopy() for part in node[1:])), level=3)

    # Blocks of Markdown

    def blocks(self, parts, level=3):
        return "\n\n".join(filter(None, (self.block(part, level) for part in parts)))

    def block(self, node, level=3):
        """Return the Markdown of a node that stands by itself."""
        if isinstance(node, nodes.comment | nodes.target | nodes.Invisible | dropdown_title):
            return ""
        if not isinstance(node, nodes.Element):
            return self.inline(node)
        anchors = "".join(f'<a id="{name}"></a>' for name in node["ids"] if name in self.targets)
        match node:
            case nodes.title():
                place = node.parent["ids"] if isinstance(node.parent, nodes.section) else []
                anchors = "".join(f'<a id="{name}"></a>' for name in place if name in self.targets)
                return f"{'#' * max(level, 1)} {self.inline(node)}{anchors}"
            case nodes.math_block():
                number = self.numbers.get(node["ids"][0] if node["ids"] else "", "")
                tag = rf" \tag{{{number}}}" if number else ""
                return f"{anchors}\n\n$${' '.join(node.astext().split())}{tag}$$".strip()
            case nodes.literal_block():
                language = node.get("language", "").replace("ipython3", "python")
                return f"```{language}\n{node.astext()}\n```"
            case nodes.bullet_list() | nodes.enumerated_list():
                is_ordered = isinstance(node, nodes.enumerated_list)
                first = node.get("start", 1)
                marks = [f"{first + i}." if is_ordered else "-" for i in range(len(node))]
                return "\n".join(
                    indent(self.blocks(item.children), f"{mark} ", " " * (len(mark) + 1))
                    for mark, item in zip(marks, node.children, strict=True)
                )
            case nodes.caption():
                return self.caption(node)
            case nodes.definition_list():
                return "\n\n".join(self.definition(item) for item in node.children)
            case nodes.table():
                return f"{anchors}\n\n{self.table(node)}".strip()
            case nodes.raw():
                return node.astext() if node.get("format") == "html" else ""
            case nodes.block_quote():
                return indent(self.blocks(node.children), "> ", "> ")
            case dropdown_main():
                content = self.blocks(node.children[1:])
                title = self.inline(node[0])
                return f"{anchors}<details><summary>{title}</summary>\n\n{content}\n\n</details>"
            case nodes.Admonition() | nodes.sidebar() | nodes.topic():
                title = node[0] if isinstance(node[0], nodes.title) else None
                words = self.inline(title) if title is not None else node.tagname.capitalize()
                content = self.blocks(node.children[title is not None :])
                return anchors + indent(f"**{words}**\n\n{content}", "> ", "> ")
            case nodes.figure():
                content = self.blocks(node.children)
                if "lab" in node["classes"]:
                    place = self.locate(f"#{node['ids'][0]}")
                    content += f"\n\n[On the site you can play with it.]({place})"
                return anchors + content
            case nodes.footnote():
                return f"\\[{node[0].astext()}\\] {self.blocks(node.children[1:])}"
            case nodes.TextElement() | nodes.image():
                return f"{anchors}{self.inline(node)}"
        return f"{anchors}{self.blocks(node.children)}"

    def caption(self, node):
        number = next((self.numbers[n] for n in node.parent["ids"] if n in self.numbers), "")
        return f"**{number}** {self.inline(node)}".replace("****", "").strip()

    def definition(self, item):
        terms = [self.inline(part) for part in item.children if isinstance(part, nodes.term)]
        content = [self.blocks(part.children) for part in item.findall(nodes.definition)]
        return indent(f"**{', '.join(terms)}**\n\n" + "\n\n".join(content), "- ", "  ")

    def table(self, node):
        rows = [
            [re.sub(r"\s+", " ", self.blocks(entry.children)).replace("|", r"\|") for entry in row]
            for row in node.findall(nodes.row)
        ]
        rows.insert(1, ["---"] * len(rows[0]))
        title = next(node.findall(nodes.title), None)
        head = f"{self.caption(title)}\n\n" if title is not None else ""
        return head + "\n".join(f"| {' | '.join(row)} |" for row in rows)

    # Markdown within a line

    def inline(self, node):
        """Return the Markdown of a node within a line."""
        if isinstance(node, nodes.Text):
            return re.sub(r"([\\`*_\[\]<>$~])", r"\\\1", re.sub(r"\s+", " ", str(node)))
        inner = "".join(map(self.inline, node.children))
        match node:
            case nodes.comment() | nodes.target():
                return ""
            case nodes.math():
                return f"${' '.join(node.astext().split())}$"
            case nodes.literal() if "kbd" in node["classes"]:
                return f"<kbd>{node.astext()}</kbd>"
            case nodes.literal():
                ticks = "``" if "`" in node.astext() else "`"
                return f"{ticks}{node.astext()}{ticks}"
            case nodes.emphasis():
                return f"*{inner.strip()}*"
            case nodes.strong():
                return f"**{inner.strip()}**"
            case nodes.superscript():
                return f"<sup>{inner}</sup>"
            case nodes.subscript():
                return f"<sub>{inner}</sub>"
            case nodes.image():
                return f"![{node.get('alt', '')}]({self.embed(node['uri'])})"
            case nodes.footnote_reference():
                return f"\\[{node.astext()}\\]"
            case nodes.raw():
                is_text = node.get("format") == "html" and "<svg" not in node.astext()
                return node.astext() if is_text else ""
            case nodes.reference():
                address = f"#{node['refid']}" if "refid" in node else node.get("refuri", "")
                is_near = address.startswith("#") and "?" not in address
                return f"[{inner}]({address if is_near else self.locate(address)})"
        return inner or ("" if node.children else node.astext())

    def embed(self, name):
        """Return a picture itself as an address, since a notebook may travel alone."""
        content = base64.b64encode(Path(self.root, name).read_bytes()).decode()
        return f"data:{mimetypes.guess_type(name)[0]};base64,{content}"

    def locate(self, address):
        """Return where a link of the page leads."""
        if urlsplit(address).scheme:
            return address
        path, mark, anchor = address.partition("#")
        here = f"{self.page}.html"
        path = normpath(join(dirname(here), path)) if path else here
        return self.site + quote(path) + mark + quote(anchor, safe="/?=&,")


def is_code_cell(node):
    return isinstance(node, nodes.container) and node.get("nb_element") == "cell_code"


def indent(text, first, rest):
    """Return a text with a mark before its first line and another before all others."""
    lines = text.split("\n")
    return "\n".join([first + lines[0], *((rest + line).rstrip() for line in lines[1:])])


def find_numbers(env, docname):
    """Return how figures, formulas and exercises of a page are numbered, by their ids."""
    forms = {**env.config.numfig_format, "displaymath": "%s", "exercise": "Exercise %s"}
    return {
        name: forms[kind] % ".".join(map(str, number))
        for kind, numbers in env.toc_fignumbers.get(docname, {}).items()
        for name, number in numbers.items()
    }


def list_data(root, code):
    """Return the plots' style, the data and the starter that code names, as seen from `book`."""
    files = sorted(Path(root, "data").glob("MNIST/raw/*.gz")) if "MNIST" in code else []
    files += sorted(Path(root, "data").glob("pbmc/*.*sv*")) if "pbmc" in code else []
    book = Path(root, "book")
    for pattern in ("starter/*.py", "starter/samples/**/*.*") if "study.py" in code else ():
        files += sorted(book.glob(pattern))
    return ["matplotlibrc", *(Path(os.path.relpath(file, book)).as_posix() for file in files)]


def write(app, docname, doctree):
    """Write a page's notebook into the site and return its address there; None without cells."""
    if not any(doctree.findall(is_code_cell)):
        return None
    config = app.config
    numbers = find_numbers(app.env, docname)
    made = Notebook(app.srcdir, config.html_baseurl, docname, numbers, doctree)
    code = "\n".join(cell.source for cell in made.cells if cell.cell_type == "code")
    source = f"https://github.com/{config.html_context['slug']}/raw/notebooks"
    title, _, start = made.cells[0].source.partition("\n")
    head = HEAD.format(title=config.project, address=f"{config.html_baseurl}{docname}.html")
    names = list_data(app.srcdir, code)
    cells = [
        v4.new_markdown_cell(f"{title}\n\n{head}\n{start}".strip()),
        v4.new_code_cell(FETCH.format(names=names, source=source), metadata=FOLDED_CODE),
        *made.cells[1:],
    ]
    for number, cell in enumerate(cells):
        cell.id = f"cell-{number}"
    path = Path(app.outdir, "notebooks", f"{Path(docname).name}.ipynb")
    path.parent.mkdir(exist_ok=True)
    write_file(v4.new_notebook(cells=cells, metadata=KERNEL), path)
    return path.relative_to(app.outdir).as_posix()
