"""Applies an edit to the value of a setting in an environment."""

from collections.abc import Iterable, Sequence

import attrs

from configcat_mgmt.jobs.model.edit import Edit
from configcat_mgmt.jobs.model.references import is_of_type
from configcat_mgmt.jobs.model.request_bodies import typed
from configcat_mgmt.jobs.model.snapshot import (
    Config,
    Formula,
    PercentageOption,
    Rule,
    RuleV1,
    Setting,
    ValueV1,
)
from configcat_mgmt.jobs.planners.rule_names import (
    old_rule_with_names,
    rule_with_names,
    spelling_of,
)
from configcat_mgmt.jobs.planning.settings import variation_values


def misfit(edit: Edit, config: Config, setting: Setting) -> str | None:
    """Return the code of an issue if the values of an edit do not fit a setting."""
    is_new = config.evaluation_version == "v2"
    if any(isinstance(rule, Rule) != is_new for rule in edit.all_rules):
        return "CC523"
    served = list(edit.served())
    if not all(is_of_type(value, setting.type) for value in served):
        return "CC521"
    allowed = variation_values(setting)
    if allowed and not all(typed(one, setting.type) in allowed for one in served):
        return "CC522"
    return None


def spelled(edit: Edit, segments: Iterable[str], config: Config) -> Edit:
    """Return an edit whose rules spell names as the product spells them.

    Otherwise the edit would add a rule that already exists.

    Args:
        edit: The edit.
        segments: Known names of the product's segments.
        config: The edited config.
    """
    segment = spelling_of(segments)
    setting = spelling_of(one.key for one in config.settings)

    def rule(one: Rule | RuleV1) -> Rule | RuleV1:
        if isinstance(one, RuleV1):
            return old_rule_with_names(one, segment)
        return rule_with_names(one, segment, setting)

    return attrs.evolve(
        edit,
        rules=None if edit.rules is None else tuple(map(rule, edit.rules)),
        add_rule=None if edit.add_rule is None else rule(edit.add_rule),
    )


def edited_targeting(
    edit: Edit, before: Formula | ValueV1, setting_type: str
) -> Formula | ValueV1:
    """Return the new value of a setting in an environment.

    Args:
        edit: An edit whose values fit the setting.
        before: The present value.
        setting_type: Type of the setting.
    """
    default = before.default
    if edit.value is not None:
        default = typed(edit.value, setting_type)
    rules = _rules(edit, before.rules, setting_type)
    percentage_options = _typed_options(edit.percentage_options or (), setting_type)
    if isinstance(before, ValueV1):
        old_rules = tuple(rule for rule in rules if isinstance(rule, RuleV1))
        is_kept = edit.percentage_options is None and edit.rules is None
        return ValueV1(
            default,
            old_rules,
            before.percentage_options if is_kept else percentage_options,
        )
    new_rules = [rule for rule in rules if isinstance(rule, Rule)]
    # Percentage options after all rules are a rule without conditions.
    split = [rule for rule in new_rules if not rule.conditions]
    if edit.percentage_options is not None:
        split = (
            [Rule((), percentage_options=percentage_options)]
            if percentage_options
            else []
        )
    conditional = [rule for rule in new_rules if rule.conditions]
    return attrs.evolve(before, default=default, rules=(*conditional, *split))


def _rules(
    edit: Edit, before: Sequence[Rule | RuleV1], setting_type: str
) -> list[Rule | RuleV1]:
    """Return all rules; a rule without conditions is always the last."""
    if edit.rules is not None:
        return [_typed_rule(rule, setting_type) for rule in edit.rules]
    if edit.add_rule is None:
        return list(before)
    added = _typed_rule(edit.add_rule, setting_type)
    others = [rule for rule in before if rule != added]
    return [*others, added] if edit.add_rule_last else [added, *others]


def _typed_rule(rule: Rule | RuleV1, setting_type: str) -> Rule | RuleV1:
    if isinstance(rule, RuleV1):
        return attrs.evolve(rule, value=typed(rule.value, setting_type))
    value = None if rule.value is None else typed(rule.value, setting_type)
    percentage_options = _typed_options(rule.percentage_options, setting_type)
    return attrs.evolve(rule, value=value, percentage_options=percentage_options)


def _typed_options(
    percentage_options: Sequence[PercentageOption], setting_type: str
) -> tuple[PercentageOption, ...]:
    return tuple(
        attrs.evolve(option, value=typed(option.value, setting_type))
        for option in percentage_options
    )
