"""How many calls a job needs, and how long they take at the least.

The service takes 20 calls a second and 500 a minute of each endpoint. Source:
https://configcat.com/docs/api/reference/configcat-public-management-api/.
"""

from collections.abc import Mapping, Sequence
from typing import Final

import attrs

from configcat_mgmt.checked import checked
from configcat_mgmt.core.pacing.limits import DEFAULT_LIMITS, RateLimit
from configcat_mgmt.jobs.model.plan import Plan, Step, total_calls
from configcat_mgmt.jobs.model.snapshot import Snapshot

PER_SECOND: Final = DEFAULT_LIMITS[0].calls
PER_MINUTE: Final = DEFAULT_LIMITS[1].calls
SNAPSHOT_CALLS: Final = 11
"""Lists and single entities that a snapshot reads of every product."""


@attrs.frozen
class StageEstimate:
    """Calls and time of one stage of a plan."""

    stage: int
    calls: Mapping[str, int]
    """By operation id, the most first."""
    seconds: float
    """Least time: that of the operation with most calls."""


@attrs.frozen
class Estimate:
    """Calls and time of a plan."""

    stages: tuple[StageEstimate, ...]

    @property
    def calls(self) -> dict[str, int]:
        """Count the calls by operation id, the most first."""
        found: dict[str, int] = {}
        for stage in self.stages:
            for operation, count in stage.calls.items():
                found[operation] = found.get(operation, 0) + count
        return _sorted(found)

    @property
    def total_calls(self) -> int:
        """Count all calls."""
        return sum(sum(stage.calls.values()) for stage in self.stages)

    @property
    def seconds(self) -> float:
        """Return the least time of all stages, which come one after the other."""
        return sum(stage.seconds for stage in self.stages)


@checked
def estimate_plan(plan: Plan, limits: Sequence[RateLimit] = DEFAULT_LIMITS) -> Estimate:
    """Count the calls of a plan, without those that resolve names and verify.

    Args:
        plan: The plan.
        limits: The limits of the client for each endpoint; empty if it has none.

    Returns:
        Stages in order; those without steps are not listed.
    """
    steps: dict[int, list[Step]] = {}
    for step in plan.steps:
        steps.setdefault(step.stage, []).append(step)
    stages = {stage: total_calls(found) for stage, found in steps.items()}
    return Estimate(
        tuple(
            StageEstimate(
                stage,
                _sorted(calls),
                max(least_seconds(count, limits) for count in calls.values()),
            )
            for stage, calls in sorted(stages.items())
        )
    )


@checked
def least_seconds(calls: int, limits: Sequence[RateLimit] = DEFAULT_LIMITS) -> float:
    """Return the minimum time for calls of one endpoint, in seconds.

    The calls of a window may all be sent at its beginning, so a limit makes calls wait
    only once its window is full. Full windows of the longest limit pass for all but its
    last window, whose calls wait for the shorter limits.

    Args:
        calls: Number of calls.
        limits: The limits of the client for each endpoint; empty if it has none.

    Returns:
        The time from the first call to the beginning of the last one.
    """
    if calls <= 1 or not limits:
        return 0.0
    longest, *shorter = sorted(limits, key=lambda one: -one.seconds)
    full = (calls - 1) // longest.calls
    in_windows = longest.seconds * full
    in_windows += least_seconds(calls - full * longest.calls, shorter)
    return max(in_windows, least_seconds(calls, shorter))


def snapshot_calls(snapshot: Snapshot) -> int:
    """Count the calls that reading such a product needs, without opt-ins."""
    configs, environments = len(snapshot.configs), len(snapshot.environments)
    segments = len(snapshot.segments)
    return SNAPSHOT_CALLS + segments + configs + configs * environments


def verify_calls(snapshot: Snapshot) -> int:
    """Count the calls that reading settings and values back needs."""
    configs, environments = len(snapshot.configs), len(snapshot.environments)
    return configs + configs * environments


def _sorted(calls: Mapping[str, int]) -> dict[str, int]:
    return dict(sorted(calls.items(), key=lambda item: (-item[1], item[0])))
