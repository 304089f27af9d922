"""Lists the entities in a parent once, however many steps need them."""

import asyncio
import time
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from typing import Final, TypeAlias, cast
from uuid import UUID

import attrs

from configcat_mgmt.api.model_index import ChangeRequestSummaryModel
from configcat_mgmt.client import AsyncManagementClient
from configcat_mgmt.errors import ConfigCatManagementError
from configcat_mgmt.jobs.compare.canonical import Fields, Key, folded_key
from configcat_mgmt.jobs.model import request_bodies
from configcat_mgmt.jobs.model.entity import Entity
from configcat_mgmt.json_value import JsonValue

Id: TypeAlias = str | int

INVITED: Final[Entity] = "member"

_PAGE: Final = 100
"""Change requests of a page, as many as the service allows."""


@attrs.frozen(eq=False)
class ListedEntity:
    """An entity that a list of the target has."""

    entity: Entity
    key: Key
    """As it is spelled there."""
    id: Id
    fields: Fields
    """As it is listed."""

    def is_called(self, entity: Entity, key: Key) -> bool:
        """Whether this entity has a kind and key, in any case of letters."""
        return place_of(self.entity, self.key) == place_of(entity, key)


@attrs.frozen
class _ListOperations:
    """How entities of a kind are listed."""

    operations: tuple[str, ...]
    parent: str | None
    """Argument that takes the id of the parent."""
    id_field: str
    key: Callable[[Fields], Key]


def _named(fields: Fields) -> Key:
    return (_text(fields.get("name")),)


def _webhook_key(fields: Fields) -> Key:
    names = (_named(cast("Fields", fields[part])) for part in ("config", "environment"))
    (config,), (environment,) = names
    return (config, environment, _text(fields["url"]), _text(fields["httpMethod"]))


def _product(operation: str, id_field: str) -> _ListOperations:
    return _ListOperations((operation,), "product_id", id_field, _named)


_KINDS: Final[Mapping[str, _ListOperations]] = {
    "organization": _ListOperations(
        ("get-organizations",), None, "organizationId", _named
    ),
    "product": _ListOperations(("get-products",), None, "productId", _named),
    "environment": _product("get-environments", "environmentId"),
    "tag": _product("get-tags", "tagId"),
    "permission_group": _product("get-permission-groups", "permissionGroupId"),
    "segment": _product("get-segments", "segmentId"),
    "config": _product("get-configs", "configId"),
    "webhook": _ListOperations(
        ("get-webhooks",), "product_id", "webhookId", _webhook_key
    ),
    "integration": _ListOperations(
        ("get-integrations",),
        "product_id",
        "integrationId",
        lambda fields: (*_named(fields), _text(fields.get("integrationType"))),
    ),
    # A person who accepted an invitation is a member.
    INVITED: _ListOperations(
        ("get-pending-invitations", "get-product-members"),
        "product_id",
        "email",
        lambda fields: (_text(fields.get("email")),),
    ),
    "setting": _ListOperations(
        ("get-settings",),
        "config_id",
        "settingId",
        lambda fields: (_text(fields.get("key")),),
    ),
}


@attrs.frozen(eq=False)
class _Listing:
    began: float
    things: tuple[ListedEntity, ...]


@attrs.frozen(eq=False)
class _Failure:
    began: float
    error: ConfigCatManagementError


class TargetIndex:
    """The lists that one job has read."""

    def __init__(self, client: AsyncManagementClient) -> None:
        """Start without any."""
        self._client = client
        self._lists: dict[tuple[Entity, Id | None], _Listing] = {}
        self._failures: dict[tuple[Entity, Id | None], _Failure] = {}
        self._turns: defaultdict[tuple[Entity, Id | None], asyncio.Lock] = defaultdict(
            asyncio.Lock
        )

    async def read(
        self, entity: Entity, parent: Id | None = None, *, since: float = 0.0
    ) -> tuple[ListedEntity, ...]:
        """Return the entities of a kind in a parent.

        Args:
            entity: The kind. Keys of settings are without the config here.
            parent: Id of the product or config.
            since: A list is good enough if it was asked for after this reading of
                `time.monotonic()`.

        Raises:
            ConfigCatManagementError: It cannot be read.
        """
        place = (entity, parent)
        async with self._turns[place]:
            listing = self._lists.get(place)
            if listing is None or listing.began < since:
                listing = await self._read_anew(place, since)
        return listing.things

    async def _read_anew(
        self, place: tuple[Entity, Id | None], since: float
    ) -> _Listing:
        """Read a list, unless others who asked for it at the same time were refused."""
        failure = self._failures.get(place)
        if failure is not None and failure.began >= since > 0:
            raise failure.error
        began = time.monotonic()
        try:
            listing = self._lists[place] = await self._read(*place)
        except ConfigCatManagementError as error:
            self._failures[place] = _Failure(began, error)
            raise
        return listing

    async def in_detail(self, found: ListedEntity) -> ListedEntity:
        """Return an entity with all of its fields, which lists of segments lack.

        Raises:
            ConfigCatManagementError: It cannot be read.
        """
        if found.entity != "segment":
            return found
        fields = await self._client.call("get-segment", segment_id=found.id)
        return attrs.evolve(found, fields=cast("Fields", fields))

    async def change_requests(
        self, product: Id, config: Id, environment: Id
    ) -> list[ChangeRequestSummaryModel]:
        """Return the change requests of a config and environment in any status.

        Raises:
            ConfigCatManagementError: They cannot be read.
        """
        pages = self._client.change_requests.iter_change_requests(
            UUID(str(product)),
            config_id=UUID(str(config)),
            environment_id=UUID(str(environment)),
            page_size=_PAGE,
        )
        return [one async for one in pages]

    async def _read(self, entity: Entity, parent: Id | None) -> _Listing:
        kind = _KINDS[entity]
        began = time.monotonic()
        arguments = {} if kind.parent is None else {kind.parent: parent}
        things: list[ListedEntity] = []
        for operation in kind.operations:
            answer = await self._client.call(operation, **arguments)
            for fields in _records(answer):
                thing_id = cast("Id", fields[kind.id_field] or "")
                things.append(ListedEntity(entity, kind.key(fields), thing_id, fields))
        return _Listing(began, tuple(things))


def place_of(entity: Entity, key: Key) -> tuple[str, ...]:
    """Return a place that two spellings of one entity share."""
    if entity == "variation":  # Its value is no name.
        return (entity, *folded_key("setting", key[:-1]), key[-1])
    return (entity, *folded_key(entity, key))


def variation_ids(answer: Fields) -> dict[str, Id]:
    """Return the ids of predefined variations by the texts of their values.

    Args:
        answer: A setting as it is listed or answered, or a list of its variations.
    """
    found: dict[str, Id] = {}
    for one in cast("Sequence[Fields]", answer.get("predefinedVariations") or ()):
        for member, value in cast("Fields", one["value"]).items():
            if isinstance(value, bool | str | int | float):
                kind = "double" if member == request_bodies.MEMBERS["double"] else ""
                text = request_bodies.value_text(request_bodies.typed(value, kind))
                found[text] = cast("Id", one["predefinedVariationId"])
    return found


def _records(answer: JsonValue) -> Sequence[Fields]:
    """Return a list answer, or the list that a wrapping record holds."""
    if isinstance(answer, Mapping):
        answer = next(iter(answer.values()), None)
    return cast("Sequence[Fields]", answer or ())


def _text(value: JsonValue) -> str:
    return "" if value is None else str(value)
