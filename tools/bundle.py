"""Pack the course into one archive, to be read and run in workshops without internet.

`make bundle` writes `_build/introduction-to-neural-networks-VERSION.zip`: the site with the
course as PDF, the notebooks with their data, and `start.py`, which serves the site. In these
notebooks, links and pictures lead to the site beside them.
"""

import sys
from pathlib import Path
from urllib.parse import urlsplit

import nbformat

from _ext.course.archives import pack_folder
from _ext.course.version import FILE as CITATION
from _ext.course.version import read_citation
from tools.book import ROOT
from tools.notebooks import list_files, list_requirements
from tools.pdf import COURSE, Site

START = Path(__file__).with_name("bundle_start.py")
LIMIT = 40  # million bytes
# What no page links to.
LEFT_OUT = ("*.map", "*.mo", "*.po", "fontawesome.js")
README = """\
{title}, version {version}
The whole course, to be used without internet.


To read it
----------
Unpack the archive. In its folder,
- on Windows, double-click start.py, or open a terminal and type: py start.py
- on macOS, open Terminal, type cd and a space, drag the folder into the window,
  press Enter, and type: python3 start.py
- on Linux, open a terminal and type: python3 start.py

Your browser opens the course. This needs Python 3.9 or newer and nothing else.
Without Python, open site/index.html; then some parts of pages do not respond.
The course as one PDF is site/{pdf}.


To run it
---------
The notebooks need Python 3.11 or newer, and packages of about 2 GB, which you
install while you still have internet. In this folder, on Windows type

    py -m venv .venv
    .venv\\Scripts\\pip install -r notebooks/requirements.txt
    .venv\\Scripts\\jupyter lab

and on macOS and Linux

    python3 -m venv .venv
    .venv/bin/pip install -r notebooks/requirements.txt
    .venv/bin/jupyter lab

On Linux without a graphics card, first install the smaller PyTorch, as the
chapter "Getting started" says; it spares gigabytes.

The chapters are in notebooks/book. Later the last line is enough; type it in
this folder, too, since the notebooks show pictures from the folder site.
JupyterLab shows the pages of the site without their style: to follow more than
a term, read them with start.py beside it.


Licences: notebooks/LICENSE
"""


class BundleError(Exception):
    """The course cannot be packed; the message says why, and what to do."""


def gather_site(site: Site) -> dict[str, bytes]:
    """Return the files of the site by their names, for a server that has it at its root.

    Raises
    ------
    BundleError
        When the site or the course as PDF is missing.
    """
    for name, what in {"index.html": "built site", COURSE: "course as PDF"}.items():
        if not (site.folder / name).is_file():
            raise BundleError(f"There is no {what} to pack. Type: make bundle")
    files = {
        path.relative_to(site.folder).as_posix(): path.read_bytes()
        for path in list_files(site.folder)
        if not any(map(path.match, LEFT_OUT))
    }
    # It is shown at any depth, so its links begin with the path of the published site.
    root = urlsplit(site.address).path
    files["404.html"] = files["404.html"].replace(f'="{root}'.encode(), b'="/')
    return files


def lead_to_bundle(notebook: str, address: str) -> str:
    """Return a notebook whose links and pictures lead to the site in the bundle.

    Its last cell is left alone: it says where the notebook comes from.

    Parameters
    ----------
    notebook
        The notebook, as a file holds it.
    address
        The address of the published site, with a slash at its end.
    """
    content = nbformat.reads(notebook, as_version=4)
    for cell in content.cells[:-1]:
        if cell.cell_type == "markdown":
            cell.source = cell.source.replace(f"]({address})", f"]({address}index.html)")
            cell.source = cell.source.replace(f"]({address}", "](../../site/")
    return nbformat.writes(content) + "\n"


def gather_notebooks(root: Path, site: Site) -> dict[str, bytes]:
    """Return the notebooks and what they need, by their names.

    Raises
    ------
    BundleError
        When the build has made no notebook.
    """
    notebooks = sorted((site.folder / "_sources" / "book").glob("*.ipynb"))
    if not notebooks:
        raise BundleError("The built site has no notebook to pack. Type: make bundle")
    copied = [root / "LICENSE", root / "book" / "matplotlibrc", *list_files(root / "data")]
    return {
        "requirements.txt": list_requirements(root).encode(),
        **{path.relative_to(root).as_posix(): path.read_bytes() for path in copied},
        **{
            f"book/{path.name}": lead_to_bundle(path.read_text("utf-8"), site.address).encode()
            for path in notebooks
        },
    }


def write_bundle(root: Path, folder: Path) -> Path:
    """Write the archive into a folder, and return its path.

    Parameters
    ----------
    root
        The repository, with the built site in it.
    folder
        Where the archive is written.

    Raises
    ------
    BundleError
        When something is missing, or the archive is too large.
    """
    site = Site(root)
    parts = {"site": gather_site(site), "notebooks": gather_notebooks(root, site)}
    files = {f"{part}/{name}": c for part, named in parts.items() for name, c in named.items()}
    files["start.py"] = START.read_bytes()
    version = str(read_citation(root / CITATION)["version"])
    words = {"title": site.config["title"], "version": version, "pdf": COURSE}
    files["README.txt"] = README.format(**words).encode()
    name = f"{Path(COURSE).stem}-{version}"
    archive = pack_folder(name, files)
    if len(archive) > LIMIT * 1e6:
        size = len(archive) / 1e6
        raise BundleError(
            f"{name}.zip has {size:.1f} MB, more than {LIMIT}: leave something out"
        )
    path = folder / f"{name}.zip"
    path.write_bytes(archive)
    return path


def main() -> None:
    """Write the archive beside the site.

    Raises
    ------
    SystemExit
        With one line that says why it cannot be written.
    """
    try:
        path = write_bundle(ROOT, ROOT / "_build")
    except BundleError as error:
        sys.exit(str(error))
    size = path.stat().st_size / 1e6
    print(f"The course, {size:.1f} MB, is packed in {path.relative_to(ROOT)}.")


if __name__ == "__main__":
    main()
