"""The blocking operations of the group `tags`.

Generated, do not edit.
Command: python -m configcat_mgmt.codegen
"""

from uuid import UUID

from configcat_mgmt.api.aio.tags import AsyncTags
from configcat_mgmt.api.models.common import SettingModel, TagModel
from configcat_mgmt.api.models.tags import CreateTagModel, UpdateTagModel
from configcat_mgmt.core.operation import OperationGroup
from configcat_mgmt.portal import Portal


class Tags(OperationGroup):
    """Tags: the blocking operations.

    Manage the tags of a product and find the settings that carry them.

    Every method raises `RequestBuildError` for an invalid argument before anything is
    sent, `ApiError` for an error status (`BadRequestError` for 400,
    `AuthenticationError` for 401, `RateLimitError` for 429), `TransportError` if no
    complete response arrives, and `ResponseInvalid` if the response does not fit.
    """

    def __init__(self, aio: AsyncTags, portal: Portal) -> None:
        """Bind the operations to `aio`, which runs on the thread of `portal`."""
        self._aio = aio
        self._portal = portal

    def get_tags(self, product_id: UUID | str) -> list[TagModel]:
        """List the tags of a product.

        Lists all tags that are defined in the product.

        GET /v1/products/{productId}/tags

        Args:
            product_id: Id (UUID) of the product. A string is accepted.

        Returns:
            list of TagModel, in the service's order: The tags of the product.
        """
        return self._portal.run(self._aio.get_tags(product_id))

    def create_tag(self, product_id: UUID | str, body: CreateTagModel) -> TagModel:
        """Create a tag.

        Adds a tag to the product; tag names are unique in a product. The color is one
        of `panther`, `whale`, `salmon`, `lizard`, `canary` and `koala`, or an HTML
        color code. To attach a tag, create, replace or patch the setting with the id of
        the tag.

        POST /v1/products/{productId}/tags

        Args:
            product_id: Id (UUID) of the product. A string is accepted.
            body: Name and color of the new tag. Required: `name`. UNSET omits a field.

        Returns:
            TagModel: The created tag.

        Raises:
            NotFoundError: The product does not exist, or these credentials cannot see
                it.
            UnknownOutcome: The request was sent but its outcome is unknown.
        """
        return self._portal.run(self._aio.create_tag(product_id, body))

    def get_settings_by_tag(self, tag_id: int) -> list[SettingModel]:
        """List the settings with a tag.

        Lists the feature flags and settings that carry the tag, with their full
        metadata but without values.

        GET /v1/tags/{tagId}/settings

        Args:
            tag_id: Numeric id of the tag itself, not of its attachment to a setting
                (`settingTagId`).

        Returns:
            list of SettingModel, in the service's order: The feature flags and settings
                with this tag.

        Raises:
            NotFoundError: The tag does not exist, or these credentials cannot see it.
        """
        return self._portal.run(self._aio.get_settings_by_tag(tag_id))

    def get_tag(self, tag_id: int) -> TagModel:
        """Get a tag.

        Reads one tag, with its product.

        GET /v1/tags/{tagId}

        Args:
            tag_id: Numeric id of the tag itself, not of its attachment to a setting
                (`settingTagId`).

        Returns:
            TagModel: The tag.

        Raises:
            NotFoundError: The tag does not exist, or these credentials cannot see it.
        """
        return self._portal.run(self._aio.get_tag(tag_id))

    def update_tag(self, tag_id: int, body: UpdateTagModel) -> TagModel:
        """Update a tag.

        Changes name or color of the tag. Every field is optional; omitted fields keep
        their values. The color is one of `panther`, `whale`, `salmon`, `lizard`,
        `canary` and `koala`, or an HTML color code. Tag names are unique in a product.

        PUT /v1/tags/{tagId}

        Args:
            tag_id: Numeric id of the tag itself, not of its attachment to a setting
                (`settingTagId`).
            body: The fields of the tag to change. No field is required. UNSET omits a
                field.

        Returns:
            TagModel: The tag after the change.

        Raises:
            NotFoundError: The tag does not exist, or these credentials cannot see it.
        """
        return self._portal.run(self._aio.update_tag(tag_id, body))

    def delete_tag(self, tag_id: int) -> None:
        """Delete a tag.

        Deletes the tag.

        DELETE /v1/tags/{tagId}

        Args:
            tag_id: Numeric id of the tag itself, not of its attachment to a setting
                (`settingTagId`).

        Returns:
            None: The service deleted the tag; no body.

        Raises:
            NotFoundError: The tag does not exist, or these credentials cannot see it.
        """
        return self._portal.run(self._aio.delete_tag(tag_id))
