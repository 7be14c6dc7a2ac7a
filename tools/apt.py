"""Install a package of Debian or Ubuntu, where that needs no password."""

import os
import shutil
import subprocess


def can_install() -> bool:
    """Return whether apt-get is there and may install."""
    return shutil.which("apt-get") is not None and os.geteuid() == 0


def install(package: str) -> bool:
    """Install a package, and return whether that succeeded."""
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    steps = (["update"], ["install", "--yes", package])
    return all(
        subprocess.run(["apt-get", "-qq", *step], env=environment, check=False).returncode == 0
        for step in steps
    )
