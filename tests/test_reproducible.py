"""Two builds of one state of the book are equal, byte for byte, but for what is named here.

On another processor sums are rounded otherwise, and trained networks differ a little; what the
chapters say has to hold there, too.
"""

import os
import re
import subprocess
from fnmatch import fnmatch
from itertools import takewhile
from pathlib import Path
from typing import NamedTuple

import pytest

from tools.bench import copy_working_tree, link_packages
from tools.notebooks import TIME

# The folders of the builds, and what Python then orders its sets by.
BUILDS = {"first": "1", "second-with-a-longer-name": "2"}

# What makes libraries compute as on a processor without AVX-512.
OLDER_PROCESSOR = {
    "ATEN_CPU_CAPABILITY": "avx2",
    "MKL_ENABLE_INSTRUCTIONS": "AVX2",
    "ONEDNN_MAX_CPU_ISA": "AVX2",
    "OPENBLAS_CORETYPE": "Haswell",
}


class Varying(NamedTuple):
    """What may differ between two builds: text that matches, in which files, and why."""

    files: str
    pattern: bytes
    reason: str


QUOTED = rb'(?<=class="pasted-text">)\d+(?:\.\d)? (?:s|minutes|milliseconds)(?=<)'
VARYING = [
    Varying("book/build-record.html", rb"\d{4}-\d\d-\d\d", "days on which cells ran"),
    Varying("book/build-record.html", rb'(?<="text-right"><p>)[\d.]+', "seconds of cells"),
    Varying("book/build-record.html", rb"\d\.\d\d GB", "memory at a kernel's peak"),
    Varying("*.html", QUOTED, "times that the text quotes from a run"),
    Varying("_sources/*.ipynb", TIME.pattern, "the same times in notebooks"),
    Varying("searchindex.js", rb'"\d+": (?:\d+|\[[\d, ]+\]), ', "numbers as words"),
]


def mask(name: str, content: bytes) -> bytes:
    """Return a file's content without what may differ."""
    for varying in VARYING:
        if fnmatch(name, varying.files):
            content = re.sub(varying.pattern, b"", content, flags=re.MULTILINE)
    return content


def are_equal(pair: tuple[int, int]) -> bool:
    """Return whether the two bytes of a pair are equal."""
    return pair[0] == pair[1]


def compare(first: Path, second: Path) -> list[str]:
    """Return the files in which two folders differ, each with the place of the difference."""
    found = []
    folders = first, second
    files = [
        {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
        for folder in folders
    ]
    found += [f"{name}: in one build only" for name in sorted(files[0] ^ files[1])]
    for name in sorted(files[0] & files[1]):
        one, other = (mask(name, (folder / name).read_bytes()) for folder in folders)
        if one != other:
            equal = sum(1 for _ in takewhile(are_equal, zip(one, other, strict=False)))
            place = slice(max(0, equal - 40), equal + 40)
            found.append(f"{name}: {one[place]!r} and {other[place]!r}")
    return found


def build(folder: Path, settings: dict[str, str]) -> Path:
    """Build the book from nothing under settings of the environment, and return the site."""
    copy_working_tree(folder)
    link_packages(folder)
    subprocess.run(["make", "book"], cwd=folder, env=os.environ | settings, check=True)
    return folder / "_build" / "html"


@pytest.fixture(scope="module")
def sites(tmp_path_factory) -> list[Path]:
    """Build the book twice from nothing, and return the two sites."""
    folder = tmp_path_factory.mktemp("reproducible")
    return [build(folder / name, {"PYTHONHASHSEED": seed}) for name, seed in BUILDS.items()]


@pytest.mark.slow
def test_two_builds_are_equal_but_for_what_is_named(sites):
    assert not compare(*sites)


@pytest.mark.slow
def test_chapters_hold_on_another_processor(tmp_path):
    build(tmp_path / "course", OLDER_PROCESSOR)
