"""Runs calls with a journal and kills itself after a number of outcomes."""

import asyncio
import os
import signal
import sys
from pathlib import Path

from configcat_mgmt import AsyncManagementClient, Options
from configcat_mgmt.jobs.bulk.calls import read_calls
from configcat_mgmt.jobs.bulk.journal import BulkJournal
from configcat_mgmt.jobs.bulk.run import BulkOptions, run_calls


async def main(lines: list[str], journal: str, outcomes: int) -> None:
    """Make the calls; die after `outcomes` of them."""
    async with AsyncManagementClient(options=Options(limits=None)) as client:
        with BulkJournal(journal) as opened:
            number = 0
            run = run_calls(
                client,
                read_calls(lines),
                options=BulkOptions(in_flight=4),
                journal=opened,
            )
            async for _ in run:
                number += 1
                if number == outcomes:
                    os.kill(os.getpid(), signal.SIGKILL)


asyncio.run(
    main(Path(sys.argv[1]).read_text().splitlines(), sys.argv[2], int(sys.argv[3]))
)
