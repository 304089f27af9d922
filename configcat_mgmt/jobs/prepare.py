"""Makes of a step the call that is sent: ids for refs, and what must not be written."""

from collections.abc import Mapping, Sequence
from typing import TypeAlias, cast

import attrs

from configcat_mgmt.client import AsyncManagementClient
from configcat_mgmt.jobs.kinds import BATCHES, takes_reason
from configcat_mgmt.jobs.listings import Fields, Id
from configcat_mgmt.jobs.plan import Ref, Step
from configcat_mgmt.jobs.report import LeftOut, Outcome
from configcat_mgmt.jobs.resolve import Resolver, UnresolvedError, refs_in
from configcat_mgmt.jobs.sameness import same_formula
from configcat_mgmt.json_value import JsonValue

Entries: TypeAlias = list[Fields]

_CHANGED = "somebody changed it since the plan was made"
_GONE = "it is not there any more"


@attrs.frozen
class Call:
    """What is sent for a step."""

    operation: str
    arguments: Fields
    body: JsonValue = attrs.field(repr=False)
    """None for no body."""
    left_out: tuple[LeftOut, ...] = ()
    outcome: Outcome | None = None
    """What became of the step if nothing is left to be sent."""


@attrs.define
class _Batch:
    """The entries of a body, sorted by what is to become of them."""

    kept: Entries = attrs.field(factory=list[Fields])
    left_out: list[LeftOut] = attrs.field(factory=list[LeftOut])
    equal: int = 0
    """Entries that are there already."""
    conflicts: int = 0


class Preparation:
    """Prepares the calls of one job."""

    def __init__(
        self, client: AsyncManagementClient, resolver: Resolver, reason: str | None
    ) -> None:
        """Use the ids that a resolver finds, and a reason instead of the plan's."""
        self._client = client
        self._resolver = resolver
        self._reason = reason

    async def call_for(self, step: Step) -> Call:
        """Return the call for a step.

        Values that somebody changed since the plan was made are left out, and so are
        those that refer to something that is not there.

        Raises:
            UnresolvedError: What the step itself is about, or needs, is not there.
            ConfigCatManagementError: Something that has to be read cannot be.
        """
        arguments = cast("Fields", await self._resolver.resolve(step.arguments))
        if self._reason is not None and takes_reason(step.operation):
            arguments = {**arguments, "reason": self._reason}
        member = BATCHES.get(step.operation)
        if member is None and not step.versions:
            body = await self._resolver.resolve(step.body)
            return Call(step.operation, arguments, body)
        fields = cast("Fields", step.body)
        if member is None:
            entries = [fields]
        else:
            entries = list(cast("Sequence[Fields]", fields[member]))
        batch = await self._resolved(entries, partly=member is not None)
        if step.versions:
            await self._compare(step, arguments, batch)
        left_out = tuple(batch.left_out)
        if not batch.kept:
            return Call(step.operation, arguments, None, left_out, _outcome(batch))
        if member is None:
            return Call(step.operation, arguments, batch.kept[0], left_out)
        body = {**fields, member: batch.kept}
        return Call(step.operation, arguments, body, left_out)

    async def body_for(self, step: Step) -> Fields:
        """Return the body of a step that makes something, with ids.

        Raises:
            UnresolvedError: Something that it refers to is not there.
            ConfigCatManagementError: Something that has to be read cannot be.
        """
        return cast("Fields", await self._resolver.resolve(step.body))

    async def _resolved(self, entries: Sequence[Fields], *, partly: bool) -> _Batch:
        batch = _Batch()
        for entry in entries:
            try:
                resolved = await self._resolver.resolve(entry)
            except UnresolvedError as error:
                if not partly:
                    raise
                batch.left_out.append(LeftOut(_name(entry), str(error)))
            else:
                batch.kept.append(cast("Fields", resolved))
        return batch

    async def _compare(self, step: Step, arguments: Fields, batch: _Batch) -> None:
        """Take out what has another version than the plan knows."""
        versions = {key.casefold(): one for key, one in step.versions.items()}
        found = await self._read(step, arguments)
        by_key = {_setting(one)[0].casefold(): one for one in found.values()}
        gone = [key for key in step.versions if key.casefold() not in by_key]
        entries, batch.kept = batch.kept, []
        for entry in entries:
            number = entry.get("settingId", arguments.get("setting_id"))
            current = found.get(cast("Id", number))
            if current is None:
                batch.left_out += [LeftOut(key, _GONE) for key in gone or ("?",)]
                gone.clear()
                batch.conflicts += 1
                continue
            key, _ = _setting(current)
            wanted = versions.get(key.casefold())
            version = str(current.get("lastVersionId"))
            if wanted is None or wanted.casefold() == version.casefold():
                batch.kept.append(entry)
            elif same_formula(entry, current):
                # Ours, of a run that was cut off, or somebody wanted the same.
                batch.equal += 1
            else:
                batch.left_out.append(LeftOut(key, _CHANGED))
                batch.conflicts += 1

    async def _read(self, step: Step, arguments: Fields) -> dict[Id, Fields]:
        """Read all values of the config in the environment, by setting id."""
        config = arguments.get("config_id")
        if config is None:
            config = await self._resolver.find(Ref("config", step.key[:1]))
        answer = await self._client.call(
            "get-setting-values-v2",
            config_id=config,
            environment_id=arguments["environment_id"],
        )
        formulas = cast("Fields", answer)["settingFormulas"]
        return {
            _setting(one)[1]: one for one in cast("Sequence[Fields]", formulas or ())
        }


def _setting(formula: Fields) -> tuple[str, Id]:
    setting = cast("Fields", formula["setting"])
    return cast("str", setting["key"]), cast("Id", setting["settingId"])


def _name(entry: Fields) -> str:
    """Return the key of the setting that an entry is about."""
    for ref in refs_in(entry.get("settingId")):
        return ref.key[-1]
    return "?"


def _outcome(batch: _Batch) -> Outcome:
    if batch.conflicts:
        return "conflict"
    if batch.left_out:
        return "skipped"
    return "adopted" if batch.equal else "done"


def is_plain(body: JsonValue) -> bool:
    """Whether there is a body."""
    return isinstance(body, Mapping | Sequence)
