"""Unknown fields and values are carried through, or the plan names them."""

from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any, Final

import attrs
import pytest

from configcat_mgmt import AsyncManagementClient, Options
from configcat_mgmt.core.json_text import dump_json
from configcat_mgmt.emulator import Emulator
from configcat_mgmt.emulator.server import endpoints
from configcat_mgmt.jobs import (
    Criteria,
    Edit,
    Link,
    NewProduct,
    Plan,
    PlanOptions,
    Selection,
    Snapshot,
    UnknownField,
    apply,
    differences,
    load_snapshot,
    plan_conversion,
    plan_copy,
    plan_edit,
    plan_promotion,
    plan_restore,
    save_snapshot,
    take_snapshot,
    uncompared_fields,
    verify,
)
from configcat_mgmt.jobs.model.serialization import write_record
from tests.jobs.world import REASON, World, build_shop

Json = Any
BOOLEANS: Final = Selection(Criteria(types="boolean"))
Change = Callable[[Json], object]

MARKS: Final = {
    "environment": ("environmentId", "reasonRequired"),
    "tag": ("tagId", "color"),
    "permission_group": ("permissionGroupId", "canManageMembers"),
    "segment": ("segmentId", "comparisonAttribute"),
    "config": ("configId", "evaluationVersion"),
    "setting": ("settingId", "settingType", "createdAt"),
    "webhook": ("webhookId", "webHookHeaders"),
    "integration": ("integrationId", "parameters"),
    "preferences": ("keyGenerationMode", "reasonRequired"),
}
"""Fields that only the objects of an entity have."""


def add_fields(data: Json, change: Change) -> Json:
    """Return JSON data with `change` applied to each object in it."""
    if isinstance(data, list):
        return [add_fields(item, change) for item in data]
    if isinstance(data, dict):
        data = {name: add_fields(item, change) for name, item in data.items()}
        change(data)
    return data


@pytest.fixture
async def client() -> AsyncIterator[AsyncManagementClient]:
    """A client of an emulator that nobody compares with the description."""
    async with (
        Emulator(rate_policy=None) as emulator,
        AsyncManagementClient(
            emulator.username,
            emulator.password,
            base_url=emulator.base_url,
            options=Options(limits=None),
        ) as client,
    ):
        yield client


@pytest.fixture
async def shop(client: AsyncManagementClient) -> World:
    return await build_shop(client)


@pytest.fixture
def answer_with(monkeypatch: pytest.MonkeyPatch) -> Callable[[Change], None]:
    """Change every object that the service returns from now on."""

    def start(change: Change) -> None:
        monkeypatch.setattr(
            endpoints, "dump_json", lambda data: dump_json(add_fields(data, change))
        )

    return start


def codes(plan: Plan) -> dict[str, str]:
    """Return the issues about unknown fields."""
    return {
        issue.code: f"{issue.where}: {issue.cause}"
        for issue in plan.issues
        if issue.code in ("CC120", "CC121", "CC306")
    }


def new_fields(entity: str) -> Change:
    marks = MARKS[entity]

    def change(found: dict[str, Json]) -> None:
        if all(mark in found for mark in marks):
            found["fromTheFuture"] = {"any": [1]}

    return change


async def test_everything_that_the_service_has_today_is_known(
    client: AsyncManagementClient, shop: World
) -> None:
    snapshot = await take_snapshot(client, shop.product_id, secrets=True, members=True)
    assert snapshot.unknown_fields == ()
    assert codes(plan_copy(snapshot, NewProduct("https://a", "o", "n"))) == {}


@pytest.mark.parametrize("entity", MARKS)
async def test_a_field_that_is_not_known_is_named_in_each_plan_that_loses_it(
    client: AsyncManagementClient,
    shop: World,
    answer_with: Callable[[Change], None],
    tmp_path: Path,
    *,
    entity: str,
) -> None:
    answer_with(new_fields(entity))
    snapshot = await take_snapshot(client, shop.product_id, secrets=True)
    named = [(one.entity, one.field.split(".")[-1]) for one in snapshot.unknown_fields]
    assert (entity, "fromTheFuture") in named
    assert entity == "environment" or "environment" not in dict(named)
    save_snapshot(snapshot, tmp_path / "file")
    assert load_snapshot(tmp_path / "file") == snapshot
    copied = plan_copy(
        snapshot, NewProduct("https://a", "o", "n"), PlanOptions(reason=REASON)
    )
    assert "fromTheFuture" in codes(copied)["CC120"]
    assert not any("CC12" in one.code for one in copied.blockers)
    assert codes(plan_restore(snapshot, snapshot)) == {}, "nothing is written"


