"""Resolve the requirements into versions: the lock, or the oldest that are allowed.

`requirements.lock` holds one version of each package, with the hashes of its files, for every
system and every Python from 3.11 on. PyTorch is left out, since its builds differ by system
and index, and so are the packages for graphics cards that it brings on Linux. pip is in the
lock, since it takes hashes from constraints only from the version on that stands below.
"""

import argparse
import hashlib
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
LOCK = ROOT / "requirements.lock"
LISTS = [
    ROOT / "book" / "requirements.txt",
    ROOT / "requirements.txt",
    ROOT / "tools" / "lint" / "requirements.txt",
    ROOT / "tests" / "requirements.txt",  # which includes the others
]
PIP = "pip>=26.1,<27"
PYTORCH = re.compile(r"(torch|torchvision|triton|cuda-\S+|nvidia-\S+)==")
HEADER = "# Made by `make lock` from requirements with the digest "


def resolve(*options: str) -> str:
    """Return what uv finds for all of the requirements.

    Raises
    ------
    SystemExit
        When no set of versions meets the requirements, or without a network.
    """
    command = [sys.executable, "-m", "uv", "pip", "compile", "--no-header", *options]
    command += [LISTS[-1].relative_to(ROOT).as_posix(), "-"]
    result = subprocess.run(
        command, cwd=ROOT, input=PIP, stdout=subprocess.PIPE, text=True, check=False
    )
    if result.returncode:
        sys.exit("The requirements were not resolved: see above what uv found.")
    return result.stdout


def compute_digest() -> str:
    """Return a digest of the requirements, comments and empty lines left out."""
    lines = [line.partition("#")[0].strip() for file in LISTS for line in read_lines(file)]
    return hashlib.sha256("\n".join(filter(None, [*lines, PIP])).encode()).hexdigest()[:16]


def read_lines(file: Path) -> list[str]:
    """Return the lines of a text file."""
    return file.read_text("utf-8").splitlines()


def renew_lock() -> None:
    """Write the lock with the newest versions that the requirements allow."""
    found = resolve("--quiet", "--universal", "--python-version=3.11", "--generate-hashes")
    entries = re.split(r"\n(?=\S)", found)
    locked = [entry for entry in entries if not PYTORCH.match(entry)]
    LOCK.write_text("\n".join([HEADER + compute_digest(), *locked]), "utf-8")


def check_lock() -> None:
    """Compare the lock with the requirements, without a network.

    Raises
    ------
    SystemExit
        When the lock was made from other requirements.
    """
    if read_lines(LOCK)[0] != HEADER + compute_digest():
        sys.exit("requirements.lock:1: it was made from other requirements: type: make lock")


def print_oldest() -> None:
    """Print the oldest versions that the requirements allow, with the newest of the rest."""
    print(resolve("--quiet", "--resolution=lowest-direct", f"--python={sys.executable}"))


COMMANDS = {"renew": renew_lock, "check": check_lock, "oldest": print_oldest}

if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m tools.lock", description=__doc__)
    parser.add_argument("command", choices=COMMANDS)
    COMMANDS[parser.parse_args().command]()
