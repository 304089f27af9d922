"""Reads V1 values: the rules that rollout rules and percentage items have to keep."""

from collections.abc import Sequence
from typing import TypeAlias

from configcat_mgmt.api.model_index import (
    UpdateRolloutPercentageItemModel,
    UpdateRolloutRuleModel,
    UpdateSettingValueModel,
    UpdateSettingValueWithSettingIdModel,
)
from configcat_mgmt.emulator.domain.absent import given, given_or, items_of
from configcat_mgmt.emulator.domain.evaluation import (
    PercentageItem,
    PlainValue,
    Rollout,
    RolloutCondition,
    RolloutRule,
    SegmentCondition,
)
from configcat_mgmt.emulator.domain.records import Setting, SettingValue
from configcat_mgmt.emulator.domain.refusals import Refused
from configcat_mgmt.emulator.domain.state import State
from configcat_mgmt.emulator.domain.typed_values import (
    read_plain,
    require_split,
    require_text,
)

Path: TypeAlias = "tuple[str | int, ...]"


def read_rollout(
    state: State,
    setting: Setting,
    body: UpdateSettingValueModel | UpdateSettingValueWithSettingIdModel,
    current: SettingValue,
    path: Path = (),
) -> Rollout:
    """Read a V1 value for a setting.

    Args:
        state: The state that the rules refer to.
        setting: The setting to write.
        body: The new value.
        current: The present value; an empty text that it serves may stay.
        path: The path of `body` in the request.

    Raises:
        Refused: The value breaks a rule of the service.
    """
    at_value = (*path, "value")
    value = read_plain(body.value, setting.setting_type, at_value, state.limits)
    present = current.content
    if not (isinstance(present, Rollout) and present.value == value):
        require_text(value, at_value)
    rules = items_of(body.rollout_rules)
    at_rules = (*path, "rollout_rules")
    limit = state.limits.targeting_rules
    if len(rules) > limit:
        raise Refused(at_rules, f"There may be at most {limit} targeting rules.")
    read = tuple(
        _read_rule(state, setting, rule, (*at_rules, number))
        for number, rule in enumerate(rules)
    )
    items = items_of(body.rollout_percentage_items)
    at_items = (*path, "rollout_percentage_items")
    return Rollout(value, read, _read_items(state, setting, items, at_items))


def _read_rule(
    state: State, setting: Setting, body: UpdateRolloutRuleModel, path: Path
) -> RolloutRule:
    value = _read_served(state, setting, body.value, path)
    segment = (given(body.segment_id), given(body.segment_comparator))
    user = (
        given_or(body.comparison_attribute, "") or None,
        given(body.comparator),
        given(body.comparison_value),
    )
    is_segment_rule = any(part is not None for part in segment)
    if is_segment_rule == any(part is not None for part in user):
        message = "A rule needs either a segment or a user condition."
        raise Refused(path, message)
    if is_segment_rule:
        segment_id, segment_comparator = segment
        if segment_id is None or segment_comparator is None:
            message = "A segment rule needs segmentId and segmentComparator."
            raise Refused(path, message)
        known = state.segments.get(segment_id)
        if known is None or known.product_id != state.config_of(setting).product_id:
            message = f"The product has no segment {segment_id}."
            raise Refused((*path, "segment_id"), message)
        return RolloutRule(SegmentCondition(segment_id, segment_comparator), value)
    attribute, comparator, comparison_value = user
    if attribute is None or comparator is None or comparison_value is None:
        message = (
            "A user condition needs comparisonAttribute, comparator and "
            "comparisonValue."
        )
        raise Refused(path, message)
    limit = state.limits.comparison_value_length
    if len(comparison_value) > limit:
        message = f"A comparison value has at most {limit} characters."
        raise Refused((*path, "comparison_value"), message)
    return RolloutRule(RolloutCondition(attribute, comparator, comparison_value), value)


def _read_items(
    state: State,
    setting: Setting,
    items: Sequence[UpdateRolloutPercentageItemModel],
    path: Path,
) -> tuple[PercentageItem, ...]:
    read = tuple(
        PercentageItem(
            item.percentage, _read_served(state, setting, item.value, (*path, number))
        )
        for number, item in enumerate(items)
    )
    shares = [(item.percentage, item.value) for item in read]
    require_split(shares, setting, path, state.limits)
    return read


def _read_served(
    state: State, setting: Setting, value: object, path: Path
) -> PlainValue:
    at_value = (*path, "value")
    plain = read_plain(value, setting.setting_type, at_value, state.limits)
    require_text(plain, at_value)
    return plain
