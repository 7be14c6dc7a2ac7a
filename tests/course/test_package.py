"""The package as a whole: its version, and what lint knows of it."""

import re
import shutil
from itertools import groupby
from pathlib import Path

from sphinx.testing.util import SphinxTestApp
from tiny_book import TinyBook

from _ext import course
from _ext.course import compute_version
from tools.lint.rules.syntax import DIRECTIVES, ROLES

PACKAGE = Path(course.__file__).parent


def test_pages_are_read_again_when_the_package_changes(tmp_path):
    shutil.copytree(PACKAGE, tmp_path / "course")
    version = compute_version(tmp_path / "course")
    assert version == compute_version(PACKAGE)
    with (tmp_path / "course" / "formulas.py").open("a") as module:
        module.write("# changed")
    assert compute_version(tmp_path / "course") != version


def test_lint_knows_every_directive_and_role():
    code = (PACKAGE / "__init__.py").read_text("utf-8")
    directives = set(re.findall(r'add_directive\("([^"]+)"', code))
    roles = set(re.findall(r'add_role\("([^"]+)"', code))
    assert {"chapter-map"} <= directives <= DIRECTIVES
    assert {"unlinked"} <= roles <= ROLES


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
