"""Syntax: what cannot be read as it was meant. The other rules wait until it is mended.

Of these rules only the first that a page breaks is told, since the rest often follows from it.
"""

import re
from collections.abc import Iterator

from tools.book import LITERAL, Page, Passage, line_of
from tools.lint.finding import Finding, suggest
from tools.lint.rule import rule

# What Python takes for the end of a line, besides that itself.
BREAKS = re.compile("[\v\f\x1c-\x1e\x85\u2028\u2029]")
FENCE = re.compile(r" *(:{3,}|`{3,}|~{3,}) *(.*?) *$")
DIRECTIVES = {
    *LITERAL,
    "admonition",
    "attention",
    "button-link",
    "button-ref",
    "card",
    "caution",
    "csv-table",
    "danger",
    "div",
    "dropdown",
    "epigraph",
    "error",
    "exercise-end",
    "exercise-start",
    "figure",
    "glossary",
    "grid",
    "grid-item",
    "grid-item-card",
    "hint",
    "important",
    "lab",
    "list-table",
    "margin",
    "note",
    "only",
    "pull-quote",
    "seealso",
    "sidebar",
    "solution-end",
    "solution-start",
    "tab-item",
    "tab-set",
    "table",
    "tip",
    "topic",
    "versionadded",
    "versionchanged",
    "warning",
}
# The options of the directives that most pages use.
PICTURE = {"align", "alt", "class", "height", "name", "scale", "target", "width"}
OPTIONS: dict[str, set[str]] = {
    "admonition": {"class", "name"},
    "button-ref": {"class", "click-parent", "color", "expand", "outline", "ref-type", "shadow"},
    "chapter-map": set(),
    "course-hours": set(),
    "exercise-end": set(),
    "exercise-start": {"class", "hidden", "label", "nonumber"},
    "figure": {*PICTURE, "figclass", "figwidth"},
    "glossary": {"sorted"},
    "glue": {"doc", "format"},
    "image": PICTURE,
    "lab": {"alt", "image", "load", "name", "state"},
    "list-table": {"align", "class", "header-rows", "name", "stub-columns", "width", "widths"},
    "note": {"class", "name"},
    "solution-end": set(),
    "solution-start": {"class", "hidden", "label"},
    "tip": {"class", "name"},
    "warning": {"class", "name"},
}
ROLES = {
    "abbr",
    "cite:p",
    "cite:t",
    "doc",
    "download",
    "eq",
    "glue:text",
    "kbd",
    "lab",
    "math",
    "numref",
    "ref",
    "sub",
    "sup",
    "term",
    "unlinked",
}
SUBSTITUTIONS = {"builders", "citation"}
LANGUAGES = {
    "bash",
    "bibtex",
    "console",
    "ini",
    "json",
    "markdown",
    "md",
    "python",
    "sh",
    "text",
}
LANGUAGES |= {"powershell", "toml", "yaml"}
# What Markdown shows as it stands, though it was meant to be read: a pattern, and what to type.
RAW = {
    r"`": "close the code or the role with a backtick",
    r"\$\$": "open and close a display formula with $$, with no empty line in between",
    r"\$": "close the formula with $, or write \\$ for the sign",
    r"\*": "close the emphasis with *, without spaces inside, or write \\* for the sign",
    r"(?<!\w)_(?=\w)|(?<=\w)_(?!\w)": "close the emphasis with _, or write `code`",
    r"\]\(": "write a link as [text](address); its address is a file, or begins with https:",
    r"^:+(\{|\s*$)": "a block begins and ends with the same number of colons, three or more",
    r"\{\{|\}\}": "write a substitution as {{ name }}",
    r"\{[\w:-]+\}": "write a role as {name}`content`, with nothing before the backtick",
    r"<!--|-->": "open and close a comment with <!-- and -->",
    r"^#+(?!\s*$)": "write a plain space between # and the heading",
    r"^[-+](?=[A-Za-z*])": "write a space between - and the item",
    r"^\||\|$": "a table has a line of | and --- below its head, and an empty line above",
    r"^\(\w[\w-]*\)=?$|^\(\w[\w-]*=$": "write a label as (label)= on a line of its own",
    r"</?[a-zA-Z][^>]*$": "write the tag whole, or \\< for the sign",
}


def of_kind(page: Page, kind: str) -> Iterator[Finding]:
    """Yield the problems of one kind that parsing a page has met."""
    for problem in page.problems:
        if problem.kind == kind:
            yield Finding(page.file, problem.line, problem.fault, problem.remedy)


