"""Outputs that no reader should see are refused, with their place."""

import json

import pytest
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError
from nbformat import v4

from _ext.course.outputs import find_failure, find_faults

ADDRESS = "the cell prints an object's address, {!r}: print what it holds"
PLOT = "the cell prints an object's address, {!r}: end the line with ;"
TIME = "the cell prints a time, {!r}, which changes: leave it out"
STDERR = "the cell prints a warning, {!r}: mend its cause"
TRACEBACK = "the cell raises {!r}: mend it, or catch the error"
WIDE = (
    "the cell prints a line of 75 characters, more than 74: "
    "'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxx' …: print it as several"
)
LONG = "the cell prints 101 lines, more than 100: print less"
EVERYTHING = "<a at 0x1234567> 2026-01-31 23:59" + "\nx" * 100


@pytest.mark.parametrize(
    ("text", "classes", "faults"),
    [
        ("3.5\n[1, 2]", ["output", "stream"], []),
        ("", ["output", "stream"], []),
        ("oh\n\x1b[0;31mE\x1b[39m: no\n", ["output", "traceback"], [TRACEBACK.format("E: no")]),
        ("\n  first\nsecond", ["output", "stderr"], [STDERR.format("  first")]),
        (" \n", ["output", "stderr"], []),
        ("", ["output", "traceback"], []),
        ("\n" * 200 + "x\n" * 100, ["output"], []),
        ("x\n" * 101, ["output"], [LONG]),
        ("x" * 74, ["output"], []),
        ("x\n" + "x" * 75 + "\nx", ["output"], [WIDE]),
        ("x" * 75, ["output", "stderr"], [STDERR.format("x" * 75)]),
        ("<a.B at 0x7f12ab>", ["output"], [ADDRESS.format("<a.B at 0x7f12ab>")]),
        ("[<A at 0x1234567>, <B at 0x7f12ab>]", ["o"], [ADDRESS.format("<A at 0x1234567>")]),
        ("<f <g> at 0x1234567>", ["output"], [ADDRESS.format("<f <g> at 0x1234567>")]),
        (
            "[<matplotlib.lines.Line2D at 0x1234567>]",
            ["output"],
            [PLOT.format("<matplotlib.lines.Line2D at 0x1234567>")],
        ),
        ("<a at 0x12345>", ["output"], []),
        ("<a\n at 0x1234567>", ["output"], []),
        ("on 2026-01-31 23:59:01", ["output"], [TIME.format("2026-01-31 23:59")]),
        ("on 2026-01-31T23:59", ["output"], [TIME.format("2026-01-31T23:59")]),
        ("on 2026-01-31, 23", ["output"], []),
        ("12026-01-31 23:59", ["output"], []),
        (
            EVERYTHING,
            ["traceback", "stderr"],
            [
                TRACEBACK.format("x"),
                STDERR.format("<a at 0x1234567> 2026-01-31 23:59"),
                LONG,
                ADDRESS.format("<a at 0x1234567>"),
                TIME.format("2026-01-31 23:59"),
            ],
        ),
    ],
)
def test_output_that_no_reader_should_see_is_a_fault(text, classes, faults):
    assert list(find_faults(text, classes)) == faults


@pytest.mark.parametrize(
    ("cells", "page", "place"),
    [
        (["x = 1\n\nassert x == 2, 'two'"], "A\n\n{}\n", (5, "AssertionError: two")),
        (["assert 0"], "{}\n", (1, "AssertionError:")),
        (
            ["def f():\n    return 1 / 0", "# x\nf()"],
            "{}\n{}\n",
            (4, "ZeroDivisionError: division by zero"),
        ),
        (["f("], "A\n{}\n", (2, "SyntaxError: incomplete input")),
        (["assert 0"], "Text\n", None),
    ],
)
def test_failure_of_a_cell_is_located(cells, page, place):
    notebook = v4.new_notebook(cells=[v4.new_code_cell(cell) for cell in cells])
    with pytest.raises(CellExecutionError) as failure:
        NotebookClient(notebook, kernel_name="python3").execute()
    located = place and (place[0], TRACEBACK.format(place[1]))
    assert find_failure(page.format(*cells), str(failure.value)) == located


def test_other_failure_is_not_located():
    assert find_failure("x = 1\n", "Traceback\nDeadKernelError: Kernel died") is None


def make_notebook(*outputs: dict[str, object]) -> str:
    """Return a notebook of one cell with stored outputs."""
    cells = [
        {
            "cell_type": "markdown",
            "metadata": {},
            "source": "# Cells\n\n    2026-01-31 23:59\n",
        },
        {
            "cell_type": "code",
            "metadata": {},
            "source": "'2026-01-31 23:59'",
            "execution_count": 1,
            "outputs": outputs,
        },
    ]
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return json.dumps(
        {"cells": cells, "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 4}
    )


def test_page_with_such_outputs_is_refused(build_book):
    notebook = make_notebook(
        {"output_type": "stream", "name": "stdout", "text": "<a at 0x1234567>\n"},
        {"output_type": "stream", "name": "stderr", "text": "UserWarning: old\n"},
        {"output_type": "error", "ename": "E", "evalue": "e", "traceback": ["E: e"]},
    )
    book = build_book("# Title\n", {"cells.ipynb": notebook})
    assert book.warnings == [
        f"cells.ipynb:20002: WARNING: {fault} [course.output]"
        for fault in (
            ADDRESS.format("<a at 0x1234567>"),
            STDERR.format("UserWarning: old"),
            TRACEBACK.format("E: e"),
        )
    ]


@pytest.mark.parametrize(("tags", "number"), [("[remove-cell]", 11), ("[]", 9)])
def test_cell_that_fails_is_told_of_once_also_where_it_is_not_shown(build_book, tags, number):
    page = (
        "---\nfile_format: mystnb\nkernelspec: {name: python3, display_name: Python 3}\n---\n"
        f"# Cells\n\n```{{code-cell}} ipython3\n:tags: {tags}\n\n"
        "x = 1\nassert x == 2, 'two'\n```\n"
    )
    book = build_book("# Title\n", {"cells": page}, nb_execution_mode="force")
    fault = TRACEBACK.format("AssertionError: two")
    assert [line for line in book.warnings if "course.output" in line] == [
        f"cells.md:{number}: WARNING: {fault} [course.output]"
    ]


def test_page_with_sound_outputs_passes(build_book):
    notebook = make_notebook({"output_type": "stream", "name": "stdout", "text": "3\n"})
    assert build_book("# Title\n", {"cells.ipynb": notebook}).warnings == []


@pytest.mark.parametrize(
    ("cell", "faults"),
    [
        ("&lt;a at 0x1234567&gt;", [ADDRESS.format("<a at 0x1234567>")]),
        ("2026-01-31 23:59", [TIME.format("2026-01-31 23:59")]),
        ("x" * 75, []),
    ],
)
def test_tables_are_looked_at_too(build_book, cell, faults):
    html = f"<table><tr><td>{cell}</td></tr></table>" + "\n<p></p>" * 101
    data = {"text/html": html, "text/plain": "a table"}
    notebook = make_notebook({"output_type": "display_data", "data": data, "metadata": {}})
    warnings = build_book("# Title\n", {"cells.ipynb": notebook}).warnings
    assert [warning.partition("WARNING: ")[2] for warning in warnings] == [
        f"{fault} [course.output]" for fault in faults
    ]
