"""The content of a published config."""

import base64
import hashlib
import json
from collections.abc import Callable
from typing import Any

import pytest
import requests

from configcat_mgmt.emulator import Emulator
from configcat_mgmt.emulator.domain.evaluation import Formula
from configcat_mgmt.emulator.published.compile_values import variation_id
from tests.emulator.published.managed import Managed, Manager
from tests.emulator.published.plans import Kind, Plan
from tests.evaluator import evaluation

Json = Any


def published(running: Emulator, managed: Managed) -> requests.Response:
    """Download the config with plain HTTP."""
    path = f"/configuration-files/{managed.sdk_key}/config_v6.json"
    response = requests.get(running.base_url + path, timeout=60)
    assert response.status_code == 200
    return response


def served(key: str, value: Json, member: str) -> Json:
    """Return a value with its variation id."""
    return {"v": {member: value}, "i": evaluation.variation_id(key, value)}


def asked(comparator: str, value: Json, attribute: str = "Email") -> Json:
    """Return a condition on the user."""
    return {
        "comparisonAttribute": attribute,
        "comparator": comparator,
        "comparisonValue": value,
    }


def formula(default: Json, *rules: Json, **rest: Json) -> Json:
    """Return a V2 value."""
    return {"defaultValue": default, "targetingRules": list(rules), **rest}


def v2(manager: Manager, *entries: Json, segments: list[Json] | None = None) -> Managed:
    """Make a V2 config with settings of these kinds and values."""
    listed = [{"kind": kind, "value": value} for kind, value in entries]
    return manager.manage(Plan(segments or [], [], listed, []))[1]


def v1(manager: Manager, *entries: Json, segments: list[Json] | None = None) -> Managed:
    """Make a V1 config with settings of these kinds and values."""
    listed = [{"kind": kind, "value": value} for kind, value in entries]
    return manager.manage(Plan(segments or [], listed, [], []))[0]


def rule(*conditions: Json, **rest: Json) -> Json:
    """Return a targeting rule of V2 that serves true, unless something else is told."""
    return {"conditions": list(conditions), **(rest or {"value": {"boolValue": True}})}


def items(*texts: str) -> Json:
    """Return a list to compare with."""
    return {"listValue": [{"value": text, "hint": "not published"} for text in texts]}


ON = {"boolValue": True}
OFF = {"boolValue": False}


def test_a_v2_config_is_published_in_the_form_that_sdks_read(
    running: Emulator, manager: Manager
) -> None:
    halves = [{"percentage": 50, "value": ON}, {"percentage": 50, "value": OFF}]
    flag = formula(
        OFF,
        rule(
            asked("containsAnyOf", items("@a", "@b")),
            asked("semVerLess", {"stringValue": "1.0.0"}, "Version"),
            asked("dateTimeAfter", {"doubleValue": 5}, "Now"),
        ),
        rule({"segment": 0, "comparator": "isNotIn"}, percentageOptions=halves),
        rule(
            {"prerequisite": 0, "comparator": "doesNotEqual", "value": {"intValue": 7}}
        ),
        rule(percentageOptions=halves),
        percentageEvaluationAttribute="Country",
    )
    segment = {**asked("isOneOf", " x , y,"), "name": "Some people"}
    managed = v2(
        manager,
        (Kind("int"), formula({"intValue": 7})),
        (Kind("boolean"), flag),
        segments=[segment],
    )
    text = published(running, managed).json()
    preferences = text.pop("p")
    assert len(base64.b64decode(preferences.pop("s"), validate=True)) == 32
    assert preferences == {"u": running.base_url, "r": 0}
    on, off = served("setting1", True, "b"), served("setting1", False, "b")
    options = [{"p": 50, **on}, {"p": 50, **off}]
    assert text == {
        "s": [{"n": "Some people", "r": [{"a": "Email", "c": 0, "l": ["x", "y"]}]}],
        "f": {
            "setting0": {"t": 2, **served("setting0", 7, "i")},
            "setting1": {
                "t": 0,
                "a": "Country",
                "r": [
                    {
                        "c": [
                            {"u": {"a": "Email", "c": 2, "l": ["@a", "@b"]}},
                            {"u": {"a": "Version", "c": 6, "s": "1.0.0"}},
                            {"u": {"a": "Now", "c": 19, "d": 5.0}},
                        ],
                        "s": on,
                    },
                    {"c": [{"s": {"s": 0, "c": 1}}], "p": options},
                    {
                        "c": [{"p": {"f": "setting0", "c": 1, "v": {"i": 7}}}],
                        "s": on,
                    },
                ],
                "p": options,
                **off,
            },
        },
    }


