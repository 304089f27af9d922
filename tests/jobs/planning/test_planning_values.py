"""Plans of values: one call per config and environment, checked before it is made."""

from typing import Any
from uuid import UUID

import attrs
import pytest

from configcat_mgmt.jobs.model.snapshot import (
    Formula,
    Preferences,
    PrerequisiteCondition,
    Rule,
    Segment,
    SegmentCondition,
    Setting,
    SettingInEnvironment,
    Snapshot,
    ValueV1,
)
from configcat_mgmt.jobs.planning.plan_copy import PlanOptions, plan_copy
from tests.jobs.plan_facts import NEW, OVERWRITE, codes, issue_of, only, only_step
from tests.jobs.products import TARGET, config_of, plain_product, setting_of

Json = Any

ON, OFF = Formula(True), Formula(False)
VERSION = UUID(int=5)


def serving(key: str, **values: Formula | ValueV1) -> Setting:
    """A flag that serves something else in each environment."""
    served = {
        name: SettingInEnvironment(value, VERSION) for name, value in values.items()
    }
    return attrs.evolve(setting_of(key), values=served)


def test_only_settings_that_differ_are_written() -> None:
    source = plain_product(
        config_of(
            serving("same", Production=ON, Test=ON),
            serving("one", Production=OFF, Test=ON),
            serving("both", Production=OFF, Test=OFF),
        )
    )
    target = plain_product(
        config_of(
            serving("same", production=ON, test=ON),
            serving("one", production=ON, test=ON),
            serving("Both", production=ON, test=ON),
        ),
        environments=("production", "test"),
        source=TARGET,
    )
    plan = plan_copy(source, target, only("values"))
    assert [step.key for step in plan.steps] == [
        ("Main", "production"),
        ("Main", "test"),
    ]
    first, second = plan.steps
    assert first.operation == "post-setting-values-v2"
    assert first.arguments == {
        "config_id": {"$ref": ["config", "Main"]},
        "environment_id": {"$ref": ["environment", "production"]},
    }

    def entry(key: str, value: bool) -> Json:
        return {
            "settingId": {"$ref": ["setting", "Main", key]},
            "defaultValue": {"boolValue": value},
            "targetingRules": [],
            "percentageEvaluationAttribute": None,
        }

    assert first.body == {"updateFormulas": [entry("one", False), entry("Both", False)]}
    assert second.body == {"updateFormulas": [entry("Both", False)]}
    assert first.versions == {"one": str(VERSION), "Both": str(VERSION)}
    assert first.replaces == {"one": entry("one", True), "Both": entry("Both", True)}


def test_old_values_have_no_versions() -> None:
    old, new = ValueV1(True), ValueV1(False)
    source = plain_product(config_of(setting_of("flag", new), version="v1"))
    target = plain_product(
        config_of(setting_of("flag", old), version="v1"), source=TARGET
    )
    step = plan_copy(source, target, OVERWRITE).steps[0]
    assert step.operation == "post-setting-values"
    body: Json = step.body
    assert [entry["value"] for entry in body["settingValues"]] == [False]
    assert step.versions == {}
    assert step.replaces is not None


def test_values_of_new_settings_and_environments_replace_nothing() -> None:
    source = plain_product(config_of(setting_of("flag"), setting_of("new")))
    (config,) = source.configs
    target = attrs.evolve(
        source,
        environments=source.environments[:1],
        configs=(attrs.evolve(config, settings=(serving("flag", Production=OFF),)),),
    )
    plan = plan_copy(source, target, PlanOptions())
    steps = {step.key: step for step in plan.steps if step.entity == "values"}
    keys: dict[str, list[str]] = {}
    for (_, environment), step in steps.items():
        body: Json = step.body
        refs = [entry["settingId"]["$ref"] for entry in body["updateFormulas"]]
        keys[environment] = [key for *_, key in refs]
        assert (step.versions, step.replaces) == ({}, None)
    assert keys == {"Production": ["new"], "Test": ["flag", "new"]}
    assert plan.blockers == ()


def test_names_in_conditions_are_compared_without_regard_to_case() -> None:
    def product(segment: str, key: str) -> Snapshot:
        conditions = (
            SegmentCondition(segment, "isIn"),
            PrerequisiteCondition(key, "equals", True),
        )
        return plain_product(
            config_of(
                setting_of("other", ON),
                setting_of("flag", Formula(False, (Rule(conditions, True),))),
            ),
            segments=(Segment("Beta", "Email", "isOneOf", "a"),),
        )

    plan = plan_copy(product("beta", "OTHER"), product("Beta", "other"), OVERWRITE)
    assert plan.is_empty
    step = plan_copy(product("beta", "OTHER"), NEW).steps[-2]
    assert "beta" not in str(step.body)
    assert "OTHER" not in str(step.body)


