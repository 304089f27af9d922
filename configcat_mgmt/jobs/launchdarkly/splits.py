"""Translates a rollout into percentage options, or into a setting of its own."""

from collections.abc import Callable, Mapping
from typing import Final

import attrs

from configcat_mgmt.jobs.launchdarkly.attributes import Reference
from configcat_mgmt.jobs.launchdarkly.clauses import ClauseTranslator, Conjunction
from configcat_mgmt.jobs.launchdarkly.helpers import Helper, RuleHelpers
from configcat_mgmt.jobs.launchdarkly.model import WHOLE
from configcat_mgmt.jobs.launchdarkly.rollouts import PERCENT, Split, percentages
from configcat_mgmt.jobs.model.snapshot import (
    Formula,
    PercentageOption,
    Plain,
    Rule,
    UserCondition,
)

_MORE: Final = "more"
"""What a draw serves to those whom the fractions of a percent decide about."""
_LEVELS: Final = 2
"""Draws behind each other; two give thousandths of a percent and more."""


@attrs.frozen
class Splitter:
    """Translates the rollouts of one flag or segment in one environment."""

    clauses: ClauseTranslator
    helpers: RuleHelpers
    attribute: Reference | None
    """The percentage attribute of the setting."""
    is_rest: bool = False
    """Whether what is left of the fractions is too small to mention."""

    def rules(
        self, conditions: Conjunction, split: Split, value: Callable[[int], Plain]
    ) -> tuple[list[Rule], Plain]:
        """Return the rules for those who meet the conditions, and the value for others.

        The others are those who meet the conditions, but lack what the rules need. A
        rule without conditions is the last one.

        Args:
            conditions: The conditions of the rule; none for a fallthrough.
            split: The rollout.
            value: Returns the value of a variation.
        """
        at_last = value(split.without_kind)
        if split.only is not None:
            return self._only(conditions, split, value)
        options = self.clauses.options
        is_exact = not split.has_fractions or not options.exact_percentages
        if split.attribute != self.attribute or not is_exact:
            return self._drawn(conditions, split, value)
        percentage = self.options(split, value)
        by_name = split.without_attribute != split.without_kind
        if split.attribute.is_key or not by_name:
            return [Rule(conditions, percentage_options=percentage)], at_last
        there = self.clauses.present(split.attribute)
        has_kind = self._has_kind(split)
        without = value(split.without_attribute)
        return [
            Rule((*conditions, there), percentage_options=percentage),
            Rule((*conditions, has_kind), without),
        ], at_last

    def options(
        self, split: Split, value: Callable[[int], Plain]
    ) -> tuple[PercentageOption, ...]:
        """Return the percentage options of a rollout."""
        self.clauses.attributes.use(split.attribute, "text")
        shares: dict[Plain, int] = {}
        for variation, weight in split.shares.items():
            served = value(variation)
            shares[served] = shares.get(served, 0) + weight
        if any(isinstance(one, bool) for one in shares):
            for each in (True, False):
                shares.setdefault(each, 0)
        if split.has_fractions and not self.is_rest:
            place = f"{self.clauses.item} in {self.clauses.environment}"
            self.clauses.issues.add("T019", "Rollouts", place)
        wholes = percentages(list(shares.values()))
        found = tuple(map(PercentageOption, wholes, shares))
        most = self.clauses.options.limit("maxPercentageOptionCount")
        if most is not None and len(found) > most:
            found = tuple(one for one in found if one.percentage)
            self.clauses.issues.add("T018", "Rollouts", self.clauses.item)
            if len(found) > most:
                self.clauses.note("L003", self.clauses.environment, limit=most)
        return found

    def _only(
        self, conditions: Conjunction, split: Split, value: Callable[[int], Plain]
    ) -> tuple[list[Rule], Plain]:
        only = split.only
        at_last = value(split.without_kind)
        if only is None or only == split.without_kind:
            return [], at_last
        has_kind = self._has_kind(split)
        return [Rule((*conditions, has_kind), value(only))], at_last

    def _has_kind(self, split: Split) -> UserCondition:
        return self.clauses.present(Reference.key_of(split.attribute.kind))

    def _drawn(
        self, conditions: Conjunction, split: Split, value: Callable[[int], Plain]
    ) -> tuple[list[Rule], Plain]:
        """Let a setting of its own decide, and serve the value for each outcome."""
        helper = self._draw(split, 0)
        *others, last = split.shares
        rules = [
            Rule((*conditions, helper.equals(str(one))), value(one)) for one in others
        ]
        return rules, value(last)

    def _draw(self, split: Split, level: int) -> Helper:
        options = self.clauses.options
        is_last = level == _LEVELS or not options.exact_percentages
        helper = self.helpers.draw()
        if is_last or not split.has_fractions:
            formula = self._simple(split)
        else:
            first, more = self.helpers.draw(), self._draw(_fractions(split), level + 1)
            first.formulas[self.clauses.environment] = self._floors(split)
            rules = [
                Rule((first.equals(str(one)),), str(one)) for one in split.shares
            ] + [
                Rule((first.equals(_MORE), more.equals(str(one))), str(one))
                for one in split.shares
            ]
            formula = Formula(str(split.without_kind), tuple(rules))
        helper.formulas[self.clauses.environment] = formula
        return helper

    def _simple(self, split: Split) -> Formula:
        options = self.clauses.options
        is_rest = options.exact_percentages
        options = attrs.evolve(options, exact_percentages=False)
        clauses = attrs.evolve(self.clauses, options=options)
        inner = Splitter(clauses, self.helpers, split.attribute, is_rest)
        rules, at_last = inner.rules((), split, str)
        return Formula(at_last, tuple(rules), split.attribute.name)

    def _floors(self, split: Split) -> Formula:
        """Return the whole percentages, and the rest for the fractions to decide."""
        self.clauses.attributes.use(split.attribute, "text")
        found = {str(one): weight // PERCENT for one, weight in split.shares.items()}
        found[_MORE] = 100 - sum(found.values())
        percentage = tuple(
            PercentageOption(whole, label) for label, whole in found.items() if whole
        )
        there = self.clauses.present(split.attribute)
        rules = (
            Rule((there,), percentage_options=percentage),
            Rule((self._has_kind(split),), str(split.without_attribute)),
        )
        name = split.attribute.name
        return Formula(str(split.without_kind), rules, name)


def _fractions(split: Split) -> Split:
    """Return the split of the fractions of a percent."""
    rests: Mapping[int, int] = {
        one: weight % PERCENT for one, weight in split.shares.items()
    }
    total = sum(rests.values())
    scaled = {one: rest * WHOLE // total for one, rest in rests.items()}
    largest = max(scaled, key=lambda one: scaled[one])
    scaled[largest] += WHOLE - sum(scaled.values())
    return attrs.evolve(split, shares=scaled)
