"""Compares the values that the official SDK and an independent evaluator serve.

Settings, segments and users are generated and written to an emulator over HTTP. The
SDK reads the configs that the emulator publishes, and the evaluator the responses of
its management API.

Run: python -m benchmarks.evaluate
"""

import sys
from collections import Counter

import configcatclient.version
from hypothesis import HealthCheck, Phase, given, settings

from benchmarks.timing import report
from configcat_mgmt.emulator import Emulator
from tests.emulator.published.managed import Manager, compare
from tests.emulator.published.plans import COMPARATORS, Plan, plans

PLANS = 100
SETTINGS = 10
"""Of each version in a plan."""
PEOPLE = 10
WANTED = PLANS * 2 * SETTINGS * PEOPLE


def main() -> None:
    """Print how many evaluations there were and how many of them were equal."""
    seen: Counter[tuple[str, bool | None]] = Counter()
    differences: list[object] = []
    evaluations = 0
    with Emulator(rate_policy=None) as emulator:
        manager = Manager(emulator)

        @settings(
            max_examples=PLANS,
            derandomize=True,
            database=None,
            deadline=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(plan=plans(settings=SETTINGS, people=PEOPLE))
        def evaluate(plan: Plan) -> None:
            nonlocal evaluations
            for managed in manager.manage(plan):
                judge = managed.evaluation()
                comparison = compare(emulator.base_url, managed, judge, plan.users)
                evaluations += comparison.evaluations
                differences.extend(comparison.differences)
                seen.update(judge.seen)

        evaluate()
        manager.close()
    comparisons = Counter(result for _, result in seen.elements())
    report(
        "published config",
        evaluations=evaluations,
        equal=evaluations - len(differences),
        wanted=WANTED,
        comparators=len({one for one, _ in seen} & set(COMPARATORS)),
        comparisons_true=comparisons[True],
        comparisons_false=comparisons[False],
        comparisons_impossible=comparisons[None],
        sdk=configcatclient.version.CONFIGCATCLIENT_VERSION,
    )
    for difference in differences[:5]:
        print(difference, file=sys.stderr)
    if differences or evaluations != WANTED:
        sys.exit(1)


if __name__ == "__main__":
    main()
