"""The calls of a job over time, compared with the service's rate limits."""

from collections.abc import Mapping, Sequence

import attrs

from configcat_mgmt.checked import checked
from configcat_mgmt.jobs.applying.report import Report
from configcat_mgmt.json_value import JsonValue

MINUTE_SECONDS = 60


@attrs.frozen
class EndpointTimeline:
    """The calls of one endpoint; the service limits each endpoint separately."""

    operation: str
    """Operation id."""
    seconds: tuple[tuple[int, int], ...]
    """Pairs of a second since the start and the calls sent in it, in order. Seconds
    without calls are left out."""
    total: int
    refused: int
    """Responses with status 429."""

    @property
    def peak(self) -> int:
        """Most calls in one second."""
        return max((calls for _, calls in self.seconds), default=0)

    @property
    def busiest_minute(self) -> int:
        """Most calls in any 60 consecutive seconds."""
        most = current = first = 0
        for second, calls in self.seconds:
            current += calls
            while self.seconds[first][0] <= second - MINUTE_SECONDS:
                current -= self.seconds[first][1]
                first += 1
            most = max(most, current)
        return most

    def to_json(self) -> dict[str, JsonValue]:
        """Return everything as plain JSON data."""
        return {
            "operation": self.operation,
            "total": self.total,
            "refused": self.refused,
            "peak_per_second": self.peak,
            "busiest_minute": self.busiest_minute,
            "seconds": [list(pair) for pair in self.seconds],
        }


@attrs.frozen
class Timeline:
    """The calls of a job."""

    endpoints: tuple[EndpointTimeline, ...]
    """The busiest first."""

    @property
    def seconds(self) -> int:
        """Seconds from the start to the last call, both included."""
        last = [one.seconds[-1][0] for one in self.endpoints if one.seconds]
        return max(last, default=-1) + 1

    @property
    def total(self) -> int:
        """Number of all calls."""
        return sum(endpoint.total for endpoint in self.endpoints)

    @property
    def refused(self) -> int:
        """Number of all responses with status 429."""
        return sum(endpoint.refused for endpoint in self.endpoints)

    def to_json(self) -> dict[str, JsonValue]:
        """Return everything as plain JSON data."""
        return {
            "seconds": self.seconds,
            "total": self.total,
            "refused": self.refused,
            "endpoints": [endpoint.to_json() for endpoint in self.endpoints],
        }


@checked
def timeline_of(report: Report) -> Timeline:
    """Return the calls of a job over time, including retries."""
    ticks: dict[str, dict[int, int]] = {}
    for tick in report.timeline:
        seconds = ticks.setdefault(tick.operation, {})
        seconds[tick.second] = seconds.get(tick.second, 0) + tick.calls
    operations = dict.fromkeys([*ticks, *report.refused])
    endpoints = [
        _endpoint(operation, ticks.get(operation, {}), report.refused)
        for operation in operations
    ]
    endpoints.sort(key=lambda one: (-one.total, one.operation))
    return Timeline(tuple(endpoints))


def _endpoint(
    operation: str, seconds: Mapping[int, int], refused: Mapping[str, int]
) -> EndpointTimeline:
    pairs: Sequence[tuple[int, int]] = sorted(seconds.items())
    return EndpointTimeline(
        operation=operation,
        seconds=tuple(pairs),
        total=sum(seconds.values()),
        refused=refused.get(operation, 0),
    )
