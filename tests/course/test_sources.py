"""Sources that cannot be read stop the build, with file and line."""

import re

import pytest
from sphinx.errors import ExtensionError

from _ext.course.sources import NamingParser


def test_page_that_is_not_utf8_stops_the_build_at_the_line(make_book):
    book = make_book("# Title\n", {"one": ""})
    book.write("one.md", "# Öne\n\nText.\nÄrger\n".encode() + b"\n\xe4rger\n")
    with pytest.raises(ExtensionError) as error:
        book.build()
    assert str(error.value) == (
        f"{book.root}/one.md:6: invalid continuation byte in what should be UTF-8: "
        "save the file as UTF-8"
    )


@pytest.mark.parametrize(
    ("bibliography", "line"),
    [
        ("@article{a,\n  title = {A title}\n  year = 2020,\n}\n", 3),
        ("\n@article{a,\n  title = {A title,\n}\n", 5),
    ],
)
def test_bibliography_that_cannot_be_parsed_stops_the_build_at_the_line(
    make_book, bibliography, line
):
    book = make_book(bibtex_bibfiles=["sound.bib", "references.bib"])
    book.write("sound.bib", "@misc{b, title = {B}}\n")
    book.write("references.bib", bibliography)
    with pytest.raises(ExtensionError) as error:
        book.build()
    place = re.escape(f"{book.root}/references.bib:{line}: ")
    advice = "look for a brace or a comma that is missing here or in the entry before"
    assert re.fullmatch(f"{place}syntax error in line {line}: .*: {advice}", str(error.value))


@pytest.mark.parametrize(
    ("template", "line", "fault"),
    [
        (
            "\n{% block a %}\n{% endblock %}\n{% endblock %}\n",
            4,
            "Encountered unknown tag 'endblock'.",
        ),
        ("{{ title | shout }}", 1, "No filter named 'shout'."),
    ],
)
def test_template_that_cannot_be_compiled_stops_the_build_at_its_line(
    make_book, template, line, fault
):
    book = make_book(templates_path=["_templates"])
    book.write("_templates/sound.html", "{% trans %}{{ title | e }}{% endtrans %}")
    book.write("_templates/parts/broken.html", template)
    with pytest.raises(ExtensionError) as error:
        book.build()
    path = f"{book.root}/_templates/parts/broken.html"
    assert str(error.value) == f"{path}:{line}: this is no template: {fault}"


def test_templates_of_a_theme_are_its_own_matter(make_book, tmp_path):
    book = make_book(templates_path=[str(tmp_path / "theme")])
    broken = tmp_path / "theme" / "broken.html"
    broken.parent.mkdir()
    broken.write_text("{{ title | shout }}", "utf-8")
    book.build()
    assert book.warnings == []


def test_sound_sources_pass(build_book):
    assert build_book("# Tïtle\n", bibtex_bibfiles=["references.bib"]).warnings == []


def test_cell_that_cannot_be_read_stops_the_build_at_its_line(make_book):
    head = "---\nfile_format: mystnb\nkernelspec: {name: python3, display_name: x}\n---\n"
    text = f"{head}# One\n\n\n```{{code-cell}} ipython3\n---\na: b: c\n---\n1\n```\n"
    book = make_book("# Title\n", {"one": text})
    with pytest.raises(ExtensionError) as error:
        book.build()
    place, kind, text = str(error.value).split(": ", 2)
    assert place == f"{book.root}/one.md:8"
    assert kind == "MystMetadataParsingError"
    assert text.startswith("Code cell 1 at line 8 could not be read: ")


@pytest.mark.parametrize(
    ("error", "text"),
    [
        (ValueError("no"), "index.md:1: ValueError: no"),
        (ValueError("at line 42, of 43"), "index.md:42: ValueError: at line 42, of 43"),
        (ValueError("deadline 42"), "index.md:1: ValueError: deadline 42"),
        (KeyError(), "index.md:1: KeyError: KeyError"),
    ],
)
def test_whatever_goes_wrong_while_a_page_is_parsed_is_told_with_the_page(
    make_book, monkeypatch, error, text
):
    def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr("myst_nb.sphinx_.Parser.parse", fail)
    book = make_book()
    with pytest.raises(ExtensionError) as caught:
        book.build()
    assert str(caught.value) == f"{book.root}/{text}"
    assert caught.value.__cause__ is error


def test_error_that_names_its_place_is_left_as_it_is(make_book, monkeypatch):
    error = ExtensionError("one.md:3: known")

    def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr("myst_nb.sphinx_.Parser.parse", fail)
    with pytest.raises(ExtensionError) as caught:
        make_book().build()
    assert caught.value is error


def test_pages_are_parsed_by_the_parser_that_names_them(build_book):
    app = build_book().app
    assert app.registry.get_source_parser("myst-nb") is NamingParser
