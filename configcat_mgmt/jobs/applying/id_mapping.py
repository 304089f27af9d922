"""Which ids, old and new, belong to the same name."""

import time
from collections.abc import Iterator, Mapping, Sequence
from typing import TypeAlias, cast

from configcat_mgmt.client import AsyncManagementClient
from configcat_mgmt.jobs.applying.outcome import StepEnd
from configcat_mgmt.jobs.applying.report import NewId, NewSdkKey
from configcat_mgmt.jobs.applying.target_index import Id, TargetIndex, place_of
from configcat_mgmt.jobs.compare.canonical import Fields, Key
from configcat_mgmt.jobs.model import request_bodies
from configcat_mgmt.jobs.model.entity import Entity
from configcat_mgmt.jobs.model.plan import Plan
from configcat_mgmt.jobs.model.snapshot import Snapshot

_Place: TypeAlias = tuple[str, ...]


def new_ids(
    plan: Plan, ends: Sequence[StepEnd], source: Snapshot | None
) -> tuple[NewId, ...]:
    """Return the new and old ids of entities that a plan created or adopted.

    Args:
        plan: The plan.
        ends: How its steps ended.
        source: The snapshot behind the plan, under the names of the target.
    """
    old = {place_of(entity, key): one for entity, key, one in _old_ids(source)}
    if source is not None:
        # Whatever name the new product has.
        product = place_of("product", (plan.target.product,))
        old[product] = str(source.source.product_id)
    return tuple(
        NewId(entity, key, new, old.get(place_of(entity, key)))
        for entity, key, new in _new_ids(plan, ends)
    )


def _new_ids(plan: Plan, ends: Sequence[StepEnd]) -> Iterator[tuple[Entity, Key, Id]]:
    for step, end in zip(plan.steps, ends, strict=True):
        if step.creates is None or end.id is None or step.entity == "change_request":
            continue
        yield step.creates.entity, step.creates.key, end.id
        for text, variation_id in sorted(end.variations.items()):
            yield "variation", (*step.creates.key, text), variation_id


def _old_ids(source: Snapshot | None) -> Iterator[tuple[Entity, Key, Id]]:
    if source is None:
        return
    kinds: tuple[tuple[Entity, Sequence[object]], ...] = (
        ("environment", source.environments),
        ("tag", source.tags),
        ("segment", source.segments),
        ("permission_group", source.permission_groups),
        ("config", source.configs),
    )
    for entity, things in kinds:
        for thing in things:
            yield from _old_id(entity, (str(getattr(thing, "name", "")),), thing)
    for webhook in source.webhooks:
        place = (webhook.config, webhook.environment, webhook.url, webhook.method)
        yield from _old_id("webhook", place, webhook)
    for one in source.integrations:
        yield from _old_id("integration", (one.name, one.type), one)
    for config in source.configs:
        for setting in config.settings:
            key = (config.name, setting.key)
            yield from _old_id("setting", key, setting)
            for variation in setting.variations:
                text = request_bodies.value_text(variation.value)
                yield from _old_id("variation", (*key, text), variation)


def _old_id(
    entity: Entity, key: Key, thing: object
) -> Iterator[tuple[Entity, Key, Id]]:
    found: object = getattr(thing, "id", None)
    if found is not None:
        yield entity, key, found if isinstance(found, int) else str(found)


async def read_sdk_keys(
    client: AsyncManagementClient,
    target_index: TargetIndex,
    plan: Plan,
    product: Id,
    source: Snapshot | None,
) -> tuple[NewSdkKey, ...]:
    """Read the SDK keys of all configs and environments that a plan made.

    Args:
        client: Reads: two lists, and each pair once.
        target_index: Reads the lists.
        plan: The plan, which was applied.
        product: Id of the product.
        source: The snapshot behind it, under the names of the target; with its SDK keys
            if they are to be told as well.

    Raises:
        ConfigCatManagementError: Something cannot be read.
    """
    made = {
        place_of(step.creates.entity, step.creates.key)
        for step in plan.steps
        if step.creates is not None and step.entity in ("config", "environment")
    }
    if not made:
        return ()
    old = {
        (one.config.casefold(), one.environment.casefold()): one
        for one in (source.sdk_keys if source is not None else ())
    }
    found: list[NewSdkKey] = []
    now = time.monotonic()
    for config in await target_index.read("config", product, since=now):
        for environment in await target_index.read("environment", product, since=now):
            places = {place_of(one.entity, one.key) for one in (config, environment)}
            if not places & made:
                continue
            answer = await client.call(
                "get-sdk-keys", config_id=config.id, environment_id=environment.id
            )
            before = old.get((config.key[0].casefold(), environment.key[0].casefold()))
            keys = cast("Fields", answer)
            found.append(
                NewSdkKey(
                    config.key[0],
                    environment.key[0],
                    _text(keys, "primary"),
                    _text(keys, "secondary"),
                    None if before is None else before.primary,
                    None if before is None else before.secondary,
                )
            )
    return tuple(found)


def _text(fields: Mapping[str, object], name: str) -> str | None:
    value = fields.get(name)
    return value if isinstance(value, str) else None
