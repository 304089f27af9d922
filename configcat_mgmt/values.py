"""Converts between plain Python values and the models of setting values.

`make_value` and `plain_value` choose the right one of four members.

To change a part of a value, send a JSON Patch. It leaves all other parts alone, also
the fields that the service has and this version does not know:

    patch = JsonPatch().replace(("defaultValue", "boolValue"), True)
    await client.setting_values_v2.update_setting_value_v2(env, setting, patch)

To replace a whole value, `to_update` turns the model that was read into the body of the
write, which has only the fields that this version knows:

    formula = await client.setting_values_v2.get_setting_value_v2(env, setting)
    body = to_update(formula)
    body.default_value = make_value(True)
    await client.setting_values_v2.replace_setting_value_v2(env, setting, body)

Sources: https://configcat.com/docs/main-concepts/ for the types of settings,
https://configcat.com/docs/advanced/predefined-variations/ for the variations.
"""

import math
from typing import Final, Protocol, TypeVar, overload
from uuid import UUID

from configcat_mgmt.api.model_index import (
    ComparisonValueModel,
    ConditionModel,
    ConfigSettingFormulaModel,
    ConfigSettingValueModel,
    RolloutRuleModel,
    SettingFormulaModel,
    SettingType,
    SettingValueModel,
    SettingValueType,
    TargetingRuleModel,
    UpdateComparisonValueListModel,
    UpdateComparisonValueModel,
    UpdateConditionModel,
    UpdateEvaluationFormulaModel,
    UpdateEvaluationFormulaWithIdModel,
    UpdatePercentageOptionModel,
    UpdatePrerequisiteFlagConditionModel,
    UpdateRolloutPercentageItemModel,
    UpdateRolloutRuleModel,
    UpdateSegmentConditionModel,
    UpdateSettingValueModel,
    UpdateSettingValueWithSettingIdModel,
    UpdateTargetingRuleModel,
    UpdateUserConditionModel,
    UpdateValueModel,
    ValueModel,
)
from configcat_mgmt.core.codec.problems import json_type
from configcat_mgmt.errors import ConfigurationError, RequestBuildError
from configcat_mgmt.unset import UNSET, UnsetType

__all__ = ["TypedValue", "make_value", "plain_value", "to_batch_update", "to_update"]

T = TypeVar("T")

_INT32: Final = range(-(2**31), 2**31)


class TypedValue(Protocol):
    """Any model with one member for each type of value; exactly one member is set.

    Such models are `ValueModel`, `UpdateValueModel`, `PredefinedVariationValueModel`,
    `UpdatePredefinedVariationValueModel` and `CreatePredefinedVariationValueModel`.
    """

    @property
    def bool_value(self) -> bool | UnsetType | None:
        """Value of a `boolean` setting."""

    @property
    def string_value(self) -> str | UnsetType | None:
        """Value of a `string` setting."""

    @property
    def int_value(self) -> int | UnsetType | None:
        """Value of an `int` setting."""

    @property
    def double_value(self) -> float | UnsetType | None:
        """Value of a `double` setting."""


@overload
def make_value(
    value: SettingValueType,
    *,
    setting_type: SettingType | str | None = None,
) -> UpdateValueModel: ...


@overload
def make_value(*, variation_id: UUID | str) -> UpdateValueModel: ...


def make_value(
    value: SettingValueType | UnsetType = UNSET,
    *,
    setting_type: SettingType | str | None = None,
    variation_id: UUID | str | None = None,
) -> UpdateValueModel:
    """Return the model that writes a value, with the member of its type set.

    Args:
        value: A bool, str, int or float. Without `setting_type`, its Python type
            selects the member.
        setting_type: Type of the setting. For a `double`, an int is converted; any
            other mismatch raises an error.
        variation_id: Id of a predefined variation of the setting, instead of a value.

    Raises:
        RequestBuildError: The value does not have the type of the setting, or does not
            fit an `int` (32 bits) or a `double` (finite, exact).
    """
    if variation_id is not None:
        if value is not UNSET or setting_type is not None:
            raise _refusal("make_value", "give either a value or a variation_id")
        return UpdateValueModel(predefined_variation_id=_uuid(variation_id))
    kind = _type_of(value) if setting_type is None else SettingType(setting_type)
    if kind is SettingType.BOOLEAN and isinstance(value, bool):
        return UpdateValueModel(bool_value=value)
    if kind is SettingType.STRING and isinstance(value, str):
        return UpdateValueModel(string_value=value)
    if isinstance(value, int | float) and not isinstance(value, bool):
        if kind is SettingType.INT and isinstance(value, int):
            if value not in _INT32:
                raise _refusal("make_value", "an int must fit into 32 bits")
            return UpdateValueModel(int_value=value)
        if kind is SettingType.DOUBLE:
            return UpdateValueModel(double_value=_double(value))
    wanted = f"setting of type {kind}" if kind else "setting"
    raise _refusal("make_value", f"{json_type(value)} is not a value for a {wanted}")


