"""Plans: what is made, changed, kept and refused."""

from typing import Any, cast

import attrs
import pytest

from configcat_mgmt.errors import ConfigurationError
from configcat_mgmt.jobs.model.plan import Step
from configcat_mgmt.jobs.model.selection import Criteria, NameMap, Selection
from configcat_mgmt.jobs.model.snapshot import (
    Environment,
    Formula,
    PermissionGroup,
    Preferences,
    Segment,
    Tag,
    ValueV1,
    Variation,
)
from configcat_mgmt.jobs.model.snapshot_file import snapshot_hash
from configcat_mgmt.jobs.planning.builder import step_id
from configcat_mgmt.jobs.planning.plan_copy import PlanOptions, plan_copy
from tests.jobs.plan_facts import (
    NEW,
    OVERWRITE,
    codes,
    elsewhere,
    issue_of,
    only,
    only_step,
)
from tests.jobs.products import (
    TARGET,
    config_of,
    plain_product,
    setting_of,
)

Json = Any


def test_a_new_product_is_made_in_its_organization_under_its_name() -> None:
    plan = plan_copy(plain_product(), attrs.evolve(NEW, name="Copy"))
    step = plan.steps[0]
    assert step.operation == "create-product"
    assert step.arguments == {"organization_id": {"$ref": ["organization", "Target"]}}
    assert step.body == {"name": "Copy", "order": 0}
    assert (step.creates, step.id_field) == (plan.steps[0].creates, "productId")
    assert plan.target.product == "Copy"
    assert plan.target.is_new
    assert plan.target.product_id is None
    environment = plan.steps[1]
    assert environment.arguments == {"product_id": {"$ref": ["product", "Copy"]}}


def test_a_plan_knows_what_it_was_made_of_and_for() -> None:
    source, target = plain_product(), elsewhere()
    plan = plan_copy(source, target)
    assert plan.source_hash == snapshot_hash(source)
    assert plan.kind == "copy"
    assert plan.target.product_id == target.source.product_id
    assert plan.target.organization == "Target"
    assert not plan.target.is_new


def test_stages_come_in_the_order_of_the_table() -> None:
    product = plain_product(
        config_of(setting_of("flag", tags=("t",))),
        tags=(Tag("t"),),
        segments=(Segment("s", "a", "isOneOf", "b"),),
        permission_groups=(PermissionGroup("g"),),
    )
    plan = plan_copy(product, NEW)
    stages: dict[int, set[str]] = {}
    for step in plan.steps:
        stages.setdefault(step.stage, set()).add(step.entity)
    assert stages == {
        1: {"product"},
        2: {"environment", "tag"},
        3: {"permission_group", "segment", "config"},
        4: {"setting"},
        5: {"values"},
        7: {"preferences"},
    }


def test_only_changed_fields_are_sent() -> None:
    source = plain_product()
    target = attrs.evolve(
        source, environments=(Environment("production", "#fff", "old", 4),)
    )
    wanted = attrs.evolve(
        source, environments=(Environment("Production", "#000", "old", 4),)
    )
    step = only_step(plan_copy(wanted, target, OVERWRITE))
    assert step.operation == "update-environment"
    # The target keeps its spelling.
    assert step.key == ("production",)
    assert step.arguments == {"environment_id": {"$ref": ["environment", "production"]}}
    assert step.body == {"color": "#000"}
    assert step.replaces == {"color": "#fff"}
    assert step.creates is None


def test_a_text_is_taken_away_by_an_empty_one() -> None:
    target = plain_product(config_of(setting_of("flag")))
    target = attrs.evolve(
        target, configs=(attrs.evolve(target.configs[0], description="x"),)
    )
    plan = plan_copy(plain_product(config_of(setting_of("flag"))), target, OVERWRITE)
    assert only_step(plan).body == {"description": ""}


