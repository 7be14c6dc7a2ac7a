"""Find the browser that prints the course and tests its pages, or install one.

Run as a program, it makes sure that there is one. The first that starts is used: a Chromium,
Chrome or Edge on the PATH, one where macOS and Windows keep them, Playwright's own. Where none
does, Playwright downloads its own, or else Debian's or Ubuntu's is installed. A Chromium
without windows, which draws the same, is quicker.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Error, Playwright, sync_playwright

from tools import apt

COMMANDS = (
    "chromium-headless-shell",
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "microsoft-edge",
)
MACOS = (
    "Google Chrome.app/Contents/MacOS/Google Chrome",
    "Chromium.app/Contents/MacOS/Chromium",
    "Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
)
WINDOWS = (
    "Google/Chrome/Application/chrome.exe",
    "Chromium/Application/chrome.exe",
    "Microsoft/Edge/Application/msedge.exe",
)
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--font-render-hinting=none",  # else a browser without windows rounds letters to pixels
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
LIBRARY = "libatomic1"
# Packages of Debian, of which older ones and Ubuntu lack the first.
PACKAGES = ("chromium-headless-shell", "chromium")
# Packages of Debian with other browsers, and their commands, of which one has to be there.
OTHERS = {
    "firefox-esr": ("firefox-esr", "firefox"),
    "webkit2gtk-driver": ("WebKitWebDriver",),
    "xvfb": ("Xvfb",),
}
ADVICE = (
    "No Chromium, Chrome or Edge to print and test with. Install one of them; "
    "on Debian or Ubuntu type: sudo apt install chromium"
)


def list_places() -> Iterator[Path]:
    """Yield where the system may keep a browser, the best place first."""
    yield from (Path(path) for path in map(shutil.which, COMMANDS) if path)
    if sys.platform == "darwin":
        for folder in (Path("/Applications"), Path.home() / "Applications"):
            yield from (folder / name for name in MACOS)
    if sys.platform == "win32":
        for variable in ("PROGRAMFILES", "PROGRAMFILES(X86)", "LOCALAPPDATA"):
            if folder := os.environ.get(variable):
                yield from (Path(folder) / name for name in WINDOWS)


def starts(playwright: Playwright, path: Path) -> bool:
    """Return whether there is a browser that starts, which Ubuntu's stand-in does not."""
    if not path.is_file():
        return False
    try:
        playwright.chromium.launch(executable_path=path, args=FLAGS).close()
    except Error:
        return False
    return True


def find_browser(playwright: Playwright) -> Path | None:
    """Return the path of the first browser that starts, or None."""
    places = [*list_places(), Path(playwright.chromium.executable_path)]
    return next((path for path in places if starts(playwright, path)), None)


def playwright_starts() -> bool:
    """Return whether Playwright's own program runs on this system."""
    command = [sys.executable, "-m", "playwright", "--version"]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def require_playwright() -> None:
    """Make sure that Playwright starts, for which a bare Debian lacks a library.

    Raises
    ------
    SystemExit
        Where the library cannot be installed, with one line that says what to type.
    """
    if playwright_starts():
        return
    if apt.can_install():
        print(f"Installing {LIBRARY}, without which Playwright does not start.", flush=True)
        apt.install(LIBRARY)
    if not playwright_starts():
        sys.exit(
            f"Playwright does not start. On Debian or Ubuntu type: sudo apt install {LIBRARY}"
        )


def install_browser(playwright: Playwright) -> Path | None:
    """Install a browser, and return its path, or None where neither way succeeds."""
    print("There is no browser to print and test with: installing one.", flush=True)
    command = [sys.executable, "-m", "playwright", "install", "chromium"]
    subprocess.run(command, capture_output=True, check=False)
    found = find_browser(playwright)
    for package in PACKAGES:
        if not found and apt.can_install():
            apt.install(package)
            found = find_browser(playwright)
    return found


def find_missing_others() -> list[str]:
    """Return the packages of Debian of which no command is there."""
    return [
        package for package, commands in OTHERS.items() if not any(map(shutil.which, commands))
    ]


def install_others() -> None:
    """Install the browsers in which pages are tested besides, or say that they are missing."""
    missing = find_missing_others()
    if missing and apt.can_install():
        print("Installing Firefox and WebKit to test pages in.", flush=True)
        apt.install(*missing)
        missing = find_missing_others()
    if missing and sys.platform == "linux":
        print(
            "Pages are not tested in Firefox and WebKit. On Debian type: "
            f"sudo apt install {' '.join(missing)}"
        )


def main() -> None:
    """Make sure that there is a browser, and other ones to test in where that is possible.

    Raises
    ------
    SystemExit
        Where there is none and none can be installed, with one line that says what to type.
    """
    require_playwright()
    with sync_playwright() as playwright:
        if not (find_browser(playwright) or install_browser(playwright)):
            sys.exit(ADVICE)
    install_others()


if __name__ == "__main__":
    main()
