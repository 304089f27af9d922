"""Measures the reading of a large response, against `json.loads` alone, and its memory.

The response is that of `get-setting-formulas` for a config of 1,000 flags: rules with
conditions on text lists, numbers and segments, percentage options, UUIDs and times. It
is measured twice: once with ids of segments, people and tags that repeat, as in one
product, and once with ids, dates and names that all differ.

Usage: python -m benchmarks.decode [--rounds 15]
"""

import argparse
import gc
import json
import random
import tracemalloc
import uuid
from collections.abc import Callable
from functools import partial

from benchmarks.timing import report, report_ratios, side_by_side
from configcat_mgmt.core import json_text
from configcat_mgmt.core.codec.decode import decode, from_json
from configcat_mgmt.core.codec.encode import encode_body, to_json
from configcat_mgmt.gc_pause import collector_paused
from configcat_mgmt.json_value import JsonValue
from configcat_mgmt.models import ConfigSettingFormulasModel, UpdateTargetingRuleModel

FLAGS = 1000
MIB = 1024 * 1024


def make_answer(flags: int = FLAGS) -> bytes:
    """Return the JSON text of the response, about 1,900 bytes for each flag."""
    rng = random.Random(7)
    product = _product(rng)
    segments = [_uuid(rng) for _ in range(10)]
    answer = {
        "config": {
            "product": product,
            "configId": _uuid(rng),
            "name": "Main Config",
            "description": "The flags of the shop",
            "order": 0,
            "migratedConfigId": None,
            "evaluationVersion": "v2",
        },
        "environment": {
            "product": product,
            "environmentId": _uuid(rng),
            "name": "Production",
            "color": "#ff0000",
            "description": None,
            "order": 1,
            "reasonRequired": True,
            "approveRequired": False,
        },
        "readOnly": False,
        "approveRequired": False,
        "canBypassApproval": True,
        "reasonRequired": True,
        "settingFormulas": [_formula(rng, n, segments) for n in range(flags)],
        "featureFlagLimitations": {
            "maxPercentageOptionCount": 500,
            "maxTargetingRuleCount": 500,
            "maxComparisonValueLength": 65535,
            "maxComparisonValueListLength": 1000,
            "maxComparisonValueListItemLength": 1500,
            "maxStringFlagValueLength": 100000,
            "maxConditionPerTargetingRuleCount": 50,
        },
    }
    return json.dumps(answer, separators=(",", ":")).encode()


def make_distinct_answer(flags: int = FLAGS) -> bytes:
    """Return the same response with ids, dates and names of which no two are equal."""
    answer = json.loads(make_answer(flags))
    rng = random.Random(8)
    for number, formula in enumerate(answer["settingFormulas"]):
        setting = formula["setting"]
        setting["hint"] = f"Turns feature {number} on for those who may see it"
        for part, kind in ((setting, "creator"), (formula, "lastUpdaterUser")):
            part[f"{kind}Email"] = f"{kind}{number}@example.com"
            part[f"{kind}FullName"] = f"{kind} {number}"
        (tag,) = formula["settingTags"]
        tag.update(tagId=number, name=f"team-{number}", color=f"#{number:06x}")
        (condition,) = formula["targetingRules"][1]["conditions"]
        condition["segmentCondition"]["segmentId"] = _uuid(rng)
    return json.dumps(answer, separators=(",", ":")).encode()


def _uuid(rng: random.Random) -> str:
    return str(uuid.UUID(int=rng.getrandbits(128)))


def _time(rng: random.Random) -> str:
    day = f"2026-{rng.randint(1, 12):02}-{rng.randint(1, 28):02}"
    clock = f"{rng.randint(0, 23):02}:{rng.randint(0, 59):02}:{rng.randint(0, 59):02}"
    return f"{day}T{clock}.{rng.randint(0, 9_999_999):07}Z"


def _product(rng: random.Random) -> dict[str, object]:
    return {
        "organization": {"organizationId": _uuid(rng), "name": "Example Inc."},
        "productId": _uuid(rng),
        "name": "Shop",
        "description": None,
        "order": 0,
        "reasonRequired": False,
        "approveRequired": False,
    }


def _value(**members: object) -> dict[str, object]:
    nothing = dict.fromkeys(("boolValue", "stringValue", "intValue", "doubleValue"))
    return {**nothing, "predefinedVariationId": None, **members}


def _condition(**members: object) -> dict[str, object]:
    kinds = ("userCondition", "segmentCondition", "prerequisiteFlagCondition")
    return {**dict.fromkeys(kinds), **members}


def _user_condition(
    attribute: str,
    comparator: str,
    **members: object,
) -> dict[str, object]:
    value = {"stringValue": None, "doubleValue": None, "listValue": None, **members}
    return _condition(
        userCondition={
            "comparisonAttribute": attribute,
            "comparator": comparator,
            "comparisonValue": value,
        },
    )


