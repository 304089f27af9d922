"""The demo's check: reads everything back and compares it with the plan."""

import asyncio
from collections.abc import Coroutine, Mapping, Sequence

import attrs

from configcat_mgmt.api.models.common import EvaluationVersion
from configcat_mgmt.cli.demo.run import DEVELOPMENT, PRODUCTION, old_value
from configcat_mgmt.client import AsyncManagementClient
from configcat_mgmt.core.codec import to_json
from configcat_mgmt.emulator.realistic import (
    ENVIRONMENTS,
    SEGMENTS,
    TAGS,
    FlagPlan,
    Ids,
    Plan,
    formula,
)
from configcat_mgmt.json_value import JsonValue
from configcat_mgmt.values import to_update


@attrs.frozen
class Difference:
    """Something that was read back otherwise than it was written."""

    where: str
    wanted: JsonValue
    found: JsonValue


class Check:
    """Compares what the service holds with what was planned."""

    def __init__(self, plan: Plan, ids: Ids, client: AsyncManagementClient) -> None:
        """Read through `client` what `ids` names."""
        self._plan = plan
        self._client = client
        self.ids = ids

    async def compare(self) -> list[Difference]:
        """Read everything back and return what is not as it was planned."""
        client, ids = self._client, self.ids
        found: list[Difference] = []
        tags = await client.tags.get_tags(ids.product)
        _compare(found, "tags", list(TAGS), [(tag.name, tag.color) for tag in tags])
        segments = await client.segments.get_segments(ids.product)
        names = [segment.name for segment in segments]
        _compare(found, "segments", [segment[0] for segment in SEGMENTS], names)
        checks: list[Coroutine[object, object, None]] = []
        for index, (_, version) in enumerate(self._plan.configs):
            flags = [flag for flag in self._plan.flags if flag.config == index]
            checks.append(self._compare_settings(found, index, flags))
            if version is EvaluationVersion.V1:
                places: Sequence[int] = (PRODUCTION, DEVELOPMENT)
                checks += [self._compare_old(found, index, flags, e) for e in places]
            else:
                places = range(len(ENVIRONMENTS))
                checks += [self._compare_values(found, index, flags, e) for e in places]
        await asyncio.gather(*checks)
        return found

    async def _compare_settings(
        self,
        found: list[Difference],
        config: int,
        flags: Sequence[FlagPlan],
    ) -> None:
        read = await self._client.settings.get_settings(self.ids.configs[config])
        by_id = {setting.setting_id: setting for setting in read}
        _compare(found, f"number of flags of config {config}", len(flags), len(read))
        for flag in flags:
            setting = by_id.get(self.ids.flags[flag.number])
            if setting is None:
                _compare(found, flag.key, flag.key, None)
                continue
            tags = sorted(self.ids.tags[tag] for tag in flag.tags)
            _compare(
                found,
                flag.key,
                [flag.key, flag.name, flag.hint, str(flag.type), tags],
                [
                    setting.key,
                    setting.name,
                    setting.hint,
                    str(setting.setting_type),
                    sorted(tag.tag_id for tag in setting.tags),
                ],
            )

    async def _compare_values(
        self,
        found: list[Difference],
        config: int,
        flags: Sequence[FlagPlan],
        environment: int,
    ) -> None:
        read = await self._client.setting_values_v2.get_setting_values_v2(
            self.ids.configs[config],
            self.ids.environments[environment],
        )
        by_id = {item.setting.setting_id: item for item in read.setting_formulas}
        for flag in flags:
            item = by_id.get(self.ids.flags[flag.number])
            where = f"{flag.key} in {ENVIRONMENTS[environment][0]}"
            wanted = to_json(formula(self._plan, flag, environment, self.ids))
            got = None if item is None else to_json(to_update(item))
            _compare(found, where, _told(wanted), _told(got))

    async def _compare_old(
        self,
        found: list[Difference],
        config: int,
        flags: Sequence[FlagPlan],
        environment: int,
    ) -> None:
        read = await self._client.setting_values.get_setting_values(
            self.ids.configs[config],
            self.ids.environments[environment],
        )
        by_id = {item.setting.setting_id: item for item in read.setting_values}
        for flag in flags:
            item = by_id.get(self.ids.flags[flag.number])
            where = f"{flag.key} in {ENVIRONMENTS[environment][0]}"
            got = None if item is None else to_json(to_update(item))
            _compare(found, where, to_json(old_value(flag)), got)


def _told(value: JsonValue) -> JsonValue:
    """Leave out nulls and empty lists, which mean the same as nothing here."""
    if isinstance(value, Mapping):
        told = {name: _told(item) for name, item in value.items()}
        return {name: item for name, item in told.items() if item not in (None, [])}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_told(item) for item in value]
    return value


def _compare(
    found: list[Difference],
    where: str,
    wanted: JsonValue,
    got: JsonValue,
) -> None:
    if wanted != got:
        found.append(Difference(where, wanted, got))
