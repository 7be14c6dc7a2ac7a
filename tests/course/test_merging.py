"""Tags of style sheets and scripts are merged where that changes nothing."""

import re
from pathlib import Path

import pytest

from _ext.course.cache import Cache
from _ext.course.merging import (
    Merger,
    keep_loaded,
    merge_files,
    merge_scripts,
    merge_sheet,
    part_files,
    read_lists,
)
from _ext.course.pages import PageContents

FILES = {
    "_static/a.css": "a { top: 0 }",
    "_static/b.css": "b { top: 0 }",
    "_static/deep/imports.css": '@import "../a.css"; c { top: 0 }',
    "_static/under-a-condition.css": "@import url(a.css) print;",
    "_static/imports-that.css": "@import url(under-a-condition.css);",
    "_static/imports-nothing.css": "@import url(none.css);",
    "_static/names.css": "@namespace svg url(http://www.w3.org/2000/svg);",
    "_static/a.js": "one()",
    "_static/b.js": "two()",
    "_static/own-tag.js": "document.currentScript.dataset.x",
    "_static/imports.js": "import('./part.mjs')",
    "_static/looks.js": "document.querySelector('script[src]')",
    "_static/lists.js": "document.scripts[0]",
    "_static/adds.js": 'document.createElement("script")',
    "searchindex.js": "Search.setIndex({})",
}


@pytest.fixture
def merger(tmp_path: Path) -> Merger:
    for name, text in FILES.items():
        path = tmp_path / "site" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return Merger(tmp_path / "site", "/base/", tmp_path / "merging" / "lists")


def link(name: str, attributes: str = "") -> str:
    return f'<link rel="stylesheet" href="../{name}?v=1"{attributes}>'


def script(name: str, attributes: str = " defer") -> str:
    return f'<script{attributes} src="../{name}"></script>'


def merge(merger: Merger, *tags: str) -> tuple[str, list[list[str]]]:
    """Return the merged tags of a page in a folder, and the lists of what was merged.

    In the tags stand the numbers of the lists.
    """
    text = merger.merge_tags("\n".join(tags), "book")
    lists = read_lists(merger.lists)
    ordered = sorted(lists, key=text.find)
    for number, name in enumerate(ordered):
        text = text.replace(f"../{name}", str(number))
    return text, [lists[name] for name in ordered]


def test_sheets_become_one(merger: Merger) -> None:
    typed = link("_static/deep/imports.css", ' type="text/css"')
    text, lists = merge(merger, link("_static/a.css"), "<!-- then -->", typed)
    assert text == '<link href="0" rel="stylesheet"/>'
    assert lists == [["_static/a.css", "_static/deep/imports.css"]]


def test_scripts_that_wait_become_one_also_around_those_that_do_not(merger: Merger) -> None:
    inline = "<script>A &amp; '&' < b</script>"
    tags = (script("_static/a.js"), inline, script("_static/b.js"), script("_static/adds.js"))
    text, lists = merge(merger, *tags)
    assert text == f'{inline}\n<script defer="" src="0"></script>'
    (name,) = read_lists(merger.lists)
    assert name.endswith(".js")
    assert lists == [["_static/a.js", "_static/b.js", "_static/adds.js"]]


@pytest.mark.parametrize(
    "tag",
    [
        link("_static/b.css", ' media="print"'),
        link("_static/b.css", ' data-x=""'),
        link("_static/under-a-condition.css"),
        link("_static/imports-that.css"),
        link("_static/imports-nothing.css"),
        link("_static/names.css"),
        link("_static/none.css"),
        link("other.css"),
        '<link rel="stylesheet" href="https://example.org/b.css">',
        "<style>b { top: 0 }</style>",
        f"<noscript>{link('_static/b.css')}</noscript>",
    ],
)
def test_other_sheets_keep_their_tags_and_their_turns(merger: Merger, tag: str) -> None:
    first, last = link("_static/a.css"), link("_static/deep/imports.css")
    text, lists = merge(merger, first, first.replace("a.css", "b.css"), tag, last, tag)
    assert lists == [["_static/a.css", "_static/b.css"]]
    lines = text.splitlines()
    own = int("href" in tag)
    assert [line.count("href") for line in lines] == [1, own, 1, own]
    assert lines[2].count("deep/imports.css?v=1")
    assert lines[1] == lines[3]


@pytest.mark.parametrize(
    "tag",
    [
        script("_static/own-tag.js"),
        script("_static/imports.js"),
        script("_static/looks.js"),
        script("_static/lists.js"),
        script("searchindex.js"),
        script("_static/none.js"),
        script("_static/adds.js", ' defer data-x="1"'),
        script("_static/adds.js", ' type="module"'),
    ],
)
def test_other_scripts_that_wait_keep_their_tags_and_their_turns(
    merger: Merger, tag: str
) -> None:
    tags = [script(f"_static/{name}.js") for name in ("a", "b")]
    text, lists = merge(merger, tags[0], tag, tags[1])
    assert not lists
    found = re.findall(r'src="[^"]*"', text)
    assert found == re.findall(r'src="[^"]*"', tags[0] + tag + tags[1])


