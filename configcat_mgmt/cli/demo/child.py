"""A run of the command line in a separate process, which can be killed."""

import asyncio
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final, NoReturn

from configcat_mgmt.errors import JobError

LOOK_EVERY_SECONDS: Final = 0.001
SHOWN_LINES: Final = 3
WAITING: Final = "waiting until no call of the killed process can be in flight"
"""Progress of a resumed job until it sends something."""


class Child:
    """One run of `configcat-mgmt` with its output in a file."""

    def __init__(
        self, arguments: Sequence[str], environment: Mapping[str, str], log: Path
    ) -> None:
        """Prepare a run without starting it.

        Args:
            arguments: Arguments of the command line.
            environment: Variables to add to those of this process.
            log: File to append the output to.
        """
        self._arguments = arguments
        self._environment = {**os.environ, **environment}
        self._log = log

    async def run_until(self, is_time: Callable[[], bool]) -> int:
        """Run the command, and kill it with SIGKILL when it is time.

        Returns:
            The id of the killed process.

        Raises:
            JobError: The process ended before.
        """
        process = await self._start()
        try:
            while not is_time():
                if process.returncode is not None:
                    self.fail("the process ended before it could be killed")
                await asyncio.sleep(LOOK_EVERY_SECONDS)
            return process.pid
        finally:
            await _kill(process)

    async def run(self) -> int:
        """Run the command to its end, and return its exit code."""
        process = await self._start()
        try:
            return await process.wait()
        finally:
            await _kill(process)

    async def _start(self) -> asyncio.subprocess.Process:
        with self._log.open("ab") as log:
            return await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                "configcat_mgmt",
                *self._arguments,
                env=self._environment,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log,
                stderr=asyncio.subprocess.STDOUT,
            )

    def fail(self, reason: str) -> NoReturn:
        """Raise an error that shows the last lines of the output.

        Raises:
            JobError: Always.
        """
        text = self._log.read_text(encoding="utf-8", errors="replace")
        last = " / ".join(text.split("\n")[-SHOWN_LINES - 1 :]).strip(" /")
        raise JobError("the command", f"{reason}; {self._log} ends with: {last}")


async def _kill(process: asyncio.subprocess.Process) -> None:
    if process.returncode is None:
        process.kill()
        await process.wait()
