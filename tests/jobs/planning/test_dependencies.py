"""A copy with dependencies takes prerequisites and segments, and says why."""

from pathlib import Path
from typing import Any

import attrs
import pytest

from configcat_mgmt.jobs.applying.apply import apply
from configcat_mgmt.jobs.compare.differences import differences
from configcat_mgmt.jobs.model.selection import Criteria, Selection
from configcat_mgmt.jobs.model.snapshot import Formula, Segment, Snapshot
from configcat_mgmt.jobs.planning.plan_copy import PlanOptions, plan_copy
from configcat_mgmt.jobs.snapshotting.product import take_snapshot
from configcat_mgmt.jobs.verifying.verify import verify
from configcat_mgmt.models import UpdateSegmentModel
from tests.jobs.plan_facts import codes, issue_of
from tests.jobs.plan_interpreter import Service
from tests.jobs.planning.test_selection_combinations import (
    FLAG,
    FLAG_VALUES,
    NEW,
    OTHER,
    SINGLE,
    SOURCE,
    steps_of,
)
from tests.jobs.products import TARGET, setting_of
from tests.jobs.world import REASON, World
from tests.jobs.world_values import plain_formula

Json = Any


def options_of(selection: Selection, **fields: Json) -> PlanOptions:
    return PlanOptions(
        selection=selection,
        with_dependencies=True,
        **{"on_conflict": "overwrite", **fields},
    )


def target_with_other_dependencies() -> Snapshot:
    """Return a target that has all settings; `root` serves true, `VIP` differs."""
    main, *others = SOURCE.configs
    flag, base, _, *more = main.settings
    settings = (flag, base, setting_of("root", Formula(True)), *more)
    return attrs.evolve(
        SOURCE,
        source=TARGET,
        configs=(attrs.evolve(main, settings=settings), *others),
        segments=(Segment("vip", "Email", "contains", "another"), *SOURCE.segments[:1]),
    )


ONE_FLAG = Selection(Criteria(keys="flag"))


def test_dependencies_that_differ_are_changed_and_the_plan_says_why() -> None:
    target = target_with_other_dependencies()
    plan = plan_copy(SOURCE, target, options_of(ONE_FLAG))
    assert steps_of(plan) == {"segment vip", *FLAG_VALUES}
    for step in plan.steps:
        if step.entity == "values":
            entries: Json = step.body
            assert [one["settingId"]["$ref"] for one in entries["updateFormulas"]] == [
                ["setting", "Main", "root"]
            ]
    issue = issue_of(plan, "CC125")
    assert (issue.severity, issue.where) == ("note", "Main")
    assert issue.cause.endswith(
        "as well: base needs root (prerequisite), flag needs VIP (segment)."
    )
    assert "CC305" not in codes(plan)
    without = plan_copy(SOURCE, target, PlanOptions(selection=ONE_FLAG))
    assert without.steps == ()
    assert codes(without).count("CC305") == 1, "root is behind base, which stays"


def test_dependencies_that_are_missing_have_the_same_issue() -> None:
    for target in (NEW, OTHER):
        plan = plan_copy(SOURCE, target, options_of(ONE_FLAG))
        assert "CC122" not in codes(plan)
        assert issue_of(plan, "CC125").cause.endswith(
            "as well: flag needs base (prerequisite), base needs root (prerequisite), "
            "flag needs VIP (segment)."
        )
    assert steps_of(plan) == {*FLAG, *FLAG_VALUES, "segment VIP"}


def test_nothing_is_said_about_dependencies_that_are_equal() -> None:
    plan = plan_copy(SOURCE, attrs.evolve(SOURCE, source=TARGET), options_of(ONE_FLAG))
    assert plan.is_empty
    assert not {"CC122", "CC125", "CC305"} & set(codes(plan))


@pytest.mark.parametrize(
    ("exclude", "steps", "named"),
    [
        ({"keys": "root"}, {"segment vip"}, "flag needs VIP (segment)."),
        ({"keys": "base"}, {"segment vip"}, "flag needs VIP (segment)."),
        ({"entities": "segment"}, FLAG_VALUES, "base needs root (prerequisite)."),
    ],
)
def test_an_excluded_dependency_stays_behind(
    exclude: Json, steps: set[str], named: str
) -> None:
    target = target_with_other_dependencies()
    selection = Selection(Criteria(keys="flag"), Criteria(**exclude))
    plan = plan_copy(SOURCE, target, options_of(selection))
    assert steps_of(plan) == steps
    assert issue_of(plan, "CC125").cause.endswith(f"as well: {named}")
    assert ("CC305" in codes(plan)) == (exclude != {"keys": "base"})


def test_the_conflict_policy_counts_for_dependencies_too() -> None:
    target = target_with_other_dependencies()
    plan = plan_copy(SOURCE, target, options_of(ONE_FLAG, on_conflict="fail"))
    assert {one.code for one in plan.blockers} == {"CC401"}
    skipping = plan_copy(SOURCE, target, options_of(ONE_FLAG, on_conflict="skip"))
    assert skipping.steps == ()


def test_a_segment_of_a_selected_config_is_a_dependency() -> None:
    target = target_with_other_dependencies()
    selection = Selection(Criteria(configs="Main"))
    assert "segment vip" not in steps_of(
        plan_copy(SOURCE, target, PlanOptions(selection=selection))
    )
    plan = plan_copy(SOURCE, target, options_of(selection))
    assert "segment vip" in steps_of(plan)
    assert issue_of(plan, "CC125").cause.endswith("as well: flag needs VIP (segment).")


@pytest.mark.parametrize("target", [OTHER, NEW], ids=["existing", "new"])
def test_every_selection_with_dependencies_leaves_none_that_differs(
    target: Json,
) -> None:
    for selection in SINGLE[1::2]:
        options = options_of(selection)
        plan = plan_copy(SOURCE, target, options)
        if plan.blockers:
            continue
        service = Service.of(target) if isinstance(target, Snapshot) else Service()
        service.run(plan)
        after = attrs.evolve(service.snapshot(), limits={})
        again = plan_copy(SOURCE, after, options)
        assert again.steps == ()
        assert "CC125" not in codes(again)
        left = differences(SOURCE, after, selection)
        used = {one.key for one in left if one.kind != "surplus"}
        assert ("VIP",) not in used or not selection.takes("segment")


async def test_the_service_gets_what_a_setting_depends_on(
    shop: World, tmp_path: Path
) -> None:
    before = await take_snapshot(shop.client, shop.product_id)
    await shop.set_formula("Main", "killSwitch", "Production", plain_formula(False))
    await shop.client.segments.update_segment(
        shop.segments["Employees"],
        UpdateSegmentModel(comparison_value="@other.example"),
    )
    now = await take_snapshot(shop.client, shop.product_id)
    selection = Selection(Criteria(keys="newCheckout"))
    plan = plan_copy(before, now, options_of(selection, reason=REASON))
    assert plan.blockers == ()
    assert issue_of(plan, "CC125").cause.endswith(
        "newCheckout needs killSwitch (prerequisite), newCheckout needs Employees "
        "(segment)."
    )
    report = await apply(shop.client, plan, tmp_path / "j.db", linger_seconds=0)
    assert report.is_complete, report.trouble
    assert await verify(shop.client, plan, shop.product_id) == ()
    assert differences(before, await take_snapshot(shop.client, shop.product_id)) == ()
