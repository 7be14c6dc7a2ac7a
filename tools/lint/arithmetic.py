"""Arithmetic on syntax trees, for sums in texts and bounds in assertions."""

import ast
import math
import operator

OPERATIONS = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Pow: operator.pow,
}
FUNCTIONS = {"exp": math.exp, "log": math.log, "sqrt": math.sqrt}


def number_of(node: ast.expr) -> float | None:
    """Return the value of an expression of numbers, or None for any other and for 1 / 0."""
    try:
        return evaluate(node)
    except (ArithmeticError, KeyError, ValueError):
        return None


def evaluate(node: ast.expr) -> float:
    """Return the value of an expression of numbers, arithmetic, exp, log and sqrt.

    Raises
    ------
    ArithmeticError, KeyError, ValueError
        When it has none.
    """
    match node:
        case ast.Constant(value=int() | float() as value) if not isinstance(value, bool):
            return float(value)
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return -evaluate(operand)
        case ast.BinOp(left=left, op=operation, right=right):
            result: float = OPERATIONS[type(operation)](evaluate(left), evaluate(right))
            return result
        case ast.Call(func=ast.Name(id=name), args=[argument], keywords=[]):
            return FUNCTIONS[name](evaluate(argument))
    raise ValueError("not made of numbers")
