"""The audit log, and the settings that are gone."""

from datetime import timedelta
from typing import Final
from uuid import UUID

from configcat_mgmt.api.model_index import DeletedSettingModel
from configcat_mgmt.api.operations import audit_logs as operations
from configcat_mgmt.emulator.registry import handles
from configcat_mgmt.emulator.state import State
from configcat_mgmt.emulator.views import deleted_setting_view

MEMORY: Final = timedelta(days=180)
"""How long a deleted setting is listed. Source: configcat/cli."""


@handles(operations.GET_DELETED_SETTINGS)
def get_deleted_settings(state: State, config_id: UUID) -> list[DeletedSettingModel]:
    """List the settings of a config that were deleted not too long ago."""
    config = state.config(config_id)
    since = state.clock() - MEMORY
    return [
        deleted_setting_view(setting)
        for setting in config.deleted_settings
        if setting.deleted_at >= since
    ]
