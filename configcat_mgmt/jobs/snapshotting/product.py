"""Takes a snapshot of a product."""

from collections.abc import Awaitable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from uuid import UUID

import attrs

from configcat_mgmt.api.model_index import (
    ConfigModel,
    EnvironmentModel,
    IntegrationModel,
    PermissionGroupModel,
    ProductModel,
    SegmentListModel,
)
from configcat_mgmt.checked import checked
from configcat_mgmt.client import AsyncManagementClient, observed
from configcat_mgmt.jobs.model.checks import require_distinct_names
from configcat_mgmt.jobs.model.entity import Entity
from configcat_mgmt.jobs.model.selection import EVERYTHING, Selection
from configcat_mgmt.jobs.model.snapshot import (
    LEFT_OUT,
    Integration,
    Member,
    PermissionGroup,
    Preferences,
    SdkKey,
    Segment,
    Snapshot,
    Source,
    Tag,
    Webhook,
    by_name,
    by_order,
)
from configcat_mgmt.jobs.snapshotting import parts
from configcat_mgmt.jobs.snapshotting.calls import ReadingCalls, ReadListener
from configcat_mgmt.jobs.snapshotting.configs import (
    ConfigReading,
    reads_settings,
    reads_values,
)
from configcat_mgmt.jobs.snapshotting.find_product import look_up_product
from configcat_mgmt.jobs.snapshotting.unknown_fields import UnknownFields
from configcat_mgmt.jobs.snapshotting.values import UnreadableError
from configcat_mgmt.task_group import task_group


@checked
async def take_snapshot(
    client: AsyncManagementClient,
    product: UUID | str,
    *,
    secrets: bool = False,
    members: bool = False,
    only: Selection | None = None,
    progress: ReadListener | None = None,
) -> Snapshot:
    """Take a snapshot: read everything in a product that the API can read.

    Makes 11 calls, one for each segment and config, and one for each config in each
    environment, concurrently within the client's rate limits. The service has no
    consistent read of a whole product, so the snapshot may contain part of a change
    that somebody makes meanwhile.

    Args:
        client: Makes the calls, with the permissions of its credentials.
        product: Id of the product, or its name in any case.
        secrets: Keep the values of webhook headers and the parameters of integrations,
            and read the SDK keys with one more call for each config in each
            environment. The URL of a webhook is always kept whole.
        members: Read the members of the permission groups, with one more call.
        only: The part of the product to read. Parts outside of it are left out where
            that saves calls: whole kinds of entities, configs, and values in
            environments. Every omission is noted as a gap.
        progress: Receives the number of finished calls and of known calls.

    Returns:
        The snapshot. Its `gaps` list everything that could not be read, or that the
        credentials cannot change.

    Raises:
        ConfigurationError: There is no product of this name, or more than one.
        NotFoundError: There is no product of this id.
        JobError: Two entities of a kind have exactly the same name.
    """
    scope = Scope(
        selection=only or EVERYTHING,
        parameters=secrets,
        sdk_keys=secrets,
        members=members,
    )
    return await read_product(client, product, scope, progress)


@attrs.frozen
class Scope:
    """How much of a product is read."""

    selection: Selection = EVERYTHING
    parameters: bool = False
    """Whether to keep the secrets of webhooks and integrations."""
    sdk_keys: bool = False
    members: bool = False


async def read_product(
    client: AsyncManagementClient,
    product: UUID | str,
    scope: Scope,
    progress: ReadListener | None = None,
) -> Snapshot:
    """Read a product, as `take_snapshot` documents."""
    calls = ReadingCalls(progress)
    unknown = UnknownFields()
    client = observed(client, unknown.observe)
    model = await look_up_product(client, product, calls)
    snapshot = await _Reading(client, calls, scope, model).read()
    if unknown.found:
        snapshot = attrs.evolve(snapshot, unknown_fields=unknown.found)
    require_distinct_names(snapshot)
    return snapshot


