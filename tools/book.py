"""The book's sources, parsed: pages with their cells, directives, roles, headings and texts.

Lines are counted from 1, in the file. Text in a directive is parsed like the text around it.
What cannot be read becomes a `Problem` of its page or book; nothing here raises for the content
of a source.
"""

import ast
import re
import warnings
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.amsmath import amsmath_plugin
from mdit_py_plugins.colon_fence import colon_fence_plugin
from mdit_py_plugins.deflist import deflist_plugin
from mdit_py_plugins.dollarmath import dollarmath_plugin
from mdit_py_plugins.footnote import footnote_plugin
from mdit_py_plugins.front_matter import front_matter_plugin
from mdit_py_plugins.myst_blocks import myst_block_plugin
from mdit_py_plugins.myst_role import myst_role_plugin
from mdit_py_plugins.substitution import substitution_plugin

from tools.bibliography import BibliographyError, Entry, read_bibliography
from tools.yaml_lines import YamlError, YamlText

ROOT = Path(__file__).parents[1]
CONTENTS = "_toc.yml"
BIBLIOGRAPHY = "references.bib"

# Directives whose content is no Markdown, or that have none.
LITERAL = {
    "bibliography",
    "chapter-map",
    "code",
    "code-block",
    "code-cell",
    "course-hours",
    "glue",
    "image",
    "literalinclude",
    "math",
    "nb-exec-table",
    "raw",
    "raw-cell",
    "toctree",
}
# Directives whose argument is text for the reader.
TITLED = {"admonition", "card", "dropdown", "exercise-start", "grid-item-card", "tab-item"}
# The options that give a directive its label.
LABELS = (("label",), ("name",), ("mystnb", "figure", "name"))
OPTION = re.compile(r":([\w-]+):(?: +(.*)|)$")
INFO = re.compile(r"\{([^}]*)\} *(.*)")


@dataclass(frozen=True)
class Problem:
    """Why a part of a source cannot be read: its kind, its line, what is wrong, what to do."""

    kind: str
    line: int
    fault: str
    remedy: str


@dataclass(eq=False)
class Directive:
    """A fenced directive: first and last line, name, argument, options and body."""

    line: int
    end: int
    name: str
    argument: str
    body: str
    body_line: int
    options: dict[str, Any] = field(default_factory=dict)
    option_lines: YamlText | None = None
    is_nested: bool = False

    @property
    def tags(self) -> list[str]:
        """The tags of a code cell."""
        tags = self.options.get("tags")
        return [str(tag) for tag in tags] if isinstance(tags, list) else []

    @property
    def label(self) -> str:
        """The name by which the text refers to the directive, or nothing."""
        return str(self.option(*self.label_path) or "")

    @property
    def label_path(self) -> tuple[str, ...]:
        """The path of the option that gives the directive its label."""
        return next((path for path in LABELS if self.option(*path)), LABELS[0])

    @property
    def is_hidden(self) -> bool:
        """Whether readers see neither the cell nor its output."""
        return "remove-cell" in self.tags

    def option(self, *path: str) -> Any:
        """Return the option at a path such as `("mystnb", "image", "alt")`, or None."""
        value: Any = self.options
        for key in path:
            value = value.get(key) if isinstance(value, dict) else None
        return value

    def option_line(self, *path: str) -> int:
        """Return the line of an option, or of the directive when it is not given."""
        return self.option_lines.line(*path) if self.option_lines else self.line

    @cached_property
    def tree(self) -> ast.Module:
        """The syntax tree of a code cell, with the page's line numbers.

        Raises
        ------
        SyntaxError, ValueError
            When the cell is no Python; `Page.problems` then names it.
        """
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            compile(self.body, "cell", "exec")
        return ast.increment_lineno(ast.parse(self.body), self.body_line - 1)


@dataclass(eq=False)
class Passage:
    """Running text: its first line, its kind and its inline tokens.

    The kind is paragraph, item, cell, heading, title, caption or alt; a paragraph stands in no
    list, a title is the argument of a directive.
    """

    line: int
    kind: str
    source: str
    tokens: list[Token] = field(repr=False)

    @cached_property
    def parts(self) -> list[tuple[int, Token]]:
        """The inline tokens, each with its line."""
        found, line = [], self.line
        for token in self.tokens:
            found.append((line, token))
            if token.type in ("softbreak", "hardbreak"):
                line += 1
            elif token.type != "text":
                line += token.content.count("\n")
        return found

    @cached_property
    def lines(self) -> list[tuple[int, str]]:
        """The lines as a reader reads them, without code, formulas and roles."""
        texts: dict[int, str] = {}
        for line, token in self.parts:
            shown = token.content if token.type in ("text", "text_special") else ""
            gap = " … " if token.type in ("code_inline", "math_inline", "myst_role") else ""
            texts[line] = texts.get(line, "") + shown + gap
        return list(texts.items())


