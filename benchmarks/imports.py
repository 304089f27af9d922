"""Measures the import of the package against the import of aiohttp.

Run: python -m benchmarks.imports
"""

import statistics
import subprocess
import sys

from benchmarks.timing import report

ROUNDS = 15
BASE = "import aiohttp"
CANDIDATES = {
    "import configcat_mgmt": "import configcat_mgmt",
    "with a client made": (
        "from configcat_mgmt import AsyncManagementClient as C; C('user', 'password')"
    ),
    "with a blocking client made": (
        "from configcat_mgmt import ManagementClient as C; C('user', 'password')"
    ),
}


def seconds(statement: str, before: str = "") -> float:
    """Return the seconds of `statement` in a fresh interpreter, after `before`."""
    code = (
        f"{before}\nimport time; began = time.perf_counter()\n"
        f"{statement}\n"
        "print(time.perf_counter() - began)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        check=True,
        capture_output=True,
        text=True,
    )
    return float(done.stdout)


def main() -> None:
    """Print each candidate's time as a ratio, the two timed in turn."""
    seconds(BASE)
    for name, statement in CANDIDATES.items():
        seconds(statement)
        ratios = [seconds(statement) / seconds(BASE) for _ in range(ROUNDS)]
        report(
            "imports",
            candidate=name,
            ratio=round(statistics.median(ratios), 3),
            spread=[round(min(ratios), 3), round(max(ratios), 3)],
        )

    plugin = "import configcat_mgmt.pytest_plugin"
    took = [seconds(plugin, before="import pytest") for _ in range(ROUNDS)]
    report("imports", candidate="the pytest plugin", best_ms=round(min(took) * 1e3, 2))


if __name__ == "__main__":
    main()
