"""Translates a LaunchDarkly project into the snapshot of a product.

Nothing here reads or writes: a translation depends on its arguments alone.
"""

import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

import attrs

from configcat_mgmt.checked import checked
from configcat_mgmt.errors import ConfigurationError
from configcat_mgmt.jobs.issues.collecting import IssueList
from configcat_mgmt.jobs.launchdarkly.attributes import AttributeTable, AttributeUse
from configcat_mgmt.jobs.launchdarkly.clauses import ClauseTranslator
from configcat_mgmt.jobs.launchdarkly.flags import FlagInfo, FlagTranslator, Way
from configcat_mgmt.jobs.launchdarkly.helpers import Helper, Helpers
from configcat_mgmt.jobs.launchdarkly.keys import (
    LONGEST_NAME,
    Keys,
    Names,
    clip_hint,
    valid_tag,
)
from configcat_mgmt.jobs.launchdarkly.model import (
    Environment,
    Flag,
    FlagConfig,
    Project,
)
from configcat_mgmt.jobs.launchdarkly.options import TranslationOptions
from configcat_mgmt.jobs.launchdarkly.segments import SegmentPlan, SegmentTranslator
from configcat_mgmt.jobs.launchdarkly.tested import tested_attributes
from configcat_mgmt.jobs.launchdarkly.values import values_of
from configcat_mgmt.jobs.model import snapshot
from configcat_mgmt.jobs.model.plan import Issue
from configcat_mgmt.jobs.model.references import find_circle
from configcat_mgmt.jobs.model.snapshot import (
    Config,
    Formula,
    Setting,
    SettingInEnvironment,
    Snapshot,
    Source,
    Tag,
)
from configcat_mgmt.json_value import JsonValue

_DEFAULTS: Final = TranslationOptions()
_NAMESPACE: Final = uuid.uuid5(uuid.NAMESPACE_URL, "https://app.launchdarkly.com")
_TAGS: Final = {
    "is_temporary": "temporary",
    "is_deprecated": "deprecated",
    "is_archived": "archived",
}
"""Tags for properties of flags that ConfigCat does not have."""


@attrs.frozen
class KeyMap:
    """The keys of the source with those of the target.

    Attributes:
        flags (Mapping[str, str]): Keys of settings by key of the flag.
        segments (Mapping[str, str]): Keys of settings, or names of segments as
            `environment: name`, by key of the segment.
        environments (Mapping[str, str]): Names of environments by key.
    """

    flags: Mapping[str, str]
    """Keys of settings by key of the flag."""
    segments: Mapping[str, str]
    """Keys of settings, or names of segments as `environment: name`, by key of the
    segment."""
    environments: Mapping[str, str]
    """Names of environments by key."""

    def to_json(self) -> dict[str, JsonValue]:
        """Return the map as plain JSON data."""
        return {
            "flags": dict(self.flags),
            "segments": dict(self.segments),
            "environments": dict(self.environments),
        }


@attrs.frozen
class Translation:
    """A project as a product.

    Attributes:
        snapshot (Snapshot): The product to plan with.
        issues (tuple[Issue, ...]): Deviations from LaunchDarkly and open decisions,
            the worst first.
        keys (KeyMap): The keys of the source with those of the target.
        attributes (tuple[AttributeUse, ...]): The user attributes that the application
            has to send.
        flags (Mapping[str, Mapping[str, Way]]): How each flag was translated, by its
            key and the key of the environment.
    """

    snapshot: Snapshot
    """The product to plan with."""
    issues: tuple[Issue, ...]
    """Deviations from LaunchDarkly and open decisions, the worst first."""
    keys: KeyMap
    """The keys of the source with those of the target."""
    attributes: tuple[AttributeUse, ...]
    """The user attributes that the application has to send."""
    flags: Mapping[str, Mapping[str, Way]]
    """How each flag was translated, by its key and the key of the environment."""

    @property
    def blockers(self) -> tuple[Issue, ...]:
        """Issues that were not accepted and prevent the import."""
        return tuple(one for one in self.issues if one.severity == "blocker")

    def __repr__(self) -> str:
        """Summarize the translation."""
        return f"<Translation {self.snapshot!r}: {len(self.issues)} issues>"