@dataclass(frozen=True)
class Role:
    """A role such as {ref}`text <target>`, with its line."""

    line: int
    name: str
    content: str

    @property
    def target(self) -> str:
        """What the role refers to."""
        match = re.search(r"<([^>]*)>$", self.content)
        # What stands behind a question mark sets a lab.
        return (match[1] if match else self.content).partition("?")[0]


@dataclass(eq=False)
class Page:
    """A page, named by its path without suffix below the book's folder."""

    file: str
    text: str
    is_chapter: bool = False
    problems: list[Problem] = field(default_factory=list)
    tokens: list[Token] = field(default_factory=list, repr=False)
    directives: list[Directive] = field(default_factory=list, repr=False)
    passages: list[Passage] = field(default_factory=list, repr=False)

    @property
    def name(self) -> str:
        """The page's path without suffix, as in `_toc.yml`."""
        return self.file.removesuffix(".md")

    @classmethod
    def read(cls, path: Path, root: Path, is_chapter: bool) -> "Page":
        """Read and parse a page."""
        data = path.read_bytes()
        file = path.relative_to(root).as_posix()
        try:
            return parse_page(file, data.decode("utf-8"), is_chapter)
        except UnicodeDecodeError as error:
            line = data.count(b"\n", 0, error.start) + 1
            problem = Problem("encoding", line, "this is not UTF-8", "save the file as UTF-8")
            return cls(file, data.decode("utf-8", "replace"), is_chapter, [problem])

    @cached_property
    def front_matter(self) -> YamlText:
        """What stands between the first two lines of three hyphens."""
        first = self.tokens[0] if self.tokens else None
        if first is None or first.type != "front_matter":
            return YamlText({}, {})
        try:
            return YamlText.parse(first.content, first_line=2)
        except YamlError as error:
            problem = Problem("front-matter", error.line, f"no YAML: {error}", "mend this line")
            self.problems.append(problem)
            return YamlText({}, {})

    @cached_property
    def headings(self) -> list[tuple[int, int, str]]:
        """Line, level and text of each heading."""
        return [
            (line_of(token), int(token.tag[1]), self.tokens[i + 1].content)
            for i, token in enumerate(self.tokens)
            if token.type == "heading_open"
        ]

    @cached_property
    def labels(self) -> list[tuple[int, str]]:
        """Line and name of each label: targets, equations, directives' names."""
        found = []
        for token in self.tokens:
            if token.type == "myst_target":
                found.append((line_of(token), token.content))
            if token.type == "math_block_label":
                found.append((line_of(token), token.info))
        for directive in self.directives:
            if directive.label:
                found.append((directive.option_line(*directive.label_path), directive.label))
        return found

    @cached_property
    def cells(self) -> list[Directive]:
        """The code cells."""
        return [d for d in self.directives if d.name == "code-cell"]

    @cached_property
    def roles(self) -> list[Role]:
        """The roles, those in captions and titles included."""
        return [
            Role(line, str(token.meta["name"]), token.content)
            for passage in self.passages
            for line, token in passage.parts
            if token.type == "myst_role"
        ]


