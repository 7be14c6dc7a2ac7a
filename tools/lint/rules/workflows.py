"""Workflows: what checks and publishes the course cannot be passed by."""

import re
from collections.abc import Iterator
from typing import Any, NamedTuple, TypeVar

from tools.lint.finding import Finding
from tools.lint.repository import Repository
from tools.lint.rule import rule

CHECKS = {"lint", "book", "test"}
# What a job that may write must do: a pattern of an action or of a command.
WRITERS = {
    "contents": r"git push|gh release|-m tools\.notebooks push",
    "id-token": r"actions/deploy-pages@",
    "issues": r"gh issue|-m tools\.report",
    "pages": r"actions/deploy-pages@",
    "pull-requests": r"gh pr",
}
# What brings to readers what was built.
PUBLISHES = re.compile(r"actions/deploy-pages@|gh release create|-m tools\.notebooks push")
# With which a job runs although one that it needs has failed.
REGARDLESS = re.compile(r"\b(always|cancelled|failure)\(\)")
# What only prepares the work of a job.
PREPARES = re.compile(r"actions/(checkout|setup-[a-z]+|cache)@")
# Files that hold shell commands, besides those that begin with #!.
SCRIPTS = re.compile(
    r"\.github/(actions|workflows)/.*\.ya?ml|\.(binder|ci|devcontainer)/.*|"
    r"(.*/)?((GNUm|M|m)akefile|[^/]*\.(mk|sh))"
)
# A command that does nothing but make targets.
MAKE = re.compile(r"make( [a-z][a-z-]*)+")
# With what else than their own commands checks would run, by the key that says so.
DIVERSIONS = {
    "container": "run with the programs of an image",
    "defaults": "run in another shell or folder",
    "needs": "are skipped when another job is",
    "shell": "run in another shell",
    "strategy": "run as often as a list is long, be it empty",
    "working-directory": "run in another folder",
}
# The inputs of actions/checkout with which checks would see other files.
ELSEWHERE = {"path", "ref", "repository", "sparse-checkout"}
# The variables that checks may have.
VARIABLES = {"SITE_URL", "TORCH_INDEX_URL", "VERSIONS"}
SWALLOWED = re.compile(
    r"\|\|\s*(true|:|exit 0|echo\b(?!.*>))|;\s*(true|:|exit 0)\s*$|\bset \+e|"
    r"\bmake\s+-\w*[ik]|^\t@?-|--exit-zero|continue-on-error[\"']?\s*:(?!\s*false)"
)
PIPED = re.compile(
    r"\b(curl|wget)\b[^|]*\|\s*(sudo\s+)?(env\s+)?(ba|z|da)?(sh|python3?|perl|node)\b|"
    r"(sh|bash|source|eval|\.)\s+[\"']?[<$]\(\s*(curl|wget)\b"
)


Kind = TypeVar("Kind")


def list_of(data: object, kind: type[Kind]) -> list[Kind]:
    """Return the entries of a type in what should be a list of them."""
    return (
        [entry for entry in data if isinstance(entry, kind)] if isinstance(data, list) else []
    )


class Job(NamedTuple):
    """A job of a workflow: where it stands, and what it says."""

    file: str
    workflow: Any
    name: str
    data: dict[str, Any]

    def line(self, *path: str | int) -> int:
        """Return the line of a part of the job."""
        line: int = self.workflow.line("jobs", self.name, *path)
        return line

    @property
    def steps(self) -> list[dict[str, Any]]:
        """The steps that are mappings, as all should be."""
        return list_of(self.data.get("steps"), dict)

    @property
    def calls(self) -> str:
        """The actions and commands of its steps."""
        return "\n".join(f"{s.get('uses', '')}\n{s.get('run', '')}" for s in self.steps)

    @property
    def targets(self) -> set[str]:
        """The targets of make that the job runs, whatever happens."""
        return {
            target for step in self.steps if "if" not in step for target in find_targets(step)
        }

    @property
    def needs(self) -> list[str]:
        """The jobs that must have passed."""
        needs = self.data.get("needs")
        return [needs] if isinstance(needs, str) else list_of(needs, str)


class Part(NamedTuple):
    """A workflow, a job or a step, around a check."""

    workflow: Any
    file: str
    path: tuple[str, ...]
    data: dict[str, Any]

    def find(self, fault: str, remedy: str, *path: str) -> Finding:
        """Return what is wrong with checks, at a key of this part."""
        line = self.workflow.line(*self.path, *path)
        return Finding(self.file, line, f"checks {fault}", remedy)

    @property
    def is_awaited(self) -> bool:
        """Whether a pull request, or what is published, waits for its workflow."""
        return checks_pull_requests(self.workflow) or bool(
            PUBLISHES.search(str(self.workflow.data))
        )


