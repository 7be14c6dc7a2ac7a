"""The package as a whole: its version, and what lint knows of it."""

import re
import shutil
from pathlib import Path

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
