"""Publishing: addresses stay good for ever, and files agree on version and address."""

import re
from collections.abc import Iterator

from _ext.course.addresses import find_repository, find_site
from tools.lint.finding import Finding
from tools.lint.repository import Repository
from tools.lint.rule import rule

PUBLISHED = "book/published-pages.txt"
ENTRY = re.compile(r"## \[(?P<version>\d+\.\d+\.\d+)\] - (?P<date>\d{4}-\d\d-\d\d)$")
UNRELEASED = "## [Unreleased]"
IN_THE_MAKING = "-dev"
PAGES_ADDRESS = re.compile(r"https://[\w-]+\.github\.io[^\s)>\"]*(?<![.,;:])")


@rule
def published_pages(repository: Repository) -> Iterator[Finding]:
    """A page that has been published stays at its address, or leaves a redirect there."""
    contents = repository.yaml("_toc.yml")
    if contents.error is not None:
        return
    pages = dict(find_pages(contents.data))
    config = repository.yaml("_config.yml")
    place = ("sphinx", "config", "rediraffe_redirects")
    stated = look_up(config.data, *place)
    redirects = stated if isinstance(stated, dict) else {}
    lines = repository.text(PUBLISHED).splitlines()
    published = {n: line for line, n in enumerate(lines, 1) if n and not n.startswith("#")}
    for name, line in published.items():
        if name not in pages and name not in redirects:
            remedy = f"add `{name}: book/new-name` to rediraffe_redirects in _config.yml"
            yield Finding(PUBLISHED, line, f"{name} was published and is no page now", remedy)
    for name, path in pages.items():
        if name not in published:
            remedy = "add it there for ever, so that links to it stay good"
            line = contents.line(*path)
            yield Finding("_toc.yml", line, f"{name} is missing from {PUBLISHED}", remedy)
    for name, target in redirects.items():
        line = config.line(*place, name)
        if name in pages:
            remedy = "remove the redirect, or the page from _toc.yml"
            yield Finding("_config.yml", line, f"{name} is a page and a redirect", remedy)
        if target not in pages and target not in redirects:
            remedy = "name a page as _toc.yml does"
            fault = f"the redirect from {name} leads to {target}, which is no page"
            yield Finding("_config.yml", line, fault, remedy)


def find_pages(
    part: object, path: tuple[str, ...] = ()
) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield the pages that a part of `_toc.yml` names, each with its path in the file."""
    if isinstance(part, list):
        part = dict(enumerate(part))
    for key, value in part.items() if isinstance(part, dict) else ():
        here = (*path, str(key))
        if key in {"root", "file"} and isinstance(value, str):
            yield value, here
        else:
            yield from find_pages(value, here)


def look_up(data: object, *path: str) -> object:
    """Return what stands under a path of keys, or None."""
    for key in path:
        data = data.get(key) if isinstance(data, dict) else None
    return data


@rule
def version(repository: Repository) -> Iterator[Finding]:
    """CITATION.cff has the topmost release of CHANGELOG.md with its day, or a later version."""
    citation = repository.yaml("CITATION.cff")
    stated, date = (str(look_up(citation.data, key)) for key in ("version", "date-released"))
    lines = repository.text("CHANGELOG.md").splitlines()
    headings = [(n, text) for n, text in enumerate(lines, 1) if text.startswith("## ")]
    entries = [(n, ENTRY.match(text)) for n, text in headings if text != UNRELEASED]
    for number, entry in entries:
        if not entry:
            remedy = f"write {UNRELEASED}, or version and day as in ## [1.0.0] - 2026-11-25"
            yield Finding("CHANGELOG.md", number, "this heading is no version", remedy)
            return
    number, top = headings[0] if headings else (1, "")
    line = citation.line("version")
    if stated.endswith(IN_THE_MAKING):
        if top != UNRELEASED:
            remedy = f"begin with {UNRELEASED}, or release the version in CITATION.cff"
            yield Finding("CHANGELOG.md", number, f"{stated} has no entry", remedy)
        released = [as_numbers(entry["version"]) for _, entry in entries if entry]
        if released and as_numbers(stated) <= max(released):
            fault = f"{stated} does not follow what was released"
            remedy = f"write the next version with {IN_THE_MAKING}"
            yield Finding("CITATION.cff", line, fault, remedy)
    elif top != f"## [{stated}] - {date}":
        remedy = f"write ## [{stated}] - {date} there, or a version with {IN_THE_MAKING} here"
        yield Finding("CITATION.cff", line, f"CHANGELOG.md begins with {top!r}", remedy)


def as_numbers(stated: str) -> tuple[int, ...]:
    """Return the numbers of a version, so that versions can be compared."""
    return tuple(int(number) for number in re.findall(r"\d+", stated))


@rule
def addresses(repository: Repository) -> Iterator[Finding]:
    """README.md and CITATION.cff give the addresses that follow from `_config.yml`."""
    config = repository.yaml("_config.yml")
    configured = str(look_up(config.data, "repository", "url"))
    home = find_repository(configured, {})
    try:
        site = find_site(home, str(look_up(config.data, "html", "baseurl") or ""), {})
    except ValueError as error:
        fault, _, remedy = str(error).partition(": ")
        yield Finding("_config.yml", config.line("repository", "url"), fault, remedy)
        return
    citation = repository.yaml("CITATION.cff")
    for key, address in {"url": site, "repository-code": home}.items():
        given = look_up(citation.data, key)
        if given != address:
            line = citation.line(key)
            yield Finding("CITATION.cff", line, f"{key} is {given}", f"write {address}")
    readme = repository.text("README.md").splitlines()
    if not any(f"<{site}>" in line for line in readme):
        fault = "the site's address cannot be read here"
        yield Finding("README.md", 1, fault, f"write <{site}> near the top")
    for number, text in enumerate(readme, 1):
        for address in PAGES_ADDRESS.findall(text):
            if address != site:
                fault = f"the site is not at {address}"
                yield Finding("README.md", number, fault, f"write {site}")
