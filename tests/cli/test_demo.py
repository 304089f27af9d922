"""The demo must notice when something is not as it should be."""

import asyncio
import json

import pytest

from configcat_mgmt import AsyncManagementClient, ManagementClient, models
from configcat_mgmt.cli.demo.check import Check, Difference
from configcat_mgmt.cli.demo.command import Outcome
from configcat_mgmt.cli.demo.progress import Progress, least_seconds
from configcat_mgmt.cli.demo.run import Run, expected_calls
from configcat_mgmt.core.codec import to_json
from configcat_mgmt.core.options import Options
from configcat_mgmt.emulator import NO_LIMITS, Emulator
from configcat_mgmt.emulator.realistic import Ids, Plan, formula, make_plan

USER, PASSWORD = "demo", "demo-password"


def test_the_same_seed_plans_the_same_and_another_seed_something_else() -> None:
    assert make_plan(3, 50) == make_plan(3, 50)
    assert make_plan(3, 50) != make_plan(4, 50)


def test_keys_are_unique_and_prerequisites_come_earlier_in_the_same_config() -> None:
    plan = make_plan(1, 480)
    assert len({flag.key for flag in plan.flags}) == 480
    with_prerequisite = [f for f in plan.flags if f.prerequisite is not None]
    assert with_prerequisite
    for flag in with_prerequisite:
        needed = plan.flags[flag.prerequisite or 0]
        assert needed.number < flag.number
        assert needed.config == flag.config


def test_the_plan_has_rules_options_segments_and_prerequisites() -> None:
    plan = make_plan(1, 450)
    text = json.dumps(
        [to_json(formula(plan, flag, 0, _ids(plan))) for flag in plan.flags],
    )
    for word in ("percentageOptions", "segmentCondition", "prerequisiteFlagCondition"):
        assert text.count(word) > 20


@pytest.mark.parametrize(
    ("calls", "seconds"),
    [(0, 0), (1, 0), (20, 0), (21, 1), (500, 24), (501, 60), (520, 60), (521, 61)],
)
def test_the_least_time_fills_every_window(calls: int, seconds: float) -> None:
    assert least_seconds(calls) == seconds


async def test_the_check_finds_a_value_that_somebody_changed() -> None:
    differences = await _differences_after(_change_a_value)
    assert [d.where.endswith("in Production") for d in differences] == [True]


async def test_the_check_finds_a_flag_that_somebody_deleted() -> None:
    differences = await _differences_after(_delete_a_flag)
    assert any("number of flags" in difference.where for difference in differences)


def test_a_difference_or_an_answer_429_makes_a_bad_outcome() -> None:
    progress = Progress({})
    assert Outcome(progress, [], {}).is_good
    assert not Outcome(progress, [Difference("x", 1, 2)], {}).is_good
    assert not Outcome(progress, [], {"create-setting": 1}).is_good


async def _differences_after(spoil: object) -> list[Difference]:
    plan = make_plan(2, 12)
    progress = Progress(expected_calls(plan))
    options = Options(limits=None, hooks=progress)
    async with Emulator(
        username=USER,
        password=PASSWORD,
        rate_policy=NO_LIMITS,
    ) as emulator:
        url = emulator.base_url
        blocking = ManagementClient(USER, PASSWORD, base_url=url, options=options)
        async with AsyncManagementClient(
            USER,
            PASSWORD,
            base_url=url,
            options=options,
        ) as client:
            run = Run(plan, client, blocking)
            await run.make_frame()
            await run.make_flags()
            check = Check(plan, run.ids, client)
            assert await check.compare() == []
            assert dict(progress.done) == progress.expected
            await spoil(client, run.ids)  # type: ignore[operator]
            found = await check.compare()
        await asyncio.to_thread(blocking.close)
        return found


async def _change_a_value(client: AsyncManagementClient, ids: Ids) -> None:
    setting = await client.settings.get_setting(ids.flags[0])
    kind = {"boolean": "bool", "string": "string", "int": "int", "double": "double"}
    name = f"{kind[str(setting.setting_type)]}_value"
    other = {"bool_value": True, "string_value": "odd", "int_value": 7}.get(name, 7.5)
    await client.setting_values_v2.replace_setting_value_v2(
        ids.environments[0],
        ids.flags[0],
        models.UpdateEvaluationFormulaModel(
            default_value=models.UpdateValueModel(**{name: other}),
            percentage_evaluation_attribute="Odd",
        ),
    )


async def _delete_a_flag(client: AsyncManagementClient, ids: Ids) -> None:
    await client.settings.delete_setting(ids.flags[len(ids.flags) - 1])


def _ids(plan: Plan) -> Ids:
    from uuid import UUID

    anything = UUID(int=1)
    return Ids(
        product=anything,
        segments=[anything] * 3,
        flags={flag.number: flag.number + 1 for flag in plan.flags},
    )
