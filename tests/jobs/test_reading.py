"""A product is read whole, with as many calls as promised, and says what is missing."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import attrs
import pytest

from configcat_mgmt import AsyncManagementClient, Options
from configcat_mgmt.emulator import Emulator, Fault
from configcat_mgmt.errors import (
    ApiError,
    AuthenticationError,
    ConfigurationError,
    JobError,
    NotFoundError,
)
from configcat_mgmt.jobs.reading import take_snapshot
from configcat_mgmt.jobs.reading_calls import IN_FLIGHT, LEFT_OUT, ReadingCalls
from configcat_mgmt.jobs.selection import Criteria, Selection
from configcat_mgmt.jobs.snapshot import (
    Config,
    Environment,
    FlagCondition,
    Formula,
    Gap,
    Header,
    Integration,
    Link,
    Member,
    OldRule,
    OldValue,
    PermissionGroup,
    Preferences,
    Rule,
    SdkKey,
    Segment,
    SegmentCondition,
    Setting,
    SettingInEnvironment,
    Share,
    Snapshot,
    Tag,
    UserCondition,
    Variation,
    Webhook,
)
from configcat_mgmt.jobs.together import Together
from configcat_mgmt.models import EvaluationVersion, SettingType
from tests.jobs.world import (
    SECRET_PARAMETERS,
    SECRETS,
    World,
    build_wide,
    empty_world,
)
from tests.jobs.world_values import COMPARATORS, OLD_COMPARATORS

FIXED_CALLS = 11


@pytest.fixture
async def snapshot(client: AsyncManagementClient, shop: World) -> Snapshot:
    return await take_snapshot(client, shop.product_id)


@pytest.fixture
async def outsider(
    emulator: Emulator, shop: World
) -> AsyncIterator[AsyncManagementClient]:
    """A client of somebody who may read one environment and hardly anything else."""
    user = emulator.add_user(
        "out@example.com", "Otto", username="outsider", password="outside"
    )
    product = emulator.state.products[UUID(shop.product_id)]
    product.members[user.user_id] = shop.groups["Outsiders"]
    async with AsyncManagementClient(
        "outsider",
        "outside",
        base_url=emulator.base_url,
        options=Options(limits=None),
    ) as client:
        yield client


def config_of(snapshot: Snapshot, name: str) -> Config:
    (found,) = [config for config in snapshot.configs if config.name == name]
    return found


def setting_of(snapshot: Snapshot, config: str, key: str) -> Setting:
    settings = config_of(snapshot, config).settings
    (found,) = [setting for setting in settings if setting.key == key]
    return found


def value_of(
    snapshot: Snapshot, config: str, key: str, environment: str
) -> SettingInEnvironment:
    return setting_of(snapshot, config, key).values[environment]


def without_id(record: Any) -> Any:  # noqa: ANN401 - any record with an id
    assert record.id is not None
    return attrs.evolve(record, id=None)


# What is read


def test_where_and_when_a_snapshot_was_taken_stands_in_it(
    snapshot: Snapshot, shop: World
) -> None:
    source = snapshot.source
    assert source.base_url == shop.client.base_url
    assert source.organization == "Example organization"
    assert source.product_id == UUID(shop.product_id)
    assert source.taken_at.utcoffset() is not None
    assert (snapshot.name, snapshot.order) == ("Web shop", 0)
    assert snapshot.description == "Sells things; größer, 更大 <b>&</b>"
    assert snapshot.gaps == ()
    assert not snapshot.is_partial


def test_the_parts_of_a_product_are_read_with_their_ids(
    snapshot: Snapshot, shop: World
) -> None:
    assert [without_id(one) for one in snapshot.environments] == [
        Environment("Production", "#dd2244", "Customers", 0, reason_required=True),
        Environment("Staging", "#5c6bc0", None, 1),
        Environment("Test", None, None, 2),
    ]
    assert [without_id(one) for one in snapshot.tags] == [
        Tag("Backend", "lizard"),
        Tag("frontend", "whale"),
        Tag("release 2.0", "#336699"),
    ]
    assert [without_id(one) for one in snapshot.segments] == [
        Segment("Beta users", "Email", "isOneOf", "a@example.com,b@example.com"),
        Segment("Employees", "Email", "contains", "@shop.example"),
        Segment("Old apps", "AppVersion", "semVerLess", "2.0.0", "Before the change"),
        Segment("VIP", "Identifier", "sensitiveIsOneOf", "u1, u2 ,u3"),
    ]
    assert {one.name: str(one.id) for one in snapshot.configs} == shop.configs
    assert {one.name: one.id for one in snapshot.tags} == shop.tags
    places = [
        (one.name, one.evaluation_version, one.description) for one in snapshot.configs
    ]
    assert places == [
        ("Main", "v2", "The shop itself"),
        ("Mobile", "v2", None),
        ("Legacy", "v1", "Of old"),
    ]
    assert snapshot.preferences == Preferences(
        key_generation_mode="kebabCase",
        show_variation_id=True,
        mandatory_setting_hint=True,
        reason_required_environments=("Production",),
    )
    assert snapshot.limits["maxTargetingRuleCount"] == 500
    assert len(snapshot.limits) == 8


def test_permission_groups_are_read_with_rights_and_accesses(
    snapshot: Snapshot, shop: World
) -> None:
    groups = {group.name: group for group in snapshot.permission_groups}
    assert list(groups) == ["Administrators", "Developers", "Outsiders", "Support"]
    developers = groups["Developers"]
    granted = {name for name, flag in developers.rights.items() if flag}
    assert granted == {
        "canCreateOrUpdateConfig",
        "canCreateOrUpdateSetting",
        "canTagSetting",
        "canViewSdkKey",
    }
    assert len(developers.rights) == 21
    assert attrs.evolve(developers, rights={}) == PermissionGroup(
        "Developers",
        {},
        "custom",
        "readOnly",
        {"Production": "readOnly", "Staging": "full", "Test": "full"},
        shop.groups["Developers"],
    )
    assert groups["Support"].access_type == "readOnly"


def test_settings_are_read_with_tags_and_variations(
    snapshot: Snapshot, shop: World
) -> None:
    keys = [setting.key for setting in config_of(snapshot, "Main").settings]
    assert keys == [key for config, key in shop.settings if config == "Main"]
    checkout = setting_of(snapshot, "Main", "newCheckout")
    assert attrs.evolve(checkout, values={}) == Setting(
        "newCheckout",
        "newCheckout",
        "boolean",
        "What newCheckout does",
        1,
        ("frontend", "release 2.0"),
        id=shop.settings["Main", "newCheckout"],
    )
    assert list(checkout.values) == ["Production", "Staging", "Test"]
    provider = setting_of(snapshot, "Main", "provider")
    assert [without_id(one) for one in provider.variations] == [
        Variation("adyen", "Adyen", "Europe"),
        Variation("stripe", "Stripe"),
        Variation("none"),
    ]
    assert {
        ("Main", "provider", one.value): str(one.id) for one in provider.variations
    } == shop.variations


def test_a_formula_is_read_in_full(snapshot: Snapshot, emulator: Emulator) -> None:
    value = value_of(snapshot, "Main", "newCheckout", "Production")
    assert value.targeting == Formula(
        default=False,
        rules=(
            Rule((SegmentCondition("Employees", "isIn"),), value=True),
            Rule(
                (
                    FlagCondition("killSwitch", "equals", False),
                    UserCondition("Country", "textEquals", "DE"),
                ),
                value=False,
            ),
            Rule(
                (
                    UserCondition(
                        "Email",
                        "containsAnyOf",
                        (("@a.example", "A"), ("@b.example", None)),
                    ),
                    UserCondition("Age", "numberGreaterOrEquals", 18.0),
                    SegmentCondition("Old apps", "isNotIn"),
                ),
                value=True,
            ),
            Rule((), shares=(Share(20, True), Share(80, False))),
        ),
        percentage_attribute="AccountId",
    )
    assert value.links == (
        Link("monday", "item/2"),
        Link("trello", "card-1", "Card", "https://trello.com/c/1"),
    )
    setting_id = setting_of(snapshot, "Main", "newCheckout").id
    environment_id = snapshot.environments[0].id
    assert setting_id is not None
    assert environment_id is not None
    stored = emulator.state.values[environment_id, setting_id]
    assert value.version == stored.version_id


def test_every_comparator_keeps_the_kind_of_what_it_compares_with(
    snapshot: Snapshot,
) -> None:
    value = value_of(snapshot, "Main", "everyComparator", "Production")
    assert isinstance(value.targeting, Formula)
    found: dict[str, type] = {}
    for rule in value.targeting.rules:
        (condition,) = rule.conditions
        assert isinstance(condition, UserCondition)
        found[condition.comparator] = type(condition.value)
    assert list(found) == list(COMPARATORS)
    kinds = list(found.values())
    assert [kinds.count(kind) for kind in (tuple, str, float)] == [20, 8, 8]


def test_variations_are_read_as_their_values(snapshot: Snapshot) -> None:
    provider = value_of(snapshot, "Main", "provider", "Production").targeting
    assert provider == Formula(
        "stripe",
        (
            Rule((UserCondition("Country", "isOneOf", (("NL", None),)),), "adyen"),
            Rule((), shares=(Share(30, "adyen"), Share(70, "stripe"))),
        ),
    )
    switch = value_of(snapshot, "Main", "killSwitch", "Staging").targeting
    condition = FlagCondition("provider", "equals", "none")
    assert switch == Formula(True, (Rule((condition,), False),))


def test_values_have_the_type_of_their_setting(snapshot: Snapshot) -> None:
    kinds = {"boolean": bool, "string": str, "int": int, "double": float}
    seen: set[str] = set()
    for config in snapshot.configs:
        for setting in config.settings:
            for value in setting.values.values():
                assert type(value.targeting.default) is kinds[setting.type]
                seen.add(setting.type)
    assert seen == set(kinds)
    whole = value_of(snapshot, "Main", "taxRate", "Production").targeting
    assert repr(whole.default) == "2.0"
    (rule,) = value_of(snapshot, "Legacy", "oldRate", "Production").targeting.rules
    assert repr(rule.value) == "2.0"


def test_a_v1_value_is_read_in_full(snapshot: Snapshot) -> None:
    value = value_of(snapshot, "Legacy", "oldFlag", "Production")
    assert value.targeting == OldValue(
        default=False,
        rules=(
            OldRule(True, "Email", "isOneOf", "a@example.com, b@example.com"),
            OldRule(True, segment="VIP", segment_comparator="isIn"),
            OldRule(False, segment="Beta users", segment_comparator="isNotIn"),
        ),
        shares=(Share(10, True), Share(90, False)),
    )
    assert value.version is None
    text = value_of(snapshot, "Legacy", "oldText", "Staging").targeting
    assert isinstance(text, OldValue)
    assert [rule.comparator for rule in text.rules] == list(OLD_COMPARATORS)
    links = value_of(snapshot, "Legacy", "oldFlag", "Test").links
    assert links == (Link("trello", "card-1"),)


def test_what_calls_out_is_read_without_secrets(snapshot: Snapshot) -> None:
    assert [without_id(one) for one in snapshot.webhooks] == [
        Webhook("Legacy", "Production", "https://hooks.example/legacy", "get"),
        Webhook(
            "Main",
            "Production",
            "https://hooks.example/changed",
            "post",
            '{"text": "##ChangeDetails##"}',
            (Header("Authorization", None, secure=True), Header("X-Team", None)),
        ),
        Webhook("Main", "Test", "https://hooks.example/test", "get"),
    ]
    assert [without_id(one) for one in snapshot.integrations] == [
        Integration("Analytics", "amplitude", None, ("Production", "Test"), ("Main",)),
        Integration("Chat", "slack"),
        Integration("Metrics", "dataDog", None, ("Production",)),
    ]
    assert snapshot.sdk_keys == ()
    assert snapshot.members == ()
    assert not any(secret in str(attrs.asdict(snapshot)) for secret in SECRETS)


async def test_secrets_are_read_when_asked_for(
    client: AsyncManagementClient, shop: World, emulator: Emulator
) -> None:
    snapshot = await take_snapshot(client, shop.product_id, secrets=True)
    headers = {one.key: one for hook in snapshot.webhooks for one in hook.headers}
    assert headers["X-Team"] == Header("X-Team", "canary-shop")
    # What the service answers for a secure header is not its value.
    assert headers["Authorization"] == Header("Authorization", None, secure=True)
    parameters = {one.type: one.parameters for one in snapshot.integrations}
    assert parameters == SECRET_PARAMETERS
    names = {one.id: one.name for one in (*snapshot.configs, *snapshot.environments)}
    assert {(key.config, key.environment): key for key in snapshot.sdk_keys} == {
        (names[config], names[place]): SdkKey(
            str(names[config]), str(names[place]), keys.primary, keys.secondary
        )
        for (config, place), keys in emulator.state.sdk_keys.items()
    }
    assert not any(secret in repr(snapshot) for secret in SECRETS)
    keys = {key.primary for key in snapshot.sdk_keys}
    assert not any(str(key) in repr(snapshot) for key in keys)


async def test_members_are_read_when_asked_for(
    client: AsyncManagementClient, shop: World, outsider: AsyncManagementClient
) -> None:
    snapshot = await take_snapshot(client, shop.product_id, members=True)
    assert snapshot.members == (
        Member("admin@example.com", "Administrators"),
        Member("out@example.com", "Outsiders"),
    )
    assert outsider is not client


# How it is read


@pytest.mark.parametrize("by_name", [False, True])
@pytest.mark.parametrize(
    ("configs", "environments", "segments"), [(0, 0, 0), (1, 4, 0), (3, 2, 5)]
)
async def test_it_takes_exactly_the_calls_that_are_promised(
    client: AsyncManagementClient,
    emulator: Emulator,
    *,
    configs: int,
    environments: int,
    segments: int,
    by_name: bool,
) -> None:
    wide = await build_wide(client, configs=configs, environments=environments, flags=2)
    for number in range(segments):
        await wide.segment(f"Segment {number}", "Email", "contains", "x")
    emulator.counts.reset()
    await take_snapshot(client, wide.name.upper() if by_name else wide.product_id)
    product = FIXED_CALLS + segments + configs + configs * environments
    assert emulator.counts.total_calls == product


async def test_secrets_and_members_take_as_many_calls_more(
    client: AsyncManagementClient, shop: World, emulator: Emulator
) -> None:
    await take_snapshot(client, shop.product_id)
    assert emulator.counts.total_calls == FIXED_CALLS + 4 + 3 + 9
    emulator.counts.reset()
    await take_snapshot(client, shop.product_id, secrets=True)
    assert emulator.counts.total_calls == FIXED_CALLS + 4 + 3 + 9 + 9
    emulator.counts.reset()
    await take_snapshot(client, shop.product_id, members=True)
    assert emulator.counts.total_calls == FIXED_CALLS + 4 + 3 + 9 + 1


async def test_an_unchanged_product_gives_the_same_snapshot_but_for_the_time(
    client: AsyncManagementClient, shop: World, snapshot: Snapshot
) -> None:
    again = await take_snapshot(client, UUID(shop.product_id))
    taken_at = snapshot.source.taken_at
    source = attrs.evolve(again.source, taken_at=taken_at)
    assert attrs.evolve(again, source=source) == snapshot


async def test_progress_is_told_up_to_the_end(
    client: AsyncManagementClient, shop: World, emulator: Emulator
) -> None:
    told: list[tuple[int, int]] = []
    await take_snapshot(
        client, shop.product_id, progress=lambda done, known: told.append((done, known))
    )
    assert [done for done, _ in told] == list(range(1, 28))
    assert all(done <= known for done, known in told)
    assert [known for _, known in told] == sorted(known for _, known in told)
    assert told[-1] == (27, 27)
    assert emulator.counts.total_calls == 27


async def test_calls_of_an_endpoint_are_bounded_and_endpoints_independent() -> None:
    under_way = {"get_tags": 0, "get_configs": 0}
    most = dict(under_way)
    free = asyncio.Event()

    async def call(name: str) -> None:
        under_way[name] += 1
        most[name] = max(most[name], under_way[name])
        await free.wait()
        under_way[name] -= 1

    async def get_tags() -> None:
        await call("get_tags")

    async def get_configs() -> None:
        await call("get_configs")

    calls = ReadingCalls()
    async with Together() as together:
        for _ in range(3 * IN_FLIGHT):
            together.start(calls.call(get_tags))
        for _ in range(3):
            together.start(calls.call(get_configs))
        for _ in range(5):
            await asyncio.sleep(0)
        assert under_way == {"get_tags": IN_FLIGHT, "get_configs": 3}
        free.set()
    assert most == {"get_tags": IN_FLIGHT, "get_configs": 3}


# Which product is read


async def test_a_name_is_found_in_any_case_and_a_wrong_one_gets_a_hint(
    client: AsyncManagementClient, shop: World
) -> None:
    await empty_world(client, "Warehouse")
    assert (await take_snapshot(client, "WEB SHOP")).name == "Web shop"
    message = "the credentials see no product 'Web shp'; did you mean 'Web shop'?"
    with pytest.raises(ConfigurationError) as caught:
        await take_snapshot(client, "Web shp")
    assert str(caught.value) == message
    with pytest.raises(ConfigurationError, match="'qqq'; give its id"):
        await take_snapshot(client, "qqq")
    with pytest.raises(NotFoundError):
        await take_snapshot(client, UUID(int=5))
    assert shop.name == "Web shop"


async def test_a_name_in_two_organizations_needs_the_id(
    client: AsyncManagementClient, shop: World, emulator: Emulator
) -> None:
    second = emulator.state.add_organization("Second", emulator.state.caller)
    other = await empty_world(
        client, "WEB shop", organization_id=second.organization_id
    )
    with pytest.raises(ConfigurationError) as caught:
        await take_snapshot(client, "web shop")
    message = str(caught.value)
    assert message.startswith("2 products are called 'web shop': ")
    assert f"{shop.product_id} in 'Example organization'" in message
    assert f"{other.product_id} in 'Second'" in message
    found = await take_snapshot(client, other.product_id)
    assert found.source.organization == "Second"


@pytest.mark.parametrize(
    ("kind", "problem"),
    [
        ("environment", "two environments are called 'one' and 'ONE'"),
        ("tag", "two tags are called 'ONE' and 'one'"),
        ("config", "two configs are called 'one' and 'ONE'"),
    ],
)
async def test_names_that_differ_in_case_alone_are_refused(
    client: AsyncManagementClient, kind: str, problem: str
) -> None:
    world = await empty_world(client)
    for name in ("one", "ONE"):
        await getattr(world, kind)(name)
    with pytest.raises(JobError, match="rename one of them") as caught:
        await take_snapshot(client, world.product_id)
    assert problem in str(caught.value)


async def test_keys_that_differ_in_case_alone_are_refused(
    client: AsyncManagementClient,
) -> None:
    world = await empty_world(client)
    await world.config("Main")
    for key in ("flag", "Flag"):
        await world.setting("Main", key)
    problem = "two settings of the config 'Main' are called 'flag' and 'Flag'"
    with pytest.raises(JobError, match=problem):
        await take_snapshot(client, world.product_id)


# What cannot be read


async def test_what_may_not_be_read_is_a_gap(
    outsider: AsyncManagementClient, snapshot: Snapshot
) -> None:
    partial = await take_snapshot(outsider, snapshot.source.product_id)
    assert partial.is_partial
    hidden = {gap.key for gap in partial.gaps if gap.entity == "values"}
    read_only = {gap.key for gap in partial.gaps if gap.was_read}
    configs = ("Legacy", "Main", "Mobile")
    assert read_only == {f"{config}/Test" for config in configs}
    assert hidden - read_only == {
        f"{config}/{place}" for config in configs for place in ("Production", "Staging")
    }
    assert all(gap.reason for gap in partial.gaps)
    checkout = setting_of(partial, "Main", "newCheckout")
    whole = setting_of(snapshot, "Main", "newCheckout")
    assert checkout.values == {"Test": whole.values["Test"]}
    assert attrs.evolve(checkout, values={}) == attrs.evolve(whole, values={})


async def test_what_may_only_be_read_is_noted_but_not_missing(
    client: AsyncManagementClient, shop: World, emulator: Emulator
) -> None:
    user = emulator.add_user(
        "s@example.com", "Sue", username="support", password="support"
    )
    product = emulator.state.products[UUID(shop.product_id)]
    product.members[user.user_id] = shop.groups["Support"]
    group = emulator.state.permission_groups[shop.groups["Support"]]
    group.rights = set(
        emulator.state.permission_groups[product.permission_group_ids[0]].rights
    )
    whole = await take_snapshot(client, shop.product_id)
    async with AsyncManagementClient(
        "support",
        "support",
        base_url=emulator.base_url,
        options=Options(limits=None),
    ) as support:
        found = await take_snapshot(support, shop.product_id)
    assert not found.is_partial
    assert len(found.gaps) == 9
    assert {gap.entity for gap in found.gaps} == {"values"}
    assert all(gap.was_read and "read-only" in gap.reason for gap in found.gaps)
    assert found.configs == whole.configs


GAPS = {
    "get-organization-limitations": {("organization", "limits")},
    "get-product-preferences": {("preferences", "*")},
    "get-environments": {("environment", "*")},
    "get-tags": {("tag", "*")},
    "get-permission-groups": {("permission_group", "*")},
    "get-segment": {
        ("segment", name) for name in ("Beta users", "Employees", "Old apps", "VIP")
    },
    "get-configs": {("config", "*")},
    "get-webhooks": {("webhook", "*")},
    "get-integrations": {("integration", "*")},
    "get-settings": {
        ("setting", f"{config}/*") for config in ("Legacy", "Main", "Mobile")
    },
    "get-setting-values": {
        ("values", f"Legacy/{place}") for place in ("Production", "Staging", "Test")
    },
    "get-setting-values-v2": {
        ("values", f"{config}/{place}")
        for config in ("Main", "Mobile")
        for place in ("Production", "Staging", "Test")
    },
    "get-sdk-keys": {
        ("sdk_key", f"{config}/{place}")
        for config in ("Legacy", "Main", "Mobile")
        for place in ("Production", "Staging", "Test")
    },
    "get-product-members": {("member", "*")},
}

REFERRED_TO = ("get-environments", "get-configs", "get-permission-groups")
"""What refers to their items is missing as well."""


@pytest.mark.parametrize("status", [403, 404])
@pytest.mark.parametrize("operation", GAPS)
async def test_any_part_may_be_refused(
    client: AsyncManagementClient,
    shop: World,
    emulator: Emulator,
    operation: str,
    status: int,
) -> None:
    emulator.faults.add(Fault("status", operation=operation, status=status, count=None))
    found = await take_snapshot(client, shop.product_id, secrets=True, members=True)
    assert found.is_partial
    assert GAPS[operation] <= {(gap.entity, gap.key) for gap in found.gaps}
    reasons = [gap.reason for gap in found.gaps if gap.reason.startswith(str(status))]
    assert len(reasons) == len(GAPS[operation])
    if operation not in REFERRED_TO:
        assert len(found.gaps) == len(GAPS[operation])


async def test_values_that_use_an_unseen_segment_are_left_out_and_noted(
    client: AsyncManagementClient, shop: World, emulator: Emulator, snapshot: Snapshot
) -> None:
    emulator.faults.add(
        Fault("status", operation="get-segments", status=403, count=None)
    )
    found = await take_snapshot(client, shop.product_id)
    gaps = {(gap.entity, gap.key): gap.reason for gap in found.gaps}
    segment = shop.segments["Employees"]
    assert gaps["values", "Main/Production/newCheckout"] == (
        f"it uses segment {segment}, which cannot be read"
    )
    assert ("values", "Legacy/Production/oldFlag") in gaps
    assert len(gaps) == 3
    assert "Production" not in setting_of(found, "Main", "newCheckout").values
    assert setting_of(found, "Main", "greeting") == setting_of(
        snapshot, "Main", "greeting"
    )


async def test_an_integration_limited_to_what_cannot_be_seen_is_left_out(
    client: AsyncManagementClient, shop: World, emulator: Emulator
) -> None:
    metrics = emulator.state.integrations[UUID(shop.integrations["Metrics"])]
    unseen = UUID(int=7)
    metrics.environment_ids = [unseen]
    found = await take_snapshot(client, shop.product_id)
    assert [one.name for one in found.integrations] == ["Analytics", "Chat"]
    reason = f"it is limited to environment {unseen}, which cannot be seen"
    assert found.gaps == (Gap("integration", "Metrics", reason),)


async def test_a_version_that_is_not_known_is_a_gap(
    client: AsyncManagementClient, shop: World, emulator: Emulator
) -> None:
    config = emulator.state.configs[UUID(shop.configs["Mobile"])]
    config.evaluation_version = EvaluationVersion("v3")
    found = await take_snapshot(client, shop.product_id)
    reason = "the evaluation version v3 is not known"
    assert found.gaps == tuple(
        Gap("values", f"Mobile/{place}", reason)
        for place in ("Production", "Staging", "Test")
    )
    assert config_of(found, "Mobile").evaluation_version == "v3"
    assert len(config_of(found, "Mobile").settings) == 3


async def test_a_type_that_is_not_known_is_a_gap(
    client: AsyncManagementClient, shop: World, emulator: Emulator
) -> None:
    setting = emulator.state.settings[shop.settings["Mobile", "2"]]
    setting.setting_type = SettingType("date")
    found = await take_snapshot(client, shop.product_id)
    reasons = {gap.reason for gap in found.gaps}
    assert reasons == {"the setting type 'date' is not known"}
    assert Gap("setting", "Mobile/2", *reasons) in found.gaps
    assert [one.key for one in config_of(found, "Mobile").settings] == [
        "newCheckout",
        "minimumVersion",
    ]


async def test_a_prerequisite_that_is_gone_is_a_gap(
    client: AsyncManagementClient, shop: World, emulator: Emulator
) -> None:
    config = emulator.state.configs[UUID(shop.configs["Main"])]
    number = config.setting_ids.pop("provider")
    found = await take_snapshot(client, shop.product_id)
    reason = f"it depends on setting {number}, which is not there"
    assert found.gaps == (Gap("values", "Main/Staging/killSwitch", reason),)


# What goes wrong


def reading_tasks() -> list[str]:
    names = [str(task.get_coro()) for task in asyncio.all_tasks()]
    return [name for name in names if "Reading" in name]


@pytest.mark.parametrize(
    ("operation", "status", "error"),
    [
        ("get-product", 401, AuthenticationError),
        ("get-segments", 401, AuthenticationError),
        ("get-segment", 400, ApiError),
        ("get-settings", 400, ApiError),
        ("get-setting-values", 401, AuthenticationError),
        ("get-webhooks", 400, ApiError),
        ("get-sdk-keys", 400, ApiError),
    ],
)
async def test_another_error_ends_the_reading_and_leaves_no_task(
    client: AsyncManagementClient,
    shop: World,
    emulator: Emulator,
    *,
    operation: str,
    status: int,
    error: type[Exception],
) -> None:
    emulator.faults.add(Fault("status", operation=operation, status=status))
    with pytest.raises(error, match=operation):
        await take_snapshot(client, shop.product_id, secrets=True)
    assert reading_tasks() == []


async def test_a_cancelled_reading_leaves_no_task(
    client: AsyncManagementClient, shop: World
) -> None:
    told = asyncio.Event()
    task = asyncio.ensure_future(
        take_snapshot(
            client, shop.product_id, progress=lambda done, _: done > 5 and told.set()
        )
    )
    await told.wait()
    assert reading_tasks()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert reading_tasks() == []


# What is selected


async def test_a_selection_saves_calls_and_says_what_it_left_out(
    client: AsyncManagementClient, shop: World, emulator: Emulator, snapshot: Snapshot
) -> None:
    emulator.counts.reset()
    selection = Selection(
        only=Criteria(
            entities=("setting", "values"), configs="m*", environments="production"
        ),
        exclude=Criteria(configs="Mobile"),
    )
    found = await take_snapshot(client, shop.product_id, only=selection)
    assert dict(emulator.counts.calls) == {
        "get-product": 1,
        "get-environments": 1,
        "get-configs": 1,
        "get-segments": 1,
        "get-settings": 1,
        "get-setting-values-v2": 1,
    }
    assert found.is_partial
    (main,) = found.configs
    assert main.name == "Main"
    for setting, whole in zip(main.settings, snapshot.configs[0].settings, strict=True):
        assert setting.values == {"Production": whole.values["Production"]}
    assert {gap.reason for gap in found.gaps} == {LEFT_OUT}
    assert {(gap.entity, gap.key) for gap in found.gaps} >= {
        ("config", "Legacy"),
        ("config", "Mobile"),
        ("values", "Main/Staging"),
        ("webhook", "*"),
        ("tag", "*"),
        ("segment", "*"),
        ("preferences", "*"),
    }
    assert found.environments == snapshot.environments


async def test_a_selection_of_a_list_reads_little_more_than_that(
    client: AsyncManagementClient, shop: World, emulator: Emulator, snapshot: Snapshot
) -> None:
    emulator.counts.reset()
    selection = Selection(only=Criteria(entities="tag"))
    found = await take_snapshot(client, shop.product_id, only=selection)
    assert found.tags == snapshot.tags
    assert emulator.counts.total_calls == 4
    assert [config.settings for config in found.configs] == [(), (), ()]


async def test_groups_are_read_for_members_even_if_they_are_not_selected(
    client: AsyncManagementClient, shop: World
) -> None:
    selection = Selection(only=Criteria(entities="member"))
    found = await take_snapshot(client, shop.product_id, only=selection, members=True)
    assert found.members == (Member("admin@example.com", "Administrators"),)
    assert found.permission_groups == ()
