"""Kills jobs at every step of the journal, at random times, and in every phase.

After each kill the same job is run again, and nothing may be lost or doubled.

Run in a checkout that is installed with `pip install -e .`:
    python -m benchmarks.kill_apply [random kills] [approvals]
"""

import asyncio
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from itertools import product
from pathlib import Path
from subprocess import Popen
from typing import Final, TypeAlias, cast

import attrs

from benchmarks.timing import report
from configcat_mgmt import ApiError, AsyncManagementClient, Options
from configcat_mgmt.emulator import Emulator, Fault
from configcat_mgmt.jobs import Plan, apply, plan_promotion, save_plan, take_snapshot
from configcat_mgmt.models import AuditLogType
from tests.jobs.apply_tools import Children, children_of
from tests.jobs.shapes import names_by_id, product_named, shape
from tests.jobs.three_flags import colleague_of, three_flags
from tests.jobs.trials import Trial, trial_of
from tests.jobs.world import World, build_shop
from tests.jobs.world_values import plain_formula

Process: TypeAlias = "Popen[str]"

RANDOM_KILLS: Final = 300
SDK_KEYS: Final = 9
"""Configs times environments of the shop."""
NONE: Final = {"lost": 0, "doubled": 0, "wrongly_adopted": 0, "lists_too_many": 0}
"""The result that is demanded after each kill."""
PASSWORD: Final = "emulator-password"
"""The password of the children."""
PLACES: Final = tuple(product(("intended", "sent", "done"), ("before", "after")))


@asynccontextmanager
async def a_trial() -> AsyncIterator[Trial]:
    """Provide a product, and a process whose children copy it."""
    with tempfile.TemporaryDirectory() as folder:
        async with (
            Emulator(password=PASSWORD, rate_policy=None) as emulator,
            AsyncManagementClient(
                emulator.username,
                emulator.password,
                base_url=emulator.base_url,
                options=Options(limits=None),
            ) as client,
            trial_of(client, emulator, await build_shop(client), Path(folder)) as trial,
        ):
            yield trial


async def go_on(trial: Trial, ends: Counter[str], end: str) -> None:
    """Demand that nothing is lost, doubled or taken from others, with few lists."""
    ends[end] += 1
    result = await trial.resume(allow_duplicates=True)
    assert result.is_complete, result.trouble
    trial.require_one_copy()
    trial.require_own_ids(result)


async def every_step() -> None:
    """Kill before and after each write, one step at a time and many at once."""
    for in_flight in (1, 64):
        ends: Counter[str] = Counter()
        async with a_trial() as trial:
            for state, moment in PLACES:
                for number in range(len(trial.plan.steps)):
                    place = [number, state, moment]
                    await trial.begin(kill=place, in_flight=in_flight)
                    await go_on(trial, ends, await trial.children.end())
        report("kill at every step", in_flight=in_flight, **ends, **NONE)


async def meddle(trial: Trial) -> None:
    """Create entities of somebody else under names that the job has yet to use."""
    product = product_named(trial.emulator, f"Copy {trial.copies}")
    taken = set(names_by_id(trial.emulator, product).values())
    world = World(trial.source.world.client, "", str(product.product_id), product.name)
    for step in trial.plan.steps:
        name = step.key[0]
        if name in taken:
            continue
        if step.entity == "tag":
            await world.tag(name, "#010203")
        elif step.entity == "segment":
            await world.segment(name, "Thing", "isOneOf", "of somebody else")
        elif step.entity == "config":
            body = cast("dict[str, str]", step.body)
            is_new = body["evaluationVersion"] == "v2"
            await world.config(name, "v1" if is_new else "v2")


async def strangers() -> None:
    """Kill after each step, and let somebody else create conflicting entities."""
    kills = others = 0
    async with a_trial() as trial:
        for number in range(1, len(trial.plan.steps)):
            await trial.begin(kill=[number, "done", "before"], in_flight=1)
            kills += await trial.children.end() == "killed"
            product = product_named(trial.emulator, f"Copy {trial.copies}")
            before = (
                names_by_id(trial.emulator, product),
                shape(trial.emulator, product),
            )
            await meddle(trial)
            after = names_by_id(trial.emulator, product), shape(trial.emulator, product)
            theirs = after[0].keys() - before[0].keys()
            lines = Counter(after[1]) - Counter(before[1])
            result = await trial.resume(allow_duplicates=True, on_error="collect")
            assert not theirs & {(one.entity, str(one.new)) for one in result.ids}
            assert not lines - Counter(shape(trial.emulator, product))
            others += len(theirs)
    report(
        "kill with others in the way", killed=kills, others=others, wrongly_adopted=0
    )


def end_child(pid: int) -> None:
    """Kill a child, which may just have ended."""
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)


