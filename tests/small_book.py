"""A small book that the tests change and build."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from tools.book import ROOT

SOURCE = ROOT / "tests" / "small-book"
# What the small book takes from the real one.
SHARED = (
    "CITATION.cff",
    "_config.yml",
    "_ext",
    "_static",
    "_templates",
    "book/matplotlibrc",
    "book/requirements.txt",
    "data",
    "images",
    "requirements.txt",
    "tools/draw/palette.toml",
)


class SmallBook:
    """A copy of the small book with the configuration and extensions of the real one.

    Parameters
    ----------
    root
        The folder of the copy.
    """

    def __init__(self, root: Path) -> None:
        self.root = root

    @classmethod
    def create(cls, root: Path) -> "SmallBook":
        """Copy the small book, which has not been built, to a new folder."""
        shutil.copytree(SOURCE, root)
        for name in SHARED:
            path = root / name
            if (ROOT / name).is_dir():
                shutil.copytree(ROOT / name, path, ignore=shutil.ignore_patterns("*-ubyte"))
            else:
                path.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(ROOT / name, path)
        config = (root / "_config.yml").read_text("utf-8")
        # They lead to pages that only the real book has.
        redirects = re.compile(r"(?<=rediraffe_redirects:).*\n(?: {6}.*\n)*")
        (root / "_config.yml").write_text(redirects.sub(" {}\n", config), "utf-8")
        return cls(root)

    def start(self, *, start_new_session: bool = False) -> subprocess.Popen[str]:
        """Start what `make book` does."""
        return subprocess.Popen(
            [sys.executable, "-m", "tools.build"],
            cwd=self.root,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=start_new_session,
        )

    def make(self) -> tuple[bool, str]:
        """Build as `make book` does; return whether that succeeded and what was printed."""
        with self.start() as build:
            output, _ = build.communicate()
        return build.returncode == 0, re.sub(r"\x1b\[[\d;]*m", "", output)

    def build(self) -> set[str]:
        """Build, and return the names of the pages whose cells ran."""
        is_built, output = self.make()
        assert is_built, output
        return set(re.findall(r"(\w+)\.md: Executed notebook", output))

    def replace(self, file: str, old: str, new: str) -> None:
        """Replace the first occurrence of a text in a file, or write a new file."""
        path = self.root / file
        text = path.read_text("utf-8") if path.exists() else ""
        assert old in text
        path.write_text(text.replace(old, new, 1), "utf-8")

    def read_page(self, name: str) -> str:
        """Return a built page."""
        return (self.root / "_build" / "html" / f"{name}.html").read_text("utf-8")
