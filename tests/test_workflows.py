"""GitHub runs what a person would type, as little as possible may be written, and in order."""

import os
import re
import shlex
import subprocess
from pathlib import Path

import pytest
import yaml

from tools.book import ROOT
from tools.notebooks import BUNDLE

FOLDER = ROOT / ".github" / "workflows"
FILES = sorted(FOLDER.iterdir())
TEXTS = {path.stem: path.read_text("utf-8") for path in FILES}
# YAML 1.1 reads the key `on` as true.
WORKFLOWS = {name: yaml.safe_load(text) for name, text in TEXTS.items()}
JOBS = {
    (name, job): content
    for name, workflow in WORKFLOWS.items()
    for job, content in workflow["jobs"].items()
}
READ = {"contents": "read"}
PERMISSIONS = {
    ("book", "lint"): READ,
    ("book", "book"): {**READ, "pages": "read"},
    ("book", "notebooks"): {"contents": "write"},
    ("book", "publish"): {"pages": "write", "id-token": "write"},
    ("release", "lint"): READ,
    ("release", "bundle"): {**READ, "pages": "read"},
    ("release", "release"): {"contents": "write"},
    ("weekly", "packages"): READ,
    ("weekly", "macos"): READ,
    ("weekly", "windows"): READ,
    ("weekly", "test-all"): READ,
    ("weekly", "links"): READ,
    ("weekly", "report"): {**READ, "actions": "read", "issues": "write"},
}
COMMAND = re.compile(
    r"make [a-z-]+"
    r'|python3? -m tools\.\w+( [\w^]+)?( >> "\$GITHUB_STEP_SUMMARY")?'
    r'|echo "::notice title=[\w ]+::[\w ,]+\."'
)
MAIN = "github.ref == 'refs/heads/main'"
HAS_PAGES = "github.event.repository.has_pages"
# Jobs that may write, and have nothing of the repository.
PUBLISHING = {("book", "publish"), ("release", "release")}


def steps(name: str, job: str) -> list[dict]:
    """Return the steps of a job."""
    return JOBS[name, job]["steps"]


def runs(name: str, job: str) -> list[str]:
    """Return the commands of a job."""
    return [step["run"] for step in steps(name, job) if "run" in step]


def making(name: str, job: str) -> list[dict]:
    """Return the steps of a job that call make."""
    return [step for step in steps(name, job) if step.get("run", "").startswith("make")]


def using(name: str, job: str, action: str) -> dict:
    """Return the step of a job that uses an action."""
    (step,) = (
        s for s in steps(name, job) if s.get("uses", "").startswith(f"actions/{action}@")
    )
    return step


def told(name: str, job: str) -> list[str]:
    """Return the commands that a job runs as they are."""
    if job == "windows":
        return windows_commands()
    return runs(name, job) if (name, job) in PUBLISHING else []


def windows_commands() -> list[str]:
    """Return what the README tells people on Windows to type."""
    readme = (ROOT / "README.md").read_text("utf-8")
    return re.search(r"```powershell\n(.*?)```", readme, re.DOTALL)[1].splitlines()


def test_book_is_built_on_windows_as_elsewhere():
    command = windows_commands()[-1].partition("python ")[2]
    makefile = (ROOT / "Makefile").read_text("utf-8")
    assert re.search(rf"^book: .*\n\t@\$\(BIN\)/python {command}$", makefile, re.MULTILINE)


def test_these_are_all_workflows():
    assert {path.name for path in FILES} == {"book.yml", "release.yml", "weekly.yml"}


@pytest.mark.parametrize(("name", "job"), JOBS)
def test_job_may_do_no_more_than_it_must(name, job):
    assert WORKFLOWS[name]["permissions"] == {}
    assert JOBS[name, job]["permissions"] == PERMISSIONS[name, job]
    assert JOBS[name, job]["timeout-minutes"] <= 150


@pytest.mark.parametrize(("name", "job"), JOBS)
def test_job_runs_what_a_person_would_type(name, job):
    others = [run for run in runs(name, job) if not COMMAND.fullmatch(run)]
    assert others == told(name, job)


@pytest.mark.parametrize("name", WORKFLOWS)
def test_failures_are_not_passed_over(name):
    assert "continue-on-error" not in TEXTS[name]
    assert "||" not in TEXTS[name]


def test_actions_are_githubs_own_and_pinned_to_one_commit_each_with_its_release():
    pins = re.findall(r"uses: +(\S+)", "".join(TEXTS.values()))
    pinned = re.compile(r"uses: +(actions/[\w-]+)@([0-9a-f]{40}) # (v\d+\.\d+\.\d+)\n")
    told = pinned.findall("".join(TEXTS.values()))
    assert len(told) == len(pins)
    assert len(set(told)) == len({action for action, _, _ in told})


