"""Facts that the chapters state, worked out here in another way.

Each test computes what a sentence says, and looks for the sentence with what came out.
"""

import itertools
import math
import re

import numpy as np
import pytest
import torch
from torch import nn
from torch.utils.data import DataLoader

from tools.book import Book
from tools.draw.diagrams import SMALL_WEIGHTS

COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
TEXTS = {p.name: " ".join(COMMENT.sub("", p.text).split()) for p in Book().pages}
ROWS = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
AND, XOR = np.array([0, 0, 0, 1]), np.array([0, 1, 1, 0])


def check_stated(chapter: str, *statements: str) -> None:
    """Fail when a chapter does not say what a test has worked out."""
    text = TEXTS[f"book/{chapter}"].replace("\N{MINUS SIGN}", "-")
    for statement in statements:
        assert statement in text, f"book/{chapter}.md does not say: {statement}"


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def train_neuron(y, w, b, learning_rate=0.1, num_epochs=5000):
    """Descend the summed squared error of one sigmoid neuron, by the chain rule."""
    for _ in range(num_epochs):
        a = sigmoid(ROWS @ w + b)
        delta = 2 * (a - y) * a * (1 - a)
        w, b = w - learning_rate * ROWS.T @ delta, b - learning_rate * delta.sum()
    return w, b


@pytest.mark.parametrize("start", [(0.0, 0.0, 0.0), (1.5, -0.3, -2.2)])
def test_and_neuron_ends_at_the_stated_weights_from_two_starts(start):
    w, b = train_neuron(AND, np.array(start[:2]), start[2])
    assert w[0] == pytest.approx(w[1])
    check_stated("logic-gates", "After 5,000 epochs", f"A weight of {w[0]:.1f} is therefore")
    check_stated("logic-gates", f"$w_1 = w_2 = {w[0]:.1f}$", f"$b = {b:.1f}$")


def test_single_neuron_on_xor_ends_at_one_half():
    w, b = train_neuron(XOR, np.array([1.5, -0.3]), -2.2)
    outputs = sigmoid(ROWS @ w + b)
    assert outputs == pytest.approx([outputs[0]] * 4, abs=1e-3)
    check_stated("logic-gates", f'All five starts end at "{outputs[0]:.1f} for every row"')


def test_fourteen_of_sixteen_gates_are_linearly_separable():
    """The perceptron rule converges exactly on the separable gates [Rosenblatt 1958]."""
    inputs = np.column_stack([ROWS, np.ones(4)])
    gates = list(itertools.product([-1, 1], repeat=4))
    missing = []
    for labels in gates:
        w = np.zeros(3)
        for x, y in list(zip(inputs, labels, strict=True)) * 100:
            if y * (w @ x) <= 0:
                w = w + y * x
        if not all(np.array(labels) * (inputs @ w) > 0):
            missing.append(labels)
    count = len(gates) - len(missing)
    check_stated("logic-gates", f"can part: {count} of the 16 gates with two inputs")
    assert set(missing) == {tuple(2 * XOR - 1), tuple(1 - 2 * XOR)}
    check_stated("logic-gates", "Two are missing", "they are XOR and its opposite")


def test_and_by_least_squares():
    inputs = np.column_stack([ROWS, np.ones(4)])
    w1, w2, b = fit = np.linalg.solve(inputs.T @ inputs, inputs.T @ AND)
    check_stated("logic-gates", f"torch.tensor([{w1:.3g}, {w2:.3g}, -{-b:.3g}])")
    assert list(inputs @ fit > 0.5) == [False, False, False, True]
    check_stated("logic-gates", "Only the last output lies above 0.5")


def test_decision_line_crosses_the_axis_at_minus_b_over_w():
    x = np.linspace(0, 3, 300_001)
    crossing = x[np.argmin(np.abs(sigmoid(5.5 * x - 8.3) - 0.5))]
    check_stated("logic-gates", rf"$x_1 = 8.3 / 5.5 \approx {crossing:.2f}$")


