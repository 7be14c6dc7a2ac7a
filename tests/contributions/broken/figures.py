"""Figures: plots, diagrams and pictures."""

from ..draft import Draft, Place, place_of
from .catalogue import refused_by


def option_line(draft: Draft, file: str, first: int, last: int, key: str) -> int:
    """Return the line between two others that holds a key."""
    lines = draft.lines(file)
    return next(n for n in range(first, last + 1) if f"{key}:" in lines[n - 1])


@refused_by("lint", r"\balt\b|alternative")
def diagram_without_alternative_text(draft: Draft) -> Place:
    """A figure has no `:alt:`."""
    page, figure = draft.pick(draft.directives("figure"))
    line = option_line(draft, page.file, figure.line, figure.end, ":alt")
    draft.cut(page.file, line, line)
    return place_of(page, figure)


@refused_by("lint", r"\balt\b|alternative")
def plot_without_alternative_text(draft: Draft) -> Place:
    """A cell that draws has no alternative text, by any of the ways to draw."""
    return draft.add_cell(
        "import matplotlib.pyplot as plt\n\n"
        + draft.pick(
            [
                "fig, ax = plt.subplots()\nax.plot([1, 2]);",
                "plt.plot([1, 2]);",
                "plt.figure()\nplt.hist([1, 2, 2]);",
                "plt.imshow([[1, 2]])",
                "fig = plt.figure()\nfig.subplots().plot([1, 2]);",
            ]
        )
    )


@refused_by("lint", r"\balt\b|alternative")
def picture_without_alternative_text(draft: Draft) -> Place:
    """A picture in the text has no alternative text."""
    return draft.add_paragraph(
        draft.pick(
            ["![](../images/perceptron.svg)", "```{image} ../images/perceptron.svg\n```"]
        )
    )


@refused_by("lint", r"\balt\b|alternative|file")
def file_name_as_alternative_text(draft: Draft) -> Place:
    """The alternative text is the name of a file."""
    page, figure = draft.pick(draft.directives("figure"))
    line = option_line(draft, page.file, figure.line, figure.end, ":alt")
    text = draft.pick(
        ["perceptron.svg", "IMG_2041.JPG", "images/testing.svg", "Screenshot 1.png"]
    )
    draft.replace(page.file, line, line, f":alt: {text}")
    return place_of(page, figure)


@refused_by("lint", "numref|refer|text|figure")
def figure_that_the_text_never_names(draft: Draft) -> Place:
    """A figure is new, and no sentence refers to it."""
    return draft.add_paragraph(
        ":::{figure} ../images/perceptron.svg\n:name: fig-again\n:alt: Three circles and one."
        "\n\nThe neuron once more.\n:::"
    )


@refused_by("lint", "opening")
def chapter_without_an_opening_picture(draft: Draft) -> Place:
    """The figure that opened a chapter has lost its class."""
    page = draft.pick(draft.chapters())
    lines = draft.lines(page.file)
    line = next(n for n, text in enumerate(lines, 1) if text.endswith(": opening"))
    draft.cut(page.file, line, line)
    return Place(page.file)


@refused_by("lint", "stack on phones")
def side_of_a_figure(draft: Draft) -> Place:
    """A sentence says on which side of a figure something stands."""
    labels = [
        label for page in draft.chapters() for _, label in page.labels if label[:4] == "fig-"
    ]
    figure = f"{{numref}}`{draft.pick(labels)}`"
    return draft.add_sentence(
        draft.pick([f"The loss falls ({figure}, right).", f"See the left of {figure}."])
    )


@refused_by("build", "none.svg|not readable|not found|exist")
def missing_picture(draft: Draft) -> Place:
    """A figure names a file that does not exist."""
    page, figure = draft.pick(draft.directives("figure"))
    draft.change(
        page.file, figure.line, lambda text: text.replace(figure.argument, "../images/none.svg")
    )
    return place_of(page, figure)


@refused_by("lint", "make draw")
def diagram_edited_by_hand(draft: Draft) -> Place:
    """A diagram is changed without its script."""
    path = draft.pick(sorted((draft.root / "images").glob("*.svg")))
    file = f"images/{path.name}"
    draft.write(file, path.read_text("utf-8").replace("</svg>", "<!-- moved -->\n</svg>"))
    return Place(file)


@refused_by("lint", "no page|unused|nothing|nowhere|script")
def picture_that_nothing_shows(draft: Draft) -> Place:
    """A picture is added that no page shows."""
    name = draft.pick(["images/spare.svg", "images/spare.png"])
    return draft.write(name, draft.random.randbytes(5_000_000) if "png" in name else "<svg/>\n")
