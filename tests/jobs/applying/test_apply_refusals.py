"""`apply` refuses unsuitable plans before it sends anything."""

from collections.abc import Callable
from pathlib import Path

import attrs
import pytest

from configcat_mgmt import AsyncManagementClient
from configcat_mgmt.emulator import Emulator
from configcat_mgmt.errors import ConfigurationError
from configcat_mgmt.jobs.applying.apply import apply
from configcat_mgmt.jobs.applying.options import ApplyProgress
from configcat_mgmt.jobs.model.plan import Issue, Plan, Step
from tests.jobs.apply_tools import Source
from tests.jobs.shapes import products_named


@pytest.fixture
def journal(tmp_path: Path) -> Path:
    return tmp_path / "j.db"


def files_beside(journal: Path) -> list[Path]:
    return list(journal.parent.iterdir())


def with_blocker(plan: Plan) -> Plan:
    blocker = Issue("CC999", "blocker", "Settings", "There is no room.", "Make room.")
    return attrs.evolve(plan, issues=(blocker,))


def elsewhere(plan: Plan) -> Plan:
    target = attrs.evolve(plan.target, base_url="https://api.example.com")
    return attrs.evolve(plan, target=target)


def with_step(plan: Plan, **changes: object) -> Plan:
    step = attrs.evolve(plan.steps[-1], **changes)
    return attrs.evolve(plan, steps=(*plan.steps[:-1], step))


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (with_blocker, r"1 blockers.*CC999 Settings: There is no room\. Make room\."),
        (elsewhere, "made for https://api.example.com"),
        (lambda plan: with_step(plan, operation="delete-product"), "operation"),
        (lambda plan: with_step(plan, operation="no-such"), "operation"),
        (lambda plan: with_step(plan, id=plan.steps[0].id), "twice"),
        (lambda plan: with_step(plan, stage=0), "stage"),
        (
            lambda plan: with_step(
                plan,
                entity="member",
                operation="invite-member",
                body={"emails": ["a@example.com"], "permissionGroupId": 1},
            ),
            "an invitation without opt-in",
        ),
        (
            lambda plan: with_step(
                plan, arguments={"product_id": {"$ref": ["product", "Other"]}}
            ),
            "no step of the plan creates",
        ),
    ],
)  # fmt: skip
async def test_a_plan_that_is_not_to_be_applied_is_refused_before_anything_is_sent(
    *,
    client: AsyncManagementClient,
    emulator: Emulator,
    source: Source,
    journal: Path,
    change: Callable[[Plan], Plan],
    reason: str,
) -> None:
    with pytest.raises(ConfigurationError, match=reason):
        await apply(client, change(source.copy("Copy")), journal)
    assert emulator.counts.total_calls == 0
    assert files_beside(journal) == []


async def test_the_journal_of_another_plan_is_refused_before_anything_is_sent(
    client: AsyncManagementClient, emulator: Emulator, source: Source, journal: Path
) -> None:
    await apply(client, source.copy("Copy 1"), journal)
    emulator.counts.reset()
    with pytest.raises(ConfigurationError, match="another plan"):
        await apply(client, source.copy("Copy 2"), journal)
    assert emulator.counts.total_calls == 0


async def test_a_second_apply_at_the_same_time_is_refused(
    client: AsyncManagementClient, emulator: Emulator, source: Source, journal: Path
) -> None:
    plan = source.copy("Copy")
    refusals: list[str] = []

    async def apply_as_well(steps: tuple[Step, ...]) -> bool:
        raise AssertionError(steps)

    def try_too(_: ApplyProgress) -> None:
        if not refusals:
            coroutine = apply(client, plan, journal, confirm=apply_as_well)
            with pytest.raises(ConfigurationError) as refusal:
                coroutine.send(None)
            refusals.append(str(refusal.value))

    report = await apply(client, plan, journal, progress=try_too)
    assert report.is_complete
    assert "in use by another job: process" in refusals[0]
    assert len(products_named(emulator, "Copy")) == 1


@pytest.mark.parametrize(
    "options",
    [
        {"in_flight": 0},
        {"on_error": "ignore"},
        {"linger_seconds": -1.0},
        {"linger_seconds": float("nan")},
        {"grace_seconds": -1.0},
    ],
)
async def test_options_that_cannot_work_are_refused(
    client: AsyncManagementClient, source: Source, journal: Path, options: dict
) -> None:
    with pytest.raises(ConfigurationError):
        await apply(client, source.copy("Copy"), journal, **options)
    assert files_beside(journal) == []