async def test_an_edit_that_overwrites_a_setting_warns(
    client: AsyncManagementClient, shop: World, answer_with: Callable[[Change], None]
) -> None:
    answer_with(new_fields("setting"))
    snapshot = await take_snapshot(client, shop.product_id)
    plan = plan_edit(snapshot, Edit(hint="New"), reason=REASON)
    assert list(codes(plan)) == ["CC121"]
    assert "fromTheFuture" in codes(plan)["CC121"]
    only_values = plan_edit(snapshot, Edit(value=True), reason=REASON)
    assert codes(only_values) == {}, "values have no such field"


async def test_a_restore_that_overwrites_an_entity_warns(
    client: AsyncManagementClient, shop: World, answer_with: Callable[[Change], None]
) -> None:
    old = await take_snapshot(client, shop.product_id)
    answer_with(new_fields("environment"))
    found = await take_snapshot(client, shop.product_id)
    one, *others = old.environments
    wanted = attrs.evolve(old, environments=(attrs.evolve(one, color="#0"), *others))
    assert list(codes(plan_restore(wanted, found))) == ["CC121"]


async def test_promoting_values_with_an_unknown_field_warns(
    client: AsyncManagementClient, shop: World, answer_with: Callable[[Change], None]
) -> None:
    def change(found: dict[str, Json]) -> None:
        if "targetingRules" in found and "defaultValue" in found:
            found["rollout"] = {"until": "tomorrow"}

    answer_with(change)
    snapshot: Snapshot = await take_snapshot(client, shop.product_id)
    named = {(one.entity, one.field.split(".")[-1]) for one in snapshot.unknown_fields}
    assert ("values", "rollout") in named
    plan = plan_promotion(snapshot, "Production", "Test", reason=REASON)
    assert "rollout" in codes(plan)["CC121"]


def add_negate(found: dict[str, Json]) -> None:
    """Negate each condition, as a later version of the service may."""
    if {"userCondition", "segmentCondition"} <= found.keys():
        found["negate"] = True


async def test_a_field_in_a_rule_that_is_not_known_may_change_who_gets_which_value(
    client: AsyncManagementClient, shop: World, answer_with: Callable[[Change], None]
) -> None:
    answer_with(add_negate)
    snapshot = await take_snapshot(client, shop.product_id)
    new = NewProduct("https://a", "o", "n")
    plans = [
        plan_copy(snapshot, new, PlanOptions(reason=REASON)),
        plan_promotion(snapshot, "Production", "Test", reason=REASON),
        plan_edit(snapshot, Edit(value=True), selection=BOOLEANS, reason=REASON),
    ]
    for plan in plans:
        field = "settingFormulas.targetingRules.conditions.negate"
        assert codes(plan)["CC306"].endswith(f": {field}.")
    tagging = plan_edit(snapshot, Edit(add_tags=["new"]), reason=REASON)
    assert codes(tagging) == {}, "rules are not written"


async def test_fields_of_variations_and_links_matter_only_where_those_are_written(
    client: AsyncManagementClient, shop: World, answer_with: Callable[[Change], None]
) -> None:
    def change(found: dict[str, Json]) -> None:
        if "predefinedVariationId" in found and "hint" in found:
            found["color"] = "red"
        if "integrationLinkType" in found:
            found["icon"] = "bug"

    answer_with(change)
    snapshot = await take_snapshot(client, shop.product_id)
    fields = {(one.entity, one.field.split(".")[-1]) for one in snapshot.unknown_fields}
    assert fields == {("setting", "color"), ("values", "icon")}
    edit = plan_edit(snapshot, Edit(hint="New"), reason=REASON)
    assert codes(edit) == {}
    copied = plan_copy(
        snapshot, NewProduct("https://a", "o", "n"), PlanOptions(reason=REASON)
    )
    assert list(codes(copied)) == ["CC120"]


