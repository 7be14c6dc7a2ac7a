"""Make of each chapter a notebook that says what its page says.

The page's cells stay code with their outputs, and all else becomes Markdown. Each exercise
keeps a cell for the reader's attempt; the solutions stand folded at the end.
"""

import base64
import platform
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from io import BytesIO
from pathlib import Path
from posixpath import relpath
from typing import Any

import nbformat
import resvg_py
from docutils import nodes
from nbformat import NotebookNode, v4
from PIL import Image
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.errors import ExtensionError
from sphinx_design.dropdown import dropdown_main
from sphinx_exercise.nodes import exercise_enumerable_node

from .addresses import NOTEBOOKS_BRANCH
from .cache import open_cache
from .cells import ATTEMPT
from .execution import find_data
from .notebook_markdown import (
    SILENT,
    ConversionError,
    MarkdownWriter,
    write_anchor,
    write_quote,
)
from .pictures import FAULTS, list_plots
from .sources import find_line

DOTS_PER_INCH = 150  # as in book/matplotlibrc, so that plots keep their size when run again
# What JupyterLab writes into a notebook when a kernel starts, so that it has nothing to change.
KERNEL = {
    "kernelspec": {
        "display_name": "Python 3 (ipykernel)",
        "language": "python",
        "name": "python3",
    },
    "language_info": {
        "codemirror_mode": {"name": "ipython", "version": 3},
        "file_extension": ".py",
        "mimetype": "text/x-python",
        "name": "python",
        "nbconvert_exporter": "python",
        "pygments_lexer": "ipython3",
        "version": platform.python_version(),
    },
}
FOLDED_CODE = {"cellView": "form", "jupyter": {"source_hidden": True}}
FOLDED_HEADING = "jp-MarkdownHeadingCollapsed"
HEAD = (
    "**This is chapter {number} of [{title}]({address}), as a notebook.** Click on a cell and "
    "press <kbd>Shift</kbd>+<kbd>Enter</kbd> to run it. The solutions stand folded at the end.",
    "**Keep what you write.** Binder forgets it ten minutes after you last ran or wrote "
    "something: *File*, *Download* saves the notebook on your computer. On Colab, *File*, "
    "*Save a copy in Drive* does. A codespace is kept until you delete it or leave it alone "
    "for a month.",
)
FOOT = (
    "## About this notebook\n\n"
    "[{title}]({site}), version {version}. Text and figures are under "
    "[CC BY 4.0](https://creativecommons.org/licenses/by/4.0/), code is under the "
    "[MIT License]({repository}/blob/{branch}/LICENSE). This notebook was made from "
    "[{source}]({repository}/blob/{branch}/{source})."
)
FETCH = """\
# fetches what this chapter needs beside itself, if you have the notebook alone
from http.client import HTTPException
from pathlib import Path
from urllib.parse import urljoin
from urllib.request import urlopen

course = "{course}"
for name in {names}:
    file = Path(name)
    if not file.exists():
        try:
            content = urlopen(urljoin(course, name), timeout=60).read()
        except (OSError, HTTPException) as error:
            print(f"{{file}} is missing and cannot be fetched: {{error}}.",
                  "You find it at {place}")
        else:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content)"""


def find_numbers(env: BuildEnvironment, docname: str) -> dict[str, str]:
    """Return how the figures, formulas and exercises of a page are numbered, by their ids."""
    forms = {**env.config.numfig_format, "displaymath": "%s", "exercise": "Exercise %s"}
    return {
        target: forms[kind] % ".".join(map(str, number))
        for kind, numbers in env.toc_fignumbers.get(docname, {}).items()
        for target, number in numbers.items()
    }


def find_number(numbers: dict[str, str], node: nodes.Element) -> str:
    """Return the number of a node, or nothing."""
    return next((numbers[name] for name in node["ids"] if name in numbers), "")


