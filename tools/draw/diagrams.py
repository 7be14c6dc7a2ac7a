"""Draw the diagrams of the course: `draw_perceptron` draws `images/perceptron.svg`.

The docstring of each such function holds the title, after the word "Draw", and the description
that are written into the file. Coordinates are in pixels, from the upper left corner; a
diagram is as wide as the column that it stands in. After a change type `make draw`.
"""

import inspect
import math
from collections.abc import Callable, Sequence
from itertools import pairwise
from random import Random

from _ext.course.palette import Palette

from .diagram import Diagram, Node, Point, trace_path

WIDTH = 700
Draw = Callable[[Diagram], None]
DRAWINGS: list[tuple[Draw, int]] = []


def drawing(height: int) -> Callable[[Draw], Draw]:
    """Return a decorator that adds a function to those that draw a diagram."""

    def register(draw: Draw) -> Draw:
        DRAWINGS.append((draw, height))
        return draw

    return register


def render_diagrams(palette: Palette) -> dict[str, str]:
    """Return each diagram as SVG, by the name of its file."""
    rendered = {}
    for draw, height in DRAWINGS:
        summary, description = (inspect.getdoc(draw) or "").split("\n\n")
        title = summary.removeprefix("Draw ").removesuffix(".")
        name = draw.__name__.removeprefix("draw_").replace("_", "-")
        diagram = Diagram(
            name,
            WIDTH,
            height,
            title[0].upper() + title[1:],
            " ".join(description.split()),
            palette.light,
        )
        draw(diagram)
        rendered[f"{name}.svg"] = diagram.render()
    return rendered


def draw_layer(
    d: Diagram,
    x: float,
    middle: float,
    count: int,
    step: float,
    accent: str,
    radius: float = 26,
) -> list[Node]:
    """Draw a layer of neurons, one above the other; return its nodes."""
    top = middle - step * (count - 1) / 2
    return [
        d.draw_neuron(x, top + step * i, accent=accent, radius=radius) for i in range(count)
    ]


@drawing(height=420)
def draw_nested_fields(d: Diagram) -> None:
    """Draw three nested fields.

    Three nested rounded areas. The outer one is artificial intelligence, with rules
    written by hand as an example. Inside it lies machine learning, with a threshold
    learned for a hand-made feature. Inside that lies deep learning, with a neural network
    that learns its own features.
    """
    fields = [
        (2, None, "Artificial intelligence", "e.g. rules written by hand"),
        (92, None, "Machine learning", "e.g. a threshold learned for a hand-made feature"),
        (182, "hidden", "Deep learning", "a neural network that learns its own features"),
    ]
    for inset, (top, accent, name, example) in enumerate(fields):
        bottom = 418 - 18 * inset
        d.draw_box(
            350,
            (top + bottom) / 2,
            696 - 72 * inset,
            bottom - top,
            accent=accent,
            tint=0.03 if accent is None else 0.12,
            corner=24,
        )
        d.write_text(350, top + 28, name, size=24, weight="bold")
        d.write_text(350, top + 60, example)
    counts = (3, 4, 4, 2)
    accents = ("input", "hidden", "hidden", "output")
    layers = [
        draw_layer(d, 215 + 90 * i, 318, count, 27, accent=accent, radius=9)
        for i, (count, accent) in enumerate(zip(counts, accents, strict=True))
    ]
    for left, right in pairwise(layers):
        d.connect_layers(left, right)


@drawing(height=300)
def draw_perceptron(d: Diagram) -> None:
    """Draw a perceptron.

    Three inputs, x1, x2 and x3, stand one above the other. From each an arrow, labelled
    with its weight w1, w2 or w3, leads to one neuron, which holds the number a. One arrow
    leads from the neuron to the output.
    """
    neuron = d.draw_neuron(400, 130, "$a$", "output", radius=38, size=28)
    for i, y in enumerate((40, 130, 220), start=1):
        node = d.draw_neuron(120, y, f"$x_{i}$", "input", radius=30, size=24)
        d.draw_arrow(node, neuron)
        d.write_beside(node, neuron, f"$w_{i}$", at=0.42, away=-18 if i == 3 else 18)
    d.draw_arrow(neuron, (560, 130))
    d.write_text(566, 130, "output", anchor="start")
    for x, words in ((120, "inputs"), (250, "weights"), (400, "neuron")):
        d.write_text(x, 280, words)


@drawing(height=370)
def draw_neuron_lab(d: Diagram) -> None:
    """Draw the curve of a neuron with one input.

    The output a of a tanh neuron with w = 2 and b = −2 over its input x: an S-shaped curve
    from −1 to 1. A dashed line marks the transition at x = −b/w = 1. At x = 1.5 two thin
    lines lead from the axes to a dot on the curve, at a = 0.76.
    """
    left, right, top, bottom = 70, 680, 20, 270

    def place(x: float, a: float) -> tuple[float, float]:
        return left + (x + 4) * (right - left) / 8, bottom - (a + 1.15) * (bottom - top) / 2.3

    (zero_x, zero_y), (at, _) = place(0, 0), place(1, 0)
    x, y = place(1.5, math.tanh(1))
    d.draw_line((left, top), (left, bottom), (right, bottom), width=1.5)
    d.draw_line((left, zero_y), (right, zero_y), width=1, dashes="2 4")
    for value in (-4, -2, 0, 2, 4):
        d.write_text(place(value, 0)[0], bottom + 20, f"{value}".replace("-", "−"), 18)
    for value in (-1, 0, 1):
        number = f"{value}".replace("-", "−")
        d.write_text(left - 10, place(0, value)[1], number, 18, anchor="end")
    d.draw_line((at, bottom), (at, top), width=1.5, dashes="6 4")
    d.write_text(at - 10, 36, "$x = −b/w = 1$", 20, anchor="end")
    curve = [place(n / 20, math.tanh(n / 10 - 2)) for n in range(-80, 81)]
    d.draw_line(*curve, accent="hidden", width=3.5)
    d.draw_line((x, bottom), (x, y), (left, y), accent="input", width=1.5)
    d.draw_neuron(x, y, accent="output", radius=8, tint=1)
    d.write_text(zero_x, bottom + 48, "input $x$", 20)
    d.write_text(24, zero_y, "$a$", 22)
    words = "$z = wx + b = 2 · 1.5 − 2 = 1$,   $a = h(z) = $ tanh(1) = 0.76"
    d.write_text(zero_x, bottom + 84, words, 20)


