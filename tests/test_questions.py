"""Questions, as readers answer them, with scripts, without, and on paper."""

import re

import pytest
from playwright.sync_api import expect

from conftest import PAGES, ROOT, SITE, read

QUESTIONS = [page for page in PAGES if read(page).select(".question")]


def find(kind):
    """Return a page with a question of a kind, and the selector of the first."""
    page = next(name for name in PAGES if read(name).select(f".question.{kind}"))
    return page, f"#{read(page).select_one(f'.question.{kind}')['id']}"


@pytest.fixture
def ask(page, address):
    """Return a function that opens the first question of a kind."""

    def ask(kind):
        name, selector = find(kind)
        page.goto(address + name)
        page.locator(f"{selector} form").wait_for()
        return page.locator(selector)

    return ask


def list_marks(question):
    """Return whether each option is right."""
    terms = question.locator(".reasons dt").all()
    return ["right" in term.get_attribute("class") for term in terms]


def test_no_place_is_right_far_more_often_than_another():
    """Letters are the same for a whole class, so the browser does not shuffle them."""
    places = {3: [], 4: []}
    for page in QUESTIONS:
        boxes = read(page).select(".question.one")
        signs = [[dt["class"][0] for dt in box.select(".reasons dt")] for box in boxes]
        own = [each.index("right") for each in signs]
        assert len(own) < 3 or len({*own}) > 1, f"{page}: one place is always right"
        for place, each in zip(own, signs, strict=True):
            places[len(each)].append(place)
    for count, found in places.items():
        shares = [found.count(place) / len(found) for place in range(count)]
        assert 0.15 <= min(shares) <= max(shares) <= 0.4, f"{count} options: {shares}"


def test_no_order_begins_as_one_that_is_right():
    for box in (box for page in QUESTIONS for box in read(page).select(".order")):
        terms = [dt.get_text() for dt in box.select(".reasons dt")]
        places = {text.split(". ", 1)[1]: int(text.split(".")[0]) for text in terms}
        shown = [places[li.get_text().strip()] for li in box.select(".options li")]
        assert shown != sorted(shown), box["id"]


def test_a_wrong_answer_shows_all_reasons_in_place(ask):
    question = ask("one")
    wrong = question.locator(".option").nth(list_marks(question).index(False))
    certain = question.get_by_role("button", name="certain")
    assert certain.get_attribute("aria-disabled") == "true"
    wrong.get_by_role("radio").check()
    certain.click()
    status = question.get_by_role("status")
    assert "Certain, but wrong" in status.text_content()
    expect(status).to_be_focused()
    assert "your answer" in wrong.locator(".mark").text_content()
    assert "right" in question.locator(".option.right .mark").text_content()
    options = question.locator(".option").count()
    assert question.locator(".reason").count() == options
    question.get_by_role("button", name="Try again").click()
    assert not question.locator(".reason").count()


def test_the_keyboard_alone_answers(ask, page):
    question = ask("one")
    question.get_by_role("radio").first.focus()
    page.keyboard.press("Space")
    for _ in range(list_marks(question).index(True)):
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(question.get_by_role("button", name="fairly")).to_be_focused()
    page.keyboard.press("Enter")
    assert question.get_by_role("status").text_content().startswith("Right.")


def test_several_answers_are_right_only_together(ask):
    question = ask("several")
    marks = list_marks(question)
    boxes = question.get_by_role("checkbox").all()
    boxes[marks.index(True)].check()
    question.get_by_role("button", name="fairly").click()
    assert "Not so" in question.get_by_role("status").text_content()
    question.get_by_role("button", name="Try again").click()
    for box, is_right in zip(boxes, marks, strict=True):
        box.set_checked(is_right)
    question.get_by_role("button", name="guess").click()
    assert "Right, but guessed" in question.get_by_role("status").text_content()