def draw_picture(suffix: str, content: bytes) -> bytes:
    """Return a picture as PNG on white ground, in the size in which Matplotlib draws plots.

    Parameters
    ----------
    suffix
        `.svg`, or that of a file that Pillow reads.
    content
        What is in the file.

    Raises
    ------
    ValueError
        When an SVG file is not well formed, or has no size.
    OSError
        When Pillow cannot read the file.
    """
    if suffix == ".svg":
        return resvg_py.svg_to_bytes(
            svg_string=content.decode(),
            background="white",
            dpi=DOTS_PER_INCH,
            skip_system_fonts=True,
        )
    with Image.open(BytesIO(content)) as image:
        drawn = image.convert("RGBA")
    ground = Image.new("RGBA", drawn.size, "white")
    ground.alpha_composite(drawn)
    png = BytesIO()
    ground.convert("RGB").save(png, "PNG")
    return png.getvalue()


def recall_picture(app: Sphinx, suffix: str, content: bytes) -> bytes:
    """Return a picture as `draw_picture` does, drawn now or earlier."""
    cache = open_cache(app, "notebook-pictures")
    return cache.recall(suffix, content, make=lambda: draw_picture(suffix, content))


def draw_ahead(app: Sphinx, notebook: NotebookNode) -> None:
    """Draw the plots of a chapter that has been executed, while others are."""
    for svg in list_plots(notebook):
        with suppress(*FAULTS):  # told of at its place, by `write_notebook`
            recall_picture(app, ".svg", svg.encode())