def plain_value(model: TypedValue) -> SettingValueType:
    """Return the plain value of a model that has a member for each type.

    Returns:
        bool, str, int, or float for a `double`.

    Raises:
        ConfigurationError: No member is set, or more than one. If only
            `predefined_variation_id` is set, the setting's `predefined_variations`
            hold the value.
    """
    members = _set_members(model)
    if len(members) == 1:
        name, value = members.popitem()
        return float(value) if name == "double_value" else value
    kind = type(model).__name__
    if members:
        names = ", ".join(members)
        raise ConfigurationError(f"{kind} has more than one member set: {names}")
    if getattr(model, "predefined_variation_id", None):
        raise ConfigurationError(
            f"{kind} has only the id of a predefined variation; the setting's "
            f"predefined_variations hold the value"
        )
    raise ConfigurationError(f"{kind} has no member set, so there is no value")


@overload
def to_update(
    read: SettingFormulaModel | ConfigSettingFormulaModel,
) -> UpdateEvaluationFormulaModel: ...


@overload
def to_update(
    read: SettingValueModel | ConfigSettingValueModel,
) -> UpdateSettingValueModel: ...


@overload
def to_update(read: TargetingRuleModel) -> UpdateTargetingRuleModel: ...


@overload
def to_update(read: RolloutRuleModel) -> UpdateRolloutRuleModel: ...


@overload
def to_update(read: ValueModel) -> UpdateValueModel: ...


def to_update(
    read: SettingFormulaModel
    | ConfigSettingFormulaModel
    | SettingValueModel
    | ConfigSettingValueModel
    | TargetingRuleModel
    | RolloutRuleModel
    | ValueModel,
) -> (
    UpdateEvaluationFormulaModel
    | UpdateSettingValueModel
    | UpdateTargetingRuleModel
    | UpdateRolloutRuleModel
    | UpdateValueModel
):
    """Convert a model that was read, with all its parts, to the body of a write.

    Writing the result replaces the whole value, so a field that the service has and
    this version does not know, such as a new option of a condition, is lost: models do
    not keep such fields. To change a part of a value, send a `JsonPatch` instead, which
    leaves all other parts alone. Unknown enum values, such as a new comparator, are
    written back unchanged. A rule, condition or comparison value of an unknown kind
    raises an error.

    Args:
        read: The value of a setting in an environment, from a v1 or v2 config, read
            alone or with the whole config; or one of its rules, or a single value.

    Returns:
        A new request model that shares nothing with `read`. A value that is a
        predefined variation has only the id of the variation.

    Raises:
        RequestBuildError: A value has no member set or more than one, or a part is of
            an unknown kind; the problem names the path.
    """
    match read:
        case SettingFormulaModel() | ConfigSettingFormulaModel():
            return UpdateEvaluationFormulaModel(
                default_value=_value(read.default_value, "$.defaultValue"),
                targeting_rules=[
                    _targeting_rule(rule, f"$.targetingRules[{index}]")
                    for index, rule in enumerate(read.targeting_rules)
                ],
                percentage_evaluation_attribute=read.percentage_evaluation_attribute,
            )
        case SettingValueModel() | ConfigSettingValueModel():
            item_type = UpdateRolloutPercentageItemModel
            return UpdateSettingValueModel(
                rollout_rules=[
                    _rollout_rule(rule, f"$.rolloutRules[{index}]")
                    for index, rule in enumerate(read.rollout_rules)
                ],
                rollout_percentage_items=[
                    item_type(percentage=item.percentage, value=item.value)
                    for item in read.rollout_percentage_items
                ],
                value=read.value,
            )
        case TargetingRuleModel():
            return _targeting_rule(read, "$")
        case RolloutRuleModel():
            return _rollout_rule(read, "$")
        case _:
            return _value(read, "$")


@overload
def to_batch_update(
    read: SettingFormulaModel | ConfigSettingFormulaModel,
) -> UpdateEvaluationFormulaWithIdModel: ...


@overload
def to_batch_update(
    read: SettingValueModel | ConfigSettingValueModel,
) -> UpdateSettingValueWithSettingIdModel: ...


def to_batch_update(
    read: SettingFormulaModel
    | ConfigSettingFormulaModel
    | SettingValueModel
    | ConfigSettingValueModel,
) -> UpdateEvaluationFormulaWithIdModel | UpdateSettingValueWithSettingIdModel:
    """Convert a value that was read to one entry of the body of a batch write.

    Args:
        read: The value of a setting in an environment, as for `to_update`.

    Returns:
        The result of `to_update` with the id of the setting.

    Raises:
        RequestBuildError: As for `to_update`.
    """
    if isinstance(read, SettingFormulaModel | ConfigSettingFormulaModel):
        formula = to_update(read)
        return UpdateEvaluationFormulaWithIdModel(
            default_value=formula.default_value,
            targeting_rules=formula.targeting_rules,
            percentage_evaluation_attribute=formula.percentage_evaluation_attribute,
            setting_id=read.setting.setting_id,
        )
    value = to_update(read)
    return UpdateSettingValueWithSettingIdModel(
        rollout_rules=value.rollout_rules,
        rollout_percentage_items=value.rollout_percentage_items,
        value=value.value,
        setting_id=read.setting.setting_id,
    )


