"""What the browser's own tracing says of the frames that it drew."""

import json
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from playwright.sync_api import Page

CATEGORIES = ["devtools.timeline", "disabled-by-default-devtools.timeline.frame"]


@contextmanager
def trace_frames(page: Page, record_property: Callable, name: str = "") -> Iterator[None]:
    """Report how many frames were drawn in what follows, and how many came too late.

    Parameters
    ----------
    page
        The page in Chromium, whose frames come at 60 a second where it keeps up.
    record_property
        Pytest's fixture, to which the numbers go; they depend on the machine.
    name
        What is traced, where a test traces several things.
    """
    browser = page.context.browser
    assert browser
    browser.start_tracing(page=page, categories=CATEGORIES)
    yield
    events = json.loads(browser.stop_tracing())["traceEvents"]
    times = sorted(event["ts"] for event in events if event["name"] == "DrawFrame")
    counts = Counter(event["name"] for event in events)
    assert len(times) > 10, "the trace has no frames"
    seconds = (times[-1] - times[0]) / 1e6
    record_property(f"frames a second{name}", (len(times) - 1) / seconds)
    late = counts["DroppedFrame"] / (len(times) + counts["DroppedFrame"])
    record_property(f"% late{name}", 100 * late)
