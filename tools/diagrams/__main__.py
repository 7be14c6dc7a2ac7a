"""Draw the diagrams of the course into `images/`: `python -m tools.diagrams`.

Each function marked `@diagram` draws the file that bears its name. Its docstring holds the
title and the description that are written into the file. Coordinates are in pixels; a diagram
is as wide as the column that it stands in.
"""

import inspect
import sys
from itertools import pairwise
from pathlib import Path

from .diagram import Diagram

WIDTH = 700
DIAGRAMS = []


def diagram(height):
    """Return a decorator that adds a function to those that draw a diagram."""

    def register(draw):
        DIAGRAMS.append((draw, height))
        return draw

    return register


def column(d, x, middle, count, step, **style):
    """Draw a layer of neurons, one above the other; return its nodes."""
    top = middle - step * (count - 1) / 2
    return [d.neuron(x, top + step * i, **style) for i in range(count)]


@diagram(height=420)
def nested_fields(d):
    """Three nested fields.

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
        d.box(
            350,
            (top + bottom) / 2,
            696 - 72 * inset,
            bottom - top,
            accent=accent,
            tint=0.03 if accent is None else 0.12,
            corner=24,
        )
        d.text(350, top + 28, name, size=24, weight="bold")
        d.text(350, top + 60, example)
    counts = (3, 4, 4, 2)
    accents = ("input", "hidden", "hidden", "output")
    layers = [
        column(d, 215 + 90 * i, 318, count, 27, accent=accent, radius=9)
        for i, (count, accent) in enumerate(zip(counts, accents, strict=True))
    ]
    for left, right in pairwise(layers):
        d.connect(left, right)


@diagram(height=300)
def perceptron(d):
    """A perceptron.

    Three inputs, x1, x2 and x3, stand one above the other. From each an arrow, labelled
    with its weight w1, w2 or w3, leads to one neuron, which holds the number a. One arrow
    leads from the neuron to the output.
    """
    neuron = d.neuron(400, 130, "$a$", "output", radius=38, size=28)
    for i, y in enumerate((40, 130, 220), start=1):
        node = d.neuron(120, y, f"$x_{i}$", "input", radius=30, size=24)
        d.arrow(node, neuron)
        d.beside(node, neuron, f"$w_{i}$", at=0.42, away=-18 if i == 3 else 18)
    d.arrow(neuron, (560, 130))
    d.text(566, 130, "output", anchor="start")
    for x, words in ((120, "inputs"), (250, "weights"), (400, "neuron")):
        d.text(x, 280, words)


@diagram(height=370)
def neuron_computation(d):
    """What a neuron computes.

    Three inputs, x1, x2 and x3, are multiplied by the weights w1, w2 and w3 and led to a
    sum. The bias b is added. The result is z, which passes through the activation
    function h, drawn as an S-shaped curve, and gives the activation a.
    """
    d.box(463, 152, 458, 290, tint=0.03, corner=20)
    d.text(636, 34, "neuron")
    total = d.neuron(310, 130, "$∑$", "hidden", radius=34, size=30)
    for i, y in enumerate((40, 130, 220), start=1):
        node = d.neuron(50, y, f"$x_{i}$", "input", radius=30, size=24)
        d.arrow(node, total)
        d.beside(node, total, f"$× w_{i}$", at=0.4, away=-18 if i == 3 else 18)
    bias = d.box(310, 248, 52, 48, "$b$", size=24)
    d.arrow(bias, total)
    d.text(328, 196, "$+$", size=24)
    function = d.box(486, 130, 96, 84, accent="hidden")
    d.add("path", d="M450 160C486 160 486 100 522 100", stroke_width=3)
    d.arrow(total, function)
    d.text(388, 108, "$z$", size=24)
    d.text(486, 196, "$h$", size=24)
    d.arrow(function, d.neuron(640, 130, "$a$", "output", radius=34, size=26))
    d.text(300, 340, "$z = w_1x_1 + w_2x_2 + w_3x_3 + b$")
    d.text(590, 340, "$a = h(z)$")


@diagram(height=440)
def mlp_layers(d):
    """The layers of a network.

    Four columns of neurons: an input layer of three, two hidden layers of four and an
    output layer of two. Every neuron of a layer is connected with every neuron of the
    next. The four connections that lead to one neuron of the second hidden layer are
    emphasised. An arrow from left to right is labelled forward pass.
    """
    places = zip((90, 265, 440, 615), (3, 4, 4, 2), strict=True)
    accents = ("input", "hidden", "hidden", "output")
    layers = [
        column(d, x, 160, count, 84, accent=accent)
        for (x, count), accent in zip(places, accents, strict=True)
    ]
    for left, right in pairwise(layers):
        d.connect(left, right, width=1.3)
    chosen = layers[2][1]
    d.neuron(chosen.x, chosen.y, accent="hidden", width=5, tint=0.3)
    for node in layers[1]:
        d.arrow(node, chosen, width=3)
    for layer, symbol in ((layers[0], "x"), (layers[3], "ŷ")):
        for i, node in enumerate(layer, start=1):
            d.text(node.x, node.y, f"${symbol}_{i}$")
    for left, right, words in (
        (24, 156, "input layer"),
        (220, 485, "hidden layers"),
        (549, 681, "output layer"),
    ):
        d.bracket(left, right, 338, words)
    d.arrow((190, 412), (515, 412))
    d.text(352, 394, "forward pass")


def steps(d, middle, words):
    """Draw sample, network and prediction above label, comparison and result."""
    spots = [(80, -62), (260, -62), (440, -62), (80, 62), (440, 62), (620, 62)]
    accents = ["input", "hidden", "output", None, None, None]
    boxes = [
        d.box(x, middle + y, 144, 76, text, accent)
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
        d.arrow(start, end)
    return boxes


@diagram(height=346)
def training_step(d):
    """One step of training.

    A loop. A sample enters the network, whose forward pass gives a prediction. The
    prediction is compared with the label, which enters the picture only here. The
    comparison gives the loss, the loss leads to an adjustment of the parameters, and the
    loop returns to the network with the next sample.
    """
    words = ("sample\n$*x$", "network", "prediction\n$ŷ$", "label\n$y$", "compare", "loss\n$L$")
    sample, network, *_, loss = steps(d, 244, words)
    adjust = d.box(260, 42, 144, 76, "adjust\nparameters", "gradient")
    d.arrow(loss, (620, 42), adjust, accent="gradient", dashed=True, width=3)
    d.arrow(adjust, network, accent="gradient", dashed=True, width=3)
    d.text(80, 42, "repeat with\nthe next\nsample", size=20)
    d.arrow((80, 84), sample)
    d.text(260, 236, "forward pass", size=20)
    d.text(260, 288, "only to compare", size=20)


@diagram(height=256)
def testing(d):
    """Testing a trained network.

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
    steps(d, 154, words)
    d.text(286, 26, "parameters frozen")
    d.add("rect", x=150, y=18, width=22, height=17, rx=2, fill="currentColor")
    d.add("path", d="M154 18V13a7 7 0 0 1 14 0V18", stroke_width=2.5)


