"""Link the first use of each glossary term on a page to its entry in the glossary.

The page that defines a term sets it in bold and gets no link for it; the entry in the
glossary leads back to it. A word that is meant in another sense stays without a link as
`` {unlinked}`word` ``. Above the glossary stand a field, with which `glossary.mjs` narrows
the list, and the letters of the alphabet.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from html import escape
from string import ascii_uppercase
from typing import Any

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.environment.collectors import EnvironmentCollector

NOT_HERE = (
    nodes.citation,
    nodes.reference,
    nodes.literal,
    nodes.math,
    nodes.raw,
    nodes.strong,
    nodes.title,
)
NOT_IN = {"objectives", "unlinked"}
FILTER = """\
<p class="filter pst-js-only d-print-none">
<label for="filter-terms">Filter terms</label>
<input id="filter-terms" type="search" autocomplete="off" spellcheck="false">
<output for="filter-terms"></output>
</p>
"""


def find_terms(env: BuildEnvironment) -> dict[str, tuple[str, str]]:
    """Return page and anchor of each term, by the term in lower case."""
    objects = env.get_domain("std").get_objects()
    return {
        name.lower(): (docname, anchor)
        for name, _, kind, docname, anchor, _ in objects
        if kind == "term"
    }


def find_bold_words(doctree: nodes.document) -> set[str]:
    """Return the words that a page sets in bold, in lower case."""
    return {node.astext().lower() for node in doctree.findall(nodes.strong)}


def is_running_text(text: nodes.Text) -> bool:
    """Return whether a text may hold a link: not in code, titles, links or objectives."""
    node = text.parent
    while isinstance(node, nodes.Element) and not isinstance(node, nodes.document):
        if isinstance(node, NOT_HERE) or NOT_IN.intersection(node["classes"]):
            return False
        node = node.parent
    return text.parent is not None


def link_glossary(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Link a chapter's terms to the glossary, or the glossary's terms to the chapters."""
    terms = find_terms(app.env)
    if docname in {page for page, _ in terms.values()}:
        link_chapters(app, doctree, docname)
        add_letters(doctree)
    elif docname != app.config.root_doc:
        link_terms(app, doctree, docname, terms)


def link_terms(
    app: Sphinx, doctree: nodes.document, docname: str, terms: dict[str, tuple[str, str]]
) -> None:
    """Link the first use of each term that the page itself does not define."""
    defined = find_bold_words(doctree)
    uris = {
        term: f"{app.builder.get_relative_uri(docname, page)}#{anchor}"
        for term, (page, anchor) in terms.items()
        if term not in defined
    }
    pattern = compile_terms(uris)
    for paragraph in list(doctree.findall(nodes.paragraph)):
        for text in list(paragraph.findall(nodes.Text)):
            if uris and is_running_text(text):
                text.parent.replace(text, link_first_uses(text.astext(), pattern, uris))


def compile_terms(terms: Iterable[str]) -> re.Pattern[str]:
    """Return the pattern of terms, in the singular or the plural, the longest first."""
    longest_first = sorted(terms, key=len, reverse=True)
    words = "|".join(map(re.escape, longest_first))
    return re.compile(rf"(?<![\w-])({words})(?:e?s)?(?![\w-])", re.IGNORECASE)


def link_first_uses(
    text: str, pattern: re.Pattern[str], uris: dict[str, str]
) -> list[nodes.Node]:
    """Return a text's parts, with links for the terms in it, which are taken from the rest.

    Parameters
    ----------
    text
        Running text.
    pattern
        What finds the terms of the page.
    uris
        The address of each term that has no link on the page yet.
    """
    parts: list[nodes.Node] = []
    end = 0
    for match in pattern.finditer(text):
        uri = uris.pop(match[1].lower(), None)
        if uri is None:
            continue
        link = nodes.reference("", match[0], internal=True, refuri=uri, classes=["term"])
        parts += [nodes.Text(text[end : match.start()]), link]
        end = match.end()
    return [*parts, nodes.Text(text[end:])]