class Book:
    """All pages below a folder, its contents and its bibliography.

    Parameters
    ----------
    root : Path
        The folder that holds `index.md`, `book/`, `_toc.yml` and `references.bib`.
    """

    def __init__(self, root: Path = ROOT) -> None:
        self.root = root
        self.problems: list[tuple[str, Problem]] = []
        self.toc = self.read_yaml(CONTENTS)
        self.parts = read_parts(self.toc.data)
        self.contents = list(dict.fromkeys(name for part in self.parts for name in part))
        if isinstance(self.toc.data, dict) and "root" in self.toc.data:
            self.contents.insert(0, str(self.toc.data["root"]))
        chapters = self.parts[0] if self.parts else []
        paths = [*root.glob("index.md"), *sorted((root / "book").glob("[!.]*.md"))]
        self.pages = [
            Page.read(path, root, path.relative_to(root).with_suffix("").as_posix() in chapters)
            for path in paths
        ]

    def read_yaml(self, file: str) -> YamlText:
        """Return a YAML file of the book, empty when it cannot be read."""
        try:
            return YamlText.parse((self.root / file).read_text("utf-8"))
        except YamlError as error:
            problem = Problem("yaml", error.line, f"no YAML: {error}", "mend this line")
        except UnicodeDecodeError:
            problem = Problem("encoding", 1, "this is not UTF-8", "save the file as UTF-8")
        except FileNotFoundError:
            problem = Problem("yaml", 1, "the file is missing", "restore it")
        self.problems.append((file, problem))
        return YamlText({}, {})

    @cached_property
    def bibliography(self) -> dict[str, Entry]:
        """The works that may be cited, by their keys; none when the file cannot be read."""
        try:
            return read_bibliography((self.root / BIBLIOGRAPHY).read_text("utf-8"))
        except BibliographyError as error:
            remedy = (
                "write @type{key, without spaces in the key, and each field as name = {value},"
            )
            problem = Problem("bibliography", error.line, f"no BibTeX: {error}", remedy)
        except UnicodeDecodeError:
            problem = Problem("encoding", 1, "this is not UTF-8", "save the file as UTF-8")
        except FileNotFoundError:
            problem = Problem("bibliography", 1, "the file is missing", "restore it")
        self.problems.append((BIBLIOGRAPHY, problem))
        return {}

    def page(self, name: str) -> Page | None:
        """Return the page of a name, or None."""
        return next((page for page in self.pages if page.name == name), None)

    @property
    def chapters(self) -> list[Page]:
        """The numbered chapters, in the order of the contents."""
        pages = {page.name: page for page in self.pages if page.is_chapter}
        return [pages[name] for name in self.contents if name in pages]

    @cached_property
    def glossary_page(self) -> Page | None:
        """The page that holds the glossary, or None."""
        pages = (p for p in self.pages if any(d.name == "glossary" for d in p.directives))
        return next(pages, None)

    @cached_property
    def glossary(self) -> dict[str, int]:
        """Line of each term of the glossary page, by the term in lower case."""
        return {
            line.strip().lower(): directive.body_line + number
            for directive in (self.glossary_page.directives if self.glossary_page else [])
            if directive.name == "glossary"
            for number, line in enumerate(directive.body.splitlines())
            if line and not line[0].isspace() and not line.startswith(":")
        }


def read_parts(contents: Any) -> list[list[str]]:
    """Return the pages of each part of the contents; none when the file is not as it should."""
    try:
        return [
            [str(entry["file"]) for entry in part["chapters"]] for part in contents["parts"]
        ]
    except (KeyError, TypeError):
        return []


def make_parser() -> MarkdownIt:
    """Return a parser that reads Markdown as the book's configuration of MyST does."""
    parser = MarkdownIt("commonmark").enable("table").use(front_matter_plugin)
    parser.use(colon_fence_plugin).use(myst_block_plugin).use(myst_role_plugin)
    parser.use(footnote_plugin).disable("footnote_inline").disable("footnote_tail")
    parser.use(amsmath_plugin).use(deflist_plugin).use(dollarmath_plugin, allow_labels=True)
    parser.use(substitution_plugin)
    # Escaped signs stay apart from text, so that a sign in text is known to be raw.
    return parser.disable("text_join")


PARSER = make_parser()


@lru_cache(maxsize=100)
def parse_page(file: str, text: str, is_chapter: bool) -> Page:
    """Return a page's text parsed, with the problems that prevent it."""
    page = Page(file, text, is_chapter)
    read_blocks(page, text, 1)
    _ = page.front_matter
    for cell in page.cells:
        try:
            _ = cell.tree
        except (SyntaxError, ValueError) as error:
            line = cell.body_line + (getattr(error, "lineno", None) or 1) - 1
            line = max(cell.body_line, min(line, cell.end))
            reason = error.msg if isinstance(error, SyntaxError) else str(error)
            wrong, remedy = f"no Python: {reason}", "correct the code"
            if re.match(r"\s*[%!]", page.text.splitlines()[line - 1]):
                wrong = "a command of IPython, which works in notebooks only"
                remedy = "write Python; packages are listed in the requirements"
            page.problems.append(Problem("python", line, wrong, remedy))
            cell.tree = ast.Module([], [])
    return page


def line_of(token: Token) -> int:
    """Return the line of a block token, which `read_blocks` has set to that of the file."""
    return token.map[0] if token.map else 1


