"""Webhooks of a config in an environment."""

from collections.abc import Sequence
from typing import Final
from urllib.parse import urlsplit
from uuid import UUID

from configcat_mgmt.api.model_index import (
    AuditLogType,
    JsonPatchOperation,
    WebhookConfig,
    WebhookEnvironment,
    WebhookHeaderModel,
    WebhookHeaderResponseModel,
    WebHookHttpMethod,
    WebHookRequestModel,
    WebhookResponseModel,
    WebhookSigningKeysModel,
)
from configcat_mgmt.api.operations import webhooks as operations
from configcat_mgmt.emulator.domain import access
from configcat_mgmt.emulator.domain.absent import given, given_or, items_of
from configcat_mgmt.emulator.domain.patching import patched
from configcat_mgmt.emulator.domain.records import Webhook, WebhookHeader
from configcat_mgmt.emulator.domain.refusals import NotFound, Refused
from configcat_mgmt.emulator.domain.state import State, require_room
from configcat_mgmt.emulator.handlers.registry import handles

_MANAGE: Final = "can_manage_webhook"
_HIDDEN: Final = ""
"""The value of a secure header in a response."""


@handles(operations.GET_WEBHOOKS)
def get_webhooks(state: State, product_id: UUID) -> list[WebhookResponseModel]:
    """List the webhooks of all configs and environments of a product."""
    product = state.product(product_id)
    return [
        _webhook_view(state, webhook)
        for webhook in state.webhooks.values()
        if webhook.config_id in product.config_ids
    ]


@handles(operations.CREATE_WEBHOOK)
def create_webhook(
    state: State, config_id: UUID, environment_id: UUID, body: WebHookRequestModel
) -> WebhookResponseModel:
    """Create a webhook with a signing key."""
    config = state.config(config_id)
    environment = state.environment(environment_id)
    if config.product_id != environment.product_id:
        raise NotFound("environment", environment_id)
    access.require(state, state.product_of(config), _MANAGE)
    siblings = [
        one for one in state.webhooks.values() if one.environment_id == environment_id
    ]
    require_room(len(siblings), state.limits.webhooks, "webhooks")
    _require_address(body.url)
    webhook = Webhook(
        webhook_id=state.identifiers.number("webhook"),
        config_id=config_id,
        environment_id=environment_id,
        url=body.url,
        http_method=given_or(body.http_method, WebHookHttpMethod.GET),
        content=given(body.content),
        headers=_headers(items_of(body.web_hook_headers)),
        signing_key1="configcat_whsk_" + state.identifiers.token(43),
    )
    state.webhooks[webhook.webhook_id] = webhook
    _log(state, webhook, AuditLogType.WEB_HOOK_CREATED)
    return _webhook_view(state, webhook)


@handles(operations.GET_WEBHOOK)
def get_webhook(state: State, webhook_id: int) -> WebhookResponseModel:
    """Show a webhook."""
    return _webhook_view(state, state.webhook(webhook_id))


@handles(operations.REPLACE_WEBHOOK)
def replace_webhook(
    state: State, webhook_id: int, body: WebHookRequestModel
) -> WebhookResponseModel:
    """Replace URL, method, content and headers; a field that is left out is reset."""
    webhook = state.webhook(webhook_id)
    _change(state, webhook, body)
    return _webhook_view(state, webhook)


@handles(operations.UPDATE_WEBHOOK)
def update_webhook(
    state: State, webhook_id: int, body: list[JsonPatchOperation]
) -> WebhookResponseModel:
    """Patch a webhook; secure headers that are not addressed keep their values."""
    webhook = state.webhook(webhook_id)
    current = WebHookRequestModel(
        url=webhook.url,
        content=webhook.content,
        http_method=webhook.http_method,
        web_hook_headers=[
            WebhookHeaderModel(
                key=header.key, value=header.value, is_secure=header.is_secure
            )
            for header in webhook.headers
        ],
    )
    _change(state, webhook, patched(current, WebHookRequestModel, body))
    return _webhook_view(state, webhook)


@handles(operations.DELETE_WEBHOOK)
def delete_webhook(state: State, webhook_id: int) -> None:
    """Delete a webhook."""
    webhook = state.webhook(webhook_id)
    config = state.configs[webhook.config_id]
    access.require(state, state.product_of(config), _MANAGE)
    del state.webhooks[webhook_id]
    _log(state, webhook, AuditLogType.WEB_HOOK_DELETED)


@handles(operations.GET_WEBHOOK_SIGNING_KEYS)
def get_webhook_signing_keys(state: State, webhook_id: int) -> WebhookSigningKeysModel:
    """Show the keys that requests of the webhook are signed with."""
    webhook = state.webhook(webhook_id)
    config = state.configs[webhook.config_id]
    access.require(state, state.product_of(config), _MANAGE)
    return WebhookSigningKeysModel(key1=webhook.signing_key1, key2=webhook.signing_key2)


def _change(state: State, webhook: Webhook, requested: WebHookRequestModel) -> None:
    config = state.configs[webhook.config_id]
    access.require(state, state.product_of(config), _MANAGE)
    _require_address(requested.url)
    webhook.url = requested.url
    webhook.http_method = given_or(requested.http_method, WebHookHttpMethod.GET)
    webhook.content = given(requested.content)
    webhook.headers = _headers(items_of(requested.web_hook_headers))
    _log(state, webhook, AuditLogType.WEB_HOOK_CHANGED)


def _headers(entries: Sequence[WebhookHeaderModel]) -> list[WebhookHeader]:
    return [
        WebhookHeader(entry.key, entry.value, given_or(entry.is_secure, False))
        for entry in entries
    ]


def _require_address(url: str) -> None:
    try:
        parts = urlsplit(url)
        is_address = parts.scheme in {"http", "https"} and bool(parts.hostname)
    except ValueError:
        is_address = False
    if not is_address or any(sign.isspace() for sign in url):
        raise Refused("url", "The URL is not an http or https address.")


def _log(state: State, webhook: Webhook, kind: AuditLogType) -> None:
    state.log(
        kind,
        webhook.url,
        config=state.configs[webhook.config_id],
        environment=state.environments[webhook.environment_id],
    )


def _webhook_view(state: State, webhook: Webhook) -> WebhookResponseModel:
    config = state.configs[webhook.config_id]
    environment = state.environments[webhook.environment_id]
    return WebhookResponseModel(
        webhook_id=webhook.webhook_id,
        url=webhook.url,
        http_method=webhook.http_method,
        content=webhook.content,
        web_hook_headers=[
            WebhookHeaderResponseModel(
                key=header.key,
                value=_HIDDEN if header.is_secure else header.value,
                is_secure=header.is_secure,
            )
            for header in webhook.headers
        ],
        config=WebhookConfig(name=config.name, config_id=config.config_id),
        environment=WebhookEnvironment(
            name=environment.name, environment_id=environment.environment_id
        ),
    )
