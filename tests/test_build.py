"""The build executes what has changed and nothing else, and refuses what is broken."""

import os
import re
import shutil
import signal
from pathlib import Path
from unittest.mock import Mock

import click
import pytest

from lab import wait_until
from small_book import SmallBook
from tools import build

DATA = "data/MNIST/raw/train-labels-idx1-ubyte.gz"


@pytest.fixture(scope="module")
def built_book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build a copy of the small book, for `small_book` alone, and return its folder."""
    book = SmallBook.create(tmp_path_factory.mktemp("small") / "book")
    assert book.build() == {"mean", "digits"}
    return book.root.rename(book.root.with_name("built"))


@pytest.fixture
def small_book(built_book: Path) -> SmallBook:
    """Return the built small book, at one place, as if no test had changed it."""
    root = built_book.with_name("book")
    shutil.rmtree(root, ignore_errors=True)
    shutil.copytree(built_book, root, symlinks=True)
    return SmallBook(root)


def test_unchanged_book_executes_no_cell(small_book: SmallBook) -> None:
    assert small_book.build() == set()


def test_prose_edit_executes_no_cell(small_book: SmallBook) -> None:
    small_book.replace("book/mean.md", "Three cells, one number.", "Three nuclei, one number.")
    assert small_book.build() == set()
    assert "Three nuclei" in small_book.read_page("book/mean")


def test_code_edit_executes_that_chapter_only_and_renews_what_quotes_it(
    small_book: SmallBook,
) -> None:
    before = small_book.read_page("index")
    small_book.replace("book/mean.md", "rng.normal(10, 1, 3)", "rng.normal(11.5, 0.1, 3)")
    assert small_book.build() == {"mean"}
    assert small_book.read_page("index") != before


def test_changed_data_execute_the_chapter_that_loads_them(small_book: SmallBook) -> None:
    path = small_book.root / DATA
    content = path.read_bytes()
    path.write_bytes(content + b"x")
    assert small_book.build() == {"digits"}
    path.write_bytes(content)
    assert small_book.build() == set()


@pytest.mark.parametrize(
    ("file", "line"),
    [("book/requirements.txt", "pip\n"), ("book/matplotlibrc", "# changed\n")],
)
def test_another_package_or_style_executes_every_chapter(
    small_book: SmallBook, file: str, line: str
) -> None:
    small_book.replace(file, "", line)
    assert small_book.build() == {"mean", "digits"}


# Waits until a cell of another chapter has begun.
MEET = """

