"""The book's sources, parsed: pages with their cells, directives, roles and headings."""

import ast
import re
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import yaml
from markdown_it import MarkdownIt
from mdit_py_plugins.amsmath import amsmath_plugin
from mdit_py_plugins.colon_fence import colon_fence_plugin
from mdit_py_plugins.dollarmath import dollarmath_plugin
from mdit_py_plugins.front_matter import front_matter_plugin
from mdit_py_plugins.myst_blocks import myst_block_plugin
from mdit_py_plugins.myst_role import myst_role_plugin

ROOT = Path(__file__).parents[1]


@dataclass
class Directive:
    """A fenced directive: its first line, name, argument, options and body."""

    line: int
    name: str
    argument: str
    options: dict
    body: str
    body_line: int

    @property
    def tags(self) -> list[str]:
        return self.options.get("tags") or []

    @cached_property
    def tree(self) -> ast.Module:
        """The syntax tree of a code cell, with the page's line numbers."""
        return ast.increment_lineno(ast.parse(self.body), self.body_line - 1)


@dataclass
class Page:
    """A page, named by its path without suffix below the book's folder."""

    path: Path
    name: str
    text: str
    tokens: list = field(repr=False)

    @classmethod
    def read(cls, path: Path, root: Path) -> "Page":
        text = path.read_text("utf-8")
        name = path.relative_to(root).with_suffix("").as_posix()
        return cls(path, name, text, parser.parse(text))

    def at(self, line: int, message: str) -> str:
        return f"{self.name}.md:{line}: {message}"

    @cached_property
    def front_matter(self) -> dict:
        first = self.tokens[0] if self.tokens else None
        is_given = first is not None and first.type == "front_matter"
        return yaml.safe_load(first.content) if is_given else {}

    @cached_property
    def headings(self) -> list[tuple[int, int, str]]:
        """Line, level and text of each heading."""
        return [
            (token.map[0] + 1, int(token.tag[1]), self.tokens[i + 1].content)
            for i, token in enumerate(self.tokens)
            if token.type == "heading_open"
        ]

    @cached_property
    def labels(self) -> list[tuple[int, str]]:
        """Line and name of each label: targets, equations, directives' names."""
        found = []
        for token in self.tokens:
            if token.type == "myst_target":
                found.append((token.map[0] + 1, token.content))
            if token.type == "math_block_label":
                found.append((token.map[0] + 1, token.info))
        for directive in self.directives:
            options = directive.options
            name = options.get("label") or options.get("name")
            name = name or options.get("mystnb", {}).get("figure", {}).get("name")
            if name:
                found.append((directive.line, name))
        return found

    @cached_property
    def directives(self) -> list[Directive]:
        return [
            make_directive(token)
            for token in self.tokens
            if token.type in ("fence", "colon_fence") and token.info.startswith("{")
        ]

    @cached_property
    def cells(self) -> list[Directive]:
        return [d for d in self.directives if d.name == "code-cell"]

    @cached_property
    def inline(self) -> list[tuple[int, object]]:
        """First line and token of each piece of running text, admonitions included."""
        pieces = [(t.map[0] + 1, t) for t in self.tokens if t.type == "inline"]
        for directive in self.directives:
            if directive.name in ("admonition", "note", "tip", "warning", "glossary"):
                pieces += [
                    (directive.body_line + t.map[0], t)
                    for t in parser.parse(directive.body)
                    if t.type == "inline"
                ]
        return pieces

    @cached_property
    def roles(self) -> list[tuple[int, str, str]]:
        """Line, name and content of each role, those in captions included."""
        found = [
            (line, child.meta["name"], child.content)
            for line, token in self.inline
            for child in token.children
            if child.type == "myst_role"
        ]
        for directive in self.directives:
            caption = directive.options.get("mystnb", {}).get("figure", {})
            text = caption.get("caption", "")
            if directive.name in ("figure", "table", "list-table"):
                text = directive.body
            found += [
                (directive.line, name, content)
                for name, content in re.findall(r"\{([\w:]+)\}`([^`]+)`", text)
            ]
        return found


class Book:
    """All pages below a folder, its contents and its bibliography."""

    def __init__(self, root: Path = ROOT):
        self.root = root
        paths = [root / "index.md", *sorted((root / "book").glob("*.md"))]
        self.pages = [Page.read(path, root) for path in paths]
        contents = yaml.safe_load((root / "_toc.yml").read_text("utf-8"))
        self.parts = [
            [entry["file"] for entry in part["chapters"]] for part in contents["parts"]
        ]
        self.contents = [contents["root"], *(name for part in self.parts for name in part)]
        self.bibliography = (root / "references.bib").read_text("utf-8")

    def page(self, name: str) -> Page:
        return next(page for page in self.pages if page.name == name)

    @property
    def chapters(self) -> list[Page]:
        """The numbered chapters."""
        return [page for page in self.pages if page.name in self.parts[0]]

    @property
    def glossary(self) -> dict[str, int]:
        """Line of each term of the glossary page, by the term in lower case."""
        page = self.page("book/glossary")
        return {
            line.strip().lower(): directive.body_line + number
            for directive in page.directives
            if directive.name == "glossary"
            for number, line in enumerate(directive.body.splitlines())
            if line and not line[0].isspace() and not line.startswith(":")
        }


parser = MarkdownIt("commonmark").enable("table")
for plugin in (
    front_matter_plugin,
    colon_fence_plugin,
    myst_block_plugin,
    myst_role_plugin,
    amsmath_plugin,
):
    parser.use(plugin)
parser.use(dollarmath_plugin, allow_labels=True)


def make_directive(token) -> Directive:
    """Split a fence token into the directive's name, argument, options and body."""
    match = re.match(r"\{([\w:-]+)\}\s*(.*)", token.info)
    lines = token.content.splitlines()
    options, used = {}, 0
    if lines and lines[0] == "---":
        used = lines.index("---", 1) + 1
        options = yaml.safe_load("\n".join(lines[1 : used - 1])) or {}
    else:
        while used < len(lines) and re.match(r":[\w-]+:", lines[used]):
            key, _, value = lines[used][1:].partition(":")
            options[key] = yaml.safe_load(value) if key == "tags" else value.strip()
            used += 1
    return Directive(
        line=token.map[0] + 1,
        name=match[1],
        argument=match[2].strip(),
        options=options,
        body="\n".join(lines[used:]),
        body_line=token.map[0] + 2 + used,
    )