async def random_times(kills: int) -> None:
    """Kill at any time."""
    loop, chance = asyncio.get_running_loop(), random.Random()
    ends: Counter[str] = Counter()
    async with a_trial() as trial:
        began = loop.time()
        await trial.begin()
        await trial.children.end()
        seconds = loop.time() - began
        while ends["killed"] < kills:
            await trial.begin()
            delay = chance.uniform(0, seconds)
            pid = trial.children.pid
            kill = loop.call_later(delay, end_child, pid)
            end = await trial.children.end()
            kill.cancel()
            await go_on(trial, ends, end)
    report("kill at random times", **ends, **NONE)


def job_process(arguments: Sequence[str], folder: Path, emulator: Emulator) -> Process:
    """Start a copy in a separate process."""
    return Popen(
        [sys.executable, "-m", "configcat_mgmt", *arguments],
        cwd=folder,
        env={
            **os.environ,
            "PYTHONPATH": str(Path(__file__).parent.parent),
            "CONFIGCAT_API_USER": emulator.username,
            "CONFIGCAT_API_PASS": emulator.password,
            "CONFIGCAT_BASE_URL": emulator.base_url,
        },
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


PHASES: Final = {
    "post-setting-values-v2": 0.2,
    "get-sdk-keys": 0.2,
    "get-webhooks": 1.0,
}
"""Operations of the steps, the SDK keys and the verification, with the chance of each
of their calls after the first step to be the one at which the command is killed."""


async def whole_jobs(kills: int) -> None:
    """Kill whole commands in each phase, and demand one product and one report."""
    chance, killed = random.Random(), Counter[str]()
    process: list[Process] = []
    phase: list[str] = []

    async def cut(_: float) -> None:
        if (
            emulator.counts.calls["create-product"]
            and chance.random() < PHASES[phase[0]]
        ):
            process[0].kill()

    with tempfile.TemporaryDirectory() as folder:
        async with (
            Emulator(rate_policy=None, sleep=cut) as emulator,
            AsyncManagementClient(
                emulator.username,
                emulator.password,
                base_url=emulator.base_url,
                options=Options(limits=None),
            ) as client,
        ):
            await build_shop(client)
            while killed.total() < kills:
                phase[:] = [list(PHASES)[killed.total() % len(PHASES)]]
                number = killed.total()
                copy = ["copy", "Web shop", "--name", f"Copy {number}", "--secrets"]
                copy += ["--job", f"job{number}", "--linger", "0"]
                emulator.counts.reset()
                emulator.faults.clear()
                emulator.faults.add(Fault("latency", phase[0], count=None, seconds=1))
                process[:] = [job_process(copy, Path(folder), emulator)]
                await asyncio.to_thread(process[0].communicate)
                was_killed = process[0].returncode == -signal.SIGKILL
                killed[f"in {phase[0]}" if was_killed else "not killed"] += 1
                emulator.faults.clear()
                for _ in range(2):  # The second one finds a finished job.
                    again = job_process(copy, Path(folder), emulator)
                    out, _err = await asyncio.to_thread(again.communicate)
                    assert again.returncode == 0, out
                text = (Path(folder) / f"job{number}" / "report.json").read_text()
                saved = json.loads(text)
                assert saved["complete"]
                assert saved["differences"] == []
                assert len(saved["sdk_keys"]) == SDK_KEYS
                assert emulator.counts.calls["create-product"] == 1
    report("kill of whole commands", **killed, doubled=0, reports_lost=0)


async def forgotten_writes() -> None:
    """Resume with the log of a killed job, cut after each of its writes."""
    async with a_trial() as trial:
        await trial.begin(kill=[len(trial.plan.steps) - 1, "done", "before"])
        assert await trial.children.end() == "killed"
        main = trial.journal.read_bytes()
        log_path = trial.journal.with_name(f"{trial.journal.name}-wal")
        log = log_path.read_bytes()
        page = int.from_bytes(main[16:18], "big") + 24
        lengths = range(32, len(log), page)
        for length in lengths:
            trial.journal.write_bytes(main)
            log_path.write_bytes(log[:length])
            result = await trial.resume()
            # Of the very first state nobody can tell whose the product is.
            is_begun = result.steps[0].outcome != "conflict"
            assert result.is_complete is is_begun, result.trouble
            trial.require_one_copy()
    report("log cut after any page", cuts=len(lengths), doubled=0)


PROPOSALS: Final = 4
"""Change requests of the job: two configs in two environments."""


async def proposing(client: AsyncManagementClient) -> Plan:
    """Create a product that requires approval, and plan to promote all its values."""
    world = await three_flags(client)
    await world.environment("Staging")
    await world.config("Second")
    await world.setting("Second", "fourth", "boolean")
    await world.set_formula("Second", "fourth", "Test", plain_formula(True))
    await world.preferences(approveRequired=True)
    snapshot = await take_snapshot(client, world.product_id)
    targets = ("Production", "Staging")
    return plan_promotion(snapshot, "Test", targets, approval="request")


async def approving(emulator: Emulator, colleague: AsyncManagementClient) -> None:
    """Approve change requests as a colleague, each after a while."""
    chance = random.Random()
    while True:
        await asyncio.sleep(chance.uniform(0, 0.1))
        for number, request in [*emulator.state.change_requests.items()]:
            if request.is_open and not request.standing_approvals:
                with suppress(ApiError):  # The next trial has begun.
                    await colleague.change_requests.approve_change_request(number)


def phase_of(emulator: Emulator) -> str:
    """Return what the job is doing, from the calls so far."""
    calls = emulator.counts.calls
    if calls["apply-change-request"]:
        return "applied"
    made = calls["create-change-request"]
    return "waited for" if made >= PROPOSALS else "made" if made else "planned"


def require_applied_once(emulator: Emulator, before: int) -> None:
    """Demand that each change request was made once and applied once."""
    kinds = Counter(one.kind for one in [*emulator.state.audit][before:])
    assert kinds[AuditLogType.CHANGE_REQUEST_CREATED] == PROPOSALS
    assert kinds[AuditLogType.CHANGE_REQUEST_APPLIED] == PROPOSALS
    assert len(emulator.state.change_requests) == PROPOSALS
    assert {value.content.default for value in emulator.state.values.values()} == {True}


async def approvals(kills: int) -> None:
    """Kill while change requests are made, waited for and applied."""
    ends, phases = Counter[str](), Counter[str]()
    with tempfile.TemporaryDirectory() as name:
        async with (
            Emulator(password="emulator-password", rate_policy=None) as emulator,
            AsyncManagementClient(
                emulator.username,
                emulator.password,
                base_url=emulator.base_url,
                options=Options(limits=None),
            ) as client,
            colleague_of(emulator) as colleague,
            children_of(emulator) as children,
        ):
            trial = _Approvals(client, emulator, children, Path(name))
            await trial.prepare()
            approver = asyncio.create_task(approving(emulator, colleague))
            await trial.run(None, warm=True)
            began = asyncio.get_running_loop().time()
            await trial.run(None)
            seconds = asyncio.get_running_loop().time() - began
            chance = random.Random()
            while phases.total() - phases["planned"] < kills:
                end, phase = await trial.run(chance.uniform(seconds / 3, seconds))
                ends[end] += 1
                phases[phase] += end == "killed"
            approver.cancel()
    report("kill of approvals", **ends, **phases, lost=0, made_twice=0)


@attrs.define
class _Approvals:
    """Promotions through approval by children that are killed."""

    client: AsyncManagementClient
    emulator: Emulator
    children: Children
    folder: Path
    plan: Plan = attrs.field(init=False)
    state: object = attrs.field(init=False)
    entries: int = 0
    number: int = 0

    async def prepare(self) -> None:
        """Plan once; each trial begins with the same state of the emulator."""
        self.plan = await proposing(self.client)
        save_plan(self.plan, self.folder / "plan.json")
        self.state = self.emulator.snapshot()
        self.entries = len(self.emulator.state.audit)

    async def run(self, delay: float | None, **request: object) -> tuple[str, str]:
        """Kill a job after some seconds, and go on.

        Returns:
            How it ended, and what it was doing when it was killed.
        """
        self.number += 1
        self.emulator.restore(self.state)
        self.emulator.counts.reset()
        plan, journal = self.folder / "plan.json", self.folder / f"{self.number}.db"
        request = {"in_flight": 2, "poll": 0.02, **request}
        await self.children.begin(plan, journal, **request)
        phase = ""
        if delay is not None:
            await asyncio.sleep(delay)
            phase = phase_of(self.emulator)
            end_child(self.children.pid)
        end = await self.children.end()
        result = await apply(
            self.client,
            self.plan,
            journal,
            wait=True,
            poll_seconds=0.02,
            linger_seconds=0.05,
        )
        assert result.is_complete, result.trouble
        assert not result.waiting + result.needs_attention
        require_applied_once(self.emulator, self.entries)
        return end, phase


async def _main(kills: int) -> None:
    await approvals(kills)
    await forgotten_writes()
    await random_times(kills)
    await strangers()
    await every_step()
    await whole_jobs(kills // 10)


if __name__ == "__main__":
    chosen = int(sys.argv[1]) if len(sys.argv) > 1 else RANDOM_KILLS
    asyncio.run((approvals if "approvals" in sys.argv[2:] else _main)(chosen))