def test_environments_may_be_spelled_otherwise_in_values() -> None:
    source = plain_product(config_of(serving("flag", PRODUCTION=OFF, TEST=ON)))
    target = plain_product(config_of(serving("flag", pRODUCTION=ON, tEST=ON)))
    step = only_step(plan_copy(source, target, only("values")))
    assert step.key == ("Main", "Production")


def test_values_that_could_not_be_read_are_not_overwritten() -> None:
    source = plain_product(config_of(setting_of("flag")))
    target = plain_product(config_of(serving("flag", Test=ON)), source=TARGET)
    plan = plan_copy(source, target, OVERWRITE)
    assert issue_of(plan, "CC208").where == "Main in Production"
    skipping = plan_copy(source, target, PlanOptions(on_conflict="skip"))
    assert codes(skipping) == ["CC402"]


def test_open_change_requests_of_another_product_stay_behind() -> None:
    source = plain_product(config_of(serving("flag", Production=OFF, Test=ON)))
    (config,) = source.configs
    (setting,) = config.settings
    value = attrs.evolve(setting.values["Production"], change_requests=2)
    values = {**setting.values, "Production": value}
    setting = attrs.evolve(setting, values=values)
    source = attrs.evolve(source, configs=(attrs.evolve(config, settings=(setting,)),))
    target = plain_product(config_of(setting_of("flag", ON)), source=TARGET)
    plan = plan_copy(source, target, only("values"))
    assert issue_of(plan, "CC701").where == "Main in Production"
    assert codes(plan) == ["CC701"]


@pytest.mark.parametrize(
    "preferences",
    [
        Preferences(reason_required=True),
        Preferences(reason_required_environments=("PRODUCTION",)),
    ],
)
def test_a_reason_that_the_target_demands_is_needed_before(
    preferences: Preferences,
) -> None:
    source = plain_product(config_of(setting_of("flag", OFF)))
    target = plain_product(
        config_of(setting_of("flag", ON)), preferences=preferences, source=TARGET
    )
    plan = plan_copy(source, target, only("values"))
    assert "Production" in issue_of(plan, "CC207").cause
    empty = plan_copy(source, target, only("values", reason="  "))
    assert codes(empty) == ["CC207"]
    plan = plan_copy(source, target, only("values", reason="why"))
    assert plan.issues == ()
    assert [step.arguments["reason"] for step in plan.steps] == ["why", "why"]


@pytest.mark.parametrize(
    "preferences",
    [
        Preferences(approve_required=True),
        Preferences(
            approve_required=False, approve_required_environments=("PRODUCTION",)
        ),
        Preferences(),
    ],
)
def test_values_that_require_approval_are_written_by_bypassing_it_only(
    preferences: Preferences,
) -> None:
    source = plain_product(config_of(serving("flag", Production=OFF, Test=ON)))
    target = plain_product(
        config_of(setting_of("flag", ON)), preferences=preferences, source=TARGET
    )
    place, *others = target.environments
    is_its_own = preferences.approve_required is None
    place = attrs.evolve(place, approve_required=is_its_own)
    target = attrs.evolve(target, environments=(place, *others))
    plan = plan_copy(source, target, only("values"))
    assert issue_of(plan, "CC215").cause.endswith("values in Production.")
    assert codes(plan) == ["CC215"]
    bypassing = only("values", approval="bypass")
    assert codes(plan_copy(source, target, bypassing)) == ["CC216"]
    place = attrs.evolve(place, can_bypass_approval=True)
    target = attrs.evolve(target, environments=(place, *others))
    plan = plan_copy(source, target, bypassing)
    assert plan.issues == ()
    assert [step.arguments["bypass_approval"] for step in plan.steps] == [True]
    # Only change requests of V2 configs exist, and a new product has none yet.
    old = [
        attrs.evolve(one, configs=(config_of(setting_of("a", value), version="v1"),))
        for one, value in ((source, ValueV1(False)), (target, ValueV1(True)))
    ]
    assert codes(plan_copy(*old, only("values"))) == []
    assert plan_copy(attrs.evolve(source, preferences=preferences), NEW).issues == (
        plan_copy(source, NEW).issues
    )


def test_no_reason_is_needed_where_nothing_is_written() -> None:
    needing = Preferences(reason_required_environments=("Production",))
    source = plain_product(config_of(serving("a", Production=ON, Test=OFF)))
    target = plain_product(
        config_of(serving("a", Production=ON, Test=ON)), preferences=needing
    )
    assert codes(plan_copy(source, target, only("values"))) == []
    assert plan_copy(attrs.evolve(source, preferences=needing), NEW).blockers == ()


def test_a_reason_demanded_by_the_environment_itself_counts() -> None:
    source = plain_product(config_of(setting_of("flag", OFF)))
    target = plain_product(config_of(setting_of("flag", ON)))
    places = (attrs.evolve(target.environments[0], reason_required=True),)
    target = attrs.evolve(target, environments=(*places, target.environments[1]))
    plan = plan_copy(source, target, only("values"))
    assert issue_of(plan, "CC207").cause.endswith("values in Production.")
