"""Timelines as drawings: numbers for inline SVG that need no escaping."""

from typing import Final

import attrs

from configcat_mgmt.jobs.planning.estimate import PER_SECOND
from configcat_mgmt.jobs.report.timeline import EndpointTimeline, Timeline

MOST_BARS: Final = 240
_HEADROOM: Final = 1.2


@attrs.frozen
class Chart:
    """The calls of one endpoint as bars."""

    endpoint: EndpointTimeline
    path: str
    """SVG path of all bars, one unit wide each, in a box of `Charts.width` by `top`."""
    top: int
    """Calls per second at the upper edge."""
    line: int
    """Distance from the upper edge to the line of the limit per second."""


@attrs.frozen
class Charts:
    """The calls of all endpoints over the same time."""

    charts: tuple[Chart, ...]
    width: int
    """Number of bars."""
    seconds_per_bar: int
    """A bar shows the busiest of these seconds."""


def charts_of(timeline: Timeline) -> Charts:
    """Return the drawing of a timeline; a bar of a long job covers several seconds."""
    seconds_per_bar = max(1, -(-timeline.seconds // MOST_BARS))
    width = max(1, -(-timeline.seconds // seconds_per_bar))
    peak = max((one.peak for one in timeline.endpoints), default=0)
    # All charts have one scale, so readers can compare them.
    top = max(round(PER_SECOND * _HEADROOM), peak)
    charts = (_chart(one, top, seconds_per_bar) for one in timeline.endpoints)
    return Charts(tuple(charts), width, seconds_per_bar)


def _chart(endpoint: EndpointTimeline, top: int, seconds_per_bar: int) -> Chart:
    bars: dict[int, int] = {}
    for second, calls in endpoint.seconds:
        place = second // seconds_per_bar
        bars[place] = max(bars.get(place, 0), calls)
    path = "".join(
        f"M{place} {top}v-{calls}h.9v{calls}z" for place, calls in bars.items()
    )
    return Chart(endpoint, path, top, top - PER_SECOND)
