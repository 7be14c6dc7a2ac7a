"""The list of chapters says what their boxes say, in the order of reading."""

from types import SimpleNamespace

import pytest
from tiny_book import TinyBook

from _ext.course.chapter_map import (
    ChapterMapCollector,
    Overview,
    find_objectives,
    get_records,
    make_hours,
    read_overview,
)

BOX = """\
:::{{admonition}} In this chapter
:class: {0}

**Questions:** {1}

**Path:** {3}; needs nothing.

**Time:** {2}
:::
"""


def make_chapter(
    title: str, question: str, reading: int, exercises: int, path: str = "core"
) -> str:
    times = f"{reading} minutes to read, {exercises} for the exercises."
    return f"# {title}\n\n" + BOX.format("objectives", question, times, path)


MAP = "# Title\n\nText.\n\n```{chapter-map}\n```\n"


@pytest.mark.parametrize(
    ("question", "times", "path", "overview"),
    [
        (
            "What? Why?",
            "20 minutes to read, 5 for the exercises.",
            "core",
            Overview("What?", 20, 5, True),
        ),
        (
            "What\nis *it*?",
            "1 minute to read, 12 for the exercises",
            "further",
            Overview("What is it?", 1, 12, False),
        ),
        ("No question.", "20 minutes to read, 5 for the exercises.", "core", None),
        ("What?", "20 minutes.", "core", None),
        ("What?", "20 minutes to read, 5 for the exercises.", "another", None),
    ],
)
def test_box_of_objectives_gives_question_times_and_path(
    parse, question, times, path, overview
):
    doctree = parse(BOX.format("objectives", question, times, path))
    assert read_overview(find_objectives(doctree)) == overview


def test_other_boxes_are_passed_over(parse):
    times = "{} minutes to read, 3 for the exercises."
    text = BOX.format("tip", "Who?", times.format(2), "core")
    text += "\n" + BOX.format("objectives", "Which?", times.format(4), "core")
    assert read_overview(find_objectives(parse(text))) == Overview("Which?", 4, 3, True)
    assert find_objectives(parse("# Title\n\nText.\n")) is None


@pytest.mark.parametrize("part", ["What?", "**Path:**", "**Time:**"])
def test_chapter_that_would_be_missing_from_the_list_is_refused_at_its_box(book, part):
    text = make_chapter("Second", "What?", 80, 35)
    book.write("b/two.md", text.replace(part, "No."))
    book.write("extra.md", "# Extra\n\n" + BOX.format("objectives", "No.", "None.", "none"))
    book.build()
    assert book.warnings == [
        "b/two.md:3: WARNING: the box of objectives lacks a question, the path or the times, "
        "without which the chapter is not listed [course.chapter_map]"
    ]


def read_cards(book: TinyBook, name: str = "index") -> list[list[str]]:
    cards = book.html(name).select("ul.chapters > li")
    return [[line.get_text() for line in card.find_all("p")] for card in cards]


@pytest.fixture
def book(make_book):
    """A book of two chapters with boxes, one without, and a page without a number."""
    pages = {
        "b/two": make_chapter("Second *thing*", "What?", 80, 35, "further"),
        "none": "# None\n\nText.\n",
        "a": make_chapter("A thing", "Why?", 40, 20),
    }
    book = make_book(MAP, pages)
    extra = (book.root / "index.md").read_text() + "\n```{toctree}\nextra\n```\n"
    book.write("index.md", extra)
    book.write("extra.md", make_chapter("Extra", "Who?", 3, 4))
    return book


def test_chapters_are_listed_in_the_order_of_the_contents(book):
    book.build()
    assert book.warnings == []
    assert read_cards(book) == [
        ["Chapter 1", "Second thing", "What?", "80 min to read, 35 min of exercises · further"],
        ["Chapter 3", "A thing", "Why?", "40 min to read, 20 min of exercises"],
    ]
    links = book.html().select(".chapters a")
    assert [link["href"] for link in links] == ["b/two.html", "a.html"]
    assert [link["class"] for link in links] == [["reference", "internal"]] * 2


def test_hours_are_those_of_the_core_path_and_of_the_whole(book):
    text = (book.root / "index.md").read_text()
    book.write("index.md", text + "\n```{course-hours}\n```\n")
    book.build()
    assert book.warnings == []
    assert book.text("p.hours") == (
        "Its core path takes about 1 hours to read and 0 for the exercises; "
        "the whole course takes 2 and 1."
    )


def test_hours_have_sixty_minutes():
    """Of 61 they would be fewer."""
    hours = make_hours([Overview("What?", 90, 210, True)])
    assert hours.astext().startswith(
        "Its core path takes about 2 hours to read and 4 for the exercises"
    )


def test_lines_of_a_card_have_the_classes_of_the_style_sheet(book):
    book.build()
    further, core = book.html().select("ul.chapters > li")
    texts = [
        further.select_one(f"p.{name}").get_text() for name in ("number", "title", "times")
    ]
    times = "80 min to read, 35 min of exercises"
    assert texts == ["Chapter 1", "Second thing", f"{times} · further"]
    assert further.select_one("p.times .path").get_text() == "further"
    assert core.select(".path") == []
    assert book.html().select_one("p.hours") is None


