"""Translates a flag in one environment into the value of a setting.

Source of the order of evaluation: launchdarkly/python-server-sdk,
ldclient/impl/evaluator.py.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Final, Literal, TypeAlias

import attrs

from configcat_mgmt.jobs.launchdarkly.attributes import BadReferenceError, Reference
from configcat_mgmt.jobs.launchdarkly.clauses import ClauseTranslator, Conjunction
from configcat_mgmt.jobs.launchdarkly.helpers import (
    MOST_EXPANDED,
    Helper,
    Helpers,
    RuleHelpers,
    merged,
)
from configcat_mgmt.jobs.launchdarkly.model import (
    USER,
    Flag,
    FlagConfig,
    Prerequisite,
    Served,
    Target,
)
from configcat_mgmt.jobs.launchdarkly.rollouts import Split, split_of
from configcat_mgmt.jobs.launchdarkly.segments import SegmentTranslator, expanded
from configcat_mgmt.jobs.launchdarkly.splits import Splitter
from configcat_mgmt.jobs.launchdarkly.values import FlagValues
from configcat_mgmt.jobs.model.snapshot import (
    Formula,
    Plain,
    PrerequisiteCondition,
    Rule,
)

Way: TypeAlias = Literal["rules", "off value", "rules and toggle", "rules although off"]
"""How the value of a flag in an environment was translated."""

_OFF_IS_SERVED: Final = "The off variation is served."


@attrs.frozen
class FlagInfo:
    """A flag of the config, as others refer to it."""

    flag: Flag
    key: str
    """Key of the setting."""
    name: str
    values: FlagValues
    toggle: Helper | None = None
    """The setting that emulates its targeting toggle."""


class CannotServeError(Exception):
    """The data does not say which variation to serve."""


@attrs.define
class FlagTranslator:
    """Translates one flag in one environment."""

    info: FlagInfo
    config: FlagConfig
    clauses: ClauseTranslator
    segments: SegmentTranslator
    helpers: Helpers
    others: Mapping[str, FlagInfo]
    """All flags of the config by their LaunchDarkly key."""
    circular: frozenset[str] = frozenset()
    """Keys of the flags that depend on themselves here."""

    def translate(self) -> tuple[Formula, Way]:
        """Return the value, and how it was made."""
        key, environment = self.info.flag.key, self.clauses.environment
        way: Way = "rules"
        if key in self.circular:
            self._invalid("prerequisites form a circle", self.config.place)
            return self._constant(), "off value"
        if not self.config.on:
            way = self._way_when_off()
            if way == "off value":
                return self._constant(), way
        prerequisites = self._prerequisites()
        if prerequisites is None:
            return self._constant(), "off value"
        formula = self._formula(prerequisites, MOST_EXPANDED)
        most = self.clauses.options.limit("maxTargetingRuleCount")
        if most is not None and len(formula.rules) > most:
            formula = self._fewer(formula, prerequisites, most)
        if most is not None and len(formula.rules) > most:
            self.clauses.note("L001", environment, limit=most)
        return formula, way

    def _way_when_off(self) -> Way:
        place = f"{self.info.flag.key} in {self.clauses.environment}"
        match self.clauses.options.toggle:
            case "respect":
                self.clauses.issues.add("T007", "Targeting toggles", place)
                return "off value"
            case "ignore":
                self.clauses.issues.add("T008", "Targeting toggles", place)
                return "rules although off"
            case _:
                return "rules and toggle"

    def _constant(self) -> Formula:
        return Formula(self._off_value())

    def _off_value(self) -> Plain:
        """Return the value for off, or ask for one if LaunchDarkly has none."""
        values, flag = self.info.values, self.info.flag
        index = self.config.off_variation
        found = values.at(index)
        if found is not None:
            return found
        if index is not None:
            self._invalid("the off variation is out of range", self.config.place)
        elif values.off is not None:
            return values.off
        else:
            self.clauses.note("T006", self.clauses.environment)
        if values.type == "boolean":
            return False
        found = values.at(flag.default_off_variation)
        return values.values[-1] if found is None else found

    def _prerequisites(self) -> list[Rule] | None:
        """Return the rules of the toggle and of prerequisites; None for always off."""
        rules: list[Rule] = []
        toggle = self.info.toggle
        if toggle is not None:
            off = self._off_value()
            rules.append(
                Rule((PrerequisiteCondition(toggle.key, "equals", False),), off)
            )
        for one in self.config.prerequisites:
            found = self._prerequisite(one)
            if found is None:
                return None
            rules += found
        return rules

    def _prerequisite(self, wanted: Prerequisite) -> list[Rule] | None:
        environment = self.clauses.environment
        other = self.others.get(wanted.key)
        config = other.flag.environments.get(environment) if other else None
        if other is None or config is None:
            reason = f"the prerequisite {wanted.key!r} does not exist"
            self._invalid(reason, wanted.place)
            return None
        value = other.values.at(wanted.variation)
        if value is None:
            self._invalid(
                "the variation of a prerequisite is out of range", wanted.place
            )
            return None
        if other.values.is_shared(wanted.variation):
            reason = "a prerequisite has several variations with the required value"
            self.clauses.invalid(
                reason, wanted.place, "Each of these variations meets the condition."
            )
        if config.on and not self._can_be_trusted(other, config, value):
            self.clauses.note("T006", f"{environment} (prerequisite {wanted.key})")
        mode = self.clauses.options.toggle
        if not config.on and mode == "respect":
            # A prerequisite that is off fails, whatever it serves.
            place = f"{self.info.flag.key} in {environment}"
            self.clauses.issues.add("T007", "Targeting toggles", place)
            return None
        off = self._off_value()
        rules: list[Rule] = []
        if other.toggle is not None and mode == "emulate":
            is_off = PrerequisiteCondition(other.toggle.key, "equals", False)
            rules.append(Rule((is_off,), off))
        differs = PrerequisiteCondition(other.key, "doesNotEqual", value)
        rules.append(Rule((differs,), off))
        return rules

    @staticmethod
    def _can_be_trusted(other: FlagInfo, config: FlagConfig, value: Plain) -> bool:
        """Whether the value shows that a flag served a variation.

        A flag that is on, without an off variation, serves the caller's default if its
        own prerequisites fail, and then meets no condition.
        """
        if config.off_variation is not None or not config.prerequisites:
            return True
        return other.values.off is not None and other.values.off != value

    def _formula(self, prerequisites: list[Rule], most_expanded: int) -> Formula:
        """Return the value; it has few rules of its own if little is expanded."""
        helpers = RuleHelpers(self.helpers, self.clauses, self.info.key)
        attribute = self._percentage_attribute()
        splitter = Splitter(self.clauses, helpers, attribute)
        rules = [*prerequisites, *self._targets()]
        default: Plain | None = None
        for served, alternatives in self._rules(helpers, most_expanded):
            for conditions in alternatives:
                within = helpers.within_limit(conditions)
                found, rest = self._served(within, served, splitter)
                rules += found
                if not conditions:
                    default = rest
                    break
                rules.append(Rule(within, rest))
            if default is not None:
                break
        if default is None:
            found, default = self._served((), self.config.fallthrough, splitter)
            rules += found
        name = attribute.name if attribute and _has_splits(rules) else None
        return Formula(default, tuple(rules), name)

    def _fewer(self, formula: Formula, prerequisites: list[Rule], most: int) -> Formula:
        """Return the value with as few rules as possible."""
        size = self.clauses.options.limit("maxComparisonValueListLength")
        found = attrs.evolve(formula, rules=tuple(merged(formula.rules, size)))
        if len(found.rules) > most:
            formula = self._formula(prerequisites, 1)
            found = attrs.evolve(formula, rules=tuple(merged(formula.rules, size)))
        return found

    def _targets(self) -> Iterator[Rule]:
        for target in _in_order(self.config):
            value = self.info.values.at(target.variation)
            if value is None:
                self._invalid("the variation of a target is out of range", target.place)
                value = self._off_value()
            for conditions in self.clauses.keys(target.context_kind, target.values):
                yield Rule(conditions, value)

    def _rules(
        self, helpers: RuleHelpers, most_expanded: int
    ) -> Iterator[tuple[Served, tuple[Conjunction, ...]]]:
        for number, rule in enumerate(self.config.rules):
            if rule.is_disabled:
                place = f"{self.info.flag.key} in {self.clauses.environment}"
                self.clauses.issues.add("CC603", "Rules", place)
                continue
            if not rule.clauses:
                if number < len(self.config.rules) - 1:
                    self.clauses.note("CC604", rule.place)
                yield rule.served, ((),)
                return
            parts = [
                self.segments.alternatives(clause, self.clauses)
                for clause in rule.clauses
            ]
            yield rule.served, expanded(parts, helpers, self.clauses, most_expanded)

    def _served(
        self, conditions: Conjunction, served: Served, splitter: Splitter
    ) -> tuple[list[Rule], Plain]:
        """Return rules for a rollout, and the value for all others."""
        try:
            if served.variation is not None or served.rollout is None:
                return [], self._at(served.variation)
            split = self._split(served)
            return splitter.rules(conditions, split, self._at)
        except CannotServeError as error:
            self._invalid(str(error), served.place)
            return [], self._off_value()

    def _split(self, served: Served) -> Split:
        rollout = served.rollout
        if rollout is None or not rollout.weights:
            message = "a rollout has no variations"
            raise CannotServeError(message)
        try:
            split = split_of(rollout)
        except BadReferenceError as error:
            raise CannotServeError(str(error)) from None
        for one in rollout.weights:
            self._at(one.variation)
        place = f"{self.info.flag.key} in {self.clauses.environment}"
        if rollout.is_moving:
            self.clauses.issues.add("CC602", "Rollouts", place)
        if split.only is None:
            self.clauses.issues.add("CC601", "Rollouts", place)
        return split

    def _at(self, index: int | None) -> Plain:
        found = self.info.values.at(index)
        if found is None:
            message = (
                "nothing says which variation to serve"
                if index is None
                else "the index of a variation is out of range"
            )
            raise CannotServeError(message)
        return found

    def _percentage_attribute(self) -> Reference | None:
        """Return the most frequent attribute of the rollouts; the first of a tie."""
        found: Counter[Reference] = Counter()
        served = [one.served for one in self.config.rules if not one.is_disabled]
        for one in (*served, self.config.fallthrough):
            if one.variation is None and one.rollout and one.rollout.weights:
                try:
                    split = split_of(one.rollout)
                except BadReferenceError:
                    continue
                if split.only is None:
                    found[split.attribute] += 1
        if len(found) > 1:
            self.clauses.issues.add("T020", "Rollouts", self.info.flag.key)
        return found.most_common(1)[0][0] if found else None

    def _invalid(self, reason: str, place: str) -> None:
        self.clauses.invalid(reason, place, _OFF_IS_SERVED)


def _in_order(config: FlagConfig) -> list[Target]:
    """Return the targets in the order in which LaunchDarkly tries them.

    A context with several kinds gets the lowest variation. Of one variation the users
    come first. Source: LaunchDarkly's documentation, "Manage rules".
    """
    users = [one for one in config.targets if one.values]
    others = [
        one for one in config.context_targets if one.values and one.context_kind != USER
    ]
    if not others:
        return users
    return sorted([*users, *others], key=lambda one: one.variation)


def _has_splits(rules: list[Rule]) -> bool:
    return any(rule.percentage_options for rule in rules)
