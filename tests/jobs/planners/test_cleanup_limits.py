"""What cannot be cleaned up safely is refused, blocked or left out."""

from datetime import UTC, datetime
from typing import Any

import attrs
import pytest

from configcat_mgmt import ConfigurationError
from configcat_mgmt.jobs.model.references import dependents_in
from configcat_mgmt.jobs.model.selection import Criteria, Selection
from configcat_mgmt.jobs.model.snapshot import (
    Formula,
    Gap,
    Preferences,
    PrerequisiteCondition,
    Rule,
    Setting,
    SettingInEnvironment,
    Snapshot,
    Tag,
)
from configcat_mgmt.jobs.model.snapshot_file import snapshot_hash
from configcat_mgmt.jobs.planners.cleanup import plan_cleanup
from configcat_mgmt.jobs.planning.fingerprints import fingerprints_of
from configcat_mgmt.jobs.snapshotting.stale import (
    Dependent,
    StaleFlag,
    StalePlace,
    StaleReport,
)
from tests.jobs.plan_facts import codes, issue_of
from tests.jobs.products import config_of, plain_product, setting_of

Json = Any


def needing(key: str, other: str, environment: str) -> Setting:
    """A flag that depends on another one in an environment."""
    rule = Rule((PrerequisiteCondition(other.upper(), "equals", True),), True)
    setting = setting_of(key)
    value = SettingInEnvironment(Formula(False, (rule,)))
    return attrs.evolve(setting, values={**setting.values, environment: value})


def report_of(snapshot: Snapshot) -> StaleReport:
    """All flags are stale everywhere."""
    environments = [one.name for one in snapshot.environments]
    flags = [
        StaleFlag(
            id=number,
            config=config.name,
            key=setting.key,
            stale_in=tuple(StalePlace(name, None) for name in environments),
            tags=setting.tags,
            dependents=tuple(
                Dependent(*one)
                for one in dependents_in(config).get(setting.key, {}).items()
            ),
        )
        for config in snapshot.configs
        for number, setting in enumerate(config.settings)
    ]
    return StaleReport(snapshot.name, 30, snapshot_hash(snapshot), tuple(flags))


SHOP = plain_product(
    config_of(setting_of("a"), setting_of("b", tags=("keep",))),
    config_of(setting_of("c"), name="Other"),
    tags=(Tag("keep"),),
)


def test_a_report_of_another_snapshot_is_refused() -> None:
    stale = report_of(SHOP)
    other = attrs.evolve(SHOP, description="changed")
    with pytest.raises(ConfigurationError, match="another snapshot"):
        plan_cleanup(other, stale, action="tag")
    later = attrs.evolve(SHOP.source, taken_at=datetime.now(UTC))
    same = attrs.evolve(SHOP, source=later)
    assert len(plan_cleanup(same, stale, action="delete").steps) == 3


@pytest.mark.parametrize(
    ("choices", "message"),
    [
        ({"action": "remove"}, "action must be 'tag' or 'delete', not 'remove'"),
        ({"action": "tag", "tag": " "}, "the tag needs a name"),
        ({"action": "delete", "max_deletes": -1}, "must not be negative"),
        (
            {"action": "tag", "selection": Selection(Criteria(entities=["tag"]))},
            "must not name `entities`",
        ),
    ],
)
def test_what_makes_no_sense_is_refused(choices: Json, message: str) -> None:
    with pytest.raises(ConfigurationError, match=message):
        plan_cleanup(SHOP, report_of(SHOP), **choices)


def test_without_stale_flags_there_is_nothing_to_do() -> None:
    partial = attrs.evolve(SHOP, gaps=(Gap("values", "Main/Test", "403"),))
    none = attrs.evolve(report_of(partial), flags=())
    for choices in ({"action": "tag"}, {"action": "delete", "max_deletes": 0}):
        plan = plan_cleanup(partial, none, **choices)
        assert (plan.is_empty, plan.blockers) == (True, ())


def test_a_selection_that_fits_nothing_is_pointed_out() -> None:
    selection = Selection(Criteria(keys=["x*"]))
    plan = plan_cleanup(SHOP, report_of(SHOP), action="tag", selection=selection)
    assert codes(plan) == ["CC117", "CC118"]


@pytest.mark.parametrize(
    "gap",
    [
        Gap("values", "Main/Test", "403"),
        Gap("values", "Main/Test/b", "a condition is of a kind that is not known"),
        Gap("setting", "Main/x", "404"),
        Gap("environment", "*", "403"),
    ],
)
def test_nothing_is_deleted_where_a_dependent_may_be_out_of_sight(gap: Gap) -> None:
    partial = attrs.evolve(SHOP, gaps=(gap,))
    stale = report_of(partial)
    plan = plan_cleanup(partial, stale, action="delete")
    assert [issue.code for issue in plan.blockers] == ["CC405"]
    assert plan.is_empty
    assert plan_cleanup(partial, stale, action="tag").blockers == ()


def test_what_is_out_of_sight_in_another_config_does_not_matter() -> None:
    partial = attrs.evolve(SHOP, gaps=(Gap("values", "Other/Test", "403"),))
    main = Selection(Criteria(configs=["Main"]))
    plan = plan_cleanup(partial, report_of(partial), action="delete", selection=main)
    assert plan.blockers == ()
    assert len(plan.steps) == 2


def test_flags_that_depend_on_each_other_in_turns_stay() -> None:
    shop = plain_product(
        config_of(
            needing("a", "b", "Test"),
            needing("b", "a", "Production"),
            needing("c", "a", "Production"),
            setting_of("d"),
        )
    )
    plan = plan_cleanup(shop, report_of(shop), action="delete")
    assert [step.key[-1] for step in plan.steps] == ["c", "d"]
    assert plan.blockers == ()
    cause = issue_of(plan, "CC564").cause
    assert "a (b in Production; c in Production), b (a in Test)" in cause


def test_a_flag_without_the_hint_that_is_demanded_blocks_only_tags() -> None:
    shop = attrs.evolve(SHOP, preferences=Preferences(mandatory_setting_hint=True))
    stale = report_of(shop)
    plan = plan_cleanup(shop, stale, action="tag")
    assert {issue.code for issue in plan.blockers} == {"CC206"}
    assert plan_cleanup(shop, stale, action="delete").blockers == ()


def test_a_tag_that_is_there_is_not_made_again_or_renamed() -> None:
    plan = plan_cleanup(SHOP, report_of(SHOP), action="tag", tag="KEEP")
    assert plan.calls() == {"replace-setting": 2}
    bodies: list[Json] = [step.body for step in plan.steps]
    assert [body["tags"] for body in bodies] == [[{"$ref": ["tag", "keep"]}]] * 2


def test_the_order_of_settings_is_no_change_and_all_else_is() -> None:
    setting = setting_of("a", id=5)
    marks = fingerprints_of(setting)
    assert fingerprints_of(attrs.evolve(setting, order=7)) == marks
    assert set(marks) == {"setting", "values/Production", "values/Test"}
    other = {"name": "x", "hint": "x", "tags": ("x",), "id": 6, "type": "string"}
    for name, value in other.items():
        again = fingerprints_of(attrs.evolve(setting, **{name: value}))
        assert {key for key in marks if marks[key] != again[key]} == {"setting"}
