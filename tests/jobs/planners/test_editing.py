"""Edits of settings, and the issues about settings that an edit does not fit."""

from typing import Any, Final

import attrs
import pytest

from configcat_mgmt import ConfigurationError
from configcat_mgmt.jobs.model.selection import Criteria, Selection
from configcat_mgmt.jobs.model.snapshot import (
    Formula,
    Gap,
    Preferences,
    Setting,
    Snapshot,
    Tag,
)
from configcat_mgmt.jobs.model.snapshot_file import snapshot_hash
from configcat_mgmt.jobs.planners.edit import Edit, edited, plan_edit
from tests.jobs.plan_facts import codes, issue_of, only_step
from tests.jobs.products import config_of, plain_product, setting_of

Json = Any

TAGS: Final = (Tag("Mobile", id=1), Tag("old", id=2))
KEYS: Final = ("one", "two", "three")


def product(*settings: Setting, **fields: Json) -> Snapshot:
    """Three flags unless settings are given."""
    chosen = settings or tuple(map(named, KEYS))
    return plain_product(config_of(*chosen), **{"tags": TAGS, **fields})


def named(key: str, **fields: Json) -> Setting:
    return attrs.evolve(setting_of(key, **fields), name=f"Flag {key}")


def one(**fields: Json) -> Snapshot:
    return product(named("one", **fields))


def after(snapshot: Snapshot, **fields: Json) -> Setting:
    """Edit the only setting of a product; doing it again changes nothing more."""
    edit = Edit(**fields)
    wanted = edited(snapshot, edit)
    again = plan_edit(wanted, edit)
    assert again.is_empty, again.steps
    (setting,) = wanted.configs[0].settings
    return setting


def only(**criteria: Json) -> Selection:
    return Selection(Criteria(**criteria))


def test_tags_are_added_and_removed_in_whatever_case_they_are() -> None:
    snapshot = one(tags=("Mobile",))
    assert after(snapshot, add_tags="OLD").tags == ("Mobile", "old")
    assert after(snapshot, remove_tags="mobile").tags == ()
    assert (
        after(snapshot, add_tags=["mobile", "MOBILE"])
        == (snapshot.configs[0].settings[0])
    )
    both = after(snapshot, add_tags=("new", "old"), remove_tags=("Mobile",))
    assert both.tags == ("new", "old")


def test_tags_that_are_not_there_are_made_once() -> None:
    plan = plan_edit(product(), Edit(add_tags=["New", "new", "mobile"]))
    assert plan.kind == "edit"
    assert plan.source_hash == snapshot_hash(product())
    assert codes(plan) == []
    assert plan.calls() == {"create-tag": 1, "replace-setting": 3}
    first, *others = plan.steps
    assert first.body == {"name": "New"}
    for step in others:
        body: Json = step.body
        assert body["tags"] == [{"$ref": ["tag", "Mobile"]}, {"$ref": ["tag", "New"]}]
        assert step.replaces == {"tags": []}
    none = plan_edit(product(), Edit(add_tags="New"), selection=only(keys="x"))
    assert none.is_empty
    assert codes(none) == ["CC117", "CC118"]


def test_tags_are_not_made_if_it_is_not_known_which_there_are() -> None:
    snapshot = product(
        setting_of("one", tags=("used",)),
        setting_of("two"),
        tags=(),
        gaps=(Gap("tag", "*", "403"),),
    )
    plan = plan_edit(snapshot, Edit(add_tags=["USED", "new"]))
    assert issue_of(plan, "CC528").cause.endswith("a second time: new.")
    assert issue_of(plan, "CC528").severity == "blocker"
    plan = plan_edit(snapshot, Edit(add_tags="USED"))
    assert plan.blockers == ()
    assert only_step(plan).key == ("Main", "two")


def test_tags_to_remove_that_the_product_does_not_have_are_named() -> None:
    plan = plan_edit(product(), Edit(remove_tags=["old", "odl"]))
    assert plan.is_empty
    assert issue_of(plan, "CC526").cause.endswith("removed: odl.")


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ({"name": "Same"}, "Same"),
        ({"name": "{key}"}, "one"),
        ({"name": "[shop] {name}"}, "[shop] Flag one"),
        ({"name": "{name} ({key})"}, "Flag one (one)"),
        ({"name": " {name} / {name} "}, "Flag one / Flag one"),
        ({"name": "{name}"}, "Flag one"),
        ({"name": '{name} {"a": 1} {other}'}, 'Flag one {"a": 1} {other}'),
        ({"replace_in_name": ("Flag", "Switch")}, "Switch one"),
        ({"replace_in_name": ("Flag", "New Flag")}, "New Flag one"),
        ({"replace_in_name": ("flag", "Switch")}, "Flag one"),
        ({"replace_in_name": ("Flag ", "")}, "one"),
    ],
)
def test_names_are_made_of_templates(fields: Json, name: str) -> None:
    assert after(one(), **fields).name == name


@pytest.mark.parametrize(
    ("before", "template", "hint"),
    [
        ("Old", "New", "New"),
        ("Old", "", None),
        ("Old", "{hint}. Owned by shop", "Old. Owned by shop"),
        (None, "{hint} Owned by shop", "Owned by shop"),
        ("{key}", "{hint} of {key} ({name})", "{key} of one (Flag one)"),
        (None, "{hint}", None),
        ("Two\nlines", "{hint} and more", "Two\nlines and more"),
    ],
)
def test_hints_are_made_of_templates(
    before: str | None, template: str, hint: str | None
) -> None:
    assert after(one(hint=before), hint=template).hint == hint


