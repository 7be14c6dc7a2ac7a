"""Settings, requirements, data, and the files that a repository has at its top."""

import re

from ..draft import Draft, Place
from .catalogue import left_to_reviewers, refused_by

CONFIG = "_config.yml"


@refused_by("lint", "by hand")
def lock_edited_by_hand(draft: Draft) -> Place:
    """A locked version is replaced by another."""
    entries = [
        (n, text) for n, text in enumerate(draft.lines("requirements.lock"), 1) if "==" in text
    ]
    line, text = draft.pick(entries)
    draft.replace("requirements.lock", line, line, re.sub("==[^ ;]+", "==9.9", text))
    return Place("requirements.lock")


@refused_by("lint", "other requirements")
def requirement_changed_without_the_lock(draft: Draft) -> Place:
    """A package gets another lower bound."""
    draft.swap("requirements.txt", ">=", ">=99,>")
    return Place("requirements.lock")


@refused_by("lint", "key|unknown|unexpected|not allowed|property|did you mean|setting")
def misspelt_setting(draft: Draft) -> Place:
    """A key of `_config.yml` is misspelt, at the top or further down."""
    keys = ["execute:", "repository:", "launch_buttons:", "html:", "parse:", "sphinx:"]
    keys += ["title:", "author:", "exclude_patterns:", "only_build_toc_files:"]
    keys += ["execute_notebooks:", "timeout:"]
    keys += ["myst_enable_extensions:", "extra_extensions:", "branch:"]
    lines = list(enumerate(draft.lines(CONFIG), 1))
    key, line = draft.pick(
        (key, n) for key in keys for n, text in lines if re.match(f" {{0,2}}{key}", text)
    )
    at = draft.random.randrange(1, len(key) - 2)
    wrong = key[:at] + key[at + 1 :]
    return draft.change(CONFIG, line, lambda text: text.replace(key, wrong, 1))


@refused_by("lint", "html_sidebar\\b|key|unknown|setting")
def misspelt_setting_of_sphinx(draft: Draft) -> Place:
    """A key below `sphinx: config` is misspelt."""
    return draft.swap(CONFIG, "html_sidebars:", "html_sidebar:")


@refused_by("lint", "yaml|indent|tab|mapping|expected")
def settings_that_are_no_yaml(draft: Draft) -> Place:
    """A line of `_config.yml` is indented by a tab, or lacks its colon's space."""
    keys = ("  execute_notebooks:", "  url:")
    line = draft.pick(n for n, t in enumerate(draft.lines(CONFIG), 1) if t.startswith(keys))
    edit = draft.pick([lambda t: "\t" + t.strip(), lambda t: t.replace(": ", " ")])
    draft.change(CONFIG, line, edit)
    return Place(CONFIG, line - 1, line + 1)


@refused_by("lint", "branch")
def another_branch(draft: Draft) -> Place:
    """`_config.yml` names a branch that the workflow does not publish."""
    return draft.swap(
        CONFIG, "branch: main", draft.pick(["branch: master", "branch: gh-pages"])
    )


@refused_by("lint", "can hide")
def warnings_suppressed(draft: Draft) -> Place:
    """Sphinx is told to be silent about broken references, or about cells that fail."""
    line = next(n for n, t in enumerate(draft.lines(CONFIG), 1) if t.strip() == "config:")
    settings = ["suppress_warnings: [ref.ref, myst]", "nitpick_ignore: [[myst, x]]"]
    settings += ["nb_output_stderr: remove", 'nb_execution_mode: "off"']
    setting = draft.pick(settings)
    return draft.insert(CONFIG, line + 1, f"    {setting}")


@refused_by("lint", "allow|error|force|cache|execute")
def execution_switched_off(draft: Draft) -> Place:
    """Chapters are no longer executed, or may fail."""
    if draft.random.random() < 0.5:
        return draft.swap(CONFIG, "execute_notebooks: cache", 'execute_notebooks: "off"')
    line = next(n for n, t in enumerate(draft.lines(CONFIG), 1) if t.strip() == "execute:")
    setting = draft.pick(["allow_errors: true", "exclude_patterns: [book/loss.md]"])
    return draft.insert(CONFIG, line + 1, f"  {setting}")


