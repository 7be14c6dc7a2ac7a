"""What the browser keeps of a reader's answers, and what it makes of them later."""

import datetime
import json

import pytest
from playwright.sync_api import expect

from conftest import SITE, read

START = datetime.datetime(2030, 3, 1, 20, 0)
INDEX = json.loads((SITE / "_static" / "questions" / "index.json").read_text("utf-8"))
CHAPTER = "book/loss.html"
LABEL = "q-loss-mistakes"
PREDICTION = "p-loss-hundred"
TOTAL = sum(page == CHAPTER for _, page, _ in INDEX.values())


@pytest.fixture
def reader(new_context, address):
    """Return a page of a reader whose clock can be set."""
    page = new_context().new_page()
    page.clock.install(time=START)
    page.goto(address)
    return page


def set_day(page, days):
    page.clock.set_system_time(START + datetime.timedelta(days=days))


def answer(page, label=LABEL, is_right=True, certainty="certain"):
    """Answer a question with one right option on the page that is open."""
    question = page.locator(f"#{label}")
    question.locator("form").wait_for()
    mark = ".right" if is_right else ".wrong"
    text = question.locator(f".reasons dt{mark}").first.text_content()
    option = question.locator(".option", has_text=text[2:])  # after its mark
    option.locator("input").check()
    question.get_by_role("button", name=certainty, exact=True).click()
    return question


def keep(page, *entries):
    """Keep answers as the page's own scripts do."""
    page.evaluate(
        """async entries => {
          const base = location.pathname.replace(/course\\/.*/, "course/");
          const { keep } = await import(`${base}_static/labs/memory.mjs`);
          entries.forEach(keep);
        }""",
        entries,
    )


def make_entry(day, label=LABEL, **changes):
    one = {"day": day, "isRight": True, "certainty": "fairly", "chance": 0.25}
    edition = changes.pop("edition", None) or INDEX[label][0]
    return {"label": label, "edition": edition, "answers": [{**one, **changes}]}


def count_days():
    return (START.date() - datetime.date(1970, 1, 1)).days


def find_card(page):
    return page.locator("ul.chapters > li", has=page.locator(f"a[href='{CHAPTER}']"))


def test_a_known_question_returns_after_1_7_and_21_days(reader, address):
    line = reader.locator(".returning")
    expect(line).to_contain_text("For bioscientists")
    reader.goto(address + CHAPTER)
    answer(reader)
    for day, last in [(1, ""), (8, ""), (29, " not asked again")]:
        set_day(reader, day - 1)
        reader.goto(address)
        expect(find_card(reader)).to_contain_text(f"1 of {TOTAL} answered")
        assert not reader.locator(".due").count()
        set_day(reader, day)
        reader.goto(address)
        expect(find_card(reader)).to_contain_text(f"1 of {TOTAL} answered, 1 due")
        reader.get_by_role("link", name="1 question is due").click()
        question = answer(reader)
        expect(question.get_by_role("status")).to_contain_text("Nothing else is due.")
        expect(reader.locator(f"#{LABEL} .number")).to_contain_text(f"·{last}")


def test_a_wrong_or_guessed_answer_begins_anew(reader, address):
    for day, is_right, certainty in [
        (0, True, "certain"),
        (1, True, "certain"),
        (8, False, "certain"),
        (9, True, "guess"),
    ]:
        set_day(reader, day)
        reader.goto(address + CHAPTER)
        answer(reader, is_right=is_right, certainty=certainty)
    reader.reload()
    expect(reader.locator(f"#{LABEL} .number")).to_contain_text("asked again in 1 day")


def test_the_first_answer_of_a_day_counts_and_can_be_taken_back(reader, address):
    reader.goto(address + CHAPTER)
    question = answer(reader, is_right=False)
    question.get_by_role("button", name="Try again").click()
    answer(reader)
    kept = reader.evaluate("Object.values(localStorage).find(one => one[0] === '[')")
    assert [one["isRight"] for one in json.loads(kept)] == [False]
    question.get_by_role("button", name="Take it back").click()
    reader.goto(address)
    expect(reader.locator("ul.chapters")).to_be_visible()
    assert not reader.locator(".answered").count()


def test_due_questions_lead_from_one_to_the_next(reader, address):
    others = read("book/neuron.html").select(".question.one")[:2]
    labels = {LABEL, *(box["id"] for box in others)}
    keep(reader, *(make_entry(count_days() - 2, label) for label in labels))
    reader.reload()
    reader.get_by_role("link", name="3 questions are due").click()
    seen = set()
    for rest in (2, 1, 0):
        label = reader.url.rpartition("#")[2]
        seen.add(label)
        status = answer(reader, label).get_by_role("status")
        if rest:
            status.get_by_role("link", name="Next: ").click()
    expect(status).to_contain_text("Nothing else is due.")
    assert seen == labels


def test_mistakes_are_asked_first_also_predictions(reader, address):
    day = count_days() - 2
    labels = [label for label in INDEX if label.startswith("q-")][:8]
    keep(reader, *(make_entry(day, label) for label in labels))
    keep(reader, make_entry(day, PREDICTION, isRight=False, said="it falls"))
    reader.reload()
    reader.get_by_role("link", name="9 questions are due").click()
    assert reader.url.endswith(f"#{PREDICTION}")