def find_chapters(env: BuildEnvironment) -> dict[str, tuple[str, int]]:
    """Return page and number of the chapter that sets a word in bold, by the word."""
    return {
        word: (page, parts[""][0])
        for page, parts in env.toc_secnumbers.items()
        if parts
        for word in get_records(env).bold_words.get(page, ())
    }


def link_chapters(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """End each entry of the glossary with a link to the chapter that defines the term."""
    chapters = find_chapters(app.env)
    for term in doctree.findall(nodes.term):
        chapter = chapters.get(term.astext().lower())
        if chapter is None:
            continue  # which `make lint` reports
        page, number = chapter
        uri = app.builder.get_relative_uri(docname, page)
        words = f"chapter\N{NO-BREAK SPACE}{number}"
        link = nodes.reference("", words, internal=True, refuri=uri)
        last = list(term.parent.findall(nodes.paragraph))[-1]
        last += [nodes.Text(" ("), link, nodes.Text(")")]


def format_letters(terms: Iterable[nodes.term]) -> str:
    """Return the alphabet as HTML, in which each letter leads to the first of its terms."""
    anchors: dict[str, str] = {}
    for term in terms:
        anchors.setdefault(term.astext()[0].upper(), escape(term["ids"][0]))
    items = "".join(
        f'<li><a href="#{anchors[letter]}">{letter}</a></li>\n'
        if letter in anchors
        else f"<li>{letter}</li>\n"
        for letter in ascii_uppercase
    )
    return f'<nav class="letters d-print-none" aria-label="Letters"><ul>\n{items}</ul></nav>\n'


def add_letters(doctree: nodes.document) -> None:
    """Put the field and the letters above the glossary of a page."""
    for glossary in list(doctree.findall(addnodes.glossary)):
        html = FILTER + format_letters(glossary.findall(nodes.term))
        place = glossary.parent.index(glossary)
        glossary.parent.insert(place, nodes.raw("", html, format="html"))


def load_filter(
    app: Sphinx,
    pagename: str,
    templatename: str,
    context: dict[str, Any],
    doctree: nodes.document | None,
) -> None:
    """Have a page with a glossary load the script that filters it."""
    if doctree and doctree.next_node(addnodes.glossary):
        app.add_js_file("glossary.mjs", type="module")


@dataclass
class Records:
    """What is remembered from one build to the next.

    Attributes
    ----------
    bold_words
        The words that a page sets in bold: a chapter's own terms are among them.
    linked
        The terms, and the chapters that define them, of the last build.
    """

    bold_words: dict[str, set[str]] = field(default_factory=dict)
    linked: tuple[dict[str, tuple[str, str]], dict[str, tuple[str, int]]] | None = None


def get_records(env: BuildEnvironment) -> Records:
    """Return the records in Sphinx's environment, which it keeps between builds."""
    records: Records = vars(env).setdefault("course_glossary", Records())
    return records


class GlossaryCollector(EnvironmentCollector):
    """Remembers which words a page sets in bold, and what was linked."""

    def clear_doc(self, app: Sphinx, env: BuildEnvironment, docname: str) -> None:
        """Forget a page that is removed or read again."""
        get_records(env).bold_words.pop(docname, None)

    def merge_other(
        self, app: Sphinx, env: BuildEnvironment, docnames: set[str], other: BuildEnvironment
    ) -> None:
        """Take over what another process has read."""
        known = get_records(other).bold_words
        get_records(env).bold_words.update({name: known[name] for name in docnames})

    def process_doc(self, app: Sphinx, doctree: nodes.document) -> None:
        """Note a page's words in bold."""
        get_records(app.env).bold_words[app.env.docname] = find_bold_words(doctree)

    def get_updated_docs(self, app: Sphinx, env: BuildEnvironment) -> list[str]:
        """Return the pages to write again: all when terms have changed, or the glossary."""
        records = get_records(env)
        linked = find_terms(env), find_chapters(env)
        before, records.linked = records.linked, linked
        if before is None or before == linked:
            return []
        if before[0] != linked[0]:
            return sorted(env.found_docs)
        return sorted({page for page, _ in linked[0].values()})
