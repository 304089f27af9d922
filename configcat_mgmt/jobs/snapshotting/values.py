"""Converts models of the service into the value of a setting in an environment.

Ids become names, and predefined variations become their values. A value that a snapshot
cannot express is refused, so a snapshot never differs from the service silently.
"""

from collections.abc import Mapping
from uuid import UUID

import attrs

from configcat_mgmt.api.model_index import (
    ComparisonValueModel,
    ConditionModel,
    ConfigSettingFormulaModel,
    ConfigSettingValueModel,
    IntegrationLinkModel,
    RolloutRuleModel,
    SettingModel,
    TargetingRuleModel,
)
from configcat_mgmt.errors import ConfigurationError
from configcat_mgmt.jobs.model.snapshot import (
    NOT_KNOWN,
    TYPES,
    Condition,
    Formula,
    Link,
    PercentageOption,
    Plain,
    PrerequisiteCondition,
    Rule,
    RuleV1,
    SegmentCondition,
    SettingInEnvironment,
    UserCondition,
    ValueV1,
)
from configcat_mgmt.values import TypedValue, plain_value


class UnreadableError(Exception):
    """A response has something that a snapshot cannot express."""


@attrs.frozen
class Names:
    """Names behind the ids in the values of a config."""

    segments: Mapping[UUID, str]
    settings: Mapping[int, SettingModel]
    """The settings of the config."""


def typed(value: object, kind: str) -> Plain:
    """Return a plain value with the Python type of the setting.

    Raises:
        UnreadableError: The value has another type, or the setting's type is unknown.
    """
    wanted = TYPES.get(kind)
    if wanted is None:
        raise UnreadableError(f"the setting type {kind!r} {NOT_KNOWN}")
    if isinstance(value, int | float) and not isinstance(value, bool):
        # JSON may write 2.0 as 2, and 2 as 2.0.
        if wanted is float:
            return float(value)
        if wanted is int and value == int(value):
            return int(value)
    if isinstance(value, bool | str) and type(value) is wanted:
        return value
    raise UnreadableError(f"a value of type {type(value).__name__} in a {kind}")


def wire_text(value: object) -> str:
    """Return the wire text of an enum value or string; empty for null."""
    return "" if value is None else str(value)


def variation_values(setting: SettingModel) -> dict[UUID, Plain]:
    """Return the values of the predefined variations by their ids.

    Raises:
        UnreadableError: A value does not fit the setting's type.
    """
    kind = setting.setting_type.value
    return {
        variation.predefined_variation_id: typed(_member(variation.value), kind)
        for variation in setting.predefined_variations
    }


def read_formula(
    model: ConfigSettingFormulaModel, setting: SettingModel, names: Names
) -> SettingInEnvironment:
    """Return a V2 value as snapshots express it.

    Raises:
        UnreadableError: A snapshot cannot express some part of the value.
    """
    rules = tuple(_rule(rule, setting, names) for rule in model.targeting_rules)
    formula = Formula(
        default=_served(model.default_value, setting),
        rules=rules,
        percentage_attribute=model.percentage_evaluation_attribute or None,
    )
    links = _links(model.integration_links)
    return SettingInEnvironment(
        formula, model.last_version_id, links, model.change_request_count or 0
    )


def read_old_value(
    model: ConfigSettingValueModel, setting: SettingModel, names: Names
) -> SettingInEnvironment:
    """Return a V1 value as snapshots express it.

    Raises:
        UnreadableError: A snapshot cannot express some part of the value.
    """
    kind = setting.setting_type.value
    old = ValueV1(
        default=typed(model.value, kind),
        rules=tuple(_old_rule(rule, kind, names) for rule in model.rollout_rules),
        percentage_options=tuple(
            PercentageOption(item.percentage, typed(item.value, kind))
            for item in model.rollout_percentage_items
        ),
    )
    return SettingInEnvironment(old, links=_links(model.integration_links))


def _member(model: TypedValue) -> Plain:
    try:
        return plain_value(model)
    except ConfigurationError as error:
        raise UnreadableError(str(error)) from None


def _served(model: TypedValue, setting: SettingModel) -> Plain:
    variation = getattr(model, "predefined_variation_id", None)
    if variation is None:
        return typed(_member(model), setting.setting_type.value)
    try:
        return variation_values(setting)[variation]
    except KeyError:
        message = f"the setting has no predefined variation {variation}"
        raise UnreadableError(message) from None


def _rule(model: TargetingRuleModel, setting: SettingModel, names: Names) -> Rule:
    return Rule(
        conditions=tuple(_condition(one, names) for one in model.conditions),
        value=None if model.value is None else _served(model.value, setting),
        percentage_options=tuple(
            PercentageOption(option.percentage, _served(option.value, setting))
            for option in model.percentage_options
        ),
    )


def _condition(model: ConditionModel, names: Names) -> Condition:
    found: list[Condition] = []
    if user := model.user_condition:
        found.append(
            UserCondition(
                attribute=user.comparison_attribute,
                comparator=user.comparator.value,
                value=_comparison(user.comparison_value),
            )
        )
    if segment := model.segment_condition:
        name = _segment_name(segment.segment_id, names)
        found.append(SegmentCondition(name, segment.comparator.value))
    if flag := model.prerequisite_flag_condition:
        other = names.settings.get(flag.prerequisite_setting_id)
        if other is None:
            number = flag.prerequisite_setting_id
            raise UnreadableError(f"it depends on setting {number}, which is not there")
        value = _served(flag.prerequisite_comparison_value, other)
        found.append(PrerequisiteCondition(other.key, flag.comparator.value, value))
    if len(found) != 1:
        raise UnreadableError(f"a condition is of a kind that {NOT_KNOWN}")
    return found[0]


def _comparison(
    model: ComparisonValueModel,
) -> str | float | tuple[tuple[str, str | None], ...]:
    found: list[str | float | tuple[tuple[str, str | None], ...]] = []
    if model.string_value is not None:
        found.append(model.string_value)
    if model.double_value is not None:
        found.append(float(model.double_value))
    if model.list_value is not None:
        found.append(tuple((item.value, item.hint) for item in model.list_value))
    if len(found) != 1:
        raise UnreadableError(f"a condition compares with {len(found)} values")
    return found[0]


def _old_rule(model: RolloutRuleModel, kind: str, names: Names) -> RuleV1:
    segment = model.segment_id
    comparators = (model.comparator, model.segment_comparator)
    comparator, segment_comparator = (one.value if one else None for one in comparators)
    return RuleV1(
        value=typed(model.value, kind),
        attribute=model.comparison_attribute,
        comparator=comparator,
        comparison=model.comparison_value,
        segment=None if segment is None else _segment_name(segment, names),
        segment_comparator=segment_comparator,
    )


def _segment_name(segment_id: UUID, names: Names) -> str:
    name = names.segments.get(segment_id)
    if name is None:
        raise UnreadableError(f"it uses segment {segment_id}, which cannot be read")
    return name


def _links(models: list[IntegrationLinkModel]) -> tuple[Link, ...]:
    links = [
        Link(
            type=wire_text(model.integration_link_type),
            key=model.key or "",
            description=model.description or None,
            url=model.url or None,
        )
        for model in models
    ]
    return tuple(sorted(links, key=lambda link: (link.type, link.key)))
