"""The notebooks of the build say what its pages say, in Markdown that all programs show."""

import json
import re
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from bs4 import BeautifulSoup
from markdown_it import MarkdownIt
from mdit_py_plugins.dollarmath import dollarmath_plugin

from built_site import SITE
from tools.book import ROOT, Book
from tools.lint.schemas import find_violations
from tools.notebooks import (
    BUNDLE,
    compute_digest,
    list_files,
    push_branch,
    run_git,
    write_branch,
)
from tools.yaml_lines import YamlText

NOTEBOOKS = SITE / "_sources" / "book"
CHAPTERS = sorted(path.stem for path in NOTEBOOKS.glob("*.ipynb"))
# Roles, directives, labels, glossary terms, cell breaks: what MyST reads and notebooks do not.
LEFT_OVER = re.compile(
    r"\{[a-z:-]+\}[`(]|^ *(:::|```\{|~~~|\+\+\+)|^\([\w-]+\)=|\]\(#[^)]* ", re.M
)
RENDERER = MarkdownIt("commonmark").enable("table").use(dollarmath_plugin)
TAGS = {
    *("a", "blockquote", "br", "code", "div", "em", "h1", "h2", "h3", "h4", "img", "kbd", "li"),
    *("ol", "p", "pre", "section", "span", "strong", "table", "tbody", "td", "th", "thead"),
    *("tr", "ul"),
}


def read_notebook(chapter):
    """Return a chapter's notebook."""
    return nbformat.read(NOTEBOOKS / f"{chapter}.ipynb", as_version=4)


@pytest.fixture(params=CHAPTERS)
def chapter(request):
    """The name of each chapter."""
    return request.param


@pytest.fixture
def notebook(chapter):
    """Each chapter's notebook."""
    return read_notebook(chapter)


