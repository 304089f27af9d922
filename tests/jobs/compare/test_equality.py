"""One comparison for planning, applying and verifying, case by case."""

from typing import Any, Final

import attrs
import pytest

from configcat_mgmt.jobs.compare.differences import differences
from configcat_mgmt.jobs.compare.equality import (
    differing,
    differing_listed,
    same_field,
    same_targeting,
)
from configcat_mgmt.jobs.model.snapshot import (
    Environment,
    Formula,
    Header,
    Integration,
    Link,
    PermissionGroup,
    Preferences,
    Setting,
    SettingInEnvironment,
    Snapshot,
    Tag,
    Variation,
    Webhook,
)
from configcat_mgmt.jobs.planning.options import PlanOptions
from configcat_mgmt.jobs.planning.plan_copy import plan_copy
from configcat_mgmt.json_value import JsonValue
from tests.jobs.snapshots import wide_snapshot

Json = Any


def ref(*key: str) -> Json:
    return {"$ref": list(key)}


def header(key: str, value: str | None, *, secure: bool = False) -> Json:
    return {"key": key, "value": value, "isSecure": secure}


def access(environment: str, kind: str | None) -> Json:
    return {"environmentId": environment, "environmentAccessType": kind}


def approval(environment: str, kind: str) -> Json:
    return {"environmentId": environment, "environmentApprovalPermissionType": kind}


