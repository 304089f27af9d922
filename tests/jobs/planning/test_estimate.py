"""Estimates count calls and know the least time under the service's limits."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from configcat_mgmt.core.pacing.limits import RateLimit
from configcat_mgmt.jobs.model.plan import NewProduct
from configcat_mgmt.jobs.model.snapshot import Segment, Snapshot
from configcat_mgmt.jobs.planning.estimate import (
    estimate_plan,
    least_seconds,
    snapshot_calls,
    verify_calls,
)
from configcat_mgmt.jobs.planning.plan_copy import plan_copy
from tests.jobs.products import config_of, plain_product, products, setting_of

NEW = NewProduct("https://api.example", "Target")


@pytest.mark.parametrize(
    ("calls", "seconds"),
    [
        (0, 0),
        (1, 0),
        (20, 0),
        (21, 1),
        (500, 24),
        (501, 60),
        (1000, 84),
        (1001, 120),
        (2000, 204),
        (5667, 668),
    ],
)
def test_the_least_time_of_one_endpoint(calls: int, seconds: float) -> None:
    assert least_seconds(calls) == pytest.approx(seconds)


@given(
    st.integers(0, 10_000),
    st.lists(st.builds(RateLimit, st.integers(1, 900), st.integers(1, 90)), max_size=3),
)
def test_more_calls_never_take_less_time(calls: int, limits: list[RateLimit]) -> None:
    assert least_seconds(calls, limits) <= least_seconds(calls + 1, limits)


def big() -> Snapshot:
    """20 configs, 10 environments, 500 flags."""
    names = [f"Environment {number}" for number in range(10)]
    return plain_product(
        *(
            config_of(
                *(setting_of(f"flag{flag}", environments=names) for flag in range(25)),
                name=f"Config {config}",
            )
            for config in range(20)
        ),
        environments=names,
        segments=tuple(
            Segment(f"Segment {number}", "Email", "contains", "x")
            for number in range(50)
        ),
    )


def test_the_figures_of_the_design() -> None:
    snapshot = big()
    assert snapshot_calls(snapshot) == 281
    assert verify_calls(snapshot) == 220
    estimate = estimate_plan(plan_copy(snapshot, NEW))
    assert estimate.total_calls == 2 + 10 + 50 + 20 + 500 + 200
    assert [stage.stage for stage in estimate.stages] == [1, 2, 3, 4, 5, 7]
    expected = [0, 0, 2, 24, 9, 0]
    assert [stage.seconds for stage in estimate.stages] == pytest.approx(expected)
    assert estimate.seconds == pytest.approx(35)


@given(products())
def test_an_estimate_counts_every_step(snapshot: Snapshot) -> None:
    plan = plan_copy(snapshot, NEW)
    estimate = estimate_plan(plan)
    assert estimate.calls == plan.calls()
    assert estimate.total_calls == len(plan.steps)
    order = [(-count, name) for name, count in estimate.calls.items()]
    assert order == sorted(order)


def test_an_empty_plan_takes_no_time() -> None:
    snapshot = big()
    estimate = estimate_plan(plan_copy(snapshot, snapshot))
    assert (estimate.stages, estimate.total_calls, estimate.seconds) == ((), 0, 0)
