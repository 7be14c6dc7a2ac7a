"""What this course adds to Jupyter Book: a module for each part of a page."""

# In the order in which a page is made.
PARTS = [
    "addresses",
    "labs",
    "glossary",
    "chapters",
    "formulas",
    "questions",
    "writing",
    "teaching",
    "exports",
    "boxes",
    "plots",
    "claims",
    "pictures",
    "notebooks",
    "page",
    "starter",
]


def setup(app):
    for part in PARTS:
        app.setup_extension(f"course.{part}")
    return {"parallel_read_safe": True, "parallel_write_safe": True}
