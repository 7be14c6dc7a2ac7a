"""List the pages that a change touches, for the summary of a pull request's run.

`python -m tools.changes COMMIT` compares with a commit. SITE_ARTIFACT is the address of the
built site, as a zip file; BUILD_OUTCOME is `success` when the build has accepted it.
"""

import os
import re
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).parents[1]
PAGE = re.compile(r"(index|book/[\w-]+)\.md")
# Files and folders on which any page may depend.
INPUTS = (
    "CITATION.cff",
    "LICENSE",
    "_config.yml",
    "_ext",
    "_static",
    "_templates",
    "_toc.yml",
    "book",
    "data",
    "images",
    "references.bib",
    "requirements.lock",
    "requirements.txt",
    "tools/draw/palette.toml",
)
# What lies among them, and no page shows.
UNSEEN = ("book/published-pages.txt", "images/readme.png")
LOOK = """\
To look at them, [download the site]({}), unpack it into a folder of its own, type
`python3 -m http.server` there, and open <http://localhost:8000>."""
NOT_BUILT = "The site could not be built: see the run's log."
REFUSED = "What was written of it all the same is in [this archive]({})."


def list_changed_files(root: Path, commit: str) -> list[str]:
    """Return the files that differ from a commit, by their paths below the root."""
    command = ["git", "diff", "--name-only", "--no-renames", commit]
    result = subprocess.run(command, cwd=root, check=True, capture_output=True, text=True)
    return result.stdout.splitlines()


def read_title(page: Path) -> str:
    """Return the title of a page's Markdown file, or nothing where the page was removed."""
    text = page.read_text("utf-8") if page.exists() else ""
    title = re.search(r"^# (.+)$", text, re.MULTILINE)
    return title[1] if title else ""


def summarise(files: Iterable[str], root: Path, artifact: str, is_built: bool) -> str:
    """Return as Markdown which pages change, and how to look at them.

    Parameters
    ----------
    files
        The changed files, by their paths below the root.
    root
        The folder of the repository.
    artifact
        The address of what was written of the site, or nothing.
    is_built
        Whether the build has accepted it.
    """
    entries, shared = [], []
    for file in sorted(files):
        if PAGE.fullmatch(file):
            title = read_title(root / file) or "removed"
            entries.append(f"- {title}: `{file.removesuffix('.md')}.html`")
        elif file.startswith(INPUTS) and file not in UNSEEN:
            shared.append(f"`{file}`")
    if shared:
        entries.append(f"- Every page may change with {', '.join(shared)}.")
    listed = "\n".join(entries) or "None."
    look = LOOK.format(artifact)
    if not (artifact and is_built):
        look = f"{NOT_BUILT} {REFUSED.format(artifact) if artifact else ''}"
    return f"## Pages that change\n\n{listed}\n\n{look.strip()}"


if __name__ == "__main__":
    changed = list_changed_files(ROOT, sys.argv[1])
    artifact, outcome = os.environ.get("SITE_ARTIFACT", ""), os.environ.get("BUILD_OUTCOME")
    print(summarise(changed, ROOT, artifact, outcome == "success"))
