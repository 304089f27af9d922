"""Shows the changes that a change request proposes as changes of values."""

from collections.abc import Iterable

from configcat_mgmt.api.model_index import (
    AuditLogSettingValueV2EvaluationFormula,
    AuditLogSettingValueV2EvaluationFormulaConditionModel,
    AuditLogSettingValueV2EvaluationFormulaTargetingRuleModel,
    ChangeRequestModel,
    ComparisonValueModel,
    ValueModel,
)
from configcat_mgmt.checked import checked
from configcat_mgmt.jobs.model.snapshot import (
    Condition,
    Formula,
    PercentageOption,
    Plain,
    PrerequisiteCondition,
    Rule,
    SegmentCondition,
    UserCondition,
)
from configcat_mgmt.jobs.model.words import targeting_words
from configcat_mgmt.jobs.report.value_changes import ValueChange


@checked
def proposed_changes(
    request: ChangeRequestModel, config: str, environment: str
) -> tuple[ValueChange, ...]:
    """Return the proposed changes of a change request in the words of the dashboard.

    Args:
        request: The change request.
        config: Name of its config.
        environment: Name of its environment.

    Returns:
        One change for each setting: the published value from which the proposal was
        made, and the proposed value.
    """
    return tuple(
        ValueChange(
            config,
            one.setting_key,
            environment,
            targeting_words(_formula(one.original_evaluation_formula)),
            targeting_words(_formula(one.proposed_evaluation_formula)),
        )
        for one in request.setting_values
    )


def _formula(model: AuditLogSettingValueV2EvaluationFormula) -> Formula:
    return Formula(
        _value(model.default_value, model.default_value_predefined_variation_name),
        tuple(_rule(rule) for rule in model.targeting_rules),
        model.percentage_evaluation_attribute,
    )


def _rule(model: AuditLogSettingValueV2EvaluationFormulaTargetingRuleModel) -> Rule:
    served = model.value
    name = model.value_predefined_variation_name
    return Rule(
        tuple(_condition(one) for one in model.conditions),
        None if served is None else _value(served, name),
        tuple(
            PercentageOption(
                one.percentage, _value(one.value, one.value_predefined_variation_name)
            )
            for one in model.percentage_options
        ),
    )


def _condition(
    model: AuditLogSettingValueV2EvaluationFormulaConditionModel,
) -> Condition:
    if model.segment_comparator is not None:
        segment = model.segment_name or str(model.segment_id)
        return SegmentCondition(segment, model.segment_comparator)
    if model.prerequisite_comparator is not None:
        value = model.prerequisite_comparison_value
        name = model.prerequisite_comparison_value_predefined_variation_name
        setting = model.prerequisite_setting_key or str(model.prerequisite_setting_id)
        return PrerequisiteCondition(
            setting,
            model.prerequisite_comparator,
            "" if value is None else _value(value, name),
        )
    return UserCondition(
        model.comparison_attribute or "",
        model.user_comparator or "",
        _comparison(model.comparison_value),
    )


def _comparison(
    model: ComparisonValueModel | None,
) -> str | float | tuple[tuple[str, str | None], ...]:
    if model is None:
        return ""
    if model.list_value is not None:
        return tuple((one.value, one.hint) for one in model.list_value)
    if model.double_value is not None:
        return model.double_value
    return model.string_value or ""


def _value(model: ValueModel, variation: str | None) -> Plain:
    """Return the plain value; the name or id of a variation if there is none."""
    members: Iterable[Plain | None] = (
        model.bool_value,
        model.string_value,
        model.int_value,
        model.double_value,
    )
    plain = next((one for one in members if one is not None), None)
    if plain is not None:
        return plain
    return variation or str(model.predefined_variation_id)
