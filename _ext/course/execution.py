"""Execute a chapter again when something that is not in its cells has changed.

jupyter-cache finds a chapter's outputs by its code cells and its kernelspec alone.
This extension adds to the kernelspec's display name a digest of what else the outputs
depend on: the requirements and their installed versions, the settings of Matplotlib and
of the kernel, and the data files for a chapter that loads them.
"""

import hashlib
import platform
import re
from importlib.metadata import version
from pathlib import Path

from myst_nb.ext.glue.utils import PendingGlueReference
from sphinx.application import Sphinx

from .pictures import KERNEL_CONFIG

KERNEL = "  display_name: Python 3\n"


def fingerprint(root: Path, source: str) -> str:
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
        When a requirement is not installed.
    """
    requirements = (root / "requirements.txt").read_text("utf-8")
    names = re.findall(r"^[A-Za-z][\w.-]*", requirements, re.MULTILINE)
    digest = hashlib.sha256(requirements.encode())
    digest.update(platform.python_version().encode())
    digest.update(repr([(name, version(name)) for name in names]).encode())
    files = [root / "book" / "matplotlibrc", KERNEL_CONFIG]
    if "datasets.MNIST" in source:
        files += sorted((root / "data" / "MNIST" / "raw").glob("*.gz"))
    for file in files:
        digest.update(file.name.encode() + file.read_bytes())
    return digest.hexdigest()[:16]


def outdated(app: Sphinx, env, added, changed, removed) -> set[str]:
    """Return the pages to read again: new fingerprints, and pages that quote others."""
    known = env.__dict__.setdefault("execution_fingerprints", {})
    stale = {
        name
        for name, old in known.items()
        if name in env.found_docs
        and old != fingerprint(Path(app.srcdir), Path(env.doc2path(name)).read_text("utf-8"))
    }
    quoted = env.__dict__.setdefault("glued_from", {})
    renewed = stale | added | changed
    return stale | {
        name for name, sources in quoted.items() if name in env.found_docs and sources & renewed
    }


def mark(app: Sphinx, docname: str, source: list[str]) -> None:
    """Write the fingerprint into the front matter of a chapter that is executed."""
    if KERNEL in source[0]:
        digest = fingerprint(Path(app.srcdir), source[0])
        source[0] = source[0].replace(KERNEL, f"{KERNEL.rstrip()} ({digest})\n", 1)
        app.env.execution_fingerprints[docname] = digest


def note_glued(app: Sphinx, doctree) -> None:
    """Remember from which pages a page takes glued outputs."""
    sources = {node.refdoc for node in doctree.findall(PendingGlueReference)}
    app.env.glued_from[app.env.docname] = sources


def setup(app: Sphinx) -> dict:
    app.connect("env-get-outdated", outdated)
    app.connect("source-read", mark)
    app.connect("doctree-read", note_glued)
    return {"parallel_read_safe": False, "parallel_write_safe": True}
