"""The fields of a value, in the form of its body, in the words of the dashboard."""

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Final, TypeAlias

from configcat_mgmt.jobs.model.snapshot import (
    Condition,
    Formula,
    PercentageOption,
    Plain,
    PrerequisiteCondition,
    Rule,
    RuleV1,
    SegmentCondition,
    UserCondition,
    ValueV1,
)
from configcat_mgmt.jobs.model.words import targeting_words, value_words
from configcat_mgmt.json_value import JsonValue

_Object: TypeAlias = Mapping[str, JsonValue]

_RULE: Final = ("conditions", "value", "percentageOptions")
_RULE_V1: Final = (
    "comparisonAttribute",
    "comparator",
    "comparisonValue",
    "segmentId",
    "segmentComparator",
)


def body_words(field: str, content: JsonValue) -> str | None:
    """Return a field of a value in the words of the dashboard.

    Args:
        field: Wire name, such as `targetingRules`.
        content: The content in the form of the body that writes it, with the names of
            entities in place of their ids. Empty fields may be missing.

    Returns:
        The words, of several rules with ` | ` between them. None for other fields, and
        for content in another form, such as that of an edited file.
    """
    read = _READERS.get(field)
    if read is None:
        return None
    try:
        return read(content)
    except (TypeError, ValueError):
        return None


def _rules(content: JsonValue) -> str:
    rules = tuple(_rule(one) for one in _objects(content, _RULE))
    # The last line is the value for the others, which is a field of its own.
    return " | ".join(targeting_words(Formula("", rules))[: len(rules)])


def _rule(rule: _Object) -> Rule:
    value = rule.get("value")
    return Rule(
        tuple(_condition(one) for one in _objects(rule.get("conditions", ()))),
        None if value is None else _value(value),
        tuple(_option(one) for one in _objects(rule.get("percentageOptions", ()))),
    )


def _condition(condition: _Object) -> Condition:
    ((kind, content),) = condition.items()
    found = _object(content)
    comparator = _text(found.get("comparator"))
    if kind == "segmentCondition":
        return SegmentCondition(_text(found.get("segmentId")), comparator)
    if kind == "prerequisiteFlagCondition":
        return PrerequisiteCondition(
            _text(found.get("prerequisiteSettingId")),
            comparator,
            _value(found.get("prerequisiteComparisonValue")),
        )
    attribute = _text(found.get("comparisonAttribute", ""))
    comparison = _comparison(_object(found.get("comparisonValue", {})))
    return UserCondition(attribute, comparator, comparison)


def _comparison(
    value: _Object,
) -> str | float | tuple[tuple[str, str | None], ...]:
    if "listValue" in value:
        return tuple(
            (_text(one.get("value", "")), _text_or_none(one.get("hint")))
            for one in _objects(value["listValue"])
        )
    number = value.get("doubleValue")
    if isinstance(number, int | float):
        return number
    return _text(value.get("stringValue", ""))


def _rules_v1(content: JsonValue) -> str:
    rules = tuple(_rule_v1(one) for one in _objects(content, (*_RULE_V1, "value")))
    return " | ".join(targeting_words(ValueV1("", rules))[: len(rules)])


def _rule_v1(rule: _Object) -> RuleV1:
    texts = (_text_or_none(rule.get(name)) for name in _RULE_V1)
    return RuleV1(_value(rule.get("value", "")), *texts)


def _options(content: JsonValue) -> str:
    options = tuple(_option(one) for one in _objects(content))
    words = (f"{one.percentage}% {value_words(one.value)}" for one in options)
    return ", ".join(words)


def _option(option: _Object) -> PercentageOption:
    percentage = option.get("percentage")
    if not isinstance(percentage, int):
        raise TypeError(percentage)
    return PercentageOption(percentage, _value(option.get("value", "")))


def _value(content: JsonValue) -> Plain:
    """Return a value; of a predefined variation its value as text."""
    if isinstance(content, Mapping):
        (content,) = content.values() or ("",)
    if content is None or not isinstance(content, bool | int | float | str):
        raise TypeError(content)
    return content


def _text(content: JsonValue) -> str:
    if not isinstance(content, str):
        raise TypeError(content)
    return content


def _text_or_none(content: JsonValue) -> str | None:
    return None if content is None else _text(content)


def _object(content: JsonValue) -> _Object:
    if not isinstance(content, Mapping):
        raise TypeError(content)
    return content


def _objects(
    content: JsonValue | tuple[()], names: Collection[str] | None = None
) -> Sequence[_Object]:
    """Return a list of objects, which have no fields but those named."""
    if not isinstance(content, Sequence) or isinstance(content, str):
        raise TypeError(content)
    found = [_object(one) for one in content]
    if names is not None and not all(one.keys() <= set(names) for one in found):
        raise ValueError(names)
    return found


_READERS: Final[Mapping[str, Callable[[JsonValue], str]]] = {
    "defaultValue": lambda content: value_words(_value(content)),
    "value": lambda content: value_words(_value(content)),
    "targetingRules": _rules,
    "rolloutRules": _rules_v1,
    "rolloutPercentageItems": _options,
}