def test_card_shows_the_picture_at_the_title_of_the_chapter_without_words(book):
    svg = (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 2 1" aria-labelledby="a">{}</svg>'
    )
    book.write("images/one.svg", svg.format('<desc id="a">One.</desc><path d="M1 1"/>'))
    figure = ":::{figure} images/one.svg\n:alt: One.\n:figclass: opening\n\nOne.\n:::\n"
    book.write("a.md", (book.root / "a.md").read_text() + "\n" + figure)
    book.build()
    assert book.warnings == []
    second, first = book.html().select("ul.chapters > li")
    assert second.svg is None
    assert first.select_one(".emblem svg path")
    assert first.svg["aria-hidden"] == "true"
    # Another picture of the chapter has the page with its card written again.
    book.write("images/two.svg", svg.format('<desc id="a">Two.</desc><circle r="1"/>'))
    book.write("a.md", (book.root / "a.md").read_text().replace("one.svg", "two.svg"))
    book.build()
    assert book.html().select_one(".emblem svg circle")


def test_card_of_a_picture_that_is_refused_has_none(book):
    """It is told of once, where the picture stands."""
    book.write("images/one.svg", '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 2 1"/>')
    text = (book.root / "a.md").read_text()
    figure = ":::{figure} images/one.svg\n:alt: One.\n:figclass: opening\n\nOne.\n:::\n"
    book.write("a.md", f"{text}\n{figure}")
    book.build()
    (warning,) = book.warnings
    assert warning.startswith(f"a.md:{text.count(chr(10)) + 2}: ")
    assert "it has no <desc id=…>" in warning
    assert book.html().select(".emblem") == []


def test_ten_chapters_are_not_sorted_as_words(make_book):
    pages = {f"c{i}": make_chapter(f"Chapter {i}", "What?", i, i) for i in range(1, 12)}
    book = make_book(MAP, pages)
    book.build()
    expected = [[f"Chapter {i}"] * 2 for i in range(1, 12)]
    assert [card[:2] for card in read_cards(book)] == expected


def test_map_on_a_page_in_a_folder_leads_out_of_it(book):
    book.write("b/map.md", MAP.replace("Title", "Map"))
    text = (book.root / "index.md").read_text()
    book.write("index.md", text.replace("extra\n", "extra\nb/map\n"))
    book.build()
    links = book.html("b/map").select(".chapters a")
    assert [link["href"] for link in links] == ["two.html", "../a.html"]


def test_page_that_lists_chapters_no_more_is_forgotten(book):
    book.build()
    book.write("index.md", (book.root / "index.md").read_text().replace("chapter-map", "note"))
    book.build()
    assert get_records(book.app.env).maps == set()


def test_map_without_chapters_is_refused_at_its_line(build_book):
    book = build_book(MAP)
    assert book.warnings == [
        "index.md:5: WARNING: no numbered chapter has a box of objectives with questions, "
        "path and times [course.chapter_map]"
    ]
    assert read_cards(book) == []


@pytest.mark.parametrize(
    ("chapter", "is_written"),
    [
        (make_chapter("A thing", "Why?", 1, 2) + "\nText.\n", False),
        (make_chapter("A thing", "How?", 1, 2), True),
        (make_chapter("A thing", "Why?", 9, 2), True),
        ("# A thing\n", True),
    ],
)
def test_map_is_written_again_when_the_boxes_have_changed(make_book, chapter, is_written):
    pages = {name: make_chapter("A thing", "Why?", 1, 2) for name in ("a", "b")}
    book = make_book("# Title\n", {**pages, "map": MAP, "plain": "# Plain\n"})
    book.build()
    book.build()
    assert book.written() == set()
    book.write("a.md", chapter)
    book.build()
    assert book.written() - {"map"} == {"index", "a"}
    assert ("map" in book.written()) is is_written


def test_maps_that_another_process_has_read_are_taken_over(build_book):
    book = build_book(MAP, {"a": make_chapter("A thing", "Why?", 1, 2)})
    env, other = book.app.env, SimpleNamespace()
    overview = Overview("How?", 3, 4, True)
    get_records(other).overviews.update(one=overview, two=overview)
    get_records(other).maps.update(("two", "three"))
    ChapterMapCollector().merge_other(book.app, env, {"one", "three"}, other)
    assert get_records(env).overviews == {"a": Overview("Why?", 1, 2, True), "one": overview}
    assert get_records(env).maps == {"index", "three"}


def test_removed_chapter_is_forgotten(book):
    book.build()
    (book.root / "a.md").unlink()
    book.write("index.md", (book.root / "index.md").read_text().replace("\na\n", "\n"))
    book.build()
    assert book.warnings == []
    assert set(get_records(book.app.env).overviews) == {"b/two", "extra"}
    times = "80 min to read, 35 min of exercises · further"
    assert read_cards(book) == [["Chapter 1", "Second thing", "What?", times]]
