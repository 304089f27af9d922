"""Finds the uses of segments, prerequisites and predefined variations."""

from collections.abc import Iterable, Iterator
from uuid import UUID

from configcat_mgmt.emulator.domain.change_request_records import ChangeRequest
from configcat_mgmt.emulator.domain.evaluation import (
    Content,
    Formula,
    PrerequisiteCondition,
    Rollout,
    SegmentCondition,
    Served,
)
from configcat_mgmt.emulator.domain.records import Config, Segment, Setting
from configcat_mgmt.emulator.domain.state import State


def segments_in(content: Content) -> Iterator[UUID]:
    """Yield the ids of the segments that a value refers to."""
    if isinstance(content, Rollout):
        for rollout_rule in content.rules:
            if isinstance(rollout_rule.condition, SegmentCondition):
                yield rollout_rule.condition.segment_id
        return
    for rule in content.rules:
        for condition in rule.conditions:
            if isinstance(condition, SegmentCondition):
                yield condition.segment_id


def prerequisites_in(content: Content) -> tuple[PrerequisiteCondition, ...]:
    """Return the conditions of a value on other settings."""
    return content.prerequisites if isinstance(content, Formula) else ()


def served_in(content: Content) -> Iterator[Served]:
    """Yield all values that a setting can serve."""
    if isinstance(content, Rollout):
        yield content.value
        yield from (rule.value for rule in content.rules)
        yield from (item.value for item in content.items)
        return
    yield content.default
    for rule in content.rules:
        if isinstance(rule.served, tuple):
            yield from (option.value for option in rule.served)
        else:
            yield rule.served


def values_in_config(
    state: State, config: Config
) -> Iterator[tuple[UUID, int, Content]]:
    """Yield environment id, setting id and value of every setting of a config."""
    for environment_id in state.product_of(config).environment_ids:
        for setting_id in config.setting_ids.values():
            value = state.values[environment_id, setting_id]
            yield environment_id, setting_id, value.content


def proposals_in(
    state: State, config: Config
) -> Iterator[tuple[ChangeRequest, int, Formula]]:
    """Yield every proposed value of the open change requests of a config.

    Each comes with its request and the id of its setting.
    """
    for request in state.change_requests.values():
        if request.is_open and request.config_id == config.config_id:
            for change in request.changes.values():
                yield request, change.setting_id, change.proposed


def settings_using_segment(state: State, segment: Segment) -> set[int]:
    """Return the ids of the settings that refer to a segment anywhere."""
    return {
        setting_id
        for config_id in state.product_of(segment).config_ids
        for _, setting_id, content in values_in_config(state, state.configs[config_id])
        if segment.segment_id in segments_in(content)
    }


def titles_using_segment(state: State, segment: Segment) -> list[str]:
    """Return the titles of the open change requests that refer to a segment."""
    configs = [state.configs[one] for one in state.product_of(segment).config_ids]
    return sorted(
        {
            request.title
            for config in configs
            for request, _, proposed in proposals_in(state, config)
            if segment.segment_id in segments_in(proposed)
        }
    )


def titles_depending_on(state: State, setting: Setting) -> list[str]:
    """Return the titles of open change requests with a setting as a prerequisite."""
    return sorted(
        {
            request.title
            for request, setting_id, proposed in proposals_in(
                state, state.config_of(setting)
            )
            if setting_id != setting.setting_id
            and any(
                one.setting_id == setting.setting_id
                for one in prerequisites_in(proposed)
            )
        }
    )


def dependents_of(
    state: State, setting: Setting, environment_ids: Iterable[UUID]
) -> list[int]:
    """Return the ids of the settings that have `setting` as a prerequisite.

    Args:
        state: The state to look in.
        setting: The prerequisite.
        environment_ids: Where to look.
    """
    siblings = state.config_of(setting).setting_ids.values()
    return sorted(
        {
            sibling
            for environment_id in environment_ids
            for sibling in siblings
            for condition in prerequisites_in(
                state.values[environment_id, sibling].content
            )
            if condition.setting_id == setting.setting_id
        }
    )


def dependents_in(
    state: State, config: Config, environment_id: UUID
) -> dict[int, list[int]]:
    """Return the dependents of each setting of a config.

    Returns:
        Setting ids to the ids of the settings that depend on them.
    """
    dependents: dict[int, set[int]] = {}
    for setting_id in config.setting_ids.values():
        content = state.values[environment_id, setting_id].content
        for condition in prerequisites_in(content):
            dependents.setdefault(condition.setting_id, set()).add(setting_id)
    return {key: sorted(ids) for key, ids in dependents.items()}


def variation_usages(state: State, setting: Setting) -> set[tuple[UUID, int, UUID]]:
    """Return variation id, setting id and environment id of each use."""
    usages: set[tuple[UUID, int, UUID]] = set()
    config = state.config_of(setting)
    for environment_id, setting_id, content in values_in_config(state, config):
        for variation_id in _variations_in(content, setting_id, setting):
            usages.add((variation_id, setting_id, environment_id))
    return usages


def proposed_variation_usages(
    state: State, setting: Setting
) -> list[tuple[UUID, int, ChangeRequest]]:
    """Return variation id, setting id and change request of each proposed use."""
    return [
        (variation_id, setting_id, request)
        for request, setting_id, proposed in proposals_in(
            state, state.config_of(setting)
        )
        for variation_id in sorted(set(_variations_in(proposed, setting_id, setting)))
    ]


def _variations_in(
    content: Content, setting_id: int, setting: Setting
) -> Iterator[UUID]:
    """Yield the variations of `setting` that a value of any setting uses."""
    if setting_id == setting.setting_id:
        yield from (one for one in served_in(content) if isinstance(one, UUID))
    for condition in prerequisites_in(content):
        if condition.setting_id == setting.setting_id and isinstance(
            condition.value, UUID
        ):
            yield condition.value
