"""Predefined variations: added before values are written, removed after that."""

from typing import Any

import attrs

from configcat_mgmt.jobs.model.plan import Plan
from configcat_mgmt.jobs.model.selection import Criteria, Selection
from configcat_mgmt.jobs.model.snapshot import (
    Formula,
    PrerequisiteCondition,
    Rule,
    Setting,
    Variation,
)
from configcat_mgmt.jobs.planning.plan_copy import PlanOptions, plan_copy
from tests.jobs.plan_facts import OVERWRITE, issue_of, only, only_step
from tests.jobs.plan_interpreter import Service
from tests.jobs.products import TARGET, config_of, plain_product, setting_of

Json = Any

DELETE = PlanOptions(on_conflict="overwrite", delete=True, max_deletes=99)
TEXT = setting_of("text", Formula("x"), kind="string")


def deletions(plan: Plan) -> list[str]:
    return [step.id for step in plan.steps if step.action == "delete"]


def test_new_variations_are_added_before_values_and_old_ones_stay() -> None:
    wanted = attrs.evolve(
        TEXT,
        variations=(Variation("n", "New"), Variation("x", "Ex")),
        values=setting_of("a", Formula("n")).values,
    )
    found = attrs.evolve(TEXT, variations=(Variation("old"), Variation("x")))
    source = plain_product(config_of(wanted))
    target = plain_product(config_of(found), source=TARGET)
    plan = plan_copy(source, target, OVERWRITE)
    assert [step.operation for step in plan.steps] == [
        "update-predefined-variations",
        *["post-setting-values-v2"] * 2,
    ]
    body: Json = plan.steps[0].body

    def ref(value: str) -> Json:
        return {"$ref": ["variation", "Main", "text", value]}

    assert body["predefinedVariations"] == [
        {"value": {"stringValue": "n"}, "name": "New"},
        {
            "value": {"stringValue": "x"},
            "name": "Ex",
            "predefinedVariationId": ref("x"),
        },
        {"value": {"stringValue": "old"}, "predefinedVariationId": ref("old")},
    ]
    assert plan.blockers == ()


def test_a_value_that_needs_a_skipped_variation_blocks() -> None:
    wanted = attrs.evolve(
        TEXT,
        variations=(Variation("n"),),
        values=setting_of("a", Formula("n")).values,
    )
    found = attrs.evolve(TEXT, variations=(Variation("x"),))
    source = plain_product(config_of(wanted))
    target = plain_product(config_of(found), environments=["Test"], source=TARGET)
    plan = plan_copy(source, target, PlanOptions(on_conflict="skip"))
    assert [issue.code for issue in plan.blockers] == ["CC210"]
    assert only_step(plan_copy(source, target, only("environment"))).key == (
        "Production",
    )


def varied(*values: str, serving: str, key: str = "text") -> Setting:
    setting = setting_of(key, Formula(serving), kind="string")
    return attrs.evolve(setting, variations=tuple(map(Variation, values)))


def test_variations_are_removed_last_and_only_if_asked_for() -> None:
    source = plain_product(config_of(varied("n", "x", serving="n")))
    target = plain_product(config_of(varied("old", "x", serving="old")))
    plan = plan_copy(source, target, attrs.evolve(DELETE, delete=False))
    assert deletions(plan) == []
    assert issue_of(plan, "CC404").cause.endswith("they stay: Main / text: old.")
    plan = plan_copy(source, target, DELETE)
    assert deletions(plan) == ["variation/Main/text/delete"]
    step = plan.steps[-1]
    body: Json = step.body
    # By then all of them are there, also those that the plan adds.
    assert [one["predefinedVariationId"] for one in body["predefinedVariations"]] == [
        {"$ref": ["variation", "Main", "text", "n"]},
        {"$ref": ["variation", "Main", "text", "x"]},
    ]
    assert step.replaces == {"removed": ["old"]}
    service = Service.of(target)
    service.run(plan)
    assert plan_copy(source, service.snapshot(), DELETE).is_empty


def test_every_variation_that_is_removed_counts() -> None:
    source = plain_product(config_of(varied("x", serving="x")))
    target = plain_product(config_of(varied("x", "b", "c", serving="x")))
    few = attrs.evolve(DELETE, max_deletes=1)
    assert issue_of(plan_copy(source, target, few), "CC403").cause.startswith(
        "The plan deletes 2 entities"
    )
    enough = attrs.evolve(DELETE, max_deletes=2)
    assert plan_copy(source, target, enough).blockers == ()


def test_a_variation_that_is_still_served_blocks() -> None:
    source = plain_product(config_of(varied("x", serving="x")))
    target = plain_product(config_of(varied("old", "x", serving="old")))
    skip = attrs.evolve(DELETE, on_conflict="skip")
    plan = plan_copy(source, target, skip)
    assert issue_of(plan, "CC407").where == "Variations of text"


def test_a_variation_that_others_compare_with_blocks() -> None:
    rule = Rule((PrerequisiteCondition("TEXT", "equals", "old"),), True)
    other = setting_of("other", Formula(False, (rule,)))
    source = plain_product(config_of(varied("x", serving="x")))
    target = plain_product(config_of(varied("old", "x", serving="x"), other))
    keep = attrs.evolve(DELETE, selection=Selection(exclude=Criteria(keys=["other"])))
    assert issue_of(plan_copy(source, target, keep), "CC407").where == (
        "Variations of text"
    )
    assert plan_copy(source, target, DELETE).blockers == ()


def test_skipped_names_of_variations_stay_when_others_are_removed() -> None:
    wanted = attrs.evolve(
        varied("x", serving="x"), variations=(Variation("new"), Variation("x", "New"))
    )
    found = attrs.evolve(
        varied("x", serving="x"), variations=(Variation("x", "Old"), Variation("old"))
    )
    skip = attrs.evolve(DELETE, on_conflict="skip")
    target = plain_product(config_of(found))
    plan = plan_copy(plain_product(config_of(wanted)), target, skip)
    body: Json = only_step(plan).body
    assert [one.get("name") for one in body["predefinedVariations"]] == ["Old"]
    nothing = plan_copy(
        plain_product(config_of(attrs.evolve(wanted, variations=(Variation("n"),)))),
        target,
        skip,
    )
    assert nothing.is_empty
