"""The demo's work: makes what was planned from two clients, reads back, compares."""

import asyncio
import contextlib
from collections.abc import (
    Awaitable,
    Callable,
    Generator,
    Iterable,
    Mapping,
)
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Final, TypeAlias, TypeVar
from uuid import UUID

import attrs

from configcat_mgmt.api.models.common import (
    EvaluationVersion,
    RolloutRuleComparator,
    SettingModel,
    SettingType,
)
from configcat_mgmt.api.models.configs import CreateConfigRequest
from configcat_mgmt.api.models.environments import CreateEnvironmentModel
from configcat_mgmt.api.models.products import CreateProductRequest
from configcat_mgmt.api.models.segments import CreateSegmentModel
from configcat_mgmt.api.models.setting_values import (
    UpdateRolloutPercentageItemModel,
    UpdateRolloutRuleModel,
    UpdateSettingValueModel,
    UpdateSettingValuesWithIdModel,
    UpdateSettingValueWithSettingIdModel,
)
from configcat_mgmt.api.models.setting_values_v2 import (
    UpdateEvaluationFormulasModel,
    UpdateEvaluationFormulaWithIdModel,
)
from configcat_mgmt.api.models.settings import CreateSettingInitialValues
from configcat_mgmt.api.models.tags import CreateTagModel
from configcat_mgmt.client import AsyncManagementClient
from configcat_mgmt.core.codec import from_json
from configcat_mgmt.emulator.realistic import (
    CHOICES,
    ENVIRONMENTS,
    PRODUCT,
    SEGMENTS,
    TAGS,
    FlagPlan,
    Ids,
    Plan,
    formula,
    segment_comparator,
)
from configcat_mgmt.json_patch import JsonPatch
from configcat_mgmt.json_value import JsonValue
from configcat_mgmt.sync import ManagementClient

S = TypeVar("S")
T = TypeVar("T")

PRODUCTION, STAGING, DEVELOPMENT = range(len(ENVIRONMENTS))
WORKERS: Final = 48
"""Flags that each of the two clients works on at a time; most of them wait."""


def expected_calls(plan: Plan) -> dict[str, int]:
    """Return how many calls the demo makes, by operation id."""
    newer = sum(plan.is_v2(flag) for flag in plan.flags)
    configs = len(plan.configs)
    values = (configs - 1) * len(ENVIRONMENTS)
    return {
        "get-organizations": 1,
        "create-product": 1,
        "create-environment": len(ENVIRONMENTS),
        "create-tag": len(TAGS),
        "create-segment": len(SEGMENTS),
        "create-config": configs,
        "create-setting": len(plan.flags),
        "replace-setting-value-v2": newer,
        "update-setting-value-v2": newer,
        "post-setting-values-v2": configs - 1,
        "post-setting-values": 1,
        "replace-setting-value": len(plan.flags) - newer,
        "get-settings": configs,
        "get-setting-values-v2": values,
        "get-setting-values": 2,
        "get-segments": 1,
        "get-tags": 1,
    }