def draw_square(d: Diagram, left: float, names: tuple[str, str]) -> Callable[..., Point]:
    """Draw a plane from −0.4 to 1.6 with its axes; return where a point of it is."""
    side, top = 250, 20

    def place(x: float, y: float) -> Point:
        return left + (x + 0.4) * side / 2, top + (1.6 - y) * side / 2

    d.draw_box(*place(0.6, 0.6), side, side, tint=0, corner=0)
    for value in (0, 1):
        d.write_text(place(value, 0)[0], top + side + 18, f"{value}", 18)
        d.write_text(left - 14, place(0, value)[1], f"{value}", 18)
    d.write_text(place(0.6, 0)[0], top + side + 44, names[0], 20)
    d.write_text(left - 54, place(0, 0.6)[1], names[1], 20)
    return place


def shade_side(d: Diagram, accent: str, *corners: Point) -> None:
    """Shade a side of the plane: "output" where the answer is 1, else "input"."""
    d.add_element(
        "path",
        d=trace_path(corners) + "Z",
        stroke="none",
        fill_opacity="0.3",
        **d.choose_paint(accent, "fill"),
    )


def mark_row(d: Diagram, place: Point, label: int) -> None:
    """Draw a row of a truth table, a square if its label is 1, else a circle."""
    if label:
        d.draw_box(*place, 18, 18, accent="output", tint=1, corner=0)
    else:
        d.draw_neuron(*place, accent="input", radius=8, tint=1)


@drawing(height=340)
def draw_gates_lab(d: Diagram) -> None:
    """Draw a network that has learned XOR, in two planes.

    On the left the plane of the inputs: two parallel lines bound a band with the squares at
    (0, 1) and (1, 0); the circles at (0, 0) and (1, 1) lie on either side of it. On the right
    the plane of the hidden activations: both squares lie at (1, 1), the circles at (0, 1) and
    (1, 0), and one straight line parts the squares from the circles.
    """
    place = draw_square(d, 80, ("$x_1$", "$x_2$"))
    corners = [place(x, y) for x, y in ((-0.4, 1.6), (1.6, 1.6), (1.6, -0.4), (-0.4, -0.4))]
    low = [place(-0.4, 0.9), place(0.9, -0.4)]
    high = [place(-0.1, 1.6), place(1.6, -0.1)]
    shade_side(d, "input", corners[3], *low)
    shade_side(d, "output", low[0], corners[0], *high, corners[2], low[1])
    shade_side(d, "input", corners[1], *high)
    for line in (low, high):
        d.draw_line(*line, width=2.5)
    for row, label in (((0, 0), 0), ((0, 1), 1), ((1, 0), 1), ((1, 1), 0)):
        mark_row(d, place(*row), label)
    place = draw_square(d, 444, ("$a_1$, OR", "$a_2$,\nNAND"))
    corners = [place(x, y) for x, y in ((-0.4, 1.6), (1.6, 1.6), (1.6, -0.4), (-0.4, -0.4))]
    line = [place(-0.1, 1.6), place(1.6, -0.1)]
    shade_side(d, "input", line[0], corners[0], corners[3], corners[2], line[1])
    shade_side(d, "output", corners[1], *line)
    d.draw_line(*line, width=2.5)
    for spot, label, name, away in (
        ((0, 1), 0, "00", -26),
        ((1, 1), 1, "01, 10", 44),
        ((1, 0), 0, "11", -26),
    ):
        x, y = place(*spot)
        mark_row(d, (x, y), label)
        d.write_text(x + away, y, name, 18)


@drawing(height=300)
def draw_digits_lab(d: Diagram) -> None:
    """Draw a drawing on its way through the network that reads digits.

    Left, a small 7 in the upper left corner of a square. An arrow leads to the same 7 in
    28 by 28 pixels, larger and in the middle, and another to ten bars, one for each digit:
    the bar of 7 is long, and the others are too short to be seen.
    """
    d.draw_box(122, 130, 232, 232, tint=0, corner=4)
    d.add_element(
        "path", d="M34 50L108 46Q76 82 66 144", stroke_width=12, stroke_linecap="round"
    )
    d.write_text(122, 274, "your drawing", 23)
    d.draw_arrow((248, 130), (282, 130), width=3)
    left, top, pixel = 290, 63, 5
    d.draw_box(left + 14 * pixel, top + 14 * pixel, 28 * pixel, 28 * pixel, tint=0, corner=2)
    line = [(8 + n / 4, 5.5 - n / 80) for n in range(49)]
    line += [(20 - 9 * t + 2.5 * t * t, 5 + 18 * t) for t in (n / 70 for n in range(71))]
    levels: dict[int, str] = {}
    for row in range(28):
        for column in range(28):
            away = min(math.dist((column + 0.5, row + 0.5), point) for point in line)
            level = round(4 * min(1, max(0, 2 - away)))
            square = f"M{left + pixel * column} {top + pixel * row}h5v5h-5z"
            levels[level] = levels.get(level, "") + square
    for level, squares in sorted(levels.items())[1:]:
        paint = d.choose_paint(None, "fill")
        d.add_element("path", d=squares, fill_opacity=f"{level / 4}", stroke="none", **paint)
    d.write_text(left + 14 * pixel, 274, "as the network gets it", 23)
    d.draw_arrow((438, 130), (472, 130), width=3)
    for digit in range(10):
        y, is_read = 22 + 24 * digit, digit == 7
        d.write_text(492, y, f"{digit}", 22, weight="bold" if is_read else None)
        if is_read:
            d.draw_line((508, y), (678, y), accent="output", width=13)
    d.draw_line((508, 10), (508, 250), width=1.5)
    d.write_text(595, 274, "probabilities", 23)


@drawing(height=370)
def draw_neuron_computation(d: Diagram) -> None:
    """Draw what a neuron computes.

    Three inputs, x1, x2 and x3, are multiplied by the weights w1, w2 and w3 and led to a
    sum. The bias b is added. The result is z, which passes through the activation
    function h, drawn as an S-shaped curve, and gives the activation a.
    """
    d.draw_box(463, 152, 458, 290, tint=0.03, corner=20)
    d.write_text(636, 34, "neuron")
    total = d.draw_neuron(310, 130, "$∑$", "hidden", radius=34, size=30)
    for i, y in enumerate((40, 130, 220), start=1):
        node = d.draw_neuron(50, y, f"$x_{i}$", "input", radius=30, size=24)
        d.draw_arrow(node, total)
        d.write_beside(node, total, f"$× w_{i}$", at=0.4, away=-18 if i == 3 else 18)
    bias = d.draw_box(310, 248, 52, 48, "$b$", size=24)
    d.draw_arrow(bias, total)
    d.write_text(328, 196, "$+$", size=24)
    function = d.draw_box(486, 130, 96, 84, accent="hidden")
    d.add_element("path", d="M450 160C486 160 486 100 522 100", stroke_width=3)
    d.draw_arrow(total, function)
    d.write_text(388, 108, "$z$", size=24)
    d.write_text(486, 196, "$h$", size=24)
    d.draw_arrow(function, d.draw_neuron(640, 130, "$a$", "output", radius=34, size=26))
    d.write_text(300, 340, "$z = w_1x_1 + w_2x_2 + w_3x_3 + b$")
    d.write_text(590, 340, "$a = h(z)$")


