"""Names become ids: with as few lists as possible, and never of the wrong thing."""

import attrs
import pytest

from configcat_mgmt import AsyncManagementClient
from configcat_mgmt.emulator import Emulator
from configcat_mgmt.jobs.applying.resolve_refs import Resolver, UnresolvedError, refs_in
from configcat_mgmt.jobs.applying.target_index import TargetIndex
from configcat_mgmt.jobs.model.entity import Ref
from configcat_mgmt.jobs.model.plan import Plan, Step, Target
from tests.jobs.looking import rename_freely
from tests.jobs.world import World


@pytest.fixture
def plan(shop: World, emulator: Emulator) -> Plan:
    target = Target(emulator.base_url, "example ORGANIZATION", "web shop", is_new=False)
    return Plan("copy", target, "0" * 64)


@pytest.fixture
def resolver(client: AsyncManagementClient, plan: Plan) -> Resolver:
    return Resolver(plan, TargetIndex(client))


def making(entity: str, *key: str) -> Step:
    ref = Ref(entity, key)
    return Step("x", 1, "create", entity, key, "create-tag", {}, None, creates=ref)


async def test_everything_is_found_by_its_name_in_any_case(
    resolver: Resolver, shop: World
) -> None:
    expected = {
        ("organization", "Example Organization"): shop.organization_id,
        ("organization", shop.organization_id): shop.organization_id,
        ("product", "WEB SHOP"): shop.product_id,
        ("environment", "production"): shop.environments["Production"],
        ("tag", "BACKEND"): shop.tags["Backend"],
        ("segment", "vip"): shop.segments["VIP"],
        ("permission_group", "support"): shop.groups["Support"],
        ("config", "mobile"): shop.configs["Mobile"],
        ("setting", "MAIN", "NewCheckout"): shop.settings["Main", "newCheckout"],
        ("variation", "main", "Provider", "stripe"): shop.variations[
            "Main", "provider", "stripe"
        ],
        (
            "webhook",
            "main",
            "test",
            "https://hooks.example/test",
            "get",
        ): shop.webhooks["https://hooks.example/test"],
        ("integration", "CHAT", "slack"): shop.integrations["Chat"],
    }
    for (entity, *key), wanted in expected.items():
        assert await resolver.find(Ref(entity, tuple(key))) == wanted


async def test_a_list_is_read_once_however_much_is_looked_for(
    resolver: Resolver, emulator: Emulator, shop: World
) -> None:
    for name in ("Production", "Staging", "Test", "Production"):
        await resolver.find(Ref("environment", (name,)))
    for key in ("newCheckout", "greeting", "provider"):
        await resolver.find(Ref("setting", ("Main", key)))
    assert emulator.counts.calls == {
        "get-organizations": 1,
        "get-products": 1,
        "get-environments": 1,
        "get-configs": 1,
        "get-settings": 1,
    }


async def test_the_id_of_the_product_saves_its_list(
    client: AsyncManagementClient, plan: Plan, shop: World, emulator: Emulator
) -> None:
    target = attrs.evolve(plan.target, product_id=shop.product_id, product="Renamed")
    resolver = Resolver(attrs.evolve(plan, target=target), TargetIndex(client))
    await resolver.find(Ref("environment", ("Test",)))
    assert emulator.counts.calls == {"get-environments": 1}


@pytest.mark.parametrize(
    "ref",
    [
        Ref("organization", ("Other",)),
        Ref("environment", ("Prod",)),
        Ref("setting", ("Main", "newCheckout2")),
        Ref("setting", ("Other", "newCheckout")),
        Ref("variation", ("Main", "provider", "Stripe")),
        Ref("webhook", ("Main", "Test", "https://hooks.example/TEST", "get")),
        Ref("integration", ("Chat", "dataDog")),
    ],
    ids=lambda ref: "/".join(ref.key),
)
async def test_what_is_not_there_is_named(resolver: Resolver, ref: Ref) -> None:
    with pytest.raises(UnresolvedError, match="is not there") as error:
        await resolver.find(ref)
    assert error.value.why == "absent"


async def test_two_things_of_a_name_are_not_guessed_at(
    resolver: Resolver, shop: World, emulator: Emulator
) -> None:
    await shop.tag("another")
    rename_freely(emulator, "another", "backend")
    await shop.setting("Mobile", "another")
    rename_freely(emulator, "another", "NEWCHECKOUT")
    for ref in (Ref("tag", ("Backend",)), Ref("setting", ("Mobile", "newCheckout"))):
        with pytest.raises(UnresolvedError, match="exists 2 times") as error:
            await resolver.find(ref)
        assert error.value.why == "ambiguous"
    assert await resolver.find(Ref("setting", ("Mobile", "minimumVersion")))


async def test_what_the_plan_makes_is_not_looked_for(
    client: AsyncManagementClient, plan: Plan, emulator: Emulator
) -> None:
    steps = (making("tag", "Backend"), making("setting", "Main", "greeting"))
    resolver = Resolver(attrs.evolve(plan, steps=steps), TargetIndex(client))
    for ref in (
        Ref("tag", ("backend",)),
        Ref("setting", ("main", "greeting")),
        Ref("variation", ("main", "greeting", "x")),
    ):
        with pytest.raises(UnresolvedError, match="was not made") as error:
            await resolver.find(ref)
        assert error.value.why == "unmade"
    assert emulator.counts.total_calls == 0
    resolver.learn(Ref("tag", ("Backend",)), 17)
    assert await resolver.find(Ref("tag", ("BACKEND",))) == 17
    # The list of the others does not bring the planned one in.
    assert await resolver.find(Ref("setting", ("Main", "provider")))
    with pytest.raises(UnresolvedError, match="was not made"):
        await resolver.find(Ref("setting", ("Main", "greeting")))


async def test_refs_are_replaced_wherever_they_stand(
    resolver: Resolver, shop: World
) -> None:
    tag, test = {"$ref": ["tag", "backend"]}, {"$ref": ["environment", "Test"]}
    value = {"a": [tag, {"b": test}], "c": "$ref", "d": None, "e": 1.5, "f": True}
    assert [ref.entity for ref in refs_in(value)] == ["tag", "environment"]
    assert await resolver.resolve(value) == {
        "a": [shop.tags["Backend"], {"b": shop.environments["Test"]}],
        "c": "$ref",
        "d": None,
        "e": 1.5,
        "f": True,
    }


async def test_a_product_of_this_name_in_another_organization_is_another(
    resolver: Resolver, client: AsyncManagementClient, emulator: Emulator, shop: World
) -> None:
    state = emulator.state
    other = state.add_organization("Other", state.caller)
    await client.call(
        "create-product",
        organization_id=other.organization_id,
        body={"name": "Web shop"},
    )
    assert await resolver.find(Ref("product", ("Web shop",))) == shop.product_id


async def test_a_value_of_a_double_is_told_from_that_of_an_int(
    resolver: Resolver, shop: World
) -> None:
    variations = [{"value": {"doubleValue": 2}}, {"value": {"doubleValue": 2.5}}]
    await shop.setting("Main", "rate", "double", variations=variations)
    two = await resolver.find(Ref("variation", ("Main", "rate", "2.0")))
    assert two == shop.variations["Main", "rate", 2.0]
    with pytest.raises(UnresolvedError):
        await resolver.find(Ref("variation", ("Main", "rate", "2")))
