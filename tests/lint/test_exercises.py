"""Rules on exercises."""

from .cases import Cases, cell, check_page, each, find_in_page

ASK = ":::{exercise-start} A title\n:label: ex-a\n:::\n\n*By hand.* What?\n\n:::{exercise-end}\n:::\n\n"
ANSWER = ":::{solution-start} ex-a\n:label: sol-a\n:class: dropdown\n:::\n\nThat.\n\n:::{solution-end}\n:::\n\n"
CODE = ASK.replace("By hand", "In code").replace("ex-a", "ex-c") + ANSWER.replace(
    "-a\n", "-c\n"
)
TURN = cell("# your turn")
CASES: Cases = {
    "exercises/gates": [
        (ASK + ANSWER, []),
        (
            ASK.replace(":::{exercise-end}\n:::\n", "") + ANSWER,
            ["1: the exercise has no end: write :::{exercise-end} and ::: where it ends"],
        ),
        (
            ASK + ANSWER.replace(":::{solution-end}\n:::\n", ""),
            ["10: the solution has no end: write :::{solution-end} and ::: where it ends"],
        ),
        (
            ":::{exercise-end}\n:::\n",
            [
                "1: this ends no exercise: begin it with :::{exercise-start}, or remove this line"
            ],
        ),
        (
            ASK.replace("exercise-end", "solution-end"),
            [
                "7: this ends no solution: begin it with :::{solution-start}, or remove this line",
                "1: the exercise has no end: write :::{exercise-end} and ::: where it ends",
            ],
        ),
        (
            ":::{solution-end}\n:::\n",
            [
                "1: this ends no solution: begin it with :::{solution-start}, or remove this line"
            ],
        ),
    ],
    "exercises/pairs": [
        (ASK + ANSWER, []),
        (
            ASK,
            ["1: exercise ex-a has no solution: write :::{solution-start} ex-a after its end"],
        ),
        (ANSWER, ["1: the solution of ex-a follows no exercise: put it below its exercise"]),
        (
            ASK + ASK.replace("ex-a", "ex-b") + ANSWER.replace("-a\n", "-b\n"),
            ["1: exercise ex-a has no solution: write :::{solution-start} ex-a after its end"],
        ),
        (
            ASK + ANSWER.replace("ex-a", "ex-b"),
            ["10: the solution of ex-b follows ex-a: put each solution below its own exercise"],
        ),
        (
            ASK + ANSWER.replace("sol-a", "sol-b"),
            ["11: the solution of ex-a is labelled sol-b: write :label: sol-a"],
        ),
        (
            ASK + ANSWER.replace(":label: sol-a\n", ""),
            ["10: the solution of ex-a is labelled nothing: write :label: sol-a"],
        ),
        (
            ASK.replace("ex-a", "a") + ANSWER.replace("ex-a", "a"),
            ["1: an exercise without a label: add :label: ex-…"],
        ),
        (
            ASK.replace(":label: ex-a\n", "") + ANSWER,
            ["1: an exercise without a label: add :label: ex-…"],
        ),
        (
            ASK + ANSWER + ANSWER,
            ["20: the solution of ex-a follows no exercise: put it below its exercise"],
        ),
        ("Text.\n", []),
        (":::{exercise-end}\n:::\n", []),
    ],
    "exercises/folding": [
        (ASK + ANSWER, []),
        (
            ASK + ANSWER.replace(":class: dropdown\n", ""),
            ["10: a solution that is not folded: add :class: dropdown"],
        ),
        (
            ANSWER.replace("dropdown", "open"),
            ["3: a solution that is not folded: add :class: dropdown"],
        ),
        (ASK, []),
    ],
    "exercises/content": [
        (
            ASK.replace("*By hand.* What?", ":::{figure} a.svg\n:alt: A b c.\n:::") + ANSWER,
            ["1: the exercise is empty: write it, or remove the pair"],
        ),
        (ASK + ANSWER, []),
        (
            ASK + ANSWER.replace("That.\n\n", ""),
            ["10: the solution is empty: write it, or remove the pair"],
        ),
        (
            ASK.replace("*By hand.* What?\n\n", "") + ANSWER,
            ["1: the exercise is empty: write it, or remove the pair"],
        ),
        (ASK + ANSWER.replace("That.", cell("print(1)")), []),
        (
            ASK + ANSWER.replace("That.", cell("assert 1", ":tags: [remove-cell]")),
            ["10: the solution is empty: write it, or remove the pair"],
        ),
        (
            ASK.replace("*By hand.* What?", TURN),
            ["1: the exercise is empty: write it, or remove the pair"],
        ),
        (
            ASK + ANSWER.replace("That.", "## That\n\nText."),
            ["15: a heading within the solution: begin a paragraph instead"],
        ),
        (
            ASK.replace(" A title", "") + ANSWER,
            ["1: an exercise without a title: write it after :::{exercise-start}"],
        ),
        (ASK.replace(":::{exercise-end}\n:::\n", ""), []),
        (ASK + "## More\n\n:::{exercise-end}\n:::\n", []),
        (
            ASK.replace(":::{exercise-end}\n:::\n", "")
            + ANSWER.replace("That.", "## That\n\nText."),
            ["13: a heading within the solution: begin a paragraph instead"],
        ),
        (
            ASK.replace("*By hand.* What?", ":::{figure} a.svg\n\nA caption.\n:::") + ANSWER,
            ["1: the exercise is empty: write it, or remove the pair"],
        ),
        (ASK + ANSWER.replace("That.", ":::{note}\nThat.\n:::\n"), []),
    ],
    "exercises/kinds": [
        (ASK, []),
        (
            ASK.replace("*By hand.* What?", "What?"),
            [
                "5: an exercise that does not name its kind: begin it with *By hand.*, *In code.* or *Predict, then check.*"
            ],
        ),
        (
            ASK.replace("By hand.", "In code."),
            [
                "5: an exercise without a cell for the reader: add a cell with the line # your turn"
            ],
        ),
        (ASK.replace("*By hand.* What?", "*In code.* What?\n\n" + TURN), []),
        (
            ASK.replace("*By hand.* What?", "*Predict, then check.* What?\n\n" + cell("x = 1")),
            [
                "5: an exercise without a cell for the reader: add a cell with the line # your turn"
            ],
        ),
        (
            ASK.replace("*By hand.* What?", cell("x = 1")),
            [
                "1: an exercise that does not name its kind: begin it with *By hand.*, *In code.* or *Predict, then check.*"
            ],
        ),
        (ASK.replace("*By hand.* What?\n\n", ""), []),
        (ANSWER, []),
    ],
}
CHAPTER_CASES: Cases = {
    "exercises/numbers": [
        (
            ASK * 6,
            [
                "1: no exercise of the kind *In code.*: add one, or turn one into this kind",
                "1: no exercise of the kind *Predict, then check.*: add one, or turn one into this kind",
            ],
        ),
        (ASK + ANSWER, ["1: exercises in this chapter: 1: give it 3 to 6"]),
        (
            ASK * 3,
            [
                "1: no exercise of the kind *In code.*: add one, or turn one into this kind",
                "1: no exercise of the kind *Predict, then check.*: add one, or turn one into this kind",
            ],
        ),
        (ASK * 7, ["1: exercises in this chapter: 7: give it 3 to 6"]),
        ("Text.\n", ["1: exercises in this chapter: 0: give it 3 to 6"]),
    ],
}


@each(CASES)
def test_rule(rule, source, expected):
    check_page(rule, source, expected)


@each(CHAPTER_CASES)
def test_rule_on_chapters(rule, source, expected):
    check_page(rule, source, expected, is_chapter=True)
    assert find_in_page(rule, source) == []