@drawing(height=440)
def draw_mlp_layers(d: Diagram) -> None:
    """Draw the layers of a network.

    Four columns of neurons: an input layer of three, two hidden layers of four and an
    output layer of two. Every neuron of a layer is connected with every neuron of the
    next. The four connections that lead to one neuron of the second hidden layer are
    emphasised. An arrow from left to right is labelled forward pass.
    """
    places = zip((90, 265, 440, 615), (3, 4, 4, 2), strict=True)
    accents = ("input", "hidden", "hidden", "output")
    layers = [
        draw_layer(d, x, 160, count, 84, accent=accent)
        for (x, count), accent in zip(places, accents, strict=True)
    ]
    for left, right in pairwise(layers):
        d.connect_layers(left, right, width=1.3)
    chosen = layers[2][1]
    d.draw_neuron(chosen.x, chosen.y, accent="hidden", width=5, tint=0.3)
    for node in layers[1]:
        d.draw_arrow(node, chosen, width=3)
    for layer, symbol in ((layers[0], "x"), (layers[3], "ŷ")):
        for i, node in enumerate(layer, start=1):
            d.write_text(node.x, node.y, f"${symbol}_{i}$")
    for start, end, words in (
        (24, 156, "input layer"),
        (220, 485, "hidden layers"),
        (549, 681, "output layer"),
    ):
        d.draw_bracket(start, end, 338, words)
    d.draw_arrow((190, 412), (515, 412))
    d.write_text(352, 394, "forward pass")


def draw_steps(d: Diagram, middle: float, words: Sequence[str]) -> list[Node]:
    """Draw sample, network and prediction above label, comparison and result."""
    spots = [(80, -62), (260, -62), (440, -62), (80, 62), (440, 62), (620, 62)]
    accents = ["input", "hidden", "output", None, None, None]
    boxes = [
        d.draw_box(x, middle + y, 144, 76, text, accent)
        for (x, y), text, accent in zip(spots, words, accents, strict=True)
    ]
    sample, network, prediction, label, compare, result = boxes
    for start, end in (
        (sample, network),
        (network, prediction),
        (prediction, compare),
        (label, compare),
        (compare, result),
    ):
        d.draw_arrow(start, end)
    return boxes


@drawing(height=346)
def draw_training_step(d: Diagram) -> None:
    """Draw one step of training.

    A loop. A sample enters the network, whose forward pass gives a prediction. The
    prediction is compared with the label, which enters the picture only here. The
    comparison gives the loss, the loss leads to an adjustment of the parameters, and the
    loop returns to the network with the next sample.
    """
    words = ("sample\n$*x$", "network", "prediction\n$ŷ$", "label\n$y$", "compare", "loss\n$L$")
    sample, network, *_, loss = draw_steps(d, 244, words)
    adjust = d.draw_box(260, 42, 144, 76, "adjust\nparameters", "gradient")
    d.draw_arrow(loss, (620, 42), adjust, accent="gradient", dashed=True, width=3)
    d.draw_arrow(adjust, network, accent="gradient", dashed=True, width=3)
    d.write_text(80, 42, "repeat with\nthe next\nsample", size=20)
    d.draw_arrow((80, 84), sample)
    d.write_text(260, 236, "forward pass", size=20)
    d.write_text(260, 288, "only to compare", size=20)


@drawing(height=256)
def draw_testing(d: Diagram) -> None:
    """Draw testing a trained network.

    Unseen samples enter the trained network, whose parameters are frozen; a padlock marks
    it. It gives predictions. They are compared with the labels, which bypass the network.
    The comparison gives the accuracy. No arrow leads back to the network.
    """
    words = (
        "unseen\nsamples",
        "trained\nnetwork",
        "predictions",
        "labels",
        "compare",
        "accuracy",
    )
    draw_steps(d, 154, words)
    d.write_text(236, 26, "parameters frozen", anchor="start")
    d.add_element("rect", x=204, y=18, width=22, height=17, rx=2, fill="currentColor")
    d.add_element("path", d="M208 18V13a7 7 0 0 1 14 0V18", stroke_width=2.5)


def draw_axes(
    d: Diagram,
    box: tuple[float, float, float, float],
    x: tuple[float, float, Sequence[int]],
    y: tuple[float, float, Sequence[int]],
    names: tuple[str, str],
) -> Callable[[float, float], tuple[float, float]]:
    """Draw axes with numbers and names; return what takes values to a place.

    The box is left, right, top and bottom; an axis has its lowest and highest value and the
    numbers that stand at it.
    """
    left, right, top, bottom = box

    def place(a: float, b: float) -> tuple[float, float]:
        across, up = (a - x[0]) / (x[1] - x[0]), (b - y[0]) / (y[1] - y[0])
        return left + across * (right - left), bottom - up * (bottom - top)

    d.draw_line((left, top), (left, bottom), (right, bottom), width=1.5)
    for value in x[2]:
        number = f"{value}".replace("-", "−")
        d.write_text(place(value, 0)[0], bottom + 20, number, 18)
    for value in y[2]:
        number = f"{value}".replace("-", "−")
        d.write_text(left - 10, place(0, value)[1], number, 18, anchor="end")
    d.write_text((left + right) / 2, bottom + 48, names[0], 20)
    d.write_text(left - 48, (top + bottom) / 2, names[1], 20)
    return place


def draw_descent(d: Diagram, points: Sequence[tuple[float, float]], radius: float) -> None:
    """Draw a path of dots, with a larger one at its start."""
    d.draw_line(*points, accent="input", width=1.5)
    for point in points:
        d.draw_neuron(*point, accent="input", radius=radius, width=1, tint=1)
    d.draw_neuron(*points[0], accent="output", radius=8, tint=1)


