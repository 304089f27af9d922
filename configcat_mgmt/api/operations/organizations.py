"""Endpoints of the group `organizations`, as data.

Generated, do not edit.
Command: python -m configcat_mgmt.codegen
"""

from typing import Final
from uuid import UUID

from configcat_mgmt.api.models.common import OrganizationModel
from configcat_mgmt.api.models.organizations import OrganizationLimitations
from configcat_mgmt.core.operation import Operation, Parameter

GET_ORGANIZATIONS: Final[Operation[list[OrganizationModel]]] = Operation(
    id="get-organizations",
    group="organizations",
    method="GET",
    path="/v1/organizations",
    summary="List your organizations.",
    effect="read",
    success={200: list[OrganizationModel]},
    errors=(429,),
)

GET_ORGANIZATION_LIMITATIONS: Final[Operation[OrganizationLimitations]] = Operation(
    id="get-organization-limitations",
    group="organizations",
    method="GET",
    path="/v1/organizations/{organizationId}/organization-limitations",
    summary="Get the limits of an organization.",
    effect="read",
    success={200: OrganizationLimitations},
    errors=(429,),
    parameters=(Parameter("organization_id", "organizationId", "path", UUID),),
)
