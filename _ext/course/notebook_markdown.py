r"""Write what a page shows as Markdown that notebooks show alike everywhere.

JupyterLab, VS Code, Colab, Kaggle and GitHub share this much of Markdown, and no more is
written: headings, paragraphs, emphasis, code, fenced code, lists, quotes, tables with pipes,
links, pictures, tags of HTML such as `<kbd>`, and formulas between `$` and `$$` with `\tag`
for their numbers. Paragraphs and displayed formulas take one line each, since in a quote or
a list the mark of the next line would become a part of the formula.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import singledispatchmethod
from posixpath import dirname, join, normpath
from urllib.parse import quote, urlsplit

from docutils import nodes
from sphinx import addnodes
from sphinx.locale import admonitionlabels
from sphinx_design.dropdown import dropdown_main, dropdown_title
from sphinx_design.tabs import sd_tab_input, sd_tab_label

from .labs import lab, lab_link
from .openings import preview

MARKS = re.compile(r"[\\`*_\[\]<>$~|]|&(?=#?\w+;)")
# These write the places to which links lead where they need them.
PLACED = (nodes.figure, nodes.math_block, nodes.table)
# What begins a heading, a quote or a list when a line begins with it.
LINE_MARK = re.compile(r"^(\d*)([#+.)-])(?=\s)")
TICKS = re.compile("`+")
PIPE = re.compile(r"(?<!\\)\|")
ALIGNMENT = {"text-left": ":--", "text-center": ":-:", "text-right": "--:"}
SILENT = (nodes.comment, nodes.target, preview)
LISTS = (nodes.bullet_list, nodes.enumerated_list)


class ConversionError(Exception):
    """A node that cannot be brought into a notebook.

    Parameters
    ----------
    node
        The node.
    reason
        Why; without it, since notebooks have no form for nodes of its kind.
    """

    def __init__(self, node: nodes.Node, reason: str = "") -> None:
        super().__init__(reason or f"a notebook has no form for <{node.__class__.__name__}>")
        self.node = node


def escape(text: str) -> str:
    """Return Markdown that shows a text as it is."""
    return MARKS.sub(r"\\\g<0>", text)


def escape_start(line: str) -> str:
    """Return a line of Markdown that begins neither a list nor a heading."""
    return LINE_MARK.sub(r"\g<1>\\\g<2>", line)


def write_code(text: str) -> str:
    """Return Markdown that shows a text as code within a line."""
    ticks = "`" * (1 + max((len(run) for run in TICKS.findall(text)), default=0))
    space = " " if text.startswith("`") or text.endswith("`") else ""
    return f"{ticks}{space}{text}{space}{ticks}"


def write_fence(code: str, language: str = "") -> str:
    """Return Markdown that shows lines of code."""
    ticks = "`" * (1 + max((len(run) for run in TICKS.findall(code)), default=2))
    return f"{ticks}{language}\n{code}\n{ticks}"


def indent(text: str, prefix: str, first: str) -> str:
    """Return a text whose lines begin with a prefix, the first line with one of its own."""
    begin, *rest = text.split("\n")
    return "\n".join([first + begin, *((prefix + line).rstrip() for line in rest)])


def write_quote(blocks: Iterable[str]) -> str:
    """Return blocks of Markdown as a quote."""
    return indent("\n\n".join(blocks), "> ", "> ")


def write_table(rows: Sequence[Sequence[str]], alignment: Sequence[str]) -> str:
    """Return a table whose first row is its head.

    Parameters
    ----------
    rows
        The text of each cell.
    alignment
        For each column a key of `ALIGNMENT`, or nothing.
    """
    rule = [ALIGNMENT.get(kind, "---") for kind in alignment]
    return "\n".join("| " + " | ".join(row) + " |" for row in (rows[0], rule, *rows[1:]))


def write_anchor(name: str) -> str:
    """Return a place to which a link within the notebook can lead.

    JupyterLab, VS Code and Colab jump to such a place; to a heading, each in its own way.
    """
    return f'<a id="{name}"></a>'


class MarkdownWriter:
    """Writes the nodes of one page.

    Parameters
    ----------
    site
        The address of the published site, with a slash at its end.
    page
        The page as seen from there, such as `book/neuron.html`.
    images
        The names under which the site has its pictures, by their paths in the sources.
    get_number
        Returns the number of a figure, a formula or an exercise, or nothing.
    """

    def __init__(
        self,
        site: str,
        page: str,
        images: Mapping[str, str],
        get_number: Callable[[nodes.Element], str],
    ) -> None:
        self.site = site
        self.page = page
        self.images = images
        self.get_number = get_number
        self.linked: set[str] = set()

    def note_links(self, page: nodes.document) -> None:
        """Note to which places of the page its own links lead."""
        links = page.findall(nodes.reference)
        # Links to files for download have neither.
        self.linked = {
            link.get("refid") or link.get("refuri", "").lstrip("#") for link in links
        }

    def write_anchors(self, node: nodes.Element) -> str:
        """Return the places to which the page's links to an element lead."""
        return "".join(map(write_anchor, filter(self.linked.__contains__, node["ids"])))

    def locate(self, address: str) -> str:
        """Return the absolute address of a link or a picture of the page."""
        if urlsplit(address).scheme:
            return quote(address, safe="/:?#[]@!$&'*+,;=%~")
        path, mark, anchor = address.partition("#")
        path = normpath(join(dirname(self.page), path)) if path else self.page
        return self.site + quote(path) + mark + quote(anchor, safe="/?=&,")

    def write_line(self, node: nodes.Element) -> str:
        """Return what an element holds as one line."""
        text = "".join(map(self.write_inline, node.children))
        return re.sub(r"\s+", " ", text).strip()

    def write_blocks(self, parts: Iterable[nodes.Node]) -> list[str]:
        """Return a block of Markdown for each node that shows something."""
        shown = (node for node in parts if not isinstance(node, SILENT))
        return [block for block in map(self.write_part, shown) if block]

    def write_part(self, node: nodes.Node) -> str:
        """Return the Markdown of a node below the places to which links to it lead."""
        block = self.write_block(node)
        if not isinstance(node, nodes.Element) or isinstance(node, PLACED):
            return block
        return "\n\n".join(filter(None, [self.write_anchors(node), block]))

    @singledispatchmethod
    def write_inline(self, node: nodes.Node) -> str:
        """Return the Markdown of a node within a line.

        Raises
        ------
        ConversionError
            When notebooks have no form for it.
        """
        if isinstance(node, SILENT):
            return ""
        raise ConversionError(node)

    @write_inline.register
    def _(self, node: nodes.Text) -> str:
        return escape(str(node))

    @write_inline.register
    def _(self, node: nodes.inline) -> str:
        return "".join(map(self.write_inline, node.children))

    @write_inline.register
    def _(self, node: nodes.emphasis) -> str:
        return f"*{self.write_line(node)}*"

    @write_inline.register
    def _(self, node: nodes.strong) -> str:
        return f"**{self.write_line(node)}**"

    @write_inline.register
    def _(self, node: nodes.literal) -> str:
        if "kbd" not in node["classes"]:
            return write_code(node.astext())
        if "compound" in node["classes"]:
            return "".join(map(self.write_inline, node.children))
        return f"<kbd>{escape(node.astext())}</kbd>"

    @write_inline.register
    def _(self, node: nodes.math) -> str:
        return f"${' '.join(node.astext().split())}$"

    @write_inline.register
    def _(self, node: nodes.image) -> str:
        words = escape(node.get("alt", ""))
        if node["uri"] not in self.images:
            raise ConversionError(node, f"{node['uri']} is no diagram: put it into images/")
        return f"![{words}]({self.site}_images/{quote(self.images[node['uri']])})"

    @write_inline.register
    def _(self, node: nodes.reference) -> str:
        text = "".join(map(self.write_inline, node.children))
        address = f"#{node['refid']}" if "refid" in node else node["refuri"]
        return f"[{text}]({address if address.startswith('#') else self.locate(address)})"

    @write_inline.register
    def _(self, node: lab_link) -> str:
        # A notebook has no labs, so that this leads to the site also within a page.
        text = "".join(map(self.write_inline, node.children))
        return f"[{text}]({self.locate(node['refuri'])})"

    @write_inline.register(nodes.superscript)
    @write_inline.register(nodes.subscript)
    def _(self, node: nodes.Element) -> str:
        tag = "sup" if isinstance(node, nodes.superscript) else "sub"
        return f"<{tag}>{self.write_line(node)}</{tag}>"

    @write_inline.register(nodes.abbreviation)
    @write_inline.register(nodes.title_reference)
    def _(self, node: nodes.Element) -> str:
        return self.write_line(node)

    @write_inline.register
    def _(self, node: nodes.footnote_reference) -> str:
        return f"\\[{self.write_line(node)}\\]"

    @write_inline.register
    def _(self, node: nodes.raw) -> str:
        return node.astext()

    @write_inline.register
    def _(self, node: addnodes.download_reference) -> str:
        text = "".join(map(self.write_inline, node.children))
        return f"[{text}]({self.site}_downloads/{quote(node['filename'])})"

    @singledispatchmethod
    def write_block(self, node: nodes.Node) -> str:
        """Return the Markdown of a node that stands by itself.

        Raises
        ------
        ConversionError
            When notebooks have no form for it.
        """
        raise ConversionError(node)

    @write_block.register
    def _(self, node: nodes.paragraph) -> str:
        return escape_start(self.write_line(node))

    @write_block.register(nodes.compound)
    @write_block.register(nodes.container)
    @write_block.register(nodes.figure)
    @write_block.register(nodes.legend)
    def _(self, node: nodes.Element) -> str:
        if "nb_element" in node:
            raise ConversionError(node)
        return "\n\n".join(self.write_blocks(node.children))

    @write_block.register
    def _(self, node: lab) -> str:
        address = self.locate(f"#{node.parent['ids'][0]}")
        note = f"[On the site you can play with this figure]({address})."
        return "\n\n".join([*self.write_blocks(node.children), note])

    @write_block.register(nodes.rubric)
    @write_block.register(sd_tab_label)
    def _(self, node: nodes.Element) -> str:
        return f"**{self.write_line(node)}**"

    @write_block.register
    def _(self, node: sd_tab_input) -> str:
        return ""

    @write_block.register
    def _(self, node: nodes.raw) -> str:
        return "" if node.astext().startswith("<!--") else node.astext()

    @write_block.register
    def _(self, node: nodes.attribution) -> str:
        return f"— {self.write_line(node)}"

    @write_block.register
    def _(self, node: nodes.footnote) -> str:
        label, *content = node.children
        return f"\\[{label.astext()}\\] " + "\n\n".join(self.write_blocks(content))

    @write_block.register
    def _(self, node: nodes.definition_list) -> str:
        items = []
        for item in node.children:
            term, *definitions = item.children
            blocks = [
                block for part in definitions for block in self.write_blocks(part.children)
            ]
            items.append("\n\n".join([f"**{self.write_line(term)}**", *blocks]))
        return "\n\n".join(indent(item, "  ", "- ") for item in items)

    @write_block.register
    def _(self, node: nodes.transition) -> str:
        return "---"

    @write_block.register
    def _(self, node: nodes.block_quote) -> str:
        return write_quote(self.write_blocks(node.children))

    @write_block.register
    def _(self, node: nodes.literal_block) -> str:
        language = node.get("language", "")
        return write_fence(node.astext(), "python" if language == "ipython3" else language)

    @write_block.register
    def _(self, node: nodes.math_block) -> str:
        tex = " ".join(node.astext().split())
        number = self.get_number(node)
        tag = rf" \tag{{{number}}}" if number else ""
        # A displayed formula stands at the beginning of its line.
        return "\n\n".join(filter(None, [self.write_anchors(node), f"$${tex}{tag}$$"]))

    @write_block.register(nodes.image)
    @write_block.register(nodes.reference)
    def _(self, node: nodes.Element) -> str:
        return self.write_inline(node)

    @write_block.register
    def _(self, node: nodes.caption) -> str:
        return self.write_caption(node.parent, node)

    @write_block.register
    def _(self, node: nodes.bullet_list) -> str:
        return self._write_list(node, ["-"] * len(node))

    @write_block.register
    def _(self, node: nodes.enumerated_list) -> str:
        if node["enumtype"] != "arabic":
            raise ConversionError(node)
        start = node.get("start", 1)
        return self._write_list(node, [f"{start + place}." for place in range(len(node))])

    def _write_list(self, node: nodes.Element, marks: Sequence[str]) -> str:
        """Return a list; its items stand apart when one of them has several paragraphs."""
        is_apart = any(
            not isinstance(part, LISTS) for item in node.children for part in item[1:]
        )
        gap = "\n\n" if is_apart else "\n"
        return gap.join(
            indent(
                gap.join(self.write_blocks(item.children)), " " * (len(mark) + 1), f"{mark} "
            )
            for mark, item in zip(marks, node.children, strict=True)
        )

    @write_block.register(nodes.Admonition)
    @write_block.register(nodes.sidebar)
    @write_block.register(dropdown_main)
    def _(self, node: nodes.Element) -> str:
        first, *rest = node.children
        if isinstance(first, (nodes.title, dropdown_title)):
            title = self.write_line(first)
        else:
            title, rest = str(admonitionlabels.get(node.tagname, "")), node.children
        head = [f"**{title}**"] if title else []
        blocks = head + self.write_blocks(rest)
        return "\n\n".join(blocks) if "goals" in node["classes"] else write_quote(blocks)

    def write_caption(self, node: nodes.Element, words: nodes.Element) -> str:
        """Return the words below a figure or above a table, behind its number."""
        number = self.get_number(node)
        head = f"**{number}** " if number else ""
        return self.write_anchors(node) + head + self.write_line(words)

    @write_block.register
    def _(self, node: nodes.table) -> str:
        titles = [part for part in node.children if isinstance(part, nodes.title)]
        head = [self.write_caption(node, title) for title in titles] or [
            self.write_anchors(node)
        ]
        rows = list(node.findall(nodes.row))
        cells = [[self._write_cell(entry) for entry in row.children] for row in rows]
        kinds = [ALIGNMENT.keys() & set(entry["classes"]) for entry in rows[0].children]
        table = write_table(cells, [next(iter(kind), "") for kind in kinds])
        return "\n\n".join(filter(None, [*head, table]))

    def _write_cell(self, entry: nodes.Element) -> str:
        if {"morecols", "morerows"} & entry.attributes.keys() or len(entry) > 1:
            raise ConversionError(entry)
        entry = entry.deepcopy()
        # JupyterLab takes formulas out before it reads a table, and \| is a double bar in TeX.
        for formula in entry.findall(nodes.math):
            tex = formula.astext().replace(r"\|", r"\Vert ").replace("|", r"\vert ")
            formula[:] = [nodes.Text(tex)]
        return PIPE.sub(r"\\|", " ".join(map(self.write_block, entry.children)))