CASES: Final[list[tuple[str, Json, Json, bool]]] = [
    # Headers: keys in any order, values of one key in theirs.
    ("webHookHeaders", [header("A", "1"), header("B", "2")],
     [header("b", "2"), header("a", "1")], True),
    ("webHookHeaders", [header("A", "1"), header("A", "2")],
     [header("A", "2"), header("A", "1")], False),
    ("webHookHeaders", [header("A", "1"), header("A", "2")],
     [header("a", "1"), header("A", "2")], True),
    ("webHookHeaders", [header("A", "1")], [header("A", None)], True),
    ("webHookHeaders", [header("A", None)], [header("A", "1")], True),
    ("webHookHeaders", [header("A", "1")], [{"key": "A", "isSecure": False}], True),
    ("webHookHeaders", [header("A", "1")], [header("A", "")], False),
    ("webHookHeaders", [header("A", "1")], [header("A", "1", secure=True)], False),
    ("webHookHeaders", [header("A", "x", secure=True)],
     [header("A", "****", secure=True)], True),
    ("webHookHeaders", [header("A", None)], [], False),
    ("webHookHeaders", [header("A", None)], [header("A", None)] * 2, False),
    ("webHookHeaders", [], None, True),
    # Sets.
    ("tags", [ref("tag", "A"), ref("tag", "B")], [ref("tag", "b"), ref("tag", "a")],
     True),
    ("tags", [2, 1], [{"tagId": 1, "name": "x"}, {"tagId": 2}], True),
    ("tags", [1], [{"tagId": 1}, {"tagId": 2}], False),
    ("tags", [], None, True),
    ("environmentIds", [ref("environment", "A")], [ref("environment", "a")], True),
    ("environmentIds", ["a", "b"], ["b", "a"], True),
    ("configIds", [], ["a"], False),
    # Accesses: no entry is no access; others than those wanted do not count.
    ("environmentAccesses", [access("a", "none")], [], True),
    ("environmentAccesses", [access("a", "full")], [], False),
    ("environmentAccesses", [access("a", "full")],
     [access("b", "full"), access("a", "full")], True),
    ("environmentAccesses", [access("a", "full")], [access("a", "none")], False),
    ("canDeleteTag", True, None, True),
    ("canDeleteTag", None, False, True),
    ("canDeleteTag", True, False, False),
    ("reasonRequiredEnvironments", [{"environmentId": "a", "reasonRequired": False}],
     [], True),
    ("reasonRequiredEnvironments", [{"environmentId": "a", "reasonRequired": True}],
     [], False),
    # Older snapshots and services lack these.
    ("isJson", True, None, True),
    ("isJson", True, False, False),
    ("approveRequired", True, None, True),
    ("approveRequired", False, True, False),
    ("approvalPermissionType", "custom", None, True),
    ("approvalPermissionType", "custom", "cannotApprove", False),
    ("newEnvironmentApprovalPermissionType", "canApproveOthers", None, True),
    ("newEnvironmentApprovalPermissionType", "canApproveOthers", "cannotApprove",
     False),
    ("environmentApprovalPermissions", [approval("a", "canApproveOthers")], None, True),
    ("environmentApprovalPermissions", [approval("a", "canApproveOthers")], [], False),
    ("environmentApprovalPermissions", [approval("a", "cannotApprove")], [], True),
    ("approveRequiredEnvironments", [{"environmentId": "a", "approveRequired": True}],
     None, True),
    ("approveRequiredEnvironments", [{"environmentId": "a", "approveRequired": True}],
     [], False),
    # Parameters: a value that is masked, or not there at all, may be any.
    ("parameters", {"key": "x"}, None, True),
    ("parameters", None, {"key": "x"}, True),
    ("parameters", {"key": "x"}, {"key": "***"}, True),
    ("parameters", {"key": "ab••••yz"}, {"key": "x"}, True),
    ("parameters", {"key": "x"}, {"key": "y"}, False),
    ("parameters", {"key": "x", "more": ""}, {"key": "x"}, True),
    ("parameters", {"key": "x"}, {"key": "x", "more": "y"}, False),
    ("parameters", {"key": "***", "url": "a"}, {"key": "x", "url": "b"}, False),
    # Texts: null, absent and empty are one.
    ("hint", None, "", True),
    ("hint", "", None, True),
    ("hint", None, "x", False),
    ("name", "A", "a", False),
    ("color", "#FF0000", "#ff0000", True),
    ("color", "panther", "whale", False),
    ("color", None, "", True),
    # Numbers and booleans.
    ("order", 0, None, False),
    ("order", 1, True, False),
    ("reasonRequired", False, 0, False),
    ("value", 2.0, 2, False),
    ("value", True, 1, False),
    ("defaultValue", {"doubleValue": 2.0}, {"doubleValue": 2}, True),
    ("defaultValue", {"doubleValue": 0.0}, {"doubleValue": -0.0}, True),
    ("defaultValue", {"doubleValue": 2.5}, {"doubleValue": 2}, False),
    ("defaultValue", {"doubleValue": 2.0}, {"intValue": 2}, False),
    ("defaultValue", {"boolValue": False}, {"boolValue": False, "intValue": None},
     True),
    ("defaultValue", {"boolValue": True}, {"intValue": 1}, False),
    ("defaultValue", {"predefinedVariationId": "v"},
     {"predefinedVariationId": "v", "stringValue": "x"}, True),
    ("defaultValue", {"predefinedVariationId": None, "stringValue": "x"},
     {"stringValue": "x"}, True),
    ("defaultValue", {"predefinedVariationId": ref("variation", "C", "k", "On")},
     {"predefinedVariationId": ref("variation", "c", "K", "On")}, True),
    ("defaultValue", {"predefinedVariationId": ref("variation", "C", "k", "On")},
     {"predefinedVariationId": ref("variation", "C", "k", "on")}, False),
    # Variations: value, name and hint in their order, without ids.
    ("predefinedVariations", [{"value": {"intValue": 1}, "name": "one"}],
     [{"value": {"intValue": 1, "boolValue": None}, "name": "one", "hint": "",
       "predefinedVariationId": "v"}], True),
    ("predefinedVariations", [{"value": {"intValue": 1}}, {"value": {"intValue": 2}}],
     [{"value": {"intValue": 2}}, {"value": {"intValue": 1}}], False),
    ("predefinedVariations", [{"value": {"intValue": 1}, "hint": "a"}],
     [{"value": {"intValue": 1}, "hint": "b"}], False),
    # Rules: order counts, null lists do not.
    ("targetingRules", [], None, True),
    ("targetingRules",
     [{"conditions": [], "value": {"intValue": 1}}],
     [{"conditions": None, "percentageOptions": [], "value": {"intValue": 1}}], True),
    ("rolloutPercentageItems", [{"percentage": 30, "value": True}],
     [{"percentage": 30, "value": True, "new": 1}], True),
]  # fmt: skip


@pytest.mark.parametrize(("name", "wanted", "found", "is_same"), CASES)
def test_a_field_is_the_same_or_not_whichever_side_asks(
    name: str, wanted: Json, found: Json, is_same: bool
) -> None:
    assert same_field(name, wanted, found) is is_same
    assert differing({name: wanted}, {name: found}) == (() if is_same else (name,))
    if not name.startswith("environmentA") and "RequiredEnvironments" not in name:
        assert same_field(name, found, wanted) is is_same