def read_blocks(page: Page, text: str, first_line: int, inside: str = "") -> None:
    """Add a text's blocks to a page: tokens, directives, and the passages that they hold.

    Parameters
    ----------
    page : Page
        The page, which is added to.
    text : str
        Markdown: that of the page, or of a directive.
    first_line : int
        The line of the page on which the text begins.
    inside : str
        The name of the directive that holds the text.
    """
    tokens = PARSER.parse(text)
    for i, token in enumerate(tokens):
        if token.map:
            token.map = [token.map[0] + first_line, token.map[1] + first_line - 1]
        page.tokens.append(token)
        if token.type == "inline":
            kind = "caption" if inside == "figure" else kind_of(tokens[i - 1])
            add_passage(page, line_of(token), kind, token)
        elif token.type in ("fence", "colon_fence") and token.info.lstrip().startswith("{"):
            read_directive(page, token, is_nested=bool(inside) or token.level > 0)


def kind_of(opening: Token) -> str:
    """Return the kind of passage that an opening token begins."""
    if opening.type in ("th_open", "td_open"):
        return "cell"
    if opening.type == "heading_open":
        return "heading"
    return "paragraph" if opening.level == 0 else "item"


def add_passage(page: Page, line: int, kind: str, inline: Token) -> None:
    """Add a passage and the alternative texts of its pictures to a page."""
    passage = Passage(line, kind, inline.content, inline.children or [])
    page.passages.append(passage)
    for place, token in passage.parts:
        if token.type == "image":
            page.passages.append(Passage(place, "alt", token.content, token.children or []))


def read_directive(page: Page, token: Token, *, is_nested: bool) -> None:
    """Add a directive, the passages of its argument and options, and what stands in it."""
    match = INFO.match(token.info.strip())
    name, argument = (match[1], match[2]) if match else (token.info.strip().strip("{}"), "")
    line = line_of(token)
    lines = token.content.splitlines()
    used = count_option_lines(lines)
    directive = Directive(
        line=line,
        end=token.map[1] if token.map else line,
        name=name,
        argument=argument.strip(),
        body="\n".join(lines[used:]),
        body_line=line + 1 + used,
        is_nested=is_nested,
    )
    page.directives.append(directive)
    try:
        options = read_options(name, lines[:used], line + 1)
        options.first_line = line
        directive.options, directive.option_lines = options.data, options
    except YamlError as error:
        remedy = "write :name: value, or YAML between two lines of ---; quote what has a colon"
        page.problems.append(
            Problem("options", error.line, f"options that cannot be read: {error}", remedy)
        )
    texts = [("title", argument if name in TITLED else "", line)]
    for kind, path in (
        ("caption", ("mystnb", "figure", "caption")),
        ("alt", ("mystnb", "image", "alt")),
        ("alt", ("alt",)),
    ):
        texts.append((kind, directive.option(*path), directive.option_line(*path)))
    for kind, text, place in texts:
        if isinstance(text, str) and text:
            inline = PARSER.parseInline(text)[0]
            if kind == "alt":
                inline.children = [Token("text", "", 0, content=text)]
            add_passage(page, place, kind, inline)
    if name not in LITERAL:
        read_blocks(page, directive.body, directive.body_line, inside=name)


def count_option_lines(lines: list[str]) -> int:
    """Return how many lines of a directive's content hold its options."""
    if lines and lines[0].startswith("---"):
        ends = (i for i, line in enumerate(lines[1:], 2) if line.startswith("---"))
        return next(ends, len(lines))
    ends = (i for i, line in enumerate(lines) if not re.match(":(?!::)", line))
    return next(ends, len(lines))


def read_options(name: str, lines: list[str], first_line: int) -> YamlText:
    """Return a directive's options, which are YAML in cells and between lines of `---`.

    Raises
    ------
    YamlError
        When the lines are no options.
    """
    if lines and lines[0].startswith("---"):
        if len(lines) < 2 or not lines[-1].startswith("---"):
            raise YamlError(first_line, "the line of --- that ends them is missing")
        options = YamlText.parse("\n".join(lines[1:-1]), first_line + 1)
    else:
        for number, line in enumerate(lines):
            if not OPTION.match(line):
                raise YamlError(first_line + number, f"{line!r}")
        if name == "code-cell":
            options = YamlText.parse("\n".join(line[1:] for line in lines), first_line)
        else:
            options = YamlText({}, {}, first_line)
            for number, line in enumerate(lines):
                match = OPTION.match(line)
                key, value = (match[1], match[2] or "") if match else (line, "")
                options.data[key] = value.strip()
                options.lines[key,] = first_line + number
    if not isinstance(options.data, dict):
        raise YamlError(first_line, "they are no mapping of names to values")
    return options
