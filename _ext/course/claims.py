"""Claims: an `assert` that fails costs a line at the end of the build, and no page.

In a kernel that runs a chapter for the site, what fails is kept beside the outputs of
its cell, which goes on. A reader's own kernel raises.
"""

import ast
import json
from contextlib import suppress
from itertools import count
from pathlib import Path

from myst_nb import glue
from sphinx.util import logging

from course.cells import find_line

KEY, NUMBERS = "fallen claim", count(1)


class Claims(ast.NodeTransformer):
    """Makes each `assert` a call of `_claim`."""

    def visit_Assert(self, node):
        test = ast.unparse(node.test)
        call = ast.parse(f"_claim({node.lineno}, {test!r}, lambda: {test})").body[0]
        return ast.increment_lineno(call, node.lineno - 1)


def keep(line, test, holds):
    """Keep a claim that does not hold, and what it compares, as cells keep glue."""
    if holds():
        return
    shell, words = get_ipython(), test  # noqa: F821
    compared = (node for node in ast.walk(ast.parse(test)) if hasattr(node, "ops"))
    for part in (part for node in compared for part in (node.left, *node.comparators)):
        with suppress(NameError):  # of a name within the test
            value = eval(ast.unparse(part), shell.user_ns)
            words += f"\n  {ast.unparse(part)} = {str(value)[:70]}"
    cell = shell.history_manager.input_hist_raw[-1]
    glue(f"{KEY} {next(NUMBERS)}", (cell, line, words), display=False)


def write_fallen(app, exception):
    """Write which claims do not hold, in this run or a kept one; `make` shows it."""
    folder, found = Path(app.outdir).parent, ""
    for page, kept in sorted(getattr(app.env, "nb_metadata", {}).items()):
        for key in (key for key in kept.get("glue", ()) if key.startswith(KEY)):
            file = folder / "jupyter_execute" / f"{page}.glue.json"
            glued = json.loads(file.read_text("utf-8"))[key]
            cell, line, words = ast.literal_eval(glued["data"]["text/plain"])
            line += find_line(app.env.doc2path(page), cell) - 1
            place = f"{app.env.doc2path(page, base=False)}:{line}"
            found += f"{place}: on this machine it does not hold that {words}\n"
    (folder / "claims").write_text(found, "utf-8")
    logging.getLogger(__name__).info(found)


def setup(app):
    app.connect("build-finished", write_fallen)
