"""Any product is copied, made like any other, and restored, on a real emulator.

What the planner believes of the service is tried on the service: every step has to be
accepted, nothing may differ in the end, and nothing may be left to do.
"""

import asyncio
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import attrs
from hypothesis import given

from configcat_mgmt import AsyncManagementClient, Options
from configcat_mgmt.emulator import Emulator
from configcat_mgmt.jobs.applying.apply import apply
from configcat_mgmt.jobs.compare.differences import differences
from configcat_mgmt.jobs.model.plan import NewProduct, Plan
from configcat_mgmt.jobs.model.snapshot import (
    Formula,
    Integration,
    PercentageOption,
    PermissionGroup,
    Rule,
    RuleV1,
    Setting,
    Snapshot,
    ValueV1,
)
from configcat_mgmt.jobs.planning.plan_copy import PlanOptions, plan_copy
from configcat_mgmt.jobs.snapshotting.product import take_snapshot
from configcat_mgmt.jobs.verifying.verify import verify
from tests.hypothesis_profiles import examples
from tests.jobs.apply_tools import fast_folder
from tests.jobs.judge import Judge
from tests.jobs.products import TARGET, products
from tests.jobs.world import SECRET_PARAMETERS

Json = Any

ORGANIZATION: Final = "Example organization"
MIRROR: Final = PlanOptions(
    on_conflict="overwrite", delete=True, max_deletes=1_000, reason="a test"
)
VALUES: Final = {
    Formula: "default",
    ValueV1: "default",
    Rule: "value",
    RuleV1: "value",
    PercentageOption: "value",
}
"""Fields that are served, where the service refuses an empty text."""


def acceptable(value: Json, rights: Mapping[str, bool]) -> Json:
    """Return part of a snapshot as the service accepts and returns it."""
    if isinstance(value, tuple):
        return tuple(acceptable(one, rights) for one in value)
    if isinstance(value, Mapping):
        return {name: acceptable(one, rights) for name, one in value.items()}
    if not attrs.has(type(value)):
        return value
    fields = {
        field.name: acceptable(getattr(value, field.name), rights)
        for field in attrs.fields(type(value))
    }
    served = VALUES.get(type(value))
    if served is not None and fields[served] == "":
        fields[served] = "y"
    if isinstance(value, Setting) and value.is_json:
        # The values are any texts.
        fields["is_json"] = False
    if isinstance(value, PermissionGroup):
        fields["rights"] = {**rights, **value.rights}
    if isinstance(value, Integration):
        good = SECRET_PARAMETERS[value.type]
        key = next(iter(good))
        more = (value.parameters or {})["key"]
        fields["parameters"] = {**good, key: f"{good[key]}{more}"}
    return type(value)(**fields)


@attrs.define
class Trial:
    """Products on an emulator, made by plans that are carried out completely."""

    emulator: Emulator
    client: AsyncManagementClient
    folder: Path
    jobs: int = 0

    async def carry_out(self, plan: Plan) -> Snapshot:
        """Do what a plan says, and return the product as it is then."""
        assert plan.blockers == ()
        self.jobs += 1
        journal = self.folder / f"{self.jobs}.db"
        report = await apply(self.client, plan, journal, linger_seconds=0)
        assert report.is_complete, report.trouble
        assert report.product_id is not None
        assert await verify(self.client, plan, report.product_id) == ()
        return await take_snapshot(self.client, report.product_id, secrets=True)

    async def own_group(self) -> PermissionGroup:
        """Return the group that the service gives to each product."""
        target = NewProduct(self.emulator.base_url, ORGANIZATION, "Empty")
        empty = Snapshot(attrs.evolve(TARGET, base_url=self.emulator.base_url), "Empty")
        (group,) = (
            await self.carry_out(plan_copy(empty, target, MIRROR))
        ).permission_groups
        return attrs.evolve(group, id=None)

    async def run(self, first: Snapshot, second: Snapshot) -> None:
        """Make one product, make it like another, and bring it back."""
        own = await self.own_group()
        rights = dict.fromkeys(own.rights, False)
        one, other = (
            with_group(acceptable(snapshot, rights), own)
            for snapshot in (first, second)
        )
        target = NewProduct(self.emulator.base_url, ORGANIZATION, "Copy")
        made = await self.carry_out(plan_copy(one, target, MIRROR))
        require_like(one, made)
        changed = await self.carry_out(plan_copy(other, made, MIRROR))
        require_like(other, changed)
        assert plan_copy(other, changed, MIRROR).is_empty
        back = attrs.evolve(MIRROR, kind="restore")
        restored = await self.carry_out(plan_copy(made, changed, back))
        assert differences(made, restored) == ()


def with_group(snapshot: Snapshot, own: PermissionGroup) -> Snapshot:
    """Keep the group that has a member, who could not work without."""
    if any(one.name == own.name for one in snapshot.permission_groups):
        return snapshot
    groups = (*snapshot.permission_groups, own)
    return attrs.evolve(snapshot, permission_groups=groups)


def require_like(wanted: Snapshot, found: Snapshot) -> None:
    """Demand that two products are equal but for name and description."""
    assert [str(one) for one in differences(wanted, found)] == []


@examples(8)
@given(products(), products(TARGET))
def test_any_product_is_copied_mirrored_and_restored(
    first: Snapshot, second: Snapshot
) -> None:
    async def run() -> None:
        async with Emulator(rate_policy=None) as emulator:
            judge = Judge(emulator)
            async with AsyncManagementClient(
                emulator.username,
                emulator.password,
                base_url=emulator.base_url,
                options=Options(limits=None),
            ) as client:
                with TemporaryDirectory() as folder, fast_folder(Path(folder)) as fast:
                    await Trial(emulator, client, fast).run(first, second)
        assert judge.problems == []

    asyncio.run(run())
