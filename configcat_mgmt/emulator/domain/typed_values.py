"""Checks that a value is of its setting's type, and reads it."""

import json
from collections.abc import Sequence
from typing import Final
from uuid import UUID

from configcat_mgmt.api.model_index import (
    CreatePredefinedVariationValueModel,
    SettingType,
    UpdatePredefinedVariationValueModel,
    UpdateValueModel,
)
from configcat_mgmt.emulator.domain.absent import given
from configcat_mgmt.emulator.domain.evaluation import PlainValue, Served
from configcat_mgmt.emulator.domain.limits import PlanLimits
from configcat_mgmt.emulator.domain.records import Setting, Variation
from configcat_mgmt.emulator.domain.refusals import FieldPath, Refused, wire_name

MEMBERS: Final = {
    SettingType.BOOLEAN: "bool_value",
    SettingType.STRING: "string_value",
    SettingType.INT: "int_value",
    SettingType.DOUBLE: "double_value",
}
"""The member of a V2 value object that each setting type uses."""

_VARIATION: Final = "predefined_variation_id"
_WORDS: Final = {
    SettingType.BOOLEAN: "a boolean",
    SettingType.STRING: "a text",
    SettingType.INT: "a 32-bit whole number",
    SettingType.DOUBLE: "a number",
}
_INT32: Final = 1 << 31
_WHOLE: Final = 100


def read_plain(
    value: object, setting_type: SettingType, path: FieldPath, limits: PlanLimits
) -> PlainValue:
    """Read a value that stands as plain JSON.

    Args:
        value: Plain JSON data.
        setting_type: The type it has to have.
        path: Its path in the request, for the message.
        limits: Bounds the length of a text.

    Returns:
        The value; a `float` for a double, even if a whole number was sent.

    Raises:
        Refused: It is of another type, out of range, or too long.
    """
    number: int | float | None = None
    if isinstance(value, int | float) and not isinstance(value, bool):
        number = value
    match setting_type:
        case SettingType.BOOLEAN if isinstance(value, bool):
            return value
        case SettingType.STRING if isinstance(value, str):
            if len(value) > limits.string_value_length:
                length = limits.string_value_length
                raise Refused(path, f"A text value has at most {length} characters.")
            return value
        case SettingType.INT if number is not None and number == number // 1:
            if -_INT32 <= number < _INT32:
                return int(number)
        case SettingType.DOUBLE if number is not None:
            try:
                return float(number)
            except OverflowError:
                pass
        case _:
            pass
    message = f"The setting's type needs {_WORDS[setting_type]} here."
    raise Refused(path, message)


def require_text(value: Served, path: FieldPath) -> None:
    """Refuse an empty text as a value.

    Source: https://configcat.com/docs/main-concepts, which says that a text value is
    not empty.

    Raises:
        Refused: It is one.
    """
    if value == "":
        raise Refused(path, "A text value must not be empty.")


def require_json(value: Served, path: FieldPath) -> None:
    """Refuse a text that is not JSON.

    Raises:
        Refused: It is not.
    """
    try:
        json.loads(str(value))
    except ValueError:
        message = "The values of this setting must be JSON."
        raise Refused(path, message) from None


def read_value(
    body: UpdateValueModel, setting: Setting, path: FieldPath, limits: PlanLimits
) -> Served:
    """Read a V2 value object, which has exactly one member: the one for the setting.

    Returns:
        A plain value, or the id of a predefined variation if the setting has them.

    Raises:
        Refused: No member, several, the wrong one, or a value that does not fit.
    """
    expected = _VARIATION if setting.variations else MEMBERS[setting.setting_type]
    member, value = _only_member(body, (*MEMBERS.values(), _VARIATION), expected, path)
    place = (*_path(path), member)
    if not isinstance(value, UUID):
        plain = read_plain(value, setting.setting_type, place, limits)
        if setting.is_json and plain != "":
            require_json(plain, place)
        return plain
    if all(value != variation.variation_id for variation in setting.variations):
        message = f"The setting has no predefined variation {value}."
        raise Refused(place, message)
    return value


def read_variation_value(
    body: CreatePredefinedVariationValueModel | UpdatePredefinedVariationValueModel,
    setting: Setting,
    path: FieldPath,
    limits: PlanLimits,
) -> PlainValue:
    """Read the value of a predefined variation.

    Raises:
        Refused: No member, several, the wrong one, or a value that does not fit.
    """
    expected = MEMBERS[setting.setting_type]
    member, value = _only_member(body, tuple(MEMBERS.values()), expected, path)
    place = (*_path(path), member)
    plain = read_plain(value, setting.setting_type, place, limits)
    require_text(plain, place)
    if setting.is_json:
        require_json(plain, place)
    return plain


def require_unique_values(variations: Sequence[Variation], path: FieldPath) -> None:
    """Refuse predefined variations of which two have the same value.

    Raises:
        Refused: Two do.
    """
    values = [variation.value for variation in variations]
    if len(set(values)) < len(values):
        raise Refused(path, "Two predefined variations have the same value.")


def require_split(
    shares: Sequence[tuple[int, Served]],
    setting: Setting,
    path: FieldPath,
    limits: PlanLimits,
) -> None:
    """Refuse a percentage split that does not add up.

    Source: https://configcat.com/docs/advanced/targeting/percentage-options.

    Args:
        shares: Percentage and value of each option; no options are fine.
        setting: The setting.
        path: Its path in the request, for the message.
        limits: Bounds the number of options.

    Raises:
        Refused: A share is not within 0 to 100, the sum is not 100, there are too
            many, or a boolean is not split into one true and one false.
    """
    if not shares:
        return
    if len(shares) > limits.percentage_options:
        count = limits.percentage_options
        raise Refused(path, f"There may be at most {count} percentage options.")
    for position, (percentage, _) in enumerate(shares):
        if not 0 <= percentage <= _WHOLE:
            message = "A percentage is a whole number from 0 to 100."
            raise Refused((*_path(path), position, "percentage"), message)
    total = sum(percentage for percentage, _ in shares)
    if total != _WHOLE:
        raise Refused(path, f"The percentages add up to {total} instead of 100.")
    if setting.setting_type == SettingType.BOOLEAN:
        values = [value for _, value in shares]
        if len(values) != len(set(values)) or len(values) != len({True, False}):
            message = "A boolean is split into two options, one true and one false."
            raise Refused(path, message)


def _only_member(
    body: object, members: Sequence[str], expected: str, path: FieldPath
) -> tuple[str, object]:
    present = [
        (member, value)
        for member in members
        if (value := given(getattr(body, member))) is not None
    ]
    if len(present) != 1 or present[0][0] != expected:
        message = f"Exactly this member is required: {wire_name(expected)}."
        raise Refused(path, message)
    return present[0]


def _path(path: FieldPath) -> tuple[str | int, ...]:
    return (path,) if isinstance(path, str) else path
