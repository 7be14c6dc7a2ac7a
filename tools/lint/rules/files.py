"""Files: what a repository needs is there, and nothing else."""

import hashlib
import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import accumulate
from posixpath import dirname, join, normpath
from urllib.parse import unquote

from tools.book import parse_page
from tools.lint.finding import Finding
from tools.lint.repository import Repository
from tools.lint.rule import rule
from tools.lock import LISTS, LOCK, make_header

# Files that must be there, each with a word that it must hold.
NEEDED = {
    ".binder/postBuild": "overrides.json",
    ".ci/run": "make",
    ".devcontainer/devcontainer.json": "image",
    ".gitattributes": "eol=lf",
    ".github/dependabot.yml": "github-actions",
    ".github/pull_request_template.md": "",
    ".gitignore": "_build/",
    "CITATION.cff": "cff-version",
    "CONTRIBUTING.md": "make lint",
    "LICENSE": "MIT",
    "Makefile": "lint:",
    "README.md": "make book",
    "_config.yml": "sphinx:",
    "_static/fonts/source-licence.txt": "SIL",
    "_toc.yml": "jb-book",
    "data/README.md": "Licence",
    "pyproject.toml": "[tool.ruff",
    "references.bib": "@",
    "requirements.txt": "jupyter-book",
}
IGNORED = (".venv/", "_build/", "__pycache__/")
LICENCES = ("MIT", "CC BY 4.0", "CC BY-SA 3.0")
LARGEST = 500_000
# Products of programs, and files that editors and systems leave behind.
LITTER = re.compile(
    r"(.*/)?(\.DS_Store|Thumbs\.db|desktop\.ini|[^/]*(~|\.(ipynb|orig|rej|bak|swp|pyc|log|tmp)))"
)
SECRET = re.compile(
    r"(?<![A-Za-z0-9])("
    r"gh[pousr]_[A-Za-z0-9]{20,}|github_pat_\w{20,}|glpat-[\w-]{20,}|hf_[A-Za-z0-9]{20,}|"
    r"sk-(?=[\w-]*\d)[\w-]{20,}|xox[abprs]-[\w-]{10,}|AKIA[0-9A-Z]{16}|AIza[\w-]{35}|"
    r"pypi-[\w-]{20,})|"
    r"-----BEGIN [A-Z ]*PRIVATE KEY-----|eyJ[\w-]{20,}\.[\w-]{20,}\.|"
    r"\b(api[_-]?key|password|passwd|secret|access[_-]?token)\b[\"']?\s*[=:]\s*[\"'][^\"']{6,}[\"']"
)
CONFLICT = re.compile(r"^(<{7}|>{7}|\|{7})( |$)")


@rule
def needed(repository: Repository) -> Iterator[Finding]:
    """The licence, the citation data, the guides and the set-up files are there."""
    for file, word in NEEDED.items():
        if not repository.has(file):
            yield Finding(file, 1, "the file is missing", f"git checkout -- {file}")
        elif word not in repository.text(file):
            yield Finding(file, 1, f"the file does not speak of {word!r}", "restore that part")


@rule
def locked(repository: Repository) -> Iterator[Finding]:
    """The lock was made from the requirements as they are, and not edited by hand."""
    stated, _, entries = repository.text(LOCK).partition("\n")
    header = make_header([repository.text(name) for name in LISTS], entries)
    source, _, _ = header.partition("; ")
    if not stated.startswith(source):
        yield Finding(LOCK, 1, "it was made from other requirements", "type make lock")
    elif stated != header:
        yield Finding(LOCK, 1, "it was edited by hand", "type make lock")


@rule
def ignored(repository: Repository) -> Iterator[Finding]:
    """Git keeps no installed packages and nothing that was built."""
    lines = repository.text(".gitignore").splitlines()
    for pattern in IGNORED:
        if pattern not in lines:
            yield Finding(".gitignore", 1, f"it does not name {pattern}", f"add {pattern}")


@rule
def licences(repository: Repository) -> Iterator[Finding]:
    """The licence names those of code, text and data."""
    text = repository.text("LICENSE")
    plain = re.sub(r"[\s-]+", " ", text)
    for name in LICENCES:
        if text and re.sub(r"[\s-]+", " ", name) not in plain:
            yield Finding("LICENSE", 1, f"it does not name {name}", "restore that part")


@rule
def litter(repository: Repository) -> Iterator[Finding]:
    """No products of programs and no editors' leftovers are committed."""
    for file in repository.files:
        if LITTER.fullmatch(file):
            remedy = "remove it, or name it in .gitignore"
            yield Finding(file, 1, "a product or a leftover", remedy)


@rule
def sizes(repository: Repository) -> Iterator[Finding]:
    """Files outside of data/ have at most 0.5 MB."""
    for file in repository.files:
        size = (repository.root / file).lstat().st_size
        if size > LARGEST and not file.startswith("data/"):
            remedy = "make it smaller: a photograph as WebP, a drawing as SVG"
            yield Finding(file, 1, f"a file of {size / 1e6:.1f} MB", remedy)


