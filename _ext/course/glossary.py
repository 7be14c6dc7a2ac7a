"""Links from running text to the glossary, each with its definition."""

import re

from docutils import nodes
from docutils.parsers.rst import roles
from sphinx.util import logging

logger = logging.getLogger(__name__)

FIXED = (
    nodes.citation,
    nodes.literal,
    nodes.math,
    nodes.reference,
    nodes.strong,
    nodes.title,
)
# How LaTeX is written in plain text; a pair of braces is left out.
SIGNS = {
    r"\hat y": "ŷ",
    r"\log": "log",
    r"\sum": "∑",
    r"\cdot": "·",
    r"\mathbf": "",
}


def read_again(app, env, added, changed, removed):
    """Return the pages to read again: all of them when definitions have changed."""
    return env.found_docs if "book/glossary" in changed else []


def write_plainly(text, item):
    """Return a definition with its formulas as plain text, and warn of other LaTeX."""
    for tex, sign in SIGNS.items():
        text = text.replace(tex, sign)
    for left in re.findall(r"\\[a-zA-Z]+|\\.", text):
        words = "SIGNS in _ext/course/glossary.py has no sign for %s"
        logger.warning(words, left, location=item, once=True)
    return " ".join(re.sub("[{}]", "", text).split())


def read_definitions(env):
    """Return (page, anchor, definition) of each term, by the term in small letters."""
    terms = {
        anchor: (name.lower(), page)
        for name, _, kind, page, anchor, _ in env.get_domain("std").get_objects()
        if kind == "term"
    }
    found = {}
    for page in {page for _, page in terms.values()}:
        for item in env.get_doctree(page).findall(nodes.definition_list_item):
            for anchor in item[0]["ids"]:
                if anchor in terms:
                    name, _ = terms[anchor]
                    definition = write_plainly(item[-1].astext(), item)
                    found[name] = (page, anchor, definition)
    return found


def may_link(text):
    """Return whether text is running text, and no part of a link, a title or code."""
    node = text.parent
    while node is not None and not isinstance(node, nodes.document):
        if isinstance(node, FIXED) or {"unlinked", "objectives"} & set(node["classes"]):
            return False
        node = node.parent
    return True


def find_running_text(doctree):
    """Return the pieces of text in which terms may be linked."""
    return [
        text
        for paragraph in doctree.findall(nodes.paragraph)
        for text in paragraph.findall(nodes.Text)
        if may_link(text)
    ]


def link_terms(app, doctree, docname):
    """Link the first use of each glossary term on a page to its definition."""
    terms = read_definitions(app.env)
    glossaries = {page for page, _, _ in terms.values()}
    if docname in {*glossaries, app.config.root_doc}:
        return
    for bold in doctree.findall(nodes.strong):
        terms.pop(bold.astext().lower(), None)
    words = "|".join(map(re.escape, sorted(terms, key=len, reverse=True)))
    pattern = re.compile(rf"(?<![\w-])({words})(?:e?s)?(?![\w-])", re.IGNORECASE)
    for text in find_running_text(doctree):
        parts, end = [], 0
        for match in pattern.finditer(text):
            target = terms.pop(match[1].lower(), None)
            if target:
                page, anchor, definition = target
                uri = f"{app.builder.get_relative_uri(docname, page)}#{anchor}"
                link = nodes.reference("", match[0], refuri=uri, internal=True)
                link["classes"].append("term")
                link["reftitle"] = definition
                parts += [nodes.Text(text[end : match.start()]), link]
                end = match.end()
        if parts:
            text.parent.replace(text, [*parts, nodes.Text(text[end:])])


def setup(app):
    # Words that are no term, although the glossary has one of that name:
    # {unlinked}`folds`.
    options = {"class": ["unlinked"]}
    role = roles.CustomRole("unlinked", roles.generic_custom_role, options)
    app.add_role("unlinked", role)
    app.connect("env-get-outdated", read_again)
    app.connect("doctree-resolved", link_terms)
