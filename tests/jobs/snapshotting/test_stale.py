"""The report on stale flags says where, why, and what still needs them."""

import json
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import parse_qsl

import pytest

from configcat_mgmt import AsyncManagementClient, ConfigurationError
from configcat_mgmt.emulator import Emulator, Fault
from configcat_mgmt.jobs.model.selection import Criteria, Selection
from configcat_mgmt.jobs.model.snapshot import Snapshot
from configcat_mgmt.jobs.snapshotting.product import take_snapshot
from configcat_mgmt.jobs.snapshotting.stale import (
    CodeUse,
    Dependent,
    StaleFlag,
    StaleReport,
    find_stale,
)
from tests.jobs.aging import Clock, refer
from tests.jobs.world import World
from tests.jobs.world_values import formula, option, plain_formula, split

Json = Any

MAIN = Selection(Criteria(configs=["Main"]))
CHECKOUT = Selection(Criteria(configs=["Main"], keys=["newCheckout"]))


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def emulator(clock: Clock) -> AsyncIterator[Emulator]:
    async with Emulator(rate_policy=None, clock=clock, request_log=100) as emulator:
        yield emulator


@pytest.fixture
def shop(new_shop: World) -> World:
    return new_shop


@pytest.fixture
async def old_shop(shop: World, clock: Clock, emulator: Emulator) -> World:
    """A shop of which only one flag was changed lately, in one environment."""
    clock.turn(days=40)
    body = formula(False, split(option(20, True), option(80, False)))
    await shop.set_formula("Main", "newCheckout", "Test", body)
    emulator.counts.reset()
    return shop


@pytest.fixture
async def snapshot(client: AsyncManagementClient, old_shop: World) -> Snapshot:
    return await take_snapshot(client, old_shop.product_id)


def flag_of(report: StaleReport, config: str, key: str) -> StaleFlag:
    (found,) = [one for one in report.flags if (one.config, one.key) == (config, key)]
    return found


def keys(report: StaleReport) -> set[str]:
    return {f"{flag.config} {flag.key}" for flag in report.flags}


async def test_a_flag_is_reported_with_all_that_speaks_for_and_against_it(
    client: AsyncManagementClient, old_shop: World, snapshot: Snapshot
) -> None:
    await refer(old_shop, "Main", "killSwitch", 3, 14)
    await refer(old_shop, "Main", "killSwitch", 3, branch="next")
    report = await find_stale(client, snapshot)
    flag = flag_of(report, "Main", "killSwitch")
    assert [(place.environment, place.why) for place in flag.stale_in] == [
        (name, "not changed since 2026-01-01 12:00:00+00:00")
        for name in ("Production", "Staging", "Test")
    ]
    assert flag.not_stale_in == ()
    assert flag.code == (
        CodeUse("web", "main", "shop.py", 3),
        CodeUse("web", "main", "shop.py", 14),
        CodeUse("web", "next", "shop.py", 3),
    )
    assert flag.has_code_references
    assert flag.may_be_in_code
    assert flag.dependents == (Dependent("newCheckout", ("Production",)),)
    other = flag_of(report, "Main", "newCheckout")
    assert [place.environment for place in other.stale_in] == ["Production", "Staging"]
    assert other.stale_in[1].why == "never changed"
    assert other.not_stale_in == ("Test",)
    assert other.tags == ("frontend", "release 2.0")
    assert (other.code, other.dependents, other.may_be_in_code) == ((), (), False)


async def test_flags_of_all_configs_and_both_versions_are_reported(
    client: AsyncManagementClient, emulator: Emulator, snapshot: Snapshot
) -> None:
    emulator.counts.reset()
    told: list[tuple[int, int]] = []
    report = await find_stale(
        client, snapshot, progress=lambda *numbers: told.append(numbers)
    )
    everything = {
        f"{config.name} {setting.key}"
        for config in snapshot.configs
        for setting in config.settings
    }
    assert keys(report) == everything
    assert len(report.flags) == len(everything) == 13
    assert dict(emulator.counts.calls) == {
        "get-staleflags": 1,
        "get-references-for-feature-flag-or-setting": 13,
    }
    assert told[-1] == (14, 14)


