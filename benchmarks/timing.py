"""Times candidates side by side, so a noisy machine disturbs all of them alike."""

import gc
import json
import platform
import statistics
import sys
import time
from collections.abc import Callable, Mapping
from typing import Final

__all__ = ["MIB", "report", "report_ratios", "resident", "side_by_side"]

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


def report_ratios(
    benchmark: str,
    times: Mapping[str, list[float]],
    base: str,
    **figures: object,
) -> None:
    """Report each candidate, and how many times as long as `base` it took.

    The ratio is the median over the rounds, each of which ran the two side by side.
    """
    for name, seconds in times.items():
        pairs = zip(seconds, times[base], strict=True)
        report(
            benchmark,
            candidate=name,
            best_ms=round(min(seconds) * 1000, 3),
            ratio=round(statistics.median(mine / its for mine, its in pairs), 3),
            **figures,
        )
