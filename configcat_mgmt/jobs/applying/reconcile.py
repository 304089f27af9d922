"""Finds out about things that may have been made, or that others may have made.

A parent is listed once, however many of its children are in doubt. What is not there is
sent (again), what is there as wanted is adopted, and anything else is left alone and
reported.
"""

import asyncio
import inspect
from collections.abc import Sequence
from typing import Final, Literal, TypeAlias, cast

import attrs

from configcat_mgmt.errors import ConfigCatManagementError
from configcat_mgmt.jobs.applying.build_call import Preparation
from configcat_mgmt.jobs.applying.idempotency import has_natural_key, is_creation
from configcat_mgmt.jobs.applying.options import ApplyOptions
from configcat_mgmt.jobs.applying.resolve_refs import Resolver, UnresolvedError
from configcat_mgmt.jobs.applying.target_index import (
    INVITED,
    Fields,
    Found,
    Id,
    Listings,
    place_of,
    variation_ids,
)
from configcat_mgmt.jobs.compare.equality import differing_listed
from configcat_mgmt.jobs.model.entity import Entity, Ref
from configcat_mgmt.jobs.model.plan import Step

Finding: TypeAlias = Literal[
    "send", "adopt", "made", "update", "conflict", "unknown", "failed"
]

_KEY_PARTS: Final = {"webhook": 4, "integration": 2}
"""Parts of the natural key; plans number further things of the same key."""
_UNCHANGEABLE: Final = frozenset({"evaluationVersion", "key", "settingType"})


@attrs.frozen(eq=False)
class Doubt:
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
    """What the service said when it refused."""
    in_new_parent: bool = False
    """Whether the parent was made in this run, so that what is in it came with it."""


@attrs.frozen(eq=False)
class Verdict:
    """What was found out, and what follows."""

    doubt: Doubt
    finding: Finding
    note: str = ""
    found: Found | None = None


