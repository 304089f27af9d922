"""What a conversion plans, what it warns of, and what it refuses."""

from typing import Any, Final
from uuid import UUID

import attrs
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from configcat_mgmt.jobs.compare.differences import differences
from configcat_mgmt.jobs.model.snapshot import (
    Environment,
    Formula,
    Gap,
    Header,
    Integration,
    Link,
    PercentageOption,
    Preferences,
    RuleV1,
    SdkKey,
    Setting,
    Snapshot,
    ValueV1,
    Webhook,
)
from configcat_mgmt.jobs.model.snapshot_file import snapshot_hash
from configcat_mgmt.jobs.planners.conversion import converted, plan_conversion
from configcat_mgmt.jobs.planning.plan_file_checks import problems_of
from tests.hypothesis_profiles import examples
from tests.jobs.plan_facts import codes, issue_of
from tests.jobs.plan_interpreter import Service
from tests.jobs.planners.old_products import (
    URL,
    after,
    asks,
    changed,
    old_flag,
    product,
)
from tests.jobs.products import config_of, plain_product, products, setting_of

Json = Any

KEY: Final = {"apikey": "canary-key"}
LINK: Final = Link("trello", "card")
SHARES: Final = (PercentageOption(30, True), PercentageOption(70, False))


def linked(setting: Setting) -> Setting:
    """Return a setting with a link in each environment."""
    values = {
        name: attrs.evolve(value, links=(LINK,))
        for name, value in setting.values.items()
    }
    return attrs.evolve(setting, values=values)


@examples(40)
@given(products(), st.integers(0, 2**16), st.sampled_from([None, "New"]))
def test_a_plan_makes_what_is_wanted_and_nothing_else(
    snapshot: Snapshot, seed: int, name: str | None
) -> None:
    assume(any(one.name == "Legacy" for one in snapshot.configs))
    plan = plan_conversion(snapshot, "legacy", name=name, reason="because")
    assert plan.blockers == ()
    assert plan.kind == "convert"
    assert plan.source_hash == snapshot_hash(snapshot)
    assert list(problems_of(plan)) == []
    service = Service.of(snapshot)
    service.run(plan, seed)
    found = service.snapshot()
    assert differences(converted(snapshot, "Legacy", name=name), found) == ()
    again = plan_conversion(found, "Legacy", name=name, reason="because")
    assert again.steps == ()
    before = {one.key for one in differences(snapshot, found)}
    new = name or "Legacy (V2)"
    extended = {
        (one.name, one.type) for one in snapshot.integrations if "Legacy" in one.configs
    }
    assert {key for key in before if key[0] != new} == extended


def test_settings_keep_all_but_the_form_of_their_values() -> None:
    flag = old_flag(asks("contains", "a,b"), hint="Of old", order=3, tags=("t",), id=7)
    rate = setting_of("rate", ValueV1(1.0), kind="double")
    flag, rate = linked(flag), linked(rate)
    wanted = converted(product(flag, rate), "OLD")
    assert [one.name for one in wanted.configs] == ["Main", "Old", "Old (V2)"]
    old, new = wanted.configs[1:]
    assert (old.evaluation_version, new.evaluation_version) == ("v1", "v2")
    assert [attrs.evolve(one, values={}) for one in new.settings] == [
        attrs.evolve(one, values={}) for one in old.settings
    ]
    for setting, before in zip(new.settings, old.settings, strict=True):
        assert [*setting.values] == ["Production", "Test"]
        for name, value in setting.values.items():
            assert isinstance(value.targeting, Formula)
            assert value.links == before.values[name].links == (LINK,)


def test_the_new_config_stands_beside_the_old_one() -> None:
    old = attrs.evolve(
        config_of(name="Old", version="v1"), order=1, description="Of old"
    )
    others = config_of(name="A"), attrs.evolve(config_of(name="Z"), order=2)
    wanted = converted(plain_product(others[0], old, others[1]), "Old")
    assert [one.name for one in wanted.configs] == ["A", "Old", "Old (V2)", "Z"]
    assert wanted.configs[2].description == "Of old"


def test_the_old_config_can_be_given_by_id() -> None:
    old = attrs.evolve(config_of(name="Old", version="v1"), id=UUID(int=255))
    snapshot = plain_product(config_of(), old)
    assert converted(snapshot, str(old.id).upper()) == converted(snapshot, "Old")


