"""Terms of the glossary are linked where they are first used, and back."""

import string
from types import SimpleNamespace

import pytest
from docutils import nodes

from _ext.course.glossary import (
    GlossaryCollector,
    compile_terms,
    find_bold_words,
    get_records,
    is_running_text,
    link_first_uses,
)

GLOSSARY = """\
# Glossary

:::{glossary}
mean
  The sum by the count.

  It has a unit.

loss
  How wrong a model is.

loss curve
  The loss over epochs.
:::
"""
CHAPTER = "# A chapter\n\nThe **mean** has a loss. Its loss falls.\n"


def show(parts: list[nodes.Node]) -> list[str | tuple[str, str]]:
    """Return texts as they are, and links as their words and addresses."""
    return [
        (part.astext(), part["refuri"]) if isinstance(part, nodes.reference) else str(part)
        for part in parts
    ]


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("no term", ["no term"]),
        ("the loss", ["the ", ("loss", "g#l"), ""]),
        ("Losses fall", ["", ("Losses", "g#l"), " fall"]),
        ("the loss, the loss", ["the ", ("loss", "g#l"), ", the loss"]),
        ("a loss curve", ["a ", ("loss curve", "g#c"), ""]),
        ("loss of loss curves", ["", ("loss", "g#l"), " of ", ("loss curves", "g#c"), ""]),
        ("lossless, floss, loss-free, non-loss", ["lossless, floss, loss-free, non-loss"]),
        (
            "loss curve, loss curve, loss",
            ["", ("loss curve", "g#c"), ", loss curve, ", ("loss", "g#l"), ""],
        ),
        ("(loss)", ["(", ("loss", "g#l"), ")"]),
        ("ReLU (x)", ["", ("ReLU (x)", "g#r"), ""]),
        ("relu (xs)", ["relu (xs)"]),
    ],
)
def test_first_use_of_a_term_becomes_a_link(text, parts):
    uris = {"loss": "g#l", "loss curve": "g#c", "relu (x)": "g#r"}
    assert show(link_first_uses(text, compile_terms(uris), uris)) == parts


def test_linked_terms_are_taken_from_the_rest():
    uris = {"loss": "g#l", "mean": "g#m"}
    _, link, _ = link_first_uses("a loss", compile_terms(uris), uris)
    assert uris == {"mean": "g#m"}
    assert link.attributes["internal"] is True
    assert link["classes"] == ["term"]


def test_words_in_bold_are_found_in_lower_case(parse):
    assert find_bold_words(parse("A **Mean** and a **loss *curve***, *not* this.")) == {
        "mean",
        "loss curve",
    }


@pytest.mark.parametrize(
    ("text", "is_running"),
    [
        ("loss", True),
        ("*loss*", True),
        ("- loss", True),
        ("**loss**", False),
        ("`loss`", False),
        ("# loss", False),
        ("[loss](https://x)", False),
        ("[*loss*](https://x)", False),
        ("$loss$", False),
        ('<abbr title="x">loss</abbr>', True),
        ("```\nloss\n```", True),
        (":::{note}\nloss\n:::", True),
        (":::{note}\n:class: objectives\nloss\n:::", False),
        (":::{note}\n:class: unlinked\nloss\n:::", False),
    ],
)
def test_text_may_hold_a_link_unless_it_is_code_or_a_title_or_a_link(parse, text, is_running):
    (node,) = [t for t in parse(text).findall(nodes.Text) if t.astext().strip() == "loss"]
    assert is_running_text(node) is is_running


def test_text_without_a_place_may_not_hold_a_link():
    assert is_running_text(nodes.Text("loss")) is False


@pytest.fixture
def book(make_book):
    """A book of two numbered chapters and a glossary."""
    book = make_book(
        "# Title\n\nThe mean loss.\n\n```{toctree}\nglossary\n```\n",
        {"one": CHAPTER, "two": "# Two\n\n**Loss**, mean, {unlinked}`loss curve`.\n"},
    )
    book.write("glossary.md", GLOSSARY)
    return book


