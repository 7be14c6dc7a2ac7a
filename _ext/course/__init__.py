"""The way of a page from Markdown to the published site.

Sphinx, MyST-NB, the theme and other extensions do most of it. These are the steps that
this course adds, in the order in which they happen.

====================  ============  =====================================================
when                  module        what it does
====================  ============  =====================================================
config-inited         addresses     derives the addresses of the site and its repository
config-inited         version       states the version at the foot of pages and to cite
config-inited         build_record  states what builds the site, with its versions
config-inited         labs          keeps their style sheets off the pages
builder-inited        sources       stops at a bibliography or template that cannot be read
builder-inited        style_sheets  has whole style sheets and fonts copied again
builder-inited        starter       packs the folder with which a reader's study begins
builder-inited        cache         forgets what another version of the package has made
builder-inited        pages         removes the reports of cells that failed in earlier builds
env-get-outdated      execution     finds chapters whose outputs are out of date
env-get-outdated      style_sheets  has a page written when static files have changed
env-before-read-docs  execution     executes the chapters that need it, several at once
while executing       phone_plots   notes in a plot what shows it on a phone, in the kernels
chapter-executed      pictures      draws the plots of a chapter while others are executed
chapter-executed      notebooks     draws them for notebooks, too
source-read           sources       stops at a page that is not UTF-8
source-read           execution     marks a chapter with what its outputs depend on
while reading         sources       names the page in which an error is found
while reading         chapter_map   knows the directives `{chapter-map}`, `{course-hours}`
while reading         glossary      knows the role `{unlinked}`
while reading         labs          knows the directive and the role `{lab}`
doctree-read          execution     notes from which pages a page quotes outputs
doctree-read          outputs       refuses warnings, tracebacks, addresses of objects
doctree-read          glossary      notes the terms that a page defines
doctree-read          chapter_map   notes what a chapter's box says of it, and its picture
doctree-read          digits        notes which pages have the digit lab
doctree-read          search        lets terms be found without their hyphens
env-updated           search        notes the index entries of all pages
env-get-updated       execution     finds the pages whose quoted outputs have changed
env-get-updated       glossary      finds the pages whose links to terms have changed
env-get-updated       chapter_map   finds whether the list of chapters has changed
env-get-updated       digits        looks for the network of the digit lab
env-get-updated       contents      finds whether titles, numbers or the order have changed
while resolving       build_record  lists the runs of chapters in the order of reading
doctree-resolved      markup        refuses markup that the page would show
doctree-resolved      titles        links to worked examples by their numbers
doctree-resolved      chapter_map   lists the chapters, or their hours, where a page wants it
doctree-resolved      openings      folds objectives, hides imports
doctree-resolved      cells         folds the code of figures, marks cells for attempts
doctree-resolved      exercises     frees repeated ids, folds boxes and solutions
doctree-resolved      glossary      links terms to the glossary, and it to the chapters
doctree-resolved      glossary      puts the alphabet and a filter above the glossary
doctree-resolved      labs          gives links to labs their addresses
doctree-resolved      formulas      keeps punctuation with the formula before it
doctree-resolved      spaces        keeps sizes such as 28 × 28 on one line
doctree-resolved      bibliography  makes a list of the works cited
doctree-resolved      pictures      gives plots their size, takes diagrams into the page
doctree-resolved      openings      shows a chapter's picture in its introduction
while writing         formulas      writes formulas as MathML
while writing         pictures      writes pictures
while writing         labs          writes the elements of labs
while writing         openings      writes the picture that leads to a later figure
while writing         emblems       writes the pictures of cards
html-page-context     notebooks     writes the notebook of a chapter
html-page-context     addresses     lets the page for wrong addresses load from the top
html-page-context     pages         notes that the page is written
html-page-context     glossary      loads the script that filters the glossary
html-page-context     labs          loads the script that fetches labs where there are some
html-page-context     launch        lists where a chapter can be run
html-page-context     feedback      says where a page's mistakes can be told and mended
html-page-context     scripts       lets scripts wait until the page is read
html-page-context     fonts         loads the font of formulas where there are some
build-finished        pages         removes pages of deleted chapters, pictures of no page
build-finished        sitemap       writes the sitemap
build-finished        digits        writes the network of the digit lab
build-finished        merging       merges tags of sheets and of scripts (called by the next)
build-finished        style_sheets  drops the rules that no page can use
build-finished        fonts         cuts fonts into their sheets (called by that)
build-finished        merging       merges sheets and scripts themselves (called by that)
====================  ============  =====================================================

Sphinx describes the events under "Event callbacks API" in its documentation; the event
`chapter-executed` is this package's own.

These modules work for others: `palette` reads the colours, `dark_plots`, `plot_words`,
`pixels` and `emblems` draw pictures anew, `notebook_markdown` writes the text of notebooks,
`archives` packs folders, `ipython_kernel_config` sets up the kernels of the chapters, and
`plot_fonts` gives them fonts.
"""

