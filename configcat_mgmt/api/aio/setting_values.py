"""The asynchronous operations of the group `setting_values`.

Generated, do not edit.
Command: python -m configcat_mgmt.codegen
"""

from collections.abc import Sequence
from uuid import UUID

from configcat_mgmt.api.models.common import JsonPatchOperation
from configcat_mgmt.api.models.setting_values import (
    ConfigSettingValuesModel,
    SettingValueModel,
    UpdateSettingValueModel,
    UpdateSettingValuesWithIdModel,
)
from configcat_mgmt.api.operations import setting_values as operations
from configcat_mgmt.core.operation import Caller, OperationGroup


class AsyncSettingValues(OperationGroup):
    """Feature Flag & Setting values: the asynchronous operations.

    Read and change values of settings in configs with evaluation version `v1`; an SDK
    key may select the config and the environment.

    Every method raises `RequestBuildError` for an invalid argument before anything is
    sent, `ApiError` for an error status (`BadRequestError` for 400,
    `AuthenticationError` for 401, `RateLimitError` for 429), `TransportError` if no
    complete response arrives, and `ResponseInvalid` if the response does not fit.
    """

    def __init__(self, caller: Caller) -> None:
        """Bind the operations to the client that sends them."""
        self._caller = caller

    async def get_setting_values(
        self,
        config_id: UUID | str,
        environment_id: UUID | str,
    ) -> ConfigSettingValuesModel:
        """Get all setting values of a config (V1).

        Reads the values of all settings of a config in one environment, with their
        rollout rules and percentage items. V1 operation: use it for configs whose
        evaluation version is `v1`. Rules are evaluated in their order, before the
        percentage items; `value` is served when nothing matches.

        GET /v1/configs/{configId}/environments/{environmentId}/values

        Args:
            config_id: Id (UUID) of the config. A string is accepted.
            environment_id: Id (UUID) of the environment. A string is accepted.

        Returns:
            ConfigSettingValuesModel: The values of all settings, with the config and
                the environment.

        Raises:
            NotFoundError: The config or environment does not exist, or these
                credentials cannot see it.
        """
        return await self._caller.call(
            operations.GET_SETTING_VALUES,
            config_id=config_id,
            environment_id=environment_id,
        )

    async def post_setting_values(
        self,
        config_id: UUID | str,
        environment_id: UUID | str,
        body: UpdateSettingValuesWithIdModel,
        *,
        reason: str | None = None,
    ) -> ConfigSettingValuesModel:
        """Replace the values of several settings (V1).

        Changes only the settings that the body names and replaces the value of each:
        omitted rollout rules and percentage items are deleted. V1 operation: use it for
        configs whose evaluation version is `v1`. Percentages are whole numbers that add
        up to 100; values of the wrong type get a 400 response.

        POST /v1/configs/{configId}/environments/{environmentId}/values

        Args:
            config_id: Id (UUID) of the config. A string is accepted.
            environment_id: Id (UUID) of the environment. A string is accepted.
            body: The complete new values, each with the id of its setting. No field is
                required. UNSET omits a field.
            reason: Text stored as the note of the audit log entry. Required if the
                product or the environment requires reasons, otherwise optional; a
                missing reason then gets a 400 response. None omits it.

        Returns:
            ConfigSettingValuesModel: The values after the change, with the config and
                the environment.

        Raises:
            NotFoundError: The config or environment does not exist, or these
                credentials cannot see it.
        """
        return await self._caller.call(
            operations.POST_SETTING_VALUES,
            config_id=config_id,
            environment_id=environment_id,
            body=body,
            reason=reason,
        )

    async def get_setting_value_by_sdkkey(
        self,
        setting_key_or_id: str,
        *,
        sdk_key: str,
    ) -> SettingValueModel:
        """Get a setting value by SDK key (V1).

        Reads the value of one setting, with its rollout rules and percentage items. The
        SDK key in the header selects the config and the environment. V1 operation: use
        it for configs whose evaluation version is `v1`. Rules are evaluated in their
        order, before the percentage items; `value` is served when nothing matches.

        GET /v1/settings/{settingKeyOrId}/value

        Args:
            setting_key_or_id: Key or numeric id of the feature flag or setting.
            sdk_key: SDK key that selects the config and the environment. Required here:
                the service's own description calls it optional, but the service cannot
                find the setting without it.

        Returns:
            SettingValueModel: The value of the setting, with its config and
                environment.

        Raises:
            NotFoundError: The setting or SDK key does not exist, or these credentials
                cannot see it.
        """
        call = self._caller.call(
            operations.GET_SETTING_VALUE_BY_SDKKEY,
            setting_key_or_id=setting_key_or_id,
            sdk_key=sdk_key,
        )
        # A traceback that shows local variables must not show a secret.
        del sdk_key
        return await call

    async def replace_setting_value_by_sdkkey(
        self,
        setting_key_or_id: str,
        body: UpdateSettingValueModel,
        *,
        sdk_key: str,
        reason: str | None = None,
    ) -> SettingValueModel:
        """Replace a setting value by SDK key (V1).

        Replaces the whole value of the setting: omitted rollout rules and percentage
        items are deleted. The SDK key in the header selects the config and the
        environment. V1 operation: use it for configs whose evaluation version is `v1`.
        Give each rule either a user condition (`comparisonAttribute` with `comparator`
        and `comparisonValue`) or a segment (`segmentId` with `segmentComparator`).
        Percentages are whole numbers that add up to 100; values of the wrong type get a
        400 response.

        PUT /v1/settings/{settingKeyOrId}/value

        Args:
            setting_key_or_id: Key or numeric id of the feature flag or setting.
            body: The complete new value with its rollout rules and percentage items.
                Required: `value`. UNSET omits a field.
            reason: Text stored as the note of the audit log entry. Required if the
                product or the environment requires reasons, otherwise optional; a
                missing reason then gets a 400 response. None omits it.
            sdk_key: SDK key that selects the config and the environment. Required here:
                the service's own description calls it optional, but the service cannot
                find the setting without it.

        Returns:
            SettingValueModel: The full value after the replacement.

        Raises:
            NotFoundError: The setting or SDK key does not exist, or these credentials
                cannot see it.
        """
        call = self._caller.call(
            operations.REPLACE_SETTING_VALUE_BY_SDKKEY,
            setting_key_or_id=setting_key_or_id,
            body=body,
            sdk_key=sdk_key,
            reason=reason,
        )
        # A traceback that shows local variables must not show a secret.
        del sdk_key
        return await call

    async def update_setting_value_by_sdkkey(
        self,
        setting_key_or_id: str,
        body: Sequence[JsonPatchOperation],
        *,
        sdk_key: str,
        reason: str | None = None,
    ) -> SettingValueModel | None:
        """Patch a setting value by SDK key (V1).

        Applies JSON Patch (RFC 6902) operations to the value of the setting; only
        `value`, `rolloutRules` and `rolloutPercentageItems` can be changed. The SDK key
        in the header selects the config and the environment. V1 operation: use it for
        configs whose evaluation version is `v1`. All other parts stay unchanged, and
        rules can be reordered with `move`. If the patch changes nothing, the service
        responds with 204 and no body.

        PATCH /v1/settings/{settingKeyOrId}/value

        Args:
            setting_key_or_id: Key or numeric id of the feature flag or setting.
            body: List of JSON Patch operations (RFC 6902).
            reason: Text stored as the note of the audit log entry. Required if the
                product or the environment requires reasons, otherwise optional; a
                missing reason then gets a 400 response. None omits it.
            sdk_key: SDK key that selects the config and the environment. Required here:
                the service's own description calls it optional, but the service cannot
                find the setting without it.

        Returns:
            SettingValueModel: The full value after the patch.
            None: The patch changed nothing; no body.

        Raises:
            NotFoundError: The setting or SDK key does not exist, or these credentials
                cannot see it.
            UnknownOutcome: The request was sent but its outcome is unknown.
        """
        call = self._caller.call(
            operations.UPDATE_SETTING_VALUE_BY_SDKKEY,
            setting_key_or_id=setting_key_or_id,
            body=body,
            sdk_key=sdk_key,
            reason=reason,
        )
        # A traceback that shows local variables must not show a secret.
        del sdk_key
        return await call

    async def get_setting_value(
        self,
        environment_id: UUID | str,
        setting_id: int,
    ) -> SettingValueModel:
        """Get a setting value (V1).

        Reads the value of one setting in one environment, with its rollout rules and
        percentage items. V1 operation: use it for configs whose evaluation version is
        `v1`. Rules are evaluated in their order, before the percentage items; `value`
        is served when nothing matches.

        GET /v1/environments/{environmentId}/settings/{settingId}/value

        Args:
            environment_id: Id (UUID) of the environment. A string is accepted.
            setting_id: Numeric id of the feature flag or setting.

        Returns:
            SettingValueModel: The value of the setting, with its config and
                environment.

        Raises:
            NotFoundError: The environment or setting does not exist, or these
                credentials cannot see it.
        """
        return await self._caller.call(
            operations.GET_SETTING_VALUE,
            environment_id=environment_id,
            setting_id=setting_id,
        )

    async def replace_setting_value(
        self,
        environment_id: UUID | str,
        setting_id: int,
        body: UpdateSettingValueModel,
        *,
        reason: str | None = None,
    ) -> SettingValueModel:
        """Replace a setting value (V1).

        Replaces the whole value of the setting in one environment: omitted rollout
        rules and percentage items are deleted. V1 operation: use it for configs whose
        evaluation version is `v1`. Give each rule either a user condition
        (`comparisonAttribute` with `comparator` and `comparisonValue`) or a segment
        (`segmentId` with `segmentComparator`). Percentages are whole numbers that add
        up to 100; values of the wrong type get a 400 response.

        PUT /v1/environments/{environmentId}/settings/{settingId}/value

        Args:
            environment_id: Id (UUID) of the environment. A string is accepted.
            setting_id: Numeric id of the feature flag or setting.
            body: The complete new value with its rollout rules and percentage items.
                Required: `value`. UNSET omits a field.
            reason: Text stored as the note of the audit log entry. Required if the
                product or the environment requires reasons, otherwise optional; a
                missing reason then gets a 400 response. None omits it.

        Returns:
            SettingValueModel: The full value after the replacement.

        Raises:
            NotFoundError: The environment or setting does not exist, or these
                credentials cannot see it.
        """
        return await self._caller.call(
            operations.REPLACE_SETTING_VALUE,
            environment_id=environment_id,
            setting_id=setting_id,
            body=body,
            reason=reason,
        )

    async def update_setting_value(
        self,
        environment_id: UUID | str,
        setting_id: int,
        body: Sequence[JsonPatchOperation],
        *,
        reason: str | None = None,
    ) -> SettingValueModel | None:
        """Patch a setting value (V1).

        Applies JSON Patch (RFC 6902) operations to the value of the setting in one
        environment; only `value`, `rolloutRules` and `rolloutPercentageItems` can be
        changed. V1 operation: use it for configs whose evaluation version is `v1`. All
        other parts stay unchanged, and rules can be reordered with `move`. If the patch
        changes nothing, the service responds with 204 and no body.

        PATCH /v1/environments/{environmentId}/settings/{settingId}/value

        Args:
            environment_id: Id (UUID) of the environment. A string is accepted.
            setting_id: Numeric id of the feature flag or setting.
            body: List of JSON Patch operations (RFC 6902).
            reason: Text stored as the note of the audit log entry. Required if the
                product or the environment requires reasons, otherwise optional; a
                missing reason then gets a 400 response. None omits it.

        Returns:
            SettingValueModel: The full value after the patch.
            None: The patch changed nothing; no body.

        Raises:
            NotFoundError: The environment or setting does not exist, or these
                credentials cannot see it.
            UnknownOutcome: The request was sent but its outcome is unknown.
        """
        return await self._caller.call(
            operations.UPDATE_SETTING_VALUE,
            environment_id=environment_id,
            setting_id=setting_id,
            body=body,
            reason=reason,
        )