def test_a_v1_config_is_published_in_the_same_form(
    running: Emulator, manager: Manager
) -> None:
    value = {
        "value": 1.5,
        "rolloutRules": [
            {**asked("contains", "a, b"), "value": 2},
            {**asked("semVerIsNotOneOf", "1.0.0, 2.0.0"), "value": 3},
            {**asked("semVerGreater", " 1.0.0 "), "value": 4},
            {**asked("numberLess", " 1,5 "), "value": 5},
            {"segment": 0, "segmentComparator": "isIn", "value": 6},
        ],
        "rolloutPercentageItems": [
            {"percentage": 30, "value": 7},
            {"percentage": 70, "value": 8.25},
        ],
    }
    segment = {**asked("doesNotContain", "x,y"), "name": "Others"}
    managed = v1(manager, (Kind("double"), value), segments=[segment])
    text = published(running, managed).json()

    def part(number: float) -> Json:
        return served("setting0", number, "d")

    conditions = [
        {"u": {"a": "Email", "c": 2, "l": ["a, b"]}},
        {"u": {"a": "Email", "c": 5, "l": ["1.0.0", "2.0.0"]}},
        {"u": {"a": "Email", "c": 8, "s": "1.0.0"}},
        {"u": {"a": "Email", "c": 12, "d": 1.5}},
        {"s": {"s": 0, "c": 0}},
    ]
    assert text["s"] == [{"n": "Others", "r": [{"a": "Email", "c": 3, "l": ["x,y"]}]}]
    assert text["f"] == {
        "setting0": {
            "t": 3,
            "r": [
                {"c": [condition], "s": part(2.0 + number)}
                for number, condition in enumerate(conditions)
            ],
            "p": [{"p": 30, **part(7.0)}, {"p": 70, **part(8.25)}],
            **part(1.5),
        }
    }


def test_sensitive_texts_are_hashed_with_the_salt_and_where_they_stand(
    running: Emulator, manager: Manager
) -> None:
    hidden = [
        ("sensitiveIsOneOf", items("Köln", "b")),
        ("sensitiveIsNotOneOf", items("Köln", "b")),
        ("sensitiveTextEquals", {"stringValue": "Köln"}),
        ("sensitiveTextDoesNotEqual", {"stringValue": "Köln"}),
        ("sensitiveArrayContainsAnyOf", items("Köln", "b")),
        ("sensitiveArrayDoesNotContainAnyOf", items("Köln", "b")),
        ("sensitiveTextStartsWithAnyOf", items("Köln", "b")),
        ("sensitiveTextNotStartsWithAnyOf", items("Köln", "b")),
        ("sensitiveTextEndsWithAnyOf", items("Köln", "b")),
        ("sensitiveTextNotEndsWithAnyOf", items("Köln", "b")),
    ]
    rules = [rule(asked(comparator, value)) for comparator, value in hidden]
    rules.append(rule({"segment": 0, "comparator": "isIn"}))
    segment = {**asked("sensitiveIsOneOf", "Köln , b"), "name": "Ünder cover"}
    managed = v2(manager, (Kind("boolean"), formula(OFF, *rules)), segments=[segment])
    text = published(running, managed).json()
    salt = text["p"]["s"]

    def hashed(value: str, place: str = "setting0") -> str:
        return hashlib.sha256(f"{value}{salt}{place}".encode()).hexdigest()

    both = [hashed("Köln"), hashed("b")]
    parts = [f"5_{both[0]}", f"1_{both[1]}"]
    conditions = [one["c"][0] for one in text["f"]["setting0"]["r"]]
    assert conditions[:-1] == [
        {"u": {"a": "Email", "c": number, member: value}}
        for number, member, value in (
            (16, "l", both),
            (17, "l", both),
            (20, "s", both[0]),
            (21, "s", both[0]),
            (26, "l", both),
            (27, "l", both),
            (22, "l", parts),
            (23, "l", parts),
            (24, "l", parts),
            (25, "l", parts),
        )
    ]
    (condition,) = text["s"][0]["r"]
    assert condition["l"] == [hashed("Köln", "Ünder cover"), hashed("b", "Ünder cover")]
    assert "Köln" not in json.dumps(text, ensure_ascii=False)


def test_whole_doubles_keep_their_point(running: Emulator, manager: Manager) -> None:
    other = rule(
        {"prerequisite": 0, "comparator": "equals", "value": {"doubleValue": 3}},
        value={"doubleValue": 4},
    )
    managed = v2(
        manager,
        (Kind("double", (1, 3)), formula({"position": 0})),
        (Kind("double"), formula({"doubleValue": 5})),
    )
    text = published(running, managed).text
    for written in ("1.0", "5.0"):
        assert f'{{"d":{written}}}' in text
    managed = v2(
        manager,
        (Kind("double"), formula({"doubleValue": 2})),
        (Kind("double"), formula({"doubleValue": 1e16}, other)),
    )
    text = published(running, managed).text
    for written in ("2.0", "3.0", "4.0", "1e+16"):
        assert f'{{"d":{written}}}' in text