@diagram(height=390)
def update_rule(d):
    """One step of gradient descent.

    A U-shaped curve of the loss over a weight W. At the old weight a tangent shows the
    slope. An arrow of length alpha times the slope leads along the W axis, against the
    slope, to the new weight, where the loss is lower.
    """

    def loss(x):
        return 300 - 0.0044 * (x - 300) ** 2

    old, new, axis = 500, 385, 335
    d.arrow((60, axis), (660, axis))
    d.arrow((60, axis), (60, 40))
    d.text(60, 22, "loss $L$")
    d.text(692, 362, "weight $W$", anchor="end")
    d.line(*[(x, loss(x)) for x in range(70, 532, 5)], width=3)
    for x, name in ((old, "old"), (new, "new")):
        d.line((x, loss(x)), (x, axis), width=1.5, dashes="2 4")
        d.neuron(x, loss(x), radius=7, tint=1)
        d.text(x, 362, f"$W_{{{name}}}$")
    slope = -2 * 0.0044 * (old - 300)
    d.line(*[(old + s, loss(old) + slope * s) for s in (-75, 50)], accent="gradient", width=3.5)
    d.text(528, 150, "slope $∇_WL$", anchor="start")
    d.arrow((old, 318), (new, 318), accent="gradient", dashed=True, width=3.5)
    d.text(442, 290, "$−α ∇_WL$")
    d.text(300, 90, "$W_{new} = W_{old} − α ∇_WL$", size=24)


