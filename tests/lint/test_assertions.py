"""Rules on assertions."""

from .cases import Cases, cell, check_page, each

CASES: Cases = {
    "assertions/can-fail": [
        (cell("assert 0.9 < accuracy < 0.95"), []),
        (cell("assert 0 < share < 0.49"), []),
        (cell("assert 0.05 < share < 0.5"), []),
        (cell("assert 0.5 <= x <= 5"), []),
        (cell("assert models['a'](x)"), []),
        (cell("assert x and True or y"), []),
        (
            cell("assert 0.04 < share < 0.5"),
            [
                "2: an assertion that cannot fail: the range from 0.04 to 0.5 is too wide: assert the range that the text claims"
            ],
        ),
        (
            cell("assert 1 < 2"),
            [
                "2: an assertion that cannot fail: it compares constants: assert the range that the text claims"
            ],
        ),
        (
            cell("assert x == x and y == 1 or 5"),
            [
                "2: an assertion that cannot fail: it is a constant: assert the range that the text claims"
            ],
        ),
        (
            cell("assert x == x and 5"),
            [
                "2: an assertion that cannot fail: it compares a value with itself: assert the range that the text claims"
            ],
        ),
        (
            cell("assert True"),
            [
                "2: an assertion that cannot fail: it is a constant: assert the range that the text claims"
            ],
        ),
        (
            cell("x = 1\nassert 1"),
            [
                "3: an assertion that cannot fail: it is a constant: assert the range that the text claims"
            ],
        ),
        (
            cell('assert "text"'),
            [
                "2: an assertion that cannot fail: it is a constant: assert the range that the text claims"
            ],
        ),
        (
            cell('assert f"{x}"'),
            [
                "2: an assertion that cannot fail: it is a constant: assert the range that the text claims"
            ],
        ),
        (
            cell('assert (x == 1, "message")'),
            [
                "2: an assertion that cannot fail: it is a constant: assert the range that the text claims"
            ],
        ),
        (
            cell("assert [x]"),
            [
                "2: an assertion that cannot fail: it is a constant: assert the range that the text claims"
            ],
        ),
        (
            cell("assert not False"),
            [
                "2: an assertion that cannot fail: it is a constant: assert the range that the text claims"
            ],
        ),
        (cell("assert not x"), []),
        (
            cell("assert x or True"),
            [
                "2: an assertion that cannot fail: it is a constant: assert the range that the text claims"
            ],
        ),
        (cell("assert x or y"), []),
        (cell("assert True and x"), []),
        (
            cell("assert True and 1"),
            [
                "2: an assertion that cannot fail: it is a constant: assert the range that the text claims"
            ],
        ),
        (
            cell("assert x == x"),
            [
                "2: an assertion that cannot fail: it compares a value with itself: assert the range that the text claims"
            ],
        ),
        (
            cell("assert a.b <= a.b"),
            [
                "2: an assertion that cannot fail: it compares a value with itself: assert the range that the text claims"
            ],
        ),
        (cell("assert x < x"), []),
        (
            cell("assert x is x"),
            [
                "2: an assertion that cannot fail: it compares a value with itself: assert the range that the text claims"
            ],
        ),
        (
            cell("assert x is not None"),
            [
                "2: an assertion that cannot fail: what was computed is not None: assert the range that the text claims"
            ],
        ),
        (cell("assert f(x).grad is not None"), []),
        (cell("assert x is None"), []),
        (
            cell("assert 1 == 1"),
            [
                "2: an assertion that cannot fail: it compares a value with itself: assert the range that the text claims"
            ],
        ),
        (cell("assert 784 * 512 + 512 == 401_920"), []),
        (cell("assert 0.5 < 401_920 / 669_706 < 0.7"), []),
        (
            cell("assert np.allclose(a, a)"),
            [
                "2: an assertion that cannot fail: it compares a value with itself: assert the range that the text claims"
            ],
        ),
        (cell("assert np.allclose(a, b)"), []),
        (
            cell("assert np.allclose(a, b, atol=5)"),
            [
                "2: an assertion that cannot fail: the tolerance 5 lets everything pass: assert the range that the text claims"
            ],
        ),
        (cell("assert np.allclose(a, b, atol=0.01, rtol=tolerance)"), []),
        (cell("assert torch.equal(x)"), []),
        (
            cell("assert math.isclose(a, b, rel_tol=1)"),
            [
                "2: an assertion that cannot fail: the tolerance 1 lets everything pass: assert the range that the text claims"
            ],
        ),
        (cell("assert f(x, x)"), []),
        (
            cell("assert 0 < accuracy < 1"),
            [
                "2: an assertion that cannot fail: every share lies between 0 and 1: assert the range that the text claims"
            ],
        ),
        (
            cell("assert 0 <= share <= 0.5"),
            [
                "2: an assertion that cannot fail: every share lies between 0 and 0.5: assert the range that the text claims"
            ],
        ),
        (
            cell("assert 1 > share > -1"),
            [
                "2: an assertion that cannot fail: every share lies between -1 and 1: assert the range that the text claims"
            ],
        ),
        (cell("assert 0 < loss < 0.01"), []),
        (cell("assert 0 < step < 600"), []),
        (
            cell("assert 0.1 < loss < 2"),
            [
                "2: an assertion that cannot fail: the range from 0.1 to 2 is too wide: assert the range that the text claims"
            ],
        ),
        (cell("assert 2 <= epoch <= 20"), []),
        (cell("assert 1e-7 < step < 1e-2"), []),
        (cell("assert a < x < b"), []),
        (cell("assert 0.1 < loss < b"), []),
        (
            cell("assert len(x) >= 0"),
            [
                "2: an assertion that cannot fail: len is never negative: assert the range that the text claims"
            ],
        ),
        (
            cell("assert 0 <= abs(x)"),
            [
                "2: an assertion that cannot fail: abs is never negative: assert the range that the text claims"
            ],
        ),
        (cell("assert len(x) > 0"), []),
        (cell("assert x >= 0"), []),
        (
            cell("assert loss < 1e6"),
            [
                "2: an assertion that cannot fail: the bound is out of reach: assert the range that the text claims"
            ],
        ),
        (
            cell("assert -1e3 < loss"),
            [
                "2: an assertion that cannot fail: the bound is out of reach: assert the range that the text claims"
            ],
        ),
        (cell("assert loss > -999"), []),
        (
            cell("assert 1e6 > loss"),
            [
                "2: an assertion that cannot fail: the bound is out of reach: assert the range that the text claims"
            ],
        ),
        (cell("assert loss != 1e9"), []),
        (cell("assert loss < 1 / 0"), []),
        (
            cell("def f():\n    assert True"),
            [
                "3: an assertion that cannot fail: it is a constant: assert the range that the text claims"
            ],
        ),
        (
            cell("assert x == 1 == 1"),
            [
                "2: an assertion that cannot fail: it compares a value with itself: assert the range that the text claims"
            ],
        ),
        (
            cell("assert x.norm() >= 0.0"),
            [
                "2: an assertion that cannot fail: norm is never negative: assert the range that the text claims"
            ],
        ),
    ],
}


@each(CASES)
def test_rule(rule, source, expected):
    check_page(rule, source, expected)
