"""Link the first use of each glossary term on a page to its entry in the glossary.

The page that defines a term sets it in bold and gets no link for it; the entry in the
glossary leads back to it.
"""

import re

from docutils import nodes
from sphinx.application import Sphinx

NOT_HERE = (
    nodes.citation,
    nodes.reference,
    nodes.literal,
    nodes.math,
    nodes.strong,
    nodes.title,
)


def terms(app: Sphinx) -> dict[str, tuple[str, str]]:
    """Return page and anchor of each term, by the term in lower case."""
    objects = app.env.get_domain("std").get_objects()
    return {
        name.lower(): (docname, anchor)
        for name, _, kind, docname, anchor, _ in objects
        if kind == "term"
    }


def is_running_text(text: nodes.Text) -> bool:
    """Whether a text may hold a link: not in code, titles, links or boxes of objectives."""
    node = text.parent
    while isinstance(node, nodes.Element) and not isinstance(node, nodes.document):
        if isinstance(node, NOT_HERE) or "objectives" in node.get("classes", []):
            return False
        node = node.parent
    return text.parent is not None


def link_terms(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    known = terms(app)
    if docname in {page for page, _ in known.values()}:
        link_chapters(app, doctree, docname)
        return
    if not docname.startswith("book/"):
        return
    defined = {node.astext().lower() for node in doctree.findall(nodes.strong)}
    wanted = sorted(known.keys() - defined, key=len, reverse=True)
    words = "|".join(map(re.escape, wanted))
    pattern = re.compile(rf"(?<![\w-])({words})(?:e?s)?(?![\w-])", re.I)
    for paragraph in list(doctree.findall(nodes.paragraph)):
        for text in list(paragraph.findall(nodes.Text)):
            if wanted and is_running_text(text):
                text.parent.replace(text, linked(app, text, pattern, known, docname, wanted))


def linked(app, text, pattern, known, docname, wanted) -> list[nodes.Node]:
    """Return a text's parts, with links for the terms still wanted, which are taken off."""
    parts, end = [], 0
    for match in pattern.finditer(text.astext()):
        term = match[1].lower()
        if term not in wanted:
            continue
        wanted.remove(term)
        page, anchor = known[term]
        uri = f"{app.builder.get_relative_uri(docname, page)}#{anchor}"
        link = nodes.reference("", match[0], internal=True, refuri=uri, classes=["term"])
        parts += [nodes.Text(text.astext()[end : match.start()]), link]
        end = match.end()
    return [*parts, nodes.Text(text.astext()[end:])]


def note_definitions(app: Sphinx, doctree: nodes.document) -> None:
    """Remember which words a page sets in bold: a chapter's own terms are among them."""
    bold = {node.astext().lower() for node in doctree.findall(nodes.strong)}
    app.env.__dict__.setdefault("bold_words", {})[app.env.docname] = bold


def link_chapters(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """End each entry of the glossary with a link to the chapter that defines the term."""
    numbers = {page: parts[""][0] for page, parts in app.env.toc_secnumbers.items() if parts}
    chapters = {word: page for page in numbers for word in app.env.bold_words[page]}
    for term in doctree.findall(nodes.term):
        page = chapters.get(term.astext().lower())
        if page is None:
            continue  # which `make lint` reports
        uri = app.builder.get_relative_uri(docname, page)
        words = f"chapter\N{NO-BREAK SPACE}{numbers[page]}"
        link = nodes.reference("", words, internal=True, refuri=uri)
        last = list(term.parent.findall(nodes.paragraph))[-1]
        last += [nodes.Text(" ("), link, nodes.Text(")")]


def renew_all(app: Sphinx, env, added, changed, removed) -> set[str]:
    """Read every page again when the glossary has changed."""
    return env.found_docs if "book/glossary" in added | changed else set()


def renew_glossary(app: Sphinx, env) -> list[str]:
    """Write the glossary again when chapters define other terms."""
    if env.__dict__.get("bold_words_written") == env.bold_words:
        return []
    env.bold_words_written = dict(env.bold_words)
    return ["book/glossary"]


def setup(app: Sphinx) -> dict:
    app.connect("env-get-outdated", renew_all)
    app.connect("doctree-read", note_definitions)
    app.connect("env-updated", renew_glossary)
    app.connect("doctree-resolved", link_terms)
    return {"env_version": 1, "parallel_read_safe": False, "parallel_write_safe": True}
