"""Plans of webhooks, integrations, links, and of what could not be read."""

from typing import Any
from uuid import UUID

import attrs
import pytest

from configcat_mgmt.jobs.model.selection import Criteria, NameMap, Selection
from configcat_mgmt.jobs.model.snapshot import (
    Formula,
    Gap,
    Header,
    Integration,
    Link,
    SettingInEnvironment,
    Snapshot,
    Webhook,
)
from configcat_mgmt.jobs.planning.plan_copy import PlanOptions, plan_copy
from tests.jobs.plan_facts import NEW, OVERWRITE, codes, issue_of, only, only_step
from tests.jobs.products import TARGET, config_of, plain_product, setting_of

Json = Any

HOOK = Webhook(
    "Main",
    "Test",
    "https://hooks.example/1",
    "post",
    "text",
    (Header("Authorization", None, secure=True), Header("X-Team", "canary")),
)
CHAT = Integration("Chat", "slack", {"key": "canary"}, ("Test",), ("Main",))


def product(**fields: Json) -> Snapshot:
    return plain_product(config_of(setting_of("flag")), **fields)


def with_hooks(*hooks: Webhook) -> Snapshot:
    return product(webhooks=hooks)


def with_integrations(*integrations: Integration) -> Snapshot:
    return product(integrations=integrations)


def test_a_webhook_is_made_with_the_headers_that_are_known() -> None:
    plan = plan_copy(with_hooks(HOOK), product(source=TARGET))
    step = only_step(plan)
    assert step.operation == "create-webhook"
    assert step.arguments == {
        "config_id": {"$ref": ["config", "Main"]},
        "environment_id": {"$ref": ["environment", "Test"]},
    }
    assert step.body == {
        "url": "https://hooks.example/1",
        "content": "text",
        "httpMethod": "post",
        "webHookHeaders": [{"key": "X-Team", "value": "canary", "isSecure": False}],
    }
    assert codes(plan) == ["CC102", "CC103"]
    assert "without these: Authorization." in issue_of(plan, "CC103").cause


def test_headers_that_the_snapshot_has_no_values_of_are_named() -> None:
    bare = attrs.evolve(HOOK, headers=(Header("X-Team", None),))
    plan = plan_copy(with_hooks(bare), product(source=TARGET))
    assert codes(plan) == ["CC102", "CC104"]


def test_a_webhook_is_the_same_as_far_as_it_can_be_read() -> None:
    unread = attrs.evolve(
        HOOK,
        headers=(Header("x-team", None), Header("Authorization", None, secure=True)),
    )
    assert plan_copy(with_hooks(HOOK), with_hooks(unread), OVERWRITE).is_empty
    assert plan_copy(with_hooks(unread), with_hooks(HOOK), OVERWRITE).is_empty


def test_a_patch_of_the_content_leaves_secure_headers_alone() -> None:
    found = attrs.evolve(HOOK, content=None)
    step = only_step(plan_copy(with_hooks(HOOK), with_hooks(found), OVERWRITE))
    assert step.operation == "update-webhook"
    key = ["webhook", "Main", "Test", "https://hooks.example/1", "post"]
    assert step.arguments == {"webhook_id": {"$ref": key}}
    assert step.body == [{"op": "replace", "path": "/content", "value": "text"}]
    assert step.replaces == {"content": None}


def test_other_headers_replace_the_webhook_if_all_values_are_known() -> None:
    wanted = attrs.evolve(HOOK, headers=(Header("X-Team", "canary"),))
    step = only_step(plan_copy(with_hooks(wanted), with_hooks(HOOK), OVERWRITE))
    assert step.operation == "replace-webhook"
    body: Json = step.body
    assert [header["key"] for header in body["webHookHeaders"]] == ["X-Team"]
    assert body["content"] == "text"
    assert "canary" not in str(step.replaces)


def test_another_value_of_a_header_replaces_the_webhook() -> None:
    def hooks(value: str | None) -> Snapshot:
        return with_hooks(attrs.evolve(HOOK, headers=(Header("X-Team", value),)))

    assert only_step(plan_copy(hooks("a"), hooks("b"), OVERWRITE)).entity == "webhook"
    for wanted, found in (("a", None), (None, "a"), ("a", "a"), (None, None)):
        assert plan_copy(hooks(wanted), hooks(found), OVERWRITE).is_empty


def test_other_headers_are_left_alone_if_a_value_is_not_known() -> None:
    found = attrs.evolve(HOOK, headers=(), content="old")
    plan = plan_copy(with_hooks(HOOK), with_hooks(found), OVERWRITE)
    assert only_step(plan).operation == "update-webhook"
    assert codes(plan) == ["CC116"]


def test_equal_webhooks_are_all_made() -> None:
    plan = plan_copy(with_hooks(HOOK, HOOK), product(source=TARGET))
    assert [step.key[4:] for step in plan.steps] == [(), ("#2",)]
    assert len({step.id for step in plan.steps}) == 2


