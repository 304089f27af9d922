"""What a product in memory consists of, by folded natural key."""

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, Final, TypeVar
from uuid import UUID

import attrs

from configcat_mgmt.jobs.model.request_bodies import value_text
from configcat_mgmt.jobs.model.snapshot import (
    Condition,
    Config,
    Environment,
    Formula,
    Integration,
    Link,
    PermissionGroup,
    Plain,
    Preferences,
    Rule,
    Segment,
    SegmentCondition,
    Setting,
    SettingInEnvironment,
    Snapshot,
    Source,
    Tag,
    ValueV1,
    Webhook,
)

Json = Any
S = TypeVar("S", bound="State")
Key = tuple[str, ...]

FIRST: Final[Mapping[str, Plain]] = {
    "boolean": False,
    "string": "",
    "int": 0,
    "double": 0.0,
}
EMPTY_SOURCE: Final = Source(
    base_url="http://127.0.0.1",
    organization="Target",
    product_id=UUID(int=7),
    taken_at=datetime(2026, 1, 1, tzinfo=UTC),
)


class RefusedError(AssertionError):
    """The service would not do this."""


def require(condition: object, message: str) -> None:
    if not condition:
        raise RefusedError(message)


def fold(*names: str) -> Key:
    return tuple(name.casefold() for name in names)