class Run:
    """One run of the demo against one service."""

    def __init__(
        self,
        plan: Plan,
        client: AsyncManagementClient,
        blocking: ManagementClient,
    ) -> None:
        """Use an async and a blocking client that share one credential, so one pace."""
        self._plan = plan
        self._client = client
        self._blocking = blocking
        self._made: dict[int, Future[int]] = {f.number: Future() for f in plan.flags}
        self.ids = Ids(product=UUID(int=0))

    async def make_frame(self) -> None:
        """Make product, environments, tags, segments and configs."""
        client, ids = self._client, self.ids
        organization = (await client.organizations.get_organizations())[0]
        body = CreateProductRequest(name=PRODUCT, description="Made by the demo.")
        made = await client.products.create_product(organization.organization_id, body)
        product = ids.product = made.product_id
        environments = await _in_order(
            lambda item: client.environments.create_environment(
                product,
                CreateEnvironmentModel(name=item[0], color=item[1]),
            ),
            ENVIRONMENTS,
        )
        ids.environments = [item.environment_id for item in environments]
        tags = await _in_order(
            lambda item: client.tags.create_tag(
                product,
                CreateTagModel(name=item[0], color=item[1]),
            ),
            TAGS,
        )
        ids.tags = [item.tag_id for item in tags]
        segments = await _in_order(
            lambda item: client.segments.create_segment(product, _segment(*item)),
            SEGMENTS,
        )
        ids.segments = [item.segment_id for item in segments]
        configs = await _in_order(
            lambda item: client.configs.create_config(
                product,
                CreateConfigRequest(name=item[0], evaluation_version=item[1]),
            ),
            self._plan.configs,
        )
        ids.configs = [item.config_id for item in configs]

    async def make_flags(self) -> None:
        """Make and target all flags, every other one from the blocking client."""
        turn = asyncio.Semaphore(WORKERS)
        loop = asyncio.get_running_loop()

        async def one(flag: FlagPlan) -> None:
            async with turn:
                await self._make_flag(flag)

        with ThreadPoolExecutor(WORKERS, "demo") as pool:
            try:
                await asyncio.gather(
                    *(one(flag) for flag in self._plan.flags[::2]),
                    *(
                        loop.run_in_executor(pool, self._make_flag_blocking, flag)
                        for flag in self._plan.flags[1::2]
                    ),
                )
            except BaseException:
                # Threads that wait for a flag that will never be made must end.
                for made in self._made.values():
                    made.cancel()
                pool.shutdown(wait=False, cancel_futures=True)
                raise
        await self._fill_development()

    async def _make_flag(self, flag: FlagPlan) -> None:
        steps = self._steps(flag)
        with contextlib.suppress(StopIteration):
            step = next(steps)
            while True:
                if isinstance(step, Future):
                    await asyncio.wrap_future(step)
                    step = steps.send(None)
                else:
                    step = steps.send(
                        await self._client.call(
                            step.operation,
                            body=step.body,
                            **step.arguments,
                        )
                    )

    def _make_flag_blocking(self, flag: FlagPlan) -> None:
        steps = self._steps(flag)
        with contextlib.suppress(StopIteration):
            step = next(steps)
            while True:
                if isinstance(step, Future):
                    step.result()
                    step = steps.send(None)
                else:
                    step = steps.send(
                        self._blocking.call(
                            step.operation,
                            body=step.body,
                            **step.arguments,
                        )
                    )

    def _steps(self, flag: FlagPlan) -> Generator["Step", JsonValue, None]:
        """Give the calls for one flag, for whichever client drives them."""
        plan, ids = self._plan, self.ids
        setting = from_json((yield self._creation(flag)), SettingModel).setting_id
        self._note(flag, setting)
        at = {"environment_id": ids.environments[PRODUCTION], "setting_id": setting}
        if not plan.is_v2(flag):
            yield Call("replace-setting-value", at, old_value(flag))
            return
        if flag.prerequisite is not None:
            yield self._made[flag.prerequisite]
        wanted = formula(plan, flag, PRODUCTION, ids)
        yield Call("replace-setting-value-v2", at, wanted)
        at = {"environment_id": ids.environments[STAGING], "setting_id": setting}
        yield Call("update-setting-value-v2", at, self._patch(flag))

    def _creation(self, flag: FlagPlan) -> "Call":
        body = CreateSettingInitialValues(
            key=flag.key,
            name=flag.name,
            hint=flag.hint,
            setting_type=flag.type,
            tags=[self.ids.tags[tag] for tag in flag.tags],
            order=flag.number,
        )
        return Call(
            "create-setting", {"config_id": self.ids.configs[flag.config]}, body
        )

    def _note(self, flag: FlagPlan, setting_id: int) -> None:
        self.ids.flags[flag.number] = setting_id
        made = self._made[flag.number]
        if not made.done():
            made.set_result(setting_id)

    def _patch(self, flag: FlagPlan) -> JsonPatch:
        """Turn the value that a new flag has into the one that is wanted."""
        wanted = formula(self._plan, flag, STAGING, self.ids)
        return (
            JsonPatch()
            .replace(("defaultValue",), wanted.default_value)
            .replace(("targetingRules",), wanted.targeting_rules)
            .replace(
                ("percentageEvaluationAttribute",),
                wanted.percentage_evaluation_attribute,
            )
        )

    async def _fill_development(self) -> None:
        """Set every flag of a config with one batch call for each config."""
        environment = self.ids.environments[DEVELOPMENT]

        async def fill(index: int, version: EvaluationVersion) -> None:
            config = self.ids.configs[index]
            flags = [flag for flag in self._plan.flags if flag.config == index]
            if version is EvaluationVersion.V1:
                await self._client.setting_values.post_setting_values(
                    config,
                    environment,
                    UpdateSettingValuesWithIdModel(
                        setting_values=[self._old_batch_value(flag) for flag in flags],
                    ),
                )
                return
            wanted = [self._batch_formula(flag) for flag in flags]
            await self._client.setting_values_v2.post_setting_values_v2(
                config,
                environment,
                UpdateEvaluationFormulasModel(update_formulas=wanted),
            )

        versions = enumerate(version for _, version in self._plan.configs)
        await asyncio.gather(*(fill(*item) for item in versions))

    def _batch_formula(self, flag: FlagPlan) -> UpdateEvaluationFormulaWithIdModel:
        wanted = formula(self._plan, flag, DEVELOPMENT, self.ids)
        return UpdateEvaluationFormulaWithIdModel(
            setting_id=self.ids.flags[flag.number],
            default_value=wanted.default_value,
            targeting_rules=wanted.targeting_rules,
            percentage_evaluation_attribute=wanted.percentage_evaluation_attribute,
        )

    def _old_batch_value(self, flag: FlagPlan) -> UpdateSettingValueWithSettingIdModel:
        wanted = old_value(flag)
        return UpdateSettingValueWithSettingIdModel(
            setting_id=self.ids.flags[flag.number],
            value=wanted.value,
            rollout_rules=wanted.rollout_rules,
            rollout_percentage_items=wanted.rollout_percentage_items,
        )


