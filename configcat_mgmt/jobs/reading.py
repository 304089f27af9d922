"""Reads a product with everything in it."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timezone
from difflib import get_close_matches
from typing import TypeAlias
from uuid import UUID

import attrs

from configcat_mgmt.api.model_index import (
    ConfigModel,
    ConfigSettingFormulaModel,
    ConfigSettingValueModel,
    EnvironmentModel,
    EvaluationVersion,
    PermissionGroupModel,
    ProductModel,
    SettingModel,
)
from configcat_mgmt.client import AsyncManagementClient
from configcat_mgmt.errors import ConfigurationError
from configcat_mgmt.jobs import reading_parts as parts
from configcat_mgmt.jobs.plan import Entity
from configcat_mgmt.jobs.reading_calls import LEFT_OUT, Progress, ReadingCalls
from configcat_mgmt.jobs.reading_values import (
    Names,
    UnreadableError,
    read_formula,
    read_old_value,
)
from configcat_mgmt.jobs.selection import EVERYTHING, Selection
from configcat_mgmt.jobs.snapshot import (
    Config,
    Integration,
    Member,
    SdkKey,
    Segment,
    Setting,
    SettingInEnvironment,
    Snapshot,
    Source,
    Webhook,
)
from configcat_mgmt.jobs.snapshot_checks import require_distinct_names
from configcat_mgmt.jobs.together import Together

_Values: TypeAlias = dict[int, SettingInEnvironment]
"""What the settings of a config have in one environment, by setting id."""


async def take_snapshot(
    client: AsyncManagementClient,
    product: UUID | str,
    *,
    secrets: bool = False,
    members: bool = False,
    only: Selection | None = None,
    progress: Progress | None = None,
) -> Snapshot:
    """Read a product with everything in it that the API can read.

    Makes 11 calls, one per segment and config, and one per config and environment, all
    side by side at the client's pace. The service has no way to read everything at one
    moment, so what changes meanwhile may be seen in part.

    Args:
        client: Reads; sees what its user may see.
        product: Id of the product, or its name in any case.
        secrets: Keep the values of webhook headers and the parameters of integrations,
            and read the SDK keys with one call per config and environment more. What
            stands in the URL of a webhook is always kept.
        members: Read the members of the permission groups, with one call more.
        only: Leave out what it does not take, where that saves calls: whole kinds of
            things, configs, and environments. What is left out is a gap.
        progress: Is told how many calls are done and how many are known to be needed.

    Returns:
        The product; `gaps` lists what could not be read or may only be read.

    Raises:
        ConfigurationError: There is no product of this name, or more than one.
        NotFoundError: There is no product of this id.
        JobError: Two things that are told apart by name have the same name.
    """
    calls = ReadingCalls(progress)
    model = await find_product(client, product, calls)
    reading = _Reading(client, calls, only or EVERYTHING, secrets)
    snapshot = await reading.read(model, members=members)
    require_distinct_names(snapshot)
    return snapshot


async def find_product(
    client: AsyncManagementClient, product: UUID | str, calls: ReadingCalls
) -> ProductModel:
    """Read a product by its id, or by its name in any case; one call.

    Raises:
        ConfigurationError: There is no product of this name, or more than one.
        NotFoundError: There is no product of this id.
    """
    try:
        product_id = UUID(str(product))
    except ValueError:
        pass
    else:
        return await calls.call(client.products.get_product, product_id)
    name = str(product)
    models = await calls.call(client.products.get_products)
    found = [model for model in models if model.name.casefold() == name.casefold()]
    if len(found) == 1:
        return found[0]
    if found:
        places = ", ".join(
            f"{model.product_id} in {model.organization.name!r}" for model in found
        )
        message = f"{len(found)} products are called {name!r}: {places}; give the id"
        raise ConfigurationError(message)
    close = get_close_matches(name, [model.name for model in models], 3, 0.5)
    hint = f"did you mean {' or '.join(map(repr, close))}?" if close else "give its id"
    raise ConfigurationError(f"these credentials see no product {name!r}; {hint}")


@attrs.frozen
class _Reading:
    client: AsyncManagementClient
    calls: ReadingCalls
    selection: Selection
    secrets: bool

    async def read(self, product: ProductModel, *, members: bool) -> Snapshot:
        client, call, product_id = self.client, self.calls, product.product_id
        async with Together() as together:
            start = together.start
            environments = start(
                call.call_or_note(
                    "environment",
                    "*",
                    client.environments.get_environments,
                    product_id,
                )
            )
            configs = start(
                call.call_or_note("config", "*", client.configs.get_configs, product_id)
            )
            segments = start(self._segments(product_id))
            source = start(self._source(product))
            limits = start(self._limits(product))
            tags = start(self._tags(product_id))
            groups = start(self._groups(product_id, needed=members))
            webhooks = start(self._webhooks(product_id))
            integration_models = start(self._integration_models(product_id))
            places = await environments or []
            environment_names = {one.environment_id: one.name for one in places}
            preferences = start(self._preferences(product_id, environment_names))
            config_models = await configs or []
            config_tasks = [
                start(self._config(model, places, segments))
                for model in config_models
                if self._takes_config(model)
            ]
            keys = [
                start(self._sdk_key(config, environment))
                for config in config_models
                for environment in places
                if self.secrets and self._takes_pair(config, environment)
            ]
            people = start(self._members(product_id, await groups, members))
        integrations = self._integrations(
            await integration_models,
            environment_names,
            {one.config_id: one.name for one in config_models},
        )
        sdk_keys = [key for task in keys if (key := await task) is not None]
        return Snapshot(
            source=await source,
            name=product.name,
            description=product.description or None,
            order=product.order or 0,
            preferences=await preferences,
            limits=await limits,
            environments=_ordered(map(parts.read_environment, places)),
            tags=await tags,
            segments=(await segments)[1],
            permission_groups=tuple(
                parts.read_group(one) for one in _by_name(await groups)
            )
            if self.selection.takes("permission_group")
            else (),
            configs=_ordered([await task for task in config_tasks]),
            webhooks=await webhooks,
            integrations=integrations,
            members=await people,
            sdk_keys=tuple(sorted(sdk_keys, key=lambda one: (one.config, one.environment))),
            gaps=tuple(sorted(self.calls.gaps, key=lambda gap: (gap.entity, gap.key))),
        )