def test_nand_makes_every_gate():
    """Close the two inputs under NAND: all 16 truth tables appear."""
    tables = {(0, 0, 1, 1), (0, 1, 0, 1)}
    for _ in range(4):
        pairs = itertools.product(tables, repeat=2)
        tables |= {tuple(1 - p * q for p, q in zip(*pair, strict=True)) for pair in pairs}
    assert len(tables) == 16
    check_stated("logic-gates", "networks of neurons can compute every truth table")


def test_four_nands_make_xor():
    for x1, x2 in itertools.product([False, True], repeat=2):
        m = not (x1 and x2)
        assert (not ((not (x1 and m)) and (not (x2 and m)))) == (x1 != x2)
    check_stated("logic-gates", "let $m = x_1$ NAND $x_2$")
    check_stated("logic-gates", "XOR is ($x_1$ NAND $m$) NAND ($x_2$ NAND $m$)")


def test_sum_with_a_quarter_of_the_rate_equals_the_mean():
    with_sum, _ = train_neuron(AND, np.zeros(2), 0.0, learning_rate=0.1, num_epochs=10)
    x, y = torch.tensor(ROWS, dtype=torch.double), torch.tensor(AND, dtype=torch.double)
    model = nn.Sequential(nn.Linear(2, 1, dtype=torch.double), nn.Sigmoid())
    for parameter in model.parameters():
        nn.init.zeros_(parameter)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.4)
    for _ in range(10):
        optimizer.zero_grad()
        nn.functional.mse_loss(model(x).flatten(), y).backward()
        optimizer.step()
    assert model[0].weight.detach().flatten().numpy() == pytest.approx(with_sum)
    check_stated("logic-gates", "0.1 with the sum takes the same steps as 0.4 with the mean")


@pytest.mark.parametrize(
    ("sizes", "chapter", "statement"),
    [
        ([784, 512, 512, 10], "networks", "Together {}."),
        ([784, 512, 512, 10], "mnist", "a network with {} parameters"),
        ([784, 512], "networks", "784 · 512 + 512 = {}"),
        ([512, 512], "networks", "512 · 512 + 512 = {}"),
        ([512, 10], "networks", "512 · 10 + 10 = {}"),
        ([784, 10], "networks", "784 · 10 + 10 = {}"),
        ([784, 16, 16, 10], "networks", "{} for 784–16–16–10"),
        ([784, 16, 16, 10], "networks", "## Where the {} numbers are"),
        ([2, 4, 1], "logic-gates", "together {}."),
        ([784, 32, 32, 2], "deep-learning", "Together {}."),
        ([784, 32], "deep-learning", "784 · 32 + 32 = {}"),
    ],
)
def test_parameter_counts(sizes, chapter, statement):
    layers = nn.Sequential(*(nn.Linear(*pair) for pair in itertools.pairwise(sizes)))
    count = sum(parameter.numel() for parameter in layers.parameters())
    check_stated(chapter, statement.format(f"{count:,}"))


def test_uniform_guess_over_ten_classes_costs_log_ten():
    loss = nn.functional.cross_entropy(torch.zeros(5, 10), torch.arange(5)).item()
    for chapter in ("loss", "mnist"):
        check_stated(chapter, rf"-\log 0.1 = \log 10 \approx {loss:.3f}$")
    check_stated("mnist", f"It is not {loss:.3f}")


def test_nll_of_probabilities_lies_between_minus_one_and_zero():
    torch.manual_seed(0)
    q = (20 * torch.randn(1000, 10)).softmax(dim=1)
    loss = nn.functional.nll_loss(q, torch.randint(10, (1000,)), reduction="none")
    check_stated("loss", f"lies between {loss.min():.0f} and {abs(loss.max()):.0f}.")


