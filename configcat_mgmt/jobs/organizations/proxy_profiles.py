"""Proxy profiles with their rules, as a backup keeps them: without secrets."""

from uuid import UUID

import attrs

from configcat_mgmt.api.model_index import ProxyProfileModel, ProxyProfileSelectionRule
from configcat_mgmt.client import AsyncManagementClient
from configcat_mgmt.jobs.model.serialization import read_record, write_record
from configcat_mgmt.jobs.snapshotting.calls import ReadingCalls
from configcat_mgmt.json_value import JsonValue


@attrs.frozen(kw_only=True)
class ProxyRule:
    """A rule that includes or excludes SDK keys; a field that is None matches all."""

    kind: str
    """`include` or `exclude`."""
    product_id: UUID | None = None
    config_id: UUID | None = None
    environment_id: UUID | None = None
    product_name: str | None = None
    """Pattern, in which `*` matches any text; so are the other names."""
    config_name: str | None = None
    environment_name: str | None = None


@attrs.frozen(kw_only=True)
class SelectedPair:
    """A config and an environment whose SDK keys a profile selects."""

    config_id: UUID
    environment_id: UUID


@attrs.frozen(kw_only=True)
class ProxyProfile:
    """A proxy profile without its secret, its signing keys and its SDK keys."""

    name: str
    description: str | None = None
    poll_seconds: int
    """Seconds between two polls of the proxy."""
    notified_url: str | None = None
    """Address of the proxy that the service notifies of changes; None for none."""
    rules: tuple[ProxyRule, ...] = ()
    selected: tuple[SelectedPair, ...] = ()
    """The selection of a profile without rules, sorted by ids."""


async def read_proxy_profiles(
    client: AsyncManagementClient, organization_id: UUID, calls: ReadingCalls
) -> tuple[ProxyProfile, ...]:
    """Read the proxy profiles of an organization, sorted by name.

    It makes one call, and one more for each profile without rules.

    Args:
        client: Makes the calls; the credentials need the rights of an organization
            admin.
        organization_id: The organization.
        calls: Counts the calls.
    """
    get = client.proxy_profiles.get_proxy_profiles
    models = (await calls.call(get, organization_id)).profiles
    found = [await _read(client, model, calls) for model in models]
    return tuple(sorted(found, key=lambda one: (one.name, repr(one))))


def profiles_to_json(profiles: tuple[ProxyProfile, ...]) -> list[JsonValue]:
    """Return profiles as JSON data; equal profiles give equal data."""
    return [write_record(one) for one in profiles]


def profiles_from_json(data: list[object]) -> tuple[ProxyProfile, ...]:
    """Return the profiles that `profiles_to_json` wrote.

    Raises:
        MisfitError: An entry is no profile; the message names the place.
    """
    return tuple(read_record(one, ProxyProfile) for one in data)


async def _read(
    client: AsyncManagementClient, model: ProxyProfileModel, calls: ReadingCalls
) -> ProxyProfile:
    pairs: list[SelectedPair] = []
    if not model.sdk_key_selection_rules:
        get = client.proxy_profiles.get_proxy_profile_sdk_keys
        keys = await calls.call(get, model.proxy_profile_id)
        pairs = [
            SelectedPair(config_id=one.config_id, environment_id=one.environment_id)
            for one in keys.items
        ]
    notification = model.connection_preferences.webhook_notification
    return ProxyProfile(
        name=model.name,
        description=model.description or None,
        poll_seconds=model.connection_preferences.sdk_poll_interval,
        notified_url=None if notification is None else notification.webhook_proxy_url,
        rules=tuple(map(_rule, model.sdk_key_selection_rules)),
        selected=tuple(
            sorted(pairs, key=lambda one: (one.config_id, one.environment_id))
        ),
    )


def _rule(model: ProxyProfileSelectionRule) -> ProxyRule:
    return ProxyRule(
        kind=str(model.kind),
        product_id=model.product_id_filter,
        config_id=model.config_id_filter,
        environment_id=model.environment_id_filter,
        product_name=model.product_name_match_filter,
        config_name=model.config_name_match_filter,
        environment_name=model.environment_name_match_filter,
    )
