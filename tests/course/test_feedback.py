"""Readers tell of a mistake, or mend it, from the page that has it."""

from _ext.course.feedback import FIELD, FORM, add_feedback, find_report
from tools.book import ROOT


def test_form_and_its_field_are_there():
    form = (ROOT / ".github" / "ISSUE_TEMPLATE" / FORM).read_text("utf-8")
    assert f"\n    id: {FIELD}\n" in form


def test_address_of_the_form_fills_in_the_place():
    assert find_report("https://github.com/a/b", "R & D, page 1") == (
        "https://github.com/a/b/issues/new?template=unclear-or-wrong.yml"
        "&place=R%20%26%20D%2C%20page%201"
    )


def read_addresses(book, page, doctree):
    """Return what the templates of a page get."""
    context = {"title": "A <em>page</em> &amp; more"}
    add_feedback(book.app, page, "page.html", context, doctree)
    return {key: context.get(key) for key in ("report_address", "edit_address")}


def test_page_hands_its_addresses_to_the_templates(build_book):
    book = build_book(pages={"part/one": "# One\n"})
    doctree = book.app.env.get_doctree("part/one")
    assert read_addresses(book, "part/one", doctree) == {
        "report_address": find_report(
            "https://github.com/owner/book",
            "A page & more, version 1.2.3: https://owner.github.io/book/part/one.html",
        ),
        "edit_address": "https://github.com/owner/book/edit/main/part/one.md",
    }


def test_page_without_a_source_and_other_hosts_have_none(build_book):
    book = build_book(pages={"one": "# One\n"})
    none = {"report_address": None, "edit_address": None}
    assert read_addresses(book, "search", None) == none
    book.app.config.html_theme_options["repository_url"] = "https://gitlab.com/owner/book"
    assert read_addresses(book, "one", book.app.env.get_doctree("one")) == none
