"""Closed-form facts that the chapters state, worked out here in another way."""

import itertools
import math

import numpy as np
import pytest
import torch
from torch import nn
from torch.utils.data import DataLoader

ROWS = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
AND, XOR = np.array([0, 0, 0, 1]), np.array([0, 1, 1, 0])


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def train_neuron(y, w, b, learning_rate=0.1, num_epochs=5000):
    """Descend the summed squared error of one sigmoid neuron, by the chain rule."""
    for _ in range(num_epochs):
        a = sigmoid(ROWS @ w + b)
        delta = 2 * (a - y) * a * (1 - a)
        w, b = w - learning_rate * ROWS.T @ delta, b - learning_rate * delta.sum()
    return w, b, ((sigmoid(ROWS @ w + b) - y) ** 2).sum()


@pytest.mark.parametrize("start", [(0.0, 0.0, 0.0), (1.5, -0.3, -2.2)])
def test_and_neuron_ends_near_the_stated_weights_from_two_starts(start):
    w, b, loss = train_neuron(AND, np.array(start[:2]), start[2])
    assert w == pytest.approx([5.5, 5.5], abs=0.15)
    assert b == pytest.approx(-8.3, abs=0.2)
    assert loss == pytest.approx(0.010, abs=0.001)


def test_single_neuron_on_xor_ends_at_one_half():
    w, b, loss = train_neuron(XOR, np.array([1.5, -0.3]), -2.2)
    assert sigmoid(ROWS @ w + b) == pytest.approx([0.5] * 4, abs=1e-3)
    assert loss == pytest.approx(1.0, abs=1e-3)


def test_no_line_separates_xor():
    """The mean of the inputs labelled 1 is the mean of those labelled 0."""
    assert np.array_equal(ROWS[XOR == 1].mean(axis=0), ROWS[XOR == 0].mean(axis=0))


def test_fourteen_of_sixteen_gates_are_linearly_separable():
    """The perceptron rule converges exactly on the separable gates [Rosenblatt 1958]."""
    inputs = np.column_stack([ROWS, np.ones(4)])
    separable = []
    for labels in itertools.product([-1, 1], repeat=4):
        w = np.zeros(3)
        for x, y in list(zip(inputs, labels, strict=True)) * 100:
            if y * (w @ x) <= 0:
                w = w + y * x
        separable.append(all(np.array(labels) * (inputs @ w) > 0))
    assert sum(separable) == 14


def test_and_by_least_squares():
    fit, *_ = np.linalg.lstsq(np.column_stack([ROWS, np.ones(4)]), AND, rcond=None)
    assert fit == pytest.approx([0.5, 0.5, -0.25])


def test_decision_line_crosses_the_axis_at_minus_b_over_w():
    w, b = np.array([5.5, 5.5]), -8.3
    crossing = np.array([-b / w[0], 0.0])
    assert sigmoid(w @ crossing + b) == pytest.approx(0.5)
    assert crossing[0] == pytest.approx(1.51, abs=0.005)


def test_nand_makes_every_gate():
    """Close the two inputs under NAND: all 16 truth tables appear."""
    tables = {(0, 0, 1, 1), (0, 1, 0, 1)}
    for _ in range(4):
        pairs = itertools.product(tables, repeat=2)
        tables |= {tuple(1 - p * q for p, q in zip(*pair, strict=True)) for pair in pairs}
    assert len(tables) == 16


def test_four_nands_make_xor():
    for x1, x2 in itertools.product([False, True], repeat=2):
        m = not (x1 and x2)
        assert (not ((not (x1 and m)) and (not (x2 and m)))) == (x1 != x2)


def test_sum_with_a_quarter_of_the_rate_equals_the_mean():
    y = AND
    with_sum = train_neuron(y, np.zeros(2), 0.0, learning_rate=0.1, num_epochs=10)[0]
    w, b = np.zeros(2), 0.0
    for _ in range(10):
        a = sigmoid(ROWS @ w + b)
        delta = 2 * (a - y) * a * (1 - a) / 4
        w, b = w - 0.4 * ROWS.T @ delta, b - 0.4 * delta.sum()
    assert w == pytest.approx(with_sum)


@pytest.mark.parametrize(
    ("sizes", "count"),
    [
        ([784, 512, 512, 10], 669_706),
        ([784, 16, 16, 10], 13_002),
        ([2, 4, 1], 17),
        ([2, 2, 1], 9),
    ],
)
def test_parameter_counts(sizes, count):
    pairs = list(itertools.pairwise(sizes))
    assert sum(i * o + o for i, o in pairs) == count
    torch.manual_seed(0)
    layers = nn.Sequential(*(nn.Linear(i, o) for i, o in pairs))
    assert sum(p.numel() for p in layers.parameters()) == count


def test_uniform_guess_over_ten_classes_costs_log_ten():
    logits = torch.zeros(5, 10)
    loss = nn.functional.cross_entropy(logits, torch.arange(5))
    assert loss.item() == pytest.approx(math.log(10), abs=1e-6)
    assert math.log(10) == pytest.approx(2.303, abs=5e-4)


def test_nll_of_probabilities_lies_between_minus_one_and_zero():
    torch.manual_seed(0)
    logits = 10 * torch.randn(1000, 10)
    loss = nn.functional.nll_loss(
        logits.softmax(dim=1), torch.randint(10, (1000,)), reduction="none"
    )
    assert (loss >= -1).all()
    assert (loss <= 0).all()


