"""Build the book with Jupyter Book, let any warning fail it, and end with what to do then."""

import gc
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

# sphinxext-opengraph would load Matplotlib for cards that are off.
sys.modules["sphinxext.opengraph._social_cards"] = cast(
    Any, SimpleNamespace(DEFAULT_SOCIAL_CONFIG={}, create_social_card=None)
)

import click  # noqa: E402
from jupyter_book.cli.main import main as jupyter_book  # noqa: E402
from sphinx.errors import SphinxError  # noqa: E402

# Pages live as long as the build; looking through them for garbage would take a fifth of it.
gc.set_threshold(100_000)

# Any warning fails the build, any broken reference is one, and all of them are shown.
STRICT = ["-W", "-n", "--keep-going"]
ADVICE = "The book has errors: see the lines with WARNING or ERROR above, or type: make lint"
ENDED = "The build was ended. What has been executed is kept: make book goes on from there."


def build_book(root: Path) -> str | None:
    """Build a book, and return what went wrong, or None.

    Parameters
    ----------
    root
        The folder of the book.

    Raises
    ------
    KeyboardInterrupt
        When somebody types Ctrl+C.
    """
    try:
        jupyter_book(["build", str(root), *STRICT], standalone_mode=False)
    except SystemExit as end:
        if isinstance(end.code, KeyboardInterrupt):
            raise end.code from None
        return ADVICE if end.code else None
    except click.Abort:
        raise KeyboardInterrupt from None
    except click.ClickException as error:
        return error.format_message()
    except RuntimeError as error:
        # Sphinx has printed what stopped it; Jupyter Book would print its traceback, too.
        is_printed = isinstance(error.__cause__, SphinxError)
        return ADVICE if is_printed else f"{error}\n{ADVICE}"
    return None


def main() -> None:
    """Build the book in the working directory.

    One that does not come to its end is read afresh the next time: its environment may know
    of changes that no page shows yet.
    """
    try:
        fault = build_book(Path())
    except KeyboardInterrupt:
        fault = ENDED
    if fault:
        Path("_build/.doctrees/environment.pickle").unlink(missing_ok=True)
        sys.exit(fault)


if __name__ == "__main__":
    main()