@rule
def encoding(page: Page) -> Iterator[Finding]:
    """A page is UTF-8."""
    return of_kind(page, "encoding")


@rule
def line_breaks(page: Page) -> Iterator[Finding]:
    """Lines end as lines do, and not with what word processors put in the place of that."""
    for number, line in enumerate(page.text.split("\n"), 1):
        for sign in BREAKS.findall(line):
            fault = f"the sign U+{ord(sign):04X} breaks the line, which few programs show"
            yield Finding(page.file, number, fault, "begin a new line in its place")


@rule
def front_matter(page: Page) -> Iterator[Finding]:
    """Front matter is YAML and ends with a line of three hyphens."""
    yield from of_kind(page, "front-matter")
    has_end = any(token.type == "front_matter" for token in page.tokens)
    if page.text.startswith("---\n") and not has_end:
        yield Finding(page.file, 1, "the front matter has no end", "end it with a line of ---")


@rule
def blocks(page: Page) -> Iterator[Finding]:
    """Every block has an end, and one that holds another has more colons or backticks than it.

    The first fault of a page is told: after it, what is inside what cannot be known.
    """
    open_fences: list[tuple[str, str, int]] = []
    for number, line in enumerate(page.text.splitlines(), 1):
        match = FENCE.match(line)
        if not match:
            continue
        fence, info = match[1], match[2]
        around = [f for f, _, _ in open_fences if f[0] == fence[0]]
        is_literal = bool(open_fences) and is_code(open_fences[-1])
        if is_literal and not (around and fence.startswith(open_fences[-1][0])):
            continue
        if not info and around:
            closed = next((i for i, f in enumerate(open_fences) if closes(fence, f[0])), None)
            if closed is None:
                continue
            if closed < len(open_fences) - 1:
                yield unclosed(page, open_fences[-1])
                return
            open_fences.pop()
        elif not info:
            remedy = "remove it, or give the block that it opens a name or a language"
            yield Finding(page.file, number, f"{fence} closes nothing", remedy)
            return
        else:
            outer = next((f for f in open_fences if closes(fence, f[0])), None)
            if outer is not None:
                fault = f"the block is not closed before the next one, in line {number}"
                remedy = (
                    f"close it before with {outer[0]}, or give it more {fence[0]} than that"
                )
                yield Finding(page.file, outer[2], fault, remedy)
                return
            open_fences.append((fence, info, number))
    if open_fences:
        yield unclosed(page, open_fences[0])


def is_code(fence: tuple[str, str, int]) -> bool:
    """Return whether what an open fence holds is code and no Markdown."""
    name = re.match(r"\{([^}]*)\}", fence[1])
    return name[1] in LITERAL if name else True


def closes(fence: str, opening: str) -> bool:
    """Return whether a fence is long enough to close another."""
    return fence[0] == opening[0] and len(fence) >= len(opening)


def unclosed(page: Page, fence: tuple[str, str, int]) -> Finding:
    """Return the finding for a block without an end."""
    return Finding(page.file, fence[2], "the block has no end", f"close it with {fence[0]}")


@rule
def comments(page: Page) -> Iterator[Finding]:
    """Comments that begin with `<!--` end with `-->`."""
    for token in page.tokens:
        is_comment = token.type == "html_block" and token.content.lstrip().startswith("<!--")
        if is_comment and "-->" not in token.content:
            fault = "the comment has no end"
            yield Finding(page.file, line_of(token), fault, "end it with -->")


@rule
def formulas(page: Page) -> Iterator[Finding]:
    """A displayed formula holds no empty line, as one does whose closing `$$` is lost."""
    for token in page.tokens:
        if token.type in ("math_block", "math_block_label") and "\n\n" in token.content.strip():
            remedy = "close it with $$, and leave no empty line in it"
            yield Finding(page.file, line_of(token), "the formula has no end", remedy)


@rule
def options(page: Page) -> Iterator[Finding]:
    """Options of a directive are `:name: value`, or YAML between two lines of three hyphens."""
    return of_kind(page, "options")


