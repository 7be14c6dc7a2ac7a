"""The parts of Sphinx that this course adds."""

from sphinx.application import Sphinx

from . import (
    addresses,
    bibliography,
    execution,
    exercises,
    formulas,
    glossary,
    pictures,
    search,
    sitemap,
    style_sheets,
)


def setup(app: Sphinx) -> dict:
    """Register every part."""
    for part in (
        style_sheets,
        bibliography,
        execution,
        exercises,
        pictures,
        glossary,
        formulas,
        addresses,
        search,
        sitemap,
    ):
        part.setup(app)
    return {"parallel_read_safe": False, "parallel_write_safe": False}
