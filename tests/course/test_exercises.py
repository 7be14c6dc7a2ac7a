"""Boxes of the class `dropdown` fold without a script, and ids stay unique."""

import pytest

EXERCISE = """
:::{{exercise-start}} By hand
:label: ex-{0}
:::
Add.
:::{{exercise-end}}
:::

:::{{solution-start}} ex-{0}
:label: sol-{0}
{1}
:::
Two.
:::{{solution-end}}
:::
"""
FOLDED = EXERCISE.format("a", ":class: dropdown")
UNFOLDED = EXERCISE.format("b", "")


def test_exercises_of_one_page_have_no_id_twice(build_book):
    book = build_book("# Title\n" + FOLDED + UNFOLDED)
    assert book.warnings == []
    ids = [tag["id"] for tag in book.html().select("[id]")]
    assert ids == ["title", "ex-a", "sol-a", "ex-b", "sol-b"]
    sections = [tag["class"] for tag in book.html().select("section section")]
    assert sections == [["exercise-content"], ["solution-content"]] * 2


def test_solution_that_asks_for_it_is_folded(build_book):
    book = build_book("# Title\n" + FOLDED)
    solution = book.find("#sol-a")
    assert solution.name == "details"
    assert solution["class"] == ["admonition", "solution", "dropdown"]
    assert solution.get("open") is None
    title, content = solution.find_all(recursive=False)
    assert title.name == "summary"
    assert title["class"] == ["admonition-title"]
    assert book.text("summary") == "Solution to Exercise 1 (By hand)"
    assert title.find("a") is None, "a link inside of a control"
    assert content.get_text(strip=True) == "Two."


def test_solution_that_does_not_ask_stays_unfolded(build_book):
    book = build_book("# Title\n" + UNFOLDED)
    assert book.warnings == []
    solution = book.find("#sol-b")
    assert solution.name == "div"
    assert solution.find("a")["href"] == "#ex-b"
    assert book.html().find("details") is None


@pytest.mark.parametrize(
    ("box", "classes", "title"),
    [
        ("{admonition} *Asides* can [wait](x)", ["admonition"], "Asides can wait"),
        ("{note}", ["admonition", "note"], "Note"),
        ("{warning}", ["admonition", "warning"], "Warning"),
        ("{seealso}", ["admonition", "seealso"], "See also"),
    ],
)
def test_admonition_of_the_class_dropdown_is_folded(build_book, box, classes, title):
    text = (
        f"# Title\n\n(x)=\n:::{box}\n:class: dropdown spare\n:name: box\nFirst.\n\nLast.\n:::\n"
    )
    book = build_book(text)
    assert book.warnings == []
    folded = book.find("details")
    assert sorted(folded["class"]) == sorted([*classes, "spare", "dropdown"])
    assert book.find("summary")["class"] == ["admonition-title"]
    assert book.text("summary") == title
    assert [p.get_text() for p in folded.find_all("p")] == ["First.", "Last."]
    assert folded.find("summary").find("a") is None
    assert {"x", "box"}.issuperset({folded["id"]})


def test_admonition_without_the_class_is_not_folded(build_book):
    book = build_book("# Title\n\n:::{note}\nText.\n:::\n")
    assert book.html().find("details") is None
    assert book.find("div.note p.admonition-title").get_text() == "Note"


def test_folded_box_keeps_its_place_in_the_source(build_book):
    text = "# Title\n\n:::{note}\n:class: dropdown\nText.\n:::\n"
    (box,) = build_book(text).doctree().findall(lambda n: n.tagname == "dropdown_main")
    assert box.source.endswith("index.md")
    assert box.line == 3
