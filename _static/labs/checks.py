"""Checks of what a reader has written: by the build, in notebooks, and in the page.

It is written for Python and for MicroPython.
"""

WORDS = {"==": "", ">=": "at least ", "<=": "at most "}


def is_close(given, expected):
    """Return whether a value is the expected one; numbers may be a millionth off."""
    if isinstance(expected, (list, tuple)):
        if not isinstance(given, (list, tuple)) or len(given) != len(expected):
            return False
        return all(is_close(given[i], expected[i]) for i in range(len(expected)))
    if isinstance(expected, (int, float)) and isinstance(given, (int, float)):
        distance = abs(given - expected)
        return given == expected or distance <= 1e-6 * max(1, abs(expected))
    return given == expected


def write_value(value):
    """Return a value as a short text."""
    if isinstance(value, (list, tuple)):
        text = "[" + ", ".join(write_value(part) for part in value) + "]"
    elif isinstance(value, float):
        text = "%.6g" % value
    else:
        text = repr(value)
    return text if len(text) < 200 else text[:200] + " …"


def describe_error(error):
    return f"{type(error).__name__}: {error}"


def check_code(checks, mistakes, names, describe=describe_error):
    """Return what comes of each check, given the names that code has defined.

    A check is a title, a call, a sign of WORDS, and a value. A mistake is the number of
    the first check that fails, the value given there, and a sentence of advice.
    """
    results = []
    for title, call, sign, expected in checks:
        result = {"title": title, "passes": False}
        try:
            given = eval(call, names)
            given = given.tolist() if hasattr(given, "tolist") else given
            passes = is_close(given, expected)
            if sign != "==":
                passes = passes or (given < expected) == (sign == "<=")
            result["passes"], result["given"] = passes, given
            result["text"] = f"{title} gives {write_value(given)}"
            if not passes:
                wish = WORDS[sign] + write_value(expected)
                result["text"] += f"; expected {wish}"
        except Exception as error:
            result["text"] = f"{title} stops: {describe(error)}"
        results.append(result)
    failed = [number for number, result in enumerate(results) if not result["passes"]]
    for number, value, advice in mistakes:
        is_first = number in failed[:1] and "given" in results[number]
        if is_first and is_close(results[number]["given"], value):
            results[number]["advice"] = advice
    return results
