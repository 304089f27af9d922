"""Before a plan is applied, each existing entity that it changes is shown by field."""

import itertools
import json
import re
from collections.abc import Callable
from typing import Any

import attrs
import pytest

from configcat_mgmt import AsyncManagementClient
from configcat_mgmt.jobs.model.snapshot import Link, Snapshot
from configcat_mgmt.jobs.planning.options import PlanOptions
from configcat_mgmt.jobs.planning.plan_copy import plan_copy
from configcat_mgmt.jobs.report.line_diff import Line, diff_lines
from configcat_mgmt.jobs.report.plan_changes import (
    EntityChange,
    FieldChange,
    plan_changes,
)
from configcat_mgmt.jobs.snapshotting.product import take_snapshot
from configcat_mgmt.texts import excerpts
from tests.jobs.plan_facts import NEW
from tests.jobs.products import plain_product
from tests.jobs.world import World

Change = Callable[[Snapshot], Snapshot]
Json = Any


@pytest.fixture
async def found(client: AsyncManagementClient, shop: World) -> Snapshot:
    return await take_snapshot(client, shop.product_id, secrets=True)


def first(kind: str, **fields: Json) -> Change:
    """Change the first entity of a kind."""

    def change(snapshot: Snapshot) -> Snapshot:
        one, *others = getattr(snapshot, kind)
        return attrs.evolve(snapshot, **{kind: (attrs.evolve(one, **fields), *others)})

    return change


def last(kind: str, **fields: Json) -> Change:
    """Change the last entity of a kind."""

    def change(snapshot: Snapshot) -> Snapshot:
        *others, one = getattr(snapshot, kind)
        return attrs.evolve(snapshot, **{kind: (*others, attrs.evolve(one, **fields))})

    return change


def setting(**fields: Json) -> Change:
    """Change the setting newCheckout of the config Main."""

    def change(snapshot: Snapshot) -> Snapshot:
        main = snapshot.configs[0]
        settings = tuple(
            attrs.evolve(one, **fields) if one.key == "newCheckout" else one
            for one in main.settings
        )
        configs = (attrs.evolve(main, settings=settings), *snapshot.configs[1:])
        return attrs.evolve(snapshot, configs=configs)

    return change


def value(config: int, key: str, environment: str, **fields: Json) -> Change:
    """Change the value of a setting in an environment."""

    def change(snapshot: Snapshot) -> Snapshot:
        configs = list(snapshot.configs)
        configs[config] = attrs.evolve(
            configs[config],
            settings=tuple(
                attrs.evolve(
                    one,
                    values={
                        **one.values,
                        environment: attrs.evolve(one.values[environment], **fields),
                    },
                )
                if one.key == key
                else one
                for one in configs[config].settings
            ),
        )
        return attrs.evolve(snapshot, configs=tuple(configs))

    return change


def plan_of(change: Change, found: Snapshot) -> tuple[EntityChange, ...]:
    options = PlanOptions(on_conflict="overwrite", reason="why", delete=True)
    return plan_changes(plan_copy(change(found), found, options), found)


@pytest.mark.parametrize(
    ("change", "entity", "key", "field", "after"),
    [
        (first("environments", color="#000000"), "environment", None, "color", None),
        (first("tags", color="panther"), "tag", None, "color", "panther"),
        (first("segments", comparison="x"), "segment", None, "comparisonValue", "x"),
        (
            last("permission_groups", access_type="full"),
            "permission_group",
            None,
            "accessType",
            "full",
        ),
        (first("configs", description="D"), "config", ("Main",), "description", "D"),
        (setting(hint="H"), "setting", ("Main", "newCheckout"), "hint", "H"),
        (setting(name="N"), "setting", ("Main", "newCheckout"), "name", "N"),
        (setting(tags=("Backend",)), "setting", ("Main", "newCheckout"), "tags", None),
        (first("webhooks", content="{}"), "webhook", None, "content", "{}"),
        (
            first("integrations", environments=("Test",)),
            "integration",
            None,
            "environmentIds",
            None,
        ),
        (
            lambda found: attrs.evolve(
                found,
                preferences=attrs.evolve(found.preferences, show_variation_id=False),
            ),
            "preferences",
            (),
            "showVariationId",
            False,
        ),
    ],
)
def test_each_kind_of_entity_is_shown_field_by_field(
    found: Snapshot,
    *,
    change: Change,
    entity: str,
    key: tuple[str, ...] | None,
    field: str,
    after: Json,
) -> None:
    (shown,) = plan_of(change, found)
    assert (shown.entity, shown.kind) == (entity, "changed")
    assert key is None or shown.key == key
    changes = {one.field: one for one in shown.fields}
    assert field in changes
    assert after is None or changes[field].after == after
    assert changes[field].before != changes[field].after
    assert shown.to_json()["entity"] == entity


def test_values_and_links_are_shown(found: Snapshot) -> None:
    targeting = found.configs[0].settings[1].values["Test"].targeting
    other = attrs.evolve(targeting, default=not targeting.default, rules=())
    (shown,) = plan_of(value(0, "newCheckout", "Test", targeting=other), found)
    assert shown.key == ("Main", "newCheckout", "Test")
    assert "defaultValue" in {one.field for one in shown.fields}
    old = found.configs[2].settings[0].values["Test"].targeting
    other = attrs.evolve(old, default=not old.default)
    (shown,) = plan_of(value(2, "oldFlag", "Test", targeting=other), found)
    assert [one.field for one in shown.fields] == ["value"]
    place, link = next(
        ((config, one.key, environment), link)
        for config, each in enumerate(found.configs)
        for one in each.settings
        for environment, value_there in one.values.items()
        for link in value_there.links
    )
    links: tuple[Link, ...] = (attrs.evolve(link, description="other"),)
    shown_links = plan_of(value(*place, links=links), found)
    assert ("link", ["description"]) in [
        (one.entity, [field.field for field in one.fields]) for one in shown_links
    ]


