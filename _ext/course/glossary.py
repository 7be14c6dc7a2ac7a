"""Links from running text to the glossary; `_static/terms.mjs` shows its entries."""

import re

from docutils import nodes
from docutils.parsers.rst import roles

FIXED = (nodes.citation, nodes.literal, nodes.math, nodes.reference, nodes.strong)
UNLINKED = {"unlinked", "objectives"}  # classes of what stays as it is
GLOSSARY = "book/glossary"


def find_running_text(parent, is_running=False):
    """Yield the text of paragraphs, but for what is part of a link, a term or code."""
    for node in parent.children:
        if isinstance(node, nodes.Text):
            if is_running:
                yield node
        elif not isinstance(node, FIXED) and UNLINKED.isdisjoint(node["classes"]):
            in_paragraph = is_running or isinstance(node, nodes.paragraph)
            yield from find_running_text(node, in_paragraph)


def link_terms(app, doctree, docname):
    """Link the first use of each glossary term on a page to its definition."""
    if docname in {GLOSSARY, app.config.root_doc}:
        return
    # (page, anchor) of each term, by the term in small letters
    terms = dict(app.env.get_domain("std").data["terms"])
    for bold in doctree.findall(nodes.strong):
        terms.pop(bold.astext().lower(), None)
    words = "|".join(map(re.escape, sorted(terms, key=len, reverse=True)))
    pattern = re.compile(rf"(?<![\w-])({words})(?:e?s)?(?![\w-])", re.IGNORECASE)
    for text in list(find_running_text(doctree)):
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
    app.connect("doctree-resolved", link_terms)
