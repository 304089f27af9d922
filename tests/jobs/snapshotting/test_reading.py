"""A product is read in the words of a snapshot."""

from collections.abc import AsyncIterator
from uuid import UUID

import attrs
import pytest

from configcat_mgmt import AsyncManagementClient, Options
from configcat_mgmt.emulator import Emulator
from configcat_mgmt.jobs.model.snapshot import (
    Environment,
    Formula,
    Header,
    Integration,
    Link,
    Member,
    PercentageOption,
    PermissionGroup,
    Preferences,
    PrerequisiteCondition,
    Rule,
    RuleV1,
    SdkKey,
    Segment,
    SegmentCondition,
    Setting,
    Snapshot,
    Tag,
    UserCondition,
    ValueV1,
    Variation,
    Webhook,
)
from configcat_mgmt.jobs.snapshotting.product import take_snapshot
from tests.jobs.looking import config_of, reprs_of, setting_of, value_of, without_id
from tests.jobs.world import (
    SECRET_PARAMETERS,
    SECRETS,
    World,
)
from tests.jobs.world_values import COMPARATORS, OLD_COMPARATORS


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
        approve_required=False,
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
        "custom",
        "canApproveOthers",
        {
            "Production": "canApproveOthers",
            "Staging": "cannotApprove",
            "Test": "canBypassApproval",
        },
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
                    PrerequisiteCondition("killSwitch", "equals", False),
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
            Rule(
                (),
                percentage_options=(
                    PercentageOption(20, True),
                    PercentageOption(80, False),
                ),
            ),
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
            Rule(
                (),
                percentage_options=(
                    PercentageOption(30, "adyen"),
                    PercentageOption(70, "stripe"),
                ),
            ),
        ),
    )
    switch = value_of(snapshot, "Main", "killSwitch", "Staging").targeting
    condition = PrerequisiteCondition("provider", "equals", "none")
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
    assert value.targeting == ValueV1(
        default=False,
        rules=(
            RuleV1(True, "Email", "isOneOf", "a@example.com, b@example.com"),
            RuleV1(True, segment="VIP", segment_comparator="isIn"),
            RuleV1(False, segment="Beta users", segment_comparator="isNotIn"),
        ),
        percentage_options=(PercentageOption(10, True), PercentageOption(90, False)),
    )
    assert value.version is None
    text = value_of(snapshot, "Legacy", "oldText", "Staging").targeting
    assert isinstance(text, ValueV1)
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
    texts = reprs_of(snapshot)
    keys = {str(key.primary) for key in snapshot.sdk_keys}
    assert keys
    assert not any(word in text for word in (*SECRETS, *keys) for text in texts)


async def test_members_are_read_when_asked_for(
    client: AsyncManagementClient, shop: World, outsider: AsyncManagementClient
) -> None:
    snapshot = await take_snapshot(client, shop.product_id, members=True)
    assert snapshot.members == (
        Member("admin@example.com", "Administrators"),
        Member("out@example.com", "Outsiders"),
    )
    assert outsider is not client