def test_gradient_of_the_bug_vanishes_for_a_confident_mistake():
    """Cross-entropy pulls with p - 1 at the true class; the bug with p (p - 1)."""
    slopes = {}
    for logit in (-6.0, 0.0):
        p = math.exp(logit) / (math.exp(logit) + 9)
        slopes[logit] = p - 1, p * (p - 1)
    right, bug = slopes[-6.0]
    check_stated("loss", f"with a slope of {right:.0f}, the mistaken loss with {bug:.4f}.")
    right, bug = slopes[0.0]
    assert bug / right == pytest.approx(0.1)
    check_stated(
        "loss", "At a logit of 0, where an untrained network stands, the slope is a tenth"
    )


def test_an_epoch_of_60000_images_in_batches_of_64_has_938_updates():
    sizes = [len(batch) for batch in DataLoader(range(60_000), batch_size=64)]
    count, last = len(sizes), sizes[-1]
    check_stated("mnist", f"60,000 images make {count} batches of 64, the last of which holds")
    check_stated("mnist", f"the remaining {last}.")
    check_stated("optimizers", f"An epoch takes {count} iterations, the last of them with")
    check_stated("optimizers", f"{last} images; five epochs make {5 * count:,} steps")
    check_stated("backpropagation", f"this sweep {count} times an epoch")


def test_standard_error_of_an_accuracy_on_10000_images():
    rng = np.random.default_rng(0)
    scatter = (rng.binomial(10_000, 0.97, 200_000) / 10_000).std()
    check_stated("generalisation", rf"0.97 \cdot 0.03 / 10{{,}}000}} \approx {scatter:.4f}$")
    check_stated("generalisation", rf"\approx {100 * math.sqrt(2) * scatter:.2f}$ points")


def test_brighter_lamp_multiplies_edges_of_ink():
    """Ink is 1 minus brightness, and a lamp multiplies the brightness."""
    ink = np.array([0.0, 0.3, 1.0])
    brighter = 1 - 1.2 * (1 - ink)
    factor = (np.diff(brighter) / np.diff(ink)).round(6)
    assert set(factor) == {1.2}
    check_stated(
        "deep-learning",
        f"1 - 1.2 = {brighter[0]:.1f}, while full ink stays at {brighter[-1]:.0f}",
        f"all edges become {factor[0]} times as strong",
    )


def test_rates_of_the_better_test():
    labels = np.repeat([0, 1], [990, 10])
    answers = np.repeat([0, 1, 0, 1], [960, 30, 4, 6])
    both = (labels * answers).sum()
    precision, sensitivity = both / answers.sum(), both / labels.sum()
    f1 = 2 / (1 / precision + 1 / sensitivity)  # the harmonic mean
    check_stated(
        "evaluation",
        f"or positive predictive value, is {precision:.0%}",
        f"also called recall, is {sensitivity:.0%}",
        f"Here it is 12 / 46 = {f1:.0%}",
        f"Its accuracy is {(labels == answers).sum()} of 1,000",
    )


def test_linear_layers_collapse_into_one():
    rng = np.random.default_rng(0)
    x, w1, w2 = rng.normal(size=(5, 3)), rng.normal(size=(3, 4)), rng.normal(size=(4, 2))
    b1, b2 = rng.normal(size=4), rng.normal(size=2)
    w, b = w1 @ w2, b1 @ w2 + b2
    assert np.allclose((x @ w1 + b1) @ w2 + b2, x @ w + b)
    check_stated(
        "networks", r"W = W_1 W_2, \quad \mathbf{b} = \mathbf{b}_1 W_2 + \mathbf{b}_2."
    )


def test_two_neurons_in_a_row_collapse_into_one():
    slope, bias = np.polyfit([-1, 0, 2], [3 * (2 * x + 1) + 4 for x in (-1, 0, 2)], 1)
    check_stated("networks", f"3(2x + 1) + 4 = {slope:.0f}x + {bias:.0f}.")


