"""Measure what the course costs: `python -m tools.bench`, which `make bench` calls.

Prints the seconds of builds, the seconds and the peak memory of each page's cells, and the
weight of each page. Seconds depend on the machine and on what else it does; what says
something are ratios within one run. `--against REVISION` measures that revision, too, in turn
with the working tree.

Builds take place in copies in a temporary folder, with the packages that `.venv` holds.
"""

import argparse
import gzip
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

import psutil
import yaml
from bs4 import BeautifulSoup

ROOT = Path(__file__).parents[1]
REPEATS = 3  # of a build after an edit; the fastest counts, the others were disturbed
EXECUTING = re.compile(r"(\w+/[\w-]+)\.md: Executing notebook")
EXECUTED = re.compile(r"(\w+/[\w-]+)\.md: Executed notebook in ([\d.]+) seconds")
SENTENCE = "\nOne more sentence.\n"
CELL = "\n```{code-cell} ipython3\n:tags: [remove-cell]\nassert True\n```\n"
COMPRESSED = {".png", ".woff2"}

# The numbers of one tree: by title of a group, by row.
Results = dict[str, dict[str, float]]


class Build(NamedTuple):
    """What one build took.

    Attributes
    ----------
    seconds
        From start to end.
    cells
        Seconds of each page that was executed.
    memory
        Bytes that the kernel of each page held at its peak, looked at ten times a second.
    """

    seconds: float
    cells: dict[str, float]
    memory: dict[str, int]

    @property
    def rest(self) -> float:
        """Seconds besides the cells."""
        return self.seconds - sum(self.cells.values())


class Tree(NamedTuple):
    """A copy of the book and the name of its column."""

    name: str
    root: Path

    @property
    def pages(self) -> list[str]:
        """The pages in the order of the contents."""
        contents = yaml.safe_load((self.root / "_toc.yml").read_text("utf-8"))
        below = (chapter["file"] for part in contents["parts"] for chapter in part["chapters"])
        return [contents["root"], *below]


def copy_working_tree(folder: Path) -> None:
    """Copy what git tracks or would track, edits that are not committed included."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    for name in listed.stdout.split("\0"):
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, folder / name)


def export_revision(revision: str, folder: Path) -> None:
    """Write the files of a revision.

    Raises
    ------
    SystemExit
        When git does not know the revision.
    """
    command = ["git", "archive", "--format=tar", revision]
    archive = subprocess.run(command, cwd=ROOT, capture_output=True)
    if archive.returncode:
        sys.exit(f"{archive.stderr.decode().strip()}\nName a branch, a tag or a commit.")
    folder.mkdir()
    subprocess.run(["tar", "-x"], cwd=folder, input=archive.stdout, check=True)


def link_packages(folder: Path) -> None:
    """Give a copy the packages of `.venv`, entry by entry, so that nothing can clear that."""
    (folder / ".venv").mkdir()
    for entry in (ROOT / ".venv").iterdir():
        (folder / ".venv" / entry.name).symlink_to(entry)


def build(tree: Tree, what: str) -> Build:
    """Build a copy of the book, and watch its kernels.

    Raises
    ------
    SystemExit
        When the build fails, with what it printed.
    """
    print(f"{tree.name}: {what} ...", end=" ", file=sys.stderr, flush=True)
    # One page at a time: else nobody could tell whose kernel is whose.
    variables = {"PIP_NO_INDEX": "1", "UV_OFFLINE": "1", "JOBS": "1"}
    memory: dict[str, int] = {}
    with (tree.root / "bench.log").open("w+") as log:
        start = time.perf_counter()
        process = subprocess.Popen(
            ["make", "book"],
            cwd=tree.root,
            env=os.environ | variables,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        while process.poll() is None:
            if executing := EXECUTING.findall(Path(log.name).read_text("utf-8")):
                page = executing[-1]
                memory[page] = max([memory.get(page, 0), *kernel_memory(process.pid)])
            with suppress(subprocess.TimeoutExpired):
                process.wait(0.1)
        seconds = time.perf_counter() - start
    printed = Path(log.name).read_text("utf-8")
    if process.returncode:
        sys.exit(f"{printed}\n{tree.name} could not be built: see above.")
    print(f"{seconds:.1f} s", file=sys.stderr)
    return Build(seconds, parse_seconds(printed), memory)


def kernel_memory(pid: int) -> Iterator[int]:
    """Yield the bytes that each Jupyter kernel below a process holds now."""
    for process in psutil.Process(pid).children(recursive=True):
        with suppress(psutil.NoSuchProcess):
            if "ipykernel_launcher" in process.cmdline():
                yield process.memory_info().rss


def parse_seconds(printed: str) -> dict[str, float]:
    """Return the seconds that each page's cells took, from what a build printed."""
    return {page: float(seconds) for page, seconds in EXECUTED.findall(printed)}


