"""Assertions: they can fail, and so hold the text to what was computed."""

import ast
from collections.abc import Iterator

from tools.book import Page
from tools.lint.arithmetic import number_of
from tools.lint.finding import Finding
from tools.lint.rule import rule

COMPARING = ("allclose", "isclose", "equal", "array_equal")
TOLERANCES = ("atol", "rtol", "abs_tol", "rel_tol")
NEVER_NEGATIVE = ("abs", "len", "numel", "norm")
# Bounds beyond these, and ranges whose ends differ by more, hold whatever is computed.
LOWEST, HIGHEST, WIDEST = -1e3, 1e6, 10


@rule
def can_fail(page: Page) -> Iterator[Finding]:
    """An assertion can fail: it says more than a fact that always holds."""
    for cell in page.cells:
        for node in ast.walk(cell.tree):
            if isinstance(node, ast.Assert) and (reason := always_holds(node.test)):
                remedy = "assert the range that the text claims"
                fault = f"an assertion that cannot fail: {reason}"
                yield Finding(page.file, node.lineno, fault, remedy)


def always_holds(test: ast.expr) -> str | None:
    """Return why an expression is true whatever is computed, or None."""
    match test:
        case ast.Constant() | ast.Tuple() | ast.List() | ast.JoinedStr():
            return "it is a constant"
        case ast.UnaryOp(op=ast.Not(), operand=ast.Constant()):
            return "it is a constant"
        case ast.BoolOp(op=ast.Or(), values=values):
            return next(filter(None, map(always_holds, values)), None)
        case ast.BoolOp(values=values):
            reasons = [always_holds(value) for value in values]
            return reasons[0] if all(reasons) else None
        case ast.Call():
            return always_close(test)
        case ast.Compare():
            return always_compares(test)
    return None


def name_of(call: ast.Call) -> str:
    """Return the last part of the name of what is called."""
    return str(getattr(call.func, "attr", getattr(call.func, "id", "")))


def is_same(left: ast.expr, right: ast.expr) -> bool:
    """Return whether two expressions are written alike."""
    return ast.dump(left) == ast.dump(right)


def always_close(call: ast.Call) -> str | None:
    """Return why a call such as np.allclose is true whatever is computed, or None."""
    if name_of(call) not in COMPARING:
        return None
    if len(call.args) > 1 and is_same(call.args[0], call.args[1]):
        return "it compares a value with itself"
    for keyword in call.keywords:
        value = number_of(keyword.value)
        if keyword.arg in TOLERANCES and value is not None and value >= 1:
            return f"the tolerance {value:g} lets everything pass"
    return None


def always_compares(test: ast.Compare) -> str | None:
    """Return why a comparison is true whatever is computed, or None."""
    sides = [test.left, *test.comparators]
    for left, operator, right in zip(sides, test.ops, sides[1:], strict=False):
        if is_same(left, right) and isinstance(operator, ast.Eq | ast.LtE | ast.GtE | ast.Is):
            return "it compares a value with itself"
        if isinstance(operator, ast.IsNot) and isinstance(left, ast.Name):
            return "what was computed is not None"
    if all(isinstance(side, ast.Constant) for side in sides):
        return "it compares constants"
    numbers = [number_of(side) for side in sides]
    if None not in numbers:
        return None  # a sum, which checks what the text says
    if len(sides) == 2:
        return is_out_of_reach(test.ops[0], *sides)
    return is_too_wide(numbers[0], numbers[-1])


def is_too_wide(first: float | None, last: float | None) -> str | None:
    """Return why a range holds whatever is computed, or None."""
    if first is None or last is None:
        return None
    low, high = sorted((first, last))
    if low <= 0 and 0.5 <= high <= 1:
        return f"every share lies between {low:g} and {high:g}"
    if low > 0 and high >= 0.5 and high / low > WIDEST:
        return f"the range from {low:g} to {high:g} is too wide"
    return None


def is_out_of_reach(operator: ast.cmpop, left: ast.expr, right: ast.expr) -> str | None:
    """Return why a comparison with one bound holds whatever is computed, or None."""
    if isinstance(operator, ast.Gt | ast.GtE):
        smaller, larger = right, left
    elif isinstance(operator, ast.Lt | ast.LtE):
        smaller, larger = left, right
    else:
        return None
    low, high = number_of(smaller), number_of(larger)
    may_be_equal = isinstance(operator, ast.GtE | ast.LtE)
    name = name_of(larger) if isinstance(larger, ast.Call) else ""
    if low == 0 and may_be_equal and name in NEVER_NEGATIVE:
        return f"{name} is never negative"
    if (low is not None and low <= LOWEST) or (high is not None and high >= HIGHEST):
        return "the bound is out of reach"
    return None
