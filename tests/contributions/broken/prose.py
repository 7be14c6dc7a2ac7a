"""Words and sentences that the house style refuses."""

import re

from ..draft import FRAMES, Draft, Place
from .catalogue import enter_sentences, left_to_reviewers, refused_by

enter_sentences(
    "lint",
    {
        "word_that_makes_readers_feel_slow": (
            "simply|obviously|of course|easy|clearly|trivially|just",
            "This is simply the mean of the inputs.",
            "Obviously, the sum is 1.",
            "The result is, of course, the same.",
            "It is easy to see that the sum is 1.",
            "Clearly, the loss falls.",
        ),
        "american_spelling": (
            "color|neighbor|center|behavior|generaliz|optimiz|gray|analyz|british|spelling",
            "The color of each pixel is a number.",
            "Each neuron has a neighbor.",
            "The behavior of the network changes.",
            "The network does not generalize.",
            "We analyze the result.",
            "The pixels are gray.",
        ),
        "misspelt_word": (
            "recieves|seperate|occured|neccessary",
            "The neuron recieves three inputs.",
            "We keep the two sets seperate.",
            "The error occured twice.",
            "A bias is neccessary.",
        ),
        "emoji": (
            "emoji|sign|character|\U0001f680|\U0001f389",
            "Off we go \U0001f680.",
            "It works \U0001f389.",
        ),
        "note_to_oneself": (
            "todo|fixme|xxx",
            "TODO: say more about the bias.",
            "The bias matters (FIXME: why?).",
            "The slope is XXX.",
        ),
        "sentence_of_ninety_words": (
            "words|long",
            "The network reads the image "
            + "and the next image " * 22
            + "one after the other.",
            "We compute " + "the sum of the inputs and then " * 13 + "we stop with the result.",
        ),
    },
)


@refused_by("lint", "sentence")
def two_sentences_in_a_line(draft: Draft) -> Place:
    """A line of a paragraph holds two sentences; items of a list may."""
    frames = tuple(frame for frame in FRAMES if not frame.startswith("-"))
    text = draft.pick(["The loss falls. Then it rises again.", "Is it large? We shall see."])
    return draft.add_sentence(text, frames)


@refused_by("lint", "capital|sentence case|title case|heading")
def heading_in_title_case(draft: Draft) -> Place:
    """Every word of a heading begins with a capital."""
    page, line = draft.pick(
        (page, line)
        for page in draft.chapters()
        for line, level, text in page.headings
        if level > 1 and len(text.split()) > 2 and text.replace(" ", "").isalpha()
    )
    return draft.change(
        page.file, line, lambda text: " ".join(w[0].upper() + w[1:] for w in text.split(" "))
    )


@refused_by("lint", "bold|glossary|term")
def bold_term_that_the_glossary_lacks(draft: Draft) -> Place:
    """A chapter sets a word in bold that the glossary does not explain."""
    return draft.add_paragraph("Such a number is called a **hypernumber**.")


@refused_by("lint", "bold|second|twice|term")
def term_defined_twice(draft: Draft) -> Place:
    """A chapter sets a term in bold again that is defined before or elsewhere in it."""
    page, term = draft.pick(
        (page, term)
        for page in draft.chapters()
        for term in re.findall(r"\*\*([\w -]+)\*\*", page.text)
        if term.lower() in draft.book.glossary
    )
    last = page.headings[-3][0]
    return draft.insert(page.file, last, f"Remember the **{term}**.\n")


@refused_by("lint", "glossary|term|perceptronics")
def term_that_no_chapter_defines(draft: Draft) -> Place:
    """The glossary explains a term that no chapter defines."""
    lines = draft.lines("book/glossary.md")
    line = draft.pick(n for n, text in enumerate(lines, 1) if text.startswith("  ")) + 1
    added = draft.insert(
        "book/glossary.md", line, "\nperceptronics\n  The study of perceptrons."
    )
    return Place(added.file, added.first, added.last)


left_to_reviewers(
    {
        "foreign words": "names and quoted titles are in other languages, too",
        "a wrong but plausible sentence": "only one who knows the subject can tell",
        "a claim without a source": "what needs a source is a matter of judgement",
    }
)
