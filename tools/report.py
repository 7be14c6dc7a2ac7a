"""Tell in one issue what the weekly run found: open it, update it, and close it again.

`python -m tools.report` runs in a job of that run, with GitHub's `gh` and its token.
"""

import json
import os
import subprocess
from typing import TypedDict

TITLE = "The weekly run fails"
BODY = """\
{table}

[The run]({run}) has the logs; CONTRIBUTING.md says what to do *when the weekly run fails*.
This issue follows the run: it is brought up to date every week, and closed when all is well.
"""


class Job(TypedDict):
    """A job of a run, as `gh run view --json jobs` gives it."""

    name: str
    status: str
    conclusion: str
    url: str


def call_gh(*arguments: str, text: str = "") -> str:
    """Call GitHub's command-line program with a text on its input, and return its output."""
    result = subprocess.run(
        ["gh", *arguments], input=text, check=True, stdout=subprocess.PIPE, text=True
    )
    return result.stdout


def find_failures(jobs: list[Job]) -> list[Job]:
    """Return the jobs that have ended and are not well; one out of time counts as cancelled."""
    ended = [job for job in jobs if job["status"] == "completed"]
    return [job for job in ended if job["conclusion"] not in {"success", "skipped"}]


def find_issue() -> str | None:
    """Return the number of the open issue that an earlier run has left, or None."""
    options = ["--state=open", "--limit=1000", "--json=number,title,author"]
    issues = json.loads(call_gh("issue", "list", *options))
    own = (i for i in issues if i["title"] == TITLE and i["author"]["is_bot"])
    return next((str(issue["number"]) for issue in own), None)


def report(jobs: list[Job], run: str) -> None:
    """Open, update or close the issue.

    Parameters
    ----------
    jobs
        The jobs of the run, the reporting one among them.
    run
        The address of the run.
    """
    issue = find_issue()
    failures = find_failures(jobs)
    rows = [f"| [{job['name']}]({job['url']}) | {job['conclusion']} |" for job in failures]
    text = BODY.format(table="\n".join(["| job | ended with |", "|---|---|", *rows]), run=run)
    if failures and issue:
        call_gh("issue", "edit", issue, "--body-file=-", text=text)
        names = ", ".join(job["name"] for job in failures)
        call_gh("issue", "comment", issue, f"--body=[This week]({run}) fail: {names}")
    elif failures:
        call_gh("issue", "create", f"--title={TITLE}", "--body-file=-", text=text)
    elif issue:
        call_gh("issue", "close", issue, f"--comment=[All is well]({run}) again.")


def main() -> None:
    """Report on the run in which this runs."""
    seen = json.loads(call_gh("run", "view", os.environ["GITHUB_RUN_ID"], "--json=jobs,url"))
    report(seen["jobs"], seen["url"])


if __name__ == "__main__":
    main()
