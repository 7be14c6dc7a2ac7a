"""A real JupyterLab, which serves a folder to tests."""

import json
import os
import secrets
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

BIN = Path(sys.executable).parent


@dataclass(frozen=True)
class Lab:
    """A JupyterLab that runs.

    Parameters
    ----------
    root
        The folder that it serves.
    address
        Where it answers, without a slash at the end.
    token
        What it asks for; without it nothing is answered.
    """

    root: Path
    address: str
    token: str

    def link(self, path: str) -> str:
        """Return the address at which a browser finds a file or a folder, and no old tabs."""
        return f"{self.address}/lab/tree/{path}?reset&token={self.token}"

    def ask(self, path: str, content: Any = None, method: str = "") -> Any:
        """Return what the server answers, or None when it does not.

        Parameters
        ----------
        path
            A path of Jupyter Server's interface.
        content
            What to put there, or None to read what is there.
        method
            The method of the request, if another than these two.
        """
        request = urllib.request.Request(
            f"{self.address}/{path}",
            headers={"Authorization": f"token {self.token}"},
            data=None if content is None else json.dumps(content).encode(),
            method=method or ("GET" if content is None else "PUT"),
        )
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return json.loads(answer.read() or "null")
        except OSError:
            return None

    def is_idle(self) -> bool:
        """Return whether a kernel runs, and all of them wait."""
        kernels = self.ask("api/kernels")
        return bool(kernels) and all(k["execution_state"] == "idle" for k in kernels)


def wait_until(condition: Callable[[], bool], seconds: int = 90) -> None:
    """Wait until a condition holds, which is looked at every half second."""
    for _ in range(2 * seconds):
        if condition():
            return
        time.sleep(0.5)
    raise TimeoutError


def expect_equal(read: Callable[[], Any], expected: Any, seconds: int = 90) -> None:
    """Wait until what is read equals what is expected, as it does once JupyterLab has saved.

    A file is empty for a moment while it is saved, and has a copy beside it.
    """
    with suppress(TimeoutError):
        wait_until(lambda: read() == expected, seconds)
    assert read() == expected


def make_environment(home: Path, programs: Path = BIN) -> dict[str, str]:
    """Return the variables of a user who has this home and these programs.

    As in the build, a kernel has one thread, since last digits depend on their number. Python
    keeps the code that it has compiled, as it does for whoever has not forbidden it.
    """
    own = {name: value for name, value in os.environ.items() if not name.startswith("JUPYTER")}
    own.pop("PYTHONDONTWRITEBYTECODE", None)
    path = f"{programs}:{os.environ['PATH']}"
    return {**own, "OMP_NUM_THREADS": "1", "HOME": str(home), "PATH": path}


@contextmanager
def run_lab(
    root: Path,
    home: Path,
    settings: Mapping[str, Mapping[str, Any]] | None = None,
    programs: Path = BIN,
) -> Iterator[Lab]:
    """Run a JupyterLab.

    Parameters
    ----------
    root
        The folder that it serves and is started in.
    home
        The user's home, which receives its log, too.
    settings
        The user's settings by plug-in, such as
        `{"@jupyterlab/docmanager-extension:plugin": {"autosaveInterval": 1}}`.
    programs
        The folder of the environment's programs.
    """
    for plugin, values in (settings or {}).items():
        name = plugin.replace(":", "/") + ".jupyterlab-settings"
        path = home / ".jupyter" / "lab" / "user-settings" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(values), "utf-8")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    lab = Lab(root, f"http://127.0.0.1:{port}", secrets.token_hex())
    command = [str(programs / "jupyter"), "lab", "--no-browser", "--allow-root"]
    command += [
        f"--port={port}",
        "--ServerApp.port_retries=0",
        "--LabApp.expose_app_in_browser=True",
    ]
    environment = {**make_environment(home, programs), "JUPYTER_TOKEN": lab.token}
    with (
        (home / "lab.log").open("w") as log,
        subprocess.Popen(command, cwd=root, env=environment, stdout=log, stderr=log) as server,
    ):
        try:
            wait_until(lambda: server.poll() is not None or lab.ask("api/status") is not None)
            assert server.poll() is None, (home / "lab.log").read_text("utf-8")
            yield lab
        finally:
            server.terminate()
