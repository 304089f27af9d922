"""Checks the target for entities that an interrupted run may have created.

The reconciler lists each parent once, however many of its children are pending. A step
whose entity is missing is sent (again), an entity that is as wanted is adopted, and any
other entity is left alone and reported.
"""

import asyncio
import inspect
import re
from collections.abc import Sequence
from typing import Final, Literal, TypeAlias, cast

import attrs

from configcat_mgmt.api.model_index import ChangeRequestStatus
from configcat_mgmt.errors import ConfigCatManagementError
from configcat_mgmt.jobs.applying.build_call import CallBuilder
from configcat_mgmt.jobs.applying.idempotency import has_natural_key, is_creation
from configcat_mgmt.jobs.applying.options import ApplyOptions
from configcat_mgmt.jobs.applying.resolve_refs import (
    Resolver,
    UnresolvedError,
    refs_in,
)
from configcat_mgmt.jobs.applying.target_index import (
    INVITED,
    Id,
    ListedEntity,
    TargetIndex,
    place_of,
    variation_ids,
)
from configcat_mgmt.jobs.compare.canonical import Fields
from configcat_mgmt.jobs.compare.equality import differing_listed
from configcat_mgmt.jobs.model.entity import Entity, Ref
from configcat_mgmt.jobs.model.plan import Step

Finding: TypeAlias = Literal[
    "send", "adopt", "made", "update", "conflict", "unknown", "failed"
]

_KEY_PARTS: Final = {"webhook": 4, "integration": 2}
"""Parts of the natural key; plans number further entities of the same key."""
_TITLE_OF_A_JOB: Final = re.compile(r" \[[0-9a-f]{8}\]\Z")
"""The mark at the end of a title, which differs for each plan."""
_UNCHANGEABLE: Final = frozenset({"evaluationVersion", "key", "settingType"})


@attrs.frozen(eq=False)
class PendingStep:
    """A step of which it is not known whether it is done."""

    number: int
    step: Step
    may_be_done: bool
    """Whether this job may have done it: it was begun, and its end is not known."""
    was_sent: bool
    """Whether it is known to have been sent."""
    since: float
    """A list is good enough if it was asked for after this monotonic time."""
    refusal: str | None = None
    """The error of the service, if it refused the call."""
    in_new_parent: bool = False
    """Whether this run created the parent, so its contents came with it."""


@attrs.frozen(eq=False)
class Resolution:
    """The result of looking for a pending step."""

    pending: PendingStep
    finding: Finding
    note: str = ""
    found: ListedEntity | None = None
    body: Fields | None = None
    """The body to send in place of the plan's, with refs."""


