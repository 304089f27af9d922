"""Bodies of values in wire form, in few words."""

from collections.abc import Sequence
from typing import Any, Final

from configcat_mgmt.models import RolloutRuleComparator, UserComparator

Json = Any

COMPARATORS: Final = tuple(comparator.value for comparator in UserComparator)
"""All 36 of V2."""
OLD_COMPARATORS: Final = tuple(comparator.value for comparator in RolloutRuleComparator)
"""All 18 of V1 and of segments."""
TEXT_COMPARATORS: Final = frozenset(
    {
        "semVerLess",
        "semVerLessOrEquals",
        "semVerGreater",
        "semVerGreaterOrEquals",
        "textEquals",
        "textDoesNotEqual",
        "sensitiveTextEquals",
        "sensitiveTextDoesNotEqual",
    }
)
NUMBER_COMPARATORS: Final = frozenset(
    {
        "numberEquals",
        "numberDoesNotEqual",
        "numberLess",
        "numberLessOrEquals",
        "numberGreater",
        "numberGreaterOrEquals",
        "dateTimeBefore",
        "dateTimeAfter",
    }
)


def value(plain: Json, *, double: bool = False) -> Json:
    """Wrap a value in the member for its type; wrapped ones come through."""
    if isinstance(plain, dict):
        return plain
    if isinstance(plain, bool):
        return {"boolValue": plain}
    if isinstance(plain, str):
        return {"stringValue": plain}
    is_double = double or isinstance(plain, float)
    return {"doubleValue": float(plain)} if is_double else {"intValue": plain}


def plain_formula(default: Json, *, double: bool = False) -> Json:
    """A V2 value that serves everybody the same."""
    return formula(default, double=double)


def formula(
    default: Json, *rules: Json, attribute: str | None = None, double: bool = False
) -> Json:
    """A V2 value."""
    return {
        "defaultValue": value(default, double=double),
        "targetingRules": list(rules),
        "percentageEvaluationAttribute": attribute,
    }


def rule(served: Json, *conditions: Json, double: bool = False) -> Json:
    """A targeting rule; a tuple of options, or a value."""
    if isinstance(served, tuple):
        return {"conditions": list(conditions), "percentageOptions": list(served)}
    return {"conditions": list(conditions), "value": value(served, double=double)}


def split(*options: Json) -> Json:
    """The percentage split that comes last: a rule without conditions."""
    return rule(options)


def option(percentage: int, served: Json) -> Json:
    """A percentage option."""
    return {"percentage": percentage, "value": value(served)}


def text(attribute: str, comparator: str, wanted: str) -> Json:
    """A condition with a text."""
    return _user(attribute, comparator, {"stringValue": wanted})


def number(attribute: str, comparator: str, wanted: float) -> Json:
    """A condition with a number or a time."""
    return _user(attribute, comparator, {"doubleValue": wanted})


def listed(attribute: str, comparator: str, *items: str | tuple[str, str]) -> Json:
    """A condition with a list of texts or (text, hint)."""
    pairs = [(item, None) if isinstance(item, str) else item for item in items]
    entries = [{"value": item, "hint": hint} for item, hint in pairs]
    return _user(attribute, comparator, {"listValue": entries})


def both(attribute: str, comparator: str) -> Json:
    """A condition with whatever the comparator demands."""
    if comparator in TEXT_COMPARATORS:
        return text(attribute, comparator, "1.2.3")
    if comparator in NUMBER_COMPARATORS:
        return number(attribute, comparator, 12.5)
    return listed(attribute, comparator, "1.2.3", ("x, y", "with a comma"))


def in_segment(segment_id: str, comparator: str = "isIn") -> Json:
    """A condition on a segment."""
    condition = {"segmentId": segment_id, "comparator": comparator}
    return {"segmentCondition": condition}


def flag_is(setting_id: int, wanted: Json, comparator: str = "equals") -> Json:
    """A condition on another setting of the config."""
    condition = {
        "prerequisiteSettingId": setting_id,
        "comparator": comparator,
        "prerequisiteComparisonValue": value(wanted),
    }
    return {"prerequisiteFlagCondition": condition}


def variation(plain: Json, **fields: Json) -> Json:
    """A predefined variation of a new setting."""
    return {"value": value(plain), **fields}


def old_value(
    default: Json, *rules: Json, percentage_options: Sequence[Json] = ()
) -> Json:
    """A V1 value."""
    return {
        "value": default,
        "rolloutRules": list(rules),
        "rolloutPercentageItems": list(percentage_options),
    }


def old_rule(served: Json, attribute: str, comparator: str, wanted: str) -> Json:
    """A V1 rule on a user attribute."""
    return {
        "value": served,
        "comparisonAttribute": attribute,
        "comparator": comparator,
        "comparisonValue": wanted,
    }


def old_segment_rule(served: Json, segment_id: str, comparator: str = "isIn") -> Json:
    """A V1 rule on a segment."""
    return {
        "value": served,
        "segmentId": segment_id,
        "segmentComparator": comparator,
    }


def old_shares(*percentage_options: tuple[int, Json]) -> list[Json]:
    """Percentage items of a V1 value."""
    return [
        {"percentage": percentage, "value": served}
        for percentage, served in percentage_options
    ]


def _user(attribute: str, comparator: str, wanted: Json) -> Json:
    condition = {
        "comparisonAttribute": attribute,
        "comparator": comparator,
        "comparisonValue": wanted,
    }
    return {"userCondition": condition}
