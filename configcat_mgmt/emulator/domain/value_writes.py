"""Steps that all operations on values share: find, check the reason, write."""

from collections.abc import Callable, Container, Mapping, Sequence
from uuid import UUID

import attrs

from configcat_mgmt.api.model_index import AuditLogType, EvaluationVersion
from configcat_mgmt.emulator.domain import access, approval
from configcat_mgmt.emulator.domain.absent import given
from configcat_mgmt.emulator.domain.evaluation import Content
from configcat_mgmt.emulator.domain.prerequisites import require_no_circle
from configcat_mgmt.emulator.domain.records import (
    Config,
    Environment,
    Setting,
    SettingValue,
)
from configcat_mgmt.emulator.domain.refusals import Conflict, NotFound, Refused
from configcat_mgmt.emulator.domain.state import State
from configcat_mgmt.unset import UnsetType


@attrs.frozen
class ValueAddress:
    """A setting in an environment, which identifies one value."""

    state: State
    setting: Setting
    config: Config
    environment: Environment

    @property
    def value(self) -> SettingValue:
        """The present value."""
        return self.state.values[self.environment.environment_id, self.setting_id]

    @property
    def setting_id(self) -> int:
        """The id of the setting."""
        return self.setting.setting_id


def find_address(
    state: State, environment_id: UUID, setting_id: int, version: EvaluationVersion
) -> ValueAddress:
    """Find a value by ids.

    Raises:
        NotFound: The environment or setting does not exist, or they belong to
            different products.
        Refused: The config is of the other version.
    """
    environment = state.environment(environment_id)
    setting = state.setting(setting_id)
    config = state.config_of(setting)
    if config.product_id != environment.product_id:
        raise NotFound("setting", setting_id)
    access.require_read(state, environment)
    require_version(config, version)
    return ValueAddress(state, setting, config, environment)


def find_address_by_sdk_key(
    state: State, sdk_key: str, key_or_id: str, version: EvaluationVersion
) -> ValueAddress:
    """Find a value by SDK key and the key or id of the setting.

    Raises:
        NotFound: The SDK key does not exist, or its config lacks the setting.
        Refused: There is no SDK key, or the config is of the other version.
    """
    keys = state.sdk_key_owners.get(sdk_key)
    if keys is None:
        raise NotFound("config with the SDK key", "that was sent")
    config = state.config(keys.config_id)
    # A key wins over a number, so that a setting called "1" can be reached at all.
    setting_id = config.setting_ids.get(key_or_id)
    if setting_id is None and key_or_id.isascii() and key_or_id.isdigit():
        numbers = {str(number): number for number in config.setting_ids.values()}
        setting_id = numbers.get(key_or_id)
    if setting_id is None:
        raise NotFound("setting", key_or_id)
    environment = state.environment(keys.environment_id)
    access.require_read(state, environment)
    require_version(config, version)
    return ValueAddress(state, state.settings[setting_id], config, environment)


def find_config(
    state: State, config_id: UUID, environment_id: UUID, version: EvaluationVersion
) -> tuple[Config, Environment]:
    """Find the config and environment of a batch of values.

    Raises:
        NotFound: The config or environment does not exist, or they belong to
            different products.
        Refused: The config is of the other version.
    """
    config = state.config(config_id)
    environment = state.environment(environment_id)
    if config.product_id != environment.product_id:
        raise NotFound("environment", environment_id)
    access.require_read(state, environment)
    require_version(config, version)
    return config, environment


def require_version(config: Config, version: EvaluationVersion) -> None:
    """Refuse a config of the other evaluation version.

    Raises:
        Refused: It is.
    """
    if config.evaluation_version != version:
        message = f"The config has {config.evaluation_version} values, not {version}."
        raise Refused("evaluation_version", message)


@attrs.frozen
class Terms:
    """The query parameters of a write."""

    reason: str | None = None
    """The note of the caller."""
    bypass_approval: bool | None = None
    latest_version_id: UUID | None = None
    """The version that the caller read; None writes over any version."""


