"""Check with lychee the links that leave the built site, and those of the other documents.

`python -m tools.links` needs the network, so it is no test: the weekly run calls it.
"""

import os
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import yaml

from _ext.course.addresses import find_repository, find_site

ROOT = Path(__file__).parents[1]
# Besides the pages; the names of guides are capitals.
DOCUMENTS = ("[A-Z]*.md", "CITATION.cff", "data/**/*.md", "book/starter/*.md")
LYCHEE = Path(sys.executable).with_name("lychee")
OPTIONS = (
    "--no-progress",
    "--extensions=html",
    "--scheme=http",
    "--scheme=https",
    "--max-retries=3",
    # Publishers answer programs with 403 or 429 though a reader's browser gets the page.
    "--accept=200..=299,403,429",
)


def find_own_addresses(root: Path, environment: Mapping[str, str]) -> list[str]:
    """Return as patterns the addresses that need not be there before the next publication.

    Parameters
    ----------
    root
        The folder of the repository.
    environment
        The environment variables, as `course.addresses` reads them.
    """
    config = yaml.safe_load((root / "_config.yml").read_text("utf-8"))
    repository = find_repository(config["repository"]["url"], environment)
    site = find_site(repository, config.get("html", {}).get("baseurl", ""), environment)
    # Editing and reporting want a person who has signed in.
    return [f"^{re.escape(site)}", f"^{re.escape(repository)}/(edit|issues/new)"]


def check_links(root: Path, environment: Mapping[str, str]) -> int:
    """Check all links to other sites, and return lychee's exit code: 0 when all are good."""
    excluded = [f"--exclude={pattern}" for pattern in find_own_addresses(root, environment)]
    documents = sorted(
        path.relative_to(root).as_posix() for name in DOCUMENTS for path in root.glob(name)
    )
    command = [str(LYCHEE), *OPTIONS, *excluded, "_build/html", *documents]
    return subprocess.run(command, cwd=root, check=False).returncode


if __name__ == "__main__":
    sys.exit(check_links(ROOT, os.environ))
