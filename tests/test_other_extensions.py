"""What another Sphinx extension adds is on the page as Sphinx gives it, and works."""

import functools
import http.server
import re
import threading
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from bs4 import BeautifulSoup, Tag
from playwright.sync_api import Page

from small_book import SmallBook

EXTENSION = '''
"""Adds a quiz to a page, with a style sheet and scripts in files and in the page."""

from pathlib import Path

from docutils import nodes

HTML = """
<div class="quiz" data-answer="b"><button class='quiz-button' type=button>Answer</button>
<svg class="quiz-fade" width="9" height="9"><linearGradient id="fade"></linearGradient></svg>
</div>
<script data-quiz="text">quizLog.push("text, with " + typeof quizHelp)</script>
"""


def add_static_files(app):
    app.config.html_static_path.append(str(Path(__file__).parent / "static"))


def add_quiz(app, doctree, docname):
    if docname == "book/start":
        doctree.children[0] += nodes.raw("", HTML, format="html")


def setup(app):
    app.connect("builder-inited", add_static_files)
    app.connect("doctree-resolved", add_quiz)
    app.add_css_file("quiz.css", media="all", title="Quiz", **{"data-quiz": "sheet"})
    app.add_js_file(None, body="window.quizLog = ['first']", priority=150, **{"data-quiz": "1"})
    app.add_js_file("quiz-help.js", **{"data-quiz": "2", "crossorigin": "anonymous"})
    app.add_js_file("quiz.mjs", type="module", **{"data-quiz": "3"})
    app.add_js_file(None, body="quizLog.push('second')", priority=900, **{"data-quiz": "4"})
    app.add_js_file("quiz-last.js", priority=950, **{"data-quiz": "5"})
'''
STATIC = {
    "quiz.css": """
@charset "utf-8";
@import url("quiz-more.css") screen;
:root { --quiz-tone: rgb(0, 128, 0); --quiz-by-script: 7px; --quiz-by-none: 1px; }
.quiz { color: var(--quiz-tone); border: 0 solid; background: url("quiz.svg"); }
.quiz-button, .quiz-none { padding: 3px; }
.quiz.quiz-open { border-width: 5px; }
.quiz-tone-b { outline: 2px solid; }
.quiz linearGradient { stop-color: red; }
.quiz:not(.quiz-none) > [data-quiz], .quiz:has(> .quiz-none) { top: 0; }
.quiz .quiz-none { color: red; }
@layer quiz { .quiz-button { letter-spacing: 1px; } .quiz-none { top: 1px; } }
@media screen { .quiz-none { top: 2px; } }
@supports (display: grid) { .quiz { min-width: 33px; & .quiz-fade { opacity: 0.5; } } }
.quiz { *zoom: 1; }
.w-50\\% { width: 123px; }
""",
    "quiz-more.css": ".quiz-button { margin: 4px; } .quiz-none { margin: 5px; }",
    "quiz.svg": '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"/>',
    "quiz-help.js": "window.quizHelp = () => 'help'; quizLog.push('help');",
    "quiz.mjs": """
import { open } from "./quiz-part.mjs";
const quiz = document.querySelector(".quiz");
quizLog.push("module, with " + quizHelp());
quiz?.querySelector("button").addEventListener("click", () => open(quiz));
""",
    "quiz-part.mjs": """
export function open(quiz) {
  quiz.classList.add("quiz-open", `quiz-tone-${quiz.dataset.answer}`, "w-50%");
  const width = getComputedStyle(quiz).getPropertyValue("--quiz-by-script");
  quiz.style.borderRadius = width;
}
""",
    "quiz-last.js": "quizLog.push('last, in a page that is ' + document.readyState);",
}
CHAPTER = """\
(ch-mean)=
# The mean

:::{admonition} In this chapter
:class: objectives

**Questions:** What is a mean?

**Path:** core; needs nothing.

**Time:** 1 minute to read, 1 for the exercises.
:::

The **mean** adds and divides {cite:p}`harris2020`.
"""


