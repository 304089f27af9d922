"""Profiles of the ConfigCat Proxy."""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from configcat_mgmt.api.model_index import (
    AuditLogType,
    ConnectionPreferences,
    CreateOrUpdateConnectionPreferences,
    CreateOrUpdateProxyProfileRequest,
    CreateOrUpdateWebhookNotification,
    JsonPatchOperation,
    ProxyProfileListModel,
    ProxyProfileModel,
    ProxyProfileSdkKeyItem,
    ProxyProfileSdkKeyRequestItem,
    ProxyProfileSdkKeysListModel,
    ProxyProfileSdkKeysRequest,
    ProxyProfileSecretModel,
    ProxyProfileSelectionRule,
    SelectionRuleKind,
    UpdateProxyProfileSelectionRule,
    WebhookNotification,
)
from configcat_mgmt.api.operations import proxy_profiles as operations
from configcat_mgmt.emulator.domain import access
from configcat_mgmt.emulator.domain.absent import given, given_or, items_of
from configcat_mgmt.emulator.domain.names import require_unique
from configcat_mgmt.emulator.domain.patching import patched
from configcat_mgmt.emulator.domain.proxy_selection import all_pairs, selected_pairs
from configcat_mgmt.emulator.domain.records import ProxyProfile, SelectionRule
from configcat_mgmt.emulator.domain.refusals import Forbidden, Refused
from configcat_mgmt.emulator.domain.state import State, require_room
from configcat_mgmt.emulator.handlers.registry import handles

DEFAULT_POLL_SECONDS: Final = 60


@handles(operations.GET_PROXY_PROFILE)
def get_proxy_profile(state: State, proxy_profile_id: UUID) -> ProxyProfileModel:
    """Show a profile."""
    return _profile_view(_profile(state, proxy_profile_id))


@handles(operations.REPLACE_PROXY_PROFILE)
def replace_proxy_profile(
    state: State, proxy_profile_id: UUID, body: CreateOrUpdateProxyProfileRequest
) -> ProxyProfileModel:
    """Replace a profile; a field that is left out is reset, the selection stays."""
    profile = _profile(state, proxy_profile_id)
    _change(state, profile, body)
    return _profile_view(profile)


@handles(operations.UPDATE_PROXY_PROFILE)
def update_proxy_profile(
    state: State, proxy_profile_id: UUID, body: list[JsonPatchOperation]
) -> ProxyProfileModel:
    """Patch a profile."""
    profile = _profile(state, proxy_profile_id)
    requested = patched(_request_of(profile), CreateOrUpdateProxyProfileRequest, body)
    _change(state, profile, requested)
    return _profile_view(profile)


@handles(operations.DELETE_PROXY_PROFILE)
def delete_proxy_profile(state: State, proxy_profile_id: UUID) -> None:
    """Delete a profile."""
    profile = _profile(state, proxy_profile_id)
    organization = state.organizations[profile.organization_id]
    organization.proxy_profile_ids.remove(proxy_profile_id)
    del state.proxy_profiles[proxy_profile_id]
    _log(state, profile, AuditLogType.PROXY_CONFIGURATION_DELETED)


@handles(operations.GET_PROXY_PROFILE_SDK_KEYS)
def get_proxy_profile_sdk_keys(
    state: State, proxy_profile_id: UUID
) -> ProxyProfileSdkKeysListModel:
    """List the SDK keys that a profile serves."""
    return _keys(state, _profile(state, proxy_profile_id))


@handles(operations.DESELECT_PROXY_PROFILE_SDK_KEYS)
def deselect_proxy_profile_sdk_keys(
    state: State, proxy_profile_id: UUID, body: ProxyProfileSdkKeysRequest
) -> ProxyProfileSdkKeysListModel:
    """Take pairs out of the selection."""
    profile = _profile(state, proxy_profile_id)
    named = set(_named_pairs(state, profile, body.items))
    profile.selected = [pair for pair in profile.selected if pair not in named]
    _log(state, profile, AuditLogType.PROXY_CONFIGURATION_CHANGED)
    return _keys(state, profile)


@handles(operations.GENERATE_PROXY_PROFILE_SECRET)
def generate_proxy_profile_secret(
    state: State, proxy_profile_id: UUID
) -> ProxyProfileSecretModel:
    """Make a new secret in place of the old one."""
    profile = _profile(state, proxy_profile_id)
    profile.secret = state.identifiers.token(43)
    _log(state, profile, AuditLogType.PROXY_CONFIGURATION_SECRET_REGENERATED)
    return ProxyProfileSecretModel(secret_token=profile.secret)


