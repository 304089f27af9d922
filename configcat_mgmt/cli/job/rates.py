"""The call rates of a job by endpoint."""

from collections.abc import Iterator
from typing import Final

from rich.console import RenderableType
from rich.text import Text

from configcat_mgmt.cli.terminal.output import styled, table
from configcat_mgmt.core.pacing.limits import DEFAULT_LIMITS
from configcat_mgmt.jobs import EndpointTimeline, Report, timeline_of
from configcat_mgmt.texts import counted, duration

MOST_BARS: Final = 48
SHOWN: Final = 6
"""Maximum number of endpoints to show, the busiest first."""
SHORT_SECONDS: Final = 3
"""The rates of a shorter job are not shown."""
LEVELS: Final = "▁▂▃▄▅▆▇█"
"""Bars from few calls a second to the rate limit of the service."""
PER_SECOND: Final = DEFAULT_LIMITS[0].calls


def rates_view(report: Report) -> Iterator[RenderableType]:
    """Show calls over time against the rate limit; nothing for a short job."""
    timeline = timeline_of(report)
    if timeline.seconds < SHORT_SECONDS:
        return
    per_bar = -(-timeline.seconds // MOST_BARS)
    heading = f"{counted(timeline.seconds, 'second')}, full bar = {PER_SECOND} a second"
    numbers = ("calls", "peak / s", "peak / min")
    made = table("operation", *numbers, heading, numbers=numbers)
    for endpoint in timeline.endpoints[:SHOWN]:
        made.add_row(
            styled(endpoint.operation),
            f"{endpoint.total:,}",
            f"{endpoint.peak:,}",
            f"{endpoint.busiest_minute:,}",
            Text(bars(endpoint, timeline.seconds, per_bar), "cyan"),
        )
    yield made
    rest = timeline.endpoints[SHOWN:]
    if rest:
        calls = counted(sum(one.total for one in rest), "call")
        yield Text(f"  and {counted(len(rest), 'more operation')}, {calls}", "dim")
    if per_bar > 1:
        yield Text(f"  a bar is the busiest second of {duration(per_bar)}", "dim")


def bars(endpoint: EndpointTimeline, seconds: int, per_bar: int) -> str:
    """Draw the calls of an endpoint as a line of bars.

    Args:
        endpoint: The calls of the endpoint.
        seconds: Duration of the job.
        per_bar: Seconds per bar; a bar shows the busiest of them.
    """
    most = [0] * -(-seconds // per_bar)
    for second, calls in endpoint.seconds:
        most[second // per_bar] = max(most[second // per_bar], calls)
    return "".join(map(_bar, most)).rstrip()


def _bar(calls: int) -> str:
    if not calls:
        return " "
    level = -(-calls * len(LEVELS) // PER_SECOND)
    return LEVELS[min(level, len(LEVELS)) - 1]
