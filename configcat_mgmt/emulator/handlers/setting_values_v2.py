"""Values of V2 configs."""

from uuid import UUID

from configcat_mgmt.api.model_index import (
    ConfigSettingFormulasModel,
    EvaluationVersion,
    JsonPatchOperation,
    SettingFormulaModel,
    UpdateEvaluationFormulaModel,
    UpdateEvaluationFormulasModel,
)
from configcat_mgmt.api.operations import setting_values_v2 as operations
from configcat_mgmt.emulator.domain.absent import items_of
from configcat_mgmt.emulator.domain.evaluation import Content
from configcat_mgmt.emulator.domain.formulas import read_formula
from configcat_mgmt.emulator.domain.patching import patched
from configcat_mgmt.emulator.domain.prerequisites import require_no_circle
from configcat_mgmt.emulator.domain.state import State
from configcat_mgmt.emulator.domain.value_writes import (
    Terms,
    ValueAddress,
    find_address,
    find_address_by_sdk_key,
    find_config,
    named_setting,
    replace_value,
    require_latest,
    require_may_write,
    write,
)
from configcat_mgmt.emulator.handlers.registry import handles
from configcat_mgmt.emulator.views.value_views import formula_view, formulas_view

_V2 = EvaluationVersion.V2


@handles(operations.GET_SETTING_VALUES_V2)
def get_setting_values_v2(
    state: State, config_id: UUID, environment_id: UUID
) -> ConfigSettingFormulasModel:
    """Show the values of all settings of a config in an environment."""
    config, environment = find_config(state, config_id, environment_id, _V2)
    return formulas_view(state, config, environment)


@handles(operations.POST_SETTING_VALUES_V2)
def post_setting_values_v2(
    state: State,
    config_id: UUID,
    environment_id: UUID,
    body: UpdateEvaluationFormulasModel,
    *,
    reason: str | None = None,
    bypass_approval: bool | None = None,
    latest_version_id: UUID | None = None,
) -> ConfigSettingFormulasModel:
    """Replace the values of the settings that are named, all of them or none."""
    config, environment = find_config(state, config_id, environment_id, _V2)
    terms = Terms(reason, bypass_approval, latest_version_id)
    require_may_write(state, config, environment, terms)
    contents: dict[int, Content] = {}
    for number, entry in enumerate(items_of(body.update_formulas)):
        path = ("update_formulas", number)
        setting = named_setting(state, config, entry.setting_id, contents, path)
        current = state.values[environment_id, setting.setting_id]
        formula = read_formula(state, setting, entry, current, path)
        contents[setting.setting_id] = formula
    settings = [state.settings[one] for one in contents]
    require_latest(state, environment, settings, latest_version_id)
    require_no_circle(state, environment_id, contents, "update_formulas")
    write(state, config, environment, contents, reason)
    return formulas_view(state, config, environment)


@handles(operations.GET_SETTING_VALUE_BY_SDKKEY_V2)
def get_setting_value_by_sdkkey_v2(
    state: State, setting_key_or_id: str, sdk_key: str
) -> SettingFormulaModel:
    """Show the value that an SDK key leads to."""
    return _view(find_address_by_sdk_key(state, sdk_key, setting_key_or_id, _V2))


@handles(operations.REPLACE_SETTING_VALUE_BY_SDKKEY_V2)
def replace_setting_value_by_sdkkey_v2(
    state: State,
    setting_key_or_id: str,
    body: UpdateEvaluationFormulaModel,
    sdk_key: str,
    *,
    reason: str | None = None,
    bypass_approval: bool | None = None,
    latest_version_id: UUID | None = None,
) -> SettingFormulaModel:
    """Replace the value that an SDK key leads to."""
    address = find_address_by_sdk_key(state, sdk_key, setting_key_or_id, _V2)
    terms = Terms(reason, bypass_approval, latest_version_id)
    return _replace(address, body, terms)


@handles(operations.UPDATE_SETTING_VALUE_BY_SDKKEY_V2)
def update_setting_value_by_sdkkey_v2(
    state: State,
    setting_key_or_id: str,
    body: list[JsonPatchOperation],
    sdk_key: str,
    *,
    reason: str | None = None,
    bypass_approval: bool | None = None,
    latest_version_id: UUID | None = None,
) -> SettingFormulaModel | None:
    """Patch the value that an SDK key leads to."""
    address = find_address_by_sdk_key(state, sdk_key, setting_key_or_id, _V2)
    terms = Terms(reason, bypass_approval, latest_version_id)
    return _patch(address, body, terms)


@handles(operations.GET_SETTING_VALUE_V2)
def get_setting_value_v2(
    state: State, environment_id: UUID, setting_id: int
) -> SettingFormulaModel:
    """Show a value."""
    return _view(find_address(state, environment_id, setting_id, _V2))


@handles(operations.REPLACE_SETTING_VALUE_V2)
def replace_setting_value_v2(
    state: State,
    environment_id: UUID,
    setting_id: int,
    body: UpdateEvaluationFormulaModel,
    *,
    reason: str | None = None,
    bypass_approval: bool | None = None,
    latest_version_id: UUID | None = None,
) -> SettingFormulaModel:
    """Replace a value; rules that are left out are deleted."""
    address = find_address(state, environment_id, setting_id, _V2)
    terms = Terms(reason, bypass_approval, latest_version_id)
    return _replace(address, body, terms)


@handles(operations.UPDATE_SETTING_VALUE_V2)
def update_setting_value_v2(
    state: State,
    environment_id: UUID,
    setting_id: int,
    body: list[JsonPatchOperation],
    *,
    reason: str | None = None,
    bypass_approval: bool | None = None,
    latest_version_id: UUID | None = None,
) -> SettingFormulaModel | None:
    """Patch a value."""
    address = find_address(state, environment_id, setting_id, _V2)
    terms = Terms(reason, bypass_approval, latest_version_id)
    return _patch(address, body, terms)


def _view(address: ValueAddress) -> SettingFormulaModel:
    return formula_view(address.state, address.setting, address.environment)


def _replace(
    address: ValueAddress, body: UpdateEvaluationFormulaModel, terms: Terms
) -> SettingFormulaModel:
    def read() -> Content:
        return read_formula(address.state, address.setting, body, address.value)

    replace_value(address, read, terms)
    return _view(address)


def _patch(
    address: ValueAddress, operations: list[JsonPatchOperation], terms: Terms
) -> SettingFormulaModel | None:
    """Patch a value; None if that changes nothing."""

    def read() -> Content:
        body = patched(_view(address), UpdateEvaluationFormulaModel, operations)
        return read_formula(address.state, address.setting, body, address.value)

    return _view(address) if replace_value(address, read, terms) else None
