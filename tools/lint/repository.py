"""The repository's files, as rules on configuration, style sheets and workflows read them."""

import os
from collections.abc import Iterator
from functools import cached_property, lru_cache
from pathlib import Path

from pathspec import GitIgnoreSpec

from tools.yaml_lines import Yaml12Loader, YamlError, YamlText

# What is no source even where `.gitignore` is missing, which another rule tells.
UNTRACKED = (".git", "/.venv", "/_build")


class Repository:
    """The files below a folder that git would keep.

    Parameters
    ----------
    root : Path
        The folder.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self.texts: dict[str, str] = {}

    @cached_property
    def files(self) -> list[str]:
        """The files that `.gitignore` does not name, by their paths below the root, sorted."""
        ignored = self.root / ".gitignore"
        lines = ignored.read_text("utf-8").splitlines() if ignored.exists() else []
        return sorted(self.walk(GitIgnoreSpec.from_lines([*UNTRACKED, *lines])))

    def walk(self, ignored: GitIgnoreSpec) -> Iterator[str]:
        """Yield the files that are not ignored."""
        for folder, folders, names in os.walk(self.root):
            place = Path(folder).relative_to(self.root)
            folders[:] = [n for n in folders if not ignored.match_file(f"{place / n}/")]
            for name in names:
                file = (place / name).as_posix()
                if not ignored.match_file(file):
                    yield file

    def below(self, folder: str, *suffixes: str) -> list[str]:
        """Return the files of a folder that have one of the given suffixes."""
        return [f for f in self.files if f.startswith(folder) and f.endswith(suffixes or ("",))]

    def has(self, file: str) -> bool:
        """Return whether the repository holds a file."""
        return (self.root / file).is_file()

    def text(self, file: str) -> str:
        """Return a file's text, or nothing when the file is missing or no text."""
        if file not in self.texts:
            data = (self.root / file).read_bytes() if self.has(file) else b""
            try:
                self.texts[file] = "" if b"\0" in data else data.decode("utf-8")
            except UnicodeDecodeError:
                self.texts[file] = ""
        return self.texts[file]

    def yaml(self, file: str) -> YamlText:
        """Return a YAML file parsed; without data when it is no YAML, which its error tells."""
        return parse_yaml(self.text(file))


@lru_cache(maxsize=100)
def parse_yaml(text: str) -> YamlText:
    """Return a text parsed; without data when it is no YAML, which its error tells."""
    try:
        return YamlText.parse(text, loader=Yaml12Loader)
    except YamlError as error:
        return YamlText({}, {}, error=error)