async def test_a_conversion_does_not_carry_over_what_it_does_not_know(
    client: AsyncManagementClient, shop: World, answer_with: Callable[[Change], None]
) -> None:
    def change(found: dict[str, Json]) -> None:
        if "rolloutRules" in found:
            found["rollout"] = "tomorrow"
            for rule in found["rolloutRules"]:
                rule["negate"] = True

    answer_with(change)
    snapshot = await take_snapshot(client, shop.product_id)
    plan = plan_conversion(snapshot, "Legacy", reason=REASON)
    assert set(codes(plan)) == {"CC120", "CC306"}, "nothing is overwritten"
    assert "rollout" in codes(plan)["CC120"]
    assert "rolloutRules.negate" in codes(plan)["CC306"]


async def test_a_restore_names_a_field_that_only_the_snapshot_had(
    client: AsyncManagementClient, shop: World, answer_with: Callable[[Change], None]
) -> None:
    present = await take_snapshot(client, shop.product_id)
    answer_with(new_fields("environment"))
    old = await take_snapshot(client, shop.product_id)
    one, *others = old.environments
    wanted = attrs.evolve(
        old,
        source=present.source,
        environments=(attrs.evolve(one, color="#0"), *others),
    )
    assert list(codes(plan_restore(wanted, present))) == ["CC120"]
    both = attrs.evolve(present, unknown_fields=old.unknown_fields)
    assert list(codes(plan_restore(wanted, both))) == ["CC121"]


async def test_comparisons_name_the_fields_that_they_do_not_compare(
    client: AsyncManagementClient, shop: World, answer_with: Callable[[Change], None]
) -> None:
    before = await take_snapshot(client, shop.product_id)
    answer_with(new_fields("tag"))
    told: list[UnknownField] = []
    field = UnknownField("tag", "fromTheFuture")
    assert (
        await verify(client, before, shop.product_id, unknown_fields=told.extend) == ()
    )
    assert told == [field]
    after = await take_snapshot(client, shop.product_id)
    assert uncompared_fields(before, after) == (field,)
    values = Selection(Criteria(entities="values"))
    assert uncompared_fields(before, after, values) == ()


LATER: Final = (
    "isJson",
    "approveRequired",
    "approveRequiredEnvironments",
    "canBypassApproval",
    "approvalPermissionType",
    "newEnvironmentApprovalPermissionType",
    "environmentApprovalPermissions",
)


async def test_an_older_service_does_not_differ_by_the_fields_that_it_lacks(
    client: AsyncManagementClient, shop: World, answer_with: Callable[[Change], None]
) -> None:
    await shop.preferences(approval_in=["Test"])
    now = await take_snapshot(client, shop.product_id)
    assert now.preferences.approve_required_environments == ("Test",)
    assert [one.approve_required for one in now.environments] == [False, False, True]
    answer_with(lambda found: [found.pop(name, None) for name in LATER])
    older = await take_snapshot(client, shop.product_id)
    # A restore refuses a snapshot that was taken after the present state was read.
    older = attrs.evolve(older, source=now.source)
    assert "approv" not in str(write_record(older))
    assert differences(now, older) == differences(older, now) == ()
    assert await verify(client, now, shop.product_id) == ()
    for wanted, found in ((now, older), (older, now)):
        assert plan_restore(wanted, found, reason=REASON).is_empty


ENUMS: Final = {
    "color": "tag",
    "comparator": "segment",
    "newEnvironmentAccessType": "permission_group",
    "keyGenerationMode": "preferences",
    "httpMethod": "webhook",
    "integrationType": "integration",
    "integrationLinkType": "link",
}
"""Fields with an enum, and a kind of entity whose write has the field."""


