"""Every job that changes values can propose them, and writes all else as usual."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final

import attrs
import pytest

from configcat_mgmt import ConfigurationError
from configcat_mgmt.jobs.model.edit import Edit
from configcat_mgmt.jobs.model.plan import Plan
from configcat_mgmt.jobs.model.selection import Criteria, Selection
from configcat_mgmt.jobs.model.snapshot import Formula, Preferences, Snapshot, ValueV1
from configcat_mgmt.jobs.planners.edit import plan_edit
from configcat_mgmt.jobs.planners.promotion import plan_promotion
from configcat_mgmt.jobs.planners.restore import plan_restore
from configcat_mgmt.jobs.planning.options import PlanOptions
from configcat_mgmt.jobs.planning.plan_copy import plan_copy
from tests.jobs.products import config_of, plain_product, setting_of

MOMENT: Final = datetime(2101, 1, 1, 8, tzinfo=UTC)
REQUIRING: Final = Preferences(approve_required_environments=("Production",))


def product(*, test: bool, production: bool) -> Snapshot:
    """A product with a flag in a config of each version; Production needs approval."""

    def values(kind: Callable[[bool], Formula | ValueV1]) -> Snapshot:
        flag = setting_of("flag", kind(production))
        in_test = attrs.evolve(flag.values["Test"], targeting=kind(test))
        flag = attrs.evolve(flag, values={**flag.values, "Test": in_test})
        version = "v2" if kind is Formula else "v1"
        return plain_product(config_of(flag, name=version, version=version))

    new, old = values(Formula), values(ValueV1)
    return attrs.evolve(
        new, configs=(*new.configs, *old.configs), preferences=REQUIRING
    )


BEFORE: Final = product(test=True, production=False)
WANTED: Final = product(test=False, production=True)
COPY: Final = PlanOptions(on_conflict="overwrite", approval="request", reason="go")


def promote() -> Plan:
    return plan_promotion(BEFORE, "Test", "Production", approval="request", reason="go")


def edit() -> Plan:
    return plan_edit(BEFORE, Edit(value=True), approval="request", reason="go")


def restore() -> Plan:
    return plan_restore(WANTED, BEFORE, approval="request", reason="go")


@pytest.mark.parametrize(
    "plan", [promote, edit, restore, lambda: plan_copy(WANTED, BEFORE, COPY)]
)
def test_values_that_need_approval_are_proposed(plan: Callable[[], Plan]) -> None:
    made = plan()
    assert not made.blockers
    (proposal,) = (one for one in made.steps if one.entity == "change_request")
    assert proposal.operation == "create-change-request"
    assert proposal.key == ("v2", "Production")
    body = proposal.body
    assert isinstance(body, dict)
    title = body["title"]
    assert isinstance(title, str)
    assert title.startswith(f"{made.kind}: v2 in Production [")
    assert body["reason"] == "go"
    assert "applyAt" not in body
    others = {one.key for one in made.steps if one.entity == "values"}
    assert ("v1", "Production") in others
    assert ("v2", "Production") not in others


def test_a_schedule_blocks_a_plan_that_changes_other_values_at_once() -> None:
    options = attrs.evolve(COPY, apply_at=MOMENT)
    blocked = plan_copy(WANTED, BEFORE, options)
    assert [one.code for one in blocked.blockers] == ["CC705"]
    assert "v1 in Production" in blocked.blockers[0].cause
    only = Selection(Criteria(configs="v2", environments="Production"))
    plan = plan_copy(WANTED, BEFORE, attrs.evolve(options, selection=only))
    assert not plan.blockers
    (body,) = (one.body for one in plan.steps if one.entity == "change_request")
    assert isinstance(body, dict)
    assert body["applyAt"] == MOMENT.isoformat()


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({"approval": "ask"}, "approval must be 'request', 'bypass' or"),
        ({"apply_at": MOMENT}, "needs approval='request'"),
        ({"apply_at": MOMENT.replace(tzinfo=None), "approval": "request"}, "zone"),
        ({"reason": "x" * 1001, "approval": "request"}, "at most 1000"),
    ],
)
def test_options_that_make_no_sense_are_refused(
    fields: dict[str, object], problem: str
) -> None:
    with pytest.raises(ConfigurationError, match=problem):
        PlanOptions(**fields)  # type: ignore[arg-type]