def weigh(html: Path) -> tuple[int, int]:
    """Return the bytes of a page and what it names, compressed: without pictures, and with.

    A page names its style sheets, scripts, icons, pictures and the fonts that it preloads.
    """
    soup = BeautifulSoup(html.read_text("utf-8"), "html.parser")
    links = soup.select("link[rel~=stylesheet], link[rel~=preload], link[rel~=icon]")
    parts = {str(link["href"]) for link in links}
    parts |= {str(script["src"]) for script in soup.select("script[src]")}
    shown = soup.select('img:not([src^="data:"], .on-dark img)')  # in one theme, as by readers
    pictures = {str(picture["src"]) for picture in shown}
    bare = sum(compressed_size(path) for path in [html, *find_files(html, parts)])
    return bare, bare + sum(compressed_size(path) for path in find_files(html, pictures))


def find_files(html: Path, addresses: set[str]) -> list[Path]:
    """Return the files to which a page refers."""
    return [html.parent / unquote(urlsplit(address).path) for address in addresses]


def compressed_size(path: Path) -> int:
    """Return the bytes in which a server sends a file."""
    content = path.read_bytes()
    return len(content if path.suffix in COMPRESSED else gzip.compress(content))


def build_in_turn(trees: list[Tree], what: str, page: str, text: str) -> list[list[Build]]:
    """Add text to a page of each tree and build it, again and again; return all builds."""
    builds: list[list[Build]] = [[] for _ in trees]
    for _ in range(REPEATS):
        for tree, done in zip(trees, builds, strict=True):
            with (tree.root / f"{page}.md").open("a", encoding="utf-8") as file:
                file.write(text)
            done.append(build(tree, what))
    return builds


def measure(trees: list[Tree]) -> list[Results]:
    """Measure each tree, all of them in turn in each respect."""
    full = [build(tree, "everything") for tree in trees]
    common = set.intersection(*(set(found.cells) for found in full))
    by_seconds = sorted(common, key=lambda page: full[0].cells[page])
    typical, slowest = by_seconds[len(by_seconds) // 2], by_seconds[-1]
    unchanged = build_in_turn(trees, "nothing changed", typical, "")
    prose = build_in_turn(trees, f"prose of {slowest} edited", slowest, SENTENCE)
    code = build_in_turn(trees, f"code of {typical} edited", typical, CELL)
    results = []
    for i, tree in enumerate(trees):
        builds = {
            "everything, one page at a time": full[i].seconds,
            "everything, besides the cells": full[i].rest,
            "nothing changed": min(found.seconds for found in unchanged[i]),
            f"prose of {slowest} edited": min(found.seconds for found in prose[i]),
            f"code of {typical} edited, its cells": min(sum(b.cells.values()) for b in code[i]),
            f"code of {typical} edited, the rest": min(found.rest for found in code[i]),
        }
        executed = [page for page in tree.pages if page in full[i].cells]
        site = tree.root / "_build" / "html"
        weights = {page: weigh(site / f"{page}.html") for page in tree.pages}
        bare = {page: weight / 1000 for page, (weight, _) in weights.items()}
        whole = {page: weight / 1000 for page, (_, weight) in weights.items()}
        cells = {page: full[i].cells[page] for page in executed}
        memory = {page: full[i].memory[page] / 1e6 for page in executed}
        results.append(
            {
                "seconds of a build": builds,
                "seconds of the cells": {"all pages": sum(cells.values())} | cells,
                "peak memory of the cells, MB": {"largest": max(memory.values())} | memory,
                "weight without pictures, KB": {"heaviest": max(bare.values())} | bare,
                "weight with pictures, KB": {"heaviest": max(whole.values())} | whole,
            }
        )
    return results


def format_table(names: list[str], results: list[Results]) -> str:
    """Return the numbers as a table.

    Parameters
    ----------
    names
        The names of one or two trees.
    results
        Their numbers, of which the ratio of the first to the second is added; or that of
        each number to the first of its group, if there is one tree.
    """
    first, last = results[0], results[-1]
    width = max(len(row) for group in first.values() for row in group) + 2
    lines = []
    for title, group in first.items():
        lines += ["", f"{title:{width}}" + "".join(f"{name:>14}" for name in [*names, "ratio"])]
        for row, value in group.items():
            values = [found[title].get(row) for found in results]
            other = last[title].get(row) if len(results) > 1 else next(iter(group.values()))
            ratio = f"{value / other:.2f}" if other else ""
            texts = ["" if value is None else f"{value:.1f}" for value in values]
            lines.append(
                f"  {row:{width - 2}}" + "".join(f"{text:>14}" for text in [*texts, ratio])
            )
    return "\n".join(lines[1:])


def main() -> None:
    """Measure the working tree, and the revision that the command line names."""
    parser = argparse.ArgumentParser(
        prog="python -m tools.bench", description="Measure the book."
    )
    parser.add_argument("--against", metavar="REVISION", help="measure this, too, and compare")
    revision = parser.parse_args().against
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        trees = [Tree("working tree", Path(folder) / "working-tree")]
        copy_working_tree(trees[0].root)
        if revision:
            trees.append(Tree(revision, Path(folder) / "revision"))
            export_revision(revision, trees[1].root)
        for tree in trees:
            link_packages(tree.root)
        results = measure(trees)
    print(format_table([tree.name for tree in trees], results))


if __name__ == "__main__":
    main()
