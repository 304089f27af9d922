"""Stale flags: settings without recent changes."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from configcat_mgmt.api.model_index import (
    EnvironmentAccessType,
    StaleFlagConfigModel,
    StaleFlagEnvironmentModel,
    StaleFlagProductModel,
    StaleFlagReminderScope,
    StaleFlagSettingModel,
    StaleFlagSettingTagModel,
    StaleFlagSettingValueModel,
    StaleFlagStaleInEnvironmentsType,
)
from configcat_mgmt.api.operations import stale_flags as operations
from configcat_mgmt.emulator.domain import access
from configcat_mgmt.emulator.domain.records import Config, Environment, Setting
from configcat_mgmt.emulator.domain.state import State
from configcat_mgmt.emulator.handlers.registry import handles

USUAL_AGE_DAYS: Final = 30

_ANY = StaleFlagStaleInEnvironmentsType.STALE_IN_ANY_ENVIRONMENTS


@handles(operations.GET_STALEFLAGS)
def get_staleflags(
    state: State,
    product_id: UUID,
    *,
    scope: StaleFlagReminderScope | None = None,
    stale_flag_age_days: int | None = None,
    stale_flag_stale_in_environments_type: (
        StaleFlagStaleInEnvironmentsType | None
    ) = None,
    ignored_environment_ids: list[UUID] | None = None,
    ignored_tag_ids: list[int] | None = None,
) -> StaleFlagProductModel:
    """List the configs that have stale settings, with those settings."""
    product = state.product(product_id)
    environments = [
        environment
        for environment in state.environments_of(product)
        if environment.environment_id not in (ignored_environment_ids or ())
        and access.access_to(state, environment) != EnvironmentAccessType.NONE
    ]
    age = timedelta(days=stale_flag_age_days or USUAL_AGE_DAYS)
    report = _StaleFlags(
        state,
        environments,
        since=state.clock() - age,
        needs_all=(stale_flag_stale_in_environments_type or _ANY) != _ANY,
    )
    configs: list[StaleFlagConfigModel] = []
    # The API has no way to watch a setting, so no user does.
    if scope != StaleFlagReminderScope.WATCHED_BY_ME:
        found = [
            report.config(config, ignored_tag_ids or ())
            for config in state.configs_of(product)
        ]
        configs = [config for config in found if config.settings]
    return StaleFlagProductModel(
        product_id=product_id,
        name=product.name,
        configs=configs,
        environments=[
            StaleFlagEnvironmentModel(
                environment_id=environment.environment_id, name=environment.name
            )
            for environment in environments
        ],
    )


class _StaleFlags:
    def __init__(
        self,
        state: State,
        environments: list[Environment],
        *,
        since: datetime,
        needs_all: bool,
    ) -> None:
        self._state = state
        self._environments = environments
        self._since = since
        self._is_enough = all if needs_all else any
        self._referenced = {
            setting_id
            for report in state.code_reports
            for setting_id, references in report.references.items()
            if references
        }

    def config(
        self, config: Config, ignored_tag_ids: Collection[int]
    ) -> StaleFlagConfigModel:
        settings = [
            self._setting(setting)
            for setting in self._state.settings_of(config)
            if not any(tag_id in ignored_tag_ids for tag_id in setting.tags)
        ]
        stale = [
            setting
            for setting in settings
            if setting.setting_values
            and self._is_enough(value.is_stale for value in setting.setting_values)
        ]
        return StaleFlagConfigModel(
            config_id=config.config_id,
            name=config.name,
            evaluation_version=config.evaluation_version,
            has_code_references=any(
                number in self._referenced for number in config.setting_ids.values()
            ),
            settings=stale,
        )

    def _setting(self, setting: Setting) -> StaleFlagSettingModel:
        return StaleFlagSettingModel(
            setting_id=setting.setting_id,
            name=setting.name,
            key=setting.key,
            hint=setting.hint,
            has_code_references=setting.setting_id in self._referenced,
            tags=[
                StaleFlagSettingTagModel(tag_id=tag_id, setting_tag_id=setting_tag_id)
                for tag_id, setting_tag_id in setting.tags.items()
            ],
            setting_values=[
                self._value(setting, environment) for environment in self._environments
            ],
        )

    def _value(
        self, setting: Setting, environment: Environment
    ) -> StaleFlagSettingValueModel:
        value = self._state.values[environment.environment_id, setting.setting_id]
        touched = value.updated_at or setting.created_at
        return StaleFlagSettingValueModel(
            environment_id=environment.environment_id,
            updated_at=value.updated_at,
            is_stale=touched < self._since,
        )