@drawing(height=330)
def draw_descent_lab(d: Diagram) -> None:
    """Draw a descent into the right one of two valleys.

    Left, a W-shaped curve, whose left valley, near x = −1.5, is deeper than the right one,
    near x = 1.3. From a large dot at x = 2 a path of small ones leads down into the right
    valley. Right, the height over 15 iterations: it falls from 2 to −2.6, fast at first.
    """

    def height(x: float) -> float:
        return x**4 - 4 * x**2 + x

    path = [2.0]
    for _ in range(15):
        path.append(path[-1] - 0.02 * (4 * path[-1] ** 3 - 8 * path[-1] + 1))
    heights = (-7, 7, (-5, 0, 5))
    curve = draw_axes(
        d, (64, 390, 20, 270), (-2.3, 2.3, (-2, -1, 0, 1, 2)), heights, ("$x$", "$f$")
    )
    run = draw_axes(
        d, (484, 684, 20, 270), (-0.5, 15.5, (0, 5, 10, 15)), heights, ("iteration $n$", "$f$")
    )
    d.draw_line(*[curve(n / 50, height(n / 50)) for n in range(-113, 111)], width=1.5)
    draw_descent(d, [curve(x, height(x)) for x in path], 3)
    draw_descent(d, [run(n, height(x)) for n, x in enumerate(path)], 3)


@drawing(height=530)
def draw_noise_lab(d: Diagram) -> None:
    """Draw two descents with noise in a long bowl.

    Two plots, one above the other, each with elliptical contour lines around the minimum
    and a path of 200 steps from the upper left. Above, without momentum, the path comes to
    the minimum and stays near it. Below, with a momentum of 0.9, the same noise drives it
    three times as far around the minimum.
    """
    for beta, top, words in ((0.0, 20, "without momentum"), (0.9, 270, "$β = 0.9$")):
        random = Random(4)
        w, v = [-8.0, 1.5], [0.0, 0.0]
        path = [(w[0], w[1])]
        for _ in range(200):
            # Twelve even numbers add up to a nearly normal one.
            noise = [5 * (sum(random.random() for _ in range(12)) - 6) for _ in w]
            v = [
                beta * a + bend * b + n
                for a, b, bend, n in zip(v, w, (1, 20), noise, strict=True)
            ]
            w = [b - 0.05 * a for a, b in zip(v, w, strict=True)]
            path.append((w[0], w[1]))
        is_last = top > 20
        place = draw_axes(
            d,
            (64, 684, top, top + 200),
            (-10, 10, (-10, -5, 0, 5, 10)),
            (-3.2, 3.2, (-3, 0, 3)),
            ("$w_1$" if is_last else "", "$w_2$"),
        )
        (x, y), unit = place(0, 0), 31
        for radius in (2, 4, 6, 8, 10):
            rx, ry = radius * unit, radius * unit / math.sqrt(20)
            d.add_element("ellipse", cx=x, cy=y, rx=rx, ry=ry, stroke_width=1, opacity="0.6")
        draw_descent(d, [place(*point) for point in path], 2)
        d.write_text(684, top + 14, words, 20, anchor="end")


@drawing(height=390)
def draw_update_rule(d: Diagram) -> None:
    """Draw one step of gradient descent.

    A U-shaped curve of the loss over a weight w. At the old weight a tangent shows the
    slope. An arrow of length alpha times the slope leads along the w axis, against the
    slope, to the new weight, where the loss is lower.
    """

    def loss(x: float) -> float:
        return 300 - 0.0044 * (x - 300) ** 2

    old, new, axis = 500, 385, 335
    d.draw_arrow((60, axis), (660, axis))
    d.draw_arrow((60, axis), (60, 40))
    d.write_text(60, 22, "loss $L$")
    d.write_text(692, 362, "weight $w$", anchor="end")
    d.draw_line(*[(x, loss(x)) for x in range(70, 532, 5)], width=3)
    for x, name in ((old, "old"), (new, "new")):
        d.draw_line((x, loss(x)), (x, axis), width=1.5, dashes="2 4")
        d.draw_neuron(x, loss(x), radius=7, tint=1)
        d.write_text(x, 362, f"$w_{{{name}}}$")
    slope = -2 * 0.0044 * (old - 300)
    d.draw_line(
        *[(old + s, loss(old) + slope * s) for s in (-75, 50)], accent="gradient", width=3.5
    )
    d.write_text(528, 150, "slope", anchor="start")
    d.draw_arrow((old, 318), (new, 318), accent="gradient", dashed=True, width=3.5)
    d.write_text(442, 290, "$−α$ × slope")
    d.write_text(300, 90, "$w_{new} = w_{old} − α$ × slope", size=24)


SMALL_WEIGHTS = (
    ("x1", "up", "2", "8"),
    ("x2", "up", "1", "12"),
    ("x1", "low", "−1", "−12"),
    ("x2", "low", "2", "−18"),
    ("up", "out", "2", "6"),
    ("low", "out", "−3", "4"),
)


def draw_small_network(d: Diagram, is_backward: bool) -> None:
    """Draw a 2-2-1 network with its numbers, and on the way back with its gradients."""

    def connect(start: Node, end: Node) -> None:
        if is_backward:
            d.draw_arrow(end, start, accent="gradient", dashed=True, width=2.5)
        else:
            d.draw_arrow(start, end)

    def write_gradient(x: float, y: float, number: str) -> None:
        if is_backward:
            d.write_text(x, y, number, 22, weight="bold", accent="gradient")

    spots = {
        "x1": (60, 110, "2", "input"),
        "x2": (60, 290, "3", "input"),
        "up": (300, 110, "3", "hidden"),
        "low": (300, 290, "2", "hidden"),
        "out": (510, 200, "4", "output"),
        "loss": (650, 200, "1", None),
    }
    nodes = {
        name: d.draw_neuron(x, y, number, accent, radius=30, size=26)
        for name, (x, y, number, accent) in spots.items()
    }
    for name, below, bias, slope in (
        ("up", -82, "−4", "4"),
        ("low", 82, "−2", "−6"),
        ("out", -82, "4", "2"),
    ):
        node = nodes[name]
        box = d.draw_box(node.x, node.y + below, 52, 38, bias, size=22)
        connect(box, node)
        write_gradient(box.x + 50, box.y, slope)
        write_gradient(node.x + 36, node.y + 0.42 * below, slope)
    for start, end, weight, slope in SMALL_WEIGHTS:
        connect(nodes[start], nodes[end])
        away = 16.0 if "up" in (start, end) else -16.0
        is_level = nodes[start].y == nodes[end].y
        at = 0.5 if end == "out" else 0.34 if is_level else 0.27
        d.write_beside(nodes[start], nodes[end], weight, at, away)
        if is_backward:
            if end == "out":
                away = -away - 2
            else:
                at, away = 0.68, (1.2 if is_level else 1.5) * away
            d.write_beside(nodes[start], nodes[end], slope, at, away, accent="gradient")
    write_gradient(102, 66, "14")
    write_gradient(100, 334, "−8")
    connect(nodes["out"], nodes["loss"])
    d.draw_arrow(d.draw_box(650, 290, 52, 38, "3", size=22), nodes["loss"])
    for x, y, words in (
        (60, 62, "$x_1$"),
        (60, 340, "$x_2$"),
        (300, 160, "upper"),
        (300, 240, "lower"),
        (510, 252, "output $ŷ$"),
        (650, 152, "loss $L$"),
        (650, 330, "label $y$"),
    ):
        d.write_text(x, y, words, size=20)


