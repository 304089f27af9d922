"""The new config serves every user what the old one does, variation ids included."""

from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Final

import pytest
from hypothesis import given

from configcat_mgmt import ManagementClient
from configcat_mgmt.emulator import Emulator
from configcat_mgmt.jobs.model.plan import Plan
from tests.emulator.published.managed import Managed, Manager, compare
from tests.emulator.published.plans import Plan as Written
from tests.emulator.published.plans import User, plans
from tests.evaluator.evaluation import bucket
from tests.evaluator.people import comparisons_of, people
from tests.hypothesis_profiles import examples
from tests.jobs.planners.old_config import (
    NO_VERSIONS,
    SERVED,
    build_old_product,
    comparison_rules,
    odd,
)
from tests.jobs.planners.served import Both, blocking, compare_served, convert
from tests.jobs.world_values import OLD_COMPARATORS

PEOPLE: Final = 300
GENERATION: Final = examples(8, shrink=False)
SEEDS: Final = count()
COMPARATORS: Final = {
    "contains": "containsAnyOf",
    "doesNotContain": "doesNotContainAnyOf",
}
"""Those that are called otherwise in version 2."""


@pytest.fixture(scope="module")
def emulator() -> Iterator[Emulator]:
    with Emulator(rate_policy=None) as emulator:
        yield emulator


@pytest.fixture(scope="module")
def blocking_client(emulator: Emulator) -> Iterator[ManagementClient]:
    with blocking(emulator) as client:
        yield client


@pytest.fixture(scope="module")
def manager(emulator: Emulator) -> Iterator[Manager]:
    manager = Manager(emulator)
    yield manager
    manager.close()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("journals")


@pytest.fixture(scope="module")
def both(blocking_client: ManagementClient, folder: Path) -> Both:
    """The config with one of everything, and the one that was made of it."""
    client = blocking_client
    world = client.portal.run(build_old_product(client.aio))
    return convert(client, world.product_id, "Old", "Production", folder)


@pytest.fixture(scope="module")
def crowd(both: Both) -> list[User]:
    """Users near to all that the old config compares with."""
    return people(comparisons_of(both.old.values, both.old.segments), PEOPLE)


def items_of(plan: Plan, code: str) -> str:
    """Return what issues of a code say of the old config in Production."""
    return " ".join(one.cause for one in plan.issues if one.code == code)


def rules_in(managed: Managed) -> int:
    if "settingValues" in managed.values:
        return sum(len(one["rolloutRules"]) for one in managed.values["settingValues"])
    formulas = managed.values["settingFormulas"]
    return sum(len(one["targetingRules"]) for one in formulas)


def test_both_configs_serve_the_same_to_everybody(
    emulator: Emulator, both: Both, crowd: list[User]
) -> None:
    comparison = compare_served(emulator.base_url, both, crowd)
    assert comparison.differences == []
    assert comparison.evaluations == len(crowd) * len(both.old.evaluation().keys)
    assert comparison.evaluations > 45_000


def test_the_sdk_and_the_evaluator_agree_about_the_new_config(
    emulator: Emulator, both: Both, crowd: list[User]
) -> None:
    judge = both.new.evaluation()
    few = crowd[:100]
    comparison = compare(emulator.base_url, both.new, judge, few)
    assert comparison.differences == []


@pytest.mark.parametrize("which", ["old", "new"])
def test_among_the_users_each_comparator_holds_fails_and_cannot_be_told(
    both: Both, crowd: list[User], which: str
) -> None:
    judge = (both.old if which == "old" else both.new).evaluation()
    for key in judge.keys:
        for user in crowd:
            judge.outcome(key, user)
    for name in OLD_COMPARATORS:
        comparator = name if which == "old" else COMPARATORS.get(name, name)
        results = {result for one, result in judge.seen if one == comparator}
        assert results == {True, False, None}, comparator


def test_users_keep_their_places_in_percentage_splits(
    both: Both, crowd: list[User]
) -> None:
    old, new = both.old.evaluation(), both.new.evaluation()
    ids = [user["Identifier"] for user in crowd if user is not None]
    for kind in SERVED:
        key = f"split_{kind}"
        served = [
            {bucket(key, one): judge.outcome(key, {"Identifier": one}) for one in ids}
            for judge in (old, new)
        ]
        assert served[0] == served[1]
        assert len(set(served[0].values())) >= 2, kind
        assert key in items_of(both.plan, "CC546")


def test_rules_that_apply_to_nobody_are_left_out_with_a_warning(both: Both) -> None:
    fewer = [one for one in both.plan.issues if one.code in ("CC542", "CC543")]
    assert {one.severity for one in fewer} == {"warning"}
    assert {one.where for one in fewer} == {"Old in Production"}
    assert "split_int (rule 1)" in items_of(both.plan, "CC542")
    assert "split_int (rule 3)" in items_of(both.plan, "CC543")
    left_out = [
        text
        for comparator, text in comparison_rules()
        if text in odd(comparator) and not text.endswith(NO_VERSIONS)
    ]
    # In each split two rules apply to nobody, and the percentage_options become a rule.
    fewer_rules = len(left_out) + len(SERVED) * (2 - 1)
    old, new = rules_in(both.old), rules_in(both.new)
    assert old - new == fewer_rules == 51


@GENERATION
@given(plan=plans())
def test_generated_configs_serve_the_same_when_they_are_converted(
    emulator: Emulator,
    manager: Manager,
    blocking_client: ManagementClient,
    folder: Path,
    plan: Written,
) -> None:
    old, _ = manager.manage(plan)
    place = (old.values["config"]["name"], old.values["environment"]["name"])
    both = convert(blocking_client, manager.product, *place, folder)
    near = people(comparisons_of(old.values, old.segments), 20, seed=next(SEEDS))
    users = [*plan.users, *near]
    comparison = compare_served(emulator.base_url, both, users)
    assert comparison.differences == []
    assert comparison.evaluations == 10 * len(users)
