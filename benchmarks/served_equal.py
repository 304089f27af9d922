"""Compares the values of 2,000 users before and after each kind of job.

Products are copied, environments promoted, configs converted and snapshots restored on
an emulator. The official SDK evaluates all settings for all users from the published
configs of both sides; most users nearly match some rule.

Run in a checkout that is installed with `pip install -e .`:
    python -m benchmarks.served_equal
"""

import tempfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final

import attrs

from benchmarks.timing import report
from configcat_mgmt import ManagementClient, Options
from configcat_mgmt.emulator import Emulator
from configcat_mgmt.jobs import NewProduct, Plan, PlanOptions, Snapshot, plan_copy
from configcat_mgmt.jobs.blocking import apply, take_snapshot
from configcat_mgmt.jobs.model.snapshot import Formula, UserCondition, ValueV1
from configcat_mgmt.jobs.planners.conversion import plan_conversion
from configcat_mgmt.jobs.planners.promotion import plan_promotion
from configcat_mgmt.jobs.planners.restore import plan_restore
from configcat_mgmt.jobs.planning.plan_file import plan_hash
from tests.emulator.published.managed import sdk
from tests.emulator.published.plans import User
from tests.evaluator.evaluation import PYTHON_TYPES, Outcome
from tests.evaluator.people import Comparison, people
from tests.jobs.world import build_shop

USERS: Final = 2_000
FLAGS: Final = 60
REASON: Final = "for a benchmark"
ACCOUNTS: Final = ",".join(map(str, range(50)))

Place = tuple[str, str, str]
"""Config, environment and key of a setting."""
Pairs = Iterable[tuple[Place, Place]]
Served = Mapping[Place, list[Outcome]]
"""The evaluation for each user, by the place of the setting."""


@attrs.frozen
class Scene:
    """A client, and the folder of the journals."""

    client: ManagementClient
    folder: Path
    users: list[User]

    def read(self, product: object) -> Snapshot:
        """Read a product with its SDK keys."""
        return take_snapshot(self.client, str(product), secrets=True)

    def apply(self, plan: Plan) -> Snapshot:
        """Apply a plan, and read the product."""
        journal = self.folder / f"{plan_hash(plan)}.journal"
        done = apply(self.client, plan, journal)
        assert done.is_complete, done.trouble
        return self.read(done.product_id)

    def served(self, snapshot: Snapshot) -> Served:
        """Evaluate everything from the configs that are published now."""
        settings = {one.name: one.settings for one in snapshot.configs}
        found: dict[Place, list[Outcome]] = {}
        for keys in snapshot.sdk_keys:
            with sdk(self.client.base_url, str(keys.primary)) as official:
                for one in settings[keys.config]:
                    kind = PYTHON_TYPES[one.type]
                    found[keys.config, keys.environment, one.key] = [
                        official.outcome(one.key, user, kind) for user in self.users
                    ]
        return found


def comparisons_of(snapshot: Snapshot) -> Iterator[Comparison]:
    """Give every comparison of rules, segments and percentages."""
    for segment in snapshot.segments:
        yield segment.attribute, segment.comparator, segment.comparison
    for config in snapshot.configs:
        for setting in config.settings:
            for value in setting.values.values():
                yield from _asked(value.targeting)


def _asked(targeting: Formula | ValueV1) -> Iterator[Comparison]:
    if isinstance(targeting, ValueV1):
        for old in targeting.rules:
            if old.segment is None:
                yield str(old.attribute), str(old.comparator), str(old.comparison)
        return
    if targeting.percentage_attribute is not None:
        yield targeting.percentage_attribute, "isOneOf", ACCOUNTS
    for rule in targeting.rules:
        for condition in rule.conditions:
            if isinstance(condition, UserCondition):
                wanted = condition.value
                if isinstance(wanted, tuple):
                    wanted = ",".join(item for item, _ in wanted)
                yield condition.attribute, condition.comparator, str(wanted)


def same_places(served: Served) -> Pairs:
    """Pair every setting with that of the same names."""
    return ((place, place) for place in served)


def tell(job: str, pairs: Pairs, before: Served, after: Served) -> None:
    """Compare the values before a job with the values after it."""
    evaluations = differing = places = targeted = 0
    for old, new in pairs:
        places += 1
        targeted += len({one.variation_id for one in before[old]}) > 1
        for one, other in zip(before[old], after[new], strict=True):
            evaluations += 1
            # True equals 1 and 1.0, so the types are compared too.
            is_same_type = type(one.value) is type(other.value)
            differing += not (is_same_type and one == other)
    equal = evaluations - differing
    report(
        f"served after {job}",
        users=USERS,
        values=places,
        values_that_tell_users_apart=targeted,
        evaluations=evaluations,
        equal=equal,
    )
    assert evaluations
    assert not differing


def copied(scene: Scene, source: Snapshot) -> Snapshot:
    """Copy a product; return the copy."""
    base_url, organization = source.source.base_url, source.source.organization
    target = NewProduct(base_url, organization, f"Copy of {source.name}")
    copy = scene.apply(plan_copy(source, target, PlanOptions(reason=REASON)))
    before = scene.served(source)
    tell("copy", same_places(before), before, scene.served(copy))
    return copy


def converted(scene: Scene, product: Snapshot) -> Snapshot:
    """Convert the config of evaluation version 1."""
    before = scene.served(product)
    (old,) = [one.name for one in product.configs if one.evaluation_version == "v1"]
    after = scene.apply(plan_conversion(product, old, reason=REASON))
    (new,) = {one.name for one in after.configs} - {one.name for one in product.configs}
    pairs = [(place, (new, *place[1:])) for place in before if place[0] == old]
    tell("convert", pairs, before, scene.served(after))
    return after


def restored(scene: Scene, product: Snapshot) -> Snapshot:
    """Delete a config, change the other values, and restore it all."""
    before = scene.served(product)
    *others, last = (one.name for one in product.environments)
    changed = scene.apply(plan_promotion(product, last, others, reason=REASON))
    scene.client.call("delete-config", config_id=changed.configs[0].id)
    changed = scene.read(product.source.product_id)
    after = scene.served(changed)
    assert {place: before[place] for place in after} != after
    restored = scene.apply(plan_restore(product, changed, reason=REASON))
    tell("restore", same_places(before), before, scene.served(restored))
    return restored


def promoted(scene: Scene, product: Snapshot) -> None:
    """Promote the values of the first environment to the others."""
    before = scene.served(product)
    first, *others = (one.name for one in product.environments)
    after = scene.apply(plan_promotion(product, first, others, reason=REASON))
    pairs = [((place[0], first, place[2]), place) for place in before]
    tell("promote", pairs, before, scene.served(after))


def main() -> None:
    """Do all jobs with a product that has one of everything, and with a seeded one."""
    with (
        Emulator(rate_policy=None) as emulator,
        ManagementClient(
            emulator.username,
            emulator.password,
            base_url=emulator.base_url,
            options=Options(limits=None),
        ) as client,
        tempfile.TemporaryDirectory() as folder,
    ):
        shop = client.portal.run(build_shop(client.aio))
        (seeded,) = emulator.seed(configs=3, environments=3, flags=FLAGS)
        for product in (shop.product_id, seeded):
            source = take_snapshot(client, product, secrets=True)
            users = people(comparisons_of(source), USERS)
            scene = Scene(client, Path(folder), users)
            copy = copied(scene, source)
            promoted(scene, restored(scene, converted(scene, copy)))


if __name__ == "__main__":
    main()
