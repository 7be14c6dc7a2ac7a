"""Links from running text to the glossary; `_static/terms.mjs` shows its entries."""

import re

from docutils import nodes
from docutils.parsers.rst import roles

FIXED = (
    nodes.citation,
    nodes.literal,
    nodes.math,
    nodes.reference,
    nodes.strong,
    nodes.title,
)


def read_again(app, env, added, changed, removed):
    """Return the pages to read again: all of them when terms may have changed."""
    return env.found_docs if "book/glossary" in changed else []


def read_terms(env):
    """Return (page, anchor) of each term, by the term in small letters."""
    objects = env.get_domain("std").get_objects()
    return {
        name.lower(): (page, anchor)
        for name, _, kind, page, anchor, _ in objects
        if kind == "term"
    }


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
    terms = read_terms(app.env)
    glossaries = {page for page, _ in terms.values()}
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
                page, anchor = target
                uri = f"{app.builder.get_relative_uri(docname, page)}#{anchor}"
                link = nodes.reference("", match[0], refuri=uri, internal=True)
                link["classes"].append("term")
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