@attrs.define
class State:
    """A product; everything by folded natural key."""

    source: Source = EMPTY_SOURCE
    product: Json = None
    preferences: Preferences = attrs.field(factory=Preferences)
    environments: dict[Key, Environment] = attrs.field(factory=dict)
    tags: dict[Key, Tag] = attrs.field(factory=dict)
    segments: dict[Key, Segment] = attrs.field(factory=dict)
    groups: dict[Key, PermissionGroup] = attrs.field(factory=dict)
    configs: dict[Key, Config] = attrs.field(factory=dict)
    settings: dict[Key, Setting] = attrs.field(factory=dict)
    values: dict[Key, Formula | ValueV1] = attrs.field(factory=dict)
    links: dict[Key, Link] = attrs.field(factory=dict)
    webhooks: dict[Key, Webhook] = attrs.field(factory=dict)
    integrations: dict[Key, Integration] = attrs.field(factory=dict)
    invited: list[tuple[str, str]] = attrs.field(factory=list)
    done: list[str] = attrs.field(factory=list)
    """Ids of steps, in the order in which they were done."""

    @classmethod
    def of(cls: type[S], snapshot: Snapshot) -> S:
        """Start with the contents of a snapshot."""
        made = cls(source=snapshot.source, preferences=snapshot.preferences)
        made.product = [snapshot.name, snapshot.description, snapshot.order]
        for environment in snapshot.environments:
            made.environments[fold(environment.name)] = environment
        for tag in snapshot.tags:
            made.tags[fold(tag.name)] = tag
        for segment in snapshot.segments:
            made.segments[fold(segment.name)] = segment
        for group in snapshot.permission_groups:
            made.groups[fold(group.name)] = group
        for config in snapshot.configs:
            made.configs[fold(config.name)] = attrs.evolve(config, settings=())
            for setting in config.settings:
                place = fold(config.name, setting.key)
                made.settings[place] = attrs.evolve(setting, values={})
                for name, value in setting.values.items():
                    spot = (*place, name.casefold())
                    made.values[spot] = value.targeting
                    for link in value.links:
                        key = (*place, name.casefold(), link.type, link.key)
                        made.links[key] = link
        for hook in snapshot.webhooks:
            made.webhooks[webhook_key(hook)] = hook
        for one in snapshot.integrations:
            made.integrations[one.name.casefold(), one.type] = one
        return made

    def snapshot(self) -> Snapshot:
        """Return what there is."""
        name, description, order = self.product
        return Snapshot(
            source=self.source,
            name=name,
            description=description or None,
            order=order,
            preferences=self.preferences,
            environments=tuple(self.environments.values()),
            tags=tuple(self.tags.values()),
            segments=tuple(self.segments.values()),
            permission_groups=tuple(self.groups.values()),
            configs=tuple(
                self.config_with_settings(*item) for item in self.configs.items()
            ),
            webhooks=tuple(self.webhooks.values()),
            integrations=tuple(self.integrations.values()),
        )

    def ref(self, value: Json) -> Key:
        """Return the folded key of something that has to be there."""
        entity, *names = value["$ref"]
        if entity == "product":
            require(self.product is not None, "no product")
            return ()
        if entity == "variation":
            *place, text = names
            setting = self.settings.get(fold(*place))
            require(setting is not None, f"no setting {place}")
            assert setting is not None
            texts = [value_text(one.value) for one in setting.variations]
            require(text in texts, f"{place} has no variation {text}")
            return (*fold(*place), text)
        if entity == "webhook":
            key = (*fold(*names[:2]), *names[2:])
            require(key in self.webhooks, f"no webhook {key}")
            return key
        if entity == "integration":
            key = (names[0].casefold(), names[1])
            require(key in self.integrations, f"no integration {key}")
            return key
        kinds: dict[str, Mapping[Key, object]] = {
            "environment": self.environments,
            "tag": self.tags,
            "segment": self.segments,
            "permission_group": self.groups,
            "config": self.configs,
            "setting": self.settings,
        }
        require(fold(*names) in kinds[entity], f"no {entity} {names}")
        return fold(*names)

    def served_by(self, setting: Key) -> Iterator[tuple[Key, Formula | ValueV1]]:
        """Go through what the settings of the same config serve."""
        for place, value in self.values.items():
            if place[0] == setting[0]:
                yield place, value

    def forget(self, is_gone: Callable[[Key], bool]) -> None:
        self.values = {
            place: one for place, one in self.values.items() if not is_gone(place)
        }
        self.links = {
            place: one for place, one in self.links.items() if not is_gone(place)
        }

    def narrow(self, kind: str, name: str) -> None:
        for key, one in self.integrations.items():
            present: dict[str, tuple[str, ...]] = {
                "environments": one.environments,
                "configs": one.configs,
            }
            names = present[kind]
            left = tuple(other for other in names if other.casefold() != name)
            require(left or not names, f"{key} would apply to all {kind}")
            present[kind] = left
            self.integrations[key] = attrs.evolve(
                one,
                environments=present["environments"],
                configs=present["configs"],
            )

    def first_value(self, place: Key) -> Formula | ValueV1:
        setting = self.settings[place]
        value = FIRST[setting.type]
        if setting.variations:
            value = setting.variations[0].value
        is_old = self.configs[place[:1]].evaluation_version == "v1"
        return ValueV1(value) if is_old else Formula(value)

    def config_with_settings(self, key: Key, config: Config) -> Config:
        settings: list[Setting] = []
        for place, setting in self.settings.items():
            if place[:1] != key:
                continue
            values = {
                self.environments[spot[2:]].name: SettingInEnvironment(
                    value,
                    links=tuple(
                        link for at, link in self.links.items() if at[:3] == spot
                    ),
                )
                for spot, value in self.values.items()
                if spot[:2] == place
            }
            settings.append(attrs.evolve(setting, values=values))
        return attrs.evolve(config, settings=tuple(settings))


def webhook_key(hook: Webhook) -> Key:
    return (*fold(hook.config, hook.environment), hook.url, hook.method)


def served_of(value: Formula | ValueV1) -> Iterator[Plain]:
    yield value.default
    for rule in value.rules:
        if rule.value is not None:
            yield rule.value
        if isinstance(rule, Rule):
            yield from (option.value for option in rule.percentage_options)
    if isinstance(value, ValueV1):
        yield from (option.value for option in value.percentage_options)


def conditions_of(value: Formula | ValueV1) -> Iterator[Condition]:
    for rule in value.rules:
        if isinstance(rule, Rule):
            yield from rule.conditions
        elif rule.segment is not None:
            yield SegmentCondition(rule.segment, str(rule.segment_comparator))