def test_tabs_merge_and_the_list_follows(reader, address):
    first, second = reader.context.new_page(), reader.context.new_page()
    other = next(one for one in INDEX if INDEX[one][1] == CHAPTER and one != LABEL)
    for page in (first, second):
        page.goto(address + CHAPTER)
    today = first.evaluate("Math.floor(Date.now() / 864e5)")
    keep(first, make_entry(today))
    keep(second, make_entry(today, other))
    expect(find_card(reader)).to_contain_text(f"2 of {TOTAL} answered")


@pytest.mark.parametrize(
    "harm",
    [
        "Object.defineProperty(window, 'localStorage', {get() { throw Error(); }});",
        "Storage.prototype.setItem = () => { throw new Error('full'); };",
        """for (const rest of ['place', 'LABEL EDITION'])
             localStorage.setItem(`answers /course/ ${rest}`, '{"damaged": [');""",
        "localStorage.setItem('answers /course/ LABEL EDITION', '{\"day\": 1}');",
        "localStorage.setItem('answers /course/ LABEL EDITION', '[null, 3, {}]');",
    ],
    ids=["forbidden", "full", "damaged", "other", "old"],
)
def test_what_cannot_be_kept_costs_memory_and_nothing_else(new_context, address, harm):
    page = new_context().new_page()
    faults = []
    page.on("pageerror", lambda error: faults.append(error))
    harm = harm.replace("LABEL", LABEL).replace("EDITION", INDEX[LABEL][0])
    page.add_init_script(harm)
    page.goto(address + CHAPTER)
    question = answer(page)
    expect(question.get_by_role("status")).to_contain_text("Right.")
    page.goto(address)
    expect(page.locator("ul.chapters")).to_be_visible()
    assert not [fault for fault in faults if "/questions/" in fault.stack]


def test_an_edited_question_is_asked_afresh(reader):
    keep(reader, make_entry(count_days() - 2, edition="00000000"))
    reader.reload()
    reader.wait_for_load_state("networkidle")
    assert not reader.locator(".answered, .due").count()


@pytest.mark.parametrize(
    ("days", "noticed", "due", "gap"), [([300], 0, 0, 7), ([0, 300], 2, 8, 21)]
)
def test_a_clock_ahead_hides_no_answer(reader, address, days, noticed, due, gap):
    for day in days:
        set_day(reader, day)
        reader.goto(address + CHAPTER)
        answer(reader)
    for day in (noticed, due):
        set_day(reader, day)
        reader.goto(address)
        expect(find_card(reader)).to_contain_text(f"1 of {TOTAL} answered")
        assert reader.locator(".due").count() == (day == due)
    reader.goto(address + CHAPTER)
    answer(reader)
    expect(reader.locator(f"#{LABEL} .number")).to_contain_text(f"in {gap} days")


def test_the_first_page_leads_back_to_the_section_last_read(reader, address):
    reader.goto(address + CHAPTER)
    heading = reader.locator("article h2").nth(2)
    heading.scroll_into_view_if_needed()
    section = heading.locator("..").get_attribute("id")
    reader.goto(address + CHAPTER)  # a glance at the top is no place
    reader.goto(address + CHAPTER + "?due")  # nor is what is asked again
    reader.evaluate("scrollTo(0, 3000)")
    reader.goto(address)
    reader.get_by_role("link", name="Go on in chapter 5").click()
    assert reader.url.endswith(f"{CHAPTER}#{section}")


@pytest.mark.parametrize("address_kept", ["//other.example/x", "/other/x", 7, None])
def test_a_place_that_is_none_of_this_site_is_no_link(reader, address_kept):
    keep(reader, make_entry(count_days() - 2))
    place = json.dumps({"chapter": 3, "address": address_kept})
    reader.evaluate("one => localStorage.setItem('answers /course/ place', one)", place)
    reader.reload()
    expect(reader.get_by_role("link", name="1 question is due")).to_be_visible()
    assert not reader.get_by_role("link", name="Go on in chapter").count()


@pytest.mark.parametrize("width", [320, 1350])
@pytest.mark.parametrize("name", ["", CHAPTER])
def test_what_returns_moves_nothing(reader, address, name, width):
    reader.set_viewport_size({"width": width, "height": 800})
    labels = [label for label in INDEX if INDEX[label][1] == CHAPTER]
    entries = [make_entry(count_days() - 2, label) for label in labels]
    said = {"said": "it rises by 100"}
    places = []
    reader.goto(address + name)
    reader.wait_for_load_state("networkidle")  # a font that was late is there now
    for known in [], [*entries, make_entry(count_days() - 2, PREDICTION, **said)]:
        keep(reader, *known)
        reader.goto(address + name)
        reader.locator(".is-form" if name else ".returning").last.wait_for()
        reader.wait_for_load_state("networkidle")
        places.append(
            reader.locator("article :is(h2, figure, li, .question)").evaluate_all(
                "parts => parts.map(part => part.getBoundingClientRect().top)"
            )
        )
    assert reader.locator(".due" if name == "" else f"#{LABEL} .number span").count()
    assert places[0] == places[1]
