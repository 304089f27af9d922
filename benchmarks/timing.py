"""Times candidates side by side, so a noisy machine disturbs all of them alike."""

import gc
import json
import platform
import sys
import time
from collections.abc import Callable, Mapping
from typing import Final

__all__ = ["MIB", "least_seconds", "report", "resident", "side_by_side"]

MIB: Final = 1024 * 1024


def side_by_side(
    candidates: Mapping[str, Callable[[], object]],
    *,
    rounds: int,
) -> dict[str, list[float]]:
    """Time all candidates in turn, round after round.

    Args:
        candidates: The functions to time, by name.
        rounds: How often each one runs; one more run before that warms it up.

    Returns:
        The times of each candidate in seconds, in the order of the rounds.
    """
    times: dict[str, list[float]] = {name: [] for name in candidates}
    for candidate in candidates.values():
        candidate()
    for _ in range(rounds):
        for name, candidate in candidates.items():
            gc.collect()
            start = time.perf_counter()
            result = candidate()
            times[name].append(time.perf_counter() - start)
            del result
    return times


def least_seconds(calls: int, round_trip_seconds: float) -> float:
    """Return the shortest possible time of calls to one endpoint of the service.

    It allows 20 calls a second and 500 a minute, and the job meets fresh windows.
    """
    minutes, rest = divmod(calls - 1, 500)
    return minutes * 60 + rest // 20 + round_trip_seconds


def resident() -> int:
    """Return how much memory this process has at present, in bytes; Linux only."""
    import resource  # Not on Windows.

    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * resource.getpagesize()


def report(benchmark: str, **figures: object) -> None:
    """Print one result as a line of JSON, with the Python version and the machine."""
    line = {
        "benchmark": benchmark,
        **figures,
        "python": platform.python_version(),
        "machine": f"{platform.machine()} {platform.system()}",
    }
    json.dump(line, sys.stdout)
    sys.stdout.write("\n")
    sys.stdout.flush()
