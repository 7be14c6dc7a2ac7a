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


def meets(given, sign, expected):
    """Return whether a value is as a check wants it; NaN never is."""
    if is_close(given, expected):
        return True
    if sign == "==":
        return False
    return given > expected if sign == ">=" else given < expected


def write_value(value):
    """Return a value as a short text."""
    if isinstance(value, (list, tuple)):
        text = "[" + ", ".join(write_value(part) for part in value) + "]"
    elif isinstance(value, float):
        text = "%.6g" % value
    else:
        text = repr(value)
    return text if len(text) < 200 else text[:200] + " …"


def read_check(line):
    """Return what is shown of a check, what it calls, its sign, and its value."""
    test, _, title = line.partition("  # ")
    for sign in WORDS:
        call, found, value = test.rpartition(f" {sign} ")
        if found:
            return title or call, call, sign, value
    raise ValueError(f"write a check such as `f(2) == 7`, not `{line}`")


def describe_error(error):
    return f"{type(error).__name__}: {error}"


def check_code(checks, mistakes, names, describe=describe_error):
    """Return what comes of each check, given the names that code has defined.

    Checks are lines such as `f(2) == 7`. A mistake is the number of the first check
    that fails, the value given there, and a sentence of advice.
    """
    results = []
    for line in checks.strip().split("\n"):
        title, call, sign, value = read_check(line)
        expected = eval(value, names)
        result = {"title": title, "passes": False}
        try:
            given = eval(call, names)
            given = given.tolist() if hasattr(given, "tolist") else given
            result["given"] = given
            result["passes"] = meets(given, sign, expected)
            result["text"] = f"{title} gives {write_value(given)}"
            if not result["passes"]:
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
