"""Builds the requests of a step: resolves refs, and leaves out changed entities.

Values that a plan found in the target are replaced one by one, each with the version
that the plan saw. The service refuses the request if somebody changed the value since.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from functools import partial
from typing import Final, TypeAlias, cast

import attrs

from configcat_mgmt.client import AsyncManagementClient
from configcat_mgmt.jobs.applying.delete_guard import DeleteGuard
from configcat_mgmt.jobs.applying.drift import DriftCheck
from configcat_mgmt.jobs.applying.idempotency import BATCHES, takes
from configcat_mgmt.jobs.applying.report import (
    CANNOT_BYPASS,
    CHANGED,
    GONE,
    NEEDS_APPROVAL,
    LeftOut,
    StepOutcome,
)
from configcat_mgmt.jobs.applying.resolve_refs import Resolver, UnresolvedError, refs_in
from configcat_mgmt.jobs.compare.canonical import Fields
from configcat_mgmt.jobs.compare.equality import same_targeting
from configcat_mgmt.jobs.model.entity import Ref
from configcat_mgmt.jobs.model.plan import Step
from configcat_mgmt.json_value import JsonValue

_OLD_BATCH: Final = "post-setting-values"
_ONE_VALUE: Final = "replace-setting-value-v2"
_VERSION: Final = "latest_version_id"
_PROPOSAL: Final = "proposedChange"

_Check: TypeAlias = Callable[[Fields | None], bool]
"""Tells of a value that is there whether it is as it was."""
_Values: TypeAlias = Mapping[JsonValue, JsonValue]
"""Values by the id of their setting."""


@attrs.frozen
class Request:
    """One request of a step."""

    operation: str
    arguments: Fields
    body: JsonValue = attrs.field(repr=False)
    """None for no body."""


@attrs.frozen
class Call:
    """The requests of a step; most steps have one."""

    waves: tuple[tuple[Request, ...], ...]
    """Requests of one wave are sent concurrently, waves one after the other."""
    left_out: tuple[LeftOut, ...] = ()
    outcome: StepOutcome | None = None
    """The outcome of the step if there is nothing to send."""
    keys: tuple[str, ...] = ()
    """Keys of the settings whose values are sent."""

    @classmethod
    def of(
        cls,
        operation: str,
        arguments: Fields,
        body: JsonValue,
        left_out: tuple[LeftOut, ...] = (),
    ) -> "Call":
        """Return a single request."""
        return cls(((Request(operation, arguments, body),),), left_out)


@attrs.frozen
class Objection:
    """Why a step cannot be done as planned."""

    reason: str | None
    """For each value that is left out; None if the plan itself can stay."""
    note: str
    """The remedy, for people."""


@attrs.frozen
class _Item:
    """The value to write for one setting."""

    key: str
    body: JsonValue = attrs.field(repr=False)


@attrs.define
class _CheckedBatch:
    """The values of a step: to send, left out, or equal already."""

    kept: list[_Item] = attrs.field(factory=list[_Item])
    left_out: list[LeftOut] = attrs.field(factory=list[LeftOut])
    equal: int = 0
    """Items that are there already."""
    conflicts: int = 0
    present: _Values = attrs.field(factory=dict[JsonValue, JsonValue])
    """All values of the config, if they were read."""


class CallBuilder:
    """Prepares the calls of one job."""

    def __init__(
        self,
        client: AsyncManagementClient,
        resolver: Resolver,
        drift: DriftCheck,
        delete_guard: DeleteGuard,
        reason: str | None,
    ) -> None:
        """Use the ids that a resolver finds, and a reason instead of the plan's."""
        self._client = client
        self._resolver = resolver
        self._drift = drift
        self._delete_guard = delete_guard
        self._reason = reason

    async def call_for(self, step: Step, left: Sequence[LeftOut] = ()) -> Call:
        """Return the call for a step.

        The call leaves out values that somebody changed since the plan was made, and
        values that refer to missing entities. Other entities that somebody changed stay
        as they are.

        Args:
            step: The step.
            left: The parts that an earlier run left out, if it did the rest. The call
                does not repeat the rest, since somebody may have changed it meanwhile.

        Raises:
            UnresolvedError: The entity of the step, or one that it needs, is missing.
            ConfigCatManagementError: An entity that the call depends on cannot be read.
        """
        arguments = cast("Fields", await self._resolver.resolve(step.arguments))
        if self._reason is not None and takes(step.operation, "reason"):
            arguments = {**arguments, "reason": self._reason}
        if step.entity == "change_request" and left:
            # The rest is in the request; a version that changed never comes back.
            return Call((), tuple(left), "conflict")
        if step.action == "delete" and step.versions:
            return await self._deletion(step, arguments)
        member = BATCHES.get(step.operation)
        if member is None and not step.versions:
            body = await self._resolver.resolve(step.body)
            if not await self._drift.holds(step, arguments, body):
                return _kept(step, CHANGED)
            return Call.of(step.operation, arguments, body)
        batch = await self._resolved(step, member, {one.key for one in left})
        # Values of V1 have no versions, so they are compared themselves.
        if step.versions or (step.operation == _OLD_BATCH and step.replaces):
            await self._compare(step, arguments, batch)
        left_out = tuple(batch.left_out)
        if not batch.kept:
            return Call((), left_out, _outcome(batch))
        waves = self._waves(step, arguments, batch)
        return Call(waves, left_out, keys=tuple(one.key for one in batch.kept))

    def _waves(
        self, step: Step, arguments: Fields, batch: _CheckedBatch
    ) -> tuple[tuple[Request, ...], ...]:
        """Return the requests that write or propose values."""
        items = batch.kept
        member = BATCHES.get(step.operation)
        versions = {key.casefold(): one for key, one in step.versions.items()}
        if member is None:
            (item,) = items
            if takes(step.operation, _VERSION):
                version = versions.get(item.key.casefold())
                arguments = {**arguments, _VERSION: version}
            return ((Request(step.operation, arguments, item.body),),)
        body = dict(cast("Fields", step.body))
        if step.entity == "change_request":
            if self._reason is not None:
                body["reason"] = self._reason
            body[member] = [{_PROPOSAL: _versioned(one, versions)} for one in items]
            return ((Request(step.operation, arguments, body),),)
        new = [one.body for one in items if one.key.casefold() not in versions]
        body[member] = new
        first = Request(step.operation, arguments, body)
        changed = [one for one in items if one.key.casefold() in versions]
        return (
            *(((first,),) if new else ()),
            *(
                tuple(
                    _replacement(arguments, one, versions[one.key.casefold()])
                    for one in wave
                )
                for wave in _in_order(changed, batch.present)
            ),
        )

    async def objection(self, step: Step, call: Call) -> Objection | None:
        """Return why the service refuses to write the values of a call as planned.

        Args:
            step: The step of the call.
            call: The refused call.

        Raises:
            ConfigCatManagementError: The values cannot be read.
        """
        if step.entity != "values":
            return None
        arguments, environment = call.waves[0][0].arguments, step.key[-1]
        answer = await self._values(step, arguments)
        if answer.get("reasonRequired") and not arguments.get("reason"):
            return Objection(
                None,
                f"{environment} requires a reason since the plan was made; repeat the "
                f"command with --reason TEXT",
            )
        if step.operation == _OLD_BATCH or not answer.get("approveRequired"):
            return None
        if not arguments.get("bypass_approval"):
            return Objection(
                NEEDS_APPROVAL,
                f"{environment} requires approval since the plan was made; plan again "
                f"with --approval request, bypass or skip",
            )
        if not answer.get("canBypassApproval"):
            return Objection(
                CANNOT_BYPASS,
                f"the credentials may no longer bypass approval in {environment}; "
                f"plan again with --approval request or skip",
            )
        return None

    async def body_for(self, step: Step) -> Fields:
        """Return the body of a step that makes something, with ids.

        Raises:
            UnresolvedError: Something that it refers to is not there.
            ConfigCatManagementError: Something that has to be read cannot be.
        """
        return cast("Fields", await self._resolver.resolve(step.body))

    async def _deletion(self, step: Step, arguments: Fields) -> Call:
        if step.entity == "config":
            holds = await self._drift.has_same_settings(step, arguments)
            reason = None if holds else CHANGED
        else:
            reason = await self._delete_guard.objection(step)
        if reason is not None:
            return _kept(step, reason)
        return Call.of(step.operation, arguments, None)

    async def _resolved(
        self, step: Step, member: str | None, only: Collection[str]
    ) -> _CheckedBatch:
        """Resolve the refs of all values; leave out values with missing refs."""
        batch = _CheckedBatch()
        if member is None:
            key = _key(step.arguments.get("setting_id"))
            batch.kept.append(_Item(key, await self._resolver.resolve(step.body)))
            return batch
        for entry in cast("Sequence[Fields]", cast("Fields", step.body)[member]):
            value = cast("Fields", entry.get(_PROPOSAL, entry))
            key = _key(value.get("settingId"))
            if only and key not in only:
                continue
            try:
                batch.kept.append(_Item(key, await self._resolver.resolve(value)))
            except UnresolvedError as error:
                if step.entity == "change_request":
                    raise  # A second request for the rest would split the approval.
                batch.left_out.append(LeftOut(key, str(error)))
        return batch

    async def _compare(
        self, step: Step, arguments: Fields, batch: _CheckedBatch
    ) -> None:
        """Remove values that somebody changed since the plan was made."""
        checks = await self._checks(step)
        found = await self._read(step, arguments)
        batch.present = {
            cast("Fields", one["setting"])["settingId"]: one for one in found.values()
        }
        items, batch.kept = batch.kept, []
        for item in items:
            is_unchanged = checks.get(item.key.casefold())
            current = found.get(item.key.casefold())
            if is_unchanged is None or is_unchanged(current):
                batch.kept.append(item)
            elif current is not None and _is_there(item.body, current):
                # Ours, of a run that was cut off, or somebody wanted the same.
                batch.equal += 1
            else:
                reason = GONE if current is None else CHANGED
                batch.left_out.append(LeftOut(item.key, reason))
                batch.conflicts += 1

    async def _checks(self, step: Step) -> dict[str, _Check]:
        """Return checks whether a value is unchanged, by casefolded key."""
        if step.versions:
            return {
                key.casefold(): partial(_is_version, version)
                for key, version in step.versions.items()
            }
        checks: dict[str, _Check] = {}
        for key, value in cast("Fields", step.replaces).items():
            try:
                before = cast("Fields", await self._resolver.resolve(value))
            except UnresolvedError:
                before = None  # It referred to an entity that is gone now.
            checks[key.casefold()] = partial(_is_old_value, before)
        return checks

    async def _read(self, step: Step, arguments: Fields) -> dict[str, Fields]:
        """Read all values of the config in the environment, by folded key."""
        answer = await self._values(step, arguments)
        member = "settingValues" if step.operation == _OLD_BATCH else "settingFormulas"
        return {
            str(cast("Fields", one["setting"])["key"]).casefold(): one
            for one in cast("Sequence[Fields]", answer[member])
        }

    async def _values(self, step: Step, arguments: Fields) -> Fields:
        config = arguments.get("config_id")
        if config is None:
            config = await self._resolver.find(Ref("config", step.key[:1]))
        is_old = step.operation == _OLD_BATCH
        answer = await self._client.call(
            "get-setting-values" if is_old else "get-setting-values-v2",
            config_id=config,
            environment_id=arguments["environment_id"],
        )
        return cast("Fields", answer)


