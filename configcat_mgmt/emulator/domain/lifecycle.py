"""Adds and removes records together with all records that depend on them.

Removing something takes everything along that could not exist without it.
"""

from uuid import UUID

from configcat_mgmt.api.model_index import (
    AuditLogType,
    ChangeRequestActivityType,
    EvaluationVersion,
    SettingType,
)
from configcat_mgmt.emulator.domain.change_request_records import ChangeRequest
from configcat_mgmt.emulator.domain.change_requests import log, record
from configcat_mgmt.emulator.domain.evaluation import (
    Content,
    Formula,
    PlainValue,
    Rollout,
)
from configcat_mgmt.emulator.domain.records import (
    Config,
    Environment,
    Product,
    SdkKeys,
    Setting,
    SettingValue,
)
from configcat_mgmt.emulator.domain.state import State

_FIRST_VALUES: dict[SettingType, PlainValue] = {
    SettingType.BOOLEAN: False,
    SettingType.STRING: "",
    SettingType.INT: 0,
    SettingType.DOUBLE: 0.0,
}


def first_content(
    config: Config, setting: Setting, value: PlainValue | None
) -> Content:
    """Return the value of a setting before its first write.

    Args:
        config: The config of the setting.
        setting: The setting, with its predefined variations.
        value: The initial value if one was given; of the setting's type, and one of
            the predefined variations if there are any.
    """
    if value is None:
        value = _FIRST_VALUES[setting.setting_type]
    if setting.variations:
        for variation in setting.variations:
            if variation.value == value:
                return Formula(variation.variation_id)
        return Formula(setting.variations[0].variation_id)
    if config.evaluation_version == EvaluationVersion.V1:
        return Rollout(value)
    return Formula(value)


def add_environment(state: State, environment: Environment) -> None:
    """Add an environment, with an SDK key for each config and values for each setting.

    Groups of custom access get the access that they have to new environments.
    """
    product = state.product_of(environment)
    state.environments[environment.environment_id] = environment
    product.environment_ids.append(environment.environment_id)
    for group_id in product.permission_group_ids:
        group = state.permission_groups[group_id]
        new = environment.environment_id
        group.environment_accesses[new] = group.new_environment_access_type
        group.environment_approvals[new] = group.new_environment_approval
    for config_id in product.config_ids:
        config = state.configs[config_id]
        _add_sdk_keys(state, config, environment.environment_id)
        for setting_id in config.setting_ids.values():
            content = first_content(config, state.settings[setting_id], None)
            value = SettingValue(state.identifiers.uuid(), content)
            state.values[environment.environment_id, setting_id] = value


def remove_environment(state: State, environment: Environment) -> None:
    """Remove an environment with its values, keys, webhooks and links."""
    gone = environment.environment_id
    product = state.product_of(environment)
    for config_id in product.config_ids:
        _drop_sdk_keys(state, config_id, gone)
        for setting_id in state.configs[config_id].setting_ids.values():
            state.values.pop((gone, setting_id))
    for group_id in product.permission_group_ids:
        group = state.permission_groups[group_id]
        group.environment_accesses.pop(gone, None)
        group.environment_approvals.pop(gone, None)
    _forget_pairs(state, environment_id=gone)
    state.integration_links = [
        link for link in state.integration_links if link.environment_id != gone
    ]
    for integration_id in product.integration_ids:
        integration = state.integrations[integration_id]
        integration.environment_ids = [
            one for one in integration.environment_ids if one != gone
        ]
    product.environment_ids.remove(gone)
    del state.environments[gone]


def add_config(state: State, config: Config) -> None:
    """Add a config, with an SDK key for each environment."""
    product = state.product_of(config)
    state.configs[config.config_id] = config
    product.config_ids.append(config.config_id)
    for environment_id in product.environment_ids:
        _add_sdk_keys(state, config, environment_id)


def remove_config(state: State, config: Config) -> None:
    """Remove a config with its settings, keys, webhooks and code references."""
    gone = config.config_id
    product = state.product_of(config)
    _forget_pairs(state, config_id=gone)
    for setting_id in list(config.setting_ids.values()):
        remove_setting(state, state.settings[setting_id])
    for environment_id in product.environment_ids:
        _drop_sdk_keys(state, gone, environment_id)
    state.code_reports = [
        report for report in state.code_reports if report.config_id != gone
    ]
    for integration_id in product.integration_ids:
        integration = state.integrations[integration_id]
        integration.config_ids = [one for one in integration.config_ids if one != gone]
    product.config_ids.remove(gone)
    del state.configs[gone]


