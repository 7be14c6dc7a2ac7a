"""Run chapters as other machines compute, and with other seeds; list claims that fall.

    .venv/bin/python tools/claims.py book/mnist.md

A claim is an `assert` in a chapter. Each holds on all machines. One that does not
say `# this run` also holds in nine of ten seeds.
"""

import ast
import itertools
import json
import os
import re
import subprocess
import sys
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

sys.path.append(str(Path(__file__).parents[1] / "_ext"))

from course.cells import read_cells
from course.claims import Claims

# PyTorch, MKL, oneDNN and OpenBLAS choose their code by the processor. What makes them
# choose another changes the last digits, and a training goes another way.
MACHINES = {
    "as it is": {},
    "AVX2": {
        "ATEN_CPU_CAPABILITY": "avx2",
        "MKL_CBWR": "COMPATIBLE",
        "ONEDNN_MAX_CPU_ISA": "AVX2",
        "OPENBLAS_CORETYPE": "Haswell",
    },
    "SSE": {
        "ATEN_CPU_CAPABILITY": "default",
        "MKL_CBWR": "COMPATIBLE",
        "ONEDNN_MAX_CPU_ISA": "SSE41",
        "OPENBLAS_CORETYPE": "Nehalem",
    },
    "two threads": {"OMP_NUM_THREADS": "2"},
    "nudge 1": {"NUDGE": "1"},
    "nudge 2": {"NUDGE": "2"},
    "nudge 3": {"NUDGE": "3"},
}
SEEDS = {f"seeds + {by}": {"SEEDS": str(by)} for by in range(100, 1000, 100)}
SEEDED = r"(manual_seed|default_rng|RandomState|seed)$"


def nudge_weights(number):
    """Change each weight by a ten-millionth after the first step of each optimizer.

    Another order of a sum would change it by as much.
    """
    import torch
    from torch.optim.optimizer import register_optimizer_step_post_hook

    noise = torch.Generator().manual_seed(number)
    nudged = []

    def nudge(optimizer, args, kwargs):
        if any(optimizer is one for one in nudged):
            return
        nudged.append(optimizer)
        for group in optimizer.param_groups:
            for weights in group["params"]:
                change = torch.randn(weights.shape, generator=noise)
                weights.data.mul_(1 + 1e-7 * change)

    register_optimizer_step_post_hook(nudge)


class Seeds(ast.NodeTransformer):
    """Adds a number to every seed of a cell."""

    def __init__(self, number):
        self.number = number

    def visit_Call(self, node):
        self.generic_visit(node)
        if re.search(SEEDED, ast.unparse(node.func)) and node.args:
            node.args[0] = self.move(node.args[0])
        for keyword in node.keywords:
            is_number = isinstance(keyword.value, ast.Constant)
            if keyword.arg in ("random_state", "seed") and is_number:
                keyword.value = self.move(keyword.value)
        return node

    def move(self, seed):
        return ast.BinOp(seed, ast.Add(), ast.Constant(self.number))


def list_chapters():
    """Return the chapters that claim anything."""
    pages = sorted(Path("book").glob("[!_]*.md"))
    return [str(page) for page in pages if find_marks(page)]


def run_chapter(path):
    """Run a chapter in this process, and return the lines of the claims that fall."""
    import matplotlib.pyplot as plt
    from IPython.core.interactiveshell import InteractiveShell
    from IPython.utils.capture import capture_output

    if "NUDGE" in os.environ:
        nudge_weights(int(os.environ["NUDGE"]))
    shell, fallen = InteractiveShell.instance(), []
    shell.ast_transformers = [Seeds(int(os.environ.get("SEEDS", 0))), Claims()]
    cells = read_cells(path)
    os.chdir(path.parent)
    for start, code in cells:

        def claim(line, test, holds, start=start):
            if not holds():
                fallen.append(start + line - 1)

        shell.push({"_claim": claim}, interactive=False)
        with capture_output():
            result = shell.run_cell(code)
        result.raise_error()
        plt.close("all")
    return sorted(set(fallen))


def find_marks(path):
    """Return, by line, the claims of a chapter, and the word beside each."""
    marks = {}
    for start, code in read_cells(path):
        lines = code.splitlines()
        for node in ast.walk(ast.parse(code)):
            if isinstance(node, ast.Assert):
                source = "\n".join(lines[node.lineno - 1 : node.end_lineno])
                marks[start + node.lineno - 1] = source
    return marks


def start_run(job):
    """Run a chapter in a process of its own, and return what falls there."""
    path, (name, extra) = job
    env = {"MPLBACKEND": "Agg", "OMP_NUM_THREADS": "1", **os.environ, **extra}
    command = [sys.executable, __file__, "--run", path]
    run = subprocess.run(command, env=env, capture_output=True, text=True)
    if run.returncode:
        sys.exit(f"{path}, {name}: {run.stderr}")
    print(f"{path}, {name}: ran", file=sys.stderr, flush=True)
    return path, name, json.loads(run.stdout.splitlines()[-1])


def main(paths):
    """Print each claim that falls, and where; return whether one may not."""
    settings = {**MACHINES, **SEEDS}
    jobs = list(itertools.product(paths, settings.items()))
    where = defaultdict(list)
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for path, name, lines in pool.map(start_run, jobs):
            for line in lines:
                where[path, line].append(name)
    is_wrong = False
    for (path, line), names in sorted(where.items()):
        source = find_marks(path)[line]
        seeds = len(SEEDS.keys() & {*names})
        is_right = seeds == len(names) and ("# this run" in source or seeds <= 1)
        is_wrong |= not is_right
        print(f"{path}:{line}: {'' if is_right else 'falls: '}{source}")
        print(f"    in {', '.join(names)}")
    print(
        f"{len(paths)} chapters, {sum(len(find_marks(path)) for path in paths)} claims"
    )
    return is_wrong


if __name__ == "__main__":
    if sys.argv[1:2] == ["--run"]:
        print(json.dumps(run_chapter(Path(sys.argv[2]))))
    else:
        sys.exit(main(sys.argv[1:] or list_chapters()))
