"""The catalogue of broken contributions, to which each fault adds itself."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from ..draft import Draft, Place

STAGES = ("lint", "build", "tests")


@dataclass(frozen=True)
class Fault:
    """A way to break the book.

    Parameters
    ----------
    name
        The name of the function that writes it.
    stage
        The fastest stage that can see it: ``lint``, ``build`` or ``tests``.
    says
        A pattern that the message has to match besides naming the place, in any case.
    write
        Writes the fault into a draft, and returns where it can be told: one place or several.
    tests
        For the stage ``tests``, what pytest is to run.
    """

    name: str
    stage: str
    says: re.Pattern
    write: Callable[[Draft], Place | list[Place]]
    tests: tuple[str, ...] = ()


FAULTS: dict[str, Fault] = {}
REVIEWED: dict[str, str] = {}


def refused_by(stage: str, says: str, *tests: str) -> Callable:
    """Enter the decorated function into the catalogue."""

    def enter(write: Callable) -> Callable:
        assert stage in STAGES
        assert write.__name__ not in FAULTS, f"{write.__name__} stands twice in the catalogue"
        pattern = re.compile(says, re.IGNORECASE | re.DOTALL)
        FAULTS[write.__name__] = Fault(write.__name__, stage, pattern, write, tests)
        return write

    return enter


def enter_sentences(stage: str, faults: dict[str, tuple[str, ...]]) -> None:
    """Enter sentences that must not stand in the book: a name, what is said, variants."""
    for name, (says, *sentences) in faults.items():

        def write(draft: Draft, sentences=sentences) -> Place:
            place = draft.add_sentence(draft.pick(sentences))
            return place if stage == "lint" else draft.block(place)

        write.__name__ = name
        refused_by(stage, says)(write)


def enter_cells(stage: str, faults: dict[str, tuple[str, ...]]) -> None:
    """Enter cells that must not stand in the book: a name, what is said, variants."""
    for name, (says, *cells) in faults.items():

        def write(draft: Draft, cells=cells) -> Place:
            return draft.add_cell(draft.pick(cells), is_quick=stage != "lint")

        write.__name__ = name
        refused_by(stage, says)(write)


def left_to_reviewers(reasons: dict[str, str]) -> None:
    """Enter faults that no machine can tell from a sound change, each with the reason."""
    REVIEWED.update(reasons)