def checks_pull_requests(workflow: Any) -> bool:
    """Return whether a workflow runs for pull requests."""
    triggers = workflow.value("on") or []
    return "pull_request" in ([triggers] if isinstance(triggers, str) else triggers)


def find_targets(step: dict[str, Any]) -> set[str]:
    """Return the targets that a step makes, if it does nothing else."""
    lines = [line.strip() for line in str(step.get("run", "")).splitlines()]
    commands = [line for line in lines if line and not line.startswith("#")]
    if not all(MAKE.fullmatch(command) for command in commands):
        return set()
    return {target for command in commands for target in command.split()[1:]}


def find_parts(jobs: list[Job]) -> Iterator[Part]:
    """Yield the steps that check, the jobs that have one, and their workflows, each once."""
    for job in {job.file: job for job in jobs}.values():
        yield Part(job.workflow, job.file, (), job.workflow.data)
    for job in jobs:
        path = ("jobs", job.name)
        yield Part(job.workflow, job.file, path, job.data)
        for number, step in enumerate(job.steps):
            if CHECKS & find_targets(step):
                yield Part(job.workflow, job.file, (*path, "steps", str(number)), step)


def script_files(repository: Repository) -> list[str]:
    """Return the files that hold shell commands."""
    return [
        file
        for file in repository.files
        if SCRIPTS.fullmatch(file) or repository.text(file).startswith("#!")
    ]


def workflow_files(repository: Repository) -> list[str]:
    """Return the workflows, whichever of the two endings they have."""
    return repository.below(".github/workflows/", ".yml", ".yaml")


def read_jobs(repository: Repository) -> list[Job]:
    """Return the jobs of all workflows."""
    jobs = []
    for file in workflow_files(repository):
        workflow = repository.yaml(file)
        found = workflow.value("jobs")
        for name, data in found.items() if isinstance(found, dict) else []:
            if isinstance(data, dict):
                jobs.append(Job(file, workflow, name, data))
    return jobs


@rule
def checks(repository: Repository) -> Iterator[Finding]:
    """Pull requests run make lint, make book and make test, each without a condition."""
    files = workflow_files(repository)
    jobs = [job for job in read_jobs(repository) if checks_pull_requests(job.workflow)]
    for file in dict.fromkeys(job.file for job in jobs):
        workflow = repository.yaml(file)
        triggers = workflow.value("on")
        if isinstance(triggers, dict) and triggers["pull_request"]:
            fault, remedy = "some pull requests are left out", "write pull_request: alone"
            yield Finding(file, workflow.line("on", "pull_request"), fault, remedy)
    whole = [job for job in jobs if "if" not in job.data]
    missing = CHECKS - {target for job in whole for target in job.targets}
    for target in sorted(missing):
        place = jobs[0].file if jobs else (files or [".github/workflows"])[0]
        line = jobs[0].line() if jobs else 1
        remedy = f"add a step - run: make {target}, with nothing after it, and no if: around it"
        yield Finding(place, line, f"no pull request runs make {target}", remedy)


@rule
def diversions(repository: Repository) -> Iterator[Finding]:
    """Nothing around make lint, make book or make test skips it, or changes what it does."""
    jobs = [job for job in read_jobs(repository) if CHECKS & job.targets]
    for part in find_parts(jobs):
        yield from find_diversions(part)
        yield from find_variables(part)
    for job in jobs:
        yield from find_additions(job)
    for file in filter(repository.has, ("GNUmakefile", "makefile")):
        yield Finding(file, 1, "make takes it in the place of Makefile", "delete it")


def find_diversions(part: Part) -> Iterator[Finding]:
    """Yield the keys that may keep checks from running, or from running as they should."""
    for key in part.data:
        if key in DIVERSIONS and (key != "strategy" or part.is_awaited):
            yield part.find(DIVERSIONS[key], f"remove {key}", key)


def find_variables(part: Part) -> Iterator[Finding]:
    """Yield the variables that checks should not have: some change what make does."""
    variables = part.data.get("env") or {}
    if not isinstance(variables, dict):
        yield part.find("run with unknown variables", "name each one below env:", "env")
        return
    remedy = f"remove it; they may have {', '.join(sorted(VARIABLES))}"
    for name in variables:
        if name not in VARIABLES:
            yield part.find(f"run with the variable {name}", remedy, "env", str(name))


