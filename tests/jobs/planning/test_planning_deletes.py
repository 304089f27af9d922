"""Deletions: only when asked for, bounded, in an order that works, nothing needed."""

from itertools import pairwise
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from configcat_mgmt.jobs.model.plan import Plan
from configcat_mgmt.jobs.model.references import find_circle, layers
from configcat_mgmt.jobs.model.selection import Criteria, NameMap, Selection
from configcat_mgmt.jobs.model.snapshot import (
    Formula,
    Gap,
    Integration,
    Link,
    PermissionGroup,
    Preferences,
    PrerequisiteCondition,
    Rule,
    RuleV1,
    Segment,
    SegmentCondition,
    Setting,
    SettingInEnvironment,
    Snapshot,
    Tag,
    ValueV1,
    Webhook,
)
from configcat_mgmt.jobs.planning.plan_copy import PlanOptions, plan_copy
from tests.jobs.plan_facts import codes, issue_of
from tests.jobs.plan_interpreter import Service
from tests.jobs.products import config_of, plain_product, setting_of

Json = Any

DELETE = PlanOptions(on_conflict="overwrite", delete=True, max_deletes=99)
FLAG = setting_of("flag")
SEGMENT = Segment("Beta", "Email", "isOneOf", "a")


def deletions(plan: Plan) -> list[str]:
    return [step.id for step in plan.steps if step.action == "delete"]


def needing(key: str, other: str, *environments: str) -> Setting:
    """A flag that depends on another one in some environments."""
    rule = Rule((PrerequisiteCondition(other, "equals", True),), True)
    places = environments or ("Production", "Test")
    values = {
        name: SettingInEnvironment(Formula(False, (rule,) if name in places else ()))
        for name in ("Production", "Test")
    }
    return attrs.evolve(setting_of(key), values=values)


def linked(*links: Link) -> Setting:
    values = {
        "Production": SettingInEnvironment(Formula(False)),
        "Test": SettingInEnvironment(Formula(False), links=links),
    }
    return attrs.evolve(FLAG, values=values)


def full() -> Snapshot:
    """A target with one of everything that the source does not have."""
    return plain_product(
        config_of(linked(Link("trello", "1")), setting_of("extra")),
        config_of(setting_of("a"), setting_of("b"), name="Other"),
        environments=("Production", "Test", "Extra"),
        tags=(Tag("extra"),),
        segments=(SEGMENT,),
        permission_groups=(PermissionGroup("extra"),),
        webhooks=(
            Webhook("Main", "Test", "https://extra.example", "get"),
            Webhook("Other", "Test", "https://gone.example", "get"),
            Webhook("Main", "Extra", "https://gone.example", "get"),
        ),
        integrations=(Integration("extra", "slack"),),
    )


def test_what_only_the_target_has_stays_unless_asked_for() -> None:
    plan = plan_copy(plain_product(config_of(FLAG)), full())
    assert plan.is_empty
    found = {issue.where: issue.cause for issue in plan.issues}
    assert set(codes(plan)) == {"CC404"}
    assert set(found) == {
        "Environments",
        "Tags",
        "Segments",
        "Permission groups",
        "Configs",
        "Settings",
        "Links",
        "Webhooks",
        "Integrations",
    }
    assert found["Settings"].endswith("they stay: Main / extra.")
    assert found["Webhooks"].endswith("they stay: https://extra.example.")


def test_what_contains_others_takes_them_along() -> None:
    plan = plan_copy(plain_product(config_of(FLAG)), full(), DELETE)
    assert deletions(plan) == [
        "link/Main/flag/Test/trello/1/delete",
        "webhook/Main/Test/https:%2F%2Fextra.example/get/delete",
        "integration/extra/slack/delete",
        "environment/Extra/delete",
        "setting/Main/extra/delete",
        "config/Other/delete",
        "segment/Beta/delete",
        "tag/extra/delete",
        "permission_group/extra/delete",
    ]
    assert sorted(codes(plan)) == ["CC406", "CC406", "CC409"]
    assert plan.blockers == ()


def test_no_more_is_deleted_than_allowed_counting_what_is_contained() -> None:
    # Nine steps, and two settings go with their config.
    few = attrs.evolve(DELETE, max_deletes=10)
    plan = plan_copy(plain_product(config_of(FLAG)), full(), few)
    cause = issue_of(plan, "CC403").cause
    assert cause.startswith("The plan deletes 11 entities")
    assert "at most 10" in cause
    enough = attrs.evolve(DELETE, max_deletes=11)
    assert plan_copy(plain_product(config_of(FLAG)), full(), enough).blockers == ()
    assert plan.deletes == 9


