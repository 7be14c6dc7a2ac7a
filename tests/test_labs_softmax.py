"""The softmax lab computes as PyTorch does, and says and shows what follows."""

import re

import numpy as np
import pytest
import torch
from playwright.sync_api import Locator, Page, expect

from labs import drag, evaluate_module, find_middle, open_lab

PAGE = "book/loss.html"


def compute(logits: list[float], label: int) -> dict:
    """Return PyTorch's probabilities, loss and gradient."""
    z = torch.tensor(logits, dtype=torch.float64, requires_grad=True)
    loss = torch.nn.CrossEntropyLoss()(z, torch.tensor(label))
    loss.backward()
    probabilities = z.softmax(dim=0).tolist()
    return {
        "probabilities": probabilities,
        "loss": loss.item(),
        "slopes": z.grad.tolist(),
    }


def test_probabilities_loss_and_slopes_are_pytorchs(page: Page, base_url):
    random = np.random.default_rng(0)
    cases = []
    for scale in (1, 4, 30, 1000):  # the last two are beyond what exponentials can hold
        for logits in random.normal(0, scale, (60, 3)).tolist():
            cases += [[logits, int(random.integers(3))], [[z + 100 for z in logits], 0]]
    cases += [[[800.0, 800.0, 800.0], 1], [[0.0, -900.0, 900.0], 1]]
    body = """const numbers = address.replace("softmax-math", "numbers");
    const { softmax } = await import(numbers);
    return d.map(([z, label]) => ({
        probabilities: softmax(z),
        loss: m.findLoss(z, label),
        slopes: m.findSlopes(z, label),
    }));"""
    found = evaluate_module(page, base_url, "softmax-math.mjs", body, cases)
    for case, ours in zip(cases, found, strict=True):
        for part, theirs in compute(*case).items():
            assert ours[part] == pytest.approx(theirs, abs=1e-9), (part, case)
        assert abs(sum(ours["slopes"])) < 1e-9


def test_verdict_is_what_the_probabilities_say(page: Page, base_url):
    random = np.random.default_rng(1)
    rows = np.round(random.uniform(-4, 4, (200, 3)), 1).tolist() + [
        [2, 2, 0],
        [1, 1, 1],
        [0, 2, 2],
    ]
    body = "return d.map((z) => m.findAnswer(z, 1));"
    found = evaluate_module(page, base_url, "softmax-math.mjs", body, rows)
    for row, verdict in zip(rows, found, strict=True):
        shares = compute(row, 1)["probabilities"]
        ahead = [c for c in range(3) if shares[c] > max(shares) - 1e-12]
        answer = ahead[0] if len(ahead) == 1 else None
        is_sure = answer is not None and max(shares) >= 0.9
        assert verdict == {
            "answer": answer,
            "isRight": answer == 1,
            "isSure": is_sure,
        }, row
    assert {(v["isRight"], v["isSure"]) for v in found} == {
        (a, b) for a in (0, 1) for b in (0, 1)
    }


@pytest.fixture
def lab(page: Page, base_url) -> Locator:
    page.set_viewport_size({"width": 1350, "height": 900})
    return open_lab(page, f"{base_url}/{PAGE}", "softmax")


def read(lab: Locator) -> dict:
    """Return the numbers that the lab shows, and bars, rings and arrows."""
    script = """(lab) => [...lab.shadowRoot.querySelectorAll(".answer")].map((row) => {
        const words = [...row.querySelectorAll("span")].map((s) => s.textContent);
        const [, share, , slope] = words;
        const read = (mark, name) => row.querySelector(mark).getAttribute(name);
        const part = (mark, name) => parseFloat(read(mark, name)) / 100;
        const arrow = part(".tip", "x") - part(".ring", "cx");
        const [bar, ring] = [part(".bar", "width"), part(".ring", "cx")];
        return [share, slope.replace("−", "-"), bar, ring, arrow];
    })"""
    columns = zip(*lab.evaluate(script), strict=True)
    names = ("share", "slope", "bar", "ring", "arrow")
    return {
        name: [float(part) for part in column]
        for name, column in zip(names, columns, strict=True)
    }


def test_it_opens_unsure_and_wrong_with_the_numbers_of_the_chapter(lab: Locator):
    shown, expected = read(lab), compute([2, 1, -1], 1)
    assert shown["share"] == pytest.approx(expected["probabilities"], abs=0.0006)
    assert shown["slope"] == pytest.approx(expected["slopes"], abs=0.0006)
    assert shown["bar"] == pytest.approx(expected["probabilities"])
    assert shown["arrow"] == pytest.approx(expected["slopes"])
    assert shown["ring"] == [0, 1, 0]
    expect(lab.locator(".verdict")).to_have_text("Answer G1: not sure and wrong.")
    expect(lab.locator(".computation")).to_contain_text("= −log 0.259 = 1.349")


def test_logits_are_dragged_to_sure_and_wrong_and_100_more_moves_nothing(
    lab: Locator, page: Page
):
    for name, start, end in (("G1", 2, 5), ("S", 1, -5)):
        x, y = find_middle(lab.get_by_role("slider", name=f"logit {name}", exact=True))
        side = (lab.locator("#g1").bounding_box()["width"] - 22) / 8  # pixels for 1
        drag(page, (x + start * side, y), (x + end * side, y))
    expect(lab.locator(".verdict")).to_have_text("Answer G1: sure and wrong.")
    numbers = lab.locator(".computation")
    expect(numbers).to_contain_text(f"= {compute([4, -4, -1], 1)['loss']:.3f}")
    expect(numbers).to_contain_text("Sum of all ŷ: 1.000Sum of all ŷ − y: 0.000")
    before, ball = read(lab), find_middle(lab.locator(".ball"))
    lab.get_by_role("radio", name="100").check()
    expect(lab.locator("#g1")).to_have_attribute("aria-valuetext", "104.0")
    assert read(lab) == {name: pytest.approx(parts) for name, parts in before.items()}
    assert find_middle(lab.locator(".ball")) == pytest.approx(ball)
    expect(page).to_have_url(re.compile(r"#lab-softmax\?add=100&g1=4&s=-4"))


def test_keys_move_a_logit_against_its_arrow_and_the_loss_falls(
    lab: Locator, page: Page
):
    lab.get_by_role("radio", name="G2/M").check()
    slider = lab.get_by_role("slider", name="logit G2/M")
    slider.focus()
    for z in (-0.9, -0.8, -0.7):
        assert read(lab)["slope"][2] < 0
        page.keyboard.press("ArrowRight")
        loss = compute([2, 1, z], 2)["loss"]
        line = f"Loss ℓ = −log {np.exp(-loss):.4f} = {loss:.3f}"
        expect(lab.locator(".computation")).to_contain_text(line)
    expect(lab.locator(".unseen")).to_contain_text(
        f"Answer G1: not sure and wrong. {line}. G1: ŷ"
    )