def test_a_name_that_only_looks_like_the_template_is_made_anew() -> None:
    snapshot = product(attrs.evolve(setting_of("one"), name="a / b"))
    assert after(snapshot, name="{name} / {name}").name == "a / b / a / b"


def test_a_hint_has_the_new_name_in_it() -> None:
    found = after(one(), name="{name} x", hint="About {name}")
    assert (found.name, found.hint) == ("Flag one x", "About Flag one x")


def test_placeholders_that_stand_for_nothing_are_named() -> None:
    plan = plan_edit(one(), Edit(name="{nmae} {hint}", hint="{name} {hint} {a b}"))
    issue = issue_of(plan, "CC527")
    assert issue.severity == "warning"
    assert issue.cause.endswith("as they are: {nmae}, {hint}.")
    assert issue.remedy.startswith("Put name or key in braces")


def test_names_and_hints_that_the_service_would_refuse_block() -> None:
    snapshot = product(
        attrs.evolve(setting_of("long", hint="y" * 990), name="x" * 250),
        setting_of("short"),
    )
    edit = Edit(name="{name} abcd", hint="{hint} 0123456789")
    plan = plan_edit(snapshot, edit)
    assert codes(plan) == ["CC525"]
    assert issue_of(plan, "CC525").cause.endswith("long (1,001).")
    assert len(edited(snapshot, edit).configs[0].settings[0].name) == 255
    plan = plan_edit(snapshot, Edit(name="{name} abcde"))
    assert issue_of(plan, "CC524").cause.endswith("long (256).")
    plan = plan_edit(snapshot, Edit(replace_in_name=("short", " ")))
    assert issue_of(plan, "CC524").cause.endswith("short (0).")
    assert plan.is_empty
    assert len(plan.blockers) == 1


def test_hints_that_are_mandatory_cannot_be_cleared() -> None:
    demanding = Preferences(mandatory_setting_hint=True)
    snapshot = attrs.evolve(one(hint="Old"), preferences=demanding)
    plan = plan_edit(snapshot, Edit(hint=""))
    assert issue_of(plan, "CC206").severity == "blocker"
    assert plan_edit(snapshot, Edit(hint="New")).blockers == ()


def test_places_go_on_from_setting_to_setting_of_a_config() -> None:
    settings = tuple(setting_of(key, order=number) for number, key in enumerate(KEYS))
    snapshot = plain_product(
        config_of(*settings), config_of(*settings, name="Other"), tags=TAGS
    )
    wanted = edited(snapshot, Edit(order=10, order_step=5), only(keys=["one", "three"]))
    for config in wanted.configs:
        assert [setting.order for setting in config.settings] == [10, 1, 15]
    assert [
        setting.order for setting in edited(snapshot, Edit(order=0)).configs[0].settings
    ] == [0, 0, 0]


def test_unchanged_settings_need_no_call() -> None:
    snapshot = product(
        setting_of("one", hint="Same"),
        setting_of("two", hint="Other"),
        setting_of("three"),
    )
    plan = plan_edit(snapshot, Edit(hint="Same"), selection=only(keys=["one", "two"]))
    step = only_step(plan)
    assert step.key == ("Main", "two")
    assert step.replaces == {"hint": "Other"}
    body: Json = step.body
    assert body["hint"] == "Same"


def test_a_selection_by_values_looks_at_selected_environments() -> None:
    on, off = Formula(True), Formula(False)
    snapshot = product(
        attrs.evolve(
            setting_of("one", on, environments=["Test"]),
            values={
                **setting_of("a", on, environments=["Test"]).values,
                **setting_of("a", off, environments=["Production"]).values,
            },
        )
    )
    edit = Edit(add_tags="on")
    for environment, expected in (("Test", 2), ("Production", 0)):
        chosen = only(environments=environment, values=(True,))
        plan = plan_edit(snapshot, edit, selection=chosen)
        assert len(plan.steps) == expected


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({}, "it changes nothing; set `add_tags`, `value`"),
        ({"order_step": 3, "hint": "x"}, "needs `order`"),
        ({"order": 1, "order_step": -3}, "must not be negative"),
        ({"order": -1}, "from 0 to 2,147,483,647"),
        ({"add_tags": ["a", ""]}, "1 to 255 characters"),
        ({"remove_tags": "x" * 256}, "1 to 255 characters"),
        ({"add_tags": "a", "remove_tags": ["b", "A"]}, "'a' is both added and remov"),
        ({"replace_in_name": ("", "x")}, "the text to replace in names is empty"),
        ({"replace_in_name": ("a", "b"), "name": "{key}"}, "exclude each other"),
        ({"value": ""}, "an empty string"),
        ({"value": float("nan")}, "finite"),
        ({"value": [1]}, "value must be True or False, text"),
    ],
)
def test_an_edit_that_makes_no_sense_is_refused(fields: Json, message: str) -> None:
    with pytest.raises(ConfigurationError, match=message):
        Edit(**fields)


@pytest.mark.parametrize(
    "selection", [only(entities="tag"), Selection(exclude=Criteria(entities="tag"))]
)
def test_a_selection_cannot_say_what_the_edit_says(selection: Selection) -> None:
    for job in (edited, plan_edit):
        with pytest.raises(ConfigurationError, match="entities"):
            job(one(), Edit(hint="x"), selection=selection)