from __future__ import annotations

import json
from hashlib import sha256
from importlib.metadata import version as find_version
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from sphinx.application import Sphinx

# Before and after the handlers of the theme and of other extensions, which have 500.
FIRST, LAST = 100, 900
# The installed packages that make pages, besides this one.
MAKERS = (
    "beautifulsoup4",
    "brotli",
    "docutils",
    "fonttools",
    "jupyter-book",
    "markdown-it-py",
    "math-core",
    "matplotlib",
    "mdit-py-plugins",
    "myst-nb",
    "myst-parser",
    "numpy",
    "pillow",
    "pybtex",
    "pybtex-docutils",
    "pydata-sphinx-theme",
    "pygments",
    "resvg-py",
    "sphinx",
    "sphinx-book-theme",
    "sphinx-copybutton",
    "sphinx-design",
    "sphinx-exercise",
    "sphinx-external-toc",
    "sphinx-multitoc-numbering",
    "sphinx-notfound-page",
    "sphinxcontrib-bibtex",
    "sphinxext-opengraph",
    "sphinxext-rediraffe",
    "tinycss2",
)


def compute_version(folder: Path) -> int:
    """Return a number for the code in a folder, the palette of plots, and what is installed.

    When it changes, pages are read again.
    """
    from .palette import PALETTE

    files = [*sorted(folder.glob("*.py")), PALETTE]
    digest = sha256(b"".join(path.read_bytes() for path in files))
    digest.update(json.dumps([find_version(name) for name in MAKERS]).encode())
    return int(digest.hexdigest(), 16)


