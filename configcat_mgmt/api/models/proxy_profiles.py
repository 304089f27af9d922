"""Models that only the group `proxy_profiles` uses.

Generated, do not edit.
Command: python -m configcat_mgmt.codegen
"""

from datetime import datetime
from uuid import UUID

from attrs import define, field

from configcat_mgmt.enums import OpenEnum
from configcat_mgmt.model_repr import short_lists
from configcat_mgmt.unset import UNSET, UnsetType, hidden


@define
class WebhookNotification:
    """Notification of a proxy about changes."""

    webhook_proxy_url: str
    """Address of the proxy that is notified of changes."""
    signing_key1: str = field(repr=hidden)
    """Secret key that signs the notifications, created by the service."""
    signing_key2: str | None = field(repr=hidden)
    """Second secret signing key; null if there is none."""


@define
class ConnectionPreferences:
    """How a proxy with this profile gets its data."""

    sdk_poll_interval: int = field(metadata={"format": "int32"})
    """Time between two polls of the proxy in seconds."""
    webhook_notification: WebhookNotification | None
    """Notification of the proxy about changes; null if not in use."""


@define(kw_only=True)
class CreateOrUpdateWebhookNotification:
    """Notification of a proxy about changes, to be written.

    The service makes the signing key itself.
    """

    webhook_proxy_url: str = field(metadata={"min_length": 7, "max_length": 1000})
    """Address of the proxy that is notified of changes. 7 to 1000 characters."""


@define(kw_only=True)
class CreateOrUpdateConnectionPreferences:
    """How a proxy with this profile gets its data."""

    sdk_poll_interval: int | UnsetType | None = field(
        default=UNSET,
        metadata={"format": "int32", "minimum": 30},
    )
    """Time between two polls of the proxy in seconds; 60 if omitted. At least 30."""
    webhook_notification: CreateOrUpdateWebhookNotification | UnsetType | None = UNSET
    """Notification of the proxy about changes; leave it out for none."""


class SelectionRuleKind(OpenEnum):
    """Effect of an SDK key selection rule."""

    INCLUDE = "include"
    """Matching SDK keys are selected."""
    EXCLUDE = "exclude"
    """Matching SDK keys are excluded, even if another rule includes them."""


@define(kw_only=True)
class UpdateProxyProfileSelectionRule:
    """A rule to be written that includes or excludes SDK keys.

    Without a filter, every product, config or environment matches.
    """

    kind: SelectionRuleKind | UnsetType = UNSET
    """Whether matching SDK keys are included or excluded; excluding wins."""
    product_id_filter: UUID | UnsetType | None = UNSET
    """Only this product; survives renaming, omitted for no filter by id."""
    config_id_filter: UUID | UnsetType | None = UNSET
    """Only this config; survives renaming, omitted for no filter by id."""
    environment_id_filter: UUID | UnsetType | None = UNSET
    """Only this environment; survives renaming, omitted for no filter by id."""
    product_name_match_filter: str | UnsetType | None = field(
        default=UNSET,
        metadata={"max_length": 255},
    )
    """Pattern for the product name, `*` matches any text; omitted for no filter by
    name. At most 255 characters."""
    config_name_match_filter: str | UnsetType | None = field(
        default=UNSET,
        metadata={"max_length": 255},
    )
    """Pattern for the config name, `*` matches any text; omitted for no filter by name.
    At most 255 characters."""
    environment_name_match_filter: str | UnsetType | None = field(
        default=UNSET,
        metadata={"max_length": 255},
    )
    """Pattern for the environment name, `*` matches any text; omitted for no filter by
    name. At most 255 characters."""