@refused_by("lint", "md5|checksum|sum|damaged")
def damaged_data(draft: Draft) -> Place:
    """A data file is cut short, or one of its bytes is another."""
    path = draft.pick(sorted((draft.root / "data/MNIST/raw").glob("*.gz")))
    data = bytearray(path.read_bytes())
    if draft.random.random() < 0.5:
        del data[len(data) // 2 :]
    else:
        data[draft.random.randrange(len(data))] ^= 1
    return draft.write(f"data/MNIST/raw/{path.name}", bytes(data))


@refused_by("lint", "source|licence|README|checksum|sum|listed")
def data_without_a_source(draft: Draft) -> list[Place]:
    """A data file is added that `data/README.md` does not describe."""
    file = draft.write("data/cells.csv", "area,intensity\n1.2,0.4\n")
    return [file, Place("data/README.md")]


@refused_by("lint", "missing|no such|not exist|lacks|deleted")
def file_of_the_repository_deleted(draft: Draft) -> Place:
    """A file that nothing builds, but that the project needs, is deleted."""
    return draft.remove(draft.pick(["LICENSE", ".gitignore", ".gitattributes", "CITATION.cff"]))


@refused_by("lint", "unused|nothing|no page|font|large|MB|size")
def font_that_nothing_uses(draft: Draft) -> Place:
    """A font is added that no style sheet names."""
    return draft.write("_static/fonts/comic.woff2", b"wOF2" + draft.random.randbytes(60_000))


@refused_by("lint", "large|MB|size|unused|nothing")
def picture_of_five_megabytes(draft: Draft) -> Place:
    """A page shows a photograph as it came from the camera."""
    draft.add_paragraph("![Nuclei under the microscope](../images/nuclei.png)")
    return draft.write("images/nuclei.png", b"\x89PNG\r\n" + draft.random.randbytes(5_000_000))


@refused_by("lint", "CONTRIBUTE|no such|not exist|broken|missing|leads|link")
def broken_link_in_the_readme(draft: Draft) -> Place:
    """README links to a file that does not exist."""
    file = draft.pick(["README.md", "CONTRIBUTING.md"])
    targets = {"README.md": "(CONTRIBUTING.md)", "CONTRIBUTING.md": "(LICENSE)"}
    return draft.swap(file, targets[file], "(CONTRIBUTE.md)")


@refused_by("lint", "json|expected|syntax|comma|parse")
def invalid_devcontainer(draft: Draft) -> Place:
    """The settings of Codespaces lose a comma or a quotation mark."""
    file = ".devcontainer/devcontainer.json"
    lines = enumerate(draft.lines(file), 1)
    line = draft.pick(n for n, text in lines if text.startswith("  ") and text.endswith('",'))
    end = draft.pick(['"', ","])
    draft.change(file, line, lambda text: text[:-2] + end)
    return Place(file, line, line + 2)


@refused_by("lint", "cff|required|property|schema|valid|authors|title")
def invalid_citation_file(draft: Draft) -> Place:
    """A key of CITATION.cff is misspelt."""
    key = draft.pick(["authors:", "title:", "message:"])
    lines = draft.lines("CITATION.cff")
    line = next(n for n, text in enumerate(lines, 1) if text.startswith(key))
    draft.change("CITATION.cff", line, lambda text: text.replace(key, key[0] + key, 1))
    return Place("CITATION.cff")


@refused_by("lint", "require|version|bound|pandsa|seaborn|import|used")
def package_that_nothing_requires(draft: Draft) -> Place:
    """A chapter imports a package that the requirements do not name."""
    page, cell = draft.pick((page, page.cells[0]) for page in draft.chapters() if page.cells)
    return draft.insert(page.file, cell.body_line, "import seaborn")


@refused_by("lint", "syntax|F401|F821|unused|undefined")
def unused_import_in_the_tools(draft: Draft) -> Place:
    """A module of the extension imports what it does not use."""
    file, line = draft.pick(
        (file, number)
        for path in sorted((draft.root / "_ext/course").glob("[a-z]*.py"))
        for file in [path.relative_to(draft.root).as_posix()]
        for number, text in enumerate(draft.lines(file), 1)
        if re.match("import|from", text)
    )
    return draft.insert(file, line, "import uuid")


left_to_reviewers(
    {
        "a package dropped that an extension needs": "only a build from nothing can tell",
    }
)
