"""The package as a whole: its version, and what lint knows of it."""

import importlib
import re
import shutil
from importlib.metadata import packages_distributions
from itertools import groupby
from pathlib import Path

import pytest
from packaging.utils import canonicalize_name
from sphinx.testing.util import SphinxTestApp
from tiny_book import TinyBook

from _ext import course
from _ext.course import MAKERS, compute_version
from tools.book import ROOT
from tools.lint.rules.syntax import DIRECTIVES, OPTIONS, ROLES, SUBSTITUTIONS

PACKAGE = Path(course.__file__).parent
PICTURE = '<svg xmlns="http://www.w3.org/2000/svg" width="3" height="2" viewBox="0 0 3 2"/>'
MAP = """\
# A book

{unlinked}`Word`, {lab}`a fall <lab-ball>`, {cite:t}`zhu2020`, $x$, and

$$
x^2
$$

```{chapter-map}
```

```{course-hours}
```

```{bibliography}
```
"""
CHAPTER = """\
# Chapter

See {numref}`late`.

:::{admonition} In this chapter
:class: objectives

**Questions:** What?

**Path:** core; needs nothing.

**Time:** 20 minutes to read, 10 for the exercises.
:::

## Later

```{figure} line.svg
:name: late
:figclass: opening
:alt: A line

A line.
```

:::{lab} ball
:name: lab-ball
:image: line.svg
:alt: A ball

It falls.
:::
"""


def test_pages_are_read_again_when_the_package_changes(tmp_path):
    shutil.copytree(PACKAGE, tmp_path / "course")
    version = compute_version(tmp_path / "course")
    assert version == compute_version(PACKAGE)
    with (tmp_path / "course" / "formulas.py").open("a") as module:
        module.write("# changed")
    assert compute_version(tmp_path / "course") != version


@pytest.mark.parametrize("changed", ["math-core", "sphinx-design", "pillow"])
def test_pages_are_read_again_when_what_makes_them_changes(monkeypatch, changed):
    before = compute_version(PACKAGE)
    find_version = course.find_version
    monkeypatch.setattr(
        course, "find_version", lambda name: find_version(name) + "1" * (name == changed)
    )
    assert compute_version(PACKAGE) != before


def test_everything_that_makes_pages_is_known(make_book):
    book = make_book("# A book\n")
    book.build()
    packages = packages_distributions()
    modules = {name.partition(".")[0] for name in book.app.extensions} - {"_ext", "alabaster"}
    loaded = {package for name in modules for package in packages[name]}
    asked = re.findall(r"^[a-z][\w-]*", (ROOT / "requirements.txt").read_text(), re.MULTILINE)
    needed = {canonicalize_name(name) for name in {*loaded, *asked}}
    idle = {name for name in needed if re.fullmatch("sphinxcontrib-.*(help|html|jsmath)", name)}
    assert {"sphinx-design", "math-core"} <= needed
    assert needed - idle - {"sphinx-autobuild"} <= set(MAKERS)


def test_page_can_use_all_that_is_registered(make_book):
    book = make_book(MAP, {"one": CHAPTER})
    book.write("line.svg", PICTURE)
    book.write("_static/labs/loader.mjs", "")
    book.write("references.bib", "@misc{zhu2020, author={Zhu, An}, title={Late}, year={2020}}")
    book.build()
    assert book.warnings == []
    words = "span.unlinked", "a[href^='one.html#lab-ball']"
    formulas = "p math:not([display])", "math[display=block]"
    lists = "ul.chapters .emblem", "p.hours", "li .label:-soup-contains('Zhu, 2020')"
    first = book.html()
    assert [what for what in (*words, *formulas, *lists) if not first.select(what)] == []
    chapter = book.html("one")
    pictures = ".preview img", "figure.opening img[width]", "ball-lab img"
    assert [what for what in pictures if not chapter.select(what)] == []


def test_pages_can_be_read_and_written_by_several_processes(make_book):
    book = make_book("# A book\n")
    book.build()
    package = book.app.extensions["_ext.course"]
    assert package.parallel_read_safe
    assert package.parallel_write_safe


def test_lint_knows_every_directive_its_options_and_every_role():
    code = (PACKAGE / "__init__.py").read_text("utf-8")
    added = re.findall(r'add_directive\("([^"]+)", (\w+)\.(\w+)\)', code)
    assert len(added) == code.count("add_directive(") > 0
    for name, module, directive in added:
        spec = getattr(importlib.import_module(f"_ext.course.{module}"), directive).option_spec
        assert name in DIRECTIVES
        assert OPTIONS[name] == set(spec or ())
    roles = set(re.findall(r'add_role\("([^"]+)"', code))
    assert {"unlinked"} <= roles <= ROLES


def test_lint_knows_every_substitution_and_no_other(tmp_path):
    book = TinyBook(tmp_path)
    book.write("index.md", "# A book\n")
    book.build()
    assert book.app.config.myst_substitutions.keys() == SUBSTITUTIONS


def test_table_has_the_steps_in_the_order_in_which_they_happen(tmp_path):
    """An event of Sphinx has a hyphen in its name."""
    rows = re.findall(r"^(\w+-[\w-]+) +(\w+) +(?!.*\(called by)", course.__doc__, re.MULTILINE)
    told = {
        event: [module for module, _ in groupby(row[1] for row in group)]
        for event, group in groupby(rows, lambda row: row[0])
    }
    happened, done = [], {}

    def note_steps(app: SphinxTestApp) -> None:
        emit = app.events.emit
        app.events.emit = lambda name, *args, **options: (
            happened.append(name) or emit(name, *args, **options)
        )
        for event, listeners in app.events.listeners.items():
            steps = sorted(listeners, key=lambda listener: listener.priority)
            modules = [step.handler.__module__.rpartition(".") for step in steps]
            ours = [module for package, _, module in modules if package == course.__name__]
            done[event] = [module for module, _ in groupby(ours)]

    book = TinyBook(tmp_path)
    book.write("index.md", "# A book\n")
    book.build(note_steps)
    for event in ("env-purge-doc", "env-merge-info"):
        done.pop(event)
    assert told == {event: modules for event, modules in done.items() if modules}
    before = ["config-inited", "builder-inited"]
    # In other processes, while the handlers of the event before it wait.
    happened.insert(happened.index("env-before-read-docs") + 1, "chapter-executed")
    order = dict.fromkeys(name for name in before + happened if name in told)
    assert list(told) == list(order)


def test_first_file_names_every_module():
    names = {path.stem for path in PACKAGE.glob("*.py")} - {"__init__"}
    assert names <= set(re.findall(r"\w+", course.__doc__))
