"""Class mode shows a chapter on a wall, and leaves the page as it was."""

import pytest
from playwright.sync_api import expect

from conftest import find_axe_faults, read

# What is text, cut off, or in letters below 2.5% of the height, once a lab is there
FAULTS = """async () => {
    const lab = document.querySelector(".on-wall.lab > :first-child");
    if (lab) await customElements.whenDefined(lab.localName).then(() => lab.ready);
    const find = (root) => [...root?.querySelectorAll("*") ?? []].flatMap(
        (part) => part.checkVisibility() ? [part, ...find(part.shadowRoot)] : []);
    return find(document.body).filter((part) => {
        const { left, right } = part.getBoundingClientRect();
        const isOut = Math.max(-left, right - innerWidth) > 1;
        const { a, b } = part.getScreenCTM?.() ?? { a: 1, b: 0 };
        const size = parseFloat(getComputedStyle(part).fontSize) * Math.hypot(a, b);
        const hasWords = [...part.childNodes].some((node) => node.data?.trim());
        return part.matches("section > p:not(.on-wall, .on-wall *), pre") ||
            hasWords && size < 0.0249 * innerHeight || isOut && !part.ownerSVGElement;
    }).map((part) => part.outerHTML); }"""


def test_screens_follow_the_chapter_keep_labs_and_lead_back(page, address):
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{address}book/neuron.html")
    page.evaluate("scrollTo({ top: 3000, behavior: 'instant' })")
    page.keyboard.press("c")  # No key begins it: a slip of the hand would.
    page.evaluate("fetch('')")
    assert not [url for url in asked if "class.mjs" in url]
    page.get_by_role("button", name="Show on a wall").dispatch_event("click")
    expect(page.locator(":is(h1, p, .class-code).on-wall:visible")).to_have_count(3)
    names = []
    for key in ["ArrowRight", *["PageDown", " ", "ArrowRight"] * 4]:
        page.keyboard.press(key)
        names.append(page.get_attribute("[id].on-wall, :has(> h2.on-wall)", "id"))
    order = [part["id"] for part in read("book/neuron.html").select("article [id]")]
    assert names == sorted(names, key=order.index)
    assert names[-3:] == ["ex-neuron-by-hand", "ex-neuron-tanh", "key-points"]
    page.keyboard.press("Escape")
    expect(page.locator(".class-code")).to_be_hidden()
    assert page.evaluate("location.search + scrollY") == "3000"
    page.goto(f"{address}book/neuron.html?class=3")
    slider = page.get_by_role("slider").first
    slider.press("ArrowLeft")
    page.wait_for_url("**?class=3#lab-neuron?*")
    value = slider.input_value()
    page.get_by_role("button", name="Next").click()
    page.keyboard.press("PageUp")
    assert slider.input_value() == value
    assert not find_axe_faults(page)


@pytest.mark.parametrize("size", [(1280, 720), (1920, 1080)])
@pytest.mark.parametrize("name", ["neuron", "evaluation", "labs"])
def test_screens_are_whole_legible_and_without_paragraphs(page, address, name, size):
    page.set_viewport_size(dict(zip(("width", "height"), size, strict=True)))
    page.goto(f"{address}book/{name}.html?class=2")
    count = int(page.locator(".class-bar h1").inner_text().split()[-1])
    for key in ["r", "PageDown"] * (count - 1):
        assert not page.evaluate(FAULTS)
        page.keyboard.press(key)