class Settler:
    """Looks things up for one job."""

    def __init__(
        self,
        listings: Listings,
        resolver: Resolver,
        preparation: Preparation,
        options: ApplyOptions,
    ) -> None:
        """Use what the job knows already."""
        self._listings = listings
        self._resolver = resolver
        self._preparation = preparation
        self._options = options

    async def settle(self, doubts: Sequence[Doubt]) -> list[Verdict]:
        """Say of each step what is to be done about it."""
        taken: set[tuple[Entity, Id]] = {
            (known.ref.entity, known.id) for known in self._resolver.known
        }
        verdicts: list[Verdict] = []
        await asyncio.gather(
            *(self._read_ahead(one) for one in doubts), return_exceptions=True
        )
        for doubt in doubts:
            try:
                verdict = await self._look(doubt, doubts, taken)
            except UnresolvedError:
                # What it needs is missing: trying to send it will say so.
                verdict = Verdict(doubt, "send")
            except ConfigCatManagementError as error:
                finding: Finding = "unknown" if doubt.may_be_done else "failed"
                note = f"it could not be looked up: {error}"
                verdict = Verdict(doubt, finding, note)
            if verdict.found is not None and verdict.finding == "adopt":
                taken.add((verdict.found.entity, verdict.found.id))
            verdicts.append(verdict)
        return verdicts

    async def _read_ahead(self, doubt: Doubt) -> None:
        """Have the lists of all parents on their way at once; errors show later."""
        if is_creation(doubt.step.operation):
            step = doubt.step
            parent = await self._resolver.parent_of(step.entity, step.key)
            await self._listings.read(step.entity, parent, since=doubt.since)

    async def _look(
        self, doubt: Doubt, doubts: Sequence[Doubt], taken: set[tuple[Entity, Id]]
    ) -> Verdict:
        step = doubt.step
        if not is_creation(step.operation):
            return await self._ask(doubt, "it cannot be told whether it was done")
        parent = await self._resolver.parent_of(step.entity, step.key)
        things = await self._listings.read(step.entity, parent, since=doubt.since)
        if step.entity == INVITED:
            return await self._invitations(doubt, things)
        if step.entity == "product":
            things = await self._resolver.in_organization(things)
        key = step.key[: _KEY_PARTS.get(step.entity, len(step.key))]
        if step.entity == "setting":
            key = key[1:]
        fitting = [one for one in things if one.is_called(step.entity, key)]
        if has_natural_key(step.entity):
            return await self._by_key(doubt, fitting)
        free = [one for one in fitting if (one.entity, one.id) not in taken]
        rivals = [one for one in doubts if _same_thing(one.step, step)]
        return await self._by_content(doubt, free, rivals)

    async def _by_key(self, doubt: Doubt, fitting: Sequence[Found]) -> Verdict:
        if not fitting and doubt.refusal is not None:
            return Verdict(doubt, "failed", doubt.refusal)
        if not fitting:
            return Verdict(doubt, "send")
        if len(fitting) > 1:
            note = f"it is there {len(fitting)} times; rename all but one, apply again"
            return Verdict(doubt, "conflict", note)
        if doubt.step.entity == "product" and not doubt.may_be_done:
            # Never fill somebody else's product, however alike it looks.
            note = "there is a product of this name already; plan with it as the target"
            return Verdict(doubt, "conflict", note)
        return await self._compare(doubt, fitting[0])

    async def _compare(self, doubt: Doubt, listed: Found) -> Verdict:
        found = await self._listings.in_detail(listed)
        wanted = await self._preparation.body_for(doubt.step)
        fields = differing_listed(wanted, found.fields)
        if not fields:
            return Verdict(doubt, "adopt", found=found)
        if doubt.in_new_parent and not _UNCHANGEABLE.intersection(fields):
            return Verdict(doubt, "update", found=found)
        note = (
            f"it is there already, but not the same: {', '.join(fields)}; rename or "
            f"delete it and apply again, or plan with what is there now"
        )
        return Verdict(doubt, "conflict", note)

    async def _by_content(
        self, doubt: Doubt, free: Sequence[Found], rivals: Sequence[Doubt]
    ) -> Verdict:
        wanted = await self._preparation.body_for(doubt.step)
        equal = [one for one in free if not differing_listed(wanted, one.fields)]
        if len(equal) > len(rivals):
            note = f"there are {len(equal)} like it, which cannot be told apart"
            return Verdict(doubt, "unknown", note)
        if equal:
            return Verdict(doubt, "adopt", found=equal[0])
        if not doubt.was_sent:
            return Verdict(doubt, "send")
        return await self._ask(doubt, "it was sent, and there is none like it now")

    async def _invitations(self, doubt: Doubt, things: Sequence[Found]) -> Verdict:
        body = cast("Fields", doubt.step.body)
        wanted = {
            str(email).casefold() for email in cast("Sequence[str]", body["emails"])
        }
        missing = wanted - {str(one.id).casefold() for one in things}
        if not missing:
            return Verdict(doubt, "made", "all of them are invited or members")
        if missing == wanted and not doubt.was_sent:
            return Verdict(doubt, "send")
        return await self._ask(
            doubt, f"{len(missing)} of {len(wanted)} are not invited"
        )

    async def _ask(self, doubt: Doubt, what_is_known: str) -> Verdict:
        """Leave it to a person whether something may be sent a second time."""
        if self._options.allow_duplicates:
            return Verdict(doubt, "send")
        if self._options.decide is None:
            note = f"{what_is_known}; look, then apply again with an answer"
            return Verdict(doubt, "unknown", note)
        answer = self._options.decide(doubt.step, what_is_known)
        decision = await answer if inspect.isawaitable(answer) else answer
        if decision == "leave":
            return Verdict(doubt, "unknown", what_is_known)
        return Verdict(doubt, "send" if decision == "send" else "made")


def update_for(verdict: Verdict) -> tuple[str, dict[str, Id]]:
    """Return the operation, and its argument, that changes what came with a parent."""
    found = cast("Found", verdict.found)
    name = found.entity.replace("_", "-")
    return f"update-{name}", {f"{found.entity}_id": found.id}


def changeable(body: Fields) -> Fields:
    """Return what of the body of a creation an update takes as well."""
    return {name: value for name, value in body.items() if name not in _UNCHANGEABLE}


def learn(resolver: Resolver, step: Step, found: Found) -> dict[str, Id]:
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