@rule
def unused(repository: Repository) -> Iterator[Finding]:
    """Every picture, font and script is named by a page, a template or a style sheet."""
    texts = {
        file: repository.text(file)
        for file in repository.files
        if not file.startswith(("tests/", "tools/"))
    }
    for file in [*repository.below("images/"), *repository.below("_static/")]:
        name = file.rpartition("/")[2]
        stem = name.rpartition(".")[0]
        word = re.escape(stem)
        named = re.compile(rf"{re.escape(name)}\b|[\"'/]{word}[\"']|\{{lab\}} {word}\b")
        is_loaded = file.count("/") == 1 and name.endswith((".css", ".js"))
        is_licence = name.endswith("-licence.txt")
        others = (text for other, text in texts.items() if other != file and stem in text)
        if not is_loaded and not is_licence and not any(map(named.search, others)):
            yield Finding(file, 1, "nothing uses this file", "show it in a page, or remove it")


@rule
def names(repository: Repository) -> Iterator[Finding]:
    """Pages, pictures and data have names of small letters, digits and hyphens."""
    for file in [*repository.below("book/", ".md"), *repository.below("images/")]:
        name = file.rpartition("/")[2]
        if name != "README.md" and not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*\.[a-z0-9]+", name):
            remedy = "use small letters, digits and hyphens"
            yield Finding(file, 1, f"the name {name!r}", remedy)


@rule
def guides(repository: Repository) -> Iterator[Finding]:
    """Links in the README, in CONTRIBUTING and in other guides lead to files that exist."""
    for file in [f for f in repository.files if f.endswith(".md")]:
        if file.startswith(("book/", "tests/")) or file == "index.md":
            continue
        page = parse_page(file, repository.text(file), is_chapter=False)
        for line, token in [part for passage in page.passages for part in passage.parts]:
            address = str(token.attrs.get("href") or token.attrs.get("src") or "")
            path = unquote(address.partition("#")[0])
            target = normpath(join(dirname(file), path))
            # Above the repository lie GitHub's own pages, such as ../../issues.
            if re.match(r"\w+:", address) or not path or target.startswith(".."):
                continue
            if not (repository.root / target).exists():
                remedy = f"write a path relative to {file}"
                yield Finding(file, line, f"there is no file {path!r}", remedy)


@lru_cache(maxsize=2000)
def find_lines(pattern: re.Pattern[str], text: str) -> list[int]:
    """Return the numbers of the lines in which something is found."""
    lines = enumerate(text.splitlines(), 1)
    return [number for number, line in lines if pattern.search(line)]


@rule
def secrets(repository: Repository) -> Iterator[Finding]:
    """No file holds a password, a token or a private key."""
    for file in repository.files:
        for number in find_lines(SECRET, repository.text(file)):
            remedy = "revoke it now, and take it out of the history, too"
            yield Finding(file, number, "this looks like a secret", remedy)


@rule
def conflicts(repository: Repository) -> Iterator[Finding]:
    """No file holds the marks of a merge that was not finished."""
    for file in repository.files:
        for number in find_lines(CONFLICT, repository.text(file)):
            remedy = "keep one of the two versions"
            yield Finding(file, number, "a conflict that was not resolved", remedy)


@rule
def checksums(repository: Repository) -> Iterator[Finding]:
    """The data are as published: each file has the MD5 sum that the README beside it gives.

    A README below data/ gives the sums of the files in its folder and in those below.
    """
    checked: set[str] = set()
    for guide in [f for f in repository.below("data/") if f.endswith("/README.md")]:
        folder = dirname(guide)
        for number, line in enumerate(repository.text(guide).splitlines(), 1):
            given = re.search(r"\b[0-9a-f]{32}\b", line)
            named = re.search(r"`([\w./-]+\.\w+)`", line)
            if not given or not named:
                continue
            found = [f for f in repository.below(f"{folder}/") if f.endswith(f"/{named[1]}")]
            checked.update(found)
            for file in found:
                data = (repository.root / file).read_bytes()
                if hashlib.md5(data, usedforsecurity=False).hexdigest() != given[0]:
                    yield Finding(file, 1, "the file is damaged", f"git checkout -- {file}")
            if not found:
                fault = f"the file {named[1]} is missing"
                yield Finding(guide, number, fault, f"git checkout -- {folder}")
    for file in repository.below("data/"):
        if not file.endswith("/README.md") and file not in checked:
            remedy = "add a line with its name and its MD5 sum to the README beside it"
            yield Finding(file, 1, "data without a checksum", remedy)


@rule
def data_sources(repository: Repository) -> Iterator[Finding]:
    """A README beside the data, or above them, names each file, for its source and licence."""
    for file in repository.below("data/"):
        folders = accumulate(file.split("/")[:-1], "{}/{}".format)
        guides = [repository.text(f"{folder}/README.md") for folder in folders]
        name = file.rpartition("/")[2]
        if name != "README.md" and not any(name in guide for guide in guides):
            remedy = f"say in {dirname(file)}/README.md where it comes from, and its licence"
            yield Finding(file, 1, "data without a source", remedy)
