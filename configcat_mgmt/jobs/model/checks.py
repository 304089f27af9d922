"""Checks the consistency of a snapshot beyond the types of its fields."""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Final

from configcat_mgmt.errors import JobError
from configcat_mgmt.jobs.model.snapshot import (
    TYPES,
    Config,
    Formula,
    Plain,
    PrerequisiteCondition,
    Rule,
    SegmentCondition,
    Setting,
    Snapshot,
    ValueV1,
)

_VERSIONS: Final = {"v1": ValueV1, "v2": Formula}


def require_distinct_names(snapshot: Snapshot) -> None:
    """Refuse a product in which two entities have exactly the same name.

    Names that differ in case only are kept apart here; a plan blocks them.

    Raises:
        JobError: Two entities have the same name; the message says which.
    """
    for problem in same_names(snapshot):
        message = f"{problem}; rename one of them, because names identify entities"
        raise JobError("take_snapshot", message)


def same_names(snapshot: Snapshot) -> Iterator[str]:
    """Describe entities of one kind that have exactly the same name."""
    named: dict[str, Iterable[str]] = {
        "environments": (one.name for one in snapshot.environments),
        "tags": (one.name for one in snapshot.tags),
        "segments": (one.name for one in snapshot.segments),
        "permission groups": (one.name for one in snapshot.permission_groups),
        "configs": (one.name for one in snapshot.configs),
    }
    for config in snapshot.configs:
        kind = f"settings of the config {config.name!r}"
        named[kind] = (setting.key for setting in config.settings)
    for kind, names in named.items():
        for name, count in Counter(names).items():
            if count > 1:
                yield f"two {kind} are called {name!r}"


class Checks:
    """Checks a snapshot that somebody may have edited."""

    def __init__(self, snapshot: Snapshot) -> None:
        """Collect the names in the snapshot."""
        self._snapshot = snapshot
        # Names that could not be read may still be referred to.
        self._partial = {gap.entity for gap in snapshot.gaps if not gap.was_read}
        self._environments = _folded(one.name for one in snapshot.environments)
        self._configs = _folded(one.name for one in snapshot.configs)
        self._segments = _folded(one.name for one in snapshot.segments)
        self._tags = _folded(one.name for one in snapshot.tags)

    def problems(self) -> Iterator[str]:
        """Yield inconsistencies, each as `message @ $.path`."""
        yield from same_names(self._snapshot)
        for index, config in enumerate(self._snapshot.configs):
            yield from self._config(config, f"$.configs[{index}]")
        for index, group in enumerate(self._snapshot.permission_groups):
            place = f"$.permission_groups[{index}].environment_"
            for field, entries in (
                ("accesses", group.environment_accesses),
                ("approval_permissions", group.environment_approval_permissions),
            ):
                yield from self._known_environments(entries, place + field)
        for index, webhook in enumerate(self._snapshot.webhooks):
            place = f"$.webhooks[{index}]"
            yield from self._known_environments([webhook.environment], place)
            yield from self._known_configs([webhook.config], place)
        for index, integration in enumerate(self._snapshot.integrations):
            place = f"$.integrations[{index}]"
            yield from self._known_environments(integration.environments, place)
            yield from self._known_configs(integration.configs, place)
        preferences = self._snapshot.preferences
        for field, names in (
            ("reason", preferences.reason_required_environments),
            ("approve", preferences.approve_required_environments),
        ):
            place = f"$.preferences.{field}_required_environments"
            yield from self._known_environments(names, place)

    def _config(self, config: Config, place: str) -> Iterator[str]:
        # None for a version of the future, which a plan blocks.
        wanted = _VERSIONS.get(config.evaluation_version)
        keys = {setting.key.casefold(): setting for setting in config.settings}
        for index, setting in enumerate(config.settings):
            where = f"{place}.settings[{index}]"
            if setting.type not in TYPES:
                yield f"expected one of {', '.join(TYPES)} @ {where}.type"
                continue
            yield from self._known("tag", setting.tags, self._tags, f"{where}.tags")
            yield from _variations(setting, f"{where}.variations")
            yield from self._known_environments(setting.values, f"{where}.values")
            for name, value in setting.values.items():
                spot = f"{where}.values[{name!r}].targeting"
                if wanted is not None and type(value.targeting) is not wanted:
                    kind = wanted.__name__
                    yield f"expected kind {kind} for the config's version @ {spot}"
                yield from self._targeting(value.targeting, setting, keys, spot)

    def _targeting(
        self,
        targeting: Formula | ValueV1,
        setting: Setting,
        keys: dict[str, Setting],
        place: str,
    ) -> Iterator[str]:
        for plain in _served(targeting):
            yield from _served_problems(plain, setting, place)
        if isinstance(targeting, Formula):
            for rule in targeting.rules:
                yield from self._conditions(rule, keys, place)
        else:
            names = [rule.segment for rule in targeting.rules if rule.segment]
            yield from self._known("segment", names, self._segments, place)

    def _conditions(
        self, rule: Rule, keys: dict[str, Setting], place: str
    ) -> Iterator[str]:
        for condition in rule.conditions:
            if isinstance(condition, SegmentCondition):
                names = [condition.segment]
                yield from self._known("segment", names, self._segments, place)
            elif isinstance(condition, PrerequisiteCondition):
                other = keys.get(condition.setting.casefold())
                if other is not None:
                    yield from _served_problems(condition.value, other, place)
                elif "setting" not in self._partial:
                    yield f"no setting {condition.setting!r} in the config @ {place}"

    def _known_environments(self, names: Iterable[str], place: str) -> Iterator[str]:
        return self._known("environment", names, self._environments, place)

    def _known_configs(self, names: Iterable[str], place: str) -> Iterator[str]:
        return self._known("config", names, self._configs, place)

    def _known(
        self, entity: str, names: Iterable[str], known: set[str], place: str
    ) -> Iterator[str]:
        if entity in self._partial:
            return
        for name in names:
            if name.casefold() not in known:
                yield f"no {entity} {name!r} in the snapshot @ {place}"


def _folded(names: Iterable[str]) -> set[str]:
    return {name.casefold() for name in names}


def _served(targeting: Formula | ValueV1) -> Iterator[Plain]:
    yield targeting.default
    if isinstance(targeting, ValueV1):
        yield from (rule.value for rule in targeting.rules)
        yield from (option.value for option in targeting.percentage_options)
        return
    for rule in targeting.rules:
        if rule.value is not None:
            yield rule.value
        yield from (option.value for option in rule.percentage_options)


def _served_problems(value: Plain, setting: Setting, place: str) -> Iterator[str]:
    wanted = TYPES.get(setting.type)
    if wanted is None:
        return
    if type(value) is not wanted:
        example = " such as 2.0" if wanted is float else ""
        yield f"expected type {setting.type}{example} for {setting.key!r} @ {place}"
    elif setting.variations and all(value != one.value for one in setting.variations):
        yield f"{setting.key!r} has no variation with the value {value!r} @ {place}"


def _variations(setting: Setting, place: str) -> Iterator[str]:
    wanted = TYPES[setting.type]
    seen: set[Plain] = set()
    for index, variation in enumerate(setting.variations):
        if type(variation.value) is not wanted:
            yield f"expected type {setting.type} @ {place}[{index}].value"
        elif variation.value in seen:
            yield f"the value occurs twice @ {place}[{index}].value"
        seen.add(variation.value)
