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
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).parents[1]
LOCK = "requirements.lock"
LISTS = [
    "book/requirements.txt",
    "requirements.txt",
    "tools/lint/requirements.txt",
    "tests/requirements.txt",  # which includes the others
]
PIP = "pip>=26.1,<27"
PYTORCH = re.compile(r"(torch|torchvision|triton|cuda-\S+|nvidia-\S+)==")


def resolve(*options: str) -> str:
    """Return what uv finds for all of the requirements.

    Raises
    ------
    SystemExit
        When no set of versions meets the requirements, or without a network.
    """
    command = [sys.executable, "-m", "uv", "pip", "compile", "--no-header", *options]
    command += [LISTS[-1], "-"]
    result = subprocess.run(
        command, cwd=ROOT, input=PIP, stdout=subprocess.PIPE, text=True, check=False
    )
    if result.returncode:
        sys.exit("The requirements were not resolved: see above what uv found.")
    return result.stdout


def make_header(lists: Iterable[str]) -> str:
    """Return the lock's first line, with a digest of what the requirements say.

    Parameters
    ----------
    lists
        The texts of the lists of requirements. Comments and empty lines count for nothing.
    """
    lines = (line.partition("#")[0].strip() for text in lists for line in text.splitlines())
    digest = hashlib.sha256("\n".join(filter(None, [*lines, PIP])).encode()).hexdigest()
    return f"# Made by `make lock` from requirements with the digest {digest[:16]}"


def renew_lock() -> None:
    """Write the lock with the newest versions that the requirements allow."""
    found = resolve("--quiet", "--universal", "--python-version=3.11", "--generate-hashes")
    entries = re.split(r"\n(?=\S)", found)
    locked = [entry for entry in entries if not PYTORCH.match(entry)]
    header = make_header((ROOT / name).read_text("utf-8") for name in LISTS)
    (ROOT / LOCK).write_text("\n".join([header, *locked]), "utf-8")


def print_oldest() -> None:
    """Print the oldest versions that the requirements allow, with the newest of the rest."""
    print(resolve("--quiet", "--resolution=lowest-direct", f"--python={sys.executable}"))


COMMANDS = {"renew": renew_lock, "oldest": print_oldest}

if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m tools.lock", description=__doc__)
    parser.add_argument("command", choices=COMMANDS)
    COMMANDS[parser.parse_args().command]()
