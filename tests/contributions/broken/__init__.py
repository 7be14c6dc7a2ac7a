"""What contributors get wrong: a module for each kind of file, a function for each fault.

A new fault is a function that edits a `Draft` and returns the place, under `@refused_by`.
"""

import importlib
import pkgutil

from .catalogue import FAULTS, REVIEWED, STAGES, Fault

for module in pkgutil.iter_modules(__path__):
    importlib.import_module(f"{__name__}.{module.name}")

__all__ = ["FAULTS", "REVIEWED", "STAGES", "Fault"]
