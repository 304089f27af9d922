"""Collects the settings that carry what one targeting rule cannot.

A helper is a setting of the same config, and rules require a value of it. In an
environment that does not need it, it serves its default.
"""

from collections.abc import Iterable, Iterator
from typing import Final

import attrs

from configcat_mgmt.jobs.launchdarkly.clauses import (
    Alternatives,
    ClauseTranslator,
    Conjunction,
)
from configcat_mgmt.jobs.launchdarkly.keys import Keys, Names
from configcat_mgmt.jobs.model.snapshot import (
    Formula,
    Plain,
    PrerequisiteCondition,
    Rule,
    UserCondition,
)

MOST_EXPANDED: Final = 16
"""Alternatives of a rule that become rules; of more, single clauses become settings."""
MERGEABLE: Final = frozenset(
    {
        "isOneOf",
        "sensitiveIsOneOf",
        "containsAnyOf",
        "textStartsWithAnyOf",
        "textEndsWithAnyOf",
        "arrayContainsAnyOf",
        "semVerIsOneOf",
    }
)
"""Comparators that are met by any item of their list."""


@attrs.define
class Helper:
    """A setting that the translation adds."""

    key: str
    name: str
    hint: str
    type: str
    default: Plain
    formulas: dict[str, Formula] = attrs.field(factory=dict[str, Formula], init=False)
    """By environment key."""

    def equals(self, value: Plain) -> PrerequisiteCondition:
        """Return the condition that the setting serves a value."""
        return PrerequisiteCondition(self.key, "equals", value)


@attrs.define
class Helpers:
    """The helpers of one config."""

    keys: Keys
    names: Names
    _made: dict[str, Helper] = attrs.field(factory=dict[str, Helper], init=False)

    def take(
        self, identity: str, name: str, hint: str, setting_type: str, default: Plain
    ) -> Helper:
        """Return the helper of an identity, which is also the key that it should have.

        Args:
            identity: The same in all environments, and in a later import.
            name: Name of the setting.
            hint: What it is for.
            setting_type: `boolean` or `string`.
            default: Its value where it is not needed.
        """
        found = self._made.get(identity)
        if found is None:
            key, unique = self.keys.take(identity), self.names.take(name)
            found = Helper(key, unique, hint, setting_type, default)
            self._made[identity] = found
        return found

    def all(self) -> Iterable[Helper]:
        """Return all helpers in the order in which they were made."""
        return self._made.values()


@attrs.define
class RuleHelpers:
    """Makes the helpers of one flag or segment in one environment."""

    helpers: Helpers
    clauses: ClauseTranslator
    """Translates the clauses there, and notes the issues."""
    key: str
    """Key of the setting that needs them."""
    _conditions: dict[Alternatives, Helper] = attrs.field(
        factory=dict[Alternatives, Helper], init=False
    )
    _draws: int = attrs.field(default=0, init=False)

    def condition(self, alternatives: Alternatives) -> PrerequisiteCondition:
        """Return the condition that one of the alternatives holds."""
        found = self._conditions.get(alternatives)
        if found is None:
            number = len(self._conditions) + 1
            found = self.helpers.take(
                f"{self.key}_c{number}",
                f"Condition {number} of {self.key}",
                f"Holds conditions that {self.key} needs; imported from LaunchDarkly.",
                "boolean",
                default=False,
            )
            self._conditions[alternatives] = found
            rules = tuple(Rule(self.within_limit(one), True) for one in alternatives)
            found.formulas[self.clauses.environment] = Formula(False, rules)
        return found.equals(True)

    def draw(self) -> Helper:
        """Return a text setting for the outcome of a rollout."""
        self._draws += 1
        return self.helpers.take(
            f"{self.key}_r{self._draws}",
            f"Rollout {self._draws} of {self.key}",
            f"Holds a rollout that {self.key} needs; imported from LaunchDarkly.",
            "string",
            default="none",
        )

    def within_limit(self, conditions: Conjunction) -> Conjunction:
        """Move conditions to a helper if a rule may not have so many."""
        most = self.clauses.options.limit("maxConditionPerTargetingRuleCount")
        if most is None or len(conditions) <= most or most < 2:  # noqa: PLR2004
            return conditions
        self.clauses.issues.add("L002", "Rules", self.clauses.item, limit=most)
        rest = self.condition((conditions[most - 1 :],))
        return (*conditions[: most - 1], rest)


def merged(rules: Iterable[Rule], most: int | None) -> Iterator[Rule]:
    """Merge neighbors that serve one value for one list of one attribute.

    Args:
        rules: Rules in their order.
        most: Items that a list may have; None for any number.
    """
    before: Rule | None = None
    for rule in rules:
        joined = None if before is None else _joined(before, rule, most)
        if joined is not None:
            before = joined
            continue
        if before is not None:
            yield before
        before = rule
    if before is not None:
        yield before


def _joined(one: Rule, other: Rule, most: int | None) -> Rule | None:
    first, second = _only_list(one), _only_list(other)
    if first is None or second is None or one.value is None:
        return None
    is_same_value = type(one.value) is type(other.value) and one.value == other.value
    is_same_test = (first.attribute, first.comparator) == (
        second.attribute,
        second.comparator,
    )
    if not (is_same_value and is_same_test):
        return None
    found = [one for one in (first.value, second.value) if isinstance(one, tuple)]
    items = tuple(dict.fromkeys(item for part in found for item in part))
    if most is not None and len(items) > most:
        return None
    return attrs.evolve(one, conditions=(attrs.evolve(first, value=items),))


def _only_list(rule: Rule) -> UserCondition | None:
    """Return the condition of a rule that has one, for a list of which any will do."""
    if len(rule.conditions) != 1:
        return None
    (condition,) = rule.conditions
    if isinstance(condition, UserCondition) and condition.comparator in MERGEABLE:
        return condition
    return None