@pytest.mark.parametrize(
    ("kind", "wanted", "found", "operation", "body"),
    [
        (
            "tags",
            Tag("T", "whale"),
            Tag("t", "koala"),
            "update-tag",
            {"color": "whale"},
        ),
        (
            "segments",
            Segment("S", "Email", "isOneOf", "a"),
            Segment("s", "Email", "contains", "b"),
            "update-segment",
            {"comparator": "isOneOf", "comparisonValue": "a"},
        ),
        (
            "permission_groups",
            PermissionGroup("G", {"canTagSetting": True}, "full"),
            PermissionGroup("g", {"canTagSetting": False, "canOther": True}, "full"),
            "update-permission-group",
            {"canTagSetting": True},
        ),
    ],
)
def test_parts_are_changed_where_they_differ(
    kind: str, wanted: Json, found: Json, operation: str, body: Json
) -> None:
    source = attrs.evolve(plain_product(), **cast("Json", {kind: (wanted,)}))
    target = attrs.evolve(plain_product(), **cast("Json", {kind: (found,)}))
    step = only_step(plan_copy(source, target, OVERWRITE))
    assert (step.operation, step.body) == (operation, body)
    assert step.action == "update"


def test_a_conflict_blocks_unless_something_was_chosen() -> None:
    source = plain_product(tags=(Tag("t", "whale"),))
    target = plain_product(tags=(Tag("t", "koala"),))
    plan = plan_copy(source, target)
    assert plan.is_empty
    issue = issue_of(plan, "CC401")
    assert issue.severity == "blocker"
    assert issue.cause.endswith("differ in color: t.")


def test_a_conflict_may_be_skipped() -> None:
    source = plain_product(tags=(Tag("t", "whale"), Tag("new")))
    target = plain_product(tags=(Tag("t", "koala"),))
    plan = plan_copy(source, target, PlanOptions(on_conflict="skip"))
    assert only_step(plan).operation == "create-tag"
    assert issue_of(plan, "CC402").severity == "note"
    assert plan.blockers == ()


@pytest.mark.parametrize("value", ["", "Overwrite", "ask"])
def test_another_conflict_policy_is_refused(value: Json) -> None:
    with pytest.raises(ConfigurationError, match="'fail', 'skip' or 'overw"):
        PlanOptions(on_conflict=value)


def test_a_negative_number_of_deletions_is_refused() -> None:
    with pytest.raises(ConfigurationError, match="max_deletes"):
        PlanOptions(max_deletes=-1)


def test_a_config_of_the_other_version_blocks_and_is_left_alone() -> None:
    source = plain_product(config_of(setting_of("flag")))
    old = setting_of("other", ValueV1(False))
    target = plain_product(config_of(old, version="v1"), source=TARGET)
    plan = plan_copy(source, target, OVERWRITE)
    assert plan.is_empty
    assert codes(plan) == ["CC203"]
    issue = issue_of(plan, "CC203")
    assert issue.where == "Main"
    assert "version v2 in the source and v1 in the target" in issue.cause


def test_a_version_from_the_future_blocks() -> None:
    source = plain_product(config_of(setting_of("flag"), version="v3"))
    plan = plan_copy(source, NEW)
    assert [issue.code for issue in plan.blockers] == ["CC213"]
    assert "setting" not in {step.entity for step in plan.steps}


def test_a_type_from_the_future_blocks() -> None:
    setting = attrs.evolve(setting_of("flag"), type="json")
    plan = plan_copy(plain_product(config_of(setting)), NEW)
    assert [issue.code for issue in plan.blockers] == ["CC214"]


def test_a_setting_of_another_type_blocks() -> None:
    source = plain_product(config_of(setting_of("flag"), setting_of("b")))
    text = setting_of("FLAG", Formula("x"), kind="string")
    target = plain_product(config_of(text), source=TARGET)
    plan = plan_copy(source, target, OVERWRITE)
    assert {step.key[1] for step in plan.steps if step.entity == "setting"} == {"b"}
    issue = issue_of(plan, "CC204")
    assert "FLAG (boolean, in the target string)" in issue.cause


