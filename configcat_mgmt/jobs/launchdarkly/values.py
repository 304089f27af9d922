"""Finds the type of a flag, and its values as predefined variations."""

import json
from collections.abc import Iterator
from typing import Final

import attrs

from configcat_mgmt.errors import ConfigurationError
from configcat_mgmt.jobs.issues.collecting import IssueList
from configcat_mgmt.jobs.launchdarkly.keys import LONGEST_NAME, Names, clip_hint
from configcat_mgmt.jobs.launchdarkly.model import Flag
from configcat_mgmt.jobs.launchdarkly.options import TranslationOptions
from configcat_mgmt.jobs.model.references import is_of_type
from configcat_mgmt.jobs.model.snapshot import Plain, Variation
from configcat_mgmt.json_value import JsonValue

EMPTY: Final = "(empty)"
"""Takes the place of an empty text, if that was accepted."""


@attrs.frozen
class FlagValues:
    """The type and the values of a flag."""

    type: str
    is_json: bool | None
    values: tuple[Plain, ...]
    """By the index of the variation; several indexes may have one value."""
    variations: tuple[Variation, ...]
    off: Plain | None = None
    """The value that the user chose for a flag without an off variation."""

    def at(self, index: int | None) -> Plain | None:
        """Return the value of a variation; None if the index is out of range."""
        if index is None or not 0 <= index < len(self.values):
            return None
        return self.values[index]

    def is_shared(self, index: int) -> bool:
        """Whether another variation has the same value."""
        return self.values.count(self.values[index]) > 1


def values_of(flag: Flag, options: TranslationOptions, issues: IssueList) -> FlagValues:
    """Find the type and the values of a flag; the API does not tell its type.

    Raises:
        ConfigurationError: The chosen off variation is of another type.
    """
    raw = [one.value for one in flag.variations]
    has_own_off = flag.key in options.off_variations
    chosen = options.off_variations.get(flag.key)
    kind = _type_of([*raw, chosen] if has_own_off else raw, options)
    own = _type_of(raw, options)
    if kind != own and (own, kind) != ("int", "double"):
        raise ConfigurationError(
            f"the off variation {json.dumps(chosen)} of the flag {flag.key!r} is not "
            f"of its type, {own}"
        )
    is_json = kind == "json"
    if is_json:
        issues.add("T004", "Flags", flag.key)
    values = tuple(_value(one, kind) for one in raw)
    off = _value(chosen, kind) if has_own_off else None
    setting_type = "string" if is_json else kind
    if "" in raw and kind == "string":
        issues.add("T028", f"Flag {flag.key}", *_named_places(flag))
    longest = options.limit("maxStringFlagValueLength")
    for one in values:
        if isinstance(one, str) and longest is not None and len(one) > longest:
            issues.add("L007", f"Flag {flag.key}", flag.key, limit=longest)
    variations = tuple(_variations(flag, values, off, issues))
    return FlagValues(
        setting_type,
        True if is_json else False if kind == "string" else None,
        values,
        variations,
        off,
    )


def _type_of(values: list[JsonValue], options: TranslationOptions) -> str:
    if all(isinstance(one, bool) for one in values):
        return "boolean"
    if all(isinstance(one, str) for one in values):
        return "string"
    if all(isinstance(one, int | float) for one in values) and not any(
        isinstance(one, bool) for one in values
    ):
        is_int = all(is_of_type(_as_number(one), "int") for one in values)
        return "int" if is_int and options.numbers == "auto" else "double"
    return "json"


def _as_number(value: JsonValue) -> Plain:
    """Return a whole number as an int, however JSON has it."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value if isinstance(value, int | float) else 0


def _value(value: JsonValue, kind: str) -> Plain:
    if kind == "json":
        return json.dumps(
            value, sort_keys=True, ensure_ascii=False, separators=(",", ":")
        )
    if isinstance(value, str):
        return value or EMPTY
    if isinstance(value, bool):
        return value
    number = _as_number(value)
    return float(number) if kind == "double" else number


def _variations(
    flag: Flag, values: tuple[Plain, ...], off: Plain | None, issues: IssueList
) -> Iterator[Variation]:
    names = Names()
    seen: dict[Plain, None] = {}
    for one, value in zip(flag.variations, values, strict=True):
        if value in seen:
            continue
        seen[value] = None
        name = one.name or None
        if name is not None:
            unique = names.take(name)
            if unique != name:
                issues.add("T029", "Flags", f"{flag.key}: {name[:LONGEST_NAME]}")
            name = unique
        where = f"variation of {flag.key}"
        yield Variation(value, name, clip_hint(one.description, where, issues))
    if off is not None and off not in seen:
        yield Variation(off, names.take("Off"))


def _named_places(flag: Flag) -> Iterator[str]:
    for one in flag.variations:
        if one.value == "":
            yield one.place