@checked
def translate(project: Project, options: TranslationOptions = _DEFAULTS) -> Translation:
    """Translate a project.

    Args:
        project: The project, from an export.
        options: Options; accepted issues become warnings.

    Returns:
        A snapshot that plans can be made from, with the issues, the map of keys and the
        table of attributes. It must not be applied as long as it has `blockers`.

    Raises:
        ConfigurationError: An option names an environment or flag that the project does
            not have.
    """
    found = project.list_attributes or ()
    return _Translator(project, options.with_lists(found)).translation()


@attrs.define
class _Translator:
    project: Project
    options: TranslationOptions
    issues: IssueList = attrs.field(factory=IssueList, init=False)
    attributes: AttributeTable = attrs.field(factory=AttributeTable, init=False)
    ways: dict[str, dict[str, Way]] = attrs.field(
        factory=dict[str, dict[str, Way]], init=False
    )

    def translation(self) -> Translation:
        self._require_known()
        self._note_data()
        environments = self._environments()
        names = {one.key: unique for one, unique in environments}
        plan = SegmentPlan(
            self.project, self.options, self.issues, self.attributes, names
        )
        tags = _Tags(self.issues)
        flags, circles = self._flags(), self._circles(names)
        servers = self._server_keys(flags)
        configs: list[Config] = []
        keys: dict[str, str] = {}
        segments: dict[str, str] = {}
        for name, chosen in (
            (self.options.config, [one for one in flags if one.key not in servers]),
            (self.options.server_config, [one for one in flags if one.key in servers]),
        ):
            if name is None or (name == self.options.server_config and not chosen):
                continue
            config = _ConfigTranslator(self, plan, tags, names, circles, chosen)
            is_main = name == self.options.config
            configs.append(config.config(name, len(configs), with_all=is_main))
            keys.update({one.flag.key: one.key for one in config.infos.values()})
            segments = {**config.segment_keys, **segments}
        for (environment, key), segment in plan.made.items():
            segments.setdefault(key, segment.name)
            segments[f"{environment}/{key}"] = segment.name
        self._note_attributes()
        made = Snapshot(
            Source(
                self.project.host,
                "LaunchDarkly",
                _id_of(f"{self.project.host}/{self.project.key}"),
                self.project.taken_at,
            ),
            self.project.name,
            environments=tuple(
                _environment(one, unique, order)
                for order, (one, unique) in enumerate(environments)
            ),
            tags=tags.all(),
            segments=snapshot.by_name(plan.made.values()),
            configs=tuple(configs),
        )
        return Translation(
            made,
            self.issues.issues(self.options.accept),
            KeyMap(keys, segments, names),
            self.attributes.rows(),
            self.ways,
        )

    def _require_known(self) -> None:
        known = {one.key for one in self.project.environments}
        for key in self.options.environments:
            if key not in known:
                raise ConfigurationError(
                    f"the project has no environment {key!r}; it has "
                    f"{', '.join(sorted(known)) or 'none'}"
                )
        flags = {one.key for one in self.project.flags}
        for key in self.options.off_variations:
            if key not in flags:
                raise ConfigurationError(
                    f"the project has no flag {key!r}, whose off variation was given"
                )

    def _note_data(self) -> None:
        for one in self.project.malformed:
            owner = f"{one.kind.capitalize()} {one.key}"
            action = f"The {one.kind} is left out."
            self.issues.add("D001", owner, one.place, reason=one.reason, action=action)
        if self.project.changed_while_read:
            self.issues.add("D002", "Flags", *self.project.changed_while_read)
        found = self.project.list_attributes
        unknown = self.project.unknown_list_attributes
        if found:
            self.issues.add("CC616", "Attributes", *found)
        elif found is not None and not unknown:
            self.issues.add("CC617", "Attributes")
        for name, reason in unknown.items():
            self.issues.add("CC618", "Attributes", f"{name} ({reason})")
        tested = [
            (kind, path)
            for path, kinds in tested_attributes(self.project).items()
            for kind in kinds
        ]
        for name in self.options.list_attributes:
            alone = TranslationOptions(list_attributes=(name,))
            if not any(alone.is_list(*one) for one in tested):
                self.issues.add("CC619", "Attributes", name)
        for flag in self.project.flags:
            for extra in flag.extras:
                self.issues.add("CC615", "Flags", extra)

    def _environments(self) -> list[tuple[Environment, str]]:
        names = Names()
        found: list[tuple[Environment, str]] = []
        for one in self.project.environments:
            if self.options.environments and one.key not in self.options.environments:
                continue
            unique = names.take(one.name, one.key)
            if unique != one.name:
                self.issues.add("T001", "Environments", one.name[:LONGEST_NAME])
            found.append((one, unique))
        return found

    def _flags(self) -> list[Flag]:
        """Return the flags to import: archived ones only if others need them."""
        by_key = {one.key: one for one in self.project.flags}
        wanted = {
            one.key: None
            for one in self.project.flags
            if self.options.archived or not one.is_archived
        }
        pending = list(wanted)
        while pending:
            for needed in _needed(by_key[pending.pop()]):
                if needed in by_key and needed not in wanted:
                    wanted[needed] = None
                    pending.append(needed)
                    self.issues.add("CC609", "Flags", needed)
        return [one for one in self.project.flags if one.key in wanted]

    def _circles(self, environments: Iterable[str]) -> dict[str, frozenset[str]]:
        """Return the flags that depend on themselves, by environment."""
        found: dict[str, frozenset[str]] = {}
        for environment in environments:
            graph = {
                flag.key: tuple(
                    one.key for one in flag.environments[environment].prerequisites
                )
                for flag in self.project.flags
                if environment in flag.environments
            }
            circular: set[str] = set()
            while circle := find_circle(graph):
                circular.update(circle)
                graph.update(dict.fromkeys(circle, ()))
            found[environment] = frozenset(circular)
        return found

    def _server_keys(self, flags: Sequence[Flag]) -> frozenset[str]:
        """Return the flags for the config of servers, with all that they depend on."""
        servers = {one.key for one in flags if one.is_for_clients is False}
        if self.options.server_config is None:
            if servers:
                self.issues.add("CC607", "Flags", *sorted(servers))
            return frozenset()
        needs = {one.key: set(_needed(one)) for one in flags}
        is_stable = False
        while not is_stable:
            stay = {
                key
                for key, needed in needs.items()
                if (key in servers and needed - servers)
                or (key not in servers and needed & servers)
            }
            leave = {
                key
                for key in servers
                if key in stay
                or any(key in needs[one] for one in stay if one not in servers)
            }
            servers -= leave
            is_stable = not leave
        return frozenset(servers)

    def _note_attributes(self) -> None:
        for name, references in self.attributes.ambiguous().items():
            self.issues.add("CC611", f"Attribute {name}", *map(str, references))
        for name, types in self.attributes.conflicting().items():
            self.issues.add("CC610", f"Attribute {name}", ", ".join(types))