@attrs.frozen
class _Reading:
    """The state of reading one product."""

    client: AsyncManagementClient
    calls: ReadingCalls
    scope: Scope
    product: ProductModel

    @property
    def product_id(self) -> UUID:
        return self.product.product_id

    @property
    def selection(self) -> Selection:
        return self.scope.selection

    async def read(self) -> Snapshot:
        async with task_group() as group:
            start = group.create_task
            configs = start(self._list_configs())
            environments = start(self._list_environments())
            groups = start(self._list_groups())
            segments = start(self._list_segments())
            segment_names = start(_names_of(segments))
            source = start(self._source())
            limits = start(self._limits())
            tags = start(self._tags())
            webhooks = start(self._webhooks())
            integrations = start(self._list_integrations())
            full_segments = start(self._segments(await segments))
            places = await environments
            preferences = start(self._preferences(places))
            self._note_what_configs_lack()
            reading = self._configs
            config_tasks = [
                start(reading.read(model, places, segment_names))
                for model in await configs
                if self._takes_config(model)
            ]
            keys = start(self._sdk_keys(await configs, places))
            people = start(self._members(await groups))
        read_configs = by_order([await task for task in config_tasks])
        approvals = reading.approvals
        return Snapshot(
            source=await source,
            name=self.product.name,
            description=self.product.description or None,
            order=self.product.order or 0,
            preferences=await preferences,
            limits=await limits,
            environments=by_order(
                parts.read_environment(place, approvals.get(place.environment_id))
                for place in places
            ),
            tags=await tags,
            segments=await full_segments,
            permission_groups=self._groups(await groups, places),
            configs=read_configs,
            webhooks=await webhooks,
            integrations=self._integrations(await integrations, places, await configs),
            members=await people,
            sdk_keys=await keys,
            gaps=tuple(sorted(self.calls.gaps, key=lambda gap: (gap.entity, gap.key))),
        )

    @property
    def _configs(self) -> ConfigReading:
        return ConfigReading(self.client, self.calls, self.selection)

    def _takes(self, entity: Entity) -> bool:
        if self.selection.takes(entity):
            return True
        self.calls.note(entity, "*", LEFT_OUT)
        return False

    def _takes_config(self, model: ConfigModel) -> bool:
        if self.selection.takes_config(model.name):
            return True
        self.calls.note("config", model.name, LEFT_OUT)
        return False

    def _note_what_configs_lack(self) -> None:
        if not reads_settings(self.selection):
            self.calls.note("setting", "*", LEFT_OUT)
        if not reads_values(self.selection):
            self.calls.note("values", "*", LEFT_OUT)

    async def _source(self) -> Source:
        organization = self.product.organization
        name = organization.name
        if self.selection.takes("organization"):
            # The list has the present name, and shows whether the credentials see it.
            models = await self.calls.call(self.client.organizations.get_organizations)
            for model in models:
                if model.organization_id == organization.organization_id:
                    name = model.name
        return Source(
            base_url=self.client.base_url,
            organization=name,
            product_id=self.product_id,
            taken_at=datetime.now(UTC).replace(microsecond=0),
        )

    async def _limits(self) -> dict[str, int]:
        if not self._takes("organization"):
            return {}
        model = await self.calls.call_or_note(
            "organization",
            "limits",
            self.client.organizations.get_organization_limitations,
            self.product.organization.organization_id,
        )
        return {} if model is None else parts.read_limits(model)

    async def _preferences(self, places: Sequence[EnvironmentModel]) -> Preferences:
        if not self._takes("preferences"):
            return Preferences()
        model = await self.calls.call_or_note(
            "preferences",
            "*",
            self.client.products.get_product_preferences,
            self.product_id,
        )
        if model is None:
            return Preferences()
        return parts.read_preferences(model, _environment_names(places))

    async def _list_environments(self) -> list[EnvironmentModel]:
        get = self.client.environments.get_environments
        found = await self.calls.call_or_note("environment", "*", get, self.product_id)
        return found or []

    async def _list_configs(self) -> list[ConfigModel]:
        get = self.client.configs.get_configs
        return await self.calls.call_or_note("config", "*", get, self.product_id) or []

    async def _tags(self) -> tuple[Tag, ...]:
        if not self._takes("tag"):
            return ()
        get = self.client.tags.get_tags
        models = await self.calls.call_or_note("tag", "*", get, self.product_id)
        return by_name(map(parts.read_tag, models or ()))

    async def _list_groups(self) -> list[PermissionGroupModel]:
        if not self._takes("permission_group") and not self.scope.members:
            return []
        found = await self.calls.call_or_note(
            "permission_group",
            "*",
            self.client.permission_groups.get_permission_groups,
            self.product_id,
        )
        return found or []

    def _groups(
        self,
        models: Iterable[PermissionGroupModel],
        places: Iterable[EnvironmentModel],
    ) -> tuple[PermissionGroup, ...]:
        if not self.selection.takes("permission_group"):
            return ()
        names = _environment_names(places)
        return by_name(parts.read_group(model, names) for model in models)

    async def _list_segments(self) -> list[SegmentListModel]:
        # Values refer to segments by id, so the snapshot always needs their names.
        if not self._takes("segment") and not reads_values(self.selection):
            return []
        get = self.client.segments.get_segments
        found = await self.calls.call_or_note("segment", "*", get, self.product_id)
        return found or []

    async def _segments(
        self, models: Iterable[SegmentListModel]
    ) -> tuple[Segment, ...]:
        if not self.selection.takes("segment"):
            return ()
        get = self.client.segments.get_segment
        async with task_group() as group:
            tasks = [
                group.create_task(
                    self.calls.call_or_note(
                        "segment", model.name, get, model.segment_id
                    )
                )
                for model in models
            ]
        found = [await task for task in tasks]
        return by_name(parts.read_segment(one) for one in found if one is not None)

    async def _webhooks(self) -> tuple[Webhook, ...]:
        if not self._takes("webhook"):
            return ()
        get = self.client.webhooks.get_webhooks
        models = await self.calls.call_or_note("webhook", "*", get, self.product_id)
        found = [
            parts.read_webhook(model, secrets=self.scope.parameters)
            for model in models or ()
        ]
        return tuple(
            sorted(
                found,
                key=lambda one: (
                    one.config,
                    one.environment,
                    one.url,
                    one.method,
                    one.id or 0,
                ),
            )
        )

    async def _list_integrations(self) -> list[IntegrationModel]:
        if not self._takes("integration"):
            return []
        get = self.client.integrations.get_integrations
        model = await self.calls.call_or_note("integration", "*", get, self.product_id)
        return (model.integrations if model else None) or []

    def _integrations(
        self,
        models: Iterable[IntegrationModel],
        places: Iterable[EnvironmentModel],
        configs: Iterable[ConfigModel],
    ) -> tuple[Integration, ...]:
        place_names = _environment_names(places)
        config_names = {config.config_id: config.name for config in configs}
        found: list[Integration] = []
        for model in models:
            try:
                found.append(
                    parts.read_integration(
                        model, place_names, config_names, secrets=self.scope.parameters
                    )
                )
            except UnreadableError as error:
                self.calls.note("integration", model.name, str(error))
        return tuple(sorted(found, key=lambda one: (one.name, one.type, str(one.id))))

    async def _sdk_keys(
        self, configs: Iterable[ConfigModel], places: Sequence[EnvironmentModel]
    ) -> tuple[SdkKey, ...]:
        if not self.scope.sdk_keys:
            return ()
        async with task_group() as group:
            tasks = [
                group.create_task(self._sdk_key(config, place))
                for config in configs
                if self.selection.takes_config(config.name)
                for place in places
                if self.selection.takes_environment(place.name)
            ]
        found = [key for task in tasks if (key := await task) is not None]
        return tuple(sorted(found, key=lambda one: (one.config, one.environment)))

    async def _sdk_key(
        self, config: ConfigModel, place: EnvironmentModel
    ) -> SdkKey | None:
        keys = await self.calls.call_or_note(
            "sdk_key",
            f"{config.name}/{place.name}",
            self.client.sdk_keys.get_sdk_keys,
            config.config_id,
            place.environment_id,
        )
        if keys is None:
            return None
        return SdkKey(config.name, place.name, keys.primary, keys.secondary)

    async def _members(
        self, groups: Iterable[PermissionGroupModel]
    ) -> tuple[Member, ...]:
        if not self.scope.members:
            return ()
        get = self.client.members.get_product_members
        models = await self.calls.call_or_note("member", "*", get, self.product_id)
        names = {group.permission_group_id: group.name for group in groups}
        found: list[Member] = []
        for model in models or ():
            try:
                found.append(parts.read_member(model, names))
            except UnreadableError as error:
                self.calls.note("member", model.email or "?", str(error))
        return tuple(sorted(found, key=lambda one: (one.email, one.permission_group)))


def _environment_names(places: Iterable[EnvironmentModel]) -> Mapping[UUID, str]:
    return {place.environment_id: place.name for place in places}


async def _names_of(
    segments: Awaitable[Iterable[SegmentListModel]],
) -> Mapping[UUID, str]:
    return {segment.segment_id: segment.name for segment in await segments}
