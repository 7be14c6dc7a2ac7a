#!/usr/bin/env python3
"""Serve the course from this computer to its own browser, without internet.

It needs Python 3.9 or newer and no package. `tools.bundle` packs it as `start.py`, beside the
folder `site`.
"""

from __future__ import annotations

import argparse
import sys
import threading
import webbrowser
from functools import partial
from http import HTTPStatus
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from socketserver import TCPServer
from typing import Any

SITE = Path(__file__).resolve().parent / "site"
# Windows may have wrong ones in its registry, with which browsers refuse scripts.
TYPES = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".ipynb": "application/x-ipynb+json",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".md": "text/plain; charset=utf-8",
    ".mjs": "text/javascript; charset=utf-8",
    ".pdf": "application/pdf",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
    ".wasm": "application/wasm",
    ".woff2": "font/woff2",
}


class Pages(SimpleHTTPRequestHandler):
    """Serves the site, with its own page for addresses that lead nowhere."""

    extensions_map = {**SimpleHTTPRequestHandler.extensions_map, **TYPES}  # noqa: RUF012

    def end_headers(self) -> None:
        """Have nothing kept: another version of the course may get the same address."""
        self.send_header("Cache-Control", "no-store")
        super().end_headers()

    def send_error(
        self, code: int, message: str | None = None, explain: str | None = None
    ) -> None:
        """Answer that there is no such page, or what else is wrong."""
        if code != HTTPStatus.NOT_FOUND:
            super().send_error(code, message, explain)
            return
        page = (SITE / "404.html").read_bytes()
        self.send_response(code)
        self.send_header("Content-Type", TYPES[".html"])
        self.send_header("Content-Length", str(len(page)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(page)

    def log_message(self, *_: Any) -> None:
        """Leave the address in sight."""


class Server(ThreadingHTTPServer):
    """A server that asks the network for nothing."""

    def server_bind(self) -> None:
        """Take a port, but do not look the computer's name up, which may take half a minute."""
        TCPServer.server_bind(self)
        self.server_name, self.server_port = "127.0.0.1", self.server_address[1]

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Pass over a browser that leaves a page before it has all of it."""
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)


def main() -> None:
    """Serve the course until it is stopped.

    Raises
    ------
    SystemExit
        When the site is not there, with what to do.
    """
    parser = argparse.ArgumentParser(description="Read the course without internet.")
    parser.add_argument("--no-browser", action="store_true", help="open no browser")
    arguments = parser.parse_args()
    if not (SITE / "index.html").is_file():
        sys.exit(
            f"There is no course in {SITE}: unpack the whole archive, and start this there."
        )
    with Server(("127.0.0.1", 0), partial(Pages, directory=str(SITE))) as server:
        address = f"http://127.0.0.1:{server.server_port}/"
        print(f"The course is at {address}", flush=True)
        print("Leave this window open while you read. To stop, press Ctrl+C.", flush=True)
        if not arguments.no_browser:
            threading.Thread(target=webbrowser.open, args=[address], daemon=True).start()
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            print("Stopped.")


if __name__ == "__main__":
    main()