@attrs.define
class _ConfigTranslator:
    """Translates the flags of one config."""

    base: _Translator
    plan: SegmentPlan
    tags: "_Tags"
    environments: Mapping[str, str]
    circles: Mapping[str, frozenset[str]]
    flags: Sequence[Flag]
    infos: dict[str, FlagInfo] = attrs.field(factory=dict[str, FlagInfo], init=False)
    segment_keys: dict[str, str] = attrs.field(factory=dict[str, str], init=False)
    _helpers: Helpers = attrs.field(init=False)

    def config(self, name: str, order: int, *, with_all: bool) -> Config:
        """Return the config.

        Args:
            name: Its name.
            order: Its place among the configs.
            with_all: Whether it gets the segments that no flag uses, too.
        """
        self._name_flags()
        segments = SegmentTranslator(self.plan, self._helpers)
        if with_all:
            for key in self.plan.keys:
                if not self.plan.is_native(key):
                    self.segment_keys[key] = segments.helper(key).key
        formulas = {
            info.flag.key: self._formulas(info, segments)
            for info in self.infos.values()
        }
        settings = [
            self._setting(info, formulas[info.flag.key], number)
            for number, info in enumerate(self.infos.values())
        ]
        for number, helper in enumerate(self._helpers.all(), len(settings)):
            settings.append(self._helper(helper, number))
        return Config(name, "v2", order=order, settings=tuple(settings))

    def _name_flags(self) -> None:
        keys, names = Keys(), Names()
        taken = keys.take_all(one.key for one in self.flags)
        self._helpers = Helpers(keys, names)
        issues = self.base.issues
        emulates = self.base.options.toggle == "emulate"
        for flag in sorted(self.flags, key=lambda one: one.key):
            key = taken[flag.key]
            if key != flag.key:
                issues.add("T002", "Flags", f"{flag.key} → {key}")
            name = names.take(flag.name, flag.key)
            if name != flag.name:
                issues.add("T001", "Flags", flag.name[:LONGEST_NAME])
            values = values_of(flag, self.base.options, issues)
            info = FlagInfo(flag, key, name, values)
            self.infos[flag.key] = info
        for info in self.infos.values() if emulates else ():
            if any(not one.on for one in self._configs(info.flag).values()):
                toggle = self._toggle(info)
                self.infos[info.flag.key] = attrs.evolve(info, toggle=toggle)

    def _toggle(self, info: FlagInfo) -> Helper:
        identity = f"{info.key}_tt"
        found = self._helpers.take(
            identity,
            f"Targeting of {info.name}",
            f"Turns the rules of {info.key} on; imported from LaunchDarkly.",
            "boolean",
            default=True,
        )
        if found.key != identity:
            where = f"{identity} → {found.key}"
            self.base.issues.add("T002", "Targeting toggles", where)
        for environment, config in self._configs(info.flag).items():
            found.formulas[environment] = Formula(config.on)
        return found

    def _configs(self, flag: Flag) -> dict[str, FlagConfig]:
        return {
            environment: flag.environments[environment]
            for environment in self.environments
            if environment in flag.environments
        }

    def _formulas(
        self, info: FlagInfo, segments: SegmentTranslator
    ) -> dict[str, Formula]:
        found: dict[str, Formula] = {}
        owner = f"Flag {info.flag.key}"
        for environment in self.environments:
            config = info.flag.environments.get(environment)
            clauses = ClauseTranslator(
                self.base.options,
                self.base.issues,
                self.base.attributes,
                owner,
                environment,
            )
            if config is None:
                reason = f"it has no data for the environment {environment!r}"
                action = "The last variation is served, false of a boolean."
                clauses.invalid(reason, info.flag.place, action)
                is_boolean = info.values.type == "boolean"
                value = False if is_boolean else info.values.values[-1]
                found[environment] = Formula(value)
                continue
            translator = FlagTranslator(
                info,
                config,
                clauses,
                segments,
                self._helpers,
                self.infos,
                self.circles[environment],
            )
            formula, way = translator.translate()
            found[environment] = formula
            self.base.ways.setdefault(info.flag.key, {})[environment] = way
        return found

    def _setting(
        self, info: FlagInfo, formulas: Mapping[str, Formula], order: int
    ) -> Setting:
        flag = info.flag
        added = (tag for name, tag in _TAGS.items() if getattr(flag, name))
        return Setting(
            key=info.key,
            name=info.name,
            type=info.values.type,
            hint=clip_hint(flag.description, f"flag {flag.key}", self.base.issues),
            order=order,
            tags=self.tags.take([*flag.tags, *added]),
            variations=info.values.variations,
            values=self._values(formulas),
            is_json=info.values.is_json,
        )

    def _helper(self, helper: Helper, order: int) -> Setting:
        formulas = {
            environment: helper.formulas.get(environment, Formula(helper.default))
            for environment in self.environments
        }
        return Setting(
            key=helper.key,
            name=helper.name,
            type=helper.type,
            hint=helper.hint,
            order=order,
            values=self._values(formulas),
            is_json=False if helper.type == "string" else None,
        )

    def _values(
        self, formulas: Mapping[str, Formula]
    ) -> dict[str, SettingInEnvironment]:
        return {
            self.environments[key]: SettingInEnvironment(one)
            for key, one in formulas.items()
        }


