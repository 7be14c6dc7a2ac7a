"""What the chapters computed in this build lies in the ranges that the book states."""

import ast


def number(text: str) -> float:
    """Read a glued number, with its typographic minus sign or its per cent sign."""
    text = text.replace("\N{MINUS SIGN}", "-").replace("\N{NO-BREAK SPACE}", "")
    return float(text.rstrip("% ")) / (100 if "%" in text else 1)


def test_and_neuron_ends_at_the_stated_weights(glued):
    assert 5.3 < number(glued("book/logic-gates", "logic_gates_w1")) < 5.7
    assert 5.3 < number(glued("book/logic-gates", "logic_gates_w2")) < 5.7
    assert -8.6 < number(glued("book/logic-gates", "logic_gates_b")) < -8.0
    assert 0.009 < number(glued("book/logic-gates", "logic_gates_loss")) < 0.012


def test_some_small_networks_get_stuck_on_xor_and_few_larger_ones(glued):
    stuck_2 = number(glued("book/logic-gates", "logic_gates_stuck_2"))
    stuck_4 = number(glued("book/logic-gates", "logic_gates_stuck_4"))
    assert 0.15 < stuck_2 < 0.40
    assert 0 <= stuck_4 < 0.02


def test_three_trainings_reach_the_stated_accuracies(glued):
    results = ast.literal_eval(glued("book/mnist", "mnist_results"))
    assert 0.955 < results["reference"] < 0.975
    assert 0.80 < results["softmax_nll"] < 0.90
    assert 0.975 < results["better"] < 0.99


def test_mnist_chapter_stays_below_two_gigabytes(glued):
    results = ast.literal_eval(glued("book/mnist", "mnist_results"))
    assert 0.1e9 < results["peak_memory_bytes"] < 2e9
