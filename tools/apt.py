"""Install a package of Debian or Ubuntu, where that needs no password."""

import os
import shutil
import subprocess

SUDO = ("sudo", "--non-interactive", "--preserve-env=DEBIAN_FRONTEND")


def is_root() -> bool:
    """Return whether this program runs as root."""
    return os.geteuid() == 0


def can_install() -> bool:
    """Return whether apt-get is there and may install."""
    if shutil.which("apt-get") is None:
        return False
    if is_root() or shutil.which("sudo") is None:
        return is_root()
    return subprocess.run([*SUDO, "true"], capture_output=True, check=False).returncode == 0


def install(*packages: str) -> None:
    """Install packages, or print why that failed."""
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    command = [*(() if is_root() else SUDO), "apt-get", "-qq"]
    # One source that cannot be reached makes an update fail, though the others may do.
    # One package that is not to be had keeps no other away.
    for step in (["update"], *(["install", "--yes", package] for package in packages)):
        subprocess.run([*command, *step], env=environment, check=False)
