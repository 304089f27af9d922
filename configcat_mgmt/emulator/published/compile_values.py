"""Served values as published configs write them, with their variation ids."""

import hashlib
from decimal import ROUND_DOWN, Decimal
from typing import Final
from uuid import UUID

from configcat_mgmt.api.model_index import SettingType
from configcat_mgmt.emulator.domain.evaluation import PlainValue, Served
from configcat_mgmt.emulator.published.compile_source import SourceSetting
from configcat_mgmt.json_value import JsonValue

TYPE_NUMBERS: Final = {
    SettingType.BOOLEAN: 0,
    SettingType.STRING: 1,
    SettingType.INT: 2,
    SettingType.DOUBLE: 3,
}
"""Source: the config JSON that configcat/python-sdk reads."""

_MEMBERS: Final = {
    SettingType.BOOLEAN: "b",
    SettingType.STRING: "s",
    SettingType.INT: "i",
    SettingType.DOUBLE: "d",
}
_SIX_DECIMALS: Final = Decimal("0.000001")


def value_json(setting: SourceSetting, served: Served) -> dict[str, JsonValue]:
    """Write a value of a setting in the one member for its type."""
    return {_MEMBERS[setting.setting_type]: _plain(setting, served)}


def served_json(setting: SourceSetting, served: Served) -> dict[str, JsonValue]:
    """Return the JSON of a served value."""
    plain = _plain(setting, served)
    return {
        "v": {_MEMBERS[setting.setting_type]: plain},
        "i": variation_id(setting.key, plain),
    }


def variation_id(key: str, value: PlainValue) -> str:
    """Return the id that analytics know a value by.

    Source: https://configcat.com/docs/advanced/variation-id-for-analytics says that it
    belongs to the value; 418 ids in public configs say how it is made.

    Args:
        key: Key of the setting.
        value: The served value.

    Returns:
        8 hexadecimal digits.
    """
    text = f"{key}_{_text(value)}"
    digest = hashlib.sha1(text.encode(), usedforsecurity=False)
    return digest.hexdigest()[:8]


def _plain(setting: SourceSetting, served: Served) -> PlainValue:
    plain = dict(setting.variations)[served] if isinstance(served, UUID) else served
    if setting.setting_type == SettingType.DOUBLE:
        # SDKs take a number without a point for one of another type.
        return float(plain)
    return plain


def _text(value: PlainValue) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if not isinstance(value, float):
        return str(value)
    # The digits that people read; the exact binary value has others further down.
    shown = Decimal(repr(value))
    if value.is_integer():
        return format(shown.to_integral_value() + 0, "f")  # + 0 makes -0 a plain 0
    return format(shown.quantize(_SIX_DECIMALS, rounding=ROUND_DOWN), "f")
