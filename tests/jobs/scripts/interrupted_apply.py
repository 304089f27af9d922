"""Applies a plan and is interrupted, as by Ctrl-C, when half of it is done.

Usage: interrupted_apply.py URL PLAN JOURNAL
"""

import asyncio
import os
import signal
import sys

from configcat_mgmt import AsyncManagementClient, Options
from configcat_mgmt.jobs.applying.apply import apply
from configcat_mgmt.jobs.applying.options import ApplyProgress
from configcat_mgmt.jobs.planning.plan_file import load_plan

url, plan_path, journal = sys.argv[1:]


def interrupt(progress: ApplyProgress) -> None:
    if progress.done == progress.steps // 2:
        os.kill(os.getpid(), signal.SIGINT)


async def main() -> None:
    async with AsyncManagementClient(
        "emulator", "emulator-password", base_url=url, options=Options(limits=None)
    ) as client:
        await apply(client, load_plan(plan_path), journal, progress=interrupt)


try:
    asyncio.run(main())
except KeyboardInterrupt:
    sys.stdout.write("interrupted\n")