def _kept(step: Step, reason: str) -> Call:
    """Return that something is left alone."""
    left_out = (LeftOut(step.key[-1], reason),)
    return Call((), left_out, "conflict")


def _versioned(item: _Item, versions: Mapping[str, str]) -> JsonValue:
    """Return a proposed value with the version that it was made from."""
    version = versions.get(item.key.casefold())
    body = cast("Fields", item.body)
    return body if version is None else {**body, "latestVersionId": version}


def _replacement(arguments: Fields, item: _Item, version: str) -> Request:
    """Return the request that replaces one value, if it still has its version.

    A batch takes one version for all of its values, so it cannot protect each of them.
    """
    body = dict(cast("Fields", item.body))
    return Request(
        _ONE_VALUE,
        {
            **{name: one for name, one in arguments.items() if name != "config_id"},
            "setting_id": body.pop("settingId"),
            _VERSION: version,
        },
        body,
    )


def _in_order(items: Sequence[_Item], present: _Values) -> Iterator[list[_Item]]:
    """Yield values after those that they depend on, so circles never form meanwhile.

    Args:
        items: The values to write.
        present: All values of the config, by the id of the setting; a value may depend
            on another one through some that stay as they are.
    """
    left = {cast("Fields", one.body)["settingId"]: one for one in items}
    after = {**present, **{setting: one.body for setting, one in left.items()}}
    while left:
        free = [
            setting
            for setting in left
            if not any(other in left for other in _dependencies(setting, after))
        ]
        # Without a free one there is a circle, which the service refuses.
        yield [left.pop(setting) for setting in free or list(left)]


