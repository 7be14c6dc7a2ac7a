"""Questions, as readers answer them, with scripts, without, and on paper."""

import re

import pytest

from conftest import PAGES, ROOT, read

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


def test_questions_come_before_the_exercises():
    for page in QUESTIONS:
        soup = read(page)
        *_, last = soup.select(".question[id^=q-]")
        assert last.sourceline < soup.select_one(".exercise").sourceline, page


@pytest.mark.parametrize("page", QUESTIONS)
def test_each_option_has_a_reason_in_a_closed_box(page):
    for question in read(page).select(".question"):
        box = question.select_one("details.reasons:not([open])")
        assert len(box.select("dt")) == len(box.select("dd")) > 1
        assert all(len(reason.get_text()) > 20 for reason in box.select("dd"))
        assert box.select("dt.right") or box.select("dt[class*=place-]")
        options = question.select(".options > li")
        is_number = "number" in question["class"]
        assert len(options) == (0 if is_number else len(box.select("dt")))


def test_a_wrong_answer_shows_all_reasons_in_place(ask):
    question = ask("one")
    wrong = question.locator(".option").nth(list_marks(question).index(False))
    certain = question.get_by_role("button", name="certain")
    assert certain.get_attribute("aria-disabled") == "true"
    wrong.get_by_role("radio").check()
    certain.click()
    status = question.get_by_role("status")
    assert "Certain, but wrong" in status.text_content()
    assert status.evaluate("status => status === document.activeElement")
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
    assert question.get_by_role("button", name="fairly").evaluate(
        "button => button === document.activeElement"
    )
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
    for box, is_right in zip(
        question.get_by_role("checkbox").all(), marks, strict=True
    ):
        box.set_checked(is_right)
    question.get_by_role("button", name="guess").click()
    assert "Right, but guessed" in question.get_by_role("status").text_content()


def test_a_number_may_have_a_comma(ask):
    question = ask("number")
    text = question.locator(".reasons dt.right").text_content().removeprefix("✓ ")
    middle, tolerance = (
        float(number.replace("−", "-")) for number in re.split(" ± ", text)
    )
    field = question.get_by_role("textbox")
    field.fill(str(middle + 2 * tolerance + 1))
    question.get_by_role("button", name="fairly").click()
    assert "Not so" in question.get_by_role("status").text_content()
    question.get_by_role("button", name="Try again").click()
    field.fill(str(middle + tolerance / 2).replace(".", ","))
    question.get_by_role("button", name="fairly").click()
    assert question.get_by_role("status").text_content().startswith("Right.")
    shown = question.locator(".option.right > p").first.text_content()
    assert shown.split()[0] == text.split()[0]


def test_lines_are_put_in_order_by_buttons(ask):
    question = ask("order")
    lines = [
        re.sub(r"^\d+\.\s", "", term.text_content())
        for term in question.locator(".reasons dt").all()
    ]
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


@pytest.mark.parametrize("kind", ["one", "order", "number"])
def test_without_scripts_and_on_paper_options_and_reasons_are_there(
    new_context, address, kind
):
    name, selector = find(kind)
    page = new_context(java_script_enabled=False).new_page()
    page.goto(address + name)
    question = page.locator(selector)
    assert question.locator(".options").count() == (kind != "number")
    assert not question.locator("dd").first.is_visible()
    question.locator("summary").click()
    assert question.locator("dd").first.is_visible()
    page = new_context().new_page()
    page.goto(address + name)
    page.locator(f"{selector} form").wait_for()
    page.emulate_media(media="print")
    question = page.locator(selector)
    assert not question.locator("form").is_visible()
    assert question.locator("dd").first.bounding_box()["height"] > 0


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
