"""The official SDK and the evaluator agree about what users are served."""

from typing import Final

import pytest
from hypothesis import given

from configcat_mgmt.emulator import Emulator
from tests.emulator.published.grid import FAMILIES
from tests.emulator.published.managed import Manager, compare
from tests.emulator.published.plans import COMPARATORS, Plan, plans
from tests.hypothesis_profiles import examples

GENERATION: Final = examples(10, shrink=False)
"""2,000 evaluations: 20 settings for 10 users each time."""


@GENERATION
@given(plan=plans())
def test_generated_settings_serve_the_same_by_sdk_and_evaluator(
    running: Emulator, manager: Manager, plan: Plan
) -> None:
    for managed in manager.manage(plan):
        evaluation = managed.evaluation()
        comparison = compare(running.base_url, managed, evaluation, plan.users)
        assert comparison.differences == []
        assert comparison.evaluations == 100


@pytest.mark.parametrize("name", FAMILIES)
def test_each_comparator_holds_fails_and_cannot_be_told_for_the_same_users(
    running: Emulator, manager: Manager, name: str
) -> None:
    family = FAMILIES[name]
    plan = family.plan()
    v1, v2 = manager.manage(plan)
    for managed, comparators in ((v1, family.of_v1), (v2, family.comparators)):
        evaluation = managed.evaluation()
        comparison = compare(running.base_url, managed, evaluation, plan.users)
        assert comparison.differences == []
        for comparator in comparators:
            results = {result for one, result in evaluation.seen if one == comparator}
            assert results == {True, False, None}, comparator


def test_the_families_have_all_comparators() -> None:
    ours = [one for family in FAMILIES.values() for one in family.comparators]
    assert sorted(ours) == sorted(COMPARATORS)
    assert len(ours) == 36
    of_v1 = [one for family in FAMILIES.values() for one in family.of_v1]
    assert len(set(of_v1)) == len(of_v1) == 18