class NotebookMaker:
    """Makes the cells of one chapter's notebook.

    Parameters
    ----------
    writer
        Writes what is no code.
    draw
        Returns the PNG of a picture, given its path as seen from the book's folder.

    Attributes
    ----------
    cells
        The cells so far.
    solutions
        The solutions met so far, which come last.
    solution_ids
        The solutions' ids, by the labels of their exercises.
    """

    def __init__(self, writer: MarkdownWriter, draw: Callable[[str], bytes]) -> None:
        self.writer = writer
        self.draw = draw
        self.cells: list[NotebookNode] = []
        self.solutions: list[dropdown_main] = []
        self.solution_ids: dict[str, str] = {}
        self._level = 0
        self._is_open = False

    def add_page(self, page: nodes.document) -> None:
        """Add all of a page.

        Raises
        ------
        ConversionError
            When notebooks have no form for a part of it.
        """
        solutions = page.findall(is_solution)
        self.solution_ids = {node["target_label"]: node["ids"][0] for node in solutions}
        self.writer.note_links(page)
        self.add_nodes(page)
        self.add_solutions()

    def add_text(self, text: str) -> None:
        """Add Markdown to the cell of text that is open, or to a new one."""
        if self._is_open:
            self.cells[-1].source += f"\n\n{text}"
        else:
            self.cells.append(v4.new_markdown_cell(text))
            self._is_open = True

    def add_heading(self, level: int, text: str, **metadata: Any) -> None:
        """Open a cell with a heading, below which programs can fold the cells that follow."""
        cell = v4.new_markdown_cell(f"{'#' * level} {text}", metadata=metadata)
        self.cells.append(cell)
        self._is_open = True

    def add_code(self, source: str, **metadata: Any) -> NotebookNode:
        """Add a cell of code, and return it."""
        self.cells.append(v4.new_code_cell(source, metadata=metadata))
        self._is_open = False
        return self.cells[-1]

    def add_nodes(self, parent: nodes.Element) -> None:
        """Add what an element of the page holds.

        Raises
        ------
        ConversionError
            When notebooks have no form for a node.
        """
        for node in parent.children:
            if isinstance(node, nodes.section):
                self._level += 1
                self.add_nodes(node)
                self._level -= 1
            elif isinstance(node, nodes.title):
                self.add_heading(self._level, self.writer.write_line(node))
                if anchors := self.writer.write_anchors(parent):
                    self.add_text(anchors)
            elif is_part(node, "cell_code"):
                self.add_cell(node)
            elif isinstance(node, exercise_enumerable_node):
                self.add_exercise(node)
            elif is_solution(node):
                self.solutions.append(node)
            elif not isinstance(node, SILENT):
                self.add_text(self.writer.write_part(node))

    def add_cell(self, node: nodes.Element) -> None:
        """Add a cell of code with its outputs, and behind it the caption of its figure."""
        source = next(part for part in node.findall() if is_part(part, "cell_code_source"))
        folded = FOLDED_CODE if node.get("hide_mode") == "input" else {}
        cell = self.add_code(source.astext(), **folded)
        captions = []
        for outputs in (part for part in node.findall() if is_part(part, "cell_code_output")):
            for output in outputs.children:
                if isinstance(output, nodes.figure):
                    output, *captions = output.children
                cell.outputs.append(self.make_output(output))
        for caption in captions:
            self.add_text(self.writer.write_block(caption))

    def make_output(self, node: nodes.Node) -> NotebookNode:
        """Return an output of a cell.

        Raises
        ------
        ConversionError
            When notebooks have no form for it.
        """
        if isinstance(node, nodes.literal_block) and "stream" in node["classes"]:
            return v4.new_output("stream", text=node.astext().rstrip("\n") + "\n")
        if isinstance(node, nodes.literal_block):
            return v4.new_output("display_data", {"text/plain": node.astext()})
        if isinstance(node, nodes.raw) and node["format"] == "html":
            return v4.new_output("display_data", {"text/html": node.astext()})
        if isinstance(node, nodes.image):
            try:
                png = base64.b64encode(self.draw(node["uri"])).decode()
            except FAULTS as error:
                raise ConversionError(node, f"the picture cannot be drawn: {error}") from error
            return v4.new_output(
                "display_data", {"image/png": png, "text/plain": node.get("alt", "")}
            )
        raise ConversionError(node)

    def add_exercise(self, node: exercise_enumerable_node) -> None:
        """Add an exercise with a cell for the reader's attempt and a link to its solution."""
        title, content = node.children
        number = self.writer.get_number(node)
        self.add_heading(3, f"{number} {self.writer.write_line(title)}")
        self.add_text(write_anchor(node["label"]))
        start = len(self.cells)
        self.add_nodes(content)
        if all(cell.cell_type != "code" for cell in self.cells[start:]):
            self.add_code(ATTEMPT)
        if solution := self.solution_ids.get(node["label"]):
            self.add_text(f"[Solution](#{solution})")

    def add_solutions(self) -> None:
        """Add the solutions, each folded below a heading of its own."""
        if self.solutions:
            self.add_heading(2, "Solutions")
        for node in self.solutions:
            title, content = node.children
            self.add_heading(3, self.writer.write_line(title), **{FOLDED_HEADING: True})
            self.add_text(
                f"{write_anchor(node['ids'][0])}[Back to the exercise](#{node['target_label']})"
            )
            self._is_open = False  # only what stands in cells of its own is folded
            self.add_nodes(content)


def is_solution(node: nodes.Node) -> bool:
    """Return whether a node is a solution, as `exercises` has folded it."""
    return isinstance(node, dropdown_main) and "target_label" in node


def is_part(node: nodes.Node, name: str) -> bool:
    """Return whether MyST-NB has made a node for a cell, its code or its outputs."""
    return isinstance(node, nodes.container) and node.get("nb_element") == name


def is_chapter(env: BuildEnvironment, docname: str, doctree: nodes.document) -> bool:
    """Return whether a page is numbered and has cells of code."""
    has_cells = any(is_part(node, "cell_code") for node in doctree.findall())
    return has_cells and bool(env.toc_secnumbers.get(docname))


