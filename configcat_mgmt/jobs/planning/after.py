"""What the target will serve once a plan is done."""

from collections.abc import Iterator

from configcat_mgmt.jobs.model.references import prerequisites, value_in
from configcat_mgmt.jobs.model.snapshot import Formula, Setting, ValueV1
from configcat_mgmt.jobs.planning.builder import Draft
from configcat_mgmt.jobs.planning.settings import PlannedConfig


def served_after(
    draft: Draft, config: str, setting: Setting, environment: str
) -> Formula | ValueV1 | None:
    """Return what a setting will serve in an environment, None if it is not known.

    Args:
        draft: Knows what is written.
        config: The config of the setting.
        setting: The setting as the target has it, or as the plan makes it.
        environment: The environment.
    """
    written = draft.written.get((config, setting.key, environment))
    if written is not None:
        return written
    value = value_in(setting, environment)
    return None if value is None else value.targeting


def prerequisites_after(
    draft: Draft, config: PlannedConfig, environment: str
) -> dict[str, tuple[str, ...]]:
    """Return which settings each setting of a config will depend on, by key."""
    settings = {one.key.casefold(): one for one in _settings(config)}
    graph: dict[str, tuple[str, ...]] = {}
    for setting in settings.values():
        served = served_after(draft, config.name, setting, environment)
        if served is None:
            continue
        needed = (one.setting.casefold() for one in prerequisites(served))
        graph[setting.key] = tuple(
            settings[folded].key for folded in needed if folded in settings
        )
    return graph


def _settings(config: PlannedConfig) -> Iterator[Setting]:
    if config.found is not None:
        yield from config.found.settings
    for planned in config.settings:
        if planned.found is None:
            yield planned.wanted
