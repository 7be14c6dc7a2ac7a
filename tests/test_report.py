"""What fails in the weekly run is told in one issue, which follows the run."""

import json
import os
import subprocess
import sys

import pytest

from tools import report

RUN = "https://github.com/a/b/actions/runs/7"
# Takes the place of GitHub's program: notes each call, and gives the answers below.
GH = """\
#!{python}
import json, pathlib, sys
here = pathlib.Path(__file__).parent
text = "" if sys.stdin.isatty() else sys.stdin.read()
with (here / "calls").open("a") as calls:
    calls.write(json.dumps([sys.argv[1:], text]) + "\\n")
print((here / "-".join(sys.argv[1:3])).read_text() if sys.argv[2] in ("list", "view") else "")
"""
ISSUES = [
    {"number": 1, "title": report.TITLE, "author": {"is_bot": False}},
    {"number": 2, "title": "Another", "author": {"is_bot": True}},
]


def job(name: str, conclusion: str, status: str = "completed") -> report.Job:
    """Return a job as GitHub describes it."""
    return {
        "name": name,
        "status": status,
        "conclusion": conclusion,
        "url": f"{RUN}/job/{name}",
    }


@pytest.fixture
def run(tmp_path, monkeypatch):
    """Return a function that reports on jobs and returns the calls that change something."""
    program = tmp_path / "gh"
    program.write_text(GH.format(python=sys.executable), "utf-8")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("GITHUB_RUN_ID", "7")

    def run(jobs, *, has_issue: bool):
        own = {"number": 3, "title": report.TITLE, "author": {"is_bot": True}}
        issues = [*ISSUES, own] if has_issue else ISSUES
        (tmp_path / "issue-list").write_text(json.dumps(issues), "utf-8")
        jobs = [*jobs, job("Report", "", "in_progress")]
        (tmp_path / "run-view").write_text(json.dumps({"jobs": jobs, "url": RUN}), "utf-8")
        report.main()
        lines = (tmp_path / "calls").read_text("utf-8").splitlines()
        calls = [json.loads(line) for line in lines]
        assert calls[0][0][:3] == ["run", "view", "7"]
        return [call for call in calls if call[0][1] not in ("list", "view")]

    return run


def test_all_well_and_no_issue_changes_nothing(run):
    assert run([job("macOS", "success"), job("Links", "skipped")], has_issue=False) == []


@pytest.mark.parametrize("conclusion", ["failure", "cancelled", "timed_out"])
def test_first_failure_opens_an_issue_that_names_the_job(run, conclusion):
    ((arguments, text),) = run([job("macOS", conclusion), job("a", "success")], has_issue=False)
    assert arguments == ["issue", "create", f"--title={report.TITLE}", "--body-file=-"]
    assert f"| [macOS]({RUN}/job/macOS) | {conclusion} |" in text
    assert f"]({RUN})" in text
    assert "[a]" not in text
    assert "[Report]" not in text


def test_next_failure_brings_the_issue_up_to_date(run):
    (edit, text), (comment, _) = run([job("Links", "failure")], has_issue=True)
    assert edit == ["issue", "edit", "3", "--body-file=-"]
    assert "| [Links]" in text
    assert comment[:3] == ["issue", "comment", "3"]
    assert "Links" in comment[3]


def test_recovery_closes_the_issue(run):
    ((arguments, _),) = run([job("macOS", "success")], has_issue=True)
    assert arguments[:3] == ["issue", "close", "3"]
    assert RUN in arguments[3]


def test_failure_to_report_is_one(run, tmp_path):
    (tmp_path / "gh").write_text("#!/bin/sh\nexit 1\n", "utf-8")
    with pytest.raises(subprocess.CalledProcessError):
        run([], has_issue=False)
