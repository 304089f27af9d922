"""Decides whether two descriptions of one entity are equal.

Planning, applying and verifying all ask here, so they cannot disagree. Both sides are
fields in wire form: the body of a request, or an entity as the service lists it. Both
name other entities in the same way, by ref or by id.
"""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import Final, TypeVar, cast

from configcat_mgmt.jobs.compare.canonical import Fields, is_empty, normal
from configcat_mgmt.jobs.model.environment_entries import (
    ACCESSES,
    APPROVAL_PERMISSIONS,
    APPROVALS,
    REASONS,
    EnvironmentEntries,
)
from configcat_mgmt.json_value import JsonValue

T = TypeVar("T")

_VARIATION: Final = "predefinedVariationId"
_DOUBLE: Final = "doubleValue"
_RIGHT: Final = "can"
"""How the names of the rights of a permission group begin."""
_FORMULA: Final = ("defaultValue", "targetingRules", "percentageEvaluationAttribute")
_VALUE_V1: Final = ("value", "rolloutRules", "rolloutPercentageItems")
_RULE_V1: Final = (
    "comparisonAttribute",
    "comparator",
    "comparisonValue",
    "segmentId",
    "segmentComparator",
    "value",
)
_OPTION_V1: Final = ("percentage", "value")
_LATER: Final = frozenset(
    {
        "isJson",
        "approveRequired",
        "approvalPermissionType",
        "newEnvironmentApprovalPermissionType",
        APPROVALS.field,
        APPROVAL_PERMISSIONS.field,
    }
)
"""Fields that snapshots of an older version and older services do not have."""
_NOT_LISTED: Final = frozenset({"parameters", "initialValues"})
"""Fields of a body that a listed entity lacks, or shows masked."""
_MASKED: Final = ("***", "•", "…")
"""Parts of a text that the service shows in place of a secret."""
_canonical: Final = json.JSONEncoder(sort_keys=True, ensure_ascii=False).encode


def differing(
    wanted: Fields, found: Fields, names: Iterable[str] | None = None
) -> tuple[str, ...]:
    """Return the names of the fields that differ.

    Args:
        wanted: The fields of one side.
        found: The fields of the other side.
        names: The fields to compare; those of both sides if None.
    """
    if names is None:
        names = dict.fromkeys([*wanted, *found])
    return tuple(
        name
        for name in names
        if not same_field(name, wanted.get(name), found.get(name))
    )


def differing_listed(wanted: Fields, found: Fields) -> tuple[str, ...]:
    """Return the fields of a body that differ from an entity as the service lists it.

    A list does not show all fields of a body, such as initial values. Those count as
    equal.

    Args:
        wanted: The body of the request that makes or changes the entity, with ids.
        found: The entity as it is listed.
    """
    names = (name for name in wanted if name in found and name not in _NOT_LISTED)
    return differing(wanted, found, names)


def same_targeting(wanted: Fields, found: Fields) -> bool:
    """Whether two values of a setting serve the same.

    Args:
        wanted: An entry of a batch body, of either evaluation version.
        found: Another, or a value as the service returns it.
    """
    if "defaultValue" in found:
        return not differing(wanted, found, _FORMULA)
    setting = found.get("setting")
    if isinstance(setting, Mapping) and setting.get("settingType") == "double":
        wanted, found = _with_doubles(wanted), _with_doubles(found)
    return not differing(wanted, found, _VALUE_V1)


def same_field(name: str, wanted: JsonValue, found: JsonValue) -> bool:
    """Whether a field has the same content on both sides.

    Null, an empty text and an empty list are the same as an absent field. Names in refs
    are compared without regard to case. Values of different types differ: true is not
    1, and the double 2.0 is not the integer 2, but `doubleValue` may be spelled `2`. A
    secret that cannot be read equals any other.

    Args:
        name: Wire name of the field, such as `tags`.
        wanted: Its content on one side.
        found: Its content on the other side.
    """
    # Most fields are spelled alike, and this test is ten times as fast as the others.
    if _canonical(wanted) == _canonical(found):
        return True
    is_later = name in _LATER or name.startswith(_RIGHT)
    if is_later and (wanted is None or found is None):
        return True
    return _COMPARISONS.get(name, _same)(wanted, found)


def differing_entries(
    wanted: Mapping[str, T], found: Mapping[str, T], absent: T
) -> dict[str, T]:
    """Return the entries that differ, of those that are wanted.

    Args:
        wanted: Such as accesses of a permission group by environment.
        found: The same on the other side.
        absent: The value of a missing entry.
    """
    return {
        name: value
        for name, value in wanted.items()
        if found.get(name, absent) != value
    }


def unpaired(
    wanted: Iterable[T], found: Iterable[T], same: Callable[[T, T], bool]
) -> tuple[list[T], list[T]]:
    """Pair entities of one natural key that are equal, and return the others.

    Returns:
        Those of `wanted` and those of `found` that have no equal on the other side.
    """
    left_wanted: list[T] = []
    left_found = list(found)
    for one in wanted:
        for number, other in enumerate(left_found):
            if same(one, other):
                del left_found[number]
                break
        else:
            left_wanted.append(one)
    return left_wanted, left_found


def is_masked(text: str | None) -> bool:
    """Whether the service shows a text in part only, since it is a secret."""
    if not text:
        return False
    return any(part in text for part in _MASKED) or not text.strip("*")


