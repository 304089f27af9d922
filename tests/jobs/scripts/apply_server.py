"""Applies plans in children that die at a given place; one request per line.

A request is JSON: `plan`, `journal`, `url`, `in_flight`, and perhaps `kill` with the
number of a step, a state and `before` or `after`: when the journal is to have the step
in that state on disk, the child kills itself before or after it. With `poll` it waits
for change requests and looks again after so many seconds. Two lines answer: the
child's pid, and how it ended. With `warm` the plan is applied by this process itself,
so that its children have everything loaded.
"""

import asyncio
import json
import os
import signal
import sys
from collections.abc import Sequence

from configcat_mgmt import AsyncManagementClient, Options
from configcat_mgmt.jobs.applying import apply as module
from configcat_mgmt.jobs.journal.plan_journal import Entry, Journal
from configcat_mgmt.jobs.planning.plan_file import load_plan


class FatalJournal(Journal):
    """Ends its process at a given place."""

    number, state, moment = -1, "", ""

    def write(self, entries: Sequence[Entry]) -> None:
        places = [(entry.number, entry.state) for entry in entries]
        is_place = (self.number, self.state) in places
        if is_place and self.moment == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        super().write(entries)
        if is_place and self.moment == "after":
            os.kill(os.getpid(), signal.SIGKILL)


async def work(request: dict) -> None:
    plan = load_plan(request["plan"])
    async with AsyncManagementClient(
        "emulator",
        "emulator-password",
        base_url=request["url"],
        options=Options(limits=None),
    ) as client:
        report = await module.apply(
            client,
            plan,
            request["journal"],
            in_flight=request["in_flight"],
            linger_seconds=0,
            wait="poll" in request,
            poll_seconds=request.get("poll", 0),
        )
        assert report.is_complete, report.stopped


def child(request: dict) -> None:
    if "kill" in request:
        number, state, moment = request["kill"]
        FatalJournal.number, FatalJournal.state = number, state
        FatalJournal.moment = moment
    module.Journal = FatalJournal
    asyncio.run(work(request))


def say(line: object) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


for line in sys.stdin:
    if "warm" in json.loads(line):
        asyncio.run(work(json.loads(line)))
        say(os.getpid())
        say("exit 0")
        continue
    pid = os.fork()
    if pid == 0:
        # Else the child would read on where the parent has read ahead.
        sys.stdin = open(os.devnull)  # noqa: SIM115
        try:
            child(json.loads(line))
        except BaseException as error:
            sys.stderr.write(f"{type(error).__name__}: {error}\n")
            sys.stderr.flush()
            os._exit(1)
        os._exit(0)
    say(pid)
    _, status = os.waitpid(pid, 0)
    say("killed" if os.WIFSIGNALED(status) else f"exit {os.WEXITSTATUS(status)}")
