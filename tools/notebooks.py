"""Gather the notebooks that the build has made into the branch that readers launch.

`make notebooks` writes `_build/notebooks`: the chapters as notebooks, their data and their
style, and what Binder and Codespaces need. It is the working tree of a git repository of one
commit, whose message ends with a digest of what readers would notice.

`python -m tools.notebooks push` in a run of GitHub Actions brings that commit, from the file
`notebooks.bundle`, to the repository, unless the branch there has the same digest. Only times,
which change in every run, may then be older.
"""

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Mapping
from functools import partial
from pathlib import Path

from _ext.course.addresses import NOTEBOOKS_BRANCH as BRANCH

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "_build" / "notebooks"
BUNDLE = "notebooks.bundle"
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

Install what they need with `pip install -r requirements.txt`, start `jupyter lab`, and open a
chapter in the folder `book`.
"""
# Of the readers' packages, those that only the build and authors need.
AUTHORS = re.compile(r"(myst-nb|jupytext)\b")
# How long something took, which is all that differs between two runs on one machine; not how
# long it takes to read a chapter, or, behind a bracket, what lies further.
TIME = re.compile(
    rb" *\d+(?:\.\d+)? (?:ms|milliseconds|s|min)\b|"
    rb" *(?<![\d.(])(?<!Time:\*\* )\d+(?:\.\d+)? minutes\b"
)


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
    """Return a digest of what readers notice; how long something took counts for nothing.

    Parameters
    ----------
    files
        The contents of the files by their names.
    """
    digest = hashlib.sha256()
    for name, content in sorted(files.items()):
        if name.endswith(".ipynb"):
            content = TIME.sub(b"", content)
        digest.update(f"{name}\n{len(content)}\n".encode() + content)
    return digest.hexdigest()


def run_git(folder: Path, *arguments: str) -> str:
    """Return what a git command prints.

    Raises
    ------
    subprocess.CalledProcessError
        When it fails.
    """
    # On GitHub its own command knows the run's token; elsewhere nothing asks for it.
    # No signature, hook or exclusion of whoever runs this changes what is written.
    settings = (
        "credential.helper=!gh auth git-credential",
        "commit.gpgSign=false",
        "core.hooksPath=/dev/null",
        "core.excludesFile=/dev/null",
    )
    options = [part for setting in settings for part in ("-c", setting)]
    command = ["git", "-C", str(folder), *options, *arguments]
    environment = {**os.environ, **IDENTITY}
    return subprocess.run(
        command, check=True, stdout=subprocess.PIPE, text=True, env=environment
    ).stdout.strip()


def list_files(folder: Path) -> Iterable[Path]:
    """Return the files of a folder but git's own, unpacked data sets and what Finder leaves."""
    found = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return [
        p
        for p in found
        if ".git" not in p.relative_to(folder).parts
        and not p.name.endswith(("-ubyte", ".DS_Store"))
    ]


def list_requirements(root: Path) -> str:
    """Return what readers install to run the notebooks, a line each."""
    lines = (root / "book" / "requirements.txt").read_text("utf-8").splitlines()
    kept = (line for line in lines if line[:1].isalpha() and not AUTHORS.match(line))
    return "".join(f"{line}\n" for line in kept)


def write_branch(root: Path, sources: Path, folder: Path) -> None:
    """Write the branch's files, and commit them.

    Parameters
    ----------
    root
        The repository.
    sources
        The folder of the notebooks that the build has made.
    folder
        Where the branch is written; what was there is removed. Beside it comes the commit
        as a file, with which it can be carried elsewhere.

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
    (folder / "requirements.txt").write_text(list_requirements(root), "utf-8")
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
    run_git(folder, "bundle", "create", "--quiet", str(folder.parent / BUNDLE), BRANCH)


def push_branch(bundle: Path, address: str) -> bool:
    """Replace the branch of a repository, and return whether there was anything new.

    Parameters
    ----------
    bundle
        The commit, as `write_branch` has left it.
    address
        The repository's address.

    Raises
    ------
    subprocess.CalledProcessError
        When git cannot read or write there.
    """
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        run_git(folder, "clone", "--quiet", "--bare", str(bundle.resolve()), ".")
        if run_git(folder, "ls-remote", "--heads", address, f"refs/heads/{BRANCH}"):
            run_git(folder, "fetch", "--quiet", "--depth=1", address, BRANCH)
            show = partial(run_git, folder, "log", "-1", "--format=%B")
            if show(BRANCH) == show("FETCH_HEAD"):
                return False
        run_git(folder, "push", "--quiet", "--force", address, f"{BRANCH}:{BRANCH}")
    return True


def main(arguments: list[str]) -> None:
    """Write the branch, or push it."""
    if arguments == ["push"]:
        server, slug = os.environ["GITHUB_SERVER_URL"], os.environ["GITHUB_REPOSITORY"]
        is_new = push_branch(Path(BUNDLE), f"{server}/{slug}")
        print("The notebooks are new." if is_new else "The notebooks have not changed.")
    else:
        write_branch(ROOT, SOURCES, FOLDER)
        print(f"The branch of notebooks is in {FOLDER.relative_to(ROOT)}.")


if __name__ == "__main__":
    main(sys.argv[1:])