def _same(wanted: JsonValue, found: JsonValue) -> bool:
    return _text(wanted) == _text(found)


def _text(value: JsonValue) -> str:
    plain = _plain(normal(value))
    return "" if is_empty(plain) else _canonical(plain)


def _plain(value: JsonValue) -> JsonValue:
    """Write doubles as such, and reduce a predefined variation to its id."""
    if isinstance(value, Mapping):
        if _VARIATION in value:
            return {_VARIATION: value[_VARIATION]}
        return {
            name: _double(item) if name == _DOUBLE else _plain(item)
            for name, item in value.items()
        }
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_plain(item) for item in value]
    return value


def _double(value: JsonValue) -> JsonValue:
    """Return a number as a double, since JSON may spell a whole one without a point."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return value
    return float(value) + 0.0  # Makes one zero of the two.


def _with_doubles(value: Fields) -> Fields:
    """Return a value of version 1, whose members have no types, with doubles."""
    lists: dict[str, JsonValue] = {
        name: [{**one, "value": _double(one.get("value"))} for one in _records(items)]
        for name, items in value.items()
        if name in _VALUE_V1[1:]
    }
    return {**value, **lists, "value": _double(value.get("value"))}


def _same_color(wanted: JsonValue, found: JsonValue) -> bool:
    return str(wanted or "").casefold() == str(found or "").casefold()


def _same_set(wanted: JsonValue, found: JsonValue) -> bool:
    return set(map(_member, _items(wanted))) == set(map(_member, _items(found)))


def _member(item: JsonValue) -> str:
    if not isinstance(item, Mapping):
        return str(item)
    # A body has the ids of tags, and a list has the tags.
    return str(item["tagId"]) if "tagId" in item else _text(item)


def _same_entries(
    kind: EnvironmentEntries, wanted: JsonValue, found: JsonValue
) -> bool:
    """Compare the environments that are wanted."""
    new, old = (_by_environment(one, kind.member) for one in (wanted, found))
    return not differing_entries(new, old, kind.absent)


def _by_environment(entries: JsonValue, name: str) -> dict[str, JsonValue]:
    return {
        _member(one.get("environmentId")): one.get(name) for one in _records(entries)
    }


def _same_parameters(wanted: JsonValue, found: JsonValue) -> bool:
    if not isinstance(wanted, Mapping) or not isinstance(found, Mapping):
        return wanted is None or found is None
    pairs = [
        (wanted.get(name) or "", found.get(name) or "")
        for name in dict.fromkeys([*wanted, *found])
    ]
    return all(
        new == old or is_masked(str(new)) or is_masked(str(old)) for new, old in pairs
    )


def _same_headers(wanted: JsonValue, found: JsonValue) -> bool:
    """Compare headers by key.

    The order of keys means nothing, and that of the values of one key counts. Source:
    RFC 9110, section 5.3. For the value of a secure header the service answers a
    stand-in.
    """
    new, old = (sorted(_records(one), key=_header_key) for one in (wanted, found))
    if list(map(_header_key, new)) != list(map(_header_key, old)):
        return False
    values = [
        (_header_value(a), _header_value(b)) for a, b in zip(new, old, strict=True)
    ]
    return all(a is None or b is None or a == b for a, b in values)


def _header_key(header: Fields) -> tuple[str, bool]:
    return str(header.get("key")).casefold(), bool(header.get("isSecure"))


def _header_value(header: Fields) -> JsonValue:
    """Return the value of a header, None if it is not known."""
    return None if header.get("isSecure") else header.get("value")


def _same_variations(wanted: JsonValue, found: JsonValue) -> bool:
    names = ("value", "name", "hint")
    return _same(_projected(wanted, names), _projected(found, names))


def _same_rules_v1(wanted: JsonValue, found: JsonValue) -> bool:
    return _same(_projected(wanted, _RULE_V1), _projected(found, _RULE_V1))


def _same_options_v1(wanted: JsonValue, found: JsonValue) -> bool:
    return _same(_projected(wanted, _OPTION_V1), _projected(found, _OPTION_V1))


def _projected(value: JsonValue, names: Iterable[str]) -> list[JsonValue]:
    """Return records without the fields that cannot be written, such as ids."""
    return [{name: one.get(name) for name in names} for one in _records(value)]


def _items(value: JsonValue) -> Sequence[JsonValue]:
    is_list = isinstance(value, Sequence) and not isinstance(value, str)
    return cast("Sequence[JsonValue]", value) if is_list else ()


def _records(value: JsonValue) -> list[Fields]:
    return [one for one in _items(value) if isinstance(one, Mapping)]


_COMPARISONS: Final[Mapping[str, Callable[[JsonValue, JsonValue], bool]]] = {
    "color": _same_color,
    "tags": _same_set,
    "environmentIds": _same_set,
    "configIds": _same_set,
    **{
        kind.field: partial(_same_entries, kind)
        for kind in (ACCESSES, APPROVAL_PERMISSIONS, REASONS, APPROVALS)
    },
    "parameters": _same_parameters,
    "webHookHeaders": _same_headers,
    "predefinedVariations": _same_variations,
    "rolloutRules": _same_rules_v1,
    "rolloutPercentageItems": _same_options_v1,
}
