"""Claims: an `assert` that fails costs a line at the end of the build, and no page.

In a kernel that runs a chapter for the site, what fails is kept beside the outputs of
its cell, which goes on. A reader's own kernel raises.
"""

import ast
import itertools
import json
from pathlib import Path

from myst_nb import glue

from course.cells import find_line

KEY = "fallen claim"
NUMBERS = itertools.count(1)


def find_operands(node):
    """Yield what a test compares, but for numbers and names of its own."""
    if isinstance(node, ast.Compare):
        parts = [node.left, *node.comparators]
        yield from (part for part in parts if not isinstance(part, ast.Constant))
    elif not isinstance(node, ast.GeneratorExp | ast.ListComp | ast.Lambda):
        for child in ast.iter_child_nodes(node):
            yield from find_operands(child)


class Claims(ast.NodeTransformer):
    """Makes each `assert` a call of `_claim`."""

    def visit_Assert(self, node):
        test = ast.unparse(node.test)
        operands = map(ast.unparse, find_operands(node.test))
        values = ", ".join(f"({operand!r}, {operand})" for operand in operands)
        call = f"_claim({node.lineno}, {test!r}, lambda: {test}, lambda: [{values}])"
        return ast.increment_lineno(ast.parse(call).body[0], node.lineno - 1)


def keep(line, test, holds, find_values):
    """Keep a claim that does not hold where MyST-NB keeps what cells glue."""
    if not holds():
        cell = get_ipython().history_manager.input_hist_raw[-1]  # noqa: F821
        values = [f"  {name} = {str(value)[:70]}" for name, value in find_values()]
        glue(f"{KEY} {next(NUMBERS)}", (cell, line, [test, *values]), display=False)


def write_fallen(app, exception):
    """Write which claims do not hold, in this run or a kept one; `make` shows it."""
    folder, words = Path(app.outdir).parent, ""
    for page, kept in sorted(getattr(app.env, "nb_metadata", {}).items()):
        for key in (key for key in kept.get("glue", ()) if key.startswith(KEY)):
            glued = folder / "jupyter_execute" / f"{page}.glue.json"
            value = json.loads(glued.read_text("utf-8"))[key]["data"]["text/plain"]
            cell, line, claim = ast.literal_eval(value)
            file = app.env.doc2path(page, base=False)
            line += find_line(app.env.doc2path(page), cell) - 1
            words += f"{file}:{line}: on this machine it does not hold that "
            words += "\n".join(claim) + "\n"
    (folder / "claims").write_text(words, "utf-8")


def setup(app):
    app.connect("build-finished", write_fallen)
