"""Keep what is slow to make until what it is made from has changed."""

from __future__ import annotations

import os
import shutil
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from sphinx.application import Sphinx

CACHES = "caches"


def find_caches(app: Sphinx) -> Path:
    """Return the folder of the caches of this version of the package and of what it uses."""
    package, _, _ = __name__.rpartition(".")
    version = app.extensions[package].metadata["env_version"]
    return Path(app.doctreedir, CACHES, f"{version:x}"[:16])


def open_cache(app: Sphinx, name: str) -> Cache:
    """Return the cache of a name, in which there is nothing that other versions have made."""
    return Cache(find_caches(app) / name)


def forget_versions(app: Sphinx) -> None:
    """Remove what other versions have made."""
    kept = find_caches(app)
    for folder in kept.parent.glob("*"):
        if folder != kept:
            shutil.rmtree(folder)


class Cache:
    """Files in a folder, each named by a digest of what it was made from.

    Parameters
    ----------
    folder
        Where the files are; it is made when the first is kept.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._used: set[str] = set()

    def recall(self, *sources: str | bytes, make: Callable[[], bytes]) -> bytes:
        """Return what was made from these sources, making it when it is not kept yet.

        Parameters
        ----------
        *sources
            Everything that the result depends on.
        make
            Called without arguments to make the result.
        """
        digest = sha256()
        for source in sources:
            content = source.encode() if isinstance(source, str) else source
            digest.update(len(content).to_bytes(8, "big") + content)
        name = digest.hexdigest()
        self._used.add(name)
        path = self.folder / name
        if not path.exists():
            self.folder.mkdir(parents=True, exist_ok=True)
            part = path.with_suffix(f".{os.getpid()}")  # chapters are executed side by side
            part.write_bytes(make())
            part.replace(path)
        return path.read_bytes()

    def prune(self) -> None:
        """Remove the files that were not recalled since this cache was opened."""
        for path in self.folder.glob("*"):
            if path.name not in self._used:
                path.unlink()
