"""Runs the linters and type checkers, checks generated files, builds the documentation.

The checks run side by side. Each prints its output when it ends, and the command fails
if one of them does: `python -m tests.checks`.
"""

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path
from tempfile import gettempdir
from typing import Final

ROOT: Final = Path(__file__).parent.parent
FOLDERS: Final = ("configcat_mgmt", "tests", "benchmarks")
"""Folders with Python code; the examples in the README are formatted for readers."""

SITE: Final = str(Path(gettempdir()) / "configcat-mgmt-site")
"""Where the documentation is built."""

CHECKS: Final[dict[str, tuple[str, ...]]] = {
    "formatter": ("ruff", "format", "--check", *FOLDERS),
    "linter": ("ruff", "check", *FOLDERS),
    "mypy": ("mypy", "configcat_mgmt", "tests/typing"),
    "pyright": ("pyright", "--warnings", "--pythonpath", sys.executable),
    "generated files": ("configcat_mgmt.codegen", "--check"),
    "documentation": ("configcat_mgmt.docs", "-o", SITE),
}
"""Module and arguments of each check, the slowest ones last."""


def main() -> int:
    """Run every check and return the exit code: 0 if all of them passed, else 1."""
    failed: list[str] = []
    with ThreadPoolExecutor(len(CHECKS)) as pool:
        runs = {pool.submit(_run, command): name for name, command in CHECKS.items()}
        for run in as_completed(runs):
            name, done = runs[run], run.result()
            verdict = "passed" if done.returncode == 0 else "FAILED"
            print(f"{name}: {verdict}\n{done.stdout}", end="", flush=True)  # noqa: T201
            if done.returncode != 0:
                failed.append(name)
    return 1 if failed else 0


def _run(command: tuple[str, ...]) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", *command],
        cwd=ROOT,
        env={**os.environ, "PYRIGHT_PYTHON_IGNORE_WARNINGS": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )


if __name__ == "__main__":
    sys.exit(main())