@pytest.mark.parametrize(
    ("selection", "expected"),
    [
        (Selection(Criteria(configs=["Mob*"], keys=["n2"])), {"Mobile n2"}),
        (
            Selection(Criteria(tags=["release*"]), Criteria(configs=["Main"])),
            {"Mobile newCheckout"},
        ),
        (
            Selection(Criteria(types=["double"])),
            {"Main taxRate", "Legacy oldRate"},
        ),
    ],
)
async def test_only_what_is_selected_is_asked_about(
    client: AsyncManagementClient,
    emulator: Emulator,
    snapshot: Snapshot,
    selection: Selection,
    expected: set[str],
) -> None:
    emulator.counts.reset()
    assert keys(await find_stale(client, snapshot, selection=selection)) == expected
    assert emulator.counts.total_calls == 1 + len(expected)


async def test_a_flag_may_have_to_be_stale_everywhere(
    client: AsyncManagementClient, emulator: Emulator, snapshot: Snapshot
) -> None:
    some = await find_stale(client, snapshot, selection=MAIN)
    emulator.requests.clear()
    every = await find_stale(client, snapshot, selection=MAIN, stale_in="all")
    assert keys(some) - keys(every) == {"Main newCheckout"}
    query = dict(parse_qsl(emulator.requests[0].query))
    assert query == {
        "scope": "all",
        "staleFlagAgeDays": "30",
        "staleFlagStaleInEnvironmentsType": "staleInAllEnvironments",
    }


async def test_environments_that_are_not_selected_do_not_count(
    client: AsyncManagementClient, snapshot: Snapshot
) -> None:
    without = Selection(CHECKOUT.only, Criteria(environments=["test"]))
    report = await find_stale(client, snapshot, selection=without, stale_in="all")
    (flag,) = report.flags
    assert [place.environment for place in flag.stale_in] == ["Production", "Staging"]
    assert flag.not_stale_in == ()
    only = Selection(Criteria(environments=["Test"], keys=["newCheckout"]))
    report = await find_stale(client, snapshot, selection=only)
    assert keys(report) == {"Mobile newCheckout"}


async def test_an_environment_that_the_report_leaves_out_is_not_taken_for_stale(
    client: AsyncManagementClient, old_shop: World, snapshot: Snapshot
) -> None:
    # As when somebody may see it no more.
    await client.environments.delete_environment(old_shop.environments["Staging"])
    selection = Selection(Criteria(configs=["Main"], keys=["killSwitch"]))
    (flag,) = (await find_stale(client, snapshot, selection=selection)).flags
    assert flag.not_stale_in == ("Staging",)
    report = await find_stale(client, snapshot, selection=selection, stale_in="all")
    assert report.flags == ()


async def test_an_environment_that_the_snapshot_does_not_have_does_not_count(
    client: AsyncManagementClient, old_shop: World, snapshot: Snapshot
) -> None:
    for environment in list(old_shop.environments):
        body = plain_formula(True)
        await old_shop.set_formula("Main", "newCheckout", environment, body)
    new = await old_shop.environment("Brand new")
    answer = await client.stale_flags.get_staleflags(old_shop.product_id)
    stale_in = {
        str(value.environment_id)
        for config in answer.configs
        for setting in config.settings
        if setting.setting_id == old_shop.settings["Main", "newCheckout"]
        for value in setting.setting_values
        if value.is_stale
    }
    assert stale_in == {new}
    assert (await find_stale(client, snapshot, selection=CHECKOUT)).flags == ()


