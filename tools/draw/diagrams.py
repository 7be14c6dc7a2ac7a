"""Draw the diagrams of the course: `draw_perceptron` draws `images/perceptron.svg`.

The docstring of each such function holds the title, after the word "Draw", and the description
that are written into the file. Coordinates are in pixels, from the upper left corner; a
diagram is as wide as the column that it stands in. After a change type `make draw`.
"""

import inspect
from collections.abc import Callable, Sequence
from itertools import pairwise

from .diagram import Diagram, Node
from .palette import Palette

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


@drawing(height=350)
def draw_computational_graph(d: Diagram) -> None:
    """Draw a network as a computational graph.

    A graph read from left to right. The input x, the weights W1 and the bias b1 lead to
    z1, which leads through tanh to a1. Then a1, W2 and b2 lead to z2, which leads through
    tanh to a2. Finally a2 and the label y lead to the loss L. Solid arrows point forward;
    dashed arrows lead back from L along the same connections to the weights and biases.
    """
    spots = zip(
        (40, 164, 288, 412, 536, 660),
        ("*x", "*z_1", "*a_1", "z_2", "a_2", "L"),
        ("input", "hidden", "hidden", "output", "output", None),
        strict=True,
    )
    row = [d.draw_neuron(x, 150, f"${name}$", accent, radius=30) for x, name, accent in spots]
    x, z1, a1, z2, a2, loss = row
    pairs = [(z1, a1), (a1, z2), (z2, a2), (a2, loss)]
    for node, weight, bias in ((z1, "W_1", "*b_1"), (z2, "W_2", "b_2")):
        pairs += [
            (d.draw_box(node.x, y, 56, 52, f"${name}$"), node)
            for y, name in ((34, weight), (266, bias))
        ]
    for start, end in pairs:
        d.draw_arrow(start, end, shift=-7)
        d.draw_arrow(end, start, accent="gradient", dashed=True, width=3, shift=-7)
    d.draw_arrow(x, z1)
    d.draw_arrow(d.draw_neuron(loss.x, 266, "$y$", radius=30), loss)
    d.write_text(226, 122, "tanh")
    d.write_text(474, 122, "tanh")
    d.draw_arrow((40, 330), (100, 330))
    d.write_text(112, 330, "forward: values", anchor="start")
    d.draw_arrow((420, 330), (360, 330), accent="gradient", dashed=True, width=3)
    d.write_text(432, 330, "backward: gradients", anchor="start")


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
