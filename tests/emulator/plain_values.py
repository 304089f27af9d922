"""The rules of values, written without the emulator: what is shown for what is sent."""

from collections.abc import Collection, Iterator, Mapping
from typing import Any, Final

Json = Any
Row = dict[str, Any]

MEMBERS: Final = {
    "boolean": "boolValue",
    "string": "stringValue",
    "int": "intValue",
    "double": "doubleValue",
}
FIRST: Final[dict[str, Json]] = {
    "boolean": False,
    "string": "",
    "int": 0,
    "double": 0.0,
}
VALUE: Final = (*MEMBERS.values(), "predefinedVariationId")
CONDITION: Final = ("userCondition", "segmentCondition", "prerequisiteFlagCondition")
COMPARED: Final = {
    "textEquals": "stringValue",
    "numberLess": "doubleValue",
    "isOneOf": "listValue",
}
"""The member that a comparator takes, for one comparator of each kind."""
V1_USER: Final = ("comparisonAttribute", "comparator", "comparisonValue")
V1_SEGMENT: Final = ("segmentComparator", "segmentId")


class Symbol(str):
    """An id whose real form shows once the service has answered."""

    __slots__ = ()


class RefusedError(Exception):
    """The service says no."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


def require(condition: object, status: int = 400) -> None:
    """Refuse unless a condition holds."""
    if not condition:
        raise RefusedError(status)


def symbols(content: Json) -> Iterator[Symbol]:
    """Yield all ids that a value mentions."""
    if isinstance(content, Symbol):
        yield content
    elif isinstance(content, dict | list):
        parts = content.values() if isinstance(content, dict) else content
        for part in parts:
            yield from symbols(part)


def plain(value: Json, kind: str, empty: bool = False) -> Json:
    """Check a plain value; a text may be empty only if `empty` says so."""
    if kind in ("boolean", "string"):
        require(isinstance(value, bool if kind == "boolean" else str))
        require(empty or value != "")
        return value
    require(isinstance(value, int | float) and not isinstance(value, bool))
    require(kind == "double" or (value == int(value) and abs(value) < 2**31))
    return float(value) if kind == "double" else int(value)


def split(options: list[Row], kind: str) -> None:
    """Check percentages and values of a split."""
    shares = [option["percentage"] for option in options]
    require(all(0 <= share <= 100 for share in shares))
    require(not options or sum(shares) == 100)
    if kind == "boolean" and options:
        values = [str(option["value"]) for option in options]
        require(len(values) == 2 and values[0] != values[1])


def rollout(body: Row, kind: str, segments: Collection[str], before: Row) -> Row:
    """Read a V1 value."""
    rules: list[Row] = []
    value = plain(body["value"], kind, empty=before["value"] == body["value"])
    for rule in body.get("rolloutRules", []):
        members = {name for name in rule if rule[name] is not None} - {"value"}
        require(members in (set(V1_USER), set(V1_SEGMENT)))
        require("segmentId" not in members or rule["segmentId"] in segments)
        served = {"value": plain(rule["value"], kind)}
        rules.append(full((*V1_USER, *V1_SEGMENT), rule) | served)
    items = [
        {"percentage": one["percentage"], "value": plain(one["value"], kind)}
        for one in body.get("rolloutPercentageItems", [])
    ]
    split(items, kind)
    return {"value": value, "rolloutRules": rules, "rolloutPercentageItems": items}


def formula(
    body: Row,
    kind: str,
    segments: Collection[str],
    settings: Mapping[str, str],
    before: Row,
) -> Row:
    """Read a V2 value; `settings` are the types of all settings of the config."""
    sent = body.get("targetingRules") or []
    rules: list[Row] = []
    for rule in sent:
        conditions = [_condition(c, segments, settings) for c in rule["conditions"]]
        options = [
            {"percentage": o["percentage"], "value": _typed(o["value"], kind)}
            for o in rule.get("percentageOptions", [])
        ]
        split(options, kind)
        require(bool(options) != ("value" in rule))
        require(conditions or (options and rule is sent[-1]))
        value = _typed(rule["value"], kind) if "value" in rule else None
        rules.append(
            {"conditions": conditions, "percentageOptions": options, "value": value}
        )
    text = before["defaultValue"]["stringValue"]
    empty = text == "" == body["defaultValue"].get("stringValue")
    return {
        "defaultValue": _typed(body["defaultValue"], kind, empty=empty),
        "targetingRules": rules,
        "percentageEvaluationAttribute": body.get("percentageEvaluationAttribute"),
    }


def full(members: Collection[str], given: Row) -> Row:
    """Write every member, null unless it is given."""
    return {name: given.get(name) for name in members}


def _typed(value: Row, kind: str, empty: bool = False) -> Row:
    require(value.keys() == {MEMBERS[kind]})
    return full(VALUE, {MEMBERS[kind]: plain(value[MEMBERS[kind]], kind, empty)})


def _condition(
    condition: Row, segments: Collection[str], settings: Mapping[str, str]
) -> Row:
    require(len(condition) == 1)
    ((name, inner),) = condition.items()
    shown = dict(inner)
    if name == "segmentCondition":
        require(inner["segmentId"] in segments)
    elif name == "prerequisiteFlagCondition":
        needed = inner["prerequisiteSettingId"]
        require(needed in settings)
        value = inner["prerequisiteComparisonValue"]
        shown["prerequisiteComparisonValue"] = _typed(value, settings[needed], True)
    else:
        member = COMPARED[inner["comparator"]]
        require(inner["comparisonValue"].keys() == {member})
        shown["comparisonValue"] = full(COMPARED.values(), inner["comparisonValue"])
    return full(CONDITION, {name: shown})