@drawing(height=396)
def draw_forward_numbers(d: Diagram) -> None:
    """Draw a forward pass in numbers.

    A network with two inputs, two hidden neurons and one output. The inputs hold 2 and 3.
    The upper hidden neuron has the weights 2 and 1 and the bias -4 and holds 3. The lower
    one has the weights -1 and 2 and the bias -2 and holds 2. The output has the weights 2
    and -3 and the bias 4 and holds 4. The label is 3 and the loss is 1.
    """
    draw_small_network(d, is_backward=False)
    d.write_text(340, 28, "in a box: a bias", size=20, anchor="start")
    d.write_text(120, 382, "on an arrow: a weight", size=20)


@drawing(height=446)
def draw_backward_numbers(d: Diagram) -> None:
    """Draw a backward pass in numbers.

    The same network with a gradient beside each number. Dashed arrows lead back from the
    loss. The output has the gradient 2; its weights 2 and -3 have 6 and 4, its bias 2. The
    upper hidden neuron has 4, its weights 2 and 1 have 8 and 12, its bias 4. The lower one
    has -6, its weights -1 and 2 have -12 and -18, its bias -6. The inputs have 14 and -8.
    """
    draw_small_network(d, is_backward=True)
    d.write_text(230, 428, "plain: the values", size=20)
    d.write_text(470, 428, "bold: the gradients", size=20, weight="bold", accent="gradient")


@drawing(height=420)
def draw_backpropagation_lab(d: Diagram) -> None:
    """Draw a step of gradient descent in numbers.

    The same network before and after an update with a learning rate of 0.01, the new numbers in
    bold. The weights of the upper hidden neuron go from 2 to 1.92 and from 1 to 0.88, its bias
    from -4 to -4.04. Those of the lower one go from -1 to -0.88 and from 2 to 2.18, its bias
    from -2 to -1.94. The weights of the output go from 2 to 1.94 and from -3 to -3.04, its bias
    from 4 to 3.98. The output goes from 4 to 0.08, and the loss from 1 to 8.53.
    """

    def write_pair(x: float, y: float, old: str, new: str) -> None:
        d.write_text(x, y - (13 if new else 0), old, 20)
        d.write_text(x, y + 13, new, 20, weight="bold")

    spots = {
        "x1": (60, 112, "2", "", "input"),
        "x2": (60, 282, "3", "", "input"),
        "up": (310, 112, "3", "2.44", "hidden"),
        "low": (310, 282, "2", "2.84", "hidden"),
        "out": (520, 197, "4", "0.08", "output"),
        "loss": (650, 197, "1", "8.53", None),
    }
    nodes = {}
    for name, (x, y, old, new, accent) in spots.items():
        nodes[name] = d.draw_neuron(x, y, accent=accent, radius=32)
        write_pair(x, y, old, new)
    for name, below, old, new in (
        ("up", -82, "−4", "−4.04"),
        ("low", 82, "−2", "−1.94"),
        ("out", -86, "4", "3.98"),
    ):
        node = nodes[name]
        box = d.draw_box(node.x, node.y + below, 72, 54, corner=6)
        write_pair(box.x, box.y, old, new)
        d.draw_arrow(box, node)
    for start, end, at, old, new in (
        ("x1", "up", 0.62, "2", "1.92"),
        ("x2", "up", 0.31, "1", "0.88"),
        ("x1", "low", 0.31, "−1", "−0.88"),
        ("x2", "low", 0.62, "2", "2.18"),
        ("up", "out", 0.5, "2", "1.94"),
        ("low", "out", 0.5, "−3", "−3.04"),
    ):
        first, last = nodes[start], nodes[end]
        dx, dy = last.x - first.x, last.y - first.y
        weight = Node(first.x + at * dx, first.y + at * dy, 34, 29)
        d.draw_line(first.find_rim(last.x, last.y), weight.find_rim(first.x, first.y))
        d.draw_arrow(weight, last)
        write_pair(weight.x, weight.y, old, new)
    d.draw_arrow(nodes["out"], nodes["loss"])
    d.draw_arrow(d.draw_box(650, 282, 52, 38, "3", size=20), nodes["loss"])
    for x, y, words in (
        (60, 62, "$x_1$"),
        (60, 334, "$x_2$"),
        (310, 160, "upper"),
        (310, 234, "lower"),
        (520, 249, "output $ŷ$"),
        (650, 147, "loss $L$"),
        (650, 322, "label $y$"),
    ):
        d.write_text(x, y, words, size=20)
    d.write_text(500, 400, "bold: after an update", size=20, weight="bold")


TABLE_STEP = 50


def draw_table(
    d: Diagram,
    left: float,
    top: float,
    rows: Sequence[Sequence[int]],
    accent: str,
    marked: Callable[[int, int], bool],
) -> None:
    """Draw a table of numbers, some of them marked in a colour."""
    for i, row in enumerate(rows):
        for j, number in enumerate(row):
            is_marked = marked(i, j)
            d.draw_box(
                left + TABLE_STEP * (j + 0.5),
                top + TABLE_STEP * (i + 0.5),
                TABLE_STEP,
                TABLE_STEP,
                f"{number}".replace("-", "−"),
                accent if is_marked else None,
                tint=0.3 if is_marked else 0.02,
                corner=2,
            )


