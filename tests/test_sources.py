"""The book's sources keep the rules of the house, and each rule refuses what breaks it."""

import shutil
from pathlib import Path

import pytest

from tools.book import ROOT, Book
from tools.lint import checks

SMALL_BOOK = Path(__file__).parent / "small-book"

# rule, file of the small book, what to replace, by what, text of the line that must be named
MEAN = "book/mean.md"
PLOT = "```{code-cell} ipython3\n---"
FAULTS = [
    ("front_matter", MEAN, "file_format: mystnb\n", "", "---"),
    ("openings", MEAN, "(ch-mean)=\n", "", "# The mean"),
    ("openings", MEAN, "## Key points", "# Key points", "# Key points"),
    ("heading_levels", MEAN, "## One number", "### One number", "### One number"),
    ("heading_levels", MEAN, "## Key points", "#### Key points", "#### Key points"),
    ("labels", MEAN, "name: fig-mean", "name: mean", PLOT),
    ("labels", MEAN, "(ch-mean)=", "(ch-digits)=", "(ch-digits)="),
    ("contents", "_toc.yml", "book/digits", "book/figures", "format"),
    ("chapter_parts", MEAN, "**Time** 1", "Takes 1", "---"),
    ("chapter_parts", MEAN, "## Key points", "## Summary", "---"),
    ("chapter_times", "index.md", "| 1 min | 1 min |", "| 2 min | 1 min |", "# A small"),
    ("exercises", MEAN, ":label: ex-mean-shift", ":label: shift", ":::{exercise-start} Shift"),
    ("exercises", MEAN, "solution-start} ex-mean-hand", "solution-start} ex-none", ":::{exer"),
    ("exercises", MEAN, "solution-start} ex-mean-hand", "solution-start} ex-none", ":::{solu"),
    ("exercises", MEAN, ":class: dropdown\n", "", ":::{solution-start} ex-mean-hand"),
    ("exercises", MEAN, ":label: sol-mean-hand\n", "", ":::{solution-start} ex-mean-hand"),
    ("exercises", MEAN, ":::{exercise-end}\n:::\n", "", ":::{exercise-start} By hand"),
    ("exercises", MEAN, "*By hand.* What", "What", ":::{exercise-start} By hand"),
    ("exercises", MEAN, "# your turn\n", "", ":::{exercise-start} In code"),
    ("citations", MEAN, "cite:t}`harris2020", "cite:t}`harris", "- {cite:t}"),
    ("citations", "references.bib", "{harris2020", "{harris", "@article"),
    ("alternative_texts", MEAN, "    alt: Three", "    width: Three", PLOT),
    ("alternative_texts", MEAN, "Three cells", "![](a.svg)", "![](a.svg)"),
    ("alternative_texts", "index.md", "The mean", "```{figure} a.svg\n```\n", "```{figure}"),
    ("figures_in_text", MEAN, "{numref}`fig-mean`", "It", PLOT),
    ("seeds", MEAN, "default_rng(1)", "default_rng()", "rng = "),
    ("seeds", MEAN, "rng.normal(10, 1, 3)", "np.random.rand(3)", "x = np"),
    ("seeds", MEAN, "m = x.mean()", "m = torch.rand(3)", "m = torch"),
    ("seeds", MEAN, "m = x.mean()", "m = nn.Linear(2, 1)", "m = nn"),
    ("cell_sizes", MEAN, "m = x.mean()", f"m = {'1 + ' * 17}1", "m = 1"),
    ("cell_sizes", MEAN, "m = x.mean()", "m = 1\n" * 26, "```{code-cell} ipython3\nrng"),
    ("code_style", MEAN, "m = x.mean()", "m = mean(x)", "m = mean(x)"),
    ("imports", MEAN, "m = x.mean()", "import math", "import math"),
    ("wording", MEAN, "The **mean** adds", "It simply adds", "It simply"),
    ("wording", MEAN, "Three cells, one", "Three cells. One", "Three cells. One"),
    ("glossary", MEAN, "**mean** adds", "**median** adds", "The **median**"),
    ("glossary", "book/glossary.md", "mean\n", "median\n", "median\n"),
    ("addresses", "index.md", "The mean", "<https://a.org/b–c> The mean", "<https"),
    ("reader_code", MEAN, "m = x.mean()", "!pip install a", "!pip"),
]


@pytest.mark.parametrize("check", checks.ALL, ids=lambda check: check.__name__)
@pytest.mark.parametrize("root", [ROOT, SMALL_BOOK], ids=["book", "small-book"])
def test_sources_keep_the_rule(root, check):
    if faults := list(check(Book(root))):
        pytest.fail("\n".join(faults), pytrace=False)


@pytest.mark.parametrize(("rule", "file", "old", "new", "line"), FAULTS)
def test_rule_refuses_what_breaks_it(tmp_path, rule, file, old, new, line):
    shutil.copytree(SMALL_BOOK, tmp_path, dirs_exist_ok=True)
    text = (tmp_path / file).read_text("utf-8")
    assert old in text
    text = text.replace(old, new, 1)
    (tmp_path / file).write_text(text, "utf-8")
    place = f"{file}:{text[: text.index(line)].count(chr(10)) + 1}: "
    faults = list(getattr(checks, rule)(Book(tmp_path)))
    assert any(fault.startswith(place) for fault in faults), (place, faults)


def test_page_missing_from_the_contents_is_named(tmp_path):
    shutil.copytree(SMALL_BOOK, tmp_path, dirs_exist_ok=True)
    (tmp_path / "book" / "orphan.md").write_text("(ch-orphan)=\n# Orphan\n", "utf-8")
    assert list(checks.contents(Book(tmp_path))) == ["book/orphan.md:1: missing from _toc.yml"]


def test_every_rule_has_been_seen_to_refuse():
    assert {check.__name__ for check in checks.ALL} == {fault[0] for fault in FAULTS}


def test_course_has_at_least_45_exercises():
    book = Book()
    assert sum(len(checks.gated(page, "exercise")) for page in book.chapters) >= 45