def test_absent_is_the_same_as_null() -> None:
    assert differing({"hint": None, "tags": []}, {}) == ()
    assert differing({}, {"hint": "x"}) == ("hint",)


BASE: Final = attrs.evolve(
    wide_snapshot(flags=0, environments=0, configs=1),
    environments=(Environment("Test"), Environment("Live")),
    tags=(Tag("a", "panther"), Tag("b", "whale")),
)


def hook(*headers: Header) -> Snapshot:
    (config,) = BASE.configs
    one = Webhook(config.name, "Test", "https://x.example", "post", headers=headers)
    return attrs.evolve(BASE, webhooks=(one,))


def chat(*environments: str, **parameters: str | None) -> Snapshot:
    one = Integration("Chat", "slack", parameters, environments)
    return attrs.evolve(BASE, integrations=(one,))


def group(rights: dict[str, bool], **accesses: str) -> Snapshot:
    one = PermissionGroup("Team", rights, "custom", "none", accesses)
    return attrs.evolve(BASE, permission_groups=(one,))


def setting(**fields: Json) -> Snapshot:
    (config,) = BASE.configs
    one = Setting(**{"key": "k", "name": "K", "type": "double", **fields})
    return attrs.evolve(BASE, configs=(attrs.evolve(config, settings=(one,)),))


def served(value: float, *links: Link) -> Snapshot:
    return setting(values={"Test": SettingInEnvironment(Formula(value), links=links)})


def tagged(*tags: str) -> Snapshot:
    return setting(tags=tags)


def colored(color: str | None) -> Snapshot:
    return attrs.evolve(BASE, environments=(Environment("Test", color=color),))


def demanding(*names: str) -> Snapshot:
    preferences = Preferences(reason_required_environments=names)
    return attrs.evolve(BASE, preferences=preferences)


PRODUCTS: Final[list[tuple[Snapshot, Snapshot, bool]]] = [
    (hook(Header("A", "1"), Header("B", "2")), hook(Header("b", "2"), Header("a", "1")),
     True),
    (hook(Header("A", "1"), Header("A", "2")), hook(Header("A", "2"), Header("A", "1")),
     False),
    (hook(Header("A", "1")), hook(Header("A", None)), True),
    (hook(Header("A", "1")), hook(Header("A", "2")), False),
    (chat(key="x"), chat(key="***"), True),
    (chat(key="x"), chat(key="y"), False),
    (chat("Test", "Live", key="x"), chat("live", "test", key="x"), True),
    (chat("Test", key="x"), chat(key="x"), False),
    (group({}, Test="none"), group({}), True),
    (group({}), group({}, Test="full"), False),
    (group({}, Test="full"), group({}), False),
    (group({"canDeleteTag": True}), group({}), True),
    (group({"canDeleteTag": True}), group({"canDeleteTag": False}), False),
    (tagged("a", "b"), tagged("B", "A"), True),
    (tagged("a"), tagged("a", "b"), False),
    (served(2.0), served(2), True),
    (served(2.0), served(2.5), False),
    (served(1.0, Link("jira", "X", "")), served(1.0, Link("jira", "X", None)), True),
    (served(1.0, Link("jira", "X", "d")), served(1.0, Link("jira", "X", "e")), False),
    (setting(variations=(Variation(1.0, "one", ""), Variation(2.0))),
     setting(variations=(Variation(1, "one", None), Variation(2))), True),
    (setting(variations=(Variation(1.0, "one"), Variation(2.0))),
     setting(variations=(Variation(1.0, "uno"), Variation(2.0))), False),
    (setting(hint=""), setting(hint=None), True),
    (setting(hint="x"), setting(hint=None), False),
    (colored("#AABBCC"), colored("#aabbcc"), True),
    (colored("red"), colored(None), False),
    (demanding("Test"), demanding("test"), True),
    (demanding(), demanding("Test"), False),
]  # fmt: skip


