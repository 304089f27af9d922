"""Calls over time, and the drawings of them."""

import json
from datetime import UTC, datetime

from configcat_mgmt.jobs.applying.report import Report, Tick
from configcat_mgmt.jobs.model.plan import Target
from configcat_mgmt.jobs.report.charts import MOST_BARS, charts_of
from configcat_mgmt.jobs.report.timeline import EndpointTimeline, timeline_of

START = datetime(2026, 1, 31, 12, tzinfo=UTC)
TARGET = Target("https://api.example", "Organization", "Shop", is_new=True)


def report(*ticks: Tick, **refused: int) -> Report:
    """Return a report with nothing but calls."""
    names = {name.replace("_", "-"): count for name, count in refused.items()}
    return Report(
        "copy",
        TARGET,
        "hash",
        "journal",
        START,
        START,
        (),
        refused=names,
        timeline=ticks,
    )


def endpoint(*seconds: tuple[int, int]) -> EndpointTimeline:
    return EndpointTimeline("create-tag", seconds, sum(n for _, n in seconds), 0)


def test_calls_are_sorted_by_endpoint_the_busiest_first() -> None:
    timeline = timeline_of(
        report(
            Tick(3, "create-tag", 2),
            Tick(0, "create-tag", 5),
            Tick(1, "create-setting", 20),
            Tick(2, "create-setting", 7),
            create_setting=1,
        )
    )
    assert [one.operation for one in timeline.endpoints] == [
        "create-setting",
        "create-tag",
    ]
    settings, tags = timeline.endpoints
    assert tags.seconds == ((0, 5), (3, 2))
    assert (settings.total, settings.peak, settings.refused) == (27, 20, 1)
    assert (timeline.total, timeline.refused, timeline.seconds) == (34, 1, 4)


def test_the_busiest_minute_is_any_sixty_seconds_in_a_row() -> None:
    assert endpoint((0, 10), (59, 5), (60, 7), (119, 1)).busiest_minute == 15
    assert (
        endpoint((0, 1), (50, 10), (100, 10), (109, 10), (110, 4)).busiest_minute == 30
    )
    assert endpoint().busiest_minute == 0


def test_no_calls_give_an_empty_timeline() -> None:
    timeline = timeline_of(report())
    assert timeline.endpoints == ()
    assert timeline.seconds == timeline.total == 0
    assert charts_of(timeline).charts == ()


def test_an_endpoint_that_was_only_refused_is_listed() -> None:
    (one,) = timeline_of(report(create_tag=3)).endpoints
    assert (one.operation, one.total, one.refused, one.peak) == ("create-tag", 0, 3, 0)


def test_the_timeline_as_json_has_everything() -> None:
    timeline = timeline_of(report(Tick(2, "create-tag", 4), create_tag=1))
    assert json.loads(json.dumps(timeline.to_json())) == {
        "seconds": 3,
        "total": 4,
        "refused": 1,
        "endpoints": [
            {
                "operation": "create-tag",
                "total": 4,
                "refused": 1,
                "peak_per_second": 4,
                "busiest_minute": 4,
                "seconds": [[2, 4]],
            }
        ],
    }


def test_a_short_job_has_a_bar_for_each_second() -> None:
    charts = charts_of(timeline_of(report(Tick(0, "a", 20), Tick(2, "a", 5))))
    (chart,) = charts.charts
    assert (charts.width, charts.seconds_per_bar) == (3, 1)
    assert chart.path == "M0 24v-20h.9v20zM2 24v-5h.9v5z"
    assert chart.top - chart.line == 20


def test_a_long_job_has_bars_of_the_busiest_of_several_seconds() -> None:
    ticks = [Tick(second, "a", second % 7) for second in range(10 * MOST_BARS)]
    charts = charts_of(timeline_of(report(*ticks)))
    assert (charts.width, charts.seconds_per_bar) == (MOST_BARS, 10)
    assert charts.charts[0].path.count("v-6") == MOST_BARS


def test_more_calls_than_the_limit_stay_in_the_drawing() -> None:
    (chart,) = charts_of(timeline_of(report(Tick(0, "a", 90)))).charts
    assert (chart.top, chart.line) == (90, 70)
