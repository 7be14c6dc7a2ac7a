"""Predictions: a plot is covered until the reader has committed to an answer."""

import pytest
from playwright.sync_api import expect

from conftest import PAGES, read

CHAPTER = "book/loss.html"
FIGURE = "#fig-loss-log"  # the plot after p-loss-honest
SHOWN = f"{FIGURE} img"


def test_no_link_before_a_prediction_leads_to_its_plot():
    """Following it, a reader would see the answer."""
    for name in PAGES:
        for box in read(name).select(".question[id^=p-]"):
            plot = box.find_next("figure")["id"]
            links = box.find_all_previous("a", href=f"#{plot}")
            assert plot.startswith("lab-") or not links, f"{name}: {box['id']}"


@pytest.fixture
def covered(page, address):
    """Return a page with a plot that is still covered."""
    page.goto(address + CHAPTER)
    page.locator(f"{FIGURE}.covered").wait_for()
    return page


def answer(page, label, option):
    question = page.locator(f"#{label}")
    question.locator("form input").nth(option).check()
    question.get_by_role("button", name="fairly").click()


def test_an_answer_uncovers_the_plot_and_stands_below_it(covered):
    figure = covered.locator(FIGURE)
    before = figure.bounding_box()["height"]
    assert not covered.locator(SHOWN).is_visible()
    answer(covered, "p-loss-honest", 0)
    expect(covered.locator(SHOWN)).to_be_visible()
    expect(figure.locator("figcaption")).to_contain_text("You said: ")
    assert figure.bounding_box()["height"] == pytest.approx(before, abs=60)
    covered.reload()
    expect(figure.locator("figcaption")).to_contain_text("You said: ")
    expect(covered.locator(SHOWN)).to_be_visible()
    covered.goto(covered.url + "?due")  # It is asked again.
    expect(figure.locator("figcaption")).not_to_contain_text("You said: ")
    expect(covered.locator(SHOWN)).not_to_be_visible()


def test_show_me_uncovers_the_plot(covered):
    covered.locator(FIGURE).get_by_role("button", name="Show me").press("Enter")
    expect(covered.locator(SHOWN)).to_be_visible()
    assert not covered.locator(".cover").count()


def test_a_link_to_the_plot_and_paper_uncover_it(covered):
    covered.emulate_media(media="print")
    expect(covered.locator(SHOWN)).to_be_visible()
    covered.emulate_media(media="screen")
    expect(covered.locator(SHOWN)).not_to_be_visible()
    covered.evaluate(f"location.hash = '{FIGURE}'")
    expect(covered.locator(SHOWN)).to_be_visible()
    covered.reload()  # now it is linked from the start
    expect(covered.locator(SHOWN)).to_be_visible()


def test_a_wrong_prediction_stands_below_the_lab_with_the_right_answer(page, address):
    page.goto(address + CHAPTER)
    answer(page, "p-loss-hundred", 0)
    caption = page.locator("figure.lab figcaption").first
    expect(caption).to_contain_text("You said: ")
    expect(caption).to_contain_text("Right: ")
