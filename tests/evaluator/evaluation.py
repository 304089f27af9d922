"""From the values of a config in an environment to what a user is served.

Source: https://configcat.com/docs/targeting/feature-flag-evaluation.
"""

import hashlib
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

import attrs

from tests.evaluator.attributes import (
    CannotEvaluateError,
    User,
    as_text,
    attribute_of,
    splitter_of,
)
from tests.evaluator.comparisons import compare, compare_v1

Json = Any
Plain = bool | str | int | float

PYTHON_TYPES: Final[Mapping[str, type[Plain]]] = {
    "boolean": bool,
    "string": str,
    "int": int,
    "double": float,
}


@attrs.frozen
class Outcome:
    """What a user is served, and the id that analytics know it by."""

    value: Plain
    variation_id: str


class Evaluation:
    """Evaluates the settings of one config in one environment.

    Attributes:
        seen: How often each comparator came to true, to false, or to None, which is
            neither of them.
    """

    def __init__(self, values: Json, segments: Sequence[Json]) -> None:
        """Take what the API answered.

        Args:
            values: All values of the config, of either version.
            segments: The segments of the product, each as a whole.
        """
        entries = values.get("settingFormulas", values.get("settingValues"))
        self.keys = [entry["setting"]["key"] for entry in entries]
        self.seen: Counter[tuple[str, bool | None]] = Counter()
        self._by_key = {entry["setting"]["key"]: entry for entry in entries}
        self._by_id = {entry["setting"]["settingId"]: entry for entry in entries}
        self._segments = {one["segmentId"]: one for one in segments}

    def type_of(self, key: str) -> type[Plain]:
        """Return the Python type of what a setting serves."""
        return PYTHON_TYPES[self._by_key[key]["setting"]["settingType"]]

    def told(self, key: str) -> Json:
        """Return all that decides about a setting by itself, for people to read."""
        return {"value": self._by_key[key], "segments": self._segments}

    def outcome(self, key: str, user: User | None) -> Outcome:
        """Evaluate a setting for a user, or for nobody in particular."""
        value = self._evaluate(self._by_key[key], user)
        return Outcome(value, variation_id(key, value))

    def _evaluate(self, entry: Json, user: User | None) -> Plain:
        if "defaultValue" in entry:
            return self._evaluate_formula(entry, user)
        return self._evaluate_rollout(entry, user)

    def _evaluate_formula(self, entry: Json, user: User | None) -> Plain:
        setting = entry["setting"]
        splitter = entry["percentageEvaluationAttribute"] or "Identifier"
        for rule in entry["targetingRules"]:
            if not all(self._holds(one, user) for one in rule["conditions"]):
                continue
            if rule["value"] is not None:
                return _value_of(setting, rule["value"])
            share = _share(setting, rule["percentageOptions"], splitter, user)
            if share is not None:
                return _value_of(setting, share["value"])
        return _value_of(setting, entry["defaultValue"])

    def _evaluate_rollout(self, entry: Json, user: User | None) -> Plain:
        setting = entry["setting"]
        kind = PYTHON_TYPES[setting["settingType"]]
        for rule in entry["rolloutRules"]:
            if rule["segmentId"] is not None:
                is_met = self._in_segment(rule["segmentId"], user)
                if is_met is not None and rule["segmentComparator"] == "isNotIn":
                    is_met = not is_met
            else:
                is_met = self._compare(rule, rule["comparisonValue"], compare_v1, user)
            if is_met:
                return kind(rule["value"])
        items = entry["rolloutPercentageItems"]
        share = _share(setting, items, "Identifier", user) if items else None
        return kind((share or entry)["value"])

    def _holds(self, condition: Json, user: User | None) -> bool:
        """Whether a condition of V2 is true, neither false nor impossible to tell."""
        asked = condition["userCondition"]
        if asked is not None:
            wanted = _only(asked["comparisonValue"])
            if isinstance(wanted, list):
                wanted = [one["value"] for one in wanted]
            return self._compare(asked, wanted, compare, user) is True
        asked = condition["segmentCondition"]
        if asked is not None:
            is_in = self._in_segment(asked["segmentId"], user)
            return is_in is (asked["comparator"] == "isIn")
        asked = condition["prerequisiteFlagCondition"]
        other = self._by_id[asked["prerequisiteSettingId"]]
        value = self._evaluate(other, user)
        wanted = _value_of(other["setting"], asked["prerequisiteComparisonValue"])
        return (value == wanted) is (asked["comparator"] == "equals")

    def _in_segment(self, segment_id: str, user: User | None) -> bool | None:
        segment = self._segments[segment_id]
        return self._compare(segment, segment["comparisonValue"], compare_v1, user)

    def _compare(
        self,
        asked: Json,
        wanted: object,
        comparison: Callable[[str, object, Any], bool],
        user: User | None,
    ) -> bool | None:
        comparator = asked["comparator"]
        result: bool | None = None
        try:
            attribute = attribute_of(user, asked["comparisonAttribute"])
            result = comparison(comparator, attribute, wanted)
        except CannotEvaluateError:
            pass
        self.seen[comparator, result] += 1
        return result


def variation_id(key: str, value: Plain) -> str:
    """Return the id that a value of a setting has.

    Source: https://configcat.com/docs/advanced/variation-id-for-analytics, and public
    configs for the way that numbers are written.
    """
    text = str(value)
    if isinstance(value, bool):
        text = text.lower()
    elif isinstance(value, float):
        exact = Decimal(text)
        is_whole = exact == exact.to_integral_value()
        text = f"{exact:.0f}" if is_whole else _cut(exact)
        text = "0" if value == 0 else text
    digest = hashlib.sha1(f"{key}_{text}".encode(), usedforsecurity=False)
    return digest.hexdigest()[:8]


def bucket(key: str, attribute: object) -> int:
    """Return the number from 0 to 99 that decides about the share of a user."""
    text = key + as_text(attribute)
    digest = hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()
    return int(digest[:7], 16) % 100


def _cut(number: Decimal) -> str:
    whole, _, decimals = f"{number:f}".partition(".")
    return f"{whole}.{decimals[:6]:0<6}"


def _share(
    setting: Json, options: Sequence[Json], attribute: str, user: User | None
) -> Json | None:
    """Return the option that a user falls into; None without the attribute."""
    try:
        place = bucket(setting["key"], splitter_of(user, attribute))
    except CannotEvaluateError:
        return None
    end = 0
    for option in options:
        end += option["percentage"]
        if place < end:
            return option
    raise AssertionError("the shares do not add up")


def _value_of(setting: Json, value: Json) -> Plain:
    """Read a value object of V2."""
    chosen = value["predefinedVariationId"]
    if chosen is not None:
        variations = setting["predefinedVariations"]
        (value,) = [
            one["value"] for one in variations if one["predefinedVariationId"] == chosen
        ]
    kind = PYTHON_TYPES[setting["settingType"]]
    return kind(_only(value))


def _only(members: Mapping[str, Json]) -> Json:
    """Return the one member that is not null."""
    (member,) = [one for one in members.values() if one is not None]
    return member