@pytest.mark.parametrize("is_wanted", [True, False])
def test_variations_on_one_side_only_block(is_wanted: bool) -> None:
    plain = setting_of("a", Formula("x"), kind="string")
    varied = attrs.evolve(plain, variations=(Variation("x"),))
    source = plain_product(config_of(varied if is_wanted else plain))
    target = plain_product(config_of(plain if is_wanted else varied), source=TARGET)
    plan = plan_copy(source, target, OVERWRITE)
    assert plan.is_empty
    assert codes(plan) == ["CC205"]


def test_names_that_differ_in_case_only_block() -> None:
    source = plain_product(
        config_of(setting_of("flag"), setting_of("FLAG")), tags=(Tag("a"), Tag("A"))
    )
    plan = plan_copy(source, NEW)
    found = [issue for issue in plan.issues if issue.code == "CC209"]
    assert [issue.where for issue in found] == ["Settings of Main", "Tags"]
    assert found[0].cause.endswith("case-sensitive: flag, FLAG.")
    assert plan.calls()["create-setting"] == plan.calls()["create-tag"] == 1


def test_a_key_of_other_case_is_found_with_a_warning() -> None:
    source = plain_product(config_of(setting_of("newFlag")))
    target = plain_product(config_of(setting_of("NewFlag")), source=TARGET)
    plan = plan_copy(
        source, target, PlanOptions(selection=Selection(Criteria(entities=("values",))))
    )
    assert plan.is_empty
    assert issue_of(plan, "CC301").cause.endswith("newFlag is NewFlag.")


def test_a_setting_is_replaced_as_a_whole() -> None:
    tags = (Tag("Front"), Tag("back"))
    wanted = setting_of("flag", hint="why", order=2, tags=("back", "front"))
    found = setting_of("flag", hint="why", order=2, tags=("back",))
    source = plain_product(config_of(wanted), tags=tags)
    target = plain_product(config_of(found), tags=tags, source=TARGET)
    step = only_step(plan_copy(source, target, OVERWRITE))
    assert step.operation == "replace-setting"
    assert step.arguments == {"setting_id": {"$ref": ["setting", "Main", "flag"]}}
    assert step.body == {
        "name": "flag",
        "hint": "why",
        "order": 2,
        "tags": [{"$ref": ["tag", "back"]}, {"$ref": ["tag", "Front"]}],
    }
    assert step.replaces == {"tags": [{"$ref": ["tag", "back"]}]}


@pytest.mark.parametrize(
    ("entity", "what"),
    [("setting", "tag 't'"), ("values", "environment 'Production'")],
)
def test_what_is_needed_and_not_there_blocks(entity: str, what: str) -> None:
    source = plain_product(config_of(setting_of("flag", tags=("t",))), tags=(Tag("t"),))
    target = plain_product(
        config_of(setting_of("flag")), environments=(), source=TARGET
    )
    plan = plan_copy(source, target, only(entity))
    causes = [issue.cause for issue in plan.blockers if issue.code == "CC201"]
    assert any(cause.startswith(f"{what} is needed") for cause in causes)


def test_values_of_settings_that_are_nowhere_block() -> None:
    source = plain_product(config_of(setting_of("a"), setting_of("flag")))
    plan = plan_copy(source, elsewhere(), only("values"))
    assert codes(plan) == ["CC201"]
    assert issue_of(plan, "CC201").cause.startswith("setting is needed")


def test_settings_of_configs_that_are_nowhere_block() -> None:
    source = plain_product(config_of(setting_of("a"), name="Other"))
    plan = plan_copy(source, elsewhere(), only("setting", "values"))
    assert plan.is_empty
    assert "config 'Other' is needed" in issue_of(plan, "CC201").cause


