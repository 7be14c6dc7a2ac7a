"""Execute several chapters at once, and again what depends on something outside of its cells.

jupyter-cache finds a chapter's outputs by its code cells and its kernelspec alone. The
digest of what else they depend on is added to the kernelspec's display name: the readers'
packages and their versions, the settings and fonts of plots, those of the kernel, and the
data sets that its cells name.
"""

import asyncio
import gzip
import hashlib
import json
import os
import platform
import re
import shutil
import signal
import zlib
from dataclasses import dataclass, field
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any, Literal
from uuid import uuid4

import jupyter_client
import yaml
from docutils import nodes
from jupyter_cache import get_cache
from jupyter_client import AsyncKernelManager
from myst_nb.core.config import NbParserConfig
from myst_nb.core.execute import create_client
from myst_nb.core.execute.base import ExecutionResult
from myst_nb.core.read import NbReader, create_nb_reader
from myst_nb.ext.glue.utils import PendingGlueReference
from myst_parser.config.main import MdParserConfig
from nbformat import NotebookNode
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.environment.collectors import EnvironmentCollector
from sphinx.errors import ExtensionError
from sphinx.util import logging
from sphinx.util.parallel import ParallelTasks, parallel_available

from .plot_fonts import unpack_font
from .sources import check_encoding, name_page

logger = logging.getLogger(__name__)

KERNEL_CONFIG = Path(__file__).with_name("ipython_kernel_config.py")
PHONE_PLOTS = Path(__file__).with_name("phone_plots.py")
FONT_CODE = Path(__file__).with_name("plot_fonts.py")
PLOT_FONTS = "_static/fonts/source-sans-3-*.woff2"
CHANNELS = Path("/tmp")  # of kernels; a path of a hundred letters would be too long for them
MOST_AT_ONCE = 4  # chapters; of those that there are, more would not be faster
find_version = cache(metadata.version)  # of an installed package, whose long record it reads
FRONT_MATTER = re.compile(r"---\n(.*?\n)---\n", re.DOTALL)
CELL = re.compile(r"^(`{3,}|~{3,}|:{3,})\{code-cell\}.*?^\1", re.DOTALL | re.MULTILINE)


class FileKernelManager(AsyncKernelManager):
    """Speaks with its kernel through files.

    A port that is free when the manager chooses it may be taken when the kernel opens it, by
    another kernel for instance, and the kernel dies.
    """

    def __init__(self, **options: Any) -> None:
        file = CHANNELS / f"kernel-{uuid4().hex}.json"
        super().__init__(transport="ipc", connection_file=str(file), **options)

    async def start_kernel(self, **options: Any) -> None:
        """Let Ctrl+C end the build again, and start the kernel.

        nbclient has taken the signals, and would end the kernel and blame its chapter.
        """
        loop = asyncio.get_running_loop()
        loop.remove_signal_handler(signal.SIGINT)
        loop.remove_signal_handler(signal.SIGTERM)
        await super().start_kernel(**options)

    async def shutdown_kernel(self, now: bool = False, restart: bool = False) -> None:
        """End the kernel at once; one that is asked to end amid a cell prints a traceback."""
        await super().shutdown_kernel(now=True, restart=restart)


def configure_kernels(app: Sphinx) -> None:
    """Give the kernels that execute the chapters their settings; a reader's are not touched."""
    if parallel_available:  # not on Windows, which has no such files
        jupyter_client.AsyncKernelManager = FileKernelManager
    folder = Path(app.outdir).parent / "ipython"
    profile = folder / "profile_default"
    profile.mkdir(parents=True, exist_ok=True)
    for file in (KERNEL_CONFIG, PHONE_PLOTS):
        shutil.copy(file, profile)
    for font in profile.glob("*.ttf"):
        font.unlink()
    for file in Path(app.srcdir).glob(PLOT_FONTS):
        unpack_font(file, (profile / file.name).with_suffix(".ttf"))
    os.environ["IPYTHONDIR"] = str(folder)


