"""The bibliography is listed by the words with which the text cites."""

import pytest
from docutils import nodes
from pybtex.database import Entry, Person

from _ext.course.bibliography import AuthorYearSorting, format_citation, list_citations


def make_entry(*authors: str, year: str = "2020", **fields: str) -> Entry:
    people = {"author": [Person(name) for name in authors]} if authors else {}
    return Entry("article", fields={"title": "A title", "year": year, **fields}, persons=people)


@pytest.mark.parametrize(
    ("entry", "words"),
    [
        (make_entry("Ng, Andrew"), "Ng, 2020"),
        (make_entry("Ng, Andrew", "Li, Fei"), "Ng and Li, 2020"),
        (make_entry("Ng, A.", "Li, F.", "Xu, W."), "Ng et al., 2020"),
        (make_entry("Ng, A.", year="2020a"), "Ng, 2020a"),
        (make_entry("de Boer, A.", "{WHO}"), "de Boer and WHO, 2020"),
        (make_entry(), "A title, 2020"),
    ],
)
def test_citation_gives_authors_and_year(entry, words):
    assert format_citation(entry) == words


def test_sorting_looks_past_capitals_and_accents():
    sorting = AuthorYearSorting()
    entries = [make_entry(name) for name in ("Zhu, A", "de Boer, A", "Émile, A", "Dean, A")]
    keys = [sorting.sorting_key(entry) for entry in entries]
    assert keys == ["zhu, 2020", "de boer, 2020", "emile, 2020", "dean, 2020"]


BIBLIOGRAPHY = """\
@article{zhu2020, author = {Zhu, An}, title = {Late}, journal = {J}, year = {2020}}
@article{aerts2021, author = {Äerts, Bo}, title = {Early}, journal = {J}, year = {2021}}
@article{aerts2019, author = {aerts, Bo}, title = {First}, journal = {J}, year = {2019}}
"""
PAGE = "# Title\n\nAs {cite:t}`zhu2020,aerts2021,aerts2019` say.\n\n```{bibliography}\n```\n"


@pytest.fixture
def book(make_book):
    book = make_book(PAGE)
    book.write("references.bib", BIBLIOGRAPHY)
    return book


def test_works_are_a_plain_list_in_the_order_of_their_labels(book):
    book.build()
    assert book.warnings == []
    works = book.find("ul.citation-list").find_all("li", recursive=False)
    labels = [work.find("p", class_="label").get_text() for work in works]
    assert labels == ["aerts, 2019", "Äerts, 2021", "Zhu, 2020"]
    assert [work["class"] for work in works] == [["citation"]] * 3
    assert [work.find_all("p")[-1].get_text().split(".")[1] for work in works] == [
        " First",
        " Early",
        " Late",
    ]
    targets = [link["href"].removeprefix("#") for link in book.html().select("p a.internal")]
    assert sorted(targets) == sorted(work["id"] for work in works)
    assert book.html().select("[role]") == []


def test_bibliography_of_one_work_is_a_list(book):
    book.write("index.md", PAGE.replace("zhu2020,aerts2021,aerts2019", "zhu2020"))
    book.build()
    assert len(book.html().select("ul.citation-list > li.citation")) == 1


def test_page_without_bibliography_is_left_alone(parse):
    doctree = parse("# Title\n\nText.\n\n- a list\n")
    before = doctree.pformat()
    list_citations(None, doctree, "index")
    assert doctree.pformat() == before


def test_each_run_of_citations_is_a_list_of_its_own():
    def cite(name: str) -> nodes.citation:
        return nodes.citation("", nodes.label("", name), nodes.paragraph("", name), ids=[name])

    doctree = nodes.section(
        "", cite("a"), cite("b"), nodes.paragraph("", "between"), cite("c"), nodes.note()
    )
    list_citations(None, doctree, "index")
    assert [node.tagname for node in doctree] == [
        "bullet_list",
        "paragraph",
        "bullet_list",
        "note",
    ]
    first, second = doctree[0], doctree[2]
    assert [work["ids"] for work in first] == [["a"], ["b"]]
    assert [work["ids"] for work in second] == [["c"]]
    assert first["classes"] == ["citation-list"]
    assert first[0].pformat() == (
        '<list_item classes="citation" ids="a">\n'
        '    <paragraph classes="label">\n        a\n'
        "    <paragraph>\n        a\n"
    )


def test_works_that_are_cited_alike_are_refused(book):
    book.write(
        "references.bib",
        BIBLIOGRAPHY.replace("{aerts, Bo}", "{Zhu, Wu}").replace("2019}}", "2020}}"),
    )
    book.build()
    assert book.warnings == [
        'index.md:5: WARNING: duplicate label "Zhu, 2020" for keys "zhu2020" and "aerts2019" '
        "[bibtex.duplicate_label]"
    ]