def _rules(rng: random.Random, segments: list[str]) -> list[dict[str, object]]:
    people = [
        {"value": f"user{rng.randint(0, 99999)}@example.com", "hint": None}
        for _ in range(3)
    ]
    return [
        {
            "conditions": [
                _user_condition("Email", "isOneOf", listValue=people),
                _user_condition("Age", "numberGreater", doubleValue=18.5),
            ],
            "percentageOptions": [],
            "value": _value(boolValue=True),
        },
        {
            "conditions": [
                _condition(
                    segmentCondition={
                        "segmentId": rng.choice(segments),
                        "comparator": "isIn",
                    },
                ),
            ],
            "percentageOptions": [
                {"percentage": 30, "value": _value(boolValue=True)},
                {"percentage": 70, "value": _value(boolValue=False)},
            ],
            "value": None,
        },
    ]


def _formula(
    rng: random.Random,
    number: int,
    segments: list[str],
) -> dict[str, object]:
    author = f"Person {number % 20}"
    return {
        "lastVersionId": _uuid(rng),
        "defaultValue": _value(boolValue=False),
        "targetingRules": _rules(rng, segments),
        "setting": {
            "settingId": 100_000 + number,
            "key": f"feature_{number}_enabled",
            "name": f"Feature {number} enabled",
            "hint": "Turns the feature on for those who may see it",
            "settingType": "boolean",
            "order": number,
            "createdAt": _time(rng),
            "creatorEmail": f"person{number % 20}@example.com",
            "creatorFullName": author,
            "predefinedVariations": [],
            "isWatching": False,
            "isJson": False,
        },
        "updatedAt": _time(rng),
        "percentageEvaluationAttribute": None,
        "lastUpdaterUserEmail": f"person{number % 20}@example.com",
        "lastUpdaterUserFullName": author,
        "integrationLinks": [],
        "settingTags": [
            {
                "settingTagId": 5_000_000_000 + number,
                "tagId": number % 12,
                "name": f"team-{number % 12}",
                "color": "panther",
            },
        ],
        "settingIdsWherePrerequisite": [],
        "changeRequestCount": 0,
    }


def read_with(parse: Callable[[bytes], JsonValue], text: bytes) -> object:
    """Read the response as the client does, by one of the two parsers."""
    with collector_paused(len(text)):
        return decode(parse(text), ConfigSettingFormulasModel)


def measure_time(name: str, text: bytes, rounds: int) -> None:
    """Time parsing and decoding, with the standard library and with orjson."""
    candidates: dict[str, Callable[[], object]] = {
        "json.loads": partial(json.loads, text),
        "stdlib": partial(read_with, json_text.parse_with_stdlib, text),
    }
    if json_text.fast_parser is not None:
        candidates["orjson"] = partial(read_with, json_text.parse_json, text)
    times = side_by_side(candidates, rounds=rounds)
    report_ratios(
        f"decode of a large response, {name}",
        times,
        "json.loads",
        bytes=len(text),
    )


def measure_memory(name: str, text: bytes) -> None:
    """Measure the memory that the models keep, and that plain dicts would keep."""
    readers: dict[str, Callable[[], object]] = {
        "json.loads": partial(json.loads, text),
        "models": partial(read_with, json_text.parse_json, text),
    }
    for candidate, read in readers.items():
        read()
        gc.collect()
        tracemalloc.start()
        kept = read()
        gc.collect()
        size, _ = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert kept is not None
        report(
            f"memory of a large response, {name}",
            candidate=candidate,
            mib=round(size / MIB, 1),
        )


def measure_encode(text: bytes, rounds: int) -> None:
    """Time writing models, checked as a request body and unchecked."""
    formulas = json.loads(text)["settingFormulas"]
    rules = [rule for formula in formulas for rule in formula["targetingRules"]]
    body = from_json(rules, list[UpdateTargetingRuleModel])
    candidates: dict[str, Callable[[], object]] = {
        "to_json": partial(to_json, body),
        "encode_body": partial(encode_body, body, list[UpdateTargetingRuleModel]),
    }
    times = side_by_side(candidates, rounds=rounds)
    report_ratios("encode of 2,000 rules", times, "to_json")


def main() -> None:
    """Run all measurements."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=15)
    rounds: int = parser.parse_args().rounds
    answers = {"ids repeat": make_answer(), "ids differ": make_distinct_answer()}
    for name, text in answers.items():
        measure_time(name, text, rounds)
        measure_memory(name, text)
    measure_encode(answers["ids repeat"], rounds)


if __name__ == "__main__":
    main()