def find_data(root: Path, source: str) -> list[Path]:
    """Return the files of the data sets that a chapter's cells name.

    Unpacked copies are left out, and what file managers leave behind.

    Parameters
    ----------
    root
        The book's folder, whose `data` holds a folder a data set.
    source
        The chapter's text.
    """
    code = "\n".join(cell[0] for cell in CELL.finditer(source))
    folders = [path for path in sorted(root.glob("data/*/")) if path.name in code]
    files = (path for folder in folders for path in sorted(folder.rglob("*")) if path.is_file())
    return [path for path in files if not path.name.endswith("-ubyte") and path.name[0] != "."]


def compute_fingerprint(root: Path, source: str) -> str:
    """Return a digest of what a chapter's outputs depend on besides its cells.

    Parameters
    ----------
    root
        The book's folder.
    source
        The chapter's text.

    Raises
    ------
    importlib.metadata.PackageNotFoundError
        When one of the readers' packages is not installed.
    """
    requirements = (root / "book" / "requirements.txt").read_text("utf-8")
    names = re.findall(r"^[A-Za-z][\w.-]*", requirements, re.MULTILINE)
    digest = hashlib.sha256(platform.python_version().encode())
    digest.update(repr([(name, find_version(name)) for name in names]).encode())
    settings = [root / "book" / "matplotlibrc", KERNEL_CONFIG, PHONE_PLOTS, FONT_CODE]
    settings += sorted(root.glob(PLOT_FONTS))
    for file in [*settings, *find_data(root, source)]:
        digest.update(file.name.encode() + file.read_bytes())
    return digest.hexdigest()[:16]


def get_value(node: yaml.Node | None, key: str) -> yaml.Node | None:
    """Return the value of a key in a mapping of YAML, or None where there is none."""
    if not isinstance(node, yaml.MappingNode):
        return None
    return next((value for name, value in node.value if name.value == key), None)


def add_fingerprint(source: str, fingerprint: str) -> str:
    """Return a chapter's text with the fingerprint behind its kernel's display name.

    Parameters
    ----------
    source
        The chapter's text.
    fingerprint
        The digest.

    Raises
    ------
    ValueError
        When the text does not name its kernel in a way that can be marked.
    """
    match = FRONT_MATTER.match(source)
    head = yaml.compose(match[1], Loader=yaml.SafeLoader) if match else None
    name = get_value(get_value(head, "kernelspec"), "display_name")
    is_marked = (
        isinstance(name, yaml.ScalarNode) and name.value and name.style not in {"|", ">"}
    )
    if match is None or name is None or not is_marked:
        raise ValueError("its front matter names no kernelspec with a display_name")
    start, end = (match.start(1) + mark.index for mark in (name.start_mark, name.end_mark))
    marked = json.dumps(f"{name.value} ({fingerprint})", ensure_ascii=False)
    return source[:start] + marked + source[end:]


def find_reader(env: BuildEnvironment, docname: str, source: str) -> NbReader | None:
    """Return what MyST-NB reads a page with whose cells it executes, or None for another."""
    config: NbParserConfig = env.mystnb_config
    markdown: MdParserConfig = env.myst_config
    if config.execution_mode == "off":
        return None
    return create_nb_reader(env.doc2path(docname), markdown, config, source)


def mark_chapter(app: Sphinx, docname: str, source: list[str]) -> None:
    """Write the fingerprint into the front matter of a chapter that is executed.

    Raises
    ------
    sphinx.errors.ExtensionError
        When the chapter cannot be marked; else its stale outputs would be shown.
    """
    if find_reader(app.env, docname, source[0]) is None:
        return
    fingerprint = compute_fingerprint(Path(app.srcdir), source[0])
    try:
        source[0] = add_fingerprint(source[0], fingerprint)
    except (ValueError, yaml.YAMLError) as error:
        path = app.env.doc2path(docname)
        raise ExtensionError(
            f"{path}:1: whether this chapter must run again cannot be told: {error}: "
            "begin it as CONTRIBUTING.md shows"
        ) from error
    get_records(app.env).fingerprints[docname] = fingerprint