def test_nothing_is_deleted_by_a_partial_snapshot() -> None:
    gaps = (Gap("segment", "Beta", "403"),)
    plan = plan_copy(plain_product(config_of(FLAG), gaps=gaps), full(), DELETE)
    assert deletions(plan) == []
    assert [issue.code for issue in plan.blockers] == ["CC405"]
    harmless = (Gap("values", "Main/Test", "read-only", was_read=True),)
    plan = plan_copy(plain_product(config_of(FLAG), gaps=harmless), full(), DELETE)
    assert plan.blockers == ()


def test_dependents_go_before_what_they_depend_on() -> None:
    source = plain_product(config_of(FLAG))
    target = plain_product(
        config_of(FLAG, setting_of("a"), needing("b", "A"), needing("c", "b"))
    )
    plan = plan_copy(source, target, DELETE)
    assert deletions(plan) == [
        "setting/Main/c/delete",
        "setting/Main/b/delete",
        "setting/Main/a/delete",
    ]
    assert len({step.stage for step in plan.steps}) == 3
    service = Service.of(target)
    service.run(plan)
    assert plan_copy(source, service.snapshot(), DELETE).is_empty


def test_settings_that_depend_on_each_other_in_turns_block() -> None:
    target = plain_product(
        config_of(FLAG, needing("a", "b", "Test"), needing("b", "a", "Production"))
    )
    plan = plan_copy(plain_product(config_of(FLAG)), target, DELETE)
    assert issue_of(plan, "CC407").cause.endswith("it: a, b.")
    # In an environment that goes, nothing depends on anything any more.
    source = plain_product(config_of(FLAG), environments=["Test"])
    plan = plan_copy(source, target, DELETE)
    assert plan.blockers == ()
    service = Service.of(target)
    service.run(plan)
    assert plan_copy(source, service.snapshot(), DELETE).is_empty


def test_a_setting_that_is_still_needed_blocks() -> None:
    source = plain_product(config_of(setting_of("b")))
    target = plain_product(config_of(setting_of("a"), needing("b", "A")))
    skip = attrs.evolve(DELETE, on_conflict="skip")
    plan = plan_copy(source, target, skip)
    issue = issue_of(plan, "CC407")
    assert issue.where == "Setting a"
    assert "Main / b in Production, Main / b in Test" in issue.cause
    assert plan_copy(source, target, DELETE).blockers == ()


@pytest.mark.parametrize("version", ["v1", "v2"])
def test_a_segment_that_is_still_needed_blocks(version: str) -> None:
    condition = SegmentCondition("beta", "isIn")
    used = setting_of("flag", Formula(False, (Rule((condition,), True),)))
    plain = FLAG
    if version == "v1":
        used = setting_of("flag", ValueV1(False, (RuleV1(True, segment="beta"),)))
        plain = setting_of("flag", ValueV1(False))
    source = plain_product(config_of(plain, version=version))
    target = plain_product(config_of(used, version=version), segments=(SEGMENT,))
    skip = attrs.evolve(DELETE, on_conflict="skip")
    assert issue_of(plan_copy(source, target, skip), "CC407").where == "Segment Beta"
    assert plan_copy(source, target, DELETE).blockers == ()


def test_a_tag_that_is_still_carried_blocks() -> None:
    source = plain_product(config_of(FLAG))
    target = plain_product(
        config_of(attrs.evolve(FLAG, tags=("Extra",))), tags=(Tag("extra"),)
    )
    skip = attrs.evolve(DELETE, on_conflict="skip")
    assert issue_of(plan_copy(source, target, skip), "CC407").where == "Tag extra"
    assert plan_copy(source, target, DELETE).blockers == ()


@pytest.mark.parametrize(
    "scope", [{"environments": ("Extra",)}, {"configs": ("Extra",)}]
)
def test_an_integration_that_would_apply_to_everything_blocks(scope: Json) -> None:
    known = Integration("Chat", "slack", {"key": "1"}, **scope)
    wanted = Integration("Chat", "slack", {"key": "1"}, ("Test",), ("Main",))
    source = plain_product(config_of(FLAG), integrations=(wanted,))
    target = plain_product(
        config_of(FLAG),
        config_of(name="Extra"),
        environments=("Production", "Test", "Extra"),
        integrations=(known,),
    )
    # It is limited to something else before.
    assert plan_copy(source, target, DELETE).blockers == ()
    skip = attrs.evolve(DELETE, on_conflict="skip")
    plan = plan_copy(source, target, skip)
    assert issue_of(plan, "CC408").cause.endswith("deleted: Chat.")
    unread = attrs.evolve(target, integrations=(attrs.evolve(known, parameters=None),))
    bare = attrs.evolve(source, integrations=(attrs.evolve(wanted, parameters=None),))
    assert "CC408" in codes(plan_copy(bare, unread, DELETE))