@pytest.mark.parametrize(("wanted", "found", "is_same"), PRODUCTS)
def test_a_plan_and_a_verification_agree(
    wanted: Snapshot, found: Snapshot, is_same: bool
) -> None:
    found = attrs.evolve(
        found, source=attrs.evolve(found.source, product_id=BASE.source.product_id)
    )
    options = PlanOptions(on_conflict="overwrite", reason="because")
    plan = plan_copy(wanted, found, options)
    assert plan.blockers == ()
    assert (plan.steps == ()) is is_same
    assert (differences(wanted, found) == ()) is is_same


def test_a_double_of_version_1_may_be_spelled_without_a_point() -> None:
    found = {**WANTED, "value": 2, "setting": {"settingType": "double"}}
    assert same_targeting({**WANTED, "value": 2.0}, found)
    assert not same_targeting({**WANTED, "value": 2.5}, found)
    found = {**WANTED, "value": 2, "setting": {"settingType": "int"}}
    assert not same_targeting({**WANTED, "value": 2.0}, found)


WANTED: Final[Json] = {
    "settingId": 7,
    "value": False,
    "rolloutRules": [
        {
            "comparisonAttribute": "Email",
            "comparator": "contains",
            "comparisonValue": "@example.com",
            "value": True,
        },
        {"segmentId": "1", "segmentComparator": "isIn", "value": True},
    ],
    "rolloutPercentageItems": [
        {"percentage": 30, "value": True},
        {"percentage": 70, "value": False},
    ],
}


def answered(value: Json) -> Json:
    """Return a value as the service answers it, with more than a plan knows of."""
    rules = [
        {
            "comparisonAttribute": None,
            "comparator": None,
            "comparisonValue": None,
            "segmentId": None,
            "segmentComparator": None,
            **rule,
            "new": "field",
        }
        for rule in value["rolloutRules"]
    ]
    items = [{**item, "new": 1} for item in value["rolloutPercentageItems"]]
    return {
        **value,
        "rolloutRules": rules,
        "rolloutPercentageItems": items,
        "setting": {},
    }


def test_what_is_there_as_wanted_is_the_same() -> None:
    assert same_targeting(WANTED, answered(WANTED))
    empty = {"value": "", "rolloutRules": [], "rolloutPercentageItems": []}
    assert same_targeting({"value": ""}, empty)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("value",), True),
        (("rolloutRules", 0, "comparisonAttribute"), "Country"),
        (("rolloutRules", 0, "comparator"), "doesNotContain"),
        (("rolloutRules", 0, "comparisonValue"), "@example.org"),
        (("rolloutRules", 0, "value"), False),
        (("rolloutRules", 1, "segmentId"), "2"),
        (("rolloutRules", 1, "segmentComparator"), "isNotIn"),
        (("rolloutRules",), []),
        (("rolloutPercentageItems", 0, "percentage"), 31),
        (("rolloutPercentageItems", 1, "value"), True),
        (("rolloutPercentageItems",), []),
    ],
)
def test_every_part_counts(path: tuple[str | int, ...], value: Json) -> None:
    other = answered(WANTED)
    place = other
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    assert not same_targeting(WANTED, other)
    assert not same_targeting(other, WANTED)


def test_the_order_counts() -> None:
    other = {**WANTED, "rolloutRules": WANTED["rolloutRules"][::-1]}
    assert not same_targeting(WANTED, answered(other))


USER = {
    "userCondition": {
        "comparisonAttribute": "Email",
        "comparator": "isOneOf",
        "comparisonValue": {"listValue": [{"value": "a"}]},
    }
}
FOUND_USER = {
    "userCondition": {
        "comparisonAttribute": "Email",
        "comparator": "isOneOf",
        "comparisonValue": {
            "stringValue": None,
            "doubleValue": None,
            "listValue": [{"value": "a", "hint": None}],
        },
    },
    "segmentCondition": None,
    "prerequisiteFlagCondition": None,
}


def accesses(**by_environment: str) -> list[JsonValue]:
    return [
        {"environmentId": name, "environmentAccessType": access}
        for name, access in by_environment.items()
    ]


