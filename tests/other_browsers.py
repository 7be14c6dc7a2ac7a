"""Firefox and WebKit, driven by the protocols that they speak themselves.

Firefox speaks WebDriver BiDi; WebKit's driver, of Debian and Ubuntu, WebDriver.
"""

import itertools
import json
import os
import re
import shutil
import socketserver
import subprocess
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

import websocket

PATIENCE = 60  # seconds


class Browser(Protocol):
    """A browser with one tab."""

    def open(self, address: str) -> None:
        """Open a page, and wait until it is loaded."""

    def resize(self, width: int) -> None:
        """Give the tab a width in CSS pixels."""

    def evaluate(self, expression: str) -> Any:
        """Return the value of an expression in JavaScript, of plain data."""


class Firefox:
    """Firefox, by WebDriver BiDi.

    Parameters
    ----------
    socket
        The connection to its remote agent.
    """

    def __init__(self, socket: websocket.WebSocket) -> None:
        self.socket = socket
        self.numbers = itertools.count(1)
        self.send("session.new", capabilities={})
        self.context = self.send("browsingContext.getTree")["contexts"][0]["context"]

    def send(self, method: str, **params: Any) -> dict[str, Any]:
        """Send a command, and return its result."""
        number = next(self.numbers)
        self.socket.send(json.dumps({"id": number, "method": method, "params": params}))
        while True:
            answer = json.loads(self.socket.recv())
            if answer.get("id") == number:
                assert answer["type"] == "success", answer
                return answer["result"]

    def open(self, address: str) -> None:
        """Open a page, and wait until it is loaded."""
        self.send(
            "browsingContext.navigate", context=self.context, url=address, wait="complete"
        )

    def resize(self, width: int) -> None:
        """Give the tab a width in CSS pixels."""
        viewport = {"width": width, "height": 900}
        self.send("browsingContext.setViewport", context=self.context, viewport=viewport)

    def evaluate(self, expression: str) -> Any:
        """Return the value of an expression in JavaScript, of plain data."""
        answer = self.send(
            "script.evaluate",
            expression=f"(async () => JSON.stringify(await ({expression})))()",
            target={"context": self.context},
            awaitPromise=True,
        )
        return json.loads(answer["result"]["value"])


class WebKit:
    """WebKit, by WebDriver.

    Parameters
    ----------
    driver
        The address of its driver.
    """

    def __init__(self, driver: str) -> None:
        self.session = f"{driver}/session"
        answer = self.post("", capabilities={"alwaysMatch": {}})
        self.session += f"/{answer['sessionId']}"

    def post(self, command: str, **params: Any) -> Any:
        """Send a command, and return its value."""
        request = Request(
            f"{self.session}{command}",
            json.dumps(params).encode(),
            {"Content-Type": "application/json"},
        )
        end = time.monotonic() + PATIENCE
        while True:
            try:
                with urlopen(request, timeout=PATIENCE) as answer:
                    return json.load(answer)["value"]
            except URLError as error:
                # The driver listens a moment after it has started.
                if isinstance(error, HTTPError) or time.monotonic() > end:
                    raise
                time.sleep(0.1)

    def open(self, address: str) -> None:
        """Open a page, and wait until it is loaded."""
        self.post("/url", url=address)

    def resize(self, width: int) -> None:
        """Give the tab a width in CSS pixels; the window has a frame and a bar."""
        self.post("/window/rect", width=width, height=900)
        time.sleep(0.3)

    def evaluate(self, expression: str) -> Any:
        """Return the value of an expression in JavaScript, of plain data."""
        script = (
            "const done = arguments[arguments.length - 1];"
            f"(async () => JSON.stringify(await ({expression})))().then(done)"
        )
        return json.loads(self.post("/execute/async", script=script, args=[]))


def wait_for(lines: Iterable[str], pattern: str) -> str:
    """Return what a pattern's group matches in the output of a program that starts."""
    for line in lines:
        if match := re.search(pattern, line):
            return match[1]
    raise RuntimeError(f"the program ended without {pattern!r}")


@contextmanager
def start_firefox() -> Iterator[Firefox]:
    """Start Firefox without a window."""
    program = shutil.which("firefox-esr") or shutil.which("firefox")
    assert program, "no Firefox"
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        Path(profile, "user.js").write_text('user_pref("remote.log.level", "Info");\n')
        command = [program, "--headless", "--no-remote", "--profile", profile]
        command += ["--remote-debugging-port=0"]
        with subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        ) as process:
            assert process.stdout
            try:
                address = wait_for(process.stdout, r"WebDriver BiDi listening on (ws://\S+)")
                socket = websocket.create_connection(
                    f"{address}/session", timeout=PATIENCE, suppress_origin=True
                )
                yield Firefox(socket)
            finally:
                process.kill()


@contextmanager
def start_webkit() -> Iterator[WebKit]:
    """Start WebKit's small browser on a screen that nobody sees."""
    reading, writing = os.pipe()
    screen = ["Xvfb", "-displayfd", str(writing), "-screen", "0", "1600x1200x24"]
    with socketserver.TCPServer(("127.0.0.1", 0), None) as server:
        port = server.server_address[1]
    with subprocess.Popen(screen, pass_fds=[writing], stderr=subprocess.DEVNULL) as xvfb:
        number = os.read(reading, 9).decode().strip()
        environment = {**os.environ, "DISPLAY": f":{number}"}
        command = ["WebKitWebDriver", f"--port={port}"]
        with subprocess.Popen(command, env=environment) as driver:
            try:
                yield WebKit(f"http://127.0.0.1:{port}")
            finally:
                driver.terminate()
                xvfb.terminate()
                os.close(reading)
                os.close(writing)
