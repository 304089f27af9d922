"""Plans of a product itself: its name, groups, preferences and members."""

from typing import Any

import attrs
import pytest

from configcat_mgmt.jobs.model import request_bodies
from configcat_mgmt.jobs.model.snapshot import (
    Formula,
    Gap,
    Member,
    PermissionGroup,
    Preferences,
    Snapshot,
    Source,
)
from configcat_mgmt.jobs.planning.plan_copy import PlanOptions, plan_copy
from tests.jobs.plan_facts import (
    NEW,
    OVERWRITE,
    codes,
    elsewhere,
    issue_of,
    only_step,
)
from tests.jobs.products import (
    SOURCE,
    TARGET,
    config_of,
    plain_product,
    setting_of,
)

Json = Any


def test_only_a_restore_brings_name_and_description_back() -> None:
    source = attrs.evolve(elsewhere(), description="what it was")
    target = attrs.evolve(elsewhere(), name="Renamed")
    assert plan_copy(source, target, OVERWRITE).is_empty
    plan = plan_copy(source, target, attrs.evolve(OVERWRITE, kind="restore"))
    step = only_step(plan)
    assert step.operation == "update-product"
    assert step.arguments == {"product_id": {"$ref": ["product", "Renamed"]}}
    assert step.body == {"name": "Web shop", "description": "what it was"}
    assert plan.kind == "restore"
    assert plan.target.product == "Renamed"


def groups(*accesses: dict[str, str], **fields: Json) -> list[Snapshot]:
    """Products whose one group differs in its accesses."""
    group = PermissionGroup("Team", access_type="custom", **fields)
    return [
        plain_product(
            permission_groups=(attrs.evolve(group, environment_accesses=one),)
        )
        for one in accesses
    ]


def approvals(*permissions: dict[str, str] | None) -> list[Snapshot]:
    """Products whose one group differs in its approval permissions."""
    return [
        plain_product(
            permission_groups=(
                PermissionGroup(
                    "Team",
                    access_type="full",
                    approval_permission_type=None if one is None else "custom",
                    environment_approval_permissions=one or {},
                ),
            )
        )
        for one in permissions
    ]


def test_approval_permissions_are_planned_as_accesses_are() -> None:
    wanted, found, older = approvals({"Test": "canApproveOthers"}, {}, None)
    entry = {
        "environmentId": {"$ref": ["environment", "Test"]},
        "environmentApprovalPermissionType": "canApproveOthers",
    }
    step = only_step(plan_copy(wanted, found, OVERWRITE))
    assert step.body == {"environmentApprovalPermissions": [entry]}
    (created,) = (
        one
        for one in plan_copy(wanted, NEW).steps
        if one.operation == "create-permission-group"
    )
    body: Json = created.body
    assert body["approvalPermissionType"] == "custom"
    assert entry in body["environmentApprovalPermissions"]
    # What an older snapshot or service does not have stays as it is.
    assert plan_copy(older, wanted, OVERWRITE).is_empty
    assert plan_copy(wanted, older, OVERWRITE).is_empty


def test_preferences_about_approvals_are_planned_if_known() -> None:
    wanted, found, older = (
        plain_product(preferences=one)
        for one in (
            Preferences(approve_required=True, approve_required_environments=("Test",)),
            Preferences(approve_required=False),
            Preferences(),
        )
    )
    entry = {
        "environmentId": {"$ref": ["environment", "Test"]},
        "approveRequired": True,
    }
    step = only_step(plan_copy(wanted, found, OVERWRITE))
    assert step.body == {
        "approveRequired": True,
        "approveRequiredEnvironments": [entry],
    }
    assert plan_copy(wanted, NEW).steps[-1].body == {
        **request_bodies.preferences_body(wanted.preferences),
        "reasonRequiredEnvironments": [],
        "approveRequiredEnvironments": [entry],
    }
    assert plan_copy(older, wanted, OVERWRITE).is_empty
    assert plan_copy(wanted, older, OVERWRITE).is_empty


@pytest.mark.parametrize(
    ("wanted", "found", "sent"),
    [
        (True, False, "after values"),
        (False, True, "before values"),
        (None, True, ""),
        (True, None, ""),
    ],
)
def test_a_setting_becomes_json_after_its_values_are_written(
    wanted: bool | None, found: bool | None, sent: str
) -> None:
    """An older snapshot or service has None."""
    source, target = (
        plain_product(
            config_of(setting_of("text", Formula(value), kind="string", is_json=one))
        )
        for one, value in ((wanted, "{}"), (found, "[]"))
    )
    steps = {one.entity: one for one in plan_copy(source, target, OVERWRITE).steps}
    assert set(steps) == ({"values", "setting"} if sent else {"values"})
    if sent:
        body: Json = steps["setting"].body
        assert body["isJson"] is wanted
        is_after = steps["setting"].stage > steps["values"].stage
        assert is_after == (sent == "after values")


def test_another_change_keeps_the_check_as_json() -> None:
    source = plain_product(config_of(setting_of("a", kind="string", hint="new")))
    target = plain_product(config_of(setting_of("a", kind="string", is_json=True)))
    body: Json = only_step(plan_copy(source, target, OVERWRITE)).body
    assert (body["hint"], body["isJson"]) == ("new", True)


