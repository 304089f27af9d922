"""Makes the text of a large response, for measurements of reading and writing.

The response is that of `get-setting-formulas` for a config of 1,000 flags: rules with
conditions on text lists, numbers and segments, percentage options, UUIDs and times.
"""

import json
import random
import uuid
from typing import Any

FLAGS = 1000


def make_distinct_answer(flags: int = FLAGS) -> bytes:
    """Return the JSON text, about 1,900 bytes for each flag.

    No two flags have an id, date or name in common.
    """
    answer = _answer(flags)
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


def _answer(flags: int) -> dict[str, Any]:
    rng = random.Random(7)
    product = _product(rng)
    segments = [_uuid(rng) for _ in range(10)]
    return {
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