@handles(operations.SELECT_PROXY_PROFILE_SDK_KEYS)
def select_proxy_profile_sdk_keys(
    state: State, proxy_profile_id: UUID, body: ProxyProfileSdkKeysRequest
) -> ProxyProfileSdkKeysListModel:
    """Add pairs to the selection."""
    profile = _profile(state, proxy_profile_id)
    named = _named_pairs(state, profile, body.items)
    selected = list(dict.fromkeys([*profile.selected, *named]))
    limit = state.limits.selected_sdk_keys
    if len(selected) > limit:
        raise Refused("items", f"A profile may have at most {limit} SDK keys.")
    profile.selected = selected
    _log(state, profile, AuditLogType.PROXY_CONFIGURATION_CHANGED)
    return _keys(state, profile)


@handles(operations.GET_PROXY_PROFILES)
def get_proxy_profiles(state: State, organization_id: UUID) -> ProxyProfileListModel:
    """List the profiles of an organization, oldest first."""
    organization = state.organization(organization_id)
    access.require_admin(state, organization)
    profiles = state.proxy_profiles_of(organization)
    return ProxyProfileListModel(profiles=[_profile_view(one) for one in profiles])


@handles(operations.CREATE_PROXY_PROFILE)
def create_proxy_profile(
    state: State, organization_id: UUID, body: CreateOrUpdateProxyProfileRequest
) -> ProxyProfileModel:
    """Create a profile."""
    organization = state.organization(organization_id)
    access.require_admin(state, organization)
    siblings = state.proxy_profiles_of(organization)
    require_unique(body.name, siblings, "proxy profile")
    require_room(len(siblings), state.limits.proxy_profiles, "proxy profiles")
    rules = _read_rules(items_of(body.sdk_key_selection_rules))
    profile = ProxyProfile(
        proxy_profile_id=state.identifiers.uuid(),
        organization_id=organization_id,
        name=body.name,
        description=given(body.description),
        poll_interval_seconds=DEFAULT_POLL_SECONDS,
        rules=rules,
    )
    _set_preferences(state, profile, given(body.connection_preferences))
    state.proxy_profiles[profile.proxy_profile_id] = profile
    organization.proxy_profile_ids.append(profile.proxy_profile_id)
    _log(state, profile, AuditLogType.PROXY_CONFIGURATION_CREATED)
    return _profile_view(profile)


def _profile(state: State, profile_id: UUID) -> ProxyProfile:
    """Look up a profile; all of this is for Organization Admins only."""
    profile = state.proxy_profile(profile_id)
    access.require_admin(state, state.organizations[profile.organization_id])
    return profile


def _change(
    state: State, profile: ProxyProfile, requested: CreateOrUpdateProxyProfileRequest
) -> None:
    organization = state.organizations[profile.organization_id]
    siblings = state.proxy_profiles_of(organization)
    require_unique(requested.name, siblings, "proxy profile", besides=profile)
    profile.rules = _read_rules(items_of(requested.sdk_key_selection_rules))
    profile.name = requested.name
    profile.description = given(requested.description)
    _set_preferences(state, profile, given(requested.connection_preferences))
    _log(state, profile, AuditLogType.PROXY_CONFIGURATION_CHANGED)


def _set_preferences(
    state: State,
    profile: ProxyProfile,
    requested: CreateOrUpdateConnectionPreferences | None,
) -> None:
    requested = requested or CreateOrUpdateConnectionPreferences()
    seconds = given_or(requested.sdk_poll_interval, DEFAULT_POLL_SECONDS)
    profile.poll_interval_seconds = seconds
    notification = given(requested.webhook_notification)
    if notification is None:
        profile.webhook_url = profile.signing_key1 = None
        return
    profile.webhook_url = notification.webhook_proxy_url
    if profile.signing_key1 is None:
        profile.signing_key1 = "configcat_whsk_" + state.identifiers.token(43)


def _read_rules(
    entries: Sequence[UpdateProxyProfileSelectionRule],
) -> list[SelectionRule]:
    rules: list[SelectionRule] = []
    for number, entry in enumerate(entries):
        rule = SelectionRule(
            kind=given_or(entry.kind, SelectionRuleKind.INCLUDE),
            product_id=given(entry.product_id_filter),
            config_id=given(entry.config_id_filter),
            environment_id=given(entry.environment_id_filter),
            product_pattern=given(entry.product_name_match_filter),
            config_pattern=given(entry.config_name_match_filter),
            environment_pattern=given(entry.environment_name_match_filter),
        )
        for identity, pattern in (
            (rule.product_id, rule.product_pattern),
            (rule.config_id, rule.config_pattern),
            (rule.environment_id, rule.environment_pattern),
        ):
            if identity is not None and pattern is not None:
                message = "Filter by id or by name, not by both."
                raise Refused(("sdk_key_selection_rules", number), message)
        rules.append(rule)
    return rules