@drawing(height=250)
def draw_row_times_column(d: Diagram) -> None:
    """Draw a row times a column.

    A table X of two rows and three columns, 1 2 0 and 3 1 2, times a table W of three rows
    and two columns, 2 1, 1 -1 and 0 3, gives a table of two rows and two columns, 4 -1 and
    7 8. The second row of X and the second column of W are marked, and so is the 8 in the
    second row and second column of the result.
    """
    draw_table(d, 10, 75, ((1, 2, 0), (3, 1, 2)), "input", lambda i, j: i == 1)
    draw_table(d, 250, 50, ((2, 1), (1, -1), (0, 3)), "hidden", lambda i, j: j == 1)
    draw_table(d, 440, 75, ((4, -1), (7, 8)), "output", lambda i, j: i == j == 1)
    d.write_text(205, 125, "@", size=26)
    d.write_text(395, 125, "=", size=26)
    for x, words in ((85, "$X$"), (300, "$W$"), (490, "$XW$")):
        d.write_text(x, 24, words)
    d.write_text(350, 228, "3 · 1  +  1 · (−1)  +  2 · 3  =  8", size=24)
    d.write_text(552, 152, "row 2,\ncolumn 2", size=20, anchor="start")


@drawing(height=210)
def draw_transpose(d: Diagram) -> None:
    """Draw transposing a table.

    A table W of three rows and two columns, 2 1, 1 -1 and 0 3, becomes a table of two rows
    and three columns, 2 1 0 and 1 -1 3. The second column of the first is marked, and so
    is the second row of the other, which holds the same numbers.
    """
    draw_table(d, 110, 50, ((2, 1), (1, -1), (0, 3)), "hidden", lambda i, j: j == 1)
    draw_table(d, 430, 75, ((2, 1, 0), (1, -1, 3)), "hidden", lambda i, j: i == 1)
    d.draw_arrow((250, 125), (390, 125), width=3)
    d.write_text(320, 98, "transpose", size=20)
    d.write_text(160, 24, "$W$, in code W")
    d.write_text(505, 24, "$W^⊤$, in code W.T")


MARKERS = (
    ("neither", False, False, 0),
    ("CD8 only", False, True, 1),
    ("CD4 only", True, False, 1),
    ("both", True, True, 0),
)


@drawing(height=250)
def draw_t_cells(d: Diagram) -> None:
    """Draw four kinds of cells with two markers.

    Four cells in a row. The first carries neither marker, the second only CD8, drawn as
    triangles on stalks, the third only CD4, drawn as squares on stalks, the fourth both.
    Below them stand the wanted answers 0, 1, 1 and 0.
    """
    for i, (name, has_cd4, has_cd8, answer) in enumerate(MARKERS):
        x, y = 90 + 174 * i, 90
        d.draw_neuron(x, y, accent="hidden", radius=42)
        d.draw_neuron(x, y, radius=18, tint=0.15, width=1.5)
        for place in range(8):
            angle = math.pi * (place + 0.5) / 4
            is_cd4 = place % 2 == 0
            if not (has_cd4 if is_cd4 else has_cd8):
                continue
            ux, uy = math.cos(angle), math.sin(angle)
            tip = x + 62 * ux, y + 62 * uy
            d.draw_line((x + 42 * ux, y + 42 * uy), tip)
            if is_cd4:
                d.draw_box(*tip, 14, 14, accent="input", tint=1, corner=1)
            else:
                corners = [
                    (tip[0] + 10 * math.sin(t), tip[1] - 10 * math.cos(t))
                    for t in (0, 2 * math.pi / 3, 4 * math.pi / 3)
                ]
                d.draw_polygon(corners, accent="output")
        d.write_text(x, 186, name, size=26)
        d.write_text(x, 228, f"{answer}", size=28, weight="bold")


@drawing(height=206)
def draw_dividing_cells(d: Diagram) -> None:
    """Draw four cells, one of them dividing.

    Four cells in a row. A flat one with pale, wide DNA. A round one with pale, wide DNA.
    A round one with dark DNA packed into a small bar. A flat one with two dark nuclei on
    top of each other.
    """
    cells = (
        ("A", 78, 42, [(0, 0, 30, 20, 0.25)]),
        ("B", 60, 60, [(0, 0, 32, 28, 0.25)]),
        ("C", 60, 60, [(0, 0, 9, 30, 0.9)]),
        ("D", 78, 42, [(-9, 2, 26, 20, 0.45), (9, -4, 26, 20, 0.45)]),
    )
    for i, (name, width, height, spots) in enumerate(cells):
        x, y = 92 + 172 * i, 92
        for dx, dy, rx, ry, tint, accent in [
            (0, 0, width, height, 0.08, None),
            *((*spot, "input") for spot in spots),
        ]:
            d.draw_ellipse(x + dx, y + dy, rx, ry, accent, tint)
        d.write_text(x, 184, name, size=24, weight="bold")


def draw_patient(
    d: Diagram, x: float, y: float, number: int, accent: str | None = None
) -> None:
    """Draw a patient as a box with three replicates in it."""
    d.draw_box(x, y, 54, 66, accent=accent, corner=8)
    d.write_text(x, y - 13, f"{number}")
    for dx in (-16, 0, 16):
        d.draw_neuron(x + dx, y + 15, accent=accent, radius=6, tint=0.5, width=1.5)


@drawing(height=370)
def draw_data_split(d: Diagram) -> None:
    """Draw splitting data by patient.

    Ten patients, drawn as boxes with a number and three dots, the replicates. Whole boxes
    go, in random order, to three sets: six patients to training, two to validation and
    two to testing. No box is divided.
    """
    d.write_text(350, 18, "10 patients, 3 replicates each")
    for i in range(10):
        draw_patient(d, 35 + 70 * i, 76, i + 1)
    d.write_text(329, 150, "whole patients,\nat random")
    sets = [
        (192, "input", "training", "find parameters", (3, 9, 1, 6, 10, 4)),
        (466, "hidden", "validation", "choose", (8, 2)),
        (626, "output", "test", "judge once", (7, 5)),
    ]
    for x, accent, name, purpose, patients in sets:
        width = 60 * len(patients) + 14
        frame = d.draw_box(x, 262, width, 128, accent=accent, tint=0.06)
        d.draw_arrow((x, 120), frame, width=3)
        for i, number in enumerate(patients):
            draw_patient(d, x + 60 * (i - (len(patients) - 1) / 2), 242, number, accent)
        d.write_text(x, 302, name, size=20, weight="bold")
        d.write_text(x, 348, purpose, size=20)


