"""What a published config says."""

import hashlib
import json
from typing import Any

import pytest
import requests

from configcat_mgmt.emulator import Emulator
from configcat_mgmt.emulator.compile_values import variation_id
from tests.emulator.published.managed import Managed, Manager
from tests.emulator.published.plans import Kind, Plan
from tests.evaluator import evaluation

Json = Any


def published(running: Emulator, managed: Managed) -> requests.Response:
    """Download the config with plain HTTP."""
    path = f"/configuration-files/{managed.sdk_key}/config_v6.json"
    response = requests.get(running.base_url + path, timeout=10)
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
        rule({"prerequisite": 0, "comparator": "doesNotEqual", "value": {"intValue": 7}}),
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
    assert text.pop("p") == {"u": running.base_url, "r": 0, "s": text_salt(text, 44)}
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
