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


def digest(text: str) -> str:
    """Return the first digits of a text's SHA-256."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def make_header(lists: Iterable[str], entries: str) -> str:
    """Return the lock's first line, with digests of what it was made from and of what it says.

    Parameters
    ----------
    lists
        The texts of the lists of requirements. Comments and empty lines count for nothing.
    entries
        The lines of the lock below this one.
    """
    lines = (line.partition("#")[0].strip() for text in lists for line in text.splitlines())
    source = digest("\n".join(filter(None, [*lines, PIP])))
    said = digest(entries)
    return f"# Made by `make lock` from requirements with the digest {source}; it has {said}"


def renew_lock() -> None:
    """Write the lock with the newest versions that the requirements allow."""
    found = resolve("--quiet", "--universal", "--python-version=3.11", "--generate-hashes")
    found_entries = re.split(r"\n(?=\S)", found)
    entries = "\n".join(entry for entry in found_entries if not PYTORCH.match(entry))
    header = make_header([(ROOT / name).read_text("utf-8") for name in LISTS], entries)
    (ROOT / LOCK).write_text(f"{header}\n{entries}", "utf-8")


def print_oldest() -> None:
    """Print the oldest versions that the requirements allow, with the newest of the rest."""
    print(resolve("--quiet", "--resolution=lowest-direct", f"--python={sys.executable}"))


COMMANDS = {"renew": renew_lock, "oldest": print_oldest}

if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m tools.lock", description=__doc__)
    parser.add_argument("command", choices=COMMANDS)
    COMMANDS[parser.parse_args().command]()
