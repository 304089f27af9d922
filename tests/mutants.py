"""Breaks the package in one place at a time, and shows which check notices.

Each line of the output is a check, the mutant, and whether the check failed as it has
to. The command works on a copy of the package, and fails if a mutant survives:
`python -m tests.mutants`.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Final, NamedTuple

ROOT: Final = Path(__file__).parent.parent


class Mutant(NamedTuple):
    """A change of the package that breaks a promise."""

    promise: str
    """The promise that no longer holds."""
    check: str
    """File of the tests that have to fail, below `tests`."""
    file: str
    """Changed file, below `configcat_mgmt`."""
    old: str
    """Text that occurs once in the file."""
    new: str


MUTANTS: Final = (
    Mutant(
        "no creation is sent twice",
        "core/http/test_fault_matrix.py",
        "core/retry.py",
        "            return UNKNOWN\n    if failure.kind",
        "            pass\n    if failure.kind",
    ),
    Mutant(
        "a server error after a creation is an unknown outcome",
        "core/http/test_fault_matrix.py",
        "core/retry.py",
        "        return UNKNOWN\n    if answer.status",
        "        pass\n    if answer.status",
    ),
    Mutant(
        "a damaged response is read once more",
        "core/http/test_fault_matrix.py",
        "core/retry.py",
        'again = request.effect == "read" and not answer.too_large',
        "again = False",
    ),
    Mutant(
        "no call is answered 429",
        "core/pacing/test_limiter_certainty.py",
        "core/pacing/limits.py",
        "RateLimit(20, 1.0), RateLimit(500, 60.0)",
        "RateLimit(21, 1.0), RateLimit(500, 60.0)",
    ),
    Mutant(
        "credentials stay on their host",
        "core/http/test_redirects.py",
        "core/redirect.py",
        "return parts if same and not dots else None",
        "return parts if not dots else None",
    ),
    Mutant(
        "a response takes no more memory than the limit",
        "core/http/test_body.py",
        "core/http/body.py",
        "        if self._size <= self._limit:",
        "        if self._limit:",
    ),
    Mutant(
        "integers are exact and in range",
        "core/codec",
        "core/codec/scalars.py",
        '"int64": (-(2**63), 2**63 - 1)',
        '"int64": (-(2**53), 2**53)',
    ),
    Mutant(
        "a secret is not shown",
        "core/test_auth.py",
        "core/auth.py",
        'return "***"',
        "return self._text",
    ),
    Mutant(
        "a forged webhook is refused",
        "test_webhooks.py",
        "webhooks.py",
        "found |= hmac.compare_digest(expected, signature)",
        "found |= True",
    ),
    Mutant(
        "a step is journaled before it is sent",
        "jobs/applying/test_kill.py",
        "jobs/applying/execute_step.py",
        '            await self._queue.put(_entry(flight, "intended"))\n',
        "",
    ),
    Mutant(
        "one process at a time opens a journal",
        "jobs/applying/test_journal.py",
        "files.py",
        "fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)",
        "pass",
    ),
    Mutant(
        "two values of different types differ",
        "jobs/compare",
        "jobs/compare/equality.py",
        "    if _canonical(wanted) == _canonical(found):",
        "    if wanted == found:",
    ),
    Mutant(
        "names cannot control a terminal",
        "cli/test_terminal_escapes.py",
        "cli/terminal/output.py",
        "Segment(visible(segment.text).translate(substitutes), segment.style)",
        "Segment(segment.text, segment.style)",
    ),
    Mutant(
        "names cannot run a script in the report",
        "jobs/report/test_page_injection.py",
        "jobs/report/page.py",
        "        autoescape=True,",
        "        autoescape=False,",
    ),
)


def main() -> int:
    """Try every mutant; return 0 if its check notices each, else 1."""
    survivors = 0
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder)
        for name in ("configcat_mgmt", "tests", "pyproject.toml", "README.md"):
            _copy(ROOT / name, copy / name)
        for mutant in MUTANTS:
            is_caught = _is_caught(mutant, copy)
            survivors += not is_caught
            verdict = "caught  " if is_caught else "SURVIVED"
            print(f"{verdict}  {mutant.promise}  ({mutant.check})", flush=True)  # noqa: T201
    return 1 if survivors else 0


def _copy(source: Path, target: Path) -> None:
    if source.is_dir():
        shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
    else:
        shutil.copy(source, target)


def _is_caught(mutant: Mutant, copy: Path) -> bool:
    """Whether the tests run and fail with the mutant."""
    file = copy / "configcat_mgmt" / mutant.file
    text = file.read_text()
    file.write_text(text.replace(mutant.old, mutant.new))
    try:
        done = subprocess.run(
            [
                *(sys.executable, "-m", "pytest", "-n", "0", "-x"),
                *("-p", "no:cacheprovider", f"tests/{mutant.check}"),
            ],
            cwd=copy,
            env={**os.environ, "PYTHONPATH": str(copy)},
            capture_output=True,
            check=False,
        )
    finally:
        file.write_text(text)
    return done.returncode == 1


if __name__ == "__main__":
    sys.exit(main())