def find_links(book, name):
    """Return words and addresses of the links in the text of a page."""
    links = book.html(name).select("p a.internal, dd a.internal")
    return [(link.get_text(), link["href"]) for link in links]


def test_chapters_and_glossary_are_linked_both_ways(book):
    book.build()
    assert book.warnings == []
    assert find_links(book, "one") == [("loss", "glossary.html#term-loss")]
    assert find_links(book, "two") == [("mean", "glossary.html#term-mean")]
    assert find_links(book, "glossary") == [
        ("chapter\N{NO-BREAK SPACE}1", "one.html"),
        ("chapter\N{NO-BREAK SPACE}2", "two.html"),
    ]
    assert [entry.get_text() for entry in book.html("glossary").select("dd p:last-child")] == [
        "It has a unit. (chapter\N{NO-BREAK SPACE}1)",
        "How wrong a model is. (chapter\N{NO-BREAK SPACE}2)",
        "The loss over epochs.",
    ]
    (link,) = book.html("one").select("p a")
    assert link["class"] == ["term", "reference", "internal"]


def test_first_page_has_no_links_to_the_glossary(book):
    book.build()
    assert find_links(book, "index") == []


def test_word_that_opts_out_is_shown_without_a_link(book):
    book.write("one.md", "# One\n\nA {unlinked}`loss` of words, a **term**.\n")
    book.build()
    assert book.warnings == []
    assert find_links(book, "one") == []
    assert str(book.find("p .unlinked", "one")) == '<span class="unlinked">loss</span>'


def test_longer_term_that_opts_out_leaves_the_shorter_to_the_next(book):
    book.write("one.md", "# One\n\nA {unlinked}`loss curve`, a loss, a loss.\n")
    book.build()
    assert book.text("p", "one") == "A loss curve, a loss, a loss."
    assert find_links(book, "one") == [("loss", "glossary.html#term-loss")]


def test_links_lead_out_of_and_into_folders(book):
    book.write("book/deep.md", "# Deep\n\nThe **loss curve** and the mean.\n")
    book.write("index.md", "# Title\n\n```{toctree}\n:numbered:\nbook/deep\nglossary\n```\n")
    book.build()
    assert find_links(book, "book/deep") == [("mean", "../glossary.html#term-mean")]
    assert ("chapter\N{NO-BREAK SPACE}1", "book/deep.html") in find_links(book, "glossary")


def test_page_without_a_number_is_no_chapter(book):
    book.write("index.md", "# Title\n\n```{toctree}\none\ntwo\nglossary\n```\n")
    book.build()
    assert find_links(book, "glossary") == []


def test_glossary_may_have_another_name(book):
    (book.root / "glossary.md").rename(book.root / "terms.md")
    index = (book.root / "index.md").read_text()
    book.write("index.md", index.replace("glossary", "terms"))
    book.build()
    assert book.warnings == []
    assert find_links(book, "one") == [("loss", "terms.html#term-loss")]
    assert [address for _, address in find_links(book, "terms")] == ["one.html", "two.html"]


def test_book_without_a_glossary_has_no_links(build_book):
    book = build_book("# Title\n", {"one": CHAPTER})
    assert book.warnings == []
    assert find_links(book, "one") == []


def test_unchanged_book_is_not_written_again(book):
    book.build()
    book.build()
    assert book.written() == set()


def test_prose_edit_writes_that_page_alone(book):
    book.build()
    book.write("two.md", "# Two\n\n**Loss** and the mean.\n")
    book.build()
    assert book.written() == {"index", "two"}


def test_new_term_is_linked_on_all_pages(book):
    book.build()
    book.write("glossary.md", GLOSSARY.replace("loss curve", "epoch").replace("mean", "fall"))
    book.write("one.md", CHAPTER)
    book.build()
    assert {"one", "two"} <= book.written()
    assert find_links(book, "two") == []


