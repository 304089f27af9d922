"""Checks rights of permission groups and access to environments.

Organization Admins may do everything in every product. Source:
https://configcat.com/docs/organization.
"""

from uuid import UUID

from configcat_mgmt.api.model_index import AccessType, EnvironmentAccessType
from configcat_mgmt.emulator.domain.records import (
    Environment,
    Organization,
    PermissionGroup,
    Product,
)
from configcat_mgmt.emulator.domain.refusals import Forbidden, NotFound, wire_name
from configcat_mgmt.emulator.domain.rights import RIGHT_NAMES, Right
from configcat_mgmt.emulator.domain.state import State


def group_of(state: State, product: Product) -> PermissionGroup | None:
    """Return the group of the caller; None for an Organization Admin."""
    user_id = state.caller.user_id
    if user_id in state.organizations[product.organization_id].admins:
        return None
    return state.permission_groups[product.members[user_id]]


def has_right(state: State, product: Product, right: Right) -> bool:
    """Return whether the caller has a right in a product."""
    group = group_of(state, product)
    return group is None or right in group.rights


def require(state: State, product: Product, right: Right) -> None:
    """Refuse a caller without a right.

    Raises:
        Forbidden: The caller's group does not have it.
    """
    if not has_right(state, product, right):
        words = f"to {RIGHT_NAMES[right]} ({wire_name(right)})"
        message = f"Your permission group does not have the right {words}."
        raise Forbidden(message)


def require_admin(state: State, organization: Organization) -> None:
    """Refuse callers who are not Organization Admins.

    Raises:
        Forbidden: The caller is not an Organization Admin.
    """
    if state.caller.user_id not in organization.admins:
        message = "Only Organization Admins may do this."
        raise Forbidden(message)


def environment_access(
    group: PermissionGroup | None, environment_id: UUID
) -> EnvironmentAccessType:
    """Return the access of a group to the values of an environment."""
    if group is None or group.access_type == AccessType.FULL:
        return EnvironmentAccessType.FULL
    if group.access_type == AccessType.READ_ONLY:
        return EnvironmentAccessType.READ_ONLY
    return group.environment_accesses.get(environment_id, EnvironmentAccessType.NONE)


def access_to(state: State, environment: Environment) -> EnvironmentAccessType:
    """Return the access of the caller to the values of an environment."""
    group = group_of(state, state.product_of(environment))
    return environment_access(group, environment.environment_id)


def is_read_only(state: State, environment: Environment) -> bool:
    """Return whether the caller may only read the values of an environment."""
    return access_to(state, environment) != EnvironmentAccessType.FULL


def is_hidden(state: State, environment: Environment) -> bool:
    """Return whether the caller has no access to the values of an environment."""
    return access_to(state, environment) == EnvironmentAccessType.NONE


def require_read(state: State, environment: Environment) -> None:
    """Hide the values of an environment that the caller has no access to.

    Raises:
        NotFound: There is no access.
    """
    if is_hidden(state, environment):
        raise NotFound("environment", environment.environment_id)


def require_write(state: State, environment: Environment) -> None:
    """Refuse a caller who may not change the values of an environment.

    Raises:
        NotFound: There is no access at all.
        Forbidden: The access is read-only.
    """
    require_read(state, environment)
    if is_read_only(state, environment):
        message = f"You may only read the values of {environment.name}."
        raise Forbidden(message)