async def test_the_age_decides(
    client: AsyncManagementClient, clock: Clock, snapshot: Snapshot
) -> None:
    report = await find_stale(client, snapshot, days=41)
    assert (report.flags, report.days) == ((), 41)
    clock.turn(days=1.5)
    assert len((await find_stale(client, snapshot, days=41)).flags) == 13


@pytest.mark.parametrize(
    ("choice", "message"),
    [
        ({"days": 6}, "days must be from 7 to 90, not 6"),
        ({"days": 91}, "not 91"),
        ({"stale_in": "some"}, "stale_in must be 'any' or 'all', not 'some'"),
    ],
)
async def test_what_the_service_would_not_take_is_refused(
    client: AsyncManagementClient,
    emulator: Emulator,
    snapshot: Snapshot,
    choice: Json,
    message: str,
) -> None:
    emulator.counts.reset()
    with pytest.raises(ConfigurationError, match=message):
        await find_stale(client, snapshot, **choice)
    assert emulator.counts.total_calls == 0


async def test_references_that_may_not_be_read_are_not_taken_for_none(
    client: AsyncManagementClient, emulator: Emulator, snapshot: Snapshot
) -> None:
    operation = "get-references-for-feature-flag-or-setting"
    emulator.faults.add(Fault("status", operation=operation, status=403))
    (flag,) = (await find_stale(client, snapshot, selection=CHECKOUT)).flags
    assert flag.code is None
    assert flag.may_be_in_code
    assert flag.to_json()["code_references"] is None


async def test_flags_that_came_or_went_after_the_snapshot_are_left_out(
    client: AsyncManagementClient, clock: Clock, old_shop: World, snapshot: Snapshot
) -> None:
    await client.settings.delete_setting(old_shop.settings["Mobile", "n2"])
    await old_shop.setting("Mobile", "n2")
    await old_shop.setting("Main", "unknown")
    clock.turn(days=31)
    report = await find_stale(client, snapshot)
    assert "Main killSwitch" in keys(report)
    assert {"Mobile n2", "Main unknown"} & keys(report) == set()


async def test_the_report_selects_settings_for_other_jobs(
    client: AsyncManagementClient, snapshot: Snapshot
) -> None:
    report = await find_stale(client, snapshot, selection=CHECKOUT)
    chosen = Selection(
        Criteria(stale=True), stale_settings=report.stale_settings
    ).settings_of(snapshot)
    assert [(config.name, one.key) for config, one in chosen] == [
        ("Main", "newCheckout")
    ]


async def test_the_report_is_plain_json(
    client: AsyncManagementClient, old_shop: World, snapshot: Snapshot
) -> None:
    await refer(old_shop, "Main", "killSwitch", 3)
    selection = Selection(Criteria(keys=["killSwitch"], environments=["Test"]))
    report = await find_stale(client, snapshot, selection=selection)
    data = json.loads(json.dumps(report.to_json()))
    assert (data["product"], data["days"]) == ("Web shop", 30)
    assert data["flags"] == [
        {
            "id": old_shop.settings["Main", "killSwitch"],
            "config": "Main",
            "key": "killSwitch",
            "stale_in": [
                {
                    "environment": "Test",
                    "why": "not changed since 2026-01-01 12:00:00+00:00",
                }
            ],
            "not_stale_in": [],
            "tags": [],
            "code_references": 1,
            "has_code_references": True,
            "code": [
                {"repository": "web", "branch": "main", "file": "shop.py", "line": 3}
            ],
            "dependents": [{"key": "newCheckout", "environments": ["Production"]}],
        }
    ]


async def test_a_flag_that_is_used_again_is_not_stale(
    client: AsyncManagementClient, old_shop: World, snapshot: Snapshot
) -> None:
    for environment in old_shop.environments:
        body = plain_formula(False)
        await old_shop.set_formula("Main", "killSwitch", environment, body)
    assert "Main killSwitch" not in keys(await find_stale(client, snapshot))
