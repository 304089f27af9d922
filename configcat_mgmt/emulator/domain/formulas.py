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
    Option,
    PrerequisiteCondition,
    Rule,
    SegmentCondition,
    Served,
    UserCondition,
)
from configcat_mgmt.emulator.domain.records import Setting, Value
from configcat_mgmt.emulator.domain.refusals import Refused, wire_name
from configcat_mgmt.emulator.domain.state import State
from configcat_mgmt.emulator.domain.typed_values import (
    read_value,
    require_split,
    require_text,
)

Path: TypeAlias = "tuple[str | int, ...]"

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
    body: UpdateEvaluationFormulaModel | UpdateEvaluationFormulaWithIdModel,
    current: Value,
    place: Path = (),
) -> Formula:
    """Read a V2 value for a setting.

    Whether prerequisites form a circle is checked elsewhere.

    Args:
        state: What the conditions refer to.
        setting: The setting to write.
        body: The new value.
        current: The present value; an empty text that it serves may stay.
        place: Where `body` stands in the request.

    Raises:
        Refused: The value breaks a rule of the service.
    """
    return _Reader(state, setting, current).formula(body, place)


@attrs.frozen
class _Reader:
    state: State
    setting: Setting
    current: Value

    def formula(
        self,
        body: UpdateEvaluationFormulaModel | UpdateEvaluationFormulaWithIdModel,
        place: Path,
    ) -> Formula:
        at_default = (*place, "default_value")
        default = self._value(body.default_value, self.setting, at_default)
        present = self.current.content
        if not (isinstance(present, Formula) and present.default == default):
            require_text(default, at_default)
        rules = items_of(body.targeting_rules)
        at_rules = (*place, "targeting_rules")
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

    def _rule(self, body: UpdateTargetingRuleModel, place: Path) -> Rule:
        conditions = items_of(body.conditions)
        limit = self.state.limits.conditions_per_rule
        if len(conditions) > limit:
            message = f"A rule may have at most {limit} conditions."
            raise Refused((*place, "conditions"), message)
        read = tuple(
            self._condition(condition, (*place, "conditions", number))
            for number, condition in enumerate(conditions)
        )
        options = items_of(body.percentage_options)
        value = given(body.value)
        if bool(options) == (value is not None):
            message = "A rule needs either a value or percentage options."
            raise Refused(place, message)
        if value is None:
            return Rule(read, self._options(options, (*place, "percentage_options")))
        if not read:
            message = "A rule without conditions can only have percentage options."
            raise Refused((*place, "conditions"), message)
        served = self._value(value, self.setting, (*place, "value"))
        require_text(served, (*place, "value"))
        return Rule(read, served)

    def _options(
        self, options: Sequence[UpdatePercentageOptionModel], place: Path
    ) -> tuple[Option, ...]:
        read: list[Option] = []
        for number, option in enumerate(options):
            at_value = (*place, number, "value")
            served = self._value(option.value, self.setting, at_value)
            require_text(served, at_value)
            read.append(Option(option.percentage, served))
        shares = [(option.percentage, self._plain(option.value)) for option in read]
        require_split(shares, self.setting, place, self.state.limits)
        return tuple(read)

    def _condition(self, body: UpdateConditionModel, place: Path) -> Condition:
        _require_one(body, _CONDITION_MEMBERS, place)
        user = given(body.user_condition)
        if user is not None:
            return self._user(user, (*place, "user_condition"))
        segment = given(body.segment_condition)
        if segment is not None:
            return self._segment(segment, (*place, "segment_condition"))
        flag = given(body.prerequisite_flag_condition)
        if flag is None:  # pragma: no cover - exactly one is there
            raise AssertionError
        return self._prerequisite(flag, (*place, "prerequisite_flag_condition"))

    def _user(self, body: UpdateUserConditionModel, place: Path) -> UserCondition:
        at_value = (*place, "comparison_value")
        value = self._comparison(body.comparison_value, body.comparator, at_value)
        return UserCondition(body.comparison_attribute, body.comparator, value)

    def _comparison(
        self, body: UpdateComparisonValueModel, comparator: UserComparator, place: Path
    ) -> str | float | tuple[ListItem, ...]:
        wanted = comparison_member(comparator)
        present = [
            member
            for member in _COMPARISON_MEMBERS
            if given(getattr(body, member)) is not None
        ]
        if present != [wanted]:
            name = wire_name(wanted)
            message = f"The comparator {comparator} needs {name} and nothing else."
            raise Refused(place, message)
        limit = self.state.limits.comparison_value_length
        text = given(body.string_value)
        if text is not None:
            if len(text) > limit:
                message = f"A comparison value has at most {limit} characters."
                raise Refused((*place, "string_value"), message)
            return text
        number = given(body.double_value)
        if number is not None:
            return float(number)
        return self._list(items_of(body.list_value), (*place, "list_value"))

    def _list(
        self, items: Sequence[UpdateComparisonValueListModel], place: Path
    ) -> tuple[ListItem, ...]:
        limits = self.state.limits
        if len(items) > limits.comparison_list_length:
            limit = limits.comparison_list_length
            raise Refused(place, f"The list may have at most {limit} items.")
        longest = limits.comparison_list_item_length
        for number, item in enumerate(items):
            if len(item.value) > longest:
                message = f"An item has at most {longest} characters."
                raise Refused((*place, number, "value"), message)
        return tuple(ListItem(item.value, given(item.hint)) for item in items)

    def _segment(
        self, body: UpdateSegmentConditionModel, place: Path
    ) -> SegmentCondition:
        product_id = self.state.config_of(self.setting).product_id
        segment = self.state.segments.get(body.segment_id)
        if segment is None or segment.product_id != product_id:
            message = f"The product has no segment {body.segment_id}."
            raise Refused((*place, "segment_id"), message)
        return SegmentCondition(body.segment_id, body.comparator)

    def _prerequisite(
        self, body: UpdatePrerequisiteFlagConditionModel, place: Path
    ) -> PrerequisiteCondition:
        setting = self.state.settings.get(body.prerequisite_setting_id)
        if setting is None or setting.config_id != self.setting.config_id:
            message = f"The config has no setting {body.prerequisite_setting_id}."
            raise Refused((*place, "prerequisite_setting_id"), message)
        at_value = (*place, "prerequisite_comparison_value")
        value = self._value(body.prerequisite_comparison_value, setting, at_value)
        return PrerequisiteCondition(setting.setting_id, body.comparator, value)

    def _value(self, body: UpdateValueModel, setting: Setting, place: Path) -> Served:
        return read_value(body, setting, place, self.state.limits)

    def _plain(self, served: Served) -> Served:
        for variation in self.setting.variations:
            if variation.variation_id == served:
                return variation.value
        return served


def _require_one(body: object, members: Sequence[str], place: Path) -> None:
    present = [one for one in members if given(getattr(body, one)) is not None]
    if len(present) != 1:
        names = ", ".join(map(wire_name, members))
        raise Refused(place, f"Exactly one of these is needed: {names}.")
