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

KINDS = r"Solution|Checks|Advice|Mistake: [^\n]+"
BLOCK = re.compile(rf"(?ms)^```python\n# ({KINDS})\n(.*?)^```$")
CHECKS = Path(__file__).parents[2] / "_static" / "labs" / "checks.py"
CHECK = run_path(str(CHECKS))


class place(lab):
    """The code to begin with, of which the page makes an editor."""


def try_out(kind, code, judge, seconds=10):
    """Return what a function finds in the names that some code defines."""
    names = {"show": lambda *values: None}
    signal.signal(signal.SIGPROF, signal.default_int_handler)
    signal.setitimer(signal.ITIMER_PROF, seconds)  # of computing
    try:
        with redirect_stdout(StringIO()):
            exec(code, names)
            return judge(names)
    except KeyboardInterrupt:
        raise ValueError(f"{kind} does not end") from None
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)


def find_fault(results):
    """Return the number of the first check that fails, or None."""
    return next((i for i, r in enumerate(results) if not r["passes"]), None)


def try_solution(data, solution):
    """Raise an error if the solution fails a check, or gets advice."""

    def judge(names):
        results = CHECK["check_code"](names=names, **data)
        advice = CHECK["read_advice"](data["advice"], names, results)
        return results, [sentence for sentence, holds in advice if holds()]

    results, advice = try_out("the solution", solution, judge)
    if (fault := find_fault(results)) is not None:
        raise ValueError(f"the solution is wrong: {results[fault]['text']}")
    if advice:
        raise ValueError(f"the solution gets the advice {advice[0]!r}")


def prepare(data, solution, mistakes):
    """Add the values of mistakes to what the page takes, having run all of them."""
    advice = re.findall(r"(?m)^# (.+)", data["advice"])
    if len({*advice, *mistakes}) < 3:
        raise ValueError("foresee at least 3 mistakes")
    try_solution(data, solution)

    def judge(names):
        return CHECK["check_code"](names=names, **data)

    codes = {sentence: f"{solution}\n{code}" for sentence, code in mistakes.items()}
    for sentence in (sentence for sentence in codes if sentence not in advice):
        results = try_out(repr(sentence), codes[sentence], judge)
        fault = find_fault(results)
        if fault is None or "given" not in results[fault]:
            raise ValueError(f"no value shows the mistake {sentence!r}")
        data["mistakes"].append((fault, results[fault]["given"], sentence))
    for sentence, code in codes.items():
        results = try_out(repr(sentence), code, judge)
        said = next((r["advice"] for r in results if "advice" in r), "none")
        if said != sentence:
            raise ValueError(f"the mistake {sentence!r} gets the advice {said!r}")


class Write(ExerciseDirective):
    """An exercise with an editor, and its solution.

    First comes the task, and the code to begin with: a block of `python`. Each further
    block begins with a comment that says what it is:

    - `# Solution`: code that passes all checks. Text behind it belongs to it.
    - `# Checks`: lines such as `f(2) == 7` or `f(2) >= 0.9`. What follows as a comment,
      as in `f(2) == 7  # f at 2`, is shown instead of the call. A comment by itself
      heads a part, which readers see when those before it pass.
    - `# Advice`: pairs of lines, a comment and a condition. Readers whose code fails
      get the first sentence whose condition holds: see `read_advice` in `checks.py`.
    - `# Mistake: The bias is missing.`: what is written then instead of a part of the
      solution. The build sees that it gets this sentence, by the advice; without a
      condition there, when a check fails with the value that it has here.

    The option `draw` names the module that draws what code gives to `show`: `path` is
    `_static/labs/write-path.mjs`. `write.mjs` says what such a module has.
    """

    option_spec = {**ExerciseDirective.option_spec, "draw": str}

    def run(self):
        task, *parts = BLOCK.split("\n".join(self.content))
        codes = dict(zip(parts[::3], parts[1::3], strict=True))
        sentences = {kind: kind.partition(": ")[2] for kind in codes}
        mistakes = {sentences[kind]: codes[kind] for kind in codes if sentences[kind]}
        try:
            label, draw = self.options["label"], self.options.get("draw")
            if "```python" not in task:
                raise ValueError("the code to begin with is missing")
            data = {"checks": codes["Checks"], "advice": codes.get("Advice", "")}
            data["mistakes"] = []
            prepare(data, codes["Solution"], mistakes)
            checks = json.dumps(data, allow_nan=False)
        except Exception as error:
            raise self.error(f"{type(error).__name__}: {error}") from error
        self.name, self.content = "exercise", StringList(task.split("\n"))
        [exercise] = super().run()
        begin = [*exercise.findall(nodes.literal_block)][-1]
        edition = sha256(f"{begin.astext()}{codes['Checks']}".encode()).hexdigest()[:8]
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