```{{code-cell}} ipython3
:tags: [remove-cell]

import time
from pathlib import Path

Path("{mine}.begun").touch()
end = time.monotonic() + 60
while not Path("{other}.begun").exists():
    assert time.monotonic() < end
    time.sleep(0.05)
```
"""


def test_chapters_are_executed_side_by_side(
    small_book: SmallBook, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JOBS", "2")
    meet = MEET.format(mine="mean", other="digits")
    small_book.replace("book/mean.md", "# The mean", f"# The mean{meet}")
    meet = MEET.format(mine="digits", other="mean")
    small_book.replace("book/digits.md", "# Digits", f"# Digits{meet}")
    assert small_book.build() == {"mean", "digits"}


def test_failing_chapter_is_told_of_once_and_the_others_are_kept(
    small_book: SmallBook, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JOBS", "2")
    small_book.replace("book/matplotlibrc", "", "# changed\n")
    small_book.replace("book/mean.md", "m = x.mean()", "m = x.mena()")
    is_built, output = small_book.make()
    assert not is_built
    assert "executing 2 chapters, 2 at a time" in output
    assert output.count("mean.md: a cell fails; it runs once more, to say which") == 1
    assert output.count("WARNING: Executing notebook failed") == 1
    assert list((small_book.root / "_build" / ".doctrees" / "caches").iterdir())
    small_book.replace("book/mean.md", "m = x.mena()", "m = x.mean()")
    assert small_book.build() == {"mean"}


LONG = """
```{code-cell} ipython3
import time
from pathlib import Path
Path("begun").touch()
time.sleep(50)
```
"""


@pytest.mark.parametrize("jobs", [1, 2])
def test_interrupted_build_is_not_called_faulty(
    small_book: SmallBook, monkeypatch: pytest.MonkeyPatch, jobs: int
) -> None:
    monkeypatch.setenv("JOBS", str(jobs))
    small_book.replace("book/matplotlibrc", "", "# changed\n")
    small_book.replace("book/mean.md", "# The mean", f"# The mean{LONG}")
    with small_book.start(start_new_session=True) as started:
        wait_until((small_book.root / "book" / "begun").exists)
        os.killpg(started.pid, signal.SIGINT)  # as Ctrl+C does
        output, _ = started.communicate(timeout=60)
    assert started.returncode == 1
    assert output.splitlines()[-1] == build.ENDED
    assert build.ADVICE not in output
    assert "Traceback" not in output
    assert not (small_book.root / "_build" / ".doctrees" / "environment.pickle").exists()


@pytest.mark.parametrize("interruption", [SystemExit(KeyboardInterrupt()), click.Abort()])
def test_interruption_is_told_wherever_it_comes(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, interruption: BaseException
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(build, "jupyter_book", Mock(side_effect=interruption))
    with pytest.raises(SystemExit, match=re.escape(build.ENDED)):
        build.main()


def test_chapters_can_be_executed_one_at_a_time(
    small_book: SmallBook, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JOBS", "1")
    small_book.replace("book/matplotlibrc", "", "# changed\n")
    is_built, output = small_book.make()
    assert is_built
    assert "at a time" not in output
    assert output.count("Executed notebook") == 2


def test_requirements_that_change_no_package_of_a_chapter_execute_no_cell(
    small_book: SmallBook,
) -> None:
    small_book.replace("requirements.txt", "", "pip\n")
    small_book.replace("book/requirements.txt", "numpy>=2,<3", "numpy>=2,<4")
    assert small_book.build() == set()


def test_renamed_page_leaves_a_redirect_at_its_old_address(small_book: SmallBook) -> None:
    (small_book.root / "book" / "start.md").rename(small_book.root / "book" / "begin.md")
    small_book.replace("_toc.yml", "book/start", "book/begin")
    redirect = "rediraffe_redirects:\n      book/start: book/begin"
    small_book.replace("_config.yml", "rediraffe_redirects: {}", redirect)
    for _ in range(2):
        assert small_book.build() == set()
        assert 'href="begin.html"' in small_book.read_page("book/start")
        assert "book/begin.html" in (small_book.root / "_build/html/sitemap.xml").read_text(
            "utf-8"
        )


# fault: file, what to replace, by what, what the message must hold
FAULTS = {
    "failing cell": ("book/mean.md", "print(np.mean([1, 2, 3]))", "1 / 0", "ZeroDivisionError"),
    "unknown reference": ("book/mean.md", "{numref}`fig-mean`", "{ref}`ch-none`", "ch-none"),
    "unknown equation": ("book/mean.md", "{eq}`eq-mean`", "{eq}`eq-none`", "eq-none"),
    "unknown citation": (
        "book/mean.md",
        "{cite:p}`harris2020`",
        "{cite:p}`no-such-work`",
        "no-such-work",
    ),
    "bad formula": ("book/mean.md", r"\frac{1}{n}", r"\frac{1}{n", r"\\frac{1}{n"),
    "sign that the font lacks": ("book/digits.md", "# Digits", "# Digits\n\n$ж$", "'ж'"),
    "unknown glued number": ("index.md", "::mean_value:s", "::no_value:s", "no_value"),
    "broken link": ("book/digits.md", "# Digits", "# Digits\n\n[a](none.md)", "none.md"),
    "missing picture": ("book/digits.md", "# Digits", "# Digits\n\n![a](none.svg)", "none.svg"),
    "unknown directive": ("book/glossary.md", "# Glossary", "# B\n\n```{none}\n```", "none"),
    "label twice": ("book/start.md", "# Start", "# Start\n\n(ch-digits)=\n## A", "ch-digits"),
    "heading level skipped": (
        "book/bibliography.md",
        "# Bibliography",
        "# A\n\n#### B",
        "header level",
    ),
    "page missing from the contents": ("book/orphan.md", "", "# Orphan\n", "toctree"),
}


@pytest.fixture(scope="module")
def broken_build(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """Build a book with all of the faults; return its folder and what was printed."""
    book = SmallBook.create(tmp_path_factory.mktemp("broken") / "book")
    for file, old, new, _ in FAULTS.values():
        book.replace(file, old, new)
    assert not book.make()[0]
    is_built, output = book.make()
    assert not is_built, "the second build forgot the faults of the first"
    return book.root, output


@pytest.mark.parametrize("fault", FAULTS)
def test_broken_book_is_refused_with_the_place_named(
    broken_build: tuple[Path, str], fault: str
) -> None:
    root, output = broken_build
    file, _, _, message = FAULTS[fault]
    line = "" if fault in ("failing cell", "page missing from the contents") else r":\d+"
    warnings = re.split(r"(?<!\S)(?=/\S+: WARNING: )", output)
    place = re.compile(rf"{root}/{re.escape(file)}{line}: WARNING: ")
    assert any(place.match(text) and message in text for text in warnings), output
