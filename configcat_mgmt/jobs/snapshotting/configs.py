"""Reads the settings of a config and their values in each environment."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import TypeAlias, TypeVar
from uuid import UUID

import attrs

from configcat_mgmt.api.model_index import (
    ConfigModel,
    ConfigSettingFormulaModel,
    ConfigSettingValueModel,
    EnvironmentModel,
    EvaluationVersion,
    SettingModel,
)
from configcat_mgmt.client import AsyncManagementClient
from configcat_mgmt.jobs.model.selection import Selection
from configcat_mgmt.jobs.model.snapshot import (
    LEFT_OUT,
    NOT_KNOWN,
    Config,
    Setting,
    SettingInEnvironment,
)
from configcat_mgmt.jobs.snapshotting.calls import ReadingCalls
from configcat_mgmt.jobs.snapshotting.parts import read_config, read_setting
from configcat_mgmt.jobs.snapshotting.values import (
    Names,
    UnreadableError,
    read_formula,
    read_old_value,
)
from configcat_mgmt.task_group import task_group

_Values: TypeAlias = dict[int, SettingInEnvironment]
"""The values of a config's settings in one environment, by setting id."""

M = TypeVar("M", ConfigSettingFormulaModel, ConfigSettingValueModel)


def reads_settings(selection: Selection) -> bool:
    """Whether the selection needs settings."""
    return reads_values(selection) or selection.takes("setting")


def reads_values(selection: Selection) -> bool:
    """Whether the selection needs values."""
    asks_for_values = selection.only.values or selection.exclude.values
    taken = selection.takes("values") or selection.takes("link")
    return taken or bool(asks_for_values)


@attrs.frozen
class ConfigReading:
    """Reads configs, one by one or concurrently."""

    client: AsyncManagementClient
    calls: ReadingCalls
    selection: Selection
    approvals: dict[UUID, bool] = attrs.field(factory=dict[UUID, bool], init=False)
    """Environments that require approval, and whether the credentials may bypass it."""

    async def read(
        self,
        model: ConfigModel,
        environments: Sequence[EnvironmentModel],
        segments: Awaitable[Mapping[UUID, str]],
    ) -> Config:
        """Read a config with one call, plus one call for each environment.

        Args:
            model: The config.
            environments: The product's environments; values are read only in the
                selected ones.
            segments: Names of the product's segments by id. It is awaited more than
                once.
        """
        if not reads_settings(self.selection):
            return read_config(model, ())
        async with task_group() as group:
            settings = group.create_task(self._settings(model))
            values = {
                place.name: group.create_task(
                    self._values(model, place, settings, segments)
                )
                for place in environments
                if self._reads(model, place)
            }
        by_place = {name: await task for name, task in values.items()}
        found = [
            self._setting(model, setting, by_place)
            for setting in (await settings).values()
        ]
        return read_config(model, [setting for setting in found if setting is not None])

    async def _settings(self, model: ConfigModel) -> dict[int, SettingModel]:
        settings = await self.calls.call_or_note(
            "setting",
            f"{model.name}/*",
            self.client.settings.get_settings,
            model.config_id,
        )
        return {setting.setting_id: setting for setting in settings or ()}

    def _reads(self, model: ConfigModel, environment: EnvironmentModel) -> bool:
        if not reads_values(self.selection):
            return False
        place = f"{model.name}/{environment.name}"
        if not self.selection.takes_environment(environment.name):
            self.calls.note("values", place, LEFT_OUT)
            return False
        version = model.evaluation_version
        if version in (EvaluationVersion.V1, EvaluationVersion.V2):
            return True
        reason = f"the evaluation version {version} {NOT_KNOWN}"
        self.calls.note("values", place, reason)
        return False

    async def _values(
        self,
        model: ConfigModel,
        environment: EnvironmentModel,
        settings: Awaitable[Mapping[int, SettingModel]],
        segments: Awaitable[Mapping[UUID, str]],
    ) -> _Values:
        is_new = model.evaluation_version == EvaluationVersion.V2
        ids = model.config_id, environment.environment_id
        place = f"{model.name}/{environment.name}"
        get_new = self.client.setting_values_v2.get_setting_values_v2
        get_old = self.client.setting_values.get_setting_values
        if is_new:
            new = await self.calls.call_or_note("values", place, get_new, *ids)
            if new is None:
                return {}
            if new.approve_required:
                can_bypass = bool(new.can_bypass_approval)
                self.approvals[environment.environment_id] = can_bypass
            read_only, names = new.read_only, Names(await segments, await settings)
            found = self._each(new.setting_formulas, read_formula, names, place)
        else:
            old = await self.calls.call_or_note("values", place, get_old, *ids)
            if old is None:
                return {}
            read_only, names = old.read_only, Names(await segments, await settings)
            found = self._each(old.setting_values, read_old_value, names, place)
        if read_only:
            reason = (
                "read-only: the credentials have no permission to change these values"
            )
            self.calls.note("values", place, reason, was_read=True)
        return found

    def _each(
        self,
        models: Sequence[M],
        read: Callable[[M, SettingModel, Names], SettingInEnvironment],
        names: Names,
        place: str,
    ) -> _Values:
        found: _Values = {}
        for model in models:
            number = model.setting.setting_id
            setting = names.settings.get(number)
            if setting is None:
                # The setting was created after the settings were read: leave it out.
                continue
            try:
                found[number] = read(model, setting, names)
            except UnreadableError as error:
                self.calls.note("values", f"{place}/{setting.key}", str(error))
        return found

    def _setting(
        self,
        config: ConfigModel,
        model: SettingModel,
        by_place: Mapping[str, _Values],
    ) -> Setting | None:
        values = {
            name: found[model.setting_id]
            for name, found in by_place.items()
            if model.setting_id in found
        }
        try:
            return read_setting(model, values)
        except UnreadableError as error:
            self.calls.note("setting", f"{config.name}/{model.key}", str(error))
            return None