@pytest.mark.parametrize(("name", "job"), JOBS)
def test_checked_out_token_is_not_kept(name, job):
    if (name, job) not in PUBLISHING:
        assert using(name, job, "checkout")["with"]["persist-credentials"] is False


def test_lint_is_a_light_job_of_its_own():
    assert runs("book", "lint") == ["make lint"]
    assert "needs" not in JOBS["book", "lint"]
    assert JOBS["book", "lint"]["timeout-minutes"] <= 5
    cached = using("book", "lint", "setup-python")["with"]["cache-dependency-path"]
    assert cached.split() == ["requirements.lock", "tools/lint/requirements.txt"]


def test_every_pull_request_is_built_and_tested_without_waiting_for_lint():
    assert {"pull_request", "push"} <= WORKFLOWS["book"][True].keys()
    for job in ("lint", "book"):
        assert not {"needs", "if"} & JOBS["book", job].keys()
    assert not WORKFLOWS["book"][True]["pull_request"]  # so that no file or branch is left out
    made = [step["run"] for step in making("book", "book")]
    assert made == ["make book", "make test", "make notebooks"]
    assert not any("if" in step for step in making("book", "book"))


def test_site_is_published_from_main_when_all_is_well_and_pages_is_on():
    publish = JOBS["book", "publish"]
    assert publish["needs"] == ["lint", "book", "notebooks"]
    assert publish["if"] == f"{MAIN} && {HAS_PAGES}"
    names = [step.get("uses", step.get("run", "")) for step in steps("book", "book")]
    last_check = names.index("make test")
    upload = using("book", "book", "upload-pages-artifact")
    assert names.index(upload["uses"]) > last_check
    assert upload["if"] == f"{MAIN} && {HAS_PAGES}"
    (notice,) = (step for step in steps("book", "book") if "::notice" in step.get("run", ""))
    assert notice["if"] == f"{MAIN} && !{HAS_PAGES}"


def test_site_takes_its_address_from_pages():
    pages = using("book", "book", "configure-pages")
    assert pages["if"] == HAS_PAGES
    address = f"${{{{ steps.{pages['id']}.outputs.base_url }}}}"
    assert {step["env"]["SITE_URL"] for step in making("book", "book")} == {address}


def test_notebooks_are_published_from_the_same_run_and_before_the_site():
    job = JOBS["book", "notebooks"]
    assert job["needs"] == ["lint", "book"]
    assert job["if"] == JOBS["book", "publish"]["if"]
    (kept,) = (s for s in steps("book", "book") if s.get("with", {}).get("name") == "notebooks")
    assert kept["with"]["path"] == f"_build/{BUNDLE}"
    assert using("book", "notebooks", "download-artifact")["with"] == {"name": "notebooks"}
    (push,) = (step for step in job["steps"] if "run" in step)
    assert push["run"] == "python3 -m tools.notebooks push"
    assert push["env"] == {"GH_TOKEN": "${{ github.token }}"}


def test_what_is_published_was_executed_by_the_run_that_publishes_it():
    cache = using("book", "book", "cache")["with"]
    assert cache["lookup-only"] == "${{ github.event_name != 'pull_request' }}"


def test_caches_belong_to_one_set_of_versions():
    key = using("book", "book", "cache")["with"]["key"]
    assert "steps.python.outputs.python-version" in key
    depends = ("requirements.lock", "**/requirements.txt", "book/**", "data/**", "_ext/**")
    for files in (*depends, "_static/fonts/**"):
        assert f"'{files}'" in key
    cached = using("book", "book", "setup-python")["with"]["cache-dependency-path"]
    assert cached.split() == ["requirements.lock", "**/requirements.txt"]


def test_pull_request_lists_its_pages_and_keeps_the_site():
    (summary,) = (
        step for step in steps("book", "book") if "tools.changes" in step.get("run", "")
    )
    assert summary["if"] == "${{ !cancelled() && github.event_name == 'pull_request' }}"
    assert summary["env"] == {
        "SITE_ARTIFACT": "${{ steps.site.outputs.artifact-url }}",
        "BUILD_OUTCOME": "${{ steps.book.outcome }}",
    }
    (site,) = (step for step in steps("book", "book") if step.get("id") == "site")
    assert site["with"]["path"] == "_build/html"
    assert using("book", "book", "checkout")["with"]["fetch-depth"] == 2


