"""What the tests of the linter share."""

import sys

import pytest


@pytest.fixture(autouse=True)
def caches() -> None:
    """Forget what was read for other tests."""
    modules = [module for name, module in sys.modules.items() if name.startswith("tools.lint")]
    for value in [value for module in modules for value in vars(module).values()]:
        if hasattr(value, "cache_clear"):
            value.cache_clear()
