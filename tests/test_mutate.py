"""The sources that are changed to try the tests mean the same as the real ones."""

import json
import subprocess
import tomllib
from collections import Counter

from tools.book import ROOT
from tools.mutate import (
    copy_repository,
    format_row,
    keep_own_tests,
    read_results,
    undecorate,
)

DECORATED = '''\
"""Doc."""

@outer
@inner("a")  # why
def double(x: int) -> int:
    """Return twice x."""
    return 2 * x

@keeper
class Box:
    @property
    def size(self) -> int:
        return 3

    @classmethod
    def make(cls) -> "Box":
        return cls()

@write.register
def _(node: int) -> str:
    return "int"

@write.register
def _(node: str) -> str:
    return "str"
'''
UNDECORATED = '''\
"""Doc."""

def double(x: int) -> int:
    """Return twice x."""
    return 2 * x
double = inner("a")(double)
double = outer(double)

@keeper
class Box:
    def size(self) -> int:
        return 3
    size = property(size)

    @classmethod
    def make(cls) -> "Box":
        return cls()

def _1(node: int) -> str:
    return "int"
_1 = write.register(_1)

def _2(node: str) -> str:
    return "str"
_2 = write.register(_2)
'''


def test_decorators_of_functions_become_the_calls_that_they_stand_for():
    assert undecorate(DECORATED) == UNDECORATED


def test_copy_has_what_git_knows_and_undecorated_sources(tmp_path):
    root, folder = tmp_path / "root", tmp_path / "root" / "_build" / "copy"
    files = {
        ".gitignore": "_build/\n",
        "tools/a.py": DECORATED,
        "tests/a.py": DECORATED,
        "data/big.gz": "",
        "_build/old.html": "",
    }
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    subprocess.run(["git", "init", "--quiet", root], check=True)
    subprocess.run(["git", "add", "tools"], cwd=root, check=True)
    copy_repository(root, folder, ["tools"])
    copied = {p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()}
    assert copied == {".gitignore", "tools/a.py", "tests/a.py"}
    assert (folder / "tools/a.py").read_text() == UNDECORATED
    assert (folder / "tests/a.py").read_text() == DECORATED

    assert (folder / "tools/a.py").stat().st_mtime == (root / "tools/a.py").stat().st_mtime

    results = folder / "mutants" / "tools" / "a.py.meta"
    results.parent.mkdir(parents=True)
    results.write_text("{}")
    (root / "tests/a.py").rename(root / "tests/b.py")
    copy_repository(root, folder, ["tools"])
    assert results.exists()
    assert [path.name for path in (folder / "tests").iterdir()] == ["b.py"]


def test_results_are_counted_by_file(tmp_path):
    (tmp_path / "mutants" / "tools").mkdir(parents=True)
    codes = {"a": 1, "b": 1, "c": 0, "d": 33, "e": None, "f": -24, "g": -9}
    (tmp_path / "mutants" / "tools" / "a.py.meta").write_text(
        json.dumps({"exit_code_by_key": codes})
    )
    states = {"a": "killed", "b": "killed", "c": "survived", "d": "no tests"}
    states |= {"e": "not checked", "f": "timeout", "g": "segfault"}
    assert read_results(tmp_path) == {"tools/a.py": states}
    row = format_row("tools/a.py", Counter(states.values()))
    assert " ".join(row.split()) == "tools/a.py 7 2 1 1 1 1 1 57.1%"
    assert " ".join(format_row("none", Counter()).split()) == "none 0 0 0 0 0 0 0 100.0%"


def test_module_is_tried_by_its_own_tests_if_it_has_some(tmp_path):
    own, other = "tests/course/test_cache.py::test_a[1]", "tests/course/test_pages.py::test_b"
    plural = "tests/course/test_lab_directive.py::test_c"
    whole = "tests/course/test_package.py::test_d"
    tests = {
        "_ext.course.cache.xǁCacheǁprune": [other, own],
        "_ext.course.cache.x_digest": [other],
        "_ext.course.labs.x_visit_lab": [other, plural, whole],
        "_ext.course.x_setup": [other, whole, own],
    }
    path = tmp_path / "stats.json"
    path.write_text(json.dumps({"tests_by_mangled_function_name": tests, "time": 1}), "utf-8")
    keep_own_tests(path)
    assert json.loads(path.read_text("utf-8")) == {
        "tests_by_mangled_function_name": {
            "_ext.course.cache.xǁCacheǁprune": [own],
            "_ext.course.cache.x_digest": [other],
            "_ext.course.labs.x_visit_lab": [plural],
            "_ext.course.x_setup": [whole],
        },
        "time": 1,
    }


def test_tests_that_are_left_out_exist():
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["mutmut"]
    left_out = settings["pytest_add_cli_args"]
    assert left_out
    for option in left_out:
        file, _, test = option.removeprefix("--deselect=").partition("::")
        assert f"def {test}(" in (ROOT / file).read_text("utf-8"), option