def test_version_is_released_when_its_tag_is_pushed_and_all_is_well():
    assert WORKFLOWS["release"][True] == {"push": {"tags": ["v[0-9]+.[0-9]+.[0-9]+"]}}
    assert runs("release", "lint") == ["make lint"]
    assert runs("release", "bundle") == ["make book", "make test", "make bundle"]
    assert not any("if" in step for step in making("release", "bundle"))
    assert JOBS["release", "release"]["needs"] == ["lint", "bundle"]
    assert "if" not in JOBS["release", "release"]
    address = "${{ steps.pages.outputs.base_url }}"
    assert {step["env"]["SITE_URL"] for step in making("release", "bundle")} == {address}


def test_release_is_made_of_what_this_run_has_built():
    assert "actions/cache@" not in TEXTS["release"]
    assert "cache:" not in TEXTS["release"]
    kept = using("release", "bundle", "upload-artifact")["with"]
    assert kept["path"] == "_build/introduction-to-neural-networks-*.zip"
    assert kept["if-no-files-found"] == "error"
    taken = using("release", "release", "download-artifact")["with"]
    assert taken["name"] == kept["name"]


def test_job_that_writes_a_release_runs_nothing_of_the_repository():
    _, download, create = steps("release", "release")
    assert download["uses"].startswith("actions/download-artifact@")
    words = shlex.split(create["run"], posix=True)
    assert words[:4] == ["gh", "release", "create", "$GITHUB_REF_NAME"]
    assert "--verify-tag" in words
    assert words[-1] == "introduction-to-neural-networks-${GITHUB_REF_NAME#v}.zip"
    assert not re.search(r"[;&|`\n]|\$\(|\$\{\{", create["run"])
    assert JOBS["release", "release"]["env"].keys() == {"GH_TOKEN", "GH_REPO"}


@pytest.mark.parametrize(("ahead", "is_released"), [("0", True), ("2", False), ("", False)])
def test_only_what_main_has_is_released(tmp_path, ahead, is_released):
    """A stand-in for GitHub knows how many commits a tag has that main has not."""
    compare = steps("release", "release")[0]
    (tmp_path / "gh").write_text(
        '#!/bin/sh\n[ "$*" = "api repos/a/b/compare/main...f00 --jq .ahead_by" ] && '
        f'echo "{ahead}"\n'
    )
    (tmp_path / "gh").chmod(0o755)
    variables = {"GH_REPO": "a/b", "MAIN": "main", "GITHUB_SHA": "f00"}
    path = f"{tmp_path}:{os.environ['PATH']}"
    command = ["bash", "-e", "-c", compare["run"]]
    ended = subprocess.run(command, env={**variables, "PATH": path}, check=False)
    assert (ended.returncode == 0) == is_released
    assert "if" not in compare


def test_week_tries_newest_and_oldest_packages_systems_links_and_what_takes_long():
    assert "schedule" in WORKFLOWS["weekly"][True]
    matrix = JOBS["weekly", "packages"]["strategy"]
    assert [entry["versions"] for entry in matrix["matrix"]["include"]] == ["newest", "oldest"]
    assert matrix["fail-fast"] is False
    assert JOBS["weekly", "packages"]["env"]["VERSIONS"] == "${{ matrix.versions }}"
    assert runs("weekly", "packages") == runs("weekly", "macos") == ["make test"]
    assert JOBS["weekly", "macos"]["runs-on"] == "macos-latest"
    assert JOBS["weekly", "windows"]["runs-on"] == "windows-latest"
    assert runs("weekly", "test-all") == ["make test-all"]
    assert runs("weekly", "links") == ["make links"]
    assert "actions/cache@" not in TEXTS["weekly"]
    assert "cache:" not in TEXTS["weekly"]


def test_week_is_reported_whatever_fails():
    report = JOBS["weekly", "report"]
    assert set(report["needs"]) == WORKFLOWS["weekly"]["jobs"].keys() - {"report"}
    assert report["if"] == f"${{{{ !cancelled() && {MAIN} }}}}"
    assert runs("weekly", "report") == ["python3 -m tools.report"]
    for name, job in JOBS:
        if name == "weekly" and job != "report":
            assert "needs" not in JOBS[name, job]


def test_dependabot_looks_at_every_list_of_packages():
    dependabot = yaml.safe_load((ROOT / ".github" / "dependabot.yml").read_text("utf-8"))
    (pip,) = (u for u in dependabot["updates"] if u["package-ecosystem"] == "pip")
    found = [*ROOT.glob("requirements.txt"), *ROOT.glob("[!._]*/**/requirements.txt")]
    found += ROOT.glob(".binder/requirements.txt")
    folders = {path.parent.relative_to(ROOT) for path in found}
    assert {Path(folder.strip("/")) for folder in pip["directories"]} == folders
