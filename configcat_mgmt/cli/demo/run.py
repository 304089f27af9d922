"""The steps of the demo, from an empty emulator to a verified copy."""

import asyncio
import json
import time
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from shlex import join
from typing import Final, cast
from uuid import UUID

import attrs

from configcat_mgmt.cli.demo.child import WAITING, Child
from configcat_mgmt.cli.demo.evaluation import Compared, compare, places_of
from configcat_mgmt.cli.demo.outcome import Outcome
from configcat_mgmt.cli.demo.people import make_people
from configcat_mgmt.cli.demo.screen import Screen, State
from configcat_mgmt.cli.job.rates import PER_SECOND
from configcat_mgmt.cli.terminal.exit_codes import DIFFERENCES, DONE
from configcat_mgmt.client import AsyncManagementClient
from configcat_mgmt.core.options import Options
from configcat_mgmt.emulator import Emulator
from configcat_mgmt.errors import JobError
from configcat_mgmt.jobs import JobFolder, Snapshot, differences, take_snapshot
from configcat_mgmt.texts import counted

TARGET: Final = "Northwind Europe"
"""The organization to copy the product to."""
PEOPLE: Final = 200
"""Number of users to evaluate each flag for."""
MAKES_FLAG: Final = "create-setting"


@attrs.frozen
class Wish:
    """The options of the demo."""

    seed: int
    flags: int
    folder: Path
    """Folder for the job and the output of the command."""


