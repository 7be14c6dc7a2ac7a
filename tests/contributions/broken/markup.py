"""Markup that parses as something else, or is shown raw."""

import re

from ..draft import Draft, Place, place_of
from .catalogue import enter_sentences, refused_by

FORMULA = re.compile(r"(?<![\\$])\$[^$`]+\$(?!\$)")
EMPHASIS = re.compile(r"(?<![*\w])\*[^*`$]+\*(?!\*)")
ROLE = re.compile(r"\{(?:ref|numref|eq|cite:[pt])\}`[^`]+`")


@refused_by("lint", r"\$\$|formula|math")
def display_formula_not_closed(draft: Draft) -> Place:
    """The `$$` that closes a displayed formula is lost."""
    page, token = draft.pick(
        (page, token)
        for page in draft.chapters()
        for token in page.tokens
        if token.type.startswith("math_block")
    )
    first, last = token.map
    draft.change(page.file, last, lambda line: re.sub(r"\$\$(?=[^$]*$)", "", line))
    return Place(page.file, first, last)


@refused_by("lint", r"\$|formula|math")
def inline_formula_not_closed(draft: Draft) -> Place:
    """One of the `$` around a formula is lost."""
    line = draft.pick(line for line in draft.prose() if FORMULA.search(line.text))
    formula = draft.pick(FORMULA.finditer(line.text))
    at = draft.pick([formula.start(), formula.end() - 1])
    return draft.change(line.file, line.number, lambda text: text[:at] + text[at + 1 :])


@refused_by("lint", r"\*|emphasis")
def emphasis_not_closed(draft: Draft) -> Place:
    """One of the `*` around emphasised words is lost."""
    line = draft.pick(line for line in draft.prose() if EMPHASIS.search(line.text))
    words = draft.pick(EMPHASIS.finditer(line.text))
    at = draft.pick([words.start(), words.end() - 1])
    return draft.change(line.file, line.number, lambda text: text[:at] + text[at + 1 :])


@refused_by("lint", r"backtick|`|role")
def role_without_its_last_backtick(draft: Draft) -> Place:
    """A reference or citation loses the backtick at its end."""
    line = draft.pick(line for line in draft.prose() if ROLE.search(line.text))
    role = draft.pick(ROLE.finditer(line.text))
    return draft.change(
        line.file, line.number, lambda text: text[: role.end() - 1] + text[role.end() :]
    )


@refused_by("lint", r"role|numreff|cite:tt|reff|glue:txt|eqn")
def unknown_role(draft: Draft) -> Place:
    """The name of a role is misspelt."""
    wrong = {"{numref}": "{numreff}", "{cite:t}": "{cite:tt}", "{ref}": "{reff}"}
    wrong |= {"{glue:text}": "{glue:txt}", "{eq}": "{eqn}"}
    line = draft.pick(
        line for line in draft.prose() if any(role in line.text for role in wrong)
    )
    role = draft.pick(role for role in wrong if role in line.text)
    return draft.change(line.file, line.number, lambda text: text.replace(role, wrong[role], 1))


@refused_by("lint", r"directive|code-cel\b|figur\b|admonitoin|exercise-strat|solutoin-start")
def unknown_directive(draft: Draft) -> Place:
    """The name of a directive is misspelt."""
    wrong = {"code-cell": "code-cel", "figure": "figur", "admonition": "admonitoin"}
    wrong |= {"exercise-start": "exercise-strat", "solution-start": "solutoin-start"}
    page, directive = draft.pick(draft.directives(draft.pick(wrong)))
    return draft.change(
        page.file,
        directive.line,
        lambda line: line.replace(f"{{{directive.name}}}", f"{{{wrong[directive.name]}}}"),
    )


@refused_by("lint", r":::|fence|closed|nest")
def fence_not_closed(draft: Draft) -> Place:
    """The line `:::` that closes a directive is lost."""
    page, directive = draft.pick(
        draft.directives("admonition", "figure", "exercise-start", "solution-start")
    )
    draft.cut(page.file, directive.end, directive.end)
    return place_of(page, directive)


@refused_by("lint", r":::|fence|nest")
def nested_fence_with_too_few_colons(draft: Draft) -> Place:
    """A note inside a box has as many colons as the box, and so closes it."""
    page, box = draft.pick(draft.directives("admonition"))
    text = ":::{note}\nA trained network changes no more.\n:::\n"
    draft.insert(page.file, box.body_line + 1, text)
    return Place(page.file, box.line, box.end + 4)


@refused_by("lint", r"```|fence|closed")
def code_fence_not_closed(draft: Draft) -> Place:
    """The line of backticks that closes a cell is lost."""
    page, cell = draft.pick(draft.cells())
    draft.cut(page.file, cell.end, cell.end)
    return Place(page.file, cell.line, cell.end)


@refused_by("lint", r"<!--|comment")
def comment_not_closed(draft: Draft) -> Place:
    """A comment in HTML swallows the rest of the page."""
    return draft.add_paragraph("<!-- Say more about this.")


