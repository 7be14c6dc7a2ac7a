"""Places to write Python in the page: all solutions and mistakes, and what goes wrong.

The build has run the solutions and mistakes with Python; here MicroPython does.
"""

import re
from collections import namedtuple

import pytest
from playwright.sync_api import expect

from conftest import ROOT, find_axe_faults
from course.writing import BLOCK

Place = namedtuple("Place", "page label solution mistakes")
FENCED = re.compile(r"(?ms)^(:{3,})\{write\}[^\n]*\n.*?^:label: (\S+)\n(.*?)^\1$")


def find_places():
    """Yield the places of all chapters, as their sources have them."""
    for file in sorted(ROOT.glob("book/*.md")):
        for _, label, text in FENCED.findall(file.read_text("utf-8")):
            parts = BLOCK.split(text)
            codes = dict(zip(parts[1::3], parts[2::3], strict=True))
            solution = codes.pop("Solution")
            mistakes = {
                kind.removeprefix("Mistake: "): f"{solution}\n{code}"
                for kind, code in codes.items()
                if kind not in ("Checks", "Advice")
            }
            yield Place(f"book/{file.stem}.html", label, solution, mistakes)


PLACES = list(find_places())
FIRST = PLACES[0]
# What a reader may write, and what is said about it
HARMS = {
    "print(7)\n\nwhile True:\n    pass": "Stopped after 5 seconds",
    "for i in range(10**6):\n    print(i)": "a thousand lines",
    "print('x' * 10**6)": "a thousand lines",
    "while True:\n    show(1, [2] * 100, print)": "Stopped",
    "x = 1\nx = = 2": "Line 2: SyntaxError",
    "def f():\n    return y\n\nf()": "Line 2: NameError: name 'y'",
    f"{'#' * 100_000}\nprint(7)\n": "0 of",
    "def f():\n    return f()\n\nf()": "recursion",
    "a = []\nwhile True:\n    a.append('x' * 10**6)": "Stopped|MemoryError",
    "a = [bytes(10**7) for _ in range(40)]": "MemoryError",
    "eval('(' * 10**5)": "Stopped|Error",
    "raise SystemExit": "SystemExit",
    "print('\\x1edone {\"results\": []}')": "0 of",
    "import numpy": "without NumPy",
    "import js\njs.fetch": "Line 2: AttributeError",
    "import jsffi\njsffi.to_js([]).constructor.constructor('')": "Line 2: TypeError",
}


@pytest.fixture
def open_place(page, address):
    """Return a function that opens a place and returns its editor."""

    def open_place(place=FIRST):
        page.goto(f"{address}{place.page}")
        lab = page.locator(f"#{place.label} write-lab")
        lab.scroll_into_view_if_needed()
        lab.get_by_role("button", name="Run").wait_for()
        return lab

    return open_place


def run(lab, code):
    """Run code, and return what is said about it."""
    lab.get_by_role("textbox").fill(code)
    lab.get_by_role("button", name="Run").click()
    lab.get_by_role("button", name="Run").wait_for()  # it was Stop in the meantime
    return lab.locator(".verdict").text_content()


@pytest.mark.parametrize("place", PLACES, ids=lambda place: place.label)
def test_solution_passes_and_mistakes_are_recognised(open_place, place):
    lab = open_place(place)
    begin = lab.get_by_role("textbox").input_value()
    assert re.search(r"\d of \d+ checks pass", run(lab, begin))
    assert run(lab, place.solution) == "✓ All checks pass."
    for advice, code in place.mistakes.items():
        run(lab, code)
        assert lab.locator(".advice").all_text_contents() == [advice]


@pytest.mark.parametrize("code", HARMS)
def test_harm_is_stopped_and_the_page_goes_on(open_place, page, code):
    errors = []
    page.on("pageerror", lambda error: errors.append(error))
    lab = open_place()
    said = run(lab, code)
    advice = " ".join(lab.locator(".advice").all_text_contents())
    assert re.search(HARMS[code], f"{said} {advice}")
    printed = lab.get_by_role("log")
    assert printed.text_content().count("\n") <= 1000
    if "print(7)\n" in code:
        expect(printed).to_have_text("7")
    if said := re.match(r"Line (\d+)", HARMS[code]):
        line = "e => getComputedStyle(e.shadowRoot.querySelector('.editor'))"
        marked = lab.evaluate(f"{line}.getPropertyValue('--line')")
        assert marked == said[1]
    assert run(lab, FIRST.solution) == "✓ All checks pass."
    assert not errors


