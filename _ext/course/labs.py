"""Labs on a page: where they are placed, the links to them, and the data they load."""

import base64
import json
from pathlib import Path

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.directives.patches import Figure
from sphinx.util import logging
from sphinx.util.docutils import SphinxRole
from sphinx.util.nodes import split_explicit_title

logger = logging.getLogger(__name__)


class lab(nodes.General, nodes.Element):
    """An interactive element; its picture is shown until its script has loaded."""


class Lab(Figure):
    """Place a lab, such as `{lab} neuron` for `<neuron-lab>`, with a caption."""

    option_spec = {
        "alt": directives.unchanged_required,
        "image": directives.uri,
        "load": directives.unchanged,  # `idle`: when the first screen has been drawn
        "name": directives.unchanged_required,
        "state": directives.unchanged,
    }

    def run(self):
        if missing := {"name", "image", "alt"} - set(self.options):
            raise self.error(f"a lab needs :{':, :'.join(sorted(missing))}:")
        kind, self.arguments = self.arguments[0], [self.options.pop("image")]
        data = {key: self.options.pop(key, "") for key in ("load", "state")}
        figure, *faults = super().run()
        figure[0] = lab("", figure[0], kind=kind, data=data)
        figure["classes"].append("lab")
        return [figure, *faults]


def visit_lab(self, node):
    data = {f"data-{key}": text for key, text in node["data"].items() if text}
    self.body.append(self.starttag({}, f"{node['kind']}-lab", "", **data))


def depart_lab(self, node):
    self.body.append(f"</{node['kind']}-lab>\n")


class LabRole(SphinxRole):
    """Link to a lab with settings: {lab}`text <lab-neuron?w=2>`."""

    def run(self):
        _, text, target = split_explicit_title(self.text)
        name, _, state = target.partition("?")
        link = nodes.reference("", text, internal=True, lab=name.strip(), state=state)
        self.set_source_info(link)
        return [link], []


def resolve_lab_links(app, doctree, docname):
    """Turn links to labs into addresses, and warn of a lab that does not exist."""
    labels = app.env.get_domain("std").data["anonlabels"]
    links = [link for link in doctree.findall(nodes.reference) if "lab" in link]
    for link in links:
        if link["lab"] not in labels:
            logger.warning("there is no lab %r", link["lab"], location=link)
            link.parent.replace(link, link.children)
            continue
        page, anchor = labels[link["lab"]]
        address = app.builder.get_relative_uri(docname, page)
        link["refuri"] = f"{address}#{anchor}?{link['state']}"


def write_lab_data(app, exception):
    """Write what labs load: lists that chapters glue, and gzip, which is in base64."""
    if exception:
        return
    folder = Path(app.outdir, "_static", "labs")
    for path in Path(app.outdir).parent.glob("jupyter_execute/book/*.glue.json"):
        for key, value in json.loads(path.read_text("utf-8")).items():
            text = value["data"].get("text/plain", "").strip("'")
            if text.startswith("["):
                (folder / f"{key}.json").write_text(text, "utf-8")
            elif text.startswith("H4sI"):
                (folder / f"{key}.bin.gz").write_bytes(base64.b64decode(text))


def setup(app):
    app.add_node(lab, html=(visit_lab, depart_lab))
    app.add_directive("lab", Lab)
    app.add_role("lab", LabRole())
    app.connect("doctree-resolved", resolve_lab_links)
    app.connect("build-finished", write_lab_data)
