"""Endpoints of the group `setting_values_v2`, as data.

Generated, do not edit.
Command: python -m configcat_mgmt.codegen
"""

from typing import Final
from uuid import UUID

from configcat_mgmt.api.models.common import JsonPatchOperation
from configcat_mgmt.api.models.setting_values_v2 import (
    ConfigSettingFormulasModel,
    SettingFormulaModel,
    UpdateEvaluationFormulaModel,
    UpdateEvaluationFormulasModel,
)
from configcat_mgmt.core.operation import Operation, Parameter

GET_SETTING_VALUES_V2: Final[Operation[ConfigSettingFormulasModel]] = Operation(
    id="get-setting-values-v2",
    group="setting_values_v2",
    method="GET",
    path="/v2/configs/{configId}/environments/{environmentId}/values",
    summary="Get all setting values of a config (V2).",
    effect="read",
    success={200: ConfigSettingFormulasModel},
    errors=(400, 404, 429),
    parameters=(
        Parameter("config_id", "configId", "path", UUID),
        Parameter("environment_id", "environmentId", "path", UUID),
    ),
)

POST_SETTING_VALUES_V2: Final[Operation[ConfigSettingFormulasModel]] = Operation(
    id="post-setting-values-v2",
    group="setting_values_v2",
    method="POST",
    path="/v2/configs/{configId}/environments/{environmentId}/values",
    summary="Replace the values of several settings (V2).",
    effect="set",
    success={200: ConfigSettingFormulasModel},
    errors=(400, 404, 429),
    parameters=(
        Parameter("config_id", "configId", "path", UUID),
        Parameter("environment_id", "environmentId", "path", UUID),
        Parameter("reason", "reason", "query", str, required=False),
        Parameter("bypass_approval", "bypassApproval", "query", bool, required=False),
        Parameter(
            "latest_version_id",
            "latestVersionId",
            "query",
            UUID,
            required=False,
        ),
    ),
    body=UpdateEvaluationFormulasModel,
    body_required=True,
)

GET_SETTING_VALUE_BY_SDKKEY_V2: Final[Operation[SettingFormulaModel]] = Operation(
    id="get-setting-value-by-sdkkey-v2",
    group="setting_values_v2",
    method="GET",
    path="/v2/settings/{settingKeyOrId}/value",
    summary="Get a setting value by SDK key (V2).",
    effect="read",
    success={200: SettingFormulaModel},
    errors=(400, 404, 429),
    parameters=(
        Parameter("setting_key_or_id", "settingKeyOrId", "path", str),
        Parameter("sdk_key", "X-CONFIGCAT-SDKKEY", "header", str, secret=True),
    ),
)

REPLACE_SETTING_VALUE_BY_SDKKEY_V2: Final[Operation[SettingFormulaModel]] = Operation(
    id="replace-setting-value-by-sdkkey-v2",
    group="setting_values_v2",
    method="PUT",
    path="/v2/settings/{settingKeyOrId}/value",
    summary="Replace a setting value by SDK key (V2).",
    effect="set",
    success={200: SettingFormulaModel},
    errors=(400, 404, 429),
    parameters=(
        Parameter("setting_key_or_id", "settingKeyOrId", "path", str),
        Parameter("reason", "reason", "query", str, required=False),
        Parameter("bypass_approval", "bypassApproval", "query", bool, required=False),
        Parameter(
            "latest_version_id",
            "latestVersionId",
            "query",
            UUID,
            required=False,
        ),
        Parameter("sdk_key", "X-CONFIGCAT-SDKKEY", "header", str, secret=True),
    ),
    body=UpdateEvaluationFormulaModel,
    body_required=True,
)

UPDATE_SETTING_VALUE_BY_SDKKEY_V2: Final[Operation[SettingFormulaModel | None]] = (
    Operation(
        id="update-setting-value-by-sdkkey-v2",
        group="setting_values_v2",
        method="PATCH",
        path="/v2/settings/{settingKeyOrId}/value",
        summary="Patch a setting value by SDK key (V2).",
        effect="patch",
        success={200: SettingFormulaModel, 204: None},
        errors=(400, 404, 429),
        parameters=(
            Parameter("setting_key_or_id", "settingKeyOrId", "path", str),
            Parameter("reason", "reason", "query", str, required=False),
            Parameter(
                "bypass_approval",
                "bypassApproval",
                "query",
                bool,
                required=False,
            ),
            Parameter(
                "latest_version_id",
                "latestVersionId",
                "query",
                UUID,
                required=False,
            ),
            Parameter("sdk_key", "X-CONFIGCAT-SDKKEY", "header", str, secret=True),
        ),
        body=list[JsonPatchOperation],
        body_required=True,
    )
)

GET_SETTING_VALUE_V2: Final[Operation[SettingFormulaModel]] = Operation(
    id="get-setting-value-v2",
    group="setting_values_v2",
    method="GET",
    path="/v2/environments/{environmentId}/settings/{settingId}/value",
    summary="Get a setting value (V2).",
    effect="read",
    success={200: SettingFormulaModel},
    errors=(400, 404, 429),
    parameters=(
        Parameter("environment_id", "environmentId", "path", UUID),
        Parameter("setting_id", "settingId", "path", int, format="int32"),
    ),
)

REPLACE_SETTING_VALUE_V2: Final[Operation[SettingFormulaModel]] = Operation(
    id="replace-setting-value-v2",
    group="setting_values_v2",
    method="PUT",
    path="/v2/environments/{environmentId}/settings/{settingId}/value",
    summary="Replace a setting value (V2).",
    effect="set",
    success={200: SettingFormulaModel},
    errors=(400, 404, 429),
    parameters=(
        Parameter("environment_id", "environmentId", "path", UUID),
        Parameter("setting_id", "settingId", "path", int, format="int32"),
        Parameter("reason", "reason", "query", str, required=False),
        Parameter("bypass_approval", "bypassApproval", "query", bool, required=False),
        Parameter(
            "latest_version_id",
            "latestVersionId",
            "query",
            UUID,
            required=False,
        ),
    ),
    body=UpdateEvaluationFormulaModel,
    body_required=True,
)

UPDATE_SETTING_VALUE_V2: Final[Operation[SettingFormulaModel | None]] = Operation(
    id="update-setting-value-v2",
    group="setting_values_v2",
    method="PATCH",
    path="/v2/environments/{environmentId}/settings/{settingId}/value",
    summary="Patch a setting value (V2).",
    effect="patch",
    success={200: SettingFormulaModel, 204: None},
    errors=(400, 404, 429),
    parameters=(
        Parameter("environment_id", "environmentId", "path", UUID),
        Parameter("setting_id", "settingId", "path", int, format="int32"),
        Parameter("reason", "reason", "query", str, required=False),
        Parameter("bypass_approval", "bypassApproval", "query", bool, required=False),
        Parameter(
            "latest_version_id",
            "latestVersionId",
            "query",
            UUID,
            required=False,
        ),
    ),
    body=list[JsonPatchOperation],
    body_required=True,
)
