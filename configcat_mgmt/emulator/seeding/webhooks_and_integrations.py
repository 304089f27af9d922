"""Permission groups, webhooks, integrations and links of a realistic product."""

from configcat_mgmt.api.model_index import (
    AccessType,
    AddOrUpdateIntegrationLinkModel,
    CreateIntegrationModel,
    CreateOrUpdateEnvironmentAccessModel,
    CreatePermissionGroupRequest,
    EnvironmentAccessType,
    IntegrationLinkType,
    IntegrationType,
    KeyGenerationMode,
    UpdatePreferencesRequest,
    WebhookHeaderModel,
    WebHookHttpMethod,
    WebHookRequestModel,
)
from configcat_mgmt.emulator.domain.state import State
from configcat_mgmt.emulator.handlers.integration_links import (
    add_or_update_integration_link,
)
from configcat_mgmt.emulator.handlers.integrations import create_integration
from configcat_mgmt.emulator.handlers.permission_groups import create_permission_group
from configcat_mgmt.emulator.handlers.products import update_product_preferences
from configcat_mgmt.emulator.handlers.webhooks import create_webhook
from configcat_mgmt.emulator.seeding.realistic import FEATURES, Ids


def add_webhooks_and_integrations(state: State, ids: Ids) -> None:
    """Make permission groups, webhooks, integrations, links and preferences.

    Args:
        state: Of the emulator.
        ids: A product with at least one environment and config.
    """
    _make_groups(state, ids)
    _make_webhooks(state, ids)
    _make_integrations(state, ids)
    _link_flags(state, ids)
    preferences = UpdatePreferencesRequest(
        key_generation_mode=KeyGenerationMode.CAMEL_CASE, show_variation_id=True
    )
    update_product_preferences(state, ids.product, preferences)


def _make_groups(state: State, ids: Ids) -> None:
    production, *others = ids.environments
    accesses = [
        CreateOrUpdateEnvironmentAccessModel(
            environment_id=production,
            environment_access_type=EnvironmentAccessType.READ_ONLY,
        ),
        *(
            CreateOrUpdateEnvironmentAccessModel(
                environment_id=one, environment_access_type=EnvironmentAccessType.FULL
            )
            for one in others
        ),
    ]
    developers = CreatePermissionGroupRequest(
        name="Developers",
        can_create_or_update_config=True,
        can_create_or_update_setting=True,
        can_tag_setting=True,
        can_create_or_update_tag=True,
        can_view_sdk_key=True,
        access_type=AccessType.CUSTOM,
        new_environment_access_type=EnvironmentAccessType.FULL,
        environment_accesses=accesses,
    )
    support = CreatePermissionGroupRequest(
        name="Support",
        can_view_product_audit_log=True,
        access_type=AccessType.READ_ONLY,
    )
    for group in (developers, support):
        create_permission_group(state, ids.product, group)


def _make_webhooks(state: State, ids: Ids) -> None:
    chat = WebHookRequestModel(
        url="https://chat.northwind.example/hooks/flags",
        http_method=WebHookHttpMethod.POST,
        content='{"text": "##ChangeDetails##"}',
        web_hook_headers=[WebhookHeaderModel(key="X-Team", value="storefront")],
    )
    cache = WebHookRequestModel(
        url="https://cache.northwind.example/purge", http_method=WebHookHttpMethod.GET
    )
    for config in ids.configs:
        create_webhook(state, config, ids.environments[0], chat)
    create_webhook(state, ids.configs[0], ids.environments[-1], cache)


def _make_integrations(state: State, ids: Ids) -> None:
    metrics = CreateIntegrationModel(
        name="Metrics",
        integration_type=IntegrationType.DATA_DOG,
        parameters={"apikey": state.identifiers.token(32), "site": "Eu"},
        environment_ids=ids.environments[:1],
        config_ids=[],
    )
    analytics = CreateIntegrationModel(
        name="Analytics",
        integration_type=IntegrationType.SEGMENT,
        parameters={"writeKey": state.identifiers.token(32), "server": "Us"},
        environment_ids=[],
        config_ids=ids.configs[:1],
    )
    for integration in (metrics, analytics):
        create_integration(state, ids.product, integration)


def _link_flags(state: State, ids: Ids) -> None:
    """Link every flag of a few with a card, where it is switched first."""
    for number, setting_id in list(ids.flags.items())[:: len(FEATURES)]:
        add_or_update_integration_link(
            state,
            ids.environments[-1],
            setting_id,
            IntegrationLinkType.TRELLO,
            f"card-{number}",
            body=AddOrUpdateIntegrationLinkModel(
                description="Rollout", url=f"https://trello.com/c/card-{number}"
            ),
        )