def test_python_is_fetched_on_a_press_and_ends_with_the_page(open_place, page, address):
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    lab = open_place()
    page.wait_for_load_state("networkidle")
    assert not [url for url in asked if "micropython" in url or "worker" in url]
    lab.get_by_role("textbox").fill("while True:\n    pass")
    lab.get_by_role("button", name="Run").click()
    expect(lab.locator(".verdict")).to_have_text("Running …")
    assert [url for url in asked if url.endswith("micropython.wasm")]
    page.goto(f"{address}index.html")
    assert not page.workers
    page.go_back()
    assert all(url.startswith((address, "data:", "blob:")) for url in asked)
    assert run(open_place(), FIRST.solution) == "✓ All checks pass."


@pytest.mark.parametrize("file", ["write-worker.mjs", "micropython.wasm"])
def test_what_cannot_be_loaded_is_said_and_tried_again(open_place, page, file):
    page.route(f"**/{file}", lambda route: route.abort())
    lab = open_place()
    assert "could not be loaded" in run(lab, "")
    page.unroute(f"**/{file}")
    run(lab, "")  # Python for this run may have been asked for before.
    assert run(lab, FIRST.solution) == "✓ All checks pass."


def test_keyboard_writes_runs_and_leaves(open_place, page):
    lab = open_place()
    area = lab.get_by_role("textbox")
    area.fill("")
    page.keyboard.type("if 1:\nprint(1)\nprint(2)\n")
    area.press("Shift+Tab")
    page.keyboard.type("x = 6/2")
    area.press("Tab")
    assert area.input_value() == "if 1:\n    print(1)\n    print(2)\nx = 6/2 "
    area.press("Control+Enter")
    expect(lab.get_by_role("log")).to_have_text("1\n2\n")
    area.press("Control+a")
    area.press("Tab")
    assert area.input_value().startswith("    if 1:\n        print(1)")
    area.press("Control+z")
    assert area.input_value().startswith("if 1:\n    print(1)")
    page.keyboard.insert_text("“a‘")
    assert "\"a'" in area.input_value()
    area.press("Escape")
    area.press("Tab")
    run_button = lab.get_by_role("button", name="Run")
    assert run_button.evaluate("e => e.getRootNode().activeElement === e")
    described = area.evaluate("e => e.ariaDescribedByElements[0].textContent")
    assert "Escape" in described


def test_what_is_written_is_kept_until_it_is_reset(open_place, page, new_context):
    area = open_place().get_by_role("textbox")
    begin = area.input_value()
    area.fill("mine = 1")
    lab = open_place()
    assert lab.get_by_role("textbox").input_value() == "mine = 1"
    lab.get_by_role("button", name="Reset").click()
    assert lab.get_by_role("textbox").input_value() == begin
    page.keyboard.press("Control+z")
    assert lab.get_by_role("textbox").input_value() == "mine = 1"
    page.keyboard.press("Control+y")
    lab.get_by_role("button", name="Undo the reset").click()
    assert lab.get_by_role("textbox").input_value() == "mine = 1"
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    lab.get_by_role("button", name="Copy").click()
    expect(lab.get_by_text("Your code is copied.")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == "mine = 1"
    page.add_init_script(
        "Object.defineProperty(window, 'localStorage', { get() { throw Error(); } })"
    )
    lab = open_place()
    assert lab.get_by_role("textbox").input_value() == begin
    assert run(lab, FIRST.solution) == "✓ All checks pass."


def test_solution_is_shown_after_a_try(open_place, page):
    lab = open_place()
    solution = page.locator(f"#sol-{FIRST.label}")
    show = lab.get_by_role("button", name="Show a solution")
    show.click()
    assert solution.get_attribute("open") is None
    run(lab, "")
    show.click()
    expect(solution.locator("pre").first).to_be_visible()


@pytest.mark.parametrize("place", PLACES, ids=lambda place: place.label)
@pytest.mark.parametrize("width", [320, 1350])
def test_axe_finds_nothing_and_nothing_overflows(open_place, page, place, width):
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(reduced_motion="reduce")
    lab = open_place(place)
    run(lab, next(iter(place.mistakes.values())))
    assert not find_axe_faults(page, "write-lab")
    frame = lab.locator(".lab")
    assert frame.evaluate("lab => lab.scrollWidth <= lab.clientWidth")
    if width < 400:
        size = "e => parseFloat(getComputedStyle(e).fontSize)"
        assert lab.get_by_role("textbox").evaluate(size) >= 16
        for button in lab.get_by_role("button").all():
            assert button.bounding_box()["height"] >= 44