def test_webhooks_that_cannot_be_told_apart_are_left_alone() -> None:
    other = attrs.evolve(HOOK, content="other")
    plan = plan_copy(with_hooks(HOOK), with_hooks(HOOK, other), OVERWRITE)
    assert plan.is_empty
    assert codes(plan) == ["CC410"]
    both = with_hooks(HOOK, other)
    assert codes(plan_copy(both, both)) == []


def test_a_webhook_of_a_config_that_is_nowhere_blocks() -> None:
    plan = plan_copy(with_hooks(HOOK), plain_product(source=TARGET), only("webhook"))
    assert plan.is_empty
    assert "config 'Main' is needed" in issue_of(plan, "CC201").cause


def test_an_integration_is_made_with_its_parameters_and_limits() -> None:
    source = with_integrations(attrs.evolve(CHAT, environments=("test",)))
    step = only_step(plan_copy(source, product(source=TARGET)))
    assert step.operation == "create-integration"
    assert step.body == {
        "integrationType": "slack",
        "name": "Chat",
        "parameters": {"key": "canary"},
        "environmentIds": [{"$ref": ["environment", "Test"]}],
        "configIds": [{"$ref": ["config", "Main"]}],
    }
    assert step.id_field == "integrationId"
    assert step.key == ("Chat", "slack")


@pytest.mark.parametrize(
    "parameters",
    [
        None,
        {"key": "****"},
        {"key": "*"},
        {"a": "x", "b": "••••"},
        {"a": "x", "b": "https://hooks.example/services/***"},
        {"key": "xoxb-••••1234"},
    ],
)
def test_an_integration_without_its_secrets_is_left_out(parameters: Json) -> None:
    source = with_integrations(attrs.evolve(CHAT, parameters=parameters))
    plan = plan_copy(source, product(source=TARGET))
    assert plan.is_empty
    assert codes(plan) == ["CC105"]


def test_an_integration_that_needs_no_parameters_is_made() -> None:
    source = with_integrations(attrs.evolve(CHAT, parameters={}))
    assert only_step(plan_copy(source, product(source=TARGET))).body is not None


def test_an_integration_of_the_same_name_but_another_type_is_another_one() -> None:
    target = with_integrations(attrs.evolve(CHAT, type="dataDog"))
    step = only_step(plan_copy(with_integrations(CHAT), target, OVERWRITE))
    assert step.operation == "create-integration"


def test_parameters_are_compared_where_both_sides_know_them() -> None:
    unread = attrs.evolve(CHAT, parameters=None)
    masked = attrs.evolve(CHAT, parameters={"key": "****"})
    other = attrs.evolve(CHAT, parameters={"key": "other"})
    for found in (unread, masked, CHAT):
        plan = plan_copy(with_integrations(CHAT), with_integrations(found), OVERWRITE)
        assert plan.is_empty
        plan = plan_copy(with_integrations(found), with_integrations(CHAT), OVERWRITE)
        assert plan.is_empty
    step = only_step(
        plan_copy(with_integrations(other), with_integrations(CHAT), OVERWRITE)
    )
    assert step.operation == "update-integration"
    assert "canary" not in str(step.replaces)


@pytest.mark.parametrize("is_known", [True, False])
def test_other_limits_need_the_parameters_of_one_side(is_known: bool) -> None:
    wanted = attrs.evolve(CHAT, parameters=None, configs=())
    found = CHAT if is_known else attrs.evolve(CHAT, parameters=None)
    plan = plan_copy(with_integrations(wanted), with_integrations(found), OVERWRITE)
    if is_known:
        body: Json = only_step(plan).body
        assert body["parameters"] == {"key": "canary"}
        assert body["configIds"] == []
    else:
        assert plan.is_empty
        assert codes(plan) == ["CC105"]


def test_an_integration_is_never_widened_by_leaving_something_out() -> None:
    target = attrs.evolve(product(source=TARGET), environments=())
    plan = plan_copy(with_integrations(CHAT), target, only("integration"))
    assert plan.is_empty
    assert "environment 'Test' is needed" in issue_of(plan, "CC201").cause


@pytest.mark.parametrize(
    "criteria", [Criteria(environments=["Production"]), Criteria(configs=["Other"])]
)
def test_an_integration_that_reaches_beyond_the_selection_is_left_out(
    criteria: Criteria,
) -> None:
    source = with_integrations(CHAT, attrs.evolve(CHAT, name="All", configs=()))
    options = attrs.evolve(OVERWRITE, selection=Selection(criteria))
    plan = plan_copy(source, NEW, options)
    assert "integration" not in {step.entity for step in plan.steps}
    assert "Chat, All" in issue_of(plan, "CC114").cause


def test_integrations_that_cannot_be_told_apart_are_left_alone() -> None:
    other = attrs.evolve(CHAT, configs=())
    both = with_integrations(CHAT, other)
    plan = plan_copy(with_integrations(CHAT), both, OVERWRITE)
    assert plan.is_empty
    assert codes(plan) == ["CC410"]
    assert codes(plan_copy(both, both)) == []
    made = plan_copy(both, product(source=TARGET)).steps
    assert [step.key for step in made] == [("Chat", "slack"), ("Chat", "slack", "#2")]


