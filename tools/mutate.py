"""Change the package and the linter in small ways, and count the changes that no test sees.

mutmut makes the changes and runs the tests; its settings are in `pyproject.toml`. It leaves
functions with a decorator alone, such as the linter's rules, so it works on a copy of the
repository in which each `@rule` before a function is written as `name = rule(name)` after it,
which means the same.

A change has to be seen by the tests of its own module, such as `test_cache.py` for `cache.py`,
`test_lab_directive.py` for `labs.py` and `test_package.py` for a package's first file, unless
there are none. Others would see more, but slowly: most of them build a book.

    python -m tools.mutate                         all changes that have no result yet
    python -m tools.mutate "_ext.course.cache*"    the changes of one module, again
    python -m tools.mutate --sample 1000           as many, drawn from all files, again
"""

import argparse
import json
import random
import shutil
import subprocess
import sys
import tomllib
from collections import Counter
from collections.abc import Sequence
from itertools import count
from pathlib import Path

import libcst
from mutmut.stats import status_by_exit_code

from tools.book import ROOT

FOLDER = ROOT / "_build" / "mutation"
# What has mutmut make all changes and note which tests run which function; few and fast.
FIRST = "_ext.course.palette.*"
SEED = 1  # of the sample
# What Python gives another meaning to inside of a class.
NATIVE = {"classmethod", "staticmethod"}
# mutmut says `segfault` when a test has ended the process that runs it.
DEAD = ("killed", "timeout", "segfault")
STATES = (*DEAD, "survived", "no tests", "not checked")


class Undecorator(libcst.CSTTransformer):
    """Writes decorators of functions as the calls that they stand for.

    Functions that are called `_`, because only a decorator knows them, get names of their own.
    """

    def __init__(self) -> None:
        super().__init__()
        self._numbers = count(1)

    def leave_FunctionDef(  # noqa: N802 - libcst names it so
        self, original_node: libcst.FunctionDef, updated_node: libcst.FunctionDef
    ) -> libcst.FunctionDef | libcst.FlattenSentinel[libcst.BaseStatement]:
        """Return the function without its decorators, and their calls behind it."""
        decorators = [item.decorator for item in updated_node.decorators]
        if any(isinstance(d, libcst.Name) and d.value in NATIVE for d in decorators):
            return updated_node
        name = updated_node.name.value
        if name == "_":
            name = f"_{next(self._numbers)}"
        calls = [
            libcst.parse_statement(f"{name} = {libcst.Module([]).code_for_node(d)}({name})")
            for d in reversed(decorators)
        ]
        plain = updated_node.with_changes(name=libcst.Name(name), decorators=[])
        return libcst.FlattenSentinel([plain, *calls])


def undecorate(source: str) -> str:
    """Return Python source that means the same and has no decorators before functions."""
    return libcst.parse_module(source).visit(Undecorator()).code


def copy_repository(root: Path, folder: Path, sources: Sequence[str]) -> None:
    """Copy what git knows of a repository, with undecorated sources; data sets stay behind.

    Parameters
    ----------
    root, folder
        The repository and the copy.
    sources
        The folders of the code that is to be changed.
    """
    for old in folder.glob("*"):
        if old.name != "mutants":  # which has mutmut's results
            shutil.rmtree(old) if old.is_dir() else old.unlink()
    shutil.rmtree(folder / "mutants" / "tests", ignore_errors=True)
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    listed = subprocess.run(command, cwd=root, capture_output=True, text=True, check=True)
    for name in listed.stdout.rstrip("\0").split("\0"):
        path, copy = root / name, folder / name
        if name.startswith("data/") or not path.is_file():
            continue
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(path, copy)
        if name.endswith(".py") and name.startswith(tuple(sources)):
            copy.write_text(undecorate(path.read_text("utf-8")), "utf-8")
            shutil.copystat(path, copy)  # mutmut changes a file again when it is newer


def keep_own_tests(path: Path) -> None:
    """Have a function that its module's tests run be tried by no others.

    Parameters
    ----------
    path
        Where mutmut keeps which tests run which function.
    """
    stats = json.loads(path.read_text("utf-8"))
    tests_by_function = stats["tests_by_mangled_function_name"]
    for function, tests in tests_by_function.items():
        module = function.split(".")[-2]
        files = f"/test_{module.removesuffix('s')}", f"/{module}/test_package.py"
        own = [test for test in tests if any(file in test for file in files)]
        tests_by_function[function] = own or tests
    path.write_text(json.dumps(stats), "utf-8")


def read_results(folder: Path) -> dict[str, dict[str, str]]:
    """Return to which end each change came, by file and by the name of the change."""
    return {
        path.relative_to(folder / "mutants").with_suffix("").as_posix(): {
            name: status_by_exit_code[code]
            for name, code in json.loads(path.read_text("utf-8"))["exit_code_by_key"].items()
        }
        for path in sorted((folder / "mutants").rglob("*.py.meta"))
    }


def format_row(name: str, counts: Counter[str]) -> str:
    """Return a line of the table: a name, the changes in all, their ends, the share killed."""
    total = counts.total()
    numbers = "".join(f"{number:9}" for number in (total, *(counts[s] for s in STATES)))
    dead = sum(counts[state] for state in DEAD)
    return f"{name:36}{numbers}{dead / total if total else 1:9.1%}"


def main() -> None:
    """Run mutmut on the changes that are asked for, and print the results."""
    parser = argparse.ArgumentParser("python -m tools.mutate", description=__doc__)
    parser.add_argument("patterns", nargs="*", help="names of changes; without, all are tried")
    parser.add_argument(
        "--sample", type=int, metavar="N", help="N changes drawn from all files"
    )
    options = parser.parse_args()
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["mutmut"]
    copy_repository(ROOT, FOLDER, settings["source_paths"])
    mutmut = Path(sys.executable).with_name("mutmut")
    subprocess.run([mutmut, "run", FIRST], cwd=FOLDER, check=True)
    keep_own_tests(FOLDER / "mutants" / "mutmut-stats.json")

    names = sorted(name for states in read_results(FOLDER).values() for name in states)
    drawn = random.Random(SEED).sample(names, options.sample) if options.sample else names
    patterns = drawn if options.sample else options.patterns
    subprocess.run([mutmut, "run", *patterns], cwd=FOLDER, check=True)

    chosen, total = set(drawn), Counter[str]()
    print(" " * 36 + "".join(f"{head:>9}" for head in ("all", *STATES, "killed")))
    for file, states in read_results(FOLDER).items():
        counts = Counter(state for name, state in states.items() if name in chosen)
        total += counts
        print(format_row(file, counts))
    print(format_row("all files", total))
    print(f"The survivors: cd {FOLDER}; {mutmut} results; {mutmut} show NAME")


if __name__ == "__main__":
    main()
