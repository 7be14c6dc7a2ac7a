"""Rules on workflows."""

from .cases import each, find_in_repository

TRIGGERS = """\
on:
  pull_request:
  push:
    branches: [main]
"""
CHECKOUT = "      - uses: actions/checkout@v1\n        with:\n"
LINT = "      - run: make lint\n"
FLOW = (
    TRIGGERS
    + """\
permissions: {}
jobs:
  lint:
    runs-on: ubuntu-latest
    steps:
      - run: make lint
  book:
    runs-on: ubuntu-latest
    permissions:
      contents: read
    steps:
      - run: |
          make book
          make test
  deploy:
    needs: [lint, book]
    runs-on: ubuntu-latest
    permissions:
      pages: write
      id-token: write
    steps:
      - uses: actions/deploy-pages@0000
"""
)
F = ".github/workflows/book.yml"
Y = ".github/workflows/book.yaml"
WEEKLY = """\
on: {schedule: [cron: "1 1 * * 1"]}
permissions: {}
jobs:
  packages:
    runs-on: ubuntu-latest
    steps:
      - run: make test
"""
RELEASE = FLOW.replace("uses: actions/deploy-pages@0000", "run: gh release create v1 a.zip")


def in_job(line: str) -> str:
    """Return the workflow with a line more in the job that lints."""
    return FLOW.replace("  lint:\n", f"  lint:\n    {line}\n")


def in_step(line: str) -> str:
    """Return the workflow with a line more in the step that lints."""
    return FLOW.replace("- run: make lint\n", f"- run: make lint\n        {line}\n")


