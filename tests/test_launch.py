"""A launched course opens its chapters as notebooks, in a real JupyterLab."""

import json
import os
import secrets
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tools.book import ROOT

BIN = Path(sys.executable).parent
CHAPTER = "book/getting-started.md"
# What a launched course needs of the repository; JupyterLab may write to the copy.
LAUNCHED = (".binder", "book", "data", "images", "index.md", "references.bib")


@dataclass(frozen=True)
class Lab:
    """A JupyterLab that serves a copy of the course."""

    root: Path
    address: str
    token: str

    def read(self, path: str) -> Any:
        """Return what the server answers, or None when it does not."""
        headers = {"Authorization": f"token {self.token}"}
        request = urllib.request.Request(f"{self.address}/{path}", headers=headers)
        try:
            with urllib.request.urlopen(request, timeout=5) as answer:
                return json.load(answer)
        except OSError:
            return None

    def is_idle(self) -> bool:
        """Return whether a kernel runs, and all of them wait."""
        kernels = self.read("api/kernels")
        return bool(kernels) and all(k["execution_state"] == "idle" for k in kernels)


def wait_until(condition: Callable[[], bool], seconds: int = 90) -> None:
    for _ in range(seconds):
        if condition():
            return
        time.sleep(1)
    raise TimeoutError


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """Run a JupyterLab that has been set up as Binder sets it up."""
    home, root = tmp_path_factory.mktemp("home"), tmp_path_factory.mktemp("course")
    for name in LAUNCHED:
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        copy(ROOT / name, root / name)
    environment = {**os.environ, "HOME": str(home), "PATH": f"{BIN}:{os.environ['PATH']}"}
    environment.pop("JUPYTER_CONFIG_DIR", None)
    subprocess.run([root / ".binder" / "postBuild"], cwd=root, env=environment, check=True)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    token = secrets.token_hex()
    lab = Lab(root, f"http://127.0.0.1:{port}", token)
    command = [str(BIN / "jupyter"), "lab", "--no-browser", "--allow-root", f"--port={port}"]
    environment["JUPYTER_TOKEN"] = token
    with (
        (home / "lab.log").open("w") as log,
        subprocess.Popen(command, cwd=root, env=environment, stdout=log, stderr=log) as server,
    ):
        try:
            wait_until(lambda: server.poll() is not None or lab.read("api/status") is not None)
            assert server.poll() is None, (home / "lab.log").read_text("utf-8")
            yield lab
        finally:
            server.terminate()


def test_lab_asks_for_its_token(lab: Lab) -> None:
    assert Lab(lab.root, lab.address, "").read("api/kernels") is None


def test_chapter_opens_as_a_notebook_and_its_cells_run(page: Page, lab: Lab) -> None:
    page.set_viewport_size({"width": 1350, "height": 900})
    page.goto(f"{lab.address}/lab/tree/{CHAPTER}?reset&token={lab.token}")
    expect(page.locator(".jp-NotebookPanel")).to_be_visible(timeout=90_000)
    expect(page.locator(".jp-Toolbar-kernelName")).to_contain_text("ipykernel", timeout=90_000)
    wait_until(lab.is_idle)
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
    output = page.locator(".jp-OutputArea-output", has_text="sum: 45")
    expect(output).to_be_visible(timeout=90_000)
    assert (lab.root / CHAPTER).read_bytes() == (ROOT / CHAPTER).read_bytes()