@diagram(height=350)
def computational_graph(d):
    """A network as a computational graph.

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
    row = [d.neuron(x, 150, f"${name}$", accent, radius=30) for x, name, accent in spots]
    x, z1, a1, z2, a2, loss = row
    pairs = [(z1, a1), (a1, z2), (z2, a2), (a2, loss)]
    for node, weight, bias in ((z1, "W_1", "*b_1"), (z2, "W_2", "b_2")):
        pairs += [
            (d.box(node.x, y, 56, 52, f"${name}$"), node)
            for y, name in ((34, weight), (266, bias))
        ]
    for start, end in pairs:
        d.arrow(start, end, shift=-7)
        d.arrow(end, start, accent="gradient", dashed=True, width=3, shift=-7)
    d.arrow(x, z1)
    d.arrow(d.neuron(loss.x, 266, "$y$", radius=30), loss)
    d.text(226, 122, "tanh")
    d.text(474, 122, "tanh")
    d.arrow((40, 330), (100, 330))
    d.text(112, 330, "forward: values", anchor="start")
    d.arrow((420, 330), (360, 330), accent="gradient", dashed=True, width=3)
    d.text(432, 330, "backward: gradients", anchor="start")


def patient(d, x, y, number, accent=None):
    """Draw a patient as a box with three replicates in it."""
    d.box(x, y, 54, 66, accent=accent, corner=8)
    d.text(x, y - 13, f"{number}")
    for dx in (-16, 0, 16):
        d.neuron(x + dx, y + 15, accent=accent, radius=6, tint=0.5, width=1.5)


@diagram(height=370)
def data_split(d):
    """Splitting data by patient.

    Ten patients, drawn as boxes with a number and three dots, the replicates. Whole boxes
    go, in random order, to three sets: six patients to training, two to validation and
    two to testing. No box is divided.
    """
    d.text(350, 18, "10 patients, 3 replicates each")
    for i in range(10):
        patient(d, 35 + 70 * i, 76, i + 1)
    d.text(329, 150, "whole patients,\nat random")
    sets = [
        (192, "input", "training", "find parameters", (3, 9, 1, 6, 10, 4)),
        (466, "hidden", "validation", "choose", (8, 2)),
        (626, "output", "test", "judge once", (7, 5)),
    ]
    for x, accent, name, purpose, patients in sets:
        width = 60 * len(patients) + 14
        frame = d.box(x, 262, width, 128, accent=accent, tint=0.06)
        d.arrow((x, 120), frame, width=3)
        for i, number in enumerate(patients):
            patient(d, x + 60 * (i - (len(patients) - 1) / 2), 242, number, accent)
        d.text(x, 302, name, size=20, weight="bold")
        d.text(x, 348, purpose, size=20)


@diagram(height=300)
def logic_gates_networks(d):
    """One neuron, and a 2-2-1 network.

    Left, two inputs x1 and x2 lead with weights w1 and w2 to one neuron with bias b and
    output a. Right, the two inputs both lead to two hidden neurons labelled OR and NAND,
    which lead to one output neuron labelled AND.
    """

    def inputs(x):
        return [d.neuron(x, y, f"$x_{i}$", "input", 30) for i, y in ((1, 90), (2, 206))]

    neuron = d.neuron(180, 148, "$+ b$", "output", radius=36)
    first, second = inputs(36)
    d.arrow(first, neuron)
    d.arrow(second, neuron)
    d.beside(first, neuron, "$w_1$", at=0.45)
    d.beside(second, neuron, "$w_2$", at=0.45, away=-20)
    output = d.neuron(600, 148, "AND", "output", radius=36, size=20)
    hidden = [
        d.neuron(480, y, gate, "hidden", 36, 20) for gate, y in (("OR", 90), ("NAND", 206))
    ]
    for node in inputs(348):
        for unit in hidden:
            d.arrow(node, unit)
    for unit in hidden:
        d.arrow(unit, output)
    for node in (neuron, output):
        d.arrow(node, (node.x + 62, 148))
        d.text(node.x + 74, 148, "$a$")
    d.text(130, 20, "one neuron", weight="bold")
    d.text(474, 20, "2–2–1 network", weight="bold")
    for x, words in (
        (36, "inputs"),
        (180, "output"),
        (348, "inputs"),
        (480, "hidden layer"),
        (604, "output"),
    ):
        d.text(x, 272, words, size=20)


@diagram(height=420)
def network_784_512_512_10(d):
    """The network that reads digits.

    An image of a 7 with 28 by 28 pixels leads to a column of 784 input neurons, then two
    columns of 512 ReLU neurons, then 10 output neurons labelled 0 to 9, of which number 7
    is filled. Between neighbouring columns stand the numbers of parameters, 401,920,
    262,656 and 5,130.
    """
    d.box(54, 165, 100, 100, tint=0, corner=2)
    d.add("path", d="M30 135H76Q56 168 50 199", stroke_width=9, stroke_linecap="round")
    d.text(54, 238, "28 × 28")
    d.arrow((112, 165), (166, 165), width=3)
    kinds = (("input", "784\npixels"), ("hidden", "512\nReLU"), ("hidden", "512\nReLU"))
    layers = []
    for x, (accent, words) in zip((196, 348, 500), kinds, strict=True):
        halves = [column(d, x, y, 4, 31, accent=accent, radius=11) for y in (72, 258)]
        layers.append(halves[0] + halves[1])
        for y in (151, 165, 179):
            d.neuron(x, y, accent=accent, radius=2, tint=1)
        d.text(x, 346, words)
    layers.append(column(d, 640, 165, 10, 31, accent="output", radius=11))
    for digit, node in enumerate(layers[-1]):
        d.text(674, node.y, f"{digit}", weight="bold" if digit == 7 else None)
    d.neuron(640, layers[-1][7].y, accent="output", radius=11, tint=1)
    d.text(640, 346, "10\nlogits")
    for left, right in pairwise(layers):
        d.connect(left, right, width=0.7, opacity=0.3)
    d.text(166, 402, "parameters", anchor="end")
    for x, words in ((272, "401,920"), (424, "262,656"), (570, "5,130")):
        d.text(x, 402, words)


if __name__ == "__main__":
    images = Path(*sys.argv[1:2] or [Path(__file__).parents[2] / "images"])
    for draw, height in DIAGRAMS:
        title, description = inspect.getdoc(draw).split("\n\n")
        name = draw.__name__.replace("_", "-")
        d = Diagram(name, WIDTH, height, title.rstrip("."), " ".join(description.split()))
        draw(d)
        d.write(images)
