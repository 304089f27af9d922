"""Finds an organization by its id or name."""

from uuid import UUID

from configcat_mgmt.api.model_index import OrganizationModel
from configcat_mgmt.checked import checked
from configcat_mgmt.client import AsyncManagementClient
from configcat_mgmt.errors import ConfigurationError
from configcat_mgmt.jobs.snapshotting.calls import ReadingCalls
from configcat_mgmt.jobs.snapshotting.find_named import Candidate, one_named


@checked
async def find_organization(
    client: AsyncManagementClient, organization: UUID | str | None = None
) -> OrganizationModel:
    """Read an organization by its id, or by its name in any case, with one call.

    Args:
        client: Makes the call.
        organization: Id (UUID) or name. None means the only organization that the
            credentials see.

    Returns:
        OrganizationModel: The organization.

    Raises:
        ConfigurationError: The organization does not exist, or more than one matches.
    """
    return await look_up_organization(client, organization, ReadingCalls())


async def look_up_organization(
    client: AsyncManagementClient, organization: UUID | str | None, calls: ReadingCalls
) -> OrganizationModel:
    """Read an organization with one call, and count the call.

    Args:
        client: Makes the call.
        organization: Id of the organization, or its name in any case. None means the
            only organization that the credentials see.
        calls: Counts the call.

    Raises:
        ConfigurationError: The organization does not exist, or more than one matches.
    """
    models = await calls.call(client.organizations.get_organizations)
    return one_organization(models, organization)


def one_organization(
    models: list[OrganizationModel], organization: UUID | str | None
) -> OrganizationModel:
    """Return the organization with an id or a name; the only one for None.

    Raises:
        ConfigurationError: The organization does not exist, or more than one matches.
    """
    if organization is not None:
        found = one_named(
            "organization",
            organization,
            [Candidate(one.organization_id, one.name) for one in models],
        )
        return next(one for one in models if one.organization_id == found)
    if len(models) == 1:
        return models[0]
    places = ", ".join(f"{one.name!r} ({one.organization_id})" for one in models)
    raise ConfigurationError(
        f"the credentials see {len(models)} organizations ({places}); say which one"
    )