def test_a_deletion_is_shown_and_a_creation_is_not(found: Snapshot) -> None:
    def change(snapshot: Snapshot) -> Snapshot:
        renamed = attrs.evolve(snapshot.tags[-1], name="brand new")
        return attrs.evolve(snapshot, tags=(*snapshot.tags, renamed))

    assert plan_of(change, found) == ()
    fewer = attrs.evolve(found, integrations=found.integrations[1:])
    options = PlanOptions(on_conflict="overwrite", reason="why", delete=True)
    (shown,) = plan_changes(plan_copy(fewer, found, options), found)
    assert (shown.entity, shown.kind, shown.fields) == ("integration", "deleted", ())


def test_a_plan_for_a_new_product_changes_nothing_that_exists() -> None:
    assert plan_changes(plan_copy(plain_product(), NEW), plain_product()) == ()


def test_secrets_are_not_shown(found: Snapshot) -> None:
    old = found.integrations[0]
    assert old.parameters
    new = dict.fromkeys(old.parameters, "a new secret")
    (shown,) = plan_of(first("integrations", parameters=new), found)
    (field,) = shown.fields
    assert field.field == "parameters"
    assert field.texts(100) == ("***", "*** (differs)")
    assert "a new secret" not in str(shown.to_json())


def test_a_long_text_is_cut_with_the_difference_in_view() -> None:
    common, size = "x" * 30_000, 90
    field = FieldChange("value", f"{common}old{common}", f"{common}new{common}")
    before, after = field.texts(size)
    assert (len(before), len(after)) == (size, size)
    assert ("old" in before, "new" in after) == (True, True)
    assert before.startswith("…")
    assert before.endswith("…")
    assert FieldChange("a", "short", None).texts(size) == ("short", "nothing")
    assert excerpts([f"{common}a", f"{common}b"], size) == [
        f"…{'x' * (size - 2)}a",
        f"…{'x' * (size - 2)}b",
    ]
    assert excerpts(["a" + common, "b"], 5) == ["axxx…", "b"]
    assert excerpts([common], 5) == ["xxxx…"]


def test_a_long_list_is_cut_between_its_items_and_the_rest_counted() -> None:
    people = [f"customer {number}" for number in range(200)]
    changed = [*people[:150], "a, new [one]", *people[150:]]
    for before, after, size in itertools.product(
        (people, people[:100], ["x"]), (changed, [*people, "last"]), (90, 300)
    ):
        cut = FieldChange("configs", before, after).texts(size)
        for text, items in zip(cut, (before, after), strict=True):
            assert len(text) <= size
            shown = json.loads(re.sub("… ([0-9]+) more", r"\1", text))
            count = sum(one if isinstance(one, int) else 1 for one in shown)
            assert count == len(items), text
            assert {one for one in shown if isinstance(one, str)} <= {*items}
        missing = next(one for one in after if one not in before)
        assert json.dumps(missing) in cut[1]


def test_a_long_list_of_values_is_cut_between_them() -> None:
    values = [{"value": f"a, b{number}"} for number in range(50)]
    cut, _ = FieldChange("values", values, values[:49]).texts(90)
    assert cut == '[… 47 more, {"value": "a, b47"}, {"value": "a, b48"}, ' + (
        '{"value": "a, b49"}]'
    )


def test_a_long_list_of_a_rule_is_cut_between_its_items() -> None:
    users = [f"customer-{number}" for number in range(200)]
    old = f"IF Identifier IS ONE OF [{', '.join(users)}] THEN ON"
    new = f"IF Identifier IS ONE OF [{', '.join([*users[:150], 'x'])}] THEN ON"
    for line in (*diff_lines([old], [new]), Line("new", old)):
        short = line.shortened(300).text
        assert len(short) <= 300
        found = re.fullmatch(r"IF Identifier IS ONE OF \[(.*)\] THEN ON", short)
        assert found is not None, short
        items = found[1].split(", ")
        omitted = [re.fullmatch("… ([0-9]+) more", one) for one in items]
        assert sum(int(one[1]) if one else 1 for one in omitted) == (
            151 if " x]" in short else 200
        )


def test_a_long_line_of_a_diff_is_cut_with_the_change_in_view() -> None:
    long = "x" * 30_000
    line = Line("new", long, "changed", long).shortened(90)
    assert line.changed == "changed"
    assert len(line.text) == 90
    assert len(Line("same", long).shortened(90).text) == 90


def test_a_cut_rule_keeps_its_value_in_view() -> None:
    users = ", ".join(f"customer-{number}" for number in range(200))
    for served in ("ON", "OFF"):
        text = f"IF Identifier IS ONE OF [{users}] THEN {served}"
        for line in (
            Line("new", text),
            Line("new", "", text),
            Line("new", "", "", text),
        ):
            short = line.shortened(300).text
            assert len(short) <= 300
            assert short.endswith(f"] THEN {served}")
    old = f"IF Identifier IS ONE OF [{users}] THEN ON"
    gone, new = diff_lines([old, "ELSE OFF"], [f"{old[:-2]}OFF", "ELSE OFF"])[:2]
    assert gone.shortened(300).text.endswith("THEN ON")
    assert new.shortened(300).text.endswith("THEN OFF")
