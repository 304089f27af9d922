"""How the pace of a job is drawn in a terminal."""

from datetime import UTC, datetime
from io import StringIO

import pytest
from rich.console import Console

from configcat_mgmt.cli.job.rates import bars, rates_view
from configcat_mgmt.jobs.applying.report import Report, Tick
from configcat_mgmt.jobs.model.plan import Target
from configcat_mgmt.jobs.report.timeline import EndpointTimeline

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def drawn(*ticks: Tick) -> str:
    """Return what is shown of a job with these calls."""
    report = Report(
        kind="copy",
        target=Target("http://localhost", "Acme", "Shop", is_new=True),
        plan_hash="",
        journal="",
        started_at=NOW,
        finished_at=NOW,
        steps=(),
        timeline=ticks,
    )
    out = StringIO()
    Console(file=out, width=120).print(*rates_view(report), sep="\n")
    return out.getvalue()


@pytest.mark.parametrize(
    ("calls", "bar"), [(0, ""), (1, "▁"), (10, "▄"), (19, "█"), (20, "█"), (33, "█")]
)
def test_a_full_bar_is_what_is_allowed_in_a_second(calls: int, bar: str) -> None:
    seconds = ((0, calls),) if calls else ()
    assert bars(EndpointTimeline("create-tag", seconds, calls, 0), 1, 1) == bar


def test_a_bar_of_several_seconds_shows_the_busiest_one() -> None:
    endpoint = EndpointTimeline("create-tag", ((0, 1), (1, 20), (4, 5)), 26, 0)
    assert bars(endpoint, 5, 2) == "█ ▂"


def test_the_busiest_operations_are_shown_with_their_totals() -> None:
    shown = drawn(
        Tick(0, "create-tag", 20), Tick(5, "create-tag", 7), Tick(5, "get-tags", 1)
    )
    tag, tags = shown.splitlines()[1:3]
    assert tag.split() == ["create-tag", "27", "20", "27", "█", "▃"]
    assert tags.split() == ["get-tags", "1", "1", "1", "▁"]


def test_a_short_job_has_no_rates_to_show() -> None:
    assert drawn(Tick(0, "create-tag", 20), Tick(1, "create-tag", 20)).strip() == ""


def test_what_is_not_shown_is_counted() -> None:
    ticks = [Tick(9, f"operation-{number}", 1) for number in range(8)]
    assert "and 2 more operations, 2 calls" in drawn(*ticks)
