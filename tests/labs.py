"""What tests of labs share: a lab is opened, dragged, and its mathematics called."""

import re
from typing import Any

from playwright.sync_api import FloatRect, Locator, Page, expect

OPEN = "(lab) => lab.shadowRoot.querySelectorAll('details').forEach((d) => d.open = 1)"


def open_lab(page: Page, address: str, name: str) -> Locator:
    """Open a page, and return its first lab, or that of the address, when there."""
    page.emulate_media(reduced_motion="reduce")
    page.goto(address)
    figure = re.search(r"#[\w-]+|$", address)[0]
    lab = page.locator(f"{figure} {name}-lab").first
    for button in page.locator("figure.covered", has=lab).get_by_role("button").all():
        button.click()
    lab.scroll_into_view_if_needed()
    expect(lab.get_by_role("group").first).to_be_visible()
    lab.evaluate(OPEN)
    return lab


def find_axes(lab: Locator, plot: str = ".plot") -> FloatRect:
    """Scroll a plot into view, and return where its axes are when it stands still."""
    place = lab.locator(f"{plot}:visible").first
    place.scroll_into_view_if_needed()
    place.element_handle().wait_for_element_state("stable")
    script = "(p) => p.querySelector('.axes rect').getBoundingClientRect().toJSON()"
    return place.evaluate(script)


def drag(
    page: Page, start: tuple[float, float], *places: tuple[float, float], steps: int = 8
) -> None:
    page.mouse.move(*start)
    page.mouse.down()
    for place in places:
        page.mouse.move(*place, steps=steps)
    page.mouse.up()


def swipe(page: Page, *places: tuple[float, float]) -> None:
    """Draw a finger over the screen."""
    fingers = page.context.new_cdp_session(page)
    kinds = ["touchStart", *["touchMove"] * (len(places) - 1)]
    for kind, (x, y) in zip(kinds, places, strict=True):
        point = {"type": kind, "touchPoints": [{"x": x, "y": y}]}
        fingers.send("Input.dispatchTouchEvent", point)
        page.wait_for_timeout(40)
    fingers.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})


def find_middle(mark: Locator) -> tuple[float, float]:
    box = mark.bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def evaluate_module(
    page: Page, base_url: str, module: str, body: str, data: Any = None
) -> Any:
    """Return what a function body makes of a lab's module `m` and of data `d`."""
    page.goto(f"{base_url}/search.html")
    script = f"async ([address, d]) => {{ const m = await import(address); {body} }}"
    return page.evaluate(script, [f"{base_url}/_static/labs/{module}", data])