def test_mandatory_hints_of_the_target_block_settings_without() -> None:
    demanding = Preferences(mandatory_setting_hint=True)
    source = plain_product(
        config_of(
            setting_of("a"), setting_of("b", hint="  "), setting_of("c", hint="h")
        ),
        preferences=demanding,
    )
    plan = plan_copy(source, elsewhere(preferences=demanding))
    assert issue_of(plan, "CC206").cause.endswith("none: a, b.")
    # A new product demands nothing until the end.
    assert plan_copy(source, NEW).blockers == ()


def test_hints_do_not_matter_for_settings_that_stay() -> None:
    target = elsewhere(preferences=Preferences(mandatory_setting_hint=True))
    assert codes(plan_copy(target, target)) == []


def test_what_cannot_be_copied_is_said_where_something_is_made() -> None:
    product = plain_product(config_of(setting_of("flag")))
    assert codes(plan_copy(product, NEW)) == ["CC101", "CC106", "CC107", "CC108"]
    more = plain_product(config_of(setting_of("flag"), setting_of("b")))
    assert codes(plan_copy(more, product)) == ["CC106", "CC107"]
    unknown = attrs.evolve(product, limits={})
    assert codes(plan_copy(more, unknown)) == ["CC106", "CC107", "CC115"]
    assert codes(plan_copy(product, product)) == []


def test_step_ids_tell_names_with_slashes_apart() -> None:
    assert step_id("setting", ("Web shop", "newLayout"), "create") == (
        "setting/Web shop/newLayout/create"
    )
    keys = [("a/b", "c"), ("a", "b/c"), ("a%2Fb", "c"), ("a", "b", "c")]
    assert len({step_id("setting", key, "create") for key in keys}) == len(keys)


def test_names_that_are_paths_or_markup_are_just_names() -> None:
    nasty = ("../../etc/passwd", "<script>alert(1)</script>", "\x1b[2J", "C:\\x")
    product = plain_product(
        *(
            config_of(setting_of("flag", environments=nasty), name=name)
            for name in nasty
        ),
        environments=nasty,
    )
    plan = plan_copy(product, NEW)
    made = [step.key for step in plan.steps if step.entity == "config"]
    assert made == [(name,) for name in nasty]
    values = [step.key for step in plan.steps if step.entity == "values"]
    assert values == [(config, place) for config in nasty for place in nasty]


def test_an_environment_may_have_another_name_in_the_target() -> None:
    source = plain_product(config_of(setting_of("flag", Formula(False))))
    target = plain_product(
        config_of(setting_of("flag", Formula(True), environments=("Live", "Test"))),
        environments=("Live", "Test"),
        source=TARGET,
    )
    options = attrs.evolve(
        OVERWRITE,
        names=NameMap({"production": "LIVE"}),
        selection=Selection(Criteria(environments=["Production"])),
    )
    step = only_step(plan_copy(source, target, options))
    assert step.key == ("Main", "Live")
    assert step.arguments["environment_id"] == {"$ref": ["environment", "Live"]}


def test_an_environment_may_take_the_place_of_another_that_is_not_selected() -> None:
    source = plain_product(config_of(setting_of("flag", Formula(False))))
    served = attrs.evolve(
        source.configs[0].settings[0],
        values={
            **source.configs[0].settings[0].values,
            "Test": setting_of("x", Formula(True)).values["Test"],
        },
    )
    target = plain_product(config_of(served))
    names = NameMap({"Production": "Test"})
    options = attrs.evolve(
        OVERWRITE,
        names=names,
        delete=True,
        selection=Selection(Criteria(environments=["Production"])),
    )
    step = only_step(plan_copy(source, target, options))
    assert step.key == ("Main", "Test")


def test_secrets_of_a_plan_do_not_show() -> None:
    step = Step(
        id="x",
        stage=6,
        action="create",
        entity="integration",
        key=("x", "slack"),
        operation="create-integration",
        arguments={},
        body={"parameters": {"key": "canary"}},
    )
    assert "canary" not in repr(step)
