"""A plan of a part of a product covers that part and names the rest."""

import attrs
import pytest

from configcat_mgmt.jobs.compare.differences import Difference, differences
from configcat_mgmt.jobs.model.entity import Entity
from configcat_mgmt.jobs.model.plan import NewProduct
from configcat_mgmt.jobs.model.selection import Criteria, Selection
from configcat_mgmt.jobs.model.snapshot import (
    Integration,
    Member,
    PermissionGroup,
    Preferences,
    Snapshot,
    Tag,
    Webhook,
)
from configcat_mgmt.jobs.planning.plan_copy import PlanOptions, plan_copy
from tests.jobs.products import TARGET, config_of, plain_product, setting_of

MAIN = Selection(Criteria(configs="Main"))
NEW = NewProduct("https://api.example", "Target")


@pytest.fixture
def source() -> Snapshot:
    return plain_product(
        config_of(setting_of("flag", tags=("used",))),
        config_of(setting_of("other"), name="Other"),
        tags=(Tag("used", "whale"), Tag("unused")),
        permission_groups=(PermissionGroup("Team"), PermissionGroup("Other team")),
        preferences=Preferences(key_generation_mode="kebabCase"),
        integrations=(Integration("Chat", "slack", {"key": "1"}),),
        description="A shop",
    )


def notes_of(snapshot: Snapshot, target: Snapshot | NewProduct) -> list[str]:
    plan = plan_copy(snapshot, target, PlanOptions(selection=MAIN))
    return [issue.cause for issue in plan.issues if issue.code == "CC119"]


def test_what_belongs_to_all_of_the_product_is_neither_made_nor_changed(
    source: Snapshot,
) -> None:
    plan = plan_copy(source, NEW, PlanOptions(selection=MAIN))
    made = {step.id for step in plan.steps}
    assert "tag/used/create" in made
    assert not {step.entity for step in plan.steps} & {
        "permission_group",
        "preferences",
        "integration",
    }
    assert "tag/unused/create" not in made


def test_it_is_said_what_stays_behind(source: Snapshot) -> None:
    groups, preferences = notes_of(source, NEW)
    assert "are left out: Team, Other team." in groups
    assert "are left out: preferences." in preferences
    same = attrs.evolve(source, source=TARGET)
    (groups,) = notes_of(source, same)
    assert "Team" in groups


def test_a_part_that_is_restored_leaves_name_and_description(source: Snapshot) -> None:
    present = attrs.evolve(source, description="Another", order=5)
    options = PlanOptions(kind="restore", on_conflict="overwrite")
    assert len(plan_copy(source, present, options).steps) == 1
    options = attrs.evolve(options, selection=MAIN)
    assert plan_copy(source, present, options).steps == ()


def test_a_part_is_compared_as_it_is_planned(source: Snapshot) -> None:
    bare = attrs.evolve(
        source,
        tags=source.tags[:1],
        permission_groups=(),
        integrations=(),
        preferences=Preferences(),
        description="Another",
    )
    assert {one.entity for one in differences(source, bare)} == {
        "product",
        "tag",
        "permission_group",
        "integration",
        "preferences",
    }
    assert differences(source, bare, MAIN) == ()
    without_tag = attrs.evolve(bare, tags=())
    missing = differences(source, without_tag, MAIN)
    assert [str(one) for one in missing] == ["tag used: missing"]
    more = attrs.evolve(
        bare, integrations=(Integration("Mine", "slack", {}, (), ("Main",)),)
    )
    surplus = differences(source, more, MAIN)
    assert [str(one) for one in surplus] == ["integration Mine / slack: surplus"]


HOOK = Webhook("Main", "Test", "https://hook.example", "post")
CHAT = Integration("Chat", "slack", {"key": "x"})
WHOLE = plain_product(
    config_of(setting_of("flag"), setting_of("other")),
    attrs.evolve(config_of(setting_of("third")), name="Second"),
    webhooks=(HOOK,),
    integrations=(CHAT,),
    members=(Member("a@example.com", "Team"),),
)


@pytest.mark.parametrize(
    ("only", "kinds", "configs"),
    [
        (Criteria(), {"webhook", "integration", "member"}, ["Main", "Second"]),
        (Criteria(keys=("flag",)), set(), ["Main"]),
        (Criteria(keys=("flag",), configs=("*",)), set(), ["Main", "Second"]),
        (Criteria(configs=("Main",)), {"webhook"}, ["Main"]),
        (
            Criteria(
                keys=("flag",), entities=("config", "environment", "setting", "webhook")
            ),
            {"webhook"},
            ["Main", "Second"],
        ),
    ],
)
def test_a_part_brings_nothing_along_that_it_does_not_need(
    only: Criteria, kinds: set[str], configs: list[str]
) -> None:
    group = PermissionGroup("Team", {}, "full", "full")
    source = attrs.evolve(WHOLE, permission_groups=(group,))
    selection = Selection(only)
    plan = plan_copy(source, NEW, PlanOptions(selection=selection, members=True))
    assert plan.blockers == ()
    beyond = {"webhook", "integration", "member"}
    assert {step.entity for step in plan.steps} & beyond == kinds
    made = [step.key[0] for step in plan.steps if step.entity == "config"]
    assert made == configs
    left = {one.where for one in plan.issues if one.code == "CC119"}
    if only.keys and not only.entities:
        assert left >= {"Webhooks", "Integrations", "Members"}


def test_what_is_left_out_is_not_deleted_in_the_target() -> None:
    other = attrs.evolve(HOOK, url="https://other.example")
    target = attrs.evolve(
        WHOLE,
        webhooks=(other,),
        integrations=(attrs.evolve(CHAT, name="Other"),),
        source=TARGET,
    )
    selection = Selection(Criteria(keys=("flag",)))
    options = PlanOptions(selection=selection, delete=True, on_conflict="overwrite")
    assert plan_copy(WHOLE, target, options).steps == ()
    assert differences(WHOLE, target, selection) == ()


@pytest.mark.parametrize("kind", ["setting", "variation", "values", "link"])
def test_a_kind_that_needs_its_config_says_so(kind: Entity) -> None:
    selection = Selection(Criteria(entities=(kind,)))
    plan = plan_copy(WHOLE, NEW, PlanOptions(selection=selection))
    assert {one.code for one in plan.blockers} == {"CC201"}


def test_a_config_without_selected_settings_is_not_compared() -> None:
    other = attrs.evolve(config_of(setting_of("flag")), name="Second", description="x")
    target = plain_product(*WHOLE.configs[:1], other, source=TARGET)
    selection = Selection(Criteria(keys=("flag",)))
    options = PlanOptions(selection=selection, on_conflict="overwrite")
    assert plan_copy(WHOLE, target, options).steps == ()
    assert differences(WHOLE, target, selection) == (
        Difference("setting", ("Second", "flag"), "surplus"),
    )
