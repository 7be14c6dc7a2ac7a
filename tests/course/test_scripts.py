"""Scripts wait where that changes nothing, and what they may use is known."""

import re

import pytest
from sphinx.builders.html._assets import _JavaScript

from _ext.course.pages import PageContents
from _ext.course.scripts import (
    defer_script,
    find_composed_words,
    find_foreign_scripts,
    read_scripts,
)

OPTIONS = "\n  DOCUMENTATION_OPTIONS.theme_mode = '';\n  DOCUMENTATION_OPTIONS.a = 1;"


def test_script_in_a_file_is_deferred_with_all_that_it_has():
    script = _JavaScript("a.js", priority=7, **{"data-x": "y"})
    deferred = defer_script(script)
    assert deferred == _JavaScript("a.js", priority=7, **{"data-x": "y", "defer": "defer"})
    assert list(deferred.attributes) == ["data-x", "defer"]


@pytest.mark.parametrize(
    "script",
    [
        _JavaScript("a.js", **{"async": "async"}),
        _JavaScript("a.js", defer=""),
        _JavaScript("a.js", type="module"),
        _JavaScript("a.js", body="1"),
        _JavaScript("a.js", loading_method="async"),
        _JavaScript("", body="1"),
    ],
    ids=str,
)
def test_script_that_must_not_wait_or_waits_already_is_left_alone(script):
    assert defer_script(script) is script


def list_scripts(book, name: str = "index") -> list[str]:
    """Return names or code of the scripts of a page, with `+` before those that wait."""
    scripts = book.html(name).find_all("script")
    return [
        ("+" if tag.has_attr("defer") else "")
        + (
            tag["src"].split("?")[0].removeprefix("_static/")
            if tag.has_attr("src")
            else tag.string
        )
        for tag in scripts
    ]


@pytest.fixture
def build_scripts(make_book):
    """Return a function that builds a book with scripts: files by name, and inline code."""

    def build(*scripts: str, text: str = "# Title\n"):
        files = [(s, {}) if s.endswith("js") else (None, {"body": s}) for s in scripts]
        book = make_book(text, html_js_files=files)
        for name, _ in files:
            if name:
                book.write(f"_static/{name}", "")
        book.build()
        return book

    return build


def test_scripts_of_a_page_wait(build_scripts):
    scripts = list_scripts(build_scripts("a.js", "b.js"))
    assert scripts[0].startswith("const DOCUMENTATION_OPTIONS = {")
    assert all(script.startswith("+") for script in scripts[1:])
    assert scripts[-2:] == ["+a.js", "+b.js"]


def test_marks_of_a_search_are_for_the_search_page_alone(build_scripts):
    book = build_scripts("a.js")
    for name in ("index", "search"):
        marks = [script for script in list_scripts(book, name) if "sphinx_highlight" in script]
        assert len(marks) == (name == "search")


def test_scripts_before_an_inline_one_do_not_wait(build_scripts):
    scripts = list_scripts(build_scripts("a.js", "first()", "b.js", "second()", "c.js"))
    assert scripts[-5:] == ["a.js", "first()", "b.js", "second()", "+c.js"]
    assert not any(script.startswith("+") for script in scripts[:-1])


def test_options_of_the_theme_hold_nothing_up(build_scripts):
    scripts = list_scripts(build_scripts("a.js", OPTIONS))
    assert scripts[-2:] == ["+a.js", OPTIONS]


@pytest.mark.parametrize(
    "code", ["a();" + OPTIONS, OPTIONS + "a()", "DOCUMENTATION_OPTIONS = {};", "a = 1;"]
)
def test_other_inline_code_is_not_taken_for_options(build_scripts, code):
    assert list_scripts(build_scripts("a.js", code))[-2:] == ["a.js", code]


def test_scripts_of_the_search_page_wait(build_scripts):
    assert "+a.js" in list_scripts(build_scripts("a.js"), "search")


@pytest.mark.parametrize(
    "tag",
    [
        "<script>go()</script>",
        "<SCRIPT id='a'>go()</SCRIPT>",
        '<script type="text/javascript" data-src="x">go()</script>',
        "<script type=text/javascript>go()</script>",
    ],
)
def test_script_in_the_text_of_a_page_may_rely_on_those_above(build_scripts, tag):
    scripts = list_scripts(build_scripts("a.js", text=f"# Title\n\n{tag}\n"))
    assert scripts[-2:] == ["a.js", "go()"]
    assert not any(script.startswith("+") for script in scripts)


