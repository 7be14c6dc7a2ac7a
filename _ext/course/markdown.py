"""The Markdown of docutils' nodes, as JupyterLab, VS Code and Colab share it.

`Markdown` has a method for each kind of node: `block_table` for a table, `inline_math`
for a formula within a line.
"""

import base64
import mimetypes
import re
from pathlib import Path
from posixpath import dirname, join, normpath
from urllib.parse import quote, urlsplit

from docutils import nodes
from sphinx.util import logging

logger = logging.getLogger(__name__)


class Markdown:
    """Writes the nodes of one page as Markdown.

    `root` is the book's folder, `site` the published site's address, `page` the page's
    name such as `book/neuron`; `numbers` has the numbers of figures, formulas and
    exercises by their ids.
    """

    def __init__(self, root, site, page, numbers, doctree):
        self.root = root
        self.site = site
        self.page = page
        self.numbers = numbers
        self.targets = {
            link.get("refid") or link.get("refuri", "").lstrip("#")
            for link in doctree.findall(nodes.reference)
        }

    # Blocks

    def blocks(self, parts, level=3):
        return "\n\n".join(filter(None, (self.block(part, level) for part in parts)))

    def block(self, node, level=3):
        """Return the Markdown of a node that stands by itself."""
        if not isinstance(node, nodes.Element):
            return self.inline(node)
        handler = find_handler(self, "block", node)
        if handler:
            return handler(node, level)
        if isinstance(node, nodes.TextElement):
            return self.anchors(node) + self.inline(node)
        self.warn(node)
        return self.block_children(node, level)

    def warn(self, node):
        """Report a node whose Markdown is only that of what it holds."""
        words = "notebooks show only the text of %s; give Markdown a method for it"
        kind = type(node).__name__
        logger.warning(words, kind, location=node, type="course", subtype="notebook")

    def anchors(self, node):
        """Return marks for the ids of a node that links of the page lead to."""
        names = [name for name in node["ids"] if name in self.targets]
        return "".join(f'<a id="{name}"></a>' for name in names)

    def skip(self, node, level=3):
        return ""

    block_comment = block_target = block_Invisible = block_dropdown_title = skip
    block_place = skip  # its code is a cell of its own

    def block_children(self, node, level=3):
        return self.anchors(node) + self.blocks(node.children)

    block_container = block_legend = block_lab = block_picture = block_children

    def block_title(self, node, level=3):
        place = self.anchors(node.parent) if is_section(node.parent) else ""
        return f"{'#' * max(level, 1)} {self.inline(node)}{place}"

    def block_math_block(self, node, level=3):
        number = self.numbers.get(node["ids"][0]) if node["ids"] else None
        tag = rf" \tag{{{number}}}" if number else ""
        formula = " ".join(node.astext().split())
        return f"{self.anchors(node)}\n\n$${formula}{tag}$$".strip()

    def block_literal_block(self, node, level=3):
        language = node.get("language", "").replace("ipython3", "python")
        return f"```{language}\n{node.astext()}\n```"

    def block_bullet_list(self, node, level=3):
        return "\n".join(self.item(item, "-") for item in node.children)

    def block_enumerated_list(self, node, level=3):
        first = node.get("start", 1)
        items = enumerate(node.children, start=first)
        return "\n".join(self.item(item, f"{number}.") for number, item in items)

    def item(self, node, mark):
        return indent(self.blocks(node.children), f"{mark} ", " " * (len(mark) + 1))

    def block_caption(self, node, level=3):
        return self.caption(node)

    def block_definition_list(self, node, level=3):
        return "\n\n".join(self.definition(item) for item in node.children)

    def block_table(self, node, level=3):
        return f"{self.anchors(node)}\n\n{self.table(node)}".strip()

    def block_raw(self, node, level=3):
        return node.astext() if node.get("format") == "html" else ""

    def block_block_quote(self, node, level=3):
        return indent(self.blocks(node.children), "> ", "> ")

    def block_dropdown_main(self, node, level=3):
        title, *content = node.children
        summary = f"<details><summary>{self.inline(title)}</summary>"
        folded = f"{summary}\n\n{self.blocks(content)}\n\n</details>"
        return self.anchors(node) + folded

    def block_Admonition(self, node, level=3):
        title, content = node.tagname.capitalize(), node.children
        if isinstance(node[0], nodes.title):
            title, content = self.inline(node[0]), node.children[1:]
        text = f"**{title}**\n\n{self.blocks(content)}"
        return self.anchors(node) + indent(text, "> ", "> ")

    block_sidebar = block_topic = block_Admonition

    def block_figure(self, node, level=3):
        content = self.blocks(node.children)
        if "lab" in node["classes"]:
            place = self.locate(f"#{node['ids'][0]}")
            content += f"\n\n[On the site you can play with it.]({place})"
        return self.anchors(node) + content

    def block_footnote(self, node, level=3):
        number, *content = node.children
        return f"\\[{number.astext()}\\] {self.blocks(content)}"

    def block_image(self, node, level=3):
        return self.anchors(node) + self.inline(node)

    def caption(self, node):
        number = next(
            (self.numbers[n] for n in node.parent["ids"] if n in self.numbers), ""
        )
        return f"**{number}** {self.inline(node)}".replace("****", "").strip()

    def definition(self, item):
        terms = [
            self.inline(part) for part in item.children if isinstance(part, nodes.term)
        ]
        content = [
            self.blocks(part.children) for part in item.findall(nodes.definition)
        ]
        return indent(f"**{', '.join(terms)}**\n\n" + "\n\n".join(content), "- ", "  ")

    def table(self, node):
        rows = [
            [
                re.sub(r"\s+", " ", self.blocks(entry.children)).replace("|", r"\|")
                for entry in row
            ]
            for row in node.findall(nodes.row)
        ]
        rows.insert(1, ["---"] * len(rows[0]))
        title = next(node.findall(nodes.title), None)
        head = f"{self.caption(title)}\n\n" if title is not None else ""
        return head + "\n".join(f"| {' | '.join(row)} |" for row in rows)

    # Within a line

    def inline(self, node):
        """Return the Markdown of a node within a line."""
        if isinstance(node, nodes.Text):
            text = re.sub(r"\s+", " ", str(node))
            return re.sub(r"([\\`*_\[\]<>$~])", r"\\\1", text)
        handler = find_handler(self, "inline", node)
        if handler:
            return handler(node)
        if not isinstance(node, nodes.TextElement):
            self.warn(node)
        return self.inline_children(node) or ("" if node.children else node.astext())

    def inline_children(self, node):
        return "".join(map(self.inline, node.children))

    inline_comment = inline_target = skip
    inline_picture = inline_children

    def inline_math(self, node):
        return f"${' '.join(node.astext().split())}$"

    def inline_literal(self, node):
        text = node.astext()
        if "kbd" in node["classes"]:
            return f"<kbd>{text}</kbd>"
        ticks = "``" if "`" in text else "`"
        return f"{ticks}{text}{ticks}"

    def inline_emphasis(self, node):
        return f"*{self.inline_children(node).strip()}*"

    def inline_strong(self, node):
        return f"**{self.inline_children(node).strip()}**"

    def inline_superscript(self, node):
        return f"<sup>{self.inline_children(node)}</sup>"

    def inline_subscript(self, node):
        return f"<sub>{self.inline_children(node)}</sub>"

    def inline_image(self, node):
        return f"![{node.get('alt', '')}]({self.embed(node['uri'])})"

    def inline_footnote_reference(self, node):
        return f"\\[{node.astext()}\\]"

    def inline_raw(self, node):
        is_text = node.get("format") == "html" and "<svg" not in node.astext()
        return node.astext() if is_text else ""

    def inline_reference(self, node):
        refid = node.get("refid")
        address = f"#{refid}" if refid else node.get("refuri", "")
        is_near = address.startswith("#") and "?" not in address
        place = address if is_near else self.locate(address)
        return f"[{self.inline_children(node)}]({place})"

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


def is_section(node):
    return isinstance(node, nodes.section)


def find_handler(markdown, form, node):
    """Return the method for a node's class or for one that it inherits from, or None.

    `form` is `block` or `inline`.
    """
    for kind in type(node).__mro__:
        handler = getattr(markdown, f"{form}_{kind.__name__}", None)
        if handler:
            return handler
    return None


def indent(text, first, rest):
    """Return a text with a mark before its first line and another before all others."""
    lines = text.split("\n")
    return "\n".join(
        [first + lines[0], *((rest + line).rstrip() for line in lines[1:])]
    )