async def test_an_enum_value_that_is_not_known_is_carried_through(
    client: AsyncManagementClient,
    shop: World,
    answer_with: Callable[[Change], None],
    tmp_path: Path,
) -> None:
    def change(found: dict[str, Json]) -> None:
        for name in ENUMS:
            if isinstance(found.get(name), str):
                found[name] = "fromTheFuture"

    answer_with(change)
    snapshot = await take_snapshot(client, shop.product_id, secrets=True)
    save_snapshot(snapshot, tmp_path / "file")
    assert load_snapshot(tmp_path / "file") == snapshot
    assert differences(snapshot, snapshot) == ()
    plan = plan_copy(
        snapshot, NewProduct("https://a", "o", "n"), PlanOptions(reason=REASON)
    )
    assert plan.blockers == ()
    written: dict[str, str] = {}
    for step in plan.steps:
        written.setdefault(step.entity, "")
        written[step.entity] += f"{step.arguments} {step.body}"
    for field, entity in ENUMS.items():
        assert "fromTheFuture" in written[entity], field
    assert "'comparator': 'fromTheFuture'" in written["values"]
    changes = [
        plan_promotion(snapshot, "Production", "Test", reason=REASON),
        plan_edit(snapshot, Edit(value=True), selection=BOOLEANS, reason=REASON),
    ]
    for one in changes:
        assert one.blockers == ()
        bodies = str([step.body for step in one.steps if step.entity == "values"])
        assert "'comparator': 'fromTheFuture'" in bodies
    conversion = plan_conversion(snapshot, "Legacy", reason=REASON)
    assert {issue.code for issue in conversion.blockers} == {"CC541"}
    assert "fromTheFuture" in " ".join(one.cause for one in conversion.blockers)


async def test_a_job_sends_an_enum_value_that_is_not_known(
    client: AsyncManagementClient, shop: World, tmp_path: Path
) -> None:
    """The service decides, and not the client in the middle of the job."""
    snapshot = await take_snapshot(client, shop.product_id, secrets=True)
    group, *groups = snapshot.permission_groups
    group = attrs.evolve(group, new_environment_access_type="fromTheFuture")
    main, *configs = snapshot.configs
    flag, *settings = main.settings
    link = (Link("fromTheFuture", "a"),)
    values = {
        name: attrs.evolve(value, links=link) for name, value in flag.values.items()
    }
    flag = attrs.evolve(flag, values=values)
    main = attrs.evolve(main, settings=(flag, *settings))
    for wanted in (
        attrs.evolve(snapshot, permission_groups=(group, *groups)),
        attrs.evolve(snapshot, configs=(main, *configs)),
    ):
        plan = plan_restore(wanted, snapshot, reason=REASON)
        report = await apply(client, plan, tmp_path / f"{len(plan.steps)}.db")
        assert report.trouble
        for step in report.trouble:
            assert "returned 4" in step.note, step.note


async def test_a_setting_or_config_of_an_unknown_type_blocks_the_plan(
    client: AsyncManagementClient,
    shop: World,
    answer_with: Callable[[Change], None],
    tmp_path: Path,
) -> None:
    def change(found: dict[str, Json]) -> None:
        if found.get("key") == "maxItems":
            found["settingType"] = "fromTheFuture"
        if found.get("name") == "Mobile" and "evaluationVersion" in found:
            found["evaluationVersion"] = "v3"

    answer_with(change)
    snapshot = await take_snapshot(client, shop.product_id)
    plan = plan_copy(
        snapshot, NewProduct("https://a", "o", "n"), PlanOptions(reason=REASON)
    )
    assert [(one.code, one.where) for one in plan.blockers] == [("CC213", "Mobile")]
    unread = " ".join(one.cause for one in plan.issues if one.code == "CC112")
    assert "maxItems (the setting type 'fromTheFuture' is not known)" in unread
    assert {one.remedy for one in plan.issues if one.code == "CC112"} == {
        "This version of configcat-mgmt does not know them. Use a newer one and take "
        "the snapshot again."
    }
    save_snapshot(snapshot, tmp_path / "file")
    loaded = load_snapshot(tmp_path / "file")
    assert loaded == snapshot
    assert {one.kind for one in differences(loaded, snapshot)} <= {"unread"}
    (blocker,) = plan_restore(loaded, snapshot).blockers
    assert (blocker.code, blocker.where) == ("CC213", "Mobile")
    other, *rest = loaded.configs
    assert other.name != "Mobile"
    old = attrs.evolve(loaded, configs=(attrs.evolve(other, description="x"), *rest))
    rest_of_it = Selection(exclude=Criteria(configs="Mobile"))
    restore = plan_restore(old, snapshot, selection=rest_of_it, reason=REASON)
    assert restore.blockers == ()
    assert [step.key for step in restore.steps] == [(other.name,)]
    edit = plan_edit(snapshot, Edit(add_tags=["new"]), reason=REASON)
    keys = {step.key[-1] for step in edit.steps if step.entity == "setting"}
    assert "maxItems" not in keys
    told = " ".join(f"{one.where} {one.cause}" for one in edit.issues)
    assert "maxItems" in told
    assert "Mobile" in told
