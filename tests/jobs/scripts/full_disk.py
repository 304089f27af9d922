"""Applies a plan whose journal cannot grow beyond a size, and says how that went.

Usage: full_disk.py URL PLAN JOURNAL BYTES
"""

import asyncio
import json
import resource
import signal
import sys

from configcat_mgmt import AsyncManagementClient, Options
from configcat_mgmt.errors import ConfigurationError
from configcat_mgmt.jobs.applying.apply import apply
from configcat_mgmt.jobs.planning.plan_file import load_plan

url, plan_path, journal, most = sys.argv[1:]


async def main() -> None:
    plan = load_plan(plan_path)
    async with AsyncManagementClient(
        "emulator", "emulator-password", base_url=url, options=Options(limits=None)
    ) as client:
        # As on a full disk. Python would write bytecode that is cut off at the size.
        sys.dont_write_bytecode = True
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (int(most), int(most)))
        try:
            report = await apply(client, plan, journal, linger_seconds=0)
        except ConfigurationError as error:
            sys.stdout.write(json.dumps({"refused": str(error)}))
            return
        told = {"stopped": report.stopped, "counts": report.counts}
        sys.stdout.write(json.dumps(told))


asyncio.run(main())