def test_gradient_of_the_bug_vanishes_for_a_confident_mistake():
    """Cross-entropy pulls with p - 1 at the true class; the bug with p (p - 1)."""
    logits = torch.tensor([[8.0, 0.0]], requires_grad=True)
    p = logits.softmax(dim=1)[0, 1].item()
    (right,) = torch.autograd.grad(
        nn.functional.cross_entropy(logits, torch.tensor([1])), logits
    )
    (bug,) = torch.autograd.grad(
        nn.functional.nll_loss(logits.softmax(dim=1), torch.tensor([1])), logits
    )
    assert right[0, 1].item() == pytest.approx(p - 1, rel=1e-4)
    assert bug[0, 1].item() == pytest.approx(p * (p - 1), rel=1e-3)
    assert abs(bug[0, 1]) < abs(right[0, 1]) / 1000


def test_an_epoch_of_60000_images_in_batches_of_64_has_938_updates():
    sizes = [len(batch) for batch in DataLoader(range(60_000), batch_size=64)]
    assert len(sizes) == 938
    assert sizes[-1] == 32


def test_standard_error_of_an_accuracy_on_10000_images():
    rng = np.random.default_rng(0)
    simulated = rng.binomial(10_000, 0.97, 20_000) / 10_000
    assert simulated.std() == pytest.approx(math.sqrt(0.97 * 0.03 / 10_000), rel=0.03)


def test_linear_layers_collapse_into_one():
    rng = np.random.default_rng(0)
    x, w1, w2 = rng.normal(size=(5, 3)), rng.normal(size=(3, 4)), rng.normal(size=(4, 2))
    b1, b2 = rng.normal(size=4), rng.normal(size=2)
    two = (x @ w1 + b1) @ w2 + b2
    assert np.allclose(two, x @ (w1 @ w2) + (b1 @ w2 + b2))


def test_two_relu_neurons_make_xor():
    total = ROWS.sum(axis=1)
    assert np.array_equal(np.maximum(0, total) - 2 * np.maximum(0, total - 1), XOR)


def test_sigmoid_of_minus_one_is_not_very_small():
    assert sigmoid(-1.0) == pytest.approx(0.2689, abs=1e-4)


@pytest.mark.parametrize("z", [-3.0, -0.4, 0.0, 1.7])
def test_tanh_is_a_stretched_sigmoid(z):
    assert np.tanh(z) == pytest.approx(2 * sigmoid(2 * z) - 1)


@pytest.mark.parametrize("w", [0.2, 0.6, 1.0])
def test_slope_of_a_tanh_neuron_at_zero_is_its_weight(w):
    assert (np.tanh(w * 1e-6) - np.tanh(-w * 1e-6)) / 2e-6 == pytest.approx(w)


def test_shifted_softmax_is_the_same_and_does_not_overflow():
    z = torch.tensor([2.0, 1.0, -1.0])
    by_log = (z - z.logsumexp(0)).exp()
    assert torch.allclose((z + 1000).softmax(0), by_log)


def test_cross_entropy_is_log_softmax_then_nll():
    torch.manual_seed(0)
    z, y = torch.randn(20, 10, dtype=torch.double), torch.randint(10, (20,))
    by_hand = (z.logsumexp(1) - z[torch.arange(20), y]).mean()
    assert nn.functional.cross_entropy(z, y).item() == pytest.approx(by_hand.item())
    log_q = z.log_softmax(1)
    assert nn.functional.nll_loss(log_q, y).item() == pytest.approx(by_hand.item())


def test_descent_on_the_parabola_is_twenty_times_a_power():
    x, path = 20.0, []
    for _ in range(150):
        path.append(x)
        x -= 0.1 * 2 * x
    assert path == pytest.approx([20 * 0.8**n for n in range(150)], rel=1e-12)
    assert next(n for n, value in enumerate(path) if abs(value) < 1e-5) == 66


@pytest.mark.parametrize(("rate", "ratio"), [(0.01, 0.98), (0.9, -0.8), (1.0, -1), (1.1, -1.2)])
def test_learning_rate_decides_the_ratio_of_steps_on_the_parabola(rate, ratio):
    x = torch.tensor(20.0, requires_grad=True)
    (x**2).backward()
    torch.optim.SGD([x], lr=rate).step()
    assert x.item() / 20 == pytest.approx(ratio)


def test_derivative_of_the_cubic_is_25_at_2_and_never_below_1():
    x = torch.arange(-5, 5, 0.1, dtype=torch.double, requires_grad=True)
    (slope,) = torch.autograd.grad((2 * x**3 + x + 1).sum(), x)
    assert torch.allclose(slope, 6 * x**2 + 1)
    assert slope.min().item() == pytest.approx(1)
    assert 6 * 2**2 + 1 == 25


def test_gradient_of_the_tanh_neuron():
    x, w, b, h = np.array([0.2, 0.3]), np.array([1.0, 0.4]), 1.0, 1e-6
    steps = h * np.eye(2)
    gradient = [(np.tanh(w @ (x + s) + b) - np.tanh(w @ (x - s) + b)) / (2 * h) for s in steps]
    assert gradient == pytest.approx([0.2487, 0.0995], abs=5e-5)