@define(kw_only=True, field_transformer=short_lists)
class CreateOrUpdateProxyProfileRequest:
    """Request body to create or to replace a proxy profile."""

    name: str = field(metadata={"max_length": 255})
    """Name of the proxy profile. At most 255 characters."""
    description: str | UnsetType | None = field(
        default=UNSET,
        metadata={"max_length": 1000},
    )
    """Description of the proxy profile; a replacement that omits it resets it. At most
    1000 characters."""
    connection_preferences: CreateOrUpdateConnectionPreferences | UnsetType | None = (
        UNSET
    )
    """How a proxy with this profile gets its data; a replacement that omits it resets
    it."""
    sdk_key_selection_rules: (
        list[UpdateProxyProfileSelectionRule] | UnsetType | None
    ) = UNSET
    """Rules that select SDK keys, including those of configs and environments created
    later; a replacement that omits it resets it."""


@define
class ProxyProfileSelectionRule:
    """A rule that includes or excludes SDK keys.

    Without a filter, every product, config or environment matches.
    """

    kind: SelectionRuleKind
    """Whether matching SDK keys are included or excluded; excluding wins."""
    product_id_filter: UUID | None
    """Only this product; survives renaming, null for no filter by id."""
    config_id_filter: UUID | None
    """Only this config; survives renaming, null for no filter by id."""
    environment_id_filter: UUID | None
    """Only this environment; survives renaming, null for no filter by id."""
    product_name_match_filter: str | None
    """Pattern for the product name, `*` matches any text; null for no filter by
    name."""
    config_name_match_filter: str | None
    """Pattern for the config name, `*` matches any text; null for no filter by name."""
    environment_name_match_filter: str | None
    """Pattern for the environment name, `*` matches any text; null for no filter by
    name."""


@define(field_transformer=short_lists)
class ProxyProfileModel:
    """A proxy profile.

    Which SDK keys a ConfigCat Proxy serves and how it gets its data.
    """

    proxy_profile_id: UUID = field(metadata={"essential": True})
    """Id of the proxy profile."""
    name: str
    """Name of the proxy profile."""
    description: str | None
    """Description of the proxy profile; null if there is none."""
    last_accessed_at: datetime | None
    """Time of the last access to the profile, or null."""
    connection_preferences: ConnectionPreferences
    """How a proxy with this profile gets its data."""
    sdk_key_selection_rules: list[ProxyProfileSelectionRule]
    """Rules that select SDK keys, including those of configs and environments created
    later."""


@define(field_transformer=short_lists)
class ProxyProfileListModel:
    """The proxy profiles of an organization."""

    profiles: list[ProxyProfileModel] = field(metadata={"essential": True})
    """The proxy profiles."""


@define
class ProxyProfileSdkKeyItem:
    """SDK keys of one config and environment that a proxy profile has selected."""

    primary_sdk_key: str = field(repr=hidden, metadata={"essential": True})
    """Primary SDK key, a secret."""
    secondary_sdk_key: str | None = field(repr=hidden)
    """Secondary SDK key, a secret; null if there is none."""
    sdk_id: str
    """SDK id of the pair."""
    config_id: UUID
    """Id of the config."""
    environment_id: UUID
    """Id of the environment."""


@define(kw_only=True)
class ProxyProfileSdkKeyRequestItem:
    """Config and environment whose SDK keys are to be selected.

    The same model deselects them.
    """

    config_id: UUID | UnsetType | None = UNSET
    """Id of the config; omitted means every config in the environment."""
    environment_id: UUID | UnsetType | None = UNSET
    """Id of the environment; omitted means every environment of the config."""


@define(field_transformer=short_lists)
class ProxyProfileSdkKeysListModel:
    """The SDK keys that a proxy profile has selected."""

    items: list[ProxyProfileSdkKeyItem] = field(metadata={"essential": True})
    """One entry per config and environment."""


@define(kw_only=True, field_transformer=short_lists)
class ProxyProfileSdkKeysRequest:
    """SDK keys to select or deselect in a proxy profile.

    The profile must not have selection rules.
    """

    items: list[ProxyProfileSdkKeyRequestItem]
    """Pairs of config and environment."""


@define
class ProxyProfileSecretModel:
    """A new secret of a proxy profile."""

    secret_token: str = field(repr=hidden, metadata={"essential": True})
    """The secret token; no other response contains it: store it safely."""
