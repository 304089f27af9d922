"""In a notebook, what jobs return shows itself in a line."""

from datetime import UTC, datetime

import attrs
import pytest

from configcat_mgmt.jobs import Matrix, Plan, Report, Snapshot, StaleReport, matrix_of
from configcat_mgmt.jobs.planning.plan_copy import plan_copy
from tests.jobs.plan_facts import NEW
from tests.jobs.snapshots import wide_snapshot

START = datetime(2026, 1, 31, tzinfo=UTC)
WIDE = wide_snapshot(flags=500, environments=10)


@pytest.fixture(scope="module")
def plan() -> Plan:
    return plan_copy(WIDE, NEW)


def test_a_snapshot_shows_what_it_has() -> None:
    assert repr(WIDE) == (
        f"<Snapshot {WIDE.name!r}: 10 environments, 10 configs, 500 settings, "
        "1 segment, 0 tags>"
    )
    config = WIDE.configs[0]
    assert repr(config) == f"<Config {config.name!r} (v2): 50 settings>"
    setting = config.settings[0]
    assert repr(setting) == f"<Setting {setting.key!r} ({setting.type}): 10 values>"


def test_a_plan_shows_what_it_does(plan: Plan) -> None:
    assert repr(plan).startswith(f"<Plan copy {plan.target.product!r}: ")
    created = sum(step.action == "create" for step in plan.steps)
    assert f"{created:,} create" in repr(plan)
    assert repr(plan.steps[0]) == f"<Step {plan.steps[0].id}>"
    assert repr(attrs.evolve(plan, steps=(), issues=())).endswith(": nothing to do>")


def test_a_report_shows_how_it_ended(plan: Plan) -> None:
    report = Report("copy", plan.target, "hash", "journal.db", START, START, steps=())
    assert repr(report) == (
        f"<Report copy {plan.target.product!r}, complete: no steps>"
    )


def test_nothing_is_longer_than_a_line_or_two(plan: Plan) -> None:
    stale = StaleReport("Shop", 60, "hash")
    shown: tuple[Snapshot | Plan | StaleReport | Matrix, ...]
    shown = (WIDE, plan, stale, matrix_of(WIDE))
    for one in shown:
        assert len(repr(one)) < 160
        assert repr(one).startswith(f"<{type(one).__name__}")