def test_term_that_is_added_is_linked_on_pages_that_are_left_alone(book):
    book.write("three.md", "# Three\n\nA fall.\n")
    index = (book.root / "index.md").read_text()
    book.write("index.md", index.replace("two\n", "two\nthree\n"))
    book.build()
    assert find_links(book, "three") == []
    book.write("glossary.md", GLOSSARY.replace("\nmean\n", "\nfall\n: It falls.\n\nmean\n"))
    book.build()
    assert find_links(book, "three") == [("fall", "glossary.html#term-fall")]


def test_chapter_that_defines_another_term_renews_the_glossary(book):
    book.build()
    book.write("two.md", "# Two\n\nLoss, **mean**.\n")
    book.build()
    assert "glossary" in book.written()
    assert "one" not in book.written()
    assert ("chapter\N{NO-BREAK SPACE}2", "two.html") in find_links(book, "glossary")


def test_term_within_a_tag_is_left_alone(book):
    book.write("one.md", '# One\n\nA <abbr title="loss">fall</abbr> of the loss.\n')
    book.build()
    assert [link.previous_sibling for link in book.html("one").select("p a")] == [" of the "]


def test_chapters_that_change_places_renew_the_glossary(book):
    book.build()
    index = (book.root / "index.md").read_text()
    book.write("index.md", index.replace("one\ntwo\n", "two\none\n"))
    book.build()
    assert find_links(book, "glossary") == [
        ("chapter\N{NO-BREAK SPACE}2", "one.html"),
        ("chapter\N{NO-BREAK SPACE}1", "two.html"),
    ]


def test_removed_chapter_is_forgotten(book):
    book.build()
    (book.root / "two.md").unlink()
    index = (book.root / "index.md").read_text()
    book.write("index.md", index.replace("two\n", ""))
    book.build()
    assert book.warnings == []
    assert set(get_records(book.app.env).bold_words) == {"index", "one", "glossary"}
    assert find_links(book, "glossary") == [("chapter\N{NO-BREAK SPACE}1", "one.html")]


def test_words_that_another_process_has_read_are_taken_over(book):
    book.build()
    env, other = book.app.env, SimpleNamespace()
    before = dict(get_records(env).bold_words)
    get_records(other).bold_words.update(two={"mean"}, three={"mode"}, four={"range"})
    GlossaryCollector().merge_other(book.app, env, {"two", "three"}, other)
    assert get_records(env).bold_words == before | {"two": {"mean"}, "three": {"mode"}}


def test_letters_lead_to_the_first_of_their_terms(book):
    book.build()
    letters = book.find("nav.letters", "glossary").find_all("li")
    assert [letter.get_text() for letter in letters] == list(string.ascii_uppercase)
    links = book.html("glossary").select("nav.letters a")
    assert [(link.get_text(), link["href"]) for link in links] == [
        ("L", "#term-loss"),
        ("M", "#term-mean"),
    ]


def test_letters_have_no_terms_that_begin_with_another_sign(book):
    book.write(
        "glossary.md", GLOSSARY.replace("mean\n", "0/1 loss\n").replace("loss\n", "Élan\n")
    )
    book.build()
    assert [link.get_text() for link in book.html("glossary").select("nav.letters a")] == ["L"]


def test_field_above_the_glossary_is_hidden_without_scripts_and_on_paper(book):
    book.build()
    field = book.find("#filter-terms", "glossary")
    assert field.parent["class"] == ["filter", "pst-js-only", "d-print-none"]
    assert book.text("label[for=filter-terms]", "glossary") == "Filter terms"
    assert "d-print-none" in book.find("nav.letters", "glossary")["class"]
    assert book.html("one").select(".letters, .filter") == []


def test_page_with_a_glossary_alone_loads_the_script_that_filters_it(book):
    book.write("_static/glossary.mjs", "")
    book.build()

    def find_script(name):
        return [s for s in book.html(name)("script") if "glossary.mjs" in s.get("src", "")]

    (script,) = find_script("glossary")
    assert script["type"] == "module"
    assert not find_script("one")
    assert not find_script("index")
    assert not find_script("search")