def test_the_new_config_carries_the_ids_and_sdk_keys_of_the_old_one() -> None:
    keys = tuple(SdkKey(name, "Test", f"{name}-key") for name in ("Main", "Old"))
    wanted = converted(product(sdk_keys=keys), "Old", name="New")
    assert wanted.sdk_keys == (*keys, SdkKey("New", "Test", "Old-key"))
    assert wanted.configs[1].id == wanted.configs[2].id


def test_each_webhook_gets_one_like_it() -> None:
    webhooks = (
        Webhook("Main", "Test", URL, "get"),
        Webhook("OLD", "Production", URL, "get", "a", (Header("X", "1"),)),
        Webhook("Old", "Test", URL, "post"),
        Webhook("Old", "Test", URL, "get", "other"),
    )
    snapshot = product(webhooks=webhooks)
    found = after(snapshot, plan_conversion(snapshot, "Old"))
    made = [one for one in found.webhooks if one.config == "Old (V2)"]
    assert {attrs.evolve(one, id=None) for one in made} == {
        attrs.evolve(one, config="Old (V2)") for one in webhooks[1:]
    }


def test_what_cannot_be_read_of_webhooks_is_said() -> None:
    headers = (Header("Authorization", None, secure=True), Header("X", None))
    snapshot = product(webhooks=(Webhook("Old", "Test", URL, "get", None, headers),))
    plan = plan_conversion(snapshot, "Old")
    assert "Authorization" in issue_of(plan, "CC103").cause
    assert "X" in issue_of(plan, "CC104").cause
    assert issue_of(plan, "CC102").severity == "warning"


def test_integrations_of_the_old_config_are_extended_and_keep_their_parameters() -> (
    None
):
    integrations = (
        Integration("All", "slack", KEY),
        Integration("Some", "dataDog", KEY, ("Test",), ("Main", "OLD")),
        Integration("Other", "dataDog", KEY, (), ("Main",)),
    )
    snapshot = product(integrations=integrations)
    plan = plan_conversion(snapshot, "Old")
    (step,) = [one for one in plan.steps if one.entity == "integration"]
    assert step.operation == "update-integration"
    found = {one.name: one for one in after(snapshot, plan).integrations}
    assert found["All"].configs == ()
    assert found["Other"].configs == ("Main",)
    assert sorted(found["Some"].configs) == ["Main", "Old", "Old (V2)"]
    assert found["Some"].environments == ("Test",)
    assert {tuple((one.parameters or {}).items()) for one in found.values()} == {
        tuple(KEY.items())
    }


@pytest.mark.parametrize("parameters", [None, {"apikey": "********"}])
def test_an_integration_is_not_extended_if_its_parameters_would_be_lost(
    parameters: Json,
) -> None:
    one = Integration("Some", "dataDog", parameters, (), ("Old",))
    plan = plan_conversion(product(integrations=(one,)), "Old")
    assert not [step for step in plan.steps if step.entity == "integration"]
    issue = issue_of(plan, "CC105")
    assert "Some" in issue.cause
    assert "with secrets" in issue.remedy


def test_what_applies_to_nobody_is_left_out_with_a_warning() -> None:
    rules = (asks("numberLess", "many"), asks("isOneOf", ","), asks("semVerLess", "1"))
    plan = plan_conversion(product(old_flag(asks("isOneOf", "a"), *rules)), "Old")
    for code, rule in (("CC542", 2), ("CC543", 3), ("CC544", 4)):
        issues = [one for one in plan.issues if one.code == code]
        assert [one.where for one in issues] == ["Old in Production", "Old in Test"]
        assert {one.severity for one in issues} == {"warning"}
        assert all(f"flag (rule {rule})" in one.cause for one in issues)


@pytest.mark.parametrize(
    ("rule", "reason"),
    [
        (asks("isNewer", "1"), "the comparator 'isNewer' is not known"),
        (
            asks("isNotOneOf", " ,"),
            "its comparison value is empty, so it matches every user",
        ),
        (RuleV1(True), "it has neither an attribute nor a segment"),
    ],
)
def test_a_rule_that_cannot_be_translated_blocks_and_is_named(
    rule: RuleV1, reason: str
) -> None:
    flag = old_flag()
    test = attrs.evolve(
        flag.values["Test"], targeting=ValueV1(False, (asks("contains", "a"), rule))
    )
    flag = attrs.evolve(flag, values={**flag.values, "Test": test})
    plan = plan_conversion(product(flag), "Old")
    (issue,) = plan.blockers
    assert (issue.code, issue.where) == ("CC541", "Old in Test")
    assert f"({reason}): flag (rule 2)." in issue.cause