def add_setting(state: State, setting: Setting, contents: dict[UUID, Content]) -> None:
    """Add a setting with its values in each environment of its product."""
    config = state.config_of(setting)
    state.settings[setting.setting_id] = setting
    config.setting_ids[setting.key] = setting.setting_id
    for environment_id, content in contents.items():
        value = SettingValue(state.identifiers.uuid(), content)
        state.values[environment_id, setting.setting_id] = value


def remove_setting(state: State, setting: Setting) -> None:
    """Remove a setting with its values, links and code references."""
    gone = setting.setting_id
    config = state.config_of(setting)
    for environment_id in state.product_of(config).environment_ids:
        del state.values[environment_id, gone]
    state.integration_links = [
        link for link in state.integration_links if link.setting_id != gone
    ]
    for report in state.code_reports:
        report.references.pop(gone, None)
    for request in state.change_requests.values():
        if request.changes.pop(gone, None) is not None and request.is_open:
            _note_removal(state, request, setting)
    del config.setting_ids[setting.key]
    del state.settings[gone]


def _note_removal(state: State, request: ChangeRequest, setting: Setting) -> None:
    kind = ChangeRequestActivityType.SETTING_DELETED_FROM_CHANGE_REQUEST
    record(state, request, kind, setting.key)
    log(state, request, AuditLogType.CHANGE_REQUEST_SETTING_DELETED)


def remove_product(state: State, product: Product) -> None:
    """Remove a product with everything that it owns."""
    for environment_id in list(product.environment_ids):
        remove_environment(state, state.environments[environment_id])
    for config_id in list(product.config_ids):
        remove_config(state, state.configs[config_id])
    for tag_id in product.tag_ids:
        del state.tags[tag_id]
    for segment_id in product.segment_ids:
        del state.segments[segment_id]
    for group_id in product.permission_group_ids:
        del state.permission_groups[group_id]
    for integration_id in product.integration_ids:
        del state.integrations[integration_id]
    gone = product.product_id
    state.invitations = {
        key: invitation
        for key, invitation in state.invitations.items()
        if invitation.product_id != gone
    }
    state.organizations[product.organization_id].product_ids.remove(gone)
    del state.products[gone]


def remove_tag(state: State, tag_id: int) -> None:
    """Remove a tag, also from the settings that carry it."""
    product = state.product_of(state.tags[tag_id])
    for config_id in product.config_ids:
        for setting_id in state.configs[config_id].setting_ids.values():
            state.settings[setting_id].tags.pop(tag_id, None)
    product.tag_ids.remove(tag_id)
    del state.tags[tag_id]


def _add_sdk_keys(state: State, config: Config, environment_id: UUID) -> None:
    token = state.identifiers.token
    key = f"{token(22)}/{token(22)}"
    if config.evaluation_version == EvaluationVersion.V2:
        key = f"configcat-sdk-1/{key}"
    keys = SdkKeys(config.config_id, environment_id, key)
    state.sdk_keys[config.config_id, environment_id] = keys
    state.sdk_key_owners[key] = keys


def _drop_sdk_keys(state: State, config_id: UUID, environment_id: UUID) -> None:
    keys = state.sdk_keys.pop((config_id, environment_id))
    for key in (keys.primary, keys.secondary):
        if key is not None:
            del state.sdk_key_owners[key]


def _forget_pairs(
    state: State, config_id: UUID | None = None, environment_id: UUID | None = None
) -> None:
    """Drop all that belongs to pairs with a config or environment."""
    state.webhooks = {
        key: webhook
        for key, webhook in state.webhooks.items()
        if webhook.config_id != config_id and webhook.environment_id != environment_id
    }
    state.change_requests = {
        key: request
        for key, request in state.change_requests.items()
        if request.config_id != config_id and request.environment_id != environment_id
    }
    for profile in state.proxy_profiles.values():
        profile.selected = [
            (config, environment)
            for config, environment in profile.selected
            if config != config_id and environment != environment_id
        ]
