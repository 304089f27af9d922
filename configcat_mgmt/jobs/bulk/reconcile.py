"""Finds out whether a creation of unknown outcome was done.

The siblings in the same parent are listed once, however many calls ask for them. What
has no natural key, such as an integration, is described so a person can look at it.
"""

import asyncio
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Final, Literal, TypeAlias, cast

import attrs

from configcat_mgmt.core.codec.encode import to_json
from configcat_mgmt.core.operation import Operation
from configcat_mgmt.core.options import Options
from configcat_mgmt.core.pipeline import Core, Pipeline
from configcat_mgmt.jobs.compare.canonical import Fields
from configcat_mgmt.jobs.compare.equality import differing_listed
from configcat_mgmt.json_value import JsonValue
from configcat_mgmt.lookup import find_operation, matching

Verdict: TypeAlias = Literal["created", "missing", "unclear"]

_INVITE: Final = "invite-member"
_INTEGRATE: Final = "create-integration"
_INTEGRATIONS: Final = "get-integrations"
_INVITED: Final = ("get-pending-invitations", "get-product-members")
_IN_DETAIL: Final[Mapping[str, tuple[str, str]]] = {
    "create-segment": ("get-segment", "segment_id")
}
"""Operation and argument that read an entity of which lists lack some fields."""


def can_look_for(operation: Operation[object]) -> bool:
    """Whether a list shows if a call of this operation was done."""
    return operation.find_created is not None or operation.id in (_INVITE, _INTEGRATE)


@attrs.frozen
class Answered:
    """The result of looking for the entity that a call may have created."""

    verdict: Verdict
    result: object = None
    """The entity as the service returns it, if it was created."""
    note: str = ""
    """The entity that a person should look at, if the outcome is not clear."""


@attrs.frozen(eq=False)
class Creation:
    """A call that creates something, and whose outcome is unknown."""

    operation: Operation[object]
    arguments: Mapping[str, object]
    body: object
    since: float
    """Monotonic time after which a list shows whether the call was done."""


@attrs.frozen(eq=False)
class _List:
    began: float
    records: Sequence[object]


class CreationLookup:
    """Lists siblings for all calls of one bulk run."""

    def __init__(
        self,
        core: Core,
        options: Options,
        pause: Callable[[float], Awaitable[None]],
    ) -> None:
        """Use the connection and the pace of the run.

        Args:
            core: The part of the client that the calls of the run share.
            options: Options of the calls.
            pause: Waits for some seconds, or until the run is stopped.
        """
        self._pipeline = Pipeline(core, options)
        self._pause = pause
        self._lists: dict[object, _List] = {}
        self._turns: defaultdict[object, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def look(self, creation: Creation) -> Answered:
        """Look for the entity that a call may have created.

        Args:
            creation: The call.

        Raises:
            ConfigCatManagementError: The siblings cannot be listed.
        """
        await self._pause(creation.since - time.monotonic())
        if creation.operation.find_created is not None:
            return await self._by_key(creation)
        if creation.operation.id == _INVITE:
            return await self._invitations(creation)
        return await self._by_content(creation)

    async def _by_key(self, creation: Creation) -> Answered:
        key = creation.operation.find_created
        wanted = _fields(creation.body)
        if key is None or not isinstance(name := wanted.get(key.field), str):
            return Answered("unclear", note="its body has no name to look for")
        records = await self._list(key.operation, creation)
        found = matching(records, key.field, name, creation.arguments)
        if not found:
            return Answered("missing")
        if len(found) > 1:
            note = f"{len(found)} entities have the {key.field} {name!r}"
            return Answered("unclear", note=note)
        present = await self._in_detail(found[0], creation)
        if fields := differing_listed(wanted, _fields(present)):
            note = (
                f"an entity with the {key.field} {name!r} exists and differs in "
                f"{', '.join(fields)}"
            )
            return Answered("unclear", note=note)
        return Answered("created", present)

    async def _invitations(self, creation: Creation) -> Answered:
        emails = cast("Sequence[str]", _fields(creation.body).get("emails") or ())
        known: set[str] = set()
        for operation in _INVITED:
            for one in await self._list(operation, creation):
                known.add(str(_fields(one).get("email")).casefold())
        left = [email for email in emails if email.casefold() not in known]
        if not left:
            return Answered("created")
        note = f"not invited and no members: {', '.join(left)}"
        return Answered("unclear", note=note)

    async def _by_content(self, creation: Creation) -> Answered:
        wanted = _fields(creation.body)
        equal = [
            str(_fields(one).get("integrationId"))
            for one in await self._list(_INTEGRATIONS, creation)
            if not differing_listed(wanted, _fields(one))
        ]
        if not equal:
            return Answered("unclear", note="no integration like it is listed now")
        note = f"these integrations are like it: {', '.join(equal)}"
        return Answered("unclear", note=note)

    async def _list(self, operation: str, creation: Creation) -> Sequence[object]:
        """Return the siblings as they were listed after the call could be done."""
        listing = find_operation(operation)
        names = {one.name for one in listing.parameters}
        arguments = {
            name: value for name, value in creation.arguments.items() if name in names
        }
        texts = sorted((name, str(value)) for name, value in arguments.items())
        place = (operation, *texts)
        async with self._turns[place]:
            known = self._lists.get(place)
            if known is None or known.began < creation.since:
                began = time.monotonic()
                answer = await self._pipeline.call(listing, **arguments)
                known = self._lists[place] = _List(began, _records(answer))
        return known.records

    async def _in_detail(self, found: object, creation: Creation) -> object:
        if creation.operation.id not in _IN_DETAIL:
            return found
        operation, argument = _IN_DETAIL[creation.operation.id]
        arguments = {argument: getattr(found, argument)}
        return await self._pipeline.call(find_operation(operation), **arguments)


def _records(answer: object) -> Sequence[object]:
    """Return the records of a list response, which may be wrapped in another record."""
    if isinstance(answer, list):
        return cast("list[object]", answer)
    for name in getattr(answer, "__slots__", ()):
        value: object = getattr(answer, name, None)
        if isinstance(value, list):
            return cast("list[object]", value)
    return ()


def _fields(record: object) -> Fields:
    data: JsonValue = to_json(record)
    return data if isinstance(data, Mapping) else {}