def require_may_write(
    state: State, config: Config, environment: Environment, terms: Terms
) -> None:
    """Refuse a write without the right to do it, a needed reason or approval.

    Values of V1 configs need no approval, because no change request can hold them
    (assumed).

    Raises:
        Forbidden: The caller may only read here, or may not bypass approval.
        Refused: A required reason is missing, or the environment requires approval.
    """
    access.require_write(state, environment)
    reason = terms.reason
    if is_reason_required(state, environment) and not (reason and reason.strip()):
        raise Refused("reason", "Reason required.")
    if config.evaluation_version == EvaluationVersion.V2:
        approval.require_direct_write(state, environment, terms.bypass_approval)


def require_latest(
    state: State,
    environment: Environment,
    settings: Sequence[Setting],
    version_id: UUID | None,
) -> None:
    """Refuse a write that was made from an older version.

    A batch names one version and many settings. The sources leave open which of them it
    belongs to; assumed: any of them.

    Raises:
        Conflict: No setting of the write has this version.
    """
    if version_id is None:
        return
    versions = {
        state.values[environment.environment_id, one.setting_id].version_id
        for one in settings
    }
    if version_id not in versions:
        raise Conflict(", ".join(one.key for one in settings))


def is_reason_required(state: State, environment: Environment) -> bool:
    """Return whether changes of values in an environment need a reason."""
    preferences = state.product_of(environment).preferences
    return preferences.reason_required or environment.reason_required


def write(
    state: State,
    config: Config,
    environment: Environment,
    contents: Mapping[int, Content],
    reason: str | None,
) -> None:
    """Store values that were checked, and log those that differ.

    Args:
        state: Where to store them.
        config: The config of the settings.
        environment: Where they are to be served.
        contents: The new values by setting id.
        reason: The note of the caller.
    """
    for setting_id, content in contents.items():
        value = state.values[environment.environment_id, setting_id]
        if value.content == content:
            continue
        value.content = content
        value.version_id = state.identifiers.uuid()
        value.updated_at = state.clock()
        value.updater_id = state.caller.user_id
        state.log(
            AuditLogType.SETTING_VALUE_CHANGED,
            state.settings[setting_id].key,
            config=config,
            environment=environment,
            why=reason,
        )


def replace_value(
    address: ValueAddress, read: Callable[[], Content], terms: Terms
) -> bool:
    """Replace one value.

    Args:
        address: Which value.
        read: Returns the new value, or refuses it; called once the caller may write.
        terms: The query parameters of the write.

    Returns:
        Whether the new value differs from the old one.

    Raises:
        Forbidden: The caller may only read here, or may not bypass approval.
        Refused: A required reason is missing, the environment requires approval, or
            the new value breaks a rule.
        Conflict: The value has changed since the version of the terms.
    """
    state, environment = address.state, address.environment
    require_may_write(state, address.config, environment, terms)
    require_latest(state, environment, [address.setting], terms.latest_version_id)
    before = address.value.content
    contents = {address.setting_id: read()}
    require_no_circle(state, environment.environment_id, contents, "targeting_rules")
    write(state, address.config, environment, contents, terms.reason)
    return contents[address.setting_id] != before


def named_setting(
    state: State,
    config: Config,
    setting_id: int | UnsetType,
    named_before: Container[int],
    path: tuple[str | int, ...],
) -> Setting:
    """Find the setting that an entry of a batch names.

    Raises:
        Refused: It names none, one of another config, or one that was named before.
    """
    number = given(setting_id)
    setting = state.settings.get(number) if number is not None else None
    if setting is None or setting.config_id != config.config_id:
        raise Refused((*path, "setting_id"), "The config has no such setting.")
    if setting.setting_id in named_before:
        raise Refused((*path, "setting_id"), "The setting is named twice.")
    return setting