def _request_of(profile: ProxyProfile) -> CreateOrUpdateProxyProfileRequest:
    notification = None
    if profile.webhook_url is not None:
        notification = CreateOrUpdateWebhookNotification(
            webhook_proxy_url=profile.webhook_url
        )
    return CreateOrUpdateProxyProfileRequest(
        name=profile.name,
        description=profile.description,
        connection_preferences=CreateOrUpdateConnectionPreferences(
            sdk_poll_interval=profile.poll_interval_seconds,
            webhook_notification=notification,
        ),
        sdk_key_selection_rules=[
            UpdateProxyProfileSelectionRule(
                kind=rule.kind,
                product_id_filter=rule.product_id,
                config_id_filter=rule.config_id,
                environment_id_filter=rule.environment_id,
                product_name_match_filter=rule.product_pattern,
                config_name_match_filter=rule.config_pattern,
                environment_name_match_filter=rule.environment_pattern,
            )
            for rule in profile.rules
        ],
    )


def _named_pairs(
    state: State,
    profile: ProxyProfile,
    items: Sequence[ProxyProfileSdkKeyRequestItem],
) -> list[tuple[UUID, UUID]]:
    """Return all pairs that the items of a request select.

    Raises:
        Forbidden: The profile has rules, which decide instead.
        Refused: An item selects no pair.
    """
    if profile.rules:
        message = "The selection rules of the profile determine its SDK keys."
        raise Forbidden(message)
    organization = state.organizations[profile.organization_id]
    pairs = [
        (config.config_id, environment.environment_id)
        for _, config, environment in all_pairs(state, organization)
    ]
    named: list[tuple[UUID, UUID]] = []
    for number, item in enumerate(items):
        config_id, environment_id = given(item.config_id), given(item.environment_id)
        found = [
            pair
            for pair in pairs
            if config_id in {None, pair[0]} and environment_id in {None, pair[1]}
        ]
        if not found or (config_id is None and environment_id is None):
            message = (
                "The organization does not have this pair of config and environment."
            )
            raise Refused(("items", number), message)
        named += found
    return named


def _keys(state: State, profile: ProxyProfile) -> ProxyProfileSdkKeysListModel:
    items: list[ProxyProfileSdkKeyItem] = []
    for config_id, environment_id in selected_pairs(state, profile):
        keys = state.sdk_keys[config_id, environment_id]
        items.append(
            ProxyProfileSdkKeyItem(
                primary_sdk_key=keys.primary,
                secondary_sdk_key=keys.secondary,
                sdk_id=f"{config_id.hex[:8]}-{environment_id.hex[:8]}",
                config_id=config_id,
                environment_id=environment_id,
            )
        )
    return ProxyProfileSdkKeysListModel(items=items)


def _log(state: State, profile: ProxyProfile, kind: AuditLogType) -> None:
    organization = state.organizations[profile.organization_id]
    state.log(kind, profile.name, organization=organization)


def _profile_view(profile: ProxyProfile) -> ProxyProfileModel:
    notification = None
    if profile.webhook_url is not None and profile.signing_key1 is not None:
        notification = WebhookNotification(
            webhook_proxy_url=profile.webhook_url,
            signing_key1=profile.signing_key1,
            signing_key2=None,
        )
    return ProxyProfileModel(
        proxy_profile_id=profile.proxy_profile_id,
        name=profile.name,
        description=profile.description,
        last_accessed_at=None,
        connection_preferences=ConnectionPreferences(
            sdk_poll_interval=profile.poll_interval_seconds,
            webhook_notification=notification,
        ),
        sdk_key_selection_rules=[
            ProxyProfileSelectionRule(
                kind=rule.kind,
                product_id_filter=rule.product_id,
                config_id_filter=rule.config_id,
                environment_id_filter=rule.environment_id,
                product_name_match_filter=rule.product_pattern,
                config_name_match_filter=rule.config_pattern,
                environment_name_match_filter=rule.environment_pattern,
            )
            for rule in profile.rules
        ],
    )
