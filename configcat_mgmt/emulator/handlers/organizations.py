"""Organizations, which exist before anybody calls."""

from uuid import UUID

from configcat_mgmt.api.model_index import OrganizationLimitations, OrganizationModel
from configcat_mgmt.api.operations import organizations as operations
from configcat_mgmt.emulator.domain.state import State
from configcat_mgmt.emulator.handlers.registry import handles
from configcat_mgmt.emulator.views.views import organization_view


@handles(operations.GET_ORGANIZATIONS)
def get_organizations(state: State) -> list[OrganizationModel]:
    """List the organizations that the caller is a member of."""
    return [
        organization_view(organization)
        for organization in state.organizations.values()
        if state.caller.user_id in organization.members
    ]


@handles(operations.GET_ORGANIZATION_LIMITATIONS)
def get_organization_limitations(
    state: State, organization_id: UUID
) -> OrganizationLimitations:
    """Show the limits of the plan."""
    state.organization(organization_id)
    limits = state.limits
    return OrganizationLimitations(
        max_percentage_option_count=limits.percentage_options,
        max_targeting_rule_count=limits.targeting_rules,
        max_comparison_value_length=limits.comparison_value_length,
        max_comparison_value_list_length=limits.comparison_list_length,
        max_comparison_value_list_item_length=limits.comparison_list_item_length,
        max_string_flag_value_length=limits.string_value_length,
        max_condition_per_targeting_rule_count=limits.conditions_per_rule,
        max_predefined_variations=limits.predefined_variations,
    )