@attrs.frozen
class Call:
    """A call as a value, by operation id."""

    operation: str
    arguments: Mapping[str, object]
    body: object


Step: TypeAlias = "Call | Future[int]"
"""A call to make, or a flag to wait for that another worker makes."""


async def _in_order(
    make: Callable[[S], Awaitable[T]],
    items: Iterable[S],
) -> list[T]:
    """Make several things at once and return them in the order of `items`."""
    return await asyncio.gather(*(make(item) for item in items))


def _segment(
    name: str,
    attribute: str,
    comparator: str,
    value: str,
) -> CreateSegmentModel:
    return CreateSegmentModel(
        name=name,
        comparison_attribute=attribute,
        comparator=segment_comparator(comparator),
        comparison_value=value,
    )


def old_value(flag: FlagPlan) -> UpdateSettingValueModel:
    """Make a value of evaluation version 1; options only where they must be two."""
    options: list[UpdateRolloutPercentageItemModel] = []
    if flag.type is SettingType.BOOLEAN:
        options = [
            UpdateRolloutPercentageItemModel(percentage=30, value=True),
            UpdateRolloutPercentageItemModel(percentage=70, value=False),
        ]
    rule = UpdateRolloutRuleModel(
        comparison_attribute="Email",
        comparator=RolloutRuleComparator.CONTAINS,
        comparison_value="@northwind.example",
        value=CHOICES[flag.type][0],
    )
    return UpdateSettingValueModel(
        value=CHOICES[flag.type][1],
        rollout_rules=[rule],
        rollout_percentage_items=options,
    )