def find_additions(job: Job) -> Iterator[Finding]:
    """Yield what comes before a job's checks and has them see or run something else."""
    last = max(n for n, step in enumerate(job.steps) if CHECKS & find_targets(step))
    for number, step in enumerate(job.steps[:last]):
        inputs = step.get("with")
        if "actions/checkout@" in str(step.get("uses")) and isinstance(inputs, dict):
            for key in filter(ELSEWHERE.__contains__, inputs):
                line = job.line("steps", number, "with", key)
                fault = "checks would not see the files of the change"
                yield Finding(job.file, line, fault, f"remove {key}")
        if "run" in step and not find_targets(step):
            fault = "checks come after a command that may change what they do"
            remedy = "let it follow them, or make it a target of the Makefile"
            yield Finding(job.file, job.line("steps", number, "run"), fault, remedy)


@rule
def idle(repository: Repository) -> Iterator[Finding]:
    """A job does something with what it has checked out and set up."""
    for job in read_jobs(repository):
        steps = [s for s in job.steps if not PREPARES.match(str(s.get("uses", "")))]
        if job.steps and not steps:
            fault = f"{job.name} runs nothing"
            remedy = "add a step such as - run: make test, or remove the job"
            yield Finding(job.file, job.line(), fault, remedy)


@rule
def gate(repository: Repository) -> Iterator[Finding]:
    """The site or a release is published only when make lint and make test have passed."""
    jobs = read_jobs(repository)
    for job in jobs:
        if not PUBLISHES.search(job.calls):
            continue
        if REGARDLESS.search(str(job.data.get("if"))):
            fault = f"{job.name} publishes although something has failed"
            yield Finding(job.file, job.line("if"), fault, "ask no more than github.ref there")
        siblings = {other.name: other for other in jobs if other.file == job.file}
        passed: set[str] = set()
        waiting = list(job.needs)
        while waiting:
            name = waiting.pop()
            if name in siblings and name not in passed:
                passed.add(name)
                waiting += siblings[name].needs
        made = {target for name in passed for target in siblings[name].targets}
        for target in sorted({"lint", "test"} - made):
            remedy = f"let it need a job that runs make {target}"
            fault = f"{job.name} publishes without make {target}"
            yield Finding(job.file, job.line("needs"), fault, remedy)


@rule
def failures(repository: Repository) -> Iterator[Finding]:
    """A failure stops: no || true, no continue-on-error, no command whose end is ignored."""
    for file in script_files(repository):
        for number, line in enumerate(repository.text(file).splitlines(), 1):
            if not line.lstrip().startswith("#") and (found := SWALLOWED.search(line)):
                fault = f"{found[0].strip()!r} hides a failure"
                yield Finding(file, number, fault, "let the command stop the run")


@rule
def downloads(repository: Repository) -> Iterator[Finding]:
    """No script is run straight from the network."""
    for file in script_files(repository):
        for number, line in enumerate(repository.text(file).splitlines(), 1):
            if found := PIPED.search(line):
                remedy = "install a package with pip or apt-get, or use a pinned action"
                yield Finding(file, number, f"{found[0]!r} runs what it downloads", remedy)


@rule
def permissions(repository: Repository) -> Iterator[Finding]:
    """Only jobs that need it may write: the workflow itself has permissions: {}."""
    for file in workflow_files(repository):
        workflow = repository.yaml(file)
        if workflow.error is None and workflow.value("permissions") != {}:
            line = workflow.line("permissions")
            yield Finding(file, line, "permissions that every job has", "write permissions: {}")
    for job in read_jobs(repository):
        granted = job.data.get("permissions", {})
        if not isinstance(granted, dict):
            line = job.line("permissions")
            yield Finding(job.file, line, f"the permissions {granted}", "name each")
            continue
        for name, access in granted.items():
            if access == "write" and not re.search(WRITERS.get(name, r"(?!)"), job.calls):
                line = job.line("permissions", name)
                fault = f"{job.name} may write {name}, and does not need it"
                yield Finding(job.file, line, fault, "remove it")


@rule
def local_run(repository: Repository) -> Iterator[Finding]:
    """.ci/run stops at the first failure, and runs make lint and make test."""
    if not repository.has(".ci/run"):
        return
    lines = repository.text(".ci/run").splitlines()
    if "set -euo pipefail" not in lines:
        yield Finding(".ci/run", 1, "failures do not stop it", "add set -euo pipefail")
    made = {
        target for line in lines if MAKE.fullmatch(line.strip()) for target in line.split()[1:]
    }
    for target in sorted({"lint", "test"} - made):
        yield Finding(".ci/run", len(lines), f"it does not make {target}", f"add make {target}")
