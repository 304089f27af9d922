"""Values that need approval go into change requests, which a job waits for."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final
from uuid import UUID, uuid4

import attrs
import pytest

from configcat_mgmt import AsyncManagementClient, ConfigurationError
from configcat_mgmt.api.model_index import (
    ApprovalPermissionType,
    UpdateChangeRequestModel,
)
from configcat_mgmt.emulator import Emulator, Fault
from configcat_mgmt.emulator.domain.change_request_records import ChangeRequest
from configcat_mgmt.emulator.domain.change_requests import apply_due, settle
from configcat_mgmt.jobs.applying.apply import apply, journal_report
from configcat_mgmt.jobs.applying.report import (
    CANNOT_BYPASS,
    CHANGED,
    NEEDS_APPROVAL,
    Report,
)
from configcat_mgmt.jobs.model.plan import Issue, Plan
from configcat_mgmt.jobs.planners.promotion import plan_promotion
from configcat_mgmt.jobs.planners.restore import plan_restore
from configcat_mgmt.jobs.planning.options import Approval
from configcat_mgmt.jobs.planning.plan_file import load_plan, save_plan
from configcat_mgmt.jobs.snapshotting.product import take_snapshot
from configcat_mgmt.jobs.verifying.verify import verify
from tests.jobs.apply_tools import children_of
from tests.jobs.three_flags import (
    Meddler,
    colleague_of,
    promotion,
    served,
    three_flags,
)
from tests.jobs.world import World
from tests.jobs.world_values import plain_formula

CREATE: Final = "create-change-request"
ON: Final = {"first": True, "second": True, "third": True}
OFF: Final = dict.fromkeys(ON, False)


@attrs.define
class Scene:
    """A product that requires approval, and a job that proposes all values."""

    emulator: Emulator
    world: World
    colleague: AsyncManagementClient
    journal: Path

    @property
    def request(self) -> ChangeRequest:
        """The only change request."""
        (request,) = self.emulator.state.change_requests.values()
        return request

    async def plan(self) -> Plan:
        plan = await promotion(self.world, approval="request")
        assert [issue.code for issue in plan.issues] == ["CC703"]
        path = self.journal.with_suffix(".json")
        save_plan(plan, path)
        return load_plan(path)

    async def apply(self, plan: Plan) -> Report:
        return await apply(self.world.client, plan, self.journal, linger_seconds=0)

    async def wait(
        self, plan: Plan, *events: Callable[[], Awaitable[object]]
    ) -> Report:
        """Apply a plan; while the job waits, one event follows the other."""
        left = list(events)

        async def sleep(seconds: float) -> None:
            assert seconds == 7
            await left.pop(0)()

        report = await apply(
            self.world.client,
            plan,
            self.journal,
            wait=True,
            poll_seconds=7,
            sleep=sleep,
            linger_seconds=0,
        )
        assert not left
        return report

    @property
    def production(self) -> dict[str, object]:
        return served(self.emulator, self.world, "Production")

    async def approve(self) -> None:
        number = self.request.change_request_id
        await self.colleague.change_requests.approve_change_request(number)

    async def differences(self, plan: Plan) -> int:
        return len(await verify(self.world.client, plan, self.world.product_id))


@pytest.fixture
async def scene(
    client: AsyncManagementClient, emulator: Emulator, tmp_path: Path
) -> AsyncIterator[Scene]:
    world = await three_flags(client)
    await world.preferences(approveRequired=True)
    async with colleague_of(emulator) as colleague:
        yield Scene(emulator, world, colleague, tmp_path / "j.db")


async def nothing() -> None:
    """Let time pass."""


async def test_values_are_proposed_and_wait(scene: Scene) -> None:
    plan = await scene.plan()
    report = await scene.apply(plan)
    assert report.is_complete, report.trouble
    (request,) = report.requests
    assert (request.config, request.environment) == ("Main", "Production")
    assert (request.status, request.is_approved, request.issues) == ("open", False, ())
    assert report.waiting == (request,)
    assert scene.production == OFF
    assert scene.request.title == request.title
    assert set(scene.request.changes) == set(scene.world.settings.values())
    assert await scene.differences(plan) == 0
    assert report.to_json()["requests"][0]["id"] == request.id  # type: ignore[index]
    (known,) = journal_report(plan, scene.journal).requests
    assert (known.id, known.status) == (request.id, "unknown")
    assert len((await scene.apply(plan)).requests) == 1
    assert scene.request


async def test_an_approved_request_is_applied_once_by_the_job(scene: Scene) -> None:
    plan = await scene.plan()
    scene.emulator.counts.reset()
    report = await scene.wait(plan, nothing, scene.approve)
    assert [one.status for one in report.requests] == ["applied"]
    assert (report.waiting, report.needs_attention) == ((), ())
    assert report.requests[0].issues == ()
    assert scene.production == ON
    assert scene.emulator.counts.calls["apply-change-request"] == 1
    assert await scene.differences(plan) == 0
    assert (await scene.wait(plan)).requests == report.requests


async def test_an_application_without_a_response_is_not_repeated(scene: Scene) -> None:
    plan = await scene.plan()
    scene.emulator.faults.add(Fault("drop", "apply-change-request", after_effect=True))
    report = await scene.wait(plan, scene.approve)
    assert [one.status for one in report.requests] == ["applied"]
    assert scene.emulator.counts.calls["apply-change-request"] == 1


Event = Callable[[Scene], Awaitable[object]]


async def applied(scene: Scene) -> None:
    await scene.approve()
    number = scene.request.change_request_id
    await scene.colleague.change_requests.apply_change_request(number)


async def closed(scene: Scene) -> None:
    number = scene.request.change_request_id
    await scene.colleague.change_requests.close_change_request(number)


async def published_by_others(scene: Scene, *keys: str) -> None:
    for key in keys or ("second",):
        await scene.colleague.call(
            "replace-setting-value-v2",
            environment_id=scene.world.environments["Production"],
            setting_id=scene.world.settings["Main", key],
            bypass_approval=True,
            body=plain_formula(True),
        )


async def orphaned(scene: Scene) -> None:
    scene.request.owner_id = "gone"
    settle(scene.emulator.state)


async def without_environment(scene: Scene) -> None:
    place = UUID(scene.world.environments["Production"])
    await scene.colleague.environments.delete_environment(place)


async def without_rights(scene: Scene) -> None:
    fault = Fault("status", "apply-change-request", status=403)
    scene.emulator.faults.add(fault)
    await scene.approve()


@pytest.mark.parametrize(
    ("event", "code", "status"),
    [
        (applied, "CC712", "applied"),
        (closed, "CC711", "closed"),
        (published_by_others, "CC713", "open"),
        (orphaned, "CC714", "open"),
        (without_environment, "CC715", "gone"),
        (without_rights, "CC717", "open"),
    ],
)
async def test_whatever_ends_the_wait_has_a_code_and_a_remedy(
    scene: Scene, event: Event, code: str, status: str
) -> None:
    plan = await scene.plan()
    report = await scene.wait(plan, lambda: event(scene))
    (request,) = report.requests
    assert ([one.code for one in request.issues], request.status) == ([code], status)
    assert request.issues[0].remedy
    assert not report.waiting
    assert bool(report.needs_attention) is (status != "applied")
    if code == "CC713":
        assert "second" in request.issues[0].cause
        assert "first" not in request.issues[0].cause


async def test_conflicts_of_several_settings_are_one_issue(scene: Scene) -> None:
    plan = await scene.plan()
    await scene.apply(plan)
    await published_by_others(scene, "first", "third")
    (request,) = (await scene.apply(plan)).requests
    (issue,) = request.issues
    assert (issue.code, "first, third" in issue.cause) == ("CC713", True)


async def test_a_request_is_scheduled_and_applied_by_the_service(scene: Scene) -> None:
    moment = datetime.now(UTC) + timedelta(days=1)
    snapshot = await take_snapshot(scene.world.client, scene.world.product_id)
    plan = plan_promotion(
        snapshot, "Test", "Production", approval="request", apply_at=moment
    )

    async def it_is_due() -> None:
        scene.request.apply_at = datetime.now(UTC)
        apply_due(scene.emulator.state)

    report = await scene.apply(plan)
    assert report.requests[0].apply_at == moment == scene.request.apply_at
    report = await scene.wait(plan, scene.approve, nothing, it_is_due)
    assert [one.status for one in report.requests] == ["applied"]
    assert report.requests[0].issues == ()
    assert scene.emulator.counts.calls["apply-change-request"] == 0


async def test_a_schedule_that_failed_is_reported(scene: Scene) -> None:
    moment = datetime.now(UTC) + timedelta(days=1)
    snapshot = await take_snapshot(scene.world.client, scene.world.product_id)
    plan = plan_promotion(
        snapshot, "Test", "Production", approval="request", apply_at=moment
    )

    async def it_is_due_without_approval() -> None:
        scene.request.apply_at = datetime.now(UTC)
        apply_due(scene.emulator.state)

    report = await scene.wait(plan, it_is_due_without_approval)
    assert [one.code for one in report.requests[0].issues] == ["CC717"]
    assert "not approved" in report.requests[0].issues[0].cause


async def test_a_schedule_in_the_past_is_refused_before_anything_is_sent(
    scene: Scene,
) -> None:
    moment = datetime.now(UTC) - timedelta(seconds=1)
    snapshot = await take_snapshot(scene.world.client, scene.world.product_id)
    plan = plan_promotion(
        snapshot, "Test", "Production", approval="request", apply_at=moment
    )
    scene.emulator.counts.reset()
    with pytest.raises(ConfigurationError, match=r"has passed; plan again .*--at"):
        await scene.apply(plan)
    assert not scene.emulator.counts.calls


async def test_a_request_without_a_response_is_found_by_its_title(scene: Scene) -> None:
    plan = await scene.plan()
    scene.emulator.faults.add(Fault("drop", CREATE, after_effect=True))
    report = await scene.apply(plan)
    assert report.counts == {"adopted": 1}
    assert report.requests[0].id == scene.request.change_request_id


async def test_a_request_that_never_arrived_is_made(scene: Scene) -> None:
    plan = await scene.plan()
    scene.emulator.faults.add(Fault("drop", CREATE))
    report = await scene.apply(plan)
    assert report.is_complete, report.trouble
    assert report.requests[0].id == scene.request.change_request_id


async def test_an_unknown_request_is_found_by_the_next_run(scene: Scene) -> None:
    plan = await scene.plan()
    scene.emulator.faults.add(Fault("drop", CREATE, after_effect=True))
    scene.emulator.faults.add(Fault("status", "get-change-requests", status=403))
    report = await scene.apply(plan)
    assert report.counts == {"unknown": 1}
    scene.emulator.faults.clear()
    await closed(scene)
    report = await scene.apply(plan)
    assert report.counts == {"adopted": 1}
    assert [one.status for one in report.requests] == ["closed"]


async def retitled(scene: Scene) -> None:
    model = UpdateChangeRequestModel(title="Autumn sale")
    number = scene.request.change_request_id
    await scene.colleague.change_requests.update_change_request(number, model)


async def test_a_retitled_request_is_known_by_its_id(scene: Scene) -> None:
    plan = await scene.plan()
    report = await scene.apply(plan)
    await retitled(scene)
    client, product = scene.world.client, scene.world.product_id
    assert await verify(client, plan, product, requests=report.requests) == ()
    report = await scene.wait(plan, scene.approve)
    (request,) = report.requests
    assert (request.status, request.title) == ("applied", "Autumn sale")
    assert scene.emulator.counts.calls[CREATE] == 1


async def test_a_retitled_request_without_a_response_is_not_made_twice(
    scene: Scene,
) -> None:
    plan = await scene.plan()
    scene.emulator.faults.add(Fault("drop", CREATE, after_effect=True))
    scene.emulator.faults.add(Fault("status", "get-change-requests", status=403))
    assert (await scene.apply(plan)).counts == {"unknown": 1}
    scene.emulator.faults.clear()
    title = scene.request.title
    await retitled(scene)
    (step,) = (await scene.apply(plan)).steps
    assert (step.outcome, "'Autumn sale'" in step.note) == ("unknown", True)
    scene.request.title = title
    assert (await scene.apply(plan)).counts == {"adopted": 1}
    assert scene.request


async def test_requests_of_other_plans_are_no_doubt(scene: Scene) -> None:
    await scene.apply(await scene.plan())
    plan = await promotion(scene.world, approval="request")
    scene.emulator.faults.add(Fault("drop", CREATE))
    report = await apply(
        scene.world.client, plan, scene.journal.with_name("2.db"), linger_seconds=0
    )
    assert report.is_complete, report.trouble
    assert len(scene.emulator.state.change_requests) == 2


async def test_a_value_that_changes_before_the_request_is_left_out(
    scene: Scene,
) -> None:
    place = UUID(scene.world.environments["Production"])
    number = scene.world.settings["Main", "second"]

    def somebody_changes_it() -> None:
        scene.emulator.state.values[place, number].version_id = uuid4()

    plan = await scene.plan()
    hooks = Meddler(CREATE, somebody_changes_it)
    scene.world.client = scene.world.client.with_options(hooks=hooks)
    report = await scene.apply(plan)
    (step,) = report.steps
    assert [(one.key, one.reason) for one in step.left_out] == [("second", CHANGED)]
    assert number not in scene.request.changes
    assert report.needs_new_plan
    assert (await scene.apply(plan)).steps[0].left_out == step.left_out
    assert scene.request


async def test_a_stopped_wait_goes_on(scene: Scene) -> None:
    plan = await scene.plan()
    stop = asyncio.Event()

    async def sleep(_: float) -> None:
        stop.set()
        await asyncio.Event().wait()

    report = await apply(
        scene.world.client, plan, scene.journal, wait=True, sleep=sleep, stop=stop
    )
    assert report.stopped == "it was asked to stop"
    assert report.waiting
    report = await scene.wait(plan, scene.approve)
    assert [one.status for one in report.requests] == ["applied"]
    assert scene.request


@pytest.mark.parametrize(
    ("state", "moment"),
    [("intended", "after"), ("sent", "after"), ("done", "before"), ("done", "after")],
)
async def test_a_killed_job_makes_no_second_request(
    scene: Scene, state: str, moment: str
) -> None:
    plan = await scene.plan()
    path = scene.journal.with_suffix(".json")
    async with children_of(scene.emulator) as children:
        kill = [0, state, moment]
        await children.begin(path, scene.journal, in_flight=1, kill=kill, poll=60)
        assert await children.end() == "killed"
    report = await scene.wait(plan, scene.approve)
    assert [one.status for one in report.requests] == ["applied"]
    assert report.requests[0].id == scene.request.change_request_id
    assert scene.production == ON


async def without_bypass(scene: Scene) -> None:
    """Take the right to bypass approval from the user of the job."""
    state = scene.emulator.state
    product = state.products[UUID(scene.world.product_id)]
    for number in product.members.values():
        group = state.permission_groups[number]
        group.approval_type = ApprovalPermissionType.CANNOT_APPROVE
    state.organizations[product.organization_id].admins.clear()


async def with_approval(scene: Scene) -> None:
    await scene.world.preferences(approveRequired=True)


@pytest.mark.parametrize(
    ("event", "approval", "reason", "ways"),
    [
        (with_approval, None, NEEDS_APPROVAL, "request, bypass or skip"),
        (without_bypass, "bypass", CANNOT_BYPASS, "request or skip"),
    ],
)
async def test_values_that_need_another_approval_than_planned_need_a_new_plan(
    scene: Scene, event: Event, approval: Approval | None, reason: str, ways: str
) -> None:
    await scene.world.preferences(approveRequired=approval is not None)
    plan = await promotion(scene.world, approval=approval)
    await event(scene)
    for _ in range(2):
        report = await scene.apply(plan)
        (step,) = report.steps
        assert [(one.key, one.reason) for one in step.left_out] == [
            (key, reason) for key in ON
        ]
        assert f"plan again with --approval {ways}" in step.note
        assert report.needs_new_plan
    await scene.world.preferences(approveRequired=False)
    assert (await scene.apply(plan)).is_complete
    assert scene.production == ON


async def test_a_reason_that_is_required_since_the_plan_can_be_added(
    scene: Scene,
) -> None:
    await scene.world.preferences(approveRequired=False)
    plan = await promotion(scene.world)
    await scene.world.preferences(reasonRequired=True)
    report = await scene.apply(plan)
    assert "repeat the command with --reason TEXT" in report.steps[0].note
    assert not report.needs_new_plan
    report = await apply(scene.world.client, plan, scene.journal, reason="Because")
    assert report.is_complete


async def test_environments_that_require_approval_are_skipped(scene: Scene) -> None:
    plan = await promotion(scene.world, approval="skip")
    assert plan.is_empty
    (issue,) = plan.issues
    assert (issue.code, issue.severity) == ("CC704", "warning")
    assert "Main in Production" in issue.cause


async def test_open_requests_of_the_target_and_the_source_are_named(
    scene: Scene,
) -> None:
    await scene.apply(await scene.plan())
    plan = await promotion(scene.world, approval="bypass")
    assert [issue.code for issue in plan.issues] == ["CC702"]
    back = await promotion(scene.world, "Production", approval="bypass")
    assert [issue.code for issue in back.issues] == ["CC701"]


async def test_a_restore_and_a_verification_name_open_requests(scene: Scene) -> None:
    await scene.apply(await scene.plan())
    client, product = scene.world.client, scene.world.product_id
    before = await take_snapshot(client, product)
    await published_by_others(scene)
    found: list[Issue] = []
    await verify(client, before, product, issues=found.extend)
    assert [(one.code, one.where) for one in found] == [("CC706", "Main in Production")]
    assert "first, second, third" in found[0].cause
    now = await take_snapshot(client, product)
    plan = plan_restore(before, now, approval="bypass")
    issues = {one.code: one.cause for one in plan.issues}
    assert "first, third" in issues["CC706"]
    assert issues["CC702"].endswith("published: second.")


async def test_a_verification_does_not_name_the_requests_of_its_plan(
    scene: Scene,
) -> None:
    plan = await scene.plan()
    await scene.apply(plan)
    found: list[Issue] = []
    product = scene.world.product_id
    assert await verify(scene.world.client, plan, product, issues=found.extend) == ()
    assert found == []
