"""Tests of changing a value without losing the changes of others."""

import asyncio
from collections.abc import Iterator
from uuid import UUID

import pytest

from configcat_mgmt import (
    AsyncManagementClient,
    ConflictError,
    ManagementClient,
    Options,
    UnknownOutcome,
    models,
    values,
)
from configcat_mgmt.core.json_text import dump_json
from configcat_mgmt.emulator import Emulator, Fault
from configcat_mgmt.emulator.server import endpoints
from configcat_mgmt.errors import RequestBuildError
from configcat_mgmt.json_value import JsonValue

ROUNDS = 50
RULE = models.UpdateTargetingRuleModel(
    conditions=[
        models.UpdateConditionModel(
            user_condition=models.UpdateUserConditionModel(
                comparison_attribute="Email",
                comparator="textEquals",
                comparison_value=models.UpdateComparisonValueModel(
                    string_value="a@b.example"
                ),
            )
        )
    ],
    value=values.make_value(2),
)


@pytest.fixture
def emulator() -> Iterator[Emulator]:
    with Emulator(rate_policy=None) as emulator:
        yield emulator


@pytest.fixture
def client(emulator: Emulator) -> Iterator[ManagementClient]:
    with ManagementClient(
        emulator.username,
        emulator.password,
        base_url=emulator.base_url,
        options=Options(limits=None),
    ) as client:
        yield client


@pytest.fixture
def place(client: ManagementClient) -> tuple[UUID, int]:
    """An environment, and a number setting that is 0 there."""
    (organization,) = client.organizations.get_organizations()
    product = client.products.create_product(
        organization.organization_id, models.CreateProductRequest(name="Shop")
    )
    environment = client.environments.create_environment(
        product.product_id, models.CreateEnvironmentModel(name="Live")
    )
    config = client.configs.create_config(
        product.product_id,
        models.CreateConfigRequest(name="Main", evaluation_version="v2"),
    )
    setting = client.settings.create_setting(
        config.config_id,
        models.CreateSettingInitialValues(key="n", name="n", setting_type="int"),
    )
    return environment.environment_id, setting.setting_id


def count(value: models.UpdateEvaluationFormulaModel) -> None:
    number = values.plain_value(value.default_value)
    assert isinstance(number, int)
    value.default_value = values.make_value(number + 1)


def test_two_writers_lose_no_change(
    client: ManagementClient, place: tuple[UUID, int], emulator: Emulator
) -> None:
    async def write() -> None:
        async with AsyncManagementClient(
            emulator.username,
            emulator.password,
            base_url=emulator.base_url,
            options=Options(limits=None),
        ) as one:
            for _ in range(ROUNDS):
                await one.change_value(*place, count, attempts=100)

    async def both() -> None:
        await asyncio.gather(write(), write())

    asyncio.run(both())
    read = client.setting_values_v2.get_setting_value_v2(*place)
    assert values.plain_value(read.default_value) == 2 * ROUNDS
    writes = emulator.counts.calls["replace-setting-value-v2"]
    assert writes > 2 * ROUNDS, "the writers never met"


def test_a_conflict_is_tried_again_and_raised_in_the_end(
    client: ManagementClient, place: tuple[UUID, int]
) -> None:
    met: list[int] = []

    def late(value: models.UpdateEvaluationFormulaModel) -> None:
        if len(met) < 2:
            met.append(len(met))
            client.change_value(*place, count)
        count(value)

    with pytest.raises(ConflictError, match="has changed since"):
        client.change_value(*place, late, attempts=2)
    met.clear()
    done = client.change_value(*place, late, attempts=3, reason="third time")
    assert values.plain_value(done.default_value) == 5


def test_a_write_whose_response_is_lost_is_not_made_twice(
    client: ManagementClient, place: tuple[UUID, int], emulator: Emulator
) -> None:
    operation = "replace-setting-value-v2"
    emulator.faults.add(Fault("drop", operation=operation, after_effect=True))
    with pytest.raises(UnknownOutcome):
        client.change_value(*place, count)
    read = client.setting_values_v2.get_setting_value_v2(*place)
    assert values.plain_value(read.default_value) == 1


def test_a_value_with_a_field_of_a_later_version_is_refused_unwritten(
    client: ManagementClient,
    place: tuple[UUID, int],
    emulator: Emulator,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    client.setting_values_v2.replace_setting_value_v2(
        *place,
        models.UpdateEvaluationFormulaModel(
            default_value=values.make_value(1), targeting_rules=[RULE]
        ),
    )

    def with_a_field(value: JsonValue) -> bytes:
        head = b'"userCondition":{'
        return dump_json(value).replace(head, head + b'"negate":true,')

    monkeypatch.setattr(endpoints, "dump_json", with_a_field)
    with pytest.raises(RequestBuildError) as caught:
        client.change_value(*place, count)
    path = "$.targetingRules[0].conditions[0].userCondition.negate: this version"
    assert path in str(caught.value)
    assert emulator.counts.calls["replace-setting-value-v2"] == 1


def test_nothing_is_written_if_nothing_changes(
    client: ManagementClient, place: tuple[UUID, int], emulator: Emulator
) -> None:
    read = client.change_value(*place, lambda value: value)
    assert values.plain_value(read.default_value) == 0
    assert not emulator.counts.calls["replace-setting-value-v2"]


@pytest.mark.parametrize("attempts", [0, -1, True, 2.0, float("nan"), "2", None])
def test_attempts_are_a_whole_number_from_1_on(
    client: ManagementClient, place: tuple[UUID, int], attempts: object
) -> None:
    with pytest.raises(RequestBuildError, match="attempts must be a whole number"):
        client.change_value(*place, count, attempts=attempts)  # type: ignore[arg-type]


def test_a_change_that_is_no_function_is_refused_before_a_call(
    client: ManagementClient, place: tuple[UUID, int], emulator: Emulator
) -> None:
    change = {"bool_value": True}
    with pytest.raises(RequestBuildError, match="change must be a function, not dict"):
        client.change_value(*place, change)  # type: ignore[arg-type]
    assert not emulator.counts.calls["get-setting-value-v2"]
