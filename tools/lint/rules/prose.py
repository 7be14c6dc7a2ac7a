"""Prose: plain words, short sentences, British spelling, one sentence a line."""

import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from importlib.resources import files

from tools.book import Book, Page
from tools.lint.finding import Finding
from tools.lint.rule import rule

LONGEST = 45
SENTENCE_END = re.compile(r"[\w)`$%][.!?]\)? +[A-Z]")
ABBREVIATION = re.compile(r"\[.*?\]|\*.*?\*|\b(et al|e\.g|i\.e|vs|cf|[A-Z])\. ")
# Words that make a reader feel slow, and marks of unfinished work.
UNKIND = re.compile(
    r"\b(simply|obviously|trivial(ly)?|of course|clearly|basically|needless to say|"
    r"as (everybody|everyone|we all) knows?|straightforward(ly)?|"
    r"just(?! (above|below|before|after|under|over)\b)|"
    r"(it|this|that|which|the rest) is (very |quite |really )?(easy|simple)(?! to read)|"
    r"(easy|easily|simple) to (see|show|check|understand|verify|do)|"
    r"easily (see|seen|shown|checked|understood))\b",
    re.IGNORECASE,
)
UNFINISHED = re.compile(r"\b(TODO|FIXME|XXX|TBD|TBC|lorem ipsum)\b", re.IGNORECASE)
DOUBLED = re.compile(r"\b([A-Za-z]+) \1\b")
NAME = re.compile(r"(?<=\w )[A-Z][a-z]+\b")
# American words that are British ones in another meaning, or the field's own names.
ALSO_BRITISH = {
    *("artifact", "artifacts", "ax", "check", "checks", "curb", "disk", "disks", "draft"),
    *("fetus", "license", "licensed", "meter", "meters", "optimizer", "optimizers", "practice"),
    *("practices", "program", "programs", "story", "stories", "tire", "tires", "ton", "tons"),
}
SIGNS = "°✓✗"
# Unicode's categories of pictures, and of signs that format, control or are private.
UNSEEN = ("So", "Cf", "Cc", "Co", "Cs")


def lines_of(page: Page) -> Iterator[tuple[int, str]]:
    """Yield the lines that a reader reads, without code, formulas and roles."""
    for passage in page.passages:
        yield from passage.lines


@rule
def wording(page: Page) -> Iterator[Finding]:
    """The text spares the words that make a reader feel slow, such as simply and of course."""
    for line, text in lines_of(page):
        if word := UNKIND.search(text):
            fault = f"{word[0]!r} makes a reader feel slow"
            yield Finding(page.file, line, fault, "leave it out")


@rule
def unfinished(page: Page) -> Iterator[Finding]:
    """The text holds no notes to its author, such as TODO."""
    for number, line in enumerate(page.text.splitlines(), 1):
        if note := UNFINISHED.search(line):
            yield Finding(page.file, number, f"the note {note[0]!r}", "do it, or open an issue")


@rule
def one_sentence_a_line(page: Page) -> Iterator[Finding]:
    """Paragraphs are written one sentence a line, so that a review shows which one changed."""
    for passage in page.passages:
        if passage.kind != "paragraph":
            continue
        for line, text in enumerate(passage.source.splitlines(), passage.line):
            if SENTENCE_END.search(ABBREVIATION.sub("", text)) and not text.startswith("**"):
                yield Finding(page.file, line, "two sentences in one line", "break the line")


@rule
def sentence_length(page: Page) -> Iterator[Finding]:
    """A sentence has at most 45 words."""
    for passage in page.passages:
        if passage.kind in ("paragraph", "item", "caption"):
            for line, text in passage.lines:
                for sentence in re.split(r"(?<=[.!?:]) ", text):
                    words = len(re.findall(r"[\w…]+", sentence))
                    if words > LONGEST:
                        fault = f"a sentence of {words} words"
                        yield Finding(page.file, line, fault, "make it two")


@rule
def british_spelling(page: Page) -> Iterator[Finding]:
    """The spelling is British: colour, generalise, centre."""
    british = read_spellings()
    for line, text in lines_of(page):
        unquoted = re.sub(r'"[^"]*"', "", text)
        for word in re.findall(r"[A-Za-z]+", unquoted):
            if word.lower() in british:
                remedy = f"write {british[word.lower()]!r}"
                yield Finding(page.file, line, f"the American spelling {word!r}", remedy)


@cache
def read_spellings() -> dict[str, str]:
    """Return British spellings by American ones: codespell's list, read the other way round."""
    path = files("codespell_lib") / "data" / "dictionary_en-GB_to_en-US.txt"
    found: dict[str, str] = {}
    for line in path.read_text("utf-8").splitlines():
        british, _, american = line.partition("->")
        found |= {word.strip(): british for word in american.split(",") if word.strip()}
    return {word: british for word, british in found.items() if word not in ALSO_BRITISH}


@rule
def signs(page: Page) -> Iterator[Finding]:
    """The text holds neither emoji nor signs that nobody sees."""
    for number, line in enumerate(page.text.splitlines(), 1):
        for sign in line:
            kind = unicodedata.category(sign)
            if (kind in UNSEEN and sign not in SIGNS) or sign == "\ufe0f":
                fault = f"the sign U+{ord(sign):04X} {unicodedata.name(sign, '')}".rstrip()
                yield Finding(page.file, number, fault, "leave it out, or say it in words")


@rule
def doubled_words(page: Page) -> Iterator[Finding]:
    """No word stands twice in a row."""
    for line, text in lines_of(page):
        if word := DOUBLED.search(text):
            yield Finding(page.file, line, f"the words {word[0]!r}", "leave out one")


@rule
def sentence_case(book: Book) -> Iterator[Finding]:
    """Headings and titles are in sentence case: only names have capitals within them."""
    names = {
        name
        for page in book.pages
        for passage in page.passages
        if passage.kind not in ("heading", "title")
        for _, text in passage.lines
        for name in NAME.findall(text)
    }
    course = next((text for _, level, text in book.pages[0].headings if level == 1), "")
    for page in book.pages:
        for passage in page.passages:
            if passage.kind in ("heading", "title") and passage.source != course:
                for word in NAME.findall(passage.source):
                    if word not in names:
                        remedy = f"write {word.lower()!r}, if it is no name"
                        fault = f"a capital in the heading: {word!r}"
                        yield Finding(page.file, passage.line, fault, remedy)
                        break
