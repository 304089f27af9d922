"""Models that only the group `webhooks` uses.

Generated, do not edit.
Command: python -m configcat_mgmt.codegen
"""

from uuid import UUID

from attrs import define, field

from configcat_mgmt.enums import OpenEnum
from configcat_mgmt.model_repr import short_lists
from configcat_mgmt.unset import UNSET, UnsetType, hidden


class WebHookHttpMethod(OpenEnum):
    """HTTP method of webhook calls."""

    GET = "get"
    """GET."""
    POST = "post"
    """POST."""


@define(kw_only=True)
class WebhookHeaderModel:
    """An extra HTTP header of webhook calls, to be written."""

    key: str = field(metadata={"min_length": 1, "max_length": 255})
    """Name of the header. 1 to 255 characters."""
    value: str = field(repr=hidden, metadata={"min_length": 1, "max_length": 1000})
    """Value of the header, often a secret. 1 to 1000 characters."""
    is_secure: bool | UnsetType = UNSET
    """Whether the value is a secret that cannot be read back; false if omitted."""


@define(kw_only=True, field_transformer=short_lists)
class WebHookRequestModel:
    """Request body to create or to replace a webhook."""

    url: str = field(metadata={"min_length": 7, "max_length": 1000})
    """Address to call. 7 to 1000 characters."""
    content: str | UnsetType | None = field(
        default=UNSET,
        metadata={"max_length": 15000},
    )
    """Body of the calls; placeholders such as `##ConfigName##` are filled in. A
    replacement that omits it resets it. At most 15000 characters."""
    http_method: WebHookHttpMethod | UnsetType | None = UNSET
    """HTTP method of the calls to the address; a replacement that omits it resets
    it."""
    web_hook_headers: list[WebhookHeaderModel] | UnsetType | None = UNSET
    """Extra HTTP headers of the calls; their values may be secrets. A replacement that
    omits it resets it."""


@define
class WebhookConfig:
    """Config whose changes a webhook reports."""

    name: str
    """Name of the config."""
    config_id: UUID = field(metadata={"essential": True})
    """Id of the config."""


@define
class WebhookEnvironment:
    """Environment whose changes a webhook reports."""

    name: str
    """Name of the environment."""
    environment_id: UUID = field(metadata={"essential": True})
    """Id of the environment."""


@define
class WebhookHeaderResponseModel:
    """An extra HTTP header of webhook calls."""

    key: str
    """Name of the header."""
    value: str = field(repr=hidden)
    """Value of the header, often a secret; that of a secure header cannot be read
    back."""
    is_secure: bool
    """Whether the value is a secret that cannot be read back."""


@define(field_transformer=short_lists)
class WebhookResponseModel:
    """A webhook.

    An address that is called when values change in one config and environment.
    """

    webhook_id: int = field(metadata={"format": "int32", "essential": True})
    """Number of the webhook."""
    url: str
    """Address to call."""
    http_method: WebHookHttpMethod
    """HTTP method of the calls to the address."""
    content: str | None
    """Body of the calls; placeholders such as `##ConfigName##` are filled in."""
    web_hook_headers: list[WebhookHeaderResponseModel]
    """Extra HTTP headers of the calls; their values may be secrets."""
    config: WebhookConfig
    """Config whose changes are reported."""
    environment: WebhookEnvironment
    """Environment whose changes are reported."""


@define
class WebhookSigningKeysModel:
    """Secret keys that verify the signatures of webhook calls.

    They are created on the dashboard.
    """

    key1: str | None = field(repr=hidden)
    """First signing key, a secret; null if there is none."""
    key2: str | None = field(repr=hidden)
    """Second signing key, a secret; null if there is none."""
