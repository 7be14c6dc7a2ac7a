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


def run_check(line, names, describe):
    """Return what comes of a check, given the names that code has defined."""
    title, call, sign, value = read_check(line)
    expected = eval(value, names)
    result = {"passes": False}
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
    return result


def run_checks(checks, names, describe):
    """Return what comes of checks, up to the first part of them in which one fails."""
    results, part = [], ""
    for line in checks.strip().split("\n"):
        if line.startswith("# "):
            part = line[2:]
            if not all(result["passes"] for result in results):
                break
            continue
        results.append(run_check(line, names, describe))
        if part:
            results[-1]["part"] = part
            part = ""
    return results


def read_advice(advice, names, results):
    """Return sentences of advice, each with a function that says whether it holds.

    A sentence is a comment; below it is the condition, on the names that code has
    defined, on `given`, what the checks gave, and on `texts`, what is said of them.
    Before them may be helpers.
    """
    helpers, *pairs = ("\n" + advice).split("\n# ")
    names = dict(names)
    names["is_close"] = is_close
    names["given"] = [result.get("given") for result in results]
    names["texts"] = [result["text"] for result in results]
    exec(helpers, names)
    read = []
    for pair in pairs:
        sentence, *lines = pair.split("\n")
        condition = " ".join(lines).strip()
        read.append((sentence, lambda condition=condition: eval(condition, names)))
    return read


def find_advice(advice, mistakes, names, results):
    """Return the first sentence that holds, or one on a value that is known."""
    fault = next(result for result in results if not result["passes"])
    if fault.get("given", 0) is None:
        return "This gives None, as append does: is a value missing behind return?"
    for sentence, holds in read_advice(advice, names, results):
        try:
            if holds():
                return sentence
        except Exception:
            pass  # What the reader's code cannot do, it does not do wrong in this way.
    for number, result in enumerate(results):
        for place, value, sentence in mistakes:
            is_shown = number == place and "given" in result and not result["passes"]
            if is_shown and is_close(result["given"], value):
                return sentence
    return ""


def check_code(checks, mistakes, names, advice="", describe=describe_error):
    """Return what comes of each check, given the names that code has defined.

    Checks are lines such as `f(2) == 7`. A comment begins a part, which is run when
    those before it pass. A mistake is the number of a check, the value given there,
    and a sentence. The first check that fails gets the sentence that fits.
    """
    results = run_checks(checks, names, describe)
    failed = [result for result in results if not result["passes"]]
    sentence = failed and find_advice(advice, mistakes, names, results)
    if sentence:
        failed[0]["advice"] = sentence
    return results
