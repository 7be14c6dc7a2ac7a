"""The Markdown of docutils' nodes, as JupyterLab, VS Code and Colab share it.

`Markdown` has a method for each kind of node, such as `write_table`.
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

    def write(self, node):
        """Return the Markdown of a node, by the method for its class or for a base."""
        for kind in type(node).__mro__:
            if method := getattr(self, f"write_{kind.__name__}", None):
                return method(node)

    def blocks(self, parts):
        """Return the Markdown of nodes of which each stands by itself."""
        return "\n\n".join(filter(None, map(self.write, parts)))

    def inline(self, node):
        """Return the Markdown of what a node holds within a line."""
        return "".join(map(self.write, node.children))

    def anchors(self, node):
        """Return marks for the ids of a node that links of the page lead to."""
        names = [name for name in node["ids"] if name in self.targets]
        return "".join(f'<a id="{name}"></a>' for name in names)

    def write_Element(self, node):
        words = "notebooks show only the text of %s; give Markdown a method for it"
        kind = type(node).__name__
        logger.warning(words, kind, location=node, type="course", subtype="notebook")
        return self.write_container(node)

    def write_container(self, node):
        return self.anchors(node) + self.blocks(node.children)

    write_legend = write_lab = write_picture = write_container
    write_definition_list = write_definition = write_container

    def write_TextElement(self, node):
        return self.anchors(node) + self.inline(node)

    def write_Text(self, node):
        text = re.sub(r"\s+", " ", str(node))
        return re.sub(r"([\\`*_\[\]<>$~])", r"\\\1", text)

    def skip(self, node):
        return ""

    write_Invisible = write_dropdown_title = skip
    write_place = skip  # its code is a cell of its own

    # Blocks

    def write_title(self, node):
        level, parent = 0, node.parent
        while isinstance(parent, nodes.section):
            level, parent = level + 1, parent.parent
        return f"{'#' * max(level, 1)} {self.inline(node)}{self.anchors(node.parent)}"

    def write_math_block(self, node):
        number = self.numbers.get(node["ids"][0]) if node["ids"] else None
        tag = rf" \tag{{{number}}}" if number else ""
        formula = " ".join(node.astext().split())
        return f"{self.anchors(node)}\n\n$${formula}{tag}$$".strip()

    def write_literal_block(self, node):
        language = node.get("language", "").replace("ipython3", "python")
        return f"```{language}\n{node.astext()}\n```"

    def write_bullet_list(self, node):
        return "\n".join(self.item(item, "- ") for item in node.children)

    def write_enumerated_list(self, node):
        items = enumerate(node.children, start=node.get("start", 1))
        return "\n".join(self.item(item, f"{number}. ") for number, item in items)

    def item(self, node, mark):
        return indent(self.blocks(node.children), mark, " " * len(mark))

    def write_definition_list_item(self, node):
        term, *definitions = node.children
        text = f"**{self.inline(term)}**\n\n{self.blocks(definitions)}"
        return indent(text, "- ", "  ")

    def write_table(self, node):
        head, *rows = node.findall(nodes.row)
        line = f"|{' --- |' * len(head)}"
        table = "\n".join([self.write(head), line, *map(self.write, rows)])
        titles = map(self.write_caption, node.findall(nodes.title))
        return "\n\n".join(filter(None, [self.anchors(node), *titles, table]))

    def write_row(self, node):
        return f"| {' | '.join(map(self.write, node.children))} |"

    def write_entry(self, node):
        text = re.sub(r"\s+", " ", self.blocks(node.children))
        return text.replace("|", r"\|")

    def write_block_quote(self, node):
        return indent(self.blocks(node.children), "> ", "> ")

    def write_dropdown_main(self, node):
        title, *content = node.children
        summary = f"<details><summary>{self.inline(title)}</summary>"
        folded = f"{summary}\n\n{self.blocks(content)}\n\n</details>"
        return self.anchors(node) + folded

    def write_Admonition(self, node):
        title, content = node.tagname.capitalize(), node.children
        if isinstance(node[0], nodes.title):
            title, content = self.inline(node[0]), node.children[1:]
        text = f"**{title}**\n\n{self.blocks(content)}"
        return self.anchors(node) + indent(text, "> ", "> ")

    write_sidebar = write_topic = write_Admonition

    def write_figure(self, node):
        content = self.write_container(node)
        if "lab" in node["classes"]:
            place = self.locate(f"#{node['ids'][0]}")
            content += f"\n\n[On the site you can play with it.]({place})"
        return content

    def write_caption(self, node):
        ids = node.parent["ids"]
        numbers = [f"**{self.numbers[name]}**" for name in ids if name in self.numbers]
        return " ".join([*numbers, self.inline(node)])

    # Within a line, or by themselves

    def write_math(self, node):
        return f"${' '.join(node.astext().split())}$"

    def write_literal(self, node):
        text = node.astext()
        if "kbd" in node["classes"]:
            return f"<kbd>{text}</kbd>"
        ticks = "``" if "`" in text else "`"
        return f"{ticks}{text}{ticks}"

    def write_emphasis(self, node):
        return f"*{self.inline(node).strip()}*"

    def write_strong(self, node):
        return f"**{self.inline(node).strip()}**"

    def write_superscript(self, node):
        return f"<sup>{self.inline(node)}</sup>"

    def write_subscript(self, node):
        return f"<sub>{self.inline(node)}</sub>"

    def write_image(self, node):
        picture = f"![{node.get('alt', '')}]({self.embed(node['uri'])})"
        return self.anchors(node) + picture

    def write_raw(self, node):
        is_text = node.get("format") == "html" and "<svg" not in node.astext()
        return node.astext() if is_text else ""

    def write_reference(self, node):
        refid = node.get("refid")
        address = f"#{refid}" if refid else node.get("refuri", "")
        is_near = address.startswith("#") and "?" not in address
        place = address if is_near else self.locate(address)
        return f"[{self.inline(node)}]({place})"

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


def indent(text, first, rest):
    """Return a text with a mark before its first line and another before all others."""
    start, *lines = text.split("\n")
    return "\n".join([first + start, *((rest + line).rstrip() for line in lines)])
