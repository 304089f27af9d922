"""Endpoints of the group `setting_values`, as data.

Generated, do not edit.
Command: python -m configcat_mgmt.codegen
"""

from typing import Final
from uuid import UUID

from configcat_mgmt.api.models.common import JsonPatchOperation
from configcat_mgmt.api.models.setting_values import (
    ConfigSettingValuesModel,
    SettingValueModel,
    UpdateSettingValueModel,
    UpdateSettingValuesWithIdModel,
)
from configcat_mgmt.core.operation import Operation, Parameter

GET_SETTING_VALUES: Final[Operation[ConfigSettingValuesModel]] = Operation(
    id="get-setting-values",
    group="setting_values",
    method="GET",
    path="/v1/configs/{configId}/environments/{environmentId}/values",
    summary="Get all setting values of a config (V1).",
    effect="read",
    success={200: ConfigSettingValuesModel},
    errors=(400, 404, 429),
    parameters=(
        Parameter("config_id", "configId", "path", UUID),
        Parameter("environment_id", "environmentId", "path", UUID),
    ),
)

POST_SETTING_VALUES: Final[Operation[ConfigSettingValuesModel]] = Operation(
    id="post-setting-values",
    group="setting_values",
    method="POST",
    path="/v1/configs/{configId}/environments/{environmentId}/values",
    summary="Replace the values of several settings (V1).",
    effect="set",
    success={200: ConfigSettingValuesModel},
    errors=(400, 404, 429),
    parameters=(
        Parameter("config_id", "configId", "path", UUID),
        Parameter("environment_id", "environmentId", "path", UUID),
        Parameter("reason", "reason", "query", str, required=False),
    ),
    body=UpdateSettingValuesWithIdModel,
    body_required=True,
)

GET_SETTING_VALUE_BY_SDKKEY: Final[Operation[SettingValueModel]] = Operation(
    id="get-setting-value-by-sdkkey",
    group="setting_values",
    method="GET",
    path="/v1/settings/{settingKeyOrId}/value",
    summary="Get a setting value by SDK key (V1).",
    effect="read",
    success={200: SettingValueModel},
    errors=(400, 404, 429),
    parameters=(
        Parameter("setting_key_or_id", "settingKeyOrId", "path", str),
        Parameter("sdk_key", "X-CONFIGCAT-SDKKEY", "header", str, secret=True),
    ),
)

REPLACE_SETTING_VALUE_BY_SDKKEY: Final[Operation[SettingValueModel]] = Operation(
    id="replace-setting-value-by-sdkkey",
    group="setting_values",
    method="PUT",
    path="/v1/settings/{settingKeyOrId}/value",
    summary="Replace a setting value by SDK key (V1).",
    effect="set",
    success={200: SettingValueModel},
    errors=(400, 404, 429),
    parameters=(
        Parameter("setting_key_or_id", "settingKeyOrId", "path", str),
        Parameter("reason", "reason", "query", str, required=False),
        Parameter("sdk_key", "X-CONFIGCAT-SDKKEY", "header", str, secret=True),
    ),
    body=UpdateSettingValueModel,
    body_required=True,
)

UPDATE_SETTING_VALUE_BY_SDKKEY: Final[Operation[SettingValueModel | None]] = Operation(
    id="update-setting-value-by-sdkkey",
    group="setting_values",
    method="PATCH",
    path="/v1/settings/{settingKeyOrId}/value",
    summary="Patch a setting value by SDK key (V1).",
    effect="patch",
    success={200: SettingValueModel, 204: None},
    errors=(400, 404, 429),
    parameters=(
        Parameter("setting_key_or_id", "settingKeyOrId", "path", str),
        Parameter("reason", "reason", "query", str, required=False),
        Parameter("sdk_key", "X-CONFIGCAT-SDKKEY", "header", str, secret=True),
    ),
    body=list[JsonPatchOperation],
    body_required=True,
)

GET_SETTING_VALUE: Final[Operation[SettingValueModel]] = Operation(
    id="get-setting-value",
    group="setting_values",
    method="GET",
    path="/v1/environments/{environmentId}/settings/{settingId}/value",
    summary="Get a setting value (V1).",
    effect="read",
    success={200: SettingValueModel},
    errors=(400, 404, 429),
    parameters=(
        Parameter("environment_id", "environmentId", "path", UUID),
        Parameter("setting_id", "settingId", "path", int, format="int32"),
    ),
)

REPLACE_SETTING_VALUE: Final[Operation[SettingValueModel]] = Operation(
    id="replace-setting-value",
    group="setting_values",
    method="PUT",
    path="/v1/environments/{environmentId}/settings/{settingId}/value",
    summary="Replace a setting value (V1).",
    effect="set",
    success={200: SettingValueModel},
    errors=(400, 404, 429),
    parameters=(
        Parameter("environment_id", "environmentId", "path", UUID),
        Parameter("setting_id", "settingId", "path", int, format="int32"),
        Parameter("reason", "reason", "query", str, required=False),
    ),
    body=UpdateSettingValueModel,
    body_required=True,
)

UPDATE_SETTING_VALUE: Final[Operation[SettingValueModel | None]] = Operation(
    id="update-setting-value",
    group="setting_values",
    method="PATCH",
    path="/v1/environments/{environmentId}/settings/{settingId}/value",
    summary="Patch a setting value (V1).",
    effect="patch",
    success={200: SettingValueModel, 204: None},
    errors=(400, 404, 429),
    parameters=(
        Parameter("environment_id", "environmentId", "path", UUID),
        Parameter("setting_id", "settingId", "path", int, format="int32"),
        Parameter("reason", "reason", "query", str, required=False),
    ),
    body=list[JsonPatchOperation],
    body_required=True,
)
