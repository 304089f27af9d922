"""Lists in request bodies that have one entry for each environment.

Permission groups have such lists of accesses and approval permissions, and preferences
have such lists of environments that require reasons and approvals.
"""

from collections.abc import Mapping
from typing import Final

import attrs

from configcat_mgmt.jobs.model.request_bodies import ref
from configcat_mgmt.jobs.model.snapshot import PermissionGroup, Preferences
from configcat_mgmt.json_value import JsonValue


@attrs.frozen
class EnvironmentEntries:
    """A list of one kind."""

    field: str
    """Wire name of the list."""
    member: str
    """Wire name of what an entry holds besides the environment."""
    absent: str | bool
    """The value of an environment without an entry."""

    def write(self, by_environment: Mapping[str, JsonValue]) -> list[JsonValue]:
        """Return the list, by environment name."""
        return [
            {"environmentId": ref("environment", name), self.member: value}
            for name, value in by_environment.items()
        ]


@attrs.frozen
class PermissionEntries(EnvironmentEntries):
    """A list of a permission group, which counts for the type `custom` only."""

    type_field: str
    """Wire name of the type."""
    new_field: str
    """Wire name of the entry that a new environment gets."""


ACCESSES: Final = PermissionEntries(
    "environmentAccesses",
    "environmentAccessType",
    "none",
    "accessType",
    "newEnvironmentAccessType",
)
APPROVAL_PERMISSIONS: Final = PermissionEntries(
    "environmentApprovalPermissions",
    "environmentApprovalPermissionType",
    "cannotApprove",
    "approvalPermissionType",
    "newEnvironmentApprovalPermissionType",
)
REASONS: Final = EnvironmentEntries(
    "reasonRequiredEnvironments", "reasonRequired", False
)
APPROVALS: Final = EnvironmentEntries(
    "approveRequiredEnvironments", "approveRequired", False
)


def permissions_of(
    group: PermissionGroup,
) -> Mapping[PermissionEntries, Mapping[str, str]]:
    """Return the lists of a permission group that count, by environment name."""
    lists = {
        ACCESSES: (group.access_type, group.environment_accesses),
        APPROVAL_PERMISSIONS: (
            group.approval_permission_type,
            group.environment_approval_permissions,
        ),
    }
    return {
        kind: entries for kind, (type_, entries) in lists.items() if type_ == "custom"
    }


def demands_of(
    preferences: Preferences,
) -> Mapping[EnvironmentEntries, tuple[str, ...]]:
    """Return the names of the environments that demand something, if known."""
    demands: dict[EnvironmentEntries, tuple[str, ...]] = {
        REASONS: preferences.reason_required_environments
    }
    if preferences.approve_required is not None:
        demands[APPROVALS] = preferences.approve_required_environments
    return demands
