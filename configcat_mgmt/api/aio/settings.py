"""The asynchronous operations of the group `settings`.

Generated, do not edit.
Command: python -m configcat_mgmt.codegen
"""

from collections.abc import Sequence
from uuid import UUID

from configcat_mgmt.api.models.common import JsonPatchOperation, SettingModel
from configcat_mgmt.api.models.settings import (
    CreateSettingInitialValues,
    PredefinedVariationsModel,
    PredefinedVariationsWithUsagesModel,
    ReplaceSettingModel,
    UpdatePredefinedVariationsRequest,
)
from configcat_mgmt.api.operations import settings as operations
from configcat_mgmt.core.operation import Caller, OperationGroup


class AsyncSettings(OperationGroup):
    """Feature Flags & Settings: the asynchronous operations.

    Manage the metadata and the predefined variations of feature flags and settings.

    Every method raises `RequestBuildError` for an invalid argument before anything is
    sent, `ApiError` for an error status (`BadRequestError` for 400,
    `AuthenticationError` for 401, `RateLimitError` for 429), `TransportError` if no
    complete response arrives, and `ResponseInvalid` if the response does not fit.
    """

    def __init__(self, caller: Caller) -> None:
        """Bind the operations to the client that sends them."""
        self._caller = caller

    async def get_settings(self, config_id: UUID | str) -> list[SettingModel]:
        """List the settings of a config.

        Lists the metadata of all feature flags and settings in the config: keys, names,
        types, tags and predefined variations, but no values.

        GET /v1/configs/{configId}/settings

        Args:
            config_id: Id (UUID) of the config. A string is accepted.

        Returns:
            list of SettingModel, in the service's order: The feature flags and settings
                of the config.

        Raises:
            NotFoundError: The config does not exist, or these credentials cannot see
                it.
        """
        return await self._caller.call(operations.GET_SETTINGS, config_id=config_id)

    async def create_setting(
        self,
        config_id: UUID | str,
        body: CreateSettingInitialValues,
    ) -> SettingModel:
        """Create a feature flag or setting.

        Adds a feature flag (type `boolean`) or setting to the config. The key must be
        unique in the config, otherwise the service responds with 400; key and type
        cannot be changed later. Give either `initialValues` or `settingIdToInitFrom`,
        not both; the latter copies values and tags, for which the caller must be able
        to read every environment. With `predefinedVariations`, the setting serves only
        those values, and each initial value must equal one of them. Tags are given by
        their ids.

        POST /v1/configs/{configId}/settings

        Args:
            config_id: Id (UUID) of the config. A string is accepted.
            body: Key, name, type and the optional starting content of the setting.
                Required: `name`, `key` and `setting_type`. UNSET omits a field.

        Returns:
            SettingModel: The created feature flag or setting.

        Raises:
            NotFoundError: The config does not exist, or these credentials cannot see
                it.
            UnknownOutcome: The request was sent but its outcome is unknown.
        """
        return await self._caller.call(
            operations.CREATE_SETTING,
            config_id=config_id,
            body=body,
        )

    async def get_predefined_variations(
        self,
        setting_id: int,
    ) -> PredefinedVariationsWithUsagesModel:
        """Get the predefined variations of a setting.

        Reads the predefined variations of the setting and where they are used. Usages
        in environments that the caller cannot see are only counted.
        `maxPredefinedVariations` is the maximum number of variations.

        GET /v1/settings/{settingId}/predefined-variations

        Args:
            setting_id: Numeric id of the feature flag or setting.

        Returns:
            PredefinedVariationsWithUsagesModel: The predefined variations with their
                usages.

        Raises:
            NotFoundError: The setting does not exist, or these credentials cannot see
                it.
        """
        return await self._caller.call(
            operations.GET_PREDEFINED_VARIATIONS,
            setting_id=setting_id,
        )

    async def update_predefined_variations(
        self,
        setting_id: int,
        body: UpdatePredefinedVariationsRequest,
    ) -> PredefinedVariationsModel:
        """Replace the predefined variations.

        Replaces the whole list of variations: an item with a `predefinedVariationId`
        updates that variation, an item without one creates a variation, and variations
        missing from the list are deleted. Values must be unique within the setting. The
        service refuses to delete a variation in use or to change its value; names and
        hints can always change. The response does not contain usages.

        PUT /v1/settings/{settingId}/predefined-variations

        Args:
            setting_id: Numeric id of the feature flag or setting.
            body: The complete list of predefined variations.

        Returns:
            PredefinedVariationsModel: The predefined variations after the change.

        Raises:
            NotFoundError: The setting does not exist, or these credentials cannot see
                it.
        """
        return await self._caller.call(
            operations.UPDATE_PREDEFINED_VARIATIONS,
            setting_id=setting_id,
            body=body,
        )

    async def get_setting(self, setting_id: int) -> SettingModel:
        """Get a feature flag or setting.

        Reads the metadata of one feature flag or setting, with its tags and predefined
        variations. Values are read with the value operations.

        GET /v1/settings/{settingId}

        Args:
            setting_id: Numeric id of the feature flag or setting.

        Returns:
            SettingModel: The feature flag or setting.

        Raises:
            NotFoundError: The setting does not exist, or these credentials cannot see
                it.
        """
        return await self._caller.call(operations.GET_SETTING, setting_id=setting_id)

    async def replace_setting(
        self,
        setting_id: int,
        body: ReplaceSettingModel,
    ) -> SettingModel:
        """Replace the metadata of a setting.

        Overwrites name, hint, tags and order of the setting; every field that the body
        omits is reset. Key and type cannot be changed. Tags are given by their ids. Use
        the PATCH operation to change single parts.

        PUT /v1/settings/{settingId}

        Args:
            setting_id: Numeric id of the feature flag or setting.
            body: The complete new metadata. Required: `name`. UNSET omits a field.

        Returns:
            SettingModel: The setting after the replacement.

        Raises:
            NotFoundError: The setting does not exist, or these credentials cannot see
                it.
        """
        return await self._caller.call(
            operations.REPLACE_SETTING,
            setting_id=setting_id,
            body=body,
        )

    async def update_setting(
        self,
        setting_id: int,
        body: Sequence[JsonPatchOperation],
    ) -> SettingModel:
        """Patch the metadata of a setting.

        Applies JSON Patch (RFC 6902) operations to the setting; only `name`, `hint` and
        `tags` can be changed. Tags are addressed by tag id, not as tag objects: add an
        id at `/tags/-`, and remove one with `/tags/{index}`. Key and type cannot be
        changed.

        PATCH /v1/settings/{settingId}

        Args:
            setting_id: Numeric id of the feature flag or setting.
            body: List of JSON Patch operations (RFC 6902).

        Returns:
            SettingModel: The setting after the patch.

        Raises:
            NotFoundError: The setting does not exist, or these credentials cannot see
                it.
            UnknownOutcome: The request was sent but its outcome is unknown.
        """
        return await self._caller.call(
            operations.UPDATE_SETTING,
            setting_id=setting_id,
            body=body,
        )

    async def delete_setting(self, setting_id: int) -> None:
        """Delete a feature flag or setting.

        Removes the feature flag or setting.

        DELETE /v1/settings/{settingId}

        Args:
            setting_id: Numeric id of the feature flag or setting.

        Returns:
            None: The service deleted the setting; no body.

        Raises:
            NotFoundError: The setting does not exist, or these credentials cannot see
                it.
        """
        return await self._caller.call(operations.DELETE_SETTING, setting_id=setting_id)
