"""Whether something that is there is what a step wanted to make.

Both sides are plain JSON with ids: the body of the call, and what the service lists.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Final, TypeAlias, cast

from configcat_mgmt.jobs.compare.canonical import is_empty, normal
from configcat_mgmt.json_value import JsonValue

Fields: TypeAlias = Mapping[str, JsonValue]

_VARIATION: Final = "predefinedVariationId"
_FORMULA: Final = ("defaultValue", "targetingRules", "percentageEvaluationAttribute")
_OLD_VALUE: Final[Mapping[str, tuple[str, ...]]] = {
    "rolloutRules": (
        "comparisonAttribute",
        "comparator",
        "comparisonValue",
        "segmentId",
        "segmentComparator",
        "value",
    ),
    "rolloutPercentageItems": ("percentage", "value"),
}
"""What a V1 value consists of besides its default, and these parts of."""


def differing(wanted: Fields, found: Fields) -> tuple[str, ...]:
    """Return the fields of a body that are not so in what was found.

    Fields that the service does not show, such as initial values or parameters of
    integrations, say nothing.

    Args:
        wanted: The body of the call that makes the thing, refs resolved.
        found: The thing as it is listed.
    """
    return tuple(
        name
        for name, value in wanted.items()
        if name in found
        and name not in _HIDDEN
        and not _COMPARISONS.get(name, _same)(value, found[name])
    )


def same_formula(wanted: Fields, found: Fields) -> bool:
    """Whether a V2 value serves what an entry of a batch wants it to serve."""
    return all(
        _same(_plain(wanted.get(name)), _plain(found.get(name))) for name in _FORMULA
    )


def same_old_value(wanted: Fields, found: Fields) -> bool:
    """Whether a V1 value serves what an entry of a batch wants it to serve."""
    return _same(_old_value(wanted), _old_value(found))


def _old_value(value: Fields) -> Fields:
    parts: dict[str, JsonValue] = {
        name: [
            {field: one.get(field) for field in fields}
            for one in _records(value.get(name))
        ]
        for name, fields in _OLD_VALUE.items()
    }
    return {"value": value.get("value"), **parts}


def _same(wanted: JsonValue, found: JsonValue) -> bool:
    if is_empty(wanted) or is_empty(found):
        return is_empty(wanted) and is_empty(found)
    return normal(wanted) == normal(found)


def _plain(value: JsonValue) -> JsonValue:
    """Leave of a value with a predefined variation only the variation."""
    if isinstance(value, Mapping):
        if not is_empty(value.get(_VARIATION)):
            return {_VARIATION: value[_VARIATION]}
        return {name: _plain(item) for name, item in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_plain(item) for item in value]
    return value


def _same_color(wanted: JsonValue, found: JsonValue) -> bool:
    return str(wanted or "").casefold() == str(found or "").casefold()


def _same_set(wanted: JsonValue, found: JsonValue) -> bool:
    return set(map(str, _items(wanted))) == set(map(str, _items(found)))


def _same_tags(wanted: JsonValue, found: JsonValue) -> bool:
    return _same_set(wanted, [one.get("tagId") for one in _records(found)])


def _same_accesses(wanted: JsonValue, found: JsonValue) -> bool:
    """Compare only the environments that were named; the others are not touched."""
    present = _accesses(found)
    return all(present.get(key) == access for key, access in _accesses(wanted).items())


def _accesses(entries: JsonValue) -> dict[JsonValue, JsonValue]:
    return {
        one.get("environmentId"): one.get("environmentAccessType")
        for one in _records(entries)
    }


def _same_reasons(wanted: JsonValue, found: JsonValue) -> bool:
    """Compare only the environments that were named; where none is, none is needed."""
    present = _reasons(found)
    return all(
        present.get(key, False) == needed for key, needed in _reasons(wanted).items()
    )


def _reasons(entries: JsonValue) -> dict[JsonValue, bool]:
    return {
        one.get("environmentId"): bool(one.get("reasonRequired"))
        for one in _records(entries)
    }


def _same_variations(wanted: JsonValue, found: JsonValue) -> bool:
    return _same(
        [_variation(one) for one in _records(wanted)],
        [_variation(one) for one in _records(found)],
    )


def _variation(record: Fields) -> dict[str, JsonValue]:
    return {name: record.get(name) for name in ("value", "name", "hint")}


def _same_headers(wanted: JsonValue, found: JsonValue) -> bool:
    """Compare headers; what is answered for a secure one is only a stand-in."""
    return sorted(map(_header, _records(wanted))) == sorted(
        map(_header, _records(found))
    )


def _header(record: Fields) -> tuple[str, bool, str]:
    is_secure = bool(record.get("isSecure"))
    value = "" if is_secure else str(record.get("value") or "")
    return str(record.get("key")).casefold(), is_secure, value


def _items(value: JsonValue) -> Sequence[JsonValue]:
    is_list = isinstance(value, Sequence) and not isinstance(value, str)
    return cast("Sequence[JsonValue]", value) if is_list else ()


def _records(value: JsonValue) -> list[Fields]:
    return [one for one in _items(value) if isinstance(one, Mapping)]


_HIDDEN: Final = frozenset({"parameters", "initialValues"})
_COMPARISONS: Final[Mapping[str, Callable[[JsonValue, JsonValue], bool]]] = {
    "color": _same_color,
    "tags": _same_tags,
    "environmentAccesses": _same_accesses,
    "predefinedVariations": _same_variations,
    "webHookHeaders": _same_headers,
    "reasonRequiredEnvironments": _same_reasons,
    "environmentIds": _same_set,
    "configIds": _same_set,
}
