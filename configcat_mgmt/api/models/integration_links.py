"""Models that only the group `integration_links` uses.

Generated, do not edit.
Command: python -m configcat_mgmt.codegen
"""

from attrs import define, field

from configcat_mgmt.api.models.common import (
    ConfigModel,
    EnvironmentModel,
    ProductModel,
    SettingDataModel,
)
from configcat_mgmt.model_repr import short_lists
from configcat_mgmt.unset import UNSET, UnsetType, hidden


@define(kw_only=True)
class AddOrUpdateIntegrationLinkModel:
    """Request body to link a setting to an item of another tool.

    It changes the link if there is one.
    """

    description: str | UnsetType | None = field(
        default=UNSET,
        metadata={"max_length": 1000},
    )
    """Description of the linked item. At most 1000 characters."""
    url: str | UnsetType | None = field(default=UNSET, metadata={"max_length": 1000})
    """Address of the linked item. At most 1000 characters."""


@define(kw_only=True)
class AddOrUpdateJiraIntegrationLinkModel:
    """Request body of the Jira plugin to link an issue.

    It changes the link if there is one.
    """

    jira_jwt_token: str = field(repr=hidden, metadata={"max_length": 15000})
    """JSON Web Token of the Atlassian app, a secret. At most 15000 characters."""
    client_key: str = field(repr=hidden, metadata={"max_length": 255})
    """Client key of the Atlassian app's installation. At most 255 characters."""
    description: str | UnsetType | None = field(
        default=UNSET,
        metadata={"max_length": 1000},
    )
    """Description of the linked item. At most 1000 characters."""
    url: str | UnsetType | None = field(default=UNSET, metadata={"max_length": 1000})
    """Address of the linked item. At most 1000 characters."""


@define(kw_only=True)
class ConnectRequest:
    """Request body of the Jira plugin to connect an Atlassian app with ConfigCat."""

    client_key: str = field(repr=hidden, metadata={"max_length": 255})
    """Client key of the Atlassian app's installation. At most 255 characters."""
    jira_jwt_token: str = field(repr=hidden, metadata={"max_length": 15000})
    """JSON Web Token of the Atlassian app, a secret. At most 15000 characters."""


@define
class DeleteIntegrationLinkModel:
    """Response to the deletion of an integration link."""

    has_remaining_integration_link: bool = field(metadata={"essential": True})
    """Whether the item is still linked elsewhere."""


@define
class IntegrationLinkDetail:
    """One place where an item of another tool is linked."""

    product: ProductModel
    """Product of the linked setting."""
    config: ConfigModel
    """Config of the linked setting."""
    environment: EnvironmentModel
    """Environment in which the setting is linked."""
    setting: SettingDataModel
    """The linked setting."""
    read_only: bool
    """Whether the caller may only read this environment."""
    status: str
    """State of the link as a text."""


@define(field_transformer=short_lists)
class IntegrationLinkDetailsModel:
    """All places where one item of another tool is linked."""

    details: list[IntegrationLinkDetail] | None
    """The places that the caller can see."""
    all_integration_link_count: int = field(metadata={"format": "int32"})
    """Number of links, including those the caller cannot see."""
