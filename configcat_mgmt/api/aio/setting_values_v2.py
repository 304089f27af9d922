"""The asynchronous operations of the group `setting_values_v2`.

Generated, do not edit.
Command: python -m configcat_mgmt.codegen
"""

from collections.abc import Sequence
from uuid import UUID

from configcat_mgmt.api.models.common import JsonPatchOperation
from configcat_mgmt.api.models.setting_values_v2 import (
    ConfigSettingFormulasModel,
    SettingFormulaModel,
    UpdateEvaluationFormulaModel,
    UpdateEvaluationFormulasModel,
)
from configcat_mgmt.api.operations import setting_values_v2 as operations
from configcat_mgmt.core.operation import Caller, OperationGroup


class AsyncSettingValuesV2(OperationGroup):
    """Feature Flag & Setting values V2: the asynchronous operations.

    Read and change values of settings in configs with evaluation version `v2`; an SDK
    key may select the config and the environment.

    Every method raises `RequestBuildError` for an invalid argument before anything is
    sent, `ApiError` for an error status (`BadRequestError` for 400,
    `AuthenticationError` for 401, `RateLimitError` for 429), `TransportError` if no
    complete response arrives, and `ResponseInvalid` if the response does not fit.
    """

    def __init__(self, caller: Caller) -> None:
        """Bind the operations to the client that sends them."""
        self._caller = caller

    async def get_setting_values_v2(
        self,
        config_id: UUID | str,
        environment_id: UUID | str,
    ) -> ConfigSettingFormulasModel:
        """Get all setting values of a config (V2).

        Reads the default values and targeting rules of all settings of a config in one
        environment. V2 operation: it works only on configs whose evaluation version is
        `v2`. The first rule whose conditions all hold serves its value or percentage
        options; otherwise `defaultValue` is served.

        GET /v2/configs/{configId}/environments/{environmentId}/values

        Args:
            config_id: Id (UUID) of the config. A string is accepted.
            environment_id: Id (UUID) of the environment. A string is accepted.

        Returns:
            ConfigSettingFormulasModel: The values of all settings, with the config and
                the environment.

        Raises:
            NotFoundError: The config or environment does not exist, or these
                credentials cannot see it.
        """
        return await self._caller.call(
            operations.GET_SETTING_VALUES_V2,
            config_id=config_id,
            environment_id=environment_id,
        )

    async def post_setting_values_v2(
        self,
        config_id: UUID | str,
        environment_id: UUID | str,
        body: UpdateEvaluationFormulasModel,
        *,
        reason: str | None = None,
        bypass_approval: bool | None = None,
        latest_version_id: UUID | str | None = None,
    ) -> ConfigSettingFormulasModel:
        """Replace the values of several settings (V2).

        Changes only the settings that the body names and replaces the value of each:
        omitted targeting rules are deleted. V2 operation: it works only on configs
        whose evaluation version is `v2`. A rule serves either a `value` or
        `percentageOptions`, whose percentages add up to 100. Values of the wrong type
        get a 400 response.

        POST /v2/configs/{configId}/environments/{environmentId}/values

        Args:
            config_id: Id (UUID) of the config. A string is accepted.
            environment_id: Id (UUID) of the environment. A string is accepted.
            body: The complete new values, each with the id of its setting. No field is
                required. UNSET omits a field.
            reason: Text stored as the note of the audit log entry. Required if the
                product or the environment requires reasons, otherwise optional; a
                missing reason then gets a 400 response. None omits it.
            bypass_approval: True writes the value although the environment requires
                approval; only for users with that right. None omits it.
            latest_version_id: Version (UUID) that the change is based on; if the
                service has another one by then, it refuses the write with 409. A string
                is accepted. None omits it.

        Returns:
            ConfigSettingFormulasModel: The values after the change, with the config and
                the environment.

        Raises:
            NotFoundError: The config or environment does not exist, or these
                credentials cannot see it.
        """
        return await self._caller.call(
            operations.POST_SETTING_VALUES_V2,
            config_id=config_id,
            environment_id=environment_id,
            body=body,
            reason=reason,
            bypass_approval=bypass_approval,
            latest_version_id=latest_version_id,
        )

    async def get_setting_value_by_sdkkey_v2(
        self,
        setting_key_or_id: str,
        *,
        sdk_key: str,
    ) -> SettingFormulaModel:
        """Get a setting value by SDK key (V2).

        Reads the default value and the targeting rules of one setting. The SDK key in
        the header selects the config and the environment. V2 operation: it works only
        on configs whose evaluation version is `v2`. The first rule whose conditions all
        hold serves its value or percentage options; otherwise `defaultValue` is served.
        `settingIdsWherePrerequisite` lists the settings that have this one as a
        prerequisite.

        GET /v2/settings/{settingKeyOrId}/value

        Args:
            setting_key_or_id: Key or numeric id of the feature flag or setting.
            sdk_key: SDK key that selects the config and the environment. Required here:
                the service's own description calls it optional, but the service cannot
                find the setting without it.

        Returns:
            SettingFormulaModel: The value of the setting, with its config and
                environment.

        Raises:
            NotFoundError: The setting or SDK key does not exist, or these credentials
                cannot see it.
        """
        call = self._caller.call(
            operations.GET_SETTING_VALUE_BY_SDKKEY_V2,
            setting_key_or_id=setting_key_or_id,
            sdk_key=sdk_key,
        )
        # A traceback that shows local variables must not show a secret.
        del sdk_key
        return await call

    async def replace_setting_value_by_sdkkey_v2(
        self,
        setting_key_or_id: str,
        body: UpdateEvaluationFormulaModel,
        *,
        sdk_key: str,
        reason: str | None = None,
        bypass_approval: bool | None = None,
        latest_version_id: UUID | str | None = None,
    ) -> SettingFormulaModel:
        """Replace a setting value by SDK key (V2).

        Replaces the whole value of the setting: omitted targeting rules are deleted.
        The SDK key in the header selects the config and the environment. V2 operation:
        it works only on configs whose evaluation version is `v2`. A rule serves either
        a `value` or `percentageOptions`, whose percentages add up to 100, and each
        condition holds exactly one of user, segment and prerequisite flag condition.
        Values of the wrong type get a 400 response.

        PUT /v2/settings/{settingKeyOrId}/value

        Args:
            setting_key_or_id: Key or numeric id of the feature flag or setting.
            body: The complete new default value, targeting rules and percentage
                evaluation attribute. Required: `default_value`. UNSET omits a field.
            reason: Text stored as the note of the audit log entry. Required if the
                product or the environment requires reasons, otherwise optional; a
                missing reason then gets a 400 response. None omits it.
            bypass_approval: True writes the value although the environment requires
                approval; only for users with that right. None omits it.
            latest_version_id: Version (UUID) that the change is based on; if the
                service has another one by then, it refuses the write with 409. A string
                is accepted. None omits it.
            sdk_key: SDK key that selects the config and the environment. Required here:
                the service's own description calls it optional, but the service cannot
                find the setting without it.

        Returns:
            SettingFormulaModel: The full value after the replacement.

        Raises:
            NotFoundError: The setting or SDK key does not exist, or these credentials
                cannot see it.
        """
        call = self._caller.call(
            operations.REPLACE_SETTING_VALUE_BY_SDKKEY_V2,
            setting_key_or_id=setting_key_or_id,
            body=body,
            sdk_key=sdk_key,
            reason=reason,
            bypass_approval=bypass_approval,
            latest_version_id=latest_version_id,
        )
        # A traceback that shows local variables must not show a secret.
        del sdk_key
        return await call

    async def update_setting_value_by_sdkkey_v2(
        self,
        setting_key_or_id: str,
        body: Sequence[JsonPatchOperation],
        *,
        sdk_key: str,
        reason: str | None = None,
        bypass_approval: bool | None = None,
        latest_version_id: UUID | str | None = None,
    ) -> SettingFormulaModel | None:
        """Patch a setting value by SDK key (V2).

        Applies JSON Patch (RFC 6902) operations to the value of the setting; only
        `defaultValue`, `targetingRules` and `percentageEvaluationAttribute` can be
        changed. The SDK key in the header selects the config and the environment. V2
        operation: it works only on configs whose evaluation version is `v2`. All other
        parts stay unchanged, and rules can be reordered with `move`. If the patch
        changes nothing, the service responds with 204 and no body.

        PATCH /v2/settings/{settingKeyOrId}/value

        Args:
            setting_key_or_id: Key or numeric id of the feature flag or setting.
            body: List of JSON Patch operations (RFC 6902).
            reason: Text stored as the note of the audit log entry. Required if the
                product or the environment requires reasons, otherwise optional; a
                missing reason then gets a 400 response. None omits it.
            bypass_approval: True writes the value although the environment requires
                approval; only for users with that right. None omits it.
            latest_version_id: Version (UUID) that the change is based on; if the
                service has another one by then, it refuses the write with 409. A string
                is accepted. None omits it.
            sdk_key: SDK key that selects the config and the environment. Required here:
                the service's own description calls it optional, but the service cannot
                find the setting without it.

        Returns:
            SettingFormulaModel: The full value after the patch.
            None: The patch changed nothing; no body.

        Raises:
            NotFoundError: The setting or SDK key does not exist, or these credentials
                cannot see it.
            UnknownOutcome: The request was sent but its outcome is unknown.
        """
        call = self._caller.call(
            operations.UPDATE_SETTING_VALUE_BY_SDKKEY_V2,
            setting_key_or_id=setting_key_or_id,
            body=body,
            sdk_key=sdk_key,
            reason=reason,
            bypass_approval=bypass_approval,
            latest_version_id=latest_version_id,
        )
        # A traceback that shows local variables must not show a secret.
        del sdk_key
        return await call

    async def get_setting_value_v2(
        self,
        environment_id: UUID | str,
        setting_id: int,
    ) -> SettingFormulaModel:
        """Get a setting value (V2).

        Reads the default value and the targeting rules of one setting in one
        environment. V2 operation: it works only on configs whose evaluation version is
        `v2`. The first rule whose conditions all hold serves its value or percentage
        options; otherwise `defaultValue` is served. `settingIdsWherePrerequisite` lists
        the settings that have this one as a prerequisite.

        GET /v2/environments/{environmentId}/settings/{settingId}/value

        Args:
            environment_id: Id (UUID) of the environment. A string is accepted.
            setting_id: Numeric id of the feature flag or setting.

        Returns:
            SettingFormulaModel: The value of the setting, with its config and
                environment.

        Raises:
            NotFoundError: The environment or setting does not exist, or these
                credentials cannot see it.
        """
        return await self._caller.call(
            operations.GET_SETTING_VALUE_V2,
            environment_id=environment_id,
            setting_id=setting_id,
        )

    async def replace_setting_value_v2(
        self,
        environment_id: UUID | str,
        setting_id: int,
        body: UpdateEvaluationFormulaModel,
        *,
        reason: str | None = None,
        bypass_approval: bool | None = None,
        latest_version_id: UUID | str | None = None,
    ) -> SettingFormulaModel:
        """Replace a setting value (V2).

        Replaces the whole value of the setting in one environment: omitted targeting
        rules are deleted. V2 operation: it works only on configs whose evaluation
        version is `v2`. A rule serves either a `value` or `percentageOptions`, whose
        percentages add up to 100, and each condition holds exactly one of user, segment
        and prerequisite flag condition. Values of the wrong type get a 400 response.

        PUT /v2/environments/{environmentId}/settings/{settingId}/value

        Args:
            environment_id: Id (UUID) of the environment. A string is accepted.
            setting_id: Numeric id of the feature flag or setting.
            body: The complete new default value, targeting rules and percentage
                evaluation attribute. Required: `default_value`. UNSET omits a field.
            reason: Text stored as the note of the audit log entry. Required if the
                product or the environment requires reasons, otherwise optional; a
                missing reason then gets a 400 response. None omits it.
            bypass_approval: True writes the value although the environment requires
                approval; only for users with that right. None omits it.
            latest_version_id: Version (UUID) that the change is based on; if the
                service has another one by then, it refuses the write with 409. A string
                is accepted. None omits it.

        Returns:
            SettingFormulaModel: The full value after the replacement.

        Raises:
            NotFoundError: The environment or setting does not exist, or these
                credentials cannot see it.
        """
        return await self._caller.call(
            operations.REPLACE_SETTING_VALUE_V2,
            environment_id=environment_id,
            setting_id=setting_id,
            body=body,
            reason=reason,
            bypass_approval=bypass_approval,
            latest_version_id=latest_version_id,
        )

    async def update_setting_value_v2(
        self,
        environment_id: UUID | str,
        setting_id: int,
        body: Sequence[JsonPatchOperation],
        *,
        reason: str | None = None,
        bypass_approval: bool | None = None,
        latest_version_id: UUID | str | None = None,
    ) -> SettingFormulaModel | None:
        """Patch a setting value (V2).

        Applies JSON Patch (RFC 6902) operations to the value of the setting in one
        environment; only `defaultValue`, `targetingRules` and
        `percentageEvaluationAttribute` can be changed. V2 operation: it works only on
        configs whose evaluation version is `v2`. All other parts stay unchanged, and
        rules can be reordered with `move`. If the patch changes nothing, the service
        responds with 204 and no body.

        PATCH /v2/environments/{environmentId}/settings/{settingId}/value

        Args:
            environment_id: Id (UUID) of the environment. A string is accepted.
            setting_id: Numeric id of the feature flag or setting.
            body: List of JSON Patch operations (RFC 6902).
            reason: Text stored as the note of the audit log entry. Required if the
                product or the environment requires reasons, otherwise optional; a
                missing reason then gets a 400 response. None omits it.
            bypass_approval: True writes the value although the environment requires
                approval; only for users with that right. None omits it.
            latest_version_id: Version (UUID) that the change is based on; if the
                service has another one by then, it refuses the write with 409. A string
                is accepted. None omits it.

        Returns:
            SettingFormulaModel: The full value after the patch.
            None: The patch changed nothing; no body.

        Raises:
            NotFoundError: The environment or setting does not exist, or these
                credentials cannot see it.
            UnknownOutcome: The request was sent but its outcome is unknown.
        """
        return await self._caller.call(
            operations.UPDATE_SETTING_VALUE_V2,
            environment_id=environment_id,
            setting_id=setting_id,
            body=body,
            reason=reason,
            bypass_approval=bypass_approval,
            latest_version_id=latest_version_id,
        )
