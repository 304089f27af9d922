"""Two products are equal, or every difference is found and named."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from configcat_mgmt import AsyncManagementClient
from configcat_mgmt.jobs.compare.canonical import Form, constant
from configcat_mgmt.jobs.compare.differences import Difference, compare, differences
from configcat_mgmt.jobs.model.snapshot import (
    Condition,
    Environment,
    Formula,
    Integration,
    Rule,
    Segment,
    SegmentCondition,
    Setting,
    SettingInEnvironment,
    Snapshot,
    UserCondition,
    ValueV1,
    Variation,
    Webhook,
)
from configcat_mgmt.jobs.planning.plan_copy import PlanOptions, plan_copy
from configcat_mgmt.jobs.snapshotting.product import take_snapshot
from configcat_mgmt.jobs.verifying.plan_effects import unmet
from tests.hypothesis_profiles import examples
from tests.jobs.looking import Path, changed, lines, setting_path, with_value
from tests.jobs.products import config_of, plain_product, setting_of
from tests.jobs.snapshots import SNAPSHOTS, wide_snapshot
from tests.jobs.world import World, build_shop

Json = Any


@pytest.fixture
def snapshot(shop_snapshots: dict[bool, Snapshot]) -> Snapshot:
    return shop_snapshots[True]


# What is equal


async def test_a_product_has_no_difference_from_itself(
    snapshot: Snapshot, client: AsyncManagementClient, shop: World
) -> None:
    assert differences(snapshot, snapshot) == ()
    again = await take_snapshot(client, shop.product_id)
    assert differences(snapshot, again) == differences(again, snapshot) == ()


async def test_two_products_that_were_made_alike_have_none(
    snapshot: Snapshot, client: AsyncManagementClient
) -> None:
    other = await build_shop(client, "Another name")
    found = await take_snapshot(client, other.product_id)
    assert found != snapshot
    assert differences(snapshot, found) == ()


@examples(30, shrink=False)
@given(st.data())
def test_no_snapshot_differs_from_itself_or_makes_it_fail(data: st.DataObject) -> None:
    snapshot = data.draw(SNAPSHOTS)
    assert [
        one for one in differences(snapshot, snapshot) if one.kind != "unread"
    ] == []
    differences(snapshot, data.draw(SNAPSHOTS))


def test_names_are_the_same_in_any_case(snapshot: Snapshot) -> None:
    def upper(record: Json, field: str) -> Json:
        names = {"name", "segment", "config", "environment", "setting", "key"}
        if isinstance(record, str):
            return record.upper() if field in names else record
        if isinstance(record, tuple):
            return tuple(
                item.upper()
                if isinstance(item, str)
                and (
                    field in ("tags", "environments", "configs")
                    or field.endswith("_required_environments")
                )
                else upper(item, "")
                for item in record
            )
        if isinstance(record, Mapping):
            if field == "values" or field.startswith("environment_"):
                return {name.upper(): upper(one, "") for name, one in record.items()}
            return record
        if attrs.has(type(record)):
            # Names of settings and variations and keys of links are no natural keys.
            kept = {"Setting": ("name",), "Variation": ("name",), "Link": ("key",)}
            skipped = kept.get(type(record).__name__, ())
            fields = {
                one.name: upper(getattr(record, one.name), one.name)
                for one in attrs.fields(type(record))
                if one.name not in (*skipped, "source", "id", "version")
            }
            return attrs.evolve(record, **fields)
        return record

    shouted = attrs.evolve(upper(snapshot, ""), name=snapshot.name)
    assert shouted.configs[0].settings[0].key == "KILLSWITCH"
    assert "PRODUCTION" in shouted.configs[0].settings[0].values
    assert shouted.integrations[0].configs == ("MAIN",)
    assert differences(snapshot, shouted) == differences(shouted, snapshot) == ()


def test_nothing_and_an_empty_text_are_the_same(snapshot: Snapshot) -> None:
    for path in (
        ("environments", 1, "description"),
        ("configs", 1, "description"),
        (*setting_path(snapshot, "Main", "provider"), "variations", 1, "hint"),
    ):
        assert differences(snapshot, with_value(snapshot, path, "")) == ()
        assert differences(with_value(snapshot, path, ""), snapshot) == ()


# What differs
FORMULA = ("values", "Production", "targeting")


@pytest.mark.parametrize(
    ("setting", "path", "value", "line"),
    [
        (
            "newCheckout",
            ("hint",),
            "Other",
            'setting Main / newCheckout: hint is "Other" instead of "What newCheckout '
            'does"',
        ),
        (
            "newCheckout",
            ("tags",),
            ("frontend",),
            'setting Main / newCheckout: tags is ["frontend"] instead of ["frontend", '
            '"release 2.0"]',
        ),
        (
            "newCheckout",
            (*FORMULA, "default"),
            True,
            "values Main / newCheckout / Production: default value is ON instead of "
            "OFF",
        ),
        (
            "newCheckout",
            (*FORMULA, "percentage_attribute"),
            None,
            "values Main / newCheckout / Production: percentage attribute is "
            'nothing instead of "AccountId"',
        ),
        (
            "provider",
            (*FORMULA, "default"),
            "adyen",
            "values Main / provider / Production: default value is "
            '"adyen" instead of "stripe"',
        ),
        (
            "maxItems",
            ("order",),
            9,
            "setting Main / maxItems: order is 9 instead of 3",
        ),
        (
            "taxRate",
            (*FORMULA, "default"),
            2.5,
            "values Main / taxRate / Production: default value is 2.5 instead of 2.0",
        ),
    ],
)
def test_a_difference_says_what_is_where(
    snapshot: Snapshot, setting: str, path: Path, value: Json, line: str
) -> None:
    whole = (*setting_path(snapshot, "Main", setting), *path)
    assert lines(snapshot, with_value(snapshot, whole, value)) == [line]


@pytest.mark.parametrize(
    ("kind", "values", "words"),
    [
        ("boolean", (True, False), ("ON", "OFF")),
        ("int", (25, 50), ("25", "50")),
        ("double", (2.0, 0.5), ("2.0", "0.5")),
        ("string", ("true", "5"), ('"true"', '"5"')),
    ],
)
def test_values_of_variations_and_names_are_as_the_dashboard_shows_them(
    kind: str, values: Json, words: tuple[str, str]
) -> None:
    variations = tuple(
        Variation(one, f"v{number}") for number, one in enumerate(values)
    )

    def product(value: Json, *conditions: Condition) -> Snapshot:
        formula = Formula(values[1], (Rule(conditions, value),))
        flag = attrs.evolve(
            setting_of("flag", formula, environments=("Test",)),
            type=kind,
            variations=variations,
        )
        segment = Segment("Beta Users", "Email", "isOneOf", "a@example.com")
        return plain_product(
            config_of(flag), environments=("Test",), segments=(segment,)
        )

    wanted = product(values[0], SegmentCondition("Beta Users", "isIn"))
    text = f"IF USER IS IN SEGMENT Beta Users THEN {words[0]}"
    line = (
        f"values Main / flag / Test: rules are IF Email IS ONE OF [a] THEN {words[1]}"
    )
    found = product(values[1], UserCondition("Email", "isOneOf", (("a", None),)))
    assert lines(wanted, found) == [f"{line} instead of {text}"]
    plan = plan_copy(wanted, found, PlanOptions(on_conflict="overwrite"))
    assert [str(one) for one in unmet(plan, found)] == [f"{line} instead of {text}"]


def test_a_variation_in_place_of_its_value_does_not_look_equal() -> None:
    body = {"defaultValue": {"boolValue": True}}
    ref = {"$ref": ["variation", "Main", "flag", "true"]}
    forms = [
        Form("values", ("Main", "flag", "Test"), constant(fields))
        for fields in (body, {"defaultValue": {"predefinedVariationId": ref}})
    ]
    (one,) = compare(forms[:1], forms[1:], {("main", "flag"): "boolean"})
    assert one.wanted != one.found
    assert str(one).endswith('default value is "true" instead of ON')


def test_order_of_rules_and_options_counts_and_that_of_tags_does_not(
    snapshot: Snapshot,
) -> None:
    path = setting_path(snapshot, "Main", "newCheckout")

    def reverse(value: Json) -> Json:
        return value[::-1]

    rules = changed(snapshot, (*path, *FORMULA, "rules"), reverse)
    assert len(differences(snapshot, rules)) == 1
    percentage_options = changed(
        snapshot, (*path, *FORMULA, "rules", 3, "percentage_options"), reverse
    )
    assert len(differences(snapshot, percentage_options)) == 1
    tags = changed(snapshot, (*path, "tags"), reverse)
    assert differences(snapshot, tags) == ()
    links = changed(snapshot, (*path, "values", "Production", "links"), reverse)
    assert differences(snapshot, links) == ()


def test_values_that_are_equal_in_python_are_told_apart() -> None:
    kinds = {bool: "boolean", str: "string", int: "int", float: "double"}
    base = attrs.evolve(
        wide_snapshot(flags=0, environments=0, configs=1),
        environments=(Environment("Test"),),
    )

    def with_targeting(value: Json, targeting: type) -> Snapshot:
        values = {"Test": SettingInEnvironment(targeting(value))}
        setting = Setting("key", "Key", kinds[type(value)], values=values)
        return with_value(base, ("configs", 0, "settings"), (setting,))

    for one, other in ((True, 1), (False, 0), (1, 1.0), ("", 0), (False, "")):
        for targeting in (ValueV1, Formula):
            found = differences(
                with_targeting(one, targeting), with_targeting(other, targeting)
            )
            assert [place.entity for place in found] == ["setting", "values"]


def test_what_is_missing_or_surplus_is_one_difference(snapshot: Snapshot) -> None:
    cases = [
        (attrs.evolve(snapshot, configs=snapshot.configs[1:]), "config Main"),
        (
            attrs.evolve(snapshot, environments=snapshot.environments[1:]),
            "environment Production",
        ),
        (attrs.evolve(snapshot, tags=snapshot.tags[1:]), "tag Backend"),
        (attrs.evolve(snapshot, webhooks=snapshot.webhooks[1:]), "webhook Legacy / Prod"
         "uction / https://hooks.example/legacy / get"),
        (
            attrs.evolve(snapshot, integrations=snapshot.integrations[1:]),
            "integration Analytics / amplitude",
        ),
        (
            changed(snapshot, ("configs", 0, "settings"), lambda all_: all_[1:]),
            "setting Main / killSwitch",
        ),
        (
            changed(
                snapshot,
                (
                    *setting_path(snapshot, "Main", "newCheckout"),
                    "values",
                    "Production",
                    "links",
                ),
                lambda links: links[1:],
            ),
            "link Main / newCheckout / Production / monday / item/2",
        ),
    ]  # fmt: skip
    for less, name in cases:
        assert lines(snapshot, less) == [f"{name}: missing"]
        assert lines(less, snapshot) == [f"{name}: surplus"]


def test_webhooks_and_integrations_of_the_same_name_are_counted(
    snapshot: Snapshot,
) -> None:
    hook = Webhook("Main", "Test", "https://hooks.example/test", "get", "other")
    twice = attrs.evolve(snapshot, webhooks=(hook, *snapshot.webhooks))
    place = "webhook Main / Test / https://hooks.example/test / get"
    assert lines(snapshot, twice) == [f"{place}: surplus"]
    assert lines(twice, snapshot) == [f"{place}: missing"]
    other = attrs.evolve(hook, content="new")
    changed_twice = attrs.evolve(snapshot, webhooks=(other, *snapshot.webhooks))
    assert lines(twice, changed_twice) == [
        f'{place}: content is "new" instead of "other"'
    ]
    chat = Integration("CHAT", "slack", None, ("Test",))
    two = attrs.evolve(snapshot, integrations=(*snapshot.integrations, chat))
    assert lines(snapshot, two) == ["integration CHAT / slack: surplus"]
    assert differences(two, two) == ()


def test_another_evaluation_version_is_said(snapshot: Snapshot) -> None:
    other = with_value(snapshot, ("configs", 1, "evaluation_version"), "v1")
    assert lines(snapshot, other) == [
        'config Mobile: evaluationVersion is "v1" instead of "v2"'
    ]


def test_accesses_count_for_the_access_type_custom_only(snapshot: Snapshot) -> None:
    names = [group.name for group in snapshot.permission_groups]
    support, developers = names.index("Support"), names.index("Developers")
    for number, expected in ((support, 0), (developers, 1)):
        path = ("permission_groups", number, "environment_accesses", "Test")
        other = with_value(snapshot, path, "readOnly")
        assert len(differences(snapshot, other)) == expected


def test_the_product_itself_is_compared_with_an_earlier_state_of_it_only(
    snapshot: Snapshot,
) -> None:
    other = attrs.evolve(snapshot, name="New", description=None, order=4)
    assert [line.split(":")[0] for line in lines(snapshot, other)] == ["product"] * 3
    elsewhere = attrs.evolve(
        other, source=attrs.evolve(other.source, product_id=UUID(int=1))
    )
    assert differences(snapshot, elsewhere) == ()


# How it looks


def test_differences_are_values() -> None:
    one = Difference("tag", ("a",), "different", "color", "x" * 150, None)
    assert one == attrs.evolve(one)
    assert str(one) == f'tag a: color is nothing instead of "{"x" * 98}…'
    long = "x" * 30_000
    one = Difference("segment", ("a",), "different", "comparison", f"{long}b", long)
    assert str(one).endswith('xb"'), "the place of the difference is in view"
    assert len(str(one)) < 300
    group = Difference("permission_group", ("a",), "missing")
    assert str(group) == "permission group a: missing"


def test_two_thousand_flags_in_twenty_environments_are_compared() -> None:
    wide = wide_snapshot(flags=2000, environments=20)
    path = ("configs", 9, "settings", 199, "values", "Environment 19", "targeting")
    other = changed(wide, path, lambda old: attrs.evolve(old, default=True))
    condition = SegmentCondition("BETA", "isIn")
    same = changed(
        other,
        ("configs", 3, "settings", 5, "values", "Environment 7", "targeting", "rules"),
        lambda rules: (
            attrs.evolve(rules[0], conditions=(rules[0].conditions[0], condition)),
            rules[1],
        ),
    )
    (found,) = differences(wide, same)
    assert found.key == ("Config 9", "flag199", "Environment 19")