class Demo:
    """One run against a running emulator."""

    def __init__(self, wish: Wish, emulator: Emulator, screen: Screen) -> None:
        """Prepare the run; nothing is created yet."""
        self._wish = wish
        self._emulator = emulator
        self._counts = emulator.counts
        self._screen = screen
        self._job = JobFolder(wish.folder / "job")

    async def run(self) -> Outcome:
        """Seed, copy, kill, resume, read back and evaluate.

        Raises:
            ConfigCatManagementError: A step failed.
        """
        began = time.monotonic()
        source, target = self._seed()
        child = self._copy(self._emulator.state.products[source].name)
        killed_after, in_doubt = await self._run_until_killed(child)
        adopted = await self._run_again(child)
        wanted, found = await self._read_back(source, target)
        compared = await self._evaluate(wanted, found)
        return Outcome(
            flags=self._wish.flags,
            killed_after=killed_after,
            in_doubt=in_doubt,
            adopted=adopted,
            calls=self._counts.total_calls,
            refused=dict(self._counts.refused),
            differences=differences(wanted, found),
            evaluations=sum(one.evaluations for one in compared),
            unequal=tuple(unequal for one in compared for unequal in one.unequal),
            seconds=time.monotonic() - began,
            job=self._job.path,
            report=self._job.page_path,
        )

    def _seed(self) -> tuple[UUID, UUID]:
        """Create a product and the organization to copy it to."""
        state = self._emulator.state

        def look() -> State:
            things = (
                counted(len(state.settings), "flag"),
                counted(len(state.configs), "config"),
                counted(len(state.environments), "environment"),
            )
            return f"{', '.join(things)}, seeded without a call", None

        with self._screen.stage("seed", look):
            (product,) = self._emulator.seed(
                flags=self._wish.flags, seed=self._wish.seed
            )
            return product, self._emulator.add_organization(TARGET)

    def _copy(self, product: str) -> Child:
        """Return the command that copies, or resumes if it is run again."""
        emulator = self._emulator
        arguments = ["copy", product, "--to-organization", TARGET]
        arguments += ["--job", str(self._job.path), "--secrets", "--yes"]
        self._screen.say(f"$ configcat-mgmt {join(arguments)}")
        environment = {
            "CONFIGCAT_API_USER": emulator.username,
            "CONFIGCAT_API_PASS": emulator.password,
            "CONFIGCAT_BASE_URL": emulator.base_url,
        }
        return Child(arguments, environment, self._wish.folder / "output.txt")

    async def _run_until_killed(self, child: Child) -> tuple[int, int]:
        """Return the number of calls it sent and of steps with an unknown outcome."""
        # Calls are sent twenty at a time; at this point half of them have a response.
        half = self._wish.flags // 2 // PER_SECOND * PER_SECOND + PER_SECOND // 2
        with self._screen.stage("copy", self._look):
            pid = await child.run_until(lambda: self._counts.calls[MAKES_FLAG] >= half)
        with self._job:
            job = self._job.unfinished()
        if job is None:
            raise JobError("the copy", "it left no job to resume")
        calls, steps = self._counts.total_calls, Counter(job.report.counts)
        self._screen.say(f" kill -9 {pid} ", "bold white on red")
        self._screen.say(
            f"killed after {calls} calls: {steps['earlier']} steps done, "
            f"{steps['unknown']} of unknown outcome, "
            f"{steps['not_started']} not started",
            "red",
        )
        return calls, steps["unknown"]

    async def _run_again(self, child: Child) -> int:
        """Return the number of done steps that the killed process did not record."""
        before = self._counts.calls[MAKES_FLAG]

        def look() -> State:
            text, share = self._look()
            if self._counts.calls[MAKES_FLAG] == before:
                text = WAITING
            return text, share

        self._screen.say("The same command again:")
        with self._screen.stage("resume", look):
            code = await child.run()
            if code not in (DONE, DIFFERENCES):
                child.fail(f"it ended with exit code {code}")
        adopted = _adopted(self._job.report_path)
        self._screen.say(
            f"{adopted} of the unknown steps had been done: found, not repeated"
        )
        return adopted

    async def _read_back(self, source: UUID, target: UUID) -> tuple[Snapshot, Snapshot]:
        """Read both products, and make sure that there is exactly one copy."""
        emulator, text = self._emulator, "reading both products"
        with self._screen.stage("verify", lambda: (text, None)):
            async with AsyncManagementClient(
                emulator.username,
                emulator.password,
                base_url=emulator.base_url,
                # The copy has just used part of the same quota.
                options=Options(probe=True),
            ) as client:
                copies = [
                    product.product_id
                    for product in await client.products.get_products()
                    if product.organization.organization_id == target
                ]
                if len(copies) != 1:
                    raise JobError("the copy", f"there are {len(copies)} copies")
                wanted, found = await asyncio.gather(
                    take_snapshot(client, source, secrets=True),
                    take_snapshot(client, copies[0], secrets=True),
                )
            count = len(differences(wanted, found))
            text = f"both products read back, {counted(count, 'difference')}"
        return wanted, found

    async def _evaluate(self, wanted: Snapshot, found: Snapshot) -> list[Compared]:
        """Evaluate all flags on both sides, one config and environment at a time."""
        people = make_people(self._wish.seed, PEOPLE)
        places = places_of(wanted, found)
        done: list[Compared] = []

        def look() -> State:
            if not done:
                return "by the official SDK, for each config and environment", 0.0
            pairs = sum(one.evaluations for one in done)
            unequal = sum(len(one.unequal) for one in done)
            text = f"{2 * pairs:,} values by the official SDK, {unequal} unequal"
            return text, len(done) / len(places)

        with self._screen.stage("evaluate", look):
            for place in places:
                url = self._emulator.base_url
                # On a thread, so the emulator can respond meanwhile.
                done.append(await asyncio.to_thread(compare, url, place, people))
        return done

    def _look(self) -> State:
        """Return the number of created flags and of calls."""
        made, flags = self._counts.calls[MAKES_FLAG], self._wish.flags
        if not made:
            return f"reading and planning, {self._counts.total_calls} calls", 0.0
        text = (
            f"{made} of {flags} flags, {self._counts.total_calls} calls, "
            f"{self._counts.total_refused} responses 429"
        )
        return text, min(made / flags, 1.0)


def _adopted(report: Path) -> int:
    """Return the number of steps whose objects the run found in the target."""
    data = cast("Mapping[str, Mapping[str, int]]", json.loads(report.read_bytes()))
    return data["counts"].get("adopted", 0)