def is_cached(notebook: NotebookNode, config: NbParserConfig) -> bool:
    """Return whether MyST-NB will take the outputs of a notebook from its cache."""
    if config.execution_mode != "cache":
        return False
    try:
        get_cache(config.execution_cache_path).match_cache_notebook(notebook)
    except KeyError:
        return False
    return True


def find_waiting(app: Sphinx, docnames: list[str]) -> dict[str, NotebookNode]:
    """Return the notebooks, by their paths, of those pages whose cells will run.

    Of pages whose cells are equal only the first has to wait: the cache serves the others.

    Parameters
    ----------
    app
        The application.
    docnames
        The pages to be read.

    Raises
    ------
    sphinx.errors.ExtensionError
        At a page that cannot be read, before any cell runs.
    """
    config: NbParserConfig = app.env.mystnb_config
    waiting = {}
    known: set[str] = set()
    for name in docnames:
        path = app.env.doc2path(name)
        source: list[str] = []
        check_encoding(app, name, source)
        source.append(Path(path).read_text("utf-8-sig"))
        with name_page(path):
            reader = find_reader(app.env, name, source[0])
            if reader is None:
                continue
            mark_chapter(app, name, source)
            notebook = reader.read(source[0])
        if is_cached(notebook, config):
            continue
        _, key = get_cache(config.execution_cache_path).create_hashed_notebook(notebook)
        if key not in known:
            waiting[path] = notebook
        known.add(key)
    return waiting


def count_jobs() -> int:
    """Return how many chapters to execute at once: the variable `JOBS`, or the processors.

    Raises
    ------
    sphinx.errors.ExtensionError
        When `JOBS` is no such number.
    """
    jobs = os.environ.get("JOBS", "")
    if not jobs:
        return min(MOST_AT_ONCE, os.cpu_count() or 1)
    if not jobs.isdecimal() or int(jobs) == 0:
        raise ExtensionError(f"JOBS is {jobs!r}: give a number from 1, as in JOBS=2 make book")
    return int(jobs)


def unpack_digits(app: Sphinx) -> None:
    """Unpack the images of digits before several chapters want to at once.

    Torchvision unpacks them in place, where another chapter may be reading. A damaged file is
    left to the chapters, which tell of it.
    """
    for packed in sorted(Path(app.srcdir).glob("data/MNIST/raw/*-ubyte.gz")):
        try:
            content = gzip.decompress(packed.read_bytes())
        except (OSError, EOFError, zlib.error):
            continue
        unpacked = packed.with_suffix("")
        if not unpacked.exists() or unpacked.read_bytes() != content:
            part = unpacked.with_name(f"part-{unpacked.name}")
            part.write_bytes(content)
            part.replace(unpacked)


def execute_chapters(app: Sphinx, env: BuildEnvironment, docnames: list[str]) -> None:
    """Execute the chapters that need it side by side, where MyST-NB would take turns.

    MyST-NB finds their outputs in its cache. A chapter that fails is not kept there, so that
    it fails again when it is read, and is told of with its place; one whose kernel is ended
    from outside has the memory for itself then. The event `chapter-executed` is emitted with
    the notebook, in the process that has executed it.

    Parameters
    ----------
    app
        The application.
    env
        The environment.
    docnames
        The pages to be read.

    Raises
    ------
    sphinx.errors.ExtensionError
        When one of the processes that execute is ended from outside.
    """
    config: NbParserConfig = env.mystnb_config
    number = count_jobs() if parallel_available else 1
    waiting = find_waiting(app, docnames)
    if waiting:
        configure_kernels(app)
    if config.execution_mode != "cache" or min(number, len(waiting)) < 2:
        return

    def execute(path: str) -> ExecutionResult | Literal["ended"] | None:
        client = create_client(waiting[path], path, config, logger)
        try:
            with logging.suppress_logging(), client:
                result = client.exec_metadata
        except RuntimeError:  # of nbclient, or of jupyter_client while it starts
            return "ended"
        app.emit("chapter-executed", waiting[path])
        return result

    def report(path: str, result: ExecutionResult | Literal["ended"] | None) -> None:
        if result == "ended":
            logger.info(
                "%s: its kernel was ended, perhaps for want of memory; it runs once more by "
                "itself",
                path,
            )
        elif result is None:
            logger.info("%s: excluded from execution", path)
        elif result["succeeded"]:
            logger.info("%s: Executed notebook in %.2f seconds", path, result["runtime"])
        else:
            logger.info("%s: a cell fails; it runs once more, to say which", path)

    unpack_digits(app)
    logger.info("executing %d chapters, %d at a time", len(waiting), number)
    tasks = ParallelTasks(number)
    try:
        for path in waiting:
            tasks.add_task(execute, path, report)
        tasks.join()
    except EOFError as error:
        raise ExtensionError(
            "a process that executed a chapter was ended, perhaps for want of memory: type "
            "JOBS=1 make book, which executes one after the other"
        ) from error


