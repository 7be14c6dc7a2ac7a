"""Show the book in a browser, and build it again whenever a source is saved.

The watching, the server and the script that reloads pages are sphinx-autobuild's. Its command
is not used: it runs Sphinx itself, which would need a `conf.py` beside Jupyter Book's
`_config.yml`. `make book` is run in its place.
"""

import re
import subprocess
import sys
import threading
import webbrowser
from collections.abc import Sequence
from pathlib import Path

import uvicorn
from sphinx_autobuild.filter import IgnoreFilter
from sphinx_autobuild.middleware import JavascriptInjectorMiddleware
from sphinx_autobuild.server import RebuildServer
from sphinx_autobuild.utils import find_free_port
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import Mount, WebSocketRoute
from starlette.staticfiles import StaticFiles

from tools.book import ROOT
from tools.changes import INPUTS

# What builds, chapters and JupyterLab write beside the sources.
WRITTEN = r"/(__pycache__|\.ipynb_checkpoints|book/written)(/|$)|-ubyte$"


def build_book(changed_paths: Sequence[Path]) -> None:
    """Build the book after these files have changed, whether that succeeds or not."""
    for path in sorted(set(changed_paths)):
        print(f"{path.relative_to(ROOT)} has changed", flush=True)
    subprocess.run(["make", "book"], cwd=ROOT, check=False)


def create_app(root: Path, address: str) -> Starlette:
    """Return the server of the built site, which watches the sources.

    Parameters
    ----------
    root
        The book's folder. It is watched as a whole, since a file that an editor replaces
        cannot be watched by itself.
    address
        Host and port at which the pages reach the server.
    """
    sources = "|".join(map(re.escape, (*INPUTS, "index.md")))
    elsewhere = rf"^{re.escape(root.resolve().as_posix())}/(?!({sources})(/|$))"
    watcher = RebuildServer([root], IgnoreFilter([], [elsewhere, WRITTEN]), build_book)
    return Starlette(
        routes=[
            WebSocketRoute("/websocket-reload", watcher),
            Mount("/", StaticFiles(directory=root / "_build" / "html", html=True)),
        ],
        middleware=[Middleware(JavascriptInjectorMiddleware, ws_url=address)],
        lifespan=watcher.lifespan,
    )


def main() -> None:
    """Build, open the book in a browser, and serve it until Ctrl+C."""
    build_book([])
    if not (ROOT / "_build" / "html").exists():
        sys.exit("There is no book to show yet: correct what the build has named.")
    port = find_free_port()
    address = f"127.0.0.1:{port}"
    print(f"The book is at http://{address}/. Type Ctrl+C to stop.", flush=True)
    threading.Timer(1, webbrowser.open, [f"http://{address}/"]).start()
    uvicorn.run(create_app(ROOT, address), port=port, log_level="warning")


if __name__ == "__main__":
    main()
