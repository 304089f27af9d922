"""Products and their preferences."""

from uuid import UUID

from configcat_mgmt.api.model_index import (
    AccessType,
    ApprovalPermissionType,
    AuditLogType,
    CreateProductRequest,
    EnvironmentAccessType,
    EnvironmentApprovalPermissionType,
    PreferencesModel,
    ProductModel,
    UpdateApproveRequiredEnvironmentModel,
    UpdatePreferencesRequest,
    UpdateProductRequest,
    UpdateReasonRequiredEnvironmentModel,
)
from configcat_mgmt.api.operations import products as operations
from configcat_mgmt.emulator.domain import access
from configcat_mgmt.emulator.domain.absent import given, given_or, items_of
from configcat_mgmt.emulator.domain.lifecycle import remove_product
from configcat_mgmt.emulator.domain.names import require_unique
from configcat_mgmt.emulator.domain.ordering import next_order
from configcat_mgmt.emulator.domain.records import (
    Environment,
    Organization,
    PermissionGroup,
    Product,
)
from configcat_mgmt.emulator.domain.refusals import Refused
from configcat_mgmt.emulator.domain.rights import RIGHTS
from configcat_mgmt.emulator.domain.state import State, require_room
from configcat_mgmt.emulator.handlers.registry import handles
from configcat_mgmt.emulator.views.views import preferences_view, product_view


@handles(operations.GET_PRODUCTS)
def get_products(state: State) -> list[ProductModel]:
    """List the products of all organizations that the caller may see."""
    seen = [product for product in state.products.values() if state.sees(product)]
    seen.sort(key=lambda product: (product.order, product.name.casefold()))
    return [product_view(state, product) for product in seen]


@handles(operations.CREATE_PRODUCT)
def create_product(
    state: State, organization_id: UUID, body: CreateProductRequest
) -> ProductModel:
    """Create an empty product whose one permission group holds the caller."""
    organization = state.organization(organization_id)
    access.require_admin(state, organization)
    siblings = _siblings(state, organization)
    require_unique(body.name, siblings, "product")
    require_room(len(siblings), state.limits.products, "products")
    product = Product(
        product_id=state.identifiers.uuid(),
        organization_id=organization_id,
        name=body.name,
        description=given(body.description),
        order=given_or(body.order, next_order(siblings)),
    )
    state.products[product.product_id] = product
    organization.product_ids.append(product.product_id)
    group = PermissionGroup(
        permission_group_id=state.identifiers.number("permission_group"),
        product_id=product.product_id,
        name="Administrators",
        rights=set(RIGHTS),
        access_type=AccessType.FULL,
        new_environment_access_type=EnvironmentAccessType.FULL,
        approval_type=ApprovalPermissionType.CAN_BYPASS_APPROVAL,
        new_environment_approval=EnvironmentApprovalPermissionType.CAN_BYPASS_APPROVAL,
    )
    state.permission_groups[group.permission_group_id] = group
    product.permission_group_ids.append(group.permission_group_id)
    product.members[state.caller.user_id] = group.permission_group_id
    state.log(AuditLogType.PRODUCT_CREATED, product.name, product=product)
    return product_view(state, product)


@handles(operations.GET_PRODUCT)
def get_product(state: State, product_id: UUID) -> ProductModel:
    """Show a product."""
    return product_view(state, state.product(product_id))


@handles(operations.UPDATE_PRODUCT)
def update_product(
    state: State, product_id: UUID, body: UpdateProductRequest
) -> ProductModel:
    """Change the fields that are present; null counts as absent."""
    product = state.product(product_id)
    access.require(state, product, "can_manage_product_preferences")
    name = given_or(body.name, product.name)
    organization = state.organizations[product.organization_id]
    siblings = _siblings(state, organization)
    require_unique(name, siblings, "product", besides=product)
    product.name = name
    product.description = given_or(body.description, product.description)
    product.order = given_or(body.order, product.order)
    state.log(AuditLogType.PRODUCT_CHANGED, name, product=product)
    return product_view(state, product)


@handles(operations.DELETE_PRODUCT)
def delete_product(state: State, product_id: UUID) -> None:
    """Delete a product with its contents."""
    product = state.product(product_id)
    organization = state.organizations[product.organization_id]
    access.require_admin(state, organization)
    remove_product(state, product)
    state.log(AuditLogType.PRODUCT_DELETED, product.name, product=product)


@handles(operations.GET_PRODUCT_PREFERENCES)
def get_product_preferences(state: State, product_id: UUID) -> PreferencesModel:
    """Show the preferences."""
    return preferences_view(state, state.product(product_id))


@handles(operations.UPDATE_PRODUCT_PREFERENCES)
def update_product_preferences(
    state: State, product_id: UUID, body: UpdatePreferencesRequest
) -> PreferencesModel:
    """Change the fields that are present."""
    product = state.product(product_id)
    access.require(state, product, "can_manage_product_preferences")
    reasons = items_of(body.reason_required_environments)
    approvals = items_of(body.approve_required_environments)
    environments = [
        _environment_of(state, product, entry, ("reason_required_environments", number))
        for number, entry in enumerate(reasons)
    ]
    approved = [
        _environment_of(
            state, product, entry, ("approve_required_environments", number)
        )
        for number, entry in enumerate(approvals)
    ]
    for environment, entry in zip(environments, reasons, strict=True):
        environment.reason_required = given_or(
            entry.reason_required, environment.reason_required
        )
    for environment, sent in zip(approved, approvals, strict=True):
        environment.approve_required = given_or(
            sent.approve_required, environment.approve_required
        )
    present = product.preferences
    present.approve_required = given_or(body.approve_required, present.approve_required)
    present.reason_required = given_or(body.reason_required, present.reason_required)
    present.key_generation_mode = given_or(
        body.key_generation_mode, present.key_generation_mode
    )
    present.show_variation_id = given_or(
        body.show_variation_id, present.show_variation_id
    )
    present.mandatory_setting_hint = given_or(
        body.mandatory_setting_hint, present.mandatory_setting_hint
    )
    state.log(AuditLogType.PRODUCT_CHANGED, product.name, product=product)
    return preferences_view(state, product)


def _siblings(state: State, organization: Organization) -> list[Product]:
    return [state.products[one] for one in organization.product_ids]


def _environment_of(
    state: State,
    product: Product,
    entry: UpdateReasonRequiredEnvironmentModel | UpdateApproveRequiredEnvironmentModel,
    path: tuple[str | int, ...],
) -> Environment:
    environment_id = given(entry.environment_id)
    if environment_id not in product.environment_ids or environment_id is None:
        message = "The product has no such environment."
        raise Refused((*path, "environment_id"), message)
    return state.environments[environment_id]
