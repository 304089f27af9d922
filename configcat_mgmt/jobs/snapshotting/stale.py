"""Finds stale flags, and the settings and code that still use them."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Final, Literal, TypeAlias

import attrs

from configcat_mgmt.api.model_index import (
    CodeReferenceModel,
    StaleFlagReminderScope,
    StaleFlagSettingModel,
    StaleFlagStaleInEnvironmentsType,
)
from configcat_mgmt.checked import checked
from configcat_mgmt.client import AsyncManagementClient
from configcat_mgmt.errors import ConfigurationError
from configcat_mgmt.jobs.model.references import dependents_in
from configcat_mgmt.jobs.model.selection import EVERYTHING, Selection, StaleSettings
from configcat_mgmt.jobs.model.snapshot import Environment, Snapshot
from configcat_mgmt.jobs.model.snapshot_file import snapshot_hash
from configcat_mgmt.jobs.snapshotting.calls import ReadingCalls, ReadListener
from configcat_mgmt.json_value import JsonValue
from configcat_mgmt.task_group import task_group
from configcat_mgmt.texts import argument_text, counted

STALE_DAYS: Final = range(7, 91)
"""Days that the service accepts.

Source: https://api.configcat.com/docs/, the parameter `staleFlagAgeDays`.
"""
USUAL_DAYS: Final = 30

InEnvironments: TypeAlias = Literal["any", "all"]
"""The number of environments in which a flag must be stale to be reported."""

_KINDS: Final[Mapping[str, StaleFlagStaleInEnvironmentsType]] = {
    "any": StaleFlagStaleInEnvironmentsType.STALE_IN_ANY_ENVIRONMENTS,
    "all": StaleFlagStaleInEnvironmentsType.STALE_IN_ALL_ENVIRONMENTS,
}


@attrs.frozen
class StalePlace:
    """An environment where a flag is stale."""

    environment: str
    updated_at: datetime | None
    """When its value last changed; None if it never did."""

    @property
    def why(self) -> str:
        """The reason why the flag is stale there, as text."""
        if self.updated_at is None:
            return "never changed"
        return f"not changed since {self.updated_at.isoformat(' ', 'seconds')}"


@attrs.frozen
class CodeUse:
    """A line of code that refers to a flag."""

    repository: str
    branch: str
    file: str
    line: int


@attrs.frozen
class Dependent:
    """A setting of the same config with a condition on a flag."""

    key: str
    environments: tuple[str, ...]


@attrs.frozen
class StaleFlag:
    """A flag that nobody has changed for long."""

    id: int
    config: str
    key: str
    stale_in: tuple[StalePlace, ...]
    not_stale_in: tuple[str, ...] = ()
    """All other environments that the report considered."""
    tags: tuple[str, ...] = ()
    code: tuple[CodeUse, ...] | None = ()
    """Where code refers to it; None if the references could not be read."""
    has_code_references: bool = False
    """Whether the stale flag report says that code refers to it. The report may know
    references that these credentials cannot read."""
    dependents: tuple[Dependent, ...] = ()

    @property
    def may_be_in_code(self) -> bool:
        """Whether code refers to it, or its code references are unknown."""
        return self.has_code_references or self.code is None or bool(self.code)

    def to_json(self) -> dict[str, JsonValue]:
        """Return everything as plain JSON data."""
        code = self.code
        return {
            "id": self.id,
            "config": self.config,
            "key": self.key,
            "stale_in": [
                {"environment": place.environment, "why": place.why}
                for place in self.stale_in
            ],
            "not_stale_in": list(self.not_stale_in),
            "tags": list(self.tags),
            "code_references": None if code is None else len(code),
            "has_code_references": self.has_code_references,
            "code": None if code is None else [attrs.asdict(one) for one in code],
            "dependents": [
                {"key": one.key, "environments": list(one.environments)}
                for one in self.dependents
            ],
        }


@attrs.frozen
class StaleReport:
    """The stale flags of a product."""

    product: str
    days: int
    """Least number of days since their last change."""
    snapshot: str
    """Digest of the snapshot that the report belongs to."""
    flags: tuple[StaleFlag, ...] = ()
    """In the order of the snapshot."""

    def __repr__(self) -> str:
        """Summarize the report."""
        return f"<StaleReport: {counted(len(self.flags), 'flag')}, {self.days} days>"

    @property
    def stale_settings(self) -> StaleSettings:
        """The value for `Selection.stale_settings`, to select by staleness."""
        return frozenset(
            (flag.config.casefold(), flag.key.casefold()) for flag in self.flags
        )

    def to_json(self) -> dict[str, JsonValue]:
        """Return everything as plain JSON data."""
        return {
            "product": self.product,
            "days": self.days,
            "snapshot": self.snapshot,
            "flags": [flag.to_json() for flag in self.flags],
        }


@checked
async def find_stale(
    client: AsyncManagementClient,
    snapshot: Snapshot,
    *,
    selection: Selection = EVERYTHING,
    days: int = USUAL_DAYS,
    stale_in: InEnvironments = "any",
    progress: ReadListener | None = None,
) -> StaleReport:
    """Find the stale flags of a product, and the settings and code that still use them.

    Makes one call for the report, and one call for the code references of each stale
    flag, concurrently. The dependent settings come from the snapshot.

    Args:
        client: Makes the calls; must belong to the service of the snapshot.
        snapshot: A recent snapshot of the product. Flags that are not in it are left
            out.
        selection: Which flags to consider. Environments outside of the selection do not
            count: a flag that changes only there is still stale.
        days: Number of days without a change that make a flag stale, 7 to 90.
        stale_in: `any` reports a flag that is stale in at least one environment, `all`
            only a flag that is stale in every environment. The service's report has
            both meanings.
        progress: Receives the number of finished calls and of known calls.

    Returns:
        The stale flags that the credentials can see.

    Raises:
        ConfigurationError: `days` or `stale_in` has another value.
        ConfigCatManagementError: The report, or the references of a flag, could not be
            read, for a reason other than missing permissions.
    """
    if days not in STALE_DAYS:
        raise ConfigurationError(
            f"days must be from 7 to 90, not {argument_text(days)}"
        )
    calls = ReadingCalls(progress)
    ignored = [
        one.id
        for one in snapshot.environments
        if one.id is not None and not selection.takes_environment(one.name)
    ]
    answer = await calls.call(
        client.stale_flags.get_staleflags,
        snapshot.source.product_id,
        scope=StaleFlagReminderScope.ALL,
        stale_flag_age_days=days,
        stale_flag_stale_in_environments_type=_KINDS[stale_in],
        ignored_environment_ids=ignored or None,
    )
    reported = {one.setting_id: one for part in answer.configs for one in part.settings}
    flags = [
        flag
        for flag in _flags(snapshot, selection, reported)
        if flag.stale_in and (stale_in == "any" or not flag.not_stale_in)
    ]
    async with task_group() as group:
        tasks = [group.create_task(_with_code(client, calls, flag)) for flag in flags]
    found = tuple([await task for task in tasks])
    return StaleReport(snapshot.name, days, snapshot_hash(snapshot), found)


def _flags(
    snapshot: Snapshot,
    selection: Selection,
    reported: Mapping[int, StaleFlagSettingModel],
) -> Iterator[StaleFlag]:
    """Yield the selected flags of a report, without their code references."""
    places = [
        one for one in snapshot.environments if selection.takes_environment(one.name)
    ]
    for config in snapshot.configs:
        needed = dependents_in(config)
        for setting in config.settings:
            model = reported.get(setting.id) if setting.id is not None else None
            if model is None or not selection.takes_setting(config.name, setting):
                continue
            stale = _stale_places(model, places)
            stale_names = {place.environment for place in stale}
            others = [one.name for one in places if one.name not in stale_names]
            dependents = needed.get(setting.key.casefold(), {})
            yield StaleFlag(
                id=model.setting_id,
                config=config.name,
                key=setting.key,
                stale_in=stale,
                not_stale_in=tuple(others),
                tags=setting.tags,
                has_code_references=bool(model.has_code_references),
                dependents=tuple(Dependent(*one) for one in dependents.items()),
            )


def _stale_places(
    model: StaleFlagSettingModel, places: Iterable[Environment]
) -> tuple[StalePlace, ...]:
    stale = {one.environment_id: one for one in model.setting_values if one.is_stale}
    return tuple(
        StalePlace(place.name, stale[place.id].updated_at)
        for place in places
        if place.id is not None and place.id in stale
    )


async def _with_code(
    client: AsyncManagementClient, calls: ReadingCalls, flag: StaleFlag
) -> StaleFlag:
    models = await calls.call_or_note(
        "code_reference",
        f"{flag.config}/{flag.key}",
        client.code_references.get_references_for_feature_flag_or_setting,
        flag.id,
    )
    if models is None:
        return attrs.evolve(flag, code=None)
    return attrs.evolve(flag, code=tuple(_code_uses(models)))


def _code_uses(models: Iterable[CodeReferenceModel]) -> Iterator[CodeUse]:
    for model in models:
        for one in model.references or ():
            yield CodeUse(
                repository=model.repository or "",
                branch=model.branch or "",
                file=one.file,
                line=one.reference_line.line_number,
            )
