"""Converts a config on an emulator, and asks the official SDK what both serve.

with Emulator(rate_policy=None) as emulator, blocking(emulator) as client:
    world = client.portal.run(build_old_product(client.aio))
    both = convert(client, world.product_id, "Old", "Production", folder)
    crowd = people(comparisons_of(both.old.values, both.old.segments), 2_000)
    print(compare_served(emulator.base_url, both, crowd).differences)
"""

from pathlib import Path
from typing import Any

import attrs

from configcat_mgmt import ManagementClient, Options
from configcat_mgmt.emulator import Emulator
from configcat_mgmt.jobs.applying.report import NewSdkKey, Report
from configcat_mgmt.jobs.blocking import apply, take_snapshot
from configcat_mgmt.jobs.model.plan import Plan
from configcat_mgmt.jobs.planners.conversion import converted, plan_conversion
from tests.emulator.published.managed import Comparison, Managed, sdk
from tests.emulator.published.plans import User

Json = Any


@attrs.frozen
class Both:
    """A config of version 1 and the one that was made of it, in one environment."""

    old: Managed
    new: Managed
    plan: Plan
    report: Report


def blocking(emulator: Emulator) -> ManagementClient:
    """Return a client of an emulator without a limiter."""
    return ManagementClient(
        emulator.username,
        emulator.password,
        base_url=emulator.base_url,
        options=Options(limits=None),
    )


def convert(
    client: ManagementClient, product: str, config: str, environment: str, folder: Path
) -> Both:
    """Convert a config, and read both as they are then.

    The SDK keys come from the report, as they would for whoever deploys them.
    """
    snapshot = take_snapshot(client, product, secrets=True)
    plan = plan_conversion(snapshot, config)
    journal = folder / f"{len([*folder.iterdir()])}.journal"
    source = converted(snapshot, config)
    report = apply(client, plan, journal, source=source, sdk_keys=True)
    assert report.is_complete, report.trouble
    segments: list[Json] = [
        client.call("get-segment", segment_id=segment.id)
        for segment in snapshot.segments
    ]
    ids = {one.name: one.id for one in snapshot.environments}
    (configs,) = [one for one in report.ids if one.entity == "config"]
    keys = keys_in(report, environment)
    old, new = (
        client.call(operation, config_id=one, environment_id=ids[environment])
        for operation, one in (
            ("get-setting-values", configs.old),
            ("get-setting-values-v2", configs.new),
        )
    )
    return Both(
        old=Managed(old, segments, str(keys.old_primary)),
        new=Managed(new, segments, str(keys.primary)),
        plan=plan,
        report=report,
    )


def keys_in(report: Report, environment: str) -> NewSdkKey:
    """Return the SDK keys, old and new, of an environment."""
    (keys,) = [one for one in report.sdk_keys if one.environment == environment]
    return keys


def compare_served(base_url: str, both: Both, users: list[User]) -> Comparison:
    """Have the official SDK evaluate all settings of both configs for all users.

    Values and variation ids are compared, and the types of the values.
    """
    comparison = Comparison()
    old_judge, new_judge = both.old.evaluation(), both.new.evaluation()
    assert sorted(old_judge.keys) == sorted(new_judge.keys)
    with sdk(base_url, both.old.sdk_key) as old, sdk(base_url, both.new.sdk_key) as new:
        for key in old_judge.keys:
            kind = old_judge.type_of(key)
            for user in users:
                before = old.outcome(key, user, kind)
                after = new.outcome(key, user, kind)
                comparison.evaluations += 1
                if before != after or type(before.value) is not type(after.value):
                    told = (old_judge.told(key)["value"], new_judge.told(key)["value"])
                    comparison.differences.append((before, after, user, told))
    return comparison
