"""Checks whether an entity is unchanged since the plan was made.

Entities without a version are compared with the content that the plan says it replaces.
Most of it is in lists that have to be read anyway, for the ids.
"""

import time
from collections.abc import Mapping, Sequence
from typing import Final, cast

from configcat_mgmt.client import AsyncManagementClient
from configcat_mgmt.jobs.applying.resolve_refs import Resolver, UnresolvedError
from configcat_mgmt.jobs.applying.target_index import Id, TargetIndex, variation_ids
from configcat_mgmt.jobs.compare.canonical import Fields
from configcat_mgmt.jobs.compare.equality import differing_listed
from configcat_mgmt.jobs.model.entity import Entity
from configcat_mgmt.jobs.model.plan import Step
from configcat_mgmt.jobs.model.request_bodies import value_text
from configcat_mgmt.jobs.model.snapshot import Plain
from configcat_mgmt.jobs.planning.fingerprints import fingerprint_of_keys
from configcat_mgmt.jobs.planning.prune import REMOVED
from configcat_mgmt.json_value import JsonValue

_LISTED: Final[tuple[Entity, ...]] = (
    "environment",
    "tag",
    "permission_group",
    "segment",
    "config",
    "webhook",
    "integration",
)
_VARIATIONS: Final = "predefinedVariations"
_PLACE: Final = "order"
_LEFT_OUT: Final[Mapping[str, Fields]] = {"replace-setting": {"hint": None}}
"""Fields that a body clears by leaving them out."""


class DriftCheck:
    """Checks the entities that the steps of one job change."""

    def __init__(
        self,
        client: AsyncManagementClient,
        resolver: Resolver,
        target_index: TargetIndex,
    ) -> None:
        """Use the ids and lists of the job."""
        self._client = client
        self._resolver = resolver
        self._target_index = target_index

    async def holds(self, step: Step, arguments: Fields, body: JsonValue) -> bool:
        """Whether an entity is as the plan knows it, or as the plan wants it already.

        The order does not count, since it changes when other entities come and go.
        Links, and entities of which the plan records no old content, always count as
        unchanged.

        Args:
            step: Changes the entity.
            arguments: Arguments of the step, with ids.
            body: Body of the step, with ids.

        Raises:
            ConfigCatManagementError: The entity cannot be read.
        """
        if not isinstance(step.replaces, Mapping):
            return True
        present = await self._present(step, arguments)
        if present is None:
            return True
        if step.entity == "variation" and step.action == "delete":
            return _has_no_more(present, cast("Fields", body), step.replaces)
        wanted = {**_LEFT_OUT.get(step.operation, {}), **_fields(body)}
        if not differing_listed(wanted, present):
            return True
        try:
            before = cast("Fields", await self._resolver.resolve(step.replaces))
        except UnresolvedError:
            return False  # An entity that it referred to is gone, so it has changed.
        return not differing_listed({**wanted, **before}, present)

    async def has_same_settings(self, step: Step, arguments: Fields) -> bool:
        """Whether a config that is to be deleted has just the settings it had.

        Raises:
            ConfigCatManagementError: They cannot be read.
        """
        config = cast("Id", arguments["config_id"])
        now = time.monotonic()
        settings = await self._target_index.read("setting", config, since=now)
        fingerprint = fingerprint_of_keys(one.key[0] for one in settings)
        return fingerprint == step.versions.get("settings")

    async def _present(self, step: Step, arguments: Fields) -> Fields | None:
        """Return an entity as it is now; None if it is unknown or missing."""
        found: JsonValue = None
        if step.entity in _LISTED:
            found = await self._listed(step, arguments)
        elif step.entity == "setting":
            found = self._resolver.setting(cast("Id", arguments["setting_id"]))
        elif step.entity == "variation":
            found = await self._client.call("get-predefined-variations", **arguments)
        elif step.entity == "preferences":
            found = await self._client.call("get-product-preferences", **arguments)
        elif step.entity == "product":
            found = await self._client.call("get-product", **arguments)
        if not isinstance(found, Mapping):
            return None
        return {name: one for name, one in found.items() if name != _PLACE}

    async def _listed(self, step: Step, arguments: Fields) -> Fields | None:
        parent = await self._resolver.parent_of(step.entity, step.key)
        wanted = arguments.get(f"{step.entity}_id")
        for one in await self._target_index.read(step.entity, parent):
            if one.id == wanted:
                return (await self._target_index.in_detail(one)).fields
        return None


def _fields(body: JsonValue) -> Fields:
    """Return the fields of a body, or those that a JSON Patch replaces as a whole."""
    if isinstance(body, Mapping):
        return body
    changes = cast("Sequence[Fields]", body or ())
    return {str(one["path"]).removeprefix("/"): one.get("value") for one in changes}


def _has_no_more(present: Fields, kept: Fields, replaces: Fields) -> bool:
    """Whether there are no variations but those that stay and those that go."""
    removed = cast("Sequence[Plain]", replaces.get(REMOVED) or ())
    known = {*variation_ids(kept), *map(value_text, removed)}
    return known >= set(variation_ids(present))