def setup(app: Sphinx) -> dict[str, bool | int]:
    """Register every step, in the order of the table above."""
    # Here and not above, so that the linter can use a module without having Sphinx.
    from docutils.parsers.rst.roles import CustomRole, generic_custom_role
    from pybtex.plugin import register_plugin
    from pybtex_docutils import Backend

    from . import (
        addresses,
        bibliography,
        build_record,
        cache,
        cells,
        chapter_map,
        contents,
        digits,
        emblems,
        execution,
        exercises,
        feedback,
        fonts,
        formulas,
        glossary,
        labs,
        launch,
        markup,
        notebooks,
        openings,
        outputs,
        pages,
        pictures,
        scripts,
        search,
        sitemap,
        sources,
        spaces,
        starter,
        style_sheets,
        titles,
        version,
    )

    app.connect("config-inited", addresses.set_addresses, FIRST)
    app.connect("config-inited", version.state_version, FIRST)
    app.connect("config-inited", build_record.name_builders)
    app.connect("config-inited", labs.withhold_sheets)
    app.connect("builder-inited", sources.check_bibliography, FIRST)
    app.connect("builder-inited", sources.check_templates, FIRST)
    app.connect("builder-inited", style_sheets.remove_purged)
    app.connect("builder-inited", starter.pack_starter)
    app.connect("builder-inited", cache.forget_versions)
    app.connect("builder-inited", pages.remove_reports)
    app.add_env_collector(execution.ExecutionCollector)
    app.connect("env-get-outdated", style_sheets.find_restyled)

    app.connect("env-before-read-docs", execution.execute_chapters)
    app.add_event("chapter-executed")
    app.connect("chapter-executed", pictures.draw_ahead)
    app.connect("chapter-executed", notebooks.draw_ahead)
    app.connect("source-read", sources.check_encoding)
    app.connect("source-read", execution.mark_chapter)
    app.add_source_parser(sources.NamingParser, override=True)
    options: dict[str, Any] = {"class": ["unlinked"]}
    role = CustomRole("unlinked", cast(Any, generic_custom_role), options)
    app.add_role("unlinked", role)
    app.connect("doctree-read", outputs.check_outputs)
    app.add_env_collector(glossary.GlossaryCollector)
    app.add_directive("chapter-map", chapter_map.ChapterMap)
    app.add_directive("course-hours", chapter_map.ChapterMap)
    app.add_env_collector(chapter_map.ChapterMapCollector)
    app.add_directive("lab", labs.Lab)
    app.add_role("lab", labs.LabRole())
    app.add_env_collector(digits.DigitsCollector)
    app.connect("doctree-read", search.add_spellings)
    app.connect("env-updated", search.note_terms)
    app.connect("env-get-updated", contents.find_renamed)

    app.add_post_transform(build_record.ExecutionTable)
    app.connect("doctree-resolved", markup.check_markup)
    app.connect("doctree-resolved", titles.shorten_titles)
    app.connect("doctree-resolved", chapter_map.fill_maps)
    app.connect("doctree-resolved", openings.fold_goals)
    app.connect("doctree-resolved", openings.fold_imports)
    app.connect("doctree-resolved", cells.fold_code)
    app.connect("doctree-resolved", cells.mark_attempts)
    app.connect("doctree-resolved", exercises.free_ids)
    app.connect("doctree-resolved", exercises.fold_boxes)
    app.connect("doctree-resolved", glossary.link_glossary)
    app.connect("doctree-resolved", labs.resolve_links)
    app.connect("doctree-resolved", formulas.keep_marks)
    app.connect("doctree-resolved", spaces.bind_numbers)
    register_plugin("pybtex.style.formatting", "author_year", bibliography.AuthorYearStyle)
    # Else it is looked for among all installed packages, for each citation again.
    register_plugin("pybtex.backends", "docutils", Backend, force=True)
    app.connect("doctree-resolved", bibliography.list_citations)
    app.connect("doctree-resolved", pictures.replace_images)
    app.connect("doctree-resolved", openings.show_preview)

    app.add_html_math_renderer(
        "mathml", (formulas.visit_math, None), (formulas.visit_displaymath, None)
    )
    app.add_node(pictures.picture, html=(pictures.visit_picture, None))
    app.add_node(labs.lab, html=(labs.visit_lab, labs.depart_lab))
    app.add_node(labs.lab_link, html=(labs.visit_lab_link, labs.depart_lab_link))
    app.add_node(openings.preview, html=(openings.visit_preview, openings.depart_preview))
    app.add_node(emblems.emblem, html=(emblems.visit_emblem, emblems.depart_emblem))
    # Before the theme, which offers for download what is there.
    app.connect("html-page-context", notebooks.write_notebook, FIRST)
    app.connect("html-page-context", addresses.set_lost_root)
    app.connect("html-page-context", pages.note_page)
    app.connect("html-page-context", glossary.load_filter)
    app.connect("html-page-context", labs.load_labs)
    app.connect("html-page-context", launch.add_launches)
    app.connect("html-page-context", feedback.add_feedback)
    app.connect("html-page-context", scripts.defer_scripts, LAST)
    app.connect("html-page-context", fonts.set_math_fonts, LAST)

    app.connect("build-finished", pages.remove_stale_pages, FIRST)
    app.connect("build-finished", sitemap.write_sitemap)
    app.connect("build-finished", digits.write_files)
    # After the theme, which writes pygments.css when the build has finished.
    app.connect("build-finished", style_sheets.purge_assets, LAST)
    return {
        "env_version": compute_version(Path(__file__).parent),
        "parallel_read_safe": True,
        "parallel_write_safe": True,
    }
