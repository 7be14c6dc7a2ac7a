"""Leave out the scripts of sphinx-thebe, which Jupyter Book loads and this book does not use.

They are written into each page twice, which is a script error, and name a foreign address.
"""

from sphinx.application import Sphinx


def is_thebe(script) -> bool:
    return "thebe" in str(script.filename).lower() + str(script.attributes.get("body")).lower()


def drop_scripts(app: Sphinx, pagename, templatename, context, doctree) -> None:
    context["script_files"] = [s for s in context["script_files"] if not is_thebe(s)]


def setup(app: Sphinx) -> dict:
    app.connect("html-page-context", drop_scripts, priority=900)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