def test_a_double_stays_one_if_the_state_was_given_a_whole_number(
    running: Emulator, manager: Manager
) -> None:
    managed = v2(manager, (Kind("double"), formula({"doubleValue": 1})))
    (value,) = [
        running.state.values[place]
        for place in running.state.values
        if str(place[0]) == managed.values["environment"]["environmentId"]
        and place[1] == managed.values["settingFormulas"][0]["setting"]["settingId"]
    ]
    value.content = Formula(default=7)
    assert '"v":{"d":7.0}' in published(running, managed).text


def test_each_config_has_a_salt_that_stays(running: Emulator, manager: Manager) -> None:
    plan = Plan([], [], [], [])
    both = manager.manage(plan)
    salts = [published(running, managed).json()["p"]["s"] for managed in both * 2]
    assert len(set(salts)) == 2
    assert salts[:2] == salts[2:]


def test_settings_are_published_in_order_of_their_keys(
    running: Emulator, manager: Manager
) -> None:
    value = formula(OFF)
    managed = v2(manager, (Kind("boolean"), value), (Kind("boolean"), value))
    before = published(running, managed).content
    first = managed.values["settingFormulas"][0]["setting"]["settingId"]
    manager.call("DELETE", f"/v1/settings/{first}")
    config = managed.values["config"]["configId"]
    body = {"key": "setting0", "name": "New", "settingType": "boolean"}
    manager.call("POST", f"/v1/configs/{config}/settings", body)
    assert published(running, managed).content == before


def test_predefined_variations_are_published_by_value(
    running: Emulator, manager: Manager
) -> None:
    dependent = formula(
        OFF, rule({"prerequisite": 0, "comparator": "equals", "value": {"position": 1}})
    )
    managed = v2(
        manager,
        (Kind("string", ("red", "blue")), formula({"position": 1})),
        (Kind("boolean"), dependent),
    )
    flags = published(running, managed).json()["f"]
    assert flags["setting0"] == {"t": 1, **served("setting0", "blue", "s")}
    condition = {"f": "setting0", "c": 0, "v": {"s": "blue"}}
    assert flags["setting1"]["r"][0]["c"] == [{"p": condition}]


@pytest.mark.parametrize("text", ["many", "1" * 65_000 + "x"], ids=len)
def test_rules_that_compare_with_no_number_are_left_out(
    running: Emulator, manager: Manager, text: str
) -> None:
    segments = [
        {**asked("numberEquals", text), "name": f"Never {len(text)}"},
        {**asked("numberEquals", "1"), "name": f"Sometimes {len(text)}"},
    ]
    flag = formula(
        OFF,
        rule(
            {"segment": 1, "comparator": "isIn"},
            {"segment": 0, "comparator": "isNotIn"},
        ),
        rule({"segment": 1, "comparator": "isNotIn"}),
    )
    managed = v2(manager, (Kind("boolean"), flag), segments=segments)
    config = published(running, managed).json()
    assert [segment["n"] for segment in config["s"]] == [f"Sometimes {len(text)}"]
    (only,) = config["f"]["setting0"]["r"]
    assert only["c"] == [{"s": {"s": 0, "c": 1}}]


def test_segments_are_published_once_and_only_if_they_are_in_use(
    running: Emulator, manager: Manager
) -> None:
    segments = [{**asked("isOneOf", "a"), "name": name} for name in "XYZ"]
    flags = [
        formula(OFF, rule({"segment": number, "comparator": "isIn"}))
        for number in (2, 0, 2)
    ]
    managed = v2(
        manager, *((Kind("boolean"), flag) for flag in flags), segments=segments
    )
    text = published(running, managed).json()
    assert [segment["n"] for segment in text["s"]] == ["Z", "X"]
    used = [flag["r"][0]["c"][0]["s"]["s"] for flag in text["f"].values()]
    assert used == [0, 1, 0]


@pytest.mark.parametrize("written", [variation_id, evaluation.variation_id])
@pytest.mark.parametrize(
    ("key", "value", "known"),
    [
        ("stringDefaultCat", "Cat", "7a0be518"),
        ("boolDefaultTrue", True, "09513143"),
        ("boolDefaultFalse", False, "489a16d2"),
        ("integerDefaultOne", 1, "faadbf54"),
        ("doubleDefaultPi", 3.1415, "5af8acc7"),
    ],
)
def test_variation_ids_are_those_of_public_configs(
    written: Callable[[str, Json], str], key: str, value: Json, known: str
) -> None:
    # Source: the tests of configcat/.net-sdk and configcat/js-sdk name these ids.
    assert written(key, value) == known


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.12345678912345678, "0.123456"),
        (-0.9999999, "-0.999999"),
        (0.3, "0.300000"),
        (2.0, "2"),
        (-3.0, "-3"),
        (-0.0, "0"),
        (1e21, "1000000000000000000000"),
        (1e-9, "0.000000"),
    ],
)
def test_variation_ids_cut_decimals_after_the_sixth(value: float, text: str) -> None:
    expected = hashlib.sha1(f"key_{text}".encode(), usedforsecurity=False).hexdigest()
    assert variation_id("key", value) == expected[:8]