def write_fetch(repository: str, root: Path, page: Path) -> str:
    """Return the code that fetches the plots' style and the data sets of a chapter.

    Parameters
    ----------
    repository
        The address of the repository whose branch of notebooks holds them.
    root
        The book's folder.
    page
        The chapter's file.
    """
    files = [root / "book" / "matplotlibrc", *find_data(root, page.read_text("utf-8"))]
    names = [relpath(file.relative_to(root).as_posix(), "book") for file in files]
    listed = (
        "".join(f'\n    "{name}",' for name in names) + "\n" if names[1:] else f'"{names[0]}"'
    )
    return FETCH.format(
        course=f"{repository}/raw/{NOTEBOOKS_BRANCH}/book/",
        names=f"[{listed}]",
        place=f"{repository}/tree/{NOTEBOOKS_BRANCH}",
    )


def make_notebook(app: Sphinx, docname: str, doctree: nodes.document) -> NotebookNode:
    """Return the notebook of a chapter.

    Parameters
    ----------
    app
        The application, when it has read all pages.
    docname
        The chapter.
    doctree
        Its page, as it is written.

    Raises
    ------
    ConversionError
        When notebooks have no form for a part of the page.
    """
    env, config, options = app.env, app.config, app.config.html_theme_options
    page = Path(env.doc2path(docname))
    address = f"{docname}{app.builder.out_suffix}"
    words = {
        "address": config.html_baseurl + address,
        "branch": options["repository_branch"],
        "number": env.toc_secnumbers[docname][""][0],
        "repository": options["repository_url"],
        "site": config.html_baseurl,
        "source": page.relative_to(app.srcdir).as_posix(),
        "title": config.project,
        "version": config.version,
    }
    numbers = find_numbers(env, docname)
    writer = MarkdownWriter(
        config.html_baseurl,
        address,
        app.builder.images,
        partial(find_number, numbers),
    )

    def draw(uri: str) -> bytes:
        path = Path(app.srcdir, uri)
        return recall_picture(app, path.suffix, path.read_bytes())

    maker = NotebookMaker(writer, draw)
    maker.add_page(doctree)

    title, _, introduction = maker.cells[0].source.removeprefix("# ").partition("\n\n")
    head = write_quote(HEAD).format(**words)
    maker.cells[:1] = [
        v4.new_markdown_cell(f"# {words['number']}. {title}\n\n{head}"),
        v4.new_code_cell(
            write_fetch(words["repository"], Path(app.srcdir), page), metadata=FOLDED_CODE
        ),
        v4.new_markdown_cell(introduction),
    ]
    maker.cells.append(v4.new_markdown_cell(FOOT.format(**words)))
    for number, cell in enumerate(maker.cells):
        cell.id = f"cell-{number}"
    folded = [cell.id for cell in maker.cells if cell.metadata.get(FOLDED_HEADING)]
    return v4.new_notebook(
        cells=maker.cells,
        metadata={"colab": {"collapsed_sections": folded}, **KERNEL},
    )


def write_notebook(
    app: Sphinx,
    pagename: str,
    templatename: str,
    context: dict[str, Any],
    doctree: nodes.document | None,
) -> None:
    """Write the notebook of a chapter that has cells and no picture that the build refuses.

    Raises
    ------
    sphinx.errors.ExtensionError
        With the file and the line of what notebooks have no form for.
    """
    path = Path(app.outdir, "_sources", f"{pagename}.ipynb")
    is_refused = doctree is not None and any(
        image.get("is_refused") for image in doctree.findall(nodes.image)
    )
    if doctree is None or is_refused or not is_chapter(app.env, pagename, doctree):
        path.unlink(missing_ok=True)
        return
    try:
        notebook = make_notebook(app, pagename, doctree)
    except ConversionError as error:
        place = f"{app.env.doc2path(pagename)}:{find_line(error.node)}"
        raise ExtensionError(f"{place}: {error}") from error
    nbformat.validate(notebook)
    path.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(notebook, path)
    context["ipynb_source"] = f"{pagename}.ipynb"