@drawing(height=400)
def draw_cross_validation(d: Diagram) -> None:
    """Draw cross-validation with groups.

    Six rows, one a round, each with the same twelve numbered mice. In every row another
    two mice are set aside for testing and the other ten train, so that each mouse is
    tested once. Each row gives an accuracy, and the six are averaged.
    """
    d.write_text(306, 20, "12 mice, all cells of a mouse together")
    for row in range(6):
        y = 72 + 48 * row
        d.write_text(4, y, f"round {row + 1}", anchor="start", size=20)
        for i in range(12):
            tested = i // 2 == row
            accent, tint = ("output", 0.4) if tested else ("input", 0.06)
            d.draw_box(116 + 38 * i, y, 32, 34, f"{i + 1}", accent, tint, corner=6, size=18)
        d.draw_arrow((556, y), (582, y))
        d.write_text(588, y, f"accuracy {row + 1}", anchor="start", size=20)
    d.draw_box(116, 364, 32, 34, "", "input", 0.06, corner=6)
    d.write_text(142, 364, "trains", anchor="start", size=20)
    d.draw_box(268, 364, 32, 34, "", "output", 0.4, corner=6)
    d.write_text(294, 364, "is tested", anchor="start", size=20)
    d.write_text(588, 364, "their mean", anchor="start", size=20)


@drawing(height=300)
def draw_logic_gates_networks(d: Diagram) -> None:
    """Draw one neuron, and a 2-2-1 network.

    Left, two inputs x1 and x2 lead with weights w1 and w2 to one neuron with bias b and
    output a. Right, the two inputs both lead to two hidden neurons labelled OR and NAND,
    which lead to one output neuron labelled AND.
    """

    def draw_inputs(x: float) -> list[Node]:
        return [d.draw_neuron(x, y, f"$x_{i}$", "input", 30) for i, y in ((1, 90), (2, 206))]

    neuron = d.draw_neuron(180, 148, "$+ b$", "output", radius=36)
    first, second = draw_inputs(36)
    d.draw_arrow(first, neuron)
    d.draw_arrow(second, neuron)
    d.write_beside(first, neuron, "$w_1$", at=0.45)
    d.write_beside(second, neuron, "$w_2$", at=0.45, away=-20)
    output = d.draw_neuron(600, 148, "AND", "output", radius=36, size=20)
    hidden = [
        d.draw_neuron(480, y, gate, "hidden", 36, 20) for gate, y in (("OR", 90), ("NAND", 206))
    ]
    for node in draw_inputs(348):
        for unit in hidden:
            d.draw_arrow(node, unit)
    for unit in hidden:
        d.draw_arrow(unit, output)
    for node in (neuron, output):
        d.draw_arrow(node, (node.x + 62, 148))
        d.write_text(node.x + 74, 148, "$a$")
    d.write_text(130, 20, "one neuron", weight="bold")
    d.write_text(474, 20, "2–2–1 network", weight="bold")
    for x, words in (
        (36, "inputs"),
        (180, "output"),
        (348, "inputs"),
        (480, "hidden layer"),
        (604, "output"),
    ):
        d.write_text(x, 272, words, size=20)


@drawing(height=420)
def draw_network_784_512_512_10(d: Diagram) -> None:
    """Draw the network that reads digits.

    An image of a 7 with 28 by 28 pixels leads to a column of 784 input neurons, then two
    columns of 512 ReLU neurons, then 10 output neurons labelled 0 to 9, of which number 7
    is filled. Between neighbouring columns stand the numbers of parameters, 401,920,
    262,656 and 5,130.
    """
    d.draw_box(54, 165, 100, 100, tint=0, corner=2)
    d.add_element("path", d="M30 135H76Q56 168 50 199", stroke_width=9, stroke_linecap="round")
    d.write_text(54, 238, "28 × 28")
    d.draw_arrow((112, 165), (166, 165), width=3)
    kinds = (("input", "784\npixels"), ("hidden", "512\nReLU"), ("hidden", "512\nReLU"))
    layers = []
    for x, (accent, words) in zip((196, 348, 500), kinds, strict=True):
        halves = [draw_layer(d, x, y, 4, 31, accent=accent, radius=11) for y in (72, 258)]
        layers.append(halves[0] + halves[1])
        for y in (151, 165, 179):
            d.draw_neuron(x, y, accent=accent, radius=2, tint=1)
        d.write_text(x, 346, words)
    layers.append(draw_layer(d, 640, 165, 10, 31, accent="output", radius=11))
    for digit, node in enumerate(layers[-1]):
        d.write_text(674, node.y, f"{digit}", weight="bold" if digit == 7 else None)
    d.draw_neuron(640, layers[-1][7].y, accent="output", radius=11, tint=1)
    d.write_text(640, 346, "10\nlogits")
    for left, right in pairwise(layers):
        d.connect_layers(left, right, width=0.7, opacity=0.3)
    d.write_text(166, 402, "parameters", anchor="end")
    for x, words in ((272, "401,920"), (424, "262,656"), (570, "5,130")):
        d.write_text(x, 402, words)


def draw_numbers(
    d: Diagram,
    left: float,
    top: float,
    rows: Sequence[Sequence[int]],
    side: float = 40,
    accent: str | None = None,
) -> None:
    """Draw a grid of numbers, with its upper left corner at (left, top)."""
    for i, row in enumerate(rows):
        for j, number in enumerate(row):
            x, y = left + side * (j + 0.5), top + side * (i + 0.5)
            tint = 0.22 if accent == "input" and number else 0.05
            d.draw_box(x, y, side, side, accent=accent, tint=tint, corner=0)
            d.write_text(x, y, f"{number}".replace("-", "−"), size=20)


def draw_frame(d: Diagram, left: float, top: float, side: float) -> None:
    """Draw a thick square frame around numbers."""
    d.add_element("rect", x=left, y=top, width=side, height=side, stroke_width=5)


