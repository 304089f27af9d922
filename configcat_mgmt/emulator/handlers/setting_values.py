"""Values of V1 configs."""

from uuid import UUID

from configcat_mgmt.api.model_index import (
    ConfigSettingValuesModel,
    EvaluationVersion,
    JsonPatchOperation,
    SettingValueModel,
    UpdateSettingValueModel,
    UpdateSettingValuesWithIdModel,
)
from configcat_mgmt.api.operations import setting_values as operations
from configcat_mgmt.emulator.domain.absent import items_of
from configcat_mgmt.emulator.domain.evaluation import Content
from configcat_mgmt.emulator.domain.patching import patched
from configcat_mgmt.emulator.domain.rollouts import read_rollout
from configcat_mgmt.emulator.domain.state import State
from configcat_mgmt.emulator.domain.value_writes import (
    Terms,
    ValueAddress,
    find_address,
    find_address_by_sdk_key,
    find_config,
    named_setting,
    replace_value,
    require_may_write,
    write,
)
from configcat_mgmt.emulator.handlers.registry import handles
from configcat_mgmt.emulator.views.value_views import rollout_view, rollouts_view

_V1 = EvaluationVersion.V1


@handles(operations.GET_SETTING_VALUES)
def get_setting_values(
    state: State, config_id: UUID, environment_id: UUID
) -> ConfigSettingValuesModel:
    """Show the values of all settings of a config in an environment."""
    config, environment = find_config(state, config_id, environment_id, _V1)
    return rollouts_view(state, config, environment)


@handles(operations.POST_SETTING_VALUES)
def post_setting_values(
    state: State,
    config_id: UUID,
    environment_id: UUID,
    body: UpdateSettingValuesWithIdModel,
    reason: str | None = None,
) -> ConfigSettingValuesModel:
    """Replace the values of the settings that are named, all of them or none."""
    config, environment = find_config(state, config_id, environment_id, _V1)
    require_may_write(state, config, environment, Terms(reason))
    contents: dict[int, Content] = {}
    for number, entry in enumerate(items_of(body.setting_values)):
        path = ("setting_values", number)
        setting = named_setting(state, config, entry.setting_id, contents, path)
        current = state.values[environment_id, setting.setting_id]
        rollout = read_rollout(state, setting, entry, current, path)
        contents[setting.setting_id] = rollout
    write(state, config, environment, contents, reason)
    return rollouts_view(state, config, environment)


@handles(operations.GET_SETTING_VALUE_BY_SDKKEY)
def get_setting_value_by_sdkkey(
    state: State, setting_key_or_id: str, sdk_key: str
) -> SettingValueModel:
    """Show the value that an SDK key leads to."""
    return _view(find_address_by_sdk_key(state, sdk_key, setting_key_or_id, _V1))


@handles(operations.REPLACE_SETTING_VALUE_BY_SDKKEY)
def replace_setting_value_by_sdkkey(
    state: State,
    setting_key_or_id: str,
    body: UpdateSettingValueModel,
    sdk_key: str,
    reason: str | None = None,
) -> SettingValueModel:
    """Replace the value that an SDK key leads to."""
    address = find_address_by_sdk_key(state, sdk_key, setting_key_or_id, _V1)
    return _replace(address, body, reason)


@handles(operations.UPDATE_SETTING_VALUE_BY_SDKKEY)
def update_setting_value_by_sdkkey(
    state: State,
    setting_key_or_id: str,
    body: list[JsonPatchOperation],
    sdk_key: str,
    reason: str | None = None,
) -> SettingValueModel | None:
    """Patch the value that an SDK key leads to."""
    address = find_address_by_sdk_key(state, sdk_key, setting_key_or_id, _V1)
    return _patch(address, body, reason)


@handles(operations.GET_SETTING_VALUE)
def get_setting_value(
    state: State, environment_id: UUID, setting_id: int
) -> SettingValueModel:
    """Show a value."""
    return _view(find_address(state, environment_id, setting_id, _V1))


@handles(operations.REPLACE_SETTING_VALUE)
def replace_setting_value(
    state: State,
    environment_id: UUID,
    setting_id: int,
    body: UpdateSettingValueModel,
    reason: str | None = None,
) -> SettingValueModel:
    """Replace a value; rules and items that are left out are deleted."""
    address = find_address(state, environment_id, setting_id, _V1)
    return _replace(address, body, reason)


@handles(operations.UPDATE_SETTING_VALUE)
def update_setting_value(
    state: State,
    environment_id: UUID,
    setting_id: int,
    body: list[JsonPatchOperation],
    reason: str | None = None,
) -> SettingValueModel | None:
    """Patch a value."""
    return _patch(find_address(state, environment_id, setting_id, _V1), body, reason)


def _view(address: ValueAddress) -> SettingValueModel:
    return rollout_view(address.state, address.setting, address.environment)


def _replace(
    address: ValueAddress, body: UpdateSettingValueModel, reason: str | None
) -> SettingValueModel:
    def read() -> Content:
        return read_rollout(address.state, address.setting, body, address.value)

    replace_value(address, read, Terms(reason))
    return _view(address)


def _patch(
    address: ValueAddress, operations: list[JsonPatchOperation], reason: str | None
) -> SettingValueModel | None:
    """Patch a value; None if that changes nothing."""

    def read() -> Content:
        body = patched(_view(address), UpdateSettingValueModel, operations)
        return read_rollout(address.state, address.setting, body, address.value)

    return _view(address) if replace_value(address, read, Terms(reason)) else None
