"""A seed makes a whole product, and equal numbers make equal products."""

from collections import Counter
from typing import Any

import attrs
import pytest

from configcat_mgmt import AsyncManagementClient, Options, models
from configcat_mgmt.emulator import Emulator
from configcat_mgmt.emulator.seeding.realistic import make_plan
from configcat_mgmt.emulator.seeding.seeds import seed
from configcat_mgmt.errors import ConfigurationError
from configcat_mgmt.jobs import Snapshot, take_snapshot
from tests.jobs.looking import records_in


async def seeded(flags: int, seed: int = 1) -> Snapshot:
    async with (
        Emulator(rate_policy=None, seed=3) as emulator,
        AsyncManagementClient(
            emulator.username,
            emulator.password,
            base_url=emulator.base_url,
            options=Options(limits=None),
        ) as client,
    ):
        (product,) = emulator.seed(flags=flags, seed=seed)
        return await take_snapshot(client, product, secrets=True)


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


async def test_a_seeded_product_has_everything_that_the_api_knows() -> None:
    snapshot = await seeded(300)
    settings = [one for config in snapshot.configs for one in config.settings]
    values = [value for one in settings for value in one.values.values()]
    assert {config.evaluation_version for config in snapshot.configs} == {"v1", "v2"}
    assert len(settings) == 300
    assert any(setting.variations for setting in settings)
    assert any(setting.tags for setting in settings)
    assert any(value.links for value in values)
    assert len(snapshot.permission_groups) == 3
    assert snapshot.segments
    assert snapshot.webhooks
    assert snapshot.integrations
    assert snapshot.preferences.show_variation_id


async def test_targeting_has_rules_of_every_kind() -> None:
    records = Counter(type(one).__name__ for one in records_in(await seeded(300)))
    for name in (
        "UserCondition",
        "SegmentCondition",
        "PrerequisiteCondition",
        "PercentageOption",
        "RuleV1",
    ):
        assert records[name] > 10, name


async def test_the_same_numbers_give_the_same_product() -> None:
    first, second, other = await seeded(40), await seeded(40), await seeded(40, seed=2)
    assert first == attrs.evolve(second, source=first.source)
    assert first.configs != other.configs


@pytest.mark.parametrize(
    ("numbers", "message"),
    [
        ({"environments": 0}, "environments must be"),
        ({"configs": 0}, "configs must be"),
        ({"products": -1}, "products must be"),
        ({"products": 1001, "flags": 0}, "products must be"),
        ({"environments": 101, "flags": 0}, "environments must be"),
        ({"configs": 101, "flags": 0}, "configs must be"),
        ({"flags": 10_001}, "flags must be"),
        ({"flags": -1}, "flags must be"),
        ({"products": "x"}, "products must be a whole number from 0 to 1000"),
        ({"environments": 1.5}, "environments must be a whole number"),
        ({"flags": True}, "flags must be a whole number"),
        ({"seed": "x"}, "seed must be a whole number of at least 0"),
        ({"products": 2, "flags": 5001}, "10000 flags, not 10002"),
        ({"flags": 9000, "environments": 23}, "not 207000"),
        ({"products": 1000, "flags": 0, "configs": 68}, "not 204000"),
    ],
)
def test_a_seed_out_of_bounds_is_refused_before_anything_is_made(
    numbers: dict[str, Any], message: str
) -> None:
    emulator = Emulator()
    with pytest.raises(ConfigurationError, match=message):
        seed(emulator.state, **numbers)
    assert emulator.state.products == {}


async def test_the_first_user_manages_a_second_organization() -> None:
    async with Emulator(rate_policy=None, seed=3) as emulator:
        second = emulator.add_organization("Second")
        async with AsyncManagementClient(
            emulator.username, emulator.password, base_url=emulator.base_url
        ) as client:
            found = await client.organizations.get_organizations()
            assert [one.name for one in found] == ["Example organization", "Second"]
            assert found[1].organization_id == second
            body = models.CreateProductRequest(name="There")
            made = await client.products.create_product(second, body)
            assert made.organization.name == "Second"