@drawing(height=330)
def draw_convolution_window(d: Diagram) -> None:
    """Draw a window that slides over an image.

    On the left an image of 5 by 5 numbers with a slanted band of ones; its upper left 3 by
    3 numbers are framed. In the middle 3 by 3 weights, minus 1, 0 and 1 in each row. On the
    right the map of 3 by 3 results, with the upper left one, 3, framed. Below, the sum of
    the nine products for the framed window is written out.
    """
    image = [
        [0, 0, 1, 1, 0],
        [0, 0, 1, 1, 0],
        [0, 1, 1, 0, 0],
        [0, 1, 1, 0, 0],
        [1, 1, 0, 0, 0],
    ]
    weights = [[-1, 0, 1]] * 3
    windows = [
        [(row, column, i, j) for i in range(3) for j in range(3)]
        for row in range(3)
        for column in range(3)
    ]
    results = [sum(image[r + i][c + j] * weights[i][j] for r, c, i, j in w) for w in windows]
    draw_numbers(d, 20, 44, image, accent="input")
    draw_numbers(d, 312, 84, weights, accent="hidden")
    draw_numbers(d, 550, 84, [results[i : i + 3] for i in (0, 3, 6)], accent="output")
    for x, words in ((120, "image"), (372, "weights"), (610, "map")):
        d.write_text(x, 20, words, weight="bold")
    draw_frame(d, 20, 44, 120)
    draw_frame(d, 550, 84, 40)
    d.write_text(266, 144, "×", size=30)
    d.draw_arrow((456, 144), (526, 144), width=3)
    d.write_text(491, 118, "sum", size=20)
    for row, y in zip(image[:3], (268, 290, 312), strict=True):
        products = [
            f"{x} · {w}".replace("-", "−") for x, w in zip(row, weights[0], strict=False)
        ]
        terms = " + ".join(p if "−" not in p else p.replace("−1", "(−1)") for p in products)
        end = "= 3" if y == 312 else "+"
        d.write_text(350, y, f"{terms} {end}", size=18)


@drawing(height=330)
def draw_convolution_maps(d: Diagram) -> None:
    """Draw two layers of convolutions.

    An image leads through three windows to three maps. From the same place of each of the
    three maps an arrow, labelled with weights W1, W2 or W3 of its own, leads to a sum, to
    which a bias is added; it gives one number of one new map.
    """
    d.draw_box(70, 165, 110, 110, accent="input", corner=2)
    image = d.draw_box(50, 145, 26, 26, accent="input", tint=0.4, corner=0)
    total = d.draw_neuron(470, 165, "$∑$", "hidden", radius=30, size=28)
    for i, y in enumerate((58, 165, 272), start=1):
        d.draw_box(270, y, 88, 88, accent="hidden", corner=2)
        dot = d.draw_box(254, y - 20, 12, 12, accent="hidden", tint=0.9, corner=0)
        d.draw_arrow(image, dot)
        field = d.draw_box(284, y, 24, 24, accent="hidden", tint=0.4, corner=0)
        d.draw_arrow(field, total)
        d.write_beside(field, total, f"$× W_{i}$", at=0.5, away=(30, 22, -22)[i - 1])
    bias = d.draw_box(470, 262, 48, 44, "$b$")
    d.draw_arrow(bias, total)
    d.draw_box(622, 165, 80, 80, accent="output", corner=2)
    d.draw_arrow(total, d.draw_box(612, 165, 12, 12, accent="output", tint=0.9, corner=0))
    for x, y, words in (
        (70, 246, "image"),
        (156, 312, "3 windows"),
        (622, 246, "one new map"),
    ):
        d.write_text(x, y, words, size=20)
    d.write_text(334, 312, "3 maps", size=20, anchor="start")


@drawing(height=240)
def draw_skip_connection(d: Diagram) -> None:
    """Draw blocks with skip connections.

    A row of three blocks, each a box with linear and ReLU. Around each block leads an arrow
    from its input to a plus sign behind it, where both are added. A dashed arrow leads back
    from the end to the start, past the blocks.
    """
    start = d.draw_neuron(30, 120, "$*x$", "input", radius=24)
    for i in range(3):
        left = 30 + 206 * i
        block = d.draw_box(left + 100, 120, 92, 66, "linear,\nReLU", "hidden", size=20)
        plus = d.draw_neuron(left + 206, 120, "$+$", radius=20, size=26)
        d.draw_arrow(start, block)
        d.draw_arrow(block, plus)
        d.draw_arrow((left + 38, 120), (left + 38, 50), (left + 206, 50), plus, width=3)
        start = plus
    d.draw_arrow(start, (694, 120))
    d.write_text(130, 26, "skip", size=20)
    d.draw_arrow((690, 210), (20, 210), accent="gradient", dashed=True, width=3)
    d.write_text(350, 186, "gradient, with the factor 1", size=20)


@drawing(height=304)
def draw_ways_to_run(d: Diagram) -> None:
    """Draw two questions that lead to one of three ways to follow the course.

    The first asks whether the reader wants to change code. No leads to reading the pages; yes
    leads to the second, whether anything can be installed. No leads to Binder, Codespaces or
    Colab, in the browser; yes leads to the reader's own computer.
    """
    d.draw_box(120, 60, 216, 80, "Do you want to\nchange the code?", "input")
    d.draw_box(120, 210, 216, 80, "Can you install\nsomething?", "input")
    for y, name, words in (
        (60, "Read the pages", "nothing needed"),
        (160, "Binder, Codespaces, Colab", "a browser"),
        (260, "Your own computer", "Python and three lines"),
    ):
        d.draw_box(520, y, 340, 80, accent="output")
        d.write_text(520, y - 14, name, weight="bold")
        d.write_text(520, y + 15, words, 20)
    d.draw_arrow((228, 60), (348, 60), width=2.5)
    d.draw_arrow((120, 100), (120, 170), width=2.5)
    d.draw_arrow((228, 197), (348, 166), width=2.5)
    d.draw_arrow((228, 223), (348, 254), width=2.5)
    for x, y, word in ((288, 44, "no"), (146, 136, "yes"), (280, 164, "no"), (280, 258, "yes")):
        d.write_text(x, y, word, 20)


@drawing(height=380)
def draw_next_steps(d: Diagram) -> None:
    """Draw roads that start from this course.

    On the left a box: this course. Five arrows lead from it to boxes one above the other:
    images, with convolutional networks and vision transformers; sequences, with pretrained
    transformers; tables, with trees, TabPFN and tuned plain networks; few labels, with
    transfer learning; and, for all of them, a study of one's own.
    """
    course = d.draw_box(95, 190, 160, 96, "this\ncourse", "input", size=24)
    roads = [
        ("images", "convolution, vision transformers"),
        ("sequences", "pretrained transformers"),
        ("tables", "trees, TabPFN, tuned plain networks"),
        ("few labels", "transfer learning, augmentation"),
        ("a study of your own", "split, baseline, one test"),
    ]
    for i, (name, words) in enumerate(roads):
        accent = "output" if i == 4 else "hidden"
        box = d.draw_box(485, 38 + 76 * i, 410, 66, accent=accent)
        d.write_text(485, 38 + 76 * i - 13, name, size=20, weight="bold")
        d.write_text(485, 38 + 76 * i + 14, words, size=19)
        d.draw_arrow((course.x + 80, course.y), (box.x - 205, box.y), width=2.5)
