"""Tabulate when each page was executed and for how long, in the order of the contents.

MyST-NB collects these data, and writes the page with its `nb-exec-table` directive again when
they change. Its own table sorts the pages by file name, aligns no number, and has columns that
say the same for every page of a book that could be built.
"""

from datetime import date, datetime
from importlib.metadata import version
from typing import NamedTuple

from docutils import nodes
from myst_nb.ext.execution_tables import (
    ExecutionStatsNode,
    ExecutionStatsPostTransform,
)
from myst_nb.sphinx_ import NbMetadataCollector
from sphinx.addnodes import pending_xref
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.environment import BuildEnvironment
from sphinx.transforms.post_transforms import SphinxPostTransform

BUILDERS = {
    "Jupyter Book": "jupyter-book",
    "Sphinx": "sphinx",
    "MyST-NB": "myst-nb",
    "sphinx-exercise": "sphinx-exercise",
}


class Run(NamedTuple):
    """When a page was executed, and for how many seconds."""

    day: date
    seconds: float


def name_builders(app: Sphinx, config: Config) -> None:
    """Let pages quote, as `{{ builders }}`, what builds the site, with its versions."""
    *named, last = (f"{name} {version(package)}" for name, package in BUILDERS.items())
    text = f"{', '.join(named)} and {last}"
    config.myst_substitutions = {**config.myst_substitutions, "builders": text}


class ExecutionTable(SphinxPostTransform):
    """Put this table in the place that `nb-exec-table` holds, before MyST-NB puts its own."""

    default_priority = ExecutionStatsPostTransform.default_priority - 1

    def run(self, **kwargs: object) -> None:
        """Replace each placeholder of the page."""
        for placeholder in list(self.document.findall(ExecutionStatsNode)):
            placeholder.replace_self(make_table(self.env.docname, find_runs(self.env)))


def find_runs(env: BuildEnvironment) -> dict[str, Run]:
    """Return the last run of each page that has cells, in the order of the contents."""
    known = NbMetadataCollector.get_doc_data(env)
    records = {name: known[name].get("exec_data") for name in env.collect_relations()}
    return {
        name: Run(datetime.fromtimestamp(record["mtime"]).date(), record["runtime"])
        for name, record in records.items()
        if record
    }


def make_table(docname: str, runs: dict[str, Run]) -> nodes.table:
    """Return a table with a row a page and a row for all.

    Parameters
    ----------
    docname
        The page that shows the table.
    runs
        The runs by page, in the order of the rows.
    """
    rows = [make_row(nodes.Text("page"), "executed on", "seconds")]
    for name, run in runs.items():
        link = pending_xref(
            "",
            nodes.inline("", name),
            refdoc=docname,
            refdomain="std",
            reftype="doc",
            reftarget=f"/{name}",
            refexplicit=False,
            refwarn=True,
        )
        rows.append(make_row(link, f"{run.day}", f"{run.seconds:.1f}"))
    total = sum(run.seconds for run in runs.values())
    rows.append(make_row(nodes.Text("all pages"), "", f"{total:.1f}"))
    columns = [nodes.colspec() for _ in rows[0]]
    head, body = nodes.thead("", rows[0]), nodes.tbody("", *rows[1:])
    group = nodes.tgroup("", *columns, head, body, cols=len(columns))
    return nodes.table("", group)


def make_row(page: nodes.Node, day: str, seconds: str) -> nodes.row:
    """Return a row that keeps a day on one line, and a number to the right."""
    return nodes.row(
        "",
        nodes.entry("", nodes.paragraph("", "", page)),
        nodes.entry("", nodes.paragraph(text=day), classes=["text-nowrap"]),
        nodes.entry("", nodes.paragraph(text=seconds), classes=["text-right"]),
    )
