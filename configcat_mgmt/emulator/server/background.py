"""Runs a server on a thread of its own, for programs without an event loop."""

import asyncio
import threading
from concurrent.futures import Future

from configcat_mgmt.emulator.server.server import Server


class Background:
    """A thread with an event loop in which one server lives."""

    def __init__(self, server: Server) -> None:
        """Prepare the thread; it does not run yet."""
        self._server = server
        self._started: Future[int] = Future()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stopping: asyncio.Event | None = None
        self._thread = threading.Thread(
            target=self._run, name="configcat-emulator", daemon=True
        )

    def start(self) -> int:
        """Start thread and server.

        Returns:
            The port.

        Raises:
            OSError: The address cannot be used; the thread is gone again.
            ValueError: The host is no address; the thread is gone again.
        """
        self._thread.start()
        if self._started.exception() is not None:
            self._thread.join()
        return self._started.result()

    def stop(self) -> None:
        """Stop the server and wait for the end of the thread."""
        loop, stopping = self._loop, self._stopping
        if loop is not None and stopping is not None and not loop.is_closed():
            loop.call_soon_threadsafe(stopping.set)
        self._thread.join()

    def _run(self) -> None:
        asyncio.run(self._serve())

    async def _serve(self) -> None:
        try:
            port = await self._server.start()
        except Exception as error:
            # Any kind: the thread that waits for the start would wait for ever.
            self._started.set_exception(error)
            return
        self._loop = asyncio.get_running_loop()
        self._stopping = asyncio.Event()
        self._started.set_result(port)
        await self._stopping.wait()
        await self._server.stop()
