"""Replaces names of segments and keys of settings in rules."""

from collections.abc import Callable, Iterable, Mapping
from typing import TypeAlias

import attrs

from configcat_mgmt.jobs.model.snapshot import (
    Condition,
    PrerequisiteCondition,
    Rule,
    RuleV1,
    SegmentCondition,
)

NameOf: TypeAlias = Callable[[str], str]
"""Returns the new name for a name."""


def name_of(names: Mapping[str, str]) -> NameOf:
    """Return a function that looks up names in any case; unknown names stay."""
    folded = {old.casefold(): new for old, new in names.items()}
    return lambda name: folded.get(name.casefold(), name)


def spelling_of(names: Iterable[str]) -> NameOf:
    """Return a function that gives known names their spelling."""
    return name_of({name: name for name in names})


def rule_with_names(rule: Rule, segment: NameOf, setting: NameOf = str) -> Rule:
    """Return a rule with renamed segments and settings."""

    def condition(one: Condition) -> Condition:
        if isinstance(one, SegmentCondition):
            return attrs.evolve(one, segment=segment(one.segment))
        if isinstance(one, PrerequisiteCondition):
            return attrs.evolve(one, setting=setting(one.setting))
        return one

    return attrs.evolve(rule, conditions=tuple(map(condition, rule.conditions)))


def old_rule_with_names(rule: RuleV1, segment: NameOf) -> RuleV1:
    """Return a V1 rule with a renamed segment, if it has one."""
    if rule.segment is None:
        return rule
    return attrs.evolve(rule, segment=segment(rule.segment))
