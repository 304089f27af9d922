"""The blocking operations of the group `organizations`.

Generated, do not edit.
Command: python -m configcat_mgmt.codegen
"""

from uuid import UUID

from configcat_mgmt.api.aio.organizations import AsyncOrganizations
from configcat_mgmt.api.models.common import OrganizationModel
from configcat_mgmt.api.models.organizations import OrganizationLimitations
from configcat_mgmt.core.operation import OperationGroup
from configcat_mgmt.portal import Portal


class Organizations(OperationGroup):
    """Organizations: the blocking operations.

    Read the organizations of the calling user and their limits.

    Every method raises `RequestBuildError` for an invalid argument before anything is
    sent, `ApiError` for an error status (`BadRequestError` for 400,
    `AuthenticationError` for 401, `RateLimitError` for 429), `TransportError` if no
    complete response arrives, and `ResponseInvalid` if the response does not fit.
    """

    def __init__(self, aio: AsyncOrganizations, portal: Portal) -> None:
        """Bind the operations to `aio`, which runs on the thread of `portal`."""
        self._aio = aio
        self._portal = portal

    def get_organizations(self) -> list[OrganizationModel]:
        """List your organizations.

        Lists the organizations that belong to the user whose credentials are used.
        Organizations cannot be created, changed or deleted through this API.

        GET /v1/organizations

        Returns:
            list of OrganizationModel, in the service's order: The organizations of the
                calling user.
        """
        return self._portal.run(self._aio.get_organizations())

    def get_organization_limitations(
        self,
        organization_id: UUID | str,
    ) -> OrganizationLimitations:
        """Get the limits of an organization.

        Reads the limits that apply to feature flags in the organization: percentage
        options, targeting rules, conditions in a rule, predefined variations, and the
        sizes of comparison values, their lists and list items, and text values. The
        numbers depend on the plan.

        GET /v1/organizations/{organizationId}/organization-limitations

        Args:
            organization_id: Id (UUID) of the organization. A string is accepted.

        Returns:
            OrganizationLimitations: The limits as eight numbers.
        """
        return self._portal.run(self._aio.get_organization_limitations(organization_id))
