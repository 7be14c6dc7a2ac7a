"""The linter's command line."""

import argparse
import os
import sys
from pathlib import Path

from tools.book import ROOT
from tools.lint.rule import RULES
from tools.lint.run import lint


def main(arguments: list[str] | None = None) -> int:
    """Print what is wrong below a folder, and return 1 when there is something."""
    parser = argparse.ArgumentParser("python -m tools.lint", description=lint.__doc__)
    parser.add_argument("root", nargs="?", type=Path, default=ROOT, help="the repository")
    parser.add_argument("--rules", action="store_true", help="list the rules and stop")
    options = parser.parse_args(arguments)
    if options.rules:
        for rule in RULES.values():
            print(f"{rule.name}\n    {rule.statement}")
        return 0
    found = lint(options.root)
    for finding in found:
        print(finding)
        if os.environ.get("GITHUB_ACTIONS") == "true":
            print(finding.annotation())
    if found:
        print("What a rule says: .venv/bin/python -m tools.lint --rules", file=sys.stderr)
    return bool(found)


if __name__ == "__main__":
    sys.exit(main())
