"""Compiles the published config that the SDKs download and evaluate.

Source: the config JSON, version 6, that configcat/python-sdk reads.
"""

from collections.abc import Iterator, Sequence
from typing import Final, TypeAlias

from configcat_mgmt.emulator.domain.evaluation import (
    Condition,
    Formula,
    PercentageItem,
    PercentageOption,
    Rollout,
    RolloutCondition,
    Served,
)
from configcat_mgmt.emulator.published.compile_conditions import Conditions
from configcat_mgmt.emulator.published.compile_source import Source, SourceSetting
from configcat_mgmt.emulator.published.compile_values import TYPE_NUMBERS, served_json
from configcat_mgmt.json_value import JsonValue

JsonObject: TypeAlias = dict[str, JsonValue]
Split: TypeAlias = Sequence[PercentageOption] | Sequence[PercentageItem]

_NO_REDIRECT: Final = 0


def compile_config(source: Source, base_url: str) -> JsonObject:
    """Write a config in an environment as SDKs read it.

    V1 and V2 configs come out in the same form.

    Args:
        source: The data to publish.
        base_url: The address that SDKs are to ask from now on: this emulator's.

    Returns:
        PlainValue JSON data, equal for equal arguments.
    """
    conditions = Conditions(source)
    flags = {
        setting.key: _setting_json(setting, conditions) for setting in source.settings
    }
    return {
        "p": {"u": base_url, "r": _NO_REDIRECT, "s": source.salt},
        "s": conditions.segments,
        "f": flags,
    }


def _setting_json(setting: SourceSetting, conditions: Conditions) -> JsonObject:
    content = setting.content
    written: JsonObject = {"t": TYPE_NUMBERS[setting.setting_type]}
    default: Served
    split: Split
    if isinstance(content, Formula):
        default = content.default
        if content.percentage_attribute is not None:
            written["a"] = content.percentage_attribute
        split = _last_split(content)
    else:
        default = content.value
        split = content.items
    rules = list(_rules_json(setting, conditions))
    if rules:
        written["r"] = rules
    if split:
        written["p"] = _split_json(setting, split)
    return {**written, **served_json(setting, default)}


def _last_split(formula: Formula) -> Split:
    """Return the options of a last rule without conditions: those for all others."""
    if not formula.rules:
        return ()
    last = formula.rules[-1]
    is_for_all = not last.conditions and isinstance(last.served, tuple)
    return last.served if is_for_all and isinstance(last.served, tuple) else ()


def _rules_json(setting: SourceSetting, conditions: Conditions) -> Iterator[JsonObject]:
    for asked, served in _rules(setting.content):
        written = [conditions.json(setting, condition) for condition in asked]
        if any(condition is None for condition in written):
            continue
        if isinstance(served, tuple):
            yield {"c": written, "p": _split_json(setting, served)}
        else:
            yield {"c": written, "s": served_json(setting, served)}


def _rules(
    content: Formula | Rollout,
) -> Iterator[
    tuple[Sequence[Condition | RolloutCondition], Served | tuple[PercentageOption, ...]]
]:
    """Yield conditions and consequence of all rules, bar a split for all others."""
    if isinstance(content, Rollout):
        for rollout_rule in content.rules:
            yield (rollout_rule.condition,), rollout_rule.value
        return
    rules = content.rules[:-1] if _last_split(content) else content.rules
    for rule in rules:
        yield rule.conditions, rule.served


def _split_json(setting: SourceSetting, split: Split) -> list[JsonValue]:
    return [
        {"p": option.percentage, **served_json(setting, option.value)}
        for option in split
    ]
