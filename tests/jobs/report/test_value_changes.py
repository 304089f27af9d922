"""Changes of values between two products, two times and two environments."""

import json

import attrs
import pytest

from configcat_mgmt import AsyncManagementClient
from configcat_mgmt.errors import ConfigurationError
from configcat_mgmt.jobs.model.selection import Criteria, Selection
from configcat_mgmt.jobs.model.snapshot import (
    Config,
    Environment,
    Formula,
    Gap,
    Plain,
    PrerequisiteCondition,
    Rule,
    Setting,
    SettingInEnvironment,
    Snapshot,
    Variation,
)
from configcat_mgmt.jobs.report.value_changes import (
    ValueChange,
    environment_changes,
    value_changes,
)
from configcat_mgmt.jobs.snapshotting.product import take_snapshot
from tests.jobs.looking import setting_path, with_value
from tests.jobs.report.samples import SOURCE
from tests.jobs.world import World
from tests.jobs.world_values import plain_formula


def setting(key: str, kind: str = "boolean", **values: Plain | Formula) -> Setting:
    """Make a setting with a value for each environment, called by its name."""
    found = {
        name: SettingInEnvironment(
            value if isinstance(value, Formula) else Formula(value)
        )
        for name, value in values.items()
    }
    return Setting(key, key, kind, values=found)


def product(*settings: Setting, gaps: tuple[Gap, ...] = ()) -> Snapshot:
    return Snapshot(
        SOURCE,
        "Shop",
        environments=(Environment("Production"), Environment("Test")),
        configs=(Config("Main", "v2", settings=settings),),
        gaps=gaps,
    )


def said(changes: tuple[ValueChange, ...]) -> list[tuple[str, str, object, object]]:
    return [(one.key, one.environment, one.before, one.after) for one in changes]


def test_a_product_has_no_changes_against_itself() -> None:
    one = product(setting("a", Production=True), setting("b", "int", Production=1))
    assert value_changes(one, one) == ()


def test_what_changed_is_shown_before_and_after() -> None:
    before = product(setting("a", Production=True, Test=False))
    after = product(setting("a", Production=False, Test=False))
    assert said(value_changes(before, after)) == [
        ("a", "Production", ("TO ALL USERS ON",), ("TO ALL USERS OFF",))
    ]


def test_things_are_the_same_whatever_the_case_of_their_names() -> None:
    before = product(setting("Flag", Production=True))
    after = product(setting("flag", PRODUCTION=True))
    assert value_changes(before, after) == ()


def test_true_is_not_one_and_a_double_is_no_int() -> None:
    before = product(setting("a", Production=True), setting("b", "int", Test=2))
    after = product(setting("a", "int", Production=1), setting("b", "double", Test=2.0))
    assert said(value_changes(before, after)) == [
        ("a", "Production", ("TO ALL USERS ON",), ("TO ALL USERS 1",)),
        ("b", "Test", ("TO ALL USERS 2",), ("TO ALL USERS 2.0",)),
    ]


def test_a_prerequisite_that_changed_its_type_is_a_change() -> None:
    def on(value: Plain) -> Formula:
        return Formula(
            False, (Rule((PrerequisiteCondition("other", "equals", value),), True),)
        )

    before = product(setting("a", Test=on(value=True)))
    after = product(setting("a", Test=on(1)))
    (change,) = value_changes(before, after)
    assert [line.text for line in change.lines if line.kind != "same"] == [
        "IF FLAG other EQUALS ON THEN ON",
        "IF FLAG other EQUALS 1 THEN ON",
    ]


def test_what_only_one_side_has_is_all_new_or_all_gone() -> None:
    before = product(setting("old", Production=True))
    after = product(setting("new", Test=True))
    changes = value_changes(before, after)
    assert said(changes) == [
        ("new", "Test", None, ("TO ALL USERS ON",)),
        ("old", "Production", ("TO ALL USERS ON",), None),
    ]
    assert [[line.kind for line in one.lines] for one in changes] == [["new"], ["gone"]]


