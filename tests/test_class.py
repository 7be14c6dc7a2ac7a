"""Class mode shows a chapter on a wall, and leaves the page as it was."""

import pytest
from playwright.sync_api import expect

from conftest import find_axe_faults, read

TEXT = "section:not(.on-wall *) > p:visible, pre:visible"
CUT = """() => [...document.querySelectorAll('.on-wall, .on-wall *')].filter((part) => {
    const { left, right, bottom } = part.getBoundingClientRect();
    const end = document.documentElement.scrollHeight - scrollY;
    const isOut = Math.max(-left, right - innerWidth, bottom - end) > 1;
    return isOut && part.checkVisibility(); }).map((part) => part.outerHTML)"""


def test_screens_follow_the_chapter_and_lead_back(page, address):
    page.goto(f"{address}book/neuron.html")
    fetched = "performance.getEntriesByType('resource').map((entry) => entry.name)"
    assert "class.mjs" not in str(page.evaluate(fetched))
    page.evaluate("scrollTo({ top: 3000, behavior: 'instant' })")
    page.keyboard.press("c")
    expect(page.get_by_text("1 of 14")).to_be_visible()
    assert page.locator(":is(h1, p, .class-code).on-wall:visible").count() == 3
    names = []
    for key in ["ArrowRight", *["PageDown", " ", "ArrowRight"] * 4]:
        page.keyboard.press(key)
        names.append(page.locator(".on-wall:not(nav)").get_attribute("id"))
    order = [part["id"] for part in read("book/neuron.html").select("article [id]")]
    assert names == sorted(names, key=order.index)
    assert names[-3:] == ["ex-neuron-by-hand", "ex-neuron-tanh", "key-points"]
    page.keyboard.press("Escape")
    expect(page.locator(".class-code")).to_be_hidden()
    assert page.evaluate("location.search + scrollY") == "3000"


@pytest.mark.parametrize("size", [(1280, 720), (1920, 1080)])
@pytest.mark.parametrize("name", ["neuron", "evaluation"])
def test_screens_are_whole_and_without_paragraphs(page, address, name, size):
    page.set_viewport_size(dict(zip(("width", "height"), size, strict=True)))
    page.goto(f"{address}book/{name}.html?class=2")
    place = page.locator(".class-bar span")
    for number in range(2, int(place.inner_text().split()[-1]) + 1):
        expect(place).to_contain_text(f"{number} of")
        for _ in "options", "reasons":
            assert not page.evaluate(CUT)
            assert not page.locator(TEXT).count()
            page.keyboard.press("r")
        page.get_by_role("button", name="Next").click()


def test_link_opens_a_lab_that_keeps_its_keys_and_state(page, address):
    page.goto(f"{address}book/neuron.html?class=3")
    slider = page.get_by_role("slider").first
    slider.press("ArrowLeft")
    page.wait_for_url("**?class=3#lab-neuron?*")
    value = slider.input_value()
    page.get_by_role("button", name="Next").click()
    page.keyboard.press("PageUp")
    assert slider.input_value() == value
    assert not find_axe_faults(page)