@pytest.fixture(scope="module")
def other_site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site of a small book with the extension, whose chapters are not executed."""
    book = SmallBook.create(tmp_path_factory.mktemp("other") / "book")
    package = book.root / "_other" / "quiz"
    (package / "static").mkdir(parents=True)
    (package / "__init__.py").write_text(EXTENSION)
    for name, text in STATIC.items():
        (package / "static" / name).write_text(text)
    book.replace("_config.yml", "    course: _ext\n", "    course: _ext\n    quiz: _other\n")
    book.replace("_config.yml", "      - course\n", "      - course\n      - quiz\n")
    book.replace("index.md", "{glue:text}`book/mean.md::mean_value:s`", "10")
    (book.root / "book" / "mean.md").write_text(CHAPTER)
    (book.root / "book" / "digits.md").write_text("(ch-digits)=\n# Digits\n")
    book.build()
    return book.root / "_build" / "html"


@pytest.fixture(scope="module")
def start(other_site: Path) -> BeautifulSoup:
    """The page that has the quiz."""
    return read_page(other_site, "book/start")


def read_page(site: Path, name: str) -> BeautifulSoup:
    text = (site / f"{name}.html").read_text("utf-8")
    return BeautifulSoup(text, "html.parser", multi_valued_attributes=None)


def list_attributes(tags: Iterable[Tag]) -> list[dict[str, str]]:
    """Return the attributes of tags, with addresses as seen from the static files."""
    return [
        {
            name: value.removeprefix("../_static/").partition("?")[0]
            for name, value in tag.attrs.items()
        }
        for tag in tags
    ]


def test_style_sheet_is_linked_with_its_attributes(
    other_site: Path, start: BeautifulSoup
) -> None:
    (sheet,) = list_attributes(start.select("link[data-quiz]"))
    assert sheet == {
        "rel": "stylesheet",
        "type": "text/css",
        "href": "quiz.css",
        "media": "all",
        "title": "Quiz",
        "data-quiz": "sheet",
    }
    first, quiz, last = (link["href"] for link in start.select("link[rel=stylesheet]"))
    assert "--pst-color-border" in read_merged(other_site, first)
    assert quiz.startswith("../_static/quiz.css?v=")
    assert "@font-face" in read_merged(other_site, last)


def read_merged(site: Path, address: str) -> str:
    """Return the merged style sheet that a page in a folder names."""
    return (site / address.removeprefix("../")).read_text("utf-8")


def test_scripts_are_there_in_order_with_their_attributes(start: BeautifulSoup) -> None:
    assert list_attributes(start.select("script[data-quiz]")) == [
        {"data-quiz": "1"},
        {"src": "quiz-help.js", "crossorigin": "anonymous", "data-quiz": "2"},
        {"src": "quiz.mjs", "type": "module", "data-quiz": "3"},
        {"data-quiz": "4"},
        {"src": "quiz-last.js", "data-quiz": "5"},
        {"data-quiz": "text"},
    ]


def test_page_without_a_script_in_its_text_lets_the_last_one_wait(other_site: Path) -> None:
    page = read_page(other_site, "book/digits")
    scripts = list_attributes(page.select("script[data-quiz]"))
    assert [script.get("defer") for script in scripts] == [None] * 4 + ["defer"]


def read_sheet(other_site: Path, name: str) -> str:
    """Return a style sheet without its spaces and the semicolons at its ends."""
    return re.sub(r"\s|;(?=\s*})", "", (other_site / "_static" / name).read_text("utf-8"))


@pytest.mark.parametrize(
    "rule",
    [
        '@charset"utf-8";',
        '@importurl("quiz-more.css")screen;',
        "--quiz-tone:rgb(0,128,0)",
        "--quiz-by-script:7px",
        ".quiz{color:var(--quiz-tone);border:0solid;background:url(",
        ".quiz-button{padding:3px}",
        ".quiz.quiz-open{border-width:5px}",
        ".quiz-tone-b{outline:2pxsolid}",
        ".quizlinearGradient{stop-color:red}",
        ".quiz:not(.quiz-none)>[data-quiz],.quiz:has(>.quiz-none){top:0}",
        "@layerquiz{.quiz-button{letter-spacing:1px}}",
        "@supports(display:grid){.quiz{min-width:33px;&.quiz-fade{opacity:0.5}}}",
        r".w-50\%{width:123px}",
    ],
)
def test_rule_that_the_page_or_its_scripts_use_is_kept(other_site: Path, rule: str) -> None:
    assert rule in read_sheet(other_site, "quiz.css")


def test_rules_that_nothing_uses_are_dropped(other_site: Path) -> None:
    sheet = read_sheet(other_site, "quiz.css")
    for unused in (".quiz.quiz-none", "top:1px", "top:2px", "--quiz-by-none", "@media"):
        assert unused not in sheet
    assert read_sheet(other_site, "quiz-more.css") == ".quiz-button{margin:4px}"


@pytest.fixture
def address(other_site: Path) -> Iterator[str]:
    """Serve the site, and give its address."""

    class Handler(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *args: object) -> None:
            pass

    handler = functools.partial(Handler, directory=other_site)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def test_scripts_run_before_and_after_the_page_is_read_as_they_should(
    page: Page, address: str
) -> None:
    errors: list[object] = []
    page.on("pageerror", lambda error: errors.append(error))
    page.goto(f"{address}/book/start.html")
    page.wait_for_function("quizLog.length == 6")
    assert page.evaluate("quizLog") == [
        "first",
        "help",
        "second",
        "last, in a page that is loading",
        "text, with function",
        "module, with help",
    ]
    page.goto(f"{address}/book/digits.html")
    page.wait_for_function("quizLog.length == 5")
    assert page.evaluate("quizLog") == [
        "first",
        "help",
        "second",
        "module, with help",
        "last, in a page that is interactive",
    ]
    assert errors == []


def read_style(page: Page, selector: str, *names: str) -> list[str]:
    script = "(tag, names) => names.map(name => getComputedStyle(tag).getPropertyValue(name))"
    return page.locator(selector).evaluate(script, list(names))


def test_style_sheet_and_script_work_together(page: Page, address: str) -> None:
    page.goto(f"{address}/book/start.html")
    assert read_style(page, ".quiz", "color", "border-top-width", "min-width") == [
        "rgb(0, 128, 0)",
        "0px",
        "33px",
    ]
    assert read_style(
        page, ".quiz-button", "padding-left", "margin-left", "letter-spacing"
    ) == [
        "3px",
        "4px",
        "1px",
    ]
    assert read_style(page, ".quiz-fade", "opacity") == ["0.5"]
    assert read_style(page, "#fade", "stop-color") == ["rgb(255, 0, 0)"]
    page.get_by_role("button", name="Answer").click()
    assert read_style(
        page, ".quiz", "border-top-width", "outline-width", "border-top-left-radius", "width"
    ) == ["5px", "2px", "7px", "123px"]
