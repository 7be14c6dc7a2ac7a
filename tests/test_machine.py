"""`make` sets up whatever machine it is on, keeps what is there, and says what to type."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from packaging.markers import default_environment
from packaging.requirements import Requirement

from tools import browser, lock
from tools.book import ROOT

SHARED = (
    "Makefile",
    "book/requirements.txt",
    "requirements.lock",
    "requirements.txt",
    "tests/requirements.txt",
    "tools/__init__.py",
    "tools/apt.py",
    "tools/browser.py",
    "tools/environment.py",
    "tools/lint/requirements.txt",
    "tools/lock.py",
)
# What a Makefile and its shell call, besides Python.
COMMANDS = ("cmp", "make", "mkdir", "mv", "rm", "sed", "sh", "touch")
# Stands in for pip, and writes down what it was asked to install.
PIP = """
import os, sys, time
with open("pip.log", "a") as log:
    print(*sys.argv[3:], file=log, flush=True)
    if seconds := os.environ.get("PIP_TAKES"):
        time.sleep(float(seconds))
        print("end", file=log)
sys.exit(int(os.environ.get("PIP_FAILS", 0)))
"""


class Machine:
    """A machine with little more than Python and make, and a copy of what installs the course.

    Parameters
    ----------
    root
        A new folder.
    """

    def __init__(self, root: Path) -> None:
        self.root = root / "course"
        self.commands = root / "bin"
        self.commands.mkdir()
        for name in COMMANDS:
            (self.commands / name).symlink_to(shutil.which(name))
        self.write_command("python3", f'exec {sys.executable} "$@"')
        self.write_command("apt-get", "exit 100")
        self.write_command("sudo", 'shift 2; [ "$1" = true ] || exec "$@"')
        for name in SHARED:
            (self.root / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, self.root / name)

    def write_command(self, name: str, script: str) -> None:
        """Put a shell script on the PATH."""
        path = self.commands / name
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(0o755)

    def make_environment(self) -> None:
        """Make a virtual environment by hand, with a stand-in for pip."""
        folder = self.root / ".venv"
        subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder], check=True)
        (packages,) = folder.glob("lib/*/site-packages")
        files = {
            "pip/__init__.py": "",
            "pip/__main__.py": PIP,
            "pip-1.dist-info/METADATA": "Name: pip\nVersion: 1\n",
            "pip-1.dist-info/RECORD": "pip/__init__.py,,\n",
        }
        for name, text in files.items():
            (packages / name).parent.mkdir(exist_ok=True)
            (packages / name).write_text(text)

    def run(self, *command: str, **variables: str) -> tuple[int, list[str]]:
        """Run a command, and return its code and the lines that it and not make has printed."""
        environment = {"PATH": str(self.commands), "HOME": str(self.root), **variables}
        result = subprocess.run(
            command,
            cwd=self.root,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        lines = [line for line in result.stdout.splitlines() if not line.startswith("make:")]
        return result.returncode, lines

    def install(self, *arguments: str, **variables: str) -> list[str]:
        """Install what the tests need, and return what pip was asked for."""
        log = self.root / "pip.log"
        log.unlink(missing_ok=True)
        code, lines = self.run("make", ".venv/tests-installed", *arguments, **variables)
        assert code == 0, lines
        return log.read_text().splitlines() if log.exists() else []


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


@pytest.fixture
def installed(machine: Machine) -> Machine:
    """A machine with an environment made by hand, in which the course is installed."""
    machine.make_environment()
    machine.install()
    return machine


def set_version(version: tuple[int, ...]) -> str:
    """Return a shell script that runs a module as if Python had another version."""
    code = f"import runpy, sys; sys.version_info = {version}; runpy.run_module(sys.argv[1])"
    code = code.replace("[1])", '[1], run_name="__main__")')
    return f"shift; exec {sys.executable} -c '{code}' \"$@\""


def test_python_that_is_too_old_is_named_in_one_line(machine):
    machine.write_command("python3", set_version((3, 9, 2)))
    code, lines = machine.run("make", "book")
    assert code != 0
    assert lines == ["Python 3.11 or newer is needed, not 3.9. Type: make PYTHON=python3.13"]
    assert not (machine.root / ".venv").exists()


def test_oldest_pythons_get_as_far_as_being_named():
    needed = ("tools/__init__.py", "tools/apt.py", "tools/environment.py")
    command = [sys.executable, "-m", "ruff", "check", "--isolated", "--target-version=py37"]
    result = subprocess.run(
        [*command, "--select=FA102", *needed], cwd=ROOT, capture_output=True, text=True
    )
    assert result.returncode == 0, result.stdout
    code = "".join((ROOT / name).read_text("utf-8") for name in needed)
    assert "missing_ok" not in code  # since 3.8


def test_environment_that_is_too_old_is_kept_and_named_in_one_line(machine):
    machine.make_environment()
    python = machine.root / ".venv" / "bin" / "python"
    python.unlink()
    python.write_text("#!/bin/sh\necho 3 9\n")
    python.chmod(0o755)
    code, lines = machine.run("make", "book")
    assert code != 0
    assert lines == [
        "Python 3.11 or newer is needed, and .venv has 3.9. "
        "Type: rm -r .venv; make PYTHON=python3.13"
    ]
    assert python.exists()


def hide_ensurepip(machine: Machine) -> dict[str, str]:
    """Let Python lack what Debian keeps apart, and return the variables that do so."""
    hidden = machine.root / "hidden"
    hidden.mkdir()
    (hidden / "ensurepip.py").write_text("raise ModuleNotFoundError")
    return {"PYTHONPATH": str(hidden)}


PACKAGE = "python{}.{}-venv".format(*sys.version_info)


def test_missing_venv_module_is_named_in_one_line(machine):
    (machine.commands / "apt-get").unlink()
    code, lines = machine.run("make", "book", **hide_ensurepip(machine))
    assert code != 0
    assert lines == [f"Python's venv module is missing. Type: sudo apt install {PACKAGE}"]
    assert not (machine.root / ".venv").exists()


def test_missing_venv_module_is_installed_where_that_is_possible(machine):
    remove = f'[ "$4" = {PACKAGE} ] || [ "$2" = update ] && {shutil.which("rm")} -rf hidden'
    machine.write_command("apt-get", f'echo "$@" >> apt.log; {remove}')
    code, lines = machine.run("make", ".venv/versions", **hide_ensurepip(machine))
    assert code == 0, lines
    calls = (machine.root / "apt.log").read_text().splitlines()
    assert calls == ["-qq update", f"-qq install --yes {PACKAGE}"]
    assert machine.run(".venv/bin/python", "-m", "pip", "--version")[0] == 0


@pytest.mark.parametrize("arguments", [["PYTHON=python3.99"], []])
def test_environment_of_another_python_than_is_chosen_is_named_in_one_line(machine, arguments):
    machine.make_environment()
    machine.write_command("python3.99", set_version((3, 99, 0)))
    variables = {} if arguments else {"PYTHON": "python3.99"}
    code, lines = machine.run("make", "book", *arguments, **variables)
    assert code != 0
    found = "{}.{}".format(*sys.version_info)
    assert lines == [
        f".venv has Python {found}, and PYTHON is 3.99. To have it made anew, type: rm -r .venv"
    ]


def test_environment_is_kept_beside_a_newer_python_that_nobody_has_chosen(machine):
    machine.make_environment()
    machine.write_command("python3", set_version((3, 99, 0)))
    assert machine.install()


def test_environment_whose_python_is_gone_is_made_anew_and_that_is_said(machine):
    machine.make_environment()
    machine.install()
    for python in (machine.root / ".venv" / "bin").glob("python*"):
        python.unlink()
    code, lines = machine.run("make", ".venv/versions")
    assert code == 0, lines
    assert lines == ["The Python of .venv does not run any more: making .venv anew."]
    assert machine.run(".venv/bin/python", "-m", "pip", "--version")[0] == 0
    assert not (machine.root / ".venv" / "book-installed").exists()


def test_environment_made_by_hand_is_kept_with_what_else_is_in_it(machine):
    machine.make_environment()
    (packages,) = (machine.root / ".venv").glob("lib/*/site-packages")
    (packages / "own.py").touch()
    assert machine.install()
    assert (packages / "own.py").exists()


@pytest.mark.parametrize("lost", ["pip", "pip-1.dist-info/RECORD"])
def test_lost_pip_is_put_back_and_everything_is_installed_again(installed, lost):
    (packages,) = (installed.root / ".venv").glob("lib/*/site-packages")
    shutil.rmtree(packages / "pip")
    if lost != "pip":  # as pip leaves itself where its installation was interrupted
        (packages / "pip").mkdir()
        (packages / "pip" / "__init__.py").touch()
        (packages / lost).unlink()
    (packages / "own.py").touch()
    before = (installed.root / ".venv" / "versions").stat().st_mtime_ns
    code, lines = installed.run("make", ".venv/versions")
    assert code == 0, lines
    assert installed.run(".venv/bin/python", "-m", "pip", "--version")[0] == 0
    assert (installed.root / ".venv" / "versions").stat().st_mtime_ns > before
    assert (packages / "own.py").exists()


def test_nothing_is_installed_twice(installed):
    assert installed.install() == []


def test_only_one_thing_is_installed_at_a_time(machine):
    machine.make_environment()
    log = machine.install("--jobs=4", PIP_TAKES="0.2")
    assert len(log) > 4
    assert [line == "end" for line in log] == [False, True] * (len(log) // 2)


def test_changed_requirements_are_installed_into_the_same_environment(installed):
    (packages,) = (installed.root / ".venv").glob("lib/*/site-packages")
    (packages / "own.py").touch()
    with (installed.root / "book" / "requirements.txt").open("a") as file:
        print("pandas", file=file)
    assert "--requirement=requirements.txt" in installed.install()
    assert (packages / "own.py").exists()


def test_other_versions_are_installed_when_they_are_asked_for(installed):
    newest = installed.install("VERSIONS=newest")
    assert len(newest) == 4
    assert all("--upgrade --upgrade-strategy=eager" in call for call in newest)
    assert installed.install("VERSIONS=newest") == newest  # others may be the newest by then
    assert installed.install() != []


def test_oldest_versions_that_are_allowed_are_installed_when_they_are_asked_for(machine):
    machine.make_environment()
    for name in (".venv/bin/uv", "_build/oldest.txt"):
        (machine.root / name).parent.mkdir(exist_ok=True)
        (machine.root / name).touch()
    (machine.root / ".venv" / "versions").write_text("oldest\n")
    calls = machine.install("VERSIONS=oldest", "--old-file=_build/oldest.txt")
    assert len(calls) == 4
    assert all("--constraint=_build/oldest.txt" in call for call in calls)


def test_clean_removes_what_was_made_and_nothing_else(machine):
    made = ("_build/html/a", "book/written/a", "data/MNIST/raw/a-ubyte", "test-results/a")
    caches = (".pytest_cache/a", ".ruff_cache/a", ".mypy_cache/a")
    kept = ("book/a.md", "data/MNIST/raw/a-ubyte.gz", ".venv/a")
    for name in (*made, *caches, *kept):
        (machine.root / name).parent.mkdir(parents=True, exist_ok=True)
        (machine.root / name).touch()
    code, lines = machine.run("make", "clean")
    assert code == 0, lines
    assert [name for name in (*made, *caches) if (machine.root / name).exists()] == []
    assert all((machine.root / name).exists() for name in kept)


def test_unknown_versions_are_refused(machine):
    code, lines = machine.run("make", "book", "VERSIONS=latest")
    assert code != 0
    (line,) = lines
    assert "VERSIONS is any, locked, newest or oldest" in line


def test_continuous_integration_installs_what_is_locked_with_its_hashes(machine):
    machine.make_environment()
    calls = machine.install(CI="true")
    assert calls[0] == "--require-hashes --requirement=/dev/stdin"
    from_lock = "--require-hashes --constraint=requirements.lock --requirement="
    lists = [call for call in calls[1:] if "torchvision" not in call]
    assert lists == [
        f"{from_lock}tools/lint/requirements.txt",
        f"{from_lock}requirements.txt",
        f"{from_lock}tests/requirements.txt",
    ]


@pytest.mark.parametrize("variables", [{}, {"CI": "true"}])
def test_index_of_pytorch_is_used_for_pytorch_alone(machine, variables):
    machine.make_environment()
    index = "https://download.pytorch.org/whl/cpu"
    calls = machine.install(TORCH_INDEX_URL=index, **variables)
    (call,) = (call for call in calls if index in call)
    assert call == (
        f"--constraint=book/requirements.txt torch torchvision --no-deps --index-url={index}"
    )


def test_lint_installs_its_own_packages_alone(machine):
    machine.make_environment()
    assert machine.run("make", ".venv/lint-installed")[0] == 0
    log = (machine.root / "pip.log").read_text()
    assert log == "--requirement=tools/lint/requirements.txt\n"


def test_failed_installation_ends_in_one_line(machine):
    machine.make_environment()
    code, lines = machine.run("make", "book", PIP_FAILS="1")
    assert code != 0
    assert lines == ["Installation failed: see above. With a working network, type make again."]
    assert not (machine.root / ".venv" / "book-installed").exists()


def test_pip_itself_comes_from_the_lock_with_its_hash(machine):
    command = subprocess.check_output(
        ["make", "-n", ".venv/locked-pip"], cwd=machine.root, text=True
    )
    (script,) = re.findall(r"^sed [^|]+", command, re.MULTILINE)
    printed = subprocess.check_output(["sh", "-c", script], cwd=machine.root, text=True)
    assert re.fullmatch(
        r"pip==[\d.]+ \\\n(    --hash=sha256:\w{64} \\\n)*    --hash=sha256:\w{64}\n", printed
    )


def test_browser_is_asked_for_before_the_long_build():
    plan = subprocess.check_output(["make", "-n", "test"], cwd=ROOT, text=True)
    steps = re.findall(r"-m (tools\.\w+|pytest)", plan)
    steps = [step for step in steps if step != "tools.environment"]
    assert steps == ["tools.browser", "tools.build", "tools.pdf", "pytest"]


def test_missing_browser_is_named_in_one_line(machine):
    (machine.commands / "apt-get").unlink()
    code, lines = machine.run(
        sys.executable,
        "-m",
        "tools.browser",
        PLAYWRIGHT_BROWSERS_PATH=str(machine.root / "browsers"),
        PLAYWRIGHT_DOWNLOAD_HOST="http://127.0.0.1:9",
    )
    assert code != 0
    assert lines == [
        "There is no browser to print and test with: installing one.",
        browser.ADVICE,
    ]


@pytest.mark.parametrize("package", browser.PACKAGES)
def test_missing_browser_is_installed_where_that_is_possible(machine, playwright, package):
    own = browser.find_browser(playwright)
    chromium = machine.commands / package
    link = f"{shutil.which('ln')} -sf {own} {chromium}"
    machine.write_command(
        "apt-get", f'[ "$3" = --yes ] && [ "$4" = {package} ] && {link}; exit 0'
    )
    code, lines = machine.run(
        sys.executable,
        "-m",
        "tools.browser",
        PLAYWRIGHT_BROWSERS_PATH=str(machine.root / "browsers"),
        PLAYWRIGHT_DOWNLOAD_HOST="http://127.0.0.1:9",
    )
    assert code == 0, lines
    assert chromium.exists()


def hide_library(machine: Machine) -> dict[str, str]:
    """Let Playwright not start as long as a file is missing, and return how it is found."""
    package = machine.root / "stand-in" / "playwright"
    package.mkdir(parents=True)
    (package / "__init__.py").touch()
    (package / "sync_api.py").write_text("Error = Playwright = sync_playwright = None")
    (package / "__main__.py").write_text("open('libatomic1')")
    return {"PYTHONPATH": str(package.parent)}


def test_library_that_playwright_needs_is_named_in_one_line(machine):
    (machine.commands / "apt-get").unlink()
    code, lines = machine.run(sys.executable, "-m", "tools.browser", **hide_library(machine))
    assert code != 0
    assert lines == [
        "Playwright does not start. On Debian or Ubuntu type: sudo apt install libatomic1"
    ]


def test_library_that_playwright_needs_is_installed_where_that_is_possible(machine):
    machine.write_command("apt-get", f'{shutil.which("touch")} "$4"')
    _, lines = machine.run(sys.executable, "-m", "tools.browser", **hide_library(machine))
    assert lines[0] == "Installing libatomic1, without which Playwright does not start."
    assert not any(line.startswith("Playwright does not start") for line in lines)


@pytest.mark.skipif(sys.platform != "linux", reason="packages of Debian")
def test_other_browsers_are_installed_where_that_is_possible_or_else_named(
    machine, monkeypatch, capsys
):
    packages = ("firefox-esr", "webkit2gtk-driver", "xvfb")
    machine.write_command("firefox", "")
    monkeypatch.setenv("PATH", str(machine.commands))
    monkeypatch.setattr(browser.apt, "can_install", lambda: False)
    browser.install_others()
    assert capsys.readouterr().out == (
        "Pages are not tested in Firefox and WebKit. On Debian type: "
        "sudo apt install webkit2gtk-driver xvfb\n"
    )
    (machine.commands / "firefox").unlink()
    asked = []

    def install(*names: str) -> None:
        asked.extend(names)
        for name in ("firefox-esr", "WebKitWebDriver", "Xvfb"):
            machine.write_command(name, "")

    monkeypatch.setattr(browser.apt, "can_install", lambda: True)
    monkeypatch.setattr(browser.apt, "install", install)
    browser.install_others()
    assert tuple(asked) == packages
    assert capsys.readouterr().out == "Installing Firefox and WebKit to test pages in.\n"
    browser.install_others()
    assert capsys.readouterr().out == ""


def test_stand_in_that_does_not_start_is_passed_over(machine, playwright, monkeypatch):
    own = browser.find_browser(playwright)
    machine.write_command("chromium", "echo Type: snap install chromium; exit 1")
    (machine.commands / "google-chrome").symlink_to(own)
    monkeypatch.setenv("PATH", str(machine.commands), prepend=False)
    assert browser.find_browser(playwright) == machine.commands / "google-chrome"


@pytest.mark.parametrize(
    ("platform", "variable", "folder", "place"),
    [
        ("darwin", "HOME", "", "Applications/{}.app/Contents/MacOS/{}"),
        ("win32", "PROGRAMFILES", "Program Files", "Program Files/{}"),
        ("win32", "LOCALAPPDATA", "Local", "Local/{}"),
    ],
)
def test_browsers_are_found_where_macos_and_windows_keep_them(
    monkeypatch, tmp_path, platform, variable, folder, place
):
    names = ("Google Chrome", "Microsoft Edge")
    if platform == "win32":
        names = (
            "Google/Chrome/Application/chrome.exe",
            "Microsoft/Edge/Application/msedge.exe",
        )
    monkeypatch.setattr(sys, "platform", platform)
    monkeypatch.setenv("PATH", "")
    monkeypatch.setenv(variable, str(tmp_path / folder))
    places = list(browser.list_places())
    for name in names:
        assert tmp_path / place.format(name, name) in places


def read_requirements(file: Path) -> list[Requirement]:
    """Return the requirements of a list, without those that it includes."""
    lines = (line.partition("#")[0].strip() for line in file.read_text("utf-8").splitlines())
    return [Requirement(line) for line in lines if line and not line.startswith("-")]


REQUIREMENTS = [
    requirement for name in lock.LISTS for requirement in read_requirements(ROOT / name)
]


def read_lock() -> dict[str, list[Requirement]]:
    """Return the locked versions of each package, with the systems that they are for."""
    entries = re.findall(r"^[a-z][^\\\n]*", (ROOT / lock.LOCK).read_text("utf-8"), re.MULTILINE)
    locked: dict[str, list[Requirement]] = {}
    for entry in map(Requirement, entries):
        locked.setdefault(entry.name, []).append(entry)
    return locked


@pytest.mark.parametrize("requirement", REQUIREMENTS, ids=lambda requirement: requirement.name)
def test_every_requirement_has_a_lowest_version_and_one_that_it_stays_below(requirement):
    operators = {specifier.operator for specifier in requirement.specifier}
    assert operators == {">=", "<"}


@pytest.mark.parametrize("python", ["3.11", "3.12", "3.13"])
@pytest.mark.parametrize("system", ["linux", "darwin", "win32"])
def test_lock_has_one_fitting_version_for_every_system_and_python(system, python):
    locked = read_lock()
    environment = {
        **default_environment(),
        "sys_platform": system,
        "os_name": "nt" if system == "win32" else "posix",
        "python_version": python,
        "python_full_version": f"{python}.9",
    }
    for requirement in REQUIREMENTS:
        if requirement.name in ("torch", "torchvision"):
            continue
        (version,) = (
            next(iter(entry.specifier)).version
            for entry in locked[requirement.name.lower()]
            if entry.marker is None or entry.marker.evaluate(environment)
        )
        assert requirement.specifier.contains(version), requirement


def test_lock_has_hashes_and_neither_pytorch_nor_addresses():
    text = (ROOT / lock.LOCK).read_text("utf-8")
    entries = re.split(r"\n(?=[a-z])", text)[1:]
    assert len(entries) > 100
    assert all("--hash=sha256:" in entry for entry in entries)
    assert not re.search(r"^(torch|triton|nvidia|cuda)", text, re.MULTILINE)
    assert "://" not in text