def test_an_access_is_taken_away_by_none() -> None:
    wanted, found = groups({"Test": "full"}, {"production": "full", "test": "full"})
    step = only_step(plan_copy(wanted, found, OVERWRITE))
    access = {
        "environmentId": {"$ref": ["environment", "Production"]},
        "environmentAccessType": "none",
    }
    assert step.body == {"environmentAccesses": [access]}


def test_accesses_that_are_none_are_the_same_as_no_accesses() -> None:
    wanted, found = groups({"Test": "none"}, {})
    assert plan_copy(wanted, found, OVERWRITE).is_empty


@pytest.mark.parametrize(
    ("on_new", "wanted", "expected"),
    [("readOnly", "readOnly", 0), ("readOnly", "full", 1), ("none", "full", 1)],
)
def test_a_group_has_an_access_to_a_new_environment_already(
    on_new: str, wanted: str, expected: int
) -> None:
    source, target = groups({"Test": wanted}, {}, new_environment_access_type=on_new)
    target = attrs.evolve(target, environments=target.environments[:1])
    plan = plan_copy(source, target, OVERWRITE)
    assert plan.calls()["create-environment"] == 1
    assert plan.calls().get("update-permission-group", 0) == expected


def test_accesses_count_only_with_custom() -> None:
    wanted, found = groups({"Test": "full"}, {})
    (group,) = wanted.permission_groups
    full = attrs.evolve(
        wanted, permission_groups=(attrs.evolve(group, access_type="full"),)
    )
    step = only_step(plan_copy(full, found, OVERWRITE))
    assert step.body == {"accessType": "full"}
    created = plan_copy(full, NEW).steps
    bodies: list[Json] = [
        step.body for step in created if step.entity == "permission_group"
    ]
    assert "environmentAccesses" not in bodies[0]


def test_only_preferences_that_differ_are_sent() -> None:
    source = plain_product(
        preferences=Preferences(
            show_variation_id=True, reason_required_environments=("Test",)
        )
    )
    target = plain_product(
        preferences=Preferences(reason_required_environments=("production",))
    )
    step = only_step(plan_copy(source, target, OVERWRITE))
    assert step.operation == "update-product-preferences"
    assert step.body == {
        "showVariationId": True,
        "reasonRequiredEnvironments": [
            {
                "environmentId": {"$ref": ["environment", "Production"]},
                "reasonRequired": False,
            },
            {
                "environmentId": {"$ref": ["environment", "Test"]},
                "reasonRequired": True,
            },
        ],
    }


def test_preferences_that_could_not_be_read_are_not_written() -> None:
    unread = plain_product(gaps=(Gap("preferences", "*", "403"),))
    target = plain_product(preferences=Preferences(show_variation_id=True))
    assert plan_copy(unread, target, OVERWRITE).is_empty
    assert "preferences" not in {step.entity for step in plan_copy(unread, NEW).steps}


def test_preferences_of_the_target_that_could_not_be_read_are_all_written() -> None:
    unread = plain_product(gaps=(Gap("preferences", "*", "403"),))
    step = only_step(plan_copy(plain_product(), unread, OVERWRITE))
    body: Json = step.body
    assert len(body) == 5
    # Else they would be taken for changed when the plan is applied.
    assert step.replaces is None
    assert len(body["reasonRequiredEnvironments"]) == 2
    assert "CC401" in codes(plan_copy(plain_product(), unread))


MEMBERS = (
    Member("b@example.com", "Team"),
    Member("a@example.com", "Team"),
    Member("c@example.com", "Others"),
)


def with_members(*members: Member, source: Source = SOURCE) -> Snapshot:
    groups = (PermissionGroup("Team"), PermissionGroup("Others"))
    return plain_product(permission_groups=groups, members=members, source=source)


def test_nobody_is_invited_unless_asked_for() -> None:
    plan = plan_copy(with_members(*MEMBERS), with_members(source=TARGET))
    assert plan.is_empty
    assert not plan.invites
    assert issue_of(plan, "CC109").cause.startswith("3 members")


def test_invitations_are_one_call_for_each_group() -> None:
    options = PlanOptions(members=True)
    target = with_members(Member("A@example.com", "Others"), source=TARGET)
    plan = plan_copy(with_members(*MEMBERS), target, options)
    assert plan.invites
    assert [(step.operation, step.body) for step in plan.steps] == [
        (
            "invite-member",
            {
                "emails": ["b@example.com"],
                "permissionGroupId": {"$ref": ["permission_group", "Team"]},
            },
        ),
        (
            "invite-member",
            {
                "emails": ["c@example.com"],
                "permissionGroupId": {"$ref": ["permission_group", "Others"]},
            },
        ),
    ]
    issue = issue_of(plan, "CC110")
    assert issue.severity == "warning"
    assert "b@example.com, c@example.com" in issue.cause


def test_an_invitation_to_a_group_that_is_nowhere_blocks() -> None:
    source = with_members(Member("a@example.com", "Nobody"))
    plan = plan_copy(source, with_members(source=TARGET), PlanOptions(members=True))
    assert plan.is_empty
    assert "permission group 'Nobody'" in issue_of(plan, "CC201").cause
