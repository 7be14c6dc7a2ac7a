"""Install a package of Debian or Ubuntu, where that needs no password."""

import os
import shutil
import subprocess


def can_install() -> bool:
    """Return whether apt-get is there and may install."""
    return shutil.which("apt-get") is not None and os.geteuid() == 0


def install(package: str) -> None:
    """Install a package, or print why that failed."""
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    # One source that cannot be reached makes an update fail, though the others may do.
    for step in (["update"], ["install", "--yes", package]):
        subprocess.run(["apt-get", "-qq", *step], env=environment, check=False)