@pytest.mark.parametrize(
    "gap",
    [
        Gap("config", "*", "left out"),
        Gap("setting", "Main/*", "forbidden"),
        Gap("values", "Main/Production", "forbidden"),
        Gap("values", "main/production/A", "unreadable"),
        Gap("environment", "*", "forbidden"),
    ],
    ids=str,
)
@pytest.mark.parametrize("is_before", [True, False])
def test_what_could_not_be_read_is_no_change(gap: Gap, is_before: bool) -> None:
    full = product(setting("a", Production=True))
    partial = product(setting("a"), gaps=(gap,))
    pair = (partial, full) if is_before else (full, partial)
    assert value_changes(*pair) == ()
    assert len(value_changes(product(setting("a")), full)) == 1


def test_a_new_name_of_a_variation_is_no_change_of_the_value() -> None:
    one = setting("provider", "string", Test="adyen", Production="stripe")
    before = attrs.evolve(one, variations=(Variation("adyen", "Adyen"),))
    after = attrs.evolve(one, variations=(Variation("adyen", "Adyen EU"),))
    assert value_changes(product(before), product(after)) == ()
    (change,) = environment_changes(product(after), "Test", "Production")
    assert change.after == ('TO ALL USERS "adyen" (Adyen EU)',)


def test_only_what_is_selected_on_either_side_is_compared() -> None:
    before = product(
        setting("a", Production=True, Test=True), setting("b", Production=True)
    )
    after = product(
        setting("a", Production=False, Test=False), setting("b", Production=False)
    )

    def places(only: Criteria) -> list[tuple[str, str]]:
        changes = value_changes(before, after, Selection(only=only))
        return [(one.key, one.environment) for one in changes]

    assert places(Criteria(keys="A")) == [("a", "Production"), ("a", "Test")]
    assert places(Criteria(environments="test")) == [("a", "Test")]
    assert places(Criteria(configs="Other")) == []
    assert places(Criteria(entities="setting")) == []
    # On one side only they serve what is asked for.
    assert places(Criteria(values=[False], environments="Test")) == [("a", "Test")]


def test_an_environment_is_held_against_another_one() -> None:
    one = product(setting("a", Production=False, Test=True), setting("b", Test=True))
    assert said(environment_changes(one, "TEST", "production")) == [
        ("a", "Production", ("TO ALL USERS OFF",), ("TO ALL USERS ON",))
    ]
    assert environment_changes(one, "Test", "Test") == ()
    nothing = Selection(only=Criteria(keys="b"))
    assert environment_changes(one, "Test", "Production", nothing) == ()


def test_an_environment_that_is_not_there_is_refused() -> None:
    with pytest.raises(ConfigurationError, match="'QA'; it has 'Production', 'Test'"):
        environment_changes(product(), "Production", "QA")


def test_a_change_as_json_has_everything() -> None:
    before = product(setting("a", Production=False))
    rule = Rule((PrerequisiteCondition("b", "equals", value=True),), True)
    after = product(setting("a", Production=Formula(False, (rule,))))
    (change,) = value_changes(before, after)
    assert json.loads(json.dumps(change.to_json())) == {
        "config": "Main",
        "key": "a",
        "environment": "Production",
        "before": ["TO ALL USERS OFF"],
        "after": ["IF FLAG b EQUALS ON THEN ON", "ELSE OFF"],
        "diff": [
            {"kind": "new", "text": "IF FLAG b EQUALS ON THEN ON"},
            {"kind": "same", "text": "ELSE OFF"},
        ],
    }


async def test_changes_of_a_real_product_are_found(
    client: AsyncManagementClient, shop: World
) -> None:
    before = await take_snapshot(client, shop.product_id)
    await shop.set_formula("Main", "killSwitch", "Staging", plain_formula(False))
    after = await take_snapshot(client, shop.product_id)
    assert said(value_changes(before, after)) == [
        (
            "killSwitch",
            "Staging",
            ('IF FLAG provider EQUALS "none" THEN OFF', "ELSE ON"),
            ("TO ALL USERS OFF",),
        )
    ]
    path = (*setting_path(after, "Main", "taxRate"), "values", "Test", "targeting")
    changed = with_value(after, path, Formula(0.5))
    assert [one.key for one in value_changes(after, changed)] == ["taxRate"]