@pytest.mark.parametrize(
    "tag",
    [
        '<script type="application/json">{}</script>',
        "<script id=a type='module'>a</script>",
        '<script defer src="_static/a.js"></script>',
        "<p>A script</p>",
    ],
)
def test_script_in_the_text_that_waits_itself_holds_nothing_up(build_scripts, tag):
    assert "+a.js" in list_scripts(build_scripts("a.js", text=f"# Title\n\n{tag}\n"))


@pytest.fixture
def site(tmp_path):
    """The folder of a site with scripts, some of which name others."""
    scripts = {
        "_static/main.js": "import('./part.mjs'); add('main-class')",
        "_static/part.mjs": "add('part-class', \"lazy.js\")",
        "_static/vendor/lazy.js": "add('lazy-class')",
        "_static/inline.js": "add('inline-class')",
        "_static/never.js": "add('never-class')",
        "_static/one/index.js": "add('one-class')",
        "_static/two/index.js": "add('two-class')",
        "_static/data.json": '"json-class"',
        "elsewhere/own.js": "add('own-class')",
    }
    for name, code in scripts.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(code)
    return tmp_path


def find_classes(site, *pages: PageContents) -> set[str]:
    return set(re.findall(r"(\w+)-class", "\n".join(read_scripts(site, pages))))


@pytest.mark.parametrize(
    ("contents", "classes"),
    [
        (PageContents(), set()),
        (PageContents(scripts=["_static/main.js"]), {"main", "part", "lazy"}),
        (PageContents(scripts=["_static/part.mjs"]), {"part", "lazy"}),
        (PageContents(code="add('x-class'); load(`inline.js`)"), {"x", "inline"}),
        (PageContents(scripts=["_static/one/index.js"]), {"one"}),
        (PageContents(code="import('./index.js')"), {"one", "two"}),
        (PageContents(scripts=["elsewhere/own.js"]), {"own"}),
    ],
)
def test_words_of_scripts_are_found_where_pages_lead_to_them(site, contents, classes):
    assert find_classes(site, contents) == classes


def test_scripts_from_elsewhere_are_found(site):
    here = PageContents(scripts=["_static/main.js", "elsewhere/own.js"])
    there = PageContents(scripts=["https://example.org/main.js", "_static/none.js"])
    assert find_foreign_scripts(site, [here]) == set()
    assert find_foreign_scripts(site, [here, there]) == set(there.scripts)


def test_words_of_all_pages_are_found(site):
    pages = [PageContents(code="add('a-class')"), PageContents(code="add('b-class')")]
    assert find_classes(site, *pages, PageContents(scripts=["_static/never.js"])) == {
        "a",
        "b",
        "never",
    }


def test_scripts_that_name_each_other_come_to_an_end(site):
    (site / "_static/part.mjs").write_text(
        "import './main.js'; import './part.mjs'; 'part-class'"
    )
    assert find_classes(site, PageContents(scripts=["_static/main.js"])) == {"main", "part"}


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ('add("btn-" + size)', {"btn-big", "btn-small"}),
        ("add('is-on btn-' + size)", {"btn-big", "btn-small"}),
        ("add(`btn-${size}`)", {"btn-big", "btn-small"}),
        ("add(kind + '-big')", {"btn-big"}),
        ("add(`${kind}-big`)", {"btn-big"}),
        ('add("is_" + state)', {"is_on"}),
        ('add(state + "_on")', {"is_on"}),
        ('set("--tone-" + n)', {"--tone-1"}),
        ("i--; a-1; a - 'big'; '-1'; '-'; `${a}-${b}`", set()),
        ('"btn", "big"', set()),
        ("", set()),
    ],
)
def test_words_that_scripts_put_together_are_found(code, words):
    known = {"btn-big", "btn-small", "is_on", "--tone-1", "i-1", "i--", "p-1", "big", "-"}
    assert find_composed_words([code], known) == words
    assert find_composed_words(["other()", code], known) == words