def _targeting_rule(read: TargetingRuleModel, where: str) -> UpdateTargetingRuleModel:
    if read.value is None and not read.percentage_options:
        raise _unknown_kind("rule", where)
    options = [
        UpdatePercentageOptionModel(
            percentage=option.percentage,
            value=_value(option.value, f"{where}.percentageOptions[{index}].value"),
        )
        for index, option in enumerate(read.percentage_options)
    ]
    return UpdateTargetingRuleModel(
        conditions=[
            _condition(condition, f"{where}.conditions[{index}]")
            for index, condition in enumerate(read.conditions)
        ],
        # A rule has either options or a value; leave the other one out.
        percentage_options=options or UNSET,
        value=UNSET if read.value is None else _value(read.value, f"{where}.value"),
    )


def _condition(read: ConditionModel, where: str) -> UpdateConditionModel:
    kinds = (
        read.user_condition,
        read.segment_condition,
        read.prerequisite_flag_condition,
    )
    if all(kind is None for kind in kinds):
        raise _unknown_kind("condition", where)
    update = UpdateConditionModel()
    if user := read.user_condition:
        update.user_condition = UpdateUserConditionModel(
            comparison_attribute=user.comparison_attribute,
            comparator=user.comparator,
            comparison_value=_comparison_value(
                user.comparison_value, f"{where}.userCondition.comparisonValue"
            ),
        )
    if segment := read.segment_condition:
        update.segment_condition = UpdateSegmentConditionModel(
            segment_id=segment.segment_id,
            comparator=segment.comparator,
        )
    if flag := read.prerequisite_flag_condition:
        update.prerequisite_flag_condition = UpdatePrerequisiteFlagConditionModel(
            prerequisite_setting_id=flag.prerequisite_setting_id,
            comparator=flag.comparator,
            prerequisite_comparison_value=_value(
                flag.prerequisite_comparison_value,
                f"{where}.prerequisiteFlagCondition.prerequisiteComparisonValue",
            ),
        )
    return update


def _comparison_value(
    read: ComparisonValueModel, where: str
) -> UpdateComparisonValueModel:
    items = read.list_value
    if items is None and read.string_value is None and read.double_value is None:
        raise _unknown_kind("comparison value", where)
    return UpdateComparisonValueModel(
        string_value=_given(read.string_value),
        double_value=_given(read.double_value),
        list_value=UNSET
        if items is None
        else [
            UpdateComparisonValueListModel(value=item.value, hint=_given(item.hint))
            for item in items
        ],
    )


def _value(read: ValueModel, where: str) -> UpdateValueModel:
    if read.predefined_variation_id is not None:
        return UpdateValueModel(predefined_variation_id=read.predefined_variation_id)
    count = len(_set_members(read))
    if count != 1:
        raise _refusal("to_update", f"{count} values instead of one @ {where}")
    return UpdateValueModel(
        bool_value=_given(read.bool_value),
        string_value=_given(read.string_value),
        int_value=_given(read.int_value),
        double_value=_given(read.double_value),
    )


def _rollout_rule(read: RolloutRuleModel, where: str) -> UpdateRolloutRuleModel:
    if read.comparator is None and read.segment_comparator is None:
        raise _unknown_kind("rule", where)
    return UpdateRolloutRuleModel(
        comparison_attribute=_given(read.comparison_attribute),
        comparator=_given(read.comparator),
        comparison_value=_given(read.comparison_value),
        value=read.value,
        segment_comparator=_given(read.segment_comparator),
        segment_id=_given(read.segment_id),
    )


def _given(value: T | None) -> T | UnsetType:
    return UNSET if value is None else value


def _set_members(model: TypedValue) -> dict[str, bool | str | int | float]:
    members = {
        "bool_value": model.bool_value,
        "string_value": model.string_value,
        "int_value": model.int_value,
        "double_value": model.double_value,
    }
    return {
        name: value
        for name, value in members.items()
        if value is not None and not isinstance(value, UnsetType)
    }


def _type_of(value: object) -> SettingType | None:
    if isinstance(value, bool):  # before int, of which bool is a subclass
        return SettingType.BOOLEAN
    if isinstance(value, str):
        return SettingType.STRING
    if isinstance(value, int):
        return SettingType.INT
    return SettingType.DOUBLE if isinstance(value, float) else None


def _double(value: float) -> float:
    if isinstance(value, int) and abs(value) > 2**53:
        raise _refusal(
            "make_value", "a whole number beyond 2**53 may not be exact as a double"
        )
    if not math.isfinite(value):
        raise _refusal("make_value", "a double must be finite")
    return float(value)


def _uuid(variation_id: UUID | str) -> UUID:
    try:
        return UUID(str(variation_id))
    except ValueError:
        raise _refusal("make_value", "variation_id is not a UUID") from None


def _unknown_kind(part: str, where: str) -> RequestBuildError:
    reason = (
        f"this version does not know the kind of this {part}, and would lose it; "
        f"change the other parts with a JsonPatch @ {where}"
    )
    return _refusal("to_update", reason)


def _refusal(function: str, reason: str) -> RequestBuildError:
    return RequestBuildError(function, [reason])
