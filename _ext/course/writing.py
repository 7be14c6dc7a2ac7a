"""Exercises for which readers write Python in the page.

`_static/labs/write.mjs` makes an editor of the code that they begin with. The solution
and the mistakes are run here by Python, and by the tests in a browser.
"""

import json
import re
import signal
from contextlib import redirect_stdout
from hashlib import sha256
from io import StringIO
from pathlib import Path
from runpy import run_path

from docutils import nodes
from docutils.statemachine import StringList
from sphinx_exercise.directive import ExerciseDirective

from course.labs import depart_lab, lab, visit_lab

BLOCK = re.compile(r"(?ms)^```python\n# (Solution|Checks|Mistake: [^\n]+)\n(.*?)^```$")
CHECKS = Path(__file__).parents[2] / "_static" / "labs" / "checks.py"
check_code = run_path(str(CHECKS))["check_code"]


class place(lab):
    """The code to begin with, of which the page makes an editor."""


def try_out(kind, code, checks, seconds=10):
    """Return what comes of the checks of some code, and the first that fails."""
    names = {"show": lambda *values: None}
    signal.signal(signal.SIGPROF, signal.default_int_handler)
    signal.setitimer(signal.ITIMER_PROF, seconds)  # of computing
    try:
        with redirect_stdout(StringIO()):
            exec(code, names)
            results = check_code(checks, [], names)
    except KeyboardInterrupt:
        raise ValueError(f"{kind} does not end") from None
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
    faults = (i for i, result in enumerate(results) if not result["passes"])
    return results, next(faults, None)


def prepare(solution, checks, mistakes):
    """Return checks and mistakes as the page takes them, having run all of them."""
    known = []
    if len(mistakes) < 3:
        raise ValueError(f"foresee at least 3 mistakes, not {len(mistakes)}")
    results, fault = try_out("the solution", solution, checks)
    if fault is not None:
        raise ValueError(f"the solution is wrong: {results[fault]['text']}")
    for advice, change in mistakes.items():
        kind, code = f"the mistake {advice!r}", f"{solution}\n{change}"
        results, fault = try_out(kind, code, checks)
        if fault is None or "given" not in results[fault]:
            raise ValueError(f"no value shows {kind}")
        known.append((fault, results[fault]["given"], advice))
    return {"checks": checks, "mistakes": known}


class Write(ExerciseDirective):
    """An exercise with an editor, and its solution.

    First comes the task, and the code to begin with: a block of `python`. Each further
    block begins with a comment that says what it is:

    - `# Solution`: code that passes all checks. Text behind it belongs to it.
    - `# Checks`: lines such as `f(2) == 7` or `f(2) >= 0.9`. What follows as a comment,
      as in `f(2) == 7  # f at 2`, is shown instead of the call.
    - `# Mistake: The bias is missing.`: what is written then instead of a part of the
      solution. Readers get this sentence when the first of their checks that fails has
      the value that it has here.

    The option `draw` names the module that draws what code gives to `show`: `path` is
    `_static/labs/write-path.mjs`. `write.mjs` says what such a module has.
    """

    option_spec = {**ExerciseDirective.option_spec, "draw": str}

    def run(self):
        task, *parts = BLOCK.split("\n".join(self.content))
        codes = dict(zip(parts[::3], parts[1::3], strict=True))
        advice = {kind: kind.partition(": ")[2] for kind in codes}
        mistakes = {advice[kind]: codes[kind] for kind in codes if advice[kind]}
        try:
            label, draw = self.options["label"], self.options.get("draw")
            if "```python" not in task:
                raise ValueError("the code to begin with is missing")
            data = prepare(codes["Solution"], codes["Checks"], mistakes)
            checks = json.dumps(data, allow_nan=False)
        except Exception as error:
            raise self.error(f"{type(error).__name__}: {error}") from error
        self.name, self.content = "exercise", StringList(task.split("\n"))
        [exercise] = super().run()
        begin = [*exercise.findall(nodes.literal_block)][-1]
        edition = sha256(f"{begin.astext()}{checks}".encode()).hexdigest()[:8]
        data = {"checks": checks, "draw": draw, "edition": edition}
        begin.replace_self(place("", begin.deepcopy(), kind="write", data=data))
        head = f":::::{{solution}} {label}\n:label: sol-{label}\n:class: dropdown\n"
        code = f"```python\n{codes['Solution']}```"
        explanation = parts[parts.index("Solution") + 2]
        solution = f"{head}\n{code}\n{explanation}\n:::::"
        return [exercise, *self.parse_text_to_nodes(solution)]


def setup(app):
    app.add_node(place, html=(visit_lab, depart_lab))
    app.add_directive("write", Write)
