"""Pages and their labs fit a window of any width."""

import re

import pytest

from conftest import SITE
from labs import OPEN

STATIC = SITE / "_static"
SHEETS = [STATIC / "styles/furo.css", STATIC / "style.css", *STATIC.glob("labs/*.css")]
RULE = re.compile(r"@(media|container)[^{]*width[ :<>=]*([\d.]+)r?em")
# Width and height of each lab, in rem, and what does not fit
MEASURE = """async () => {
    for (let i = 0; i < 3; i++) await new Promise(requestAnimationFrame); // it draws
    const faults = [];
    const report = (isFault, words) => isFault && faults.push(words);
    for (const box of document.querySelectorAll("html, .content")) {
        report(box.scrollWidth > innerWidth, "the page is wider than the window");
    }
    const measure = (host) => {
        const lab = host.shadowRoot.querySelector(".lab");
        report(lab.scrollWidth > lab.clientWidth, `${host.localName} is too wide`);
        const all = lab.getBoundingClientRect();
        for (const part of lab.querySelectorAll("a, button, input, summary")) {
            const { left, right, top, bottom, width } = part.getBoundingClientRect();
            const isBeside = left < all.left - 1 || right > all.right + 1;
            const isBeyond = top < all.top - 1 || bottom > all.bottom + 1;
            report(width && (isBeside || isBeyond), `${part.outerHTML} is outside`);
        }
        const walk = document.createTreeWalker(lab, NodeFilter.SHOW_TEXT);
        while (walk.nextNode()) {
            const { data, parentElement: part } = walk.currentNode;
            const { a = 1, b = 0 } = part.closest("text")?.getScreenCTM() ?? {};
            const size = parseFloat(getComputedStyle(part).fontSize) * Math.hypot(a, b);
            const least = part.matches("sub, sup, tspan[dy]") ? 9 : 11;
            report(data.trim() && size < least, `${data} has ${size} pixels`);
        }
        const rem = parseFloat(getComputedStyle(document.documentElement).fontSize);
        return [host.getBoundingClientRect().width / rem, lab.offsetHeight / rem];
    };
    const labs = document.querySelectorAll("figure.lab > :not(figcaption), write-lab");
    return [Array.from(labs, measure), faults];
}"""


def find_widths():
    """Return widths of windows: every 80 pixels, and beside each change of layout."""
    widths = {*range(320, 2561, 80)}
    for sheet in SHEETS:
        for kind, number in RULE.findall(sheet.read_text("utf-8")):
            point = 16 * float(number)
            if kind == "container":  # that is, a lab, between the margins of `.content`
                point = max(point + 32, point / 0.95)
            widths |= {int(point) + side for side in (-1, 0, 1)}
    return [width for width in sorted(widths) if 320 <= width <= 2560]


@pytest.mark.parametrize("name", ["index", "book/labs", "book/mnist", "book/loss"])
def test_page_and_labs_fit_on_both_sides_of_each_change(page, base_url, name):
    page.emulate_media(reduced_motion="reduce")
    page.goto(f"{base_url}/{name}.html")
    for button in page.locator("figure.covered button").all():
        button.click()
    for lab in page.locator("figure.lab > :not(figcaption), write-lab").all():
        lab.scroll_into_view_if_needed()
        lab.locator(".lab").wait_for()
        lab.evaluate(OPEN)
    found = {}
    for width in find_widths():
        page.set_viewport_size({"width": width, "height": 900})
        found[width] = page.evaluate(MEASURE)
    assert not {width: faults for width, (_, faults) in found.items() if faults}
    for sizes in zip(*(sizes for sizes, _ in found.values()), strict=True):
        heights = [height for width, height in sizes if width > 41.9] or [0]
        assert max(heights) - min(heights) < 1, "a wide window has another layout"
