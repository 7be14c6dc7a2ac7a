"""Gather the notebooks that the build has made into the branch that readers launch.

`make notebooks` writes `_build/notebooks`: the chapters as notebooks, their data and their
style, and what Binder and Codespaces need. It is the working tree of a git repository of one
commit, whose message ends with a digest of what readers would notice.

`python -m tools.notebooks push ADDRESS` brings that commit to the branch of a repository,
unless what is there has the same digest. Only outputs that change in every run, such as times,
may then be older.
"""

import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

from _ext.course.addresses import NOTEBOOKS_BRANCH as BRANCH

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "_build" / "notebooks"
SOURCES = ROOT / "_build" / "html" / "_sources" / "book"
COPIED = (".binder", "LICENSE", "book/matplotlibrc", "data")
FIRST = "getting-started"
# So that a commit says what is in it, and not when and by whom it was made.
IDENTITY = {
    "GIT_AUTHOR_NAME": "github-actions[bot]",
    "GIT_AUTHOR_EMAIL": "41898282+github-actions[bot]@users.noreply.github.com",
    "GIT_AUTHOR_DATE": "2000-01-01T00:00:00Z",
}
IDENTITY |= {name.replace("AUTHOR", "COMMITTER"): value for name, value in IDENTITY.items()}
README = """\
# Introduction to Neural Networks: the notebooks

Made by the course's own build from the Markdown files of the branch `main`, and made anew
with every change there: propose changes there, not here.

Open a chapter in the folder `book`. What the notebooks need is listed in
`.binder/requirements.txt`.
"""


def make_devcontainer(chapter: str) -> str:
    """Return the file with which a codespace, or VS Code, opens a chapter's notebook."""
    return json.dumps(
        {
            "name": f"Introduction to Neural Networks: {chapter}",
            "image": "mcr.microsoft.com/devcontainers/python:3.12-bookworm",
            "updateContentCommand": "pip install --requirement=.binder/requirements.txt",
            "customizations": {
                "codespaces": {"openFiles": [f"book/{chapter}.ipynb"]},
                "vscode": {"extensions": ["ms-python.python", "ms-toolsai.jupyter"]},
            },
        },
        indent=2,
    )


def compute_digest(files: Mapping[str, bytes]) -> str:
    """Return a digest of what readers notice; outputs of notebooks count for nothing.

    Parameters
    ----------
    files
        The contents of the files by their names.
    """
    digest = hashlib.sha256()
    for name, content in sorted(files.items()):
        if name.endswith(".ipynb"):
            notebook = json.loads(content)
            for cell in notebook["cells"]:
                cell.pop("outputs", None)
            content = json.dumps(notebook, sort_keys=True).encode()
        digest.update(f"{name}\n{len(content)}\n".encode() + content)
    return digest.hexdigest()


def run_git(folder: Path, *arguments: str, check: bool = True) -> str:
    """Return what a git command prints.

    Raises
    ------
    subprocess.CalledProcessError
        When it fails, unless that is allowed.
    """
    command = ["git", "-C", str(folder), *arguments]
    environment = {**os.environ, **IDENTITY}
    return subprocess.run(
        command, check=check, stdout=subprocess.PIPE, text=True, env=environment
    ).stdout.strip()


def list_files(folder: Path) -> Iterable[Path]:
    """Return the files of a folder that are not git's own, nor unpacked data sets."""
    found = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return [p for p in found if ".git" not in p.parts and not p.name.endswith("-ubyte")]


def write_branch(root: Path, sources: Path, folder: Path) -> None:
    """Write the branch's files, and commit them.

    Parameters
    ----------
    root
        The repository.
    sources
        The folder of the notebooks that the build has made.
    folder
        Where the branch is written; what was there is removed.

    Raises
    ------
    FileNotFoundError
        When the build has made no notebook.
    """
    notebooks = sorted(sources.glob("*.ipynb"))
    if not notebooks:
        raise FileNotFoundError(f"{sources} has no notebook: type make book")
    shutil.rmtree(folder, ignore_errors=True)
    for name in COPIED:
        for path in [root / name] if (root / name).is_file() else list_files(root / name):
            copy = folder / path.relative_to(root)
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, copy)
    (folder / "README.md").write_text(README, "utf-8")
    for notebook in notebooks:
        shutil.copy(notebook, folder / "book")
        chapter = notebook.stem
        for place in [chapter] + ["."] * (chapter == FIRST):
            path = folder / ".devcontainer" / place / "devcontainer.json"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(make_devcontainer(chapter) + "\n", "utf-8")
    files = {p.relative_to(folder).as_posix(): p.read_bytes() for p in list_files(folder)}
    run_git(folder, "init", "--quiet", f"--initial-branch={BRANCH}")
    run_git(folder, "add", "--all")
    message = f"Notebooks\n\nContent: {compute_digest(files)}"
    run_git(folder, "commit", "--quiet", f"--message={message}")


def push_branch(folder: Path, address: str) -> bool:
    """Replace the branch of a repository, and return whether there was anything new.

    Parameters
    ----------
    folder
        The branch, as `write_branch` has left it.
    address
        The repository's address.

    Raises
    ------
    subprocess.CalledProcessError
        When git cannot read or write there.
    """
    if run_git(folder, "ls-remote", "--heads", address, f"refs/heads/{BRANCH}"):
        run_git(folder, "fetch", "--quiet", "--depth=1", address, BRANCH)
        messages = [
            run_git(folder, "log", "-1", "--format=%B", c) for c in ("HEAD", "FETCH_HEAD")
        ]
        if messages[0] == messages[1]:
            return False
    run_git(folder, "push", "--quiet", "--force", address, f"HEAD:refs/heads/{BRANCH}")
    return True


def main(arguments: list[str]) -> None:
    """Write the branch, or push it."""
    if arguments[:1] == ["push"]:
        is_new = push_branch(Path(arguments[1]), arguments[2])
        print("The notebooks are new." if is_new else "The notebooks have not changed.")
    else:
        write_branch(ROOT, SOURCES, FOLDER)
        print(f"The branch of notebooks is in {FOLDER.relative_to(ROOT)}.")


if __name__ == "__main__":
    main(sys.argv[1:])