def test_an_integration_that_goes_itself_does_not_matter() -> None:
    target = plain_product(
        config_of(FLAG),
        environments=("Production", "Test", "Extra"),
        integrations=(Integration("Chat", "slack", None, ("Extra",)),),
    )
    plan = plan_copy(plain_product(config_of(FLAG)), target, DELETE)
    assert plan.blockers == ()
    assert deletions(plan) == [
        "integration/Chat/slack/delete",
        "environment/Extra/delete",
    ]


@pytest.mark.parametrize(
    ("criteria", "expected"),
    [
        (Criteria(configs=["Other"]), ["config/Other/delete"]),
        (Criteria(entities=["config"], environments=["Test"]), []),
        (Criteria(environments=["extra"]), ["environment/Extra/delete"]),
        (Criteria(entities=["environment"], configs=["Main"]), []),
        (Criteria(entities=["setting"], environments=["Test"]), []),
        (
            Criteria(environments=["Test"], configs=["Main"]),
            [
                "link/Main/flag/Test/trello/1/delete",
                "webhook/Main/Test/https:%2F%2Fextra.example/get/delete",
            ],
        ),
        (Criteria(entities=["tag"]), ["tag/extra/delete"]),
        (
            Criteria(entities=["webhook"], configs=["Main"]),
            [
                "webhook/Main/Test/https:%2F%2Fextra.example/get/delete",
                "webhook/Main/Extra/https:%2F%2Fgone.example/get/delete",
            ],
        ),
        (Criteria(entities=["setting"], keys=["x*"]), []),
        (Criteria(entities=["setting"], keys=["ex*"]), ["setting/Main/extra/delete"]),
        (Criteria(entities=["integration"], configs=["Main"]), []),
    ],
)
def test_only_what_is_selected_is_deleted(
    criteria: Criteria, expected: list[str]
) -> None:
    options = attrs.evolve(DELETE, selection=Selection(criteria))
    plan = plan_copy(plain_product(config_of(FLAG)), full(), options)
    assert deletions(plan) == expected


def test_what_the_source_has_but_is_not_selected_is_not_deleted() -> None:
    source = plain_product(config_of(FLAG, setting_of("old")), tags=(Tag("t"),))
    target = plain_product(
        config_of(FLAG, setting_of("old", tags=("t",))), tags=(Tag("t"),)
    )
    options = attrs.evolve(DELETE, selection=Selection(Criteria(tags=["t"])))
    assert deletions(plan_copy(source, target, options)) == []


def test_what_another_name_stands_for_is_not_deleted_by_mistake() -> None:
    source = plain_product(config_of(FLAG, name="A"))
    target = plain_product(config_of(FLAG, name="A"), config_of(FLAG, name="B"))
    names = NameMap(configs={"A": "B"})
    options = attrs.evolve(DELETE, names=names)
    assert deletions(plan_copy(source, target, options)) == ["config/A/delete"]
    # Selected is only the source's A, which is B in the target.
    options = attrs.evolve(options, selection=Selection(Criteria(configs=["A"])))
    assert plan_copy(source, target, options).is_empty
    places = NameMap({"Production": "Test"})
    target = plain_product(config_of(FLAG))
    chosen = Selection(Criteria(environments=["Production"]))
    options = attrs.evolve(DELETE, names=places, selection=chosen)
    assert plan_copy(source, target, options).deletes == 0


def test_preferences_come_after_deletions() -> None:
    source = plain_product(
        config_of(FLAG), preferences=Preferences(reason_required=True)
    )
    plan = plan_copy(source, full(), DELETE)
    assert plan.steps[-1].entity == "preferences"
    assert plan.steps[-1].stage > plan.steps[-2].stage


@given(
    st.dictionaries(
        st.sampled_from("abcdef"), st.sets(st.sampled_from("abcdef")), max_size=6
    )
)
def test_layers_put_everything_after_what_depends_on_it(
    graph: dict[str, set[str]],
) -> None:
    dependents = {node: others & set(graph) for node, others in graph.items()}
    sorted_nodes, circle = layers(dependents)
    place = {node: n for n, layer in enumerate(sorted_nodes) for node in layer}
    assert sorted([*place, *circle]) == sorted(graph)
    for node, others in dependents.items():
        if node in place:
            assert all(place[other] < place[node] for other in others)
    edges = {node: tuple(others) for node, others in dependents.items()}
    found = find_circle(edges)
    assert bool(found) == bool(circle)
    assert all(other in edges[node] for node, other in pairwise(found))
    assert found[:1] == found[-1:]


def test_one_kind_has_one_name_in_the_issues_of_a_plan() -> None:
    colors = [plain_product(tags=(Tag("a", color),)) for color in ("panda", "whale")]
    blocked = issue_of(plan_copy(*colors), "CC401")
    stays = issue_of(plan_copy(plain_product(), colors[0]), "CC404")
    assert blocked.where == stays.where == "Tags"
