"""What the linter finds, and how it tells."""

from collections.abc import Collection
from dataclasses import dataclass
from difflib import get_close_matches

MOST_NAMES = 20


@dataclass(frozen=True, order=True)
class Finding:
    """A fault at a place: what is wrong, what to do, and which rule refuses it."""

    file: str
    line: int
    fault: str
    remedy: str
    rule: str = ""

    @property
    def message(self) -> str:
        """What is wrong and what to do."""
        return f"{self.fault}: {self.remedy}" if self.remedy else self.fault

    def __str__(self) -> str:
        """Return the finding as a line of the report."""
        return f"{self.file}:{self.line}: {self.message} [{self.rule}]"

    def annotation(self) -> str:
        """Return the finding as a command that lets GitHub Actions show it at its line."""
        place = f"file={escape_property(self.file)},line={self.line}"
        title = f"title={escape_property(self.rule)}"
        return f"::error {place},{title}::{escape_data(self.message)}"


def escape_data(text: str) -> str:
    """Escape the text of a workflow command."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def escape_property(text: str) -> str:
    """Escape a property of a workflow command."""
    return escape_data(text).replace(":", "%3A").replace(",", "%2C")


def suggest(name: str, known: Collection[str]) -> str:
    """Return advice for a name that is not known: the one that was probably meant, or some."""
    if near := get_close_matches(name, known, n=1, cutoff=0.75):
        return f"write {near[0]}"
    some = sorted(known)
    return "use one of " + ", ".join(some[:MOST_NAMES] + ["…"] * (len(some) > MOST_NAMES))