@rule
def directives(page: Page) -> Iterator[Finding]:
    """Directives are those that the book's extensions define."""
    for directive in page.directives:
        if directive.name not in DIRECTIVES:
            fault = f"no directive is called {directive.name!r}"
            yield Finding(page.file, directive.line, fault, suggest(directive.name, DIRECTIVES))
    for token in page.tokens:
        if token.type in ("fence", "colon_fence") and token.map:
            info = token.info.strip()
            if not info.startswith("{") and info and info not in LANGUAGES:
                fault = f"no language of code is called {info!r}"
                remedy = "begin a directive with {name}, code with one of "
                remedy += ", ".join(sorted(LANGUAGES))
                yield Finding(page.file, token.map[0], fault, remedy)


@rule
def option_names(page: Page) -> Iterator[Finding]:
    """Options of a directive are those that it reads."""
    for directive in page.directives:
        if directive.name not in OPTIONS:
            continue
        known = OPTIONS[directive.name]
        for name in directive.options:
            if name not in known:
                fault = f"{directive.name} has no option {name!r}"
                line = directive.option_line(str(name))
                yield Finding(page.file, line, fault, suggest(str(name), known))


@rule
def roles(page: Page) -> Iterator[Finding]:
    """Roles are those that the book's extensions define."""
    for role in page.roles:
        if role.name not in ROLES:
            fault = f"no role is called {role.name!r}"
            yield Finding(page.file, role.line, fault, suggest(role.name, ROLES))


@rule
def substitutions(page: Page) -> Iterator[Finding]:
    """Substitutions are those of the book's package: the builders and the citation."""
    tokens = [(line_of(token), token) for token in page.tokens]
    tokens += [part for passage in page.passages for part in passage.parts]
    for line, token in tokens:
        if token.type.startswith("substitution_") and token.content not in SUBSTITUTIONS:
            fault = f"no substitution is called {token.content!r}"
            yield Finding(page.file, line, fault, suggest(token.content, SUBSTITUTIONS))


@rule
def table_rows(page: Page) -> Iterator[Finding]:
    r"""Each row of a table has as many cells as its head; | in a formula is \vert."""
    lines = page.text.splitlines()
    for i, token in enumerate(page.tokens):
        if token.type == "tr_open" and token.map and page.tokens[i - 1].type != "thead_open":
            head = next(j for j in range(i, -1, -1) if page.tokens[j].type == "table_open")
            width = sum(t.type == "th_open" for t in page.tokens[head:i])
            line = token.map[0]
            row = lines[line - 1].strip().removeprefix("|").removesuffix("|")
            cells = len(re.findall(r"(?<!\\)\|", row)) + 1
            if cells != width:
                fault = f"cells in this row: {cells}, in the head: {width}"
                remedy = "write \\vert for | in a formula, and \\| elsewhere"
                yield Finding(page.file, line, fault, remedy)


@rule
def markup(page: Page) -> Iterator[Finding]:
    """Signs of Markdown are not left in the text: `$`, `*` and backticks come in pairs.

    A sign that is meant itself is written with a backslash before it.
    """
    for passage in page.passages:
        if passage.kind != "alt" and (found := find_raw(passage)):
            line, sign, remedy = found
            # Where one $ is lost, formulas and text change places up to the passage's end.
            if odd := next(odd_lines(passage), None):
                line, sign, remedy = odd, "$", RAW[r"\$"]
            fault = f"{sign!r} would be shown as it stands"
            yield Finding(page.file, line, fault, remedy)


def find_raw(passage: Passage) -> tuple[int, str, str] | None:
    """Return line, sign and remedy of the first sign of Markdown left in a passage."""
    before = "softbreak"
    for line, token in passage.parts:
        if token.type == "text":
            starts_line = before == "softbreak" and passage.kind != "cell"
            for pattern, remedy in RAW.items():
                match = re.search(pattern, token.content)
                if match and (starts_line or not pattern.startswith("^")):
                    return line, match[0], remedy
        elif token.type == "text_special" and re.match(r"\\\w", token.content):
            return line, token.content, "write a formula between $, and code between backticks"
        before = token.type
    return None


def odd_lines(passage: Passage) -> Iterator[int]:
    """Yield the lines of a passage in which a formula's `$` has no other."""
    for line, text in enumerate(passage.source.split("\n"), passage.line):
        if len(re.findall(r"(?<!\\)\$", re.sub(r"`[^`]*`", "", text))) % 2:
            yield line


@rule
def python(page: Page) -> Iterator[Finding]:
    """A code cell is Python, without magics (`%`) and shell commands (`!`)."""
    return of_kind(page, "python")