class Reconciler:
    """Looks for pending steps of one job."""

    def __init__(
        self,
        target_index: TargetIndex,
        resolver: Resolver,
        call_builder: CallBuilder,
        options: ApplyOptions,
    ) -> None:
        """Use the ids and lists of the job."""
        self._target_index = target_index
        self._resolver = resolver
        self._call_builder = call_builder
        self._options = options

    async def reconcile(self, pending_steps: Sequence[PendingStep]) -> list[Resolution]:
        """Return a resolution for each pending step."""
        taken: set[tuple[Entity, Id]] = {
            (known.ref.entity, known.id) for known in self._resolver.known
        }
        resolutions: list[Resolution] = []
        await asyncio.gather(
            *(self._read_ahead(one) for one in pending_steps), return_exceptions=True
        )
        for pending in pending_steps:
            try:
                resolution = await self._look(pending, pending_steps, taken)
            except UnresolvedError:
                # An entity that it needs is missing; sending the step reports that.
                resolution = Resolution(pending, "send")
            except ConfigCatManagementError as error:
                finding: Finding = "unknown" if pending.may_be_done else "failed"
                note = f"it could not be looked up: {error}"
                resolution = Resolution(pending, finding, note)
            if resolution.found is not None and resolution.finding == "adopt":
                taken.add((resolution.found.entity, resolution.found.id))
            resolutions.append(resolution)
        return resolutions

    async def _read_ahead(self, pending: PendingStep) -> None:
        """Start to read the lists of all parents; errors show later."""
        step = pending.step
        if is_creation(step.operation) and step.entity != "change_request":
            parent = await self._resolver.parent_of(step.entity, step.key)
            await self._target_index.read(step.entity, parent, since=pending.since)

    async def _look(
        self,
        pending: PendingStep,
        pending_steps: Sequence[PendingStep],
        taken: set[tuple[Entity, Id]],
    ) -> Resolution:
        step = pending.step
        if not is_creation(step.operation):
            return await self._ask(pending, "its outcome is unknown")
        if step.entity == "change_request":
            return await self._change_request(pending)
        parent = await self._resolver.parent_of(step.entity, step.key)
        things = await self._target_index.read(step.entity, parent, since=pending.since)
        if step.entity == INVITED:
            return await self._invitations(pending, things)
        if step.entity == "product":
            things = await self._resolver.in_organization(things)
        key = step.key[: _KEY_PARTS.get(step.entity, len(step.key))]
        if step.entity == "setting":
            key = key[1:]
        fitting = [one for one in things if one.is_called(step.entity, key)]
        if has_natural_key(step.entity):
            return await self._by_key(pending, fitting)
        free = [one for one in fitting if (one.entity, one.id) not in taken]
        rivals = [one for one in pending_steps if _same_thing(one.step, step)]
        return await self._by_content(pending, free, rivals)

    async def _by_key(
        self, pending: PendingStep, fitting: Sequence[ListedEntity]
    ) -> Resolution:
        if not fitting and pending.refusal is not None:
            return Resolution(pending, "failed", pending.refusal)
        if not fitting:
            return Resolution(pending, "send")
        if len(fitting) > 1:
            note = (
                f"it exists {len(fitting)} times; rename all but one, then apply again"
            )
            return Resolution(pending, "conflict", note)
        if pending.step.entity == "product" and not pending.may_be_done:
            # Never fill somebody else's product, however alike it looks.
            note = "a product of this name already exists; plan with it as the target"
            return Resolution(pending, "conflict", note)
        return await self._compare(pending, fitting[0])

    async def _compare(self, pending: PendingStep, listed: ListedEntity) -> Resolution:
        found = await self._target_index.in_detail(listed)
        wanted = await self._call_builder.body_for(pending.step)
        fields = differing_listed(wanted, found.fields)
        if not fields:
            return Resolution(pending, "adopt", found=found)
        if pending.in_new_parent and not _UNCHANGEABLE.intersection(fields):
            return Resolution(pending, "update", found=found)
        note = (
            f"it exists already and differs in {', '.join(fields)}; rename or delete "
            f"it and apply again, or plan again"
        )
        return Resolution(pending, "conflict", note)

    async def _by_content(
        self,
        pending: PendingStep,
        free: Sequence[ListedEntity],
        rivals: Sequence[PendingStep],
    ) -> Resolution:
        wanted = await self._call_builder.body_for(pending.step)
        equal = [one for one in free if not differing_listed(wanted, one.fields)]
        if len(equal) > len(rivals):
            note = f"there are {len(equal)} like it, which cannot be told apart"
            return Resolution(pending, "unknown", note)
        if equal:
            return Resolution(pending, "adopt", found=equal[0])
        if not pending.was_sent:
            return Resolution(pending, "send")
        return await self._ask(
            pending, "it was sent, but the target has no such object now"
        )

    async def _change_request(self, pending: PendingStep) -> Resolution:
        """Look for a change request by its title, which no other job uses.

        The response with its id was lost, and somebody may have retitled it since.
        """
        if not pending.may_be_done:
            return Resolution(pending, "send")
        step = pending.step
        places = cast("Fields", await self._resolver.resolve(step.arguments))
        found = await self._target_index.change_requests(
            cast("Id", await self._resolver.parent_of(step.entity, step.key)),
            cast("Id", places["config_id"]),
            cast("Id", places["environment_id"]),
        )
        title = str(cast("Fields", step.body)["title"])
        for one in found:
            if one.title == title:
                number = one.change_request_id
                listed = ListedEntity("change_request", (title,), number, {})
                return Resolution(pending, "adopt", found=listed)
        keys = {ref.key[-1].casefold() for ref in refs_in(step.body)}
        alike = [
            f"{one.change_request_id} {one.title!r}"
            for one in found
            if one.change_request_status == ChangeRequestStatus.OPEN
            and keys.issuperset(map(str.casefold, one.affected_setting_keys))
            and not _TITLE_OF_A_JOB.search(one.title)
        ]
        if not alike:
            return Resolution(pending, "send")
        return await self._ask(
            pending,
            f"no change request is called {title!r}, but somebody may have retitled "
            f"it: {', '.join(alike)} proposes values of the same settings; if it is "
            f"the one, give it that title again",
        )

    async def _invitations(
        self, pending: PendingStep, things: Sequence[ListedEntity]
    ) -> Resolution:
        body = cast("Fields", pending.step.body)
        wanted = {
            str(email).casefold() for email in cast("Sequence[str]", body["emails"])
        }
        missing = wanted - {str(one.id).casefold() for one in things}
        if not missing:
            return Resolution(pending, "made", "all of them are invited or members")
        if missing == wanted and pending.refusal is not None:
            return Resolution(pending, "failed", pending.refusal)
        resolution = Resolution(pending, "send")
        if pending.was_sent:
            names = ", ".join(sorted(missing))
            note = f"{len(missing)} of {len(wanted)} are not invited: {names}"
            resolution = await self._ask(pending, note)
        # The service refuses an invitation that names a member.
        emails = [
            email
            for email in cast("Sequence[str]", body["emails"])
            if email.casefold() in missing
        ]
        return attrs.evolve(resolution, body={**body, "emails": emails})

    async def _ask(self, pending: PendingStep, what_is_known: str) -> Resolution:
        """Leave it to a person whether something may be sent a second time."""
        if self._options.allow_duplicates:
            return Resolution(pending, "send")
        if self._options.decide is None:
            note = (
                f"{what_is_known}; check the target, then apply again and decide "
                f"(--allow-duplicates resends it)"
            )
            return Resolution(pending, "unknown", note)
        answer = self._options.decide(pending.step, what_is_known)
        decision = await answer if inspect.isawaitable(answer) else answer
        if decision == "leave":
            return Resolution(pending, "unknown", what_is_known)
        return Resolution(pending, "send" if decision == "send" else "made")


def update_for(resolution: Resolution) -> tuple[str, dict[str, Id]]:
    """Return the operation and argument that update an entity of a new parent."""
    found = cast("ListedEntity", resolution.found)
    name = found.entity.replace("_", "-")
    return f"update-{name}", {f"{found.entity}_id": found.id}


def changeable(body: Fields) -> Fields:
    """Return the fields of a creation that an update accepts."""
    return {name: value for name, value in body.items() if name not in _UNCHANGEABLE}


def learn(resolver: Resolver, step: Step, found: ListedEntity) -> dict[str, Id]:
    """Remember the ids of something that is there; return those of its variations."""
    resolver.learn(Ref(step.entity, step.key), found.id)
    if step.entity != "setting":
        return {}
    variations = variation_ids(found.fields)
    resolver.learn_variations(step.key, variations)
    return variations


def _same_thing(one: Step, other: Step) -> bool:
    parts = _KEY_PARTS.get(one.entity)
    places = {place_of(step.entity, step.key[:parts]) for step in (one, other)}
    return len(places) == 1 and one.operation == other.operation
