"""Reads V2 values: the rules that targeting rules and conditions have to keep."""

from collections.abc import Sequence
from typing import Final, TypeAlias

import attrs

from configcat_mgmt.api.model_index import (
    UpdateComparisonValueListModel,
    UpdateComparisonValueModel,
    UpdateConditionModel,
    UpdateEvaluationFormulaModel,
    UpdateEvaluationFormulaWithIdModel,
    UpdateEvaluationFormulaWithLatestVersionModel,
    UpdatePercentageOptionModel,
    UpdatePrerequisiteFlagConditionModel,
    UpdateSegmentConditionModel,
    UpdateTargetingRuleModel,
    UpdateUserConditionModel,
    UpdateValueModel,
    UserComparator,
)
from configcat_mgmt.emulator.domain.absent import given, given_or, items_of
from configcat_mgmt.emulator.domain.evaluation import (
    Condition,
    Formula,
    ListItem,
    PercentageOption,
    PrerequisiteCondition,
    SegmentCondition,
    Served,
    TargetingRule,
    UserCondition,
)
from configcat_mgmt.emulator.domain.records import Setting, SettingValue
from configcat_mgmt.emulator.domain.refusals import Refused, wire_name
from configcat_mgmt.emulator.domain.state import State
from configcat_mgmt.emulator.domain.typed_values import (
    read_value,
    require_split,
    require_text,
)

Path: TypeAlias = "tuple[str | int, ...]"
FormulaBody: TypeAlias = (
    UpdateEvaluationFormulaModel
    | UpdateEvaluationFormulaWithIdModel
    | UpdateEvaluationFormulaWithLatestVersionModel
)
"""A V2 value as the bodies of requests hold it."""

STRING_COMPARATORS: Final = frozenset(
    {
        UserComparator.SEM_VER_LESS,
        UserComparator.SEM_VER_LESS_OR_EQUALS,
        UserComparator.SEM_VER_GREATER,
        UserComparator.SEM_VER_GREATER_OR_EQUALS,
        UserComparator.TEXT_EQUALS,
        UserComparator.TEXT_DOES_NOT_EQUAL,
        UserComparator.SENSITIVE_TEXT_EQUALS,
        UserComparator.SENSITIVE_TEXT_DOES_NOT_EQUAL,
    }
)
"""Comparators that take one text. Source: configcat/python-sdk, configcat/cli."""

DOUBLE_COMPARATORS: Final = frozenset(
    {
        UserComparator.NUMBER_EQUALS,
        UserComparator.NUMBER_DOES_NOT_EQUAL,
        UserComparator.NUMBER_LESS,
        UserComparator.NUMBER_LESS_OR_EQUALS,
        UserComparator.NUMBER_GREATER,
        UserComparator.NUMBER_GREATER_OR_EQUALS,
        UserComparator.DATE_TIME_BEFORE,
        UserComparator.DATE_TIME_AFTER,
    }
)
"""Comparators that take a number. All others take a list. Source: as above."""

_COMPARISON_MEMBERS: Final = ("string_value", "double_value", "list_value")
_CONDITION_MEMBERS: Final = (
    "user_condition",
    "segment_condition",
    "prerequisite_flag_condition",
)


def comparison_member(comparator: UserComparator) -> str:
    """Name the member of a comparison value that a comparator takes."""
    if comparator in STRING_COMPARATORS:
        return "string_value"
    if comparator in DOUBLE_COMPARATORS:
        return "double_value"
    return "list_value"


def read_formula(
    state: State,
    setting: Setting,
    body: FormulaBody,
    current: SettingValue,
    path: Path = (),
) -> Formula:
    """Read a V2 value for a setting.

    Whether prerequisites form a circle is checked elsewhere.

    Args:
        state: The state that the conditions refer to.
        setting: The setting to write.
        body: The new value.
        current: The present value; an empty text that it serves may stay.
        path: The path of `body` in the request.

    Raises:
        Refused: The value breaks a rule of the service.
    """
    return _Reader(state, setting, current).formula(body, path)


