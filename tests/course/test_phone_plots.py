"""A plot notes for phones where its panels are, or a drawing as narrow as they are."""

import re
from base64 import b64decode
from io import BytesIO

import pytest
from matplotlib.axes import Axes
from matplotlib.backend_bases import FigureCanvasBase
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from PIL import Image

from _ext.course.pictures import take_note

with pytest.MonkeyPatch.context() as patch:
    # The module puts a function of its own in the place of this one, for kernels only.
    patch.setattr(FigureCanvasBase, "print_figure", FigureCanvasBase.print_figure)
    from _ext.course.phone_plots import count_meetings, print_figure, print_forms

pytestmark = pytest.mark.usefixtures("plot_settings")


def start(width: float = 6.4, height: float = 4.0, **options) -> Figure:
    """Return an empty figure of a size in inches, on a canvas like that of kernels."""
    figure = Figure((width, height), **options)
    FigureCanvasAgg(figure)
    return figure


def draw(figure: Figure) -> tuple[str, list[list[float]] | str]:
    """Return the drawing of a figure, and its note, made as kernels make them."""
    file, metadata = BytesIO(), {"Date": None}
    print_forms(figure.canvas, file, format="svg", bbox_inches="tight", metadata=metadata)
    return take_note(file.getvalue().decode())


def measure(svg: str) -> list[float]:
    """Return the width and height of a drawing, in inches."""
    sides = re.search(r'width="(.+?)pt" height="(.+?)pt"', svg).groups()
    return [float(side) / 72 for side in sides]


def place_panels(figure: Figure, number: int) -> list[Axes]:
    """Return bare panels in a row, an inch wide and high and apart, made from the right."""
    width, height = figure.get_size_inches()
    sides = {"left": 1 / width, "right": 1 - 1 / width, "bottom": 0.5, "top": 0.5 + 1 / height}
    grid = figure.add_gridspec(1, number, wspace=1, **sides)
    panels = [
        figure.add_subplot(grid[i], xticks=[], yticks=[]) for i in reversed(range(number))
    ]
    for ax in panels:
        ax.set_frame_on(False)
    return panels


@pytest.mark.parametrize("number", [2, 3])
def test_boxes_of_panels_are_in_points_from_the_upper_left(number):
    figure = start(2 * number + 1, layout="none")
    place_panels(figure, number)
    _, note = draw(figure)
    margin = 2.2  # 0.03 inches around all
    assert note == [
        [pytest.approx(margin + 144 * i, abs=0.1), margin, 72, 72] for i in range(number)
    ]


def test_legends_stand_above_or_below_the_panels():
    figure = start(5, layout="none")
    ax, _ = place_panels(figure, 2)
    for place in ("lower center", "upper center"):
        figure.legend(ax.plot([1, 2]), [place], loc=place)
    _, note = draw(figure)
    tops = [box[1] for box in note]
    assert tops[0] < tops[1] == tops[2] < tops[3]
    assert [box[2:] for box in note[1:3]] == [[72, 72]] * 2


@pytest.mark.parametrize(
    ("rows", "columns", "is_noted"),
    [(1, 1, False), (1, 2, True), (1, 4, False), (2, 1, False), (2, 2, False)],
)
def test_boxes_are_noted_of_two_or_three_panels_in_a_row(rows, columns, is_noted):
    figure = start()
    figure.subplots(rows, columns)
    assert isinstance(draw(figure)[1], list) == is_noted


@pytest.mark.parametrize(
    ("change", "is_noted"),
    [
        (lambda figure: figure.axes[0].text(0, 0, "word"), True),
        (lambda figure: figure.suptitle("Title"), False),
        (lambda figure: figure.supxlabel("epoch"), False),
        (lambda figure: figure.text(0, 0, "word"), False),
        (lambda figure: figure.axes[1].set_visible(False), False),
        (lambda figure: figure.axes[1].twinx(), False),
    ],
)
def test_boxes_are_noted_of_panels_that_hold_all_that_is_shown(change, is_noted):
    figure = start()
    figure.subplots(1, 2)
    change(figure)
    assert isinstance(draw(figure)[1], list) == is_noted


def test_second_axis_is_no_panel():
    figure = start()
    figure.subplots().twinx()
    assert isinstance(draw(figure)[1], str)


