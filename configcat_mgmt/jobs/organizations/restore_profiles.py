"""Creates the proxy profiles of a backup in another organization."""

import os
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import cast
from uuid import UUID

import attrs

from configcat_mgmt.api.model_index import (
    CreateOrUpdateConnectionPreferences,
    CreateOrUpdateProxyProfileRequest,
    CreateOrUpdateWebhookNotification,
    ProxyProfileSdkKeyRequestItem,
    ProxyProfileSdkKeysRequest,
    SelectionRuleKind,
    UpdateProxyProfileSelectionRule,
)
from configcat_mgmt.checked import checked
from configcat_mgmt.client import AsyncManagementClient
from configcat_mgmt.core.json_text import parse_json
from configcat_mgmt.errors import ConfigurationError
from configcat_mgmt.files import is_there, read_bounded, write_private
from configcat_mgmt.jobs.issues.collecting import IssueList
from configcat_mgmt.jobs.model.json_layout import layout
from configcat_mgmt.jobs.model.plan import Issue
from configcat_mgmt.jobs.organizations.proxy_profiles import (
    ProxyProfile,
    ProxyRule,
    SelectedPair,
    read_proxy_profiles,
)
from configcat_mgmt.jobs.snapshotting.calls import ReadingCalls
from configcat_mgmt.texts import folded
from configcat_mgmt.unset import UNSET

MAX_BYTES = 1 << 20
"""Size limit of the record, in bytes."""
_WHERE = "Proxy profiles"


@attrs.frozen
class RestoredProfiles:
    """The result of a restore of proxy profiles."""

    created: tuple[str, ...] = ()
    """Names of the profiles that this or an earlier run created."""
    present: tuple[str, ...] = ()
    """Names of the profiles that the organization had before, with the same content."""
    issues: tuple[Issue, ...] = ()
    """The profiles that were left alone or left out, and the new secrets."""
    different: tuple[str, ...] = ()
    """Names of the created profiles that read back differently."""


@checked
async def restore_proxy_profiles(
    client: AsyncManagementClient,
    organization_id: UUID,
    profiles: Collection[ProxyProfile],
    ids: Mapping[str, str],
    record: str | os.PathLike[str],
) -> RestoredProfiles:
    """Create proxy profiles with their rules, and read them back.

    A profile whose name the organization had before is left alone. A killed run can run
    again: it completes the profiles that it created.

    Args:
        client: Makes the calls; the credentials need the rights of an organization
            admin.
        organization_id: The organization to write to.
        profiles: The profiles of a backup.
        ids: New ids of products, configs and environments by their old ids. A profile
            that refers to an id without a new one is left out, with an issue.
        record: A file of this job, which keeps the names that the organization had at
            the beginning of the first run.

    Returns:
        The names of the created and the skipped profiles, and the issues.

    Raises:
        ConfigurationError: The record is damaged or cannot be written.
        ApiError: The service refused a call.
    """
    read = client.proxy_profiles.get_proxy_profiles
    models = {
        folded(one.name): one.proxy_profile_id
        for one in (await read(organization_id)).profiles
    }
    earlier = _earlier(Path(record), models)
    before = await read_proxy_profiles(client, organization_id, ReadingCalls())
    there = {folded(one.name): one for one in before}
    issues = IssueList()
    wanted: dict[str, ProxyProfile] = {}
    present: list[str] = []
    for profile in profiles:
        mapped = _mapped(profile, ids)
        name = folded(profile.name)
        if mapped is None:
            issues.add("CC586", _WHERE, profile.name)
        elif name not in earlier:
            wanted[name] = mapped
        elif there.get(name) == mapped:
            present.append(profile.name)
        else:
            issues.add("CC585", _WHERE, profile.name)
    for name, profile in wanted.items():
        if name not in models:
            create = client.proxy_profiles.create_proxy_profile
            made = await create(organization_id, _request(profile))
            models[name] = made.proxy_profile_id
        if profile.selected:
            await client.proxy_profiles.select_proxy_profile_sdk_keys(
                models[name], _selection(profile)
            )
        issues.add("CC587", _WHERE, profile.name)
    after = await read_proxy_profiles(client, organization_id, ReadingCalls())
    found = {folded(one.name): one for one in after}
    return RestoredProfiles(
        created=tuple(one.name for one in wanted.values()),
        present=tuple(present),
        issues=issues.issues(),
        different=tuple(
            one.name for name, one in wanted.items() if found.get(name) != one
        ),
    )


def _earlier(record: Path, names: Collection[str]) -> frozenset[str]:
    """Return the names that there were when the first run began."""
    if not is_there(record):
        write_private(record, layout(sorted(names)))
        return frozenset(names)
    try:
        found: object = parse_json(read_bounded(record, MAX_BYTES))
    except ValueError:
        found = None
    if not isinstance(found, list):
        raise ConfigurationError(f"{record} is damaged")
    return frozenset(map(str, cast("list[object]", found)))


def _mapped(profile: ProxyProfile, ids: Mapping[str, str]) -> ProxyProfile | None:
    """Return a profile with new ids; None if an id has no new one."""

    def new(old: UUID) -> UUID:
        return UUID(ids[str(old)])

    def rule(one: ProxyRule) -> ProxyRule:
        return attrs.evolve(
            one,
            product_id=one.product_id and new(one.product_id),
            config_id=one.config_id and new(one.config_id),
            environment_id=one.environment_id and new(one.environment_id),
        )

    try:
        pairs = [
            SelectedPair(
                config_id=new(one.config_id), environment_id=new(one.environment_id)
            )
            for one in profile.selected
        ]
        rules = tuple(map(rule, profile.rules))
    except KeyError:
        return None
    return attrs.evolve(
        profile,
        rules=rules,
        selected=tuple(
            sorted(pairs, key=lambda one: (one.config_id, one.environment_id))
        ),
    )


def _request(profile: ProxyProfile) -> CreateOrUpdateProxyProfileRequest:
    url = profile.notified_url
    notification = (
        UNSET
        if url is None
        else CreateOrUpdateWebhookNotification(webhook_proxy_url=url)
    )
    return CreateOrUpdateProxyProfileRequest(
        name=profile.name,
        description=profile.description,
        connection_preferences=CreateOrUpdateConnectionPreferences(
            sdk_poll_interval=profile.poll_seconds,
            webhook_notification=notification,
        ),
        sdk_key_selection_rules=[
            UpdateProxyProfileSelectionRule(
                kind=SelectionRuleKind(one.kind),
                product_id_filter=one.product_id,
                config_id_filter=one.config_id,
                environment_id_filter=one.environment_id,
                product_name_match_filter=one.product_name,
                config_name_match_filter=one.config_name,
                environment_name_match_filter=one.environment_name,
            )
            for one in profile.rules
        ],
    )


def _selection(profile: ProxyProfile) -> ProxyProfileSdkKeysRequest:
    return ProxyProfileSdkKeysRequest(
        items=[
            ProxyProfileSdkKeyRequestItem(
                config_id=one.config_id, environment_id=one.environment_id
            )
            for one in profile.selected
        ]
    )