@pytest.fixture
def rendered(notebook):
    """The text of each chapter's notebook, as a program without MyST shows it."""
    texts = (cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    return BeautifulSoup(RENDERER.render("\n\n".join(texts)), "html.parser")


@pytest.fixture
def article(chapter):
    """What the page of each chapter says."""
    html = (SITE / "book" / f"{chapter}.html").read_text("utf-8")
    return BeautifulSoup(html, "html.parser").select_one("article.bd-article")


def test_every_numbered_chapter_has_a_notebook():
    chapters = [Path(page.file).stem for page in Book().pages if page.is_chapter]
    assert sorted(chapters) == CHAPTERS


def test_notebook_is_valid(notebook):
    nbformat.validate(notebook)


def test_nothing_is_left_over_that_only_the_build_reads(notebook):
    for cell in notebook.cells:
        assert "myst_nb" not in cell.source
        assert "tags" not in cell.metadata
        if cell.cell_type == "markdown":
            assert not LEFT_OVER.search(cell.source), cell.source


def test_text_uses_what_all_programs_show(rendered):
    assert {tag.name for tag in rendered.find_all()} <= TAGS
    for tag in rendered.select(".math, code"):
        tag.decompose()
    assert not re.search(r"\$|`|\*\*|\]\(|\{[a-z]+\}", rendered.get_text().replace("\\$", ""))


def test_code_is_that_of_the_page(notebook, article):
    def sort(cells):
        return sorted(cell.strip() for cell in cells)

    shown = sort(block.get_text() for block in article.select(".cell_input pre"))
    own = [cell.source for cell in notebook.cells if cell.cell_type == "code"][1:]
    added = sum(not exercise.select(".cell_input") for exercise in article.select(".exercise"))
    assert sort(own) == sort([*shown, *["# your turn"] * added])


def test_figures_formulas_and_exercises_keep_their_numbers(notebook, rendered, article):
    text = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    captions = [tag.get_text().strip() for tag in article.select("figcaption .caption-number")]
    assert re.findall(r"\*\*(Fig\. \d+\.\d+)\*\* ", text) == captions
    formulas = [tag.get_text() for tag in article.select(".eqno")]
    assert sorted(re.findall(r"\\tag\{(.*?)\}", text)) == sorted(
        f.strip("()") for f in formulas
    )
    exercises = [tag.get_text() for tag in article.select(".exercise > .admonition-title")]
    headings = [tag.get_text() for tag in rendered.select("h3") if "Exercise" in tag.get_text()]
    solutions = [heading.removeprefix("Solution to ") for heading in headings]
    assert solutions == [" ".join(title.split()) for title in exercises] * 2


def test_words_are_those_of_the_page(rendered, article):
    for tag in article.select(".headerlink, .cell, svg, math, .eqno, .admonition-title"):
        tag.decompose()
    for tag in rendered.select(".math"):
        # What holds numbers alone is text on the page.
        numbers = re.sub(r"\\(cdot|times|approx)\b", "", tag.get_text())
        is_text = tag.name == "span" and not re.search(r"[a-zA-Z\\^_]", numbers)
        tag.replace_with(numbers if is_text else "")
    shown = re.sub(r"\W", "", rendered.get_text())
    words = [re.sub(r"\W", "", tag.get_text()) for tag in article.select("p")]
    assert [text for text in words if text not in shown] == []


def test_links_and_pictures_lead_somewhere(rendered, chapter):
    places = {tag["id"] for tag in rendered.select("a[id]")}
    canonical = BeautifulSoup((SITE / "index.html").read_text("utf-8"), "html.parser")
    site = canonical.find("link", rel="canonical")["href"].removesuffix("index.html")
    for address in [
        *(tag["href"] for tag in rendered.select("a[href]")),
        *(tag["src"] for tag in rendered.select("img")),
    ]:
        if address.startswith("#"):
            assert address[1:] in places
        elif address.startswith(site):
            path = SITE / (address.removeprefix(site).partition("#")[0] or "index.html")
            assert path.exists(), address
        else:
            assert address.startswith(("https://", "http://")), address
    assert all(tag["alt"] for tag in rendered.select("img"))


def test_each_exercise_is_joined_with_its_folded_solution(notebook):
    heads = [cell for cell in notebook.cells if cell.source.startswith("### Solution to ")]
    assert all(cell.metadata["jp-MarkdownHeadingCollapsed"] for cell in heads)
    assert notebook.metadata.colab.collapsed_sections == [cell.id for cell in heads]
    for head in heads:
        solution, exercise = re.search(
            r'id="(sol-[^"]+)".*\(#(ex-[^)]+)\)', head.source
        ).groups()
        texts = [cell.source for cell in notebook.cells]
        assert any(f'<a id="{exercise}"></a>' in text for text in texts)
        assert any(f"(#{solution})" in text for text in texts)


@pytest.fixture(scope="module")
def branch(tmp_path_factory):
    """The branch from which readers launch."""
    folder = tmp_path_factory.mktemp("branch") / "notebooks"
    write_branch(ROOT, NOTEBOOKS, folder)
    return folder


def test_branch_holds_what_readers_need_and_no_more(branch):
    tracked = run_git(branch, "ls-files").splitlines()
    data = [str(p.relative_to(ROOT)) for p in (ROOT / "data").rglob("*") if p.is_file()]
    assert sorted(tracked) == sorted(
        [
            *(f".binder/{p.name}" for p in (ROOT / ".binder").iterdir()),
            ".devcontainer/devcontainer.json",
            *(f".devcontainer/{name}/devcontainer.json" for name in CHAPTERS),
            "LICENSE",
            "README.md",
            *(f"book/{name}.ipynb" for name in CHAPTERS),
            "book/matplotlibrc",
            "requirements.txt",
            *(name for name in data if not name.endswith("-ubyte")),
        ]
    )
    for name in (".binder/postBuild", ".binder/start"):
        assert run_git(branch, "ls-files", "--stage", name).startswith("100755")


def test_codespaces_open_their_chapter_without_a_server(branch):
    for chapter in CHAPTERS:
        path = branch / ".devcontainer" / chapter / "devcontainer.json"
        text = path.read_text("utf-8")
        assert list(find_violations(YamlText.parse(text), "devcontainer")) == []
        settings = json.loads(text)
        (opened,) = settings["customizations"]["codespaces"]["openFiles"]
        assert (branch / opened).samefile(branch / "book" / f"{chapter}.ipynb")
        assert not {"forwardPorts", "postStartCommand", "postAttachCommand"} & settings.keys()
        _, _, requirements = settings["updateContentCommand"].partition("--requirement=")
        assert (branch / requirements).is_file()


def test_binder_installs_the_same_as_readers_but_for_its_own_jupyterlab(branch):
    readers = (branch / "requirements.txt").read_text("utf-8").splitlines()
    lines = (branch / ".binder" / "requirements.txt").read_text("utf-8").splitlines()
    index, *needed = (line for line in lines if not line.startswith("#"))
    assert index == "--extra-index-url https://download.pytorch.org/whl/cpu"
    assert needed == [line for line in readers if not line.startswith("jupyterlab")]
    assert "jupyterlab>=4.6,<5" in readers
    assert not any(line.startswith(("myst-nb", "jupytext")) for line in readers)


def test_branch_is_pushed_only_when_readers_would_notice(tmp_path):
    def write(text, output):
        (tmp_path / "built").mkdir(exist_ok=True)
        cell = {"cell_type": "code", "source": text, "outputs": [output]}
        notebook = json.dumps({"cells": [cell]})
        (tmp_path / "built" / "getting-started.ipynb").write_text(notebook, "utf-8")
        write_branch(ROOT, tmp_path / "built", tmp_path / "branch")
        return push_branch(tmp_path / BUNDLE, str(remote))

    def show(name):
        return run_git(remote, "show", f"notebooks:{name}")

    remote = tmp_path / "remote"
    subprocess.run(["git", "init", "--quiet", "--bare", remote], check=True)
    assert write("x", "3.1 s")
    assert json.loads(show("book/getting-started.ipynb"))["cells"][0]["outputs"] == ["3.1 s"]
    assert not write("x", "3.2 s"), "only a time has changed"
    assert write("x", "accuracy 0.97")
    assert write("x", "accuracy 0.12")
    assert write("y", "3.2 s")
    assert json.loads(show("book/getting-started.ipynb"))["cells"][0]["source"] == "y"
    assert run_git(remote, "rev-list", "--count", "notebooks") == "1"


def test_digest_names_files_and_their_contents():
    digests = [
        compute_digest({"a": b"1", "b": b"2"}),
        compute_digest({"a": b"12", "b": b""}),
        compute_digest({"a": b"1", "c": b"2"}),
        compute_digest({"a": b"1"}),
    ]
    assert len(set(digests)) == 4
    assert compute_digest({"b": b"2", "a": b"1"}) == digests[0]


@pytest.mark.parametrize(
    ("before", "after", "is_noticed"),
    [
        ("after 17 s of training", "after 9 s of training", False),
        ("in 2.6 milliseconds", "in 11.5 milliseconds", False),
        ("takes about 11 minutes", "takes about 1.5 minutes", False),
        ("took  9 s", "took 10 s", False),
        ("after 17 s of training", "after 17 s of it", True),
        ("**Time:** 45 minutes to read", "**Time:** 40 minutes to read", True),
        ("a review (30 minutes; for all)", "a review (20 minutes; for all)", True),
    ],
)
def test_digest_leaves_out_measured_times_alone(before, after, is_noticed):
    one, other = ({"a.ipynb": text.encode()} for text in (before, after))
    assert (compute_digest(one) != compute_digest(other)) is is_noticed


def test_files_of_file_managers_are_not_copied(tmp_path):
    for name in (".binder/start", ".git/HEAD", "data/.DS_Store", "data/a", "data/b-ubyte"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    found = [path.relative_to(tmp_path).as_posix() for path in list_files(tmp_path)]
    assert found == [".binder/start", "data/a"]


def test_branch_cannot_be_written_before_the_book(tmp_path):
    with pytest.raises(FileNotFoundError, match="has no notebook: type make book"):
        write_branch(ROOT, tmp_path, tmp_path / "branch")


def test_push_needs_no_package():
    command = [
        sys.executable,
        "-I",
        "-S",
        "-c",
        "import sys; sys.path.insert(0, '.'); import tools.notebooks",
    ]
    subprocess.run(command, cwd=ROOT, check=True)


def test_settings_of_whoever_commits_change_nothing(tmp_path, monkeypatch):
    (tmp_path / "hooks").mkdir()
    hook = tmp_path / "hooks" / "pre-commit"
    hook.write_text("#!/bin/sh\nexit 1\n")
    hook.chmod(0o755)
    (tmp_path / "ignored").write_text("*.csv\n")
    (tmp_path / ".gitconfig").write_text(
        "[commit]\ngpgSign = true\n"
        f"[core]\nhooksPath = {hook.parent}\nexcludesFile = {tmp_path}/ignored\n"
    )
    monkeypatch.setenv("HOME", str(tmp_path))
    folder = tmp_path / "branch"
    folder.mkdir()
    (folder / "a.csv").write_text("1\n")
    for command in (["init", "--quiet"], ["add", "."], ["commit", "--quiet", "-m", "all"]):
        run_git(folder, *command)
    assert run_git(folder, "ls-files") == "a.csv"