def test_what_is_not_shown_has_no_box():
    figure = start()
    first, _, last = figure.subplots(1, 3)
    last.set_visible(False)
    figure.legend(first.plot([1, 2]), ["line"]).set_visible(False)
    _, note = draw(figure)
    assert len(note) == 2


def test_colour_bar_is_no_panel():
    figure = start()
    figure.colorbar(figure.subplots().imshow([[1, 2]]))
    assert isinstance(draw(figure)[1], str)


def test_panel_without_a_grid_has_no_box():
    figure = start(layout="none")
    figure.add_subplot(1, 2, 1)
    figure.add_axes((0.6, 0.1, 0.3, 0.8))
    assert isinstance(draw(figure)[1], str)


@pytest.mark.parametrize(
    ("words", "number"),
    [
        ([(0, 0, "one")], 0),
        ([(0, 0, "one"), (0.01, 0, "two")], 1),
        ([(0, 0, "one"), (0.01, 0, "two"), (0.02, 0, "three")], 3),
        ([(0, 0, "one"), (0.5, 0, "two")], 0),
        ([(0, 0, "one"), (0.01, 0, " ")], 0),
        ([(0.5, 0.5, "touching"), (0.5, 0.5, "touched", {"va": "top"})], 0),
        ([(0, 0, "one"), (0.01, 0, "hidden", {"visible": False})], 0),
    ],
)
def test_words_that_meet_are_counted(words, number):
    figure = start()
    ax = figure.subplots()
    for x, y, word, *options in words:
        ax.text(x, y, word, **{"va": "bottom", **dict(*options)})
    assert count_meetings(figure) == number


@pytest.mark.parametrize(
    ("plot", "number"),
    [
        (lambda ax: ax.axvline(0.4), 0),
        (lambda ax: ax.axvline(0.51), 1),
        (lambda ax: [ax.axvline(0.51), ax.axhline(0.51)], 2),
        (lambda ax: ax.axvline(0.51, linestyle=""), 0),
        (lambda ax: ax.plot([0.4, 0.6, 0.6, 0.4, 0.4], [0.4, 0.4, 0.6, 0.6, 0.4]), 0),
    ],
)
def test_lines_across_words_are_counted(plot, number):
    figure = start()
    ax = figure.subplots()
    ax.text(0.5, 0.5, "word")
    plot(ax)
    ax.set(xlim=(0, 1), ylim=(0, 1))
    assert count_meetings(figure) == number


@pytest.mark.parametrize("axis", ["x", "y"])
@pytest.mark.parametrize("is_minor", [True, False])
@pytest.mark.parametrize(
    ("tick", "view", "is_shown"),
    [
        (0, (0, 1), True),
        (1, (0, 1), True),
        (0, (1, 0), True),
        (2, (0, 1), False),
        (-1, (0, 1), False),
        (-1, (1, 0), False),
    ],
)
def test_words_meet_the_labels_of_ticks_that_are_shown(axis, is_minor, tick, view, is_shown):
    figure = start(layout="none")
    ax = figure.subplots()
    ax.set(xticks=[], yticks=[])
    if axis == "x":
        ax.set_xticks([tick], ["tick"], minor=is_minor)
        ax.text(tick, -0.03, "word", ha="center", va="top")
    else:
        ax.set_yticks([tick], ["tick"], minor=is_minor)
        ax.text(-0.03, tick, "word", ha="right", va="center")
    ax.set(**{f"{axis}lim": view})
    assert count_meetings(figure) == is_shown
    ax.set_axis_off()
    assert count_meetings(figure) == 0


