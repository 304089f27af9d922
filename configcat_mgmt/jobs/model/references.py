"""Finds the references in a value and the values that it serves."""

from collections.abc import Iterator, Mapping
from typing import Final

from configcat_mgmt.jobs.model.snapshot import (
    Config,
    Formula,
    PercentageOption,
    Plain,
    PrerequisiteCondition,
    SegmentCondition,
    Setting,
    SettingInEnvironment,
    ValueV1,
)

_INT32: Final = range(-(1 << 31), 1 << 31)


def value_in(setting: Setting, environment: str) -> SettingInEnvironment | None:
    """Find what a setting has in an environment, whose name may differ in case."""
    value = setting.values.get(environment)
    if value is not None:
        return value
    folded = environment.casefold()
    for name, value in setting.values.items():
        if name.casefold() == folded:
            return value
    return None


def prerequisites(targeting: Formula | ValueV1) -> Iterator[PrerequisiteCondition]:
    """Yield the conditions of a value on other settings."""
    if isinstance(targeting, Formula):
        for rule in targeting.rules:
            for condition in rule.conditions:
                if isinstance(condition, PrerequisiteCondition):
                    yield condition


def dependents_in(config: Config) -> dict[str, dict[str, tuple[str, ...]]]:
    """Return which settings of a config have conditions on which.

    Returns:
        By the casefolded key of each needed setting: the keys of the settings that need
        it, with the environments where they do.
    """
    found: dict[str, dict[str, tuple[str, ...]]] = {}
    for setting in config.settings:
        for environment, value in setting.values.items():
            needed = {one.setting.casefold() for one in prerequisites(value.targeting)}
            for folded in needed:
                places = found.setdefault(folded, {})
                places[setting.key] = (*places.get(setting.key, ()), environment)
    return found


def used_segments(targeting: Formula | ValueV1) -> Iterator[str]:
    """Yield the names of the segments that a value depends on."""
    if isinstance(targeting, Formula):
        for rule in targeting.rules:
            for condition in rule.conditions:
                if isinstance(condition, SegmentCondition):
                    yield condition.segment
    else:
        for old in targeting.rules:
            if old.segment is not None:
                yield old.segment


def served_values(targeting: Formula | ValueV1) -> Iterator[Plain]:
    """Yield all values that a setting can serve."""
    yield targeting.default
    for rule in targeting.rules:
        if rule.value is not None:
            yield rule.value
    for percentage_options in splits(targeting):
        for option in percentage_options:
            yield option.value


def splits(targeting: Formula | ValueV1) -> Iterator[tuple[PercentageOption, ...]]:
    """Yield the percentage splits of a value."""
    if isinstance(targeting, Formula):
        for rule in targeting.rules:
            if rule.percentage_options:
                yield rule.percentage_options
    elif targeting.percentage_options:
        yield targeting.percentage_options


def is_of_type(value: Plain, setting_type: str) -> bool:
    """Whether a value is one of a setting of this type."""
    match setting_type:
        case "boolean":
            return isinstance(value, bool)
        case "string":
            return isinstance(value, str)
        case "int":
            is_whole = isinstance(value, int) and not isinstance(value, bool)
            return is_whole and value in _INT32
        case "double":
            return isinstance(value, int | float) and not isinstance(value, bool)
        case _:
            return False


def find_circle(graph: Mapping[str, tuple[str, ...]]) -> list[str]:
    """Find nodes of a graph that lead back to themselves, the first one twice.

    Args:
        graph: Where each node leads to; a node that is no key leads nowhere.
    """
    finished: set[str] = set()
    for start in graph:
        if start in finished:
            continue
        way: dict[str, None] = {start: None}
        pending = [iter(graph[start])]
        while pending:
            following = next(pending[-1], None)
            if following is None:
                pending.pop()
                finished.add(way.popitem()[0])
            elif following in way:
                passed = list(way)
                return [*passed[passed.index(following) :], following]
            elif following not in finished:
                way[following] = None
                pending.append(iter(graph.get(following, ())))
    return []


def layers(
    dependents: Mapping[str, set[str]],
) -> tuple[list[list[str]], list[str]]:
    """Sort nodes of a graph so that each node comes after its dependents.

    Args:
        dependents: The dependents of each node; all of them are keys as well.

    Returns:
        Nodes that do not depend on each other, layer by layer, and the nodes that
        cannot be sorted because they depend on themselves, perhaps through others.
    """
    waiting = {node: len(others) for node, others in dependents.items()}
    freed_by: dict[str, list[str]] = {}
    for node, others in dependents.items():
        for other in others:
            freed_by.setdefault(other, []).append(node)
    sorted_nodes: list[list[str]] = []
    layer = [node for node, count in waiting.items() if not count]
    while layer:
        sorted_nodes.append(layer)
        following: list[str] = []
        for node in layer:
            del waiting[node]
            for freed in freed_by.get(node, ()):
                waiting[freed] -= 1
                if not waiting[freed]:
                    following.append(freed)
        layer = following
    return sorted_nodes, list(waiting)