def linked(*links: Link) -> Snapshot:
    setting = setting_of("flag")
    values = {
        "Production": SettingInEnvironment(Formula(False)),
        "Test": SettingInEnvironment(Formula(False), links=links),
    }
    return plain_product(config_of(attrs.evolve(setting, values=values)))


CARD = Link("trello", "../1", "Card", "https://trello.example/1")


def test_a_link_is_one_call() -> None:
    step = only_step(plan_copy(linked(CARD), linked()))
    assert step.operation == "add-or-update-integration-link"
    assert step.arguments == {
        "environment_id": {"$ref": ["environment", "Test"]},
        "setting_id": {"$ref": ["setting", "Main", "flag"]},
        "integration_link_type": "trello",
        "key": "../1",
    }
    assert step.body == {"description": "Card", "url": "https://trello.example/1"}
    assert step.replaces is None


def test_a_link_is_changed_where_it_differs() -> None:
    found = Link("trello", "../1", "Old", "https://trello.example/1")
    assert plan_copy(linked(CARD), linked(CARD)).is_empty
    assert codes(plan_copy(linked(CARD), linked(found))) == ["CC401"]
    step = only_step(plan_copy(linked(CARD), linked(found), OVERWRITE))
    assert step.replaces == {"description": "Old", "url": "https://trello.example/1"}
    plain = Link("trello", "../1", None, "https://trello.example/1")
    step = only_step(plan_copy(linked(plain), linked(found), OVERWRITE))
    assert step.body == {"description": "", "url": "https://trello.example/1"}


def test_a_link_in_an_environment_that_is_nowhere_blocks() -> None:
    target = attrs.evolve(linked(), environments=linked().environments[:1])
    plan = plan_copy(linked(CARD), target, only("link"))
    assert plan.is_empty
    assert "environment 'Test' is needed" in issue_of(plan, "CC201").cause


def test_links_to_jira_may_be_refused() -> None:
    plan = plan_copy(linked(Link("jira", "ABC-1")), linked())
    assert codes(plan) == ["CC111"]
    assert len(plan.steps) == 1


GAPS = (
    Gap("segment", "*", "403"),
    Gap("values", "Main/Test", "403"),
    Gap("values", "Main/Production", "read-only", was_read=True),
    Gap("sdk_key", "Main/Test", "403"),
    Gap("organization", "limits", "403"),
)


def test_a_partial_snapshot_says_what_is_not_part_of_the_plan() -> None:
    plan = plan_copy(product(gaps=GAPS), product(source=TARGET))
    found = {issue.where: issue for issue in plan.issues}
    assert list(found) == ["Source, segment", "Source, values"]
    assert {issue.code for issue in plan.issues} == {"CC112"}
    assert "plan: Main/Test (403)." in found["Source, values"].cause
    assert "plan: all (403)." in found["Source, segment"].cause


def test_a_partial_target_says_what_may_be_there_already() -> None:
    plan = plan_copy(product(), product(gaps=GAPS, source=TARGET))
    assert codes(plan) == ["CC113", "CC113"]


@pytest.mark.parametrize(
    ("criteria", "expected"),
    [
        (Criteria(entities=["tag"]), []),
        (Criteria(entities=["segment"]), ["segment"]),
        (Criteria(entities=["link"]), ["values"]),
        (Criteria(environments=["Production"]), ["segment"]),
        (Criteria(configs=["Other"]), ["segment"]),
        (Criteria(environments=["test"], configs=["main"]), ["segment", "values"]),
    ],
)
def test_gaps_count_only_where_something_is_selected(
    criteria: Criteria, expected: list[str]
) -> None:
    options = PlanOptions(selection=Selection(criteria))
    plan = plan_copy(product(gaps=GAPS), product(source=TARGET), options)
    assert [issue.where for issue in plan.issues] == [
        f"Source, {kind}" for kind in expected
    ]


def test_gaps_of_the_target_are_found_under_its_names() -> None:
    options = PlanOptions(
        names=NameMap({"Test": "Stage"}),
        selection=Selection(Criteria(environments=["Test"])),
    )
    target = plain_product(
        config_of(setting_of("flag", environments=["Stage"])),
        environments=["Stage"],
        gaps=(Gap("values", "Main/Stage/flag", "odd"),),
        source=TARGET,
    )
    assert codes(plan_copy(product(), target, options)) == ["CC113"]


def test_values_that_are_read_only_block_where_they_are_written() -> None:
    target = product(gaps=GAPS, source=TARGET)
    wanted = plain_product(config_of(setting_of("flag", Formula(True))))
    plan = plan_copy(wanted, target, OVERWRITE)
    assert "values of Main in Production." in issue_of(plan, "CC212").cause
    assert "CC212" not in codes(plan_copy(product(), target, OVERWRITE))


def test_ids_of_things_in_the_snapshot_do_not_matter() -> None:
    hook = attrs.evolve(HOOK, id=7)
    chat = attrs.evolve(CHAT, id=UUID(int=7))
    wanted = product(webhooks=(hook,), integrations=(chat,))
    found = product(webhooks=(HOOK,), integrations=(CHAT,))
    assert plan_copy(wanted, found).is_empty
