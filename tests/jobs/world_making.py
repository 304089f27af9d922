"""A product on an emulator that is made piece by piece, through the client."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any, Final
from uuid import UUID

import attrs

from configcat_mgmt import AsyncManagementClient, Options
from configcat_mgmt.emulator import Emulator

Json = Any

REASON: Final = "made for a test"
SECRET_HEADER: Final = "Bearer canary-header-value"
SECRET_PARAMETERS: Final = {
    "slack": {"incoming_webhook.url": "https://hooks.slack.com/services/canary/slack"},
    "dataDog": {"apikey": "canary-datadog-key", "site": "Eu"},
    "amplitude": {"apiKey": "canary-api-key", "secretKey": "canary-secret-key"},
}
SECRETS: Final = ("canary-", "configcat-sdk-1/")
"""Texts that occur in secrets of the shop, and only there."""


@asynccontextmanager
async def emulator_and_client(
    request_log: int = 0,
) -> AsyncIterator[tuple[Emulator, AsyncManagementClient]]:
    """Start an emulator without a rate policy, and a client of it without a limiter."""
    async with (
        Emulator(rate_policy=None, request_log=request_log) as emulator,
        AsyncManagementClient(
            emulator.username,
            emulator.password,
            base_url=emulator.base_url,
            options=Options(limits=None),
        ) as client,
    ):
        yield emulator, client


@attrs.define
class World:
    """A product with the ids of what is in it, by name."""

    client: AsyncManagementClient
    organization_id: str
    product_id: str
    name: str
    environments: dict[str, str] = attrs.field(factory=dict)
    configs: dict[str, str] = attrs.field(factory=dict)
    tags: dict[str, int] = attrs.field(factory=dict)
    segments: dict[str, str] = attrs.field(factory=dict)
    groups: dict[str, int] = attrs.field(factory=dict)
    webhooks: dict[str, int] = attrs.field(factory=dict)
    """By URL."""
    integrations: dict[str, str] = attrs.field(factory=dict)
    settings: dict[tuple[str, str], int] = attrs.field(factory=dict)
    """By config name and key."""
    variations: dict[tuple[str, str, object], str] = attrs.field(factory=dict)
    """Variation ids by config name, key and value."""

    async def environment(self, name: str, **fields: Json) -> str:
        """Create an environment."""
        made = await self._made("create-environment", {"name": name, **fields})
        self.environments[name] = made["environmentId"]
        return self.environments[name]

    async def tag(self, name: str, color: str | None = None) -> int:
        """Create a tag."""
        made = await self._made("create-tag", {"name": name, "color": color})
        self.tags[name] = made["tagId"]
        return self.tags[name]

    async def segment(
        self, name: str, attribute: str, comparator: str, value: str, **fields: Json
    ) -> str:
        """Create a segment."""
        body = {
            "name": name,
            "comparisonAttribute": attribute,
            "comparator": comparator,
            "comparisonValue": value,
            **fields,
        }
        self.segments[name] = (await self._made("create-segment", body))["segmentId"]
        return self.segments[name]

    def with_client(self, client: AsyncManagementClient) -> "World":
        """Return the same product as another client sees it; changes stay apart."""
        fields = attrs.asdict(self, recurse=False)
        copies = {k: dict(v) if isinstance(v, dict) else v for k, v in fields.items()}
        return World(**{**copies, "client": client})

    async def group(
        self,
        name: str,
        accesses: Mapping[str, str] | None = None,
        approvals: Mapping[str, str] | None = None,
        **fields: Json,
    ) -> int:
        """Create a permission group; `accesses` and `approvals` hold the access type
        and approval permission type by environment name."""
        body: dict[str, Json] = {"name": name, **fields}
        if accesses is not None:
            body["environmentAccesses"] = [
                {
                    "environmentId": self.environments[environment],
                    "environmentAccessType": access,
                }
                for environment, access in accesses.items()
            ]
        if approvals is not None:
            body["environmentApprovalPermissions"] = [
                {
                    "environmentId": self.environments[environment],
                    "environmentApprovalPermissionType": permission,
                }
                for environment, permission in approvals.items()
            ]
        made = await self._made("create-permission-group", body)
        self.groups[name] = made["permissionGroupId"]
        return self.groups[name]

    async def config(self, name: str, version: str = "v2", **fields: Json) -> str:
        """Create a config."""
        body = {"name": name, "evaluationVersion": version, **fields}
        self.configs[name] = (await self._made("create-config", body))["configId"]
        return self.configs[name]

    async def setting(
        self,
        config: str,
        key: str,
        kind: str = "boolean",
        *,
        tags: Sequence[str] = (),
        variations: Sequence[Json] = (),
        **fields: Json,
    ) -> int:
        """Create a setting; tags by name, variations as `variation` makes them."""
        body = {
            "key": key,
            "name": fields.pop("name", key),
            "hint": fields.pop("hint", f"What {key} does"),
            "settingType": kind,
            "tags": [self.tags[tag] for tag in tags],
            **({"predefinedVariations": list(variations)} if variations else {}),
            **fields,
        }
        made: Json = await self.client.call(
            "create-setting", config_id=self.configs[config], body=body
        )
        self.settings[config, key] = made["settingId"]
        for one in made["predefinedVariations"]:
            (value,) = (item for item in one["value"].values() if item is not None)
            place = (config, key, value)
            self.variations[place] = one["predefinedVariationId"]
        return self.settings[config, key]

    async def set_formula(
        self, config: str, key: str, environment: str, body: Json
    ) -> Json:
        """Replace a V2 value; `world_values` makes bodies."""
        return await self.client.call(
            "replace-setting-value-v2",
            environment_id=self.environments[environment],
            setting_id=self.settings[config, key],
            reason=REASON,
            body=body,
        )

    async def set_old(
        self, config: str, key: str, environment: str, body: Json
    ) -> Json:
        """Replace a V1 value; `world_values` makes bodies."""
        return await self.client.call(
            "replace-setting-value",
            environment_id=self.environments[environment],
            setting_id=self.settings[config, key],
            reason=REASON,
            body=body,
        )

    async def webhook(
        self, config: str, environment: str, url: str, **fields: Json
    ) -> int:
        """Create a webhook."""
        made: Json = await self.client.call(
            "create-webhook",
            config_id=self.configs[config],
            environment_id=self.environments[environment],
            body={"url": url, **fields},
        )
        self.webhooks[url] = made["webhookId"]
        return self.webhooks[url]

    async def integration(
        self,
        name: str,
        kind: str,
        *,
        environments: Sequence[str] = (),
        configs: Sequence[str] = (),
    ) -> str:
        """Create an integration with the parameters of `SECRET_PARAMETERS`."""
        body = {
            "name": name,
            "integrationType": kind,
            "parameters": dict(SECRET_PARAMETERS[kind]),
            "environmentIds": [self.environments[one] for one in environments],
            "configIds": [self.configs[one] for one in configs],
        }
        made = await self._made("create-integration", body)
        self.integrations[name] = made["integrationId"]
        return self.integrations[name]

    async def link(
        self,
        config: str,
        key: str,
        environment: str,
        kind: str,
        item: str,
        **body: Json,
    ) -> None:
        """Link a setting in an environment with an item of another tool."""
        await self.client.call(
            "add-or-update-integration-link",
            environment_id=self.environments[environment],
            setting_id=self.settings[config, key],
            integration_link_type=kind,
            key=item,
            body=body,
        )

    async def preferences(
        self,
        *,
        reason_in: Sequence[str] = (),
        approval_in: Sequence[str] = (),
        **fields: Json,
    ) -> None:
        """Change preferences; `reason_in` and `approval_in` name environments that
        demand a reason and an approval."""
        body = {
            **fields,
            "reasonRequiredEnvironments": [
                {
                    "environmentId": self.environments[name],
                    "reasonRequired": True,
                }
                for name in reason_in
            ],
            "approveRequiredEnvironments": [
                {"environmentId": self.environments[name], "approveRequired": True}
                for name in approval_in
            ],
        }
        await self.client.call(
            "update-product-preferences", product_id=self.product_id, body=body
        )

    async def _made(self, operation: str, body: Json) -> Json:
        return await self.client.call(operation, product_id=self.product_id, body=body)


async def empty_world(
    client: AsyncManagementClient,
    name: str = "Web shop",
    *,
    organization_id: UUID | str | None = None,
    **fields: Json,
) -> World:
    """Create a product with nothing in it, in the first organization by default."""
    if organization_id is None:
        organizations: Json = await client.call("get-organizations")
        organization_id = organizations[0]["organizationId"]
    made: Json = await client.call(
        "create-product", organization_id=organization_id, body={"name": name, **fields}
    )
    return World(client, str(organization_id), made["productId"], name)