CASES = {
    "workflows/checks": [
        ({F: FLOW}, []),
        ({Y: FLOW}, []),
        (
            {F: FLOW.replace("make lint", "make lint || true")},
            [
                ".github/workflows/book.yml:7: no pull request runs make lint: add a step - run: make lint, with nothing after it, and no if: around it"
            ],
        ),
        (
            {F: FLOW.replace("          make test\n", "")},
            [
                ".github/workflows/book.yml:7: no pull request runs make test: add a step - run: make test, with nothing after it, and no if: around it"
            ],
        ),
        (
            {
                F: FLOW.replace(
                    "      - run: make lint", "      - if: false\n        run: make lint"
                )
            },
            [
                ".github/workflows/book.yml:7: no pull request runs make lint: add a step - run: make lint, with nothing after it, and no if: around it"
            ],
        ),
        *(
            (
                {F: FLOW.replace(TRIGGERS, f"{on}\n")},
                [
                    ".github/workflows/book.yml:1: no pull request runs make book: add a step - run: make book, with nothing after it, and no if: around it",
                    ".github/workflows/book.yml:1: no pull request runs make lint: add a step - run: make lint, with nothing after it, and no if: around it",
                    ".github/workflows/book.yml:1: no pull request runs make test: add a step - run: make test, with nothing after it, and no if: around it",
                ],
            )
            for on in ("on: workflow_dispatch", "on: pull_request_target", "on: [push]")
        ),
        (
            {},
            [
                ".github/workflows:1: no pull request runs make book: add a step - run: make book, with nothing after it, and no if: around it",
                ".github/workflows:1: no pull request runs make lint: add a step - run: make lint, with nothing after it, and no if: around it",
                ".github/workflows:1: no pull request runs make test: add a step - run: make test, with nothing after it, and no if: around it",
            ],
        ),
        ({F: FLOW.replace("make book\n          make test", "make book test")}, []),
        (
            {F: FLOW.replace("make lint", "make -n lint")},
            [
                ".github/workflows/book.yml:7: no pull request runs make lint: add a step - run: make lint, with nothing after it, and no if: around it"
            ],
        ),
        (
            {F: FLOW.replace("make lint", "make lint -n")},
            [
                ".github/workflows/book.yml:7: no pull request runs make lint: add a step - run: make lint, with nothing after it, and no if: around it"
            ],
        ),
        (
            {
                F: FLOW.replace(
                    "make lint", "|\n          export MAKEFLAGS=n\n          make lint"
                )
            },
            [
                ".github/workflows/book.yml:7: no pull request runs make lint: add a step - run: make lint, with nothing after it, and no if: around it"
            ],
        ),
        (
            {F: FLOW.replace("make lint", "|\n          exit 0\n          make lint")},
            [
                ".github/workflows/book.yml:7: no pull request runs make lint: add a step - run: make lint, with nothing after it, and no if: around it"
            ],
        ),
        (
            {
                F: FLOW.replace(
                    "make lint", "|\n          # Before the book.\n\n          make lint"
                )
            },
            [],
        ),
        (
            {F: FLOW.replace("  lint:\n", "  lint:\n    if: github.event_name == 'push'\n")},
            [
                ".github/workflows/book.yml:7: no pull request runs make lint: add a step - run: make lint, with nothing after it, and no if: around it"
            ],
        ),
        (
            {F: FLOW.replace("pull_request:\n", "pull_request:\n    paths: [book/**]\n")},
            [
                ".github/workflows/book.yml:2: some pull requests are left out: write pull_request: alone"
            ],
        ),
        (
            {
                F: FLOW.replace(
                    "on:\n  pull_request:\n  push:\n    branches: [main]",
                    "on: [pull_request, push]",
                )
            },
            [],
        ),
        (
            {F: "jobs: 1\n"},
            [
                ".github/workflows/book.yml:1: no pull request runs make book: add a step - run: make book, with nothing after it, and no if: around it",
                ".github/workflows/book.yml:1: no pull request runs make lint: add a step - run: make lint, with nothing after it, and no if: around it",
                ".github/workflows/book.yml:1: no pull request runs make test: add a step - run: make test, with nothing after it, and no if: around it",
            ],
        ),
        (
            {F: "on: pull_request\njobs:\n  a:\n    steps: 1\n  b: 2\n"},
            [
                ".github/workflows/book.yml:3: no pull request runs make book: add a step - run: make book, with nothing after it, and no if: around it",
                ".github/workflows/book.yml:3: no pull request runs make lint: add a step - run: make lint, with nothing after it, and no if: around it",
                ".github/workflows/book.yml:3: no pull request runs make test: add a step - run: make test, with nothing after it, and no if: around it",
            ],
        ),
    ],
    "workflows/diversions": [
        (
            {F: FLOW, "GNUmakefile": "lint:\n", "Makefile": "lint:\n", "makefile": "lint:\n"},
            [
                "GNUmakefile:1: make takes it in the place of Makefile: delete it",
                "makefile:1: make takes it in the place of Makefile: delete it",
            ],
        ),
        ({F: FLOW}, []),
        ({F: FLOW.replace(LINT, LINT + 2 * "      - run: echo done\n")}, []),
        (
            {
                F: FLOW.replace(
                    LINT, "      - uses: a/b@v1\n        with:\n          ref: c\n" + LINT
                )
            },
            [],
        ),
        ({F: FLOW.replace("jobs:", "env:\n  TORCH_INDEX_URL: https://a.org\njobs:")}, []),
        (
            {F: FLOW.replace("jobs:", "env:\n  MAKEFLAGS: n\njobs:")},
            [
                ".github/workflows/book.yml:7: checks run with the variable MAKEFLAGS: remove it; they may have SITE_URL, TORCH_INDEX_URL, VERSIONS"
            ],
        ),
        (
            {F: FLOW.replace("jobs:", "defaults:\n  run:\n    shell: bash -c true {0}\njobs:")},
            [
                ".github/workflows/book.yml:6: checks run in another shell or folder: remove defaults"
            ],
        ),
        (
            {F: in_job("env:\n      SITE_URL: https://a.org\n      MAKEFLAGS: n")},
            [
                ".github/workflows/book.yml:10: checks run with the variable MAKEFLAGS: remove it; they may have SITE_URL, TORCH_INDEX_URL, VERSIONS"
            ],
        ),
        (
            {F: in_job("env: ${{ fromJSON(vars.ENV) }}")},
            [
                ".github/workflows/book.yml:8: checks run with unknown variables: name each one below env:"
            ],
        ),
        ({F: in_job("env:")}, []),
        (
            {F: in_job("defaults: {run: {working-directory: tests/small-book}}")},
            [
                ".github/workflows/book.yml:8: checks run in another shell or folder: remove defaults"
            ],
        ),
        (
            {F: in_job("needs: none") + "  none:\n    if: false\n    runs-on: ubuntu-latest\n"},
            [
                ".github/workflows/book.yml:8: checks are skipped when another job is: remove needs"
            ],
        ),
        (
            {F: in_job("strategy: {matrix: {a: []}}")},
            [
                ".github/workflows/book.yml:8: checks run as often as a list is long, be it empty: remove strategy"
            ],
        ),
        (
            {F: in_job("strategy: {matrix: {a: []}}").replace("  pull_request:\n", "")},
            [
                ".github/workflows/book.yml:7: checks run as often as a list is long, be it empty: remove strategy"
            ],
        ),
        (
            {
                F: WEEKLY.replace(
                    "    runs-on", "    strategy: {matrix: {a: [1, 2]}}\n    runs-on"
                )
            },
            [],
        ),
        (
            {
                F: "on: pull_request\n"
                + WEEKLY.partition("\n")[2].replace("    steps", "    strategy: {}\n    steps")
            },
            [
                ".github/workflows/book.yml:6: checks run as often as a list is long, be it empty: remove strategy"
            ],
        ),
        (
            {F: WEEKLY.replace("    runs-on", "    env: {MAKEFLAGS: n}\n    runs-on")},
            [
                ".github/workflows/book.yml:5: checks run with the variable MAKEFLAGS: remove it; they may have SITE_URL, TORCH_INDEX_URL, VERSIONS"
            ],
        ),
        (
            {F: in_job("container: a.org/b")},
            [
                ".github/workflows/book.yml:8: checks run with the programs of an image: remove container"
            ],
        ),
        ({F: in_step("env: {SITE_URL: a}")}, []),
        (
            {F: in_step("env:\n          MAKEFLAGS: n")},
            [
                ".github/workflows/book.yml:12: checks run with the variable MAKEFLAGS: remove it; they may have SITE_URL, TORCH_INDEX_URL, VERSIONS"
            ],
        ),
        (
            {F: in_step("shell: bash -c true {0}")},
            [".github/workflows/book.yml:11: checks run in another shell: remove shell"],
        ),
        (
            {F: in_step("working-directory: tests/small-book")},
            [
                ".github/workflows/book.yml:11: checks run in another folder: remove working-directory"
            ],
        ),
        (
            {
                F: FLOW.replace(
                    "      - run: make lint",
                    "      - run: make lint\n      - run: ls\n        shell: sh\n        env: {A: b}",
                )
            },
            [],
        ),
        (
            {
                F: FLOW.replace(
                    "      - run: make lint",
                    "      - name: Look\n        run: ls\n      - run: make lint",
                )
            },
            [
                ".github/workflows/book.yml:11: checks come after a command that may change what they do: let it follow them, or make it a target of the Makefile"
            ],
        ),
        (
            {
                F: FLOW.replace(
                    "      - run: make lint",
                    '      - run: echo MAKEFLAGS=n >> "$GITHUB_ENV"\n      - run: make lint',
                )
            },
            [
                ".github/workflows/book.yml:10: checks come after a command that may change what they do: let it follow them, or make it a target of the Makefile"
            ],
        ),
        (
            {F: FLOW.replace(LINT, f"{CHECKOUT}          fetch-depth: 2\n{LINT}")},
            [],
        ),
        (
            {F: FLOW.replace(LINT, f"{CHECKOUT}          ref: main\n{LINT}")},
            [
                ".github/workflows/book.yml:12: checks would not see the files of the change: remove ref"
            ],
        ),
        (
            {
                F: FLOW.replace(
                    LINT, f"{CHECKOUT}          repository: a/b\n          path: c\n{LINT}"
                )
            },
            [
                ".github/workflows/book.yml:12: checks would not see the files of the change: remove repository",
                ".github/workflows/book.yml:13: checks would not see the files of the change: remove path",
            ],
        ),
        (
            {
                F: FLOW.replace(
                    "      - run: make lint",
                    "      - run: make clean\n      - run: make lint",
                )
            },
            [],
        ),
        (
            {
                F: FLOW.replace(
                    "      - uses", "      - run: echo a >> $GITHUB_ENV\n      - uses"
                )
            },
            [],
        ),
        ({F: "a: [\n"}, []),
    ],
    "workflows/idle": [
        (
            {
                F: "jobs:\n  a:\n    steps:\n      - uses: actions/checkout@v1\n      - run: make test\n"
                "  b:\n    steps:\n      - uses: actions/deploy-pages@v1\n  c: {}\n"
            },
            [],
        ),
        (
            {
                F: "jobs:\n  a:\n    steps:\n      - uses: actions/checkout@v1\n"
                "      - uses: actions/setup-python@v1\n      - uses: actions/cache@v1\n"
            },
            [
                ".github/workflows/book.yml:2: a runs nothing: add a step such as - run: make test, or remove the job"
            ],
        ),
    ],
    "workflows/gate": [
        ({F: FLOW}, []),
        ({F: RELEASE}, []),
        (
            {F: RELEASE.replace("needs: [lint, book]", "needs: lint")},
            [
                ".github/workflows/book.yml:20: deploy publishes without make test: let it need a job that runs make test"
            ],
        ),
        (
            {F: FLOW.replace("needs: [lint, book]", "needs: book")},
            [
                ".github/workflows/book.yml:20: deploy publishes without make lint: let it need a job that runs make lint"
            ],
        ),
        (
            {F: FLOW.replace("    needs: [lint, book]\n", "")},
            [
                ".github/workflows/book.yml:19: deploy publishes without make lint: let it need a job that runs make lint",
                ".github/workflows/book.yml:19: deploy publishes without make test: let it need a job that runs make test",
            ],
        ),
        (
            {
                F: FLOW.replace("needs: [lint, book]", "needs: book").replace(
                    "  book:\n", "  book:\n    needs: lint\n"
                )
            },
            [],
        ),
        ({F: FLOW.replace("needs: [lint, book]", "needs: [lint, book, none]")}, []),
        (
            {
                F: FLOW.replace(
                    "  deploy:\n", "  deploy:\n    if: github.ref == 'refs/heads/main'\n"
                )
            },
            [],
        ),
        (
            {F: FLOW.replace("  deploy:\n", "  deploy:\n    if: ${{ !cancelled() }}\n")},
            [
                ".github/workflows/book.yml:20: deploy publishes although something has failed: ask no more than github.ref there"
            ],
        ),
        (
            {
                F: FLOW.replace(
                    "uses: actions/deploy-pages@0000", "run: python3 -m tools.notebooks push"
                ).replace("[lint, book]", "lint")
            },
            [
                ".github/workflows/book.yml:20: deploy publishes without make test: let it need a job that runs make test"
            ],
        ),
        (
            {F: FLOW.replace("needs: [lint, book]", "needs: 5")},
            [
                ".github/workflows/book.yml:20: deploy publishes without make lint: let it need a job that runs make lint",
                ".github/workflows/book.yml:20: deploy publishes without make test: let it need a job that runs make test",
            ],
        ),
    ],
    "workflows/failures": [
        ({F: FLOW, "Makefile": "a:\n\tmake || { echo no; exit 1; }\n\t# || true\n"}, []),
        (
            {F: FLOW.replace("make lint", "make lint || true")},
            [
                ".github/workflows/book.yml:10: '|| true' hides a failure: let the command stop the run"
            ],
        ),
        (
            {F: FLOW.replace("make lint", "make lint || :")},
            [
                ".github/workflows/book.yml:10: '|| :' hides a failure: let the command stop the run"
            ],
        ),
        (
            {F: FLOW.replace("make lint", "make lint; true")},
            [
                ".github/workflows/book.yml:10: '; true' hides a failure: let the command stop the run"
            ],
        ),
        (
            {
                F: FLOW.replace(
                    "      - run: make lint",
                    "      - run: make lint\n        continue-on-error: true",
                )
            },
            [
                ".github/workflows/book.yml:11: 'continue-on-error:' hides a failure: let the command stop the run"
            ],
        ),
        (
            {
                F: FLOW.replace(
                    "      - run: make lint",
                    "      - run: make lint\n        continue-on-error: false",
                )
            },
            [],
        ),
        (
            {F: FLOW.replace("make lint", "set +e")},
            [
                ".github/workflows/book.yml:10: 'set +e' hides a failure: let the command stop the run"
            ],
        ),
        (
            {F: FLOW.replace("make lint", "make -k lint")},
            [
                ".github/workflows/book.yml:10: 'make -k' hides a failure: let the command stop the run"
            ],
        ),
        (
            {"Makefile": "a:\n\t-rm a\n"},
            ["Makefile:2: '-' hides a failure: let the command stop the run"],
        ),
        (
            {"Makefile": "a:\n\t@-rm a\n"},
            ["Makefile:2: '@-' hides a failure: let the command stop the run"],
        ),
        (
            {".ci/run": "make lint || exit 0\n"},
            [".ci/run:1: '|| exit 0' hides a failure: let the command stop the run"],
        ),
        (
            {"Makefile": "a:\n\truff check --exit-zero\n"},
            ["Makefile:2: '--exit-zero' hides a failure: let the command stop the run"],
        ),
        (
            {".devcontainer/devcontainer.json": '{"postCreateCommand": "make || echo no"}'},
            [
                ".devcontainer/devcontainer.json:1: '|| echo' hides a failure: let the command stop the run"
            ],
        ),
        (
            {F: in_step('"continue-on-error": true')},
            [
                ".github/workflows/book.yml:11: 'continue-on-error\":' hides a failure: let the command stop the run"
            ],
        ),
        (
            {F: in_step("continue-on-error : true")},
            [
                ".github/workflows/book.yml:11: 'continue-on-error :' hides a failure: let the command stop the run"
            ],
        ),
        (
            {".binder/start": "#!/bin/bash\na || true\n"},
            [".binder/start:2: '|| true' hides a failure: let the command stop the run"],
        ),
        (
            {"tools/run": "#!/bin/sh\na || true\n"},
            ["tools/run:2: '|| true' hides a failure: let the command stop the run"],
        ),
        (
            {"GNUmakefile": "a:\n\t-rm a\n"},
            ["GNUmakefile:2: '-' hides a failure: let the command stop the run"],
        ),
        (
            {"tools/more.mk": "a:\n\t-rm a\n"},
            ["tools/more.mk:2: '-' hides a failure: let the command stop the run"],
        ),
        (
            {".github/actions/a/action.yml": "runs:\n  steps:\n    - run: a || true\n"},
            [
                ".github/actions/a/action.yml:3: '|| true' hides a failure: let the command stop the run"
            ],
        ),
        ({"book/a.md": "Write a || true.\n", "Makefile.md": "a || true\n"}, []),
        (
            {".binder/postBuild": "a || true\n"},
            [".binder/postBuild:1: '|| true' hides a failure: let the command stop the run"],
        ),
    ],
    "workflows/downloads": [
        ({F: FLOW}, []),
        (
            {F: FLOW.replace("make lint", "curl -s https://a.org/a.sh | bash")},
            [
                ".github/workflows/book.yml:10: 'curl -s https://a.org/a.sh | bash' runs what it downloads: install a package with pip or apt-get, or use a pinned action"
            ],
        ),
        (
            {F: FLOW.replace("make lint", "wget -qO- https://a.org | sudo sh -")},
            [
                ".github/workflows/book.yml:10: 'wget -qO- https://a.org | sudo sh' runs what it downloads: install a package with pip or apt-get, or use a pinned action"
            ],
        ),
        (
            {F: FLOW.replace("make lint", "bash <(curl https://a.org)")},
            [
                ".github/workflows/book.yml:10: 'bash <(curl' runs what it downloads: install a package with pip or apt-get, or use a pinned action"
            ],
        ),
        (
            {F: FLOW.replace("make lint", 'eval "$(curl https://a.org)"')},
            [
                ".github/workflows/book.yml:10: 'eval \"$(curl' runs what it downloads: install a package with pip or apt-get, or use a pinned action"
            ],
        ),
        (
            {"Makefile": "a:\n\tcurl https://a.org | python3\n"},
            [
                "Makefile:2: 'curl https://a.org | python3' runs what it downloads: install a package with pip or apt-get, or use a pinned action"
            ],
        ),
        ({F: FLOW.replace("make lint", "curl https://a.org -o a.txt")}, []),
        ({".ci/run": "curl https://a.org | tee a.txt\n"}, []),
        (
            {".binder/start": "#!/bin/bash\ncurl https://a.org | sh\n"},
            [
                ".binder/start:2: 'curl https://a.org | sh' runs what it downloads: install a package with pip or apt-get, or use a pinned action"
            ],
        ),
    ],
    "workflows/permissions": [
        ({F: FLOW}, []),
        (
            {F: FLOW.replace("permissions: {}\n", "")},
            [
                ".github/workflows/book.yml:1: permissions that every job has: write permissions: {}"
            ],
        ),
        (
            {F: FLOW.replace("permissions: {}", "permissions: write-all")},
            [
                ".github/workflows/book.yml:5: permissions that every job has: write permissions: {}"
            ],
        ),
        (
            {F: FLOW.replace("contents: read", "contents: write")},
            [
                ".github/workflows/book.yml:14: book may write contents, and does not need it: remove it"
            ],
        ),
        (
            {F: FLOW.replace("contents: read", "pages: write")},
            [
                ".github/workflows/book.yml:14: book may write pages, and does not need it: remove it"
            ],
        ),
        (
            {
                F: FLOW.replace(
                    "    permissions:\n      contents: read\n", "    permissions: write-all\n"
                )
            },
            [".github/workflows/book.yml:13: the permissions write-all: name each"],
        ),
        (
            {F: FLOW.replace("contents: read", "packages: write")},
            [
                ".github/workflows/book.yml:14: book may write packages, and does not need it: remove it"
            ],
        ),
        (
            {F: in_job("permissions: read-all").replace("contents: read", "packages: write")},
            [
                ".github/workflows/book.yml:8: the permissions read-all: name each",
                ".github/workflows/book.yml:15: book may write packages, and does not need it: remove it",
            ],
        ),
        (
            {
                F: FLOW.replace("contents: read", "issues: write").replace(
                    "make book", "gh issue create"
                )
            },
            [],
        ),
        ({F: "a: [\n"}, []),
    ],
    "workflows/local-run": [
        ({}, []),
        ({".ci/run": "set -euo pipefail\nmake lint test\n"}, []),
        (
            {".ci/run": "make lint test\n"},
            [".ci/run:1: failures do not stop it: add set -euo pipefail"],
        ),
        (
            {".ci/run": "set -euo pipefail\nmake lint\nmake test || true\n"},
            [".ci/run:3: it does not make test: add make test"],
        ),
        (
            {".ci/run": "set -euo pipefail\nmake lint\nmake -n test\n"},
            [".ci/run:3: it does not make test: add make test"],
        ),
        (
            {".ci/run": "set -euo pipefail\n  make book\n"},
            [
                ".ci/run:2: it does not make lint: add make lint",
                ".ci/run:2: it does not make test: add make test",
            ],
        ),
    ],
}


@each(CASES)
def test_rule(rule, source, expected, tmp_path):
    assert find_in_repository(rule, tmp_path, source) == expected