@pytest.mark.parametrize(
    "percentage_options",
    [
        (PercentageOption(30, True), PercentageOption(60, False)),
        (PercentageOption(100, True),),
        (PercentageOption(40, True), PercentageOption(60, True)),
    ],
)
def test_percentages_that_the_service_refuses_block(
    percentage_options: tuple[PercentageOption, ...],
) -> None:
    flag = setting_of("flag", ValueV1(True, (), percentage_options))
    plan = plan_conversion(product(flag), "Old")
    assert {one.code for one in plan.blockers} == {"CC210"}
    assert all("flag" in one.cause for one in plan.blockers)


@pytest.mark.parametrize(
    ("limit", "allowed", "value"),
    [
        (
            "maxComparisonValueListLength",
            2,
            ValueV1(True, (asks("isOneOf", "a,b,c"),)),
        ),
        (
            "maxComparisonValueListItemLength",
            3,
            ValueV1(True, (asks("contains", "long"),)),
        ),
        ("maxComparisonValueLength", 4, ValueV1(True, (asks("semVerLess", "1.2.3"),))),
        ("maxTargetingRuleCount", 1, ValueV1(True, (asks("isOneOf", "a"),), SHARES)),
        ("maxPercentageOptionCount", 1, ValueV1(True, (), SHARES)),
    ],
)
def test_what_does_not_fit_the_limits_of_version_2_blocks(
    limit: str, allowed: int, value: ValueV1
) -> None:
    flag = setting_of("flag", value)
    plan = plan_conversion(product(flag, limits={limit: allowed}), "Old")
    (issue,) = plan.blockers
    assert issue.code == "CC220"
    assert issue.where == "Old (V2)"
    assert "flag" in issue.cause
    plan = plan_conversion(product(flag, limits={limit: allowed + 1}), "Old")
    assert plan.blockers == ()


def test_it_is_said_that_users_keep_their_places_and_configs_are_not_tied() -> None:
    split = setting_of("split", ValueV1(True, (), SHARES))
    plan = plan_conversion(product(old_flag(), split), "Old")
    note = issue_of(plan, "CC546")
    assert note.severity == issue_of(plan, "CC547").severity == "note"
    assert note.cause.endswith("change: split.")
    assert "CC101" in codes(plan)
    assert "CC546" not in codes(plan_conversion(product(old_flag()), "Old"))


def test_what_is_not_in_the_snapshot_blocks() -> None:
    flag = old_flag(environments=("Production",))
    gaps = (
        Gap("values", "Old/Test", "may not be read"),
        Gap("setting", "Old/odd", "its type is not known"),
        Gap("setting", "Older/odd", "its type is not known"),
        Gap("values", "Main/Test", "left out"),
    )
    plan = plan_conversion(product(flag, gaps=gaps), "Old")
    first, second = plan.blockers
    assert {first.code, second.code} == {"CC545"}
    assert (first.where, second.where) == ("Old", "Old in Test")
    assert "setting Old/odd (its type is not known)." in first.cause
    assert "values of flag." in second.cause


def test_settings_that_were_left_out_block() -> None:
    snapshot = changed(product(gaps=(Gap("setting", "*", "left out"),)), "Old")
    (issue,) = plan_conversion(snapshot, "Old").blockers
    assert (issue.code, issue.where) == ("CC545", "Old")


def test_values_that_may_only_be_read_block() -> None:
    gap = Gap("values", "Old/Test", "read-only", was_read=True)
    (issue,) = plan_conversion(product(gaps=(gap,)), "Old").blockers
    assert issue.code == "CC212"
    assert "Old (V2) in Test" in issue.cause


def test_a_reason_and_hints_are_given_where_they_are_demanded() -> None:
    demanding = Preferences(reason_required=True, mandatory_setting_hint=True)
    snapshot = product(old_flag(), preferences=demanding)
    plan = plan_conversion(snapshot, "Old")
    assert [one.code for one in plan.blockers] == ["CC206", "CC207"]
    snapshot = changed(snapshot, "Old", old_flag(hint="Of old"))
    plan = plan_conversion(snapshot, "Old", reason="now")
    assert plan.blockers == ()
    reasons = [one.arguments["reason"] for one in plan.steps if one.entity == "values"]
    assert reasons == ["now", "now"]


def test_an_environment_without_settings_is_no_trouble() -> None:
    old = config_of(name="Old", version="v1")
    snapshot = plain_product(old, environments=())
    plan = plan_conversion(snapshot, "Old")
    assert [step.operation for step in plan.steps] == ["create-config"]
    snapshot = attrs.evolve(snapshot, environments=(Environment("Late"),))
    assert plan_conversion(snapshot, "Old").blockers == ()