def test_a_number_may_have_a_comma(ask):
    question = ask("number")
    text = question.locator(".reasons dt.right").text_content().removeprefix("✓ ")
    middle, tolerance = map(float, text.replace("−", "-").split(" ± "))
    field = question.get_by_role("textbox")
    field.fill(str(middle + 1.1 * tolerance + 1e-6))
    question.get_by_role("button", name="fairly").click()
    assert "Not so" in question.get_by_role("status").text_content()
    question.get_by_role("button", name="Try again").click()
    field.fill(str(middle + tolerance / 2).replace(".", ","))
    question.get_by_role("button", name="fairly").click()
    assert question.get_by_role("status").text_content().startswith("Right.")
    shown = question.locator(".option.right > p").first.text_content()
    assert shown.split()[0] == text.split()[0]


@pytest.mark.parametrize(
    "text", ["3 325", "3\u00a0325", "3\u2009325", "3,325", "1,000"]
)
def test_a_number_is_read_as_the_course_or_the_reader_writes_it(page, address, text):
    """The question that is tried has an answer in thousands, or is 1."""
    name = "evaluation-weights" if text == "1,000" else "deeper-networks-skip"
    file = f"book/{name.rpartition('-')[0]}.html"
    body = (SITE / file).read_text("utf-8").replace("190 ± 5", "3325 ± 50")
    page.route(address + file, lambda route: route.fulfill(body=body))
    page.goto(address + file)
    question = page.locator(f"#q-{name}")
    question.get_by_role("textbox").fill(text)
    question.get_by_role("button", name="fairly").click()
    expect(question.get_by_role("status")).to_contain_text("Right.")
    said = question.get_by_text(f"read as {text.removesuffix(',000')}.")
    assert said.count() == ("," in text)


def test_lines_are_put_in_order_by_buttons(ask):
    question = ask("order")
    terms = question.locator(".reasons dt").all_text_contents()
    lines = [re.sub(r"^\d+\.\s", "", term) for term in terms]
    for place, text in enumerate(lines):
        shown = question.locator(".line").all_text_contents()
        for _ in range(shown.index(text) - place):
            question.get_by_role("button", name=f"Move up: {text}", exact=True).click()
    assert question.locator(".line").all_text_contents() == lines
    question.get_by_role("button", name="fairly").click()
    assert question.get_by_role("status").text_content().startswith("Right.")


def test_a_line_can_be_dragged(ask, page):
    question = ask("order")
    lines = question.locator(".line")
    before = lines.all_text_contents()
    lines.first.scroll_into_view_if_needed()
    start, end = lines.first.bounding_box(), lines.nth(2).bounding_box()
    page.mouse.move(start["x"] + 20, start["y"] + 10)
    page.mouse.down()
    page.mouse.move(end["x"] + 20, end["y"] + end["height"] / 2, steps=12)
    page.mouse.up()
    assert lines.all_text_contents() == [*before[1:3], before[0], *before[3:]]


def read_gift(text):
    """Return the right and the wrong options of each question, by its label."""
    found = {}
    for label, options in re.findall(r"(?s)::(\S+)::.*?(?<!\\)\{#?\n(.*?)\n\}", text):
        lines = [re.split(r"(?<!\\)#", line)[0] for line in options.split("\n")]
        is_right = re.compile(r"=(?!%0%)|~%\d")
        found[label] = [bool(is_right.match(line)) for line in lines]
    return found


def test_moodle_and_anki_get_each_question_with_its_reasons():
    gift = (ROOT / "_build" / "questions-moodle.gift").read_text("utf-8")
    assert not re.search(r"\[html\][-\d.*+ ]+\\=", gift)  # a sum for authors
    found = read_gift(gift)
    rows = (ROOT / "_build" / "questions-anki.tsv").read_text("utf-8").splitlines()
    cards = [row.split("\t") for row in rows if not row.startswith("#")]
    asked = [box for page in QUESTIONS for box in read(page).select(".question")]
    asked = [box for box in asked if "order" not in box["class"]]
    assert len(found) == len(cards) == len(asked)
    for box in asked:
        marks = ["right" in term["class"] for term in box.select(".reasons dt")]
        assert found[box["id"]] == marks
    assert all(back.count("<li>") > 1 for _, back in cards)