@pytest.mark.parametrize(
    ("size", "plot", "width"),
    [
        (6.4, lambda ax: ax.plot([1, 2]), 4.2),
        # Words that meet where there is less room
        (6.4, lambda ax: [ax.text(0, 0, 22 * "o"), ax.text(0.55, 0, "next")], 4.7),
        (6.4, lambda ax: [ax.text(0, 0, 25 * "o"), ax.text(0.55, 0, "next")], 5.2),
        (6.4, lambda ax: [ax.text(0, 0, 40 * "o"), ax.text(0.75, 0, "next")], None),
        # A line that crosses words
        (6.4, lambda ax: [ax.text(0, 0.5, 40 * "o"), ax.axvline(0.75)], None),
        # Words that meet already
        (6.4, lambda ax: [ax.text(0, 0, "one"), ax.text(0, 0, "two")], 4.2),
        (4.3, lambda ax: ax.plot([1, 2]), 4.2),
        (4.2, lambda ax: ax.plot([1, 2]), None),
    ],
)
def test_narrow_drawing_is_the_narrowest_in_which_no_more_words_meet(size, plot, width):
    figure = start(size)
    ax = figure.subplots()
    ax.set_xlim(0, 1)
    plot(ax)
    wide, narrow = draw(figure)
    margins = 0.023
    assert measure(wide) == pytest.approx([size - margins, 4 - margins], abs=0.001)
    if width is None:
        assert narrow == ""
    else:
        assert measure(narrow) == pytest.approx([width - margins, 4 - margins], abs=0.001)


def measure_image(svg: str) -> tuple[int, int]:
    """Return how many pixels wide and high the image in a drawing is."""
    (png,) = re.findall(r'base64,([^"]+)', svg)
    with Image.open(BytesIO(b64decode(png))) as image:
        return image.size


def test_narrow_image_has_its_own_pixels():
    figure = start()
    figure.subplots().imshow([[0, 1, 2], [2, 1, 0]])
    wide, narrow = draw(figure)
    assert measure_image(narrow) == (3, 2)
    assert measure_image(wide) > (100, 100)


def draw_images(layout: str | None, width: float) -> Figure:
    """Return a figure of four images that has a layout of its own."""
    figure = start(width, layout=layout)
    for ax in figure.subplots(2, 2).flat:
        ax.imshow([[0], [1]], interpolation="nearest")
    return figure


def print_wide(figure: Figure) -> str:
    """Return the drawing of a figure as Matplotlib itself makes it."""
    print_figure(figure.canvas, file := BytesIO(), format="svg", bbox_inches="tight")
    return file.getvalue().decode()


def test_images_stand_as_near_to_each_other_on_a_phone_as_they_can():
    _, narrow = draw(draw_images("constrained", 6.4))
    near = measure(print_wide(draw_images("compressed", 4.2)))
    far = measure(print_wide(draw_images("constrained", 4.2)))
    assert measure(narrow) == pytest.approx(near, abs=0.001)
    assert near[0] < far[0]


@pytest.mark.parametrize("layout", ["constrained", "compressed", "none", None])
def test_figure_is_printed_as_if_it_had_not_been_drawn_narrow(layout):
    figure = draw_images(layout, 6.4)
    wide, narrow = draw(figure)
    assert narrow
    assert measure(wide) == measure(print_wide(draw_images(layout, 6.4)))
    assert list(figure.get_size_inches()) == [6.4, 4]
    assert {image.get_interpolation() for ax in figure.axes for image in ax.images} == {
        "nearest"
    }


def test_figure_is_as_before_when_it_cannot_be_drawn():
    figure = start()
    image = figure.subplots().imshow([[0]], interpolation="nearest")
    engine = figure.get_layout_engine()
    with pytest.raises(TypeError):
        print_forms(figure.canvas, BytesIO(), format="svg", no_such_option=True)
    assert list(figure.get_size_inches()) == [6.4, 4]
    assert image.get_interpolation() == "nearest"
    assert figure.get_layout_engine() is engine


def test_note_is_added_to_what_a_drawing_says_of_itself():
    figure = start()
    figure.subplots()
    metadata = {"Date": None, "Creator": "a test"}
    print_forms(figure.canvas, file := BytesIO(), format="svg", metadata=metadata)
    svg = file.getvalue().decode()
    assert "a test" in svg
    assert "<dc:date>" not in svg
    assert metadata == {"Date": None, "Creator": "a test"}
    print_forms(figure.canvas, file := BytesIO(), format="svg")
    assert take_note(file.getvalue().decode())[1]


def test_files_of_other_kinds_have_no_note():
    figure = start()
    figure.subplots()
    print_forms(figure.canvas, file := BytesIO(), format="png")
    assert file.getvalue().startswith(b"\x89PNG")
    assert b"Description" not in file.getvalue()
