"""Makes calls of a file, is interrupted as by Ctrl-C, and says how they ended.

Usage: interrupted_bulk.py async|blocking CALLS JOURNAL; the client is told the rest by
the environment. The fifth call that ends sends the interrupt.
"""

import asyncio
import json
import os
import signal
import sys
from pathlib import Path

from configcat_mgmt import AsyncManagementClient, ManagementClient, Options
from configcat_mgmt.jobs.bulk.calls import Outcome, read_calls
from configcat_mgmt.jobs.bulk.journal import BulkJournal
from configcat_mgmt.jobs.bulk.options import BulkProgress
from configcat_mgmt.jobs.bulk.run import run_calls, run_calls_blocking

kind, file, journal_path = sys.argv[1:]
given: dict[int, str] = {}
left: dict[int, str] = {}
calls = list(read_calls(Path(file).read_text().splitlines()))
# Ten go at once, the others wait.
options = Options(limits=((10, 3600.0),))


def interrupt(progress: BulkProgress) -> None:
    if progress.ended == 5:
        os.kill(os.getpid(), signal.SIGINT)


def leave(outcome: Outcome) -> None:
    left[outcome.number] = outcome.ending


async def main() -> None:
    with BulkJournal(journal_path) as journal:
        async with AsyncManagementClient(options=options) as client:
            async for outcome in run_calls(
                client, calls, journal=journal, progress=interrupt, left=leave
            ):
                given[outcome.number] = outcome.ending


def main_blocking() -> None:
    with (
        BulkJournal(journal_path) as journal,
        ManagementClient(options=options) as client,
    ):
        for outcome in run_calls_blocking(
            client, calls, journal=journal, progress=interrupt, left=leave
        ):
            given[outcome.number] = outcome.ending


try:
    if kind == "async":
        asyncio.run(main())
    else:
        main_blocking()
except KeyboardInterrupt:
    sys.stdout.write(json.dumps([given, left]))