def test_product_of_two_matrices_by_hand():
    x, w = ((1, 2, 0), (3, 1, 2)), ((2, 1), (1, -1), (0, 3))
    for i, row in enumerate(x):
        for j, column in enumerate(zip(*w, strict=True)):
            pairs = zip(row, column, strict=True)
            sums = " + ".join(f"{a} · {b}" if b >= 0 else f"{a} · ({b})" for a, b in pairs)
            total = np.array(x)[i] @ np.array(w)[:, j]
            check_stated("networks", f"{sums} = {total} |")


def test_two_relu_neurons_make_xor():
    for x, label in zip(ROWS, XOR, strict=True):
        a1, a2 = max(0, x.sum()), max(0, x.sum() - 1)
        assert a1 - 2 * a2 == label
        check_stated("networks", f"| {x[0]} | {x[1]} | {a1} | {a2} | {label} |")
    check_stated("networks", r"a_2 &= \operatorname{ReLU}(x_1 + x_2 - 1)", r"&= a_1 - 2 a_2.")


def test_answers_of_the_three_activations_at_minus_one():
    answers = f"The sigmoid gives {sigmoid(-1):.2f}, tanh {np.tanh(-1):.2f}, ReLU {max(0, -1)}."
    check_stated("neuron", answers)


def test_tanh_is_a_stretched_sigmoid():
    z = np.linspace(-5, 5, 101)
    assert np.tanh(z) == pytest.approx(2 * sigmoid(2 * z) - 1)
    check_stated("neuron", r"Show that $\tanh z = 2\sigma(2z) - 1$")


def test_slope_of_a_neuron_at_zero():
    for w in (0.2, 0.6, 1.0):
        assert (np.tanh(w * 1e-6) - np.tanh(-w * 1e-6)) / 2e-6 == pytest.approx(w)
    quarter = (sigmoid(1e-6) - sigmoid(-1e-6)) / 2e-6
    check_stated("neuron", "the slope at 0 equals the weight")
    check_stated(
        "neuron", rf"a quarter of the weight, because $\sigma$ has the slope {quarter:.2f}"
    )


def test_largest_number_of_32_bits():
    mantissa, exponent = f"{np.finfo(np.float32).max:.1e}".split("e+")
    check_stated("loss", rf"cannot exceed about ${mantissa} \cdot 10^{{{exponent}}}$")


def test_cross_entropy_is_log_softmax_then_nll():
    torch.manual_seed(0)
    z, y = torch.randn(20, 10, dtype=torch.double), torch.randint(10, (20,))
    by_hand = (z.logsumexp(1) - z[torch.arange(20), y]).mean().item()
    assert nn.functional.cross_entropy(z, y).item() == pytest.approx(by_hand)
    assert nn.functional.nll_loss(z.log_softmax(1), y).item() == pytest.approx(by_hand)
    check_stated("mnist", "in two steps: the logarithm of softmax, then `nll_loss`")


def test_descent_on_the_parabola_is_twenty_times_a_power():
    x, path = 20.0, []
    for _ in range(150):
        path.append(x)
        x -= 0.1 * 2 * x
    factor = path[1] / path[0]
    assert path == pytest.approx([20 * factor**n for n in range(150)], rel=1e-12)
    near = next(n for n, value in enumerate(path) if abs(value) < 1e-5)
    check_stated("gradient-descent", rf"x_n = 20 \cdot {factor:.1f}^n.")
    check_stated("gradient-descent", f"After {near} iterations we are within $10^{{-5}}$")


@pytest.mark.parametrize(
    ("rate", "statement"),
    [
        (0.01, "With 0.01 the factor is {:.2f}"),
        (0.9, "With 0.9 it is {:.1f}"),
        (1.0, "With 1.0 the factor is {:.0f}"),
        (1.1, "With 1.1 it is {:.1f}"),
    ],
)
def test_learning_rate_decides_the_ratio_of_steps_on_the_parabola(rate, statement):
    x = torch.tensor(20.0, requires_grad=True)
    (x**2).backward()
    torch.optim.SGD([x], lr=rate).step()
    check_stated("gradient-descent", statement.format(x.item() / 20))


