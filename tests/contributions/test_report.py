"""What becomes of contributions is reported, whichever process judged them."""

import os
import subprocess
import sys

import pytest

from tools.book import ROOT

TEST = """
import pytest

@pytest.mark.parametrize("is_refused", [True, False])
def test_verdict(record_property, is_refused):
    record_property("verdict", [f"fault-{is_refused}", "lint", is_refused, 1.5])
"""


@pytest.mark.slow
def test_verdicts_of_another_process_are_reported(tmp_path):
    (tmp_path / "test_verdict.py").write_text(TEST)
    command = [sys.executable, "-m", "pytest", "-p", "conftest", "-n", "1", "test_verdict.py"]
    paths = os.pathsep.join(map(str, (ROOT / "tests", ROOT, ROOT / "_ext")))
    environment = {**os.environ, "PYTHONPATH": paths, "PYTEST_ADDOPTS": ""}
    run = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True)
    assert "by lint: 1, median 1.5 s, longest 1.5 s" in run.stdout
    assert "not refused, or misleadingly: 1 fault-False" in run.stdout
