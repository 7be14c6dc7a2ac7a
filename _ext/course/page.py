"""What templates show of a page, and what assistive technology is told of it."""

import re
from pathlib import Path
from textwrap import shorten

from docutils import nodes
from segno import make_qr
from sphinx.util import logging

from course.chapters import read_chapters, sum_minutes
from course.labs import lab
from course.questions import is_question

logger = logging.getLogger(__name__)

# Faults for assistive technology in the HTML of the theme, Sphinx and pandas, with
# their cures
HTML_FIXES = {
    'role="heading">': 'role="heading" aria-level="2">',
    'class="sidebar-drawer">': 'class="sidebar-drawer" aria-label="Chapters">',
    'class="toc-drawer">': 'class="toc-drawer" aria-label="On this page">',
    '<div class="table-wrapper': '<div tabindex="0" class="table-wrapper',
    "<pre>": '<pre tabindex="0">',
    '<div class="output text_html">': '<div tabindex="0" class="output text_html">',
    "<th></th>": "<td></td>",
    ' role="doc-biblioentry"': ' role="none"',  # deprecated
    '<div role="list" class="citation-list">': '<div class="citation-list">',
}
SECOND_ID = (
    r'(?<=colwidths-auto docutils container") id="[^"]*"'
    r'|(?<=<section) id="(exercise|solution)-content"'
)


def describe_page(app, pagename, templatename, context, doctree):
    """Give templates the beginning of a page's text, and where its source is."""
    text = ""
    if doctree is not None:
        context["source"] = pagename + context["page_source_suffix"]
        start = next(doctree.findall(nodes.section), doctree)
        paragraphs = [part for part in start if isinstance(part, nodes.paragraph)]
        words = " ".join(part.astext() for part in paragraphs)
        text = shorten(words, 200, placeholder=" …")
    default = f"{context.get('title', 'Search')}, a page of {app.config.project}."
    context["description"] = text or default


def load_parts(app, pagename, templatename, context, doctree):
    """Load scripts of questions, labs and terms, and formulas' font, where they are."""
    scripts = context["script_files"]
    scripts[:] = [one for one in scripts if "design-tabs" not in one.filename]  # unused
    if doctree is None:
        return
    if pagename == app.config.root_doc:
        app.add_js_file("questions/return.mjs", type="module")
    if doctree.next_node(is_question):
        app.add_css_file("questions/questions.css")
        app.add_js_file("questions/questions.mjs", type="module")
    if doctree.next_node(lab):
        app.add_css_file("labs/room.css")
        app.add_js_file("labs/loader.mjs", type="module")
    if any("term" in link["classes"] for link in doctree.findall(nodes.reference)):
        app.add_js_file("terms.mjs", type="module")
    formulas = [doctree.next_node(kind) for kind in (nodes.math, nodes.math_block)]
    context["has_formula"] = any(formulas)


def add_structured_data(app, pagename, templatename, context, doctree):
    """Tell search engines what a chapter or the landing page teaches (schema.org).

    What all of them share is the setting `material` of `_config.yml`.
    """
    chapters = read_chapters(app.env)
    is_start = pagename == app.config.root_doc
    has_labs = doctree is not None and doctree.next_node(lab)
    if pagename in chapters or (has_labs and not is_start):  # for class mode
        code = make_qr(context["pageurl"])
        context["code"] = code.svg_inline(light="#fff", unit="vmin")
        app.add_js_file("class/enter.mjs", type="module")
    if not (is_start or pagename in chapters):
        return
    taught = list(chapters.values()) if is_start else [chapters[pagename]]
    boxes = doctree.findall(nodes.admonition)
    first = next((box for box in boxes if "objectives" in box["classes"]), None)
    needed = [link.astext() for link in first.findall(nodes.reference)] if first else []
    material = context["material"]
    resource = {
        **material,
        "name": app.config.project if is_start else taught[0].title,
        "description": context["description"],
        "url": context["pageurl"],
        "identifier": context["pageurl"],
        "version": app.config.version,
        "dateModified": context["last_updated"],
        "license": context["licence"],
        "author": {"@type": "Organization", "name": app.config.author},
        "competencyRequired": [*material["competencyRequired"], *needed],
        "teaches": [chapter.question for chapter in taught],
        "timeRequired": f"PT{sum(sum_minutes(taught))}M",
    }
    context["resource"] = resource


def fix_pages(app, exception):
    """Make the changes of HTML_FIXES, and remove pandas' style and second ids."""
    if exception:
        return
    unseen = set(HTML_FIXES)
    surplus = re.compile(f"<style scoped>.*?</style>|{SECOND_ID}", re.DOTALL)
    for page in Path(app.outdir).rglob("*.html"):
        marked = surplus.sub("", page.read_text("utf-8"))
        for found, better in HTML_FIXES.items():
            marked = marked.replace(found, better)
        page.write_text(marked, "utf-8")
        unseen = {found for found in unseen if HTML_FIXES[found] not in marked}
    for found in sorted(unseen):
        words = "no page has %s any more; adapt HTML_FIXES in _ext/course/page.py"
        logger.warning(words, found, type="course", subtype="html")


def setup(app):
    for step in (describe_page, load_parts, add_structured_data):
        app.connect("html-page-context", step, priority=900)  # after the theme
    app.connect("build-finished", fix_pages)
