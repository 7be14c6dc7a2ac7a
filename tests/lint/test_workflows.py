"""Rules on workflows."""

from .cases import each, find_in_repository

FLOW = """\
on:
  pull_request:
  push:
    branches: [main]
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
F = ".github/workflows/book.yml"
Y = ".github/workflows/book.yaml"
RELEASE = FLOW.replace("uses: actions/deploy-pages@0000", "run: gh release create v1 a.zip")
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
        (
            {F: FLOW.replace("pull_request", "workflow_dispatch")},
            [
                ".github/workflows/book.yml:1: no pull request runs make book: add a step - run: make book, with nothing after it, and no if: around it",
                ".github/workflows/book.yml:1: no pull request runs make lint: add a step - run: make lint, with nothing after it, and no if: around it",
                ".github/workflows/book.yml:1: no pull request runs make test: add a step - run: make test, with nothing after it, and no if: around it",
            ],
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
        ({F: FLOW, "Makefile": "a:\n\tmake || { echo no; exit 1; }\n# || true\n"}, []),
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