def _dependencies(setting: JsonValue, values: _Values) -> Iterator[JsonValue]:
    """Yield the settings that a setting depends on, also through others."""
    pending, seen = [setting], set[JsonValue]()
    while pending:
        for other in _prerequisites(values.get(pending.pop(), {})):
            if other not in seen:
                seen.add(other)
                pending.append(other)
                yield other


def _prerequisites(body: JsonValue) -> Iterator[JsonValue]:
    """Yield the ids of the settings that a value depends on."""
    rules = cast("Sequence[Fields]", cast("Fields", body).get("targetingRules") or ())
    for rule in rules:
        for condition in cast("Sequence[Fields]", rule.get("conditions") or ()):
            on = cast("Fields | None", condition.get("prerequisiteFlagCondition"))
            if on is not None:
                yield on["prerequisiteSettingId"]


def _key(setting: JsonValue) -> str:
    """Return the key of a setting that is named by a ref."""
    for ref in refs_in(setting):
        return ref.key[-1]
    return "?"


def _is_version(wanted: str, current: Fields | None) -> bool:
    if current is None:
        return False
    return str(current.get("lastVersionId")).casefold() == wanted.casefold()


def _is_old_value(wanted: Fields | None, current: Fields | None) -> bool:
    if wanted is None or current is None:
        return False
    return same_targeting(wanted, current)


def _is_there(body: JsonValue, current: Fields) -> bool:
    """Whether a setting has the value to write already; False for patches."""
    if not isinstance(body, Mapping):
        return False
    return same_targeting(body, current)


def _outcome(batch: _CheckedBatch) -> StepOutcome:
    if batch.conflicts:
        return "conflict"
    if batch.left_out:
        return "skipped"
    return "adopted"
