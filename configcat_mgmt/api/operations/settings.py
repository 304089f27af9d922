"""Endpoints of the group `settings`, as data.

Generated, do not edit.
Command: python -m configcat_mgmt.codegen
"""

from typing import Final
from uuid import UUID

from configcat_mgmt.api.models.common import JsonPatchOperation, SettingModel
from configcat_mgmt.api.models.settings import (
    CreateSettingInitialValues,
    PredefinedVariationsModel,
    PredefinedVariationsWithUsagesModel,
    ReplaceSettingModel,
    UpdatePredefinedVariationsRequest,
)
from configcat_mgmt.core.operation import FindCreated, Operation, Parameter

GET_SETTINGS: Final[Operation[list[SettingModel]]] = Operation(
    id="get-settings",
    group="settings",
    method="GET",
    path="/v1/configs/{configId}/settings",
    summary="List the settings of a config.",
    effect="read",
    success={200: list[SettingModel]},
    errors=(400, 404, 429),
    parameters=(Parameter("config_id", "configId", "path", UUID),),
)

CREATE_SETTING: Final[Operation[SettingModel]] = Operation(
    id="create-setting",
    group="settings",
    method="POST",
    path="/v1/configs/{configId}/settings",
    summary="Create a feature flag or setting.",
    effect="create",
    success={201: SettingModel},
    errors=(400, 404, 429),
    parameters=(Parameter("config_id", "configId", "path", UUID),),
    body=CreateSettingInitialValues,
    body_required=True,
    find_created=FindCreated("get-settings", "key"),
)

GET_PREDEFINED_VARIATIONS: Final[Operation[PredefinedVariationsWithUsagesModel]] = (
    Operation(
        id="get-predefined-variations",
        group="settings",
        method="GET",
        path="/v1/settings/{settingId}/predefined-variations",
        summary="Get the predefined variations of a setting.",
        effect="read",
        success={200: PredefinedVariationsWithUsagesModel},
        errors=(400, 404, 429),
        parameters=(Parameter("setting_id", "settingId", "path", int, format="int32"),),
    )
)

UPDATE_PREDEFINED_VARIATIONS: Final[Operation[PredefinedVariationsModel]] = Operation(
    id="update-predefined-variations",
    group="settings",
    method="PUT",
    path="/v1/settings/{settingId}/predefined-variations",
    summary="Replace the predefined variations.",
    effect="set",
    success={200: PredefinedVariationsModel},
    errors=(400, 404, 429),
    parameters=(Parameter("setting_id", "settingId", "path", int, format="int32"),),
    body=UpdatePredefinedVariationsRequest,
    body_required=True,
)

GET_SETTING: Final[Operation[SettingModel]] = Operation(
    id="get-setting",
    group="settings",
    method="GET",
    path="/v1/settings/{settingId}",
    summary="Get a feature flag or setting.",
    effect="read",
    success={200: SettingModel},
    errors=(400, 404, 429),
    parameters=(Parameter("setting_id", "settingId", "path", int, format="int32"),),
)

REPLACE_SETTING: Final[Operation[SettingModel]] = Operation(
    id="replace-setting",
    group="settings",
    method="PUT",
    path="/v1/settings/{settingId}",
    summary="Replace the metadata of a setting.",
    effect="set",
    success={200: SettingModel},
    errors=(400, 404, 429),
    parameters=(Parameter("setting_id", "settingId", "path", int, format="int32"),),
    body=ReplaceSettingModel,
    body_required=True,
)

UPDATE_SETTING: Final[Operation[SettingModel]] = Operation(
    id="update-setting",
    group="settings",
    method="PATCH",
    path="/v1/settings/{settingId}",
    summary="Patch the metadata of a setting.",
    effect="patch",
    success={200: SettingModel},
    errors=(400, 404, 429),
    parameters=(Parameter("setting_id", "settingId", "path", int, format="int32"),),
    body=list[JsonPatchOperation],
    body_required=True,
)

DELETE_SETTING: Final[Operation[None]] = Operation(
    id="delete-setting",
    group="settings",
    method="DELETE",
    path="/v1/settings/{settingId}",
    summary="Delete a feature flag or setting.",
    effect="delete",
    success={204: None},
    errors=(400, 404, 429),
    parameters=(Parameter("setting_id", "settingId", "path", int, format="int32"),),
)