@refused_by("lint", r"heading|#")
def heading_shown_as_text(draft: Draft) -> Place:
    """The marks of a heading have no space behind them, or one that does not break."""
    page, line = draft.pick(
        (page, line)
        for page in draft.chapters()
        for line, level, _ in page.headings
        if level > 1
    )
    space = draft.pick(["", "\N{NO-BREAK SPACE}"])
    return draft.change(page.file, line, lambda text: re.sub("^(#+) ", rf"\1{space}", text))


@refused_by("lint", r"heading")
def heading_level_skipped(draft: Draft) -> Place:
    """A section of the third level stands below none of the second."""
    page, line = draft.pick(
        (page, next(line for line, level, _ in page.headings if level == 2))
        for page in draft.chapters()
    )
    return draft.change(page.file, line, lambda text: "#" + text)


@refused_by("lint", r"\||table")
def bar_in_a_formula_of_a_table(draft: Draft) -> Place:
    """A table's cell holds a formula with `|`, which ends the cell."""
    rows = ["| size | $|w|$ |", "| loss | $|y - a|$ |", "| given | $p(y | x)$ |"]
    place = draft.add_paragraph("| what | formula |\n|---|---|\n" + draft.pick(rows))
    return Place(place.file, place.first, place.last)


@refused_by("lint", r"column|cell|table")
def table_row_with_a_cell_too_many(draft: Draft) -> Place:
    """A row of a table has more cells than the table's head; the last is dropped."""
    page, token = draft.pick(
        (page, token)
        for page in draft.chapters()
        for token in page.tokens
        if token.type == "table_open"
    )
    line = draft.pick(range(token.map[0] + 2, token.map[1] + 1))
    return draft.change(page.file, line, lambda text: text + " one more |")


@refused_by("lint", r"option|nmae|clas\b|label")
def unknown_option_of_a_directive(draft: Draft) -> Place:
    """The name of a directive's option is misspelt."""
    wrong = {"name": "nmae", "class": "clas", "label": "labl"}
    page, directive = draft.pick(
        (page, directive)
        for page, directive in draft.directives(
            "figure", "admonition", "exercise-start", "solution-start"
        )
        if wrong.keys() & directive.options.keys()
    )
    option = draft.pick(sorted(wrong.keys() & directive.options.keys()))
    lines = draft.lines(page.file)
    line = next(n for n in range(directive.line, directive.end) if f":{option}:" in lines[n])
    draft.change(page.file, line + 1, lambda text: text.replace(option, wrong[option], 1))
    return place_of(page, directive)


@refused_by("build", r"substitution|undefined|course_name")
def undefined_substitution(draft: Draft) -> Place:
    """A name in double braces stands for nothing."""
    return draft.block(draft.add_sentence("Welcome to {{ course_name }}."))


enter_sentences(
    "lint",
    {
        "link_to_a_file_of_the_author": (
            "file:|address",
            "The notes are [here](file:///home/user/notes.pdf).",
            "See [the slides](file:///C:/Users/me/slides.pptx).",
        ),
        "bare_address": (
            "address|link",
            "More is at https://www.deeplearningbook.org today.",
            "The book is at https://www.deeplearningbook.org/contents/mlp.html.",
        ),
        "frame_of_another_host": (
            "iframe|host|request",
            '<iframe src="https://www.youtube.com/embed/aircAruvnKk" title="Talk"></iframe>',
            '<iframe title="A demonstration" src="https://playground.tensorflow.org/"></iframe>',
        ),
        "script_of_another_host": (
            "script|host|request",
            '<script src="https://cdn.jsdelivr.net/npm/d3@7"></script>',
            '<img src="https://upload.wikimedia.org/digits.png" alt="Four digits in a row">',
        ),
        "picture_in_html": (
            "img|html|alt",
            '<img src="../images/perceptron.svg">',
            '<p><img src="../images/perceptron.svg" width="300"></p>',
        ),
        "unbalanced_html": (
            "html|tag|close",
            "The network reads <b>digits.",
            "Press <kbd>Enter</kdb> to go on.",
        ),
        "link_to_a_missing_page": (
            "perceptrons|not exist|no such|not found|unknown|missing",
            "This is shown in [a later chapter](perceptrons.md).",
            "This is shown [further down](neuron.md#perceptrons).",
        ),
        "reference_to_a_missing_label": (
            "perceptrons",
            "See {ref}`ch-perceptrons`.",
            "See {numref}`fig-perceptrons`.",
            "It follows from {eq}`eq-perceptrons`.",
        ),
    },
)

enter_sentences(
    "build",
    {
        "formula_with_an_unknown_command": (
            r"\\(fraq|simga|mathb)",
            r"The slope is $\fraq{1}{2}$.",
            r"The activation is $\simga(z)$.",
        ),
        "formula_with_unbalanced_braces": (
            r"formula|\\frac|\\sqrt|brace|group|'\}'|x_\{",
            r"The mean is $\frac{1}{n \sum_i x_i$.",
            r"The root is $\sqrt{2$.",
            r"The input is $x_{1$.",
        ),
        "sign_that_the_font_lacks": ("font|ж|字", "The sum is $ж$.", "The sum is $字$."),
    },
)
