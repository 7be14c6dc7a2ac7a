"""A launched course opens its chapters as notebooks, in a real JupyterLab."""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tools.book import ROOT

BIN = Path(sys.executable).parent


def read(address: str) -> str:
    """Return what a server answers, or nothing when it does not."""
    try:
        with urllib.request.urlopen(address, timeout=5) as answer:
            return answer.read().decode()
    except OSError:
        return ""


def wait_until(condition, seconds: int = 90) -> None:
    for _ in range(seconds):
        if condition():
            return
        time.sleep(1)
    raise TimeoutError


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    """The address of a JupyterLab that has been set up as Binder sets it up."""
    home = tmp_path_factory.mktemp("home")
    environment = {**os.environ, "HOME": str(home), "PATH": f"{BIN}:{os.environ['PATH']}"}
    environment.pop("JUPYTER_CONFIG_DIR", None)
    subprocess.run([ROOT / ".binder" / "postBuild"], cwd=ROOT, env=environment, check=True)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [BIN / "jupyter", "lab", "--no-browser", "--allow-root", f"--port={port}"]
    command += ["--IdentityProvider.token=", f"--ServerApp.root_dir={ROOT}"]
    log = (home / "lab.log").open("w")
    server = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log)
    address = f"http://127.0.0.1:{port}"
    wait_until(lambda: "started" in read(f"{address}/api/status"))
    yield address
    server.terminate()
    server.wait(30)


def test_chapter_opens_as_a_notebook_and_its_cells_run(page: Page, lab):
    chapter = (ROOT / "book" / "getting-started.md").read_text("utf-8")
    page.set_viewport_size({"width": 1350, "height": 900})
    page.goto(f"{lab}/lab/tree/book/getting-started.md?reset")
    expect(page.locator(".jp-NotebookPanel")).to_be_visible(timeout=90_000)
    expect(page.locator(".jp-Toolbar-kernelName")).to_contain_text("ipykernel", timeout=90_000)
    wait_until(lambda: '"execution_state": "idle"' in read(f"{lab}/api/kernels"))
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
    output = page.locator(".jp-OutputArea-output", has_text="sum: 45")
    expect(output).to_be_visible(timeout=90_000)
    assert (ROOT / "book" / "getting-started.md").read_text("utf-8") == chapter
