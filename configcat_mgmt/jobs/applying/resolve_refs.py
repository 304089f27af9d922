"""Resolves refs to the ids that calls need."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Final, Literal, TypeAlias, cast
from uuid import UUID

import attrs

from configcat_mgmt.jobs.applying.target_index import (
    Id,
    ListedEntity,
    TargetIndex,
    place_of,
    variation_ids,
)
from configcat_mgmt.jobs.compare.canonical import Fields, Key
from configcat_mgmt.jobs.model.entity import Entity, Ref
from configcat_mgmt.jobs.model.plan import Plan
from configcat_mgmt.json_value import JsonValue

_REF: Final = "$ref"

_Place: TypeAlias = tuple[str, ...]

Why: TypeAlias = Literal["absent", "unmade", "ambiguous"]
"""Not there; not made though a step of the plan should have; or there twice."""


class UnresolvedError(Exception):
    """Something that a step needs has no id."""

    def __init__(self, ref: Ref, why: Why, reason: str) -> None:
        """Name it, and say why."""
        self.ref = ref
        self.why: Why = why
        name = " / ".join(ref.key)
        super().__init__(f"{ref.entity.replace('_', ' ')} {name!r} {reason}")


@attrs.frozen
class Known:
    """An entity with its id."""

    ref: Ref
    id: Id


class Resolver:
    """Finds ids: knows those of created entities, and looks up each other one once."""

    def __init__(self, plan: Plan, target_index: TargetIndex) -> None:
        """Begin with nothing made."""
        self._plan = plan
        self._target_index = target_index
        self._ids: dict[_Place, Known] = {}
        self._settings: dict[Id, Fields] = {}
        self._planned = {
            place_of(step.creates.entity, step.creates.key)
            for step in plan.steps
            if step.creates is not None
        }
        target = plan.target
        if target.product_id is not None:
            self.learn(Ref("product", (target.product,)), str(target.product_id))

    @property
    def known(self) -> tuple[Known, ...]:
        """All that has an id by now, in the order in which it became known."""
        return tuple(self._ids.values())

    def learn(self, ref: Ref, thing_id: Id) -> None:
        """Remember the id of something."""
        self._ids[place_of(ref.entity, ref.key)] = Known(ref, thing_id)

    def learn_variations(self, setting: Key, ids: Mapping[str, Id]) -> None:
        """Remember the ids of the predefined variations of a setting, by value."""
        for text, variation_id in ids.items():
            self.learn(Ref("variation", (*setting, text)), variation_id)

    def id_of(self, entity: Entity, *key: str) -> Id | None:
        """Return an id without looking it up."""
        known = self._ids.get(place_of(entity, key))
        return None if known is None else known.id

    def setting(self, setting_id: Id) -> Fields | None:
        """Return a setting as it was listed; None if it was not."""
        return self._settings.get(setting_id)

    async def find(self, ref: Ref) -> Id:
        """Return the id of something; list its parent if that was not done yet.

        Raises:
            UnresolvedError: It is not there, not made, or there are two of it.
            ConfigCatManagementError: The list cannot be read.
        """
        place = place_of(ref.entity, ref.key)
        if place not in self._ids:
            if self._is_planned(ref):
                raise UnresolvedError(ref, "unmade", "was not made")
            await self._look_up(ref)
        known = self._ids.get(place)
        if known is None:
            raise UnresolvedError(ref, "absent", "is not there")
        return known.id

    def _is_planned(self, ref: Ref) -> bool:
        """Whether a step of the plan makes it; variations come with their setting."""
        if ref.entity == "variation":
            return place_of("setting", ref.key[:-1]) in self._planned
        return place_of(ref.entity, ref.key) in self._planned

    async def resolve(self, value: JsonValue) -> JsonValue:
        """Return JSON data with ids in place of refs.

        Raises:
            UnresolvedError: Something has no id.
            ConfigCatManagementError: A list cannot be read.
        """
        for ref in refs_in(value):
            await self.find(ref)
        return self._replaced(value)

    async def parent_of(self, entity: Entity, key: Key) -> Id | None:
        """Return the id of the parent that lists an entity; None for the account.

        Raises:
            UnresolvedError: The parent has no id.
            ConfigCatManagementError: A list cannot be read.
        """
        if entity in ("organization", "product"):
            return None
        if entity == "setting":
            return await self.find(Ref("config", key[:1]))
        return await self.find(Ref("product", (self._plan.target.product,)))

    def _replaced(self, value: JsonValue) -> JsonValue:
        if isinstance(value, Mapping):
            if _REF in value:
                ref = _read_ref(value)
                return self._ids[place_of(ref.entity, ref.key)].id
            return {name: self._replaced(item) for name, item in value.items()}
        if isinstance(value, Sequence) and not isinstance(value, str):
            return [self._replaced(item) for item in value]
        return value

    async def _look_up(self, ref: Ref) -> None:
        if ref.entity == "organization" and _is_uuid(ref.key[0]):
            self.learn(ref, ref.key[0])
            return
        entity, key = ref.entity, ref.key
        if entity == "variation":
            entity, key = "setting", key[:-1]
        parent = await self.parent_of(entity, key)
        things = await self._target_index.read(entity, parent)
        if entity == "product":
            things = await self.in_organization(things)
        if entity == "setting":
            self._learn_settings(key[0], things)
            key = key[1:]
        fitting = [one for one in things if one.is_called(entity, key)]
        if len(fitting) > 1:
            raise UnresolvedError(ref, "ambiguous", f"exists {len(fitting)} times")
        if fitting and ref.entity not in ("setting", "variation"):
            self.learn(ref, fitting[0].id)

    async def in_organization(
        self, products: Sequence[ListedEntity]
    ) -> tuple[ListedEntity, ...]:
        """Return those products that are in the target's organization."""
        organization = await self.find(
            Ref("organization", (self._plan.target.organization,))
        )
        return tuple(
            one
            for one in products
            if cast("Fields", one.fields["organization"])["organizationId"]
            == organization
        )

    def _learn_settings(self, config: str, settings: Sequence[ListedEntity]) -> None:
        """Remember all settings of a config: the next ref is to one of them as well.

        Two keys that differ only in case are not told apart, so neither is remembered.
        """
        places = Counter(place_of("setting", (config, *one.key)) for one in settings)
        for one in settings:
            ref = Ref("setting", (config, *one.key))
            if places[place_of("setting", ref.key)] == 1 and not self._is_planned(ref):
                self.learn(ref, one.id)
                self._settings[one.id] = one.fields
                self.learn_variations(ref.key, variation_ids(one.fields))


def refs_in(value: JsonValue) -> Iterator[Ref]:
    """Yield all refs in JSON data."""
    if isinstance(value, Mapping):
        if _REF in value:
            yield _read_ref(value)
        else:
            for item in value.values():
                yield from refs_in(item)
    elif isinstance(value, Sequence) and not isinstance(value, str):
        for item in value:
            yield from refs_in(item)


def _read_ref(value: Mapping[str, JsonValue]) -> Ref:
    entity, *key = cast("Sequence[str]", value[_REF])
    return Ref(cast("Entity", entity), tuple(key))


def _is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