@pytest.mark.parametrize(
    ("wanted", "found", "fields"),
    [
        ({"name": "a"}, {"name": "a", "order": 4}, ()),
        ({"name": "a"}, {"name": "A"}, ("name",)),
        ({"color": "#AABBCC"}, {"color": "#aabbcc"}, ()),
        ({"color": "whale"}, {"color": None}, ("color",)),
        ({"description": ""}, {"description": None}, ()),
        ({"description": None}, {"description": "x"}, ("description",)),
        ({"order": 0}, {"order": 1}, ("order",)),
        ({"canDeleteTag": False}, {"canDeleteTag": True}, ("canDeleteTag",)),
        ({"initialValues": [1]}, {"name": "a"}, ()),
        ({"tags": [2, 1]}, {"tags": [{"tagId": 1}, {"tagId": 2}]}, ()),
        ({"tags": [1]}, {"tags": [{"tagId": 1}, {"tagId": 2}]}, ("tags",)),
        ({"tags": []}, {"tags": [{"tagId": 1}]}, ("tags",)),
        (
            {"environmentAccesses": accesses(e="full")},
            {"environmentAccesses": accesses(f="none", e="full")},
            (),
        ),
        (
            {"environmentAccesses": accesses(e="full")},
            {"environmentAccesses": accesses(e="none")},
            ("environmentAccesses",),
        ),
        (
            {"predefinedVariations": [{"value": {"intValue": 1}, "name": "one"}]},
            {
                "predefinedVariations": [
                    {
                        "value": {"intValue": 1, "boolValue": None},
                        "name": "one",
                        "hint": None,
                        "predefinedVariationId": "v",
                    }
                ]
            },
            (),
        ),
        (
            {"predefinedVariations": [{"value": {"intValue": 1}}]},
            {"predefinedVariations": [{"value": {"intValue": 2}}]},
            ("predefinedVariations",),
        ),
        (
            {"webHookHeaders": [{"key": "A", "value": "secret", "isSecure": True}]},
            {"webHookHeaders": [{"key": "a", "value": "****", "isSecure": True}]},
            (),
        ),
        (
            {"webHookHeaders": [{"key": "A", "value": "x", "isSecure": False}]},
            {"webHookHeaders": [{"key": "A", "value": "y", "isSecure": False}]},
            ("webHookHeaders",),
        ),
        (
            {"environmentIds": ["a", "b"], "parameters": {"key": "x"}},
            {"environmentIds": ["b", "a"], "parameters": {"key": "***"}},
            (),
        ),
        ({"configIds": []}, {"configIds": ["a"]}, ("configIds",)),
    ],
)  # fmt: skip
def test_what_was_given_is_compared_with_what_is_there(
    wanted: dict[str, JsonValue], found: dict[str, JsonValue], fields: tuple[str, ...]
) -> None:
    assert differing_listed(wanted, found) == fields


def formula(default: JsonValue, *rules: JsonValue) -> dict[str, JsonValue]:
    return {"defaultValue": default, "targetingRules": list(rules)}


@pytest.mark.parametrize(
    ("wanted", "found", "is_same"),
    [
        (formula({"boolValue": True}), formula({"boolValue": True}), True),
        (formula({"boolValue": True}), formula({"boolValue": False}), False),
        (formula({"boolValue": True}), formula({"intValue": 1}), False),
        (formula({"intValue": 1}), formula({"doubleValue": 1.0}), False),
        (formula({"doubleValue": 1.0}), formula({"doubleValue": 1}), True),
        (
            formula({"predefinedVariationId": "v"}),
            formula({"predefinedVariationId": "v", "stringValue": "x"}),
            True,
        ),
        (
            formula({"predefinedVariationId": "v"}),
            formula({"predefinedVariationId": "w"}),
            False,
        ),
        (
            formula({"intValue": 1}, {"conditions": [USER], "value": {"intValue": 2}}),
            formula(
                {"intValue": 1},
                {
                    "conditions": [FOUND_USER],
                    "percentageOptions": [],
                    "value": {"intValue": 2, "stringValue": None},
                },
            ),
            True,
        ),
        (
            formula({"intValue": 1}),
            formula({"intValue": 1}, {"conditions": [FOUND_USER], "value": {}}),
            False,
        ),
        (
            {**formula({"intValue": 1}), "percentageEvaluationAttribute": None},
            {**formula({"intValue": 1}), "percentageEvaluationAttribute": "Country"},
            False,
        ),
    ],
)
def test_formulas_are_the_same_only_if_they_serve_the_same(
    wanted: dict[str, JsonValue], found: dict[str, JsonValue], is_same: bool
) -> None:
    assert same_targeting(wanted, found) is is_same
