"""The site works in a real browser."""

import pytest
from playwright.sync_api import Page, expect

from book import Book
from conftest import PAGES

WITH_EXERCISES = [page.name for page in Book().chapters]


@pytest.mark.parametrize("width", [1350, 390])
@pytest.mark.parametrize("name", PAGES)
def test_page_loads_without_an_error(page: Page, base_url, name, width):
    errors = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("response", lambda r: r.status >= 400 and errors.append(f"{r.status} {r.url}"))
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(f"{base_url}/{name}.html", wait_until="load")
    expect(page.locator("h1:not(#jb-print-docs-body h1)")).to_be_visible()
    assert not errors
    overflow = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert overflow <= 0, f"{overflow} pixels wider than the window"


@pytest.mark.parametrize("name", WITH_EXERCISES)
def test_folded_solutions_open_and_close(page: Page, base_url, name):
    page.goto(f"{base_url}/{name}.html")
    solutions = page.locator(".solution")
    assert solutions.count() >= 3
    for solution in solutions.all():
        body = solution.locator(".solution-content")
        button = solution.locator("button.toggle-button")
        expect(body).to_be_hidden()
        button.press("Enter")
        expect(body).to_be_visible()
        button.press("Enter")
        expect(body).to_be_hidden()


@pytest.mark.parametrize("name", WITH_EXERCISES)
def test_chapter_is_whole_without_scripts(browser, base_url, name):
    page = browser.new_page(java_script_enabled=False)
    page.goto(f"{base_url}/{name}.html")
    for solution in page.locator(".solution-content").all():
        expect(solution).to_be_visible()
    assert page.locator("figure img").count() == page.locator("figure img:visible").count()
    page.close()


def test_search_finds_a_chapter(page: Page, base_url):
    page.goto(f"{base_url}/search.html?q=MNIST")
    link = page.locator("#search-results a[href*='book/mnist.html']").first
    expect(link).to_be_visible(timeout=15_000)