def digest_glued(folder: Path, pages: set[str]) -> str:
    """Return a digest of what the cells of some pages have glued.

    Parameters
    ----------
    folder
        Where MyST-NB keeps the glued outputs.
    pages
        The names of the pages.
    """
    digest = hashlib.sha256()
    for name in sorted(pages):
        path = folder / f"{name}.glue.json"
        digest.update(name.encode() + (path.read_bytes() if path.exists() else b""))
    return digest.hexdigest()


@dataclass
class Records:
    """What is remembered of each page from one build to the next.

    Attributes
    ----------
    fingerprints
        What a chapter's outputs depended on when they were computed.
    quoted
        The pages whose glued outputs a page quotes.
    digests
        What these outputs were.
    """

    fingerprints: dict[str, str] = field(default_factory=dict)
    quoted: dict[str, set[str]] = field(default_factory=dict)
    digests: dict[str, str] = field(default_factory=dict)


def get_records(env: BuildEnvironment) -> Records:
    """Return the records in Sphinx's environment, which it keeps between builds."""
    records: Records = vars(env).setdefault("course_execution", Records())
    return records


class ExecutionCollector(EnvironmentCollector):
    """Remembers the fingerprint of each chapter, and which glued outputs a page quotes."""

    def clear_doc(self, app: Sphinx, env: BuildEnvironment, docname: str) -> None:
        """Forget a page that is removed or read again."""
        for record in vars(get_records(env)).values():
            record.pop(docname, None)

    def merge_other(
        self, app: Sphinx, env: BuildEnvironment, docnames: set[str], other: BuildEnvironment
    ) -> None:
        """Take over what another process has read."""
        for name, record in vars(get_records(env)).items():
            known = getattr(get_records(other), name)
            record.update({docname: known[docname] for docname in docnames & known.keys()})

    def process_doc(self, app: Sphinx, doctree: nodes.document) -> None:
        """Remember from which pages a page takes glued outputs."""
        sources = {node.refdoc for node in doctree.findall(PendingGlueReference)}
        get_records(app.env).quoted[app.env.docname] = sources

    def get_outdated_docs(
        self,
        app: Sphinx,
        env: BuildEnvironment,
        added: set[str],
        changed: set[str],
        removed: set[str],
    ) -> list[str]:
        """Return the chapters to read again, since their fingerprints have changed."""
        outdated = []
        for name, known in get_records(env).fingerprints.items():
            if name in env.found_docs:
                source = Path(env.doc2path(name)).read_text("utf-8", errors="replace")
                if compute_fingerprint(Path(app.srcdir), source) != known:
                    outdated.append(name)
        return outdated

    def get_updated_docs(self, app: Sphinx, env: BuildEnvironment) -> list[str]:
        """Return the pages to write again, since the outputs that they quote have changed."""
        records = get_records(env)
        glued = Path(app.outdir).parent / "jupyter_execute"
        digests = {name: digest_glued(glued, pages) for name, pages in records.quoted.items()}
        before, records.digests = records.digests, digests
        return [name for name, digest in digests.items() if before.get(name) != digest]
