"""The contents of a state file: all records of a state, without its indexes."""

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

import attrs

from configcat_mgmt.emulator.domain.change_request_records import ChangeRequest
from configcat_mgmt.emulator.domain.identifiers import Position
from configcat_mgmt.emulator.domain.limits import PlanLimits
from configcat_mgmt.emulator.domain.records import (
    AuditEntry,
    CodeReport,
    Config,
    Environment,
    Integration,
    IntegrationLink,
    Invitation,
    Organization,
    PermissionGroup,
    Product,
    ProxyProfile,
    SdkKeys,
    Segment,
    Setting,
    SettingValue,
    Tag,
    User,
    Webhook,
)
from configcat_mgmt.emulator.domain.state import State

_IDS: Final[Mapping[str, tuple[str, ...]]] = {
    "users": ("user_id",),
    "organizations": ("organization_id",),
    "products": ("product_id",),
    "configs": ("config_id",),
    "environments": ("environment_id",),
    "settings": ("setting_id",),
    "sdk_keys": ("config_id", "environment_id"),
    "tags": ("tag_id",),
    "segments": ("segment_id",),
    "permission_groups": ("permission_group_id",),
    "invitations": ("invitation_id",),
    "webhooks": ("webhook_id",),
    "integrations": ("integration_id",),
    "proxy_profiles": ("proxy_profile_id",),
    "change_requests": ("change_request_id",),
}
"""Tables of a state that are dicts, with the fields that their keys are made of."""


class DuplicateError(ValueError):
    """Two records have the same id."""


@attrs.frozen(kw_only=True)
class SavedState:
    """All records of a state, in the order of the file."""

    identifiers: Position
    limits: PlanLimits
    users: list[User]
    organizations: list[Organization]
    products: list[Product]
    configs: list[Config]
    environments: list[Environment]
    settings: list[Setting]
    values: dict[UUID, dict[int, SettingValue]]
    """By environment id and setting id."""
    sdk_keys: list[SdkKeys]
    tags: list[Tag]
    segments: list[Segment]
    permission_groups: list[PermissionGroup]
    invitations: list[Invitation]
    webhooks: list[Webhook]
    integrations: list[Integration]
    integration_links: list[IntegrationLink]
    code_reports: list[CodeReport]
    proxy_profiles: list[ProxyProfile]
    audit: list[AuditEntry]
    """Oldest first."""
    change_requests: list[ChangeRequest] = attrs.field(factory=list[ChangeRequest])

    @classmethod
    def of(cls, state: State) -> "SavedState":
        """Collect the records of a state; they are shared, not copied."""
        values: dict[UUID, dict[int, SettingValue]] = {}
        for (environment_id, setting_id), value in state.values.items():
            values.setdefault(environment_id, {})[setting_id] = value
        tables: dict[str, list[Any]] = {
            name: list(getattr(state, name).values()) for name in _IDS
        }
        return cls(
            identifiers=state.identifiers.position,
            limits=state.limits,
            values=values,
            integration_links=list(state.integration_links),
            code_reports=list(state.code_reports),
            audit=list(state.audit),
            **tables,
        )

    def fill(self, state: State) -> None:
        """Put the records into an empty state.

        Raises:
            DuplicateError: Two records have the same id.
        """
        state.identifiers.position = self.identifiers
        state.limits = self.limits
        for name, fields in _IDS.items():
            setattr(state, name, _table(name, fields, getattr(self, name)))
        state.values = {
            (environment_id, setting_id): value
            for environment_id, values in self.values.items()
            for setting_id, value in values.items()
        }
        state.integration_links = list(self.integration_links)
        state.code_reports = list(self.code_reports)
        for entry in self.audit:
            state.audit.add(entry)
        state.sdk_key_owners = {
            key: keys
            for keys in self.sdk_keys
            for key in (keys.primary, keys.secondary)
            if key is not None
        }


def _table(name: str, fields: tuple[str, ...], records: list[Any]) -> dict[Any, Any]:
    """Index records by the fields that identify them."""
    table: dict[Any, Any] = {}
    for record in records:
        key = tuple(getattr(record, field) for field in fields)
        table[key[0] if len(key) == 1 else key] = record
    if len(table) < len(records):
        message = f"two records of {name} have the same id"
        raise DuplicateError(message)
    return table
