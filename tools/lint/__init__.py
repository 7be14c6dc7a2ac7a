"""Check the sources without running them: `python -m tools.lint`.

Each module of `rules` holds the rules on one subject; `python -m tools.lint --rules` lists what
they say. `programs` calls Ruff, mypy, codespell, zizmor and Deno beside them.
"""

from tools.lint.finding import Finding
from tools.lint.run import check, lint

__all__ = ["Finding", "check", "lint"]
