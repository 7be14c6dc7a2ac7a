"""Make the virtual environment `.venv`, or keep and mend the one that is there.

It runs with the system's Python, which may be older than the course allows, and needs no
package. Who made the environment by hand keeps it, with whatever else is installed there.

With `--chosen`, somebody has named this Python and gets no other one.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

from tools import apt

OLDEST = (3, 11)
FOLDER = Path(".venv")
PYTHON = str(FOLDER / "bin" / "python")
# The Makefile installs everything again when this file is gone.
VERSIONS = FOLDER / "versions"
# The record of its files is what pip writes last when it is installed.
HAS_PIP = "import pip; from importlib.metadata import files; assert files('pip')"


def succeeds(python: str, code: str) -> bool:
    """Return whether a Python runs and gets through a piece of code."""
    try:
        result = subprocess.run([python, "-c", code], capture_output=True, check=False)
    except OSError:
        return False
    return result.returncode == 0


def get_version(python: str) -> tuple[int, ...]:
    """Return the major and minor version of a Python that runs."""
    code = "import sys; print(*sys.version_info[:2])"
    return tuple(map(int, subprocess.check_output([python, "-c", code]).split()))


def require_ensurepip(python: str) -> None:
    """Install the part of Python that brings pip, which Debian and Ubuntu keep apart.

    Raises
    ------
    SystemExit
        Where it cannot be installed, with one line that says what to type.
    """
    code = "import ensurepip, venv"
    if succeeds(python, code):
        return
    package = "python{}.{}-venv".format(*get_version(python))
    if apt.can_install():
        print(f"Installing {package}, which Python needs to make an environment.", flush=True)
        apt.install(package)
    if not succeeds(python, code):
        sys.exit(f"Python's venv module is missing. Type: sudo apt install {package}")


def make_environment() -> None:
    """Make `.venv` from nothing with the Python that runs this.

    Raises
    ------
    SystemExit
        When this Python is too old, or lacks what it needs, with one line that says what to do.
    """
    version = sys.version_info[:2]
    if version < OLDEST:
        found = "{}.{}".format(*version)
        sys.exit(f"Python 3.11 or newer is needed, not {found}. Type: make PYTHON=python3.13")
    require_ensurepip(sys.executable)
    subprocess.run([sys.executable, "-m", "venv", "--clear", str(FOLDER)], check=True)


def mend_environment() -> None:
    """Give the environment that is there its pip again.

    Raises
    ------
    SystemExit
        When its Python is too old, another than was chosen, or lacks what it needs, with one
        line that says what to do.
    """
    version, chosen = get_version(PYTHON), sys.version_info[:2]
    if version < OLDEST:
        found = "{}.{}".format(*version)
        sys.exit(
            f"Python 3.11 or newer is needed, and .venv has {found}. "
            "Type: rm -r .venv; make PYTHON=python3.13"
        )
    if "--chosen" in sys.argv and version != chosen:
        found, wanted = ("{}.{}".format(*numbers) for numbers in (version, chosen))
        sys.exit(
            f".venv has Python {found}, and PYTHON is {wanted}. "
            "To have it made anew, type: rm -r .venv"
        )
    if not succeeds(PYTHON, HAS_PIP):
        require_ensurepip(PYTHON)
        for name in ("pip", "pip-*.dist-info"):
            for part in FOLDER.glob(f"lib/*/site-packages/{name}"):
                shutil.rmtree(str(part))
        subprocess.run([PYTHON, "-m", "ensurepip"], check=True)
        if VERSIONS.exists():
            VERSIONS.unlink()


def main() -> None:
    """Leave a virtual environment with a new enough Python and pip behind."""
    if succeeds(PYTHON, ""):
        mend_environment()
        return
    if FOLDER.exists():
        print("The Python of .venv does not run any more: making .venv anew.", flush=True)
    make_environment()


if __name__ == "__main__":
    main()