@pytest.mark.parametrize("attributes", ["", " async"])
def test_scripts_that_do_not_wait_are_left_alone(merger: Merger, attributes: str) -> None:
    tags = [script(f"_static/{name}.js", attributes) for name in ("a", "b")]
    text, lists = merge(merger, *tags)
    assert not lists
    assert text.count("src=") == 2


def test_file_that_is_named_twice_is_not_merged_with_itself(merger: Merger) -> None:
    text, lists = merge(merger, *[link("_static/a.css"), link("_static/b.css")] * 2)
    assert text.splitlines() == ['<link href="0" rel="stylesheet"/>'] * 2
    assert lists == [["_static/a.css", "_static/b.css"]]


def test_merged_file_has_another_name_when_one_of_its_parts_changes(merger: Merger) -> None:
    tags = link("_static/a.css") + link("_static/b.css")
    before = merger.merge_tags(tags, "book")
    assert merger.merge_tags(tags, "book") == before
    (merger.site / "_static/b.css").write_text("b { top: 1px }")
    assert merger.merge_tags(tags, "book") != before


def test_tags_of_pages_are_merged_where_the_template_says(merger: Merger) -> None:
    tags = link("_static/a.css") + link("_static/b.css")
    page = f"<p>{tags}</p><!-- merge -->{tags}<!-- to here --><p>€</p>"
    tops = {"404.html": "/base/", "book/a.html": "../", "index.html": ""}
    for page_name, top in tops.items():
        path = merger.site / page_name
        path.parent.mkdir(exist_ok=True)
        path.write_text(page.replace("../", top), "utf-8")
    merger.merge_pages()
    (name,) = read_lists(merger.lists)
    assert name.endswith(".css")
    for page_name, top in tops.items():
        text = (merger.site / page_name).read_text("utf-8")
        assert text.endswith(f'</p><link href="{top}{name}" rel="stylesheet"/><p>€</p>')
        assert text.count("a.css") == 1


def test_pages_load_the_parts_of_merged_files() -> None:
    pages = [PageContents(sheets=["m.css", "c.css"], scripts=["m.js", "c.js"]), PageContents()]
    lists = {"m.css": ["a.css", "b.css"], "m.js": ["a.js"], "old.js": ["b.js"]}
    kept = keep_loaded(lists, pages)
    assert kept.keys() == {"m.css", "m.js"}
    part_files(pages, kept)
    assert pages == [
        PageContents(sheets=["a.css", "b.css", "c.css"], scripts=["a.js", "c.js"]),
        PageContents(),
    ]


def test_sheet_means_the_same_from_another_folder() -> None:
    sheets = {
        "_static/deep/a.css": (
            "/* Note: url(x.png) */ @import '../b.css';\n"
            "a { background: url(x.png) } b { background: url('../y.png?z') }\n"
            "c { background: url(data:image/png;base64,AA), url(/z.png), url(#d), "
            "url(https://example.org/e.png) }"
        ),
        "_static/b.css": 'b{src:url("fonts/f.woff2")}',
    }
    assert merge_sheet("_static/deep/a.css", sheets.__getitem__).split("\n") == [
        'b{src:url("../fonts/f.woff2")}',
        "a { background: url(../deep/x.png) }",
        'b { background: url("../y.png?z") }',
        "c { background: url(data:image/png;base64,AA), url(/z.png), url(#d), "
        "url(https://example.org/e.png) }",
    ]


def test_sheet_that_is_not_closed_does_not_take_in_the_next() -> None:
    assert merge_sheet("a.css", {"a.css": "a { top: 0; /* ..."}.__getitem__) == "a { top: 0; }"


def test_scripts_run_one_by_one_under_their_names() -> None:
    scripts = {
        "_static/a.js": "'use strict'; // €\n//# sourceMappingURL=a.js.map\n",
        "_static/b.js": "b()",
    }
    text = merge_scripts(list(scripts), scripts.__getitem__)
    assert "'use strict'; // €\\n\\n\\n//# sourceURL=_static/a.js\"" in text
    assert '"b()\\n//# sourceURL=_static/b.js"' in text
    assert "sourceMappingURL" not in text


def test_merged_files_are_made_and_sheets_kept(tmp_path: Path) -> None:
    texts = {"a.css": "a{top:0}", "b.css": "@import 'c.css';", "c.css": "c{top:0}", "a.js": "1"}
    lists = {"m.css": ["a.css", "b.css"], "m.js": ["a.js"]}

    def make() -> dict[str, bytes]:
        return merge_files(lists, texts.__getitem__, Cache(tmp_path))

    files = make()
    assert files["m.css"] == b"a{top:0}\nc{top:0}"
    assert b"1\\n//# sourceURL=a.js" in files["m.js"]
    texts["c.css"] = "c{top:1px}"
    assert make()["m.css"] == b"a{top:0}\nc{top:1px}"
    for path in tmp_path.iterdir():
        path.write_bytes(b"kept")
    assert make()["m.css"] == b"kept\nkept"
