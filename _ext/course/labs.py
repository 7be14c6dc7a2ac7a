r"""Put labs, things to play with, into a page, and links that open them as an author set them.

A page writes the directive `{lab}` with the name of the lab, such as `neuron`, whose element
`<neuron-lab>` is in `_static/labs/neuron.mjs`. The picture in it is what readers have without
scripts, on paper and in notebooks. The role `` {lab}`words <lab-neuron?w=2>` `` leads to a lab
with what stands behind the question mark set.
"""

from html import escape
from typing import Any

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective, SphinxRole
from sphinx.util.nodes import split_explicit_title
from sphinx.writers.html5 import HTML5Translator

logger = logging.getLogger(__name__)

FOLDER = "labs/"
LOADER = f"{FOLDER}loader.mjs"


class lab(nodes.General, nodes.Element):  # noqa: N801 - docutils names nodes so
    """A lab's element, around the picture that stands there until the lab does."""


class lab_link(nodes.reference):  # noqa: N801 - docutils names nodes so
    """A link that opens a lab with settings."""


class Lab(SphinxDirective):
    """Places a lab, as a figure whose caption is the directive's content."""

    required_arguments = 1
    has_content = True
    option_spec = {  # noqa: RUF012 - docutils wants a plain dictionary
        "alt": directives.unchanged_required,
        "image": directives.uri,
        "load": lambda word: directives.choice(word, ("near", "touch")),
        "name": directives.unchanged_required,
        "state": directives.unchanged,
    }

    def run(self) -> list[nodes.Node]:
        """Return a figure that holds the lab and its caption.

        Raises
        ------
        docutils.parsers.rst.DirectiveError
            When picture, alternative text, name or caption is missing.
        """
        missing = [f":{name}:" for name in ("name", "image", "alt") if name not in self.options]
        if missing or not self.content:
            raise self.error(f"a lab without {', '.join(missing) or 'a caption'}")
        image = nodes.image("", uri=self.options["image"], alt=self.options["alt"])
        settings = {key: self.options.get(key, "") for key in ("load", "state")}
        place = lab("", image, kind=self.arguments[0], settings=settings)
        first, *rest = self.parse_content_to_nodes()
        caption = nodes.caption(first.rawsource, "", *first.children)
        figure = nodes.figure("", place, caption, classes=["lab"])
        if rest:
            figure += nodes.legend("", *rest)
        for node in (image, place, caption, figure):
            self.set_source_info(node)
        self.add_name(figure)
        return [figure]


class LabRole(SphinxRole):
    """Links to a lab with settings."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        """Return the link, which gets its address when all pages have been read."""
        _, words, target = split_explicit_title(self.text)
        name, _, state = target.partition("?")
        link = lab_link("", words, internal=True, lab=name.strip(), state=state)
        self.set_source_info(link)
        return [link], []


def withhold_sheets(app: Sphinx, config: Config) -> None:
    """Keep the style sheets of labs, which fetch them, off the pages.

    Jupyter Book has every page load every sheet in `_static`.
    """
    names = [name for name in config.html_css_files if not str(name).startswith(FOLDER)]
    config.html_css_files = names


def resolve_links(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Give the links to labs their addresses."""
    labels = app.env.get_domain("std").data["anonlabels"]
    for link in list(doctree.findall(lab_link)):
        if link["lab"] not in labels:
            fault = f"there is no lab {link['lab']!r}"
            logger.warning(fault, location=link, type="course", subtype="lab")
            link.parent.replace(link, link.children)
            continue
        page, anchor = labels[link["lab"]]
        uri = app.builder.get_relative_uri(docname, page)
        link["refuri"] = f"{uri}#{anchor}?{link['state']}"


def load_labs(
    app: Sphinx,
    pagename: str,
    templatename: str,
    context: dict[str, Any],
    doctree: nodes.document | None,
) -> None:
    """Have a page with labs load the script that fetches them when they come near."""
    if doctree and doctree.next_node(lab):
        app.add_js_file(LOADER, type="module")


def visit_lab(self: HTML5Translator, node: lab) -> None:
    """Begin the element of a lab."""
    settings = "".join(
        f' data-{name}="{escape(text)}"' for name, text in node["settings"].items() if text
    )
    self.body.append(f"<{node['kind']}-lab{settings}>")


def depart_lab(self: HTML5Translator, node: lab) -> None:
    """End the element of a lab."""
    self.body.append(f"</{node['kind']}-lab>\n")


def visit_lab_link(self: HTML5Translator, node: lab_link) -> None:
    """Begin a link, as the theme begins others."""
    self.visit_reference(node)


def depart_lab_link(self: HTML5Translator, node: lab_link) -> None:
    """End a link."""
    self.depart_reference(node)