@attrs.frozen
class _Reader:
    state: State
    setting: Setting
    current: SettingValue

    def formula(
        self,
        body: FormulaBody,
        path: Path,
    ) -> Formula:
        at_default = (*path, "default_value")
        default = self._value(body.default_value, self.setting, at_default)
        present = self.current.content
        if not (isinstance(present, Formula) and present.default == default):
            require_text(default, at_default)
        rules = items_of(body.targeting_rules)
        at_rules = (*path, "targeting_rules")
        limit = self.state.limits.targeting_rules
        if len(rules) > limit:
            raise Refused(at_rules, f"There may be at most {limit} targeting rules.")
        read = tuple(
            self._rule(rule, (*at_rules, number)) for number, rule in enumerate(rules)
        )
        for number, rule in enumerate(read[:-1]):
            if not rule.conditions:
                message = "Only the last rule may have no conditions."
                raise Refused((*at_rules, number, "conditions"), message)
        attribute = given_or(body.percentage_evaluation_attribute, "")
        return Formula(default, read, attribute or None)

    def _rule(self, body: UpdateTargetingRuleModel, path: Path) -> TargetingRule:
        conditions = items_of(body.conditions)
        limit = self.state.limits.conditions_per_rule
        if len(conditions) > limit:
            message = f"A rule may have at most {limit} conditions."
            raise Refused((*path, "conditions"), message)
        read = tuple(
            self._condition(condition, (*path, "conditions", number))
            for number, condition in enumerate(conditions)
        )
        options = items_of(body.percentage_options)
        value = given(body.value)
        if bool(options) == (value is not None):
            message = "A rule needs either a value or percentage options."
            raise Refused(path, message)
        if value is None:
            return TargetingRule(
                read, self._options(options, (*path, "percentage_options"))
            )
        if not read:
            message = "A rule without conditions can only have percentage options."
            raise Refused((*path, "conditions"), message)
        served = self._value(value, self.setting, (*path, "value"))
        require_text(served, (*path, "value"))
        return TargetingRule(read, served)

    def _options(
        self, options: Sequence[UpdatePercentageOptionModel], path: Path
    ) -> tuple[PercentageOption, ...]:
        read: list[PercentageOption] = []
        for number, option in enumerate(options):
            at_value = (*path, number, "value")
            served = self._value(option.value, self.setting, at_value)
            require_text(served, at_value)
            read.append(PercentageOption(option.percentage, served))
        shares = [(option.percentage, self._plain(option.value)) for option in read]
        require_split(shares, self.setting, path, self.state.limits)
        return tuple(read)

    def _condition(self, body: UpdateConditionModel, path: Path) -> Condition:
        _require_one(body, _CONDITION_MEMBERS, path)
        user = given(body.user_condition)
        if user is not None:
            return self._user(user, (*path, "user_condition"))
        segment = given(body.segment_condition)
        if segment is not None:
            return self._segment(segment, (*path, "segment_condition"))
        flag = given(body.prerequisite_flag_condition)
        if flag is None:  # pragma: no cover - exactly one is there
            raise AssertionError
        return self._prerequisite(flag, (*path, "prerequisite_flag_condition"))

    def _user(self, body: UpdateUserConditionModel, path: Path) -> UserCondition:
        at_value = (*path, "comparison_value")
        value = self._comparison(body.comparison_value, body.comparator, at_value)
        return UserCondition(body.comparison_attribute, body.comparator, value)

    def _comparison(
        self, body: UpdateComparisonValueModel, comparator: UserComparator, path: Path
    ) -> str | float | tuple[ListItem, ...]:
        expected = comparison_member(comparator)
        present = [
            member
            for member in _COMPARISON_MEMBERS
            if given(getattr(body, member)) is not None
        ]
        if present != [expected]:
            name = wire_name(expected)
            message = f"The comparator {comparator} needs {name} and nothing else."
            raise Refused(path, message)
        limit = self.state.limits.comparison_value_length
        text = given(body.string_value)
        if text is not None:
            if len(text) > limit:
                message = f"A comparison value has at most {limit} characters."
                raise Refused((*path, "string_value"), message)
            return text
        number = given(body.double_value)
        if number is not None:
            return float(number)
        return self._list(items_of(body.list_value), (*path, "list_value"))

    def _list(
        self, items: Sequence[UpdateComparisonValueListModel], path: Path
    ) -> tuple[ListItem, ...]:
        limits = self.state.limits
        if len(items) > limits.comparison_list_length:
            limit = limits.comparison_list_length
            raise Refused(path, f"The list may have at most {limit} items.")
        longest = limits.comparison_list_item_length
        for number, item in enumerate(items):
            if len(item.value) > longest:
                message = f"An item has at most {longest} characters."
                raise Refused((*path, number, "value"), message)
        return tuple(ListItem(item.value, given(item.hint)) for item in items)

    def _segment(
        self, body: UpdateSegmentConditionModel, path: Path
    ) -> SegmentCondition:
        product_id = self.state.config_of(self.setting).product_id
        segment = self.state.segments.get(body.segment_id)
        if segment is None or segment.product_id != product_id:
            message = f"The product has no segment {body.segment_id}."
            raise Refused((*path, "segment_id"), message)
        return SegmentCondition(body.segment_id, body.comparator)

    def _prerequisite(
        self, body: UpdatePrerequisiteFlagConditionModel, path: Path
    ) -> PrerequisiteCondition:
        setting = self.state.settings.get(body.prerequisite_setting_id)
        if setting is None or setting.config_id != self.setting.config_id:
            message = f"The config has no setting {body.prerequisite_setting_id}."
            raise Refused((*path, "prerequisite_setting_id"), message)
        at_value = (*path, "prerequisite_comparison_value")
        value = self._value(body.prerequisite_comparison_value, setting, at_value)
        return PrerequisiteCondition(setting.setting_id, body.comparator, value)

    def _value(self, body: UpdateValueModel, setting: Setting, path: Path) -> Served:
        return read_value(body, setting, path, self.state.limits)

    def _plain(self, served: Served) -> Served:
        for variation in self.setting.variations:
            if variation.variation_id == served:
                return variation.value
        return served


def _require_one(body: object, members: Sequence[str], path: Path) -> None:
    present = [one for one in members if given(getattr(body, one)) is not None]
    if len(present) != 1:
        names = ", ".join(map(wire_name, members))
        raise Refused(path, f"Exactly one of these is required: {names}.")