@attrs.define
class _Tags:
    """Gives flags their tags, which differ in more than case."""

    issues: IssueList
    _spelled: dict[str, str] = attrs.field(factory=dict[str, str], init=False)

    def take(self, wanted: Iterable[str]) -> tuple[str, ...]:
        """Return the tags of a flag, sorted."""
        found: set[str] = set()
        for tag in filter(None, (one.strip() for one in wanted)):
            valid = valid_tag(tag)
            if valid != tag:
                self.issues.add("T003", "Tags", valid)
            found.add(self._spelled.setdefault(valid.casefold(), valid))
        return tuple(sorted(found))

    def all(self) -> tuple[Tag, ...]:
        """Return all tags."""
        return snapshot.by_name(map(Tag, self._spelled.values()))


def _needed(flag: Flag) -> Iterator[str]:
    for config in flag.environments.values():
        for one in config.prerequisites:
            yield one.key


def _environment(one: Environment, name: str, order: int) -> snapshot.Environment:
    color = f"#{one.color}" if one.color else None
    return snapshot.Environment(name, color, order=order)


def _id_of(name: str) -> uuid.UUID:
    """Return the same id for the same name, which may have half a surrogate pair."""
    return uuid.uuid5(_NAMESPACE, name.encode("utf-8", "backslashreplace").decode())