def test_derivative_of_the_cubic_is_25_at_2_and_never_below_1():
    x = np.arange(-5000, 5000) / 1000
    slope = np.gradient(2 * x**3 + x + 1, x, edge_order=2)
    at_2, lowest = slope[7000], slope.min()
    check_stated("backpropagation", rf"at $x = 2$ the slope is $6 \cdot 4 + 1 = {at_2:.0f}$")
    check_stated("backpropagation", f"has its minimum, which is {lowest:.0f} and not 0")


def loss_of_small_network(weights, inputs=(2.0, 3.0)):
    """The loss of the network that the chapter draws, from its weights and biases."""
    x1, x2 = inputs
    up1, up2, low1, low2, out_up, out_low, b_up, b_low, b_out = weights
    upper, lower = max(0, up1 * x1 + up2 * x2 + b_up), max(0, low1 * x1 + low2 * x2 + b_low)
    return (out_up * upper + out_low * lower + b_out - 3) ** 2


def test_gradients_of_the_drawn_network_are_those_of_small_changes():
    drawn = {(start, end): (w, slope) for start, end, w, slope in SMALL_WEIGHTS}
    order = [("x1", "up"), ("x2", "up"), ("x1", "low"), ("x2", "low"), ("up", "out")]
    pairs = [drawn[edge] for edge in [*order, ("low", "out")]]
    weights, slopes = np.array(
        [[float(number.replace("\N{MINUS SIGN}", "-")) for number in pair] for pair in pairs]
    ).T
    weights = np.array([*weights, -4.0, -2.0, 4.0])
    found = [
        (loss_of_small_network(weights + s) - loss_of_small_network(weights - s)) / 2e-5
        for s in 1e-5 * np.eye(9)
    ]
    assert found == pytest.approx([*slopes, 4, -6, 2], abs=1e-4)
    rise = loss_of_small_network(weights, (2.001, 3)) - loss_of_small_network(weights)
    assert rise / 0.001 == pytest.approx(14, abs=0.1)
    check_stated(
        "backpropagation",
        r"get $4 \cdot 2 = 8$ and $4 \cdot 3 = 12$; its bias gets 4.",
        "so its weights get -12 and -18, and its bias gets -6.",
        r"two products add up, $4 \cdot 2 + (-6) \cdot (-1) = 14$.",
    )


def test_slope_of_cross_entropy_in_the_logits_is_q_minus_p():
    def loss(z):
        return math.log(sum(math.exp(v) for v in z)) - z[1]

    z = np.array([2.0, 1.0, -1.0])
    slopes = [(loss(z + s) - loss(z - s)) / 2e-6 for s in 1e-6 * np.eye(3)]
    stated = ", ".join(f"{slope:.2f}" for slope in slopes)
    check_stated(
        "backpropagation",
        rf"$q - p \approx ({stated})$",
        r"\frac{\partial \ell}{\partial z_k} = q_k - p_k.",
    )


def test_gradient_of_the_tanh_neuron():
    x, w, b, h = np.array([0.2, 0.3]), np.array([1.0, 0.4]), 1.0, 1e-6
    steps = h * np.eye(2)
    by_x = [(np.tanh(w @ (x + s) + b) - np.tanh(w @ (x - s) + b)) / (2 * h) for s in steps]
    by_w = [(np.tanh((w + s) @ x + b) - np.tanh((w - s) @ x + b)) / (2 * h) for s in steps]
    by_b = (np.tanh(w @ x + b + h) - np.tanh(w @ x + b - h)) / (2 * h)
    check_stated(
        "backpropagation",
        rf"$\nabla_{{\mathbf{{x}}}}\, a \approx ({by_x[0]:.4f}, {by_x[1]:.4f})$",
        rf"$\nabla_{{\mathbf{{w}}}}\, a \approx ({by_w[0]:.4f}, {by_w[1]:.4f})$",
        rf"$\partial a / \partial b \approx {by_b:.4f}$",
        rf"which is {w @ x + b:.2f}, and $a = \tanh z \approx {np.tanh(w @ x + b):.4f}$",
    )
